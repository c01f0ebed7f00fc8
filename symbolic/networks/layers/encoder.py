"""Layers of an encoder: each token looks at all tokens, later ones too.

Vaswani et al. 2017, arXiv:1706.03762, §3.1.
"""

from __future__ import annotations

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import tokens
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, Norms, Weight
from symbolic.networks.layers.attended import attention_activations, attention_dropout, keys_and_values, products
from symbolic.networks.layers.attention import multi_head_attention
from symbolic.networks.layers.decoder import SAME_SHAPE, layer
from symbolic.networks.layers.feed_forward import feed_forward
from symbolic.networks.layers.norm import LAYER_NORM, layer_norm

BOTH_WAYS = _(
    "Here the tokens exchange information: each one gathers what it can use from all tokens, earlier "
    "and later ones. Nothing is hidden from it, since an encoder reads a whole text and does not write "
    "one."
)
NORMS = {
    "before": _(
        "Two norms keep the numbers at a common size: one before the attention, one before the feed-forward network."
    ),
    "after": _(
        "Two norms keep the numbers at a common size: one after the attention, one after the feed-forward network."
    ),
}


def encoder_layers(
    n_layers: Formula,
    emb_dim: Formula,
    hidden_dim: Formula,
    *,
    qkv_bias: bool,
    place: str,
    about: str = BOTH_WAYS,
    own: Formula = tokens,
) -> Block:
    """Return attention, feed-forward network and two layer norms, with biases; `place` of the norms: before, after.

    `own` is how many tokens there are, each of which looks at all.
    """
    return layer(
        n_layers,
        multi_head_attention(
            emb_dim, qkv_bias=qkv_bias, output_bias=True, about=about, own=own, seen=own, writes=False
        ),
        feed_forward(emb_dim, hidden_dim, bias=True),
        layer_norm("layer_norms", _("layer norms"), emb_dim, about=Sentences(NORMS[place], LAYER_NORM[True]), copies=2),
        key="encoder_layer",
        name=noun("encoder layer", "encoder layers"),
        about=SAME_SHAPE,
        norms=Norms.BEFORE if place == "before" else Norms.AFTER,
    )


def wide_attention(
    key: str,
    name: str,
    emb_dim: Formula,
    n_heads: Formula,
    head_dim: Formula,
    *,
    about: str,
    own: Formula = tokens,
    seen: Formula = tokens,
    writes: bool = False,
) -> Block:
    """Attention without biases over n_heads heads of head_dim each, which need not be emb_dim together.

    `own` tokens look at `seen` tokens; where these are others, they are those of another text.
    """
    width, across = n_heads * head_dim, own != seen
    return Block(
        key,
        name,
        role="attention",
        about=about,
        parts=(
            *(_across(emb_dim, width, seen) if across else _within(emb_dim, width)),
            *products(width, width, own=own, seen=seen, causal=writes and not across),
            Weight(
                "output_projection_matrix",
                _("output projection matrix"),
                (width, emb_dim),
                Kind.MATRIX,
                about=_(
                    "The heads' results stand side by side. One more matrix mixes them and brings them back to "
                    "`emb_dim` numbers."
                ),
            ),
            *((keys_and_values(width, all_heads=width, kept=seen),) if writes else ()),
            *attention_activations(emb_dim, width, width, width, width, seen=seen, read=seen if across else None),
            *attention_dropout(emb_dim, seen=seen),
        ),
    )


def _within(emb_dim: Formula, width: Formula) -> tuple[Weight, ...]:
    return (
        Weight(
            "query_key_value_matrices",
            _("query, key and value matrices"),
            (emb_dim, width),
            Kind.MATRIX,
            about=_(
                "Three matrices make a query (what a token looks for), a key (what it offers) and a value (what "
                "it passes on). Each of the `n_heads` heads gets `head_dim` numbers of each."
            ),
            copies=3,
            members=("query", "key", "value"),
        ),
    )


def _across(emb_dim: Formula, width: Formula, seen: Formula) -> tuple[Weight, ...]:
    return (
        Weight(
            "query_matrix",
            _("query matrix"),
            (emb_dim, width),
            Kind.MATRIX,
            about=_(
                "Makes a query (what a token looks for) from each token that is written. Each of the `n_heads` heads "
                "gets `head_dim` numbers."
            ),
        ),
        Weight(
            "key_value_matrices",
            _("key and value matrices"),
            (emb_dim, width),
            Kind.MATRIX,
            about=_("Make a key (what it offers) and a value (what it passes on) from each token that was read."),
            copies=2,
            members=("key", "value"),
            tokens=seen,
        ),
    )


def relative_positions(key: str, name: str, n_buckets: Formula, n_heads: Formula) -> Block:
    """A number for each bucket of distances and each head.

    Raffel et al. 2019, arXiv:1910.10683, §2.1.
    """
    return Block(
        key,
        name,
        role="position",
        about=_(
            "Attention alone does not see the order of the tokens. So the distance between two tokens falls in one "
            "of `n_relative_buckets` groups, small distances in a group each, large ones together, and each of the "
            "`n_heads` heads has one learned number for each group, which it adds when it compares the two. The table "
            "belongs to the first layer, and all layers of the stack use it."
        ),
        parts=(Weight("distance_table", _("distance table"), (n_buckets, n_heads), Kind.TABLE),),
    )
