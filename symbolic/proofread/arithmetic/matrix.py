"""Matrices whose entries are calculations with numbers: their sums, products and multiples, entry by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, operation
from symbolic.proofread.arithmetic.numbers import Unread


class NumberMatrix(NamedTuple):
    """Rows of entries; a number is a matrix of one row and one column that multiplies any other."""

    rows: tuple[tuple[ExpressionNode, ...], ...]
    is_number: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.rows), len(self.rows[0])


def negative(one: NumberMatrix) -> NumberMatrix:
    """Return a matrix with the other signs."""
    return each(lambda entry: operation("-", (entry,)), one)


def _together(sign: str, one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    if one.shape != other.shape:
        raise Unread("matrices of different shapes")
    rows = tuple(
        tuple(operation(sign, (left, right)) for left, right in zip(*pair, strict=True))
        for pair in zip(one.rows, other.rows, strict=True)
    )
    return NumberMatrix(rows, one.is_number and other.is_number)


def added(one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    """Return the sum; Unread where the shapes differ."""
    return _together("+", one, other)


def one_by_one(one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    """Return the products of the numbers in the same places; Unread where the shapes differ."""
    return _together("×", one, other)


def multiplied(one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    """Return a multiple of a matrix, or the product of two; Unread where rows and columns don't fit."""
    if one.is_number or other.is_number:
        number, rest = (one, other) if one.is_number else (other, one)
        return each(lambda entry: operation("×", (number.rows[0][0], entry)), rest)
    if one.shape[1] != other.shape[0]:
        raise Unread("matrices that don't fit")
    columns = tuple(zip(*other.rows, strict=True))
    return NumberMatrix(tuple(tuple(_inner(row, column) for column in columns) for row in one.rows))


def _inner(row: tuple[ExpressionNode, ...], column: tuple[ExpressionNode, ...]) -> ExpressionNode:
    terms = tuple(operation("×", pair) for pair in zip(row, column, strict=True))
    return terms[0] if len(terms) == 1 else operation("+", terms)


def turned(one: NumberMatrix) -> NumberMatrix:
    """Return the transpose."""
    return NumberMatrix(tuple(zip(*one.rows, strict=True)), one.is_number)


def aligned(one: NumberMatrix, other: NumberMatrix) -> tuple[NumberMatrix, NumberMatrix]:
    """Return a row and a column of as many numbers as two rows; other matrices as they are."""
    if one.shape == other.shape[::-1] and 1 in one.shape:
        return (one, turned(other)) if one.shape[0] == 1 else (turned(one), other)
    return one, other


def inner(one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    """Return the inner product of two lists of one shape."""
    numbers = ([entry for row in matrix.rows for entry in row] for matrix in (one, other))
    return NumberMatrix(((_inner(*map(tuple, numbers)),),), is_number=True)


def each(call: Callable[[ExpressionNode], ExpressionNode], one: NumberMatrix) -> NumberMatrix:
    """Return a matrix with a function of each entry."""
    return NumberMatrix(tuple(tuple(map(call, row)) for row in one.rows), one.is_number)


def divided(one: NumberMatrix, number: NumberMatrix) -> NumberMatrix:
    """Return a matrix over a number; Unread where it is another matrix."""
    if not number.is_number:
        raise Unread("a matrix as a divisor")
    divisor = number.rows[0][0]
    return each(lambda entry: operation("/", (entry, divisor)), one)


def softmax(one: NumberMatrix) -> NumberMatrix:
    """Return the shares of the exponentials in their sum, row by row; a column is one row."""
    if one.shape[1] == 1:
        return turned(softmax(turned(one)))
    rows = []
    for powers in each(ENTRY_BY_ENTRY["exp"], one).rows:
        total = operation("()", (operation("+", powers),))
        rows.append(tuple(operation("/", (power, total)) for power in powers))
    return NumberMatrix(tuple(rows))


def _function(sign: str) -> Callable[[ExpressionNode], ExpressionNode]:
    return lambda entry: operation(sign, (entry,))


ENTRY_BY_ENTRY: Mapping[str, Callable[[ExpressionNode], ExpressionNode]] = {
    **{name: _function(name) for name in ("relu", "tanh", "exp")},
    **dict.fromkeys(("sigmoid", "sigma", "σ"), _function("sigmoid")),
}
"""Functions of each entry by itself."""
