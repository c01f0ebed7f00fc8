"""Rows of a table that follow from the numbers in its heads: batch 1 | batch 8, 64 MB | 512 MB; FP16 | INT8, 14 | 7 GB.

That a row is in proportion to the heads is a guess until most cells agree, and hardly by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, with_numbers
from symbolic.proofread.arithmetic.numbers import WrittenNumber, figure
from symbolic.proofread.arithmetic.units import PREFIXED, measured
from symbolic.proofread.judging.amounts import is_near, off_by, plain
from symbolic.proofread.judging.forms import product, quotient
from symbolic.proofread.judging.proportions import ROUNDED, Row, are_unlikely, at, slack_of
from symbolic.proofread.judging.weights import bytes_of_type
from symbolic.proofread.reading.document import Stretch
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

LEAST, CERTAIN = 3, 14.0
"""So many cells agree at least, which must be so unlikely: the logarithm of it."""
BINARY = Fraction(1024, 1000)
WIDEST, LONGEST = 10, 60
BITS = re.compile(r"(?<![\w.])([1-9]\d?)[- ]?bits?(?!\w)")
ONE_NUMBER = re.compile(r"[^\d]*(?P<number>\d[\d,]*(?:\.\d+)?[KM]?)(?![\d.])[^\d]*")


def by_heads(
    reader: FormulaReader, heads: Sequence[tuple[Stretch, ...]], rows: Sequence[Row]
) -> Iterator[WrittenEquation]:
    """Yield each cell as another cell of its row times the heads' ratio, if most cells of the table agree."""
    numbers = {index: number for index, head in enumerate(heads[:WIDEST]) if (number := _of_head(reader, head))}
    if len({number.figure.value for number in numbers.values()}) < 2:
        return
    found: list[list[WrittenEquation]] = []
    for binary in (False, True):
        for inverse in (False, True):
            made = [one for row in rows for one in _of_row(numbers, row, inverse)]
            right = [one for one in made if off_by(*_in_one_unit(one, binary)) == 0]
            if len(right) >= LEAST and len(right) >= len(made) - max(1, len(made) // WIDEST):
                near = [one for one in made if one in right or _is_off(one, binary)]
                found += [near] if are_unlikely([slack_of(one.numbers[-1]) for one in right], CERTAIN) else []
    yield from max(found, key=len, default=[])


def _is_off(equation: WrittenEquation, binary: bool) -> bool:
    """Return whether a cell is near what the heads make, but further off than odd rounding, which is left alone."""
    both = _in_one_unit(equation, binary)
    return is_near(*both) and off_by(*both) > ROUNDED


def _of_head(reader: FormulaReader, head: tuple[Stretch, ...]) -> NumberNode | None:
    """Return the number in the head of a column: how wide a type is, or the only number; None for any other one."""
    if len(head) != 1 or head[0][1] - head[0][0] > LONGEST:
        return None
    text, (start, end) = reader.document.text, head[0]
    bits = {Fraction(int(found[1]), 8) for found in BITS.finditer(text, start, end)}
    if size := bits.pop() if len(bits) == 1 else bytes_of_type(text[start:end]):
        written: WrittenNumber = figure(str(size.numerator), "").times(Fraction(1, size.denominator))
        return NumberNode(start, start, written._replace(shown=str(size), rounded=False))
    match = ONE_NUMBER.fullmatch(text, start, end)
    if match is None:
        return None
    token = reader.text.first(text, match.start("number"))
    if token is None or not isinstance(token.value, WrittenNumber) or token.value.value <= 0:
        return None
    return NumberNode(token.start, token.end, token.value._replace(rounded=False))


def _in_one_unit(equation: WrittenEquation, binary: bool) -> tuple[ExpressionNode, NumberNode]:
    """Return both sides in the smallest unit of what they measure, in powers of 1,000 or 1,024."""

    def of(number: NumberNode) -> NumberNode:
        times = BINARY ** PREFIXED.get(number.figure.scale, 0) if binary else Fraction(1)
        return replace(number, figure=plain(number, measured(number)).figure.times(times), unit="")

    made, result = equation.sides
    return with_numbers(made, of), of(result.numbers[0])


def _of_row(numbers: Mapping[int, NumberNode], row: Row, inverse: bool) -> Iterator[WrittenEquation]:
    """Yield each cell of a row as the one with most digits, times the ratio of their heads."""
    cells = {index: cell for index in numbers if (cell := at(row, index))}
    if len(cells) < 2:
        return
    first = min(cells, key=lambda index: (slack_of(cells[index]), index))
    for index, cell in cells.items():
        if index != first and numbers[index].figure.value != numbers[first].figure.value:
            above, below = (first, index) if inverse else (index, first)
            made = product((cells[first], quotient(numbers[above], numbers[below])))
            yield result_of(made, cell, kind="column")
