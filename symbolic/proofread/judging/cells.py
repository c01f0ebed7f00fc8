"""Cells that hold several numbers, as cells of their own: `84M (15%)` is two columns, `8–11 GiB` two rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.judging.amounts import number_at
from symbolic.proofread.judging.proportions import Row
from symbolic.proofread.reading.document import DocumentTable, Stretch
from symbolic.proofread.reading.formula_reader import FormulaReader

Cell: TypeAlias = tuple[Stretch, ...]
NUMBER = r"\d[\d.,]*(?:e[+-]?\d+)?"
NOTE = re.compile(
    rf"(?P<first>[^()（）]*\d[^()（）]*)[(（](?P<note>(?:[$~≈+−\s*-]|\\approx)*{NUMBER}[\s\\]*(?:[%％×x]|[KMGT]?i?B)?[$\s*]*)"
    r"[)）][\s*\x01]*"
)
"""A number with another one in brackets, which has a unit or percent sign at most."""
PARTS, SLASH = re.compile(r"[^/\d]*\d[^/]*(?:[ ]/[ ][^/\d]*\d[^/]*){1,4}"), re.compile(" / ")
RANGE = re.compile(
    rf"[\s*~≈$\x01]*(?P<low>{NUMBER})[ ]?[%KMGT]?[ ]?(?:[–—-]|to)[ ]?(?P<high>{NUMBER})[ ]?[%A-Za-z/]{{0,8}}[\s*$\x01]*"
)
MULTIPLIES = re.compile(r"\w[ ]?[×*·⋅^][ ]?[\w(]")
"""A product or a power, whose slash divides: `105 × V × d / 128` is one formula."""
LEAST, LONGEST = 2, 100


def apart(text: str, table: DocumentTable) -> DocumentTable:
    """Return a table with columns of their own for the numbers that stand together in most cells of a column."""
    for index in reversed(range(max(map(len, table.rows)))):
        pieces = [_pieces(text, row[index]) if index < len(row) else [] for row in table.rows]
        many = max(map(len, pieces))
        filled = [row for row in table.rows[1:] if index < len(row) and _written(text, row[index])]
        if many < LEAST or sum(len(one) == many for one in pieces[1:]) < max(LEAST, len(filled) - 1):
            continue
        rows = []
        for row, several in zip(table.rows, pieces, strict=True):
            cells = [(piece,) for piece in several] if len(several) == many else list(row[index : index + 1])
            rows.append((*row[:index], *cells, *[()] * (many - len(cells)), *row[index + 1 :]))
        table = DocumentTable(tuple(rows))
    return table


def ends_of_ranges(reader: FormulaReader, cells: Sequence[Cell], row: Row) -> list[Row]:
    """Return the numbers of a row twice if it has ranges, with their lower and their higher ends; else once."""
    ends = [_range(reader, cell) for cell in cells]
    if not any(ends):
        return [row]
    return [[both[end] if both else one for one, both in zip(row, ends, strict=True)] for end in (0, 1)]


def _range(reader: FormulaReader, cell: Cell) -> tuple[NumberNode, NumberNode] | None:
    """Return both ends of a range without units, the lower one in the scale of the other; None for any other cell."""
    match = RANGE.fullmatch(_written(reader.document.text, cell))
    if match is None:
        return None
    low, high = (number_at(reader, cell[0][0] + match.start(name)) for name in ("low", "high"))
    if low is None or high is None:
        return None
    worth = high.figure.worth if not low.figure.scale else Fraction(1)
    scaled = high.figure.scaled or low.figure.scaled
    low = replace(low, figure=low.figure.times(worth)._replace(scaled=scaled, shown=match[0].strip()))
    high = replace(high, figure=high.figure._replace(shown=match[0].strip()))
    return (low, high) if 0 < low.figure.value < high.figure.value else None


def is_of_range(number: NumberNode) -> bool:
    """Return whether a number is an end of a range."""
    return RANGE.fullmatch(number.figure.shown) is not None


def _pieces(text: str, cell: Cell) -> list[Stretch]:
    """Return the stretches of a number and the one in brackets behind it, or of numbers between slashes."""
    written = _written(text, cell)
    start = cell[0][0] if written else 0
    if note := NOTE.fullmatch(written):
        return [(start + note.start(name), start + note.end(name)) for name in ("first", "note")]
    if "$" not in written and not MULTIPLIES.search(written) and PARTS.fullmatch(written):
        slashes = [place + start for match in SLASH.finditer(written) for place in match.span()]
        return list(pairwise([start, *slashes, start + len(written)]))[::2]
    return []


def _written(text: str, cell: Cell) -> str:
    """Return what stands in a cell; "" for a long one, and one of several stretches or none."""
    return text[slice(*cell[0])] if len(cell) == 1 and cell[0][1] - cell[0][0] < LONGEST else ""
