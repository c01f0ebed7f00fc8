"""A copy of a document with its arithmetic mended: wrong results, and every place that repeats or uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import Number
from symbolic.proofread.arithmetic.numbers import written_like
from symbolic.proofread.judging.verdicts import Change, Finding, is_traced
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.read_notebook import cell_text, notebook

TEN = re.compile(r"\s*(?:×|·|\*|x|\\times|\\cdot)\s*10(?:\^|\*\*)?[{(]?(\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)[)}]?$")
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def changes(document: Document, findings: tuple[Finding, ...]) -> tuple[Change, ...]:
    """The numbers to write anew, in the order of the document."""
    found: dict[int, Change] = {}
    wrong: dict[Exact, Exact] = {}
    for finding in findings:
        if finding.figure is not None and finding.correct is not None:
            found[finding.start] = _change(document, finding.start, finding.end, finding.correct)
            if is_traced(finding.figure.value):
                wrong[finding.figure.value] = finding.correct
    for finding in findings:
        for side in finding.equation.sides:
            for part in side.walk():
                if isinstance(part, Number) and part.figure.value in wrong and not part.figure.rounded:
                    found.setdefault(part.start, _change(document, part.start, part.end, wrong[part.figure.value]))
    for start, end, correct in _mentions(document, wrong):
        if not any(change.start < end and start < change.end for change in found.values()):
            found[start] = _change(document, start, end, correct)
    return tuple(found[start] for start in sorted(found) if found[start].before != found[start].after)


def _change(document: Document, start: int, end: int, correct: Exact) -> Change:
    before = document.text[start:end]
    power = TEN.search(before)
    if power is None:
        return Change(start, end, before, written_like(correct, before))
    # 122 × 10⁹ keeps its power, if its digits can say the right number.
    digits, rest = divmod(correct, 10 ** int(power[1].translate(LOWERED)))
    after = written_like(digits, before[: power.start()]) + before[power.start() :]
    return Change(start, end, before, before if rest else after)


def _mentions(document: Document, wrong: Mapping[Exact, Exact]) -> Iterator[tuple[int, int, Exact]]:
    """Where a sentence says a wrong number again."""
    for value, correct in wrong.items():
        pattern = rf"(?<![\d.,]){f'{value:,}'.replace(',', '(?:,|[{],[}])?')}(?![\d]|[.,]\d)"
        for match in re.finditer(pattern, document.text):
            yield match.start(), match.end(), correct


def mended(document: Document, changes: tuple[Change, ...]) -> str:
    """The file's whole text with the changes made."""
    if document.cells is not None:
        return _mended_notebook(document, changes)
    source = document.source
    for change in reversed(changes):
        start = document.origin(change.start)
        if start is not None and source[start : start + len(change.before)] == change.before:
            source = source[:start] + change.after + source[start + len(change.before) :]
    if document.origins is not None:
        # What is shown is mended; the same formula's TeX and its words for a screen reader still are not.
        for change in changes:
            for comma in (",", "{,}"):
                old, new = (text.replace("{,}", ",").replace(",", comma) for text in (change.before, change.after))
                if "," in old:
                    source = re.sub(rf"(?<![\w.,]){re.escape(old)}(?![\w]|[.,]\d)", new.replace("\\", ""), source)
    return source


def _mended_notebook(document: Document, changes: tuple[Change, ...]) -> str:
    data = notebook(document.source)
    edges = [*(document.cells or ()), (len(document.text) + 2, 0)]
    for (start, number), (end, _) in pairwise(edges):
        cell, inside = data["cells"][number - 1], [change for change in changes if start <= change.start < end]
        if not inside:
            continue
        text = cell_text(cell)
        for change in reversed(inside):
            text = text[: change.start - start] + change.after + text[change.end - start :]
        cell["source"] = text.splitlines(keepends=True) if isinstance(cell.get("source"), list) else text
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
