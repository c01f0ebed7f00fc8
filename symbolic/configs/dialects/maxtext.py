"""MaxText's configs of models. https://github.com/AI-Hypercomputer/maxtext, src/maxtext/configs."""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.errors import ConfigError, shown

TYPES = {
    "llama2": "llama",
    "mistral": "mistral",
    "mixtral": "mixtral",
    "qwen2": "qwen2",
    "qwen3": "qwen3",
    "qwen3_moe": "qwen3_moe",
    "gemma": "gemma",
    "gemma2": "gemma2",
    "gemma3": "gemma3_text",
    "deepseek": "deepseek_v3",
    "gpt_oss": "gpt_oss",
    "olmo3": "olmo3",
}
"""Which type of Hugging Face's has the network of a decoder block."""
NAMES = {
    "base_emb_dim": "hidden_size",
    "base_num_query_heads": "num_attention_heads",
    "base_num_kv_heads": "num_key_value_heads",
    "base_mlp_dim": "intermediate_size",
    "base_num_decoder_layers": "num_hidden_layers",
    "base_moe_mlp_dim": "moe_intermediate_size",
    "first_num_dense_layers": "first_k_dense_replace",
    "shared_experts": "n_shared_experts",
    "rope_max_timescale": "rope_theta",
    "normalization_layer_epsilon": "rms_norm_eps",
    "sliding_window_size": "sliding_window",
    "max_target_length": "max_position_embeddings",
    "attn_logits_soft_cap": "attn_logit_softcapping",
    "final_logits_soft_cap": "final_logit_softcapping",
    "mtp_num_layers": "num_nextn_predict_layers",
}
GATED = 2
"""How many activations a feed-forward network with a gate has: the gate's, and none of what it multiplies."""
LATENT = ("q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim")
NO_WEIGHTS = frozenset(
    {
        *("decoder_block", "logits_via_embedding", "normalize_embedding_logits", "logits_dot_in_fp32", "num_experts"),
        *("mlp_activations", "mlp_activations_limit", "enable_dropout", "dropout_rate", "attention", "attention_type"),
        *("use_qk_norm", "use_post_attn_norm", "use_post_ffw_norm", "attention_bias", "attention_sink", "mlp_bias"),
        *("rope_type", "rope_factor", "rope_interleave", "rope_truncate", "rope_attention_scaling", "beta_fast"),
        *("beta_slow", "mscale", "original_max_position_embeddings", "local_rope_max_timescale", "rope_use_scale"),
        *("rope_linear_scaling_factor", "routed_scaling_factor", "routed_score_func", "norm_topk_prob", "routed_bias"),
        *("routed_bias_update_rate", "n_routing_groups", "topk_routing_group", "load_balance_loss_weight"),
        *(
            "inhomogeneous_layer_cycle_interval",
            "logical_axis_rules",
            "tokenizer_type",
            "tokenizer_path",
            "scan_layers",
        ),
        *("megablox", "sparse_matmul", "capacity_factor", "opt_type", "use_iota_embed", "base_config", "fused_qkv"),
        *("dtype", "weight_dtype", "query_pre_attn_scalar", "use_gmm_v2", "model_name", "run_name", "scan_layers"),
        *("vision_encoder_block", "image_placeholder", "use_multimodal", "use_audio", "use_mrope", "mrope_section"),
        *("max_prefill_predict_length", "per_device_batch_size", "remat_policy", "steps", "mla_naive_kvcache"),
    }
)
"""Keys that change no weight of these networks, and those that `translate` itself reads."""
SWITCHES = {
    "use_qk_norm": {"qwen3", "qwen3_moe", "olmo3"},
    "attention_bias": {"qwen2", "gpt_oss"},
    "attention_sink": {"gpt_oss"},
    "mlp_bias": {"gpt_oss"},
    "routed_bias": {"gpt_oss"},
    "use_post_attn_norm": {"gemma2", "gemma3"},
    "use_post_ffw_norm": {"gemma2", "gemma3"},
}
"""Switches, off where the config says nothing, and the decoder blocks whose network has what they switch on."""
EITHER = {"use_qk_norm": "gemma3", "routed_bias": "deepseek"}
"""The block that has it in any case, and the one that is of another type without it."""
OTHER_NETWORKS = frozenset(
    {"use_indexer", "mhc_expansion_rate", "engram_layers", "share_kv_projections", "trainable_position_size"}
    | {"attention_output_dim", "moe_expert_input_dim", "hidden_size_per_layer_input", "num_kv_shared_layers"}
    | {"global_head_dim", "global_num_kv_heads", "o_lora_rank", "first_num_hash_layers"}
)
"""Keys that make weights of other shapes or more of them, unless they are off."""
TOWERS = {"_for_vit": "vision_config", "_for_audio": "audio_config"}
"""How keys of the parts that see and hear end, and which part each is."""
LOCAL_AND_GLOBAL = "gemma2"
"""The decoder block of which a layer of MaxText is two: one that looks near, and one that looks at all."""


def translate(values: Values) -> dict[str, object]:
    """Return the config of the type whose network it is; ConfigError for one that we know nothing of."""
    block = values["decoder_block"]
    if not isinstance(block, str) or block not in TYPES:
        raise ConfigError(f"decoder_block {shown(block)} is none that we read; we read {', '.join(TYPES)}")
    if block == "mistral" and (number(values, "num_experts", 1) or 1) > 1:
        # Before there was a block for Mixtral, Mistral's took its experts.
        block = "mixtral"
    _check(values, block)
    config = renamed(_own(values), NAMES)
    config["model_type"] = TYPES[block]
    config["tie_word_embeddings"] = bool(values.get("logits_via_embedding", False))
    if block == LOCAL_AND_GLOBAL:
        layers = number(values, "base_num_decoder_layers")
        config["num_hidden_layers"] = values["base_num_decoder_layers"] if layers is None else 2 * layers
    if block == "deepseek":
        return _latent(values, config)
    config.setdefault("head_dim", 128)
    if block in ("mistral", "mixtral") or not config.get("sliding_window", True):
        # MaxText's look at the whole text, where Hugging Face's have a window by default.
        config["sliding_window"] = config.get("sliding_window") or None
    config.update(_experts(values, config, block))
    return config


def _check(values: Values, block: str) -> None:
    """Raise ConfigError where a key makes another network than the decoder block's."""
    for key, having in SWITCHES.items():
        given = values.get(key, False)
        if EITHER.get(key) != block and bool(given) != (block in having):
            off = "" if key in values else ", which MaxText takes where nothing is said,"
            raise ConfigError(f"{key} {shown(given)}{off} makes another network than that of {block} as published")
    if (scale := values.get("global_parameter_scale", 1)) != 1:
        raise ConfigError(f"global_parameter_scale {shown(scale)} multiplies the sizes; give those that it makes")
    for key in sorted(OTHER_NETWORKS & values.keys()):
        if not _is_off(values[key]):
            raise ConfigError(f"{key} {shown(values[key])} makes weights that the network of {block} does not have")
    if block != "deepseek" and values.get("attention_type") == "mla":
        raise ConfigError(f"attention_type 'mla' makes another network than that of {block}")
    gate = values.get("mlp_activations")
    if isinstance(gate, list | tuple) and len(gate) != GATED:
        raise ConfigError(f"mlp_activations {shown(gate)} has no gate, which the network of {block} has")


def _is_off(value: object) -> bool:
    """Return whether a key makes nothing: MaxText writes -1 for no width, and 1 where a width is not multiplied."""
    return not value or (not isinstance(value, bool) and value in (-1, 1))


def _own(values: Values) -> dict[str, object]:
    """Return the keys of the part that writes; those of other parts are a table of each, which is left out."""
    own: dict[str, object] = {}
    for key, value in values.items():
        tower = next((part for ending, part in TOWERS.items() if key.endswith(ending)), None)
        if tower is not None:
            own[tower] = {**dict(own.get(tower, {})), key: value}  # type: ignore[call-overload]
        elif key not in NO_WEIGHTS and key not in LATENT and key not in OTHER_NETWORKS:
            own[key] = value
    return own


def _experts(values: Values, config: dict[str, object], block: str) -> dict[str, object]:
    """Return the experts of a layer, under the names of the type; nothing where it has none."""
    experts, width = number(values, "num_experts", 1) or 1, config.pop("moe_intermediate_size", None)
    if block not in ("mixtral", "qwen3_moe", "gpt_oss"):
        if experts > 1:
            raise ConfigError(f"num_experts {experts} makes another network than that of {block}, which has none")
        return {}
    width = values.get("base_mlp_dim") if width in (None, -1) else width
    if block == "qwen3_moe":
        return {"num_experts": experts, "moe_intermediate_size": width}
    return {"num_local_experts": experts, "intermediate_size": width}


def _latent(values: Values, config: dict[str, object]) -> dict[str, object]:
    """Return DeepSeek's network: latents of queries, keys and values, and experts after the first layers."""
    if values.get("attention_type") != "mla":
        raise ConfigError(f"attention_type {shown(values.get('attention_type'))}: DeepSeek's network has mla")
    ranks = {name: values[name] for name in LATENT if name in values}
    # Without a latent of queries MaxText writes a rank of 0, Hugging Face none.
    ranks["q_lora_rank"] = ranks.get("q_lora_rank") or None
    # The third version chooses experts with a bias for each; the second has none.
    third = bool(values.get("routed_bias"))
    config.pop("head_dim", None)
    return {
        **config,
        **ranks,
        "model_type": "deepseek_v3" if third else "deepseek_v2",
        "n_routed_experts": values.get("num_experts", 1),
        "n_shared_experts": values.get("shared_experts", 0),
        "first_k_dense_replace": values.get("first_num_dense_layers", 0),
    }


DIALECT = Dialect(
    title="MaxText",
    needed=frozenset(
        {"base_emb_dim", "base_num_query_heads", "base_num_kv_heads", "base_mlp_dim", "base_num_decoder_layers"}
        | {"decoder_block"}
    ),
    any_of=frozenset({"base_emb_dim"}),
    translate=translate,
)
