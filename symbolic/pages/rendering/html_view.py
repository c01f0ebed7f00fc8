"""What the HTML templates ask for: the pieces of a page, escaped and ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup, escape

from symbolic.formulas.figures import grouped, in_short, near, percent, unit_of
from symbolic.formulas.formula import (
    Blank,
    Ceiling,
    Exact,
    Floor,
    Formula,
    Minimum,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from symbolic.language import current
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import (
    Amount,
    Bar,
    Box,
    Cell,
    Derived,
    Entry,
    Equation,
    Figure,
    HeldWords,
    InShort,
    Items,
    Letters,
    Matrices,
    Matrix,
    NotedWords,
    Page,
    Paragraph,
    Part,
    Ratio,
    Relation,
    Section,
    Sentence,
    Shape,
    Share,
    Signed,
    Statement,
    Table,
    place_of,
)
from symbolic.pages.rendering.equations import Side, chained
from symbolic.pages.rendering.live import SPACE, Live
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.mathml import mathml, pieces
from symbolic.pages.rendering.notation import Latex, Notation, Printer, Spoken, Text
from symbolic.pages.rendering.writer import Inline, bracketed, drawn_copies, sum_title

WEB = re.compile(r"(https?://[^\s<>,;]*[^\s<>,;.)])")
ROOM_FOR_LETTER = Fraction(1, 25)
THINNEST = Fraction(1, 500)
COLOURS = 16
MANY_COLUMNS = 4
LONG_NUMBER = 14
"""Letters from which on a number makes a table's type smaller."""
WIDEST_NUMBER = 20
"""Letters of a number that the narrowest cell holds, that of a phone: 671,026,404,352 has 15."""
FLAT = (Number, Symbol, Sum, Product, Negative, Quotient, Ceiling, Floor, Minimum)
"""What can stand in a line of words; so can a power with a number above."""
FIXED = Markup(" data-fixed")
SINGLE = re.compile(r"<span data-\w+=[^>]*>[^<]*</span>")
"""A figure that is an element already."""
LONG_NAME = 30
ROUNDED = {"ceil": "⌈⌉", "floor": "⌊⌋"}
CSS = re.compile(r"[^\w ]")
"""What is no letter of a string in a style sheet."""
GROUPS = re.compile(r"(?<=\d)[,.\u202f](?=\d{3})")


class OneLine(Text):
    """A formula in a line of words: roundings have their brackets."""

    def function(self, name: str, parts: list[str]) -> str:
        """Return a function with its arguments: ⌈a / b⌉."""
        return f"{ROUNDED[name][0]}{parts[0]}{ROUNDED[name][1]}" if name in ROUNDED else super().function(name, parts)


class Bound(Spoken):
    """The words of a formula; the name of a symbol, and what a label says, are one word of them."""

    def symbol(self, symbol: Symbol) -> str:
        """Return a symbol's name."""
        return super().symbol(symbol).replace(" ", SPACE)

    def label(self, text: str) -> str:
        """Return what a label says."""
        return text.replace(" ", SPACE)

    def labelled(self, value: str, text: str) -> str:
        """Return a number and its label."""
        return super().labelled(value, text.replace(" ", SPACE))


class Segment(NamedTuple):
    """A part of the bar: where it starts, how wide it is and where its letter stands, in per cent of the whole."""

    key: str
    letter: str
    colour: int
    name: str
    share: str
    start: str
    width: str
    middle: str


class TableCell(NamedTuple):
    """A cell of a table."""

    shown: Markup | str
    style: str
    single: Markup = Markup()

    @property
    def wrapped(self) -> bool:
        """Whether it is several pieces, which an element must hold together beside a label on a phone."""
        return bool(self.shown) and not SINGLE.fullmatch(self.shown)


class TableRow(NamedTuple):
    """A row of a table."""

    cells: tuple[TableCell, ...]
    style: str


class ContentsLine(NamedTuple):
    """A line of the contents."""

    id: str
    number: str
    title: str
    figure: Markup
    below: tuple[ContentsLine, ...] = ()


class View(Inline):
    """The pieces of a page as HTML; `linked` gives sections and steps ids, `top` is the level of section headings."""

    printed_by = Latex

    def __init__(
        self, page: Page, notation: Notation, *, linked: bool, top: int, derivation: Derivation | None = None
    ) -> None:
        """`notation` is how formulas name symbols. The sizes of a page of a `derivation` can be changed."""
        super().__init__(page.sizes, notation)
        self.live = None if derivation is None else Live(derivation)
        self.page = page
        self.linked = linked
        self.top = top
        self.spoken = Bound()
        self.language = current().code

    def kind(self, part: Part) -> str:
        """Return the name of the macro that prints this kind of part."""
        return type(part).__name__

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

    def contents(self) -> Iterator[ContentsLine]:
        """Yield a line for each section with its steps; those of the first level show results, which add up."""
        for section in sorted(self.page.sections, key=lambda section: not section.folded):
            entries = [part for part in section.parts if isinstance(part, Entry)]
            # Only what adds up to a figure is listed with its figures.
            listed = entries if section.figure is not None else []
            summed = _sums(entries, section.figure)
            totalled = any(not entry.number for entry in listed)
            below = tuple(
                ContentsLine(
                    entry.id,
                    entry.number,
                    entry.title,
                    self._step_figure(entry, summed, totalled),
                    _steps_of(entry),
                )
                for entry in listed
            )
            yield ContentsLine(section.id, "", section.title, self.figure(_figure(section, entries)), below)

    def _step_figure(self, entry: Entry, summed: bool, totalled: bool) -> Markup:
        """Return the figure of a step in the contents: for several sequences those of one don't add up to the total."""
        if not entry.number:
            return self.figure(entry.result)
        shown = self.figure(entry.result if summed else None)
        return (
            Markup("<span{}>{}</span>").format(self.single(), shown) if shown and totalled and self.single() else shown
        )

    def figure(self, value: Exact | None) -> Markup:
        """Return a number of the contents, if there is one."""
        if value is None:
            return Markup()
        return self.computed(escape(grouped(value)), value.formula if isinstance(value, Derived) else None)

    def words(self, text: str) -> Markup:
        """Return a page's sentence as HTML, with figures that follow the sizes where they can be changed."""
        if not isinstance(text, Sentence) or self.live is None:
            return _ready(super().words(text))
        shown = super().words(text.pattern)
        for index, figure in enumerate(text.figures):
            if place_of(index) in shown:
                shown = shown.replace(place_of(index), self.cell(figure))
        return _ready(shown)

    def said(self, text: str) -> str:
        """Return a page's sentence as plain words, for a label."""
        return written(text, lambda span, inside: inside or span.text)

    def slots(self, equation: Equation, sides: Sequence[Side]) -> Markup:
        """Return the attribute that says how an equation is computed again; one that can't be is marked as fixed."""
        if self.live is None:
            return Markup()
        slots = self.live.slots(equation, sides)
        return _ready(f' data-live="{escape(slots)}"') if slots else FIXED

    def computed(self, shown: Markup, formula: Formula | None, kind: str = "of") -> Markup:
        """Return a figure, with the place of its formula where the page is one whose sizes can be changed."""
        if self.live is None or formula is None:
            return shown
        return _ready(f'<span data-{kind}="{self.live.place(formula)}">{shown}</span>')

    def fixed(self, block: Paragraph | Items | Table | Entry) -> Markup:
        """Return the attribute of what holds for the sizes of the config alone."""
        if self.live and isinstance(block, Table) and block.equal:
            return Markup(' data-equal="{} {}"').format(*map(self.live.place, block.equal))
        return FIXED if self.live and block.fixed else Markup()

    def times(self) -> int | None:
        """Return where it stands on how many sequences the network works, on a page that shows it for one."""
        if self.live is None or self.live.derivation.several is None or self.live.derivation.general.repeat is None:
            return None
        return self.live.place(self.live.derivation.general.repeat)

    def single(self) -> Markup:
        """Return the attribute of what holds for one sequence alone."""
        return Markup() if self.times() is None else _ready(f' data-single="{self.times()}"')

    def repeats(self, box: Box) -> bool:
        """Return whether a box says how often its block is there."""
        return box.times != 1 or (self.live is not None and isinstance(box.times, Derived))

    def cell(self, cell: Cell) -> str:
        """What a table's cell holds."""
        match cell:
            case Share():
                return self.computed(self.plain(percent(cell.value)), cell.formula, "share")
            case InShort():
                return self.computed(self.plain(in_short(cell.value)), cell.formula, "rounded")
            case Amount():
                if self.live:
                    self.live.inflects(cell.unit)
                number = self.computed(self.number(cell.value), cell.formula)
                return number + f"\u00a0{unit_of(cell.value, cell.unit)}" if cell.unit else number
            case Signed():
                return self.computed(_ready(self.signed(cell.value)), cell.formula, "signed")
            case NotedWords() if self.live:
                note = Markup('<span data-own="{}"> ({})</span>').format(
                    self.live.place(cell.size), self.words(cell.note)
                )
                return self.words(cell.words) + note + self.words(f". {cell.after}".rstrip())
            case Ratio():
                return self.computed(self.plain(near(cell.value)), cell.formula, "near")
            case HeldWords() if self.live:
                given = self.words(f"{cell.given}, " if cell.lasting else cell.given)
                return Markup("<span data-given>{}</span>{}").format(given, self.words(cell.lasting))
        return super().cell(cell)

    def number(self, value: Exact) -> Markup:
        """Return an exact number, its digits in groups."""
        formula = value.formula if isinstance(value, Derived) else None
        return self.computed(self.plain(grouped(value)), formula)

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """Return the attribute of its element, and its sides, one behind the other."""
        tex, spoken = self.sides(equation), self.sides(equation, self.spoken)
        # The blank in the value's place is no mathematics, but a field.
        shown = self.math(tex[:-1] if isinstance(equation.value, Blank) else tex, spoken)
        return self.slots(equation, tex), shown

    def blank(self, equation: Equation) -> Blank | None:
        """Return the field in the place of an equation's value, if it has one."""
        return equation.value if isinstance(equation.value, Blank) else None

    def hints(self, id: str) -> tuple[Markup, ...]:  # noqa: ARG002
        """Return the hints for an answer, in order; only a page that checks answers has hints."""
        return ()

    def statement(self, statement: Statement) -> list[Markup]:
        """Return the closed form in letters, as books set it, and in names if the page has names."""
        formula, spoken = statement.formula, [Side("", self.spoken(statement.formula))]
        first, *others = ([Side("", printer(formula))] for printer in self.printers_of(formula))
        return [self.math(first, spoken), *(self.math(other, ()) for other in others)]

    def relation(self, relation: Relation) -> Markup:
        """Return a relation's sides in letters."""
        return self.math(self.sides(relation), self.sides(relation, self.spoken))

    def formula(self, formula: Formula, printer: Printer) -> Markup:
        """Return a formula in a cell."""
        if printer.notation == "names" and all(map(_is_flat, formula.walk())):
            # Names and signs in a line are words, which break without any MathML.
            return _ready(f"<span{self.heard(self.spoken(formula))}>{escape(OneLine()(formula))}</span>")
        return self.one(formula, printer, narrow=True)

    def one(self, formula: Formula, printer: Printer, *, narrow: bool) -> Markup:
        """Return a formula that stands alone, not in an equation."""
        return self.math([Side("", printer(formula))], [Side("", self.spoken(formula))], narrow=narrow)

    def heard(self, words: str) -> Markup:
        """Return the attributes of a formula that is read aloud in these words; a page with a script lists them."""
        if self.live is None:
            return Markup(' role="math" aria-label="{}"').format(words.replace(SPACE, " "))
        return _ready(f' data-said="{escape(self.live.said(words))}"')

    def math(self, tex: Sequence[Side], spoken: Sequence[Side], *, narrow: bool = False) -> Markup:
        """Return an equation in pieces between which a line may break, read aloud as one sentence.

        One that has been read aloud just before, in other signs, has no words.
        """
        terms = []
        for term in pieces(tex, narrow):
            shown = " ".join(mathml(piece) for piece in term)
            # As a block in the line, a term moves to the next one before it breaks inside.
            terms.append(f"<span>{shown}</span>" if len(term) > 1 else shown)
        heard = self.heard(chained(self.spoken, spoken)) if spoken else Markup(' role="math" aria-hidden="true"')
        return _ready(f"<span{heard}>{' '.join(terms)}</span>")

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
        return _ready(svg.replace(' role="img"', f' role="img"{label}', 1))

    def layout(self, table: Table) -> str:
        """Return how a table is set: many columns as blocks of rows on a phone, long numbers in smaller type."""
        words_beside = any(isinstance(cell, str) and " " in cell for row in table.rows for cell in row[1:2])
        if len(table.columns) < MANY_COLUMNS or (len(table.columns) == MANY_COLUMNS and not words_beside):
            return "plain"
        numbers = (cell.value if isinstance(cell, Signed) else cell for row in table.rows for cell in row)
        longest = max((len(grouped(number)) for number in numbers if isinstance(number, int | Fraction)), default=0)
        return "stacks dense" if longest > LONG_NUMBER else "stacks"

    def says_beside(self, table: Table) -> bool:
        """Return whether the second column is one of words, not of formulas."""
        return any(isinstance(cell, str) and cell for row in table.rows for cell in row[1:2])

    def head(self, table: Table) -> Iterator[TableCell]:
        """Yield the names of the columns."""
        for index, column in enumerate(table.columns):
            single = self.single() if index in table.single else Markup()
            yield TableCell(self.words(column), "numeric" if index in table.numeric else "", single=single)

    def labels(self, table: Table) -> str:
        """Return the names of the columns for a phone, where they stand in each row: counted from the last one."""
        columns = enumerate(reversed(table.columns[1:]), 1)
        return ";".join(f"--c{place}:'{CSS.sub(_in_css, self.said(column))}'" for place, column in columns)

    def rows(self, table: Table) -> Iterator[TableRow]:
        """Yield the rows."""
        head = tuple(self.head(table))
        for index, row in enumerate(table.rows):
            cells = (
                TableCell(
                    self.cell(cell),
                    f"{above.style} letters".lstrip() if isinstance(cell, Letters) else above.style,
                    above.single,
                )
                for cell, above in zip(row, head, strict=True)
            )
            yield TableRow(tuple(cells), "strong" if index in table.strong else "")

    def plain(self, text: str) -> Markup:
        """Return a figure with its unit on one line; a long number may break between groups on a phone."""
        shown = str(escape(text.replace(" ", "\u00a0")))
        return _ready(GROUPS.sub(r"\g<0><wbr>", shown)) if len(text) > WIDEST_NUMBER else _ready(shown)

    def total(self) -> Markup:
        """Return the total in full, if the page has one."""
        return self.figure(self.page.total)

    def rounded(self) -> Markup:
        """Return the rounded total, such as 124.4 million, with its power of ten raised."""
        return _ready(re.sub(r"\^(\d+)", r"<sup>\1</sup>", str(escape(self.page.rounded))))

    def measured(self, value: int, unit: str) -> Markup:
        """Return a number with its unit."""
        return self.figure(value) + (f" {unit_of(value, unit)}" if unit else "")

    def shape(self, shape: Shape) -> Markup:
        """Return a shape in letters and in numbers."""
        several = f"{shape.copies} × " if shape.copies > 1 else ""
        numbers = Markup(" × ").join(map(self.number, shape.axes))
        if len(shape.axes) > 1:
            numbers = _ready(f"({numbers})")
        return _ready(f"{several}{self.words(bracketed(shape.letters))}: {several}{numbers}")

    def drawn(self, matrix: Matrix, matrices: Matrices) -> Markup:
        """Return the rectangles of a matrix; their sides are parts of the longest axis, which follow the sizes."""
        rows, columns = matrix.shape.axes
        parts = (round(float(Fraction(int(axis), matrices.longest)), 5) for axis in (rows, columns))
        style = Markup(' style="--r:{:g};--c:{:g}"').format(*parts)
        if self.live is not None and isinstance(rows, Derived) and isinstance(columns, Derived):
            style += Markup(' data-axes="{} {}"').format(
                self.live.place(rows.formula), self.live.place(columns.formula)
            )
        return Markup("<i{}></i>").format(style) * drawn_copies(matrix)

    def segments(self, bar: Bar) -> list[Segment]:
        """Return the parts of the bar from left to right."""
        segments, start = [], Fraction(0)
        for index, (name, _, part) in enumerate(bar.parts):
            share = part.value
            width = max(share, THINNEST)
            key = chr(ord("A") + index % 26)
            place = (_per_cent(start), _per_cent(width), _per_cent(start + width / 2))
            letter = key if share >= ROOM_FOR_LETTER else ""
            segments.append(Segment(key, letter, index % COLOURS + 1, name, self.cell(part), *place))
            start += share
        return segments

    def span(self, span: Span, inside: str) -> str:
        """Return a span as HTML; `inside` is HTML already."""
        if span.style == "words":
            return _linked(span.text)
        if span.symbol is not None and (span.style == "letter" or self.notation == "letters"):
            return mathml(self.letters(span.symbol))
        tag = {"name": "code", "code": "code", "strong": "strong", "emphasis": "em"}.get(span.style, "")
        if span.style == "link" and (WEB.match(span.url) or (self.linked and span.url.startswith("#"))):
            return f'<a href="{escape(span.url)}">{inside}</a>'
        if span.style == "code" and len(span.text) > LONG_NAME and "." in span.text:
            # The name of a tensor, a long path, may go on in the next line behind each dot.
            return f'<code class="path">{escape(span.text).replace(".", Markup(".<wbr>"))}</code>'
        text = inside or escape(span.text)
        return f"<{tag}>{text}</{tag}>" if tag else text


def _steps_of(entry: Entry) -> tuple[ContentsLine, ...]:
    """Return the steps just below a step, without figures: those of one layer don't add up to all layers'."""
    steps = [below for below in entry.before if below.before]
    return tuple(ContentsLine(below.id, below.number, below.title, Markup()) for below in entry.before) if steps else ()


def _sums(entries: list[Entry], total: int | None) -> bool:
    """Return whether the steps' results add up to the total below them, as those of one sequence don't."""
    results = [entry.result for entry in entries if entry.number]
    if len(results) == len(entries):
        # No total stands below them.
        return True
    return sum((Fraction(result or 0) for result in results), Fraction(0)) == total


def _figure(section: Section, entries: list[Entry]) -> int | None:
    """Return a section's figure, unless one of its own lines says it."""
    return None if section.figure in [entry.result for entry in entries if not entry.number] else section.figure


def _in_css(sign: re.Match[str]) -> str:
    return f"\\{ord(sign[0]):x} "


def _is_flat(node: Formula) -> bool:
    return isinstance(node, FLAT) or (isinstance(node, Power) and isinstance(node.exponent, Number))


def _linked(text: str) -> Markup:
    if "://" not in text:
        return escape(text)
    parts = WEB.split(text)
    return Markup("").join(
        Markup('<a class="address" href="{0}">{0}</a>').format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def _per_cent(share: Fraction) -> str:
    return f"{round(share * 100_000) / 1000:g}%"


def _ready(html: str) -> Markup:
    return Markup(html)  # noqa: S704 - made of escaped pieces
