"""Qwen3-Next: gated delta nets, every fourth layer gated full attention, and very many small experts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.formulas.formula import Number, Symbol
from symbolic.formulas.vocabulary import (
    context_length,
    conv_kernel,
    emb_dim,
    expert_dim,
    head_dim,
    hidden_dim,
    linear_key_head_dim,
    linear_n_key_heads,
    linear_n_value_heads,
    linear_value_head_dim,
    n_active_experts,
    n_experts,
    n_full_dense_layers,
    n_full_layers,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    n_linear_dense_layers,
    n_predict_layers,
    shared_expert_dim,
    vocab_size,
)
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.layers.decoder import ATTENTION_BIAS, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.delta_net import gated_delta_net
from symbolic.networks.layers.expert_pattern import ONLY_DENSE, STEP, count_sparse
from symbolic.networks.layers.experts import (
    EXPERT_TENSORS,
    dense_feed_forward,
    experts,
    gated_shared_expert,
    router,
    shared_tensors,
)
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.hybrid import (
    DELTA_NET,
    DELTA_NET_TENSORS,
    FULL_LAYER,
    INTERVAL,
    LINEAR_LAYER,
    count_full,
    count_full_sparse,
    gated_full_attention,
)
from symbolic.networks.layers.in_files import KEYS_OF_QWEN, prediction_layer
from symbolic.networks.layers.tensors import LLAMA

DENSE = _("These have one feed-forward network each and no experts.")


def network(options: Options) -> Block:
    """Qwen3-Next, https://qwenlm.github.io/blog/qwen3_next/: two kinds of attention, each with or without experts."""
    full = gated_full_attention(
        emb_dim, n_heads, n_kv_groups, head_dim, bias=bool(options["attention_bias"]), qk_norm=bool(options["qk_norm"])
    )
    linear, norms = gated_delta_net(), two_rms_norms(emb_dim)
    mixture = (
        router(emb_dim, n_experts),
        experts(emb_dim, expert_dim, n_experts, n_active_experts),
        gated_shared_expert(emb_dim, shared_expert_dim),
    )
    dense = dense_feed_forward(emb_dim, hidden_dim)
    n_linear = n_layers - n_full_layers - n_linear_dense_layers
    stacks = (
        layer(
            n_linear,
            linear,
            *mixture,
            norms,
            key="delta_net_layer",
            name=noun("delta-net layer", "delta-net layers"),
            about=LINEAR_LAYER,
        ),
        layer(
            n_linear_dense_layers,
            linear,
            dense,
            norms,
            key="dense_delta_net_layer",
            name=noun("dense delta-net layer", "dense delta-net layers"),
            about=Sentences(LINEAR_LAYER, DENSE),
        ),
        layer(
            n_full_layers - n_full_dense_layers,
            full,
            *mixture,
            norms,
            key="full_attention_layer",
            name=noun("full-attention layer", "full-attention layers"),
            about=FULL_LAYER,
        ),
        layer(
            n_full_dense_layers,
            full,
            dense,
            norms,
            key="dense_full_attention_layer",
            name=noun("dense full-attention layer", "dense full-attention layers"),
            about=Sentences(FULL_LAYER, DENSE),
        ),
    )
    model = rms_decoder("Qwen3-Next", vocab_size, emb_dim, stacks, options)
    return replace(model, beside=(prediction_layer(full, *mixture, norms, repeats_tables=False),))


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """Which layers have full attention and which have experts are two patterns; this counts both and their overlap."""
    full, full_sparse = count_full(values, sizes), count_full_sparse(values, sizes)
    dense = sizes["n_layers"] - count_sparse(values, sizes)
    return {
        n_full_layers: full,
        n_full_dense_layers: full - full_sparse,
        n_linear_dense_layers: dense - (full - full_sparse),
    }


FAMILY = Family(
    name="qwen3_next",
    title="Qwen3-Next",
    about="Alibaba's Qwen3-Next models, which mix gated delta nets with full attention",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_predict_layers: 0,
        n_full_layers: Need.PATTERN,
        n_full_dense_layers: Need.PATTERN,
        n_linear_dense_layers: Need.PATTERN,
        n_heads: Need.REQUIRED,
        n_kv_groups: 2,
        linear_n_key_heads: 16,
        linear_n_value_heads: 32,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        emb_dim: Need.REQUIRED,
        hidden_dim: 5632,
        expert_dim: Need.REQUIRED,
        shared_expert_dim: 512,
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
        decoder_classes("Qwen3NextForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset(
        {"n_experts", "linear_n_key_heads", "linear_n_value_heads", "linear_key_head_dim", "linear_value_head_dim"}
    ),
    aliases={n_predict_layers: KEYS_OF_QWEN},
    class_keys={conv_kernel: ("linear_conv_kernel_dim",)},
    if_null={n_predict_layers: Number(0)},
    pattern=Pattern(("layer_types", INTERVAL, STEP, ONLY_DENSE), count),
    multiples=((n_heads, n_kv_groups), (linear_n_value_heads, linear_n_key_heads)),
    at_most=((n_active_experts, n_experts),),
    model_types=("qwen3_next",),
    model_class="Qwen3NextForCausalLM",
    tensors={
        **LLAMA,
        **EXPERT_TENSORS,
        **shared_tensors("shared_expert"),
        **DELTA_NET_TENSORS,
        "query_key_matrices": f"{DELTA_NET}.in_proj_qkvz.weight",
        "value_matrix": f"{DELTA_NET}.in_proj_qkvz.weight",
        "gate_matrix": f"{DELTA_NET}.in_proj_qkvz.weight",
        "write_strength_matrix": f"{DELTA_NET}.in_proj_ba.weight",
        "decay_matrix": f"{DELTA_NET}.in_proj_ba.weight",
    },
    sources=(
        Source("Qwen Team 2025, Qwen3-Next", "https://qwenlm.github.io/blog/qwen3_next/"),
        Source("Yang, Kautz and Hatamizadeh 2024, Gated Delta Networks", "https://arxiv.org/abs/2412.06464"),
        Source("Qwen Team 2025, Qwen3 Technical Report", "https://arxiv.org/abs/2505.09388"),
    ),
)
