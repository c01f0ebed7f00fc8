"""Sides of equations with matrices: sums, products, multiples, transposes and functions of matrices and of lists.

Read are matrices of TeX, and lists of numbers in brackets, [1, 2] or [[1, 2], [3, 4]], in TeX and in text. Entries are
numbers or calculations with numbers. A side with anything else in it is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.arithmetic import matrix
from symbolic.proofread.arithmetic.expression import ExpressionNode, Operation
from symbolic.proofread.arithmetic.matrix import NumberMatrix
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.reading.formula_reader import FormulaReader

MOST_ENTRIES = 64
DEEPEST = 20
"""How many brackets may stand in each other."""
TURNED = r"(?:\s*\^\s*\{?\s*(?:T(?!\w)|\\top|\\intercal|\\(?:mathsf|mathrm|text)\{T\})\s*\}?|\.T(?!\w)|ᵀ)"
MATRIX = re.compile(
    r"\\begin\{(?P<kind>[bpB]?matrix)\}(?P<inside>(?:(?!\\begin|\\end).){1,2000}?)\\end\{(?P=kind)\}", re.DOTALL
)
LIST = re.compile(r"\[(?P<inside>[^\[\]\n]{1,600})\]")
TRANSPOSE = re.compile(TURNED)
LINE = re.compile(r"\\\\(?:\[[^\]]*\])?")
"""The end of a row, or of a line of aligned formulas."""
SPACE = re.compile(
    r"(?:\s|&|\\(?:begin|end)\{(?:aligned|align|split|gather(?:ed)?|equation)\*?\}"
    r"|\\[,;:! ]|\\q?quad(?![a-z])|\\(?:left|right|[bB]igg?[lr]?)(?![a-z]))+"
)
SIGN = re.compile(r"\\(?:cdot|times|odot|circ)(?![a-z])|[-+−*·⋅×⊙∘/@]")
INNER = frozenset({r"\cdot", "·", "⋅", "@"})
PRODUCTS = frozenset({*INNER, r"\times", "*", "×"})
ONE_BY_ONE = frozenset({r"\odot", r"\circ", "⊙", "∘"})
NUMBER = re.compile(r"\d[\d.,]{0,20}(?:\{,\}\d+)*(?<![.,])|\\[dt]?frac\{[-\d. ]+\}\{[\d. ]+\}")
CALLED = re.compile(
    r"\\?(?:(?:text|mathrm|operatorname)\{)?"
    r"(?P<name>softmax|relu|tanh|sigmoid|sigma(?![a-z])|exp|σ)\}?\s*(?:\\left\s*)?(?=\()",
    re.IGNORECASE,
)


class MatrixSide:
    """A side that is read from left to right; `certain` is false where lists of whole numbers may be shapes."""

    def __init__(self, reader: FormulaReader, start: int, end: int, *, tex: bool) -> None:
        self.reader, self.at, self.end, self.tex = reader, start, end, tex
        self.text = reader.document.text if tex else reader.document.prose
        self.depth = 0
        self.lists = False
        self.certain = False

    @property
    def rest(self) -> str:
        """What stands behind what was read."""
        return self.text[self.at : self.end]

    def sum(self) -> NumberMatrix:
        """Return terms with signs between them."""
        found = self.signed()
        while (sign := self.sign()) in ("+", "-", "−"):
            found = matrix.added(
                *self.fitted(found, self.product() if sign == "+" else matrix.negative(self.product()))
            )
        if sign:
            raise Unread("a sign without a matrix behind it")
        return found

    def fitted(self, one: NumberMatrix, other: NumberMatrix) -> tuple[NumberMatrix, NumberMatrix]:
        """Return two matrices of one shape: of a list it is not always said whether it is a row or a column."""
        return matrix.aligned(one, other) if self.lists else (one, other)

    def signed(self) -> NumberMatrix:
        """Return the first term, which may have a minus before it."""
        place = self.at
        if self.sign() in ("-", "−"):
            return matrix.negative(self.product())
        self.at = place
        return self.product()

    def product(self) -> NumberMatrix:
        """Return factors; in TeX they may stand beside each other without a sign."""
        found = self.factor()
        while True:
            place = self.at
            sign = self.sign()
            if sign in ("+", "-", "−") or not (sign or self.tex):
                self.at = place
                return found
            try:
                other = self.factor()
            except Unread:
                if sign:
                    raise
                self.at = place
                return found
            found = self.multiplied(found, sign, other)

    def multiplied(self, one: NumberMatrix, sign: str, other: NumberMatrix) -> NumberMatrix:
        """Return what a sign between two matrices makes; none stands for a product."""
        if sign == "/":
            return matrix.divided(one, other)
        if sign in ONE_BY_ONE:
            return matrix.one_by_one(*self.fitted(one, other))
        alike = one.shape == other.shape and one.shape != (1, 1)
        if alike and self.lists and 1 in one.shape:
            self.certain |= sign in INNER
            return matrix.inner(one, other) if sign in INNER else matrix.one_by_one(one, other)
        if alike and sign in PRODUCTS and not self.lists:
            raise Unread("a product of matrices, or of their numbers one by one")
        if self.lists and one.shape[1] != other.shape[0] and other.shape[0] == 1 and not other.is_number:
            # A list behind a matrix is a column.
            other = matrix.turned(other) if one.shape[1] == other.shape[1] else other
        return matrix.multiplied(one, other)

    def factor(self) -> NumberMatrix:
        """Return a matrix, a list, a number, a function of them, or what stands in brackets."""
        self.space()
        if match := MATRIX.match(self.text, self.at, self.end):
            self.at = match.end()
            return self.transposed(self.matrix(match))
        if self.text.startswith("[", self.at):
            return self.transposed(self.list())
        if match := NUMBER.match(self.text, self.at, self.end):
            self.at = match.end()
            return NumberMatrix(((self.entry(match.start(), match.end()),),), is_number=True)
        called = CALLED.match(self.text, self.at, self.end)
        self.at = called.end() if called else self.at
        if self.text.startswith("(", self.at) and self.at < self.end:
            found = self.bracket()
            return self.called(called["name"].lower(), found) if called else self.transposed(found)
        raise Unread("no matrix")

    def bracket(self) -> NumberMatrix:
        """Return what stands in round brackets."""
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

    def called(self, name: str, inside: NumberMatrix) -> NumberMatrix:
        """Return a function of a list or matrix; σ of a matrix may be any function."""
        if not self.lists and name in ("σ", "sigma"):
            raise Unread("a letter that may be any function")
        self.certain = True
        return matrix.softmax(inside) if name == "softmax" else matrix.each(matrix.ENTRY_BY_ENTRY[name], inside)

    def transposed(self, found: NumberMatrix) -> NumberMatrix:
        """Return the transpose of a matrix with a T behind it, else the matrix."""
        match = TRANSPOSE.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at
        return matrix.turned(found) if match else found

    def list(self) -> NumberMatrix:
        """Return a list in brackets as a row, a list of lists as rows; one number in brackets is that number."""
        if match := LIST.match(self.text, self.at, self.end):
            self.at = match.end()
            row = tuple(self.row(*match.span("inside"), ","))
            # One number in brackets may be a reference.
            self.lists |= len(row) > 1 or isinstance(row[0], Operation)
            return self.bounded((row,), is_number=len(row) == 1)
        rows, self.lists = [], True
        self.at += 1
        while match := LIST.match(self.text, self.space(), self.end):
            rows.append(tuple(self.row(*match.span("inside"), ",")))
            self.at = match.end()
            self.space()
            if self.text.startswith(",", self.at):
                self.at += 1
        if not self.text.startswith("]", self.at):
            raise Unread("a list that does not end")
        self.at += 1
        return self.bounded(tuple(rows))

    def matrix(self, match: re.Match[str]) -> NumberMatrix:
        """Return the entries of a matrix."""
        rows, start, end = [], *match.span("inside")
        ends = [*((line.start(), line.end()) for line in LINE.finditer(self.text, start, end)), (end, end)]
        for last, following in ends:
            if self.text[start:last].strip():
                rows.append(tuple(self.row(start, last, "&")))
            start = following
        return self.bounded(tuple(rows))

    def bounded(self, rows: tuple[tuple[ExpressionNode, ...], ...], *, is_number: bool = False) -> NumberMatrix:
        """Return a matrix of rows; Unread where they don't fit or are too many."""
        if not rows or len({len(row) for row in rows}) > 1 or len(rows) * len(rows[0]) > MOST_ENTRIES:
            raise Unread("a matrix without entries, or with rows of different lengths")
        return NumberMatrix(rows, is_number)

    def row(self, start: int, end: int, between: str) -> Iterator[ExpressionNode]:
        """Yield the entries of a row."""
        for entry in self.text[start:end].split(between):
            yield self.entry(start, start + len(entry))
            start += len(entry) + 1

    def entry(self, start: int, end: int) -> ExpressionNode:
        """Return a number or a calculation with numbers."""
        found = self.reader.expression(start, end, tex=self.tex)
        if found.names:
            raise Unread("a name")
        return found

    def sign(self) -> str:
        """Return the sign that stands here and go on behind it; "" where none does."""
        self.space()
        match = SIGN.match(self.text, self.at, self.end)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def space(self) -> int:
        """Go on behind spaces."""
        if match := SPACE.match(self.text, self.at, self.end):
            self.at = match.end()
        return self.at
