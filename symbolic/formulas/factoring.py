"""The irreducible factors of a polynomial.

SymPy's method for polynomials in several variables takes milliseconds for each. Nearly all of ours are of degree one
in some size (the vocabulary, the number of layers), and then greatest common divisors do: a x + b is irreducible where
a and b have no factor in common (Gauss's lemma).
"""

from __future__ import annotations

from collections import Counter
from typing import Any


def factors(polynomial: Any) -> tuple[int, list[tuple[Any, int]]]:
    """Return the integer in front and each factor with its exponent, as SymPy's `factor_list` does, in its order.

    `polynomial` is an element of a ring over the integers.

    >>> from sympy import ZZ, ring
    >>> _, d, L = ring("d, L", ZZ)
    >>> factors(6 * d**2 * L + 4 * d * L)
    (2, [(L, 1), (d, 1), (3*d + 2, 1)])
    """
    if not polynomial:
        return 0, []
    content, rest = polynomial.primitive()
    if rest.LC < 0:
        content, rest = -content, -rest
    ring = polynomial.ring
    shared = tuple(map(min, zip(*rest.itermonoms(), strict=True)))
    rest = rest.quo(ring.term_new(shared, 1))
    found = Counter({generator: power for generator, power in zip(ring.gens, shared, strict=True) if power})
    for factor, power in _irreducible(rest):
        found[factor] += power
    return int(content), sorted(found.items(), key=_complexity)


def _irreducible(polynomial: Any) -> list[tuple[Any, int]]:
    """Return the factors of a polynomial without a content."""
    if polynomial.is_ground:
        return []
    slopes = [slope for slope in _slopes(polynomial) if slope]
    if not slopes:
        return list(polynomial.factor_list()[1])
    slope, rest = min(slopes, key=lambda pair: len(pair[0]))
    common = slope.gcd(rest)
    if common.LC < 0:
        common = -common
    return [(polynomial.exquo(common), 1), *_irreducible(common)]


def _slopes(polynomial: Any) -> list[tuple[Any, Any] | None]:
    """Return a and b of a x + b for each variable x; None for one of another degree."""
    ring, degrees = polynomial.ring, polynomial.degrees()
    return [_slope(polynomial, place, ring) if degree == 1 else None for place, degree in enumerate(degrees)]


def _slope(polynomial: Any, place: int, ring: Any) -> tuple[Any, Any]:
    above, rest = {}, {}
    for exponents, coefficient in polynomial.items():
        if exponents[place]:
            above[(*exponents[:place], 0, *exponents[place + 1 :])] = coefficient
        else:
            rest[exponents] = coefficient
    return ring.from_dict(above), ring.from_dict(rest)


def _complexity(factor: tuple[Any, int]) -> tuple[int, int, Any]:
    """Return what SymPy orders factors by."""
    dense = factor[0].to_dense()
    return len(dense), factor[1], dense
