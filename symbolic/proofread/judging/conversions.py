"""Factors that bring two sides into one unit: written ones, those of units that are left out, and any that fits."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import PER_MANY, SECOND, Unit, between, divides_by_speed, measured, measures_of
from symbolic.proofread.judging.agreement import lone, times
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

POWERS = tuple(Fraction(base) ** power for base in (1000, 1024) for power in (-4, -3, -2, -1, 1, 2, 3, 4))
THOUSANDS = frozenset(base**power for base in (1000, 1024) for power in range(1, 7))
POWERS_OF_1024 = frozenset(1024**power for power in range(1, 7))
PER_OTHER_TIME = re.compile(r"/ ?(?:ms|µs|μs|us|ns|min|h|hr|hour|day)\b")
"""Behind a speed that is none of a second: 50 MB/ms."""
BINARY_SCALE = re.compile(r"[KMGTPEkmgtpe]i")
FAR = 8
"""Numbers that differ by such a factor are not the same one, rounded: that is half of a number at most."""
ONE, HOUR = Fraction(1), 3600 * SECOND


class Conversion(NamedTuple):
    """The factor of each of two sides with which they are in one unit.

    `silent` is true if a plain number is taken for thousands of the unit, which nothing says: 2,560 for 2,560 KB.
    """

    first: Fraction
    second: Fraction
    silent: bool = False


class Pair(NamedTuple):
    """The values of two sides in one unit, and the size of the right side's unit in that unit."""

    left: Range
    right: Range
    size: Fraction
    silent: bool


def written(equation: WrittenEquation, first: ExpressionNode, second: ExpressionNode) -> Iterator[Conversion]:
    """Yield the sides as they are, and with the factor between their units or the scale that a number of both has.

    A quotient of two times has no unit: it is as it is, too. A side without a scale may count in that of the result:
    0.4 × 312 = 124.8 TFLOP/s.
    """
    if not equation.is_bare and (seconds := _in_seconds(first, second)):
        yield seconds
        return
    factor = None if equation.is_bare else between(first, second)
    if factor is None or "/" in first.signs:
        yield Conversion(ONE, ONE)
    if factor is not None:
        yield Conversion(factor, ONE)
    elif not equation.is_bare and (worth := _scale_of_all(equation, (second, first))) != 1:
        one, other = (ONE if _is_scaled(side) else worth for side in (first, second))
        if one != other:
            yield Conversion(one, other)


def _in_seconds(first: ExpressionNode, second: ExpressionNode) -> Conversion | None:
    """Return the conversion of an amount divided by a speed into its time: 14e9 / 2e12 = 7 ms; None for anything else.

    Devices' speeds are given for a second. Of small numbers nobody knows in what they count: 84 / 12 = 7 ms.
    """
    for plain, timed in ((first, second), (second, first)):
        unit = _unit(timed)
        if unit is None or unit.measures != "time" or unit.size >= SECOND:
            continue
        if measures_of(plain) and not divides_by_speed(plain):
            continue
        if "/" in plain.signs and _counts_in_seconds(plain):
            size = Fraction(unit.size)
            return Conversion(Fraction(SECOND), size) if plain is first else Conversion(size, Fraction(SECOND))
    return None


def _has_amounts(side: ExpressionNode) -> bool:
    """Return whether a side has numbers of millions and more, 16.7M or 312 × 10¹²."""
    powers = (part.parts for part in side.walk() if isinstance(part, Operation) and part.sign == "^")
    exponents = (lone(power) for base, power in powers if (ten := lone(base)) and ten.figure.value == 10)
    raised = any(exponent and exponent.figure.value >= 6 for exponent in exponents)
    return raised or any(number.figure.value >= 10**6 for number in side.numbers)


def _counts_in_seconds(side: ExpressionNode) -> bool:
    """Return whether a side works with amounts or a speed, and with no number that changes the unit.

    1,000 × 16,700,000 / 46,000,000 and 2,500 MB / 50 MB/ms count in milliseconds.
    """
    changes = any(one.figure.value in THOUSANDS or PER_OTHER_TIME.search(one.label) for one in side.numbers)
    return not changes and (divides_by_speed(side) or _has_amounts(side))


def _scale_of_all(equation: WrittenEquation, compared: tuple[ExpressionNode, ...]) -> Fraction:
    """Return the scale of a result whose formulas have none, else 1; a percent sign counts only beside a number 100."""
    results = [number for side in (*compared, *reversed(equation.sides)) if (number := lone(side))]
    result = next((number for number in results if number.figure.scale), None)
    if result is None or (len(equation.sides) == 2 and all(lone(side) for side in equation.sides)):
        return ONE
    if result.figure.scale == "%" and not any(number.figure.value == 100 for number in equation.numbers):
        return ONE
    return result.figure.worth


def _is_scaled(side: ExpressionNode) -> bool:
    """Return whether a side has a number with a scale or unit, also per so many, or a name: each counts in full."""
    scaled = any(number.figure.scale or PER_MANY.match(number.label) or measured(number) for number in side.numbers)
    return scaled or bool(side.names)


def conversions(
    equation: WrittenEquation, first: ExpressionNode, second: ExpressionNode, values: Values
) -> Iterator[Conversion]:
    """Yield the written conversions of two sides, then those to each unit that may be left out of a side without one.

    A side with the name of a size counts in full, in bytes or operations, not in thousands of them.
    """
    found = list(written(equation, first, second))
    yield from found
    converted = found[0].first != found[0].second
    timed = converted and not equation.is_bare and _in_seconds(first, second) is not None
    if (converted and not timed) or equation.is_bare or not any(map(measures_of, equation.sides)):
        return
    bits = any(
        unit.measures == "information" and unit.size == 1 for number in equation.numbers if (unit := measured(number))
    )
    for side, other in ((second, first), (first, second)):
        unit = _unit(side)
        if unit is None or unit.measures in measures_of(other) or isinstance(other, Name):
            continue
        size = Fraction(unit.size)
        binary = any(BINARY_SCALE.match(number.figure.scale) for number in side.numbers)
        # What a result in plain FLOPs, 7.3 × 10^9 FLOPs, is worked out of counts in them, too.
        single = unit.measures == "work" and size == 1 and not any(number.figure.scale for number in side.numbers)
        in_full = single or values.counts_in_full(other)
        for counts_in in _left_out(unit, bits=bits, binary=binary, in_full=in_full):
            if unit.measures == "time":
                silent = counts_in < SECOND and _counts_in_seconds(other)
            else:
                silent = not _may_count_in(counts_in, side, other, size)
            silent = silent and not _repeats(equation, other)
            if silent and not binary and counts_in / 8 in POWERS_OF_1024:
                # 7 × 10 = 75 GB: nothing says that one side counts in GB, and the other one in GiB.
                continue
            factors = (counts_in, size) if side is second else (size, counts_in)
            yield Conversion(*factors, silent)
    if values.counts_in_full(first) or values.counts_in_full(second):
        return
    # 3.9 MWh × 0.1 kg per kWh = 390 kg: what changes the unit may be per a smaller one.
    changes = measures_of(first) and not measures_of(second) and lone(second) and not divides_by_speed(first)
    plain = not any(_unit(side) or _is_scaled(side) for side in (first, second))
    if changes or (plain and any(_unit(side) for side in equation.sides)):
        yield from (Conversion(power, ONE) for power in POWERS)


def in_one_unit(
    equation: WrittenEquation,
    sides: tuple[ExpressionNode, ExpressionNode],
    a: Range,
    b: Range,
    values: Values,
    *,
    every: bool = True,
) -> Iterator[Pair]:
    """Yield two sides' values in each unit in which both may be.

    If not in `every` one, then in the first, and in others only where the values are so near that they may be the same.
    """
    result = lone(sides[1])
    # What is rounded up to a single one may be anything below it.
    tiny = result is not None and result.figure.value < 2 * result.figure.step
    least, most = _ratio(a, b)
    for place, (one, other, silent) in enumerate(conversions(equation, *sides, values)):
        factor = float(one) / float(other)
        if every or not place or (least * factor < FAR and (tiny or most * factor * FAR > 1)):
            yield Pair(times(a, one), times(b, other), other, silent)


def _ratio(a: Range, b: Range) -> tuple[float, float]:
    """Return about how many times as large as another value one is, at least and at most; 0 and infinity if unknown."""
    try:
        if a.low > 0 and b.low > 0:
            return float(a.low) / float(b.high), float(a.high) / float(b.low)
    except ArithmeticError:
        pass
    return 0.0, math.inf


@cache
def _left_out(unit: Unit, *, bits: bool, binary: bool, in_full: bool) -> tuple[Fraction, ...]:
    """Return the possible sizes of the unit in which a formula without units counts, given the unit of its result.

    The sizes are in the smallest unit of the quantity. Times are counted in seconds or small parts of one, for days and
    more also in hours; bytes in powers of 1,000 or 1,024, other quantities in powers of 1,000. Bits are possible where
    the formula speaks of them (`bits`) or the result is in bits. For a result in MiB or the like (`binary`), powers of
    1,000 are left out. With `in_full` only bytes, bits and the like are possible, without a power; times stay the same.
    """
    if unit.measures == "time":
        return tuple(map(Fraction, (1, 10**3, 10**6, SECOND, *([HOUR] if unit.size > HOUR else []))))
    information = unit.measures == "information"
    bases = (*(() if binary and information else (1000,)), *((1024,) if information else ()))
    sizes = sorted({Fraction(base**power) for base in bases for power in range(1 if in_full else 7)})
    in_bits = sizes if information and (bits or unit.size == 1) else ()
    return (*(size * (8 if information else 1) for size in sizes), *in_bits)


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
