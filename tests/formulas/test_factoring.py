"""Polynomials are factored as SymPy factors them, in its order."""

from functools import reduce
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import ZZ, ring

from symbolic.formulas.factoring import factors

RING, *_ = ring("v, d, L", ZZ)
TERMS = st.dictionaries(st.tuples(*[st.integers(0, 2)] * 3), st.integers(-6, 6).filter(bool), min_size=1, max_size=4)
V, D, N = RING.gens

FACTORED = [
    RING.zero,
    RING.one,
    RING(-6),
    -2 * V * D,
    V * D**2 + 4 * V,
    (V - D) * (N + 1) ** 2,
    (D - V) ** 3 * N**2 * 4,
    D**2 - N**2,
    D**2 + N**2,
    (V * D + N) * (V * D + 2 * N) * (D + 1),
    -6 * V**2 * D**2 + 6 * N**2,
]


@pytest.mark.parametrize("polynomial", FACTORED, ids=str)
def test_the_factors_are_sympy_s(polynomial: object) -> None:
    assert factors(polynomial) == _by_sympy(polynomial)


@given(st.lists(TERMS, min_size=1, max_size=3))
def test_the_factors_of_any_product_are_sympy_s(terms: list[dict[tuple[int, int, int], int]]) -> None:
    polynomial = reduce(mul, map(RING.from_dict, terms))
    assert factors(polynomial) == _by_sympy(polynomial)


def _by_sympy(polynomial: object) -> tuple[int, list[tuple[object, int]]]:
    number, found = polynomial.factor_list()  # type: ignore[attr-defined]
    return int(number), list(found)
