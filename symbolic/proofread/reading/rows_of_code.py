"""Lists of tuples in programs as tables: ("small", 8, 2, 4, 64), one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.reading.document import DocumentTable, Stretch

ROW = re.compile(
    r"^[ \t]*[(\[](?P<cells>[^()\[\]{}\n#,]{1,80}(?:,[^()\[\]{}\n#,]{1,80}){3,11})[)\]],?[ \t]*(?:#[^\n]*)?\n?",
    re.MULTILINE,
)
COMMENTED = re.compile(
    r"(?P<value>(?<![\w.])[1-9][\d_]*(?:\.\d+)?(?:e\d{1,2})?)[ ]*+[,)\]]{0,2}[ ]*+#"
    r"(?P<comment>(?=[^\n]{0,99}\d)[^\n]{1,100})"
)
"""A number of a program, and the comment behind it."""
CELL = re.compile(r"[^,]+")
FEWEST = 3


def tables_of_code(text: str, start: int, end: int) -> Iterator[DocumentTable]:
    """Yield the lists of tuples in a program as tables without names, each of so many rows with as many cells."""
    rows: list[tuple[tuple[Stretch, ...], ...]] = []
    last = -1
    for match in ROW.finditer(text, start, end):
        row = tuple((cell.span(),) for cell in CELL.finditer(text, *match.span("cells")))
        if match.start() != last or (rows and len(rows[-1]) != len(row)):
            yield from _table(rows)
            rows = []
        rows.append(row)
        last = match.end()
    yield from _table(rows)


def _table(rows: list[tuple[tuple[Stretch, ...], ...]]) -> Iterator[DocumentTable]:
    if len(rows) >= FEWEST:
        yield DocumentTable((((),) * len(rows[0]), *rows))
