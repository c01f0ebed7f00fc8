"""A formula as one fraction of polynomials with whole coefficients: what programs evaluate without rounding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.formulas.formula import Ceiling, Exact, Floor, Formula, Minimum, Number, Symbol, exact
from symbolic.formulas.rational import Rational

Term = tuple[int, tuple[tuple[Formula, int], ...]]
"""A coefficient, and the atoms with their powers."""


@dataclass(frozen=True, slots=True)
class Whole:
    """numerator / denominator, which is a whole number for every valid config. Atoms are symbols, minima, ceilings."""

    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...]
    atoms: tuple[Formula, ...]

    @classmethod
    def of(cls, formula: Formula) -> Whole:
        """The fraction that a formula is, in lowest terms."""
        rational = Rational.of(formula)
        atoms = rational.atoms
        parts = [
            tuple(
                (int(value), tuple((atom, power) for atom, power in zip(atoms, key, strict=False) if power))
                for key, value in element.terms()
            )
            for element in (rational.element.numer, rational.element.denom)
        ]
        return cls(parts[0], parts[1], atoms)

    @property
    def is_polynomial(self) -> bool:
        """Whether nothing is divided by."""
        return self.denominator == ((1, ()),)

    def bound(self, largest: Mapping[str, int]) -> int:
        """No value on the way to the total, and of what stands in it, is larger than this, for sizes up to these."""
        return max(_bound(part, largest) for part in (self.numerator, self.denominator))


def _bound(terms: tuple[Term, ...], largest: Mapping[str, int]) -> int:
    whole = 0
    for coefficient, atoms in terms:
        one = abs(coefficient)
        for atom, power in atoms:
            one *= max(_atom_bound(atom, largest), 1) ** power
        whole += one
    return whole


def _atom_bound(atom: Formula, largest: Mapping[str, int]) -> int:
    if isinstance(atom, Symbol):
        return abs(largest[atom.name])
    if isinstance(atom, Minimum | Ceiling | Floor):
        # On the way, numerator and denominator of a part are added before they are divided.
        return max(sum(_bound(side, largest) for side in (part.numerator, part.denominator))
                   for part in map(Whole.of, atom.children))  # fmt: skip
    raise ValueError(f"{type(atom).__name__} is no atom")


def with_numbers(formula: Formula, sizes: Mapping[str, Exact]) -> Formula:
    """The formula with a number for each symbol that need not be whole: half a byte for a value."""

    def change(node: Formula) -> Formula | None:
        if isinstance(node, Symbol) and not node.whole:
            return Number(exact(Fraction(sizes[node.name])))
        return None

    return formula.replace(change)
