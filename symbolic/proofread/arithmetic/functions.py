"""Logarithms, powers, roots and factorials of exact numbers: exact values, or two fractions that enclose the value.

Logarithms and powers are those of decimals of DIGITS digits, sines sums of whole numbers, which count units of
2^-PLACES. Lower bounds are rounded down and upper bounds up, so that the value is always between the two.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import factorial as product_up_to
from math import floor
from typing import NamedTuple

from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.numbers import Unread

PLACES = 192
DIGITS = 64
DECIMALS = Context(prec=DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN)
ERROR = Fraction(1, 10 ** (DIGITS - 8))
"""So far off may a logarithm be, or a power of e as a share of itself: exponents have up to five digits."""
LARGEST_FACTORIAL = 1000
LARGEST_EXPONENT = 10_000
MOST_BITS = 20_000
LARGEST_ANGLE = 20
SLACK = 1 << 96
SMALL_DEGREES = (1, 2, 3, 4)
"""Denominators of the fractions among which an exact logarithm is looked for."""


class Between(NamedTuple):
    """A lower and an upper bound of a value; the two are equal where it is exact."""

    low: Exact
    high: Exact


def bits(value: Exact) -> int:
    """Return the number of bits of a number; for a fraction, of its numerator and denominator together."""
    return value.numerator.bit_length() + value.denominator.bit_length()


def factorial(number: Exact) -> int:
    """Return the product of the whole numbers from 1 up to a number; Unread for negative, fractional and large ones.

    >>> factorial(5)
    120
    """
    if not isinstance(number, int) or number < 0:
        raise Unread("the factorial of what is no whole number")
    if number > LARGEST_FACTORIAL:
        raise Unread(f"a factorial of more than {LARGEST_FACTORIAL:,}")
    return product_up_to(number)


def logarithm(number: Exact, base: Exact | None = None) -> Between:
    """Return bounds of the logarithm of a number to a base, or of the natural logarithm; Unread where it has none.

    >>> logarithm(8, 2)
    Between(low=3, high=3)
    """
    if number <= 0 or (base is not None and (base <= 0 or base == 1)):
        raise Unread("the logarithm of a number that has none")
    if number == 1:
        return Between(0, 0)
    if base is None:
        return _natural(number)
    bottom = _natural(base)
    if bottom.low <= 0 <= bottom.high:
        raise Unread("a logarithm to a base that is hardly another number than one")
    ends = [Fraction(end) / divisor for end in _natural(number) for divisor in bottom]
    found = Between(min(ends), max(ends))
    whole = _whole_logarithm(number, base, found.low)
    return found if whole is None else Between(whole, whole)


def _whole_logarithm(number: Exact, base: Exact, about: Exact) -> Exact | None:
    """Return the exact logarithm if it is a fraction with one of SMALL_DEGREES as its denominator, else None."""
    for degree in SMALL_DEGREES:
        times = floor(about * degree + Fraction(1, 2))
        if abs(times) * bits(base) < MOST_BITS and Fraction(base) ** times == Fraction(number) ** degree:
            return exact(Fraction(times, degree))
    return None


def exponential(exponent: Exact) -> Between:
    """Return bounds of e to the power of `exponent`."""
    return _power_of_e(exponent, exponent) if exponent else Between(1, 1)


def sigmoid(number: Exact) -> Between:
    """Return bounds of 1 / (1 + e^-x).

    >>> sigmoid(0)
    Between(low=Fraction(1, 2), high=Fraction(1, 2))
    """
    low, high = exponential(-number)
    return Between(1 / Fraction(1 + high), 1 / Fraction(1 + low))


def tangent(number: Exact) -> Between:
    """Return bounds of the hyperbolic tangent, 2 / (1 + e^-2x) - 1."""
    low, high = sigmoid(2 * number)
    return Between(2 * low - 1, 2 * high - 1)


def sine(angle: Exact, *, cosine: bool = False) -> Between:
    """Return bounds of the sine of an angle in radians, or of its cosine.

    Each term of x - x³/6 + x⁵/120 - … is rounded; for angles up to LARGEST_ANGLE all of that is less than SLACK.

    >>> sine(0)
    Between(low=0, high=0)
    """
    if angle == 0:
        return Between(int(cosine), int(cosine))
    scaled = floor(angle * (1 << PLACES))
    square = scaled * scaled >> PLACES
    term, times = (1 << PLACES, 0) if cosine else (scaled, 1)
    total = 0
    while abs(term) > 1:
        total, term, times = total + term, -(term * square >> PLACES) // ((times + 1) * (times + 2)), times + 2
    return Between(Fraction(total - SLACK, 1 << PLACES), Fraction(total + SLACK, 1 << PLACES))


def power(base: Exact, exponent: Fraction) -> Between:
    """Return bounds of a power whose exponent is no whole number; Unread where the power is no real number.

    The only powers of a negative base that are computed are odd roots.

    >>> power(1000, Fraction(1, 3))
    Between(low=10, high=10)
    """
    if base < 0:
        if exponent.numerator != 1 or exponent.denominator % 2 == 0:
            raise Unread("a power of a negative number that is no real one")
        low, high = power(-base, exponent)
        return Between(-high, -low)
    if base == 0 and exponent < 0:
        raise Unread("it divides by zero")
    if base in (0, 1):
        return Between(base, base)
    return _exact_power(base, exponent) or bounds_of_power(base, exponent)


def _exact_power(base: Exact, exponent: Fraction) -> Between | None:
    """Return the power if the base has an exact root of the exponent's denominator, else None."""
    roots = [_whole_root(part, exponent.denominator) for part in (base.numerator, base.denominator)]
    if roots[0] is None or roots[1] is None:
        return None
    root = Fraction(roots[0], roots[1])
    if bits(root) * abs(exponent.numerator) > MOST_BITS:
        raise Unread("a power with more digits than any count")
    value = exact(root**exponent.numerator)
    return Between(value, value)


def _whole_root(number: int, degree: int) -> int | None:
    if number == 1:
        return 1
    if degree >= number.bit_length():
        return None
    root = floor(bounds_of_power(number, Fraction(1, degree)).high)
    return root if root**degree == number else None


def bounds_of_power(base: Exact, exponent: Fraction) -> Between:
    """Return bounds of a power of a number above zero, from its logarithm; Unread where they are too large."""
    return _power_of_e(*sorted(end * exponent for end in _natural(base)))


@lru_cache(maxsize=256)
def _natural(number: Exact) -> Between:
    """Return bounds of the natural logarithm of a number above zero."""
    found = Fraction(DECIMALS.ln(_decimal(number)))
    return _short(found - ERROR, found + ERROR)


def _power_of_e(low: Exact, high: Exact) -> Between:
    """Return bounds of a power of e whose exponent is between `low` and `high`; Unread where it is too large."""
    if not -LARGEST_EXPONENT <= low <= high <= LARGEST_EXPONENT:
        raise Unread("a power with more digits than any count")
    below = Fraction(DECIMALS.exp(_decimal(low)))
    above = below if low == high else Fraction(DECIMALS.exp(_decimal(high)))
    return _short(below * (1 - ERROR), above * (1 + ERROR))


def _decimal(number: Exact) -> Decimal:
    return DECIMALS.divide(Decimal(number.numerator), Decimal(number.denominator))


def _short(low: Fraction, high: Fraction) -> Between:
    """Return bounds of about PLACES bits, so that what is worked out of them stays short."""
    unit = Fraction(2) ** (high.numerator.bit_length() - high.denominator.bit_length() - PLACES)
    return Between(exact(floor(low / unit) * unit), exact(-floor(-high / unit) * unit))
