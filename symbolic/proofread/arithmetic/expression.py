"""What a formula in a document says: a small tree, each node with its place, and its exact value, within bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.ranges import OPERATIONS, REPEATED, Range, bounded
from symbolic.proofread.arithmetic.work import MOST_TERMS, Work

DEEPEST = 60


@dataclass(frozen=True, slots=True)
class ExpressionNode:
    """A part of a formula, from `start` to `end` in the document."""

    start: int
    end: int

    def walk(self) -> tuple[ExpressionNode, ...]:
        """This node and all below it, in the order written."""
        return (self,)


@dataclass(frozen=True, slots=True)
class NumberNode(ExpressionNode):
    """A number as written, and the unit behind it, if that is one that can be converted; else what it is a label of.

    >>> from symbolic.proofread.arithmetic.numbers import figure
    >>> NumberNode(0, 5, figure("1,536", ","), unit="bytes").figure.value
    1536
    """

    figure: WrittenNumber
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Name(ExpressionNode):
    """A size or words that stand for a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Counter(ExpressionNode):
    """The name that a sum counts with, where it stands and in the terms: no name of the document's."""

    text: str


@dataclass(frozen=True, slots=True)
class Operation(ExpressionNode):
    """`+`, `-` (of one part), `×`, `/`, `^`, `√`, `!`, `||`, a function by its name, or `()` for brackets.

    `√` may have a degree behind what is in it, `log` has its base before it; `∑` and `∏` have the counter, its first
    and its last value, and the term. `∂` is the derivative of a name by a name: it has a formula, where the document
    says what the first one is. `depth` is how many nodes stand below each other.
    """

    sign: str
    parts: tuple[ExpressionNode, ...]
    depth: int = 1
    nodes: tuple[ExpressionNode, ...] = field(default=(), init=False, repr=False, compare=False)
    """All nodes of it, once somebody has asked: everybody does, again and again."""

    def walk(self) -> tuple[ExpressionNode, ...]:
        if not self.nodes:
            found: list[ExpressionNode] = []
            stack: list[ExpressionNode] = [self]
            while stack:
                node = stack.pop()
                found.append(node)
                if isinstance(node, Operation):
                    stack += reversed(node.parts)
            object.__setattr__(self, "nodes", tuple(found))
        return self.nodes


def operation(sign: str, parts: tuple[ExpressionNode, ...], start: int, end: int) -> Operation:
    """A node over others; Unread where that is nested deeper than people write."""
    depth = 1 + max(part.depth if isinstance(part, Operation) else 0 for part in parts)
    if depth > DEEPEST:
        raise Unread(f"nested more than {DEEPEST} deep")
    return Operation(start, end, sign, parts, depth)


Values = Callable[[str], Exact]
"""The value of a name; Unknown where there is none."""


def evaluate(node: ExpressionNode, values: Values, *, rounded: bool = False, work: Work | None = None) -> Range:
    """The value of a formula, or for one number with a scale, 124M, the range of what it may stand for.

    What a formula works with is taken as it is written, 7B for 7,000,000,000; with `rounded` each rounded number in it
    stands for all that round to it. Unknown for a name without a value; Unread for what can't be computed, or only to
    more digits than any count has.
    """
    alone = isinstance(node, NumberNode) or (
        isinstance(node, Operation) and node.sign in ("()", "-") and node.depth <= 2
    )
    return _Evaluation(values, rounded, alone or rounded, work or Work()).of(node)


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
        """A value that is not too long, and paid for if it is within the terms of a sum."""
        if self.counted:
            self.work.spend(sign, found.low)
        return Range(bounded(found.low), bounded(found.high))

    def number(self, figure: WrittenNumber) -> Range:
        if (figure.scaled and self.ranges) or (self.rounded and figure.rounded):
            return Range(exact(figure.value - figure.step / 2), exact(figure.value + figure.step / 2))
        return Range(figure.value, figure.value)

    def exponent(self, node: ExpressionNode) -> Range:
        """A fitted exponent, 0.452, is all that round to it: of a large number another digit makes percents."""
        inside = node
        while isinstance(inside, Operation) and inside.sign == "()":
            inside = inside.parts[0]
        if isinstance(inside, NumberNode) and inside.figure.step <= Fraction(1, 100) and (4 * inside.figure.value) % 1:
            return Range(inside.figure.value - inside.figure.step / 2, inside.figure.value + inside.figure.step / 2)
        return self.of(node)

    def repeated(self, node: Operation) -> Range:
        """A sum or a product over whole numbers, term by term if the terms differ."""
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
