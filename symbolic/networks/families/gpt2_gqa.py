"""The book's GPTModel with grouped queries: GPT-2 whose query heads share keys and values."""

from __future__ import annotations

from symbolic.formulas.vocabulary import emb_dim, head_dim, hidden_dim, n_heads, n_kv_groups, n_layers
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.attention import grouped_query_attention
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.gpt import BOOK, QKV_BIAS, SIZES, book_decoder, gpt_layer


def network(options: Options) -> Block:
    """Raschka 2024, bonus material to chapter 4: the output projection has no bias here."""
    attention = grouped_query_attention(
        emb_dim, n_heads, n_kv_groups, head_dim, qkv_bias=bool(options["qkv_bias"]), dropout=True
    )
    layers = gpt_layer(n_layers, attention, feed_forward(emb_dim, hidden_dim, bias=True))
    return book_decoder("GPT-2 with grouped queries", options, layers)


FAMILY = Family(
    name="gpt2_gqa",
    title="GPT-2 with grouped queries",
    about="the book's GPTModel with n_kv_groups",
    sizes={**SIZES, n_kv_groups: Need.REQUIRED, hidden_dim: 4 * emb_dim, head_dim: emb_dim / n_heads},
    network=network,
    options=(QKV_BIAS, tied_head(default=True)),
    marks=frozenset({"qkv_bias", "drop_rate"}),
    multiples=((n_heads, n_kv_groups),),
    equal=((n_heads * head_dim, emb_dim),),
    sources=(BOOK, Source("Ainslie et al. 2023, GQA", "https://arxiv.org/abs/2305.13245")),
)
