"""Numbers that carry the formula that they came from: to code they are plain int and float.

An int that a config holds is replaced by one of these; what the code computes from it carries the formula along, and
what it compares is written to the log (`comparisons`).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any

from symbolic.formulas.formula import Formula, Number, Power, Symbol
from symbolic.formulas.functions import Floor, Root
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.comparisons import LOG, compared


def symbol(name: str, *, whole: bool = True) -> Symbol:
    """Return a key of a config as a symbol of its own name."""
    return Symbol(name, name, "", "", is_integer=whole)


def formula_of(value: object) -> Formula | None:
    """Return the formula that a value carries, a plain number as itself; None for another kind of value."""
    if isinstance(value, Carried):
        return value.formula
    if isinstance(value, bool):
        return Number(int(value))
    if isinstance(value, int):
        return Number(value)
    if isinstance(value, float) and math.isfinite(value):
        # Written as people write it: 0.1 is a tenth, not the nearest sum of powers of two.
        ratio = Fraction(float.__repr__(value))  # NumPy's own repr has its type in it
        if ratio.denominator > 10**6:
            near = Fraction(value).limit_denominator(1000)
            ratio = near if float(near) == value else ratio
        return Number(ratio.numerator if ratio.denominator == 1 else ratio)
    return None


def carrying(value: Any, formula: Formula | None) -> Any:
    """Return a number with its formula, where that has a symbol in it."""
    if formula is None or isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if not any(isinstance(node, Symbol) for node in formula.walk()):
        return value
    return CarriedInt(value, formula) if isinstance(value, int) else CarriedFloat(value, formula)


class Carried:
    """What both kinds of number have."""

    formula: Formula
    plain: Any

    def __neg__(self) -> Any:
        return carrying(-self.plain, make.negative(self.formula))

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce__(self) -> Any:
        return (type(self.plain), (self.plain,))

    def __repr__(self) -> str:
        return repr(self.plain)

    def __str__(self) -> str:
        return str(self.plain)

    def __format__(self, spec: str) -> str:
        return format(self.plain, spec)

    def __ceil__(self) -> Any:
        return carrying(math.ceil(self.plain), make.raised(self.formula))

    def __floor__(self) -> Any:
        return carrying(math.floor(self.plain), make.floored(self.formula))

    def __trunc__(self) -> Any:
        return carrying(math.trunc(self.plain), make.floored(self.formula))

    def __round__(self, digits: int | None = None) -> Any:
        if digits is not None:
            return round(self.plain, digits)
        half = make.plus(self.formula, Number(Fraction(1, 2)))
        return carrying(round(self.plain), self.formula if make.is_whole(self.formula) else Floor(half))

    def __divmod__(self, other: Any) -> Any:
        return (self // other, self % other)

    def __bool__(self) -> bool:
        compared(self.formula, "!=", Number(0))
        return bool(self.plain)


class CarriedInt(Carried, int):  # type: ignore[misc]  # round() gives what the formula needs
    """An int with a formula."""

    def __new__(cls, value: int, formula: Formula) -> CarriedInt:
        """Return the number with its formula."""
        made = int.__new__(cls, value)
        made.formula = formula
        made.plain = int.__index__(made)
        return made

    __hash__ = int.__hash__


class CarriedFloat(Carried, float):  # type: ignore[misc]
    """A float with a formula."""

    def __new__(cls, value: float, formula: Formula) -> CarriedFloat:
        """Return the number with its formula."""
        made = float.__new__(cls, value)
        made.formula = formula
        made.plain = float.__float__(made)
        return made

    def is_integer(self) -> bool:
        """Return whether the value is whole, as float.is_integer does."""
        return bool(self.plain.is_integer())

    __hash__ = float.__hash__


class Index(CarriedInt):
    """A position in a walk over a range: the layer's number."""


def _power(base: Formula, exponent: Formula) -> Formula:
    if isinstance(exponent, Number) and exponent.number == Fraction(1, 2):
        return Root(base)
    if not isinstance(exponent, Number) or not isinstance(exponent.number, int):
        if not make.is_whole(exponent):
            raise ValueError("a power with an exponent that is no whole number")
        return Power(base, exponent)
    return make.power(base, exponent)


MADE: dict[str, Callable[[Formula, Formula], Formula]] = {
    "add": make.plus,
    "sub": lambda left, right: make.plus(left, make.negative(right)),
    "mul": make.times,
    "truediv": make.over,
    "floordiv": lambda left, right: make.floored(make.over(left, right)),
    "mod": make.rest,
    "pow": _power,
}
SIGNS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


def _plain(value: Any) -> Any:
    return value.plain if isinstance(value, Carried) else value


_symbolic: ContextVar[Callable[[CarriedInt], Any] | None] = ContextVar("symbolic", default=None)


@contextmanager
def met_by_symbols(made: Callable[[CarriedInt], Any]) -> Iterator[None]:
    """While it is active, a size that meets a symbolic integer of torch becomes one, as `made` makes it."""
    before = _symbolic.set(made)
    try:
        yield
    finally:
        _symbolic.reset(before)


def _binary(name: str, *, swapped: bool) -> Callable[[Any, Any], Any]:
    compute, formula = getattr(operator, name), MADE[name]

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            symbols = _symbolic.get()
            if symbols is None or not isinstance(self, CarriedInt) or type(other).__name__ != "SymInt":
                return NotImplemented
            mine = symbols(self)
            return compute(other, mine) if swapped else compute(mine, other)
        mine, its = self.plain, _plain(other)
        left, right = (its, mine) if swapped else (mine, its)
        value = compute(left, right)
        one, two = formula_of(self), formula_of(other)
        if one is None or two is None:
            return value
        try:
            return carrying(value, formula(two, one) if swapped else formula(one, two))
        except (ValueError, ZeroDivisionError):
            return value

    return method


def _comparison(name: str) -> Callable[[Any, Any], Any]:
    compute, sign = getattr(operator, name), SIGNS[name]

    def method(self: Any, other: Any) -> Any:
        if not isinstance(other, (int, float)):
            return NotImplemented if name not in ("eq", "ne") else name == "ne"
        right = formula_of(other)
        if right is not None and not isinstance(other, bool):
            compared(self.formula, sign, right)
        return compute(self.plain, _plain(other))

    return method


for _name in MADE:
    for _class in (CarriedInt, CarriedFloat):
        setattr(_class, f"__{_name}__", _binary(_name, swapped=False))
        setattr(_class, f"__r{_name}__", _binary(_name, swapped=True))
for _name in SIGNS:
    for _class in (CarriedInt, CarriedFloat):
        setattr(_class, f"__{_name}__", _comparison(_name))
for _class, _hash in ((CarriedInt, int.__hash__), (CarriedFloat, float.__hash__)):
    _class.__hash__ = _hash  # type: ignore[assignment]


def named(value: Any, name: str) -> Any:
    """Return a number as one that carries a symbol of this name; any other value, true and false too, as it is."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return CarriedInt(value, symbol(name))
    if isinstance(value, float):
        return CarriedFloat(value, symbol(name, whole=False))
    return value


class CarriedList(list):  # type: ignore[type-arg]
    """A list of a config: an item at a layer's number is a symbol of its own, and looking into it is logged."""

    def __init__(self, items: Iterable[Any], name: str) -> None:
        super().__init__(items)
        self.name = name

    def __contains__(self, item: object) -> bool:
        if isinstance(item, Carried):
            key = (item.formula, symbol(self.name))
            LOG.contained[key] = LOG.contained.get(key, 0) + 1
        return super().__contains__(item)

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce__(self) -> Any:
        return (list, (list(self),))
