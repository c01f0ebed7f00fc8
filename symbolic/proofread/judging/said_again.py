"""Numbers outside of all equations that repeat what one of them results in, also rounded or in another unit.

Those of a result that holds hold too; of one that doesn't a copy may stand where it is right.
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
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

NUMBER = re.compile(r"\d(?<![\w.,/^×*+−-]\d)(?<![/^×*+−-][ ]\d)\d*+(?:[.,]\d++)*+(?![\d^/]|[ ]?[×*/^+÷][ ]?[\d(])")
EXACT, ROUNDED = 5, 3
"""So many digits of a whole number, and of a rounded one, hardly come up twice by chance."""
FAR, CHANCE = 8000, 0.05
"""Rounded numbers are those of results so near, and of so few that it is hardly by chance."""
DECADE = 2.3
"""The results of a document are spread over at least one power of ten: the logarithm of that."""


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
