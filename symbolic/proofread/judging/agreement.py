"""Whether two sides may be the same number: each rounded as it shows, in the units and scales that they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import between
from symbolic.proofread.reading.equations import WrittenEquation

LEAST = 10
"""A whole number is taken for rounded from here on, where what it stands for is none: 1 day is no rounded one."""


def holds(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool | None:
    """Whether a link holds; None where it has no digits to judge it by."""
    lefts, rights = found[left] or [], found[right] or []
    relation = equation.relations[right - 1]
    first, second = equation.sides[left], equation.sides[right]
    if other_rates(first, second):
        return None
    if right - left > 1 and "≈" in equation.relations[left:right]:
        relation = "≈"
    if relation in RELATIONS:
        return any(RELATIONS[relation](a, b) for a in lefts for b in rights)
    if any(a.is_exact and a in rights for a in lefts):
        return True
    about = relation == "≈"
    slacks = _slack(first, rights, about), _slack(second, lefts, about)
    if any(agree(a, b, slacks[0] + slacks[1]) for a in lefts for b in rights):
        return True
    factor = between(first, second)
    if factor is not None:
        # In a larger unit it is hardly ever a whole number: 9.615e7 seconds = 1113 days.
        slack = slacks[0] * factor + max(slacks[1], Fraction(1, 2) if factor < 1 and _is_whole(second) else 0)
        return any(agree(times(a, factor), b, slack) for a in lefts for b in rights)
    one, other = in_one_scale(equation, first, second)
    slack = slacks[0] * one + slacks[1] * other
    if one != other and any(agree(times(a, one), times(b, other), slack) for a in lefts for b in rights):
        return True
    if about and not (lone(first) or lone(second)):
        return None
    return False


def other_rates(first: ExpressionNode, second: ExpressionNode) -> bool:
    """Whether two numbers say how many there are per something, each per something else."""
    labels = [number.label for side in (first, second) if (number := lone(side)) and "/" in number.label]
    return len(set(labels)) > 1


RELATIONS: Mapping[str, Callable[[Range, Range], bool]] = {
    "<": lambda left, right: left.low < right.high,
    "≤": lambda left, right: left.low <= right.high,
    ">": lambda left, right: left.high > right.low,
    "≥": lambda left, right: left.high >= right.low,
    "≠": lambda left, right: not (left == right and left.is_exact),
}


def agree(left: Range, right: Range, slack: Fraction) -> bool:
    """Whether two sides may be the same number, rounded by so much."""
    return left.low - slack <= right.high and right.low - slack <= left.high


def _scale_of_all(equation: WrittenEquation, compared: tuple[ExpressionNode, ...]) -> Fraction:
    """The scale of a result where the formulas before it have none: 0.4 × 312 = 124.8 TFLOP/s counts in TFLOP/s.

    A percent sign is one only behind a formula that has a hundred.
    """
    results = [number for side in (*compared, *reversed(equation.sides)) if (number := lone(side))]
    result = next((number for number in results if number.figure.scale), None)
    if result is None or (len(equation.sides) == 2 and all(lone(side) for side in equation.sides)):
        return Fraction(1)
    figures = [part.figure for side in equation.sides for part in side.walk() if isinstance(part, NumberNode)]
    if result.figure.scale == "%" and not any(figure.value == 100 for figure in figures):
        return Fraction(1)
    return result.figure.worth


def in_one_scale(equation: WrittenEquation, first: ExpressionNode, second: ExpressionNode) -> tuple[Fraction, Fraction]:
    """What each of two sides counts in: one without a scale in that of the result, beside one that has a scale."""
    worth = _scale_of_all(equation, (second, first))
    one, other = (Fraction(1) if _is_scaled(side) else worth for side in (first, second))
    return one, other


def _is_scaled(side: ExpressionNode) -> bool:
    """Whether a scale stands in it, or a name that stands for a number in full."""
    return any(isinstance(part, Name) or (isinstance(part, NumberNode) and part.figure.scale) for part in side.walk())


def times(values: Range, factor: Fraction) -> Range:
    """All that a range may stand for, so many times."""
    return Range(values.low * factor, values.high * factor)


def _is_whole(node: ExpressionNode) -> bool:
    """Whether a side is one whole number, written in full."""
    number = lone(node)
    return number is not None and not number.figure.rounded and number.figure.value >= LEAST


def lone(node: ExpressionNode) -> NumberNode | None:
    """A side that is one number, its sign and its brackets aside."""
    while isinstance(node, Operation) and node.sign in ("-", "()"):
        node = node.parts[0]
    return node if isinstance(node, NumberNode) else None


def _slack(node: ExpressionNode, other: list[Range], about: bool) -> Fraction:
    """Half of what the last digit of a lone number is worth: what rounds to it is as near as that."""
    number = lone(node)
    if number is None:
        return Fraction(0)
    if number.figure.scaled:
        # It has its range already; behind ≈ zeros at its end may be rounding, 110 million, and so they may in 800K.
        by_hand = about or (is_round(number) and not any(lies.is_exact and lies.low == 0 for lies in other))
        return (number.figure.coarse - number.figure.step) / 2 if by_hand else Fraction(0)
    if number.figure.rounded:
        return number.figure.step / 2
    if _is_whole(node) and not any(is_whole_number(lies) for lies in other):
        return max(Fraction(1, 2), number.figure.coarse / 2 if about else Fraction(0))
    return number.figure.coarse / 2 if about else Fraction(0)


def is_round(number: NumberNode) -> bool:
    """Whether a number with a scale has one digit and zeros, as people round: 800K."""
    return number.figure.coarse > number.figure.step and number.figure.value / number.figure.coarse < LEAST


def is_whole_number(values: Range) -> bool:
    """Whether a range is one whole number."""
    return values.is_exact and Fraction(values.low).denominator == 1


def middle(ranges: list[Range]) -> Exact:
    """One value for what may be several."""
    low, high = ranges[0]
    return low if low == high else (Fraction(low) + Fraction(high)) / 2
