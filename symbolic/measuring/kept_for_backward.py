"""What training keeps of the way forward for the way back: the bytes of an activation, for all tokens of a batch."""

from __future__ import annotations

from collections.abc import Collection

from symbolic.formulas.formula import Formula, Number, Product
from symbolic.formulas.vocabulary import batch_size, tokens
from symbolic.measuring.products import in_layer, routed
from symbolic.networks.blocks import Activation, Kept
from symbolic.networks.walks import Leaf

UNKNOWN = ("state-space", "linear-attention")
"""The roles of parts of which a program decides what it keeps."""


def kept(leaf: Leaf, keeps: Collection[Kept]) -> Formula | None:
    """Return the bytes of an activation that is among those that are kept; None for any other leaf.

    What lies outside the layers is kept in any case: recomputation is a matter of the layers.
    """
    part = leaf.part
    if not isinstance(part, Activation) or (part.kept not in keeps and in_layer(leaf)):
        return None
    width = () if part.width == 1 else (Number(part.width),)
    return Product((*width, batch_size, routed(leaf, leaf.tokens or tokens), *part.shape))
