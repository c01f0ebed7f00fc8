"""Constants by which a column of a table follows from another: usual ones, and simple ones that its rows show."""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import ceil, exp, floor, log

from symbolic.proofread.judging.factors import size

CONSTANTS = [
    (factor * 10 ** max(power, 0), divisor * 10 ** max(-power, 0))
    for power in range(-12, 13)
    for factor, divisor in (*((by, 1) for by in (1, 2, 4, 8, 24, 60, 3600)), *((1, by) for by in (8, 24, 60, 3600)))
]
CONSTANTS += [
    (factor * 1024 ** max(power, 0), 1024 ** max(-power, 0)) for power in range(-4, 5) if power for factor in (1, 2, 4)
]
CONSTANTS.sort(key=lambda constant: Fraction(*constant))
"""What columns are multiplied and divided by: bytes a number has, seconds of an hour, thousands and 1,024s."""
USUAL = frozenset(CONSTANTS)
SIZES = [size(Fraction(*constant)) for constant in CONSTANTS]
EXACT, MOST_FACTOR, LARGEST, MOST_DIGITS = 1e-6, 4.0, 35.0, log(1000)
LEAST = 3
"""So many rows show a constant that is none of the usual ones."""


def usual(size_of: float, slack: float) -> tuple[int, int] | None:
    """Return the usual constant whose logarithm is nearest; None if that is too far off."""
    index = bisect_left(SIZES, size_of)
    near = min((one for one in (index - 1, index) if 0 <= one < len(SIZES)), key=lambda one: abs(SIZES[one] - size_of))
    return CONSTANTS[near] if abs(SIZES[near] - size_of) <= slack else None


def whole_number(size_of: float, spread: float) -> tuple[int, int] | None:
    """Return the small whole number whose logarithm all rows have; None if it is that of none."""
    factor = round(exp(min(size_of, MOST_FACTOR)))
    near = 0 < factor < exp(MOST_FACTOR) and abs(size(Fraction(factor)) - size_of) + spread <= EXACT
    return (factor, 1) if near else None


def guessed(ratios: list[tuple[float, float]]) -> tuple[int, int] | None:
    """Return the simplest fraction whose logarithm most ratios have, each with its slack; None if it is none."""
    ends = sorted([(one - slack, -1) for one, slack in ratios] + [(one + slack, 1) for one, slack in ratios])
    inside = [-sum(step for _, step in ends[: place + 1]) for place in range(len(ends))]
    most = max(range(len(ends)), key=inside.__getitem__)
    (low, _), (high, _) = ends[most : most + 2]
    if inside[most] < LEAST or not abs(low) < LARGEST:
        return None
    # In thousands, millions and so on: 16 bits are 140 GB.
    scale = Fraction(1000) ** floor((low + high) / 2 / log(1000))
    found = simplest(Fraction(exp(low)) / scale, Fraction(exp(high)) / scale) * scale
    return found.as_integer_ratio() if digits(found.as_integer_ratio()) < MOST_DIGITS else None


def digits(constant: tuple[int, int]) -> float:
    """Return the logarithm of how many constants are as simple, without zeros at the end."""
    return sum(log(int(str(part).rstrip("0"))) for part in constant)


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """Return the fraction with the smallest denominator between two positive numbers.

    >>> simplest(Fraction(119, 100), Fraction(121, 100))
    Fraction(6, 5)
    """
    whole = ceil(low)
    return Fraction(whole) if whole <= high else whole - 1 + 1 / simplest(1 / (high - whole + 1), 1 / (low - whole + 1))
