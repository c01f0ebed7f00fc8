"""Plain text, 80 columns wide: for a terminal, a mail, a comment."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symbolic.formulas.figures import grouped, percent, with_unit
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import (
    Answer,
    Bar,
    Cell,
    Choices,
    Entry,
    Equation,
    Figure,
    Items,
    Letters,
    Lines,
    Math,
    Page,
    Paragraph,
    Relation,
    Section,
    Share,
    Signed,
    Statement,
    Table,
)
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Notation, Rounded, Text, chained, sides

ENDING = "txt"
WIDTH = 80
NARROWEST = 12
BAR_WIDTH = 40


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """The page of a derivation as text."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Any page as text, with a newline at its end."""
    lines = list(_Writer(page, notation).page())
    return "\n".join(line.rstrip() for line in lines) + "\n"


class _Writer:
    def __init__(self, page: Page, notation: Notation) -> None:
        self.source = page
        self.printer = Text(notation)

    def page(self) -> Iterator[str]:
        page = self.source
        yield from self.wrapped(f"{page.title}: {page.subtitle}" if page.subtitle else page.title)
        yield "=" * WIDTH
        if page.total is not None:
            about = f" ≈ {page.rounded}" if page.rounded else ""
            yield from ("", *self.wrapped(f"{grouped(page.total)} {page.unit}{about}", indent="    "))
        for paragraph in page.lead:
            yield from ("", *self.paragraph(paragraph))
        for section in page.sections:
            yield from self.section(section)

    def section(self, section: Section) -> Iterator[str]:
        yield from ("", "", section.title.upper(), "-" * len(section.title))
        for part in section.parts:
            yield ""
            yield from self.parts[type(part)](self, part)

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield from self.wrapped(self.words(paragraph.text))

    def equation(self, equation: Equation) -> Iterator[str]:
        chain = sides(self.printer, equation, self.source.sizes)
        one = "    " + chained(chain, " = ", " ≈ ")
        if len(one) <= WIDTH:
            yield one
            return
        for index, side in enumerate(chain):
            sign = "≈ " if isinstance(side, Rounded) else "= "
            yield from self.wrapped(f"{sign if index else ''}{side}", indent="    ", later="        ")

    def statement(self, statement: Statement) -> Iterator[str]:
        letters = Text("letters", compact=True)(statement.formula)
        names = self.printer(statement.formula)
        yield from self.wrapped(letters, indent="    ", later="        ")
        if names != letters and self.printer.notation == "names":
            yield from self.wrapped(names, indent="    ", later="        ")

    def relation(self, relation: Relation) -> Iterator[str]:
        printer = Text("letters", compact=True)
        chain = [f"{sign} {printer(side)}".strip() for sign, side in relation.sides]
        one = "    " + " ".join(chain)
        if len(one) <= WIDTH:
            yield one
            return
        for index, side in enumerate(chain):
            yield from self.wrapped(side, indent="        " if index else "    ", later="          ")

    def figure(self, figure: Figure) -> Iterator[str]:
        yield from self.wrapped(f"[{self.words(figure.caption)}: {self.words(figure.alt)}]")

    def table(self, table: Table) -> Iterator[str]:
        rows = [tuple(self.cell(cell) for cell in row) for row in table.rows]
        widths, whole = _widths((table.columns, *rows), table.numeric)
        if not whole and any(isinstance(cell, Math) for row in table.rows for cell in row):
            # A name in two pieces can't be read; its letter stands beside it in the table of the sizes.
            rows = [tuple(self.cell(_in_letters(cell)) for cell in row) for row in table.rows]
            widths, _ = _widths((table.columns, *rows), table.numeric)
        if table.caption:
            yield from self.wrapped(self.words(table.caption))
        yield from self.row(table.columns, widths, table.numeric)
        yield "  ".join("-" * width for width in widths)
        for index, row in enumerate(rows):
            if index and index == len(rows) - 1 and index in table.strong:
                yield "  ".join("-" * width for width in widths)
            yield from self.row(row, widths, table.numeric)

    def row(self, row: tuple[str, ...], widths: list[int], numeric: frozenset[int]) -> Iterator[str]:
        cells = [
            textwrap.wrap(cell, width, break_long_words=True) or [""] for cell, width in zip(row, widths, strict=True)
        ]
        for line in range(max(map(len, cells))):
            texts = (cell[line] if line < len(cell) else "" for cell in cells)
            yield "  ".join(
                text.rjust(width) if index in numeric else text.ljust(width)
                for index, (text, width) in enumerate(zip(texts, widths, strict=True))
            )

    def cell(self, cell: Cell) -> str:
        match cell:
            case int() | Fraction():
                return grouped(cell)
            case Math():
                return self.printer(cell.formula)
            case Letters():
                return Text("letters", compact=True)(cell.formula)
            case Share():
                return percent(cell.value)
            case Signed():
                return f"{'+' if cell.value >= 0 else '−'} {grouped(abs(cell.value))}"
        return self.words(cell)

    def bar(self, bar: Bar) -> Iterator[str]:
        longest = max(len(name) for name, _, _ in bar.parts)
        for name, _, share in bar.parts:
            blocks = "█" * int(share * BAR_WIDTH + share.__class__(1, 2)) or "▏"
            yield f"{name.ljust(longest)}  {blocks} {percent(share)}"

    def entry(self, entry: Entry) -> Iterator[str]:
        yield from self.wrapped(f"{entry.number}  {entry.title}".strip())
        if entry.text:
            yield from self.wrapped(self.words(entry.text), indent="  ")
        for below in entry.before:
            yield from ("", *self.entry(below))
        if entry.before and entry.equations:
            yield ""
            yield from self.wrapped(f"{entry.number}  {entry.title}: the sum", indent="")
        for equation in entry.equations:
            yield from self.equation(equation)
        if entry.running:
            yield from self.wrapped(f"({entry.running[0]}: {with_unit(entry.running[1], entry.unit)})", indent="    ")
        for part in entry.after:
            yield from self.parts[type(part)](self, part)

    def items(self, items: Items) -> Iterator[str]:
        for term, words in items.items:
            label = f"{self.words(term)}: " if term else ""
            yield from self.wrapped(f"- {label}{self.words(words)}", later="  ")

    def answer(self, answer: Answer) -> Iterator[str]:
        yield from self.wrapped(f"{self.words(answer.label)} {'_' * answer.room}", indent="    ")

    def choices(self, choices: Choices) -> Iterator[str]:
        for letter, text in choices.options:
            yield from self.wrapped(f"[ ] {letter}  {self.words(text)}", indent="    ", later=" " * 11)

    def lines(self, lines: Lines) -> Iterator[str]:
        yield from ["    " + "_" * (WIDTH - 4)] * lines.count

    def wrapped(self, text: str, indent: str = "", later: str | None = None) -> list[str]:
        return textwrap.wrap(
            text,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent if later is None else later,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def words(self, text: str) -> str:
        return written(text, self.span)

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            printer = self.printer if span.style == "name" else Text("letters")
            return printer(span.symbol)
        if span.style == "link":
            return f"{inside}, {span.url}" if span.url else inside
        return inside or span.text

    parts: Mapping[type[Any], Callable[[Any, Any], Iterator[str]]] = {
        Paragraph: paragraph,
        Equation: equation,
        Statement: statement,
        Relation: relation,
        Figure: figure,
        Table: table,
        Bar: bar,
        Entry: entry,
        Items: items,
        Answer: answer,
        Choices: choices,
        Lines: lines,
    }


def _in_letters(cell: Cell) -> Cell:
    return Letters(cell.formula) if isinstance(cell, Math) else cell


def _widths(rows: Sequence[tuple[str, ...]], numeric: frozenset[int]) -> tuple[list[int], bool]:
    """How wide the columns are, and whether each word fits into its own."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = [
        # A number is one word, its sign included.
        max(len(word) for row in rows for word in ([row[i]] if i in numeric else row[i].split() or [""]))
        for i in range(len(widths))
    ]
    room = WIDTH - 2 * (len(widths) - 1) - sum(widths)
    while room < 0 and max(widths) > NARROWEST:
        # The widest column whose words can wrap gives way first; then the widest of all, and its words break.
        slack = [width if width > word else 0 for width, word in zip(widths, words, strict=True)]
        wrapped = [0 if i in numeric else width for i, width in enumerate(widths)]
        most = wrapped if max(wrapped) > NARROWEST else widths
        widths[slack.index(max(slack)) if any(slack) else most.index(max(most))] -= 1
        room += 1
    return widths, all(width >= word for width, word in zip(widths, words, strict=True))
