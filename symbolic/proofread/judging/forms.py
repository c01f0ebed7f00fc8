"""Forms in which the last number of a table's row may be made of those before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, operation

Form: TypeAlias = Callable[[tuple[ExpressionNode, ...]], ExpressionNode]


def product(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    """Return the product of numbers."""
    return operation("×", parts, parts[0].start, parts[-1].end)


def added(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    """Return the sum of numbers."""
    return operation("+", parts, parts[0].start, parts[-1].end)


def _with_bias(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    return added((product(parts), parts[-1]))


def _difference(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    return added((parts[0], *(operation("-", (part,), part.start, part.end) for part in parts[1:])))


def _quotient(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    return operation("/", parts[:2], parts[0].start, parts[-1].end)


def _inverse(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    return _quotient(parts[::-1])


RATIOS: tuple[Form, ...] = (_quotient, _inverse)
FORMS: tuple[Form, ...] = (product, added, _with_bias, _difference)
"""How a column may follow from those before it: a product or sum of all, or what two numbers make."""
