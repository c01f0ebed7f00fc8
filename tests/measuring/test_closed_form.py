"""A closed form keeps the meaning of its letters and blocks, and is the total for all sizes."""

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic.errors import NothingToMeasure
from symbolic.formulas import algebra
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import n_experts
from symbolic.measuring import quantities
from symbolic.measuring.closed_form import closed_form
from symbolic.pages.rendering.text_notation import Text

CASES = [(model, quantity) for model in MODELS for quantity in quantities.names()]


@pytest.mark.parametrize(("model", "quantity"), sample(CASES, 7))
def test_the_closed_form_with_names_is_the_total_for_all_sizes(model: str, quantity: str) -> None:
    """SymPy's field decides: the difference of the two formulas is 0 before any number is put in."""
    try:
        derivation = symbolic.explain(model, quantity)
    except NothingToMeasure:
        return
    form = closed_form(derivation)
    whole, single = (algebra.primary(formula, derivation.definitions) for formula in (form.whole, derivation.closed))
    assert Rational.of(whole - single).element == 0
    assert form.whole.value(derivation.sizes) == derivation.total
    written = algebra.leading_as_written(derivation.closed, derivation.sizes, {n_experts})
    plain = algebra.leading(derivation.closed, derivation.sizes, {n_experts})
    assert Rational.of(written - plain).element == 0


FORMS = [
    ("gpt2-124m", "parameters", "V d + T d + L (12 d² + 10 d) + 2 d", {}, "12 L d²"),
    (
        "llama-3-8b",
        "parameters",
        "2 V d + L (2 H d h + 2 G d h + 3 d f + 2 d) + d",
        {},
        "L (2 H d h + 2 G d h + 3 d f)",
    ),
    ("mixtral-8x7b", "parameters", "2 V d + L (2 H d h + 2 G d h + 3 E d f + E d + 2 d) + d", {}, "3 L E d f"),
    (
        "deepseek-v3",
        "parameters",
        "2 V d + L_dense × [one dense layer] + (L − L_dense) × [one expert layer] + d",
        {
            "one dense layer": "3 d f + [attention] + 2 d",
            "one expert layer": "3 E d m + 3 S d m + E d + [attention] + 2 d",
            "attention": "H r_q (h_n + h_r) + H r_kv (h_n + h_v) + H d h_v + d r_q + d (r_kv + h_r) + r_q + r_kv",
        },
        "3 (L − L_dense) E d m",
    ),
    ("gpt2-124m", "forward-flops", "b (2 V t d + L (4 t² d + 24 t d²))", {}, "24 L b t d²"),
]


@pytest.mark.parametrize(("model", "quantity", "whole", "blocks", "leading"), FORMS)
def test_blocks_have_names_and_letters_that_mean_something_stay(
    model: str, quantity: str, whole: str, blocks: dict[str, str], leading: str
) -> None:
    """The batch, the width of a head, a layer, the attention; of a mixture of experts one product leads."""
    derivation = symbolic.explain(model, quantity)
    form, letters = closed_form(derivation), Text("letters", compact=True)
    assert letters(form.whole) == whole
    assert {str(block.label): letters(block.formula) for block in form.blocks} == blocks
    assert letters(algebra.leading_as_written(derivation.closed, derivation.sizes, {n_experts})) == leading


LED = [
    ("llama-3-8b", {}, 111669149696),
    ("llama-3-8b", {"tensor_parallel": 2, "pipeline_parallel": 4}, 2 * 8 * 218103808 // 2 + 14 * 8 * 218103808 // 2),
]


@pytest.mark.parametrize(("model", "inputs", "value"), LED)
def test_what_is_rounded_up_grows_like_its_inside(model: str, inputs: dict[str, int], value: int) -> None:
    """16 bytes × the matrices of the layers here, the shared part of each among them; the tables stay behind."""
    derivation = symbolic.explain(model, "device-memory", inputs=inputs)
    lead = algebra.leading_as_written(derivation.closed, derivation.sizes, (), derivation.definitions)
    assert lead.value(derivation.sizes) == value
