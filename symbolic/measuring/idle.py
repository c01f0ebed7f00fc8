"""Which of the inputs that somebody gave change nothing: no formula of the derivation looks at them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from symbolic.errors import ConfigError, NothingToMeasure, SymbolicError, listed
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.vocabulary import batch_size, context, data_parallel, tokens
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.results import derived_results

ASKED_OF_ALL = (tokens, context, batch_size, data_parallel)
"""How much text there is, and on how many devices alike, may be asked of any network: a state does not grow."""


def refuse_idle(derivations: Iterable[Derivation], given: Mapping[str, Exact | Formula]) -> None:
    """Raise ConfigError where an input that somebody gave changes nothing in any of these derivations."""
    made = tuple(derivations)
    for name, value in given.items():
        if made and all(_is_idle(one, name, value) for one in made):
            having = next((one for one in made if name in _names(one)), made[0])
            raise ConfigError(_says(having, name, value))


def unread_lengths(derivation: Derivation, given: Mapping[str, Exact | Formula]) -> tuple[str, ...]:
    """Return the lengths that somebody gave and that change nothing here: in a table they may change other rows."""
    asked = {symbol.name for symbol in ASKED_OF_ALL} & given.keys()
    return tuple(
        name
        for name in sorted(asked & _names(derivation) - in_total(derivation))
        if _is_idle(derivation, name, given[name])
    )


def beside_the_total(derivation: Derivation, given: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the inputs that only other conventions look at, and the names of these."""
    found = {}
    for name in given:
        if name in _names(derivation) and name not in _used(derivation):
            found[name] = tuple(_others_with(derivation, name))
    return {name: others for name, others in found.items() if others}


def choosing_the_same(derivation: Derivation) -> dict[str, str]:
    """Return the choices that somebody made and that count what the usual one counts, with the usual one of each."""
    found = {}
    for choice in derivation.quantity.choices:
        if choice.value != choice.usual:
            usual = _with_usual(derivation, choice.name)
            if all(one.total == other.total for one, other in usual):
                found[choice.name] = choice.usual
    return found


def _is_idle(derivation: Derivation, name: str, value: Exact | Formula) -> bool:
    quantity = derivation.quantity
    if name not in _names(derivation):
        return True
    symbol = next(one for one in quantity.inputs if one.name == name)
    if value == quantity.inputs[symbol] or (
        symbol in ASKED_OF_ALL and not isinstance(quantity.inputs[symbol], Formula)
    ):
        return False
    return name not in _used(derivation) and not any(_others_with(derivation, name))


def _names(derivation: Derivation) -> set[str]:
    return {symbol.name for symbol in derivation.quantity.inputs}


def _used(derivation: Derivation) -> set[str]:
    """Return the symbols of the total and of what follows from it, and those that their definitions stand on."""
    formulas = [derivation.general.formula]
    with suppress(SymbolicError):
        formulas += [one.formula for one in derived_results(derivation) if one.formula is not None]
    return _standing_on(formulas, derivation)


def in_total(derivation: Derivation) -> set[str]:
    """Return the symbols of the total alone, and those that their definitions stand on."""
    return _standing_on([derivation.general.formula], derivation)


def _standing_on(formulas: Iterable[Formula], derivation: Derivation) -> set[str]:
    found: set[Symbol] = set()
    waiting = [symbol for formula in formulas for symbol in formula.symbols]
    while waiting:
        symbol = waiting.pop()
        if symbol not in found:
            found.add(symbol)
            waiting += derivation.definitions[symbol].symbols if symbol in derivation.definitions else ()
    return {symbol.name for symbol in found}


def _others_with(derivation: Derivation, name: str) -> Iterator[str]:
    """Yield the conventions of the quantity, except the one at hand, whose total has the input."""
    for other in derivation.quantity.conventions.values():
        with suppress(SymbolicError):
            if other != derivation.convention and name in _used(derivation.counted_as(other)):
                yield other.name


def _with_usual(derivation: Derivation, name: str) -> Iterator[tuple[Derivation, Derivation]]:
    """Yield the count by each convention, beside that with the usual choice."""
    quantity = derivation.quantity
    usual = quantity.choosing({one.name: one.usual for one in quantity.choices if one.name == name})
    for convention, found in quantity.conventions.items():
        with suppress(NothingToMeasure):
            other = derive(derivation.model, usual, usual.convention(convention), derivation.inputs.given)
            yield derivation.counted_as(found), other


def _says(derivation: Derivation, name: str, value: Exact | Formula) -> str:
    used = _used(derivation)
    looked_at = [one for one in derivation.inputs.sizes if one in used]
    shown = "" if isinstance(value, Formula) else f" {grouped(value)}"
    looks = f"it looks at {listed(looked_at)}" if looked_at else "it has no input"
    return (
        f"{name}{shown} changes nothing: no formula in {derivation.quantity.name} of {derivation.model.name} has it, "
        f"{looks}; leave it out"
    )
