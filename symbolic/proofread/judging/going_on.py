"""Sides that go on from a result, or begin a sum that is finished later: 3 × 4 = 12 × 5 = 60."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, evaluate
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import agree, lone, middle
from symbolic.proofread.judging.allowances import Allowance, calculates
from symbolic.proofread.reading.equations import WrittenEquation

FAR = Fraction(3, 2)
"""What is so many times as large as another amount is not about the same."""


def goes_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> Allowance | None:
    """Return in which way a side goes on from the one before it; None if it does not.

    A sum that is only begun holds, and so does a result that is worked on behind its =, 30 × 40 = 1200 / 4 = 300. Where
    something is added there (10 × 7 = 70 + 5 = 75), the end is not what the chain began with: that is to be looked at.
    A result may have its last digit cut off, 20 / 3 = 6.6 + 1 = 7.6.
    """
    before, number = found[left], first_number(equation.sides[right])
    if _begins(equation, found, left, right):
        return Allowance("holds", middle(before or []))
    if not before or number is None or not _runs_on(equation, found, left, right):
        return None
    if not _is_it(number, before, Fraction(1, 2)):
        return Allowance("cut", middle(before))
    return Allowance("on" if _adds_on(equation, found, left, right) else "holds", middle(before))


def misses(equation: WrittenEquation, found: Sequence[list[Range] | None]) -> WrittenEquation | None:
    """Return that a calculation is the amount that the sum behind it begins with, if neither is about that; else None.

    6 × 5B × 2 bytes ≈ 30 GB + 5 GB = 35 GB
    """
    for right in range(1, len(equation.sides) - 1):
        before, side = equation.sides[right - 1 : right + 1]
        number, lefts, rights = first_number(side), found[right - 1], found[right]
        if not (number and lefts and rights and isinstance(side, Operation) and side.sign == "+"):
            continue
        made = abs(Fraction(middle(lefts)))
        sizes = [abs(Fraction(middle(ranges))) for ranges in (rights, [evaluate(number)])]
        alike = calculates(before) and measures_of(before) == measures_of(number) != frozenset()
        if alike and all(max(made, size) > FAR * min(made, size) for size in sizes):
            sides, relations = (before, number), equation.relations[right - 1 : right]
            return replace(equation, kind="compared", sides=sides, relations=relations, end=number.end)
    return None


def _adds_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether more is added to a result than the chain began with; another unit or share is only worked out."""
    side = equation.sides[right]
    added = isinstance(side, Operation) and side.sign in ("+", "-") and calculates(equation.sides[left])
    return added and set(found[0] or []).isdisjoint(found[-1] or [])


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
