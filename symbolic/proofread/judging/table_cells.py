"""The cells of a table as formulas and numbers, read when they are asked for."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.units import MEASURES, with_unit
from symbolic.proofread.grammar.parsing import parse
from symbolic.proofread.grammar.tokens import OPERATORS, Token
from symbolic.proofread.judging.column_names import column_of
from symbolic.proofread.judging.proportions import Row
from symbolic.proofread.reading.document import DocumentTable, Stretch
from symbolic.proofread.reading.formula_reader import FormulaReader

Cell: TypeAlias = tuple[Stretch, ...]

BOUND = re.compile(r"(?:[<>≤≥]|&[lg]t;|\\(?:le|ge|lt|gt)q?|\\text(?:less|greater)(?:\{\})?)(?:&nbsp;|[~$\s\x01])*\Z")
"""What stands before a number that only bounds another one: less than 0.1 %."""
UNIT_LETTERS = frozenset("shWJM")
"""Letters behind the number of a cell that are its unit or scale: 53.4 s, 160 M."""
MULTIPLES = frozenset({"x", "×", "X", "倍"})


class TableCells:
    """A table whose first row has the names of its columns."""

    def __init__(self, reader: FormulaReader, table: DocumentTable) -> None:
        self.reader = reader
        head, *self.rows = table.rows
        self.read: dict[Cell, tuple[str, ExpressionNode] | None] = {}
        self.names = [self.words(cell) for cell in head]

    def words(self, cell: Cell) -> str:
        """Return the words of a cell in small letters, as they are shown."""
        written = " ".join(self.reader.document.prose[start:end] for start, end in cell)
        return " ".join(written.replace("\x01", "").replace("\x00", " ").split()).strip(" *#").lower()

    def column(self, role: str) -> int:
        """Return the index of the column that has a role by its name; -1 where none has."""
        return column_of(role, self.names)

    def number(self, row: tuple[Cell, ...], index: int) -> tuple[str, ExpressionNode] | None:
        """Return the number of a cell, or the formula without names, with the relation before it; else None."""
        cell = row[index] if index < len(row) else ()
        # Most other cells are names, which need not be parsed; a macro may stand for a number.
        if cell not in self.read and not (self.has_digit(cell) or self.reader.document.macros):
            return None
        found = self.node(row, index)
        return found if found and not found[1].names else None

    def has_digit(self, cell: Cell) -> bool:
        """Return whether a cell has a digit, which is quickly seen."""
        text = self.reader.document.text
        return any(any(map(str.isnumeric, text[start:end])) for start, end in cell)

    def positive(self, row: tuple[Cell, ...], *, signed: bool = False) -> Row:
        """Return the numbers of a row without their units, and without signs if those may have one, else None."""
        read = (self.has_digit(cell) and self.number(row, index) for index, cell in enumerate(row))
        text = self.reader.document.text
        sides = [
            found[1] if found and not BOUND.search(text, max(0, found[1].start - 9), found[1].start) else None
            for found in read
        ]
        if signed:
            sides = [side.parts[0] if isinstance(side, Operation) and is_signed(side) else side for side in sides]
        return [
            _unsigned(side, signed, text) if isinstance(side, NumberNode) and _is_positive(side) else None
            for side in sides
        ]

    def node(self, row: tuple[Cell, ...], index: int) -> tuple[str, ExpressionNode] | None:
        """Return the formula or number of a cell, with the relation before it; None if it can't be read."""
        cell = row[index] if index < len(row) else ()
        if cell not in self.read:
            try:
                self.read[cell] = self.parsed(row, index)
            except (Unread, ValueError):
                self.read[cell] = None
        return self.read[cell]

    def parsed(self, row: tuple[Cell, ...], index: int) -> tuple[str, ExpressionNode]:
        """Return the formula or number of a cell, with the relation before it; raise Unread or ValueError otherwise."""
        tokens = self.reader.cell(row[index]) if index < len(row) else []
        relation = "="
        if tokens and tokens[0].type == "RELATION":
            relation, tokens = str(tokens[0].value), tokens[1:]
        before = [None, *tokens]
        [side], _ = parse([_named(token, last) for token, last in zip(tokens, before, strict=False)])
        return relation, with_unit(side, UNIT_LETTERS)


def is_signed(side: ExpressionNode) -> bool:
    """Return whether a cell has a sign before its number."""
    return isinstance(side, Operation) and len(side.parts) == 1


def _unsigned(side: NumberNode, in_seconds: bool, text: str) -> NumberNode:
    """Return a number without its unit; times of different units are compared in one of them, 10 ms and 7 ns.

    The sign of a multiple, 2.5×, is shown with it.
    """
    unit = MEASURES.get(side.unit) if in_seconds else None
    size = Fraction(unit.size) if unit and unit.measures == "time" else Fraction(1)
    behind = text[side.end : side.end + 1]
    written = f"{side.figure.shown} {side.unit if unit else ''}".rstrip() + (behind if behind in MULTIPLES else "")
    return NumberNode(side.start, side.end, side.figure.times(size)._replace(shown=written))


def _is_positive(side: ExpressionNode) -> bool:
    return isinstance(side, NumberNode) and side.figure.value > 0


def _named(token: Token, before: Token | None) -> Token:
    """Return the token of a cell, a word as a name, or as an annotation behind a number: 1,024 tokens."""
    if token.type == "LABEL" and str(token.value).startswith("[") and (before is None or before.type in OPERATORS):
        return Token("OPAQUE", token.start, token.end, str(token.value).strip("[]"))
    if token.type != "WORD":
        return token
    counts = before is not None and before.type == "NUMBER"
    return Token("ANNOTATION" if counts else "NAME", token.start, token.end, token.value)
