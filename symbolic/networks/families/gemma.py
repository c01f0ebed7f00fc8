"""Gemma: wide heads, a wide gated feed-forward network, and the token table again as the output head."""

from __future__ import annotations

from symbolic.formulas.vocabulary import (
    context_length,
    emb_dim,
    head_dim,
    hidden_dim,
    n_heads,
    n_kv_groups,
    n_labels,
    n_layers,
    vocab_size,
)
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import ATTENTION_BIAS, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, TOKEN, decoder_classes
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """Gemma Team 2024, arXiv:2403.08295, §2."""
    bias = bool(options["attention_bias"])
    transformer_layer = layer(
        n_layers,
        grouped_query_attention(emb_dim, n_heads, n_kv_groups, head_dim, qkv_bias=bias, output_bias=bias),
        swiglu(emb_dim, hidden_dim),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Gemma", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="gemma",
    title="Gemma",
    about="Google's first Gemma models",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        n_kv_groups: 16,
        head_dim: 256,
    },
    network=network,
    options=(
        ATTENTION_BIAS,
        tied_head(default=True),
        decoder_classes("GemmaForCausalLM", BARE, SEQUENCE, TOKEN),
    ),
    fixed={"use_bidirectional_attention": False},
    multiples=((n_heads, n_kv_groups),),
    model_types=("gemma",),
    model_class="GemmaForCausalLM",
    tensors=LLAMA,
    sources=(
        Source(
            "Gemma Team 2024, Gemma: Open Models Based on Gemini Research and Technology",
            "https://arxiv.org/abs/2403.08295",
        ),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
        Source("Shazeer 2019, Fast Transformer Decoding", "https://arxiv.org/abs/1911.02150"),
    ),
)
