"""Mixtral: Mistral with eight experts in place of each feed-forward network."""

from __future__ import annotations

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_active_experts,
    n_experts,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    sliding_window,
    vocab_size,
)
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import WINDOWED, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.experts import EXPERT_TENSORS, experts, router
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """Jiang et al. 2024, arXiv:2401.04088, §2."""
    window = sliding_window if options["windowed"] else None
    transformer_layer = layer(
        n_layers,
        grouped_query_attention(emb_dim, n_heads, n_kv_groups, head_dim, window=window),
        router(emb_dim, n_experts),
        experts(emb_dim, hidden_dim, n_experts, n_active_experts),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Mixtral", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="mixtral",
    title="Mixtral",
    about="Mistral AI's models with experts: Mixtral 8x7B and 8x22B",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        sliding_window: Need.OPTIONAL,
        n_kv_groups: 8,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        WINDOWED,
        tied_head(default=False),
        decoder_classes("MixtralForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"n_experts"}),
    multiples=((n_heads, n_kv_groups),),
    at_most=((n_active_experts, n_experts),),
    model_types=("mixtral",),
    model_class="MixtralForCausalLM",
    tensors={**LLAMA, **EXPERT_TENSORS},
    sources=(
        Source("Jiang et al. 2024, Mixtral of Experts", "https://arxiv.org/abs/2401.04088"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source("Shazeer et al. 2017, The Sparsely-Gated Mixture-of-Experts Layer", "https://arxiv.org/abs/1701.06538"),
    ),
)
