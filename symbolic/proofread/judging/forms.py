"""Forms in which the last number of a table's row may be made of those before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, operation

Form: TypeAlias = Callable[[tuple[ExpressionNode, ...]], ExpressionNode]


def product(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    """Return the product of numbers."""
    return operation("×", parts)


def added(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    """Return the sum of numbers."""
    return operation("+", parts)


def quotient(above: ExpressionNode, below: ExpressionNode) -> ExpressionNode:
    """Return one number divided by another one."""
    return operation("/", (above, below))


def inverse(below: ExpressionNode, above: ExpressionNode) -> ExpressionNode:
    """Return the second number divided by the first one."""
    return quotient(above, below)


def difference(more: ExpressionNode, *less: ExpressionNode) -> ExpressionNode:
    """Return a number without others."""
    return added((more, *(operation("-", (part,)) for part in less)))


def bracketed(node: ExpressionNode) -> ExpressionNode:
    """Return a formula in brackets."""
    return operation("()", (node,))


def share(part: ExpressionNode, of: ExpressionNode) -> ExpressionNode:
    """Return a sum as a share of a number."""
    return quotient(bracketed(part), of)


def _with_bias(parts: tuple[ExpressionNode, ...]) -> ExpressionNode:
    return added((product(parts), parts[-1]))


RATIOS: tuple[Form, ...] = (lambda parts: quotient(*parts[:2]), lambda parts: inverse(*parts[:2]))
FORMS: tuple[Form, ...] = (product, added, _with_bias, lambda parts: difference(*parts))
"""How a column may follow from those before it: a product or sum of all, or what two numbers make."""
