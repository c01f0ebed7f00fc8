"""What is asked of each config: the columns of figures, and what they take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symbolic.errors import ConfigError, UnknownName
from symbolic.formulas.formula import Exact
from symbolic.measuring import quantities


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: a quantity under a convention, with what it takes beside the model (see `api.explain`)."""

    name: str
    quantity: str
    convention: str
    inputs: Mapping[str, Exact] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """The word behind each of its figures."""
        return quantities.find(self.quantity).unit


@dataclass(frozen=True, slots=True)
class Request:
    """The columns, and how configs are read."""

    columns: tuple[Column, ...]
    architecture: str | None = None
    strict: bool = False

    @property
    def conventions(self) -> str:
        """The convention of each column: trainable, kv-cache=kept."""
        return ", ".join(f"{column.name}={column.convention}" for column in self.columns)


def columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of names such as `kv-cache`, `kv-cache:expanded` or `active`, a convention of parameters.

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
    return tuple(found)


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
