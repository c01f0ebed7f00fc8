"""Why a link that does not hold may be no error: what could be read in another way is to be looked at, not wrong."""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import MEASURES, measured, measures_of
from symbolic.proofread.judging.agreement import RELATIONS, lone, middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

UNKNOWNS = frozenset("xyzuvijkt")
"""Letters of what is to be found, 2x + 5 = 13, or of what runs through many values."""
DIGITS = 16
"""A computer's usual numbers have no more digits."""
RESULT = 100
"""Smaller numbers are as often an index: rank 14 → 13."""
TO_FIND = "it may ask for the number"
LARGE = 1000
"""Smaller numbers of different things are alike by chance: 12 heads = 13."""


def is_equation(equation: WrittenEquation) -> bool:
    """Whether a chain of relations says that numbers are equal, and is no sentence, setting or change: GAS=1 to GAS=8.

    A definition, d = 768, is one of its own kind and stays.
    """
    if equation.kind != "chain" or equation.unread:
        return True
    links = zip(equation.sides, equation.sides[1:], equation.relations, strict=False)
    return any(_says_equal(*link) for link in links)


def _says_equal(left: ExpressionNode, right: ExpressionNode, relation: str) -> bool:
    if relation == "→":
        return calculates(left) and lone(right) is not None
    first, second = lone(left), lone(right)
    if relation in RELATIONS and any(isinstance(part, Name) for side in (left, right) for part in side.walk()):
        return False
    if first is None or second is None:
        return True
    if relation in RELATIONS:
        return (measured(first) is None) == (measured(second) is None)
    return comparable(first, second)


def comparable(first: NumberNode, second: NumberNode) -> bool:
    """Whether two numbers without a calculation may be one: units of one kind, both plain, or large and alike."""
    one, other = measured(first), measured(second)
    if one is not None and other is not None and not any(map(_is_of_something, (first, second))):
        return one.measures == other.measures
    sizes = [Fraction(max(number.figure.value, -number.figure.value)) for number in (first, second)]
    plain = one is None and other is None and not (first.label or second.label)
    return bool((plain or max(sizes) >= LARGE) and max(sizes) < 2 * min(sizes)) or sizes[0] == sizes[1]


def may_lead_to(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Whether an arrow may lead to a result: one number, of a calculation that comes to about as much."""
    result = lone(equation.sides[right])
    values = [Fraction(middle(ranges)) for side in (left, right) if (ranges := found[side])]
    if result is None or not calculates(equation.sides[left]) or len(values) < 2 or min(values) < RESULT:
        return False
    if any(_is_of_something(part) for part in equation.sides[left].walk() if isinstance(part, NumberNode)):
        return False
    return max(values) < 2 * min(values)


def _is_of_something(number: NumberNode) -> bool:
    """Whether words behind a number say what it is of; a unit and a note in brackets do not."""
    return bool(number.label) and number.label[0] not in "(（" and re.split(r"[ /]", number.label)[0] not in MEASURES


def _cancels(node: ExpressionNode) -> bool:
    """Whether a sum is of numbers so large that a computer rounds the others away: 10^20 + (1 − 10^20)."""
    large = any(isinstance(part, Operation) and part.sign == "^" and _is_huge(part) for part in node.walk())
    return large and any(isinstance(part, Operation) and part.sign == "+" for part in node.walk())


def _is_huge(power: Operation) -> bool:
    exponent = next((part for part in power.parts[1].walk() if isinstance(part, NumberNode)), None)
    return exponent is not None and exponent.figure.value >= DIGITS


def _mixes_terms(node: ExpressionNode) -> bool:
    """Whether a sum has terms with a unit and terms without one: 5 µs + 64e6 / 5e10."""
    if not (isinstance(node, Operation) and node.sign == "+"):
        return False
    return len({bool(measures_of(term)) for term in node.parts}) > 1


def doubt(equation: WrittenEquation, left: int, right: int, values: Values) -> str:
    """What makes it doubtful that a link is wrong, as the end of a sentence; nothing where it is certain."""
    first, second = equation.sides[left], equation.sides[right]
    names = [part.text for side in (first, second) for part in side.walk() if isinstance(part, Name)]
    if not UNKNOWNS.isdisjoint(names):
        return TO_FIND
    for name in names:
        # A label that has no value of its own was given the number in its place.
        if values.of(name) and not values.is_certain(name, equation.start):
            return f"“{name}” may stand for another number here"
    if equation.kind != "chain":
        return ""
    if any(_mixes_terms(part) for side in (first, second) for part in side.walk()):
        return "some of its terms have no unit"
    if _cancels(first) or _cancels(second):
        return "as a computer rounds its numbers it may hold"
    if "→" in equation.relations[left:right]:
        return "the arrow may show a change"
    if not (calculates(first) or calculates(second) or names):
        one, other = lone(first), lone(second)
        if one and other and any(_is_of_something(number) for number in (one, other)):
            return "the numbers may be of different things"
    return ""
