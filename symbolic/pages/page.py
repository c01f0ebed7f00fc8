"""A page, whatever its format: sections of a few kinds of part. Formats print these and nothing else.

Text in a part is markup: `code` (a symbol's name is printed in the page's notation), **strong**, *emphasis*,
[words](url), $emb_dim$ for a symbol's letter; a backslash takes the meaning off the next character. The renderers'
`markup.py` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.display import Displayed
from symbolic.formulas.figures import grouped, in_short, near, percent
from symbolic.formulas.formula import Blank, Exact, Formula
from symbolic.terminal import one_line


class Derived(int):
    """A whole number that knows the formula that it is the value of.

    Where a reader may change sizes, the page computes it again; anywhere else it is a number like any other.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> number = Derived(3072, 4 * emb_dim)
    >>> number + 1, number.formula.symbols[0].name
    (3073, 'emb_dim')
    """

    formula: Formula

    def __new__(cls, value: int, formula: Formula) -> Derived:
        """`value` is the formula's, with the sizes of the page."""
        made = super().__new__(cls, value)
        made.formula = formula
        return made

    def __reduce__(self) -> tuple[type[Derived], tuple[int, Formula]]:
        """What another process makes it of."""
        return Derived, (int(self), self.formula)


class HeldWords(str):
    """Words in a table's cell; the first of them, `given`, hold for the sizes of the config alone.

    Where a reader changes one, they go, and `lasting` stays.

    >>> HeldWords("OpenAI's release", "this page")
    "OpenAI's release, this page"
    """

    given: str
    lasting: str

    def __new__(cls, given: str, lasting: str = "") -> HeldWords:
        """`given`, a comma, and `lasting`, if there is any."""
        made = super().__new__(cls, f"{given}, {lasting}" if lasting else given)
        made.given, made.lasting = given, lasting
        return made

    def __reduce__(self) -> tuple[type[HeldWords], tuple[str, str]]:
        """What another process makes it of."""
        return HeldWords, (self.given, self.lasting)


class NotedWords(str):
    """Words in a cell with a note that holds as long as a size is that of the config: where it is changed, it goes.

    >>> from symbolic.formulas.vocabulary import tokens
    >>> NotedWords("how long a text is", "our default", tokens)
    'how long a text is (our default).'
    """

    words: str
    note: str
    size: Formula
    after: str

    def __new__(cls, words: str, note: str, size: Formula, after: str = "") -> NotedWords:
        """`words` without a full stop, the note without its brackets, and the sentences `after` it."""
        made = super().__new__(cls, f"{words} ({note}). {after}".rstrip())
        made.words, made.note, made.size, made.after = words, note, size, after
        return made

    def __reduce__(self) -> tuple[type[NotedWords], tuple[str, str, Formula, str]]:
        """What another process makes it of."""
        return NotedWords, (self.words, self.note, self.size, self.after)


FIRST_PLACE = 0xE000
"""The first of the signs for private use: in a sentence, the place of a figure."""


def place_of(index: int) -> str:
    """Return the sign that stands in a sentence in the place of a figure.

    >>> [ord(place_of(index)) for index in (0, 1)]
    [57344, 57345]
    """
    return chr(FIRST_PLACE + index)


class Sentence(str):
    """Markup with figures that follow the sizes where a reader may change them; anywhere else, words like any other.

    `pattern` has the sign `place_of(index)` in the place of each of `figures`: a number, exact or rounded, a share, or
    a ratio.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> Sentence(f"It has {place_of(0)} rows.", (Derived(3072, 4 * emb_dim),))
    'It has 3,072 rows.'
    """

    pattern: str
    figures: tuple[Figured, ...]

    def __new__(cls, pattern: str, figures: tuple[Figured, ...]) -> Sentence:
        """The words of all formats but the one that computes again."""
        text = pattern
        for index, figure in enumerate(figures):
            text = text.replace(place_of(index), _figured(figure))
        made = super().__new__(cls, text)
        made.pattern, made.figures = pattern, figures
        return made

    def __reduce__(self) -> tuple[type[Sentence], tuple[str, tuple[Figured, ...]]]:
        """What another process makes it of."""
        return Sentence, (self.pattern, self.figures)


def _figured(figure: Figured) -> str:
    match figure:
        case Share():
            return percent(figure.value).replace(" ", "\u00a0")
        case InShort():
            return in_short(figure.value)
        case Ratio():
            return near(figure.value).replace(" ", "\u00a0")
    return grouped(int(figure))


class Paragraph(NamedTuple):
    """A paragraph of markup. `tone` sets it apart: "note" a remark, "checked" what was checked.

    `fixed` says that it holds for the sizes of the config alone: where a reader has changed one, the page says so.

    >>> Paragraph("The width is `emb_dim`.", tone="note").tone
    'note'
    """

    text: str
    tone: str = ""
    fixed: bool = False


class Equation(NamedTuple):
    """A formula and its value: `as written = with numbers = value`. `name` stands before it: `head_dim = …`.

    `unit` stands behind the value. A value that is no whole number is printed rounded, behind an ≈. A blank in its
    place is for the reader to fill in. `sizes` stand in the symbols' places where they are not the page's.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> Equation(4 * emb_dim, 3072, unit="numbers").formula.value({"emb_dim": 768})
    3072
    """

    formula: Formula
    value: Exact | Blank
    name: Formula | None = None
    unit: str = ""
    sizes: Mapping[str, Exact] | None = None


class Statement(NamedTuple):
    """A formula that stands alone, without numbers, set as books set one: a closed form."""

    formula: Formula


class Relation(NamedTuple):
    """Formulas in letters with signs between them, as books set a derivation: `a = b ≈ c`. The first has no sign.

    >>> from symbolic.formulas.vocabulary import emb_dim, head_dim, n_heads
    >>> [sign for sign, _ in Relation((("", head_dim), ("=", emb_dim / n_heads))).sides]
    ['', '=']
    """

    sides: tuple[tuple[str, Formula], ...]


class Math(NamedTuple):
    """A formula in a table's cell, as written."""

    formula: Formula


class Share(NamedTuple):
    """A part of a whole, printed as a percentage; `formula` as of a `Derived`."""

    value: Fraction
    formula: Formula | None = None


class InShort(NamedTuple):
    """A number in a sentence, in four digits where it is not whole; `formula` as of a `Derived`."""

    value: Exact
    formula: Formula


class Ratio(NamedTuple):
    """How many times as much, printed with at most four places or as about so much; `formula` as of a `Derived`."""

    value: Fraction
    formula: Formula


Figured: TypeAlias = Derived | InShort | Share | Ratio
"""A figure in a sentence."""


class Amount(NamedTuple):
    """An exact number with its unit, and the formula that it is the value of."""

    value: Exact
    unit: str
    formula: Formula


class Signed(NamedTuple):
    """A number that is added (or, negative, taken away), printed with its sign; `formula` as of a `Derived`."""

    value: int
    formula: Formula | None = None


class Letters(NamedTuple):
    """A formula in a table's cell, in letters whatever the notation: 12 L d²."""

    formula: Formula


Cell: TypeAlias = str | int | Fraction | Math | Letters | Share | Signed | Amount | InShort | Ratio
"""What a cell holds: markup, an exact or rounded number, a formula, a share, a signed number, a number with a unit."""


class Table(NamedTuple):
    """A table: a caption, the columns' names, and rows of cells in their order.

    `numeric` are the places of the columns to set right, `strong` those of the rows to stress (a total), `single` those
    of columns that hold only as long as the network works on one sequence. `fixed` is that of a paragraph. A table can
    hold as long as two formulas are `equal`: the sum of its rows, and what they must come to.

    >>> table = Table("The parts", ("Part", "Bytes"), (("head", 9), ("total", 9)), frozenset({1}), frozenset({1}))
    >>> [table.rows[place][0] for place in table.strong]
    ['total']
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    single: frozenset[int] = frozenset()
    fixed: bool = False
    equal: tuple[Formula, Formula] | None = None


class Bar(NamedTuple):
    """A stacked bar; its parts (name, number, share) sum to the whole. `alt` says in words what it shows.

    Its table follows.
    """

    parts: tuple[tuple[str, int, Share], ...]
    alt: str


class Shape(NamedTuple):
    """The shape of `copies` tensors: its axes in letters (markup), and their numbers."""

    copies: int
    letters: str
    axes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A block of a network: its title, the id of its step, its shapes, and the boxes in it.

    `count` is what one of `times` equal blocks adds, `whole` what all of them add. `note` says whose numbers a block
    without any uses, or how many shapes more it has. Without a title it is a frame around boxes whose result is added
    to what went into the first.
    """

    title: str
    step: str
    count: int
    times: Exact = 1
    note: str = ""
    shapes: tuple[Shape, ...] = ()
    boxes: tuple[Box, ...] = ()
    whole: int = 0


class Diagram(NamedTuple):
    """The boxes of a network in the order in which a token passes them. `alt` says in words what it shows."""

    boxes: tuple[Box, ...]
    alt: str


class Matrix(NamedTuple):
    """A matrix that is drawn to scale: what it is called, the id of its step, and its shape.

    A list of numbers goes in, one for each row, and one comes out, one for each column. `times` is how many of them a
    layer has beside the copies of the shape: experts.
    """

    title: str
    step: str
    shape: Shape
    times: Exact = 1


class Matrices(NamedTuple):
    """Matrices on one scale, in groups with names. `alt` says in words what they show."""

    groups: tuple[tuple[str, tuple[Matrix, ...]], ...]
    alt: str

    @property
    def longest(self) -> int:
        """The longest axis: what the others are drawn in proportion to."""
        return max(int(axis) for _, matrices in self.groups for one in matrices for axis in one.shape.axes)


class Series(NamedTuple):
    """Points of a plot, `names` beside them, or the line through them."""

    name: str
    points: tuple[tuple[Exact, Exact], ...]
    names: tuple[str, ...] = ()
    line: bool = False


class Points(NamedTuple):
    """A plot of series on two logarithmic axes."""

    x: str
    y: str
    series: tuple[Series, ...]


class Bars(NamedTuple):
    """Stacked bars on one scale, a bar for each name: the values of `parts` from left to right."""

    unit: str
    parts: tuple[str, ...]
    bars: tuple[tuple[str, tuple[int, ...]], ...]


class Figure(NamedTuple):
    """A plot. `alt` says in words what it shows; `file` is its name where a format keeps it beside the page.

    A table with the same figures follows.
    """

    file: str
    caption: str
    alt: str
    plot: Points | Bars


class Entry(NamedTuple):
    """A step: what it is, its equations, what it adds up to so far, and the steps below it.

    `detail` (term, figure or markup) can be folded away. `result` is the value of all copies, none where the reader is
    to find it; `unit` stands behind each value. `after` is what the reader is asked behind the equations. `made` says
    which code makes it, in PyTorch and in this package, for formats that can fold it away: (term, markup). `several` is
    the equation that the step has where the network works on several sequences; `never` is what to say in place of a
    negative value. `fixed` is that of a paragraph.
    """

    number: str
    id: str
    title: str
    text: str
    equations: tuple[Equation, ...]
    before: tuple[Entry, ...]
    result: Exact | None
    running: tuple[str, int] | None = None
    detail: tuple[tuple[str, Cell], ...] = ()
    unit: str = ""
    share: Fraction = Fraction(0)
    after: tuple[Part, ...] = ()
    made: tuple[tuple[str, str], ...] = ()
    several: Equation | None = None
    never: str = ""
    fixed: bool = False


class Items(NamedTuple):
    """A list: a term each, and words about it. Without terms, plain points. `fixed` is that of a paragraph.

    >>> Items((("qkv_bias", "query, key and value have a bias each"),)).items[0][0]
    'qkv_bias'
    """

    items: tuple[tuple[str, str], ...]
    fixed: bool = False


class Folded(NamedTuple):
    """What is shown where a reader asks for it: a title to press, and the parts behind it.

    A format in which nothing can be folded leaves it out.
    """

    title: str
    parts: tuple[Part, ...]


class Answer(NamedTuple):
    """Room for an answer of about so many characters, with the words before it; `id` says which answer."""

    id: str
    label: str
    room: int


class Choices(NamedTuple):
    """Answers of which one is to be chosen: their letters and markup; `id` says which answer."""

    id: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Empty lines to write on; `label` is the question that they answer, for who hears the page."""

    count: int
    label: str = ""


Part: TypeAlias = (
    Paragraph
    | Equation
    | Statement
    | Relation
    | Table
    | Bar
    | Diagram
    | Matrices
    | Figure
    | Entry
    | Items
    | Folded
    | Answer
    | Choices
    | Lines
)
"""What a section is made of."""


class Section(NamedTuple):
    """A heading with what stands below it; `figure` is a number that the contents show beside it.

    One that is `folded` stands folded at the top, in a format in which that can be.

    >>> Section("steps", "Step by step", (Paragraph("One after the other."),)).id
    'steps'
    """

    id: str
    title: str
    parts: tuple[Part, ...]
    figure: int | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Page(Displayed):
    """A whole document. `sizes` are the numbers that stand in the symbols' places. A page may have no total.

    `foot` stands below each sheet of paper: which form this is.

    >>> import symbolic
    >>> from symbolic.pages.document import explain_page
    >>> page = explain_page(symbolic.explain("gpt2-124m"))
    >>> page.total, page.rounded, [section.id for section in page.sections][:3]
    (124412160, '124.4 million', ['where', 'network', 'insight'])
    """

    title: str
    subtitle: str
    total: int | None
    rounded: str
    unit: str
    lead: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    sizes: Mapping[str, Exact]
    foot: str = ""

    def __repr__(self) -> str:
        """Return its title: a page is to be looked at as a page."""
        return f"<Page {one_line(': '.join(filter(None, (self.title, self.subtitle))))}>"

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its plots, in order."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Figure))
