"""Columns of a table that are made of others, of one of their rows, of a total, or of a number of the text.

What a column is made of is a guess until so many rows agree that it is hardly chance; then those rows are equations,
and so is the only one that doesn't agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, reduce
from itertools import combinations
from math import log
from typing import NamedTuple, TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.amounts import off_by, rounding_of
from symbolic.proofread.judging.cells import is_of_range
from symbolic.proofread.judging.forms import added, bracketed, difference, inverse, product, quotient, share
from symbolic.proofread.reading.equations import WrittenEquation, result_of

Row: TypeAlias = Sequence[NumberNode | None]
LEAST, FEWEST, MANY = 2, 3, 5
"""So many rows must agree at least, where all columns are in it and elsewhere; of so many one may be off."""
ANY, BESIDE, SURE, ALONE = 14.0, 9.0, 8.0, 6.0
"""The logarithm of how unlikely they must be to agree by chance.

It is that of any two columns, of the two just before or of the one before and its rows above, of what the only row
that doesn't agree is remarked for, and of all columns before, where these are added or multiplied.
"""
MOST_COLUMNS, MOST_ROWS, LARGEST, SMALLEST = 12, 60, 10**200, 1e-9
"""Wider and longer tables are looked through so far; larger numbers are none of a table."""
HUNDRED = re.compile(r"100[.,]0+")
RATIO = ("x", "×", "X", "倍")
ROUGH, CLEAR, COARSE = 0.05, Fraction(1, 200), Fraction(1, 8)
"""So far off may be a round number; a row that is off by less may be rounded oddly; coarser numbers say too little."""


class RelationPart(NamedTuple):
    """What stands in a row for a part: the numbers that are joined, their value, and half of what its last digit is.

    Numbers that are whole are not rounded.
    """

    numbers: tuple[NumberNode, ...]
    value: float
    half: float
    is_whole: bool
    multiplied: bool = False

    @property
    def node(self) -> ExpressionNode:
        """Return the number, or the sum in brackets or product of the numbers."""
        if len(self.numbers) < 2:
            return self.numbers[0]
        return bracketed(product(self.numbers) if self.multiplied else added(self.numbers))


Operand: TypeAlias = RelationPart | None


class RelatedNumbers(NamedTuple):
    """A number of a row and both parts that may make it."""

    first: RelationPart
    second: RelationPart
    number: RelationPart


class Agreed(NamedTuple):
    """Rows that agree, those that may be rounded to a round number, those that don't, and how unlikely that is."""

    right: list[RelatedNumbers]
    rough: list[RelatedNumbers]
    wrong: list[RelatedNumbers]
    likely: float


class RelationForm(NamedTuple):
    """What two parts make: by their values, and as a formula."""

    value: Callable[[float, float], float]
    node: Callable[[ExpressionNode, ExpressionNode, bool], ExpressionNode]


class MadeOf(NamedTuple):
    """What a column may be made of; how unlikely that must be by chance, in how many rows, with how many results."""

    form: RelationForm
    first: list[Operand]
    second: list[Operand]
    certain: float
    least: int = FEWEST
    different: int = 1


def _less(first: ExpressionNode, second: ExpressionNode, more: bool) -> ExpressionNode:
    return difference(first, second) if more else difference(second, first)


SUM = RelationForm(lambda a, b: a + b, lambda a, b, _: added((a, b)))
DIFFERENCE = RelationForm(lambda a, b: abs(a - b), _less)
PRODUCT = RelationForm(lambda a, b: a * b, lambda a, b, _: product((a, b)))
WITH_BIAS = RelationForm(lambda a, b: a * b + b, lambda a, b, _: added((product((a, b)), b)))
QUOTIENT = RelationForm(lambda a, b: a / b, lambda a, b, _: quotient(a, b))
INVERSE = RelationForm(lambda a, b: b / a, lambda a, b, _: inverse(a, b))
CHANGE = RelationForm(lambda a, b: abs(a - b) / a, lambda a, b, more: share(_less(a, b, more), a))
CHANGE_BACK = RelationForm(lambda a, b: abs(a - b) / b, lambda a, b, more: share(_less(a, b, more), b))
OF_COLUMNS = (SUM, DIFFERENCE, PRODUCT, QUOTIENT, INVERSE, CHANGE, CHANGE_BACK, WITH_BIAS)
SO_FAR, FROM_ABOVE = (SUM, DIFFERENCE), (DIFFERENCE, QUOTIENT, CHANGE_BACK)
FROM_FIRST = (QUOTIENT, INVERSE, CHANGE_BACK)


def relations(
    rows: Sequence[Row],
    totals: Sequence[bool],
    holds: Callable[[WrittenEquation], bool],
    known: Callable[[], Sequence[NumberNode]] = list,
) -> Iterator[WrittenEquation]:
    """Yield each number of a column that is made of others in most rows, and the only one that is not.

    `totals` says of each row whether it has the sums of the others; `known` returns numbers that stand in the text.
    """
    rows, totals = rows[:MOST_ROWS], totals[:MOST_ROWS]
    columns = [
        _operands([row[index] if index < len(row) else None for row in rows])
        for index in range(min(MOST_COLUMNS, max(map(len, rows), default=0)))
    ]
    filled = [index for index, cells in enumerate(columns) if sum(map(bool, cells)) >= LEAST]
    near = cache(lambda: [one for one in map(_operand, known()) if one])
    for target in filled:
        before = [columns[index] for index in filled if index < target]
        result = columns[target]
        tried = [*_of_columns(before, result, totals)] if before else []
        tried += _of_one_row([columns[index] for index in filled if index != target], result)
        best = _best(tried, result, totals, holds)
        if before and len(best) < LEAST:
            best = _best([*_of_known(before, result, near())], result, totals, holds)
        if any(_repeats(column, result) for column in before):
            best = list(filter(holds, best))
        yield from best


def _repeats(column: list[Operand], result: list[Operand]) -> bool:
    """Return whether a column has the numbers of another one in most rows: where it hasn't, it means something else.

    Of a mixture of experts, a table has the parameters that are active beside all of them.
    """
    both = [(one.value, other.value) for one, other in zip(column, result, strict=True) if one and other]
    alike = sum(one == other for one, other in both)
    return alike >= LEAST and 2 * alike > len(both)


def _best(
    tried: list[MadeOf], result: list[Operand], totals: Sequence[bool], holds: Callable[[WrittenEquation], bool]
) -> list[WrittenEquation]:
    """Return the equations of what most rows of a column agree to be made of."""
    best: list[WrittenEquation] = []
    for form, first, second, certain, least, different in tried:
        agreed = _agreed(form, first, second, result, totals)
        if agreed is None or len(agreed.right) + len(agreed.rough) <= len(best):
            continue
        if len({one.number.value for one in agreed.right}) < different:
            continue
        if len(agreed.right) < least or agreed.likely < certain + (log(len(tried)) if certain == ANY else 0):
            continue
        # What the columns mean is a guess: a result that is only rounded oddly is left alone.
        made = [_equation(form, one) for one in (*agreed.right, *agreed.rough)]
        found = list(filter(holds, made))
        off = [*(one for one in made if one not in found), *(_equation(form, one) for one in agreed.wrong)]
        # a × b + b agrees by chance in two rows: 3 × 64 + 64, and 3 × 512 + 512.
        enough = FEWEST if form is WITH_BIAS else LEAST
        if len(off) == 1 and len(found) >= enough and agreed.likely >= SURE:
            found += filter(_is_clear, off)
        best = max(best, found, key=len)
    return best


def _operands(numbers: list[NumberNode | None]) -> list[Operand]:
    """Return the numbers of a column; where one is 100.00, all are hundredths, which need no percent sign."""
    if any(number and HUNDRED.fullmatch(number.figure.shown) for number in numbers):
        hundredth = Fraction(1, 100)
        numbers = [one and replace(one, figure=one.figure.times(hundredth)) for one in numbers]
    return list(map(_operand, numbers))


def _operand(number: NumberNode | None) -> Operand:
    if number is None or not 0 < number.figure.value < LARGEST:
        return None
    figure = number.figure
    return RelationPart((number,), float(figure.value), float(figure.step) / 2, not (figure.rounded or figure.scaled))


def _of_columns(before: list[list[Operand]], result: list[Operand], totals: Sequence[bool]) -> Iterator[MadeOf]:
    """Yield what a column may be made of in each row: the columns before it, the row above, and a total."""
    for both in combinations(before, 2):
        certain = BESIDE if list(both) == before[-2:] else ANY
        certain, least = (ALONE, LEAST) if len(before) == LEAST else (certain, FEWEST)
        yield from (MadeOf(form, *both, certain, least) for form in OF_COLUMNS)
    for start in range(len(before) - 2):
        for form in (SUM, PRODUCT):
            parts = [_joined(form, list(parts)) for parts in zip(*before[start:-1], strict=True)]
            yield MadeOf(form, parts, before[-1], ANY if start else ALONE, FEWEST if start else LEAST)
    for column in before:
        above: list[Operand] = [None, *column[:-1]]
        certain = BESIDE if column is before[-1] else ANY
        yield from (MadeOf(form, column, [None, *result[:-1]], certain) for form in SO_FAR)
        yield from (MadeOf(form, column, above, certain) for form in FROM_ABOVE)
        rows = [one for one, total in zip(column, totals, strict=True) if not total]
        total = column[-1] if totals[-1] else _joined(SUM, rows)
        if total is None or total.value != 1:
            # Shares of 100 % are what they are.
            yield MadeOf(QUOTIENT, column, [total] * len(column), certain)


def _of_one_row(others: list[list[Operand]], result: list[Operand]) -> Iterator[MadeOf]:
    """Yield that a column divides another one by one of its rows, or the other way round, or is the change from it.

    That row has 1, 100 % or nothing in the column; else it may be the first one.
    """
    for column in others:
        blank = [at for at, one in enumerate(result) if column[at] and (one is None or one.value == 1)][:1]
        for at in (one for one in {0, *blank} if (base := column[one]) and base.value != 1):
            second = [None if row == at else column[at] for row in range(len(column))]
            certain = BESIDE if [at] == blank or column is others[-1] else ANY
            yield from (
                MadeOf(form, column, second, certain, LEAST if [at] == blank else FEWEST) for form in FROM_FIRST
            )


def _of_known(before: list[list[Operand]], result: list[Operand], numbers: Sequence[RelationPart]) -> Iterator[MadeOf]:
    """Yield that a column is a share or ratio of another one and a number of the text, or the rest of that share."""
    certain = SURE + log(1 + len(numbers) * len(before) * len(FROM_FIRST))
    for column in before:
        if [one.value for one in column if one] == list(range(1, 1 + sum(map(bool, column)))):
            # It numbers the rows.
            continue
        rows = [(one, made) for one, made in zip(column, result, strict=True) if one and made]
        finest = sorted(rows, key=lambda row: row[1].half / row[1].value)[:LEAST]
        for form in FROM_FIRST:
            near: set[int] = set()
            for one, made in finest:
                values = enumerate(form.value(one.value, number.value) for number in numbers)
                near.update(at for at, value in values if abs(value - made.value) <= made.half + ROUGH * value)
            for at in sorted(near):
                yield MadeOf(form, column, [numbers[at]] * len(column), certain, LEAST, LEAST)


def _joined(form: RelationForm, parts: list[Operand]) -> Operand:
    """Return the sum or product of some parts; None where one is missing."""
    found = [part for part in parts if part]
    if len(found) < len(parts) or len(found) < 2:
        return None
    value, below = (reduce(form.value, [one.value - less * one.half for one in found]) for less in (0, 1))
    numbers = tuple(one.numbers[0] for one in found)
    return RelationPart(numbers, value, value - below, all(one.is_whole for one in found), form is PRODUCT)


def _agreed(
    form: RelationForm, first: list[Operand], second: list[Operand], result: list[Operand], totals: Sequence[bool]
) -> Agreed | None:
    """Return the rows that agree, and those that don't; None as soon as there are too many of these."""
    found = Agreed([], [], [], 0.0)
    chances: dict[tuple[float, float, float], float] = {}
    value, adds, most_wrong = form.value, form in SO_FAR, max(1, len(result) // MANY)
    for one, other, number, total in zip(first, second, result, totals, strict=True):
        if not (one and other and number) or (adds and min(one.value, other.value) <= number.half):
            # A part that is lost in the rounding says nothing.
            continue
        made = value(one.value, other.value)
        off = abs(made - number.value) - number.half - SMALLEST * made
        slack = 0.0
        if off > 0 and not (one.is_whole and other.is_whole and number.is_whole):
            low, high = value(one.value + one.half, other.value), value(one.value, other.value + other.half)
            slack = abs(low - made) + abs(high - made)
        figure = number.numbers[0].figure
        if off <= slack:
            found.right.append(RelatedNumbers(one, other, number))
            chance = 2 * (number.half + slack) / made if made else 1.0
            chances[one.value, other.value, number.value] = -log(min(1.0, chance + SMALLEST))
        elif figure.scaled and figure.coarse > figure.step and off <= ROUGH * made:
            found.rough.append(RelatedNumbers(one, other, number))
        elif not (total or (form is WITH_BIAS and number.value == one.value * other.value)):
            # One layer may have no bias where the others have one.
            found.wrong.append(RelatedNumbers(one, other, number))
            if len(found.wrong) > most_wrong or (len(found.wrong) == LEAST and not found.right):
                return None
    return found._replace(likely=sum(chances.values()))


def _equation(form: RelationForm, made: RelatedNumbers) -> WrittenEquation:
    first, second, [number] = made.first, made.second, made.number.numbers
    whole = form.node(first.node, second.node, first.value >= second.value)
    return result_of(whole, number, kind="column")


def _is_clear(equation: WrittenEquation) -> bool:
    """Return whether a number is off by more than odd rounding, or is exact as all that it is made of."""
    made, number = equation.sides[0], equation.numbers[-1]
    try:
        off = off_by(made, number)
    except (Unknown, ZeroDivisionError):
        return False
    if number.figure.shown.endswith(RATIO) and "-" in made.signs:
        # 2.5× among changes in percent says how many times it is.
        return False
    if number.figure.step > COARSE * number.figure.value or any(map(is_of_range, equation.numbers)):
        # 0.1 % may be less than that, and so may any number of one digit; the higher end of one range may belong to the
        # lower one of another.
        return False
    exact = not any(one.figure.rounded or one.figure.scaled for one in equation.numbers)
    return off > rounding_of(made) and (exact or off > CLEAR)
