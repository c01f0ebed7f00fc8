"""Devices share a network that was read off its code as they share one of ours with the same matrices."""

from typing import Any

import pytest

import symbolic
from symbolic import api
from symbolic.errors import ConfigError

SIZES: dict[str, Any] = {
    "hidden_size": 512,
    "intermediate_size": 1536,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "num_hidden_layers": 6,
    "vocab_size": 1000,
    "head_dim": 64,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
}
EXPERTS = {**SIZES, "moe_intermediate_size": 256, "num_experts_per_tok": 4}


def held(config: dict[str, Any], **layout: int) -> int:
    """Return the bytes of one device that serves a network."""
    asked = {"context": 100, **layout}
    return int(symbolic.explain(config, "serving-memory", inputs=asked).total)


@pytest.mark.parametrize("name", ["exaone", "ernie4_5", "smollm3", "granite"])
@pytest.mark.parametrize(
    "layout",
    [
        {"tensor_parallel": 2},
        {"tensor_parallel": 8, "batch_size": 3},
        {"tensor_parallel": 16},
        {"tensor_parallel": 4, "pipeline_parallel": 3},
    ],
)
def test_a_described_type_with_llama_s_matrices_takes_what_llama_takes(name: str, layout: dict[str, int]) -> None:
    assert held({"model_type": name, **SIZES}, **layout) == held({"model_type": "llama", **SIZES}, **layout)


@pytest.mark.parametrize("devices", [1, 4])
def test_serving_takes_as_long(devices: int) -> None:
    names = ("llama", "exaone")
    pages = [
        api.serving({"model_type": name, **SIZES}, device="h100", devices=devices, batch=3, context=1000, prompt=300)
        for name in names
    ]
    ours, described = ({name: one.value for name, one in page.values.items()} for page in pages)
    assert ours == described


@pytest.mark.parametrize("tensor", [1, 2, 4, 8])
@pytest.mark.parametrize("stages", [1, 2])
def test_glm_s_experts_are_shared_as_those_of_qwen_3(tensor: int, stages: int) -> None:
    """Without dense layers and shared experts it lacks but Qwen's norms of queries and keys: 2 × 64 numbers a layer."""
    glm = {"n_routed_experts": 16, "first_k_dense_replace": 0, "n_shared_experts": 0}
    layout = {"tensor_parallel": tensor, "pipeline_parallel": stages}
    qwen = held({"model_type": "qwen3_moe", "num_experts": 16, **EXPERTS}, **layout)
    assert qwen - held({"model_type": "glm4_moe", **glm, **EXPERTS}, **layout) == 6 // stages * 2 * 64 * 2


@pytest.mark.parametrize(
    ("config", "layout", "says"),
    [
        # One key head for all has no axis that is split; heads must be whole; which layers lie where is not known.
        ({"model_type": "falcon", "hidden_size": 512, "num_attention_heads": 16}, {"tensor_parallel": 2}, "not known"),
        ({"model_type": "glm4_moe", **EXPERTS}, {"tensor_parallel": 3}, "multiple"),
        ({"model_type": "glm4_moe", **EXPERTS}, {"pipeline_parallel": 2}, "mixes 2 kinds of layers"),
    ],
)
def test_what_is_not_known_is_refused(config: dict[str, Any], layout: dict[str, int], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        held(config, **layout)
