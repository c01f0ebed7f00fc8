"""The dialects: one file each, found by listing this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from symbolic.configs.dialect import Dialect, Values
from symbolic.errors import ConfigError


@cache
def dialects() -> tuple[Dialect, ...]:
    """Return every dialect, in alphabetical order."""
    names = sorted(module.name for module in iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").DIALECT for name in names)


def in_our_keys(values: Values, source: str) -> Values:
    """Return the config itself, or what it says in our keys; ConfigError where that describes no network of ours."""
    plain = _plain(values)
    for dialect in dialects():
        if dialect.fits(plain):
            try:
                return dialect.translate(plain)
            except ConfigError as problem:
                raise ConfigError(f"{source}: these are the keys of {dialect.title}; {problem}") from None
    return values


def _plain(values: Values) -> Values:
    """Return the same config with keys as programs call them inside: `--num-layers` of a command is num_layers."""
    dashed = any("-" in key for key in values)
    return {key.lstrip("-").replace("-", "_"): value for key, value in values.items()} if dashed else values


def is_dialect(values: Values) -> bool:
    """Return whether a dict is a config in one of the dialects."""
    plain = _plain(values)
    return any(dialect.fits(plain) for dialect in dialects())


def is_guess(values: Values) -> bool:
    """Return whether a dict is read in a dialect whose keys other programs use, too."""
    return next((dialect.guess for dialect in dialects() if dialect.fits(values)), False)
