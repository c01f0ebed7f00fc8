"""What follows from a total: each result an equation of the totals, the inputs and the results before it."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic import quantities
from symbolic.derivation import Derivation, derive
from symbolic.errors import ConfigError
from symbolic.formula import Exact, Formula, Labelled
from symbolic.quantity import Result


@dataclass(frozen=True, slots=True)
class Follows:
    """A result of a derivation: its equation, with the value and the unit; without one, `about` says all."""

    title: str
    about: str
    unit: str
    formula: Formula | None
    value: Exact


def follow(derivation: Derivation) -> tuple[Follows, ...]:
    """The results of a derivation, in order; those that do not apply are left out."""
    totals: dict[str, Formula] = {derivation.quantity.name: _total(derivation)}
    for name in derivation.quantity.companions:
        totals[name] = _total(companion(derivation, name))
    found = []
    for result in derivation.quantity.results:
        formula = result.formula(totals)
        if formula is None:
            continue
        value = formula.value(derivation.sizes)
        _check_limit(result, value, derivation)
        if value < 0 and result.never:
            found.append(Follows(result.title, result.never, result.unit, None, value))
            continue
        found.append(Follows(result.title, result.about, result.unit, formula, value))
        totals[result.title] = Labelled(result.title, formula)
    return tuple(found)


def companion(derivation: Derivation, name: str) -> Derivation:
    """Another quantity of the same model, or `quantity/convention`, with the same inputs where it has them."""
    name, _, convention = name.partition("/")
    quantity = quantities.find(name)
    known = {symbol.name for symbol in quantity.inputs}
    shared = {name: size for name, size in derivation.sizes.items() if name in known}
    return derive(derivation.model, quantity, quantity.convention(convention), shared)


def _check_limit(result: Result, value: Exact, derivation: Derivation) -> None:
    limited = result.limits
    if limited is None or limited.name in derivation.inputs.assumed:
        return
    if derivation.sizes[limited.name] > value:
        raise ConfigError(
            f"{derivation.model.name}: {limited.name} {derivation.sizes[limited.name]} is more than the {value} "
            f"{result.title}; give at most {value}"
        )


def _total(derivation: Derivation) -> Formula:
    chosen = (
        "" if derivation.convention == derivation.quantity.default else derivation.convention.name.replace("-", " ")
    )
    title = chosen or derivation.quantity.called or derivation.quantity.title
    # "KV cache" stays as it is.
    return Labelled(title if title[:2].isupper() else title[:1].lower() + title[1:], derivation.root.formula)
