"""The inputs of a quantity that are not the model's: tokens, batch, bytes a number. Symbols like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from symbolic.configs.model import Model
from symbolic.errors import ConfigError, UnknownName
from symbolic.formulas.amounts import near
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Number, Symbol
from symbolic.formulas.functions import Minimum
from symbolic.formulas.vocabulary import SYMBOLS, context, tokens
from symbolic.measuring.longest import Longest, longest_text
from symbolic.measuring.published import published_inputs
from symbolic.measuring.quantity import Quantity

Given: TypeAlias = Mapping[str, Exact | Formula]
"""Inputs by name: numbers, or formulas of other inputs."""


class Inputs(NamedTuple):
    """The numbers of a quantity's symbols, in the order of the quantity; `assumed` are those that nobody gave.

    `published` are those among them that the model's makers published.

    `limited` are the defaults that a size of the model limits, as formulas: min(1024, context_length).
    """

    sizes: Mapping[str, Exact]
    definitions: Mapping[Symbol, Formula]
    assumed: frozenset[str]
    limited: Mapping[Symbol, Formula]
    published: frozenset[str] = frozenset()

    @property
    def given(self) -> Given:
        """Those that somebody gave, as given."""
        return {name: value for name, value in self.all.items() if name not in self.assumed}

    @property
    def all(self) -> Given:
        """Each as it was given or is by default: a number, or a formula of others."""
        formulas = {symbol.name: formula for symbol, formula in self.definitions.items()}
        return {name: formulas.get(name, size) for name, size in self.sizes.items()}


def resolve(quantity: Quantity, model: Model, given: Given) -> Inputs:
    """Return the given inputs with the defaults of the others; ConfigError or UnknownName where one can't be."""
    known = {
        symbol.name: default(model.network) if callable(default) else default
        for symbol, default in quantity.inputs.items()
    }
    published = published_inputs(model, quantity)
    known |= published
    for name, value in given.items():
        if name not in known:
            raise UnknownName(f"input of {quantity.name}", name, known)
        if not isinstance(value, Formula):
            check(SYMBOLS[name], value)
    said = {**known, **given}
    limited: dict[Symbol, Formula] = {}
    for symbol in (tokens, context):
        usual = said.get(symbol.name)
        if symbol.name in given or not isinstance(usual, int):
            continue
        most = longest_text(model)
        # A text that is longer than the model can look at is nobody's default.
        if most is not None and isinstance(most.formula, Number):
            said[symbol.name] = usual = min(usual, most.tokens)
        if limits := _limits(symbol, model, most):
            limited[symbol] = Minimum((Number(usual), *limits))
            said[symbol.name] = limited[symbol].value(model.sizes)
    definitions = {SYMBOLS[name]: value for name, value in said.items() if isinstance(value, Formula)}
    numbers = {name: value for name, value in said.items() if not isinstance(value, Formula)}
    sizes: dict[str, Exact] = {**model.sizes, **numbers}
    waiting = dict(definitions)
    while waiting:
        # A definition may stand on another one: the first whose symbols are known comes next.
        symbol = next(one for one, formula in waiting.items() if all(part.name in sizes for part in formula.symbols))
        sizes[symbol.name] = waiting.pop(symbol).value(sizes)
    return Inputs(
        {symbol.name: sizes[symbol.name] for symbol in quantity.inputs},
        definitions,
        frozenset(known) - frozenset(given),
        limited,
        frozenset(name for name, value in published.items() if given.get(name, value) == value),
    )


def _limits(symbol: Symbol, model: Model, text: Longest | None) -> tuple[Formula, ...]:
    """The sizes of a model that an input can't be more than: that of its texts, and those that its code asks for."""
    own = (*([text.formula] if text else []), *(most for least, most in model.network.within if least == symbol))
    own = tuple(one for one in own if not isinstance(one, Number))
    return tuple(one for one in dict.fromkeys(own) if all(part.name in model.sizes for part in one.symbols))


def check(symbol: Symbol, value: Exact) -> None:
    """Raise ConfigError for a value of an input that its symbol does not allow."""
    if symbol.is_integer and not isinstance(value, int):
        raise ConfigError(f"{symbol.name} must be a whole number, got {grouped(value)}; give {near(value)}")
    if value < symbol.minimum or (value == 0 and not symbol.is_integer):
        least = f"at least {symbol.minimum}" if symbol.is_integer else "more than 0"
        raise ConfigError(f"{symbol.name} must be {least}, got {grouped(value)}; give a larger one")
    if symbol.maximum is not None and value > symbol.maximum:
        raise ConfigError(f"{symbol.name} must be at most {symbol.maximum}, got {grouped(value)}; give a smaller one")


def beyond(model: Model, inputs: Inputs) -> dict[str, Exact]:
    """Return the inputs that are texts longer than the model was made for, by name; not what follows from one."""
    if (most := longest_text(model)) is None:
        return {}
    asked = (one for one in (tokens, context) if one not in inputs.definitions)
    return {one.name: inputs.sizes[one.name] for one in asked if inputs.sizes.get(one.name, 0) > most.tokens}


def too_long(model: Model, inputs: Inputs) -> list[str]:
    """Return a line for each text that is longer than the model was made for."""
    most = longest_text(model)
    return [
        f"{name} {grouped(size)} is more than the model was made for: {most.name} is {grouped(most.tokens)}"
        for name, size in beyond(model, inputs).items()
        if most is not None
    ]


def shortened(inputs: Inputs) -> list[str]:
    """Return a line for each text that is shorter than is usual, since the model can't look at so much."""
    return [
        f"{symbol.name} is {grouped(inputs.sizes[symbol.name])}, the most that the model was made for"
        for symbol, limit in inputs.limited.items()
        if isinstance(limit, Minimum) and limit.parts[0] != Number(inputs.sizes[symbol.name])
    ]
