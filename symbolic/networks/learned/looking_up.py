"""What stands under a name of a description in a config's values: a key, an item of a list, a list's length."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from symbolic.formulas.formula import Exact

Values: TypeAlias = Mapping[str, Any]


LETTERS = "ijk"
"""What the number of a layer is called in a formula: in a stack, in a stack within one, in one within that."""


SMALL = 10_000
"""The largest denominator of the fraction that a float of a config is taken for: 5.833333333333333 is 35/6."""


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
        return bisect_left(places, here)
    return len(places)


class Listed(list[Any]):
    """A list that knows where each of its items stands, for who asks at each of its places."""

    @cached_property
    def places(self) -> Mapping[Any, list[int]]:
        """The places of each item, in order; TypeError where items are lists themselves."""
        found: dict[Any, list[int]] = {}
        for at, one in enumerate(self):
            found.setdefault(one, []).append(at)
        return found


def with_places(values: Values) -> dict[str, Any]:
    """Return values whose lists know where their items stand, those of parts, too."""
    return {
        name: Listed(value) if type(value) is list else with_places(value) if type(value) is dict else value
        for name, value in values.items()
    }


def places_alike(name: str, values: Values) -> list[int]:
    """The places of the items of a list that are like the one of a name, such as `layer_types[i]`, in order."""
    item, listed = look_up(name, values), look_up(name.rpartition("[")[0], values)
    if not isinstance(listed, list | tuple | str):
        return []
    if isinstance(listed, Listed):
        with suppress(TypeError):
            return listed.places.get(item, [])
    return [at for at, one in enumerate(listed) if one == item]


def ratio(value: float) -> int | Fraction:
    """Return the number that a float of a config stands for: the simplest fraction of that float, else its digits.

    >>> ratio(4.0), ratio(2.5), ratio(5.833333333333333)
    (4, Fraction(5, 2), Fraction(35, 6))
    """
    digits = Fraction(repr(value))
    simple = digits.limit_denominator(SMALL)
    found = simple if float(simple) == value else digits
    return found.numerator if found.denominator == 1 else found
