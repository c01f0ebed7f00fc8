"""Parts that a page prints otherwise than as their formula: a label in its place, room for an answer, a few digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from symbolic.formulas.formula import Exact, Formula


class Approximate(Formula):
    """An exact number that is printed in a few digits: what stands behind ≈."""

    __match_args__ = __slots__ = ("number", "digits")

    def __init__(self, number: Exact, digits: int = 4) -> None:
        self.number: Final = number
        self.digits: Final = digits

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return self.number


class Labelled(Formula):
    """A part that has a line of its own elsewhere: printed as its label, or as its value with the label below it."""

    __match_args__ = __slots__ = ("label", "formula")

    def __init__(self, label: str, formula: Formula) -> None:
        self.label: Final = label
        self.formula: Final = formula

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.formula,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Labelled:
        return Labelled(self.label, *children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return self.formula.value(sizes)


class Blank(Formula):
    """A part whose value the reader fills in: a page prints room for so many digits, and never the part itself."""

    __match_args__ = __slots__ = ("formula", "room", "id")

    def __init__(self, formula: Formula, room: int, id: str = "") -> None:
        self.formula: Final = formula
        self.room: Final = room
        self.id: Final = id

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.formula,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Blank:
        return Blank(children[0], self.room, self.id)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return self.formula.value(sizes)
