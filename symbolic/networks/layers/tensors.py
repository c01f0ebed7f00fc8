"""Names of a Llama-like decoder's tensors in Hugging Face's transformers."""

from __future__ import annotations

from collections.abc import Mapping

LAYER = "model.layers.{}"
ATTENTION = f"{LAYER}.self_attn"
FEED_FORWARD = f"{LAYER}.mlp"

HEADS: Mapping[str, str] = {
    "classifier/classifier_matrix": "score.weight",
    "token_classifier/classifier_matrix": "score.weight",
    "token_classifier/classifier_bias": "score.bias",
    "span_matrix": "qa_outputs.weight",
    "span_bias": "qa_outputs.bias",
}
"""Those of a head that is not the usual one."""

LLAMA: Mapping[str, str | tuple[str, ...]] = {
    "token_embedding/token_table": "model.embed_tokens.weight",
    "query_matrix": f"{ATTENTION}.q_proj.weight",
    "query_bias": f"{ATTENTION}.q_proj.bias",
    "key_value_matrices": (f"{ATTENTION}.k_proj.weight", f"{ATTENTION}.v_proj.weight"),
    "key_value_biases": (f"{ATTENTION}.k_proj.bias", f"{ATTENTION}.v_proj.bias"),
    "query_key_norm_scales": (f"{ATTENTION}.q_norm.weight", f"{ATTENTION}.k_norm.weight"),
    "output_projection_matrix": f"{ATTENTION}.o_proj.weight",
    "output_projection_bias": f"{ATTENTION}.o_proj.bias",
    "gate_up_matrices": (f"{FEED_FORWARD}.gate_proj.weight", f"{FEED_FORWARD}.up_proj.weight"),
    "gate_up_biases": (f"{FEED_FORWARD}.gate_proj.bias", f"{FEED_FORWARD}.up_proj.bias"),
    "down_matrix": f"{FEED_FORWARD}.down_proj.weight",
    "down_bias": f"{FEED_FORWARD}.down_proj.bias",
    "rms_norms/scale": (f"{LAYER}.input_layernorm.weight", f"{LAYER}.post_attention_layernorm.weight"),
    "final_rms_norm/scale": "model.norm.weight",
    "output_head/output_head_matrix": "lm_head.weight",
    **HEADS,
}

FOUR_NORMS: Mapping[str, str | tuple[str, ...]] = {
    "rms_norms/scale": (
        f"{LAYER}.input_layernorm.weight",
        f"{LAYER}.post_attention_layernorm.weight",
        f"{LAYER}.pre_feedforward_layernorm.weight",
        f"{LAYER}.post_feedforward_layernorm.weight",
    ),
}
"""Gemma's: in front of and behind attention and feed-forward network."""
