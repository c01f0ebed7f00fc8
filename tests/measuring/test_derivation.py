"""A derivation adds up, agrees with SymPy line by line, and costs the same at any depth."""

from dataclasses import replace
from itertools import product

import pytest
from conftest import WALKTHROUGH, gpt2_configs, llama_configs
from hypothesis import given
from hypothesis import strategies as st
from sampling import MODELS, sample

import symbolic
from symbolic.errors import ConfigError
from symbolic.formulas import algebra
from symbolic.loading import load
from symbolic.measuring import checks, quantities
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.reconciliation import reconcile
from symbolic.measuring.step import Step
from symbolic.pages.document import explain_page

configs = st.one_of(gpt2_configs(), llama_configs())
conventions = st.sampled_from(sorted(CONVENTIONS))


def all_steps(step: Step) -> list[Step]:
    return [visit.step for visit in step.walk()]


def derived(config: dict[str, object], convention: str = "trainable") -> Derivation:
    return symbolic.explain(config, convention=convention)


@given(configs, conventions)
def test_every_line_has_the_value_that_sympy_finds(config: dict[str, object], convention: str) -> None:
    derivation = derived(config, convention)
    assert checks.equations(derivation) > 0
    checks.closed_form(derivation)


@given(configs, conventions)
def test_a_block_is_the_sum_of_its_parts_times_its_repeat(config: dict[str, object], convention: str) -> None:
    derivation = derived(config, convention)
    for step in all_steps(derivation.root):
        if step.steps:
            assert step.each == sum(below.value for below in step.steps)
            assert step.steps[-1].running == step.each
            assert step.share == sum(below.share for below in step.steps)
        assert step.value == step.each * step.times
    assert derivation.root.share == 1


@given(configs, conventions)
def test_each_way_to_another_count_arrives(config: dict[str, object], convention: str) -> None:
    derivation = derived(config, convention)
    for chain in reconcile(derivation):
        assert chain.rows[0].running == min(chain.other, derivation.total)
        assert chain.rows[-1].running == max(chain.other, derivation.total)
        for before, row in zip(chain.rows, chain.rows[1:], strict=False):
            assert row.running == before.running + row.value
            assert row.formula is not None
            assert row.formula.value(derivation.sizes) == row.value


@given(gpt2_configs())
def test_gpt_s_count_is_an_independent_one(config: dict[str, object]) -> None:
    derivation = derived(config)
    sizes, options = derivation.sizes, derivation.model.options
    d, layers, vocab, context = (sizes[key] for key in ("emb_dim", "n_layers", "vocab_size", "context_length"))
    f = sizes["hidden_dim"]
    per_layer = 4 * d * d + 2 * d * f + 2 * d
    per_layer += 3 * d if options["qkv_bias"] else 0
    per_layer += 2 * d + f if options["linear_bias"] else 0
    per_layer += 2 * d if options["norm_shift"] else 0
    final = 2 * d if options["norm_shift"] else d
    head = 0 if options["tied_head"] else vocab * d
    assert derivation.total == vocab * d + context * d + layers * per_layer + final + head


@pytest.mark.parametrize(
    ("model", "closed", "leading"),
    [
        (
            "gpt2-124m",
            "vocab_size × emb_dim + context_length × emb_dim + n_layers × (12 × emb_dim² + 10 × emb_dim) + 2 × emb_dim",
            "12 × n_layers × emb_dim²",
        ),
        (
            "llama-2-7b",
            "2 × vocab_size × emb_dim + n_layers × "
            "(4 × n_heads × emb_dim × head_dim + 3 × emb_dim × hidden_dim + 2 × emb_dim) + emb_dim",
            "4 × n_layers × n_heads × emb_dim × head_dim + 3 × n_layers × emb_dim × hidden_dim",
        ),
    ],
)
def test_the_closed_form_is_collected_for_reading(model: str, closed: str, leading: str) -> None:
    from symbolic.pages.rendering.text_notation import Text

    derivation = symbolic.explain(model)
    assert Text()(derivation.closed) == closed
    assert Text()(algebra.leading(derivation.closed, derivation.sizes)) == leading


WALKTHROUGH_NUMBERS = [
    38_597_376,
    1_769_472,
    589_824,
    2_359_296,
    2_359_296,
    2_359_296,
    4_718_592,
    1_536,
    7_079_424,
    84_953_088,
    768,
    123_551_232,
]


def test_under_its_convention_the_walkthrough_comes_out_number_by_number() -> None:
    derivation = symbolic.explain(f"{WALKTHROUGH}::GPT_CONFIG_124M", convention="walkthrough")

    printed = [line.value for visit in derivation.root.walk(parents_first=False) for line in visit.step.lines]
    assert printed == WALKTHROUGH_NUMBERS


def test_the_reconciliation_of_gpt_2_stands_line_by_line() -> None:
    chains = {chain.title: chain for chain in reconcile(symbolic.explain("gpt2-124m"))}
    assert [(row.value, row.running) for row in chains["walkthrough"].rows] == [
        (123_551_232, 123_551_232),
        (786_432, 124_337_664),
        (55_296, 124_392_960),
        (19_200, 124_412_160),
    ]
    assert [(row.value, row.running) for row in chains["qkv_bias true"].rows[1:]] == [(27_648, 124_439_808)]
    assert [(row.value, row.running) for row in chains["untied"].rows[1:]] == [(38_597_376, 163_009_536)]


@pytest.mark.parametrize("layers", [12, 12_000, 10**30])
def test_the_derivation_has_as_many_steps_at_any_depth(layers: int) -> None:
    shallow = symbolic.load("gpt2-124m")
    deep = symbolic.load({**shallow.sizes, **shallow.options, "n_layers": layers}, architecture="gpt2")
    counts = {len(all_steps(symbolic.explain(model).root)) for model in (shallow, deep)}
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("name", "convention"), sample(list(product(MODELS, ["trainable", "active", "walkthrough"])), 4)
)
def test_each_bundled_model_has_a_page_that_holds(name: str, convention: str) -> None:
    page = explain_page(symbolic.explain(name, convention=convention))
    assert page.total == symbolic.explain(name, convention=convention).total


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ({"vocab_size": -50_257}, "token table can't be -38597376"),
        ({"vocab_size": 0, "context_length": 0, "n_layers": 0, "emb_dim": 0}, "would have 0 parameters"),
        ({"n_layers": -1}, "there can't be -1 of the"),
    ],
)
def test_a_count_below_one_is_refused(sizes: dict[str, int], says: str) -> None:
    """However a size got into a model: no page and no table ever shows such a total."""
    model, quantity = load("gpt2-124m"), quantities.find("parameters")
    with pytest.raises(ConfigError, match=says):
        derive(replace(model, sizes={**model.sizes, **sizes}), quantity, quantity.default)
