"""Where a polynomial with exact coefficients is zero: SymPy isolates the roots, in integers and fractions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

from symbolic.formulas.formula import Exact, Formula, Number, Symbol
from symbolic.formulas.rational import Rational

PRECISION = Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A root between two fractions, as close as asked for; an exact one where they are equal."""

    low: Fraction
    high: Fraction

    @property
    def about(self) -> Fraction:
        """Its middle."""
        return (self.low + self.high) / 2


def polynomial(coefficients: Mapping[int, Exact]) -> Any:
    """Return SymPy's polynomial with these coefficients by power; negative powers are multiplied away."""
    from sympy import QQ, Poly
    from sympy import Symbol as Unknown

    lowest = min(coefficients, default=0)
    terms = {
        (power - min(lowest, 0),): QQ(Fraction(number).numerator, Fraction(number).denominator)
        for power, number in coefficients.items()
        if number
    }
    return Poly(terms or {(0,): QQ(0)}, Unknown("x"), domain=QQ)


def positive_roots(coefficients: Mapping[int, Exact]) -> list[Enclosure]:
    """Return every root above zero, each once, the smallest first."""
    poly = polynomial(coefficients)
    if poly.is_zero or poly.degree() < 1:
        return []
    found = []
    for ends, _ in poly.intervals(eps=None, inf=0):
        low, high = _refined(poly, *ends)
        if high > 0:
            found.append(Enclosure(low, high))
    return found


def _refined(poly: Any, low: Any, high: Any) -> tuple[Fraction, Fraction]:
    ends = Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))
    if ends[0] == ends[1]:
        return ends
    square_free = poly.sqf_part()
    precision = PRECISION * max(1, int(ends[1]))
    if ends[1] - ends[0] > precision:
        from sympy import Rational as Ratio

        eps = Ratio(precision.numerator, precision.denominator)
        low, high = square_free.refine_root(low, high, eps=eps)
        ends = Fraction(int(low.p), int(low.q)), Fraction(int(high.p), int(high.q))
    whole = floor(ends[1])
    # A root that is a whole number is one: nothing to be close to.
    if ends[0] <= whole and square_free.eval(whole) == 0:
        return Fraction(whole), Fraction(whole)
    return ends


def first_whole_above(coefficients: Mapping[int, Exact]) -> int | None:
    """Return the smallest whole number, at least 1, from which on the polynomial stays above 0; None if never."""
    poly = polynomial(coefficients)
    if poly.is_zero or poly.LC() < 0:
        return None
    roots = positive_roots(coefficients)
    if not roots:
        return 1
    number = max(1, ceil(roots[-1].low))
    while number < 1 + roots[-1].high and not _above(coefficients, number):
        number += 1
    return number


def _above(coefficients: Mapping[int, Exact], number: int) -> bool:
    return sum(Fraction(value) * Fraction(number) ** power for power, value in coefficients.items()) > 0


def numbers(powers: Mapping[int, Formula], sizes: Mapping[str, Exact]) -> dict[int, Exact]:
    """Return the coefficients of a size's powers as numbers."""
    return {power: coefficient.value(sizes) for power, coefficient in powers.items()}


def difference(left: Formula, right: Formula, symbol: Symbol) -> dict[int, Formula]:
    """Return the coefficient of each power of a size in left − right, without those that are 0."""
    return {
        power: coefficient
        for power, coefficient in Rational.of(left - right).powers(symbol).items()
        if coefficient != Number(0)
    }
