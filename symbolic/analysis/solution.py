"""Where two formulas are equal: solved for one size, in letters where that can be read, and put back to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.readable import as_written
from symbolic.analysis.roots import Enclosure, difference, numbers, polynomial, positive_roots
from symbolic.analysis.terms import eventual, is_smooth
from symbolic.errors import CheckFailed
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Quotient, Symbol, exact
from symbolic.formulas.rational import Rational

A, B, C = (Symbol(letter, letter, "a coefficient of the equation", letter) for letter in "abc")
COEFFICIENTS = {symbol.name: symbol for symbol in (A, B, C)}
MOST_BITS = 2_000
"""Of longer coefficients no root is written: it would fill the page, and SymPy looks for factors in it for minutes."""


@dataclass(frozen=True, slots=True)
class Solution:
    """One positive size at which a difference is zero.

    `powers` are the coefficients of the equation, in letters. `letters` is the solution in letters (degree 1),
    `general` that in the coefficients a, b and c (degree 2), `radical` the exact number where it has a form to read
    (degrees 1 and 2). `root` encloses it between fractions in any case. `smooth` is false where the formula rounds up
    or takes a minimum: then the solution is that of the formula without it.
    """

    symbol: Symbol
    powers: Mapping[int, Formula]
    root: Enclosure
    letters: Formula | None
    general: Formula | None
    radical: Formula | None
    smooth: bool

    @property
    def degree(self) -> int:
        """The highest power of the size in the equation."""
        return max(self.powers)

    @property
    def about(self) -> Fraction:
        """The solution as a fraction, exact or very close."""
        return self.root.about


def solutions(left: Formula, right: Formula, symbol: Symbol, sizes: Mapping[str, Exact]) -> tuple[Solution, ...]:
    """Return every positive value of the size for which left = right, the other sizes as given; the smallest first."""
    smooth = is_smooth(left, symbol) and is_smooth(right, symbol)
    found = difference(eventual(left, symbol), eventual(right, symbol), symbol)
    # A power whose coefficient is 0 with these sizes is none: of a kind of layer that is not there.
    found = {power: coefficient for power, coefficient in found.items() if coefficient.value(sizes)}
    if len(found) < 2:
        return ()
    lowest = min(found)
    powers = {power - lowest: coefficient for power, coefficient in found.items()}
    values = numbers(powers, sizes)
    return tuple(_solution(symbol, powers, values, root, smooth, sizes) for root in positive_roots(values))


def _solution(
    symbol: Symbol,
    powers: Mapping[int, Formula],
    values: Mapping[int, Exact],
    root: Enclosure,
    smooth: bool,
    sizes: Mapping[str, Exact],
) -> Solution:
    degree = max(power for power, value in values.items() if value)
    letters = general = radical = None
    if degree == 1:
        top, bottom = Rational.of(Quotient(Negative(powers[0]), powers[1])).fraction(sizes)
        letters = top if bottom == Number(1) else Quotient(top, bottom)
    if degree == 2 and max(_bits(value) for value in values.values()) <= MOST_BITS:
        # SymPy 1.14 takes a factor for a prime one where a number under the root is a product of two that are close to
        # each other and have large prime factors, and stops. Such a root has no form to read: the enclosure stands.
        with suppress(ValueError):
            general, radical = _quadratic(values, root)
    if degree == 1 or root.low == root.high:
        radical = Number(exact(_put_back(values, -Fraction(values[0]) / values[1] if degree == 1 else root.low)))
    _check(values, root)
    return Solution(symbol, powers, root, letters, general, radical, smooth)


def _quadratic(values: Mapping[int, Exact], root: Enclosure) -> tuple[Formula, Formula]:
    """Return SymPy's solution of a x² + b x + c = 0 that is this root: in letters, and with numbers."""
    import sympy

    a, b, c, x = (*(sympy.Symbol(name, real=True) for name in "abc"), sympy.Symbol("x"))
    ratio = [sympy.Rational(Fraction(values.get(power, 0)).numerator, Fraction(values.get(power, 0)).denominator)
             for power in (2, 1, 0)]  # fmt: skip
    given = dict(zip((a, b, c), ratio, strict=True))
    pairs = [(one, sympy.radsimp(one.subs(given))) for one in sympy.solve(a * x**2 + b * x + c, x)]
    # The enclosure has one root of the two: the one that is nearer to its middle. Large sizes cancel many digits.
    digits = 50 + sum(len(str(abs(part))) for number in ratio for part in (number.p, number.q))
    close = sympy.Rational(root.about.numerator, root.about.denominator)
    candidate, number = min(pairs, key=lambda pair: abs(sympy.N(pair[1] - close, 30, maxn=8 * digits)))
    put_back = sympy.expand(ratio[0] * number**2 + ratio[1] * number + ratio[2])
    if put_back != 0:
        raise CheckFailed(f"put back, the solution leaves {put_back}; please report this")
    return as_written(candidate, COEFFICIENTS), as_written(sympy.together(number))


def _bits(value: Exact) -> int:
    return max(Fraction(value).numerator.bit_length(), Fraction(value).denominator.bit_length())


def _put_back(values: Mapping[int, Exact], number: Fraction) -> Fraction:
    left = sum(Fraction(value) * number**power for power, value in values.items())
    if left:
        raise CheckFailed(f"put back, the solution leaves {left}; please report this")
    return number


def _check(values: Mapping[int, Exact], root: Enclosure) -> None:
    """Raise CheckFailed unless the sign changes across the enclosure, or an exact root gives zero."""
    poly = polynomial(values)
    from sympy import Rational as Ratio

    low, high = (poly.eval(Ratio(end.numerator, end.denominator)) for end in (root.low, root.high))
    if not (low * high < 0 or (low == 0 and high == 0) or poly.discriminant() == 0):
        raise CheckFailed("the equation does not change its sign where it was solved; please report this")
