"""The shapes that weights, products and caches have on one of the devices that share a network.

A matrix is split along the axis that counts heads, inner numbers or the vocabulary (Shoeybi et al. 2019,
arXiv:1909.08053, §3); all else is copied. Layers are divided into stages, and experts among devices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Exact, Formula, Product, Quotient, Symbol
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.measuring.products import is_parameter
from symbolic.measuring.quantity import Default
from symbolic.measuring.stages import all_layers, layers_left
from symbolic.measuring.storage import cache_bytes, weight_bytes
from symbolic.networks.blocks import Block, Cache, Contraction, Kind, Part, Weight
from symbolic.networks.walks import Leaf, changed

DIVIDED = (
    v.n_heads,
    v.hidden_dim,
    v.expert_dim,
    v.shared_expert_dim,
    v.inner_dim,
    v.linear_n_key_heads,
    v.linear_n_value_heads,
)
"""What a matrix is split along."""
COPIED = (Kind.SCALE, Kind.SHIFT, Kind.BUFFER)
OF_HEADS = ("query", "key", "value")
SINGLE: Mapping[Symbol, Default] = {
    v.tensor_parallel: 1,
    v.pipeline_parallel: 1,
    v.expert_parallel: 1,
    v.vocab_multiple: 1,
    # As evenly as may be: where some are left over, each of the first stages has one more.
    v.stage_layers: lambda network: Ceiling(all_layers(network) / v.pipeline_parallel),
    v.middle_stage_layers: lambda network: Ceiling(layers_left(network)),
    v.last_stage_layers: lambda network: Floor(layers_left(network)),
}
"""The inputs that say how devices share a network: by default one has it all."""
AMONG = (v.tensor_parallel, v.pipeline_parallel, v.expert_parallel, v.context_parallel, v.data_parallel)
"""What devices a network is divided among."""


def has_it_all(sizes: Mapping[str, Exact]) -> bool:
    """Return whether one device has all of a network."""
    return all(sizes.get(symbol.name, 1) == 1 for symbol in AMONG)


def local(formula: Formula) -> Formula:
    """Return an axis as one device has it: with its part of the heads, the inner numbers or the vocabulary."""

    def change(node: Formula) -> Formula | None:
        if isinstance(node, Quotient) and node.denominator in (*DIVIDED, v.n_kv_groups):
            # A head is as wide on each device: emb_dim / n_heads.
            return node
        if node in DIVIDED:
            return node / v.tensor_parallel
        if node == v.n_kv_groups:
            return Ceiling(node / v.tensor_parallel)
        if node == v.vocab_size:
            return Product((v.vocab_multiple, Ceiling(node / Product((v.vocab_multiple, v.tensor_parallel)))))
        return None

    return formula.replace(change)


def of_one_device(network: Block) -> Block:
    """Return the network with the shapes that weights, products and caches have on one device."""

    def change(leaf: Leaf) -> Part:
        match leaf.part:
            case Weight():
                return replace(leaf.part, shape=_shape(leaf))
            case Cache(shape=shape):
                return replace(leaf.part, shape=_of_heads(leaf, shape))
            case Contraction(axes=axes, masked=masked, absorbed=absorbed):
                axes, masked, absorbed = (_of_heads(leaf, way) for way in (axes, masked, absorbed))
                return replace(leaf.part, axes=axes, masked=masked, absorbed=absorbed)
        return leaf.part

    return changed(network, change)


def is_whole(leaf: Leaf) -> bool:
    """Return whether each device keeps all of a weight; the leaf is one of `of_one_device`."""
    return isinstance(leaf.part, Weight) and not any(v.tensor_parallel in axis.symbols for axis in leaf.part.shape)


def _of_heads(leaf: Leaf, axes: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Return the axes of a product or a cache; in GPT-2 heads are not counted, and their width is the model's."""
    found = tuple(map(local, axes))
    if not axes or found != axes or leaf.role != "attention" or v.emb_dim not in axes[-1].symbols:
        return found
    return (*axes[:-1], axes[-1] / v.tensor_parallel)


def _shape(leaf: Leaf) -> tuple[Formula, ...]:
    weight = leaf.weight
    if weight.kind in COPIED or (weight.kind is Kind.TABLE and leaf.role != "embedding"):
        return weight.shape
    if leaf.role in ("router", "classifier"):
        return weight.shape
    found = tuple(map(local, weight.shape))
    if found != weight.shape or leaf.role != "attention":
        return found
    # Where heads are not counted, the width of all heads is that of the model: GPT-2's.
    if weight.called[0] in OF_HEADS and weight.kind in (Kind.MATRIX, Kind.BIAS):
        return (*found[:-1], found[-1] / v.tensor_parallel)
    if weight.called[0] == "output_projection" and weight.kind is Kind.MATRIX:
        return (found[0] / v.tensor_parallel, *found[1:])
    return found


def serving(leaf: Leaf) -> Formula | None:
    """Return the bytes of a weight's part, or of the part of the cache that belongs to the heads of a device."""
    if isinstance(leaf.part, Cache):
        return Product((v.batch_size, cache_bytes(leaf.part, leaf.part.shape)))
    if isinstance(leaf.part, Weight) and (is_parameter(leaf.part) or leaf.role == "head"):
        return weight_bytes(leaf)
    return None
