"""Two sides in one unit: as they are, and in each unit that may be left out of the side without one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import Unit, left_out, measured, measures_of
from symbolic.proofread.judging.agreement import conversion, lone, times
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

POWERS = tuple(Fraction(base) ** power for base in (1000, 1024) for power in (-4, -3, -2, -1, 1, 2, 3, 4))
THOUSANDS = frozenset(base**power for base in (1000, 1024) for power in range(1, 7))
POWERS_OF_1024 = frozenset(1024**power for power in range(1, 7))
BINARY_SCALE = re.compile(r"[KMGTPEkmgtpe]i")


class Pair(NamedTuple):
    """The values of two sides in one unit, and the size of the right side's unit in that unit.

    `silent` is true if a plain number is taken for thousands of the unit, which nothing says: 2,560 for 2,560 KB.
    """

    left: Range
    right: Range
    size: Fraction
    silent: bool = False


def in_one_unit(
    equation: WrittenEquation,
    compared: tuple[ExpressionNode, ExpressionNode],
    ranges: tuple[Range, Range],
    values: Values,
) -> Iterator[Pair]:
    """Yield the two sides as they are, and in each unit that may be left out of the side without one.

    A side with the name of a size counts in full, in bytes or operations, not in thousands of them.
    """
    (first, second), (a, b) = compared, ranges
    factor = None if equation.is_bare else conversion(first, second)
    yield Pair(a if factor is None else times(a, factor), b, Fraction(1))
    if factor is not None or equation.is_bare or not any(map(measures_of, equation.sides)):
        return
    bits = any(
        unit.measures == "information" and unit.size == 1 for number in equation.numbers if (unit := measured(number))
    )
    for index, (side, other) in enumerate(((second, first), (first, second))):
        unit = _unit(side)
        if unit is None or unit.measures in measures_of(other) or isinstance(other, Name):
            continue
        size = Fraction(unit.size)
        binary = any(BINARY_SCALE.match(number.figure.scale) for number in side.numbers)
        in_full = values.counts_in_full(other)
        for counts_in in left_out(unit, bits=bits, binary=binary, in_full=in_full):
            silent = unit.measures != "time" and not _may_count_in(counts_in, side, other, size)
            silent = silent and not _repeats(equation, other)
            if silent and not binary and counts_in / 8 in POWERS_OF_1024:
                # 7 × 10 = 75 GB: nothing says that one side counts in GB, and the other one in GiB.
                continue
            if index == 0:
                yield Pair(times(a, counts_in), times(b, size), size, silent)
            else:
                yield Pair(times(a, size), times(b, counts_in), counts_in, silent)
    if values.counts_in_full(first) or values.counts_in_full(second):
        return
    if measures_of(first) and not measures_of(second) and lone(second):
        # 3.9 MWh × 0.1 kg per kWh = 390 kg: what changes the unit may be per a smaller one.
        for power in POWERS:
            yield Pair(times(a, power), b, Fraction(1))
    if not (_unit(first) or _unit(second)) and any(_unit(side) for side in equation.sides):
        for power in POWERS:
            yield Pair(times(a, power), b, Fraction(1))


def _may_count_in(counts_in: Fraction, side: ExpressionNode, plain: ExpressionNode, size: Fraction) -> bool:
    """Return whether a plain side may count in a unit: in single ones, in those of the result, or after a division.

    8 × 2 = 16 GB counts in GB, as its result does, and 5,242,880 / 1,024 = 5 MB says itself that it counts in KB.
    """
    scales = [number.figure.worth for number in side.numbers if number.figure.scale]
    own = {size, *(size * worth for worth in scales)}
    return counts_in in (1, 8, *own) or any(map(_divides_by_thousands, plain.walk()))


def _repeats(equation: WrittenEquation, plain: ExpressionNode) -> bool:
    """Return whether a side starts with the number before it, whose scale it has: 100 MB/s = 100 × 8 = 800 Mbps."""
    index = next((index for index, side in enumerate(equation.sides) if side is plain), 0)
    before = lone(equation.sides[index - 1]) if index else None
    if before is None or len(before.figure.scale) < 2 or not plain.numbers:
        return False
    return bool(plain.numbers[0].figure.value * before.figure.worth == before.figure.value)


def _divides_by_thousands(node: ExpressionNode) -> bool:
    """Return whether a formula divides by 1,000, 1,024, or a power of one of them, or of ten or two."""
    if not (isinstance(node, Operation) and node.sign == "/"):
        return False
    divisors = node.parts[1].numbers
    powers = (part.parts[0] for part in node.parts[1].walk() if isinstance(part, Operation) and part.sign == "^")
    bases = {number.figure.value for base in powers if (number := lone(base))}
    return bool(bases & {2, 10, 1000, 1024}) or any(number.figure.value in THOUSANDS for number in divisors)


def _unit(side: ExpressionNode) -> Unit | None:
    """Return the unit of a side that is a number or a sum with a unit in each term; None if it has none or several."""
    units = {unit for number in side.numbers if (unit := measured(number)) is not None}
    return units.pop() if len(units) == 1 and (lone(side) or _is_sum(side)) else None


def _is_sum(side: ExpressionNode) -> bool:
    """Return whether a side is a sum in which each term has a unit."""
    terms = side.parts if isinstance(side, Operation) and side.sign == "+" else ()
    return bool(terms) and all(measures_of(term) for term in terms)
