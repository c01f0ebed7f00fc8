"""The MathML of a page is well-formed, free of TeX's leftovers, and says what the TeX says that it was made from."""

import re
from itertools import product
from xml.etree.ElementTree import fromstring

import pytest
from conftest import gpt2_configs, llama_configs
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import MODELS, count, sample

import symbolic
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.vocabulary import context_length, emb_dim, n_heads, n_layers
from symbolic.pages.page import Equation
from symbolic.pages.rendering.equations import Side, chained, sides
from symbolic.pages.rendering.mathml import OutsideDialect, mathml, pieces
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.proofread.reading.read_html import read

SIZES: dict[str, Exact] = {"context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12}


def shown(tex: str) -> str:
    """What stands between the tags of the formula itself."""
    return mathml(tex).removeprefix("<math>").removesuffix("</math>")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\mathrm{vocab\_size}", "<mi>vocab_size</mi>"),
        ("38{,}597{,}376", "<mn>38,597,376</mn>"),
        ("1{,}600^{2}", "<msup><mn>1,600</mn><mn>2</mn></msup>"),
        (r"\text{one \& two\_three}", "<mtext>one &amp; two_three</mtext>"),
        (r"\text{a < b}", "<mtext>a &lt; b</mtext>"),
        ("d", "<mi>d</mi>"),
        (r"\sqrt{b - 4}", "<msqrt><mrow><mi>b</mi><mo>−</mo><mn>4</mn></mrow></msqrt>"),
        (
            r"\frac{\partial F}{\partial N}",
            "<mfrac><mrow><mo>∂</mo><mi>F</mi></mrow><mrow><mo>∂</mo><mi>N</mi></mrow></mfrac>",
        ),
        (r"N^{\alpha  / 2}", "<msup><mi>N</mi><mrow><mi>α</mi><mo>/</mo><mn>2</mn></mrow></msup>"),
        ("d^{2}", "<msup><mi>d</mi><mn>2</mn></msup>"),
        (r"\frac{1{,}024}{12}", "<mfrac><mn>1,024</mn><mn>12</mn></mfrac>"),
        (
            r"\underbrace{1{,}536}_{\text{scales}}",
            "<munder><munder><mn>1,536</mn><mo>⏟</mo></munder><mtext>scales</mtext></munder>",
        ),
        (r"\min(1{,}024, d)", "<mi>min</mi><mi>(</mi><mn>1,024</mn><mo>,</mo><mi>d</mi><mi>)</mi>"),
        (r"\max(1{,}024, d)", "<mi>max</mi><mi>(</mi><mn>1,024</mn><mo>,</mo><mi>d</mi><mi>)</mi>"),
        (r"\mathrm{device\_flops\_16} + 16", "<mi>device_flops_16</mi><mo>+</mo><mn>16</mn>"),
        (r"(d^{2})", "<mi>(</mi><msup><mi>d</mi><mn>2</mn></msup><mi>)</mi>"),
        (
            r"2\,\left(\frac{1}{2}\right)",
            '<mn>2</mn><mspace/><mrow><mo form="prefix">(</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>'
            '<mo form="postfix">)</mo></mrow>',
        ),
        (
            r"\frac{\text{a b} + \text{c}}{2}",
            "<mfrac><mrow><mtext>a b</mtext><mo>+</mo><mtext>c</mtext><mi/></mrow><mn>2</mn></mfrac>",
        ),
        (r"\lceil d \rceil", "<mo>⌈</mo><mi>d</mi><mo>⌉</mo>"),
        ("{} = 12", "<mo>=</mo><mn>12</mn>"),
        ("{} - 12", "<mrow/><mo>−</mo><mn>12</mn>"),
        (r"12\,\text{bytes}", "<mn>12</mn><mtext>\u2009bytes</mtext>"),
    ],
)
def test_what_latex2mathml_leaves_is_mended(tex: str, expected: str) -> None:
    assert shown(tex) == expected


@pytest.mark.parametrize(
    "tex",
    [
        r"\sum{2}",
        r"\timesx",
        r"\begin{aligned} a & b \end{aligned}",
        r"a & b",
        r"a \\ b",
        r"\text{a_b \badness}",
        r"\text{$x$}",
        r"\mathrm{d}",
        "{d",
        "d}",
        "<b>",
        "é",
        "",
    ],
)
def test_tex_that_nobody_has_looked_at_is_refused(tex: str) -> None:
    with pytest.raises(OutsideDialect):
        mathml(tex)


@pytest.mark.parametrize(
    ("given_sides", "expected"),
    [
        (["d", "768"], [["d"], ["{} = 768"]]),
        (["a + b - c"], [["a"], ["{} + b"], ["{} - c"]]),
        (["a", "-1 + b"], [["a"], ["{} = -1 + b"]]),
        (
            ["a", "-1 + b + c + d + e + f + g"],
            [["a"], ["{} = -1"], ["{} + b"], ["{} + c"], ["{} + d"], ["{} + e"], ["{} + f"], ["{} + g"]],
        ),
        (["L \\times (a + b)"], [["L \\times (a + b)"]]),
        (
            [r"\frac{a + b}{c} + \underbrace{1}_{\text{a + b}}"],
            [[r"\frac{a + b}{c}"], [r"{} + \underbrace{1}_{\text{a + b}}"]],
        ),
        (
            [r"\mathrm{n\_layers} \times (12 \times \mathrm{emb\_dim}^{2} + 10 \times \mathrm{emb\_dim})"],
            [
                [
                    r"\mathrm{n\_layers}",
                    r"{} \times (12 \times \mathrm{emb\_dim}^{2} + 10 \times \mathrm{emb\_dim})",
                ]
            ],
        ),
        # Within brackets only where these alone are longer than a line.
        (
            [r"\lceil \text{weight memory} / (\mathrm{memory\_share} \times \mathrm{device\_memory}) \rceil"],
            [
                [
                    r"\lceil \text{weight memory}",
                    r"{} / (\mathrm{memory\_share} \times \mathrm{device\_memory}) \rceil",
                ]
            ],
        ),
    ],
)
def test_a_line_breaks_before_a_sign(given_sides: list[str], expected: list[list[str]]) -> None:
    assert pieces([Side("=" if index else "", text) for index, text in enumerate(given_sides)]) == expected


def test_in_a_narrow_column_it_breaks_before_each_sign() -> None:
    assert pieces([Side("", r"3 \times (a + b)")], narrow=True) == [["3", r"{} \times (a", "{} + b)"]]


formulas: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from([context_length, emb_dim, n_heads, n_layers]),
    lambda parts: st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a - b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a, b: a / b, parts, st.sampled_from([n_heads, n_layers])),
        st.builds(lambda a: a**2, parts),
        st.builds(lambda a: Ceiling(a / 7), parts),
        st.builds(lambda a, b: Minimum((a, b)), parts, parts),
    ),
    max_leaves=10,
)


@given(formulas, st.sampled_from(["names", "letters"]), st.booleans())
def test_every_formula_says_what_its_tex_says(formula: Formula, notation: str, narrow: bool) -> None:
    printer = Latex(notation)  # type: ignore[arg-type]
    tex = sides(printer, Equation(formula, 7), SIZES)
    read_back = read(" ".join(mathml(piece) for term in pieces(tex, narrow) for piece in term)).text
    assert signs(read_back) == signs(chained(printer, tex))


SAME = {r"\lceil": "⌈", r"\rceil": "⌉", r"\times": "×", "−": "-", r"\_": "_"}


def signs(tex: str) -> str:
    """Its names, numbers and signs in order, however they are spaced and bracketed for TeX."""
    for one, other in SAME.items():
        tex = tex.replace(one, other)
    return re.sub(r"\\(?:left|right|mathrm|text)(?![a-z])|[{}\s]", "", tex)


def check_formulas(html: str) -> None:
    found = re.findall("<math.*?</math>", html)
    assert found
    for text in found:
        for element in fromstring(text).iter():
            assert element.tag in {
                "math",
                "mrow",
                "mi",
                "mn",
                "mo",
                "mtext",
                "mfrac",
                "msup",
                "msub",
                "munder",
                "mspace",
            }
            assert not set(element.text or "") & set("\\&{}$")


@pytest.mark.parametrize(("model", "notation"), sample(list(product(MODELS, ["names", "letters"])), 9))
def test_each_page_s_formulas_are_well_formed(model: str, notation: str) -> None:
    check_formulas(symbolic.explain(model).to_html(notation=notation))


@settings(max_examples=count(15, 8))
@given(gpt2_configs() | llama_configs())
def test_the_formulas_of_any_config_are_well_formed(config: dict[str, object]) -> None:
    check_formulas(symbolic.explain(config).to_html())
