"""A closed form as terms: the powers of one size, the terms that lead, and the steps that each term comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.errors import CheckFailed
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Number, Symbol, product
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.rational import Rational
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Visit

Monomial = frozenset[tuple[Formula, int]]
"""A product of powers."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A part of a term's coefficient, and the step that it comes from."""

    coefficient: Fraction
    visit: Visit


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the closed form, its coefficient and value, and the steps that the coefficient comes from."""

    formula: Formula
    coefficient: Fraction
    value: Exact
    origins: tuple[Origin, ...]


def eventual(formula: Formula, symbol: Symbol) -> Formula:
    """Return the formula for large values of a size: nothing is rounded, and a minimum is that of its fixed parts."""

    def change(node: Formula) -> Formula | None:
        if symbol not in node.symbols:
            return None
        if isinstance(node, Ceiling | Floor):
            return eventual(node.part, symbol)
        if isinstance(node, Minimum):
            fixed = tuple(part for part in node.parts if symbol not in part.symbols)
            return fixed[0] if len(fixed) == 1 else Minimum(fixed) if fixed else None
        return None

    return formula.replace(change)


def is_smooth(formula: Formula, symbol: Symbol) -> bool:
    """Return whether a formula is a rational function of the size: nothing with it in is rounded or a minimum."""
    return not any(isinstance(node, Ceiling | Floor | Minimum) and symbol in node.symbols for node in formula.walk())


def powers(formula: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> dict[int, Formula]:
    """Return the coefficient of each power of a size, for large values of it; the highest power first.

    A power whose coefficient is 0 with these sizes is left out, such as that of a kind of layer that is not there.
    """
    found = Rational.of(eventual(formula, symbol)).powers(symbol)
    return {power: coefficient for power, coefficient in found.items() if coefficient.value(sizes)} or {0: Number(0)}


def leading(formula: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> tuple[int, Formula]:
    """Return the power of the term that leads when one size grows and the others stay, and that term."""
    power, coefficient = next(iter(powers(formula, symbol, sizes).items()))
    raised = symbol if power == 1 else symbol ** Number(power)
    return power, coefficient if power == 0 else Rational.of(product((coefficient, raised))).collected()


def traced(derivation: Derivation) -> tuple[Term, ...]:
    """Return each term of the expanded closed form with the steps that its coefficient sums up."""
    definitions = derivation.definitions
    whole = Rational.of(algebra.primary(derivation.general.formula, definitions))
    found: dict[Monomial, list[Origin]] = {}
    for visit in derivation.general.leaves():
        part = Rational.of(algebra.primary(visit.formula, definitions))
        for exponents, coefficient in part.laurent().items():
            if coefficient:
                found.setdefault(_monomial(part.atoms, exponents), []).append(Origin(coefficient, visit))
    terms = []
    for exponents, coefficient in whole.laurent().items():
        if not coefficient:
            continue
        monomial = _monomial(whole.atoms, exponents)
        origins = tuple(found.pop(monomial))
        if sum(origin.coefficient for origin in origins) != coefficient:
            raise CheckFailed(f"the coefficient {coefficient} is not what its steps add up to; please report this")
        formula = whole.term(exponents, coefficient)
        terms.append(Term(formula, coefficient, formula.value(derivation.sizes), origins))
    if any(sum(origin.coefficient for origin in origins) for origins in found.values()):
        raise CheckFailed("a step has a term that the closed form lacks; please report this")
    return tuple(sorted(terms, key=lambda term: -abs(Fraction(term.value))))


def _monomial(atoms: tuple[Formula, ...], exponents: tuple[int, ...]) -> Monomial:
    """Return a product of powers, in whatever order a formula has its atoms."""
    return frozenset((atom, power) for atom, power in zip(atoms, exponents, strict=False) if power)
