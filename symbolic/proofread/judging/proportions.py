"""Columns of a table that are a product or quotient of one or two others in most rows: $/hour, tokens/s, $/M tokens."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations, product
from math import log
from statistics import median
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import is_near
from symbolic.proofread.judging.baselines import Row, at
from symbolic.proofread.judging.factors import size
from symbolic.proofread.judging.forms import product as times
from symbolic.proofread.judging.forms import quotient
from symbolic.proofread.reading.equations import WrittenEquation

MOST_COLUMNS, MOST_ROWS, LEAST_ROWS, MANY = 5, 10, 3, 5
COARSE = 0.06
"""Numbers whose last digit is worth more of them agree by chance."""
CERTAIN = 14.0
"""The logarithm of how unlikely it must be that the rows agree by chance."""
CONSTANTS = [
    (factor * 10 ** max(power, 0), divisor * 10 ** max(-power, 0))
    for power in range(-12, 13)
    for factor, divisor in (*((by, 1) for by in (1, 2, 4, 8, 24, 60, 3600)), *((1, by) for by in (8, 24, 60, 3600)))
]
CONSTANTS += [
    (factor * 1024 ** max(power, 0), 1024 ** max(-power, 0)) for power in range(-4, 5) if power for factor in (1, 2, 4)
]
CONSTANTS.sort(key=lambda constant: Fraction(*constant))
"""What columns are multiplied and divided by: bytes a number has, seconds of an hour, thousands and 1,024s."""
SIZES = [size(Fraction(*constant)) for constant in CONSTANTS]
SMALLEST = 1e-9


class Proportion(NamedTuple):
    """A column as the product of others, each with the power 1 or −1, and a constant above and below."""

    column: int
    others: tuple[tuple[int, int], ...]
    constant: tuple[int, int]


def proportions(rows: Sequence[Row], holds: Callable[[WrittenEquation], bool]) -> Iterator[WrittenEquation]:
    """Yield each number of a column that follows from others in most rows, where it does so or is near it."""
    columns = range(max(map(len, rows), default=0))
    filled = [index for index in columns if sum(at(row, index) is not None for row in rows) >= LEAST_ROWS]
    if not 1 < len(filled) <= MOST_COLUMNS:
        return
    for column in filled[1:]:
        before = [index for index in filled if index < column]
        candidates = (found for found in _candidates(rows, column, before))
        found = max((equations for one in candidates if (equations := _held(rows, one, holds))), key=len, default=[])
        yield from found


def _candidates(rows: Sequence[Row], column: int, before: list[int]) -> Iterator[Proportion]:
    """Yield how a column may follow from those before it, as far as logarithms of the first rows tell."""
    sizes = {index: [_size(at(row, index)) for row in rows[:MOST_ROWS]] for index in (*before, column)}
    for count in (1, 2):
        for chosen in combinations(before, count):
            picked = zip(*(sizes[index] for index in (column, *chosen)), strict=True)
            full = [row for row in picked if None not in row]
            if len(full) < LEAST_ROWS:
                continue
            slack = max(sum(half for _, half in row) for row in full)
            for powers in product((1, -1), repeat=count):
                ratios = [
                    row[0][0] - sum(power * one for power, (one, _) in zip(powers, row[1:], strict=True))
                    for row in full
                ]
                middle = median(ratios)
                if 2 * sum(abs(ratio - middle) <= 2 * slack for ratio in ratios) <= len(ratios):
                    continue
                constant = _constant(middle, slack)
                if constant and (count > 1 or constant != (1, 1)):
                    yield Proportion(column, tuple(zip(chosen, powers, strict=True)), constant)


def _constant(size_of: float, slack: float) -> tuple[int, int] | None:
    """Return the usual constant whose logarithm is nearest; None if that is too far off."""
    index = bisect_left(SIZES, size_of)
    near = min((one for one in (index - 1, index) if 0 <= one < len(SIZES)), key=lambda one: abs(SIZES[one] - size_of))
    return CONSTANTS[near] if abs(SIZES[near] - size_of) <= slack else None


def _held(rows: Sequence[Row], found: Proportion, holds: Callable[[WrittenEquation], bool]) -> list[WrittenEquation]:
    """Return the equations of the rows that agree with a proportion or nearly do; none if too few agree."""
    made = [(equation, row) for row in rows if (equation := _equation(row, found))]
    right = [(equation, row) for equation, row in made if holds(equation)]
    different = {equation.numbers[-1].figure.value for equation, _ in right}
    if len(different) < LEAST_ROWS or 2 * len(right) <= len(made):
        return []
    used = [found.column, *(index for index, _ in found.others)]
    slacks = [sum(_slack(number) for index in used if (number := at(row, index))) for _, row in right]
    if max(slacks) > COARSE or sum(-log(slack) for slack in slacks) < CERTAIN:
        return []
    held = [equation for equation, _ in right]
    # One row of many may be far off; with several, the column means something else there.
    alone = len(held) >= MANY and len(made) == len(held) + 1
    return [
        equation
        for equation, _ in made
        if equation in held or alone or is_near(equation.sides[0], equation.numbers[-1])
    ]


def _equation(row: Row, found: Proportion) -> WrittenEquation | None:
    """Return the equation of a row, if it has all the numbers."""
    result = at(row, found.column)
    parts = [(at(row, index), power) for index, power in found.others]
    if result is None or not all(number for number, _ in parts):
        return None
    above, below = ([number for number, power in parts if number and power == sign] for sign in (1, -1))
    place = result.start
    for factor, list_of in zip(found.constant, (above, below), strict=True):
        if factor != 1:
            list_of.append(NumberNode(place, place, figure(str(factor), "", shown=f"{factor:,}")))
    whole: ExpressionNode = times(tuple(above)) if above else NumberNode(place, place, figure("1", ""))
    whole = reduce(quotient, below, whole)
    return WrittenEquation("column", result.start, result.end, (whole, result), ("=",))


def _size(number: NumberNode | None) -> tuple[float, float] | None:
    """Return the logarithm of a number, and how much half of its last digit is worth of it."""
    return (size(Fraction(number.figure.value)), _slack(number)) if number else None


def _slack(number: NumberNode) -> float:
    """Return how much of a number half of its last digit is worth, which is at most lost by rounding."""
    return float(number.figure.step / number.figure.value) / 2 + SMALLEST
