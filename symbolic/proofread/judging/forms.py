"""Formulas made of numbers that stand in a text or table."""

from __future__ import annotations

from symbolic.proofread.arithmetic.expression import ExpressionNode, operation


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
