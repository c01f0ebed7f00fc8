"""A formula keeps what its author wrote, is exact, and agrees with SymPy."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from symbolic.formulas.formula import Exact, Formula, Number, Power, Product
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.in_sympy import in_sympy
from symbolic.formulas.rational import Rational
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import context_length, emb_dim, n_heads, n_layers, vocab_size
from symbolic.pages.page import Equation
from symbolic.pages.rendering.equations import chained, sides
from symbolic.pages.rendering.spoken_notation import Spoken
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.pages.rendering.text_notation import Text

# As letters, the table below reads like the text that it expects.
V, T, d, h, L = vocab_size, context_length, emb_dim, n_heads, n_layers
SIZES = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12}


@pytest.mark.parametrize(
    ("formula", "text", "substituted", "value"),
    [
        (3 * (d * d), "3 × (emb_dim × emb_dim)", "3 × (768 × 768)", 1_769_472),
        (d * d * d, "emb_dim × emb_dim × emb_dim", "768 × 768 × 768", 452_984_832),
        (d * (4 * d), "emb_dim × (4 × emb_dim)", "768 × (4 × 768)", 2_359_296),
        (2 * L + 1, "2 × n_layers + 1", "2 × 12 + 1", 25),
        ((2 * L + 1) * d, "(2 × n_layers + 1) × emb_dim", "(2 × 12 + 1) × 768", 19_200),
        (L - (h - 2), "n_layers − (n_heads − 2)", "12 − (12 − 2)", 2),
        (1 - L + d, "1 − n_layers + emb_dim", "1 − 12 + 768", 757),
        (d / h, "emb_dim / n_heads", "768 / 12", 64),
        (d / (h * h), "emb_dim / (n_heads × n_heads)", "768 / (12 × 12)", Fraction(16, 3)),
        (1 / h, "1 / n_heads", "1 / 12", Fraction(1, 12)),
        (12 * d**2, "12 × emb_dim²", "12 × 768²", 7_077_888),
        ((d + 1) ** 2, "(emb_dim + 1)²", "(768 + 1)²", 591_361),
        (Minimum((T, d)), "min(context_length, emb_dim)", "min(1,024, 768)", 768),
        (Ceiling(d / 100), "ceil(emb_dim / 100)", "ceil(768 / 100)", 8),
        (L * Labelled("one layer", d * d), "n_layers × [one layer]", "12 × 589,824 [one layer]", 7_077_888),
    ],
)
def test_it_prints_the_author_s_order_and_brackets(formula: Formula, text: str, substituted: str, value: Exact) -> None:
    assert Text()(formula) == text
    assert Text().with_sizes(SIZES)(formula) == substituted
    assert formula.value(SIZES) == value


@pytest.mark.parametrize(
    ("formula", "latex", "spoken"),
    [
        (
            3 * (d * d),
            r"3 \times (\mathrm{emb\_dim} \times \mathrm{emb\_dim})",
            "3 times open bracket embedding width times embedding width close bracket",
        ),
        (d / h, r"\frac{\mathrm{emb\_dim}}{\mathrm{n\_heads}}", "embedding width divided by number of heads"),
        (d**2, r"\mathrm{emb\_dim}^{2}", "embedding width squared"),
        (L - 1, r"\mathrm{n\_layers} - 1", "number of layers minus 1"),
        (
            L * Labelled("one layer", d),
            r"\mathrm{n\_layers} \times \text{one layer}",
            "number of layers times one layer",
        ),
        (Number(38_597_376), "38{,}597{,}376", "38,597,376"),
    ],
)
def test_each_notation_prints_the_same_tree(formula: Formula, latex: str, spoken: str) -> None:
    assert Latex()(formula) == latex
    assert Spoken()(formula) == spoken


@pytest.mark.parametrize(
    ("formula", "latex", "text"),
    [
        (V * d + L * (12 * d**2 + 10 * d), r"V\,d + L\,(12\,d^{2} + 10\,d)", "V d + L (12 d² + 10 d)"),
        (Product((L, 2 * d / V)), r"L\,\frac{2\,d}{V}", "L (2 d / V)"),
        (Product((L, Number(2), d)), r"L \times 2\,d", "L × 2 d"),
        (Number(7), "7", "7"),
    ],
)
def test_a_closed_form_in_letters_is_set_as_in_books(formula: Formula, latex: str, text: str) -> None:
    assert Latex("letters", compact=True)(formula) == latex
    assert Text("letters", compact=True)(formula) == text


@pytest.mark.parametrize(
    ("equation", "line"),
    [
        (Equation(d, 768), "emb_dim = 768"),
        (Equation(3 * d, 2304), "3 × emb_dim = 3 × 768 = 2,304"),
        (Equation(d, 768, unit="bytes"), "emb_dim = 768 bytes"),
        (Equation(d / 7, Fraction(768, 7)), "emb_dim / 7 = 768 / 7 ≈ 109.7"),
    ],
)
def test_an_equation_leaves_out_a_side_that_only_repeats(equation: Equation, line: str) -> None:
    assert chained(Text(), sides(Text(), equation, SIZES)) == line


formulas: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from([V, T, d, h, L]) | st.integers(1, 99).map(Number),
    lambda parts: st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a - b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a, b: a / b, parts, st.sampled_from([h, L, d]) | st.integers(1, 9).map(Number)),
        st.builds(lambda a, n: Power(a, Number(n)), parts, st.integers(0, 3)),
        st.builds(lambda a, b: Minimum((a, b)), parts, parts),
        st.builds(lambda a: Labelled("part", a), parts),
    ),
    max_leaves=8,
)
sizes = st.fixed_dictionaries({name: st.integers(1, 10**6) for name in SIZES})


@given(formulas, sizes)
def test_its_value_is_the_one_that_sympy_finds(formula: Formula, given_sizes: dict[str, Exact]) -> None:
    symbols = {in_sympy(symbol): given_sizes[symbol.name] for symbol in formula.symbols}
    found = in_sympy(formula).xreplace(symbols)
    value = formula.value(given_sizes)
    assert found == sympy.Rational(value.numerator, value.denominator)


polynomials: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from([V, T, d, h, L]) | st.integers(1, 99).map(Number) | st.just(Minimum((T, d))),
    lambda parts: st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a - b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a, b: a / b, parts, st.sampled_from([h, L, d])),
        st.builds(lambda a, n: Power(a, Number(n)), parts, st.integers(0, 3)),
    ),
    max_leaves=8,
)


@given(polynomials, sizes)
def test_what_sympy_makes_of_it_reads_back_as_the_same(formula: Formula, given_sizes: dict[str, Exact]) -> None:
    rational, value = Rational.of(formula), formula.value(given_sizes)
    assert rational.expanded().value(given_sizes) == value
    assert rational.collected().value(given_sizes) == value
    assert rational.factored().value(given_sizes) == value
    assert rational.evaluated(given_sizes) == value
