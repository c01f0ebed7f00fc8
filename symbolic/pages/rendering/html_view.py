"""What the HTML templates ask for: the pieces of a page, escaped and ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from markupsafe import Markup, escape

from symbolic.formulas.figures import grouped
from symbolic.formulas.shown import Blank
from symbolic.language import current
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import (
    Amount,
    Cell,
    Derived,
    Letters,
    Signed,
    TokensHeld,
    Typable,
)
from symbolic.pages.functions import Function, Typed
from symbolic.pages.page import Changing, Entry, Equation, Page, Part, Section, Table
from symbolic.pages.pictures import Bar, Box, Figure, Flow, Matrices, Matrix, Shape
from symbolic.pages.rendering.html_contents import ContentsLine, contents_of
from symbolic.pages.rendering.html_inline import NOTHING, HtmlInline, ready
from symbolic.pages.rendering.html_pieces import Segment, TableCell, TableRow
from symbolic.pages.rendering.markup import written
from symbolic.pages.rendering.notation import Notation
from symbolic.pages.rendering.picture_words import bracketed, drawn_copies
from symbolic.pages.rendering.python_notation import python, typed
from symbolic.pages.rendering.writer import sum_title

ROOM_FOR_SIGN = Fraction(1, 40)
"""The part of a bar that a sign of a mark takes on a phone."""
THINNEST = Fraction(1, 500)
TWO, MANY_COLUMNS, MANY_NUMBERS = 2, 4, 5
LONG_NUMBER = 14
"""Letters from which on a number makes a table's type smaller, and has a line of its own on a phone."""
LONG_WORDS = 24
"""Letters from which on words have a line of their own on a phone."""
TIMES, TIMES_TOGETHER = Markup(" × "), Markup("\u00a0×\u00a0")
IN_BRACKETS = re.compile(r"\(+<math.*?</math>\)*|<math.*?</math>\)+")
"""A letter with the brackets beside it: no line ends between them."""
NUMERIC = ' class="num"'
STRONG = Markup(' class="strong"')
SPANS = Markup(' colspan="2"')
CSS = re.compile(r"[^\w ]")
"""What is no letter of a string in a style sheet."""


class View(HtmlInline):
    """The pieces of a page as HTML; `linked` gives sections and steps ids, `top` is the level of section headings."""

    def __init__(
        self, page: Page, notation: Notation, *, linked: bool, top: int, derivation: Derivation | None = None
    ) -> None:
        """`notation` is how formulas name symbols. The sizes of a page of a `derivation` can be changed."""
        changing = Changing(derivation) if derivation is not None else page.changing if linked else None
        super().__init__(page.sizes, notation, linked=linked, changing=changing)
        self.page = page
        self.top = top
        self.language = current().code

    def kind(self, part: Part) -> str:
        """Return the name of the macro that prints this kind of part."""
        return type(part).__name__

    def python(self, function: Function) -> str:
        """Return the code of a function."""
        return python(function)

    def typed(self, part: Typed) -> Markup:
        """Return the lines of code that a reader types; the sizes in them follow where they can be changed."""
        code = str(escape("\n".join(typed(part))))
        for symbol in part.function.arguments:
            given = f"{symbol.name} = {part.sizes[symbol.name]}"
            number = self.cell(Typable(part.sizes[symbol.name], symbol))
            code = re.sub(rf"\b{re.escape(given)}\b", f"{symbol.name} = {number}", code, count=1)
        return ready(code)

    def level(self, block: Section | Entry) -> int:
        """Return the level of a heading: one deeper than that of the section or step around it."""
        return self.top if isinstance(block, Section) else min(self.top + self.depths[block.id], 6)

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """How deep each entry stands in its section, from 1 on, by its id."""
        found: dict[str, int] = {}
        stack = [(part, 1) for section in self.page.sections for part in section.parts if isinstance(part, Entry)]
        while stack:
            entry, depth = stack.pop()
            found[entry.id] = depth
            stack += [(part, depth + 1) for part in (*entry.before, *entry.after) if isinstance(part, Entry)]
        return found

    def repeats(self, box: Box) -> bool:
        """Return whether a box says how often its block is there."""
        return box.times != 1 or (self.live is not None and isinstance(box.times, Derived))

    def blank(self, equation: Equation) -> Blank | None:
        """Return the field in the place of an equation's value, if it has one."""
        return equation.value if isinstance(equation.value, Blank) else None

    def factors(self, equation: Equation) -> list[str]:  # noqa: ARG002
        """Return what stands around the fields of an equation's factors; only a page to fill in has such fields."""
        return []

    def explains(self, id: str) -> bool:  # noqa: ARG002
        """Return whether paper needs the hint of an answer."""
        return False

    def hints(self, id: str) -> tuple[Markup, ...]:  # noqa: ARG002
        """Return the hints for an answer, in order; only a page that checks answers has hints."""
        return ()

    def sum_title(self, entry: Entry) -> str:
        """Return the heading of the sum that closes a step."""
        return sum_title(entry)

    def plot(self, figure: Figure) -> Markup:
        """Return the plot as SVG, its description in the label."""
        from symbolic.pages.rendering.drawing import printable
        from symbolic.pages.rendering.plot import inline_svg

        svg = inline_svg(figure)
        words = written(figure.alt, lambda span, inside: inside or span.text)
        label = Markup(' aria-label="{}"').format(printable(words))
        return ready(svg.replace(' role="img"', f' role="img"{label}', 1))

    def layout(self, table: Table) -> str:
        """Return how a table is set: many columns as cards on a phone, long numbers in smaller type.

        Numbers that are compared along rows and columns stay a grid there, which scrolls.

        Fewer columns stay side by side there, but for `under` and its place, from 1 on: what is long goes below.
        """
        words_beside = any(isinstance(cell, str) and " " in cell for row in table.rows for cell in row[1:2])
        if len(table.columns) < MANY_COLUMNS or (len(table.columns) == MANY_COLUMNS and not words_beside):
            columns = enumerate(zip(*table.rows, strict=True), 1)
            below = [f" under{place}" for place, cells in columns if place > 1 and any(map(_is_long, cells))]
            if len(below) > 1:
                # Pairs of them below each other would say nothing of what they are.
                return "stacks"
            return f"plain{''.join(below)}" if len(table.columns) > TWO else "plain"
        if len(table.numeric) >= MANY_NUMBERS:
            return "grid"
        return "stacks dense" if any(_digits(cell) > LONG_NUMBER for row in table.rows for cell in row) else "stacks"

    def says_beside(self, table: Table) -> bool:
        """Return whether the second column is one of words, not of formulas."""
        return any(isinstance(cell, str) and cell for row in table.rows for cell in row[1:2])

    def head(self, table: Table) -> Iterator[TableCell]:
        """Yield the names of the columns."""
        for index, column in enumerate(table.columns):
            yield TableCell(self.words(column), self._attributes(table, index))

    def _attributes(self, table: Table, column: int) -> Markup:
        single = self.single() if column in table.single else ""
        return ready(f"{NUMERIC if column in table.numeric else ''}{single}")

    def labels(self, table: Table) -> Markup:
        """Return the names of the columns for a phone, where they stand in each row: 0, then counted from the last."""
        columns = enumerate((table.columns[0], *reversed(table.columns[1:])))
        # What is no letter is escaped as a style sheet does, so nothing is left that HTML would read.
        return ready(";".join(f"--h{place}:'{CSS.sub(_in_css, self.said(column))}'" for place, column in columns))

    def rows(self, table: Table, stacks: bool) -> Iterator[TableRow]:
        """Yield the rows; those that are `stacks` on a phone hold what a cell shows together."""
        head = [self._attributes(table, column) for column in range(len(table.columns))]
        spans = stacks and not self.says_beside(table)
        for index, row in enumerate(table.rows):
            cells = [
                TableCell(self.cell(cell), _in_letters(above) if isinstance(cell, Letters) else above)
                for cell, above in zip(row, head, strict=True)
            ]
            if spans and not cells[1].shown:
                # What has no formula has its place for words; where words have it, it is an empty cell.
                cells[:2] = [cells[0]._replace(attributes=cells[0].attributes + SPANS)]
            if stacks:
                cells = [cell._replace(shown=cell.held) for cell in cells]
            # In one piece: for the template to print each would take as long as to make them.
            colour = table.colours[index] if table.colours else 0
            kind = ready(f' class="k{colour}"') if colour else NOTHING
            yield TableRow(ready("".join([cell.element for cell in cells])), STRONG if index in table.strong else kind)

    def total(self) -> Markup:
        """Return the total in full, if the page has one."""
        return self.figure(self.page.headline)

    def rounded(self) -> Markup:
        """Return the total in short, behind its sign, such as ≈ 124.4 million, with its power of ten raised."""
        shown = re.sub(r"(?<=[≈=]) |(?<=\d) (?=[kMGTP]i?B\b)", "\u00a0", self.page.leads or self.page.rounded)
        return ready(re.sub(r"\^(\d+)", r"<sup>\1</sup>", str(escape(shown))))

    def shape(self, shape: Shape) -> Markup:
        """Return a shape in letters and in numbers."""
        several = f"{shape.copies} × " if shape.copies > 1 else ""
        short = len(" × ".join(map(grouped, shape.axes))) <= LONG_WORDS
        numbers = (TIMES_TOGETHER if short else TIMES).join(map(self.number, shape.axes))
        if len(shape.axes) > 1 or shape.copies > 1:
            numbers = ready(f"({numbers})")
        called = f", {self.words(shape.name)}" if shape.name else ""
        letters = str(self.words(bracketed(shape.letters, shape.copies > 1)))
        letters = IN_BRACKETS.sub(r'<span class="together">\g<0></span>', letters)
        return ready(f"{several}{letters}: {several}{numbers}{called}")

    def flow(self, flow: Flow) -> Markup:
        """Return what a token is between two boxes."""
        shown = [self.shape(flow.shape)] if flow.shape else []
        return Markup(", ").join((*shown, self.words(flow.words)) if flow.words else shown)

    def drawn(self, matrix: Matrix, matrices: Matrices) -> Markup:
        """Return the rectangles of a matrix; their sides are parts of the longest axis, which follow the sizes."""
        rows, columns = matrix.shape.axes
        parts = (round(float(Fraction(int(axis), matrices.longest)), 5) for axis in (rows, columns))
        style = ' style="--r:{:g};--c:{:g}"'.format(*parts)
        if self.live is not None and isinstance(rows, Derived) and isinstance(columns, Derived):
            style += f' data-axes="{self.live.place(rows.formula)} {self.live.place(columns.formula)}"'
        return ready(f"<i{style}></i>") * drawn_copies(matrix)

    def segments(self, bar: Bar) -> list[Segment]:
        """Return the parts of the bar from left to right."""
        segments, start = [], Fraction(0)
        for index, ((name, _, part), colour) in enumerate(zip(bar.parts, bar.colours, strict=True)):
            share = part.value
            width = max(share, THINNEST)
            place = (_per_cent(start), _per_cent(width), _per_cent(start + width / 2))
            mark = bar.marks[index]
            shown = mark if bar.has_room(index, ROOM_FOR_SIGN) else ""
            another = self.cell(bar.another[index]) if bar.another else ""
            segments.append(Segment(mark, shown, colour, name, self.cell(part), another, *place))
            start += share
        return segments

    def contents(self) -> Iterator[ContentsLine]:
        """Yield the lines of the contents."""
        return contents_of(self.page, self)


def _digits(cell: Cell) -> int:
    """Return how many letters a number takes; none if a cell holds something else."""
    value = cell.value if isinstance(cell, Signed | Amount) else cell
    return len(grouped(value)) if isinstance(value, int | Fraction) else 0


def _is_long(cell: Cell) -> bool:
    if isinstance(cell, TokensHeld):
        # Boxes, which go on in the next line.
        return False
    return len(cell) > LONG_WORDS if isinstance(cell, str) else _digits(cell) > LONG_NUMBER


def _in_letters(attributes: Markup) -> Markup:
    """Return the attributes of a cell that has a formula in letters."""
    numeric, rest = attributes.startswith(NUMERIC), attributes.removeprefix(NUMERIC)
    return ready(f' class="{"num " if numeric else ""}letters"{rest}')


def _in_css(sign: re.Match[str]) -> str:
    return f"\\{ord(sign[0]):x} "


def _per_cent(share: Fraction) -> str:
    return f"{round(share * 100_000) / 1000:g}%"
