"""Formulas as code makes them, kept short: x × 1 is x, (x × y) // x is y, and a whole x rounded down is x."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import (
    Exact,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    exact,
    product,
    total,
)
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.networks.learned.rounding import Rest

ONE, ZERO = Number(1), Number(0)


def is_whole(formula: Formula) -> bool:
    """Return whether a formula of whole sizes is a whole number, whatever they are."""
    match formula:
        case Number(number=number):
            return isinstance(number, int)
        case Symbol(is_integer=is_integer):
            return is_integer
        case Floor() | Ceiling():
            return True
        case Rest(left=left, right=right):
            return is_whole(left) and is_whole(right)
        case Sum() | Product() | Negative():
            return all(map(is_whole, formula.children))
        case Power(base=base, exponent=Number(number=number)):
            return isinstance(number, int) and number >= 0 and is_whole(base)
    return False


def plus(left: Formula, right: Formula) -> Formula:
    """Return left + right, numbers added up."""
    terms = [term for side in (left, right) for term in (side.terms if isinstance(side, Sum) else (side,))]
    constant: Exact = 0
    kept: list[Formula] = []
    for term in terms:
        opposite = term.term if isinstance(term, Negative) else Negative(term)
        if isinstance(term, Number):
            constant += term.number
        elif isinstance(term, Negative) and isinstance(term.term, Number):
            constant -= term.term.number
        elif opposite in kept:
            kept.remove(opposite)
        else:
            kept.append(term)
    if constant > 0 or not kept:
        kept.append(Number(exact(constant)))
    elif constant < 0:
        kept.append(Negative(Number(exact(-constant))))
    if len(kept) > 1 and isinstance(kept[0], Negative):
        first = next((term for term in kept if not isinstance(term, Negative)), None)
        if first is not None:
            kept.remove(first)
            kept.insert(0, first)
    return total(tuple(kept))


def negative(term: Formula) -> Formula:
    """Return −term; for a sum, each term is negated."""
    match term:
        case Number(number=number):
            return Number(-number)
        case Negative(term=inner):
            return inner
        case Sum(terms=terms):
            made: Formula = ZERO
            for one in terms:
                made = plus(made, negative(one))
            return made
    return Negative(term)


def times(left: Formula, right: Formula) -> Formula:
    """Return left × right, numbers multiplied and put in front."""
    if isinstance(left, Negative):
        return negative(times(left.term, right))
    if isinstance(right, Negative):
        return negative(times(left, right.term))
    factors = [part for side in (left, right) for part in (side.factors if isinstance(side, Product) else (side,))]
    constant: Exact = 1
    kept: list[Formula] = []
    for factor in factors:
        if isinstance(factor, Number):
            constant *= factor.number
        else:
            kept.append(factor)
    constant = exact(Fraction(constant))
    if constant == 0:
        return ZERO
    for factor in kept:
        # The exact quotient of a whole size by another, times that other, is the size.
        if isinstance(factor, Quotient) and factor.denominator in kept:
            kept.remove(factor.denominator)
            kept[kept.index(factor)] = factor.numerator
            return times(Number(constant), product(tuple(kept)) if len(kept) > 1 else kept[0])
    if constant != 1 or not kept:
        kept.insert(0, Number(constant))
    return product(tuple(kept))


def over(left: Formula, right: Formula) -> Formula:
    """Return left / right, exact, common factors cancelled."""
    above = list(left.factors) if isinstance(left, Product) else [left]
    below = list(right.factors) if isinstance(right, Product) else [right]
    for factor in list(below):
        if not isinstance(factor, Number) and factor in above:
            above.remove(factor)
            below.remove(factor)
    up: Exact = 1
    down: Exact = 1
    for factor in [factor for factor in above if isinstance(factor, Number)]:
        up *= factor.number
        above.remove(factor)
    for factor in [factor for factor in below if isinstance(factor, Number)]:
        down *= factor.number
        below.remove(factor)
    ratio = Fraction(up) / Fraction(down) if down else Fraction(0)
    top = times(Number(ratio.numerator), product(tuple(above)) if above else ONE)
    bottom = times(Number(ratio.denominator), product(tuple(below)) if below else ONE)
    return top if bottom == ONE else Quotient(top, bottom)


def floored(formula: Formula) -> Formula:
    """Return a formula rounded down, or the formula itself if it is whole."""
    if is_whole(formula):
        return formula
    if isinstance(formula, Number):
        return Number(formula.number // 1)
    return Floor(formula)


def raised(formula: Formula) -> Formula:
    """Return a formula rounded up, or the formula itself if it is whole."""
    if is_whole(formula):
        return formula
    if isinstance(formula, Number):
        return Number(-(-formula.number // 1))
    return Ceiling(formula)


def rest(left: Formula, right: Formula) -> Formula:
    """Return left % right, the remainder of a division."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(left.number % right.number)
    return Rest(left, right)


def power(base: Formula, exponent: Formula) -> Formula:
    """Return a base raised to an exponent."""
    if isinstance(exponent, Number):
        if exponent.number == 0:
            return ONE
        if exponent.number == 1:
            return base
        if isinstance(base, Number) and isinstance(exponent.number, int):
            return Number(exact(Fraction(base.number) ** exponent.number))
    return Power(base, exponent)


__all__ = [
    "floored",
    "is_whole",
    "negative",
    "over",
    "plus",
    "power",
    "raised",
    "rest",
    "times",
]
