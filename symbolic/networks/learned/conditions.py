"""Conditions of a description: what a config must say for a tensor to be there. Read by our own grammar, never eval.

tie_word_embeddings            q_lora_rank is none            num_experts > 1
i < first_k_dense_replace      i in mlp_only_layers           layer_types[i] == 'full_attention'
'mlp' in layer_types           before(layer_types[i]) == 0
a and not (b or c)
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.networks.learned.notation import _sum, _Tokens, ratio, written

Values: TypeAlias = Mapping[str, Any]
SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


LETTERS = "ijk"
"""What the number of a layer is called in a formula: in a stack, in a stack within one, in one within that."""


class Condition:
    """A condition on a config. A missing key counts as none, for which only the comparison != holds."""

    __slots__ = ()

    def holds(self, values: Values) -> bool:
        """Return whether the condition holds for these values; `i` among them is the layer's number."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class IsGiven(Condition):
    """The condition that a key has a value other than none, zero, empty or false."""

    name: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is true, or neither none, zero, empty nor false."""
        return bool(look_up(self.name, values))

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class IsNone(Condition):
    """The condition that a key has no value."""

    name: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is none."""
        return look_up(self.name, values) is None

    def __str__(self) -> str:
        return f"{self.name} is none"


@dataclass(frozen=True, slots=True)
class Is(Condition):
    """The condition that a key has a certain word as its value."""

    name: str
    word: str

    def holds(self, values: Values) -> bool:
        """Return whether the key's value is that word."""
        return bool(look_up(self.name, values) == self.word)

    def __str__(self) -> str:
        return f"{self.name} == '{self.word}'"


@dataclass(frozen=True, slots=True)
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
        return f"{written(self.left)} {self.sign} {written(self.right)}"


@dataclass(frozen=True, slots=True)
class Has(Condition):
    """The condition that a list has a word among its items."""

    name: str
    word: str

    def holds(self, values: Values) -> bool:
        """Return whether the word is an item of the list; a missing list has none."""
        listed = look_up(self.name, values)
        return isinstance(listed, list | tuple) and self.word in listed

    def __str__(self) -> str:
        return f"{self.word!r} in {self.name}"


@dataclass(frozen=True, slots=True)
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
        return f"{written(self.item)} in {self.name}"


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The condition that another one does not hold."""

    part: Condition

    def holds(self, values: Values) -> bool:
        """Return whether the other condition does not hold."""
        return not self.part.holds(values)

    def __str__(self) -> str:
        return f"not ({self.part})" if isinstance(self.part, All | Either) else f"not {self.part}"


@dataclass(frozen=True, slots=True)
class All(Condition):
    """The condition that several hold at once."""

    parts: tuple[Condition, ...]

    def holds(self, values: Values) -> bool:
        """Return whether all of them hold."""
        return all(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either(Condition):
    """The condition that at least one of several holds."""

    parts: tuple[Condition, ...]

    def holds(self, values: Values) -> bool:
        """Return whether at least one of them holds."""
        return any(part.holds(values) for part in self.parts)

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


class Sizes(Mapping[str, Exact]):
    """A config's values as numbers, looked up by the names that formulas use."""

    def __init__(self, values: Values) -> None:
        self.values_ = values

    def __getitem__(self, name: str) -> Exact:
        value = look_up(name, self.values_)
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, float):
            return ratio(value)
        if not isinstance(value, int):
            raise KeyError(name)
        return value

    def __iter__(self) -> Any:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def look_up(name: str, values: Values) -> Any:
    """What stands under a name: `key`, `part.key`, `list[i]`, `list[i%]`, `list[0]`, `len(list)`; None if nothing.

    A text, such as a pattern with a letter for each layer, is a list of its letters. `alike(list[i])` is how many items
    of a list are like the one at place i, `before(list[i])` how many of them stand before it. `log2(key)` is rounded
    down.
    """
    if name in values:
        return values[name]
    function, opens, inner = name.partition("(")
    if opens:
        return _of_list(function, inner.removesuffix(")"), values)
    if name.endswith("]"):
        listed_name, _, place = name[:-1].rpartition("[")
        listed = look_up(listed_name, values)
        if place.endswith("%"):
            # A short list that starts again where it ends.
            number = values.get(place[0], 0)
            return listed[number % len(listed)] if isinstance(listed, list | tuple | str) and listed else None
        at = values.get(place[0], 0) + int(place[1:] or 0) if place[0] in LETTERS else int(place)
        if (
            not isinstance(listed, list | tuple | str)
            or not isinstance(at, int)
            or not -len(listed) <= at < len(listed)
        ):
            return None
        return listed[at]
    above, _, last = name.rpartition(".")
    if above:
        part = look_up(above, values)
        return part.get(last) if isinstance(part, Mapping) else None
    return None


def _of_list(function: str, name: str, values: Values) -> int | None:
    """What a function says of a list, or of an item of one; None where there is no such list."""
    if function == "len":
        listed = look_up(name, values)
        return len(listed) if isinstance(listed, list | tuple | str) else None
    if function == "log2":
        number = look_up(name, values)
        return number.bit_length() - 1 if isinstance(number, int) and number > 0 else None
    places = places_alike(name, values)
    if function == "before":
        here = int(values[name.rpartition("[")[2].removesuffix("]")])
        return sum(at < here for at in places)
    return len(places)


def places_alike(name: str, values: Values) -> list[int]:
    """The places of the items of a list that are like the one of a name, such as `layer_types[i]`."""
    item, listed = look_up(name, values), look_up(name.rpartition("[")[0], values)
    if not isinstance(listed, list | tuple | str):
        return []
    return [at for at, one in enumerate(listed) if one == item]


def renamed(part: Condition, change: Callable[[str], str]) -> Condition:
    """Return the same with other names of keys."""
    match part:
        case IsGiven(name=name):
            return IsGiven(change(name))
        case IsNone(name=name):
            return IsNone(change(name))
        case Is(name=name, word=word):
            return Is(change(name), word)
        case Has(name=name, word=word):
            return Has(change(name), word)
        case Among(item=item, name=name):
            return Among(with_names(item, change), change(name))
        case Compare(left=left, sign=sign, right=right):
            return Compare(with_names(left, change), sign, with_names(right, change))
        case Not(part=inner):
            return Not(renamed(inner, change))
        case All(parts=parts):
            return All(tuple(renamed(one, change) for one in parts))
        case Either(parts=parts):
            return Either(tuple(renamed(one, change) for one in parts))
    raise TypeError(f"no way to rename the keys of {part}")


def with_names(formula: Formula, change: Callable[[str], str]) -> Formula:
    """Return the same formula with other names of keys."""
    return formula.replace(
        lambda node: Symbol(change(node.name), node.name, "", "") if isinstance(node, Symbol) else None
    )


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


@cache
def condition(text: str) -> Condition:
    """Read a condition; ValueError where it can't be read."""
    tokens = _Tokens(text)
    made = _or(tokens)
    if tokens.next()[0] != "end":
        raise ValueError(f"{text!r} goes on behind the condition: {tokens.next()[1]!r}")
    return made


def _or(tokens: _Tokens) -> Condition:
    parts = [_and(tokens)]
    while tokens.take("or"):
        parts.append(_and(tokens))
    return any_of(*parts)


def _and(tokens: _Tokens) -> Condition:
    parts = [_not(tokens)]
    while tokens.take("and"):
        parts.append(_not(tokens))
    return all_of(*parts)


def _not(tokens: _Tokens) -> Condition:
    return Not(_not(tokens)) if tokens.take("not") else _atom(tokens)


def _atom(tokens: _Tokens) -> Condition:
    start = tokens.at
    if tokens.take("("):
        try:
            inner = _or(tokens)
            tokens.need(")")
        except ValueError:
            inner = None
        if inner is not None and tokens.next()[1] in ("", "and", "or", ")"):
            return inner
        tokens.at = start
    kind, value = tokens.next()
    if kind == "text":
        tokens.at += 1
        tokens.need("in")
        return Has(_name(_sum(tokens)), value[1:-1])
    left = _sum(tokens)
    if tokens.take("is"):
        tokens.need("none")
        return IsNone(_name(left))
    if tokens.take("in"):
        return Among(left, _name(_sum(tokens)))
    sign = tokens.take(*SIGNS)
    if not sign:
        return IsGiven(_name(left))
    kind, value = tokens.next()
    if kind == "text":
        tokens.at += 1
        found = Is(_name(left), value[1:-1])
        return found if sign == "==" else Not(found)
    return Compare(left, sign, _sum(tokens))


def _name(formula: Formula) -> str:
    if not isinstance(formula, Symbol):
        raise ValueError(f"{written(formula)} is no key")
    return formula.name
