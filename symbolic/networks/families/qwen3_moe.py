"""Qwen3 with experts: many small ones in all layers, or in every nth. The book's Qwen3Model has them too."""

from __future__ import annotations

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    expert_dim,
    head_dim,
    hidden_dim,
    n_active_experts,
    n_dense_layers,
    n_experts,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    sliding_window,
    vocab_size,
)
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention, head_norms
from symbolic.networks.layers.decoder import ATTENTION_BIAS, rms_decoder, tied_head
from symbolic.networks.layers.expert_pattern import every_nth_layer
from symbolic.networks.layers.expert_stack import dense_and_expert_layers
from symbolic.networks.layers.experts import EXPERT_TENSORS, dense_feed_forward, experts, router
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA
from symbolic.networks.layers.windows import WINDOWS


def network(options: Options) -> Block:
    """Qwen3 technical report, arXiv:2505.09388, §2."""
    bias = bool(options["attention_bias"])
    attention = grouped_query_attention(
        emb_dim,
        n_heads,
        n_kv_groups,
        head_dim,
        qkv_bias=bias,
        output_bias=bias,
        norms=head_norms(head_dim) if options["qk_norm"] else (),
        window=sliding_window if options["windowed"] else None,
    )
    stacks = dense_and_expert_layers(
        attention,
        dense_feed_forward(emb_dim, hidden_dim),
        router(emb_dim, n_experts),
        experts(emb_dim, expert_dim, n_experts, n_active_experts),
    )
    return rms_decoder("Qwen3 with experts", vocab_size, emb_dim, stacks, options)


FAMILY = Family(
    name="qwen3_moe",
    title="Qwen3 with experts",
    about="Alibaba's Qwen3 models with experts, and the book's Qwen3Model with num_experts",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        n_dense_layers: Need.PATTERN,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        hidden_dim: 6144,
        expert_dim: Need.REQUIRED,
        sliding_window: 4096,
        n_kv_groups: 4,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        WINDOWS,
        ATTENTION_BIAS,
        Option(
            "qk_norm",
            default=True,
            meaning=_("queries and keys are normalised before they are compared"),
            without=_("queries and keys are compared as they are, without a norm"),
            aliases=("use_qk_norm",),
            in_class=False,
        ),
        tied_head(default=False),
        decoder_classes("Qwen3MoeForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"n_experts", "expert_dim", "qk_norm"}),
    harmless={"max_window_layers": _("in this family all layers have a window, or none has")},
    if_null={head_dim: Need.REQUIRED},
    pattern=every_nth_layer(),
    multiples=((n_heads, n_kv_groups),),
    at_most=((n_active_experts, n_experts),),
    model_types=("qwen3_moe",),
    model_class="Qwen3MoeForCausalLM",
    tensors={**LLAMA, **EXPERT_TENSORS},
    sources=(
        Source("Qwen Team 2025, Qwen3 Technical Report", "https://arxiv.org/abs/2505.09388"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source("Shazeer et al. 2017, The Sparsely-Gated Mixture-of-Experts Layer", "https://arxiv.org/abs/1701.06538"),
        Source("Raschka 2025, Qwen3 Mixture-of-Experts From Scratch", "https://github.com/rasbt/LLMs-from-scratch"),
    ),
)
