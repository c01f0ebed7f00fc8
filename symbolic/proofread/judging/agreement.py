"""Agreement of two values, and what a side is: one number, a round one, a power of ten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range

ABOUT = Fraction(1, 4)
"""So far off may be what one digit and zeros stand for behind ≈: 800K, or 10 GB."""
LEAST = 10
"""A whole number is taken for rounded from here on, where what it stands for is none: 1 day is no rounded one."""


def is_power_of_ten(node: ExpressionNode) -> bool:
    """Return whether a side is ten with an exponent, and no factor before it."""
    if not (isinstance(node, Operation) and node.sign == "^"):
        return False
    base = lone(node.parts[0])
    return base is not None and base.figure.value == 10


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


def times(values: Range, factor: Fraction) -> Range:
    """Return a range multiplied by a factor."""
    if factor == 1:
        return values
    low = values.low * factor
    return Range(low, low if values.is_exact else values.high * factor)


def lone(node: ExpressionNode) -> NumberNode | None:
    """Return the number that a side consists of, without its sign and brackets; None if it is more than a number."""
    while not isinstance(node, NumberNode):
        if not (isinstance(node, Operation) and node.sign in ("-", "()")):
            return None
        node = node.parts[0]
    return node


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
