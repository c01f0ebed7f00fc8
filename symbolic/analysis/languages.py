"""Expressions in the languages that a closed form is exported to: one small class each, over the same terms."""

from __future__ import annotations

from functools import reduce

from symbolic.analysis.integer_fraction import IntegerFraction, Term
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum


class TargetLanguage:
    """How a language writes whole numbers, sums, products and powers. `bounding` writes every term with a plus."""

    power_sign = "**"
    smaller_of_two = ""
    """The function of the smaller of two numbers, where none takes several."""

    def polynomial(self, terms: tuple[Term, ...], *, bounding: bool = False) -> str:
        """Return a polynomial with integer coefficients."""
        written = ""
        for coefficient, atoms in sorted(terms, key=_taken_away):
            minus = coefficient < 0 and not bounding
            term = self.term(abs(coefficient), atoms)
            written += f" {'-' if minus else '+'} {term}" if written else f"{'-' if minus else ''}{term}"
        return written or self.number(0)

    def bound(self, terms: tuple[Term, ...]) -> str:
        """Return what no value on the way to a polynomial exceeds, for sizes of at least 1 and up to those written.

        A quotient may be larger where its divisor is smaller, and a difference where less is taken away. So nothing is
        divided by or taken away here, as in `IntegerFraction.bound`.
        """
        written = (
            self._product(abs(coefficient), [self.power(self._bound_of(atom), power) for atom, power in atoms])
            for coefficient, atoms in terms
        )
        return " + ".join(written) or self.number(0)

    def _bound_of(self, atom: Formula) -> str:
        if isinstance(atom, Symbol):
            return self.symbol(atom)
        parts = map(IntegerFraction.of, atom.children)
        sums = [f"{self.bound(part.numerator)} + {self.bound(part.denominator)}" for part in parts]
        return f"max({', '.join(sums)})" if len(sums) > 1 else f"({sums[0]})"

    def term(self, coefficient: int, atoms: tuple[tuple[Formula, int], ...]) -> str:
        """Return a term: 12 * n_layers * emb_dim**2."""
        factors = [self.power(self.atom(atom), power) for atom, power in atoms]
        return self._product(coefficient, factors)

    def _product(self, coefficient: int, factors: list[str]) -> str:
        return " * ".join(([self.number(coefficient)] if coefficient != 1 or not factors else []) + factors)

    def power(self, base: str, exponent: int) -> str:
        """Return a base to a whole exponent."""
        return base if exponent == 1 else f"{base}{self.power_sign}{self.number(exponent)}"

    def number(self, number: int) -> str:
        """Return a whole number."""
        return str(number)

    def symbol(self, symbol: Symbol) -> str:
        """Return a size."""
        return symbol.name

    def atom(self, atom: Formula) -> str:
        """Return a size, a minimum, or a quotient that is rounded up or down."""
        if isinstance(atom, Symbol):
            return self.symbol(atom)
        if isinstance(atom, Minimum):
            # The parts of a minimum have no denominator.
            return self.minimum([self.polynomial(IntegerFraction.of(part).numerator) for part in atom.parts])
        if isinstance(atom, Floor):
            part = IntegerFraction.of(atom.part)
            return f"({self.divided(f'({self.polynomial(part.numerator)})', f'({self.polynomial(part.denominator)})')})"
        if isinstance(atom, Ceiling):
            part = IntegerFraction.of(atom.part)
            return self.ceiling(f"({self.polynomial(part.numerator)})", f"({self.polynomial(part.denominator)})")
        raise ValueError(f"{type(atom).__name__} can't be exported")

    def divided(self, top: str, bottom: str) -> str:
        """Return a division that drops what is left."""
        return f"{top} // {bottom}"

    def minimum(self, parts: list[str]) -> str:
        """Return the smallest of these."""
        if self.smaller_of_two:
            return reduce(lambda one, two: f"{self.smaller_of_two}({one}, {two})", parts)
        return f"min({', '.join(parts)})"

    def ceiling(self, top: str, bottom: str) -> str:
        """Return a quotient, rounded up."""
        return f"-(-{top} // {bottom})"


def _taken_away(term: Term) -> bool:
    """Return whether a term is taken away. Others come first: JavaScript does not read −a**2."""
    return term[0] < 0


class NumPy(TargetLanguage):
    """Python's signs, over arrays."""

    smaller_of_two = "np.minimum"


class JavaScript(TargetLanguage):
    """BigInt: numbers end in n, divisions drop what is left."""

    smaller_of_two = "smaller"

    def number(self, number: int) -> str:
        return f"{number}n"

    def divided(self, top: str, bottom: str) -> str:
        return f"{top} / {bottom}"

    def ceiling(self, top: str, bottom: str) -> str:
        return f"(({top} + {bottom} - 1n) / {bottom})"


class C(TargetLanguage):
    """Calls of checked operations: an overflow is seen, never wrapped around."""

    smaller_of_two = "smaller"

    def polynomial(self, terms: tuple[Term, ...], *, bounding: bool = False) -> str:
        written = ""
        for coefficient, atoms in sorted(terms, key=_taken_away):
            term = self.term(abs(coefficient), atoms)
            name = "add" if coefficient > 0 or bounding else "sub"
            written = f"{name}({written}, {term}, &bad)" if written else (
                term if name == "add" else f"sub(0, {term}, &bad)"
            )  # fmt: skip
        return written or "0"

    def term(self, coefficient: int, atoms: tuple[tuple[Formula, int], ...]) -> str:
        factors = [self.atom(atom) for atom, power in atoms for _ in range(power)]
        if coefficient != 1 or not factors:
            factors.insert(0, self.number(coefficient))
        written = factors[0]
        for factor in factors[1:]:
            written = f"mul({written}, {factor}, &bad)"
        return written

    def divided(self, top: str, bottom: str) -> str:
        return f"({top} / {bottom})"

    def ceiling(self, top: str, bottom: str) -> str:
        return f"(sub(add({top}, {bottom}, &bad), 1, &bad) / {bottom})"


class Spreadsheet(TargetLanguage):
    """Cells for sizes; a spreadsheet's numbers are exact below 2^53."""

    power_sign = "^"

    def __init__(self, cells: dict[str, str]) -> None:
        """`cells` says where each size stands."""
        self.cells = cells

    def symbol(self, symbol: Symbol) -> str:
        return self.cells[symbol.name]

    def divided(self, top: str, bottom: str) -> str:
        return f"QUOTIENT({top}, {bottom})"

    def minimum(self, parts: list[str]) -> str:
        return f"MIN({', '.join(parts)})"

    def ceiling(self, top: str, bottom: str) -> str:
        return f"QUOTIENT({top} + {bottom} - 1, {bottom})"
