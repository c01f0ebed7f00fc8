"""Two stacks of layers that differ in one part: a plain feed-forward network, or experts."""

from __future__ import annotations

from symbolic.formulas.vocabulary import emb_dim, n_dense_layers, n_layers
from symbolic.language import Sentences, noun
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block
from symbolic.networks.layers.decoder import NO_POSITIONS, SAME_SHAPE, layer, two_rms_norms

DENSE_LAYERS = _("`n_dense_layers` of the layers have one feed-forward network each and no experts.")
EXPERT_LAYERS = _("In these layers many experts stand in the place of one feed-forward network.")


def dense_and_expert_layers(
    attention: Block, dense: Block, *experts: Block, dense_first: bool = False
) -> tuple[Block, Block]:
    """n_dense_layers with the dense network, all others with the experts; `dense_first`, or mixed."""
    norms = two_rms_norms(emb_dim)
    return (
        layer(
            n_dense_layers,
            attention,
            dense,
            norms,
            key="dense_layer",
            name=noun("dense layer", "dense layers"),
            about=Sentences(DENSE_LAYERS, SAME_SHAPE, NO_POSITIONS),
            in_order=dense_first,
        ),
        layer(
            n_layers - n_dense_layers,
            attention,
            *experts,
            norms,
            key="expert_layer",
            name=noun("expert layer", "expert layers"),
            about=Sentences(EXPERT_LAYERS, SAME_SHAPE, NO_POSITIONS),
        ),
    )
