"""OLMo's own config, of its files for training and its first checkpoints. https://github.com/allenai/OLMo.

Names and defaults: olmo/config.py, ModelConfig; what they make: olmo/model.py.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number
from symbolic.errors import ConfigError, shown

WANTED: dict[str, tuple[object, ...]] = {
    "rope": (True,),
    "alibi": (False, None),
    "include_bias": (False,),
    "block_type": ("sequential", "llama", None),
    "activation_type": ("swiglu", None),
    "embedding_layer_norm": (False, None),
    "bias_for_layer_norm": (False, None),
    "attention_layer_norm_with_affine": (True, None),
}
"""What makes a network that transformers calls OLMo or OLMo 2; none is the default, where it is the same."""

USED = frozenset(
    {"embedding_size", "d_model", "n_layers", "n_heads", "n_kv_heads", "multi_query_attention", "max_sequence_length"}
    | {"weight_tying", "attention_layer_norm", "layer_norm_type", "layer_norm_with_affine", "norm_after"}
    | {"mlp_hidden_size", "mlp_ratio", "model_type", "architectures", *WANTED}
)
WITHOUT_EFFECT = frozenset(
    {"alibi_bias_max", "block_group_size", "clip_qkv", "emb_init_std", "flash_attention", "init_device", "init_fn"}
    | {"precision", "rope_full_precision", "scale_emb_init", "scale_logits", "embedding_dropout", "residual_dropout"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' OLMo, or of its OLMo 2; ConfigError where neither is that network."""
    for key, wanted in WANTED.items():
        if values.get(key) not in wanted:
            raise ConfigError(f"{key} {shown(values.get(key))} makes another network than OLMo's of transformers")
    passed = USED | WITHOUT_EFFECT
    config = {
        **{key: value for key, value in values.items() if key not in passed},
        "vocab_size": values.get("embedding_size") or values.get("vocab_size", 50304),
        "hidden_size": values["d_model"],
        "num_hidden_layers": values["n_layers"],
        "num_attention_heads": values["n_heads"],
        "num_key_value_heads": _groups(values),
        "intermediate_size": _hidden(values),
        "max_position_embeddings": values.get("max_sequence_length", 1024),
        "tie_word_embeddings": values.get("weight_tying", True),
    }
    norms = bool(values.get("attention_layer_norm"))
    kind, factors = values.get("layer_norm_type", "default"), values.get("layer_norm_with_affine", True)
    if kind == "rms" and factors and norms and values.get("norm_after"):
        return {**config, "model_type": "olmo2"}
    if kind in ("default", "low_precision") and factors is False and not norms and not values.get("norm_after"):
        return {**config, "model_type": "olmo"}
    raise ConfigError(
        f"layer_norm_type {shown(kind)}, layer_norm_with_affine {shown(factors)} and attention_layer_norm {norms} "
        "together are neither OLMo's norms (default, false, false) nor OLMo 2's (rms, true, true)"
    )


def _groups(values: Values) -> object:
    shared = 1 if values.get("multi_query_attention") else values["n_heads"]
    return values.get("n_kv_heads") or shared


def _hidden(values: Values) -> int:
    """Return the width behind the gate: the code makes gate and values in one matrix of twice that width."""
    both = number(values, "mlp_hidden_size")
    if both is None:
        width, ratio = number(values, "d_model"), number(values, "mlp_ratio", 4)
        if width is None or ratio is None:
            raise ConfigError(f"mlp_ratio must be a whole number, got {shown(values.get('mlp_ratio'))}")
        both = width * ratio
    if both % 2:
        raise ConfigError(f"mlp_hidden_size {both} must be even: half of it is the gate")
    return both // 2


DIALECT = Dialect(
    title="OLMo's own format",
    any_of=frozenset({"include_bias", "embedding_size", "layer_norm_with_affine", "attention_layer_norm_with_affine"}),
    needed=frozenset({"d_model", "n_heads", "n_layers"}),
    types=frozenset({"hf_olmo"}),
    translate=translate,
)
