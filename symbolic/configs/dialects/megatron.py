"""Megatron-LM's arguments, also as NeMo and Megatron-Core name them. https://github.com/NVIDIA/Megatron-LM."""

from __future__ import annotations

from symbolic.configs.dialect import Dialect, Values, number, renamed
from symbolic.errors import ConfigError, shown

NAMES = {
    "ffn_hidden_size": "intermediate_size",
    "kv_channels": "head_dim",
    "num_query_groups": "num_key_value_heads",
    "num_layers": "num_hidden_layers",
    "moe_router_topk": "num_experts_per_tok",
    "num_moe_experts": "num_experts",
}
USED = frozenset(
    {
        *("qk_layernorm", "moe_shared_expert_intermediate_size", "moe_layer_freq", "moe_ffn_hidden_size"),
        *("swiglu", "gated_linear_unit", "quick_geglu", "normalization"),
        *("position_embedding_type", "add_position_embedding", "group_query_attention"),
        *("untie_embeddings_and_output_weights", "share_embeddings_and_output_weights", "add_bias_linear"),
        *("disable_bias_linear", "add_qkv_bias", "padded_vocab_size"),
        *("make_vocab_size_divisible_by", "tensor_model_parallel_size", "pipeline_model_parallel_size"),
        *("transformer_impl", "bias", "activation", "qkv_bias"),
        *("use_rotary_position_embeddings", "transformer_block_type", "seq_length"),
    }
)

OTHERS = (
    *("mcore_bert", "retro", "retro_add_retriever", "hyena", "mcore_customization_config"),
    *("multi_latent_attention", "headscale", "attention_output_gate", "experimental_attention_variant"),
    *("hybrid_override_pattern", "is_hybrid_model", "hybrid_layer_pattern", "linear_attention_freq", "spec"),
    *("heterogeneous_block_specs", "heterogeneous_layers_config_path", "heterogeneous_layers_config_encoded_json"),
    *("enable_mhc_connections", "enable_hyper_connections", "moe_latent_size", "moe_shared_expert_gate"),
    *("vision_pretraining", "decoder_num_layers", "no_position_embedding", "window_size"),
)
"""What makes other networks of them: BERT, RETRO, Hyena, Gemma 2 and Falcon of NeMo, DeepSeek's attention, Mamba, T5.

Layers of several kinds, windows and several residual streams are no Llama's, either.
"""


def translate(values: Values) -> dict[str, object]:
    """Return a config of Llama's network or GPT-2's; ConfigError for a mixture of the two."""
    if (other := next((key for key in OTHERS if values.get(key)), None)) is not None:
        raise ConfigError(f"{other} makes another network than Llama's or GPT-2's")
    if values.get("transformer_block_type", "pre_ln") not in ("pre_ln", None):
        raise ConfigError(f"transformer_block_type {shown(values['transformer_block_type'])} has its norms elsewhere")
    gated = _gated(values)
    positions = values.get("position_embedding_type", "learned_absolute")
    if positions not in ("rope", "learned_absolute") or values.get("add_position_embedding") is False:
        raise ConfigError(
            f"position_embedding_type {shown(positions)}, add_position_embedding "
            f"{shown(values.get('add_position_embedding', True))}: we know learned_absolute and rope, which are added"
        )
    rotary = positions == "rope" or bool(values.get("use_rotary_position_embeddings"))
    rms = "rms" in str(values.get("normalization", "")).lower()
    bias = not values.get("disable_bias_linear", not values.get("add_bias_linear", values.get("bias", True)))
    config = renamed({key: value for key, value in values.items() if key not in USED}, NAMES)
    config |= {"vocab_size": _vocabulary(values), "tie_word_embeddings": _tied(values)}
    if values.get("group_query_attention") is False:
        config.pop("num_key_value_heads", None)
    elif values.get("group_query_attention") is True:
        # --num-query-groups is 1 where a command says nothing; without the switch it has no effect.
        config.setdefault("num_key_value_heads", 1)
    config = {key: value for key, value in config.items() if value is not None}
    if gated and rotary and rms and not bias:
        # Without groups each head has keys of its own, whatever a type of transformers takes then.
        return {"num_key_value_heads": values["num_attention_heads"], **config, **_like_llama(values, config)}
    if not (gated or rotary or rms) and bias and not (values.get("num_experts") or values.get("qk_layernorm")):
        return {**config, "model_type": "gpt2"}
    raise ConfigError(
        f"swiglu {gated}, rotary positions {rotary}, RMSNorm {rms} and biases {bias}"
        f"{_unsaid(values) if bias else ''}"
        f"{', with norms on queries,' if values.get('qk_layernorm') else ''} together are neither Llama's "
        "network (true, true, true, false) nor GPT-2's (false, false, false, true)"
    )


def _unsaid(values: Values) -> str:
    said = {"disable_bias_linear", "add_bias_linear", "bias"} & values.keys()
    return "" if said else " (there are some where disable_bias_linear is not said)"


def _like_llama(values: Values, config: Values) -> dict[str, object]:
    """Return which of the families that are built like Llama it is."""
    norms, qkv, experts = (bool(values.get(key)) for key in ("qk_layernorm", "add_qkv_bias", "num_experts"))
    # As NeMo calls it.
    qkv = qkv or bool(values.get("qkv_bias"))
    experts = experts or bool(values.get("num_moe_experts"))
    if norms + qkv + experts > 1:
        raise ConfigError("of qk_layernorm, add_qkv_bias and experts, only one at a time makes a network of ours")
    shared = next((key for key in ("moe_shared_expert_intermediate_size", "moe_layer_freq") if values.get(key)), None)
    if experts and shared and values[shared] not in (0, 1):
        raise ConfigError(f"{shared} {shown(values[shared])} makes experts of another kind than Mixtral's")
    if experts:
        width = values.get("moe_ffn_hidden_size") or config.get("intermediate_size")
        return {"model_type": "mixtral", "intermediate_size": width, "sliding_window": None}
    if norms:
        width, heads = number(values, "hidden_size", 0) or 0, number(values, "num_attention_heads", 1) or 1
        return {"model_type": "qwen3", "head_dim": config.get("head_dim", width // heads)}
    return {"model_type": "qwen2" if qkv else "llama"}


def _gated(values: Values) -> bool:
    return bool(
        any(values.get(key) for key in ("swiglu", "gated_linear_unit", "quick_geglu"))
        or "glu" in str(values.get("activation", "")).lower()
    )


def _tied(values: Values) -> bool:
    untied = values.get("untie_embeddings_and_output_weights")
    return bool(values.get("share_embeddings_and_output_weights", True)) if untied is None else not untied


def _vocabulary(values: Values) -> object:
    """Return the rows that are stored: padded to a multiple for each of the devices that share the table."""
    padded, given = values.get("padded_vocab_size"), values.get("vocab_size")
    if padded is not None:
        return padded
    if given is None:
        raise ConfigError(
            "they leave the vocabulary to the tokenizer: add the key padded_vocab_size, the rows of the table, such as "
            "32000"
        )
    step, devices = number(values, "make_vocab_size_divisible_by"), number(values, "tensor_model_parallel_size", 1)
    if step is None or not isinstance(given, int) or isinstance(given, bool):
        return given
    if step < 1 or not devices or devices < 1:
        raise ConfigError(f"make_vocab_size_divisible_by must be 1 or more, got {shown(step)}")
    return -(-given // (step * devices)) * step * devices


DIALECT = Dialect(
    title="Megatron-LM",
    any_of=frozenset(
        {"ffn_hidden_size", "num_query_groups", "kv_channels", "untie_embeddings_and_output_weights"}
        | {"padded_vocab_size", "make_vocab_size_divisible_by", "share_embeddings_and_output_weights", "swiglu"}
    ),
    needed=frozenset({"num_layers", "hidden_size", "num_attention_heads"}),
    translate=translate,
)
