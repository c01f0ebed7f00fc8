"""Agreement of two sides: each is rounded as it shows, in the units and scales that it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import PER_MANY, between
from symbolic.proofread.reading.equations import WrittenEquation

ROUND = Fraction(1, 20)
"""So far off may be a power of ten behind ≈."""
BY_HAND, ABOUT = Fraction(1, 16), Fraction(1, 4)
"""So far off may be what one digit and zeros stand for, 800K or 10 GB: behind =, and behind ≈."""
ALIKE = Fraction(1, 1000)
"""So near are two formulas with ≈ between them, of which one has the numbers of the other, rounded."""
LIMIT = Fraction(999, 1000)
MOST_TWOS = 100
"""2^100 is 1.27 × 10^30: from there on nobody takes them for each other."""
NOTHING = Fraction(0)
LEAST = 10
"""A whole number is taken for rounded from here on, where what it stands for is none: 1 day is no rounded one."""


def holds(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool | None:
    """Return whether the link between two sides holds; None if there is nothing to judge it by."""
    lefts, rights = found[left] or [], found[right] or []
    relation = equation.relations[right - 1]
    first, second = equation.sides[left], equation.sides[right]
    bare = equation.is_bare
    if right - left > 1 and "≈" in equation.relations[left:right]:
        relation = "≈"
    if relation in RELATIONS:
        return any(RELATIONS[relation](a, b) for a in lefts for b in rights)
    factor = None if bare else between(first, second)
    converted = factor is not None and "/" not in first.signs
    if not converted and any(a.is_exact and a in rights for a in lefts):
        return True
    about = relation == "≈"
    slacks = _slack(first, rights, about), _slack(second, lefts, about)
    # Both at their limits, and in opposite directions, is no rounding: 0.794 = 79.5 %.
    both = (slacks[0] + slacks[1]) * (LIMIT if all(slacks) else 1) if any(slacks) else NOTHING
    if not converted and any(agree(a, b, both) for a in lefts for b in rights):
        return True
    if factor is not None:
        # In a larger unit it is hardly ever a whole number: 9.615e7 seconds = 1113 days.
        slack = slacks[0] * factor + max(slacks[1], Fraction(1, 2) if factor < 1 and _is_whole(second) else 0)
        return any(agree(times(a, factor), b, slack) for a in lefts for b in rights)
    if not bare and (scales := in_one_scale(equation, first, second)) and scales[0] != scales[1]:
        one, other = scales
        slack = slacks[0] * one + slacks[1] * other
        if any(agree(times(a, one), times(b, other), slack) for a in lefts for b in rights):
            return True
    if about and any(_are_alike(*pair) for pair in ((first, second), (second, first))):
        return True
    if about and is_power_of_ten(second):
        # 2^10 = 1024 ≈ 10^3: a round number of one digit.
        return any(agree(a, b, abs(Fraction(b.low)) * ROUND) for a in lefts for b in rights)
    if about and not (lone(first) or lone(second)):
        return True if any(agree(a, b, abs(Fraction(b.low)) * ALIKE) for a in lefts for b in rights) else None
    return False


def conversion(first: ExpressionNode, second: ExpressionNode) -> Fraction | None:
    """Return the factor from the unit of a formula to that of its result: 1,500 × 0.03 s are no 45 ms.

    None where the units are the same or not known, and for a quotient, since that of two times has no unit.
    """
    return None if "/" in first.signs else between(first, second)


def is_power_of_ten(node: ExpressionNode) -> bool:
    """Return whether a side is ten with an exponent, and no factor before it."""
    if not (isinstance(node, Operation) and node.sign == "^"):
        return False
    base = lone(node.parts[0])
    return base is not None and base.figure.value == 10


def _are_alike(of_two: ExpressionNode, of_ten: ExpressionNode) -> bool:
    """Return whether two powers are those that people take for each other: 2^10 ≈ 10^3, 2^50 ≈ 10^15."""
    powers = [side.parts for side in (of_two, of_ten) if isinstance(side, Operation) and side.sign == "^"]
    numbers = [number.figure.value for parts in powers for part in parts if (number := lone(part))]
    if len(powers) != 2 or len(numbers) != 4:
        return False
    two, twos, ten, tens = numbers
    return (two, ten) == (2, 10) and 10 * tens == 3 * twos and 0 < twos <= MOST_TWOS


RELATIONS: Mapping[str, Callable[[Range, Range], bool]] = {
    "<": lambda left, right: left.low < right.high,
    "≤": lambda left, right: left.low <= right.high,
    ">": lambda left, right: left.high > right.low,
    "≥": lambda left, right: left.high >= right.low,
    "≠": lambda left, right: not (left == right and left.is_exact),
}


def agree(left: Range, right: Range, slack: Fraction) -> bool:
    """Return whether two ranges overlap once they are widened by `slack`, so that both may be the same number."""
    if not slack:
        return left.low <= right.high and right.low <= left.high
    return left.low - slack <= right.high and right.low - slack <= left.high


def _scale_of_all(equation: WrittenEquation, compared: tuple[ExpressionNode, ...]) -> Fraction:
    """Return the scale of a result whose formulas have none: 0.4 × 312 = 124.8 TFLOP/s counts in TFLOP/s; else 1.

    A percent sign counts only if a number of the equation is 100.
    """
    results = [number for side in (*compared, *reversed(equation.sides)) if (number := lone(side))]
    result = next((number for number in results if number.figure.scale), None)
    if result is None or (len(equation.sides) == 2 and all(lone(side) for side in equation.sides)):
        return Fraction(1)
    if result.figure.scale == "%" and not any(number.figure.value == 100 for number in equation.numbers):
        return Fraction(1)
    return result.figure.worth


def in_one_scale(equation: WrittenEquation, first: ExpressionNode, second: ExpressionNode) -> tuple[Fraction, Fraction]:
    """Return the factor for each of two sides: the scale of the result for a side that has none, else 1."""
    worth = _scale_of_all(equation, (second, first))
    one, other = (Fraction(1) if _is_scaled(side) else worth for side in (first, second))
    return one, other


def _is_scaled(side: ExpressionNode) -> bool:
    """Return whether a side has a number with a scale, also per so many, or a name, which stands for one in full."""
    scaled = any(number.figure.scale or PER_MANY.match(number.label) for number in side.numbers)
    return scaled or bool(side.names)


def times(values: Range, factor: Fraction) -> Range:
    """Return a range multiplied by a factor."""
    return values if factor == 1 else Range(values.low * factor, values.high * factor)


def _is_whole(node: ExpressionNode) -> bool:
    """Return whether a side is one whole number of at least LEAST, written in full."""
    number = lone(node)
    return number is not None and not number.figure.rounded and number.figure.value >= LEAST


def lone(node: ExpressionNode) -> NumberNode | None:
    """Return the number that a side consists of, without its sign and brackets; None if it is more than a number."""
    while not isinstance(node, NumberNode):
        if not (isinstance(node, Operation) and node.sign in ("-", "()")):
            return None
        node = node.parts[0]
    return node


def _slack(node: ExpressionNode, other: list[Range], about: bool) -> Fraction:
    """Return half of what the last digit of a lone number is worth, as far as it may be rounded; 0 for other sides."""
    number = lone(node)
    if number is None:
        return NOTHING
    if number.figure.scaled:
        # It has its range already; behind ≈ zeros at its end may be rounding, 110 million, and so they may in 800K.
        by_hand = about or (is_round(number) and not any(lies.is_exact and lies.low == 0 for lies in other))
        most = 2 * abs(Fraction(number.figure.value)) * (ABOUT if about else BY_HAND)
        return max(NOTHING, min(number.figure.coarse, most) - number.figure.step) / 2 if by_hand else NOTHING
    if number.figure.rounded:
        return number.figure.step / 2
    if _is_whole(node) and not any(is_whole_number(lies) for lies in other):
        return max(Fraction(1, 2), number.figure.coarse / 2 if about else NOTHING)
    return number.figure.coarse / 2 if about else NOTHING


def is_round(number: NumberNode) -> bool:
    """Return whether a number with a scale has one digit and zeros, as people round: 800K."""
    return number.figure.coarse > number.figure.step and number.figure.value / number.figure.coarse < LEAST


def is_whole_number(values: Range) -> bool:
    """Return whether a range is one whole number."""
    return values.is_exact and values.low.denominator == 1


def middle(ranges: list[Range]) -> Exact:
    """Return the middle of the first range: its value, if it is exact."""
    low, high = ranges[0]
    return low if low == high else (Fraction(low) + Fraction(high)) / 2
