"""A page's parts as plain XHTML for learning platforms: no style, no script, formulas as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TypeAlias

from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.shown import Blank
from symbolic.pages.page import (
    Answer,
    Choices,
    Entry,
    Equation,
    Items,
    Lines,
    Paragraph,
    Part,
    Relation,
    Statement,
    Table,
)
from symbolic.pages.pictures import Bar, Diagram, Figure, Matrices
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span
from symbolic.pages.rendering.notation import Printer
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.text_pictures import blocks_of
from symbolic.pages.rendering.writer import Writer

Slot: TypeAlias = Callable[[str], str]
"""What a platform puts in an answer's place, by its id, as markup of its own."""


def nothing(id: str) -> str:  # noqa: ARG001
    """Return no room for an answer."""
    return ""


class Plain(Text):
    """Text without square brackets, in which some platforms look for blanks."""

    def label(self, text: str) -> str:
        """Return words that stand in a formula."""
        return text

    def labelled(self, value: str, text: str) -> str:
        """Return a number with words that say what it is."""
        return f"{value} ({text})"


def plain_html(parts: tuple[Part, ...], sizes: Mapping[str, Exact], slot: Slot = nothing) -> str:
    """Return parts of a page as XHTML. `sizes` stand in the symbols' places, `slot` gives what is filled in."""
    return "".join(_Writer(sizes, slot).parts(parts))


def plain_words(text: str) -> str:
    """Return markup as XHTML."""
    return _Writer({}).words(text)


class _Writer(Writer):
    printed_by = Plain

    def __init__(self, sizes: Mapping[str, Exact], slot: Slot = nothing) -> None:
        super().__init__(sizes)
        self.slot = slot

    def span(self, span: Span, inside: str) -> str:
        tag = {"code": "code", "name": "code", "strong": "strong", "emphasis": "em"}.get(span.style)
        text = inside or escape(span.text)
        return f"<{tag}>{text}</{tag}>" if tag else text

    def plain(self, text: str) -> str:
        return escape(text)

    def formula(self, formula: Formula, printer: Printer) -> str:  # noqa: ARG002 - a sheet has names everywhere
        return escape(self.printer(formula))

    def paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield f"<p>{self.words(paragraph.text)}</p>"

    def equation(self, equation: Equation, running: tuple[str, int] | None = None) -> Iterator[str]:  # noqa: ARG002
        chain = self.sides(equation)
        if isinstance(equation.value, Blank):
            filled = escape(chained(self.printer, chain[:-1]))
            unit = f" {escape(equation.unit)}" if equation.unit else ""
            slot = self.slot(equation.value.id) or escape("_" * equation.value.room)
            yield f"<p>{filled} = ({escape(equation.value.id)}) {slot}{unit}</p>"
        else:
            yield f"<p>{escape(chained(self.printer, chain))}</p>"

    def relation(self, relation: Relation) -> Iterator[str]:
        yield f"<p>{escape(chained(self.letters, self.sides(relation)))}</p>"

    def statement(self, statement: Statement) -> Iterator[str]:
        yield from self.closed(statement.formula, self.printer)

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        yield f"<p>{escape(printer(formula))}</p>"

    def table(self, table: Table) -> Iterator[str]:
        caption = f"<caption>{self.words(table.caption)}</caption>" if table.caption else ""
        head = "".join(f"<th>{self.words(column)}</th>" for column in table.columns)
        rows = "".join(f"<tr>{''.join(f'<td>{self.cell(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
        yield f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def bar(self, bar: Bar) -> Iterator[str]:
        lines = "\n".join(blocks_of(bar))
        yield f"<pre>{escape(lines)}</pre>"

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        yield f"<p>{escape(diagram.alt)}</p>"

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        yield f"<p>{escape(matrices.alt)}</p>"

    def figure(self, figure: Figure) -> Iterator[str]:
        yield f"<p>{self.words(figure.caption)}: {self.words(figure.alt)}</p>"

    def heading(self, entry: Entry, depth: int) -> Iterator[str]:  # noqa: ARG002
        yield f"<p><strong>{escape(f'{entry.number} {entry.title}'.strip())}</strong></p>"

    def sum_heading(self, entry: Entry) -> Iterator[str]:  # noqa: ARG002 - the equation follows at once
        yield ""

    def code(self, lines: list[str]) -> Iterator[str]:
        yield f"<pre>{escape(chr(10).join(lines))}</pre>"

    def items(self, items: Items) -> Iterator[str]:
        yield f"<ul>{''.join(f'<li>{self.labelled(term, text)}</li>' for term, text in items.items)}</ul>"

    def answer(self, answer: Answer) -> Iterator[str]:
        if slot := self.slot(answer.id):
            yield f"<p>{self.words(answer.label)} {slot}</p>"

    def choices(self, choices: Choices) -> Iterator[str]:
        if slot := self.slot(choices.id):
            yield f"<p>{slot}</p>"

    def lines(self, lines: Lines) -> Iterator[str]:  # noqa: ARG002 - platforms have a field of their own for it
        yield ""
