r"""Calculations with matrices in TeX, as one equation for each number of a result.

Read are sums, products, products number by number (\odot), multiples and transposes of matrices whose entries are
numbers or calculations with numbers. A side with anything else in it is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from symbolic.proofread.arithmetic.expression import ExpressionNode, Operation
from symbolic.proofread.arithmetic.matrix import NumberMatrix, added, multiplied, negative, one_by_one
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.reading.equations import FormulaReader, WrittenEquation

MOST_ENTRIES = 64
LONGEST = 4_000
DEEPEST = 20
"""How many brackets may stand in each other."""
MATRIX = re.compile(
    r"\\begin\{(?P<kind>[bpB]?matrix)\}(?P<inside>(?:(?!\\begin|\\end).){1,2000}?)\\end\{(?P=kind)\}"
    r"(?P<turned>\s*\^\s*\{?\s*(?:T|\\top|\\intercal|\\(?:mathsf|mathrm|text)\{T\})\s*\}?)?",
    re.DOTALL,
)
RELATION = re.compile(r"=|\\approx(?![a-z])")
LINE = re.compile(r"\\\\(?:\[[^\]]*\])?")
"""The end of a row, or of a line of aligned formulas."""
SPACE = re.compile(
    r"(?:\s|&|\\(?:begin|end)\{(?:aligned|align|split|gather(?:ed)?|equation)\*?\}"
    r"|\\[,;:! ]|\\q?quad(?![a-z])|\\(?:left|right|big|Big)(?![a-z]))+"
)
SIGN = re.compile(r"\\(?:cdot|times|odot|circ)(?![a-z])|[-+−*·×⊙]")
PRODUCTS = frozenset({r"\cdot", r"\times", "*", "·", "×"})
ONE_BY_ONE = frozenset({r"\odot", r"\circ", "⊙"})
NUMBER = re.compile(r"\d[\d.,]{0,20}(?:\{,\}\d+)*|\\[dt]?frac\{[-\d. ]+\}\{[\d. ]+\}")
END = re.compile(r"[.,;]?\Z")


def matrices(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield an equation for each number of a matrix that is worked out of matrices."""
    text = reader.document.text
    for start, end in reader.document.math:
        if end - start <= LONGEST and text.find("matrix}", start, end) >= 0:
            yield from _chain(reader, start, end)


def _chain(reader: FormulaReader, start: int, end: int) -> Iterator[WrittenEquation]:
    """Yield the equations of a formula: of each two sides beside each other that can be worked out."""
    inside = [match.span() for match in MATRIX.finditer(reader.document.text, start, end)]
    relations = [
        match
        for match in RELATION.finditer(reader.document.text, start, end)
        if not any(first <= match.start() < last for first, last in inside)
    ]
    bounds = [start, *(match.end() for match in relations)], [*(match.start() for match in relations), end]
    sides = list(zip(*bounds, strict=True))
    for match, (left, right) in zip(relations, pairwise(sides), strict=True):
        found = [_side(reader, *_lines(reader, left, inside)[-1]), _side(reader, *_lines(reader, right, inside)[0])]
        if found[0] and found[1] and not (found[0].is_number and found[1].is_number):
            yield from _equal(*found, relation="=" if match[0] == "=" else "≈")  # type: ignore[arg-type]


def _lines(reader: FormulaReader, side: tuple[int, int], inside: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the lines of a side that have something in them; the ends of rows are none."""
    found, start = [], side[0]
    for match in [*LINE.finditer(reader.document.text, *side), None]:
        if match and any(first <= match.start() < last for first, last in inside):
            continue
        line = (start, match.start() if match else side[1])
        if SPACE.sub("", reader.document.text[slice(*line)]):
            found.append(line)
        start = match.end() if match else start
    return found or [side]


def _equal(left: NumberMatrix, right: NumberMatrix, *, relation: str) -> Iterator[WrittenEquation]:
    """Yield the equations of two sides; none where nothing is worked out."""
    entries = (entry for row in (*left.rows, *right.rows) for entry in row)
    worked_out = any(isinstance(entry, Operation) and entry.sign != "-" for entry in entries)
    if left.shape != right.shape or not worked_out:
        return
    for one, other in zip(left.rows, right.rows, strict=True):
        for side, result in zip(one, other, strict=True):
            if side != result:
                yield WrittenEquation("row", result.start, result.end, (side, result), (relation,))


def _side(reader: FormulaReader, start: int, end: int) -> NumberMatrix | None:
    """Return what a side is, or None where it has anything else in it or its matrices don't fit."""
    try:
        return _Reading(reader, start, end).whole()
    except Unread:
        return None


class _Reading:
    """A side that is read from left to right."""

    def __init__(self, reader: FormulaReader, start: int, end: int) -> None:
        self.reader, self.text, self.at, self.end = reader, reader.document.text, start, end
        self.depth = 0

    def whole(self) -> NumberMatrix:
        """Return the matrix of the side; Unread where it does not end behind it."""
        found = self.sum()
        if not END.match(SPACE.sub("", self.text[self.at : self.end])):
            raise Unread("something else than matrices and numbers")
        return found

    def sum(self) -> NumberMatrix:
        """Return terms with signs between them."""
        found = self.signed()
        while (sign := self.sign()) in ("+", "-", "−"):
            found = added(found, self.product() if sign == "+" else negative(self.product()))
        if sign:
            raise Unread("a sign without a matrix behind it")
        return found

    def signed(self) -> NumberMatrix:
        """Return the first term, which may have a minus before it."""
        place = self.at
        if self.sign() in ("-", "−"):
            return negative(self.product())
        self.at = place
        return self.product()

    def product(self) -> NumberMatrix:
        """Return factors, with or without signs between them."""
        found = self.factor()
        while True:
            place = self.at
            sign = self.sign()
            if sign in ("+", "-", "−"):
                self.at = place
                return found
            try:
                other = self.factor()
            except Unread:
                if sign:
                    raise
                self.at = place
                return found
            if sign in PRODUCTS and found.shape == other.shape != (1, 1):
                raise Unread("a product of matrices, or of their numbers one by one")
            found = one_by_one(found, other) if sign in ONE_BY_ONE else multiplied(found, other)

    def factor(self) -> NumberMatrix:
        """Return a matrix, a number, or what stands in brackets."""
        self.space()
        if match := MATRIX.match(self.text, self.at, self.end):
            self.at = match.end()
            found = self.matrix(match)
            return NumberMatrix(tuple(zip(*found.rows, strict=True))) if match["turned"] else found
        if match := NUMBER.match(self.text, self.at, self.end):
            self.at = match.end()
            return NumberMatrix(((self.entry(match.start(), match.end()),),), is_number=True)
        if self.text.startswith("(", self.at) and self.at < self.end:
            self.at, self.depth = self.at + 1, self.depth + 1
            if self.depth > DEEPEST:
                raise Unread("too many brackets in each other")
            found = self.sum()
            self.depth -= 1
            self.space()
            if not self.text.startswith(")", self.at):
                raise Unread("a bracket that does not end")
            self.at += 1
            return found
        raise Unread("no matrix")

    def matrix(self, match: re.Match[str]) -> NumberMatrix:
        """Return the entries of a matrix."""
        rows, start, end = [], *match.span("inside")
        ends = [*((line.start(), line.end()) for line in LINE.finditer(self.text, start, end)), (end, end)]
        for last, following in ends:
            if self.text[start:last].strip():
                rows.append(tuple(self.row(start, last)))
            start = following
        if not rows or len({len(row) for row in rows}) > 1 or len(rows) * len(rows[0]) > MOST_ENTRIES:
            raise Unread("a matrix without entries, or with rows of different lengths")
        return NumberMatrix(tuple(rows))

    def row(self, start: int, end: int) -> Iterator[ExpressionNode]:
        """Yield the entries of a row."""
        for entry in self.text[start:end].split("&"):
            yield self.entry(start, start + len(entry))
            start += len(entry) + 1

    def entry(self, start: int, end: int) -> ExpressionNode:
        """Return a number or a calculation with numbers."""
        found = self.reader.expression(start, end)
        if found.names:
            raise Unread("a name")
        return found

    def sign(self) -> str:
        """Return the sign that stands here and go on behind it; "" where none does."""
        self.space()
        match = SIGN.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def space(self) -> None:
        """Go on behind spaces."""
        if match := SPACE.match(self.text, self.at, self.end):
            self.at = match.end()
