"""A formula as SymPy's expression, which SymPy evaluates: it sorts and merges what the formula keeps as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Maximum, Minimum, Root
from symbolic.formulas.shown import Approximate, Blank, Labelled

if TYPE_CHECKING:
    import sympy


def in_sympy(formula: Formula) -> sympy.Expr:
    """Return the SymPy expression of a formula; sizes are positive symbols, and integers where they are counts.

    >>> from symbolic.formulas.vocabulary import emb_dim
    >>> in_sympy(3 * (emb_dim * emb_dim))
    3*emb_dim**2
    """
    import sympy

    parts = [in_sympy(child) for child in formula.children]
    match formula:
        case Number(number=number) | Approximate(number=number):
            return sympy.Rational(number.numerator, number.denominator)
        case Symbol():
            # A symbol's assumptions are made here and nowhere else: symbols that differ in them are unequal.
            return sympy.Symbol(formula.name, positive=True, **({"integer": True} if formula.is_integer else {}))
        case Sum():
            return sympy.Add(*parts)
        case Negative():
            return -parts[0]
        case Product():
            return sympy.Mul(*parts)
        case Quotient():
            return parts[0] / parts[1]
        case Power():
            return sympy.Pow(*parts)
        case Root():
            return sympy.root(parts[0], formula.degree)
        case Minimum() | Maximum():
            return (sympy.Min if isinstance(formula, Minimum) else sympy.Max)(*parts)
        case Ceiling():
            return sympy.ceiling(parts[0])
        case Floor():
            return sympy.floor(parts[0])
        case Labelled() | Blank():
            return parts[0]
    raise TypeError(f"{formula!r} is a node that SymPy has no expression for")
