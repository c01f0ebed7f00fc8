"""Whether two formulas with names are the same for all sizes: SymPy's answer, asked only where it comes quickly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import mul

from symbolic import formula
from symbolic.algebra import primary
from symbolic.formula import Formula, Symbol
from symbolic.proofread.expression import Name, Node, Number, Operation

MOST_NODES = 60
HIGHEST_POWER = 4
MOST_BITS = 512


def identical(
    left: Node, right: Node, symbols: Mapping[str, Symbol], definitions: Mapping[Symbol, Formula]
) -> bool | None:
    """Whether they are; None where that isn't asked: too long, or not made of sums, products and powers."""
    if sum(1 for side in (left, right) for _ in side.walk()) > MOST_NODES:
        return None
    written = [_formula(side, symbols) for side in (left, right)]
    if written[0] is None or written[1] is None:
        return None
    import sympy

    first, second = (primary(side, definitions).algebra for side in written if side is not None)
    top, _ = sympy.fraction(sympy.together(first - second))
    return bool(sympy.expand(top) == 0)


def _formula(node: Node, symbols: Mapping[str, Symbol]) -> Formula | None:
    """The formula that a node writes, in the vocabulary's symbols where it has them."""
    if isinstance(node, Number):
        value = node.figure.value
        return formula.Number(value) if value.numerator.bit_length() <= MOST_BITS else None
    if isinstance(node, Name):
        return symbols.get(node.text) or Symbol(node.text, node.text, "", node.text)
    if not isinstance(node, Operation) or node.sign not in MADE or (node.sign == "^" and not _low(node.parts[1])):
        return None
    parts = [_formula(part, symbols) for part in node.parts]
    known = [part for part in parts if part is not None]
    return MADE[node.sign](known) if len(known) == len(parts) else None


def _low(exponent: Node) -> bool:
    while isinstance(exponent, Operation) and exponent.sign == "()":
        exponent = exponent.parts[0]
    return isinstance(exponent, Number) and exponent.figure.value in range(HIGHEST_POWER + 1)


MADE: Mapping[str, Callable[[list[Formula]], Formula]] = {
    "+": lambda parts: formula.Sum(tuple(parts)),
    "-": lambda parts: formula.Negative(parts[0]),
    "×": lambda parts: reduce(mul, parts),
    "beside": lambda parts: reduce(mul, parts),
    "/": lambda parts: parts[0] / parts[1],
    "^": lambda parts: parts[0] ** parts[1],
    "()": lambda parts: parts[0],
}
