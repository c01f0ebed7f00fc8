"""What stands in a line of HTML: words, numbers, formulas and what a cell holds, escaped and ready to print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from symbolic.formulas.figures import grouped, in_short, near, percent, unit_of
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Maximum, Minimum
from symbolic.formulas.shown import Blank
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.pages.cells import (
    Amount,
    Cell,
    Derived,
    HeldWords,
    InShort,
    NotedWords,
    Ratio,
    Sentence,
    Share,
    Signed,
    TokensHeld,
    Typable,
    place_of,
)
from symbolic.pages.page import Changing, Entry, Equation, Items, Paragraph, Relation, Section, Statement, Table
from symbolic.pages.pictures import Figure
from symbolic.pages.rendering.equations import Side, chained
from symbolic.pages.rendering.inline import Inline
from symbolic.pages.rendering.live import SPACE, Live
from symbolic.pages.rendering.markup import Span, unparted, written
from symbolic.pages.rendering.mathml import mathml, pieces
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.spoken_notation import Spoken
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.pages.rendering.text_notation import Text

WEB = re.compile(r"(https?://[^\s<>,;]*[^\s<>,;.)])")
BESIDE = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*")
"""The path of a file in the page's own folder, or below it."""
MOST_NAMED = 12
"""A closed form of more sizes than these is printed in letters alone."""
FLAT = (Number, Symbol, Sum, Product, Negative, Quotient, Ceiling, Floor, Minimum, Maximum)
"""What can stand in a line of words; so can a power with a number above."""
FIXED = Markup(" data-fixed")
NOTHING = Markup()
LONG_NAME = 30
TOGETHER = re.compile(r"<math>(?:(?!</math>).)+</math>(?:\u00a0[^\s<]+)+")
"""A letter and what a space without a break joins to it: browsers break a line behind `<math>` all the same."""
LONG_PATH = re.compile(r"(?<![^\s&])(?![^\s&]*\.py:\d)[^\s&]{18,}")
"""A long word; a place in the code, a.py:1, stands where a line may end behind any letter."""
JOINT = re.compile(r"[/_](?=\w)")
"""Where a long path of a file or name of a function may go on in the next line."""
ROUNDED = {"ceil": "⌈⌉", "floor": "⌊⌋"}

LETTERS = Latex("letters", compact=True)


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


class HtmlInline(Inline):
    """The pieces of lines as HTML; `linked` lets a link lead to another place of the page."""

    printed_by = Latex

    def __init__(
        self, sizes: Mapping[str, Exact], notation: Notation, *, linked: bool, changing: Changing | None = None
    ) -> None:
        """`notation` is how formulas name symbols. The sizes of a page can be `changing`."""
        super().__init__(sizes, notation)
        self.live = None if changing is None else Live(changing)
        self.linked = linked
        self.spoken = Bound()

    def words(self, text: str) -> Markup:
        """Return a page's sentence as HTML, with figures that follow the sizes where they can be changed."""
        if not isinstance(text, Sentence) or self.live is None:
            return _words(text, self.notation, self.linked, len(SYMBOLS))
        shown = str(_words(text.pattern, self.notation, self.linked, len(SYMBOLS)))
        for index, figure in enumerate(text.figures):
            if place_of(index) in shown:
                shown = shown.replace(place_of(index), self.cell(figure))
        return ready(shown)

    def said(self, text: str) -> str:
        """Return a page's sentence as plain words, for a label."""
        return written(text, lambda span, inside: inside or span.text)

    def span(self, span: Span, inside: str) -> str:
        """Return a span as HTML; `inside` is HTML already."""
        return _span(span, inside, self.notation, self.linked)

    def computed(self, shown: Markup, formula: Formula | None, kind: str = "of") -> Markup:
        """Return a figure, with the place of its formula where the page is one whose sizes can be changed."""
        if self.live is None or formula is None:
            return shown
        return ready(f'<span data-{kind}="{self.live.place(formula)}">{shown}</span>')

    def number(self, value: Exact) -> Markup:
        """Return an exact number, its digits in groups."""
        formula = value.formula if isinstance(value, Derived) else None
        # Digits and the signs between them, which no language has to escape.
        return self.computed(ready(grouped(value).replace(" ", "\u00a0")), formula)

    def plain(self, text: str) -> Markup:
        """Return a figure with its unit on one line."""
        return escape(text.replace(" ", "\u00a0"))

    def figure(self, value: Exact | None) -> Markup:
        """Return a number of the contents, if there is one."""
        if value is None:
            return Markup()
        return self.computed(escape(grouped(value)), value.formula if isinstance(value, Derived) else None)

    def measured(self, value: int, unit: str) -> Markup:
        """Return a number with its unit."""
        return self.figure(value) + (f" {unit_of(value, unit)}" if unit else "")

    def cell(self, cell: Cell) -> str:
        """What a table's cell holds."""
        # Most are words or a number of this page.
        if type(cell) is str:
            return self.words(cell)
        if type(cell) is Derived:
            return self.number(cell)
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
                return self.computed(ready(self.signed(cell.value)), cell.formula, "signed")
            case NotedWords() if self.live:
                note = ready(f'<span data-own="{self.live.place(cell.size)}"> ({self.words(cell.note)})</span>')
                return self.words(cell.words) + note + self.words(f". {cell.after}".rstrip())
            case Ratio():
                return self.computed(self.plain(near(cell.value)), cell.formula, "near")
            case Typable():
                return self.computed(ready(str(cell.value)), cell.formula, "typed")
            case TokensHeld():
                boxes = [f'<span class="token">{escape(token)}</span>' for token in cell.kept]
                boxes += [f'<span class="token new">+\u00a0{escape(token)}</span>' for token in cell.made]
                return ready(" ".join(boxes))
            case HeldWords() if self.live:
                given = self.words(f"{cell.given}, " if cell.lasting else cell.given)
                return ready(f"<span data-given>{given}</span>{self.words(cell.lasting)}")
        return super().cell(cell)

    def fixed(self, block: Paragraph | Items | Table | Entry | Figure | Section) -> Markup:
        """Return the attribute of what holds for the sizes of the config alone."""
        if self.live and isinstance(block, Table) and block.equal:
            return ready(' data-equal="{} {}"'.format(*map(self.live.place, block.equal)))
        return FIXED if self.live and block.fixed else NOTHING

    def lasting(self, paragraph: Paragraph) -> str:
        """Return the words of a paragraph; in one that holds for the config alone, no figure follows the reader."""
        return str.__str__(paragraph.text) if paragraph.fixed else paragraph.text

    def times(self) -> int | None:
        """Return where it stands on how many sequences the network works, on a page that shows it for one."""
        if self.live is None or self.live.derivation.several is None or self.live.derivation.general.repeat is None:
            return None
        return self.live.place(self.live.derivation.general.repeat)

    def single(self) -> Markup:
        """Return the attribute of what holds for one sequence alone."""
        return NOTHING if self.times() is None else ready(f' data-single="{self.times()}"')

    def slots(self, equation: Equation, sides: Sequence[Side]) -> Markup:
        """Return the attribute that says how an equation is computed again; one that can't be is marked as fixed."""
        if self.live is None:
            return Markup()
        slots = self.live.slots(equation, sides)
        return ready(f' data-live="{escape(slots)}"') if slots else FIXED

    def equation(self, equation: Equation) -> tuple[Markup, Markup]:
        """Return the attribute of its element, and its sides, one behind the other."""
        tex, spoken = self.sides(equation), self.sides(equation, self.spoken)
        # The blank in the value's place is no mathematics, but a field.
        shown = self.math(tex[:-1] if isinstance(equation.value, Blank) else tex, spoken)
        return self.slots(equation, tex), shown

    def statement(self, statement: Statement) -> list[Markup]:
        """Return the closed form in letters, as books set it, and in names if the page has names."""
        formula, spoken = statement.formula, [Side("", self.spoken(statement.formula))]
        # One of many names would fill half a screen with what the letters say in three lines.
        printers = self.printers_of(formula)[: 1 if len(formula.symbols) > MOST_NAMED else None]
        first, *others = ([Side("", printer(formula))] for printer in printers)
        return [self.math(first, spoken), *(self.math(other, ()) for other in others)]

    def relation(self, relation: Relation) -> Markup:
        """Return a relation's sides in letters."""
        return self.math(self.sides(relation), self.sides(relation, self.spoken))

    def formula(self, formula: Formula, printer: Printer) -> Markup:
        """Return a formula in a cell."""
        if printer.notation == "names" and all(map(_is_flat, formula.walk())):
            # Names and signs in a line are words, which break without any MathML.
            return ready(f"<span{self.heard(self.spoken(formula))}>{escape(OneLine()(formula))}</span>")
        return self.one(formula, printer, narrow=True)

    def one(self, formula: Formula, printer: Printer, *, narrow: bool) -> Markup:
        """Return a formula that stands alone, not in an equation."""
        return self.math([Side("", printer(formula))], [Side("", self.spoken(formula))], narrow=narrow)

    def heard(self, words: str) -> Markup:
        """Return the attributes of a formula that is read aloud in these words; a page with a script lists them."""
        if self.live is None:
            return Markup(' role="math" aria-label="{}"').format(words.replace(SPACE, " "))
        return ready(f' data-said="{escape(self.live.said(words))}"')

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
        return ready(f"<span{heard}>{' '.join(terms)}</span>")


@lru_cache(4096)
def _words(text: str, notation: Notation, linked: bool, known: int) -> Markup:  # noqa: ARG001 - see `markup.spans`
    """Return markup as HTML; most pages say most of their sentences in the same words."""
    shown = written(text, lambda span, inside: _span(span, inside, notation, linked))
    return ready(TOGETHER.sub(r'<span class="together">\g<0></span>', shown) if "</math>\u00a0" in shown else shown)


def _span(span: Span, inside: str, notation: Notation, linked: bool) -> str:
    if span.style == "words":
        return _linked(unparted(span.text))
    if span.symbol is not None and (span.style == "letter" or notation == "letters"):
        return mathml(LETTERS(span.symbol))
    tag = {"name": "code", "code": "code", "strong": "strong", "emphasis": "em"}.get(span.style, "")
    near = linked and (span.url.startswith("#") or BESIDE.fullmatch(span.url))
    if span.style == "link" and (WEB.match(span.url) or near):
        return f'<a href="{escape(span.url)}">{inside}</a>'
    if span.style == "code" and len(span.text) > LONG_NAME and "." in span.text:
        # The name of a tensor, a long path, may go on in the next line behind each dot.
        return f'<code class="path">{escape(span.text).replace(".", Markup(".<wbr>"))}</code>'
    text = inside or escape(span.text)
    return f"<{tag}>{text}</{tag}>" if tag else text


def _is_flat(node: Formula) -> bool:
    return isinstance(node, FLAT) or (isinstance(node, Power) and isinstance(node.exponent, Number))


def _linked(text: str) -> Markup:
    if "://" not in text:
        return ready(LONG_PATH.sub(lambda word: JOINT.sub(r"\g<0><wbr>", word[0]), str(escape(text))))
    parts = WEB.split(text)
    return Markup("").join(
        Markup('<a class="address" href="{0}">{0}</a>').format(part) if index % 2 else part
        for index, part in enumerate(parts)
    )


def ready(html: str) -> Markup:
    """Return what is made of escaped pieces."""
    # As `Markup(html)`, which looks for a method first that no string has: a page asks for a thousand.
    return str.__new__(Markup, html)
