"""Every layout of so many devices: how tensors, stages and sequences are shared out, and what the fullest one takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import prod
from typing import NamedTuple

from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import (
    context_parallel,
    data_parallel,
    expert_parallel,
    in_flight,
    pipeline_parallel,
    stage_layers,
    tensor_parallel,
)
from symbolic.measuring import usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.fullest import fullest
from symbolic.measuring.made_once import made_once
from symbolic.measuring.pipelines import EXPERT_DEVICES
from symbolic.measuring.stages import all_layers
from symbolic.networks.walks import blocks

DEVICES = (tensor_parallel, pipeline_parallel, context_parallel, data_parallel)
"""What multiplies the devices; experts are divided among those that have sequences of their own."""
SEARCHED = frozenset(one.name for one in (*DEVICES, expert_parallel, in_flight, stage_layers)) - {context_parallel.name}
MATRICES = (1, 2, 4, usual.SERVER)
"""Among how many devices matrices are divided: those of one server."""
MOST_LAYOUTS = 40
"""Of more layouts than these, those stay whose stages are a power of two."""


class SharedOut(NamedTuple):
    """A layout, and the bytes on its fullest device: with the page's choices, and with all layers computed again."""

    tensor: int
    pipeline: int
    expert: int
    data: int
    bytes: int
    recomputed: int


def devices_of(derivation: Derivation) -> int:
    """Return how many devices the layout of a page has."""
    return prod(int(derivation.sizes.get(one.name, 1)) for one in DEVICES)


def has_two_stages(derivation: Derivation) -> bool:
    """Return whether a page is about a published layout in which each device has two stages: no other is like it."""
    training = derivation.model.training
    if training is None or not training.bidirectional:
        return False
    return all(derivation.sizes.get(name, 1) == many for name, many in training.layout.items())


class AllLayouts(NamedTuple):
    """The layouts of so many devices.

    `refused` says in how many further ones the network can't be shared out, `uneven` how many were left out since there
    are many, and their stages are no power of two.
    """

    rows: tuple[SharedOut, ...]
    refused: int
    uneven: int


def layouts_of(derivation: Derivation) -> AllLayouts:
    """Return the layouts of as many devices as a page has, made once: those that the sizes of its model allow."""
    return made_once(derivation, _layouts)


def _layouts(derivation: Derivation) -> AllLayouts:
    splits = list(_splits(derivation))
    kept = [one for one in splits if _is_power_of_two(one[1]) or one == _own(derivation)]
    kept = kept if len(splits) > MOST_LAYOUTS else splits
    made = [tuple(_measured(derivation, *split)) for split in kept]
    rows = tuple(row for rows in made for row in rows)
    return AllLayouts(rows, sum(not one for one in made), len(splits) - len(kept))


def _is_power_of_two(number: int) -> bool:
    return number & (number - 1) == 0


def _own(derivation: Derivation) -> tuple[int, int, int]:
    """Return among how many devices a page divides matrices, layers and sequences."""
    tensor, stages, data = (
        int(derivation.sizes.get(one.name, 1)) for one in (tensor_parallel, pipeline_parallel, data_parallel)
    )
    return tensor, stages, data


def _splits(derivation: Derivation) -> Iterator[tuple[int, int, int]]:
    """Yield among how many devices matrices, layers and sequences are divided."""
    each = devices_of(derivation) // int(derivation.sizes.get(context_parallel.name, 1))
    layers = int(all_layers(derivation.model.network).value(derivation.sizes))
    for tensor in sorted({*MATRICES, _own(derivation)[0]}):
        if each % tensor == 0:
            rest = each // tensor
            yield from ((tensor, stages, rest // stages) for stages in range(1, layers + 1) if rest % stages == 0)


def _measured(derivation: Derivation, tensor: int, stages: int, data: int) -> Iterator[SharedOut]:
    """Yield a layout, and the page's own with its own number for the experts, too; none where it is impossible."""
    kept = {name: value for name, value in derivation.inputs.given.items() if name not in SEARCHED}
    split = {tensor_parallel: tensor, pipeline_parallel: stages, data_parallel: data}
    own = {int(derivation.sizes.get(expert_parallel.name, 1))} if (tensor, stages, data) == _own(derivation) else set()
    for expert in sorted({_experts(derivation, data)} | own):
        given = {**kept, **{one.name: many for one, many in {**split, expert_parallel: expert}.items()}}
        with suppress(ConfigError):
            once, again = (
                fullest(derive(derivation.model, quantity, quantity.default, given)).stage.bytes
                for quantity in (derivation.quantity, derivation.quantity.choosing({"recompute": "full"}))
            )
            yield SharedOut(tensor, stages, expert, data, once, again)


def has_experts_divided(derivation: Derivation) -> bool:
    """Return whether somebody said among how many devices experts are divided."""
    return expert_parallel.name in derivation.inputs.given


def _experts(derivation: Derivation, data: int) -> int:
    """Return among how many devices experts are divided: as many as were asked for, or else as many as can be."""
    if has_experts_divided(derivation):
        return int(derivation.sizes[expert_parallel.name])
    every = [
        int(block.repeat.value(derivation.sizes))
        for block in blocks(derivation.model.network)
        if block.active is not None and block.repeat is not None
    ]
    among = (many for many in EXPERT_DEVICES if every and all(one % many == 0 for one in (data, *every)))
    return max(among, default=1)
