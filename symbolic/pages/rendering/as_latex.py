"""A LaTeX document, for pdflatex with Debian's texlive-latex-base, texlive-latex-recommended and lmodern alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment

from symbolic.formulas.figures import grouped, percent
from symbolic.formulas.formula import Exact, Formula, Negative, Product, Quotient, Sum, Symbol
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
    Part,
    Relation,
    Section,
    Share,
    Signed,
    Statement,
    Table,
)
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Latex, Notation, Text, chained, sides
from symbolic.pages.rendering.tex_table import columns, decimal
from symbolic.pages.rendering.tex_words import Tex, address, code, escaped, mathjax, prose
from symbolic.pages.templating import environment

ENDING = "tex"
COLOURS = 8
ROOM_FOR_SHARE = Fraction(1, 14)
LONG_NUMBER = 20
MANY_COLUMNS = 5
RELATIONS = {"": "", "=": r" \is ", "≈": r" \near ", "<": r" \isless ", "≤": r" \isatmost "}


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """The page of a derivation as a LaTeX document."""
    return render_page(explain_page(derivation, detail), notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Any page as a LaTeX document, with a newline at its end."""
    writer = _Writer(page, notation)
    return writer.template(
        "page",
        page=page,
        total="" if page.total is None else _grouped(page.total),
        # 1.000 × 10^30 for the largest totals
        rounded=Tex(
            re.sub(r"\^(\d+)", r"\\textsuperscript{\1}", escaped(page.rounded).replace(r"\textasciicircum{}", "^"))
        ),
        lead=writer.blocks(page.lead),
        sections=[writer.section(section) for section in page.sections],
    )


def attachments(page: Page) -> dict[str, bytes]:
    """The files that the document includes."""
    from symbolic.pages.rendering.plot import pdf_file

    return {f"{figure.file}.pdf": pdf_file(figure) for figure in page.figures}


def fragment(derivation: Derivation) -> str:
    """The total and the equations of the steps as one formula that MathJax sets, for Jupyter."""
    printer = Latex()
    rows = []
    for step in derivation.steps:
        equations = [Equation(line.formula, line.value) for line in step.lines[-1:]]
        shown = " = ".join(sides(printer, equations[0], derivation.sizes)) if equations else "0"
        rows.append(rf"{step.number} & {mathjax(step.label)} & {shown}")
    rows.append(rf"\hline & {mathjax('total')} & {printer.number(derivation.total)}")
    title = rf"{mathjax(derivation.model.name)}\colon\ {printer.number(derivation.total)}\ {mathjax(derivation.unit)}"
    return _array(title, "rll", rows)


def page_fragment(page: Page) -> str:
    """The sizes of a page as one formula that MathJax sets."""
    printer = Latex()
    rows = [rf"{mathjax(name)} & {printer.number(size)}" for name, size in page.sizes.items()]
    return _array(mathjax(page.title), "lr", rows)


def _array(title: str, columns: str, rows: list[str]) -> str:
    lines = (f"{row} \\\\" for row in rows)
    opened = (rf"$$\begin{{array}}{{l}} {title} \\ \begin{{array}}{{{columns}}}", *lines, r"\end{array} \end{array}$$")
    return "\n".join(opened) + "\n"


@cache
def _environment() -> Environment:
    # Jinja's braces collide with TeX's; angle brackets don't. `finalize` is the autoescape: what isn't TeX becomes it.
    return environment(
        "latex",
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Tex) else escaped(str(value)),
    )


class _Paper(Latex):
    """TeX for pdflatex: names in the sans serif of the tables, lines that may break before a plus."""

    def number(self, value: Exact) -> str:
        written = super().number(value)
        return written if len(grouped(value)) <= LONG_NUMBER else written.replace("{,}", r"{,}\allowbreak ")

    def symbol(self, symbol: Symbol) -> str:
        return rf"\size{{{escaped(symbol.name)}}}" if self.notation == "names" else symbol.letter

    def label(self, text: str) -> str:
        return rf"\text{{{escaped(text)}}}"

    def labelled(self, value: str, text: str) -> str:
        return rf"\labelled{{{value}}}{{{escaped(text)}}}"

    def blank(self, room: int, id: str) -> str:
        return rf"{f'({escaped(id)})' if id else ''}\blank{{{room}}}"

    def joined(self, sign: str, right: str) -> str:
        return rf" \allowbreak{super().joined(sign, right)}"


class _Cell(_Paper):
    """The same in a table's narrow cell, where a product breaks inside brackets only if it must."""

    def brackets(self, inside: str) -> str:
        return super().brackets(inside.replace(r"\allowbreak", r"\penalty900").replace(r"\times", r"\timesin"))

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return rf"{self._bracketed(top, Sum, Quotient, Negative)} \allowbreak / " + self._bracketed(
            bottom, Sum, Product, Quotient, Negative
        )


class Piece(NamedTuple):
    """A part of the bar: its colour, its width as a decimal, and the share to print in it if there is room."""

    colour: int
    width: str
    name: str
    share: Tex
    inside: Tex


class _Writer:
    def __init__(self, page: Page, notation: Notation) -> None:
        self.source = page
        self.printer = _Paper(notation)

    def template(self, name: str, **values: object) -> Tex:
        return Tex(_environment().get_template(f"{name}.tex").render(**values))

    def section(self, section: Section) -> dict[str, object]:
        return {"id": section.id, "title": section.title, "blocks": self.blocks(section.parts)}

    def blocks(self, parts: tuple[Part, ...]) -> list[Tex]:
        return [Tex(block) for part in parts for block in self.parts[type(part)](self, part)]

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        words = self.words(paragraph.text)
        yield rf"\Aside{{{words}}}" if paragraph.tone == "checked" else words

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        chain = chained(sides(self.printer, equation, self.source.sizes), r" \is ", r" \near ")
        unit = f" {escaped(equation.unit)}" if equation.unit else ""
        option = f"[{{{escaped(running[0])}: {_grouped(running[1])}{unit}}}]" if running else ""
        yield rf"\Chain{option}{{{chain}}}"

    def statement(self, statement: Statement) -> Iterator[str]:
        letters = _Paper("letters", compact=True)(statement.formula)
        names = self.printer(statement.formula)
        yield rf"\Chain{{{letters}}}"
        if self.printer.notation == "names" and names != letters:
            yield rf"\Chain{{{names}}}"

    def relation(self, relation: Relation) -> Iterator[str]:
        printer = _Paper("letters", compact=True)
        chain = "".join(f"{RELATIONS[sign]} {printer(side)}" for sign, side in relation.sides)
        yield rf"\Chain{{{chain}}}"

    def figure(self, figure: Figure) -> Iterator[str]:
        yield rf"\Plot{{{figure.file}.pdf}}{{{self.words(figure.caption)}}}{{{self.words(figure.alt)}}}"

    def table(self, table: Table) -> Iterator[str]:
        rows = [[self.cell(cell) for cell in row] for row in table.rows]
        last = len(rows) - 1
        many = len(table.columns) >= MANY_COLUMNS
        yield self.template(
            "table",
            caption=self.words(table.caption),
            size=Tex(r"\footnotesize" if many else r"\small"),
            columns=Tex(columns(list(zip(*map(self.plain, (table.columns, *table.rows)), strict=True)), table.numeric)),
            heads=table.columns,
            end=Tex(r" \\[2pt]" if many else r" \\"),
            next=Tex(" &"),
            rows=[
                (row, index in table.strong, index == last and index in table.strong) for index, row in enumerate(rows)
            ],
        )

    def plain(self, row: Sequence[Cell]) -> list[str]:
        """A row's cells as text, to measure."""
        text = Text(self.printer.notation)
        shown = (text(cell.formula) if isinstance(cell, Math | Letters) else cell for cell in row)
        return [re.sub(r"[`*$]", "", cell if isinstance(cell, str) else self.cell(cell)) for cell in shown]

    def cell(self, cell: Cell) -> Tex:
        if isinstance(cell, Math):
            return Tex(f"${_Cell(self.printer.notation)(cell.formula)}$")
        if isinstance(cell, Letters):
            return Tex(f"${_Cell('letters', compact=True)(cell.formula)}$")
        if isinstance(cell, Share):
            return _percent(cell.value)
        if isinstance(cell, Signed):
            return Tex(f"{escaped('+' if cell.value >= 0 else '−')}\\,{_grouped(abs(cell.value))}")
        return _grouped(cell) if isinstance(cell, int | Fraction) else self.words(cell)

    def bar(self, bar: Bar) -> Iterator[str]:
        pieces = [
            Piece(
                index % COLOURS,
                decimal(share),
                name,
                _percent(share),
                _percent(share) if share > ROOM_FOR_SHARE else Tex(),
            )
            for index, (name, _, share) in enumerate(bar.parts)
        ]
        yield self.template("bar", pieces=pieces)

    def entry(self, entry: Entry, depth: int = 1) -> Iterator[str]:
        number = f"{entry.number}\\gap " if entry.number else ""
        result = _grouped(entry.result) if entry.before and entry.result is not None else ""
        title = escaped(entry.title)
        yield rf"\Step{{{depth}}}{{{entry.id}}}{{{number}}}{{{title}}}{{{result}}}"
        if entry.text:
            yield self.words(entry.text)
        for below in entry.before:
            yield from self.entry(below, depth + 1)
        if entry.before and entry.equations:
            yield rf"\Sum{{{number}}}{{{title}: the sum}}"
        for index, equation in enumerate(entry.equations):
            yield from self.equation(equation, entry.running if index == len(entry.equations) - 1 else None)
        for part in entry.after:
            if isinstance(part, Entry):
                yield from self.entry(part, depth + 1)
            else:
                yield from self.parts[type(part)](self, part)

    def items(self, items: Items) -> Iterator[str]:
        yield self.template(
            "items", items=[(Tex(self.words(term)), Tex(self.words(text))) for term, text in items.items]
        )

    def answer(self, answer: Answer) -> Iterator[str]:
        yield rf"\Answer{{{self.words(answer.label)}}}{{{answer.room}}}"

    def choices(self, choices: Choices) -> Iterator[str]:
        options = "".join(rf"\Choice{{{letter}}}{{{self.words(text)}}}" for letter, text in choices.options)
        yield rf"\begin{{block}}{{}}{options}\end{{block}}"

    def lines(self, lines: Lines) -> Iterator[str]:
        yield rf"\Lines{{{lines.count}}}"

    def words(self, text: str) -> Tex:
        return Tex(written(text, self.span))

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            printer = self.printer if span.style == "name" else _Paper("letters")
            return f"${printer(span.symbol)}$" if printer.notation == "letters" else printer(span.symbol)
        if span.style == "link":
            return rf"\href{{{address(span.url)}}}{{{inside}}}" if span.url else inside
        if span.style == "code":
            return code(span.text)
        command = {"strong": "textbf", "emphasis": "emph"}.get(span.style)
        return rf"\{command}{{{inside}}}" if command else prose(span.text)

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


def _grouped(value: Exact) -> Tex:
    """A number in a sentence or a cell; one that is too long for a line may break behind its commas."""
    text = grouped(value)
    return Tex(text if len(text) <= LONG_NUMBER else text.replace(",", r",\allowbreak{}"))


def _percent(share: Fraction) -> Tex:
    return Tex(escaped(percent(share)).replace(" ", r"\,"))
