"""Comparisons: contributions sum to the difference, and name what is known to differ."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from click.testing import CliRunner
from sampling import MODELS, ONE_A_FAMILY, sample

import symbolic
from symbolic import api
from symbolic.analysis.compare_page import compare_page
from symbolic.analysis.comparing import PartChange, SizeChange, compare
from symbolic.analysis.design_words import sentences
from symbolic.analysis.parts import by_part
from symbolic.cli import main
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact
from symbolic.measuring.results import deciding
from symbolic.pages.page import Table
from symbolic.pages.pictures import Bars
from symbolic.pages.prose import Prose
from symbolic.pages.rendering import render_page
from symbolic.pages.rendering.text_notation import Text

LETTERS = Text("letters", compact=True)


@pytest.mark.parametrize("first", sample(ONE_A_FAMILY, 11))
def test_the_contributions_between_any_two_families_sum_to_the_difference(first: str) -> None:
    one = symbolic.explain(first)
    for second in ONE_A_FAMILY:
        other = symbolic.explain(second)
        found = compare(one, other)
        assert found.of_design + found.of_sizes == other.total - one.total
        running: Exact = one.total
        changes: list[PartChange | SizeChange] = [*found.parts, *found.sizes]
        for change in changes:
            running = running + change.value
            assert change.running == running


@pytest.mark.parametrize("quantity", ["forward-flops", "kv-cache", "weight-memory"])
def test_other_quantities_are_split_as_exactly(quantity: str) -> None:
    derivations = [
        symbolic.explain(model, quantity) for model in ("gpt2-124m", "llama-3-8b", "deepseek-v3", "gemma-3-1b")
    ]
    for one, other in pairwise(derivations):
        found = compare(one, other)
        assert found.of_design + found.of_sizes == other.total - one.total


def test_from_gpt_2_to_llama_2_each_change_of_the_design_has_its_formula() -> None:
    found = compare(symbolic.explain("gpt2-1558m"), symbolic.explain("llama-2-7b"))
    changes = {(change.part, change.kind): LETTERS(change.formula) for change in found.parts if change.formula}
    assert changes == {
        ("positions", "tables"): "−T d",
        ("attention", "biases"): "−L d",
        ("feed-forward", "matrices"): "L d f",
        ("feed-forward", "biases"): "−L d − L f",
        ("norms", "shifts"): "−2 L d − d",
        ("output head", "matrices"): "V d",
    }


def test_grouped_heads_take_away_keys_and_values() -> None:
    found = compare(symbolic.explain("llama-2-7b"), symbolic.explain("llama-3-8b"))
    assert not found.parts
    [heads] = [change for change in found.sizes if any(symbol.name == "n_kv_groups" for symbol in change.symbols)]
    assert heads.value == -2 * 32 * 4096 * (4096 - 8 * 128)


@pytest.mark.parametrize("second", ["gpt2-1558m", "llama-3-8b"])
def test_a_change_s_formula_has_the_change_s_value(second: str) -> None:
    """The width and its heads change together, and have a formula too."""
    found = compare(symbolic.explain("gpt2-124m"), symbolic.explain(second))
    sizes = dict(found.start)
    for change in found.sizes:
        assert change.formula is not None
        assert change.formula.value(sizes) == change.value
        sizes |= dict(zip((symbol.name for symbol in change.symbols), change.after, strict=True))


@pytest.mark.parametrize("model", MODELS)
def test_the_parts_of_a_model_sum_to_its_total(model: str) -> None:
    derivation = symbolic.explain(model)
    assert sum(by_part(derivation).values()) == derivation.total


def test_the_page_of_three_models_has_their_bars_on_one_scale_and_every_format_prints_it() -> None:
    page = api.compare(["gpt2-124m", "gpt2-1558m", "llama-2-7b"])
    figure, shares = page.figures
    assert isinstance(figure.plot, Bars)
    assert isinstance(shares.plot, Bars)
    assert [sum(values) for _, values in figure.plot.bars] == [124_412_160, 1_557_380_800, 6_738_415_616]
    # Beside the longest bar the first one is too short to be read: of the shares all are as long.
    assert [sum(values) for _, values in shares.plot.bars] == [100, 100, 100]
    assert dict(shares.plot.bars)["GPT-2 124M"][0] == Fraction(100 * 50_257 * 768, 124_412_160)
    for kind in ("html", "latex", "markdown", "text", "json"):
        shown = render_page(page, kind).replace("{,}", ",")
        assert "6738415616" in shown.replace(",", "")


def test_bars_of_like_lengths_are_drawn_once() -> None:
    assert len(api.compare(["llama-2-7b", "llama-3-8b"]).figures) == 1


def test_a_comparison_of_device_memory_says_what_decides() -> None:
    """Beside what the first stage keeps stands the fullest device: as the page of each model has it."""
    models = ["gpt2-124m", "llama-3-8b"]
    text = " ".join(str(api.compare(models, "device-memory").to("text")).split())
    fullest = [f"{deciding(symbolic.explain(model, 'device-memory')).value:,}" for model in models]
    assert f"in bytes: GPT-2 124M {fullest[0]} and Llama 3 8B {fullest[1]}." in text
    assert f"on the fullest device {fullest[0]} {fullest[1]}" in text


def test_one_model_is_nothing_to_compare() -> None:
    result = CliRunner().invoke(main, ["compare", "gpt2-124m", "--output", "-"])
    assert result.exit_code == 2
    assert "comparing takes two models or more, got 1" in result.stderr


def test_a_model_compared_with_itself_differs_in_nothing() -> None:
    found = compare(symbolic.explain("llama-3-8b"), symbolic.explain("llama-3-8b"))
    assert not found.parts
    assert not found.sizes
    assert "Llama 3 8B (2)" in render_page(api.compare(["llama-3-8b", "llama-3-8b"]), "text")


def test_a_size_of_which_the_first_model_has_none_is_a_change_of_that_size() -> None:
    base = symbolic.load("deepseek-v3").config
    none, two = (symbolic.load({**base, "n_shared_experts": n}, architecture="deepseek_v3") for n in (0, 2))
    found = compare(symbolic.explain(none), symbolic.explain(two))
    assert found.parts == ()
    [change] = found.sizes
    assert (change.symbols[0].name, change.before, change.after) == ("n_shared_experts", (0,), (2,))
    assert change.value == 673_580_735_488 - 668_472_073_216


@pytest.mark.parametrize(
    ("first", "second", "said", "not_said"),
    [
        ("llama-3-8b", "mixtral-8x7b", "Each expert is gated, as the feed-forward network was", "in place of three"),
        ("llama-3-8b", "deepseek-v3", "Each expert is gated, as the feed-forward network was", "in place of three"),
        ("mixtral-8x7b", "llama-3-8b", "The feed-forward network is gated, as each expert was", "a third matrix"),
        ("gpt2-124m", "mixtral-8x7b", "Each expert is gated (SwiGLU and its kin): it has three", "network lose"),
        ("llama-3-8b", "gpt2-124m", "not gated any more: it has two matrices in place of three", "expert"),
        ("mixtral-8x7b", "deepseek-v3", "The attention has fewer", "take the place"),
        ("bert-base-uncased", "mamba-130m", "No layer has attention any more", "lose biases"),
        ("mamba-130m", "qwen3-next-80b-a3b", "there are many feed-forward networks side by side", "in place of one"),
        ("gpt-oss-20b", "mamba-130m", "No layer has experts any more", "One feed-forward network"),
    ],
)
def test_a_sentence_about_the_design_is_true_of_both_networks(
    first: str, second: str, said: str, not_said: str
) -> None:
    found = compare(symbolic.explain(first), symbolic.explain(second))
    text = "\n".join(sentences(found, Prose("compare", "compare")))
    assert said in text
    assert not_said not in text


def test_sizes_and_options_that_the_quantity_does_not_use_are_left_out() -> None:
    text = render_page(api.compare(["llama-3-8b", "mixtral-8x7b"], "kv-cache"), "markdown")
    assert "`n_kv_groups`" in text
    for name in ("block_tokens", "prompt_chunk", "spare_share", "vocab_size", "attention_bias", "tied_head"):
        assert name not in text
    assert "has as many bytes as Llama 3 8B" in text


def test_an_option_of_which_the_first_model_lacks_the_size_is_compared() -> None:
    """Mixtral has no window and so no width of one; Mistral 7B has."""
    page = " ".join(str(api.compare(["mixtral-8x7b", "mistral-7b-v0.1"], "kv-cache").to("text")).split())
    assert "Mixtral 8x7B lacks some sizes of this design." in page
    assert "These are taken to be as in Mistral 7B v0.1: sliding_window = 4,096." in page


@pytest.mark.parametrize(
    ("models", "row"),
    [
        # 2 × layers × key-value heads × width of a head × 2 bytes; DeepSeek’s layers keep 512 + 64 numbers
        (("gpt2-124m", "llama-3-8b", "deepseek-v3"), (2 * 12 * 768 * 2, 2 * 32 * 8 * 128 * 2, 61 * (512 + 64) * 2)),
        # 5 of 34 layers see all of 8,192 tokens, 29 keep 1,023
        (("llama-3-8b", "gemma-3-4b-text"), (131_072, "35,314")),
        (("llama-3-8b", "vit-base-patch16-224", "t5-small"), (131_072, "none", "two texts")),
        (("bert-base-uncased", "vit-base-patch16-224"), None),
    ],
)
def test_beside_the_parameters_stands_what_a_token_adds_to_the_cache(
    models: Sequence[str], row: Sequence[int | str] | None
) -> None:
    page = compare_page([symbolic.explain(model) for model in models])
    tables = [part for part in page.sections[0].parts if isinstance(part, Table)]
    found = [cells[1:] for table in tables[1:] for cells in table.rows if "KV cache" in str(cells[0])]
    assert found == ([tuple(grouped(one) if isinstance(one, int) else one for one in row)] if row else [])


@pytest.mark.parametrize(("second", "is_there"), [("mixtral-8x7b", True), ("llama-3-70b", False)])
def test_beside_a_mixture_stand_the_parameters_that_work_on_a_token(second: str, is_there: bool) -> None:
    page = api.compare(["llama-3-8b", second])
    text = " ".join(str(render_page(page, "text")).split())
    assert ("parameters that work on a token 8,030,261,248 12,879,925,248" in text) is is_there
    assert "goes from the first to the second" in text


@pytest.mark.parametrize(
    ("models", "says"),
    [
        (
            ["gpt2-124m", "llama-3-8b"],
            "Llama 3 8B has 7,905,849,088 parameters more than GPT-2 124M, 64.5 times as many. The parts that differ "
            "most: feed-forward (+5,580,475,392), attention (+1,313,856,512) and output head (+525,336,576).",
        ),
        (
            ["llama-3-8b", "gpt2-124m"],
            "GPT-2 124M has 7,905,849,088 parameters fewer than Llama 3 8B, which has 64.5 times as many.",
        ),
        # nearer than 1.1 times: one has a share more than the other
        (
            ["mistral-7b-v0.1", "mistral-7b-v0.3"],
            "Mistral 7B v0.3 has 6,291,456 parameters more than Mistral 7B v0.1: 0.1 %.",
        ),
        (
            ["mistral-7b-v0.3", "mistral-7b-v0.1"],
            "Mistral 7B v0.3 has 6,291,456 parameters more than Mistral 7B v0.1: 0.1 %.",
        ),
        (["gpt2-124m", "gpt2-124m"], "GPT-2 124M (2) has as many parameters as GPT-2 124M. This page"),
    ],
)
def test_the_page_leads_with_the_difference(models: list[str], says: str) -> None:
    assert says in " ".join(str(render_page(api.compare(models), "text")).split())
