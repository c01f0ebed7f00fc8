"""What a formula takes of its parts by no sign of arithmetic: the smallest or largest, a rounded one, a root."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, isqrt
from typing import Final, Self

from symbolic.formulas.formula import Exact, Formula


class Root(Formula):
    """A square root, or one of a higher degree. Most have no exact value, but a floor."""

    __match_args__ = __slots__ = ("part", "degree")

    def __init__(self, part: Formula, degree: int = 2) -> None:
        self.part: Final = part
        self.degree: Final = degree

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.part,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Root:
        return Root(children[0], self.degree)


class Extreme(Formula):
    """One of its parts, chosen by its value."""

    __match_args__ = __slots__ = ("parts",)

    def __init__(self, parts: tuple[Formula, ...]) -> None:
        self.parts: Final = parts

    @property
    def children(self) -> tuple[Formula, ...]:
        return self.parts

    def rebuilt(self, children: tuple[Formula, ...]) -> Self:
        return type(self)(children)


class Minimum(Extreme):
    """The smallest of its parts: min(tokens, window)."""

    __slots__ = ()

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return min(part.value(sizes) for part in self.parts)


class Maximum(Extreme):
    """The largest of its parts: max(time of the memory, time of the arithmetic)."""

    __slots__ = ()

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return max(part.value(sizes) for part in self.parts)


class OfOnePart(Formula):
    """What is made of one part by its value."""

    __match_args__ = __slots__ = ("part",)

    def __init__(self, part: Formula) -> None:
        self.part: Final = part

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.part,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Self:
        return type(self)(*children)


class Ceiling(OfOnePart):
    """A part rounded up to a whole number: ceil(tokens / 64)."""

    __slots__ = ()

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        return ceil(self.part.value(sizes))


class Floor(OfOnePart):
    """A part rounded down to a whole number."""

    __slots__ = ()

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        if isinstance(self.part, Root) and self.part.degree == 2:
            return isqrt(floor(self.part.part.value(sizes)))
        return floor(self.part.value(sizes))
