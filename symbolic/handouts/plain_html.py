"""A page's blocks as plain XHTML for learning platforms: no style, no script, formulas as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from html import escape
from typing import Any, TypeAlias

from symbolic.formulas.figures import grouped, percent
from symbolic.formulas.formula import Blank, Exact
from symbolic.pages.page import (
    Answer,
    Cell,
    Choices,
    Entry,
    Equation,
    Items,
    Letters,
    Lines,
    Math,
    Paragraph,
    Part,
    Share,
    Signed,
    Statement,
    Table,
)
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Text, chained, sides

Slot: TypeAlias = Callable[[str], str]
"""What a platform puts in an answer's place, by its id, as markup of its own."""


def nothing(id: str) -> str:  # noqa: ARG001
    """No place for an answer."""
    return ""


class Plain(Text):
    """Text without square brackets, in which some platforms look for blanks."""

    def label(self, text: str) -> str:
        """Words in a formula."""
        return text

    def labelled(self, value: str, text: str) -> str:
        """A number with words that say what it is."""
        return f"{value} ({text})"


class Writer:
    """Writes blocks; `sizes` stand in the symbols' places, `slot` gives what is filled in."""

    def __init__(self, sizes: Mapping[str, Exact], slot: Slot = nothing) -> None:
        """Formulas have names."""
        self.sizes = sizes
        self.slot = slot
        self.printer = Plain()

    def __call__(self, parts: tuple[Part, ...]) -> str:
        """The blocks, one behind the other."""
        return "".join(text for part in parts for text in self.parts[type(part)](self, part))

    def words(self, text: str) -> str:
        """A page's markup."""
        return written(text, self._span)

    def _span(self, span: Span, inside: str) -> str:
        tag = {"code": "code", "name": "code", "strong": "strong", "emphasis": "em"}.get(span.style)
        text = inside or escape(span.text)
        return f"<{tag}>{text}</{tag}>" if tag else text

    def _paragraph(self, paragraph: Paragraph) -> Iterator[str]:
        yield f"<p>{self.words(paragraph.text)}</p>"

    def _equation(self, equation: Equation) -> Iterator[str]:
        chain = sides(self.printer, equation, self.sizes)
        if isinstance(equation.value, Blank):
            filled = escape(chained(chain[:-1], " = ", " ≈ "))
            unit = f" {escape(equation.unit)}" if equation.unit else ""
            slot = self.slot(equation.value.id) or escape("_" * equation.value.room)
            yield f"<p>{filled} = ({escape(equation.value.id)}) {slot}{unit}</p>"
        else:
            yield f"<p>{escape(chained(chain, ' = ', ' ≈ '))}</p>"

    def _statement(self, statement: Statement) -> Iterator[str]:
        yield f"<p>{escape(self.printer(statement.formula))}</p>"

    def _table(self, table: Table) -> Iterator[str]:
        caption = f"<caption>{self.words(table.caption)}</caption>" if table.caption else ""
        head = "".join(f"<th>{self.words(column)}</th>" for column in table.columns)
        rows = "".join(f"<tr>{''.join(f'<td>{self._cell(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
        yield f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _cell(self, cell: Cell) -> str:
        match cell:
            case int() | Fraction():
                return grouped(cell)
            case Math() | Letters():
                return escape(self.printer(cell.formula))
            case Share():
                return percent(cell.value)
            case Signed():
                return grouped(cell.value)
        return self.words(cell)

    def _items(self, items: Items) -> Iterator[str]:
        rows = (f"<li>{f'{self.words(term)}: ' if term else ''}{self.words(text)}</li>" for term, text in items.items)
        yield f"<ul>{''.join(rows)}</ul>"

    def _entry(self, entry: Entry) -> Iterator[str]:
        yield f"<p><strong>{escape(f'{entry.number} {entry.title}'.strip())}</strong></p>"
        if entry.text:
            yield f"<p>{self.words(entry.text)}</p>"
        yield self(entry.before)
        yield self(entry.equations)
        yield self(entry.after)

    def _answer(self, answer: Answer) -> Iterator[str]:
        if slot := self.slot(answer.id):
            yield f"<p>{self.words(answer.label)} {slot}</p>"

    def _choices(self, choices: Choices) -> Iterator[str]:
        if slot := self.slot(choices.id):
            yield f"<p>{slot}</p>"

    def _lines(self, lines: Lines) -> Iterator[str]:  # noqa: ARG002
        yield ""

    parts: Mapping[type[Any], Callable[[Any, Any], Iterator[str]]] = {
        Paragraph: _paragraph,
        Equation: _equation,
        Statement: _statement,
        Table: _table,
        Items: _items,
        Entry: _entry,
        Answer: _answer,
        Choices: _choices,
        Lines: _lines,
    }
