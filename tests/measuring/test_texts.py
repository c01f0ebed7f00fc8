"""The context and the tokens of a text: which pairs a mask leaves, and what no text can be."""

from fractions import Fraction

import pytest

import symbolic
from symbolic import api, explain
from symbolic.errors import ConfigError, NothingToMeasure
from symbolic.measuring.inputs import too_long
from symbolic.measuring.results import derived_results


@pytest.mark.parametrize(("tokens", "context"), [(512, 512), (256, 1024), (1, 1000), (2, 3)])
def test_a_mask_hides_half_of_the_pairs_of_the_tokens_that_pass_and_none_of_those_before(
    tokens: int, context: int
) -> None:
    asked = {"tokens": tokens, "context": context}
    whole = explain("gpt2-124m", "forward-flops", inputs=asked).total
    masked = explain("gpt2-124m", "forward-flops", convention="masked", inputs=asked).total
    # Scores and mixing, 12 layers of 768 numbers: two operations for each number of each pair that is hidden.
    assert whole - masked == 2 * 12 * 2 * 768 * tokens * tokens // 2


@pytest.mark.parametrize(
    ("quantity", "asked", "says"),
    [
        ("forward-flops", {"tokens": 512, "context": 100}, "give as many or more"),
        ("training-flops", {"tokens": 512, "context": 1024}, "the sequence is all the context"),
        ("training-memory", {"tokens": 512, "context": 256}, "the sequence is all the context"),
        ("training-cost", {"tokens": 512, "context": 256}, "the sequence is all the context"),
    ],
)
def test_a_context_that_no_text_has_is_refused(quantity: str, asked: dict[str, int], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        explain("gpt2-124m", quantity, inputs=asked)


def test_heads_without_a_width_have_no_cache() -> None:
    heads = {"hidden_size": 64, "num_attention_heads": 128, "num_key_value_heads": 2, "vocab_size": 99}
    with pytest.raises(ConfigError, match="a head's width"):
        explain({"model_type": "apertus", **heads}, "kv-cache")


READ_BY_A_STEP = 2 * (16_449_536 + 25_175_040 + 512 - 6 * 524_288)
"""Bytes of t5-small's head, decoder layers and last norm, without what makes cross-attention's keys and values."""


@pytest.mark.parametrize(
    ("read", "written"),
    [(8192, 8192), (100, 7)],
)
def test_a_step_of_a_decoder_reads_neither_its_encoder_nor_what_filled_the_cache(read: int, written: int) -> None:
    asked = {"context": read, "tokens": read, "target_tokens": written}
    cache = explain("t5-small", "kv-cache", inputs=asked).total
    step = explain("t5-small", "arithmetic-intensity", inputs=asked)
    assert step.total == READ_BY_A_STEP + cache
    kept = explain("t5-small", "kv-cache", inputs={**asked, "device_bandwidth": 1000})
    (time,) = (one.value for one in derived_results(kept) if one.key == "time")
    assert time == step.total
    # The operations of a pass are those of the encoder too: no step's.
    assert {one.key for one in derived_results(step)} == {"reading"}


@pytest.mark.parametrize(
    ("model", "counts"), [("t5-small", True), ("bert-base-uncased", True), ("gpt2-124m", False), ("mamba-130m", False)]
)
def test_only_a_network_with_attention_without_a_mask_says_that_it_counts_all_pairs(model: str, counts: bool) -> None:
    made = explain(model, "forward-flops", convention="masked")
    assert ("counts all its pairs" in made.convention.said(made.model.network)) is counts


@pytest.mark.parametrize("window", [8, 30])
def test_a_mask_leaves_a_described_sliding_layer_its_whole_window(window: int) -> None:
    layers = {"num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"]}
    heads = {"hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16}
    config = {"model_type": "cohere2", **layers, **heads, "intermediate_size": 96, "vocab_size": 100}
    model = symbolic.load(config | {"sliding_window": window})
    every, masked = (
        explain(model, "forward-flops", convention=counted, inputs={"tokens": 40}).total
        for counted in ("products", "masked")
    )
    hidden = (40 - min(window, 20)) + (40 - 20)
    assert every - masked == 2 * 2 * 64 * 40 * hidden


def test_flops_of_two_texts_are_for_a_token_of_either() -> None:
    made = explain("t5-small", "forward-flops", inputs={"tokens": 100, "target_tokens": 28})
    (each,) = (one.value for one in derived_results(made) if one.key == "each")
    assert each == Fraction(made.total, 128)


def test_serving_refuses_a_network_of_two_texts() -> None:
    with pytest.raises(NothingToMeasure, match="kv-cache"):
        api.serving("t5-small", device="h100")


@pytest.mark.parametrize(
    ("config", "key", "most"),
    [
        ({"model_type": "whisper", "max_target_positions": 44}, "max_target_positions", 44),
        ({"model_type": "smollm3", "max_position_embeddings": 70}, "max_position_embeddings", 70),
        ({"vocab_size": 9, "context_length": 8, "emb_dim": 4, "n_heads": 2, "n_layers": 1}, "context_length", 8),
    ],
)
def test_a_text_is_no_longer_than_its_model_was_made_for(config: dict[str, object], key: str, most: int) -> None:
    assert symbolic.explain(config, "kv-cache").sizes["context"] == most
    longer = symbolic.explain(config, "kv-cache", inputs={"context": most + 1})
    assert any(f"{key} is {most}" in line for line in too_long(longer.model, longer.inputs))


@pytest.mark.parametrize(("model_type", "name"), [("roberta", "RobertaForCausalLM"), ("electra", "ElectraForCausalLM")])
def test_a_class_that_writes_looks_both_ways_unless_it_is_a_decoder(model_type: str, name: str) -> None:
    """With `is_decoder` false the code masks nothing: no product of attention is left out."""
    for decoder in (False, True):
        config = {"model_type": model_type, "architectures": [name], "is_decoder": decoder}
        every, masked = (
            symbolic.explain(config, "forward-flops", convention=counted, inputs={"tokens": 64}).total
            for counted in ("products", "masked")
        )
        assert (masked < every) is decoder
        assert masked <= every
