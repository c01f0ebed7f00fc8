"""Layouts of a training: what each of so many devices takes, by what they share out, and the first that fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    data_parallel,
    device_memory,
    gradient_bytes,
    reserved_memory,
    state_bytes,
    target_tokens,
    tensor_parallel,
    tokens,
    vocab_multiple,
    working_bytes,
)
from symbolic.measuring import optimizers, quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.inputs import Given
from symbolic.measuring.sharing import revalued
from symbolic.measuring.step import Step

NAME, STATES = "device-memory", "states"
DEVICES = (1, 2, 4, 8, 16, 32, 64)
MOST_DEVICES = 2**20
WAYS: Mapping[str, Mapping[str, str]] = {
    "whole": {"zero": "0"},
    "recomputed": {"zero": "0", "recompute": "full"},
    "zero_1": {"zero": "1"},
    "zero_2": {"zero": "2"},
    "zero_3": {"zero": "3"},
    "zero_3_recomputed": {"zero": "3", "recompute": "full"},
    "tensor": {"zero": "1"},
}
"""What each way to share out chooses; the last splits the matrices, too. The earlier are the simpler ones."""
KEPT = frozenset(
    symbol.name for symbol in (batch_size, tokens, target_tokens, context, working_bytes, gradient_bytes, state_bytes)
)
"""The inputs of a page that its layouts share."""


def tokens_at_work(derivation: Derivation) -> int:
    """Return how many tokens of a sequence a network works on: those that are asked for, or an image's patches."""
    return int((derivation.model.network.tokens or tokens).value(derivation.sizes))


RECOMPUTING = ("recomputed", "zero_3_recomputed")
"""The ways in which a layer is computed again: what it then needs is counted beside what is kept of all others."""
FETCHING = ("zero_3", "zero_3_recomputed")
"""The ways in which a device fetches the weights of the part at work from the others, whole."""
REDUCING = ("zero_2", *FETCHING)
"""The ways in which the gradients of the part at work are whole before each device keeps its share of them."""


LOSS = 2
"""Beside the scores at 32 bits, PyTorch's cross entropy needs so many more such tables while the loss goes backward.

They are the gradients of what the softmax makes and of the scores themselves.
"""
SCORES = "scores_kept"
LITTLE = Fraction(1, 20)
"""A layout that leaves less of the room than this is close: buffers and fragments are not counted."""


class Found(NamedTuple):
    """The first layout that fits: so many devices, the way, and the bytes on each.

    `states` are those of weights, gradients and optimizer states, `at_work` those that it needs for a while.
    """

    devices: int
    way: str
    bytes: int
    states: int
    at_work: int

    def is_close(self, room: Exact) -> bool:
        """Return whether it leaves next to nothing of the room."""
        return is_close(self.bytes, room)


def is_close(size: int, room: Exact) -> bool:
    """Return whether bytes fit into the room and leave next to nothing of it."""
    return 0 <= room - size < LITTLE * room


class Layouts(NamedTuple):
    """The bytes on each device, by the number of devices and the way; what has none can't be shared out so.

    `room` are the bytes of a device without what a program keeps for itself, `split` how many devices share a matrix.
    `again` are the bytes that a layer needs while it is computed again, `fetched` those of the largest part's weights
    and gradients while it is at work; the ways that need them have both in them, `at_work` by the way. `loss` are the
    bytes of the scores' gradients while the loss goes backward, by how many devices share a matrix.
    """

    rows: Mapping[int, Mapping[str, int]]
    first: Found | None
    room: Exact
    split: Mapping[int, int]
    again: int
    fetched: int
    at_work: Mapping[str, int]
    loss: Mapping[int, int]

    def meanwhile(self, way: str, devices: int) -> int:
        """Return the bytes that a device needs for a while beside what it keeps: at the loss, or in a part at work."""
        return max(self.at_work[way], self.loss[self.split[devices] if way == "tensor" else 1])


def layouts(derivation: Derivation) -> Layouts | None:
    """Return the layouts of a derivation's model, with its tokens and bytes of numbers; None where they are unknown."""
    quantity, kept = quantities.find(NAME), kept_inputs(derivation)
    made = {}
    try:
        for way, choices in WAYS.items():
            chosen = quantity.choosing({**choices, **optimizers.chosen(derivation.quantity)})
            made[way] = derive(derivation.model, chosen, chosen.default, kept)
    except SymbolicError:
        return None
    room = derivation.sizes[device_memory.name] - derivation.sizes[reserved_memory.name]
    again = computed_again(made["whole"], made["recomputed"])
    working, gradient = (int(derivation.sizes[one.name]) for one in (working_bytes, gradient_bytes))
    units = _units(derivation)
    at_work = {way: _at_work(way, units, again, working, gradient) for way in made}
    scores = _scores(made["tensor"])
    rows: dict[int, Mapping[str, int]] = {}
    split: dict[int, int] = {}
    loss = {1: LOSS * (0 if scores is None else _bytes(scores, kept, 1, 1))}
    first, devices = None, 1
    found = Layouts(
        rows, None, room, split, max(again.values(), default=0), _fetched(units, working + gradient), at_work, loss
    )
    while devices <= DEVICES[-1] or (first is None and devices <= MOST_DEVICES):
        row = {}
        for way, one in made.items():
            if devices > 1 or way in ("whole", "recomputed"):
                tensor = _split(one, kept, devices) if way == "tensor" else 1
                if way == "tensor" and tensor == 1:
                    continue
                split[devices] = tensor
                if tensor not in loss:
                    loss[tensor] = LOSS * (0 if scores is None else _bytes(scores, kept, tensor, 1))
                row[way] = _bytes(one, kept, tensor, devices // tensor) + found.meanwhile(way, devices)
        if first is None and (way := next((way for way, size in row.items() if size <= room), "")):
            states = made[way].counted_as(made[way].quantity.convention(STATES))
            tensor = split[devices] if way == "tensor" else 1
            kept_here = _bytes(states, kept, tensor, devices // tensor)
            first = Found(devices, way, row[way], kept_here, found.meanwhile(way, devices))
        if devices <= DEVICES[-1] or first is not None:
            rows[devices] = row
        devices *= 2
    return found._replace(first=first)


def kept_inputs(derivation: Derivation) -> dict[str, Exact | Formula]:
    """Return the inputs that the layouts of a page share, where somebody gave them."""
    kept = {name: value for name, value in derivation.inputs.given.items() if name in KEPT}
    if vocab_multiple.name in derivation.inputs.given:
        kept[vocab_multiple.name] = derivation.sizes[vocab_multiple.name]
    return kept


def _fetched(units: Mapping[str, int], each: int) -> int:
    """Return the bytes of the largest part's weights and gradients."""
    return max(units.values(), default=0) * each


def _scores(made: Derivation) -> Derivation | None:
    """Return the bytes of the head's scores on each device; None where there are none."""
    counted = made.convention.counts
    only = made.convention._replace(name=SCORES, counts=lambda leaf: counted(leaf) and leaf.part.key == SCORES)
    if next(made.measuring.counted(only), None) is None:
        return None
    return made.counted_as(only)


def _at_work(way: str, units: Mapping[str, int], again: Mapping[str, int], working: int, gradient: int) -> int:
    """Return the bytes that the part of the network at work needs for a while beside what is kept: the largest of all.

    Its input is kept anyway; the head works while no layer is computed again.
    """
    each = (working if way in FETCHING else 0) + (gradient if way in REDUCING else 0)
    more = again if way in RECOMPUTING else {}
    return max((each * units.get(key, 0) + more.get(key, 0) for key in {*units, *more}), default=0)


def computed_again(whole: Derivation, recomputed: Derivation) -> dict[str, int]:
    """Return the bytes that a layer of each kind needs while it is computed again: what is kept of it otherwise."""
    pairs = zip(layers_of(whole.root), layers_of(recomputed.root), strict=True)
    return {one.key: one.each - other.each for one, other in pairs}


def layers_of(step: Step) -> Iterator[Step]:
    """Yield the layers below a step, one for each stack."""
    for part in step.steps:
        if part.role == "layer":
            yield part
        else:
            yield from layers_of(part)


def _units(derivation: Derivation) -> dict[str, int]:
    """Return the parameters of each part that is fetched at a time: a layer of each kind, a table, the head."""
    quantity = quantities.find("parameters")
    root = derive(derivation.model, quantity, quantity.default).root
    return {step.key: step.each for step in (*root.steps, *layers_of(root))}


def _split(made: Derivation, kept: Given, devices: int) -> int:
    """Return among how many devices of a server the matrices can be split, at most."""
    # Only devices of one server are joined closely enough to share each product out.
    tensor = min(devices, usual.SERVER)
    while tensor > 1:
        with suppress(ConfigError):
            _bytes(made, kept, tensor, devices // tensor)
            return tensor
        tensor //= 2
    return 1


def _bytes(made: Derivation, kept: Given, tensor: int, data: int) -> int:
    """Return the total on so many devices of each kind."""
    return int(revalued(made, {**kept, tensor_parallel.name: tensor, data_parallel.name: data}))
