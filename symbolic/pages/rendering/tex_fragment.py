r"""LaTeX to put into a document of somebody's own: amsmath, booktabs and hyperref, and no command of ours.

A notebook that becomes a paper holds it, and `\input` takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import percent, with_unit
from symbolic.formulas.formula import Formula, Symbol
from symbolic.pages.page import Answer, Choices, Entry, Equation, Items, Lines, Page, Paragraph, Relation, Table
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.pages.rendering.as_latex import PaperWriter
from symbolic.pages.rendering.equations import Side, chained
from symbolic.pages.rendering.markup import Span
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.tex_lines import WIDE, breadth, broken
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.pages.rendering.tex_table import GAP, NARROW, decimal, pieces, shares, size, stacked
from symbolic.pages.rendering.tex_words import Tex, code, escaped
from symbolic.pages.rendering.writer import sum_title

LONG = 70
"""A chain with more signs than this has a line for each side."""
BESIDE = 8
"""Two sides beside one another may be wider by so many signs than one: they hold few names."""
PAGE = 45
"""A longer table goes on in another one: no page holds it."""
COLUMNS = {1: Fraction(1), 2: Fraction(2, 3)}
"""How much of an article's line a line has, in so many columns."""
COMMAND = re.compile(r"\\(?:mathrm|text|frac|underbrace|times|,)|[{}]")
"""What is no sign of its own on paper."""
NEEDS = r"% For a document with \usepackage[T1]{fontenc} and \usepackage{amsmath,booktabs,hyperref}."


class _Plain(Latex):
    """TeX of amsmath alone."""

    def symbol(self, symbol: Symbol) -> str:
        return rf"\mathrm{{{escaped(symbol.name)}}}" if self.notation == "names" else super().symbol(symbol)

    def label(self, text: str) -> str:
        return rf"\text{{{_standard(escaped(text))}}}"

    def labelled(self, value: str, text: str) -> str:
        return rf"\underbrace{{{value}}}_{{\text{{{_standard(escaped(text))}}}}}"

    def blank(self, room: int, id: str) -> str:
        return rf"{f'({escaped(id)})' if id else ''}\underline{{\hspace{{{room}em}}}}"


class _Writer(PaperWriter):
    """Writes the parts of a page with standard commands; equations have labels that begin with `labels`, if given."""

    printed_by = _Plain

    def __init__(self, page: Page, notation: Notation, labels: str, columns: int = 1) -> None:
        super().__init__(page.sizes, notation)
        self.room, self.wide, self.long = (int(COLUMNS[columns] * most) for most in (NARROW, WIDE, LONG))
        self.label_prefix = labels
        self.step = ""

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield self.words(paragraph.text)

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:
        yield self.displayed(self.sides(equation))
        if running:
            where, figure = running
            yield f"{escaped(where[:1].upper() + where[1:])}: {escaped(with_unit(figure, equation.unit))}."

    def relation(self, relation: Relation) -> Iterator[str]:
        yield self.displayed(self.sides(relation))

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        yield self.displayed([Side("", printer(formula))])

    def displayed(self, sides: list[Side]) -> str:
        """Return an equation; a long one has a line for each side. The first of a step has the step's label."""
        inside = chained(self.printer, sides)
        first, *others = (breadth(side.text) for side in sides)
        if max(first, *others, first + max(others, default=0) - BESIDE) > self.wide:
            inside = "\\begin{split}\n" + " \\\\\n".join(self.in_lines(sides)) + "\n\\end{split}"
        elif len(COMMAND.sub("", inside)) > self.long and len(sides) > 1:
            start, second, *rest = sides
            lines = [f"{start.text} &{self.printer.related(second.sign)} {second.text}"]
            lines += [f"&{self.printer.related(side.sign)} {side.text}" for side in rest]
            inside = "\\begin{split}\n" + " \\\\\n".join(lines) + "\n\\end{split}"
        if not self.label_prefix:
            return f"\\begin{{equation*}}\n{inside}\n\\end{{equation*}}"
        label = rf"\label{{{self.label_prefix}-{self.step}}}" if self.step else ""
        self.step = ""
        return f"\\begin{{equation}}{label}\n{inside}\n\\end{{equation}}"

    def in_lines(self, sides: list[Side]) -> Iterator[str]:
        """Yield the lines of an equation with a side that is too wide for one."""
        for side in sides:
            first, *others = broken(side.text, self.wide)
            yield f"&{self.printer.related(side.sign)} {first}" if side.sign else f"&{first}"
            yield from (rf"&\qquad {line}" for line in others)

    def diagram(self, diagram: Diagram) -> Iterator[str]:  # noqa: ARG002 - the steps say the same
        return iter(())

    def matrices(self, matrices: Matrices) -> Iterator[str]:  # noqa: ARG002 - the steps say the same
        return iter(())

    def figure(self, figure: Figure) -> Iterator[str]:
        yield rf"\emph{{{self.words(figure.caption)}}}: {self.words(figure.alt)}"

    def table(self, table: Table) -> Iterator[str]:
        texts = [self.lengths(row) for row in table.rows]
        bodies = list(zip(*texts, strict=True)) or [()] * len(table.columns)
        heads = [tuple(table.columns)]
        cells = list(zip(*heads, *texts, strict=True))
        if sum(max(map(len, column)) + GAP for column in cells) > self.room:
            heads = stacked(table.columns, bodies)
            cells = list(zip(*heads, *texts, strict=True))
        wide = shares(cells, table.numeric, self.room)
        columns = "".join(
            rf"p{{{decimal(share)}\linewidth}}" if share else "lr"[index in table.numeric]
            for index, share in enumerate(wide)
        )
        rows = [
            " & ".join(self.stressed(cell, index in table.strong) for cell in map(self.cell, row)) + r" \\"
            for index, row in enumerate(table.rows)
        ]
        begin = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule"]
        begin += [rf"{' & '.join(map(escaped, line))} \\" for line in heads] + [r"\midrule"]
        end = [r"\bottomrule", r"\end{tabular}", ""]
        parts = pieces(texts, wide, self.room, PAGE)
        lines = [rf"\begin{{center}}\{size(cells, wide, self.room)}"]
        lines += [self.words(table.caption), ""] if table.caption else []
        lines += [line for part in parts for line in (*begin, *rows[part], *end)][:-1]
        yield "\n".join((*lines, r"\end{center}"))

    def stressed(self, cell: str, strong: bool) -> str:
        return rf"\textbf{{{cell}}}" if strong and cell else cell

    def bar(self, bar: Bar) -> Iterator[str]:
        yield "; ".join(f"{escaped(name)} {escaped(percent(share.value))}" for name, _, share in bar.parts) + "."

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:  # noqa: ARG002 - the numbers say how deep
        self.step = entry.id
        yield rf"\paragraph{{{escaped(f'{entry.number} {entry.title}'.strip())}}}"

    def sum_heading(self, entry: Entry) -> Iterator[str]:
        self.step = f"{entry.id}-sum"
        yield rf"\paragraph{{{escaped(f'{entry.number} {sum_title(entry)}'.strip())}}}"

    def items(self, items: Items) -> Iterator[str]:
        lines = [rf"\item {self.labelled(term, text)}" for term, text in items.items]
        yield "\n".join((r"\begin{itemize}", *lines, r"\end{itemize}"))

    def answer(self, answer: Answer) -> Iterator[str]:
        yield rf"{self.words(answer.label)} \underline{{\hspace{{{answer.room}em}}}}"

    def choices(self, choices: Choices) -> Iterator[str]:
        lines = [rf"\item[{letter}] {self.words(text)}" for letter, text in choices.options]
        yield "\n".join((r"\begin{description}", *lines, r"\end{description}"))

    def lines(self, lines: Lines) -> Iterator[str]:
        yield "\n\n".join([] if lines.working else [r"\rule{\linewidth}{.4pt}"] * lines.count)

    def formula(self, formula: Formula, printer: Printer) -> str:
        return f"${printer(formula)}$"

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None:
            printer = self.printer if span.style == "name" else self.letters
            return f"${printer(span.symbol)}$"
        if span.style == "link" and span.url.startswith("#"):
            return inside
        return code(span.text).replace(r"\allowbreak{}", "") if span.style == "code" else super().span(span, inside)

    def words(self, text: str) -> Tex:
        return Tex(_standard(super().words(text)))


def _standard(tex: str) -> str:
    """Return TeX without the commands of our preamble."""
    return tex.replace(r"\almost{}", r"$\approx$")


def fragment(
    page: Page, notation: Notation = "names", labels: str = "", *, title: bool = True, columns: int = 1
) -> str:
    """Return a page as LaTeX without a preamble. With `labels`, equations are numbered and have labels: LABELS-STEP.

    Its lines are those of a paper that has so many `columns`, one or two.
    """
    writer = _Writer(page, notation, re.sub(r"[^\w.:-]+", "-", labels, flags=re.ASCII), columns)
    # Names of sizes break nowhere: without loose lines they would stand in the margin.
    blocks = [NEEDS, r"\begin{sloppypar}"]
    if title:
        blocks.append(rf"\subsection*{{{escaped(page.title)}: {escaped(page.subtitle)}}}")
        if page.headline is not None:
            blocks.append(rf"\textbf{{{escaped(with_unit(page.headline, page.unit))}}}")
        blocks += writer.blocks(page.lead)
    for section in page.sections:
        blocks += [rf"\subsubsection*{{{escaped(section.title)}}}", *writer.blocks(section.parts)]
    return "\n\n".join((*blocks, r"\end{sloppypar}")) + "\n"
