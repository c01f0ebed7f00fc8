"""Values that must be whole numbers."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError
from symbolic.formulas.formula import (
    Exact,
    Formula,
)


def integer_value(formula: Formula, sizes: Mapping[str, Exact]) -> int:
    """Return a formula's value; ConfigError where these sizes leave a fraction."""
    value = formula.value(sizes)
    if isinstance(value, int):
        return value
    raise ConfigError(not_whole(formula, value, sizes))


def not_whole(formula: Formula, value: Exact, sizes: Mapping[str, Exact]) -> str:
    """Return what is wrong with a value that is no whole number, with the sizes that made it."""
    given = ", ".join(f"{symbol.name} {sizes[symbol.name]}" for symbol in formula.symbols)
    return f"{value} is not a whole number, with {given}; change one of these sizes"
