"""Arithmetic of ranges: the result of an operation has all values that its parts' ranges may give, within bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from math import ceil, comb, floor
from typing import NamedTuple

from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic import functions
from symbolic.proofread.arithmetic.functions import MOST_BITS, bits
from symbolic.proofread.arithmetic.numbers import Unread


class Range(NamedTuple):
    """All values that a rounded number may stand for, from `low` to `high`; the two are equal for an exact one."""

    low: Exact
    high: Exact

    @property
    def is_exact(self) -> bool:
        """Return whether the range is a single value."""
        return self.low == self.high


MOST_PLACES = 30
NARROW = Fraction(1, 10**15)
"""Nobody rounds to more decimals."""


class Unknown(Exception):
    """An error for a name whose value is not known."""


def bounded(value: Exact) -> Exact:
    """Return the value; Unread where it has more digits than any count."""
    if bits(value) > MOST_BITS:
        raise Unread("its value has more digits than any count")
    return exact(value) if isinstance(value, Fraction) else value


def _sum(parts: list[Range]) -> Range:
    low = sum([part.low for part in parts])
    return Range(low, low if all(part.is_exact for part in parts) else sum([part.high for part in parts]))


def _product(parts: list[Range]) -> Range:
    return reduce(_times, parts)


def _times(left: Range, right: Range) -> Range:
    if bits(left.low) + bits(right.low) > MOST_BITS:
        raise Unread("its value has more digits than any count")
    if left.is_exact and right.is_exact:
        return Range(*[left.low * right.low] * 2)
    ends = [a * b for a in left for b in right]
    return Range(min(ends), max(ends))


def _quotient(parts: list[Range]) -> Range:
    left, right = parts
    if right.low <= 0 <= right.high:
        raise Unread("it divides by zero")
    return _times(left, Range(1 / Fraction(right.high), 1 / Fraction(right.low)))


def _negative(parts: list[Range]) -> Range:
    return Range(-parts[0].high, -parts[0].low)


def _power(parts: list[Range]) -> Range:
    base, exponent = parts
    if not exponent.is_exact:
        return _rounded_power(base, exponent)
    power = exponent.low
    if isinstance(power, Fraction):
        return _increasing(lambda end: functions.power(end, power), base, falls=power < 0)
    if base.low <= 0 and power < 0:
        raise Unread("it divides by zero, or by a negative power")
    if abs(power) * max(bits(base.low), bits(base.high)) > MOST_BITS and abs(base.low) != 1 and base.low != 0:
        if base.low < 0 or isinstance(base.low, int):
            raise Unread("a power with more digits than any count")
        # (1 - 1/100,000)^12,160 has too many digits, but not its bounds.
        return _increasing(lambda end: functions.bounds_of_power(end, Fraction(power)), base, falls=power < 0)
    ends = [Fraction(end) ** power for end in base]
    if base.low < 0 < base.high:
        ends.append(Fraction(0))
    return Range(exact(min(ends)), exact(max(ends)))


def _rounded_power(base: Range, exponent: Range) -> Range:
    if base.low <= 0:
        raise Unread("a power with a rounded exponent, of a number that is not above zero")
    # Its logarithm is a product of two ranges, which is least and greatest at their ends.
    ends = [value for one in base for other in exponent for value in functions.power(one, Fraction(other))]
    return Range(min(ends), max(ends))


def _root(parts: list[Range]) -> Range:
    """Return the square root of the first part, or the root whose degree is the second part."""
    inside, degree = parts[0], parts[1].low if len(parts) > 1 else 2
    if not isinstance(degree, int) or degree < 2 or (len(parts) > 1 and not parts[1].is_exact):
        raise Unread("a root whose degree is no whole number from two on")
    if inside.low < 0 and degree % 2 == 0:
        raise Unread("the root of a negative number")
    return _increasing(lambda end: functions.power(end, Fraction(1, degree)), inside)


def _increasing(function: Callable[[Exact], functions.Between], inside: Range, *, falls: bool = False) -> Range:
    """Return the range of a function that increases everywhere, or with `falls` decreases everywhere."""
    if falls and inside.low <= 0:
        raise Unread("it divides by zero, or by a negative power")
    low, high = (function(end) for end in (reversed(inside) if falls else inside))
    return Range(low.low, high.high)


def _logarithm(parts: list[Range]) -> Range:
    """Return the natural logarithm of a single part; of two parts, the logarithm of the second to the first as base."""
    if len(parts) == 1:
        return _increasing(functions.logarithm, parts[0])
    base, inside = parts
    if not base.is_exact:
        raise Unread("a logarithm to a rounded base")
    ends = [end for value in inside for end in functions.logarithm(value, base.low)]
    return Range(min(ends), max(ends))


def _wave(angle: Range, *, cosine: bool = False) -> Range:
    """Return the sine or cosine of a range: it changes by no more than its angle."""
    if max(-angle.low, angle.high) > functions.LARGEST_ANGLE:
        raise Unknown("cos(…)" if cosine else "sin(…)")  # in degrees, perhaps
    half = Fraction(angle.high - angle.low) / 2
    low, high = functions.sine(exact(angle.low + half), cosine=cosine)
    # An angle in degrees has been made one in radians, of so many digits.
    low, high = low - (NARROW if low else 0), high + (NARROW if high else 0)
    return Range(low, high) if not half else Range(max(low - half, Fraction(-1)), min(high + half, Fraction(1)))


def _factorial(parts: list[Range]) -> Range:
    if not parts[0].is_exact:
        raise Unread("the factorial of a rounded number")
    return Range(*[functions.factorial(parts[0].low)] * 2)


def _absolute(parts: list[Range]) -> Range:
    [inside] = parts
    if inside.low < 0 < inside.high:
        return Range(0, max(-inside.low, inside.high))
    return inside if inside.low >= 0 else _negative(parts)


def _each(function: Callable[[list[Exact]], Exact]) -> Callable[[list[Range]], Range]:
    return lambda parts: Range(function([part.low for part in parts]), function([part.high for part in parts]))


def _nearest(parts: list[Range]) -> Range:
    """Return a number rounded to a whole one, or to the places that the second part says; a half may go either way."""
    unit = Fraction(1)
    if len(parts) > 1:
        places = parts[1].low
        whole = isinstance(places, int) and parts[1].is_exact and abs(places) <= MOST_PLACES
        if len(parts) > 2 or not whole:
            raise Unread("a number rounded to places that are no whole number")
        unit = Fraction(10) ** -int(places)
    low, high = (Fraction(end) / unit for end in parts[0])
    return Range(exact(ceil(low - Fraction(1, 2)) * unit), exact(floor(high + Fraction(1, 2)) * unit))


def _binomial(parts: list[Range]) -> Range:
    """Return how many ways there are to choose so many of a whole number of things."""
    of, chosen = (part.low for part in parts)
    whole = isinstance(of, int) and isinstance(chosen, int) and all(part.is_exact for part in parts)
    if not whole or not 0 <= chosen <= of or of > functions.LARGEST_FACTORIAL:
        raise Unread("a binomial coefficient of what are no small whole numbers")
    return Range(*[comb(int(of), int(chosen))] * 2)


def _derivative(_: list[Range]) -> Range:
    raise Unknown("the derivative")


OPERATIONS: Mapping[str, Callable[[list[Range]], Range]] = {
    "+": _sum,
    "-": _negative,
    "×": _product,
    "/": _quotient,
    "^": _power,
    "√": _root,
    "!": _factorial,
    "||": _absolute,
    "ln": _logarithm,
    "log": _logarithm,
    "exp": lambda parts: _increasing(functions.exponential, parts[0]),
    "sin": lambda parts: _wave(parts[0]),
    "cos": lambda parts: _wave(parts[0], cosine=True),
    "tanh": lambda parts: _increasing(functions.tangent, parts[0]),
    "sigmoid": lambda parts: _increasing(functions.sigmoid, parts[0]),
    "relu": lambda parts: Range(max(0, parts[0].low), max(0, parts[0].high)),
    "min": _each(min),
    "max": _each(max),
    "mean": lambda parts: _quotient([_sum(parts), Range(len(parts), len(parts))]),
    "ceil": _each(lambda ends: ceil(ends[0])),
    "floor": _each(lambda ends: floor(ends[0])),
    "round": _nearest,
    "choose": _binomial,
    "()": lambda parts: parts[0],
    "∂": _derivative,
    "beside": _product,
}

REPEATED: Mapping[str, tuple[Callable[[list[Range]], Range], Callable[[list[Range]], Range], Range]] = {
    "∑": (_sum, _product, Range(0, 0)),
    "∏": (_product, _power, Range(1, 1)),
}
"""For each sign: the operation that adds a term, the one that repeats a term many times, and the value of no terms."""
