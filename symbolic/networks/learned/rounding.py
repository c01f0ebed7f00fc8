"""Kinds of formula that code rounds with and pages don't print: a rest, a nearest number, a number of channels."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.functions import OfOnePart


class Rest(Formula):
    """What is left of a number when whole multiples of another are taken away: i % period. Conditions use it."""

    __match_args__ = __slots__ = ("left", "right")

    def __init__(self, left: Formula, right: Formula) -> None:
        self.left: Final = left
        self.right: Final = right

    @property
    def children(self) -> tuple[Formula, ...]:
        """Both sides."""
        return (self.left, self.right)

    def rebuilt(self, children: tuple[Formula, ...]) -> Rest:
        """Return the same of other parts."""
        return Rest(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the exact rest."""
        return exact(Fraction(self.left.value(sizes)) % Fraction(self.right.value(sizes)))


class Rounded(OfOnePart):
    """The nearest whole number; halfway between two, the even one. What a config class makes uses it."""

    __slots__ = ()

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the nearest whole number."""
        return round(Fraction(self.part.value(sizes)))


class Divisible(Formula):
    """A number of channels as code of convnets rounds it: a multiple of `by`, at least `least`, or one more of them.

    The multiple is the nearest one, of two the larger; `by` is added where it is less than nine tenths of the part.
    """

    __match_args__ = __slots__ = ("part", "by", "least")

    def __init__(self, part: Formula, by: Formula, least: Formula) -> None:
        self.part: Final = part
        self.by: Final = by
        self.least: Final = least

    @property
    def children(self) -> tuple[Formula, ...]:
        """What is rounded, to a multiple of what, and the least that comes out."""
        return (self.part, self.by, self.least)

    def rebuilt(self, children: tuple[Formula, ...]) -> Divisible:
        """Return the same of other parts."""
        return Divisible(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the rounded number."""
        part, by, least = (Fraction(one.value(sizes)) for one in self.children)
        made = max(least, (part + by / 2) // by * by)
        return exact(made + by if made < Fraction(9, 10) * part else made)
