"""What is asked of each config: the columns of figures, and what they take."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, zip_longest

from symbolic.errors import ConfigError, UnknownName
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import batch_size, context, target_tokens, tokens, training_tokens
from symbolic.measuring import quantities
from symbolic.measuring.inputs import Inputs


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: a quantity under a convention, with what it takes beside the model (see `api.explain`).

    One that `decides` has the result by which a reader decides, or that the name means, in the total's place.
    """

    name: str
    quantity: str
    convention: str
    inputs: Mapping[str, Exact] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    decides: bool = False

    @property
    def unit(self) -> str:
        """The word behind each of its figures."""
        quantity = quantities.find(self.quantity)
        title = str(quantity.decides or quantity.named_for) if self.decides else ""
        return next((str(one.unit) for one in quantity.results if title and str(one.title) == title), quantity.unit)

    def asks(self, but: Collection[str] = ()) -> str:
        """Return what it takes beside the model: tokens=1024, batch_size=1, dtype=int4.

        `but` are inputs whose value is not the usual one.
        """
        shown = {*self.inputs, *(SHOWN - {*but})}
        numbers = {name: str(value) for name, value in self._asked.items() if name in shown}
        words = {**self.named, **self.choices}
        return ", ".join(f"{name}={value}" for name, value in (numbers | words).items() if value)

    def other(self, taken: Inputs) -> tuple[str, ...]:
        """Return the inputs whose value is the published one here, or another one than is usual."""
        asked = ((name, value) for name, value in self._asked.items() if name in SHOWN)
        return tuple(name for name, value in asked if name in taken.published or taken.sizes.get(name) != value)

    @property
    def _asked(self) -> Mapping[str, Exact]:
        usual = {symbol.name: default for symbol, default in quantities.find(self.quantity).inputs.items()}
        return {name: value for name, value in (usual | dict(self.inputs)).items() if isinstance(value, int | Fraction)}


SHOWN = frozenset(symbol.name for symbol in (batch_size, tokens, context, target_tokens, training_tokens))
"""What a figure hangs on most, beside what somebody gave."""


@dataclass(frozen=True, slots=True)
class Request:
    """The columns, and how configs are read."""

    columns: tuple[Column, ...]
    architecture: str | None = None
    strict: bool = False

    def conventions(self, others: Iterable[Collection[str]]) -> str:
        """Return the convention of each column, and what it takes: kv-cache=kept (batch_size=1, context=1024).

        `others` are inputs of each column that have another value in this row.
        """
        return ", ".join(
            f"{column.name}={column.convention}" + (f" ({asks})" if (asks := column.asks(but)) else "")
            for column, but in zip_longest(self.columns, others, fillvalue=())
            if isinstance(column, Column) and not column.decides
        )


def columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of names such as `kv-cache`, `kv-cache:expanded` or `active`, a convention of parameters.

    Behind a quantity by whose total nobody decides stands a column of the result by which they do. Where the quantity's
    name means a result, that column has the name, and the total has a name of its own.
    Raises UnknownName, and ConfigError where one comes twice.

    >>> [(one.quantity, one.convention) for one in columns(["parameters", "active", "kv-cache:expanded"])]
    [('parameters', 'trainable'), ('parameters', 'active'), ('kv-cache', 'expanded')]
    """
    found = [_column(name) for name in names]
    for place, column in enumerate(found):
        if column in found[:place]:
            raise ConfigError(f"{column.name} is asked for twice; name each column once")
    if not found:
        raise ConfigError("no column is asked for; name some, such as parameters,active,kv-cache")
    return tuple(chain.from_iterable(map(_with_deciding, found)))


def _with_deciding(column: Column) -> Iterator[Column]:
    quantity = quantities.find(column.quantity)
    if quantity.named_for:
        yield replace(column, name=column.name.replace(quantity.name, quantity.total_column, 1))
        yield replace(column, decides=True)
        return
    yield column
    if quantity.decides:
        yield replace(column, name=f"{column.name}-{str(quantity.decides).replace(' ', '-')}", decides=True)


def _column(name: str) -> Column:
    asked, _, convention = name.partition(":")
    counted = quantities.find("parameters").conventions
    if asked not in quantities.names():
        if convention or asked not in counted:
            raise UnknownName("quantity or convention of parameters", asked, (*quantities.names(), *counted))
        asked, convention = "parameters", asked
    found = quantities.find(asked)
    chosen = found.convention(convention)
    default = next(iter(found.conventions))
    return Column(name, asked, next(key for key, one in found.conventions.items() if one is chosen) or default)
