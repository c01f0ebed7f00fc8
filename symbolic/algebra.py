"""What SymPy makes of a formula: the closed form, its leading term, and sums of differences, readable again.

SymPy decides what is equal and what collects; the order that a page prints is ours: highest degree first, the symbols
in the order of the vocabulary.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symbolic.formula import Formula, Labelled, Negative, Number, Power, Product, Quotient, Sum, Symbol, product, total
from symbolic.vocabulary import SYMBOLS

if TYPE_CHECKING:
    import sympy

Definitions = Mapping[Symbol, Formula]


def primary(formula: Formula, definitions: Definitions) -> Formula:
    """The formula with each defined size replaced by its definition, down to the sizes that a config must give."""

    def change(node: Formula) -> Formula | None:
        return primary(definitions[node], definitions) if isinstance(node, Symbol) and node in definitions else None

    return formula.replace(change)


def collected(formula: Formula, definitions: Definitions) -> Formula:
    """A sum of blocks as one polynomial a repeated block and one for the rest: L × (12 d² + 10 d) + V d + 2 d."""
    rest: list[Formula] = []
    repeated: list[Formula] = []
    for term in _flat(formula):
        repeat, one = _repeated(term)
        if repeat is None:
            rest.append(term)
        else:
            repeated.append(Product((primary(repeat, definitions), _polynomial((one,), definitions))))
    outside = _polynomial(tuple(rest), definitions)
    terms = outside.terms if isinstance(outside, Sum) else (outside,)
    # One written order for all: the tables first, then the layers, then what little is left behind them.
    tables = tuple(term for term in terms if _degree(term) > 1)
    small = tuple(term for term in terms if _degree(term) <= 1 and term != Number(0))
    return total((*tables, *repeated, *small))


def leading(closed: Formula) -> Formula:
    """The part that grows fastest when every size grows alike: SymPy's leading coefficient in a common factor t."""
    import sympy

    t = sympy.Symbol("t", positive=True)
    expression = sympy.expand(closed.algebra)
    scaled = sympy.Poly(
        sympy.expand(expression.subs({s: t * s for s in expression.free_symbols}, simultaneous=True)), t
    )
    return written(scaled.LC())


def simplified(formula: Formula, definitions: Definitions) -> Formula:
    """A sum as SymPy factors it, in primary sizes."""
    import sympy

    return written(sympy.factor(primary(formula, definitions).algebra))


def written(expression: sympy.Expr) -> Formula:
    """A SymPy expression over the vocabulary's symbols as a formula."""
    import sympy

    places = {name: index for index, name in enumerate(SYMBOLS)}

    def power(base: sympy.Expr, exponent: sympy.Expr) -> Formula:
        below = convert(base)
        return below if exponent == 1 else Power(below, convert(exponent))

    def rank(factor: sympy.Expr) -> tuple[int, int]:
        base = factor.as_base_exp()[0]
        if base.is_Number:
            return (0, 0)
        return (2, 0) if base.is_Add else (1, places[str(base)])

    def monomial(term: sympy.Expr) -> Formula:
        top, bottom = term.as_numer_denom()
        factors = [f for f in sympy.Mul.make_args(top) if f != 1]
        above = product(tuple(power(*f.as_base_exp()) for f in sorted(factors, key=rank)) or (Number(1),))
        return above if bottom == 1 else Quotient(above, convert(bottom))

    def degree(term: sympy.Expr) -> tuple[int, list[tuple[int, int]]]:
        powers = term.as_powers_dict()
        shape = sorted((places[str(base)], -int(power)) for base, power in powers.items() if base.is_Symbol)
        return (sum(power for _, power in shape), shape)

    def convert(expr: sympy.Expr) -> Formula:
        if expr.is_Symbol:
            return SYMBOLS[str(expr)]
        if expr.is_Rational:
            value = Number(abs(int(expr.p))) if expr.q == 1 else Quotient(Number(abs(int(expr.p))), Number(int(expr.q)))
            return Negative(value) if expr < 0 else value
        if expr.is_Add:
            return Sum(tuple(signed(term) for term in sorted(expr.args, key=degree)))
        return signed(expr)

    def signed(term: sympy.Expr) -> Formula:
        if term.could_extract_minus_sign():
            return Negative(convert(-term))
        return (
            convert(term)
            if term.is_Add or term.is_Symbol or term.is_Rational
            else (power(*term.as_base_exp()) if term.is_Pow and term.exp.is_positive else monomial(term))
        )

    return convert(expression)


def _flat(formula: Formula) -> list[Formula]:
    """The top-level terms, labels taken off, a block that only holds other terms opened."""
    while isinstance(formula, Labelled):
        formula = formula.formula
    if isinstance(formula, Sum):
        return [part for term in formula.terms for part in _flat(term)]
    return [formula]


def _repeated(term: Formula) -> tuple[Formula | None, Formula]:
    """A repeated block as its repeat and one copy; anything else as no repeat."""
    if isinstance(term, Product) and len(term.factors) == 2 and isinstance(term.factors[1], Labelled):
        return term.factors[0], term.factors[1].formula
    return None, term


def _polynomial(terms: tuple[Formula, ...], definitions: Definitions) -> Formula:
    import sympy

    return written(sympy.expand(primary(total(terms), definitions).algebra))


def _degree(term: Formula) -> int:
    return sum(2 if isinstance(node, Power) else 1 for node in term.walk() if isinstance(node, Symbol | Power)) - sum(
        1 for node in term.walk() if isinstance(node, Power)
    )
