"""How a total answers to each of its sizes: doubled, in the limit, and by the elasticity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.terms import eventual, leading
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.rational import Rational


@dataclass(frozen=True, slots=True)
class Response:
    """What one size does to the total.

    `doubled` is the total with twice the size, over the total; `limit` what that tends to as the size grows;
    `slope` the size times the derivative, as a formula; `elasticity` its value over the total.
    """

    symbol: Symbol
    size: Exact
    doubled: Fraction
    limit: Fraction
    slope: Formula
    elasticity: Fraction


def response(closed: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> Response:
    """Return how the closed form answers to one of its sizes."""
    size = sizes[symbol.name]
    whole = Fraction(closed.value(sizes))
    doubled = Fraction(closed.value({**sizes, symbol.name: 2 * size})) / whole
    slope = derivative(closed, symbol)
    return Response(symbol, size, doubled, _limit(closed, symbol, sizes), slope, slope.value(sizes) / whole)


def derivative(closed: Formula, symbol: Symbol) -> Formula:
    """Return the slope x ∂N/∂x, collected: each term times the power of the size in it."""
    return Rational.of(eventual(closed, symbol)).slope(symbol).collected()


def _limit(closed: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> Fraction:
    """Return what doubling a large size does, the limit of N(2x) / N(x): 2 to the power that the size leads with."""
    return Fraction(2) ** leading(closed, symbol, sizes)[0]
