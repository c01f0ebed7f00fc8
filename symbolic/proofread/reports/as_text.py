"""Reports as plain text: the line, a caret below it, a sentence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.reports import reporting

WIDTH = 80


def render(report: Report, *, every: bool = False) -> str:
    """Return the report as plain text, with a newline at its end."""
    return "\n".join(line.rstrip() for line in _lines(report, every)) + "\n"


def _lines(report: Report, every: bool) -> Iterator[str]:
    yield report.name
    shown = False
    for found in reporting.findings(report, every=every):
        yield ""
        shown = True
        yield f"{found.place}: {reporting.WORDS[found.verdict]}"
        yield f"    {found.excerpt.line}"
        yield f"    {found.excerpt.caret}"
        if found.says:
            yield from _wrapped(found.says, "  ")
    yield from [""] if shown else []
    yield from _wrapped(" ".join(filter(None, (*reporting.sentences(report), reporting.more(report, every=every)))))
    if report.comparison:
        yield ""
        for sentence in reporting.comparison_sentences(report.comparison):
            yield from _wrapped(sentence)
        yield from _table(report)


def _table(report: Report) -> Iterator[str]:
    rows = reporting.part_rows(report.comparison) if report.comparison else []
    if not rows:
        return
    table = [reporting.PART_COLUMNS, *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(reporting.PART_COLUMNS))]
    yield ""
    for number, row in enumerate(table):
        cells = [cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
        yield "  ".join(cells)
        if number == 0:
            yield "  ".join("-" * width for width in widths)


def changes(report: Report) -> str:
    """Return the changes of a mended copy, one line each, and what uses the old numbers still."""
    made = [f"  {place}: {before} → {after}" for place, before, after in reporting.change_lines(report)]
    if left := reporting.left_lines(report):
        made.append("Left as written, though they use numbers that are others now:")
        made += [f"  {place}: {value} (now {right} elsewhere)" for place, value, right in left]
    return "\n".join(made)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
