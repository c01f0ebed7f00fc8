"""A dialect: the keys in which another program writes the config of a network that we know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from symbolic.errors import ConfigError, shown

Values = Mapping[str, object]


class Dialect(NamedTuple):
    """What a dialect is called, how its configs are told from others, and how they read in our keys.

    `any_of` are keys of which a config must have one, and `needed` those that it must have all; `types` are values of
    model_type that only it has. A config with a key of `never` is another program's. `translate` gives the same config
    in keys that a family knows, and raises ConfigError where it describes a network that none is. One is a `guess`
    where other programs use its keys as well: what else its config says is then held against the family.
    """

    title: str
    needed: frozenset[str]
    translate: Callable[[Values], dict[str, object]]
    any_of: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    guess: bool = False
    never: frozenset[str] = frozenset()

    def fits(self, values: Values) -> bool:
        """Return whether a config is written in it; one that names another type is Hugging Face's."""
        asked = values.get("model_type")
        by_type = isinstance(asked, str) and asked in self.types
        by_keys = "model_type" not in values and bool(self.any_of & values.keys())
        return (by_type or by_keys) and self.needed <= values.keys() and not self.never & values.keys()


def renamed(values: Values, names: Mapping[str, str]) -> dict[str, object]:
    """Return the same values under other names, where there is one."""
    return {names.get(key, key): value for key, value in values.items()}


def number(values: Values, key: str, default: int | None = None) -> int | None:
    """Return a whole number of the config, or the default where it has none."""
    value = values.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def switch(values: Values, key: str, *, default: bool) -> bool:
    """Return what a switch of the config says, or the default where it says nothing; ConfigError for another value."""
    value = values.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise ConfigError(f"{key} must be true or false, got {shown(value)}")
    return value
