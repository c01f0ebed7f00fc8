"""A config while it is read: which of its keys were used is noted, so that none passes silently."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import SupportsIndex

from symbolic.errors import ConfigError, shown

MOST_DIGITS = 1000


class Given:
    """The values of a config, where they come from, and the keys that were used so far.

    In one that is `changed` sizes may have our names: those of a sweep, say, beside a class that reads other ones.
    """

    __slots__ = ("changed", "source", "used", "values")

    def __init__(self, values: Mapping[str, object], source: str, *, changed: bool = False) -> None:
        """None of the keys is used yet."""
        self.values, self.source, self.changed = values, source, changed
        self.used: set[str] = set()

    def use(self, *keys: str) -> None:
        """Mark these keys as used, if the config has them."""
        self.used.update(key for key in keys if key in self.values)

    def error(self, problem: object) -> ConfigError:
        """Return an error that says where the config comes from."""
        return ConfigError(f"{self.source}: {problem}")

    def integer(self, key: str, minimum: int) -> int:
        """Return a value as an int; ConfigError for floats, strings and booleans, even where they look whole."""
        value = self.values[key]
        # A plain int first: to ask for the protocol takes longer than all the rest.
        if isinstance(value, bool) or not isinstance(value, int | SupportsIndex):
            raise self.error(
                f"{key} must be a whole number, got {shown(value)}{_hint(value) or '; give a whole number'}"
            )
        size = operator.index(value)
        if abs(size) >= 10**MOST_DIGITS:
            raise self.error(f"{key} has more than {MOST_DIGITS} digits; give a smaller one")
        if size < minimum:
            raise self.error(f"{key} must be at least {minimum}, got {shown(size)}; {_remedy(key, size)}")
        return size


def _hint(value: object) -> str:
    if isinstance(value, str) and value.strip().lstrip("+-").replace("_", "").isdecimal():
        return f"; write {value.strip()} without quotes"
    if isinstance(value, float) and value.is_integer():
        return f"; write {int(value)}" if abs(value) < 2**53 else "; write all its digits"
    return ""


def _remedy(key: str, size: int) -> str:
    if key == "vocab_size" and size == -1:
        return (
            "-1 leaves it to the tokenizer: give the number of tokens of its tokenizer.model or tokenizer.json, or the "
            "vocab_size of the same model's config.json on the Hugging Face Hub"
        )
    return "give a larger one"
