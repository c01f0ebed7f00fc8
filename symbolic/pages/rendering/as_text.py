"""Plain text, 80 columns wide: for a terminal, a mail, a comment."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from symbolic.formulas.figures import grouped, with_unit
from symbolic.formulas.formula import Formula
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell, Letters, Math
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Answer, Choices, Entry, Equation, Items, Lines, Page, Paragraph, Relation, Table
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.text_pictures import blocks_of, boxes_of, matrices_of
from symbolic.pages.rendering.writer import Writer, sum_title
from symbolic.terminal import visible

ENDING = "txt"
WIDTH = 80
TOGETHER = (" / ", " × ceil(", " × floor(", " × min(")
"""What stays in a line: a fraction, and the sign between a factor and a function."""
NARROWEST = 12
GROUPS = re.compile(r"(?<=\d[.,\u202f\u00a0])(?=\d{3})")
"""Between groups of three digits, behind their sign."""


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """Return the page of a derivation as text."""
    return render_page(explain_page(derivation, detail).unplotted, notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Return any page as text, with a newline at its end."""
    lines = _Writer(page.sizes, notation).page(page)
    return visible("\n".join(line.rstrip() for line in lines)) + "\n"


class _Writer(Writer):
    printed_by = Text

    def page(self, page: Page) -> Iterator[str]:
        yield from _wrapped(f"{page.title}: {page.subtitle}" if page.subtitle else page.title)
        yield "=" * WIDTH
        if page.headline is not None:
            total = " ".join(filter(None, (grouped(page.headline), page.unit, page.rounded, page.holds)))
            yield from ("", *_wrapped(total, "    "))
        for paragraph in page.lead:
            yield from ("", *self.paragraph(paragraph))
        for section in page.sections:
            yield from ("", "", section.title.upper(), "-" * len(section.title))
            for part in section.parts:
                yield from ("", *self.part(part))

    def paragraph(self, paragraph: Paragraph, indent: str = "") -> Iterator[str]:
        yield from _wrapped(self.words(paragraph.text), indent)

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        yield from self.chain(equation, "    ", "        ")
        if running:
            yield from _wrapped(f"({running[0]}: {with_unit(running[1], equation.unit)})", "    ")

    def relation(self, relation: Relation) -> Iterator[str]:
        yield from self.chain(relation, "        ", "          ")

    def chain(self, part: Equation | Relation, indent: str, later: str) -> Iterator[str]:
        """Yield an equation on one line, or on a line for each side."""
        sides = self.sides(part)
        one = "    " + chained(self.printer, sides)
        if len(one) <= WIDTH:
            yield one
            return
        for sign, side, _ in sides:
            yield from _wrapped_formula(f"{sign} {side}".strip(), indent if sign else "    ", later)

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        yield from _wrapped_formula(printer(formula), "    ", "        ")

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        yield from boxes_of(diagram, self.words)

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        yield from matrices_of(matrices, self.words, WIDTH)

    def figure(self, figure: Figure) -> Iterator[str]:
        yield from _wrapped(f"[{self.words(figure.caption)}: {self.words(figure.alt)}]")

    def table(self, table: Table) -> Iterator[str]:
        rows = [tuple(map(self.cell, row)) for row in table.rows]
        widths, fits = _widths((table.columns, *rows), table.numeric)
        if not fits and any(isinstance(cell, Math) for row in table.rows for cell in row):
            # A name in two pieces can't be read; its letter stands beside it in the table of the sizes.
            rows = [tuple(self.cell(_in_letters(cell)) for cell in row) for row in table.rows]
            widths, _ = _widths((table.columns, *rows), table.numeric)
        rule = "  ".join("-" * width for width in widths)
        if table.caption:
            yield from _wrapped(self.words(table.caption))
        yield from _row(table.columns, widths, table.numeric)
        yield rule
        for index, row in enumerate(rows):
            if index and index == len(rows) - 1 and index in table.strong:
                yield rule
            yield from _row(row, widths, table.numeric)

    def bar(self, bar: Bar) -> Iterator[str]:
        yield from blocks_of(bar)

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:  # noqa: ARG002
        yield from _wrapped(f"{entry.number}  {entry.title}".strip())

    def opening(self, entry: Entry, depth: int) -> Iterator[str]:
        yield from self.heading(entry, depth)
        if entry.text:
            yield from self.paragraph(Paragraph(entry.text), "  ")

    def below(self, entry: Entry, depth: int) -> Iterator[str]:
        for step in entry.before:
            yield from ("", *self.entry(step, depth + 1))

    def sum_heading(self, entry: Entry) -> Iterator[str]:
        yield from ("", *_wrapped(f"{entry.number}  {sum_title(entry)}"))

    def items(self, items: Items) -> Iterator[str]:
        for term, words in items.items:
            yield from _wrapped(f"- {self.labelled(term, words)}", later="  ")

    def code(self, lines: list[str]) -> Iterator[str]:
        yield from (f"    {line}" for line in lines)

    def answer(self, answer: Answer) -> Iterator[str]:
        yield from _wrapped(f"{self.words(answer.label)} {'_' * answer.room}", "    ")

    def choices(self, choices: Choices) -> Iterator[str]:
        for letter, text in choices.options:
            yield from _wrapped(f"[ ] {letter}  {self.words(text)}", "    ", " " * 11)

    def lines(self, lines: Lines) -> Iterator[str]:
        yield from [] if lines.working else ["    " + "_" * (WIDTH - 4)] * lines.count

    def plain(self, text: str) -> str:
        return text

    def formula(self, formula: Formula, printer: Printer) -> str:
        return printer(formula)

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            return (self.printer if span.style == "name" else self.letters)(span.symbol)
        if span.style == "link":
            return f"{inside}, {span.url}" if span.url and not span.url.startswith("#") else inside
        return inside or span.text


def _wrapped_formula(text: str, indent: str, later: str) -> list[str]:
    """Return the lines of a formula: they break at its sums, and where a term is longer than a line inside it.

    None of them ends in the middle of a fraction, or begins with a sign before a function.
    """
    lines, line = [], indent
    for parted in TOGETHER:
        text = text.replace(parted, parted.replace(" ", "\u00a0", 2 if parted == " / " else 1))
    for term in _terms(text):
        longer = f"{line} {term}" if line.strip() else line + term
        if len(longer) <= WIDTH:
            line = longer
            continue
        if line.strip():
            lines.append(line)
            line = later
        *full, line = _wrapped(term, line, later)
        lines += full
    return [one.replace("\u00a0", " ") for one in (*lines, line)]


def _terms(text: str) -> Iterator[str]:
    """Yield the terms of a sum that is written, each behind its sign; a sum in brackets stays whole."""
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if not depth and letter in "+−" and text[place - 1 : place + 2 : 2] == "  " and place > start:
            yield text[start : place - 1]
            start = place
    yield text[start:]


def _wrapped(text: str, indent: str = "", later: str | None = None) -> list[str]:
    """Return the lines of a text, the first behind `indent`, the others behind `later`."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _row(row: tuple[str, ...], widths: list[int], numeric: frozenset[int]) -> Iterator[str]:
    """Yield the lines of a table's row, its cells wrapped."""
    cells = [in_lines(cell, width) for cell, width in zip(row, widths, strict=True)]
    for line in range(max(map(len, cells))):
        texts = (cell[line] if line < len(cell) else "" for cell in cells)
        yield "  ".join(
            text.rjust(width) if index in numeric else text.ljust(width)
            for index, (text, width) in enumerate(zip(texts, widths, strict=True))
        )


def in_lines(cell: str, width: int) -> list[str]:
    """Wrap a cell; a number that is too long breaks between its groups of digits."""
    lines = [""]
    for word in textwrap.wrap(cell, width, break_long_words=False):
        lines += [""]
        for group in GROUPS.split(word):
            if len(lines[-1] + group) > width:
                lines += [""]
            lines[-1] += group
    return [part for line in lines for part in textwrap.wrap(line, width)] or [""]


def _in_letters(cell: Cell) -> Cell:
    return Letters(cell.formula) if isinstance(cell, Math) else cell


def _widths(rows: Sequence[tuple[str, ...]], numeric: frozenset[int]) -> tuple[list[int], bool]:
    """Return how wide the columns are, and whether each word fits into its own."""
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
