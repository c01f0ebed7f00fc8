"""Sizes that transformers saves layer by layer are those of the keys that its class made them of."""

from __future__ import annotations

from typing import Any

import pytest

from symbolic.api import explain
from symbolic.errors import ConfigError
from symbolic.loading import load

SLIDING, FULL = "sliding_attention", "full_attention"
TEXT: dict[str, Any] = {
    "model_type": "gemma4_text", "num_hidden_layers": 4, "layer_types": [SLIDING, FULL, SLIDING, FULL],
    "hidden_size": 48, "intermediate_size": 70, "vocab_size": 90, "vocab_size_per_layer_input": 90,
    "hidden_size_per_layer_input": 12, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 10,
}  # fmt: skip
SHARED = {"attention_k_eq_v": True}


@pytest.mark.parametrize(
    ("saved", "said"),
    [
        ({"1": {"head_dim": 24}, "3": {"head_dim": 24}}, {"global_head_dim": 24}),
        ({"01": {"head_dim": 24}, "03": {"head_dim": 24}}, {"global_head_dim": 24}),
        # In saved configs a layer has only what differs.
        ({}, {"global_head_dim": 10}),
        (None, {"global_head_dim": 10}),
        ({"1": {"num_key_value_heads": 1}, "3": {"num_key_value_heads": 1}},
         {"global_head_dim": 10, "num_global_key_value_heads": 1, **SHARED}),
        ({"1": {"head_dim": 6, "num_key_value_heads": 4}, "3": {"head_dim": 6, "num_key_value_heads": 4}},
         {"global_head_dim": 6, "num_global_key_value_heads": 4, **SHARED}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("whole", [False, True])
def test_a_size_of_each_full_layer_is_that_of_their_kind(
    saved: dict[str, Any] | None, said: dict[str, Any], whole: bool
) -> None:
    switch = {key: value for key, value in said.items() if key in SHARED}
    configs = ({**TEXT, **switch, "per_layer_config": saved}, {**TEXT, **said})
    one, other = ({"model_type": "gemma4", "text_config": config} if whole else config for config in configs)
    assert not load(one).unknown
    assert explain(one).total == explain(other).total
    context = {"context": 3000, "value_bytes": 2}
    assert explain(one, "kv-cache", inputs=context).total == explain(other, "kv-cache", inputs=context).total


# The real class of transformers 5.24.
def test_the_total_is_that_of_the_real_class() -> None:
    saved = {
        **TEXT,
        **SHARED,
        "per_layer_config": {str(at): {"head_dim": 6, "num_key_value_heads": 4} for at in (1, 3)},
    }
    assert explain(saved).total == 75_388


@pytest.mark.parametrize(
    "change",
    [
        {"per_layer_config": {"1": {"head_dim": 24}}},
        {"per_layer_config": {"1": {"head_dim": 24}, "3": {"head_dim": 20}}},
        {"per_layer_config": {"0": {"head_dim": 24}, "1": {"head_dim": 24}, "3": {"head_dim": 24}}},
        {"per_layer_config": {"1": {"intermediate_size": 9}, "3": {"intermediate_size": 9}}},
        {"per_layer_config": {"1": {"num_key_value_heads": 1}, "3": {"num_key_value_heads": 1}}},
        {"per_layer_config": {"1": {"head_dim": "24"}, "3": {"head_dim": "24"}}},
        {"per_layer_config": {"1": {"head_dim": 24}, "3": {"head_dim": 24}}, "global_head_dim": 32},
        {"per_layer_config": {"1": {"head_dim": 24}, "3": {"head_dim": 24}}, "layer_types": None},
        {"per_layer_config": {"1": 24, "3": 24}},
        {"per_layer_config": {"": {"head_dim": 24}, "²": {}, "9" * 9000: {"head_dim": 24}}},
    ],
)
def test_what_no_kind_of_layers_says_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="per_layer_config gives layers sizes of their own"):
        load({**TEXT, **change})
