"""What one device holds of a network that several share: tensor, pipeline, expert, context and data parallelism.

A matrix is split along the axis that counts heads, inner numbers or the vocabulary (Shoeybi et al. 2019,
arXiv:1909.08053, §3); all else is copied. Layers are divided into stages, experts among devices, and what training
keeps of a number among the devices that hold it (ZeRO: Rajbhandari et al. 2020, arXiv:1910.02054).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from symbolic.errors import ConfigError
from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Product, Sum, Symbol, product, total
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.measuring.products import in_layer, is_of_latent, is_trained, routed
from symbolic.measuring.quantity import Default, numbers
from symbolic.measuring.stages import ONLY_STAGE, all_layers, are_in_order, on_stage, stacks_of
from symbolic.measuring.storage import cache_bytes, weight_bytes
from symbolic.networks.blocks import (
    Activation,
    Block,
    Cache,
    Contraction,
    Kept,
    Kind,
    Leaf,
    Part,
    Weight,
    changed,
    leaves,
)
from symbolic.networks.family import Pairs

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
LATENT = (v.q_lora_rank, v.kv_lora_rank)
OF_HEADS = ("query", "key", "value")
SINGLE: Mapping[Symbol, Default] = {
    v.tensor_parallel: 1,
    v.pipeline_parallel: 1,
    v.expert_parallel: 1,
    v.vocab_multiple: 1,
    v.stage_layers: lambda network: Ceiling(all_layers(network) / v.pipeline_parallel),
}
"""The inputs that say how devices share a network: by default one has it all."""
PADDED = Number(128)
"""Megatron-LM fills the vocabulary up to a multiple of this for each device: --make-vocab-size-divisible-by."""


def rules(network: Block) -> tuple[Pairs, Pairs]:
    """Return what must be a multiple of what, and what at most what, so that each device has a whole part."""
    fewer = Minimum((v.n_kv_groups, v.tensor_parallel))
    # Of two numbers the larger is a multiple of the smaller where their product is one of its square.
    copies = (v.n_kv_groups * v.tensor_parallel, fewer * fewer)
    multiples = (
        *((symbol, v.tensor_parallel) for symbol in DIVIDED),
        (v.n_experts, v.expert_parallel),
        (v.data_parallel, v.expert_parallel),
        copies,
    )
    layers = all_layers(network)
    stages: Formula = layers if are_in_order(network) else Number(1)
    # Each other stage has a layer at least, and an only stage has them all.
    most = Sum((layers, Negative(v.pipeline_parallel), Number(1)))
    return multiples, (
        (v.pipeline_parallel, stages),
        (v.stage_layers, most),
        (Product((layers, ONLY_STAGE)), v.stage_layers),
    )


def fits(network: Block, sizes: Mapping[str, Exact]) -> None:
    """ConfigError where heads or kinds of layer can't be shared out in a way that we know."""
    for one in (v.pipeline_parallel, v.expert_parallel):
        _known(one, network, sizes)
    splits(network, sizes)
    if sizes[v.pipeline_parallel.name] > 1 and not are_in_order(network):
        raise ConfigError(
            f"{network.name} mixes {len(stacks_of(network))} kinds of layers, and we don't know which of them lie on "
            "one stage; leave pipeline_parallel 1"
        )
    parts, text = sizes.get(v.context_parallel.name, 1), sizes[v.tokens.name]
    if parts > text:
        raise ConfigError(f"context_parallel is {parts} and tokens is {text}; each device needs a token of its own")
    layers, stages = all_layers(network).value(sizes), sizes[v.pipeline_parallel.name]
    if stages > layers:
        raise ConfigError(f"pipeline_parallel is {stages} and there are {layers} layers; a stage has at least one")
    here = sizes[v.stage_layers.name]
    if stages == 1 and here != layers:
        raise ConfigError(
            f"stage_layers is {here} and pipeline_parallel is 1; the only stage has all {layers} layers, so leave "
            "stage_layers out, or give more stages"
        )
    if here + stages - 1 > layers:
        raise ConfigError(
            f"stage_layers is {here} of {layers} layers and pipeline_parallel is {stages}; each other stage has at "
            f"least one, so give at most {layers - stages + 1}"
        )


def splits(network: Block, sizes: Mapping[str, Exact]) -> None:
    """ConfigError where so many devices can't have whole key-value heads each, or a copy of one."""
    _known(v.tensor_parallel, network, sizes)
    devices, groups = sizes[v.tensor_parallel.name], sizes.get(v.n_kv_groups.name)
    if groups is not None and groups % devices and devices % groups:
        raise ConfigError(
            f"n_kv_groups is {groups} and tensor_parallel is {devices}; one must be a multiple of the other, so that "
            "each device has whole key-value heads, or a copy of one"
        )


def _known(one: Symbol, network: Block, sizes: Mapping[str, Exact]) -> None:
    if sizes[one.name] > 1 and not _is_known(network):
        raise ConfigError(
            f"{one.name} is {sizes[one.name]}, and how devices share the matrices of {network.name} is not known, "
            "since it was read off its code; leave it 1"
        )


def _is_known(network: Block) -> bool:
    """Return whether the parts of a network are ours by name: of those we say what training keeps of them, too."""
    return any(isinstance(leaf.part, Activation) for leaf in leaves(network))


def local(formula: Formula) -> Formula:
    """Return an axis as one device has it: its part of the heads, of the inner numbers, of the vocabulary."""

    def change(node: Formula) -> Formula | None:
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
    """Return whether each device keeps all of a weight: of a leaf of the network as one device has it."""
    return isinstance(leaf.part, Weight) and not any(v.tensor_parallel in axis.symbols for axis in leaf.part.shape)


def _of_heads(leaf: Leaf, axes: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Return the axes of a product or a cache; where heads are not counted, their width is the model's: GPT-2's."""
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


@dataclass(frozen=True, slots=True)
class TrainingLayout:
    """What a device keeps for training; `zero` is the stage of ZeRO, `keeps` are the activations that are kept.

    `flight` is for how many batches: the last stage works backward on each at once (Narayanan et al. 2021, §2.2).
    """

    zero: int
    keeps: tuple[Kept, ...]
    sequence: bool
    flight: Formula = v.in_flight

    def __call__(self, leaf: Leaf) -> Formula | None:
        """Return the bytes of a weight's part with its gradient and states, or of an activation's part."""
        if isinstance(leaf.part, Weight):
            return self._of_weight(leaf) if is_trained(leaf.part) or leaf.role == "head" else None
        if isinstance(leaf.part, Activation) and (leaf.part.kept in self.keeps or not in_layer(leaf)):
            return self._of_activation(leaf, leaf.part)
        return None

    def _of_weight(self, leaf: Leaf) -> Formula:
        bytes_of = (v.state_bytes, v.gradient_bytes, v.working_bytes)
        one = product(leaf.weight.shape)
        shared, whole = bytes_of[: self.zero], bytes_of[self.zero :]
        terms = []
        if whole:
            terms.append(Product((numbers(leaf.weight), total(whole[::-1]))))
        if shared:
            part = Ceiling(one / _holders(leaf))
            copies = () if leaf.weight.copies == 1 else (Number(leaf.weight.copies),)
            terms.append(Product((part, *copies, total(shared[::-1]))))
        return total(tuple(terms))

    def _of_activation(self, leaf: Leaf, part: Activation) -> Formula:
        split = is_divided(leaf, part)
        found = tuple(map(local, part.shape)) if split else part.shape
        divided = split and found == part.shape
        width = () if part.width == 1 else (Number(part.width),)
        flight = () if self.flight == Number(1) else (self.flight,)
        kept = Product((*width, *flight, v.batch_size, self._tokens(leaf, split=split), *found))
        return kept / v.tensor_parallel if divided else kept

    def _tokens(self, leaf: Leaf, *, split: bool) -> Formula:
        tokens = routed(leaf, leaf.tokens or v.tokens, v.expert_parallel)
        parts: Formula = v.context_parallel
        if self.sequence and not split:
            parts = v.context_parallel * v.tensor_parallel
        return Ceiling(tokens / parts)


def is_divided(leaf: Leaf, part: Activation) -> bool:
    """Return whether tensor parallelism alone divides an activation: by heads, inner numbers or the vocabulary.

    The scores of the head lie with its columns (Korthikanti et al. 2022, arXiv:2205.05198, §4.3); latents are whole.
    """
    symbols = {symbol for axis in part.shape for symbol in axis.symbols}
    return part.split and not symbols & {*LATENT} and (in_layer(leaf) or v.vocab_size in symbols)


def reported(leaf: Leaf) -> Formula | None:
    """Return the bytes that Megatron-LM's report gives a weight with its gradient, and its states, shared out.

    What is split is divided evenly by `tensor_parallel`, latents too; norms and routers are copied. Neither biases nor
    positions are in it, nor norms of queries and keys. theoretical_memory_usage.py of Megatron Core 0.19,
    compute_weight_and_optimizer_memory.
    """
    weight = leaf.part
    if not isinstance(weight, Weight) or not is_trained(weight) or leaf.role == "position":
        return None
    if weight.kind is Kind.BIAS and leaf.role != "router":
        return None
    of_norm = weight.kind in (Kind.SCALE, Kind.SHIFT)
    if of_norm and leaf.role == "attention" and not is_of_latent(leaf):
        return None
    held = numbers(weight).replace(lambda node: PADDED if node == v.vocab_multiple else None)
    if of_norm and not in_layer(leaf):
        held = Ceiling(held / v.pipeline_parallel)
    elif not _is_copied(leaf) and v.tensor_parallel not in held.symbols:
        held = Ceiling(held / v.tensor_parallel)
    shared = Ceiling(held / _holders(leaf))
    return Sum((Product((held, v.working_bytes + v.gradient_bytes)), Product((shared, v.state_bytes))))


def _is_copied(leaf: Leaf) -> bool:
    """Return whether each device of that report has it whole."""
    norm = leaf.weight.kind in (Kind.SCALE, Kind.SHIFT) and leaf.role != "attention"
    return norm or leaf.role in ("router", "classifier")


def as_reported(block: Block, above: tuple[Block, ...]) -> Formula | None:
    """Return how often a block counts in that report: as on the first stage, the last norm's part of it too."""
    scales = any(isinstance(part, Weight) and part.kind is Kind.SCALE for part in block.parts)
    return block.repeat if len(above) == 1 and scales else on_stage("first")(block, above)


def _holders(leaf: Leaf) -> Formula:
    """Return how many devices hold the same part: those of other sequences; of experts fewer, as they differ."""
    routed_here = any(block.active is not None for block in leaf.path)
    return v.expert_data_parallel if routed_here else v.data_parallel


def serving(leaf: Leaf) -> Formula | None:
    """Return the bytes of a weight's part, or of the part of the cache that belongs to the heads of a device."""
    if isinstance(leaf.part, Cache):
        return Product((v.batch_size, cache_bytes(leaf.part, leaf.part.shape)))
    if isinstance(leaf.part, Weight) and (is_trained(leaf.part) or leaf.role == "head"):
        return weight_bytes(leaf)
    return None
