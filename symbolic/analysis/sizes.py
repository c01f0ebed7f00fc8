"""The sizes that a formula has, by the names that a user gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas import algebra
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.formulas.vocabulary.options import BY_OPTION
from symbolic.measuring.derivation import Derivation
from symbolic.networks.family import Need
from symbolic.pages.listing import listed


class UnknownSize(SymbolicError):
    """A size to vary or to solve for that the formula does not have."""

    def __init__(self, name: str, derivation: Derivation) -> None:
        """The name that was given, and the formula that lacks it."""
        has = ", ".join(symbol.name for symbol in derivation.general_form.symbols)
        defined = {symbol.name: formula for symbol, formula in derivation.definitions.items()}
        if name in defined:
            sources = algebra.primary(defined[name], derivation.definitions).symbols
            from_ = listed([symbol.name for symbol in sources])
            super().__init__(f"{name} follows from {from_} in this model; the formula has {has}")
        elif name in derivation.sizes:
            super().__init__(f"{name} does not change the {derivation.unit} of this model; the formula has {has}")
        else:
            super().__init__(f"{name!r} is no size of this formula; it has {has}")


def size_called(name: str, derivation: Derivation) -> str:
    """Return the name of the size that the config has under this key, such as `hidden_size`; else the name as it is.

    An input may have the name of its option: `batch` is `batch_size`.
    """
    family = derivation.model.architecture
    called = (symbol.name for symbol in family.sizes if symbol.name in derivation.sizes and name in family.keys(symbol))
    option = BY_OPTION.get(name)
    known = option is not None and option.name in derivation.sizes
    return name if name in derivation.sizes else next(called, option.name if option and known else name)


def chosen_sizes(derivation: Derivation, names: Sequence[str]) -> tuple[Symbol, ...]:
    """Return the sizes of these names, or keys of the config; UnknownSize where the general form has not all of them.

    ConfigError for a name that stands there twice: it can't have two values.
    """
    has = {symbol.name: symbol for symbol in derivation.general_form.symbols}
    names = [size_called(name, derivation) for name in names]
    for name in names:
        if name not in has:
            raise UnknownSize(name, derivation)
        if names.count(name) > 1:
            raise ConfigError(f"{name} is given {names.count(name)} times; name each size once")
    return tuple(has[name] for name in names)


class PatternSize(SymbolicError):
    """A size that no config sets: it follows from others."""


def settable(derivation: Derivation, names: Iterable[str]) -> None:
    """Raise PatternSize for a size that no config can set, since it follows from other sizes."""
    family = derivation.model.architecture
    for name in names:
        follows = family.pattern is not None and not family.pattern.keys
        if follows and family.sizes.get(SYMBOLS[name]) is Need.PATTERN:
            raise PatternSize(f"{name} follows from other sizes in {family.title}; choose one of those")
