"""Tests of whether signs between numbers claim equality, unlike a sentence, a setting or a change."""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.arithmetic.units import MEASURES, measured
from symbolic.proofread.judging.agreement import RELATIONS, lone, middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.reading.equations import WrittenEquation

DECIMALS = 3
"""A number with so many decimals is what was worked out."""
THOUSANDS = tuple(1000**power for power in range(1, 5))
BINARY = Fraction(1, 10)
"""Powers of 1,024 are so near those of 1,000."""
MOST_DIGITS = 20
RESULT = 100
"""Smaller numbers are as often an index: rank 14 → 13."""
TOKENS = 1024
LARGE = 1000
"""Smaller numbers of different things are alike by chance: 12 heads = 13."""


def is_equation(equation: WrittenEquation) -> bool:
    """Return whether a chain of relations claims that numbers are equal: unlike a setting or a change, GAS=1 to GAS=8.

    A definition, d = 768, counts as an equation.
    """
    if equation.kind != "chain" or equation.unread:
        return True
    if not equation.numbers and all(name.text.split(" ", maxsplit=1)[0] in MEASURES for name in equation.names):
        # FLOPs ÷ bytes = FLOPs per byte.
        return False
    links = zip(equation.sides, equation.sides[1:], equation.relations, strict=False)
    return any(_says_equal(*link) for link in links)


def _says_equal(left: ExpressionNode, right: ExpressionNode, relation: str) -> bool:
    if relation == "→":
        return calculates(left) and lone(right) is not None
    first, second = lone(left), lone(right)
    if relation in RELATIONS and (left.names or right.names):
        return False
    if first is None or second is None:
        return True
    if relation in RELATIONS:
        return (measured(first) is None) == (measured(second) is None)
    return comparable(first, second)


def comparable(first: NumberNode, second: NumberNode) -> bool:
    """Return whether two lone numbers may be equal: units of one kind, both plain, or large and alike."""
    one, other = measured(first), measured(second)
    if one is not None and other is not None and may_be_one_thing(first, second):
        return one.measures == other.measures
    sizes = [max(number.figure.value, -number.figure.value) for number in (first, second)]
    plain = one is None and other is None and not (first.label or second.label)
    return bool((plain or max(sizes) >= LARGE) and max(sizes) < 2 * min(sizes)) or sizes[0] == sizes[1]


def may_lead_to(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether an arrow may lead to a result: from a calculation to a number of about the same size."""
    result = lone(equation.sides[right])
    values = [Fraction(middle(ranges)) for side in (left, right) if (ranges := found[side])]
    if result is None or not calculates(equation.sides[left]) or len(values) < 2:
        return False
    decimals = len(result.figure.shown.partition(".")[2]) >= DECIMALS
    if min(values) < RESULT and not decimals:
        return False
    if any(map(is_of_something, equation.sides[left].numbers)):
        return False
    return max(values) < 2 * min(values) or _lacks_tokens(values, result)


def _lacks_tokens(values: list[Fraction], result: NumberNode) -> bool:
    """Return whether a result of three digits is 1,024 times as large: a factor of so many tokens is missing."""
    made, off = values[0] * TOKENS, abs(values[0] * TOKENS - values[1])
    return off <= result.figure.step / 2 and result.figure.value >= RESULT * result.figure.step and made > 0


def is_of_something(number: NumberNode) -> bool:
    """Return whether words behind a number say what it counts; a unit and a note in brackets do not."""
    return bool(number.label) and number.label[0] not in "(（" and _first_word(number) not in MEASURES


def differ_by_thousands(first: NumberNode, second: NumberNode) -> bool:
    """Return whether two numbers of one thing have the same digits, and one is thousands, millions, … of the other."""
    low, high = sorted(one.figure.value for one in (first, second))
    if low <= 0 or not may_be_one_thing(first, second) or _digits(first) != _digits(second):
        return False
    return any(abs(high - low * power) <= high * BINARY for power in THOUSANDS)


def _digits(number: NumberNode) -> str:
    """Return the digits of a number in front of its scale, without zeros at the start and the end: 12 of 120M."""
    return str(int(Fraction(number.figure.value) / number.figure.worth * 10**MOST_DIGITS)).rstrip("0")


def may_be_one_thing(first: NumberNode, second: NumberNode) -> bool:
    """Return whether words behind two numbers leave open, or say, that they count the same: GB/token and MB/token."""
    if not any(map(is_of_something, (first, second))):
        return True
    return None not in (measured(first), measured(second)) and _counted(first) == _counted(second)


def _counted(number: NumberNode) -> str:
    """Return what the words behind a number say beside its unit: /token for FLOPs/token, and for GB with it."""
    word = _first_word(number)
    return number.label.removeprefix(word) if word in MEASURES else number.label


def _first_word(number: NumberNode) -> str:
    return re.split(r"[ /]", number.label)[0]
