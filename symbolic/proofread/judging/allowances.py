"""Explanations of a link that does not hold as written: a unit left out, a digit cut off, rounding by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, with_numbers
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import ABOUT, LEAST, agree, is_round, is_whole_number, lone, middle, times
from symbolic.proofread.judging.conversions import Pair, in_one_unit
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

How: TypeAlias = Literal["holds", "cut", "up", "loose", "coarse", "inputs", "prefix", "on"]

MOST_OFF = Fraction(1, 8)
CURVED = frozenset({"^", "ln", "log", "exp", "tanh", "sigmoid", "sin", "cos", "√", "!"})
"""What makes much of how its numbers are rounded."""
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

FULL, CLOSE = 1000, 100
"""So many times finer than what is hidden is a result in full digits, and so small a part of that lies next to it."""


class Allowance(NamedTuple):
    """The way in which a link can be taken to hold, and the right side to all digits, in its own unit."""

    how: How
    value: Exact


def allowance(
    equation: WrittenEquation,
    found: list[list[Range] | None],
    left: int,
    right: int,
    values: Values,
    *,
    explain: bool = True,
) -> Allowance | None:
    """Return the way in which the link may be meant to hold; None if it is wrong in every way.

    Unless it is to `explain`, also None where a number is rounded oddly.
    """
    first, second = equation.sides[left], equation.sides[right]
    number = lone(second)
    explain = explain or number is None
    if not explain and equation.is_bare:
        return None
    pairs = [
        pair
        for a in found[left] or []
        for b in found[right] or []
        for pair in in_one_unit(equation, (first, second), a, b, values, every=False)
    ]
    about = equation.relations[right - 1] == "≈"
    for pair in sorted(pairs[1:], key=lambda pair: pair.silent):
        half = _half(number, pair, about=about)
        if agree(pair.left, pair.right, min(half, max(_half(number, pair), NEAR * abs(Fraction(pair.right.high))))):
            return Allowance("prefix" if pair.silent else "holds", middle([pair.left]))
    if not explain:
        return None
    pairs = [pair for pair in pairs if not pair.silent]
    if number is None and any(map(_is_near, pairs)) and _rounds_on_the_way(first, second, found[left] or [], values):
        return Allowance("holds", middle(found[left] or []))
    oddly = next(((how, pair) for pair in pairs if number and (how := _oddly(number, pair, about=about))), None)
    if oddly and (oddly[0] in ("cut", "up") or not (is_of_measured(first) or oddly[0] == "coarse")):
        return Allowance(oddly[0], Fraction(middle([oddly[1].left])) / oddly[1].size)
    if _may_be_of_rounded(first, number) and any(_is_near(pair) and not _swaps(number, pair) for pair in pairs):
        long = any(_is_long(part) for part in first.numbers)
        few_exact = with_numbers(first, lambda one: one if _is_long(one) or not long else _exactly(one))
        for a in values.readings(few_exact, rounded=True) if long or not oddly else ():
            for b in found[right] or []:
                for pair in in_one_unit(equation, (first, second), a, b, values, every=False):
                    near = agree(pair.left, pair.right, _half(number, pair)) and not _counts_units(first, number)
                    if near and not pair.silent and not _is_next_to(number, pair):
                        counted_in = Fraction(middle([pair.left])) / (Fraction(middle([a])) or 1) / pair.size
                        return Allowance("inputs", Fraction(middle(found[left] or [a])) * counted_in)
    return Allowance(oddly[0], Fraction(middle([oddly[1].left])) / oddly[1].size) if oddly else None


def is_of_measured(side: ExpressionNode) -> bool:
    """Return whether a side has rounded amounts, whose further digits are not shown: 2.79M × $2 = $5.576M."""
    return any(_is_long(part) and (part.figure.scaled or part.unit) for part in side.numbers)


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


def _is_next_to(number: NumberNode | None, pair: Pair) -> bool:
    """Return whether a result in full digits is next to what the digits shown make: 7M × 12 = 84,000,012.

    Hidden digits explain any number near it, but would hardly bring it so close.
    """
    half = (Fraction(pair.left.high) - Fraction(pair.left.low)) / 2
    off = abs(Fraction(middle([pair.left])) - Fraction(middle([pair.right])))
    step = (number.figure.step if number else Fraction(1)) * pair.size
    return FULL * step <= half and step < off <= half / CLOSE


def _counts_units(first: ExpressionNode, number: NumberNode | None) -> bool:
    """Return whether a number in full digits says how often a unit goes into a larger one: 62 GB / 2.5 MB = 24,800.

    It is that in powers of 1,000 or of 1,024, and nothing between.
    """
    scales = {one.figure.scale for one in first.numbers if "information" in measures_of(one)}
    whole = number is not None and not (number.figure.rounded or number.figure.scaled or measures_of(number))
    return whole and len(scales) > 1 and "/" in first.signs


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
    if not whole or not is_whole_number(Range(low, high)):
        if written <= high and low < written + figure.step:
            return "cut"
        if written - figure.step < low and high < written and (whole or written >= LEAST * figure.step):
            return "up"
        if about and _is_about(number, low):
            return "loose"
    coarse, exact = figure.coarse, is_whole_number(Range(low, high))
    zeros = coarse > figure.step
    if about and zeros and _is_about(number, low):
        # 4,096 × 16 ≈ 65,000: its zeros say that it is rounded.
        return "loose"
    if (
        zeros
        and coarse >= (COARSE if exact else LEAST) * figure.step
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


def is_curved(node: ExpressionNode) -> bool:
    """Return whether a formula is a function or a power of a rounded number."""
    curved = isinstance(node, Operation) and node.sign in CURVED
    return curved and any(number.figure.rounded for number in node.numbers)


def calculates(side: ExpressionNode) -> bool:
    """Return whether a side works something out of at least two numbers."""
    return len(side.numbers) > 1 and not side.signs <= NO_WORK
