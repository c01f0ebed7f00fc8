"""What a formula in a document says: a small tree, each node with its place, and its exact value, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil, floor, isqrt
from typing import NamedTuple

from symbolic.formula import Exact, exact
from symbolic.proofread.numbers import Figure, Unread

MOST_BITS = 20_000
DEEPEST = 60


class Range(NamedTuple):
    """All that a rounded value may stand for; an exact one is both its ends."""

    low: Exact
    high: Exact

    @property
    def is_exact(self) -> bool:
        """Whether it is one value."""
        return self.low == self.high


class Unknown(Exception):
    """A name whose value is not known."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula, from `start` to `end` in the document."""

    start: int
    end: int

    @property
    def children(self) -> tuple[Node, ...]:
        """The parts, in the order written."""
        return ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.children)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as written."""

    figure: Figure


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A size or words that stand for a number."""

    text: str


@dataclass(frozen=True, slots=True)
class Operation(Node):
    """`+`, `-` (of one part), `×`, `/`, `^`, `√`, `min`, `max`, `ceil`, `floor`, or `()` for brackets.

    `∂` is the derivative of a name by a name: it has a formula, where the document says what the first one is.

    `depth` is how many nodes stand below each other.
    """

    sign: str
    parts: tuple[Node, ...]
    depth: int = 1

    @property
    def children(self) -> tuple[Node, ...]:
        return self.parts


def operation(sign: str, parts: tuple[Node, ...], start: int, end: int) -> Operation:
    """A node over others; Unread where that is nested deeper than people write."""
    depth = 1 + max(part.depth if isinstance(part, Operation) else 0 for part in parts)
    if depth > DEEPEST:
        raise Unread(f"nested more than {DEEPEST} deep")
    return Operation(start, end, sign, parts, depth)


Values = Callable[[str], Exact]
"""The value of a name; Unknown where there is none."""


def evaluate(node: Node, values: Values, *, rounded: bool = False) -> Range:
    """The value of a formula, as the range of what its rounded numbers may stand for.

    `rounded` takes every decimal for rounded, not only those with a scale behind them. Unknown for a name without a
    value; Unread for what can't be computed, or only to more digits than any count has.
    """
    if isinstance(node, Number):
        figure = node.figure
        if figure.scaled or (rounded and figure.rounded):
            return Range(exact(figure.value - figure.step / 2), exact(figure.value + figure.step / 2))
        return Range(figure.value, figure.value)
    if isinstance(node, Name):
        value = values(node.text)
        return Range(value, value)
    if not isinstance(node, Operation):
        raise TypeError(f"{type(node).__name__} has no value")
    found = OPERATIONS[node.sign]([evaluate(part, values, rounded=rounded) for part in node.parts])
    return Range(_bounded(found.low), _bounded(found.high))


def _bounded(value: Exact) -> Exact:
    if _bits(value) > MOST_BITS:
        raise Unread("its value has more digits than any count")
    return exact(value) if isinstance(value, Fraction) else value


def _bits(value: Exact) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _sum(parts: list[Range]) -> Range:
    return Range(sum(part.low for part in parts), sum(part.high for part in parts))


def _product(parts: list[Range]) -> Range:
    return reduce(_times, parts)


def _times(left: Range, right: Range) -> Range:
    if _bits(left.low) + _bits(right.low) > MOST_BITS:
        raise Unread("its value has more digits than any count")
    if left.is_exact and right.is_exact:
        return Range(*[left.low * right.low] * 2)
    ends = [a * b for a in left for b in right]
    return Range(min(ends), max(ends))


def _quotient(parts: list[Range]) -> Range:
    left, right = parts
    if right.low <= 0 <= right.high:
        raise Unread("it divides by zero")
    return _times(left, Range(1 / Fraction(right.high), 1 / Fraction(right.low)))


def _negative(parts: list[Range]) -> Range:
    return Range(-parts[0].high, -parts[0].low)


def _power(parts: list[Range]) -> Range:
    base, exponent = parts
    if not exponent.is_exact:
        raise Unread("a power with a rounded exponent")
    power = exponent.low
    if isinstance(power, Fraction):
        if power == Fraction(1, 2):
            return _root([base])
        raise Unread(f"a power with the exponent {power}; only whole ones and 1/2 are computed")
    if base.low <= 0 and power < 0:
        raise Unread("it divides by zero, or by a negative power")
    if abs(power) * max(_bits(base.low), _bits(base.high)) > MOST_BITS and abs(base.low) != 1 and base.low != 0:
        raise Unread("a power with more digits than any count")
    ends = [Fraction(end) ** power for end in base]
    if base.low < 0 < base.high:
        ends.append(Fraction(0))
    return Range(exact(min(ends)), exact(max(ends)))


def _root(parts: list[Range]) -> Range:
    [inside] = parts
    if inside.low < 0:
        raise Unread("the root of a negative number")
    low, high = (_roots(end) for end in inside)
    return Range(low[0], high[1])


def _roots(value: Exact) -> tuple[Exact, Exact]:
    """The root from below and from above; the same where it is exact."""
    shift = 10**40
    top, bottom = value.numerator, value.denominator
    if isqrt(top) ** 2 == top and isqrt(bottom) ** 2 == bottom:
        whole = exact(Fraction(isqrt(top), isqrt(bottom)))
        return whole, whole
    scaled = isqrt(top * shift**2 // bottom)
    return Fraction(scaled, shift), Fraction(scaled + 1, shift)


def _each(function: Callable[[list[Exact]], Exact]) -> Callable[[list[Range]], Range]:
    return lambda parts: Range(function([part.low for part in parts]), function([part.high for part in parts]))


def _derivative(_: list[Range]) -> Range:
    raise Unknown("the derivative")


OPERATIONS: Mapping[str, Callable[[list[Range]], Range]] = {
    "+": _sum,
    "-": _negative,
    "×": _product,
    "/": _quotient,
    "^": _power,
    "√": _root,
    "min": _each(min),
    "max": _each(max),
    "ceil": _each(lambda ends: ceil(ends[0])),
    "floor": _each(lambda ends: floor(ends[0])),
    "()": lambda parts: parts[0],
    "∂": _derivative,
    "beside": _product,
}
