"""Equations of a document as they are written, in the order in which a reader meets them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, with_numbers


@dataclass(frozen=True)
class WrittenEquation:
    """An equation as sides with a relation before each but the first, or the reason why it can't be read.

    `kind` is "chain" for an equation that is written as such, "row" for one from a table's row, "column" for one
    that other rows make likely, "total" for a table's sum, "list" for a list's sum, "whole" for that of a list
    which is read from its start, "running" for a sum so far, "claim" for a rounded number in a sentence, "compared"
    for what one says of two amounts, "explained" for one with a calculation behind it in brackets, "beside" for one
    beside a formula of names, "copy" for what repeats a number. `order` is the place where a reader meets
    it, if it is not its start. `otherwise` are its sides in another possible reading: an exclamation mark at its
    end as a factorial, a divisor × 10^8 without its power. `perhaps` are equations that may be meant by one that
    can't be read; they count only where they hold, and elsewhere its `certain` part does, if it has one.
    """

    kind: str
    start: int
    end: int
    sides: tuple[ExpressionNode, ...] = ()
    relations: tuple[str, ...] = ()
    unread: str = ""
    order: int = -1
    otherwise: tuple[ExpressionNode, ...] = ()
    perhaps: tuple[WrittenEquation, ...] = ()
    certain: WrittenEquation | None = None

    @cached_property
    def numbers(self) -> tuple[NumberNode, ...]:
        """Return the numbers in all sides, in order; kept, since each reason to doubt a link asks for them."""
        return tuple([number for side in self.sides for number in side.numbers])

    @property
    def names(self) -> tuple[Name, ...]:
        """Return the names in all sides, in order."""
        return tuple([name for side in self.sides for name in side.names])

    @cached_property
    def is_bare(self) -> bool:
        """Return whether no number has a scale, a unit or a label; kept, since it is asked for each link."""
        return all(number.is_bare for number in self.numbers)

    def with_sides(self, of: Callable[[ExpressionNode], ExpressionNode]) -> WrittenEquation:
        """Return the equation with what `of` returns in the place of each side; itself if that changes nothing."""
        sides = tuple(map(of, self.sides))
        return self if all(map(is_, sides, self.sides)) else replace(self, sides=sides)

    def behind(self, first: int) -> WrittenEquation:
        """Return the rest of a chain, from the side at that place on."""
        rest = self.sides[first:], self.relations[first:], self.otherwise[first:]
        return replace(self, sides=rest[0], relations=rest[1], otherwise=rest[2])

    def with_numbers(self, of: Callable[[NumberNode], ExpressionNode]) -> WrittenEquation:
        """Return the equation with what `of` returns in the place of each number; itself if that changes nothing."""
        return self.with_sides(lambda side: with_numbers(side, of))

    @property
    def place(self) -> int:
        """Return the place where a reader meets it."""
        return self.start if self.order < 0 else self.order


def result_of(made: ExpressionNode, number: NumberNode, relation: str = "=", kind: str = "compared") -> WrittenEquation:
    """Return that a number is what is made, as an equation that stands in the number's place."""
    return WrittenEquation(kind, number.start, number.end, (made, number), (relation,))


def without_parts(apart: list[WrittenEquation], mixed: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield the equations of both lists in order, without those that are parts of one which goes on in the text."""
    starts = [whole.start for whole in mixed]
    for found in apart:
        index = bisect_right(starts, found.start) - 1
        if index < 0 or found.end > mixed[index].end:
            yield found
    yield from mixed


def numbers_of(equations: Iterable[WrittenEquation]) -> frozenset[Exact]:
    """Return all numbers in the equations."""
    return frozenset(number.figure.value for equation in equations for number in equation.numbers)


def ordered(equations: Iterable[WrittenEquation]) -> list[WrittenEquation]:
    """Return the equations in the order in which a reader meets them."""
    return sorted(equations, key=lambda found: found.place)
