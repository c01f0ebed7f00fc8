"""Chains with a logarithm of no base, which may be that to e, 2 or 10, and with e^x, which may be an exponential."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation, bare
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.grammar.tokens import OF_LOGARITHM
from symbolic.proofread.reading.equations import WrittenEquation

EULER = "e"
LOGARITHMS = (None, "2", "10")
"""The usual bases of a logarithm; None stands for e."""
BASES = len(LOGARITHMS)


def in_each_base(equation: WrittenEquation) -> Iterator[WrittenEquation]:
    """Yield a chain with logarithms of unknown base in each of the bases e, 2 and 10; nothing for other chains."""
    if any(name.text == OF_LOGARITHM for name in equation.names):
        for base in LOGARITHMS:
            yield equation.with_sides(partial(_to_base, base))


def with_exponentials(equation: WrittenEquation) -> WrittenEquation:
    """Return a chain with exp(x) for each e^x of numbers; the same chain where it has none, or an e of another kind."""
    if not any(name.text == EULER for name in equation.names):
        return equation
    certain = powers_of_euler(equation)
    sides = tuple(
        _exponential(side) if certain or {name.text for name in side.names} == {EULER} else side
        for side in equation.sides
    )
    other = any(name.text == EULER for side in sides for name in side.names)
    return equation if other else replace(equation, sides=sides)


def powers_of_euler(equation: WrittenEquation) -> bool:
    """Return whether an exponent of e is negative or a fraction, as only that of Euler's number is."""
    parts = (part for side in equation.sides for part in side.walk() if isinstance(part, Operation))
    exponents = [part.parts[1] for part in parts if part.sign == "^" and isinstance(part.parts[0], Name)]
    return any("-" in one.signs or any(number.figure.rounded for number in one.numbers) for one in exponents)


def _exponential(node: ExpressionNode) -> ExpressionNode:
    if not isinstance(node, Operation):
        return node
    parts = tuple(map(_exponential, node.parts))
    if node.sign == "^" and isinstance(parts[0], Name) and parts[0].text == EULER:
        return replace(node, sign="exp", parts=(bare(parts[1]),))
    return node.with_parts(parts)


def _to_base(base: str | None, node: ExpressionNode) -> ExpressionNode:
    """Return the formula with this base for its logarithms; None stands for e."""
    if not isinstance(node, Operation):
        return node
    parts = tuple(_to_base(base, _of_euler(part) if node.sign == "log" else part) for part in node.parts)
    if node.sign != "log" or not (isinstance(parts[0], Name) and parts[0].text == OF_LOGARITHM):
        return node.with_parts(parts)
    if base is None:
        return replace(node, sign="ln", parts=parts[1:])
    return replace(node, parts=(NumberNode(node.start, node.start, figure(base, "")), parts[1]))


def _of_euler(node: ExpressionNode) -> ExpressionNode:
    """Return Euler's number for its name, as in log e."""
    if isinstance(node, Name) and node.text == EULER:
        return Operation(node.start, node.end, "exp", (NumberNode(node.start, node.start, figure("1", "")),))
    return node
