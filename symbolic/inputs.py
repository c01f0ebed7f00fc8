"""The inputs of a quantity that are not the model's: tokens, batch, bytes a number. Symbols like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formula import Exact, Formula, Symbol
from symbolic.model import Model
from symbolic.quantity import Quantity
from symbolic.vocabulary import SYMBOLS, tokens


@dataclass(frozen=True, slots=True)
class Inputs:
    """The numbers of a quantity's symbols, in the order of the quantity; `assumed` are those that nobody gave."""

    sizes: Mapping[str, Exact]
    definitions: Mapping[Symbol, Formula]
    assumed: frozenset[str]

    @property
    def given(self) -> Mapping[str, Exact]:
        """Those that somebody gave."""
        return {name: size for name, size in self.sizes.items() if name not in self.assumed}


def resolve(quantity: Quantity, model: Model, given: Mapping[str, Exact]) -> Inputs:
    """The given inputs and the defaults of the others; an error line where one is unknown or can't be."""
    known = {symbol.name: default for symbol, default in quantity.inputs.items()}
    for name in given:
        if name not in known:
            raise UnknownName(f"input of {quantity.name}", name, known)
        check(SYMBOLS[name], given[name])
    numbers = {name: default for name, default in known.items() if not isinstance(default, Formula)}
    longest = model.sizes.get("context_length")
    if longest and tokens.name in numbers:
        # A text that is longer than the model can look at is nobody's default.
        numbers[tokens.name] = min(numbers[tokens.name], longest)
    numbers |= given
    definitions = {
        symbol: default
        for symbol, default in quantity.inputs.items()
        if isinstance(default, Formula) and symbol.name not in given
    }
    sizes: dict[str, Exact] = {**model.sizes, **numbers}
    for symbol, formula in definitions.items():
        sizes[symbol.name] = formula.value(sizes)
    return Inputs(
        {symbol.name: sizes[symbol.name] for symbol in quantity.inputs},
        definitions,
        frozenset(known) - frozenset(given),
    )


def check(symbol: Symbol, value: Exact) -> None:
    """ConfigError where an input can't have this value."""
    if symbol.whole and not isinstance(value, int):
        raise ConfigError(f"{symbol.name} must be a whole number, got {shown(str(value))}; give a whole number")
    if value < symbol.minimum or (value == 0 and not symbol.whole):
        least = f"at least {symbol.minimum}" if symbol.whole else "more than 0"
        raise ConfigError(f"{symbol.name} must be {least}, got {value}; give a larger one")
    if symbol.maximum is not None and value > symbol.maximum:
        raise ConfigError(f"{symbol.name} must be at most {symbol.maximum}, got {value}; give a smaller one")
