"""The formulas of a derivation over arrays of integers, where some of its sizes vary, and how large they may get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any

from symbolic.analysis import arrays
from symbolic.analysis.integer_fraction import IntegerFraction
from symbolic.analysis.validity import named, pattern_sizes
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Number, Quotient, Symbol
from symbolic.measuring.derivation import Derivation
from symbolic.networks.blocks import integer_formulas
from symbolic.networks.family import Pairs


class SweptFormulas:
    """The formulas of a derivation in integers, for all values of the sizes that vary.

    `divisors` say what each integer of a varied size counts for: a half, where some of its values are halves.
    `definitions` are the sizes that follow from others, `total` is what is evaluated, and `whole` are the formulas that
    must be whole numbers, each with what to say of a row in which it is none.
    """

    def __init__(self, derivation: Derivation, values: Mapping[str, Sequence[Exact]]) -> None:
        """`values` are those of the sizes that vary, by name."""
        self.derivation, self.values = derivation, values
        self.divisors = {name: lcm(*(value.denominator for value in some)) for name, some in values.items()}
        limited = derivation.inputs.limited
        limited = {s: f for s, f in limited.items() if any(part.name in values for part in f.symbols)}
        self.definitions = {s: f for s, f in {**derivation.definitions, **limited}.items() if s.name not in values}
        self.total = self.in_integers(derivation.general.formula)
        self.whole = self._must_be_whole()

    def in_integers(self, formula: Formula) -> Formula:
        """Return a formula without sizes that follow from others or that are fixed at a fraction."""
        sizes, divisors = self.derivation.sizes, self.divisors

        def change(node: Formula) -> Formula | None:
            if not isinstance(node, Symbol):
                return None
            if (divisor := divisors.get(node.name, 1)) != 1:
                return Quotient(node, Number(divisor))
            fixed = sizes[node.name]
            return Number(fixed) if node.name not in divisors and not isinstance(fixed, int) else None

        return algebra.primary(formula, self.definitions).replace(change)

    def fixed(self) -> dict[str, int]:
        """Return the sizes that are the same in each row, without those that follow from others."""
        defined = {symbol.name for symbol in self.definitions}
        return {
            name: size
            for name, size in self.derivation.sizes.items()
            if name not in self.values and name not in defined and isinstance(size, int)
        }

    def pairs(self) -> tuple[Pairs, Pairs, Pairs]:
        """Return the sizes that must be equal, multiples of others, and at most others: the family's and its own."""
        family = self.derivation.model.architecture
        multiples, at_most = self.derivation.quantity.pairs(self.derivation.model.network, self.derivation.sizes)
        return family.equal, (*family.multiples, *multiples), (*family.at_most, *at_most)

    def may_be_too_wide(self, sizes: Mapping[str, Any]) -> bool:
        """Return whether anything on the way could be more than 64 bits hold; sizes are integers or arrays of them."""
        largest = {name: max(int(_most(size)), 1) for name, size in sizes.items()}
        largest |= {name: 1 for name in self.derivation.sizes if name not in largest}
        layers = max(largest.get("n_layers", 1), largest.get("n_decoder_layers", 1))
        # No kind of layer has more than there are layers.
        largest |= {
            symbol.name: max(layers, largest.get(symbol.name, 1)) for symbol in pattern_sizes(self.derivation.model)
        }
        defined = [(symbol, self.in_integers(one)) for symbol, one in self.definitions.items() if symbol.is_integer]
        for symbol, formula in defined:
            largest[symbol.name] = max(largest[symbol.name], IntegerFraction.of(formula).bound(largest))
        formulas = (*(formula for _symbol, formula in defined), *self.whole, self.total)
        bounds = [IntegerFraction.of(one).bound(largest) for one in formulas]
        # Pairs are compared across their denominators.
        bounds += [
            IntegerFraction.of(left).bound(largest) * IntegerFraction.of(right).bound(largest)
            for pairs in self.pairs()
            for left, right in pairs
        ]
        return max(bounds) >= arrays.FITS

    def _must_be_whole(self) -> dict[Formula, str]:
        """Return the formulas that some sizes would make a fraction, each with what to say of such a row."""
        found: dict[Formula, str] = {}
        for visit in self.derivation.general.leaves():
            if visit.step.part:
                for axis in integer_formulas(visit.step.part, self.derivation.sizes):
                    found.setdefault(self.in_integers(axis), f"{named(axis)} would not be a whole number")
            says = f"the {visit.step.name} would not be a whole number of {self.derivation.unit}"
            for formula in (visit.step.one, visit.formula):
                found.setdefault(self.in_integers(formula), says)
        found[self.total] = "the total is not a whole number"
        return {formula: says for formula, says in found.items() if not IntegerFraction.of(formula).is_polynomial}


def _most(size: Any) -> int:
    return int(size.max()) if hasattr(size, "max") else int(size)
