"""A page, whatever its format: sections of a few kinds of part. Formats print these and nothing else.

Text in a part is markup: `code` (a symbol's name is printed in the page's notation), **strong**, *emphasis*,
[words](url), $emb_dim$ for a symbol's letter; a backslash takes the meaning off the next character. The renderers'
`markup.py` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.display import Displayed
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.shown import Blank
from symbolic.language import current
from symbolic.measuring.derivation import Derivation
from symbolic.pages import paper as papers
from symbolic.pages.cells import Cell
from symbolic.pages.functions import Function, Typed
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.terminal import one_line


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


class Table(NamedTuple):
    """A table: a caption, the columns' names, and rows of cells in their order.

    `numeric` are the places of the columns to set right, `strong` those of the rows to stress (a total), `single` those
    of columns that hold only as long as the network works on one sequence. `fixed` is that of a paragraph. A table can
    hold as long as two formulas are `equal`: the sum of its rows, and what they must come to. `colours` are those of
    the parts in its rows, by their kinds; 0 is none.

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
    colours: tuple[int, ...] = ()


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

    A format in which nothing can be folded leaves it out, or, where it is `printed`, has its parts in sight.
    """

    title: str
    parts: tuple[Part, ...]
    printed: bool = False


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
    """Empty lines to write on; `label` is the question that they answer, for who hears the page.

    Those for `working` are room on paper, without rules, and nothing on a screen.
    """

    count: int
    label: str = ""
    working: bool = False


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
    | Function
    | Typed
    | Answer
    | Choices
    | Lines
)
"""What a section is made of."""


class Section(NamedTuple):
    """A heading with what stands below it; `figure` is a number that the contents show beside it.

    One that is `folded` stands folded at the top, in a format in which that can be. `below` is how many of its parts
    stay in sight there, and the words to press for the others. `fixed` is that of a paragraph, for all of its parts.

    >>> Section("steps", "Step by step", (Paragraph("One after the other."),)).id
    'steps'
    """

    id: str
    title: str
    parts: tuple[Part, ...]
    figure: int | None = None
    folded: bool = False
    below: tuple[int, str] | None = None
    fixed: bool = False


class NamedValue(NamedTuple):
    """A result under a name that programs ask for: exact, in its unit, and as the page prints it."""

    value: Exact
    unit: str
    printed: str


Record: TypeAlias = Mapping[str, NamedValue | str]
"""Results that belong together, by names that programs ask for, and what they are of in words."""


class Changing(NamedTuple):
    """What a reader may change on a page: the sizes of a derivation, but for those `kept`.

    `leads` is the number that stands beside them, with its unit, where that is not the derivation's total.
    """

    derivation: Derivation
    kept: tuple[Symbol, ...] = ()
    leads: Formula | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Page(Displayed):
    """A whole document. `sizes` are the numbers that stand in the symbols' places. A page may have no total.

    `foot` stands below each sheet of paper: which form this is. `language` is that in which it was made. One that is
    `dense` is set small: it is to be one sheet of paper, or two. `paper` is what a sheet is: a4, letter. Where formats
    have sizes of type, the rounded total is the large one, with the unit `leads_with` behind it, unless that is None.
    `beside` are the titles and files of other pages of the same model, in the same folder. `values` are the results of
    a page without a total, by names that stay the same in every language, for programs, and `records` lists of such
    results, as the rows of a table are. `says_total` is false where
    the question has another answer, which the first sentence has. `holds` are words behind the total: for how many
    tokens it is; `holds_several` those of several sequences, where the page has one. `changing` is what a reader may
    change in a format that can compute again.

    >>> import symbolic
    >>> from symbolic.pages.document import explain_page
    >>> page = explain_page(symbolic.explain("gpt2-124m"))
    >>> page.total, page.rounded, [section.id for section in page.sections][:3]
    (124412160, '≈ 124.4 million', ['transformer', 'where', 'meaning'])
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
    dense: bool = False
    leads_with: str | None = None
    beside: tuple[tuple[str, str], ...] = ()
    values: Mapping[str, NamedValue] = field(default_factory=dict)
    records: Mapping[str, tuple[Record, ...]] = field(default_factory=dict)
    holds: str = ""
    holds_several: str = ""
    says_total: bool = True
    changing: Changing | None = field(default=None, repr=False, compare=False)
    paper: str = field(default_factory=papers.current)
    language: str = field(default_factory=lambda: current().code)

    def __repr__(self) -> str:
        """Return its title: a page is to be looked at as a page."""
        return f"<Page {one_line(': '.join(filter(None, (self.title, self.subtitle))))}>"

    @property
    def headline(self) -> int | None:
        """The total that stands under the title; None where the page has none, or its first sentence says it."""
        return self.total if self.says_total else None

    @property
    def leads(self) -> str:
        """The rounded total where it leads, without its unit: ≈ 4.161 × 10^24; "" elsewhere, or where it is short."""
        return "" if self.leads_with is None else self.rounded.removeprefix("= ")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Its plots, in order."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Figure))

    @property
    def unplotted(self) -> Page:
        """The page without its plots, for a format that has no place for them: each has a table beside it."""
        if not self.figures:
            return self
        sections = (
            section._replace(parts=tuple(part for part in section.parts if not isinstance(part, Figure)))
            for section in self.sections
        )
        return replace(self, sections=tuple(sections))
