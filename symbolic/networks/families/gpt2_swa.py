"""The book's GPTModel with sliding windows: GPT-2 in which most layers look at the last tokens only."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import (
    emb_dim,
    head_dim,
    hidden_dim,
    n_global_layers,
    n_heads,
    n_layers,
    sliding_window,
)
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Pattern, Source
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import tied_head
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.gpt import BOOK, QKV_BIAS, SIZES, book_decoder, gpt_layer
from symbolic.networks.layers.patterns import every, whole_number

STRIDE = "sliding_window_stride"
SLIDING = _("In these layers a token looks only at a window of the last tokens. That saves computing and memory.")
GLOBAL = _(
    "In the other layers a token looks at all tokens before it. `sliding_window_stride` sliding layers come first."
)


def network(options: Options) -> Block:
    """Raschka 2024, bonus material to chapter 4: so many sliding layers, then one that looks at all tokens."""
    bias, dense = bool(options["qkv_bias"]), feed_forward(emb_dim, hidden_dim, bias=True)
    near = multi_head_attention(emb_dim, qkv_bias=bias, output_bias=True, window=sliding_window)
    far = multi_head_attention(emb_dim, qkv_bias=bias, output_bias=True)
    sliding = noun("sliding layer", "sliding layers")
    whole = noun("global layer", "global layers")
    return book_decoder(
        "GPT-2 with sliding windows",
        options,
        gpt_layer(n_layers - n_global_layers, near, dense, key="sliding_layer", name=sliding, about=SLIDING),
        gpt_layer(n_global_layers, far, dense, key="global_layer", name=whole, about=GLOBAL),
    )


def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
    """All layers slide with a negative stride, none with 0; else every (stride + 1)th looks at all tokens."""
    stride = whole_number(values, STRIDE, 2, minimum=-(10**9))
    layers = sizes[n_layers.name]
    return {n_global_layers: layers if stride == 0 else 0 if stride < 0 else every(stride + 1, layers)}


FAMILY = Family(
    name="gpt2_swa",
    title="GPT-2 with sliding windows",
    about="the book's GPTModel with sliding_window_size",
    sizes={
        **SIZES,
        n_global_layers: Need.PATTERN,
        hidden_dim: 4 * emb_dim,
        head_dim: emb_dim / n_heads,
        sliding_window: Need.REQUIRED,
    },
    network=network,
    options=(QKV_BIAS, tied_head(default=True)),
    marks=frozenset({"qkv_bias", "sliding_window_size", "sliding_window_stride", "drop_rate"}),
    aliases={sliding_window: ("sliding_window_size",)},
    pattern=Pattern((STRIDE,), count),
    equal=((n_heads * head_dim, emb_dim),),
    sources=(
        BOOK,
        Source("Beltagy et al. 2020, Longformer: The Long-Document Transformer", "https://arxiv.org/abs/2004.05150"),
    ),
)
