"""Mended copies of a document: wrong results are corrected, and so is every place that repeats or uses them."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from math import prod

from symbolic.formulas.figures import FROM_SUPERSCRIPTS
from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, bare
from symbolic.proofread.arithmetic.numbers import written_like
from symbolic.proofread.judging.agreement import LEAST, lone
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.verdicts import Finding, Replacement, is_traced
from symbolic.proofread.reading.document import Document, Stretch
from symbolic.proofread.reading.read_notebook import cell_text, notebook

TEN = re.compile(r"\s*(?:×|·|\*|x|\\times|\\cdot)\s*10(?:\^|\*\*)?[{(]?(\d+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+)[)}]?$")
FEW = 100
"""Copies of a smaller number say nothing, however many there are."""
DISTINCT = 100_000
"""From here on a number that is no round one hardly comes up twice by chance."""
PLAIN_UNITS = frozenset({"", "bytes", "byte", "Bytes"})
"""Units in which a count is written in full."""
GROUPED_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:(?:,|\{,\})\d{3})+(?!\w|[.,]\d)")
WHOLE = re.compile(r"\d(?<![\w.,}]\d)(?:\d{0,2}(?:(?:,|\{,\})\d{3})+(?!\w|[.,]\d)|\d{0,19}(?![\w{]|[.,]\d))")
NO_SIGNS = str.maketrans("", "", "{},")
ATTACHED = re.compile(
    r"<annotation\b[^<>]*>[^<]*</annotation>|\b(?:alttext|aria-label|alt|title)=\"[^\"<>]*\""
    r'|"words": ?\[(?:"(?:[^"\\]|\\.)*",? ?)*\]'
)
"""What a page has of a formula without showing it; ours list the words in which all are read aloud."""


def changes(document: Document, findings: tuple[Finding, ...]) -> tuple[Replacement, ...]:
    """Return the numbers to replace, in order: results that are certainly wrong, and numbers that follow from them."""
    found: dict[int, Replacement] = {}
    wrong: dict[Exact, Exact] = {}
    left: set[Exact] = set()
    written = _written(document) if any(finding.verdict == "wrong" for finding in findings) else {}
    agreeing = frozenset(value for finding in findings for value in _results(finding))
    for finding in findings:
        figure, correct = finding.figure, finding.right
        if correct is None:
            # What holds as written is right there, whatever its numbers are elsewhere.
            continue
        if any(number.figure.value in left for number in finding.equation.numbers):
            # What it should be was worked out from a result that may be right and stays: so it stays, too.
            left.update([figure.value] if figure is not None and is_traced(figure.value) else [])
            continue
        # Only what was wrong above: with that a result was worked out again that uses it.
        used = [number for number in finding.equation.numbers if number.figure.value in wrong]
        changed = [(number, wrong[number.figure.value]) for number in used if not number.figure.rounded]
        if finding.verdict == "wrong":
            # With a slip of its own it does not follow from what is wrong above: there may be a third error.
            certain = not used and figure is not None and figure.value not in agreeing and _is_certain(finding, written)
        else:
            certain = bool(used)
        if figure is not None and (figure.value in wrong or certain):
            found[finding.start] = _change(document, finding.start, finding.end, correct)
            if is_traced(figure.value):
                wrong.setdefault(figure.value, correct)
        elif figure is not None and is_traced(figure.value):
            left.add(figure.value)
        # A result may be said again in the same equation.
        sides = [side for side in finding.equation.sides if isinstance(side, NumberNode) and not side.figure.rounded]
        changed += [(side, wrong[side.figure.value]) for side in sides if side.figure.value in wrong]
        for number, instead in changed:
            if number.start not in found:
                found[number.start] = _change(document, number.start, number.end, instead)
    within = ((side.start, side.end) for finding in findings for side in finding.equation.sides)
    taken = _Places([*((change.start, change.end) for change in found.values()), *within])
    repeated = ((place, wrong[value]) for value in wrong if value >= DISTINCT for place in written.get(value, ()))
    for (start, end), correct in repeated:
        if not taken.overlaps(start, end):
            found[start] = _change(document, start, end, correct)
    made = (found[start] for start in sorted(found) if found[start].before != found[start].after)
    return tuple(
        change for change in made if not (document.is_printed(change.start) or document.is_of_picture(change.start))
    )


def _results(finding: Finding) -> set[Exact]:
    """Return the results of an equation if it holds: a number that two ways lead to may be right in the other one."""
    sides = finding.equation.sides
    if finding.verdict != "holds" or not any(map(calculates, sides)):
        return set()
    return {number.figure.value for side in sides if (number := lone(side))}


def _written(document: Document) -> Mapping[Exact, list[Stretch]]:
    """Return the places of each whole number in the text of a document."""
    places: defaultdict[Exact, list[Stretch]] = defaultdict(list)
    for match in WHOLE.finditer(document.text):
        places[int(match[0].translate(NO_SIGNS))].append(match.span())
    return places


def _is_certain(finding: Finding, written: Mapping[Exact, list[Stretch]]) -> bool:
    """Return whether a result is certainly wrong: a slip in it, in plain numbers, and no operand may be the error."""
    if not finding.in_result:
        return False
    # A running total is made of results that stand above it, and has no operands of its own.
    sides = () if finding.equation.kind == "running" else finding.equation.sides
    if any(_is_in_operand(side, finding, written) for side in sides):
        return False
    off = abs(Fraction(finding.figure.value) - finding.correct) if finding.figure and finding.correct is not None else 0
    if off >= LEAST and any(number.figure.value == off for number in finding.equation.numbers):
        # A term may be left out: 9 × 64 = 640 is right with 64 biases.
        return False
    if all(number.figure.value in range(10) for number in finding.equation.numbers):
        # So small numbers are slips as often in what a result is worked out of: 1×1 + 1×1 = 1.
        return False
    named = bool(finding.equation.names) and not finding.by_numbers
    return not named and not any(one.figure.scaled or one.unit not in PLAIN_UNITS for one in finding.equation.numbers)


def _is_in_operand(side: ExpressionNode, finding: Finding, written: Mapping[Exact, list[Stretch]]) -> bool:
    """Return whether the error may be in an operand of this side, so that the result may be right.

    Examples: 16 × 64 = 1,152, which holds with another whole number in the place of 16; a sum which holds with a number
    that the document has elsewhere, or with one that differs in a digit from a number that stands nowhere else.
    """
    result, correct = finding.figure.value if finding.figure else 0, finding.correct
    if not isinstance(side, Operation) or not isinstance(correct, int) or not isinstance(result, int) or not correct:
        return False
    return any(_may_be_operand(part, result - correct, written) for part in _terms(side))


def _terms(node: ExpressionNode) -> tuple[ExpressionNode, ...]:
    """Return the terms of a sum without the brackets around it, or the formula itself."""
    node = bare(node)
    if isinstance(node, Operation) and node.sign == "+":
        return tuple(term for part in node.parts for term in _terms(part))
    return (node,)


def _may_be_operand(term: ExpressionNode, off: int, written: Mapping[Exact, list[Stretch]]) -> bool:
    """Return whether a term may be wrong by so much because of one of its numbers."""
    number = lone(term)
    if number is not None:
        value = number.figure.value
        other = value - off if isinstance(term, Operation) and term.sign == "-" else value + off
        if not isinstance(value, int) or not isinstance(other, int) or other <= 0:
            return False
        copied = value >= FEW and len(written.get(value, ())) > 1
        return other in written or (not copied and _slips(value, other))
    factors = term.numbers
    product = prod(one.figure.value for one in factors)
    plain = term.signs <= {"×", "()"}
    # With a whole number in the place of a factor, it would hold.
    return plain and any(
        one.figure.value and off * one.figure.value % product == 0 for one in factors if product and product + off > 0
    )


def _slips(value: int, other: int) -> bool:
    """Return whether two numbers differ by a slip: a digit more or less, another one, or the order of their digits."""
    one, two = sorted((str(value), str(other)), key=len)
    if len(one) == len(two):
        return sum(a != b for a, b in zip(one, two, strict=True)) == 1 or sorted(one) == sorted(two)
    return len(two) == len(one) + 1 and any(two[:place] + two[place + 1 :] == one for place in range(len(two)))


class _Places:
    """Stretches of a text, merged where they overlap."""

    def __init__(self, stretches: Iterable[tuple[int, int]]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(stretches):
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether any of the stretches overlaps this one."""
        index = bisect_left(self.starts, end) - 1
        return index >= 0 and self.ends[index] > start


def _change(document: Document, start: int, end: int, correct: Exact) -> Replacement:
    before = document.text[start:end]
    power = TEN.search(before) if "10" in before else None
    if power is None:
        return Replacement(start, end, before, written_like(correct, before))
    # 122 × 10⁹ keeps its power, if its digits can say the right number.
    digits, rest = divmod(correct, 10 ** int(power[1].translate(FROM_SUPERSCRIPTS)))
    after = written_like(digits, before[: power.start()]) + before[power.start() :]
    return Replacement(start, end, before, before if rest else after)


def mended(document: Document, changes: tuple[Replacement, ...]) -> str:
    """Return the file's whole text with the changes made."""
    if document.cells is not None:
        return _mended_notebook(document, changes)
    source, parts, position = document.source, [], 0
    for change in changes:
        start = document.origin(change.start)
        if start is not None and start >= position and source.startswith(change.before, start):
            parts += [source[position:start], change.after]
            position = start + len(change.before)
    parts.append(source[position:])
    source = "".join(parts)
    return source if document.origins is None else _mended_copies(source, changes)


def _mended_copies(source: str, changes: tuple[Replacement, ...]) -> str:
    """Return the page with the same changes in its formulas' TeX and in their words for a screen reader."""
    plain = {change.before.replace("{,}", ","): change.after.replace("{,}", ",") for change in changes}

    def anew(match: re.Match[str]) -> str:
        found = plain.get(match[0].replace("{,}", ","))
        return match[0] if found is None else found.replace(",", "{,}") if "{" in match[0] else found

    return ATTACHED.sub(lambda attached: GROUPED_NUMBER.sub(anew, attached[0]), source)


def _mended_notebook(document: Document, changes: tuple[Replacement, ...]) -> str:
    data = notebook(document.source)
    edges = [*(document.cells or ()), (len(document.text) + 2, 0)]
    starts = [change.start for change in changes]
    for (start, number), (end, _) in pairwise(edges):
        inside = changes[bisect_left(starts, start) : bisect_left(starts, end)]
        if not inside or number < 0:
            continue
        cell = data["cells"][number - 1]
        text, parts, position = cell_text(cell), [], 0
        for change in inside:
            parts += [text[position : change.start - start], change.after]
            position = change.end - start
        text = "".join((*parts, text[position:]))
        cell["source"] = text.splitlines(keepends=True) if isinstance(cell.get("source"), list) else text
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
