"""Sides that go on from a result, or begin a sum that is finished later: 3 × 4 = 12 × 5 = 60."""

from __future__ import annotations

from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging.agreement import agree, lone, middle
from symbolic.proofread.judging.allowances import Allowance, calculates
from symbolic.proofread.reading.equations import WrittenEquation


def goes_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side is worked out further than the one before it, or only begun."""
    return _runs_on(equation, found, left, right) or _begins(equation, found, left, right)


def _runs_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side starts with the result of the one before it and goes on: 3 × 4 = 12 × 5 = 60."""
    before, side = equation.sides[left], equation.sides[right]
    if isinstance(side, Operation) and isinstance(before, Operation) and _adds_again(before, side):
        return False
    number, goes_on_from = lone(before), first_number(side)
    if right + 1 == len(equation.sides) or not (calculates(before) or (number and number.label)):
        return False
    if goes_on_from is None or goes_on_from is side:
        return False
    return _is_it(goes_on_from, found[left] or [], Fraction(1))


def cut(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> Allowance | None:
    """Return the result that a side goes on from with its last digit cut off, 20 / 3 = 6.6 + 1 = 7.6; else None."""
    before, number = found[left], first_number(equation.sides[right])
    if not (before and number and number.figure.rounded and _runs_on(equation, found, left, right)):
        return None
    return None if _is_it(number, before, Fraction(1, 2)) else Allowance("cut", middle(before))


def _is_it(number: NumberNode, results: list[Range], digits: Fraction) -> bool:
    """Return whether a number is one of the results, to so much of its last digit if it is rounded."""
    slack = number.figure.step * digits if number.figure.rounded else Fraction(0)
    return any(agree(one, Range(number.figure.value, number.figure.value), slack) for one in results)


def first_number(node: ExpressionNode) -> NumberNode | None:
    """Return the number that a formula starts with; None if it starts with something else."""
    while isinstance(node, Operation) and node.sign in ("+", "×", "/"):
        node = node.parts[0]
    return node if isinstance(node, NumberNode) else None


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
