"""Llama: RMSNorm, rotary positions (computed, not learned), SwiGLU, no biases, a head of its own."""

from __future__ import annotations

from dataclasses import replace

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
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Option, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import ATTENTION_BIAS, layer, rms_decoder, tied_head, two_rms_norms
from symbolic.networks.layers.feed_forward import swiglu
from symbolic.networks.layers.heads import BARE, SEQUENCE, SPAN, TOKEN, decoder_classes
from symbolic.networks.layers.in_files import rotary_frequencies
from symbolic.networks.layers.tensors import LLAMA


def network(options: Options) -> Block:
    """Touvron et al. 2023, arXiv:2307.09288, §2.2."""
    bias = bool(options["attention_bias"])
    attention = grouped_query_attention(emb_dim, n_heads, n_kv_groups, head_dim, qkv_bias=bias, output_bias=bias)
    transformer_layer = layer(
        n_layers,
        replace(attention, beside=(rotary_frequencies(head_dim),)),
        swiglu(emb_dim, hidden_dim, bias=bool(options["mlp_bias"])),
        two_rms_norms(emb_dim),
    )
    return rms_decoder("Llama", vocab_size, emb_dim, (transformer_layer,), options)


FAMILY = Family(
    name="llama",
    title="Llama",
    about="Meta's Llama 1, 2 and 3, and the many models that use its config",
    sizes={
        vocab_size: Need.REQUIRED,
        context_length: Need.OPTIONAL,
        emb_dim: Need.REQUIRED,
        n_heads: Need.REQUIRED,
        n_layers: Need.REQUIRED,
        n_labels: Need.LABELS,
        hidden_dim: Need.REQUIRED,
        n_kv_groups: n_heads,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(
        ATTENTION_BIAS,
        Option(
            "mlp_bias",
            default=False,
            meaning=_("the feed-forward matrices get a bias each"),
            without=_("the feed-forward matrices have no biases"),
        ),
        tied_head(default=False),
        decoder_classes("LlamaForCausalLM", BARE, SEQUENCE, TOKEN, SPAN),
    ),
    marks=frozenset({"hidden_dim"}),
    # The book's name, or a sign of its rotary positions, its norm or its groups of heads: the original transformer has
    # the same sizes, and a feed-forward network of two matrices.
    any_of=frozenset({"emb_dim", "swiglu", "mlp_bias", "ffn_dim_multiplier", "multiple_of"})
    | {"rope_base", "rope_theta", "rope_freq", "rope_scaling", "theta", "norm_eps", "rms_norm_eps", "rms_norm"}
    | {"num_key_value_heads", "n_kv_heads", "n_kv_head", "num_kv_heads", "n_kv_groups"},
    # The class asks for it even beside a head width of its own.
    multiples=((n_heads, n_kv_groups), (emb_dim, n_heads)),
    model_types=("llama", "aquila", "xverse", "Yi"),
    model_class="LlamaForCausalLM",
    tensors=LLAMA,
    sources=(
        Source(
            "Touvron et al. 2023, Llama 2: Open Foundation and Fine-Tuned Chat Models",
            "https://arxiv.org/abs/2307.09288",
        ),
        Source("Grattafiori et al. 2024, The Llama 3 Herd of Models", "https://arxiv.org/abs/2407.21783"),
        Source("Shazeer 2020, GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202"),
        Source("Zhang and Sennrich 2019, Root Mean Square Layer Normalization", "https://arxiv.org/abs/1910.07467"),
        Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245"),
        Source(
            "Raschka 2024, Converting a From-Scratch GPT Architecture to Llama 2",
            "https://github.com/rasbt/LLMs-from-scratch",
        ),
    ),
)
