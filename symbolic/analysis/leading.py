"""Leading terms: what is left of a closed form when a size is large, how far off it is, and where it will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.roots import Enclosure, first_whole_above, numbers, positive_roots
from symbolic.analysis.terms import eventual, leading, powers
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import SYMBOLS

BOUNDS = (Fraction(1, 10), Fraction(1, 100), Fraction(1, 1000))


@dataclass(frozen=True, slots=True)
class Leading:
    """The term that leads when one size grows, its exact relative error here, and from which size on that is small.

    `from_size` has a number for each of BOUNDS; None where no size will do.
    """

    symbol: Symbol
    power: int
    term: Formula
    error: Fraction
    from_size: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The terms that lead when the depth and all widths grow by one factor."""

    term: Formula
    symbols: tuple[Symbol, ...]
    degree: int
    error: Fraction
    factors: tuple[Fraction | None, ...]


def alone(closed: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> Leading:
    """Return what leads when one size grows and the others stay."""
    power, term = leading(closed, symbol, sizes)
    error = relative_error(closed, term, sizes)
    values = numbers(powers(closed, symbol, sizes), sizes)
    rest = {other: value for other, value in values.items() if other != power}
    return Leading(symbol, power, term, error, tuple(_from_size(values, rest, bound) for bound in BOUNDS))


def together(closed: Formula, sizes: Mapping[str, Exact]) -> Together:
    """Return what leads when every size of the leading term that grows with a model is multiplied by one factor."""
    # Rounding up adds less than one, which is nothing beside what grows.
    smooth = closed
    for symbol in closed.symbols:
        smooth = eventual(smooth, symbol)
    term = algebra.leading(smooth, sizes)
    symbols = tuple(symbol for symbol in SYMBOLS.values() if symbol in term.symbols and symbol.scales)
    values = _in_factor(smooth, symbols, sizes)
    degree = max(values)
    lead = _in_factor(term, symbols, sizes)
    rest = {power: values[power] - lead.get(power, 0) for power in values}
    factors = tuple(_from_factor(values, rest, bound) for bound in BOUNDS)
    return Together(term, symbols, degree, relative_error(closed, term, sizes), factors)


def relative_error(closed: Formula, term: Formula, sizes: Mapping[str, Exact]) -> Fraction:
    """Return how far the term is below the exact total, as a part of it; negative where it is above."""
    total = Fraction(closed.value(sizes))
    return (total - term.value(sizes)) / total if total else Fraction(0)


def error_formula(closed: Formula, term: Formula) -> Formula:
    """Return the relative error as a formula, with what cancels left out."""
    return Rational.of((closed - term) / closed).factored()


def _in_factor(formula: Formula, symbols: tuple[Symbol, ...], sizes: Mapping[str, Exact]) -> dict[int, Fraction]:
    """Return the formula with its numbers in place, as powers of one factor on some of its sizes."""
    rational = Rational.of(formula)
    values: dict[int, Fraction] = {}
    for exponents, coefficient in rational.laurent().items():
        power = sum(exponent for atom, exponent in zip(rational.atoms, exponents, strict=False) if atom in symbols)
        term = Fraction(rational.term(exponents, coefficient).value(sizes))
        values[power] = values.get(power, Fraction(0)) + term
    return values


def _within(values: Mapping[int, Exact], rest: Mapping[int, Exact], bound: Fraction) -> list[dict[int, Exact]]:
    """Return polynomials that are above zero where the rest is less than this part of the total, on either side."""
    return [{power: bound * values[power] - sign * rest.get(power, 0) for power in values} for sign in (1, -1)]


def _from_size(values: Mapping[int, Exact], rest: Mapping[int, Exact], bound: Fraction) -> int | None:
    if not any(rest.values()):
        return 1
    found = [first_whole_above(one) for one in _within(values, rest, bound)]
    return None if None in found else max(number for number in found if number is not None)


def _from_factor(values: Mapping[int, Exact], rest: Mapping[int, Exact], bound: Fraction) -> Fraction | None:
    roots: list[Enclosure] = [root for one in _within(values, rest, bound) for root in positive_roots(one)[-1:]]
    if not any(rest.values()):
        return Fraction(0)
    return max(root.high for root in roots) if roots else None
