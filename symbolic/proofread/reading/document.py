"""Documents as they are read: the text, the mathematics and the tables in it, and the place of each in the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from typing import NamedTuple, TypeAlias

from symbolic.proofread.arithmetic.numbers import Style, style_of
from symbolic.proofread.grammar.tex_arguments import Macro

NEWLINE = re.compile("\n")
WINDOWS = re.compile(r"((?<!\\)\\)?\r\n")
"""The end of a line in a file of Windows; a backslash alone before it joins two lines in Python."""
ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z\d]{1,30}|#\d{1,6}|#[xX][\dA-Fa-f]{1,5});")
KEPT, FILLER = "<>&|*_`#\\[]$\x00\x01\n", "\x01"
Stretch: TypeAlias = tuple[int, int]
"""From a place in the text to before another one."""


WIDEST_TAG = 4000


class Position(NamedTuple):
    """A position in the file, counted from 1; `cell` is the number of a notebook's cell."""

    line: int
    column: int
    cell: int = 0

    def __str__(self) -> str:
        return f"{f'cell {self.cell}, ' if self.cell else ''}line {self.line}"


class Heading(NamedTuple):
    """The place of a heading and its level; a larger level is nested in a smaller one."""

    start: int
    level: int


class DocumentTable(NamedTuple):
    """Rows of cells; the first row has the columns' names. A wrapped cell has several stretches."""

    rows: tuple[tuple[tuple[Stretch, ...], ...], ...]


class TexCopy(NamedTuple):
    """A formula that the file has twice: as shown, in the stretch `shown`, and as TeX."""

    shown: Stretch
    tex: str
    source: int


@dataclass
class Document:
    """The result of reading a file.

    `text` is the text that a person reads (or the file itself, if that is text); `prose` has the same length, with the
    mathematics and the markup taken out; `math` are the stretches of TeX; `headings` are in order. `origins` (place in
    the text, place in the file, length) map the text to the file, if the text is not the file itself; `cells` are the
    starts of a notebook's cells, with their numbers (negative for a cell's output); `comments` are the comments of its
    code; `code_lines` is the number of lines of code with numbers that are not read; `programs` are valid Python.
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
    programs: list[Stretch] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prose = self.prose or self.text
        self.source = self.source or self.text
        self._lines: list[int] = []
        self._places: dict[str, list[Stretch]] = {}

    def first(self, pattern: re.Pattern[str], start: int, end: int) -> str:
        """Return the first text between two places that a pattern finds; "" where it finds none.

        It searches the document once: what is asked around each of many errors would be searched several times.
        """
        # A pattern's text has its hash already; that of a compiled one is worked out each time.
        places = self._places.get(pattern.pattern)
        if places is None:
            places = self._places[pattern.pattern] = [match.span() for match in pattern.finditer(self.text)]
        index = bisect_left(places, (start, start))
        return self.text[slice(*places[index])] if index < len(places) and places[index][1] <= end else ""

    def section_end(self, offset: int) -> int:
        """Return the end of the section around a place: the next heading that is not nested in its own."""
        index = bisect_right(self.headings, (offset, 1 << 30))
        return self._ends[index - 1] if index else len(self.text)

    @cached_property
    def _ends(self) -> list[int]:
        """Return the end of the section of each heading."""
        ends = [len(self.text)] * len(self.headings)
        opened: list[int] = []
        for index, (start, level) in enumerate(self.headings):
            while opened and self.headings[opened[-1]].level >= level:
                ends[opened.pop()] = start
            opened.append(index)
        return ends

    @cached_property
    def style(self) -> Style:
        """Return the way in which the document groups digits."""
        return style_of(self.text)

    @cached_property
    def shown(self) -> str:
        """Return the text with its references to signs as the file has them, where no place in it differs by that."""
        return self.source if len(self.source) == len(self.text) else self.text.replace(FILLER, " ")

    def origin(self, offset: int) -> int | None:
        """Return the place in the file that a place in the text comes from; None if the reader inserted it."""
        if self.origins is None:
            return offset
        index = bisect_right(self.origins, (offset, 1 << 60, 0)) - 1
        if index < 0:
            return None
        start, source, length = self.origins[index]
        return source + offset - start if offset < start + length else None

    def is_math(self, offset: int) -> bool:
        """Return whether a place is in a stretch of TeX."""
        return around(self.math, offset) >= 0

    def is_printed(self, offset: int) -> bool:
        """Return whether a place is in the output of a notebook's cell, which nobody wrote."""
        cell = bisect_right(self.cells, (offset, 1 << 60)) if self.cells else 0
        return bool(self.cells and cell and self.cells[cell - 1][1] < 0)

    def is_of_picture(self, offset: int) -> bool:
        """Return whether a place is in the tag of a picture, which would show the same with another title."""
        before = self.text[max(0, offset - WIDEST_TAG) : offset]
        return before.rfind("<img") > before.rfind(">")

    @cached_property
    def _breaks(self) -> list[int]:
        """Return the places of the newlines in the text."""
        return [match.start() for match in NEWLINE.finditer(self.text)]

    def place(self, offset: int) -> Position:
        """Return the line and the column in the file; in a notebook, those within the cell."""
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
            self._lines = [0, *(match.end() for match in NEWLINE.finditer(self.source))]
        line = bisect_right(self._lines, offset)
        return Position(line, offset - self._lines[line - 1] + 1)


def around(stretches: list[Stretch], offset: int) -> int:
    """Return the index of the stretch around a place, of several in order; -1 where none is."""
    index = bisect_right(stretches, (offset, 1 << 60)) - 1
    return index if index >= 0 and offset < stretches[index][1] else -1


def lines_with(text: str, patterns: Iterable[re.Pattern[str]]) -> list[Stretch]:
    """Return the lines of a text, with their newlines, in which one of some patterns is found.

    For patterns that start with a letter or a set of signs, this takes a fraction of the time of trying at each place
    one that starts in several ways.
    """
    ends: dict[int, int] = {}
    for pattern in patterns:
        end = 0
        while match := pattern.search(text, end):
            end = text.find("\n", match.start()) + 1 or len(text)
            ends[text.rfind("\n", 0, match.start()) + 1] = end
    return sorted(ends.items())


def with_newlines(text: str) -> str:
    """Return the text with a space and a newline for each end of a line in a file of Windows: no place moves."""
    return WINDOWS.sub(r" \1\n", text) if "\r" in text else text


def with_signs(text: str) -> str:
    """Return the text with the sign that each character reference of HTML stands for: no place moves.

    References to signs of Markdown and of HTML itself stay, as they are written so in order not to be read as such.
    """
    return ENTITY.sub(_sign, text) if "&" in text else text


def _sign(match: re.Match[str]) -> str:
    sign = unescape(match[0])
    return sign.ljust(len(match[0]), FILLER) if len(sign) == 1 and sign not in KEPT else match[0]


def masked(text: str, masks: Iterable[tuple[int, int, str]]) -> str:
    """Return the text with stretches replaced by masks of the same length: a sign, then signs that readers skip."""
    parts, position = [], 0
    for start, end, sign in sorted(masks):
        if start < position or end <= start:
            continue
        parts += [text[position:start], (sign + "\x01" * (end - start))[: end - start]]
        position = end
    return "".join((*parts, text[position:]))
