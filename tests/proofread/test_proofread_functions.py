"""What the proofreader computes of functions without an exact value: mpmath, to more places, lies between its ends."""

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic import functions
from symbolic.proofread.arithmetic.functions import Between
from symbolic.proofread.arithmetic.numbers import Unread

POSITIVE = st.fractions(min_value=Fraction(1, 10**30), max_value=10**30).filter(lambda value: value > 0)
EXPONENTS = st.fractions(min_value=-100, max_value=100, max_denominator=10**6)
TIGHT = Fraction(1, 2**160)


def mp(value: Exact) -> mpmath.mpf:
    return mpmath.mpf(value.numerator) / value.denominator


def lies_between(found: Between, expected: Callable[[], mpmath.mpf]) -> bool:
    """Whether an oracle's value is between two ends that are close to each other."""
    with mpmath.workprec(1000):
        value = expected()
        slack = abs(value) * mpmath.mpf(2) ** -900
        width = mp(found.high) - mp(found.low)
        return bool(mp(found.low) - slack <= value <= mp(found.high) + slack and width <= abs(value) * mp(TIGHT))


@given(POSITIVE)
def test_a_natural_logarithm_lies_between_its_ends(number: Fraction) -> None:
    assume(abs(number - 1) > Fraction(1, 100) or number == 1)
    assert lies_between(functions.logarithm(number), lambda: mpmath.log(mp(number)))


@given(POSITIVE, POSITIVE)
def test_a_logarithm_to_a_base_lies_between_its_ends(number: Fraction, base: Fraction) -> None:
    assume(all(abs(value - 1) > Fraction(1, 100) for value in (number, base)))
    assert lies_between(functions.logarithm(number, base), lambda: mpmath.log(mp(number)) / mpmath.log(mp(base)))


@given(EXPONENTS)
def test_an_exponential_lies_between_its_ends(exponent: Fraction) -> None:
    assert lies_between(functions.exponential(exponent), lambda: mpmath.exp(mp(exponent)))


@given(POSITIVE, EXPONENTS)
def test_a_power_lies_between_its_ends(base: Fraction, exponent: Fraction) -> None:
    assert lies_between(functions.power(base, exponent), lambda: mp(base) ** mp(exponent))


@given(
    st.fractions(min_value=Fraction(1, 50), max_value=10**6, max_denominator=50), st.integers(2, 9), st.integers(1, 5)
)
def test_a_power_that_has_an_exact_value_has_it(root: Fraction, degree: int, times: int) -> None:
    found = functions.power(root**degree, Fraction(times, degree))
    assert found.low == found.high == root**times


@given(st.integers(2, 10**6), st.integers(-60, 60))
def test_a_logarithm_of_a_power_is_its_exponent(base: int, exponent: int) -> None:
    assert functions.logarithm(Fraction(base) ** exponent, base) == (exponent, exponent)


@pytest.mark.parametrize(
    "call",
    [
        lambda: functions.logarithm(0),
        lambda: functions.logarithm(2, 1),
        lambda: functions.logarithm(2, -2),
        lambda: functions.logarithm(2, 1 + Fraction(1, 10**90)),
        lambda: functions.exponential(10**9),
        lambda: functions.power(10**100, Fraction(10**9, 7)),
        lambda: functions.power(0, Fraction(-1, 2)),
        lambda: functions.power(-8, Fraction(2, 3)),
        lambda: functions.factorial(1001),
        lambda: functions.factorial(-1),
        lambda: functions.factorial(Fraction(1, 2)),
    ],
)
def test_what_has_no_value_or_one_too_long_is_unread(call: Callable[[], object]) -> None:
    with pytest.raises(Unread):
        call()
