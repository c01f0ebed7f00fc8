"""Handouts, read back: a sheet holds but for its blanks and the mistake that is there to be found, a key altogether."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from handout_forms import described, form
from pypdf import PdfReader
from sampling import sample

from symbolic.handouts import exports
from symbolic.handouts.answers import NumberAnswer
from symbolic.handouts.form import Form
from symbolic.proofread import Report, proofread
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.judging.verdicts import Finding

HANDOUT = Path(__file__).parents[2] / "output" / "gpt2-124m" / "handout"
READ = (".md", ".tex", ".html", ".ipynb")
DOCUMENTS = sorted(path for path in HANDOUT.glob("*/*") if path.suffix in READ)
FORMS = [
    *(
        ("gpt2-124m", "1"),
        ("llama-2-7b", "2"),
        ("qwen3-30b-a3b", "2"),
        ("deepseek-v3", "1"),
        ("bert-base-uncased", "2"),
    ),
    *(("mamba-130m", "1"), ("t5-small", "1"), ("gpt-oss-20b", "2"), ("gemma-3-1b", "1")),
]


def others(report: Report) -> list[Finding]:
    """What neither holds nor has a blank."""
    return [f for f in report.findings if f.verdict != "holds" and f.says != "It has a blank to fill in."]


@pytest.mark.parametrize("path", sample(DOCUMENTS, 5), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_equation_of_a_published_sheet_or_key_is_read_and_holds(path: Path) -> None:
    report = proofread(path.read_text(encoding="utf-8"), path.name)
    # The line with the mistake that is there to be found may be false by itself; the next test looks where it is.
    assert {f.verdict for f in others(report)} <= {"wrong"}
    assert len(others(report)) <= 1
    assert report.count("holds") > 25
    # A key has no blanks left; a notebook's is the students' with the answers in its code.
    blanks = len(report.findings) - report.count("holds") - len(others(report))
    assert (blanks == 0) == (path.parent.name == "keys" and path.suffix != ".ipynb")


SIGNS = {" times ": " × ", " plus ": " + ", " minus ": " − ", " equals ": " = ", " divided by ": " / "} | {
    "open bracket ": "(",
    " close bracket": ")",
    " squared": "²",
}


@pytest.mark.parametrize(
    "path", sample(sorted(HANDOUT.glob("*/*.pdf")), 5), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_every_equation_that_a_pdf_reads_aloud_holds(path: Path) -> None:
    root: Any = PdfReader(path).trailer["/Root"]
    spoken = described(root["/StructTreeRoot"], set())
    equations = [words for words in spoken if " equals " in words]
    assert len(equations) >= 20
    for words in equations:
        written = re.sub(r" for the [\w ,-]+?(?= plus | equals |$)", "", re.sub(r"blank \d+a?|a blank", "____", words))
        for said, sign in SIGNS.items():
            written = written.replace(said, sign)
        [finding] = proofread(written, kind="text").findings
        assert finding.verdict == "holds" or "____" in written, (words, finding.says)


@cache
def documents(model: str, who: str) -> dict[str, str]:
    made = form(model, who)
    files = (
        (path, content)
        for name in ("markdown", "latex", "html", "notebook")
        for path, content in exports.of_form(name, made)
    )
    return {path: content for path, content in files if path.endswith(READ) and isinstance(content, str)}


def wrong_line(made: Form) -> str:
    """The letter of the line with the mistake that is there to be found."""
    return next(one.items[0].shown for one in made.questions if one.kind == "find-mistake")


@pytest.mark.parametrize(("model", "who"), sample(FORMS, 11))
def test_nothing_is_wrong_but_the_line_that_the_key_names(model: str, who: str) -> None:
    found = documents(model, who)
    assert len(found) == 8
    for path, text in found.items():
        report = proofread(text, path)
        for finding in others(report):
            assert finding.verdict == "wrong", finding.says
            before = report.document.text[: finding.start]
            title = re.findall(
                r"(?:^#+ |\\Step(?:\{\d\}|I+)\{[^}]*\}\{|\n)([A-Z])(?:\\gap \}\{| )[A-Z(]", before, re.MULTILINE
            )
            assert title[-1] == wrong_line(form(model, who)), (path, finding.says)


@pytest.mark.parametrize(("off", "verdict"), [(0, "holds"), (1, "wrong")])
def test_a_sheet_that_is_filled_in_is_marked(off: int, verdict: str) -> None:
    made = form(fade="3.1, 3.2")
    sheet = next(str(text) for path, text in exports.of_form("markdown", made) if path.startswith("sheets/"))
    answers = {item.id: item.answer.value for item in made.blanks if isinstance(item.answer, NumberAnswer)}
    blank = re.compile(r"\((\d+a?)\)\\underline\{[\\ ]+\}")
    report = proofread(blank.sub(lambda match: f"{answers[match[1]] + off:,}", sheet), "sheet.md")
    judged = {side.figure.value: f.verdict for f in report.findings if isinstance(side := _last(f), NumberNode)}
    assert [judged[answers[number] + off] for number in ("1a", "2a")] == [verdict, verdict]
    assert report.count("wrong") == 2 * off + proofread(sheet, "sheet.md").count("wrong")


def _last(finding: Finding) -> ExpressionNode:
    return finding.equation.sides[-1]
