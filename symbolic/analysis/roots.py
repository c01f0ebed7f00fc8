"""Where a polynomial with exact coefficients is zero: roots isolated by Sturm's theorem, in integers and fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from symbolic.formulas.formula import Exact, Formula, Number, Symbol
from symbolic.formulas.rational import Rational

PRECISION = Fraction(1, 10**9)
DIVISOR = 1000


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
    square_free = poly.sqf_part()
    chain = [_whole(one) for one in square_free.sturm()]
    top = Fraction(2 ** _bound(chain[0]))
    return list(_isolated(chain, Fraction(0), top))


def _whole(poly: Any) -> list[int]:
    """Return the coefficients, the highest first, times a positive number that makes them whole."""
    return [int(number) for number in poly.clear_denoms(convert=True)[1].all_coeffs()]


def _bound(coefficients: list[int]) -> int:
    """Return an exponent: each root is below 2 to the power of it (Cauchy's bound)."""
    largest = max(map(abs, coefficients[1:]))
    return max(1, largest.bit_length() - abs(coefficients[0]).bit_length() + 2)


def _isolated(chain: list[list[int]], low: Fraction, high: Fraction) -> Iterator[Enclosure]:
    """Yield the roots above `low` and up to `high`: by Sturm's theorem, the signs that change less are so many."""
    count = _changes(chain, low) - _changes(chain, high)
    if count == 1:
        yield Enclosure(*_refined(chain[0], low, high))
    elif count > 1:
        middle = _middle(low, high)
        yield from _isolated(chain, low, middle)
        yield from _isolated(chain, middle, high)


def _changes(chain: list[list[int]], at: Fraction) -> int:
    """Return how often the sign changes along the chain of polynomials."""
    signs = [value > 0 for one in chain if (value := _value(one, at))]
    return sum(one != after for one, after in pairwise(signs))


def _middle(low: Fraction, high: Fraction) -> Fraction:
    """Return what halves the digits between two numbers of very different size, so that a thousand take ten steps."""
    least = max(low, Fraction(1))
    if high > 4 * least:
        return Fraction(1 << (floor(least).bit_length() + floor(high).bit_length() - 1) // 2)
    return (low + high) / 2


def _refined(coefficients: list[int], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    """Return closer ends of the only root between two; both are the root where it is a fraction of a short divisor."""
    if len(coefficients) == 2:
        low = high = Fraction(-coefficients[1], coefficients[0])
    low, high = _narrowed(coefficients, low, high)
    short = ((low + high) / 2).limit_denominator(DIVISOR)
    return (short, short) if low <= short <= high and _value(coefficients, short) == 0 else (low, high)


def _narrowed(coefficients: list[int], low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    if (last := _value(coefficients, high)) == 0:
        return high, high
    while high - low > PRECISION * max(1, int(high)):
        middle = _middle(low, high)
        value = _value(coefficients, middle)
        if value == 0:
            return middle, middle
        low, high = (low, middle) if (value > 0) == (last > 0) else (middle, high)
    return low, high


def _value(coefficients: list[int], at: Fraction) -> int:
    """Return a polynomial's value times a positive number."""
    top, bottom = at.numerator, at.denominator
    value, power = 0, 1
    for coefficient in coefficients:
        value = value * top + coefficient * power
        power *= bottom
    return value


def first_whole_above(coefficients: Mapping[int, Exact]) -> int | None:
    """Return the smallest whole number, at least 1, from which on the polynomial stays above 0; None if never."""
    poly = polynomial(coefficients)
    if poly.is_zero or poly.LC() < 0:
        return None
    roots = positive_roots(coefficients)
    if not roots:
        return 1
    whole = _whole(poly)
    # Between the ends of the last root it turns from below to above, once; halving finds where.
    number, beyond = max(1, ceil(roots[-1].low)), max(1, floor(roots[-1].high) + 1)
    while number < beyond:
        middle = (number + beyond) // 2
        above = _value(whole, Fraction(middle)) > 0
        number, beyond = (number, middle) if above else (middle + 1, beyond)
    return number


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
