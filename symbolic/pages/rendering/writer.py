"""The base of the writers of all formats: how a page's parts are visited, cells and steps among them."""

from __future__ import annotations

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import ClassVar

from symbolic.formulas.figures import grouped, in_short, near, percent, with_unit
from symbolic.formulas.formula import Exact, Formula
from symbolic.language import gettext
from symbolic.pages.page import (
    Amount,
    Answer,
    Bar,
    Box,
    Cell,
    Choices,
    Diagram,
    Entry,
    Equation,
    Figure,
    Folded,
    InShort,
    Items,
    Letters,
    Lines,
    Math,
    Matrices,
    Matrix,
    Paragraph,
    Part,
    Ratio,
    Relation,
    Shape,
    Share,
    Signed,
    Statement,
    Table,
)
from symbolic.pages.rendering.equations import Side, sides
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Notation, Printer


class Inline(ABC):
    """What stands in a line, in one format: words, cells of tables, sides of equations.

    `printer` writes formulas in the page's notation, `letters` as books set them. `sizes` are the page's.
    """

    printed_by: ClassVar[type[Printer]]
    """The class of the format's printers."""

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation = "names") -> None:
        """`notation` is how formulas name symbols."""
        self.sizes = sizes
        self.notation = notation
        self.printer = self.printed_by(notation)
        self.letters = self.printed_by("letters", compact=True)

    def words(self, text: str) -> str:
        """Return a page's markup in this format."""
        return written(text, self.span)

    @abstractmethod
    def span(self, span: Span, inside: str) -> str:
        """Return a stretch of markup; `inside` are the spans in it, written already."""

    @abstractmethod
    def plain(self, text: str) -> str:
        """Return a figure's text: digits, signs and spaces at which no line breaks."""

    @abstractmethod
    def formula(self, formula: Formula, printer: Printer) -> str:
        """Return a formula that stands in a cell, written by one of the two printers."""

    def number(self, value: Exact) -> str:
        """Return an exact number, its digits in groups."""
        return self.plain(grouped(value))

    def signed(self, value: int) -> str:
        """Return a number behind its sign."""
        return self.plain(f"{'+' if value >= 0 else '−'} {grouped(abs(value))}")

    def cell(self, cell: Cell) -> str:
        """Return what a table's cell holds."""
        match cell:
            case str():
                return self.words(cell)
            case Math():
                return self.formula(cell.formula, self.printer)
            case Letters():
                return self.formula(cell.formula, self.letters)
            case Share():
                return self.plain(percent(cell.value))
            case InShort():
                return self.plain(in_short(cell.value))
            case Ratio():
                return self.plain(near(cell.value))
            case Signed():
                return self.signed(cell.value)
            case Amount():
                return self.words(with_unit(cell.value, cell.unit))
            case int() | Fraction():
                return self.number(cell)

    def sides(self, part: Equation | Relation, printer: Printer | None = None) -> list[Side]:
        """Return the sides of an equation in the page's notation, those of a relation in letters."""
        return sides(printer or (self.letters if isinstance(part, Relation) else self.printer), part, self.sizes)

    def printers_of(self, formula: Formula) -> list[Printer]:
        """Return the printers of a closed form: letters as books set it, and names where a page has names."""
        if self.notation == "names" and self.printer(formula) != self.letters(formula):
            return [self.letters, self.printer]
        return [self.letters]


class Writer(Inline):
    """Writes the parts of a page as blocks of text, one method for each kind of part."""

    def parts(self, parts: Iterable[Part], depth: int = 1) -> Iterator[str]:
        """Yield the blocks of these parts; a step among them is `depth` steps deep."""
        for part in parts:
            yield from self.part(part, depth)

    def part(self, part: Part, depth: int = 1) -> Iterator[str]:  # noqa: PLR0912 - one line for each kind
        """Yield the blocks of one part."""
        match part:
            case Paragraph():
                return self.paragraph(part)
            case Equation():
                return self.equation(part)
            case Statement():
                return self.statement(part)
            case Relation():
                return self.relation(part)
            case Table():
                return self.table(part)
            case Bar():
                return self.bar(part)
            case Diagram():
                return self.diagram(part)
            case Matrices():
                return self.matrices(part)
            case Figure():
                return self.figure(part)
            case Entry():
                return self.entry(part, depth)
            case Items():
                return self.items(part)
            case Folded():
                return self.folded(part)
            case Answer():
                return self.answer(part)
            case Choices():
                return self.choices(part)
            case Lines():
                return self.lines(part)

    @abstractmethod
    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield a paragraph of words."""

    @abstractmethod
    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        """Yield an equation; `running` is what the steps up to it add up to, with the words before it."""

    @abstractmethod
    def relation(self, relation: Relation) -> Iterator[str]:
        """Yield formulas in letters with signs between them."""

    def statement(self, statement: Statement) -> Iterator[str]:
        """Yield a closed form, in each of its notations."""
        for printer in self.printers_of(statement.formula):
            yield from self.closed(statement.formula, printer)

    @abstractmethod
    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        """Yield a closed form as this printer writes it."""

    @abstractmethod
    def table(self, table: Table) -> Iterator[str]:
        """Yield a table."""

    @abstractmethod
    def bar(self, bar: Bar) -> Iterator[str]:
        """Yield a stacked bar."""

    @abstractmethod
    def diagram(self, diagram: Diagram) -> Iterator[str]:
        """Yield the boxes of a network."""

    @abstractmethod
    def matrices(self, matrices: Matrices) -> Iterator[str]:
        """Yield matrices, drawn to scale."""

    @abstractmethod
    def figure(self, figure: Figure) -> Iterator[str]:
        """Yield a plot, or the words that say what it shows."""

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        """Yield a step: its heading and words, the steps below it, its equations, what the reader is asked."""
        yield from self.opening(entry, depth)
        yield from self.below(entry, depth)
        yield from self.closing(entry, depth)

    def opening(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield a step's heading and words."""
        yield from self.heading(entry, depth)
        if entry.text:
            yield from self.paragraph(Paragraph(entry.text))

    def below(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield the steps below a step."""
        yield from self.parts(entry.before, depth + 1)

    def closing(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield a step's equations, under a heading if steps stand before them, and what the reader is asked."""
        if entry.before and entry.equations:
            yield from self.sum_heading(entry)
        yield from self.equations(entry)
        yield from self.parts(entry.after, depth + 1)

    def equations(self, entry: Entry) -> Iterator[str]:
        """Yield a step's equations, with what is reached so far at the last."""
        last = len(entry.equations) - 1
        for index, equation in enumerate(entry.equations):
            yield from self.equation(equation, entry.running if index == last else None)

    @abstractmethod
    def heading(self, entry: Entry, depth: int) -> Iterator[str]:
        """Yield the heading of a step."""

    @abstractmethod
    def sum_heading(self, entry: Entry) -> Iterator[str]:
        """Yield the heading of a sum that stands below the steps that it adds up."""

    @abstractmethod
    def items(self, items: Items) -> Iterator[str]:
        """Yield a list."""

    def folded(self, folded: Folded) -> Iterator[str]:  # noqa: ARG002
        """Yield what a reader can unfold: nothing, where nothing can be folded."""
        yield from ()

    def labelled(self, term: str, words: str) -> str:
        """Return a list's item: its term, if it has one, and what there is to say of it."""
        return f"{self.words(term)}: {self.words(words)}" if term else self.words(words)

    @abstractmethod
    def answer(self, answer: Answer) -> Iterator[str]:
        """Yield room for an answer, behind its label."""

    @abstractmethod
    def choices(self, choices: Choices) -> Iterator[str]:
        """Yield answers of which the reader chooses one."""

    @abstractmethod
    def lines(self, lines: Lines) -> Iterator[str]:
        """Yield empty lines to write on."""


def sum_title(entry: Entry) -> str:
    """Return the heading of the sum that closes a step with steps below it."""
    return gettext("{title}: the sum", title=entry.title)


BAR_WIDTH = 40


def blocks_of(bar: Bar) -> Iterator[str]:
    """Yield a bar as lines of text: a part's name, a row of blocks as long as its share, the share."""
    longest = max(len(name) for name, _, _ in bar.parts)
    for name, _, share in bar.parts:
        blocks = "█" * int(share.value * BAR_WIDTH + Fraction(1, 2)) or "▏"
        yield f"{name.ljust(longest)}  {blocks} {percent(share.value)}"


def shape_words(shape: Shape) -> str:
    """Return a shape as markup, in letters and in numbers: 3 × (d × d): 3 × (768 × 768)."""
    several = f"{shape.copies} × " if shape.copies > 1 else ""
    numbers = " × ".join(map(grouped, shape.axes))
    return f"{several}{bracketed(shape.letters)}: {several}{bracketed(numbers)}"


def bracketed(product: str) -> str:
    """Return a product in brackets; a single size needs none."""
    return f"({product})" if " " in product else product


def box_words(box: Box) -> Iterator[str]:
    """Yield the lines of a box below its title, as markup."""
    yield from map(shape_words, box.shapes)
    if box.note:
        yield box.note


def box_figure(box: Box) -> str:
    """Return what a box adds, with the product where there are several."""
    if box.times == 1:
        return grouped(box.count)
    return f"{grouped(box.times)} × {grouped(box.count)} = {grouped(box.whole)}"


BOX_WIDTH = 64


def boxes_of(diagram: Diagram, words: Callable[[str], str]) -> Iterator[str]:
    """Yield a diagram as lines of text, a frame for each box."""
    for box in diagram.boxes:
        yield from _framed(box, words, BOX_WIDTH)


def _added(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield boxes with the stream at their left: an arrow leads in at the first, and out at the last, to a plus."""
    lines = [line for one in box.boxes for line in _framed(one, words, width - 5)]
    for place, line in enumerate(lines):
        stream = "├──▶ " if place == 1 else "⊕◀── " if place == len(lines) - 1 else "│    "
        yield stream + line


def _framed(box: Box, words: Callable[[str], str], width: int) -> Iterator[str]:
    if not box.title:
        yield from _added(box, words, width)
        return
    lines = _between(box.title, box_figure(box), width - 4)
    lines += [line for text in box_words(box) for line in textwrap.wrap(words(text), width - 4)]
    for one in box.boxes:
        lines += _framed(one, words, width - 4)
    yield f"┌{'─' * (width - 2)}┐"
    yield from (f"│ {line.ljust(width - 4)} │" for line in lines)
    yield f"└{'─' * (width - 2)}┘"


def _between(left: str, right: str, width: int) -> list[str]:
    """Return two texts at the two ends of a line, or of two lines where one is too short."""
    if len(left) + 2 + len(right) <= width:
        return [left + right.rjust(width - len(left))]
    return [*textwrap.wrap(left, width), right.rjust(width)]


MOST_DRAWN = 4
"""So many copies of a matrix are drawn side by side; of more, one is drawn and their number said."""
SIGNS_ACROSS = 24
"""So many signs of text are as wide as the longest axis; a sign is about twice as high as it is wide."""


def matrix_words(matrix: Matrix) -> str:
    """Return a matrix's shape as markup, with how often a layer has it: (d × m): (7,168 × 2,048), 256 times."""
    said = shape_words(matrix.shape)
    return said if matrix.times == 1 else gettext("{shape}, {count} times", shape=said, count=grouped(matrix.times))


def drawn_copies(matrix: Matrix) -> int:
    """Return how many rectangles a matrix is drawn as."""
    return matrix.shape.copies if matrix.times == 1 and matrix.shape.copies <= MOST_DRAWN else 1


def matrices_of(matrices: Matrices, words: Callable[[str], str], width: int) -> Iterator[str]:
    """Yield matrices as lines of text: those of a group side by side, as many as fit."""
    for title, group in matrices.groups:
        yield title
        line: list[list[str]] = []
        for drawing in (_in_signs(one, matrices.longest, words) for one in group):
            if line and sum(map(_across, (*line, drawing))) + 3 * len(line) > width - 2:
                yield from _side_by_side(line)
                line = []
            line.append(drawing)
        yield from _side_by_side(line)


def _in_signs(matrix: Matrix, longest: int, words: Callable[[str], str]) -> list[str]:
    """Return the lines of a matrix: the list that goes in at its left, and the one that comes out below."""
    rows, columns = (Fraction(int(axis) * SIGNS_ACROSS, longest) for axis in matrix.shape.axes)
    high, wide = max(1, round(rows / 2)), max(1, round(columns))
    one = [f"│ {'░' * wide}"] * high + [f"  {'─' * wide}"]
    lines = ["  ".join(parts) for parts in zip(*[one] * drawn_copies(matrix), strict=True)]
    return [matrix.title, words(matrix_words(matrix)), *lines]


def _across(lines: Sequence[str]) -> int:
    return max(map(len, lines))


def _side_by_side(drawings: Sequence[list[str]]) -> Iterator[str]:
    widths = [_across(lines) for lines in drawings]
    for lines in zip_longest(*drawings, fillvalue=""):
        yield "  " + "   ".join(line.ljust(width) for line, width in zip(lines, widths, strict=True)).rstrip()
    yield ""
