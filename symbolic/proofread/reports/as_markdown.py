"""Reports as Markdown, for a comment or an issue."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.pages.rendering.as_markdown import code, escaped
from symbolic.proofread.judging.verdicts import Report
from symbolic.proofread.reports import reporting


def render(report: Report, *, every: bool = False) -> str:
    """Return the report as Markdown, with a newline at its end."""
    return "\n\n".join(_blocks(report, every)) + "\n"


def _blocks(report: Report, every: bool) -> Iterator[str]:
    yield f"# {escaped(report.name)}: proofread"
    for found in reporting.findings(report, every=every):
        yield f"**{found.place}: {reporting.WORDS[found.verdict]}.** {escaped(found.says)}".rstrip()
        fence = "```" if "```" not in found.excerpt.line else "~~~~"
        yield f"{fence}text\n{found.excerpt.line}\n{found.excerpt.caret}\n{fence}"
    yield escaped(" ".join(filter(None, (*reporting.sentences(report), reporting.more(report, every=every)))))
    if report.comparison:
        yield "## Beside the model"
        for sentence in reporting.comparison_sentences(report.comparison):
            yield escaped(sentence)
        if rows := reporting.part_rows(report.comparison):
            lines = [reporting.PART_COLUMNS, ("---", "---", "---:", "---:")]
            lines += [
                (escaped(name), code(formula) if formula else "", size, then) for name, formula, size, then in rows
            ]
            yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
