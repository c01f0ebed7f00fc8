"""A formula as one fraction of polynomials with integer coefficients: what programs evaluate without rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from symbolic.formulas.formula import Formula, Quotient, Symbol, product
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.rational import Rational

Term = tuple[int, tuple[tuple[Formula, int], ...]]
"""An integer coefficient, and the atoms with their powers."""


@dataclass(frozen=True, slots=True)
class IntegerFraction:
    """A fraction of two polynomials with integer coefficients, in lowest terms; an integer for every valid config.

    Its atoms are symbols, minima, ceilings and floors; the parts of a minimum have no denominator.
    """

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    atoms: tuple[Formula, ...]

    @classmethod
    def of(cls, formula: Formula) -> IntegerFraction:
        """Return the fraction that a formula is.

        >>> from symbolic.formulas.vocabulary import emb_dim, n_heads
        >>> IntegerFraction.of(3 * (emb_dim / n_heads)).is_polynomial
        False
        """
        return _of(formula)

    @property
    def is_polynomial(self) -> bool:
        """Whether nothing is divided by."""
        return self.denominator == ((1, ()),)

    def bound(self, largest: Mapping[str, int]) -> int:
        """Return a number that no value on the way to the total exceeds, for sizes up to these."""
        return max(_bound(part, largest) for part in (self.numerator, self.denominator))


@cache
def _of(formula: Formula) -> IntegerFraction:
    rational = Rational.of(_without_divided_minima(formula))
    atoms = rational.atoms
    numerator, denominator = (
        tuple(
            (int(value), tuple((atom, power) for atom, power in zip(atoms, key, strict=False) if power))
            for key, value in element.terms()
        )
        for element in (rational.element.numer, rational.element.denom)
    )
    return IntegerFraction(numerator, denominator, atoms)


def _without_divided_minima(formula: Formula) -> Formula:
    """Return min(a, b × c) / b in place of min(a / b, c): integers are compared, whatever the sizes are."""

    def change(node: Formula) -> Formula | None:
        if not isinstance(node, Minimum):
            return None
        parts = [_without_divided_minima(part) for part in node.parts]
        fields = [Rational.of(part) for part in parts]
        bottoms = tuple(field.divisor() for field in fields if not field.is_integral())
        if not bottoms:
            return Minimum(tuple(parts))
        common = product(tuple(dict.fromkeys(bottoms)))
        return Quotient(Minimum(tuple(Rational.of(part * common).expanded() for part in parts)), common)

    return formula.replace(change)


def _bound(terms: tuple[Term, ...], largest: Mapping[str, int]) -> int:
    bound = 0
    for coefficient, atoms in terms:
        one = abs(coefficient)
        for atom, power in atoms:
            one *= max(_atom_bound(atom, largest), 1) ** power
        bound += one
    return bound


def _atom_bound(atom: Formula, largest: Mapping[str, int]) -> int:
    if isinstance(atom, Symbol):
        return abs(largest[atom.name])
    if isinstance(atom, Minimum | Ceiling | Floor):
        # On the way, numerator and denominator of a part are added before they are divided.
        return max(
            sum(_bound(side, largest) for side in (part.numerator, part.denominator))
            for part in map(IntegerFraction.of, atom.children)
        )
    raise ValueError(f"{type(atom).__name__} is no atom")
