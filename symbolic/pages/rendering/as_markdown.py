r"""GitHub-flavoured Markdown: equations as `$$` blocks, tables with pipes.

GitHub reads Markdown's escapes inside `$$` before MathJax sees the TeX: `\_` arrives as `_`, `\,` as a comma. So the
TeX here has no backslash before punctuation, and no `_{` that could open an emphasis. Inside tables and sentences
formulas are code, which nothing rewrites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache

from jinja2 import Template

from symbolic.formulas.figures import grouped, with_unit
from symbolic.formulas.formula import Exact, Formula, Sum, Symbol
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.document import Detail, explain_page
from symbolic.pages.page import Answer, Choices, Entry, Equation, Items, Lines, Page, Paragraph, Relation, Table
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.text_pictures import BOX_WIDTH, blocks_of, boxes_of, matrices_of
from symbolic.pages.rendering.writer import Writer, sum_title
from symbolic.pages.templating import environment

ENDING = "md"
EQUATION_WIDTH = 90
DEEPEST_HEADING = 6


def render(derivation: Derivation, notation: Notation = "names", detail: Detail = "full") -> str:
    """Return the page of a derivation as Markdown."""
    return render_page(explain_page(derivation, detail).unplotted, notation)


def render_page(page: Page, notation: Notation = "names") -> str:
    """Return any page as Markdown, with a newline at its end."""
    writer = _Writer(page.sizes, notation)
    sections = [(section.title, list(writer.parts(section.parts))) for section in page.sections]
    return _template().render(
        title=_unlinked(escaped(page.title)),
        subtitle=escaped(page.subtitle),
        total="" if page.headline is None else f"{grouped(page.headline)} {page.unit}",
        # It stands behind the total: its sign can't be taken for the line under a heading.
        rounded=" ".join(filter(None, (escaped(page.rounded).removeprefix("\\"), page.holds))),
        lead=[writer.words(paragraph.text) for paragraph in page.lead],
        sections=sections,
    )


def fragment(page: Page, notation: Notation = "names") -> str:
    """Return the sections of a page alone."""
    writer = _Writer(page.sizes, notation)
    blocks = [block for section in page.sections for block in (f"## {section.title}", *writer.parts(section.parts))]
    return "\n\n".join(blocks) + "\n"


def attachments(page: Page) -> dict[str, bytes]:
    """Return the files that the page shows and that lie beside it."""
    from symbolic.pages.rendering.plot import svg_file

    return {f"{figure.file}.svg": svg_file(figure) for figure in page.figures}


@cache
def _template() -> Template:
    # No autoescape: what comes in is Markdown already, `escaped` and `code` have seen to it.
    return environment("markdown", keep_trailing_newline=True).get_template("page.md")


def escaped(text: str) -> str:
    """Return words as Markdown that means nothing but these words; what can't be seen is shown as �."""
    text = re.sub(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", _one_line(text))
    text = re.sub(r"&(?=[#\w])", "&amp;", text)
    text = re.sub(r"<(?=[\w/!?])", "&lt;", text)
    text = re.sub(r"^(?=[-+#=>])|^\d+(?=[.)](?:\s|$))", r"\g<0>\\", text)
    # Outside mathematics GitHub takes only this form of a dollar sign as a dollar sign.
    return text.replace("$", "<span>$</span>")


def _unlinked(text: str) -> str:
    """Return a stranger's name without the links that GitHub makes of addresses."""
    text = re.sub(r"(?<=\w):(?=//)", "&#58;", text)
    text = re.sub(r"(?i)(?<=www)\.(?=\w)", "&#46;", text)
    return re.sub(r"(?<=[\w.+-])@(?=[\w-])", "&#64;", text)


def code(text: str) -> str:
    """Return a code span, its fence longer than any in the text."""
    text = _one_line(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"


def _one_line(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return "".join("�" if unicodedata.category(letter) in ("Cc", "Cf") else letter for letter in text)


class _GitHub(Latex):
    r"""TeX that GitHub, KaTeX, Jupyter and pandoc all set right: a backslash stands before letters and spaces only.

    Of `\,` GitHub's Markdown leaves a comma, and pandoc knows no `\thinspace`.
    """

    juxtaposed = r"\ "

    def symbol(self, symbol: Symbol) -> str:
        return super().symbol(symbol).replace(r"\_", r"\underline{\ }")

    def labelled(self, value: str, text: str) -> str:
        return rf"\underbrace{{{value}}}_ {{\text{{{text}}}}}"

    def blank(self, room: int, id: str) -> str:
        return (f"({id})" if id else "") + r"\underline{" + r"\ " * (2 * room) + "}"


class _Writer(Writer):
    printed_by = _GitHub

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation) -> None:
        super().__init__(sizes, notation)
        self.text = Text(notation)
        self.text_letters = Text("letters", compact=True)

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield self.words(paragraph.text)

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        yield self.chain(equation, self.text)
        if running:
            where, figure = running
            yield f"{where[:1].upper()}{escaped(where[1:])}: {with_unit(figure, equation.unit)}."

    def relation(self, relation: Relation) -> Iterator[str]:
        yield self.chain(relation, self.text_letters)

    def chain(self, part: Equation | Relation, text: Printer) -> str:
        sides = self.sides(part)
        plain = chained(text, self.sides(part, text))
        signs, parts = ([self.printer.related(sign) for sign, _, _ in sides], [side for _, side, _ in sides])
        return _display(parts, signs, broken=len(plain) > EQUATION_WIDTH and len(sides) > 1)

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        terms = formula.terms if isinstance(formula, Sum) else (formula,)
        text = self.text(formula)
        only_plus = all(f" + {self.text(term)}" in text for term in terms[1:])
        broken = printer is self.printer and only_plus and len(text) > EQUATION_WIDTH
        parts = [printer(term) for term in terms] if broken else [printer(formula)]
        yield _display(parts, ["+"] * len(parts), broken=broken)

    def unmarked(self, text: str) -> str:
        return written(
            text, lambda span, inside: self.text_letters(span.symbol) if span.symbol else inside or span.text
        )

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        yield "\n".join(("```text", *boxes_of(diagram, self.unmarked), "```"))

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        yield "\n".join(("```text", *matrices_of(matrices, self.unmarked, BOX_WIDTH), "```"))

    def figure(self, figure: Figure) -> Iterator[str]:
        yield f"![{self.words(figure.alt)}]({figure.file}.svg)"

    def table(self, table: Table) -> Iterator[str]:
        if table.caption:
            yield f"**{self.words(table.caption)}**"
        rows = [[self.stressed(cell, index in table.strong) for cell in row] for index, row in enumerate(table.rows)]
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

    def stressed(self, cell: Cell, strong: bool) -> str:
        written = self.cell(cell).replace("|", "\\|")
        return f"**{written}**" if strong and written and "**" not in written else written

    def bar(self, bar: Bar) -> Iterator[str]:
        yield "\n".join(("```text", *blocks_of(bar), "```"))

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:
        level = min(depth + 2, DEEPEST_HEADING)
        yield f"{'#' * level} {entry.number} {escaped(entry.title)}".replace("#  ", "# ", 1)

    def sum_heading(self, entry: Entry) -> Iterator[str]:
        yield f"**{entry.number} {escaped(sum_title(entry))}**"

    def items(self, items: Items) -> Iterator[str]:
        yield "\n".join(f"- {self.labelled(term, words)}" for term, words in items.items)

    def code(self, lines: list[str]) -> Iterator[str]:
        yield "\n".join(["```python", *lines, "```"])

    def answer(self, answer: Answer) -> Iterator[str]:
        yield f"{self.words(answer.label)} {_room(answer.room)}"

    def choices(self, choices: Choices) -> Iterator[str]:
        yield "\n".join(f"- [ ] {letter}: {self.words(text)}" for letter, text in choices.options)

    def lines(self, lines: Lines) -> Iterator[str]:
        yield from [] if lines.working else [_room(60)] * lines.count

    def plain(self, text: str) -> str:
        return text

    def formula(self, formula: Formula, printer: Printer) -> str:
        return code((self.text if printer is self.printer else self.text_letters)(formula))

    def span(self, span: Span, inside: str) -> str:
        if span.style == "name" and span.symbol and self.notation == "names":
            return code(span.symbol.name)
        if span.symbol:
            return f"*{self.text_letters(span.symbol)}*"
        if span.style == "link":
            return f"[{inside}]({span.url})" if span.url and not span.url.startswith("#") else inside
        if span.style == "code":
            return code(span.text)
        mark = {"strong": "**", "emphasis": "*"}.get(span.style, "")
        return f"{mark}{inside}{mark}" if mark else escaped(span.text)


def _room(room: int) -> str:
    """Return a line to write on: underscores with backslashes, which Markdown would read as a rule or an emphasis."""
    return r"\_" * room


def _display(parts: list[str], signs: list[str], *, broken: bool) -> str:
    r"""Return a `$$` block, each part but the first behind its sign.

    A long one has a line for each part. GitHub's Markdown leaves a `\\` alone where the line ends behind it.
    """
    signed = [f"{sign} {part}" if index else part for index, (sign, part) in enumerate(zip(signs, parts, strict=True))]
    if not broken:
        return f"$$\n{' '.join(signed)}\n$$"
    lines = [f"& {part}" for part in signed]
    return "\n".join(("$$", r"\begin{aligned}", " \\\\\n".join(lines), r"\end{aligned}", "$$"))
