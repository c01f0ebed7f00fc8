"""Sides that go on from a result, or begin a sum that is finished later: 3 × 4 = 12 × 5 = 60."""

from __future__ import annotations

from fractions import Fraction

from symbolic.proofread.arithmetic.expression import NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging.agreement import agree, lone
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.reading.equations import WrittenEquation


def goes_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side is worked out further than the one before it, or only begun."""
    return _runs_on(equation, found, left, right) or _begins(equation, found, left, right)


def _runs_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side starts with the result of the one before it and goes on: 3 × 4 = 12 × 5 = 60."""
    before, first = equation.sides[left], equation.sides[right]
    side = first
    if isinstance(side, Operation) and isinstance(before, Operation) and _adds_again(before, side):
        return False
    number = lone(before)
    if right + 1 == len(equation.sides) or not (calculates(before) or (number and number.label)):
        return False
    while isinstance(first, Operation) and first.sign in ("+", "×", "/"):
        first = first.parts[0]
    if first is side or not isinstance(first, NumberNode):
        return False
    value = first.figure.value
    slack = first.figure.step if first.figure.rounded else 0
    return any(agree(one, Range(value, value), Fraction(slack)) for one in found[left] or [])


def _adds_again(before: Operation, side: Operation) -> bool:
    """Return whether a sum adds to a result what is in that already: 3 × 4 + 5 = 17 + 5 = 22."""
    if not side.sign == before.sign == "+":
        return False
    added, was = ([number.figure.value for part in one.parts[1:] if (number := lone(part))] for one in (side, before))
    return len(added) == len(side.parts) - 1 and added == was


def _begins(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side is the start of the sum before it, finished later: 3 + 4 + 5 = 3 + 4 = 7 + 5 = 12."""
    whole, part = equation.sides[left], equation.sides[right]
    if not (isinstance(whole, Operation) and isinstance(part, Operation) and whole.sign == part.sign and found[left]):
        return False
    if len(part.parts) >= len(whole.parts) or right + 1 == len(equation.sides):
        return False
    numbers = [[getattr(one, "figure", None) for one in side.parts] for side in (whole, part)]
    if None in numbers[0] or numbers[0][: len(part.parts)] != numbers[1]:
        return False
    return any(not set(found[left] or []).isdisjoint(later or []) for later in found[right + 1 :])
