"""The frame that most decoders share: embedding, a stack of layers, a last norm, a head."""

from __future__ import annotations

from symbolic.architecture import Block
from symbolic.formula import Formula
from symbolic.layers.embedding import output_head, token_embedding
from symbolic.layers.norm import rms_norm

NO_POSITIONS = "Positions need no table here: they are worked into queries and keys by a fixed rotation."
SAME_SHAPE = "The layers all have the same shape, and each has weights of its own. So we count one layer and multiply."
TWO_NORMS = (
    "Two norms keep the numbers at a common size: one before the attention, one before the feed-forward network. "
    "An RMS norm has one factor for each of the `emb_dim` numbers and no shift."
)


def rms_decoder(
    name: str, vocab_size: Formula, emb_dim: Formula, layers: tuple[Block, ...], *, tied_head: bool
) -> Block:
    """Token embedding, the stack or stacks of layers, an RMS norm behind the last, the head."""
    return Block(
        name,
        role="model",
        parts=(
            token_embedding(vocab_size, emb_dim),
            *layers,
            rms_norm("final RMS norm", emb_dim, about="One more norm behind the last layer."),
            output_head(emb_dim, vocab_size, tied=tied_head),
        ),
    )


def layer(repeat: Formula, *parts: Block, name: str = "transformer layer", about: str = "") -> Block:
    """A layer, and how often it is stacked."""
    return Block(name, role="layer", about=about or f"{SAME_SHAPE} {NO_POSITIONS}", repeat=repeat, parts=parts)


def two_rms_norms(emb_dim: Formula) -> Block:
    """The norms before attention and feed-forward network."""
    return rms_norm("RMS norms", emb_dim, about=TWO_NORMS, copies=2)
