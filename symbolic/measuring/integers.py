"""Values that must be whole numbers."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula


def integer_value(formula: Formula, sizes: Mapping[str, Exact]) -> int:
    """Return a formula's value; ConfigError where these sizes leave a fraction."""
    try:
        value = formula.value(sizes)
    except ZeroDivisionError:
        raise ConfigError(
            f"a size by which another is divided is 0, with {_given(formula, sizes)}; change one"
        ) from None
    if isinstance(value, int):
        return value
    raise ConfigError(not_whole(formula, value, sizes))


def not_whole(formula: Formula, value: Exact, sizes: Mapping[str, Exact]) -> str:
    """Return what is wrong with a value that is no whole number, with the sizes that made it."""
    return f"{value} is not a whole number, with {_given(formula, sizes)}; change one of these sizes"


def _given(formula: Formula, sizes: Mapping[str, Exact]) -> str:
    return ", ".join(f"{symbol.name} {sizes[symbol.name]}" for symbol in formula.symbols)
