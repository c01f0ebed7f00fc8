"""Which numbers of devices can share a network: each must have whole heads, layers and experts."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError
from symbolic.formulas import vocabulary as v
from symbolic.formulas.formula import Exact, Number, Product, Symbol
from symbolic.formulas.functions import Floor, Minimum
from symbolic.measuring.parallel import DIVIDED, local
from symbolic.measuring.stages import all_layers, kinds_of, unknown_order
from symbolic.networks.blocks import Activation, Block, Cache, Kind, Weight
from symbolic.networks.family import Pairs
from symbolic.networks.walks import Leaf, leaves

SPLIT = frozenset({"attention", "feed-forward", "experts", "shared-experts"})
AT_THE_ENDS = frozenset({"embedding", "head"})
COPIED_KINDS = {"norm": (Kind.SCALE, Kind.SHIFT), "router": (Kind.MATRIX, Kind.BIAS, Kind.BUFFER)}
COPIED = frozenset(COPIED_KINDS)
"""The roles of parts whose matrices devices split, of those split by the vocabulary, and of those that each has."""
SHARING = (v.tensor_parallel, v.pipeline_parallel, v.expert_parallel)
HAS_LAST = Minimum((v.pipeline_parallel - 1, Number(1)))
HAS_MIDDLE = Minimum((v.pipeline_parallel - 1 - HAS_LAST, Number(1)))
"""1 where there is such a stage, else 0."""
SAID_STAGES = 1 + HAS_LAST + HAS_MIDDLE
SAID_LAYERS = v.stage_layers + HAS_MIDDLE * v.middle_stage_layers + HAS_LAST * v.last_stage_layers
"""The layers of the first stage, the second one and the last one; those between share evenly what these leave."""


def rules(network: Block) -> tuple[Pairs, Pairs]:
    """Return what must be a multiple of what, and what at most what, so that each device has a whole part."""
    fewer = Minimum((v.n_kv_groups, v.tensor_parallel))
    # Of two numbers the larger is a multiple of the smaller where their product is one of its square.
    copies = (v.n_kv_groups * v.tensor_parallel, fewer * fewer)
    multiples = (
        *((symbol, v.tensor_parallel) for symbol in DIVIDED),
        (v.n_experts, v.expert_parallel),
        (v.data_parallel * v.context_parallel, v.expert_parallel),
        copies,
    )
    layers, mixed = all_layers(network), unknown_order(network)
    return multiples, (
        (v.pipeline_parallel, layers),
        *(((Product((v.pipeline_parallel - 1, mixed)), Number(0)),) if mixed.symbols else ()),
        # Each other stage has a layer at least, and of up to three stages all is said.
        (SAID_LAYERS + (v.pipeline_parallel - SAID_STAGES), layers),
        (Product((layers, Minimum((Floor(3 / v.pipeline_parallel), Number(1))))), SAID_LAYERS),
        *((one, Number(1)) for one in SHARING if network.undivided),
    )


def fits(network: Block, sizes: Mapping[str, Exact]) -> None:
    """ConfigError where heads or kinds of layer can't be shared out in a way that we know."""
    for one in SHARING:
        _known(one, network, sizes)
    splits(network, sizes)
    if sizes[v.pipeline_parallel.name] > 1 and unknown_order(network).value(sizes):
        raise ConfigError(
            f"{network.name} mixes {kinds_of(network, sizes)} kinds of layers, and we don't know which of them lie on "
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
    said, between = SAID_LAYERS.value(sizes), stages - SAID_STAGES.value(sizes)
    if said + between > layers or (not between and said != layers):
        middle = f", the second one {sizes[v.middle_stage_layers.name]}" if stages > 2 else ""
        raise ConfigError(
            f"the first stage has {here} layers{middle} and the last one {sizes[v.last_stage_layers.name]} of {layers}"
            f"; give stage_layers, middle_stage_layers and last_stage_layers that leave {between or 'nothing'}"
            + (" or more for the stages between" if between else "")
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
    if network.undivided and sizes[one.name] > 1:
        raise ConfigError(
            f"{one.name} is {sizes[one.name]}, and {network.undivided}; leave it 1, or name another dtype"
        )
    if sizes[one.name] > 1 and not is_shared_as_known(network):
        raise ConfigError(
            f"{one.name} is {sizes[one.name]}, and how devices share the matrices of {network.name} is not known, "
            "since it was read off its code; leave it 1"
        )


def is_shared_as_known(network: Block) -> bool:
    """Return whether it is known how devices share a network: ours by name, or one whose parts all have known roles.

    Of a network that was read off its code that holds where each matrix of a layer is split along one of its axes, as
    those of Megatron-LM are: queries, keys, values, gates and up matrices by their outputs, the matrices behind them by
    their inputs; routers and norms are copied. Shoeybi et al. 2019, arXiv:1909.08053, §3.
    """
    return is_known_by_name(network) or all(map(_is_split_as_known, leaves(network)))


def _is_split_as_known(leaf: Leaf) -> bool:
    part = leaf.part
    if not isinstance(part, Weight | Cache):
        # A product of queries, keys or values follows its heads.
        return leaf.role in SPLIT
    many = sum(local(axis) != axis for axis in part.shape)
    if isinstance(part, Cache):
        return many == 1
    if leaf.role in SPLIT:
        return many == 1 if part.kind is Kind.MATRIX else many <= int(part.kind is Kind.BIAS)
    if leaf.role in AT_THE_ENDS:
        return many <= 1
    # A norm of queries or keys is copied; one of numbers that devices share out would need all of them.
    inner = any(symbol in axis.symbols for axis in part.shape for symbol in DIVIDED if symbol != v.n_heads)
    return leaf.role in COPIED and part.kind in COPIED_KINDS[leaf.role] and not inner


def is_known_by_name(network: Block) -> bool:
    """Return whether the parts of a network are ours by name: of those we say what training keeps of them, too."""
    return any(isinstance(leaf.part, Activation) for leaf in leaves(network))
