"""Networks that read one text and write another: their FLOPs and caches are those of the real class."""

from __future__ import annotations

import os
from random import Random
from typing import Any

import pytest
from sampling import sample

from symbolic import explain
from symbolic.errors import SymbolicError

BART = ["bart", "mbart", "marian", "pegasus", "plbart", "blenderbot", "blenderbot-small", "mvp", "m2m_100", "fsmt"]
os.environ["HF_HUB_OFFLINE"] = "1"
TYPES = [*BART, "mt5", "umt5"]
SIZES: dict[str, Any] = {
    "d_model": 96,
    "d_kv": 12,
    "d_ff": 200,
    "num_layers": 3,
    "num_decoder_layers": 2,
    "num_heads": 4,
    "vocab_size": 500,
    "relative_attention_num_buckets": 32,
    "feed_forward_proj": "gated-gelu",
    "tie_word_embeddings": False,
}


def of_bart(random: Random) -> dict[str, Any]:
    heads = random.choice([2, 4])
    return {
        "d_model": heads * random.choice([6, 10]),
        "encoder_layers": random.randint(1, 3),
        "decoder_layers": random.randint(1, 3),
        "encoder_ffn_dim": random.randint(10, 60),
        "decoder_ffn_dim": random.randint(10, 60),
        "encoder_attention_heads": heads,
        "decoder_attention_heads": 2,
        "max_position_embeddings": 64,
        # Layers that are dropped by chance in training would not be counted.
        "encoder_layerdrop": 0.0,
        "decoder_layerdrop": 0.0,
    }


def of_t5(random: Random) -> dict[str, Any]:
    return {
        "d_model": 2 * random.randint(8, 20),
        "d_kv": 2 * random.randint(3, 6),
        "d_ff": random.randint(10, 60),
        "num_layers": random.randint(1, 3),
        "num_heads": random.randint(1, 3),
        "relative_attention_num_buckets": 8,
        "feed_forward_proj": random.choice(["relu", "gated-gelu"]),
    }


def real(config: dict[str, Any], read: int, written: int) -> tuple[int, int, int]:
    """The operations of a pass and of a training step of the real class, and the bytes of its cache."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    counter = pytest.importorskip("torch.utils.flop_counter").FlopCounterMode
    made = transformers.AutoConfig.for_model(**config)
    made._attn_implementation = "eager"
    network = transformers.AutoModelForSeq2SeqLM.from_config(made)
    ids = {"input_ids": torch.full((1, read), 9), "decoder_input_ids": torch.full((1, written), 7)}
    with torch.no_grad(), counter(display=False) as forward:
        cache = network.eval()(**ids, use_cache=True).past_key_values
    with counter(display=False) as training:
        network.train()(**ids, labels=torch.full((1, written), 5), use_cache=False).loss.backward()
    kept = [
        tensor
        for part in (cache.self_attention_cache, cache.cross_attention_cache)
        for layer in part.layers
        for tensor in (layer.keys, layer.values)
    ]
    bytes_kept = sum(one.numel() * one.element_size() for one in kept)
    return int(forward.get_total_flops()), int(training.get_total_flops()), bytes_kept


@pytest.mark.parametrize("seed", sample([1, 2], 1))
@pytest.mark.parametrize("model_type", sample(TYPES, 2))
def test_what_is_read_and_what_is_written_are_counted_as_the_class_does(model_type: str, seed: int) -> None:
    random = Random(f"{model_type} {seed}")
    config = {
        "model_type": model_type, "vocab_size": random.randint(40, 90), "pad_token_id": 1, "bos_token_id": 0,
        "eos_token_id": 2, "decoder_start_token_id": 2, "forced_eos_token_id": None,
        **(of_bart if model_type in BART else of_t5)(random),
    }  # fmt: skip
    read, written = random.randint(3, 30), random.randint(3, 30)
    forward, training, kept = real(config, read, written)
    inputs = {"tokens": read, "target_tokens": written}
    assert explain(config, "forward-flops", inputs=inputs).total == forward, config
    assert explain(config, "training-flops", inputs=inputs).total == training, config
    assert explain(config, "kv-cache", inputs=inputs | {"value_bytes": 4}).total == kept, config


@pytest.mark.parametrize("quantity", ["forward-flops", "training-flops", "kv-cache"])
def test_a_described_type_that_is_built_like_t5_has_the_counts_of_t5(quantity: str) -> None:
    """The decoder's norms work on what is written, and attention is attention in every convention."""
    inputs = {"tokens": 19, "target_tokens": 7}
    totals = []
    for name in ("t5", "mt5"):
        config = {"model_type": name, "architectures": [f"{name.upper()}ForConditionalGeneration"], **SIZES}
        derivation = explain(config, quantity, inputs=inputs)
        counted = {name: derivation.counted_as(each).total for name, each in derivation.quantity.conventions.items()}
        totals.append(counted)
    assert totals[0] == totals[1]


@pytest.mark.parametrize("quantity", ["forward-flops", "training-flops", "kv-cache"])
def test_prompts_before_the_keys_are_refused(quantity: str) -> None:
    """MVP's prompts are made by a network of their own for each layer, which the description does not count."""
    with pytest.raises(SymbolicError, match=f"no {quantity}"):
        explain({"model_type": "mvp", "use_prompt": True}, quantity)
