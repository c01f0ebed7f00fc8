"""A formula as an element of SymPy's field of rational functions, and back.

The field decides what is equal, merges and factors. Every symbol is a generator of it, and so is every part that is no
rational function (a minimum, a ceiling). The order that a page prints is ours: highest degree first, the symbols in
the order of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, TypeAlias

from symbolic.errors import SymbolicError
from symbolic.formulas.factoring import factors
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    exact,
    product,
    total,
)
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import PLACES

Exponents: TypeAlias = tuple[int, ...]
ATOMS = (Symbol, Minimum, Ceiling, Floor)
"""What a generator stands for."""
MOST_TERMS = 6
"""A sum of more terms than these is no formula to read: it is collected."""


class NotRational(SymbolicError, ValueError):
    """A formula that is no rational function of the sizes."""


@dataclass(frozen=True, slots=True)
class Rational:
    """A formula as an element of SymPy's field of rational functions; `atoms` are what its generators stand for."""

    element: Any
    atoms: tuple[Formula, ...]

    @classmethod
    def of(cls, formula: Formula) -> Rational:
        """Return the rational function that a formula is; NotRational for a root, or a power that is no number."""
        return cls(*_read(formula))

    def fastest(self, grows: list[int], sizes: Mapping[str, Exact]) -> Formula:
        """Return the terms of the highest degree, of those that are not 0 with these sizes; `grows` is each atom's."""
        terms = {key: number for key, number in self.laurent().items() if self.term(key, number).value(sizes)}
        degrees = {
            exponents: sum(exponent * grown for exponent, grown in zip(exponents, grows, strict=False))
            for exponents in terms
        }
        highest = max(degrees.values(), default=0)
        return self._collected({exponents: terms[exponents] for exponents in terms if degrees[exponents] == highest})

    def collected(self) -> Formula:
        """Return a sum of few terms as it is; of many, what they share stands in front of a bracket."""
        return self._collected(self.laurent())

    def expanded(self, lowest: int | None = None, highest: int | None = None) -> Formula:
        """Return a sum of terms, highest degree first; only those of the degrees asked for."""
        terms = {
            exponents: coefficient
            for exponents, coefficient in self.laurent().items()
            if (lowest is None or sum(exponents) >= lowest) and (highest is None or sum(exponents) <= highest)
        }
        return self._sum(terms)

    def degree(self) -> int:
        """Return the highest degree of its terms."""
        return max((sum(exponents) for exponents in self.laurent()), default=0)

    def fraction(self, sizes: Mapping[str, Exact]) -> tuple[Formula, Formula]:
        """Return numerator and denominator without common factors; with these sizes the denominator is positive."""
        parts = [
            {key: Fraction(int(value)) for key, value in part.terms()}
            for part in (self.element.numer, self.element.denom)
        ]
        if self._sum(parts[1]).value(sizes) < 0:
            parts = [{key: -value for key, value in terms.items()} for terms in parts]
        return self._collected(parts[0]), self._collected(parts[1])

    def is_integral(self) -> bool:
        """Return whether it is a polynomial with integer coefficients: integers then make it an integer."""
        return bool(self.element.denom == 1)

    def divisor(self) -> Formula:
        """Return its denominator, in lowest terms."""
        return self._sum({key: Fraction(int(value)) for key, value in self.element.denom.terms()})

    def slope(self, atom: Formula) -> Rational:
        """Return an atom times the derivative by it, which SymPy takes."""
        if atom not in self.atoms:
            return Rational(self.element.field.zero, self.atoms)
        generator = self.element.field.gens[self.atoms.index(atom)]
        return Rational(generator * self.element.diff(generator), self.atoms)

    def powers(self, atom: Formula) -> dict[int, Formula]:
        """Return the coefficient of each power of an atom, the highest power first."""
        if atom not in self.atoms:
            return {0: self.expanded()}
        place = self.atoms.index(atom)
        found: dict[int, dict[Exponents, Fraction]] = {}
        for exponents, coefficient in self.laurent().items():
            rest = tuple(0 if index == place else exponent for index, exponent in enumerate(exponents))
            found.setdefault(exponents[place], {})[rest] = coefficient
        return {power: self._sum(found[power]) for power in sorted(found, reverse=True)}

    def factored(self) -> Formula:
        """Return a product of irreducible factors: the number, the symbols, the sums."""
        coefficient, found = factors(self.element.numer)
        symbols: list[Formula] = []
        sums: list[Formula] = []
        for factor, exponent in found:
            terms = {key: Fraction(int(value)) for key, value in factor.terms()}
            part = self._sum(terms)
            if coefficient < 0 and exponent == 1 and isinstance(part, Sum) and isinstance(part.terms[0], Negative):
                # a × (b − c) reads better than −a × (−b + c).
                part, coefficient = self._sum({key: -value for key, value in terms.items()}), -coefficient
            if isinstance(part, Sum) and isinstance(part.terms[0], Negative):
                # And b − a better than −a + b.
                part = Sum(tuple(sorted(part.terms, key=lambda term: isinstance(term, Negative))))
            (symbols if len(terms) == 1 else sums).append(part if exponent == 1 else Power(part, Number(exponent)))
        symbols.sort(key=lambda part: self.atoms.index(part.base if isinstance(part, Power) else part))
        number = abs(coefficient)
        parts = tuple(([Number(number)] if number != 1 or not found else []) + symbols + sums)
        bottom = self._sum({key: Fraction(int(value)) for key, value in self.element.denom.terms()})
        whole = product(parts) if bottom == Number(1) else Quotient(product(parts), bottom)
        return Negative(whole) if coefficient < 0 else whole

    def evaluated(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return its value, by SymPy's arithmetic."""
        values = [atom.value(sizes) for atom in self.atoms] or [0]
        parts = (self.element.numer, self.element.denom)
        if any(value.denominator != 1 for value in values):
            from sympy import QQ

            parts = tuple(part.set_ring(part.ring.clone(domain=QQ)) for part in parts)
            values = [QQ(value.numerator, value.denominator) for value in values]
        # A plain number, as most denominators are, has nothing to put the sizes into.
        top, bottom = (part.LC if part.is_ground else part(*values) for part in parts)
        return exact(
            Fraction(int(top.numerator), int(top.denominator))
            / Fraction(int(bottom.numerator), int(bottom.denominator))
        )

    def laurent(self) -> dict[Exponents, Fraction]:
        """Return the coefficients of the terms by their exponents, which are negative for what is divided by."""
        bottoms = self.element.denom.terms()
        if len(bottoms) > 1:
            raise ValueError("divided by a sum: this formula has no expanded form")
        [(below, divisor)] = bottoms
        return {
            tuple(up - down for up, down in zip(above, below, strict=True)): Fraction(int(value), int(divisor))
            for above, value in self.element.numer.terms()
        }

    def _sum(self, terms: Mapping[Exponents, Fraction]) -> Formula:
        ordered = sorted(terms.items(), key=lambda term: (-sum(term[0]), [-exponent for exponent in term[0]]))
        return total(tuple(self.term(exponents, coefficient) for exponents, coefficient in ordered if coefficient))

    def _collected(self, terms: Mapping[Exponents, Fraction], most: int = MOST_TERMS) -> Formula:
        shared = [sum(exponents[place] > 0 for exponents in terms) for place in range(len(self.atoms))]
        if len(terms) <= most or max(shared, default=0) < 2:
            return self._sum(terms)
        place = shared.index(max(shared))
        inside = {
            tuple(exponent - (index == place) for index, exponent in enumerate(exponents)): coefficient
            for exponents, coefficient in terms.items()
            if exponents[place] > 0
        }
        rest = {exponents: coefficient for exponents, coefficient in terms.items() if exponents[place] <= 0}
        bracket = self._collected(inside, most=1)
        factors = bracket.factors if isinstance(bracket, Product) else (bracket,)
        first = Product((self.atoms[place], *factors))
        return total((first, *terms_of(self._collected(rest, most=1)))) if rest else first

    def term(self, exponents: Exponents, coefficient: Fraction) -> Formula:
        """Return one term: its number, then the atoms with their exponents."""
        powers = [(atom, exponent) for atom, exponent in zip(self.atoms, exponents, strict=False) if exponent]
        tops = [atom if exponent == 1 else Power(atom, Number(exponent)) for atom, exponent in powers if exponent > 0]
        bottoms = [
            atom if exponent == -1 else Power(atom, Number(-exponent)) for atom, exponent in powers if exponent < 0
        ]
        number, divisor = abs(coefficient.numerator), coefficient.denominator
        if number != 1 or not tops:
            tops.insert(0, Number(number))
        if divisor != 1:
            bottoms.insert(0, Number(divisor))
        term = product(tuple(tops)) if not bottoms else Quotient(product(tuple(tops)), product(tuple(bottoms)))
        return Negative(term) if coefficient < 0 else term


def _place(atom: Formula, places: Mapping[str, int]) -> int:
    """Return where an atom stands among others: in the order of the vocabulary, what is not in it last."""
    return places.get(atom.name, len(places)) if isinstance(atom, Symbol) else len(places)


@cache
def _field(generators: int) -> Any:
    """Return the field of the rational functions in so many generators; SymPy has none without any."""
    from sympy import ZZ
    from sympy.polys.fields import FracField

    return FracField([f"x{place}" for place in range(generators)], ZZ)


@lru_cache(maxsize=1024)
def _read(formula: Formula) -> tuple[Any, tuple[Formula, ...]]:
    """Return the element that a formula is, and its atoms: of one family, many models ask for the same ones."""
    atoms = sorted(dict.fromkeys(_atoms(formula)), key=lambda node: _place(node, PLACES))
    functions = _field(max(len(atoms), 1))
    if _is_polynomial(formula):
        # In the ring nothing is cancelled after each step; most formulas divide by nothing.
        generators = dict(zip(atoms, functions.ring.gens, strict=False))
        element = functions.raw_new(_element(formula, generators, functions.ring))
    else:
        element = _element(formula, dict(zip(atoms, functions.gens, strict=False)), functions)
    return element, tuple(atoms)


def _atoms(formula: Formula) -> list[Formula]:
    if isinstance(formula, ATOMS):
        return [formula]
    return [atom for child in formula.children for atom in _atoms(child)]


def _is_polynomial(formula: Formula) -> bool:
    """Return whether a formula adds, multiplies and raises to powers, with integers only."""
    match formula:
        case Number(number=number):
            return number.denominator == 1
        case Power(exponent=Number(number=int(exponent))):
            return exponent >= 0 and _is_polynomial(formula.base)
        case Sum() | Negative() | Product() | Labelled():
            return all(_is_polynomial(child) for child in formula.children)
    return isinstance(formula, ATOMS)


def _element(formula: Formula, generators: Mapping[Formula, Any], functions: Any) -> Any:
    """Return the element of the field, or of its ring, that a formula is: the same tree in SymPy's arithmetic."""
    if isinstance(formula, ATOMS):
        return generators[formula]
    parts = [_element(child, generators, functions) for child in formula.children]
    match formula:
        case Number(number=number):
            top = functions(number.numerator)
            return top if number.denominator == 1 else top / functions(number.denominator)
        case Sum():
            return sum(parts, functions(0))
        case Negative():
            return -parts[0]
        case Product():
            result = functions(1)
            for part in parts:
                result *= part
            return result
        case Quotient():
            return parts[0] / parts[1]
        case Power(exponent=Number(number=int(exponent))):
            return parts[0] ** exponent
        case Labelled():
            return parts[0]
    raise NotRational(
        "the total has a root of a size, or a number to the power of one, so that it is no quotient of polynomials: "
        "it is derived, and neither solved nor swept; change the config"
    )


def terms_of(formula: Formula) -> tuple[Formula, ...]:
    """Return the terms of a sum, and anything else as its only term."""
    return formula.terms if isinstance(formula, Sum) else (formula,)
