"""Reports as one HTML page: the document as it was read, its equations marked, the corrections beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment
from markupsafe import Markup, escape

from symbolic.pages.templating import environment, templates
from symbolic.proofread.judging.verdicts import ERRORS, MILD, VERDICTS, Finding, Report, Verdict
from symbolic.proofread.reports import reporting

ORDER: tuple[Verdict, ...] = VERDICTS[:4]
"""What stands in the list at the top, the certain first."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note beside a line: a verdict and its sentence."""

    id: str
    verdict: Verdict
    word: str
    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the document, with the notes about it."""

    number: str
    shown: Markup
    notes: tuple[Note, ...]


def render(report: Report, *, every: bool = False) -> str:
    """Return the page. The document is shown as text only: no script in it runs."""
    numbered = {id(finding): f"finding-{index}" for index, finding in enumerate(report.findings, start=1)}
    lines = list(_lines(report, numbered, every))
    notes = [note for line in lines for note in line.notes]
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            sentences=list(reporting.sentences(report)),
            lines=lines,
            notes=sorted((note for note in notes if note.verdict in ORDER), key=lambda note: ORDER.index(note.verdict)),
            comparison=list(reporting.comparison_sentences(report.comparison)) if report.comparison else [],
            columns=reporting.PART_COLUMNS,
            rows=reporting.part_rows(report.comparison) if report.comparison else [],
            changes=reporting.change_lines(report),
            left=reporting.left_lines(report),
            style=(templates() / "proofread" / "report.css").read_text(encoding="utf-8"),
            words=reporting.WORDS,
            verdicts=[verdict for verdict in VERDICTS if report.count(verdict)],
        )
    )


@cache
def _environment() -> Environment:
    return environment("proofread", autoescape=True)


def _lines(report: Report, numbered: dict[int, str], every: bool) -> Iterator[Line]:
    text = report.document.shown
    findings = sorted(report.findings, key=lambda finding: finding.equation.start)
    position = index = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        inside = []
        while index < len(findings) and findings[index].equation.start <= end:
            inside.append(findings[index])
            index += 1
        # A formula of several lines stays together.
        end = max([end, *(finding.equation.end for finding in inside)])
        while index < len(findings) and findings[index].equation.start < end:
            inside.append(findings[index])
            index += 1
        if text[position:end].strip():
            notes = tuple(
                _note(report, finding, numbered[id(finding)])
                for finding in inside
                if every or finding.verdict in (*ERRORS, *MILD)
            )
            yield Line(str(report.place(position).line), _marked(report, position, end, inside, numbered), notes)
        position = end + 1


def _note(report: Report, finding: Finding, name: str) -> Note:
    place = str(report.place(finding.start))
    return Note(name, finding.verdict, reporting.WORDS[finding.verdict], place, finding.says)


def _marked(report: Report, start: int, end: int, findings: list[Finding], numbered: dict[int, str]) -> Markup:
    """Return a stretch of the document with its equations marked, and the part at fault of each error in bold."""
    text, position = report.document.shown, start
    parts: list[Markup] = []
    for finding in findings:
        left, right = max(position, finding.equation.start), max(position, min(finding.equation.end, end))
        if right <= left:
            continue
        parts.append(_words(text[position:left]))
        first, last = max(left, min(finding.start, right)), max(left, min(finding.end, right))
        inside = _words(text[left:right])
        if finding.verdict in ("wrong", "carried") and last > first:
            strong = Markup("<strong>{}</strong>").format(_words(text[first:last]))
            inside = Markup("{}{}{}").format(_words(text[left:first]), strong, _words(text[last:right]))
        title = f"{report.place(finding.start)}: {reporting.WORDS[finding.verdict]}"
        mark = Markup('<mark class="{}" title="{}" aria-describedby="{}">{}</mark>')
        parts.append(mark.format(finding.verdict, title, numbered[id(finding)], inside))
        position = right
    parts.append(_words(text[position:end]))
    return Markup("".join(parts))  # noqa: S704 each part is escaped already


def _words(text: str) -> Markup:
    return escape(reporting.visible(text, keep="\n"))
