"""Products with a power of ten as one number, rounded as its digits say: 1.238 × 10^22."""

from __future__ import annotations

from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, bare
from symbolic.proofread.arithmetic.numbers import MOST_DIGITS

LEAST_TEN = 1000
"""A number times so much is written like one with a power of ten: 1.1 × 100,000."""


def scientific(digits: ExpressionNode, power: ExpressionNode) -> NumberNode | None:
    """Return a product such as 1.238 × 10^22 as one number, rounded as its digits say; None for other products."""
    if not (isinstance(digits, NumberNode) and isinstance(power, Operation) and power.sign == "^"):
        return None
    base, exponent = power.parts
    exponent = bare(exponent)
    negative = isinstance(exponent, Operation) and exponent.sign == "-"
    exponent = exponent.parts[0] if isinstance(exponent, Operation) and negative else exponent
    if not (isinstance(base, NumberNode) and isinstance(exponent, NumberNode) and base.figure.value == 10):
        return None
    if digits.figure.scaled or not 0 <= exponent.figure.value <= MOST_DIGITS or exponent.figure.rounded:
        return None
    ten = Fraction(10) ** int(-exponent.figure.value if negative else exponent.figure.value)
    figure = digits.figure.times(ten)._replace(
        rounded=digits.figure.rounded or negative,
        shown=f"{digits.figure.shown} × 10^{'−' if negative else ''}{exponent.figure.value}",
    )
    return NumberNode(digits.start, power.end, figure, exponent.unit, exponent.label)


def with_power(result: ExpressionNode) -> ExpressionNode:
    """Return a result such as 1.1 × 100,000 as one number, as if it had a power of ten; others as they are."""
    if not (isinstance(result, Operation) and result.sign == "×" and len(result.parts) == 2):
        return result
    digits, ten = result.parts
    if not (isinstance(digits, NumberNode) and isinstance(ten, NumberNode) and digits.is_bare and ten.is_bare):
        return result
    power = ten.figure
    if not digits.figure.rounded or digits.figure.value >= 10 or power.value != power.coarse or power.value < LEAST_TEN:
        return result
    figure = digits.figure.times(power.coarse)._replace(shown=f"{digits.figure.shown} × {power.shown}")
    return NumberNode(result.start, result.end, figure, ten.unit)
