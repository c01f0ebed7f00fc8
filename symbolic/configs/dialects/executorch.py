"""ExecuTorch's config of a model, which it exports. https://github.com/pytorch/executorch.

Names and defaults: examples/models/llama/model_args.py; what they make: llama_transformer.py and attention.py there.
Its head is a matrix of its own, also where the model that it loads shares the token table.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed, switch
from symbolic.configs.dialects.meta import width_of
from symbolic.errors import ConfigError, shown

NAMES = {
    "dim": "hidden_size",
    "n_layers": "num_hidden_layers",
    "n_heads": "num_attention_heads",
    "max_seq_len": "max_position_embeddings",
}
PLAIN: dict[str, tuple[object, ...]] = {
    **dict.fromkeys(("post_attention_norm", "post_ffn_norm", "output_bias", "moe", "use_q_gate"), (False,)),
    **dict.fromkeys(("use_attn_o_gate", "use_attn_o_norm", "use_residual_gate", "use_ffn_learnable_scales"), (False,)),
    **dict.fromkeys(("use_ffn_norm", "apply_embedding", "apply_output", "qk_norm_affine"), (True,)),
    **dict.fromkeys(("num_kv_shared_layers", "output_linear_intermediate_dim"), (0,)),
    **dict.fromkeys(("input_prune_map", "output_prune_map", "mlp_type", "sliding_window", "r", "lora_args"), (None,)),
    **dict.fromkeys(("quantization_args", "moe_shared_expert_hidden_dim"), (None,)),
    "attention_type": ("mha",),
    "norm_type": ("rmsnorm",),
    "act_fn": ("silu",),
}
"""What makes a network like Llama's; the first is the default."""
USED = frozenset({"attention_qkv_bias", "use_qk_norm", "layer_types", "n_kv_heads", "hidden_dim", "head_dim", *PLAIN})
WITHOUT_EFFECT = frozenset(
    {"norm_eps", "multiple_of", "ffn_dim_multiplier", "use_hf_rope", "qk_norm_before_rope", "rms_norm_add_unit_offset"}
    | {"attention_multiplier", "embedding_scale_factor", "residual_multiplier", "logits_scaling", "bos_idx", "eos_idx"}
    | {"bos_count", "eos_count", "no_rope_layer_interval", "rope_freq_base", "rope_scale_factor", "high_freq_factor"}
    | {"rope_scaling_short_factor", "rope_scaling_long_factor", "rope_scaling_attention_factor", "local_rope_theta"}
    | {"model_architecture", "use_kv_cache", "use_sdpa_with_kv_cache_op", "generate_full_logits", "max_context_len"}
    | {"enable_dynamic_shape", "original_max_position_embeddings", "kv_io_bit_width", "max_batch_size"}
    | {"final_logit_softcapping", "attn_logit_softcapping", "normalize_tok_embeddings", "scale_query_by"}
)
"""Keys that make no weight, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama, Qwen2 or Qwen3 with a head of its own; ConfigError for another network."""
    for key, wanted in PLAIN.items():
        if values.get(key, wanted[0]) not in wanted:
            raise ConfigError(f"{key} {shown(values[key])} makes another network than Llama's, Qwen2's or Qwen3's")
    types = values.get("layer_types")
    if types is not None and not (isinstance(types, list) and set(map(str, types)) <= {"full_attention"}):
        raise ConfigError(f"layer_types {shown(types)} has layers of another kind than full_attention")
    biased, normed = (switch(values, key, default=False) for key in ("attention_qkv_bias", "use_qk_norm"))
    if biased and normed:
        raise ConfigError("attention_qkv_bias and use_qk_norm together make another network than Qwen2's or Qwen3's")
    width, heads = number(values, "dim"), number(values, "n_heads")
    if not width or not heads or heads < 1:
        raise ConfigError("dim and n_heads must be whole numbers from 1 on")
    head = values.get("head_dim") or width // heads
    if biased and head != width // heads:
        raise ConfigError(f"head_dim {shown(head)} with attention_qkv_bias makes another network than Qwen2's")
    return {
        **renamed({key: value for key, value in values.items() if key not in USED | WITHOUT_EFFECT}, NAMES),
        "model_type": "qwen2" if biased else "qwen3" if normed else "llama",
        **({} if biased else {"head_dim": head}),
        "num_key_value_heads": values.get("n_kv_heads") or heads,
        "intermediate_size": values.get("hidden_dim") or width_of(values),
        "tie_word_embeddings": False,
    }


DIALECT = Dialect(
    title="ExecuTorch",
    any_of=frozenset({"use_hf_rope", "qk_norm_before_rope", "attention_qkv_bias"}),
    needed=frozenset({"dim", "n_layers", "n_heads", "vocab_size"}),
    translate=translate,
    guess=True,
)
