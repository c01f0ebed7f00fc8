"""Numbers outside of all equations that repeat what one of them results in, also rounded or in another unit.

Those of a result that holds hold too; those of one that doesn't are to be looked at by whoever corrects it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import NumberNode, Operation
from symbolic.proofread.arithmetic.units import measured
from symbolic.proofread.judging.agreement import lone
from symbolic.proofread.judging.amounts import amount_at, plain
from symbolic.proofread.judging.meanings import SO_NEAR
from symbolic.proofread.judging.verdicts import Finding, Verdict
from symbolic.proofread.judging.wording import LOOSE
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

NUMBER = re.compile(r"\d(?<![\w.,/^×*+−-]\d)(?<![/^×*+−-][ ]\d)\d*+(?:[.,]\d++)*+(?![\d^/]|[ ]?[×*/^+÷][ ]?[\d(])")
EXACT, ROUNDED = 5, 3
"""So many digits of a whole number, and of a rounded one, hardly come up twice by chance."""
FAR, CHANCE = 8000, 0.05
"""Rounded numbers are those of results so near, and of so few that it is hardly by chance."""
DECADE = 2.3
"""The results of a document are spread over at least one power of ten: the logarithm of that."""


LEAST, MOST = 3, 40
"""Wrong numbers of fewer digits come up again by chance, and those of as few only with the same unit."""
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
UNIT = re.compile(r"[ \x01]{0,2}([%％×]|[A-Za-zµμ]{1,12}|[^\W\d_A-Za-z])")


class KnownResult(NamedTuple):
    """What an equation results in: the value in the smallest unit of what it measures, and its place."""

    value: Fraction
    place: int
    node: NumberNode


def said_again(reader: FormulaReader, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for each number outside of all equations that repeats what one of them results in."""
    results = _results(findings)
    if not results:
        return
    several = {measures: len({one.value for one in found}) for measures, found in results.items()}
    is_outside = _outside(findings)
    for match in NUMBER.finditer(reader.sentences):
        digits = len(match[0].replace(",", "").replace(".", "").strip("0"))
        if digits < ROUNDED or not is_outside(match.start()):
            continue
        amount = amount_at(reader, match.start())
        if amount is None:
            continue
        measures = amount[1].measures if amount[1] else "%" if amount[0].figure.scale == "%" else ""
        number = plain(*amount)
        if number.figure.value > 0 and (of := _repeated(number, results.get(measures, []), digits)):
            off = float(number.figure.step / number.figure.value) if _is_rounded(number) else 0
            if several[measures] * off / DECADE > CHANCE:
                continue
            equation = WrittenEquation("copy", number.start, number.end, (of.node, number), ("≈",))
            yield Finding("holds", equation, number.start, number.end, "")


def _outside(findings: Sequence[Finding]) -> Callable[[int], bool]:
    """Return what says of a place whether it is outside of all equations."""
    spans = sorted((min(one.start, one.equation.start), max(one.end, one.equation.end)) for one in findings)
    ends = list(accumulate((end for _, end in spans), max))

    def is_outside(place: int) -> bool:
        index = bisect_right(spans, (place, 1 << 60)) - 1
        return index < 0 or ends[index] <= place

    return is_outside


def repeats(document: Document, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for each copy of a number at fault, with the same unit, below it and outside of all equations."""
    wrong: dict[tuple[str, str], Finding] = {}
    for found in findings:
        written = DIGITS.search(document.text, found.start, found.end)
        if written and _is_at_fault(found, written[0]) and len(wrong) < MOST:
            digits, unit = written[0], _unit(document.text, written.end())
            if len(re.sub(r"\D", "", digits).strip("0")) >= LEAST + (not unit):
                wrong.setdefault((digits, unit), found)
    if not wrong:
        return
    is_outside = _outside(findings)
    either = "|".join(sorted({re.escape(digits) for digits, _ in wrong}, key=len, reverse=True))
    for copy in re.finditer(rf"(?<![\w.,^/*×+=−])(?:{either})(?![\d^]|[.,]\d)", document.prose):
        of = wrong.get((copy[0], _unit(document.text, copy.end())))
        # What stands above it is no copy, and may be right: 4² + 4 = 20, and then 4² = 20.
        if of is not None and of.end <= copy.start() and is_outside(copy.start()):
            says = f"It repeats {copy[0]} from {document.place(of.start)}, which does not hold there."
            verdict: Verdict = "rounding" if of.verdict == "rounding" else "doubtful"
            yield Finding(verdict, WrittenEquation("copy", *copy.span()), *copy.span(), says)


def _is_at_fault(found: Finding, digits: str) -> bool:
    """Return whether a number is hardly right elsewhere: it is certainly wrong, or rounded oddly to decimals."""
    return found.verdict == "wrong" or ("." in digits and found.says.endswith(LOOSE))


def _unit(text: str, place: int) -> str:
    """Return the word or sign behind a number; "" where there is none."""
    found = UNIT.match(text, place)
    return found[1] if found else ""


def _results(findings: Sequence[Finding]) -> dict[str, list[KnownResult]]:
    """Return the results of the equations that hold, in order of their values, by what they measure."""
    found: dict[str, list[KnownResult]] = {}
    for one in findings:
        sides = one.equation.sides
        far = one.verdict not in ("holds", "rounding") or one.says.endswith(f"{SO_NEAR}.")
        if far or not any(isinstance(side, Operation) for side in sides):
            continue
        for node in filter(None, map(lone, sides)):
            unit = measured(node)
            measures = unit.measures if unit else "%" if node.figure.scale == "%" else ""
            value = Fraction(plain(node, unit).figure.value)
            found.setdefault(measures, []).append(KnownResult(value, node.start, node))
    return {measures: sorted(several, key=lambda one: one.value) for measures, several in found.items()}


def _repeated(number: NumberNode, results: Sequence[KnownResult], digits: int) -> KnownResult | None:
    """Return the result that a number repeats, for a rounded one of those near it; None where there is none."""
    value, half = Fraction(number.figure.value), number.figure.step / 2
    exact = not _is_rounded(number)
    if exact and digits < EXACT:
        return None
    low, high = (value, value) if exact else (value - half, value + half)
    first = bisect_left(results, low, key=lambda one: one.value)
    last = bisect_right(results, high, key=lambda one: one.value)
    near = [one for one in results[first : min(last, first + EXACT)] if exact or abs(one.place - number.start) < FAR]
    return near[0] if near else None


def _is_rounded(number: NumberNode) -> bool:
    return number.figure.rounded or number.figure.scaled
