"""The book's GPTModel with experts: GPT-2 with several gated networks in place of each feed-forward network."""

from __future__ import annotations

from symbolic.formulas.vocabulary import emb_dim, head_dim, hidden_dim, n_active_experts, n_experts, n_heads, n_layers
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.experts import experts, router
from symbolic.networks.layers.gpt import BOOK, QKV_BIAS, SIZES, book_decoder, gpt_layer


def network(options: Options) -> Block:
    """Raschka 2024, bonus material to chapter 4: the experts have gates and no biases."""
    layers = gpt_layer(
        n_layers,
        multi_head_attention(emb_dim, qkv_bias=bool(options["qkv_bias"]), output_bias=True),
        router(emb_dim, n_experts),
        experts(emb_dim, hidden_dim, n_experts, n_active_experts),
    )
    return book_decoder("GPT-2 with experts", options, layers)


FAMILY = Family(
    name="gpt2_moe",
    title="GPT-2 with experts",
    about="the book's GPTModel with num_experts",
    sizes={
        **SIZES,
        n_experts: Need.REQUIRED,
        n_active_experts: Need.REQUIRED,
        hidden_dim: Need.REQUIRED,
        head_dim: emb_dim / n_heads,
    },
    network=network,
    options=(QKV_BIAS, tied_head(default=True)),
    marks=frozenset({"qkv_bias", "n_experts", "drop_rate"}),
    at_most=((n_active_experts, n_experts),),
    equal=((n_heads * head_dim, emb_dim),),
    sources=(
        BOOK,
        Source("Shazeer et al. 2017, The Sparsely-Gated Mixture-of-Experts Layer", "https://arxiv.org/abs/1701.06538"),
    ),
)
