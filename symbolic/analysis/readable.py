"""What SymPy found, as a formula that pages print: roots and powers, in the order that our formulas have."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from symbolic.formulas.formula import Formula, Negative, Number, Power, Quotient, Symbol, exact, product, total
from symbolic.formulas.functions import Root
from symbolic.formulas.vocabulary import SYMBOLS


def as_written(expression: Any, names: Mapping[str, Symbol] = SYMBOLS) -> Formula:
    """Return the formula that a SymPy expression is: sums, products, powers, roots; ValueError for any other part.

    `names` are the symbols that may stand in it.
    """
    import sympy

    if expression.is_Rational:
        number = exact(Fraction(int(expression.p), int(expression.q)))
        return Negative(Number(-number)) if number < 0 else Number(number)
    if expression.is_Symbol:
        return names[expression.name]
    if expression.is_Add:
        terms = sorted(expression.args, key=lambda term: _order(term, names))
        return total(tuple(as_written(term, names) for term in terms))
    if expression.is_Mul:
        return _product(expression, names)
    if isinstance(expression, sympy.Pow):
        base, exponent = expression.args
        if exponent.is_Rational and exponent.p == 1:
            return Root(as_written(base, names), int(exponent.q))
        if exponent.could_extract_minus_sign():
            return Quotient(Number(1), as_written(base**-exponent, names))
        return Power(as_written(base, names), as_written(exponent, names))
    raise ValueError(f"{type(expression).__name__} is nothing that a page prints")


def _product(expression: Any, names: Mapping[str, Symbol]) -> Formula:
    top, bottom = expression.as_numer_denom()
    if bottom != 1:
        sign = top.could_extract_minus_sign() and not top.is_Add
        whole = Quotient(as_written(-top if sign else top, names), as_written(bottom, names))
        return Negative(whole) if sign else whole
    number, rest = expression.as_coeff_Mul()
    if number.could_extract_minus_sign():
        return Negative(as_written(-expression, names))
    factors = sorted(rest.as_ordered_factors(), key=lambda factor: _order(factor, names))
    written = tuple(as_written(factor, names) for factor in factors)
    return product(written if number == 1 else (as_written(number, names), *written))


def _order(part: Any, names: Mapping[str, Symbol]) -> tuple[bool, list[int], str]:
    """Return where a part stands in a sum: what is taken away last, then in the order of the vocabulary."""
    places = sorted(list(names).index(symbol.name) for symbol in part.free_symbols)
    return bool(part.could_extract_minus_sign()), places or [len(names)], str(part)
