"""The frame of GPT-2 and of the book's GPTModel: learned positions, layer norms with shifts, the head."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import context_length, emb_dim, n_heads, n_layers, vocab_size
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Norms
from symbolic.networks.family import Need, Option, Options, Source
from symbolic.networks.layers.decoder import LAYER_INPUT, sublayers
from symbolic.networks.layers.embedding import output_head, position_embedding, token_embedding
from symbolic.networks.layers.norm import LAYER_NORM, layer_norm

TRANSFORMER_LAYER = noun("transformer layer", "transformer layers")
ABOUT = _(
    "The `n_layers` layers are built alike, and each has numbers of its own, so all add the same amount. We count one "
    "layer and multiply."
)
TWO_NORMS = _(
    "Two norms keep the numbers at a common size: one before the attention, one before the feed-forward network."
)

SIZES: Mapping[Symbol, Need | int | Formula] = {
    vocab_size: Need.REQUIRED,
    context_length: Need.REQUIRED,
    emb_dim: Need.REQUIRED,
    n_heads: Need.REQUIRED,
    n_layers: Need.REQUIRED,
}
"""The sizes of every such model; each variant adds its own."""

QKV_BIAS = Option(
    "qkv_bias",
    default=False,
    meaning=_("query, key and value have a bias each"),
    without=_("query, key and value have no biases"),
)
BOOK = Source(
    "Raschka 2024, Build a Large Language Model (From Scratch), chapter 4 and its bonus material",
    "https://github.com/rasbt/LLMs-from-scratch",
)


def gpt_decoder(name: str, stacks: tuple[Block, ...], *heads: Block, shift: bool = True) -> Block:
    """Return tables of tokens and positions, the stack or stacks of layers, a norm, the head or heads.

    Radford et al. 2019, §2.3.
    """
    return Block(
        "model",
        name,
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            position_embedding(context_length, emb_dim, dropout=True),
            *stacks,
            layer_norm(
                "final_layer_norm",
                _("final layer norm"),
                emb_dim,
                about=_("One more norm after the last layer."),
                shift=shift,
            ),
            *heads,
        ),
    )


def gpt_layer(
    repeat: Formula,
    *parts: Block,
    key: str = "transformer_layer",
    name: str = TRANSFORMER_LAYER,
    about: str = ABOUT,
    shift: bool = True,
) -> Block:
    """Return a layer of attention and feed-forward network with a norm in front of each."""
    norms = layer_norm(
        "layer_norms", _("layer norms"), emb_dim, about=Sentences(TWO_NORMS, LAYER_NORM[shift]), copies=2, shift=shift
    )
    return Block(
        key,
        name,
        role="layer",
        about=about,
        repeat=repeat,
        parts=(*parts, norms, LAYER_INPUT),
        sublayers=sublayers(parts, Norms.BEFORE),
    )


def book_decoder(name: str, options: Options, *stacks: Block) -> Block:
    """Return the decoder of one of the book's variants: its head is a matrix of its own or the token table again."""
    return gpt_decoder(name, stacks, output_head(emb_dim, vocab_size, tied=bool(options["tied_head"])))
