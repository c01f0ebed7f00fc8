"""Stand-ins for int, float, len, range and math that keep the formula of a number, for code that is traced."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable
from typing import Any

from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.functions import Root
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.carried import (
    Carried,
    CarriedFloat,
    CarriedInt,
    CarriedList,
    Index,
    carrying,
    formula_of,
    symbol,
)
from symbolic.networks.tracing.comparisons import LOG


class _StandIn(type):
    """The type of a class that stands in for `plain`: what is an instance of that is an instance of this."""

    plain: type

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls.plain)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.plain)


class TracedInt(metaclass=_StandIn):
    """int() that keeps a formula: put in the place of int in a module's own code."""

    plain = builtins.int

    def __new__(cls, *given: Any, **named: Any) -> Any:
        """Return what int() would, with the formula."""
        if len(given) == 1 and isinstance(given[0], CarriedInt):
            return given[0]
        if len(given) == 1 and isinstance(given[0], CarriedFloat):
            return math.trunc(given[0])
        return builtins.int(*given, **named)

    from_bytes = builtins.int.from_bytes


class TracedFloat(metaclass=_StandIn):
    """float() that keeps a formula."""

    plain = builtins.float

    def __new__(cls, *given: Any) -> Any:
        """Return what float() would, with the formula."""
        if len(given) == 1 and isinstance(given[0], Carried):
            return carrying(builtins.float(given[0].plain), given[0].formula)
        return builtins.float(*given)


class TracedMath:
    """The module math, with the few functions that sizes go through keeping their formula."""

    def __getattr__(self, name: str) -> Any:
        return getattr(math, name)

    def sqrt(self, value: Any) -> Any:
        """Return a square root, with its formula."""
        return carrying(math.sqrt(value.plain), Root(value.formula)) if isinstance(value, Carried) else math.sqrt(value)

    def ceil(self, value: Any) -> Any:
        """Return a number rounded up, with its formula."""
        return value.__ceil__() if isinstance(value, Carried) else math.ceil(value)

    def floor(self, value: Any) -> Any:
        """Return a number rounded down, with its formula."""
        return value.__floor__() if isinstance(value, Carried) else math.floor(value)

    def prod(self, values: Iterable[Any], *, start: Any = 1) -> Any:
        """Return a product, with its formula."""
        made = start
        for value in values:
            made = made * value
        return made


def traced_len(value: Any) -> Any:
    """Return the length of a list, as a number that carries the name of a config's list."""
    if isinstance(value, CarriedList):
        return CarriedInt(len(value), symbol(f"len({value.name})"))
    return len(value)


def traced_range(*given: Any) -> Iterable[Any]:
    """Return a range that is logged, whose positions carry a name."""
    plain = range(*(builtins.int(bound) for bound in given))
    if not any(isinstance(bound, Carried) for bound in given):
        return plain
    stop = given[0] if len(given) == 1 else given[1]
    start = given[0] if len(given) > 1 else 0
    step = given[2] if len(given) > 2 else 1
    first, by = formula_of(start) or Number(0), formula_of(step) or Number(1)
    count = make.raised(make.over(make.plus(formula_of(stop) or Number(0), make.negative(first)), by))
    LOG.ranges[count] = LOG.ranges.get(count, 0) + 1
    if len(given) > 2:
        return _Range(plain, "i<?", first, by)
    return _Range(plain, f"i<{written(count)}")


class _Range:
    """A range whose items are indices; else as range's."""

    def __init__(self, plain: range, name: str, first: Formula | None = None, by: Formula | None = None) -> None:
        self.plain, self.name, self.first, self.by = plain, name, first, by

    def _item(self, value: int) -> Index:
        at = symbol(self.name)
        if self.first is None or self.by is None:
            return Index(value, at)
        return Index(value, make.plus(make.times(self.by, at), self.first))

    def __iter__(self) -> Any:
        return (self._item(value) for value in self.plain)

    def __reversed__(self) -> Any:
        return (self._item(value) for value in reversed(self.plain))

    def __len__(self) -> int:
        return len(self.plain)

    def __getitem__(self, at: Any) -> Any:
        return self.plain[at]

    def __contains__(self, item: object) -> bool:
        return item in self.plain
