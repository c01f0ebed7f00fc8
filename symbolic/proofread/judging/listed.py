"""Lists as tables: lines below each other that have numbers in the same places are rows, and their numbers cells."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TypeAlias

from symbolic.proofread.reading.document import Document, DocumentTable, Stretch

LINE = re.compile(r"[^\n]*\n?")
CELL = re.compile(
    r"\d(?<![\w.,/^×-]\d)[\d,.]*+(?<![.,])(?:[ ]?(?P<unit>[%％]|[KMGT]i?B|[A-Za-zµ]{1,2})(?![A-Za-z]))?(?![\w/^]|-\d)"
)
CALCULATED = re.compile(r"[|·⋅÷²³^√\\]|\d[ ]?(?:\*(?!\*)|[×x+/])[ ]?\d|\d[ ][-–−][ ]\d")
"""Lines with a calculation are read as such, and a shape is no number."""
SKIPPED = " \x01*`~≈$€£_"
FEWEST_CELLS, MOST_CELLS, FEWEST, MOST, LONGEST = 2, 5, 3, 40, 200
"""So many lines below each other are a list; more of them are what a program prints."""
Row: TypeAlias = tuple[tuple[Stretch, ...], ...]


def listed(document: Document) -> Iterator[DocumentTable]:
    """Yield the lists of a document as tables whose columns have no names."""
    rows: list[Row] = []
    form: tuple[str, ...] = ()
    tables = sorted(place for table in document.tables for row in table.rows for cell in row for place, _ in cell)
    for line in LINE.finditer(document.prose):
        written = document.text[slice(*line.span())]
        first = bisect_left(tables, line.start())
        of_table = first < len(tables) and tables[first] < line.end()
        cells = [] if of_table or len(written) > LONGEST else list(CELL.finditer(line.string, *line.span()))
        cells = [] if cells and CALCULATED.search(written) else cells
        last, form = form, tuple(_signs(document.prose, line.start(), cell) for cell in cells)
        if form != last:
            yield from _table(rows)
            rows = []
        if FEWEST_CELLS <= len(cells) <= MOST_CELLS:
            rows.append(tuple((cell.span(),) for cell in cells))
    yield from _table(rows)


def _signs(prose: str, start: int, cell: re.Match[str]) -> str:
    """Return what stands beside a number in all lines of a list: the sign before it, and whether it is a share."""
    before = prose[start : cell.start()].rstrip(SKIPPED)[-1:]
    return ("w" if before.isalnum() else before) + (cell["unit"] or "")[-1:]


def _table(rows: list[Row]) -> Iterator[DocumentTable]:
    if FEWEST <= len(rows) <= MOST:
        yield DocumentTable((((),) * len(rows[0]), *rows))
