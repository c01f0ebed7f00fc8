"""A formula with numbers for all sizes but one: what is left is short enough to be read."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Number, Symbol, product, total
from symbolic.formulas.rational import Rational
from symbolic.measuring.derivation import Derivation

MOST = 12
"""So many sizes and numbers stand in a formula that fits a line, and is taken in at a glance."""


def is_long(formula: Formula) -> bool:
    """Return whether a formula has more sizes and numbers than are taken in at a glance."""
    return sum(not node.children for node in formula.walk()) > MOST


def in_one_size(formula: Formula, symbol: Symbol, derivation: Derivation) -> tuple[Formula, ...]:
    """Return a formula as a polynomial in one size, with numbers for the others; nothing where it is none."""
    rational = Rational.of(algebra.primary(formula, derivation.definitions))
    if any(symbol in atom.symbols and atom != symbol for atom in rational.atoms):
        # Within a rounding it does not stand as a power.
        return ()
    found: dict[int, Fraction] = {}
    try:
        terms = rational.laurent().items()
    except ValueError:
        return ()
    for exponents, coefficient in terms:
        power = sum(n for atom, n in zip(rational.atoms, exponents, strict=False) if atom == symbol)
        others = tuple(0 if atom == symbol else n for atom, n in zip(rational.atoms, exponents, strict=False))
        value = Fraction(rational.term(others, coefficient).value(derivation.sizes))
        found[power] = found.get(power, Fraction(0)) + value
    if any(power not in (0, 1, 2) or value.denominator > 1 or value < 0 for power, value in found.items()):
        return ()
    powers = sorted(found.items(), reverse=True)
    return (total(tuple(_term(int(value), symbol, power) for power, value in powers if value)),)


def _term(value: int, symbol: Symbol, power: int) -> Formula:
    factors = (symbol,) * power
    return product((Number(value), *factors)) if value != 1 or not power else product(factors)
