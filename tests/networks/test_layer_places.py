"""Which layer is of which kind agrees with how many are: a family's `places` against its `count`."""

from __future__ import annotations

from typing import Any

import pytest

import symbolic

MIXED = ["full_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"]
DEEPSEEK = {"model_type": "deepseek_v2", "hidden_size": 64, "vocab_size": 99, "kv_lora_rank": 32}
CONFIGS: list[tuple[dict[str, Any], set[int]]] = [
    ({"model_type": "gemma2", "num_hidden_layers": 5}, {1, 3}),
    ({"model_type": "gemma2", "num_hidden_layers": 5, "layer_types": MIXED}, {0, 3}),
    ({"model_type": "gemma3_text", "num_hidden_layers": 13}, {5, 11}),
    ({"model_type": "gemma3_text", "num_hidden_layers": 5, "sliding_window_pattern": 2}, {1, 3}),
    ({"model_type": "gemma3_text", "num_hidden_layers": 5, "layer_types": MIXED}, {0, 3}),
    (
        {"model_type": "qwen2", "num_hidden_layers": 5, "use_sliding_window": True, "max_window_layers": 3},
        {0, 1, 2},
    ),
    (
        {"model_type": "qwen3_moe", "num_hidden_layers": 7, "decoder_sparse_step": 3, "mlp_only_layers": [2]},
        {0, 1, 2, 3, 4, 6},
    ),
    ({**DEEPSEEK, "num_hidden_layers": 5, "first_k_dense_replace": 2}, {0, 1}),
]
SIZES = {
    "vocab_size": 99,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
}
EXPERTS = {"n_routed_experts": 4, "num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}


@pytest.mark.parametrize(("config", "placed"), CONFIGS)
def test_places_are_as_many_as_are_counted(config: dict[str, Any], placed: set[int]) -> None:
    own = {key: value for key, value in EXPERTS.items() if config["model_type"] in ("qwen3_moe", "deepseek_v2")}
    model = symbolic.load({**SIZES, **own, **config})
    pattern = model.architecture.pattern
    assert pattern is not None
    assert pattern.places is not None
    [(symbol, place)] = pattern.places(model.config, model.sizes).items()
    assert {layer for layer in range(model.sizes["n_layers"]) if place(layer)} == placed
    assert model.sizes[symbol.name] == len(placed)
