"""nanotron's config of a model, `model_config` in its files for training. https://github.com/huggingface/nanotron.

Names and defaults: src/nanotron/config/models_config.py; what they make: src/nanotron/models/llama.py and qwen.py.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

KINDS = frozenset({"is_llama_config", "is_qwen2_config"})
DEFAULTS = {
    "hidden_size": 4096,
    "intermediate_size": 11008,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "vocab_size": 32000,
    "max_position_embeddings": 2048,
    "tie_word_embeddings": False,
}
USED = KINDS | {"moe_config", "attention_bias", "no_rope_layer", "sliding_window_size"}
WITHOUT_EFFECT = frozenset(
    {"rope_interleaved", "rope_seq_len_interpolation_factor", "z_loss_enabled", "z_loss_coefficient", "log_attn_probs"}
    | {"flex_attention_mask", "ring_attn_heads_k_stride", "_attn_implementation", "_fused_rotary_emb"}
    | {"_fused_rms_norm", "_use_qkv_packed", "_use_doc_masking"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' Llama, Qwen2 or Mistral; ConfigError where the file makes another network."""
    if (experts := values.get("moe_config")) is not None:
        raise ConfigError(f"moe_config {shown(experts)} makes experts beside dense layers, as no known type has them")
    qwen, biased = bool(values.get("is_qwen2_config")), values.get("attention_bias") is True
    # Its code of Llama makes no bias, whatever the config says.
    kind = "qwen2" if qwen and biased else "llama"
    config = {**DEFAULTS, **{key: value for key, value in values.items() if key not in USED | WITHOUT_EFFECT}}
    heads = number(config, "num_attention_heads")
    groups = values.get("num_key_value_heads")
    config |= {"model_type": kind, "num_key_value_heads": heads if groups is None else groups}
    window = values.get("sliding_window_size") if qwen else None
    if window is None:
        return config
    if kind == "qwen2":
        raise ConfigError(f"sliding_window_size {shown(window)} with attention_bias makes another network than Qwen2's")
    return {**config, "model_type": "mistral", "sliding_window": window}


DIALECT = Dialect(title="nanotron", any_of=KINDS, needed=frozenset(), translate=translate)
