"""Every size of a model: given, left to a default, counted, or following from others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from symbolic.configs.given import Given
from symbolic.configs.labels import count_labels
from symbolic.configs.sizes import check_pairs, default_sizes, definitions, given_sizes, value_of
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.family import Family, Need, Options

T = TypeVar("T")


def every_size(
    given: Given, family: Family, options: Options
) -> tuple[dict[str, int], dict[Symbol, Formula], frozenset[str]]:
    """Return every size of a model, those that follow from others, and the names of those left to defaults."""
    here = _present(family, options)
    found = given_sizes(given, family, here)
    _check_switched_on(given, family, options, found)
    open_sizes = [symbol for symbol in here if symbol not in found]
    defaults = default_sizes(given, family, open_sizes)
    sizes = {symbol.name: size for symbol, size in (found | defaults).items()}
    sizes |= _counted(given, family, sizes, here)
    defined = definitions(given, family, open_sizes)
    for symbol, formula in defined.items():
        sizes[symbol.name] = _from(given, partial(value_of, symbol, formula, sizes))
    _from(given, partial(check_pairs, family, sizes))
    return sizes, defined, frozenset(symbol.name for symbol in defaults)


def _present(family: Family, options: Options) -> list[Symbol]:
    """Return the sizes that a network with these options has."""
    off = {option.needs for option in family.options if option.needs and not options[option.name]}
    of_head = family.head_sizes | {symbol for symbol, need in family.sizes.items() if need is Need.LABELS}
    used = family.used(options) if of_head else frozenset()
    return [symbol for symbol in family.sizes if symbol not in off and (symbol not in of_head or symbol in used)]


def _check_switched_on(given: Given, family: Family, options: Options, found: Mapping[Symbol, int]) -> None:
    for option in family.options:
        size = option.needs
        if size and options[option.name] and size not in found and family.sizes[size] is Need.OPTIONAL:
            raise given.error(f"{option.name} is true and {size.name} is not there; give it a number")


def _counted(given: Given, family: Family, sizes: Mapping[str, int], here: list[Symbol]) -> dict[str, int]:
    """Return the sizes that the config doesn't give as numbers: layers of each kind, classes that it names."""
    counted: dict[str, int] = {}
    for symbol in here:
        if family.sizes[symbol] is Need.LABELS:
            counted[symbol.name] = count_labels(given, sizes.get(symbol.name))
    if family.pattern:
        given.use(*family.pattern.keys)
        layers = _from(given, partial(family.pattern.count, given.values, sizes))
        counted |= {symbol.name: number for symbol, number in layers.items()}
    return counted


def _from(given: Given, make: Callable[[], T]) -> T:
    """Return what is made; an error says where the config comes from."""
    try:
        return make()
    except ConfigError as problem:
        raise problem.at(given.source) from None
