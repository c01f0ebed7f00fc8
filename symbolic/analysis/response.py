"""How a total answers to each of its sizes: doubled, in the limit, and by the elasticity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.roots import numbers
from symbolic.analysis.terms import eventual, powers
from symbolic.errors import CheckFailed
from symbolic.formula import Exact, Formula, Number, Product, Symbol, total
from symbolic.rational import Rational


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
    """How the closed form answers to one of its sizes."""
    size = sizes[symbol.name]
    whole = Fraction(closed.value(sizes))
    doubled = Fraction(closed.value({**sizes, symbol.name: 2 * size})) / whole
    slope = derivative(closed, symbol)
    return Response(symbol, size, doubled, _limit(closed, symbol, sizes), slope, slope.value(sizes) / whole)


def derivative(closed: Formula, symbol: Symbol) -> Formula:
    """The slope x ∂N/∂x, collected: each term times the power of the size in it. SymPy's derivative must agree."""
    smooth = eventual(closed, symbol)
    terms = tuple(
        Product((Number(power), coefficient, symbol ** Number(power) if power >= 0 else 1 / symbol ** Number(-power)))
        for power, coefficient in powers(closed, symbol).items()
        if power
    )
    slope = Rational.of(total(terms)).collected()
    name = symbol.algebra
    if (name * smooth.algebra.diff(name) - slope.algebra).expand() != 0:
        raise CheckFailed(f"SymPy finds another derivative by {symbol.name}; please report this")
    return slope


def _limit(closed: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> Fraction:
    """What doubling a large size does: SymPy's limit of N(2x) / N(x)."""
    import sympy

    x = sympy.Symbol("x", positive=True)
    values = numbers(powers(closed, symbol), sizes)
    whole = sum((sympy.Rational(Fraction(v).numerator, Fraction(v).denominator) * x**k for k, v in values.items()),
                sympy.Integer(0))  # fmt: skip
    found = sympy.limit(sympy.cancel(whole.subs(x, 2 * x) / whole), x, sympy.oo)
    return Fraction(int(found.p), int(found.q))
