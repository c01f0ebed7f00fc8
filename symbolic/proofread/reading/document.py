"""A document as it is read: its text, the mathematics and the tables in it, and where each place is in the file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias

from symbolic.proofread.arithmetic.numbers import Style, style_of
from symbolic.proofread.grammar.tex_lexer import Macro

Stretch: TypeAlias = tuple[int, int]
"""From a place in the text to before another one."""


class Position(NamedTuple):
    """Where something stands in the file, counted from 1; `cell` is a notebook's."""

    line: int
    column: int
    cell: int = 0

    def __str__(self) -> str:
        return f"{f'cell {self.cell}, ' if self.cell else ''}line {self.line}"


class Heading(NamedTuple):
    """Where a heading stands, and its level: a larger one is below a smaller one."""

    start: int
    level: int


class DocumentTable(NamedTuple):
    """Rows of cells, the first row the columns' names; a cell may be in several stretches (a wrapped one)."""

    rows: tuple[tuple[tuple[Stretch, ...], ...], ...]


class TexCopy(NamedTuple):
    """A formula that the file holds twice: what is shown at `shown`, and its TeX."""

    shown: Stretch
    tex: str
    source: int


@dataclass
class Document:
    """What a reader makes of a file.

    `text` is what a person reads (or the file itself, where that is text); `prose` has the same length, with the
    mathematics and the markup taken out; `math` are the stretches of TeX; `headings` stand in order. `origins` (place
    in the text, place in the file, length) say where the text comes from, if it is not the file itself; `cells` where
    a notebook's cells start, with their numbers (negative: what a cell printed); `comments` are those of its code,
    `code_lines` how many lines of it with numbers are not read.
    """

    text: str
    prose: str = ""
    math: list[Stretch] = field(default_factory=list)
    tables: list[DocumentTable] = field(default_factory=list)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    tex_copies: list[TexCopy] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    source: str = ""
    origins: list[tuple[int, int, int]] | None = None
    cells: list[tuple[int, int]] | None = None
    comments: list[Stretch] = field(default_factory=list)
    code_lines: int = 0

    def __post_init__(self) -> None:
        self.prose = self.prose or self.text
        self.source = self.source or self.text
        self._lines: list[int] = []

    def section_end(self, offset: int) -> int:
        """Where the section around a place ends: at the next heading that is not below its own."""
        index = bisect_right(self.headings, (offset, 1 << 30))
        return self._ends[index - 1] if index else len(self.text)

    @cached_property
    def _ends(self) -> list[int]:
        """Where the section of each heading ends."""
        ends = [len(self.text)] * len(self.headings)
        opened: list[int] = []
        for index, (start, level) in enumerate(self.headings):
            while opened and self.headings[opened[-1]].level >= level:
                ends[opened.pop()] = start
            opened.append(index)
        return ends

    @cached_property
    def style(self) -> Style:
        """How it groups digits."""
        return style_of(self.text)

    def origin(self, offset: int) -> int | None:
        """The place in the file that a place in the text comes from; None where the reader made it."""
        if self.origins is None:
            return offset
        index = bisect_right(self.origins, (offset, 1 << 60, 0)) - 1
        if index < 0:
            return None
        start, source, length = self.origins[index]
        return source + offset - start if offset < start + length else None

    def is_math(self, offset: int) -> bool:
        """Whether a place is in a stretch of TeX."""
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self.math[index][1]

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.math]

    def is_printed(self, offset: int) -> bool:
        """Whether a place is in what a notebook's cell printed: nobody wrote that."""
        cell = bisect_right(self.cells, (offset, 1 << 60)) if self.cells else 0
        return bool(self.cells and cell and self.cells[cell - 1][1] < 0)

    @cached_property
    def _breaks(self) -> list[int]:
        """Where the lines of the text end."""
        return [index for index, letter in enumerate(self.text) if letter == "\n"]

    def place(self, offset: int) -> Position:
        """Line and column in the file; in a notebook, of the cell."""
        cell = bisect_right(self.cells, (offset, 1 << 60)) if self.cells else 0
        if self.cells and cell:
            start, number = self.cells[cell - 1]
            first, line = bisect_left(self._breaks, start), bisect_left(self._breaks, offset)
            before = self._breaks[line - 1] if line > first else start - 1
            return Position(line - first + 1, offset - before, abs(number))
        if self.origins is not None:
            index = max(0, bisect_right(self.origins, (offset, 1 << 60, 0)) - 1)
            start, source, length = self.origins[index] if self.origins else (0, 0, 0)
            offset = source + min(max(0, offset - start), length)
        if not self._lines:
            self._lines = [0, *(index + 1 for index, letter in enumerate(self.source) if letter == "\n")]
        line = bisect_right(self._lines, offset)
        return Position(line, offset - self._lines[line - 1] + 1)


def masked(text: str, masks: Iterable[tuple[int, int, str]]) -> str:
    """The text with stretches of it replaced, each by as much of the same: a sign, then passed over."""
    parts, position = [], 0
    for start, end, sign in sorted(masks):
        if start < position or end <= start:
            continue
        parts += [text[position:start], (sign + "\x01" * (end - start))[: end - start]]
        position = end
    return "".join((*parts, text[position:]))
