"""Explanations of a link that does not hold as written: a unit left out, a digit cut off, rounding by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation, with_numbers
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import Unit, left_out, measured, measures_of
from symbolic.proofread.judging.agreement import (
    ABOUT,
    LEAST,
    agree,
    conversion,
    is_round,
    is_whole_number,
    lone,
    middle,
    times,
)
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

How: TypeAlias = Literal["holds", "cut", "up", "loose", "coarse", "inputs", "prefix"]

POWERS = tuple(Fraction(base) ** power for base in (1000, 1024) for power in (-4, -3, -2, -1, 1, 2, 3, 4))
THOUSANDS = frozenset(base**power for base in (1000, 1024) for power in range(1, 7))
POWERS_OF_1024 = frozenset(1024**power for power in range(1, 7))
MOST_OFF = Fraction(1, 8)
CURVED = frozenset({"^", "ln", "log", "exp", "tanh", "sigmoid", "sin", "cos", "√", "!"})
"""What makes much of how its numbers are rounded."""
BINARY_SCALE = re.compile(r"[KMGTPEkmgtpe]i")
NO_WORK = frozenset({"()", "-", "beside"})
"""Signs between or beside numbers that work nothing out."""
DIGITS = 6
"""A whole result of more digits is worked out exactly."""
NEAR, NEARER = Fraction(3, 100), Fraction(1, 100)
"""So far off may be what is only about so much, with one digit or two, and with more."""
FEW_DIGITS = 2
"""An exact number of so few digits may stand beside rounded ones in a side worked out on the way."""
COARSE, LONG = 1000, 100_000
"""A whole number with at least so many for its zeros may be rounded to them; to a single digit only with more zeros."""


class Allowance(NamedTuple):
    """The way in which a link can be taken to hold, and the right side to all digits, in its own unit."""

    how: How
    value: Exact


class Pair(NamedTuple):
    """The values of two sides in one unit, and the size of the right side's unit in that unit.

    `silent` is true if a plain number is taken for thousands of the unit, which nothing says: 2,560 for 2,560 KB.
    """

    left: Range
    right: Range
    size: Fraction
    silent: bool = False


def allowance(
    equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int, values: Values
) -> Allowance | None:
    """Return the way in which the link may be meant to hold; None if it is wrong in every way."""
    first, second = equation.sides[left], equation.sides[right]
    number = lone(second)
    pairs = [
        pair
        for a in found[left] or []
        for b in found[right] or []
        for pair in in_one_unit(equation, (first, second), (a, b), values)
    ]
    about = equation.relations[right - 1] == "≈"
    for pair in sorted(pairs[1:], key=lambda pair: pair.silent):
        half = _half(number, pair, about=about)
        if agree(pair.left, pair.right, min(half, max(_half(number, pair), NEAR * abs(Fraction(pair.right.high))))):
            return Allowance("prefix" if pair.silent else "holds", middle([pair.left]))
    pairs = [pair for pair in pairs if not pair.silent]
    if number is None and any(map(_is_near, pairs)) and _rounds_on_the_way(first, second, found[left] or [], values):
        return Allowance("holds", middle(found[left] or []))
    for pair in pairs if number else ():
        if number and (how := _oddly(number, pair, about=about)):
            return Allowance(how, Fraction(middle([pair.left])) / pair.size)
    if _may_be_of_rounded(first, number) and any(_is_near(pair) and not _swaps(number, pair) for pair in pairs):
        long = any(_is_long(part) for part in first.numbers)
        few_exact = with_numbers(first, lambda one: one if _is_long(one) or not long else _exactly(one))
        for a in values.readings(few_exact, rounded=True):
            for b in found[right] or []:
                for pair in in_one_unit(equation, (first, second), (a, b), values):
                    if not pair.silent and agree(pair.left, pair.right, _half(number, pair)):
                        counted_in = Fraction(middle([pair.left])) / (Fraction(middle([a])) or 1) / pair.size
                        return Allowance("inputs", Fraction(middle(found[left] or [a])) * counted_in)
    return None


def _rounds_on_the_way(first: ExpressionNode, second: ExpressionNode, lefts: list[Range], values: Values) -> bool:
    """Return whether a side has rounded results of the one before it, and all its other numbers: √(10/3) = √3.33."""
    given = {number.figure.value for number in first.numbers}
    kept = with_numbers(second, lambda one: _exactly(one) if one.figure.value in given else one)
    new = [number for number in kept.numbers if number.figure.value not in given]
    rounded = [number for number in new if number.figure.rounded]
    exact = [number for number in new if not number.figure.rounded]
    if not rounded or any(len(number.figure.shown) > FEW_DIGITS for number in exact) or first.names or second.names:
        return False
    return any(agree(a, b, Fraction(0)) for a in lefts for b in values.readings(kept, rounded=True))


def _exactly(number: NumberNode) -> NumberNode:
    return replace(number, figure=number.figure._replace(rounded=False))


def _is_long(number: NumberNode) -> bool:
    """Return whether a rounded number shows more than one digit: beside such numbers 0.1 is hardly rounded."""
    return number.figure.rounded and bool(number.figure.value >= LEAST * number.figure.step)


def _is_near(pair: Pair) -> bool:
    """Return whether two sides differ by so little that hidden digits may explain it: not so for 1 × 5 = 2."""
    one, other = Fraction(middle([pair.left])), Fraction(middle([pair.right]))
    return abs(one - other) <= MOST_OFF * max(abs(one), abs(other))


def _swaps(number: NumberNode | None, pair: Pair) -> bool:
    """Return whether a result has the right digits in another order: 265 GB in the place of 256 GB."""
    step = (number.figure.step if number else Fraction(1)) * pair.size
    right, written = (str(int(Fraction(middle([value])) / step + Fraction(1, 2))) for value in (pair.left, pair.right))
    return len(right) > 2 and right != written and sorted(right) == sorted(written)


def _may_be_of_rounded(first: ExpressionNode, number: NumberNode | None) -> bool:
    """Return whether a result may come from numbers that the left side shows rounded: 0.0004 × 2 = 0.0009."""
    if number is None or not any(part.figure.rounded for part in first.numbers) or not calculates(first):
        return False
    if first.names or any(map(is_curved, first.walk())):
        return False
    scaled = any(part.figure.scale for part in first.numbers)
    return number.figure.rounded or scaled or len(str(number.figure.value)) <= DIGITS


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


def _half(number: NumberNode | None, pair: Pair, *, about: bool = False) -> Fraction:
    """Return half of what the last digit of the right side is worth, in the common unit of the pair.

    Behind ≈ (`about`), zeros at the end of a number may be rounding too.
    """
    if number is None or number.figure.scaled:
        return Fraction(0)
    if about and not number.figure.rounded:
        return number.figure.coarse * pair.size / 2
    whole = not number.figure.rounded
    rounds = not whole or number.figure.value >= LEAST or not is_whole_number(times(pair.left, 1 / pair.size))
    return number.figure.step * pair.size / 2 if rounds else Fraction(0)


def _oddly(number: NumberNode, pair: Pair, *, about: bool = False) -> How | None:
    """Return how the number is rounded: digits cut off, rounded up, or to few digits; None if it is none of these.

    Behind ≈ (`about`), the number only needs to be near the left side.
    """
    low, high = pair.left if pair.size == 1 else times(pair.left, 1 / pair.size)
    if high < 0 and pair.right.high < 0:
        low, high = -high, -low
    figure, written = number.figure, number.figure.value
    whole = not (figure.rounded or figure.scaled)
    if written <= 0 or low <= 0:
        return None
    if (not whole or not is_whole_number(Range(low, high))) and not _is_exact(number, low, high):
        if written <= high and low < written + figure.step:
            return "cut"
        if written - figure.step < low and high < written and (whole or written >= LEAST * figure.step):
            return "up"
        if about and _is_about(number, low):
            return "loose"
    if about and figure.coarse > figure.step and _is_about(number, low):
        # 4,096 × 16 ≈ 65,000: its zeros say that it is rounded.
        return "loose"
    coarse = figure.coarse
    exact = is_whole_number(Range(low, high))
    if (
        coarse >= (COARSE if exact else LEAST) * figure.step
        and 2 * abs(Fraction(low) - written) <= coarse
        and (written >= LEAST * coarse or (coarse >= LONG * figure.step and _is_about(number, low)))
    ):
        return "coarse"
    if figure.scaled and is_round(number) and abs(Fraction(low) - written) <= min(coarse / 2, ABOUT * low):
        return "coarse"
    return None


def _is_about(number: NumberNode, value: Exact) -> bool:
    """Return whether a number behind ≈ is near a value, for as many digits as it has."""
    few = number.figure.value < LEAST**2 * number.figure.coarse
    return abs(value - Fraction(number.figure.value)) <= (NEAR if few else NEARER) * value


def _is_exact(number: NumberNode, low: Exact, high: Exact) -> bool:
    """Return whether the left side is one whole number and the number is not rounded, so that no digit is cut off."""
    return low == high and not number.figure.rounded and low.denominator == 1


def is_curved(node: ExpressionNode) -> bool:
    """Return whether a formula is a function or a power of a rounded number."""
    curved = isinstance(node, Operation) and node.sign in CURVED
    return curved and any(number.figure.rounded for number in node.numbers)


def calculates(side: ExpressionNode) -> bool:
    """Return whether a side works something out of at least two numbers."""
    return len(side.numbers) > 1 and not side.signs <= NO_WORK
