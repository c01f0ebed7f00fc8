"""What stands in a line, in any format: words, cells of tables, sides of equations."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from symbolic.formulas.figures import grouped, in_short, near, percent, with_unit
from symbolic.formulas.formula import Exact, Formula
from symbolic.pages.cells import Amount, Cell, InShort, Letters, Math, Ratio, Share, Signed, Typable
from symbolic.pages.page import Equation, Relation
from symbolic.pages.rendering.equations import Side, sides
from symbolic.pages.rendering.markup import Span, written
from symbolic.pages.rendering.notation import Notation, Printer


class Inline(ABC):
    """What stands in a line, in one format: words, cells of tables, sides of equations.

    `printer` writes formulas in the page's notation, `letters` as books set them. `sizes` are the page's.
    """

    printed_by: ClassVar[type[Printer]]
    """The class of the format's printers."""

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation = "names") -> None:
        """`notation` is how formulas name symbols."""
        self.sizes = sizes
        self.notation = notation
        self.printer = self.printed_by(notation)
        self.letters = self.printed_by("letters", compact=True)

    def words(self, text: str) -> str:
        """Return a page's markup in this format."""
        return written(text, self.span)

    @abstractmethod
    def span(self, span: Span, inside: str) -> str:
        """Return a stretch of markup; `inside` are the spans in it, written already."""

    @abstractmethod
    def plain(self, text: str) -> str:
        """Return a figure's text: digits, signs and spaces at which no line breaks."""

    @abstractmethod
    def formula(self, formula: Formula, printer: Printer) -> str:
        """Return a formula that stands in a cell, written by one of the two printers."""

    def number(self, value: Exact) -> str:
        """Return an exact number, its digits in groups."""
        return self.plain(grouped(value))

    def signed(self, value: int) -> str:
        """Return a number behind its sign."""
        return self.plain(f"{'+' if value >= 0 else '−'} {grouped(abs(value))}")

    def cell(self, cell: Cell) -> str:
        """Return what a table's cell holds."""
        match cell:
            case str():
                return self.words(cell)
            case Math():
                return self.formula(cell.formula, self.printer)
            case Letters():
                return self.formula(cell.formula, self.letters)
            case Share():
                return self.plain(percent(cell.value))
            case InShort():
                return self.plain(in_short(cell.value))
            case Ratio():
                return self.plain(near(cell.value))
            case Signed():
                return self.signed(cell.value)
            case Typable():
                return str(cell.value)
            case Amount():
                return self.words(with_unit(cell.value, cell.unit))
            case int() | Fraction():
                return self.number(cell)

    def sides(self, part: Equation | Relation, printer: Printer | None = None) -> list[Side]:
        """Return the sides of an equation in the page's notation, those of a relation in letters."""
        return sides(printer or (self.letters if isinstance(part, Relation) else self.printer), part, self.sizes)

    def printers_of(self, formula: Formula) -> list[Printer]:
        """Return the printers of a closed form: letters as books set it, and names where a page has names."""
        if self.notation == "names" and self.printer(formula) != self.letters(formula):
            return [self.letters, self.printer]
        return [self.letters]
