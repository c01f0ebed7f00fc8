"""A LaTeX document, for pdflatex with Debian's texlive-latex-base, texlive-latex-recommended and lmodern alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import ClassVar, NamedTuple

from jinja2 import Environment

from symbolic.formulas.figures import percent
from symbolic.formulas.formula import Exact, Formula
from symbolic.language import current, translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell, Letters, Math
from symbolic.pages.colours import on_paper
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import (
    Answer,
    Choices,
    Entry,
    Equation,
    Items,
    Lines,
    Page,
    Paragraph,
    Part,
    Relation,
    Section,
    Table,
)
from symbolic.pages.pictures import Bar, Box, Diagram, Figure, Flow, Matrices, Matrix
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.paper_notation import NarrowCell, PaperLatex, grouped_in_tex
from symbolic.pages.rendering.picture_words import (
    both_shares,
    box_figure,
    box_words,
    drawn_copies,
    flow_words,
    matrix_words,
)
from symbolic.pages.rendering.tex_table import NARROW, columns, decimal, fits, pieces, shares, smallest, stacked
from symbolic.pages.rendering.tex_words import Tex, address, code, escaped, prose
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.writer import Writer, sum_title
from symbolic.pages.templating import environment

ENDING = "tex"
ROOM_FOR_SHARE = Fraction(1, 14)
MILLIMETRES, NARROWEST = 30, 44
"""The length of the longest axis of a matrix that is drawn to scale, and the width of the place of a narrow one."""
MANY_COLUMNS = 5
PIECE = 36
"""About so many lines of a table stand below one another on a page."""
STEPS = ("", "I", "II", "III")
"""The endings of our commands for headings, by how deep a heading lies."""


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """Return the page of a derivation as a LaTeX document."""
    return render_page(explain_page(derivation, detail).unplotted, notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Return any page as a LaTeX document, with a newline at its end."""
    writer = PaperWriter(page.sizes, notation)
    return _filled(
        "page",
        page=page,
        language=current().code,
        babel=current().babel,
        colours=[colour.removeprefix("#").upper() for colour in on_paper()],
        total="" if page.headline is None else grouped_in_tex(page.headline),
        rounded=Tex(" ".join(filter(None, (_raised(page.rounded), escaped(page.holds))))),
        lead=writer.blocks(page.lead),
        sections=[writer.section(section) for section in page.sections],
    )


def _raised(rounded: str) -> str:
    """Return a rounded total, with its power raised: 1.000 × 10^30 for the largest."""
    return re.sub(r"\^(\d+)", r"\\textsuperscript{\1}", escaped(rounded).replace(r"\textasciicircum{}", "^"))


def attachments(page: Page) -> dict[str, bytes]:
    """Return the files that the document includes."""
    from symbolic.pages.rendering.plot import pdf_file

    return {f"{figure.file}.pdf": pdf_file(figure) for figure in page.figures}


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


class BarPiece(NamedTuple):
    """A part of the bar: its colour, its width as a decimal, and the share to print in it if there is room.

    `mark` is the number of its step.
    """

    colour: int
    width: str
    mark: str
    name: str
    share: Tex
    inside: Tex


class PaperWriter(Writer):
    """Writes the parts of a page with the commands of our preamble."""

    printed_by: ClassVar[type[Printer]] = PaperLatex

    def section(self, section: Section) -> dict[str, object]:
        return {"id": section.id, "title": section.title, "blocks": self.blocks(section.parts)}

    def blocks(self, parts: tuple[Part, ...]) -> list[Tex]:
        return [Tex(block) for block in self.parts(parts)]

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        words = self.words(paragraph.text)
        yield rf"\Aside{{{words}}}" if paragraph.tone == "checked" else words

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        unit = f" {escaped(translate(equation.unit))}" if equation.unit else ""
        option = f"[{{{escaped(running[0])}: {grouped_in_tex(running[1])}{unit}}}]" if running else ""
        yield rf"\Chain{option}{{{chained(self.printer, self.sides(equation))}}}"

    def relation(self, relation: Relation) -> Iterator[str]:
        yield rf"\Chain{{{chained(self.letters, self.sides(relation))}}}"

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        yield rf"\Chain{{{printer(formula)}}}"

    def boxes(self, boxes: Sequence[Box], width: int) -> str:
        """Yield boxes one below the other, their widths in hundredths of the line."""
        return "".join(rf"{self.box(box, width)}\par\smallskip " for box in boxes)

    def box(self, box: Box, width: int) -> str:
        if not box.title:
            return rf"\Added{{{self.boxes(box.boxes, 100)}}}"
        title = escaped(box.title)
        linked = rf"\hyperlink{{{box.step}}}{{{title}}}" if box.step else title
        swatch = rf"\Swatch{{{box.colour}}}\enspace " if box.colour else ""
        adds = self.adds(box)
        lines = [rf"{swatch}{linked}" + (rf"\Right{{{adds}}}" if adds else "")]
        lines += [rf"{{\footnotesize {self.words(text)}}}" for text in box_words(box)]
        if box.boxes:
            lines.append(rf"\centering {self.inside(box)}")
        inside = r"\par ".join(lines)
        framed = rf"\Framed{{{decimal(Fraction(width - 12, 100))}}}{{{inside}}}"
        placed = rf"\Joined{{{framed}}}" if box.added else rf"\Beside{{{framed}}}" if box.beside else framed
        return self.flow(box.into, ends=not box.added) + placed

    def inside(self, box: Box) -> str:
        """Return the boxes in a box, and what comes out of the last."""
        fork = box.fork
        if fork is None:
            return f"{self.boxes(box.boxes, 100)}{''.join(map(self.flow, box.out))}"
        through = f"{self.boxes(fork.last, 100)}{self.flow(fork.through)}"
        return rf"{self.boxes(fork.before, 100)}\Fork{{{through}}}{{{self.words(flow_words(fork.past))}}}"

    def adds(self, box: Box) -> str:
        """Return what a box adds; a product stands in mathematics, apart from the words beside it."""
        if box.times == 1 or box.count is None:
            return escaped(box_figure(box))
        times, count, whole = map(self.letters.number, (box.times, box.count, box.whole))
        return rf"${times} \times {count} = {whole}$"

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        out = rf"{self.flow(diagram.out)}\par " if diagram.out else ""
        yield rf"\begin{{center}}\small{self.boxes(diagram.boxes, 100)}{out}\end{{center}}"

    def flow(self, flow: Flow | None, *, ends: bool = True) -> str:
        """Return what a token is between two boxes; the arrow has a tip where it `ends` at the next box."""
        return rf"\Flow{'' if ends else '[$|$]'}{{{self.words(flow_words(flow))}}}" if flow else ""

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        for title, group in matrices.groups:
            drawn = " ".join(self.matrix(one, matrices.longest) for one in group)
            yield rf"\Drawn{{{self.words(title)}}}{{{drawn}}}"

    def matrix(self, matrix: Matrix, longest: int) -> str:
        """Return a matrix with its name and shape; its width and height in millimetres."""
        high, wide = (Fraction(int(axis) * MILLIMETRES, longest) for axis in matrix.shape.axes)
        room = decimal(max(Fraction(NARROWEST), (wide + 4) * drawn_copies(matrix)))
        named = rf"\hyperlink{{{matrix.step}}}{{{escaped(matrix.title)}}}"
        drawn = rf"\Rows{{{decimal(high)}}}{{{decimal(wide)}}}{{{matrix.colour}}}" * drawn_copies(matrix)
        return rf"\Matrix{{{room}}}{{{named}}}{{{self.words(matrix_words(matrix))}}}{{{drawn}}}"

    def figure(self, figure: Figure) -> Iterator[str]:
        yield rf"\Plot{{{figure.file}.pdf}}{{{self.words(figure.caption)}}}{{{self.words(figure.alt)}}}"

    def table(self, table: Table) -> Iterator[str]:
        last = len(table.rows) - 1
        many = len(table.columns) >= MANY_COLUMNS
        texts = [self.lengths(row) for row in table.rows]
        heads = [tuple(self.lengths(table.columns))]
        lines: Sequence[Sequence[str]] = [table.columns]
        cells = list(zip(*heads, *texts, strict=True))
        if not fits(cells):
            heads = stacked(heads[0], list(zip(*texts, strict=True)))
            lines, cells = heads, list(zip(*heads, *texts, strict=True))
        rows = [
            (self.row(table, index), index in table.strong, index == last and index in table.strong)
            for index in range(len(table.rows))
        ]
        made = columns(cells, table.numeric)
        letters = "scriptsize" if "X" not in made and smallest(cells) else "footnotesize" if many else "small"
        # No page holds a table that is longer: it goes on below its heads, wherever a page ends.
        for part in pieces(texts, shares(cells, table.numeric), NARROW, PIECE):
            yield _filled(
                "table",
                caption="" if part.start else self.words(table.caption),
                size=Tex(rf"\{letters}"),
                columns=Tex(made),
                heads=lines,
                end=Tex(r" \\[2pt]" if many else r" \\"),
                next=Tex(" &"),
                rows=rows[part],
            )

    def row(self, table: Table, index: int) -> list[Tex]:
        """Return the cells of a row; before the first stands the colour of the part that the row is about."""
        cells = [Tex(self.cell(cell)) for cell in table.rows[index]]
        colour = table.colours[index] if table.colours else 0
        return [Tex(rf"\leavevmode\Swatch{{{colour}}}\enspace {cells[0]}"), *cells[1:]] if colour else cells

    def lengths(self, row: Sequence[Cell]) -> list[str]:
        """Return a row's cells as text, to measure."""
        text = Text(self.notation)
        shown = (text(cell.formula) if isinstance(cell, Math | Letters) else cell for cell in row)
        return [re.sub(r"[`*$]", "", cell if isinstance(cell, str) else self.cell(cell)) for cell in shown]

    def bar(self, bar: Bar) -> Iterator[str]:
        pieces = []
        for index, ((name, _, share), colour, mark) in enumerate(zip(bar.parts, bar.colours, bar.marks, strict=True)):
            shown = _unbroken(percent(share.value))
            inside = shown if share.value > ROOM_FOR_SHARE else Tex()
            both = (
                Tex(f"{_unbroken(percent(bar.another[index].value))}{escaped(' · ')}{shown}") if bar.another else shown
            )
            pieces.append(BarPiece(colour, decimal(share.value), mark, name, both, inside))
        yield _filled("bar", pieces=pieces, listed=not bar.listed, lead=both_shares() if bar.another else "")

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:
        result = grouped_in_tex(entry.result) if entry.before and entry.result is not None else ""
        yield rf"\Step{STEPS[min(depth, 3)]}{{{entry.id}}}{{{_number(entry)}}}{{{escaped(entry.title)}}}{{{result}}}"

    def sum_heading(self, entry: Entry) -> Iterator[str]:
        yield rf"\Sum{{{_number(entry)}}}{{{escaped(sum_title(entry))}}}"

    def items(self, items: Items) -> Iterator[str]:
        yield _filled("items", items=[(Tex(self.words(term)), Tex(self.words(text))) for term, text in items.items])

    def code(self, lines: list[str]) -> Iterator[str]:
        # In one piece, since nothing that stands verbatim may be set in by what writes the page.
        yield "\n".join([r"\begin{verbatim}", *lines, r"\end{verbatim}"])

    def answer(self, answer: Answer) -> Iterator[str]:
        yield rf"\Answer{{{self.words(answer.label)}}}{{{answer.room}}}"

    def choices(self, choices: Choices) -> Iterator[str]:
        options = "".join(rf"\Choice{{{letter}}}{{{self.words(text)}}}" for letter, text in choices.options)
        yield rf"\begin{{block}}{{}}{options}\end{{block}}"

    def lines(self, lines: Lines) -> Iterator[str]:
        yield rf"\{'Room' if lines.working else 'Lines'}{{{lines.count}}}"

    def words(self, text: str) -> Tex:
        return Tex(super().words(text))

    def plain(self, text: str) -> Tex:
        return _unbroken(text)

    def number(self, value: Exact) -> Tex:
        return grouped_in_tex(value)

    def signed(self, value: int) -> Tex:
        return Tex(f"{escaped('+' if value >= 0 else '−')}\\,{grouped_in_tex(abs(value))}")

    def formula(self, formula: Formula, printer: Printer) -> str:
        return f"${NarrowCell(printer.notation, compact=printer.compact)(formula)}$"

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            printer = self.printer if span.style == "name" else self.letters
            return f"${printer(span.symbol)}$" if printer.notation == "letters" else printer(span.symbol)
        if span.style == "link":
            if span.url.startswith("#"):
                return rf"\hyperlink{{{address(span.url[1:])}}}{{{inside}}}"
            return rf"\href{{{address(span.url)}}}{{{inside}}}" if span.url else inside
        if span.style == "code":
            return code(span.text)
        command = {"strong": "textbf", "emphasis": "emph"}.get(span.style)
        return rf"\{command}{{{inside}}}" if command else prose(span.text)


def _filled(name: str, **values: object) -> Tex:
    """Return a template of LaTeX with these values in place."""
    return Tex(_environment().get_template(f"{name}.tex").render(**values))


def _number(entry: Entry) -> str:
    return f"{entry.number}\\gap " if entry.number else ""


def _unbroken(text: str) -> Tex:
    """Return a figure with its signs and unit, in one line."""
    return Tex(escaped(text).replace(" ", r"\,"))
