r"""GitHub-flavoured Markdown: equations as `$$` blocks, tables with pipes.

GitHub reads Markdown's escapes inside `$$` before MathJax sees the TeX: `\_` arrives as `_`, `\,` as a comma. So the
TeX here has no backslash before punctuation, and no `_{` that could open an emphasis. Inside tables and sentences
formulas are code, which nothing rewrites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from jinja2 import Template

from symbolic.formulas.figures import grouped, percent, with_unit
from symbolic.formulas.formula import Formula, Sum, Symbol
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
from symbolic.pages.rendering.notation import Latex, Notation, Rounded, Text, sides
from symbolic.pages.templating import environment

ENDING = "md"
BAR_WIDTH = 40
EQUATION_WIDTH = 90
DEEPEST_HEADING = 6


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """The page of a derivation as Markdown."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Any page as Markdown, with a newline at its end."""
    writer = _Writer(page, notation)
    sections = [(section.title, writer.section(section)) for section in page.sections]
    return _template().render(
        title=escaped(page.title),
        subtitle=escaped(page.subtitle),
        total="" if page.total is None else f"{grouped(page.total)} {page.unit}",
        rounded=escaped(page.rounded),
        lead=[writer.words(paragraph.text) for paragraph in page.lead],
        sections=sections,
    )


def attachments(page: Page) -> dict[str, bytes]:
    """The files that the page shows and that lie beside it."""
    from symbolic.pages.rendering.plot import svg_file

    return {f"{figure.file}.svg": svg_file(figure) for figure in page.figures}


@cache
def _template() -> Template:
    # No autoescape: what comes in is Markdown already, `escaped` and `code` have seen to it.
    return environment("markdown", keep_trailing_newline=True).get_template("page.md")


def escaped(text: str) -> str:
    """Words as Markdown that means nothing but these words; what can't be seen is shown as �."""
    text = re.sub(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", _one_line(text))
    text = re.sub(r"&(?=[#\w])", "&amp;", text)
    text = re.sub(r"<(?=[\w/!?])", "&lt;", text)
    text = re.sub(r"^(?=[-+#=>])|^\d+(?=[.)](?:\s|$))", r"\g<0>\\", text)
    # Outside mathematics GitHub takes only this form of a dollar sign as a dollar sign.
    return text.replace("$", "<span>$</span>")


def code(text: str) -> str:
    """A code span, its fence longer than any in the text."""
    text = _one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"


def _one_line(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return "".join("�" if unicodedata.category(letter) in ("Cc", "Cf") else letter for letter in text)


class _GitHub(Latex):
    """TeX that GitHub, KaTeX and Jupyter all set right: a backslash stands before letters and spaces only."""

    juxtaposed = r"\thinspace "

    def symbol(self, symbol: Symbol) -> str:
        return super().symbol(symbol).replace(r"\_", r"\underline{\ }")

    def labelled(self, value: str, text: str) -> str:
        return rf"\underbrace{{{value}}}_ {{\text{{{text}}}}}"

    def blank(self, room: int, id: str) -> str:
        return (f"({id})" if id else "") + r"\underline{" + r"\ " * (2 * room) + "}"


class _Writer:
    def __init__(self, page: Page, notation: Notation) -> None:
        self.source = page
        self.text = Text(notation)
        self.tex = _GitHub(notation)
        self.compact = _GitHub("letters", compact=True)

    def section(self, section: Section) -> list[str]:
        """The blocks of a section."""
        return [block for part in section.parts for block in self.parts[type(part)](self, part)]

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield self.words(paragraph.text)

    def equation(self, equation: Equation) -> Iterator[str]:
        tex, plain = (sides(printer, equation, self.source.sizes) for printer in (self.tex, self.text))
        signs = [r"\approx" if isinstance(side, Rounded) else "=" for side in tex]
        yield _display(tex, signs, broken=len(" = ".join(plain)) > EQUATION_WIDTH)

    def statement(self, statement: Statement) -> Iterator[str]:
        formula = statement.formula
        yield f"$$\n{self.compact(formula)}\n$$"
        if self.tex.notation == "names" and self.tex(formula) != self.compact(formula):
            yield from self.in_names(formula)

    def relation(self, relation: Relation) -> Iterator[str]:
        text = Text("letters", compact=True)
        signs = [self.compact.related(sign) for sign, _ in relation.sides]
        plain = " ".join(f"{sign} {text(side)}" for sign, side in relation.sides)
        sides = [self.compact(side) for _, side in relation.sides]
        yield _display(sides, signs, broken=len(plain) > EQUATION_WIDTH and len(sides) > 1)

    def figure(self, figure: Figure) -> Iterator[str]:
        yield f"![{self.words(figure.alt)}]({figure.file}.svg)"

    def in_names(self, formula: Formula) -> Iterator[str]:
        terms = formula.terms if isinstance(formula, Sum) else (formula,)
        plus = all(f" + {self.text(term)}" in self.text(formula) for term in terms[1:])
        broken = plus and len(self.text(formula)) > EQUATION_WIDTH
        yield (
            _display([self.tex(term) for term in terms], ["+"] * len(terms), broken=True)
            if broken
            else f"$$\n{self.tex(formula)}\n$$"
        )

    def table(self, table: Table) -> Iterator[str]:
        if table.caption:
            yield f"**{self.words(table.caption)}**"
        rows = [[self.cell(cell, strong=index in table.strong) for cell in row] for index, row in enumerate(table.rows)]
        columns = [[escaped(name), *(row[index] for row in rows)] for index, name in enumerate(table.columns)]
        widths = [max(3, *map(len, column)) for column in columns]
        numeric = [index in table.numeric for index in range(len(columns))]
        padded = [
            [cell.rjust(width) if right else cell.ljust(width) for cell in column]
            for column, width, right in zip(columns, widths, numeric, strict=True)
        ]
        head, *body = zip(*padded, strict=True)
        rule = ["-" * (width - 1) + (":" if right else "-") for width, right in zip(widths, numeric, strict=True)]
        yield "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *body))

    def cell(self, cell: Cell, *, strong: bool) -> str:
        written = self.unstressed(cell).replace("|", "\\|")
        return f"**{written}**" if strong and written and "**" not in written else written

    def unstressed(self, cell: Cell) -> str:
        if isinstance(cell, Math):
            return code(self.text(cell.formula))
        if isinstance(cell, Letters):
            return code(Text("letters", compact=True)(cell.formula))
        if isinstance(cell, Share):
            return percent(cell.value)
        if isinstance(cell, Signed):
            return f"{'+' if cell.value >= 0 else '−'} {grouped(abs(cell.value))}"
        return grouped(cell) if isinstance(cell, int | Fraction) else self.words(cell)

    def bar(self, bar: Bar) -> Iterator[str]:
        longest = max(len(name) for name, _, _ in bar.parts)
        lines = (
            f"{name.ljust(longest)}  {'█' * round(share * BAR_WIDTH) or '▏'} {percent(share)}"
            for name, _, share in bar.parts
        )
        yield "\n".join(("```text", *lines, "```"))

    def entry(self, entry: Entry, depth: int = 3) -> Iterator[str]:
        title = f"{entry.number} {escaped(entry.title)}".strip()
        yield f"{'#' * min(depth, DEEPEST_HEADING)} {title}"
        if entry.text:
            yield self.words(entry.text)
        for below in entry.before:
            yield from self.entry(below, depth + 1)
        if entry.before and entry.equations:
            yield f"**{title}: the sum**"
        for equation in entry.equations:
            yield from self.equation(equation)
        if entry.running:
            where, figure = entry.running
            yield f"{where[:1].upper()}{escaped(where[1:])}: {with_unit(figure, entry.unit)}."
        for part in entry.after:
            if isinstance(part, Entry):
                yield from self.entry(part, depth + 1)
            else:
                yield from self.parts[type(part)](self, part)

    def items(self, items: Items) -> Iterator[str]:
        yield "\n".join(
            f"- {f'{self.words(term)}: ' if term else ''}{self.words(words)}" for term, words in items.items
        )

    def answer(self, answer: Answer) -> Iterator[str]:
        yield f"{self.words(answer.label)} {_room(answer.room)}"

    def choices(self, choices: Choices) -> Iterator[str]:
        yield "\n".join(f"- [ ] {letter}: {self.words(text)}" for letter, text in choices.options)

    def lines(self, lines: Lines) -> Iterator[str]:
        yield from [_room(60)] * lines.count

    def words(self, text: str) -> str:
        return written(text, self.span)

    def span(self, span: Span, inside: str) -> str:
        if span.style == "name" and span.symbol and self.text.notation == "names":
            return code(span.symbol.name)
        if span.symbol:
            return f"*{Text('letters')(span.symbol)}*"
        if span.style == "link":
            return f"[{inside}]({span.url})" if span.url else inside
        if span.style == "code":
            return code(span.text)
        mark = {"strong": "**", "emphasis": "*"}.get(span.style, "")
        return f"{mark}{inside}{mark}" if mark else escaped(span.text)

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


def _room(room: int) -> str:
    """A line to write on: underscores with backslashes, which Markdown would read as a rule or an emphasis."""
    return r"\_" * room


def _display(parts: list[str], signs: list[str], *, broken: bool) -> str:
    r"""A `$$` block, each part but the first behind its sign.

    A long one has a line for each part, ended by `\cr`: of `\\` GitHub would eat a backslash.
    """
    signed = [f"{sign} {part}" if index else part for index, (sign, part) in enumerate(zip(signs, parts, strict=True))]
    if not broken:
        return f"$$\n{' '.join(signed)}\n$$"
    lines = [f"& {part}" for part in signed]
    return "\n".join(("$$", r"\begin{aligned}", " \\cr\n".join(lines), r"\end{aligned}", "$$"))
