"""Comparison of two formulas with names for all sizes, by SymPy, within bounds that keep it quick."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.in_sympy import in_sympy
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation, evaluate
from symbolic.proofread.arithmetic.numbers import Unread, figure
from symbolic.proofread.arithmetic.ranges import Unknown

if TYPE_CHECKING:
    from sympy import Expr

MOST_NODES = 60
MOST_INLINED = 600
HIGHEST_DEGREE = 24
MOST_BITS = 512
LEAST_SIZE = 3
"""The first size with which formulas are compared."""
DEEPEST = 6
"""The number of rounds in which names are replaced by their formulas."""


@dataclass
class Algebra:
    """The formulas of one document: `said` has those that it gives for names, `definitions` those of the model."""

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[Symbol, Formula] = field(default_factory=dict)
    said: Mapping[str, ExpressionNode] = field(default_factory=dict)

    def identical(self, left: ExpressionNode, right: ExpressionNode) -> bool | None:
        """Return whether two formulas are equal for all sizes.

        None where they are too long, have too high powers, or have more than arithmetic in them.
        """
        if _count(left) + _count(right) > MOST_NODES:
            return None
        for one, other in self._as_said(left, right):
            if self.differ(one, other):
                continue
            first, second = self.expression(one), self.expression(other)
            if first is None or second is None:
                return None
            difference = first - second
            if _is_zero(difference) or _is_zero(self.primary(difference)):
                return True
        return False

    def _as_said(self, left: ExpressionNode, right: ExpressionNode) -> Iterator[tuple[ExpressionNode, ExpressionNode]]:
        """Yield two formulas as written, then with the document's formulas in place of names, if it has any for them.

        In a derivative a name is a variable, even if the document says what it is.
        """
        yield left, right
        one, other = self.inlined(left), self.inlined(right)
        if one is not left or other is not right:
            yield one, other

    def differ(self, one: ExpressionNode, other: ExpressionNode) -> bool:
        """Return whether some sizes give two formulas different values, so that SymPy need not be asked."""
        meant = {name.text: self.symbols.get(name.text) for side in (one, other) for name in side.names}
        if not (_is_plain(one) and _is_plain(other)) or any(symbol in self.definitions for symbol in meant.values()):
            return False
        names = sorted({symbol.name if symbol else name for name, symbol in meant.items()})
        sizes = {name: LEAST_SIZE + 2 * index for index, name in enumerate(names)}
        values = {name: sizes[symbol.name if symbol else name] for name, symbol in meant.items()}
        try:
            first, second = (evaluate(side, values.__getitem__) for side in (one, other))
        except (Unread, Unknown):
            return False
        return first.is_exact and second.is_exact and first != second

    def constant(self, node: ExpressionNode) -> Exact | None:
        """Return the number that a quotient is for all sizes, N / (12 N); None for any other formula."""
        times = Counter(name.text for name in node.names)
        if "/" not in node.signs or min(times.values()) < 2 or _count(node) > MOST_NODES:
            return None
        try:
            value = evaluate(node, dict.fromkeys(times, LEAST_SIZE).__getitem__).low
        except (Unread, Unknown):
            return None
        number = NumberNode(node.start, node.end, figure("0", "")._replace(value=value))
        return value if self.identical(node, number) else None

    def inlined(self, node: ExpressionNode, known: Callable[[str], object] = lambda _: None) -> ExpressionNode:
        """Return the formula with the document's own formulas in place of names, as far as it stays short.

        Names of the vocabulary stay, and those that are `known`.
        """
        for _ in range(DEEPEST):
            before, node = node, self._inlined(node, known)
            if node is before or _count(node) > MOST_INLINED:
                break
        return node if _count(node) <= MOST_INLINED else before

    def _inlined(self, node: ExpressionNode, known: Callable[[str], object]) -> ExpressionNode:
        if isinstance(node, Name):
            meant = self.said.get(node.text) if node.text not in self.symbols and not known(node.text) else None
            return Operation(node.start, node.end, "()", (meant,)) if meant else node
        if not isinstance(node, Operation) or node.sign == "∂":
            return node
        return node.with_parts(tuple([self._inlined(part, known) for part in node.parts]))

    def primary(self, formula: Expr) -> Expr:
        """Return the formula in terms of sizes that are not defined by others."""
        meanings = {in_sympy(symbol): in_sympy(definition) for symbol, definition in self.definitions.items()}
        for _ in range(DEEPEST):
            before, formula = formula, formula.xreplace(meanings)
            if formula == before:
                break
        return formula

    def symbol(self, name: str) -> Expr:
        """Return the SymPy symbol of a name: the vocabulary's where it has one, else a new one."""
        return in_sympy(self.symbols.get(name) or Symbol(name, name, "", name))

    def expression(self, node: ExpressionNode) -> Expr | None:
        """Return the SymPy expression of a node; None where it is too large, infinite, or more than arithmetic."""
        if not _is_short(node):
            return None
        import sympy

        made = self._made(node)
        return None if made is None or made.has(sympy.zoo, sympy.nan, sympy.oo) else made

    def _made(self, node: ExpressionNode) -> Any:
        import sympy

        if isinstance(node, NumberNode):
            value = node.figure.value
            return sympy.Rational(value.numerator, value.denominator) if _is_small(node) else None
        if isinstance(node, Name):
            return self.symbol(node.text)
        if not isinstance(node, Operation):
            return None
        if node.sign == "∂":
            return self._derivative(node)
        parts = [self._made(part) for part in node.parts]
        if node.sign not in MADE or any(part is None for part in parts):
            return None
        return MADE[node.sign](parts)

    def _derivative(self, node: Operation) -> Any:
        """Return the partial derivative of a name's formula by another name; None where the name has no formula.

        The formula is taken as the document writes it, and all its other names are constants.
        """
        import sympy

        of, by = (part.text for part in node.parts if isinstance(part, Name))
        formula = self.said.get(of)
        if formula is None or any(isinstance(part, Operation) and part.sign == "∂" for part in formula.walk()):
            return None
        meant = self.expression(formula)
        return None if meant is None else sympy.diff(meant, self.symbol(by))


@lru_cache(maxsize=1024)
def _is_zero(difference: Expr) -> bool:
    # A document writes a closed form more than once, and each format of a page writes it again.
    import sympy

    if any(power.exp.free_symbols for power in difference.atoms(sympy.Pow)):
        # Powers with letters in them have no common denominator to look for.
        return bool(sympy.expand(difference) == 0)
    top, _ = sympy.fraction(sympy.together(difference))
    return bool(sympy.expand(top) == 0)


def _is_short(node: ExpressionNode) -> bool:
    return _degree(node) <= HIGHEST_DEGREE and _count(node) <= MOST_INLINED


def _is_small(number: NumberNode) -> bool:
    return number.figure.value.numerator.bit_length() <= MOST_BITS


def _is_plain(node: ExpressionNode) -> bool:
    """Return whether a formula is short and has nothing but arithmetic in it."""
    return node.signs <= MADE.keys() and _is_short(node) and all(map(_is_small, node.numbers))


def _count(node: ExpressionNode) -> int:
    return len(node.walk())


def _degree(node: ExpressionNode) -> int:
    """Return an upper bound on the degree of a formula when it is multiplied out, which bounds the work."""
    if not isinstance(node, Operation):
        return int(isinstance(node, Name))
    below = [_degree(part) for part in node.parts]
    if node.sign == "^":
        numbers: list[Exact] = [part.figure.value for part in node.parts[1].walk() if isinstance(part, NumberNode)]
        towers = any(isinstance(part, Operation) and part.sign == "^" for part in node.parts[1].walk())
        high = 1 + max((abs(number.numerator) for number in numbers), default=0)
        return HIGHEST_DEGREE + 1 if towers or high > HIGHEST_DEGREE else max(1, below[0]) * high
    return sum(below) if node.sign in ("×", "beside", "/", "∂") else max(below)


def _product(parts: list[Any]) -> Any:
    made = parts[0]
    for part in parts[1:]:
        made *= part
    return made


MADE: Mapping[str, Callable[[list[Any]], Any]] = {
    "+": lambda parts: sum(parts[1:], parts[0]),
    "-": lambda parts: -parts[0],
    "×": _product,
    "beside": _product,
    "/": lambda parts: parts[0] / parts[1],
    "^": lambda parts: parts[0] ** parts[1],
    "()": lambda parts: parts[0],
}
