"""What a page says of one token, and whether something fits: held against totals of other lengths and batches."""

from fractions import Fraction

import pytest
from sampling import sample

import symbolic
from symbolic.formulas.formula import Exact
from symbolic.language import translate
from symbolic.measuring import usual
from symbolic.measuring.fullest import fullest
from symbolic.measuring.results import derived_results
from symbolic.pages.rendering.text_notation import Text


def found(model: str, quantity: str, **how: object) -> dict[str, Exact]:
    """The results that have a key, by it."""
    derivation = symbolic.explain(model, quantity, **how)  # type: ignore[arg-type]
    results = (one for one in derived_results(derivation) if one.key and one.formula is not None)
    return {one.key.removesuffix("_without_windows"): one.value for one in results}


def attention(model: str, quantity: str, tokens: int) -> Fraction:
    """The share of attention's products where a text is so long."""
    whole = symbolic.explain(model, quantity, inputs={"tokens": tokens}).total
    matrices = symbolic.explain(
        model, "forward-flops", convention="without-attention-products", inputs={"tokens": tokens}
    ).total
    return 1 - Fraction(matrices * (3 if quantity == "training-flops" else 1), whole)


LENGTHS = [
    (model, quantity)
    for model in ("gpt2-124m", "llama-3-8b", "gemma-3-1b", "mixtral-8x7b", "deepseek-v3", "bert-base-uncased")
    for quantity in ("forward-flops", "training-flops")
]


@pytest.mark.parametrize(("model", "quantity"), sample(LENGTHS, 3))
def test_from_that_length_on_attention_takes_half(model: str, quantity: str) -> None:
    half = found(model, quantity)["half"]
    assert attention(model, quantity, int(half) - 1) < Fraction(1, 2) <= attention(model, quantity, int(half))


@pytest.mark.parametrize(("model", "quantity"), sample(LENGTHS, 4))
def test_the_length_does_not_hang_on_the_one_of_the_page(model: str, quantity: str) -> None:
    assert found(model, quantity)["half"] == found(model, quantity, inputs={"tokens": 77, "batch_size": 3})["half"]


@pytest.mark.parametrize(
    ("model", "numbers"),
    [
        # All but the position table, biases and norms: 12 × (4 + 8) d² + V d
        ("gpt2-124m", 12 * 12 * 768**2 + 50_257 * 768),
        # Of 8,030,261,248 parameters, neither the token table nor 65 norms
        ("llama-3-8b", 8_030_261_248 - 128_256 * 4096 - 65 * 4096),
        # Of 12,879,925,248 active ones, the same
        ("mixtral-8x7b", 12_879_925_248 - 32_000 * 4096 - 65 * 4096),
    ],
)
def test_a_token_is_multiplied_with_the_numbers_of_the_matrices(model: str, numbers: int) -> None:
    assert found(model, "forward-flops")["numbers"] == found(model, "training-flops")["numbers"] == numbers


@pytest.mark.parametrize(
    ("model", "how"),
    [
        ("t5-small", {}),
        ("vit-base-patch16-224", {}),
        ("mamba-130m", {}),
        ("gpt2-124m", {"convention": "masked"}),
        ("gpt2-124m", {"convention": "2N"}),
    ],
)
def test_there_is_no_such_length_where_the_count_grows_otherwise(model: str, how: dict[str, str]) -> None:
    assert "half" not in found(model, "forward-flops", **how)


FITTING = [
    ("device-memory", "gpt2-124m", {}, {}),
    ("device-memory", "llama-3-8b", {"tensor_parallel": 2, "data_parallel": 4}, {"zero": "1"}),
    ("device-memory", "llama-3-8b", {"tensor_parallel": 4, "pipeline_parallel": 2, "batch_size": 2}, {"zero": "1"}),
    ("device-memory", "gemma-2-2b", {"device_memory": 100 * 10**9}, {"recompute": "full"}),
    ("serving-memory", "llama-3-8b", {"tensor_parallel": 16, "batch_size": 3}, {}),
    ("serving-memory", "gemma-3-1b", {"context": 100_000}, {}),
    ("serving-memory", "mamba-130m", {"device_memory": 10**9}, {}),
    ("serving-memory", "llama-3-8b", {"reserved_memory": 2 * 10**9}, {}),
]


@pytest.mark.parametrize(("quantity", "model", "inputs", "choices"), FITTING)
def test_so_many_sequences_fit_and_no_more(
    quantity: str, model: str, inputs: dict[str, int], choices: dict[str, str]
) -> None:
    results = found(model, quantity, inputs=inputs, choices=choices)
    memory = inputs.get("device_memory", usual.MEMORY)
    memory -= inputs.get("reserved_memory", memory * 8 // 100)
    batch = int(results["sequences"])

    def taken(more: dict[str, int]) -> int:
        made = symbolic.explain(model, quantity, inputs={**inputs, **more}, choices=choices)
        return fullest(made).stage.bytes if quantity == "device-memory" else made.total

    assert taken({"batch_size": batch}) <= memory < taken({"batch_size": batch + 1})
    assert results["left"] == memory - taken({})


def test_what_does_not_fit_is_said_to_need_more_devices() -> None:
    derivation = symbolic.explain("deepseek-v3", "device-memory")
    said = [translate(one.about) for one in derived_results(derivation) if one.formula is None]
    assert [sentence.split()[:3] for sentence in said] == [["It", "does", "not"], ["Not", "one", "sequence"]]
    # 671,026,404,352 parameters of 2 + 4 + 8 bytes each, as published
    assert found("deepseek-v3", "device-memory")["devices"] == -(-671_026_404_352 * 14 * 100 // (92 * usual.MEMORY))


@pytest.mark.parametrize(
    ("model", "inputs"),
    [("gpt2-124m", {}), ("llama-3-8b", {"context": 8192, "batch_size": 4}), ("deepseek-v2-lite", {})],
)
def test_a_token_takes_the_time_in_which_the_device_reads_weights_and_cache(model: str, inputs: dict[str, int]) -> None:
    results = found(model, "kv-cache", inputs=inputs)
    read = symbolic.explain(model, "arithmetic-intensity", convention="chosen-experts", inputs=inputs)
    bandwidth = results["devices"] * Fraction(symbolic.explain(model, "kv-cache").sizes["device_bandwidth"])
    assert results["time"] == Fraction(1000 * read.total) / bandwidth


def test_the_length_stands_beside_that_for_which_the_model_was_made() -> None:
    """6 × 768 + 50,257 / 24 = 6,702.04 tokens, of which GPT-2 can read 1,024."""
    said = "From 6,703 tokens on they take at least half; the configuration allows texts of up to 1,024 tokens."
    for quantity in ("forward-flops", "training-flops"):
        assert said in " ".join(symbolic.explain("gpt2-124m", quantity).to_text().split()), quantity


def test_where_layers_have_windows_the_length_is_said_to_be_that_without_them() -> None:
    page = " ".join(symbolic.explain("gemma-3-1b", "forward-flops").to_text().split())
    assert "From 18,776 tokens on they would take at least half, if no layer had a window." in page


@pytest.mark.parametrize(
    ("model", "letters"),
    [
        ("gpt2-124m", "ceil(6 d + V / (2 L))"),
        ("llama-3-8b", "ceil(d + G d / H + 3 d f / (2 H h) + V d / (2 L H h))"),
    ],
)
def test_the_length_is_solved_in_letters(model: str, letters: str) -> None:
    derivation = symbolic.explain(model, "forward-flops")
    (solved,) = (one for one in derived_results(derivation) if one.solved is not None)
    assert solved.solved is not None
    assert Text("letters", compact=True)(solved.solved) == letters
    assert solved.solved.value(derivation.sizes) == solved.value
    assert letters in " ".join(derivation.to_text().split())


def test_heads_without_a_width_have_no_such_length() -> None:
    """A width of 1 divided among 32 heads, rounded down: attention adds nothing for a token of the context."""
    sizes = {"hidden_size": 1, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 100}
    derivation = symbolic.explain({"model_type": "emu3", **sizes}, "forward-flops")
    assert "half" not in {one.key for one in derived_results(derivation)}
    assert "take at least half" not in derivation.to_text()
