"""The book's GPTModel with latent attention: GPT-2 that keeps a short list of each token."""

from __future__ import annotations

from symbolic.formulas.formula import Number
from symbolic.formulas.functions import Floor, Minimum
from symbolic.formulas.vocabulary import emb_dim, head_dim, hidden_dim, kv_lora_rank, n_heads, n_layers
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Source
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.gpt import BOOK, QKV_BIAS, SIZES, book_decoder, gpt_layer
from symbolic.networks.layers.plain_latent import plain_latent_attention

EIGHTH = Floor(emb_dim / 8)


def network(options: Options) -> Block:
    """Raschka 2024, bonus material to chapter 4."""
    attention = plain_latent_attention(qkv_bias=bool(options["qkv_bias"]))
    layers = gpt_layer(n_layers, attention, feed_forward(emb_dim, hidden_dim, bias=True))
    return book_decoder("GPT-2 with latent attention", options, layers)


FAMILY = Family(
    name="gpt2_mla",
    title="GPT-2 with latent attention",
    about="the book's GPTModel with latent_dim",
    sizes={**SIZES, hidden_dim: 4 * emb_dim, head_dim: emb_dim / n_heads, kv_lora_rank: Need.REQUIRED},
    network=network,
    options=(QKV_BIAS, tied_head(default=True)),
    marks=frozenset({"qkv_bias", "latent_dim", "drop_rate"}),
    # The larger of 16 and an eighth of the width.
    if_null={kv_lora_rank: EIGHTH + 16 - Minimum((EIGHTH, Number(16)))},
    aliases={kv_lora_rank: ("latent_dim",)},
    equal=((n_heads * head_dim, emb_dim),),
    sources=(BOOK, Source("DeepSeek-AI 2024, DeepSeek-V2", "https://arxiv.org/abs/2405.04434")),
)
