"""Columns of a table that follow from others: products and quotients with a constant.

What follows is a guess until most rows agree; then those that hold are equations, and those that nearly do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from itertools import combinations
from math import log
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import is_near, off_by
from symbolic.proofread.judging.constants import USUAL, digits, guessed, usual, whole_number
from symbolic.proofread.judging.factors import size
from symbolic.proofread.judging.forms import product as times
from symbolic.proofread.judging.forms import quotient
from symbolic.proofread.reading.equations import WrittenEquation, result_of

LEAST_ROWS, MANY = 3, 5
"""Of so many rows one may be wrong; where more are, a column means something else."""
MOST_FILLED, MOST_PAIRED, MOST_ROWS = 8, 5, 10
"""Of more columns than `MOST_PAIRED`, two and a constant make any other one."""
ROUNDED = Fraction(1, 200)
COARSE = 0.06
"""Numbers of which half the last digit is more agree by chance."""
PROPORTION = 14.0
"""The logarithm of how unlikely it must be that the rows agree by chance."""
SMALLEST = 1e-9
SIMPLE = log(100)
OF_TWO, OF_SEVERAL = 2, 3
POWERS = {
    1: ((1,), (-1,)),
    OF_TWO: ((1, 1), (1, -1), (-1, 1), (-1, -1), (2, 1), (1, 2)),
    OF_SEVERAL: ((1, 1, 1),),
}
"""The powers of one, two and three other columns in a product; of three all are factors: TP × PP × DP devices."""
Row = Sequence[NumberNode | None]
Holds = Callable[[WrittenEquation], bool]


class Proportion(NamedTuple):
    """A column as the product of others, each with the power 1 or −1, and a constant above and below."""

    column: int
    others: tuple[tuple[int, int], ...]
    constant: tuple[int, int]


def proportions(rows: Sequence[Row], holds: Holds) -> Iterator[WrittenEquation]:
    """Yield each number of a column that follows from others in most rows, where it does so or is near it."""
    columns = range(max(map(len, rows), default=0))
    filled = [index for index in columns if sum(at(row, index) is not None for row in rows) >= LEAST_ROWS]
    if not 1 < len(filled) <= MOST_FILLED:
        return
    counts = [count for count in POWERS if count != OF_TWO or len(filled) <= MOST_PAIRED]
    for column in filled[1:]:
        before = [index for index in filled if index < column]
        candidates = _candidates(rows, column, before, counts)
        held = (found for one in candidates if (found := _held(rows, one, holds))[1])
        yield from max(held, key=itemgetter(0), default=(0, []))[1]


def _candidates(rows: Sequence[Row], column: int, before: list[int], counts: list[int]) -> Iterator[Proportion]:
    """Yield how a column may follow from so many before it, as far as logarithms of the first rows tell."""
    sizes = {index: [_size(at(row, index)) for row in rows[:MOST_ROWS]] for index in (*before, column)}
    for count in counts:
        for chosen in combinations(before, count):
            picked = zip(*(sizes[index] for index in (column, *chosen)), strict=True)
            full = [row for row in picked if None not in row]
            if len(full) < LEAST_ROWS:
                continue
            slack = max(sum(half for _, half in row) for row in full)
            for powers in POWERS[count]:
                if any(power < 0 and _counts(rows, index) for power, index in zip(powers, chosen, strict=True)):
                    continue
                ratios = [
                    row[0][0] - sum(power * one for power, (one, _) in zip(powers, row[1:], strict=True))
                    for row in full
                ]
                middle = median(ratios)
                if 2 * sum(abs(ratio - middle) <= 2 * slack for ratio in ratios) <= len(ratios):
                    continue
                constant = usual(middle, slack)
                if constant is None and max(powers) > 1:
                    # Whole numbers without rounding agree on any factor: 12 × L × d².
                    constant = whole_number(middle, max(ratios) - min(ratios))
                if constant is None and count == 1:
                    # 16B → 19.2 GB, 24B → 28.8 GB: 20 % come on top.
                    constant = guessed([(ratio, row[0][1]) for ratio, row in zip(ratios, full, strict=True)])
                if constant and (constant == (1, 1) if count == OF_SEVERAL else count > 1 or constant != (1, 1)):
                    yield Proportion(column, tuple(zip(chosen, powers, strict=True)), constant)


def _counts(rows: Sequence[Row], column: int) -> bool:
    """Return whether a column only numbers its rows, 1, 2, 3: nothing is divided by that."""
    values = {cell.figure.value for row in rows if (cell := at(row, column))}
    return values == set(range(1, len(values) + 1))


def _held(rows: Sequence[Row], found: Proportion, holds: Holds) -> tuple[int, list[WrittenEquation]]:
    """Return the equations of the rows that agree with a proportion or nearly do, and before them how many agree.

    If too few agree, there are no equations.
    """
    made = [equation for row in rows if (equation := _of_row(row, found))]
    right = _right(made, holds, len(made) // 2)
    whole = len(found.others) == OF_SEVERAL and not any(one.figure.rounded for row in made for one in row.numbers)
    if found.constant in USUAL and not whole:
        slacks = [sum(slack_of(one) for one in equation.numbers if one.end > one.start) for equation in right]
        certain = PROPORTION
    else:
        # A product of whole numbers is exact; and a constant that is read off the rows takes the others as exact.
        slacks = [slack_of(equation.numbers[-1]) for equation in right]
        certain = PROPORTION if whole else PROPORTION + digits(found.constant)
    if not _agree(made, right, LEAST_ROWS) or not are_unlikely(slacks, certain):
        return 0, []
    if found.constant not in USUAL:
        # What the column means is a guess: a number that is only rounded oddly is left alone, and so is any other one
        # that is off by a constant of several digits, which two measures may have to each other about.
        simple = digits(found.constant) < SIMPLE
        clear = [one for one in made if simple and off_by(one.sides[0], one.numbers[-1]) > ROUNDED]
        made = [one for one in made if one in right or one in clear]
    # One row of many may be far off, or of a product of whole numbers; with several, the column means something else.
    every = len(right) >= (LEAST_ROWS if whole else MANY) and len(made) == len(right) + 1
    return len(right), made if every else _kept(made, right)


def _right(made: list[WrittenEquation], holds: Holds, most: int) -> list[WrittenEquation]:
    """Return the equations that are right; none if more than so many are not, of which the rest need no look."""
    right: list[WrittenEquation] = []
    for number, equation in enumerate(made):
        if holds(equation):
            right.append(equation)
        elif number - len(right) >= most:
            return []
    return right


def _agree(made: list[WrittenEquation], right: list[WrittenEquation], least: int) -> bool:
    """Return whether most rows agree, with at least so many different results."""
    different = {equation.numbers[-1].figure.value for equation in right}
    return len(different) >= least and 2 * len(right) > len(made)


def are_unlikely(slacks: list[float], certain: float) -> bool:
    """Return whether numbers with so much slack, as a share of each, hardly agree by chance."""
    fine = [slack for slack in slacks if slack <= COARSE]
    return 2 * len(fine) >= len(slacks) and sum(-log(slack) for slack in fine) >= certain


def _kept(made: list[WrittenEquation], right: list[WrittenEquation]) -> list[WrittenEquation]:
    """Return the equations that are right, and those that nearly are."""
    return [equation for equation in made if equation in right or is_near(equation.sides[0], equation.numbers[-1])]


def _of_row(row: Row, found: Proportion) -> WrittenEquation | None:
    """Return the equation of a row, if it has all the numbers."""
    result = at(row, found.column)
    parts = [(at(row, index), power) for index, power in found.others]
    if result is None or not all(number for number, _ in parts):
        return None
    above, below = (
        [number for number, power in parts if number for _ in range(max(0, power * sign))] for sign in (1, -1)
    )
    place = result.start
    for factor, list_of in zip(found.constant, (above, below), strict=True):
        if factor != 1:
            list_of.append(NumberNode(place, place, figure(str(factor), "", shown=f"{factor:,}")))
    whole: ExpressionNode = times(tuple(above)) if above else NumberNode(place, place, figure("1", ""))
    whole = reduce(quotient, below, whole)
    return result_of(whole, result, kind="column")


def _size(number: NumberNode | None) -> tuple[float, float] | None:
    """Return the logarithm of a number, and how much half of its last digit is worth of it."""
    return (size(Fraction(number.figure.value)), slack_of(number)) if number else None


def slack_of(number: NumberNode) -> float:
    """Return how much of a number half of its last digit is worth, which is at most lost by rounding."""
    return float(number.figure.step / number.figure.value) / 2 + SMALLEST


def at(row: Row, index: int) -> NumberNode | None:
    """Return the number of a row in a column; None where it has none."""
    return row[index] if index < len(row) else None
