"""What follows from a total: each result an equation of the totals, the inputs and the results before it."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic import quantities
from symbolic.derivation import Derivation, derive
from symbolic.formula import Exact, Formula, Labelled


@dataclass(frozen=True, slots=True)
class Follows:
    """A result of a derivation: its equation, with the value and the unit."""

    title: str
    about: str
    unit: str
    formula: Formula
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
        found.append(Follows(result.title, result.about, result.unit, formula, formula.value(derivation.sizes)))
        totals[result.title] = Labelled(result.title, formula)
    return tuple(found)


def companion(derivation: Derivation, name: str) -> Derivation:
    """Another quantity of the same model, with the same inputs where it has them."""
    quantity = quantities.find(name)
    shared = {
        symbol.name: derivation.sizes[symbol.name] for symbol in quantity.inputs if _shared(derivation, symbol.name)
    }
    return derive(derivation.model, quantity, quantity.default, shared)


def _shared(derivation: Derivation, name: str) -> bool:
    return name in derivation.inputs.sizes


def _total(derivation: Derivation) -> Formula:
    return Labelled(derivation.quantity.title.lower(), derivation.root.formula)
