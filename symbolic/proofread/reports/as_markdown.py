"""Reports as Markdown, for a comment or an issue."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.pages.rendering.as_markdown import code, escaped
from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.reports.reporting import (
    PART_COLUMNS,
    WORDS,
    comparison_sentences,
    findings,
    more,
    part_rows,
    sentences,
)


def render(report: Report, *, every: bool = False) -> str:
    """Return the report as Markdown, with a newline at its end."""
    return "\n\n".join(_blocks(report, every)) + "\n"


def _blocks(report: Report, every: bool) -> Iterator[str]:
    yield f"# {escaped(report.name)}: proofread"
    for found in findings(report, every=every):
        yield f"**{found.place}: {WORDS[found.verdict]}.** {escaped(found.says)}".rstrip()
        fence = "```" if "```" not in found.excerpt.line else "~~~~"
        yield f"{fence}text\n{found.excerpt.line}\n{found.excerpt.caret}\n{fence}"
    yield escaped(" ".join(filter(None, (*sentences(report), more(report, every=every)))))
    if report.comparison:
        yield "## Beside the model"
        for sentence in comparison_sentences(report.comparison):
            yield escaped(sentence)
        if rows := part_rows(report.comparison):
            lines = [PART_COLUMNS, ("---", "---", "---:", "---:")]
            lines += [
                (escaped(name), code(formula) if formula else "", size, then) for name, formula, size, then in rows
            ]
            yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
