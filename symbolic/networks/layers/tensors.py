"""Under which names Hugging Face's transformers keeps the tensors of a decoder that is built like Llama."""

from __future__ import annotations

from collections.abc import Mapping

LAYER = "model.layers.{}"
ATTENTION = f"{LAYER}.self_attn"
FEED_FORWARD = f"{LAYER}.mlp"

LLAMA: Mapping[str, str | tuple[str, ...]] = {
    "token embedding/token table": "model.embed_tokens.weight",
    "query matrix": f"{ATTENTION}.q_proj.weight",
    "query bias": f"{ATTENTION}.q_proj.bias",
    "key and value matrices": (f"{ATTENTION}.k_proj.weight", f"{ATTENTION}.v_proj.weight"),
    "key and value biases": (f"{ATTENTION}.k_proj.bias", f"{ATTENTION}.v_proj.bias"),
    "query and key norm scales": (f"{ATTENTION}.q_norm.weight", f"{ATTENTION}.k_norm.weight"),
    "output projection matrix": f"{ATTENTION}.o_proj.weight",
    "output projection bias": f"{ATTENTION}.o_proj.bias",
    "gate and up matrices": (f"{FEED_FORWARD}.gate_proj.weight", f"{FEED_FORWARD}.up_proj.weight"),
    "gate and up biases": (f"{FEED_FORWARD}.gate_proj.bias", f"{FEED_FORWARD}.up_proj.bias"),
    "down matrix": f"{FEED_FORWARD}.down_proj.weight",
    "down bias": f"{FEED_FORWARD}.down_proj.bias",
    "RMS norms/scales": (f"{LAYER}.input_layernorm.weight", f"{LAYER}.post_attention_layernorm.weight"),
    "final RMS norm/scale": "model.norm.weight",
    "output head/output head matrix": "lm_head.weight",
}

FOUR_NORMS: Mapping[str, str | tuple[str, ...]] = {
    "RMS norms/scales": (
        f"{LAYER}.input_layernorm.weight",
        f"{LAYER}.post_attention_layernorm.weight",
        f"{LAYER}.pre_feedforward_layernorm.weight",
        f"{LAYER}.post_feedforward_layernorm.weight",
    ),
}
"""Gemma's: in front of and behind attention and feed-forward network."""
