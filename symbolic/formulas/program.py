"""Formulas as data, each part once: what the script of a page evaluates again when a reader changes a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Maximum, Minimum, Root
from symbolic.formulas.shown import Approximate, Blank, Labelled

Node: TypeAlias = str | tuple[str | int, ...]
"""A symbol's name, a number ("7", "1/2"), or an operation and the places of the nodes that it takes."""

OPERATIONS: Mapping[type[Formula], str] = {
    Sum: "+",
    Negative: "-",
    Product: "*",
    Quotient: "/",
    Power: "^",
    Minimum: "min",
    Maximum: "max",
    Ceiling: "ceil",
    Floor: "floor",
}


class Program:
    """Nodes in a list, the parts of each before it; formulas that are alike share theirs.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> program = Program()
    >>> program.place(emb_dim * emb_dim + 3), program.nodes
    (3, ['emb_dim', ('*', 0, 0), '3', ('+', 1, 2)])
    """

    def __init__(self) -> None:
        """An empty one."""
        self.nodes: list[Node] = []
        self._places: dict[Node, int] = {}
        # Formulas are found by their identity, which holds as long as they are kept: equality would walk them.
        self._known: dict[int, tuple[Formula, int]] = {}

    def place(self, formula: Formula) -> int:
        """Return the place of a formula's node; TypeError for one that has no exact value."""
        known = self._known.get(id(formula))
        if known is not None:
            return known[1]
        place = self._place(formula)
        self._known[id(formula)] = formula, place
        return place

    def _place(self, formula: Formula) -> int:
        if type(formula) in (Product, Sum):
            # Most are one of these.
            return self._node((OPERATIONS[type(formula)], *map(self.place, formula.children)))
        match formula:
            case Labelled() | Blank():
                return self.place(formula.formula)
            case Symbol():
                return self._node(formula.name)
            case Number() | Approximate():
                return self._node(str(formula.number))
            case Floor(part=Root(part=part, degree=2)):
                return self._node(("isqrt", self.place(part)))
        if type(formula) not in OPERATIONS:
            raise TypeError(f"{formula} has no exact value that a page could compute again")
        return self._node((OPERATIONS[type(formula)], *map(self.place, formula.children)))

    def _node(self, node: Node) -> int:
        if node not in self._places:
            self._places[node] = len(self.nodes)
            self.nodes.append(node)
        return self._places[node]


def is_whole(formula: Formula) -> bool:
    """Return whether a formula is a whole number for all whole sizes; False where that depends on them.

    >>> from symbolic.formulas.vocabulary import emb_dim, n_heads
    >>> is_whole(3 * emb_dim + 1), is_whole(emb_dim / n_heads)
    (True, False)
    """
    match formula:
        case Product() | Sum():
            return all(map(is_whole, formula.children))
        case Symbol():
            return formula.is_integer
        case Number() | Approximate():
            return formula.number.denominator == 1
        case Ceiling() | Floor():
            return True
        case Quotient() | Root():
            return False
        case Power():
            return is_whole(formula.base) and isinstance(formula.exponent, Number)
    return all(map(is_whole, formula.children))
