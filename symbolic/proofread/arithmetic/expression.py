"""Formulas of a document as trees: each node has its place in the document, and an exact value within bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from operator import is_
from typing import NamedTuple

from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.ranges import OPERATIONS, REPEATED, Range, Unknown, bounded
from symbolic.proofread.arithmetic.work import MOST_TERMS, Work

DEEPEST = 60


@dataclass(frozen=True, slots=True)
class ExpressionNode:
    """A part of a formula, from `start` to `end` in the document."""

    start: int
    end: int

    def walk(self) -> tuple[ExpressionNode, ...]:
        """Return this node and all nodes below it, each before its parts."""
        return (self,)

    @property
    def numbers(self) -> tuple[NumberNode, ...]:
        """Return the numbers in the formula, in order."""
        return ()

    @property
    def names(self) -> tuple[Name, ...]:
        """Return the names in the formula, in order."""
        return ()

    @property
    def signs(self) -> frozenset[str]:
        """Return the signs of the operations in the formula."""
        return frozenset()


@dataclass(frozen=True, slots=True)
class NumberNode(ExpressionNode):
    """A number as written, with the unit behind it if that can be converted, else with the words behind it as a label.

    >>> from symbolic.proofread.arithmetic.numbers import figure
    >>> NumberNode(0, 5, figure("1,536", ","), unit="bytes").figure.value
    1536
    """

    figure: WrittenNumber
    unit: str = ""
    label: str = ""

    @property
    def numbers(self) -> tuple[NumberNode, ...]:
        return (self,)

    @property
    def is_bare(self) -> bool:
        """Return whether it has no scale, no unit and no label."""
        return not (self.figure.scale or self.unit or self.label)


@dataclass(frozen=True, slots=True)
class Name(ExpressionNode):
    """The name of a size, or words that stand for a number."""

    text: str

    @property
    def names(self) -> tuple[Name, ...]:
        return (self,)


@dataclass(frozen=True, slots=True)
class Counter(ExpressionNode):
    """The counter of a sum or product, at its sign and in its term; it is no name of the document's."""

    text: str


@dataclass(frozen=True, slots=True)
class Operation(ExpressionNode):
    """An operation: `+`, `-` (of one part), `×`, `/`, `^`, `√`, `!`, `||`, a function's name, or `()` for brackets.

    The parts of `√` are the number under it and, if it is no square root, its degree; those of `log` are the base and
    the number; those of `∑` and `∏` are the counter, its first and last value, and the term. `∂` is the derivative of
    one name by another, which can be worked out where the document has a formula for the first name. `depth` is the
    number of operations that are nested in one another.
    """

    sign: str
    parts: tuple[ExpressionNode, ...]
    depth: int = 1
    nodes: _Nodes = field(init=False, repr=False, compare=False)
    value: Range = field(init=False, repr=False, compare=False)
    """What is asked of a formula again and again, kept from the first time: its parts by kind, its value."""

    def walk(self) -> tuple[ExpressionNode, ...]:
        return self._nodes().every

    @property
    def numbers(self) -> tuple[NumberNode, ...]:
        return self._nodes().numbers

    @property
    def names(self) -> tuple[Name, ...]:
        return self._nodes().names

    @property
    def signs(self) -> frozenset[str]:
        return self._nodes().signs

    def _nodes(self) -> _Nodes:
        try:
            return self.nodes
        except AttributeError:
            pass
        nodes: list[ExpressionNode] = []
        stack: list[ExpressionNode] = [self]
        while stack:
            node = stack.pop()
            nodes.append(node)
            if isinstance(node, Operation):
                stack += reversed(node.parts)
        found = _Nodes(
            tuple(nodes),
            tuple(node for node in nodes if isinstance(node, NumberNode)),
            tuple(node for node in nodes if isinstance(node, Name)),
            frozenset(node.sign for node in nodes if isinstance(node, Operation)),
        )
        object.__setattr__(self, "nodes", found)
        return found

    def with_parts(self, parts: tuple[ExpressionNode, ...]) -> Operation:
        """Return the operation on other parts; itself if they are its own."""
        return self if all(map(is_, parts, self.parts)) else replace(self, parts=parts)


class _Nodes(NamedTuple):
    """The nodes of a formula, and among them the numbers, the names and the signs of the operations."""

    every: tuple[ExpressionNode, ...]
    numbers: tuple[NumberNode, ...]
    names: tuple[Name, ...]
    signs: frozenset[str]


def bare(node: ExpressionNode) -> ExpressionNode:
    """Return a formula without the brackets around it."""
    while isinstance(node, Operation) and node.sign == "()":
        node = node.parts[0]
    return node


def with_numbers(node: ExpressionNode, of: Callable[[NumberNode], ExpressionNode]) -> ExpressionNode:
    """Return the formula with what `of` returns in the place of each number; itself if that changes nothing."""
    if isinstance(node, Operation):
        return node.with_parts(tuple([with_numbers(part, of) for part in node.parts]))
    return of(node) if isinstance(node, NumberNode) else node


def operation(sign: str, parts: tuple[ExpressionNode, ...], start: int = -1, end: int = -1) -> Operation:
    """Return an operation on `parts`, by default in their place; Unread where it is nested more than DEEPEST deep."""
    depth = 1 + max(part.depth if isinstance(part, Operation) else 0 for part in parts)
    if depth > DEEPEST:
        raise Unread(f"nested more than {DEEPEST} deep")
    start = min([part.start for part in parts]) if start < 0 else start
    end = max([part.end for part in parts]) if end < 0 else end
    return Operation(start, end, sign, parts, depth)


def with_number(node: ExpressionNode, number: NumberNode, figure: WrittenNumber) -> ExpressionNode:
    """Return the formula with another figure for one of its numbers."""
    return with_numbers(node, lambda part: replace(number, figure=figure) if part is number else part)


Values = Callable[[str], Exact]
"""A function that returns the value of a name, and raises Unknown where it has none."""


def unknown(name: str) -> Exact:
    """Return no value of a name: raise Unknown."""
    raise Unknown(name)


def evaluate(
    node: ExpressionNode, values: Values = unknown, *, rounded: bool = False, work: Work | None = None
) -> Range:
    """Return the value of a formula; for one number with a scale, such as 124M, the range of what it may stand for.

    A number within a formula is taken as it is written, 7B for 7,000,000,000; with `rounded` each rounded number
    stands for all that round to it. Raises Unknown for a name without a value, and Unread for what can't be computed,
    or has more digits than any count.
    """
    if isinstance(node, NumberNode):
        return _range(node.figure, exactly=not (node.figure.scaled or (rounded and node.figure.rounded)))
    if not isinstance(node, Operation):
        return _Evaluation(values, rounded, rounded, work or Work()).of(node)
    if rounded or node.names:
        return _Evaluation(values, rounded, _is_alone(node) or rounded, work or Work()).of(node)
    try:
        return node.value
    except AttributeError:
        value = _Evaluation(values, False, _is_alone(node), work or Work()).of(node)
        object.__setattr__(node, "value", value)
        return value


def _range(figure: WrittenNumber, *, exactly: bool) -> Range:
    """Return a number as it is written, if it is taken `exactly`, else all that it may stand for."""
    if exactly:
        return Range(figure.value, figure.value)
    return Range(exact(figure.value - figure.step / 2), exact(figure.value + figure.step / 2))


def _is_alone(node: Operation) -> bool:
    """Return whether an operation is only the sign of a number, or the brackets around it."""
    return node.sign in ("()", "-") and node.depth <= 2


@dataclass
class _Evaluation:
    values: Values
    rounded: bool
    ranges: bool
    work: Work
    counted: dict[str, int] = field(default_factory=dict)

    def of(self, node: ExpressionNode) -> Range:
        if isinstance(node, NumberNode):
            return self.number(node.figure)
        if isinstance(node, Name | Counter):
            value = self.values(node.text) if isinstance(node, Name) else self.counted[node.text]
            return Range(value, value)
        if not isinstance(node, Operation):
            raise TypeError(f"{type(node).__name__} has no value")
        if node.sign in REPEATED:
            found = self.repeated(node)
        elif node.sign == "^":
            found = OPERATIONS["^"]([self.of(node.parts[0]), self.exponent(node.parts[1])])
        else:
            found = OPERATIONS[node.sign]([self.of(part) for part in node.parts])
        return self.counts(node.sign, found)

    def counts(self, sign: str, found: Range) -> Range:
        """Return an operation's value, Unread where it is too long; within a sum its cost is taken from the budget."""
        if self.counted:
            self.work.spend(sign, found.low)
        low = bounded(found.low)
        return Range(low, low if found.high is found.low else bounded(found.high))

    def number(self, figure: WrittenNumber) -> Range:
        return _range(figure, exactly=not ((figure.scaled and self.ranges) or (self.rounded and figure.rounded)))

    def exponent(self, node: ExpressionNode) -> Range:
        """Return the value of an exponent; for a fitted one, 0.452, the range of all numbers that round to it.

        In a power of a large number, a further digit of the exponent makes percents.
        """
        inside = bare(node)
        if isinstance(inside, NumberNode) and inside.figure.step <= Fraction(1, 100) and (4 * inside.figure.value) % 1:
            return Range(inside.figure.value - inside.figure.step / 2, inside.figure.value + inside.figure.step / 2)
        return self.of(node)

    def repeated(self, node: Operation) -> Range:
        """Return the value of a sum or product over whole numbers, term by term where the terms differ."""
        combine, repeat, nothing = REPEATED[node.sign]
        counter, low, high, term = node.parts
        first, last = self.limit(low), self.limit(high)
        times = last - first + 1
        if times < 0:
            raise Unread("a sum or product whose last term is before its first")
        if times > MOST_TERMS:
            raise Unread(f"a sum or product of more than {MOST_TERMS:,} terms")
        name = counter.text if isinstance(counter, Counter) else ""
        if not any(isinstance(part, Counter) and part.text == name for part in term.walk()):
            return repeat([self.of(term), Range(times, times)]) if times else nothing
        total, outer = nothing, self.counted.get(name)
        for value in range(first, last + 1):
            self.counted[name] = value
            found = combine([total, self.of(term)])
            total = self.counts(node.sign, found)
        if outer is None:
            self.counted.pop(name, None)
        else:
            self.counted[name] = outer
        return total

    def limit(self, node: ExpressionNode) -> int:
        found = self.of(node)
        if not isinstance(found.low, int) or not found.is_exact:
            raise Unread("a sum or product whose limits are no whole numbers")
        return found.low
