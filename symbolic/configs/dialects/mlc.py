"""MLC's mlc-chat-config.json, which WebLLM reads, too: the sizes stand in `model_config`. https://github.com/mlc-ai/mlc-llm.

Names: python/mlc_llm/protocol/mlc_chat_config.py; each network: python/mlc_llm/model.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

READ = frozenset(
    {"llama", "mistral", "mixtral", "gemma", "gemma2", "gpt2", "gpt_neox", "phi3", "qwen2", "qwen3", "qwen3_moe"}
)
"""Types whose network there is that of transformers, under the same keys."""
WITHOUT_GROUPS = frozenset({"gpt2", "gpt_neox"})
OWN_WIDTH = frozenset({"qwen3", "qwen3_moe"})
"""Types whose heads have a default width of their own in transformers, and none there."""
WHOLE = {"q0f16": "float16", "q0bf16": "bfloat16", "q0f32": "float32"}
RUN = frozenset(
    {"context_window_size", "prefill_chunk_size", "sliding_window_size", "attention_sink_size"}
    | {"tensor_parallel_shards", "pipeline_parallel_stages", "max_batch_size", "disaggregation"}
)
"""What says how it is run."""


def translate(values: Values) -> dict[str, object]:
    """Return the config of transformers in it, and what its numbers are stored as."""
    inner, model_type = values["model_config"], values.get("model_type")
    if not isinstance(inner, dict):
        raise ConfigError(f"model_config must be a table, got {shown(inner)}")
    if model_type not in READ:
        raise ConfigError(f"model_type {shown(model_type)} is none that we read; we read {', '.join(sorted(READ))}")
    kept = {key: value for key, value in inner.items() if key not in RUN | {"position_embedding_base", "dtype"}}
    length, window = number(inner, "context_window_size", -1) or 0, number(inner, "sliding_window_size", -1) or 0
    if model_type not in WITHOUT_GROUPS:
        kept |= _heads(inner, with_width=model_type in OWN_WIDTH)
    if length > 0:
        kept["max_position_embeddings"] = length
    if model_type == "mistral":
        kept["sliding_window"] = window if window > 0 else None
    return {**kept, "model_type": model_type, **_stored(values["quantization"])}


def _stored(name: object) -> dict[str, object]:
    """Return how its numbers are stored: q0 is not at all in another format, and of others we don't know the bytes."""
    plain = WHOLE.get(name) if isinstance(name, str) else None
    return {"torch_dtype": plain} if plain else {"quantization_config": {"quant_method": f"MLC's {shown(name)}"}}


def _heads(inner: Values, *, with_width: bool) -> dict[str, object]:
    """Return what its code takes where a config does not say it: as many keys as heads, which share the width."""
    heads, width = number(inner, "num_attention_heads"), number(inner, "hidden_size")
    found: dict[str, object] = {}
    if not inner.get("num_key_value_heads"):
        found["num_key_value_heads"] = heads
    if with_width and not inner.get("head_dim") and heads and width:
        found["head_dim"] = width // heads
    return found


DIALECT = Dialect(
    title="MLC",
    types=READ | {"gemma3", "gemma3_text", "phi", "phi-msft", "qwen", "qwen2_moe", "stablelm", "gpt_bigcode", "llama4"},
    needed=frozenset({"model_config", "quantization", "prefill_chunk_size"}),
    translate=translate,
)
