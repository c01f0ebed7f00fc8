"""Columns of a table that compare its rows with one of them, a row of averages, and perplexities beside losses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import log

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, operation
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import is_near
from symbolic.proofread.judging.forms import added, difference, inverse, quotient, share
from symbolic.proofread.reading.equations import WrittenEquation

LEAST, MOST_COLUMNS, MANY = 2, 8, 5
"""Of so many rows one may be wrong; where more are, a column means something else."""
COARSE, CERTAIN = 0.06, 9.0
"""Numbers of which half the last digit is more say little; and how unlikely it must be that rows agree by chance."""
AVERAGE = re.compile(r"(?:average|avg\.?|mean|durchschnitt|mittelwert|moyenne|media|média|promedio|平均值?|均值|평균)")
LOSS = re.compile(r"\b(?:loss|nll|cross[- ]entropy)\b|损失", re.IGNORECASE)
PERPLEXITY = re.compile(r"\b(?:ppl|perplexity)\b|困惑度|パープレキシティ", re.IGNORECASE)
Row = Sequence[NumberNode | None]
Form = Callable[[NumberNode, NumberNode], ExpressionNode]
Holds = Callable[[WrittenEquation], bool]


def compared_rows(names: list[str], words: list[str], rows: list[Row], holds: Holds) -> Iterator[WrittenEquation]:
    """Yield what follows in a table from one of its rows, from all others, or from the column of losses."""
    columns = range(min(max(map(len, rows), default=0), MOST_COLUMNS))
    for column in columns:
        found = (_against(rows, column, other, form, holds) for other in columns for form in FORMS if other != column)
        yield from max(found, key=len, default=[])
    if len(rows) > LEAST + 1 and AVERAGE.fullmatch(words[-1]):
        yield from _averages(rows, holds)
    for column, name in enumerate(names):
        if PERPLEXITY.search(name):
            losses = [index for index, other in enumerate(names) if LOSS.search(other)]
            yield from max((_perplexities(rows, column, loss, holds) for loss in losses), key=len, default=[])


def _against(rows: list[Row], column: int, other: int, form: Form, holds: Holds) -> list[WrittenEquation]:
    """Return the equations of a column that divides the rows of another one by one row of it, or the other way round.

    That row has 1, 100 % or 0 % in the column, or nothing.
    """
    shares = sum(number.figure.scale == "%" for row in rows if (number := at(row, column)))
    base = next((row for row in rows if at(row, other) and _is_base(at(row, column))), None)
    if base is None or (form in FORMS[2:]) != bool(shares and not at(base, column)):
        return []
    made = [
        _equation(form(number, start), result)
        for row in rows
        if row is not base and (number := at(row, other)) and (start := at(base, other)) and (result := at(row, column))
    ]
    right = [equation for equation in made if holds(equation)]
    slacks = [float(equation.numbers[-1].figure.step / equation.numbers[-1].figure.value) / 2 for equation in right]
    if len({equation.numbers[-1].figure.value for equation in right}) < LEAST or 2 * len(right) <= len(made):
        return []
    if len(made) - len(right) > max(1, len(made) // MANY):
        return []
    if max(slacks) > COARSE or sum(-log(slack) for slack in slacks) < CERTAIN:
        return []
    return [equation for equation in made if equation in right or is_near(equation.sides[0], equation.numbers[-1])]


def _is_base(number: NumberNode | None) -> bool:
    return number is None or number.figure.value == 1


def _averages(rows: list[Row], holds: Holds) -> Iterator[WrittenEquation]:
    """Yield the averages in the last row, if most of them are those of the numbers above."""
    *above, last = rows
    made = []
    for index, result in enumerate(last):
        parts = [number for row in above if (number := at(row, index))]
        if result is not None and len(parts) == len(above):
            many = NumberNode(result.start, result.start, figure(str(len(parts)), ""))
            made.append(_equation(share(added(tuple(parts)), many), result))
    right = [equation for equation in made if holds(equation)]
    if len(right) >= LEAST and 2 * len(right) > len(made):
        yield from (
            equation for equation in made if equation in right or is_near(equation.sides[0], equation.numbers[-1])
        )


def _perplexities(rows: list[Row], column: int, loss: int, holds: Holds) -> list[WrittenEquation]:
    """Return the equations of perplexities, which are e to the power of the losses; none if none of them holds."""
    made = [
        _equation(operation("exp", (number,), number.start, number.end), result)
        for row in rows
        if (number := at(row, loss)) and (result := at(row, column))
    ]
    right = [equation for equation in made if holds(equation)]
    return (
        [equation for equation in made if equation in right or is_near(equation.sides[0], equation.numbers[-1])]
        if right
        else []
    )


def _equation(whole: ExpressionNode, result: NumberNode) -> WrittenEquation:
    return WrittenEquation("column", result.start, result.end, (whole, result), ("=",))


def at(row: Row, index: int) -> NumberNode | None:
    """Return the number of a row in a column; None where it has none."""
    return row[index] if index < len(row) else None


FORMS: tuple[Form, ...] = (
    quotient,
    inverse,
    lambda number, base: share(difference(base, number), base),
    lambda number, base: share(difference(number, base), base),
)
"""A ratio, or how much less or more than the base a number is as a share of that."""
