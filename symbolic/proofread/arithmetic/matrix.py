"""Matrices whose entries are calculations with numbers: their sums, products and multiples, entry by entry."""

from __future__ import annotations

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


def _place(*parts: ExpressionNode) -> tuple[int, int]:
    return min(part.start for part in parts), max(part.end for part in parts)


def negative(one: NumberMatrix) -> NumberMatrix:
    """Return a matrix with the other signs."""
    rows = tuple(tuple(operation("-", (entry,), *_place(entry)) for entry in row) for row in one.rows)
    return NumberMatrix(rows, one.is_number)


def _together(sign: str, one: NumberMatrix, other: NumberMatrix) -> NumberMatrix:
    if one.shape != other.shape:
        raise Unread("matrices of different shapes")
    rows = tuple(
        tuple(operation(sign, (left, right), *_place(left, right)) for left, right in zip(*pair, strict=True))
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
    for number, rest in ((one, other), (other, one)):
        if number.is_number:
            factor = number.rows[0][0]
            rows = tuple(
                tuple(operation("×", (factor, entry), *_place(factor, entry)) for entry in row) for row in rest.rows
            )
            return NumberMatrix(rows, one.is_number and other.is_number)
    if one.shape[1] != other.shape[0]:
        raise Unread("matrices that don't fit")
    columns = tuple(zip(*other.rows, strict=True))
    return NumberMatrix(tuple(tuple(_inner(row, column) for column in columns) for row in one.rows))


def _inner(row: tuple[ExpressionNode, ...], column: tuple[ExpressionNode, ...]) -> ExpressionNode:
    terms = tuple(operation("×", pair, *_place(*pair)) for pair in zip(row, column, strict=True))
    return terms[0] if len(terms) == 1 else operation("+", terms, *_place(*terms))
