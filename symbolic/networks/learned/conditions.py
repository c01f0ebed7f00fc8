"""Conditions of a description: what a config must say for a tensor to be there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.looking_up import Sizes, Values, look_up
from symbolic.networks.learned.records import Record

SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition(Record):
    """A condition on a config. A missing key counts as none, for which only the comparison != holds."""

    def holds(self, values: Values) -> bool:
        """Return whether the condition holds for these values; `i` among them is the layer's number."""
        raise NotImplementedError

    @property
    def names(self) -> tuple[str, ...]:
        """What it looks up in a config."""
        found: list[str] = []
        parts: dict[str, object] = self.__dict__
        for called, part in parts.items():
            if called == "name":
                found.append(str(part))
            for one in part if isinstance(part, tuple) else (part,):
                if isinstance(one, Condition):
                    found += one.names
                elif isinstance(one, Formula):
                    found += [symbol.name for symbol in one.symbols]
        return tuple(found)


class IsGiven(Condition):
    """The condition that a key has a value other than none, zero, empty or false."""

    name: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is true, or neither none, zero, empty nor false."""
        return bool(look_up(self.name, values))

    def __str__(self) -> str:
        return self.name


class IsNone(Condition):
    """The condition that a key has no value."""

    name: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is none."""
        return look_up(self.name, values) is None

    def __str__(self) -> str:
        return f"{self.name} is none"


class Is(Condition):
    """The condition that a key has a certain word as its value."""

    name: str
    word: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is that word."""
        return bool(look_up(self.name, values) == self.word)

    def __str__(self) -> str:
        return f"{self.name} == '{self.word}'"


class Compare(Condition):
    """The condition that a comparison of two formulas holds."""

    left: Formula
    sign: str
    right: Formula

    def holds(self, values: Values) -> bool:
        """Return whether the comparison holds; where a size is missing, only != does."""
        sizes = Sizes(values)
        if self.sign == "!=":
            return not Compare(self.left, "==", self.right).holds(values)
        try:
            return SIGNS[self.sign](self.left.value(sizes), self.right.value(sizes))
        except (KeyError, TypeError, ValueError, ZeroDivisionError, ArithmeticError, NotImplementedError):
            return False

    def __str__(self) -> str:
        return f"{_written(self.left)} {self.sign} {_written(self.right)}"


class Has(Condition):
    """The condition that a list has a word among its items; as a text, "c2p|p2c", a bar parts them."""

    name: str
    word: str

    def holds(self, values: Values) -> bool:
        """Return whether the word is an item of the list; a missing list has none."""
        listed = look_up(self.name, values)
        if isinstance(listed, str):
            listed = [part.strip() for part in listed.lower().split("|")]
        return isinstance(listed, list | tuple) and self.word in listed

    def __str__(self) -> str:
        return f"{self.word!r} in {self.name}"


class Among(Condition):
    """The condition that a list holds the value of a formula."""

    item: Formula
    name: str

    def holds(self, values: Values) -> bool:
        """Return whether the list holds the value."""
        listed = look_up(self.name, values)
        if not isinstance(listed, list | tuple):
            return False
        try:
            return self.item.value(Sizes(values)) in listed
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return False

    def __str__(self) -> str:
        return f"{_written(self.item)} in {self.name}"


class Not(Condition):
    """The condition that another one does not hold."""

    part: Condition

    def holds(self, values: Values) -> bool:
        """Return whether the other condition does not hold."""
        return not self.part.holds(values)

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, All | Either) else f"not {self.part}"


class All(Condition):
    """The condition that several hold at once."""

    parts: tuple[Condition, ...]

    def holds(self, values: Values) -> bool:
        """Return whether all of them hold."""
        return all(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


class Either(Condition):
    """The condition that at least one of several holds."""

    parts: tuple[Condition, ...]

    def holds(self, values: Values) -> bool:
        """Return whether at least one of them holds."""
        return any(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


def _written(formula: Formula) -> str:
    # Asked for in errors alone, and where descriptions are written.
    from symbolic.networks.learned.writing_formulas import written

    return written(formula)


def negated(part: Condition | bool) -> Condition:
    """Return the opposite condition, without a double not."""
    if isinstance(part, Not):
        return part.part
    if isinstance(part, Compare) and part.sign in ("==", "!="):
        return Compare(part.left, "!=" if part.sign == "==" else "==", part.right)
    assert isinstance(part, Condition)  # noqa: S101
    return Not(part)


def all_of(*parts: Condition | bool) -> Condition:
    """Return the condition that all of these hold, without nesting."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, All) else (part,))]
    unique = tuple(dict.fromkeys(one for one in flat if isinstance(one, Condition)))
    return unique[0] if len(unique) == 1 else All(unique)


def any_of(*parts: Condition | bool) -> Condition:
    """Return the condition that one of these holds, without nesting."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, Either) else (part,))]
    unique = tuple(dict.fromkeys(one for one in flat if isinstance(one, Condition)))
    return unique[0] if len(unique) == 1 else Either(unique)
