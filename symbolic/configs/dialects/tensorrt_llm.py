"""TensorRT-LLM's config.json of a checkpoint; `pretrained_config` in that of an engine. https://github.com/NVIDIA/TensorRT-LLM.

Names: tensorrt_llm/models/modeling_utils.py, PretrainedConfig; each network: tensorrt_llm/models. Its head is a matrix
of its own, unless share_embedding_table says otherwise.
"""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed, switch
from symbolic.errors import ConfigError, shown

READ = {"LlamaForCausalLM": "llama", "MistralForCausalLM": "llama", "MixtralForCausalLM": "mixtral"}
QWEN = {"qwen2": "qwen2", "qwen3": "qwen3"}
"""What `qwen_type` of QWenForCausalLM may be."""
NAMES = {"norm_epsilon": "rms_norm_eps", "rotary_base": "rope_theta"}
PLAIN = {
    **dict.fromkeys(("fc_after_embed", "residual_mlp"), False),
    **dict.fromkeys(("use_input_layernorm_in_first_layer", "use_last_layernorm"), True),
}
"""What each of these networks has; the same are the defaults."""
OF_KIND: dict[str, dict[str, bool]] = {
    "llama": {"qk_layernorm": False},
    "mixtral": {"qk_layernorm": False, "attn_bias": False, "mlp_bias": False},
    "qwen2": {"qk_layernorm": False, "attn_bias": True, "mlp_bias": False},
    "qwen3": {"qk_layernorm": True, "attn_bias": False, "mlp_bias": False},
}
"""What the networks of each type have."""
BIASES = {"attn_bias": "attention_bias", "mlp_bias": "mlp_bias"}
USED = frozenset(
    {"architecture", "qwen_type", "moe", "head_size", "mapping", "quantization", "share_embedding_table"}
    | {"qk_layernorm", "attn_bias", "mlp_bias", "position_embedding_type", "moe_num_experts", "moe_top_k", *PLAIN}
)
WITHOUT_EFFECT = frozenset(
    {"logits_dtype", "use_parallel_embedding", "embedding_sharding_dim", "rotary_scaling", "version", "producer"}
    | {"disable_weight_only_quant_plugin", "runtime_defaults", "rotary_pct", "kv_dtype", "has_partial_lora_mask"}
    | {"remove_duplicated_kv_heads", "clip_qkv", "layer_idx_offset", "use_prompt_tuning", "embedding_multiplier"}
    | {"attention_multiplier", "residual_multiplier"}
)
"""Keys that make no weight of these networks, under names that only this code has."""


def translate(values: Values) -> dict[str, object]:
    """Return a config of transformers' Llama, Mixtral, Qwen2 or Qwen3; ConfigError for another network."""
    named = values["architecture"]
    kind = QWEN.get(str(values.get("qwen_type"))) if named == "QWenForCausalLM" else READ.get(str(named))
    if kind is None:
        raise ConfigError(
            f"architecture {shown(named)} is none that we read; we read {', '.join(READ)}, and QWenForCausalLM of "
            "qwen2 and qwen3; give the config.json that it was made from"
        )
    experts = _experts(values)
    if (kind == "mixtral") != bool(experts):
        if kind != "llama":
            raise ConfigError(f"moe {shown(values.get('moe'))} makes another network than that of {kind}")
        kind = "mixtral"
    for key, wanted in {**PLAIN, **OF_KIND[kind]}.items():
        if values.get(key, wanted) is not wanted:
            raise ConfigError(f"{key} {shown(values[key])} makes another network than that of {kind}")
    width, heads = number(values, "hidden_size", 0) or 0, number(values, "num_attention_heads", 1) or 1
    head = values.get("head_size") or width // heads
    if kind == "qwen2" and head != width // heads:
        raise ConfigError(f"head_size {shown(head)} makes another network than Qwen2's")
    passed = {key: value for key, value in values.items() if key not in USED | WITHOUT_EFFECT and value is not None}
    return {
        **renamed(passed, NAMES),
        "model_type": kind,
        **({} if kind == "qwen2" else {"head_dim": head}),
        **({name: switch(values, key, default=False) for key, name in BIASES.items()} if kind == "llama" else {}),
        **({"sliding_window": None, **experts} if kind == "mixtral" else {}),
        "num_key_value_heads": values.get("num_key_value_heads") or heads,
        "tie_word_embeddings": switch(values, "share_embedding_table", default=False),
        **_stored(values.get("quantization")),
    }


def _experts(values: Values) -> dict[str, object]:
    """Return the experts of each layer, under Mixtral's names; nothing where there are none."""
    said = values.get("moe")
    table = said if isinstance(said, dict) else {}
    number_of = table.get("num_experts") or values.get("moe_num_experts")
    if not number_of:
        return {}
    return {"num_local_experts": number_of, "num_experts_per_tok": table.get("top_k") or values.get("moe_top_k")}


def _stored(said: object) -> dict[str, object]:
    """Return how its numbers are stored, where they are in another format than the config's dtype."""
    method = said.get("quant_algo") if isinstance(said, dict) else None
    return {"quantization_config": {"quant_method": f"TensorRT-LLM's {method}"}} if method else {}


DIALECT = Dialect(
    title="TensorRT-LLM",
    any_of=frozenset({"logits_dtype", "use_parallel_embedding", "mapping", "norm_epsilon", "position_embedding_type"}),
    needed=frozenset({"architecture", "num_hidden_layers", "num_attention_heads", "hidden_size", "vocab_size"}),
    never=frozenset({"architectures"}),
    translate=translate,
    guess=True,
)
