"""The HookedTransformerConfig of TransformerLens. https://github.com/TransformerLensOrg/TransformerLens."""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "d_mlp": "hidden_dim",
    "d_vocab": "vocab_size",
    "n_key_value_heads": "n_kv_groups",
    "n_ctx": "context_length",
    "d_head": "head_dim",
    "act_fn": "hidden_act",
}
USED = frozenset(
    {
        *("normalization_type", "positional_embedding_type", "gated_mlp", "final_rms"),
        *("original_architecture", "attn_only", "parallel_attn_mlp", "d_vocab_out"),
        *("n_params", "attention_dir", "default_prepend_bos", "use_attn_result"),
        *("use_attn_scale", "use_split_qkv_input", "use_hook_mlp_in", "use_attn_in"),
        *("scale_attn_by_inverse_layer_idx", "tokenizer_prepends_bos", "checkpoint_index", "checkpoint_label_type"),
        *("checkpoint_value", "from_checkpoint", "init_mode", "rotary_adjacent_pairs"),
        *("use_hook_tokens", "use_local_attn", "window_size", "attn_types"),
        *("weight_init_mode", "n_devices", "trust_remote_code"),
    }
)
ACTIVATIONS = {"gelu_fast": "gelu_new", "gelu_new": "gelu_new", "gelu": "gelu", "silu": "silu", "relu": "relu"}


def translate(values: Values) -> dict[str, object]:
    """Return the network as it is trained: TransformerLens adds biases of its own, which fold what other parts do."""
    if values.get("attn_only"):
        raise ConfigError("attn_only true makes a network without feed-forward networks, which we don't derive")
    normalization = values.get("normalization_type", "LN")
    if normalization not in ("LN", "RMS") and not values.get("original_architecture"):
        raise ConfigError(
            f"normalization_type {shown(normalization)} makes norms without weights, and no original_architecture says "
            "which network they were folded from; LN and RMS have weights"
        )
    if values.get("use_local_attn"):
        raise ConfigError("use_local_attn true makes layers of two kinds, which we don't derive from these keys")
    if values.get("d_vocab_out", values.get("d_vocab")) not in (None, -1, values.get("d_vocab")):
        raise ConfigError(
            f"d_vocab_out {shown(values['d_vocab_out'])} is not d_vocab, {shown(values.get('d_vocab'))}: we derive "
            "networks that write the tokens that they read"
        )
    positions = values.get("positional_embedding_type", "standard")
    if positions not in ("standard", "rotary"):
        raise ConfigError(f"positional_embedding_type {shown(positions)}: we know standard and rotary")
    config = renamed({key: value for key, value in values.items() if key not in USED}, NAMES)
    config = {key: value for key, value in config.items() if value is not None}
    config["hidden_act"] = ACTIVATIONS.get(str(config.get("hidden_act", "gelu")), config.get("hidden_act", "gelu"))
    rms = str(values.get("normalization_type", "LN")).startswith("RMS")
    rotary = positions == "rotary"
    if rms and rotary and values.get("gated_mlp"):
        return {**config, "model_type": "llama"}
    if rotary and not rms and values.get("parallel_attn_mlp") and not values.get("gated_mlp"):
        return {**config, "model_type": "gpt_neox"}
    if not (rms or rotary or values.get("gated_mlp") or values.get("parallel_attn_mlp")):
        return {**config, "model_type": "gpt2"}
    raise ConfigError(
        f"normalization_type {shown(values.get('normalization_type'))}, positional_embedding_type "
        f"{shown(values.get('positional_embedding_type'))} and gated_mlp {shown(values.get('gated_mlp'))} are those of "
        "no network that we read from these keys; give the model's config.json"
    )


DIALECT = Dialect(
    title="TransformerLens",
    any_of=frozenset({"d_mlp", "d_vocab", "n_ctx", "act_fn", "positional_embedding_type"}),
    needed=frozenset({"d_model", "n_layers", "d_head"}),
    translate=translate,
)
