"""Qwen3.5's dense language model: gated delta nets, and every fourth layer gated full attention. The book's too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.formulas.formula import Number, Symbol
from symbolic.formulas.vocabulary import (
    context_length,
    conv_kernel,
    emb_dim,
    head_dim,
    hidden_dim,
    linear_key_head_dim,
    linear_n_key_heads,
    linear_n_value_heads,
    linear_value_head_dim,
    n_full_layers,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    n_predict_layers,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.layers.decoder import ATTENTION_BIAS, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.delta_net import gated_delta_net
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import classes
from symbolic.networks.layers.hybrid import (
    DELTA_NET,
    DELTA_NET_TENSORS,
    FULL_LAYER,
    INTERVAL,
    LINEAR_LAYER,
    count_full,
    gated_full_attention,
)
from symbolic.networks.layers.in_files import KEYS_OF_QWEN, prediction_layer
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """Qwen3.5, https://huggingface.co/Qwen/Qwen3.5-27B: Qwen3-Next's layers without experts."""
    full = gated_full_attention(
        emb_dim, n_heads, n_kv_groups, head_dim, bias=bool(options["attention_bias"]), qk_norm=bool(options["qk_norm"])
    )
    dense, norms = swiglu(emb_dim, hidden_dim), two_rms_norms(emb_dim)
    stacks = (
        layer(
            n_layers - n_full_layers,
            gated_delta_net(),
            dense,
            norms,
            key="delta_net_layer",
            name=noun("delta-net layer", "delta-net layers"),
            about=LINEAR_LAYER,
        ),
        layer(
            n_full_layers,
            full,
            dense,
            norms,
            key="full_attention_layer",
            name=noun("full-attention layer", "full-attention layers"),
            about=FULL_LAYER,
        ),
    )
    model = rms_decoder("Qwen3.5", vocab_size, emb_dim, stacks, options)
    return replace(model, beside=(prediction_layer(full, dense, norms, repeats_tables=False),))


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Listed, or every fourth layer has full attention, or every nth as the config says."""
    return {n_full_layers: count_full(values, sizes)}


FAMILY = Family(
    name="qwen3_5_text",
    title="Qwen3.5",
    about="the language model of Alibaba's dense Qwen3.5 models, and the book's Qwen3_5Model",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_predict_layers: 0,
        n_full_layers: Need.PATTERN,
        n_heads: Need.REQUIRED,
        n_kv_groups: 4,
        linear_n_key_heads: 16,
        linear_n_value_heads: 32,
        emb_dim: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: 256,
        linear_key_head_dim: 128,
        linear_value_head_dim: 128,
        conv_kernel: 4,
    },
    network=network,
    options=(
        ATTENTION_BIAS,
        Option(
            "qk_norm",
            default=True,
            meaning=_("queries and keys are normalised before they are compared"),
            without=_("queries and keys are compared as they are, without a norm"),
            in_class=False,
        ),
        tied_head(default=False),
        classes("Qwen3_5ForCausalLM", "Qwen3_5TextModel", "Qwen3_5TextForSequenceClassification"),
    ),
    marks=frozenset({"linear_n_key_heads", "linear_n_value_heads", "linear_key_head_dim", "linear_value_head_dim"}),
    aliases={n_predict_layers: KEYS_OF_QWEN},
    class_keys={conv_kernel: ("linear_conv_kernel_dim",)},
    if_null={n_predict_layers: Number(0)},
    # Published configs say so; the class gates its attention whatever they say.
    fixed={"attn_output_gate": True},
    pattern=Pattern(("layer_types", INTERVAL), count),
    multiples=((n_heads, n_kv_groups), (linear_n_value_heads, linear_n_key_heads)),
    model_types=("qwen3_5_text",),
    model_class="Qwen3_5ForCausalLM",
    tensors={
        **LLAMA,
        **DELTA_NET_TENSORS,
        "query_key_matrices": f"{DELTA_NET}.in_proj_qkv.weight",
        "value_matrix": f"{DELTA_NET}.in_proj_qkv.weight",
        "gate_matrix": f"{DELTA_NET}.in_proj_z.weight",
        "write_strength_matrix": f"{DELTA_NET}.in_proj_b.weight",
        "decay_matrix": f"{DELTA_NET}.in_proj_a.weight",
    },
    sources=(
        Source("Qwen Team 2026, Qwen3.5", "https://huggingface.co/Qwen/Qwen3.5-27B"),
        Source("Yang, Kautz and Hatamizadeh 2024, Gated Delta Networks", "https://arxiv.org/abs/2412.06464"),
        Source("Raschka 2026, Qwen3.5 From Scratch", "https://github.com/rasbt/LLMs-from-scratch"),
    ),
)
