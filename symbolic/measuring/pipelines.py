"""Layouts in stages of a pipeline, with experts divided among devices: what the fullest device of each takes.

The layers are divided as evenly as may be; where that leaves some over, each of the first stages has one more. Of S
stages the k-th, counted from 0, keeps what S − k batches need (Narayanan et al. 2021, arXiv:2104.04473, §2.2).
Where batches go through from both ends (DualPipe: DeepSeek-AI 2024, arXiv:2412.19437, §3.2.1), each device has two
stages, the k-th from the front and the k-th from the back, and so S + 1 batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import copy
from typing import NamedTuple

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import (
    batch_size,
    data_parallel,
    expert_parallel,
    in_flight,
    pipeline_parallel,
    stage_layers,
)
from symbolic.measuring import optimizers, quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import DEVICES, NAME, Layouts, computed_again, kept_inputs
from symbolic.measuring.sharing import revalued
from symbolic.measuring.stages import all_layers
from symbolic.networks.walks import blocks

FIRST, LAST = "first-stage", "last-stage"
SHARED = (pipeline_parallel, expert_parallel, data_parallel)
KEPT = {"zero": "1", "recompute": "full"}
EXPERT_DEVICES = tuple(2**power for power in range(7))
"""Experts are divided among 64 devices at most: more share a layer in no training that we know of."""
STAGES = (1, 2, 4, 8, 16)
SHOWN, SHOWN_WITH_EXPERTS = (2, 4, 8), (1, 4, 16)
"""The numbers of stages that a table has."""


class Stages(NamedTuple):
    """So many stages, each on `data` devices with sequences of their own; experts are divided among `expert` of these.

    `bidirectional` says that batches go through from both ends.
    """

    pipeline: int
    expert: int
    data: int
    bidirectional: bool = False

    @property
    def devices(self) -> int:
        """How many devices they are."""
        return self.pipeline * self.data


class Staged(NamedTuple):
    """The bytes on the fullest device: of its stage, of the second one that it may have, and of the layer at work.

    `place` is its stage, counted from 0, `layers` are those of the stage and of the second one, and `batches` how many
    it keeps something of, in both stages together. `less` is what of these is gone where both copies of a layer share
    one set of optimizer states.
    """

    shared: Stages
    place: int
    layers: tuple[int, ...]
    batches: int
    stage: int
    second: int
    at_work: int
    less: int = 0

    @property
    def bytes(self) -> int:
        """All together."""
        return self.stage + self.second + self.at_work


class Pipelines(NamedTuple):
    """The layouts that a page has, the one that was published, and the first that fits; None where there is none.

    It is None, too, where a layout without stages fits on as few devices, or on those of the tables.

    `again` are the bytes of the largest layer that is computed again, with experts divided as the page has them;
    `states` are those of the weights, gradients and optimizer states on the fullest device of the first that fits.
    """

    rows: tuple[Staged, ...]
    published: Staged | None
    first: Staged | None
    again: int
    states: int

    def is_published(self, derivation: Derivation) -> bool:
        """Return whether a derivation has the layout that was published."""
        shared = tuple(derivation.sizes.get(one.name, 1) for one in SHARED)
        return self.published is not None and self.published.shared[: len(SHARED)] == shared


def pipelines(derivation: Derivation, found: Layouts) -> Pipelines:
    """Return the layouts in stages of a derivation's model, beside those that share no stages out."""
    measured = Measured(derivation, found)
    every = [
        block.repeat.value(derivation.sizes)
        for block in blocks(derivation.model.network)
        if block.active is not None and block.repeat is not None
    ]
    among = [devices for devices in EXPERT_DEVICES if every and all(many % devices == 0 for many in every)] or [1]
    shown = SHOWN_WITH_EXPERTS if every else SHOWN
    rows = [row for many in shown for row in measured.of(Stages(many, among[-1], among[-1]))]
    first = None
    if found.first is None or found.first.devices > DEVICES[-1]:
        tried = (Stages(many, experts, experts) for many in STAGES for experts in among)
        fewer = sorted(
            (one for one in tried if found.first is None or one.devices < found.first.devices), key=_simplest
        )
        staged = (row for one in fewer for row in measured.of(one))
        first = next((row for row in staged if row.bytes <= found.room), None)
    published = next(measured.of(_published(derivation)), None) if _published(derivation).devices else None
    rows += [row for row in (first, published) if row is not None]
    unique = {row.shared: row for row in sorted(rows, key=lambda row: _simplest(row.shared))}
    again = measured.again(int(derivation.sizes.get(expert_parallel.name, 1)))
    return Pipelines(
        tuple(unique.values()), published, first, again, 0 if first is None else measured.of_weights(first)
    )


def _simplest(shared: Stages) -> tuple[int, int, bool]:
    return shared.devices, shared.pipeline, shared.bidirectional


def _published(derivation: Derivation) -> Stages:
    """Return the layout in which a model was trained; of no devices where none is published."""
    training = derivation.model.training
    if training is None or not training.layout:
        return Stages(0, 0, 0)
    stages, experts, data = (training.layout.get(one.name, 1) for one in SHARED)
    return Stages(stages, experts, data, training.bidirectional)


def divided(layers: int, stages: int) -> list[int]:
    """Return how many layers each stage has: as evenly as may be, the first ones one more where some are left over.

    >>> divided(61, 4)
    [16, 15, 15, 15]
    """
    each, more = divmod(layers, stages)
    return [each + (place < more) for place in range(stages)]


class Measured:
    """What device-memory counts of each stage, as formulas of the layout."""

    def __init__(self, derivation: Derivation, found: Layouts) -> None:
        self.derivation, self.found = derivation, found
        self.kept: dict[str, Exact | Formula] = kept_inputs(derivation)
        self.many = int(all_layers(derivation.model.network).value(derivation.sizes))
        self.choices = {**KEPT, **optimizers.chosen(derivation.quantity)}
        quantity = quantities.find(NAME).choosing(self.choices)
        stages = (quantity.convention(name) for name in (FIRST, LAST))
        self.stages = {stage.name: derive(derivation.model, quantity, stage, self.kept) for stage in stages}
        self.layers: dict[int, int] = {}

    def of(self, shared: Stages) -> Iterator[Staged]:
        """Yield the fullest device of a layout; nothing where the network can't be shared so."""
        with suppress(ConfigError):
            yield max(self._devices(shared), key=lambda one: one.bytes)

    def _devices(self, shared: Stages) -> Iterator[Staged]:
        """Yield a device of each stage, or of each pair of stages."""
        again, last = self.again(shared.expert), shared.pipeline - 1
        ends = max(again, self.found.loss[1])
        sizes, layers = list(self.sizes(shared)), divided(self.many, shared.pipeline)
        if not shared.bidirectional:
            for place, size in enumerate(sizes):
                at_work = ends if place == last else again
                yield Staged(shared, place, (layers[place],), last + 1 - place, size, 0, at_work)
            return
        once = list(self.sizes(shared._replace(data=2 * shared.data)))
        for place in range((last + 2) // 2):
            other = last - place
            less = sizes[place] + sizes[other] - once[place] - once[other]
            at_work = again if place else ends
            both = (layers[place], layers[other])
            yield Staged(shared, place, both, last + 2, sizes[place], sizes[other], at_work, less)

    def sizes(self, shared: Stages) -> Iterator[int]:
        """Yield the bytes of each stage, from the first to the last."""
        many, before = shared.pipeline, 0
        for place, layers in enumerate(divided(self.many, many)):
            batches, after = many - place, before + layers
            if place == 0:
                yield self._bytes(FIRST, shared, batches, layers)
            elif after == self.many:
                # Of two stages, the last one has what the first one leaves.
                yield self._bytes(LAST, shared._replace(pipeline=2), batches, before)
            else:
                # What a first stage with all layers up to here has more than one without these.
                upto, less = (self._bytes(FIRST, shared._replace(pipeline=2), batches, end) for end in (after, before))
                yield upto - less
            before = after

    def of_weights(self, row: Staged) -> int:
        """Return the bytes of a device's stage that do not grow with the sequences, which activations do."""
        twice = copy(self)
        twice.kept = {**self.kept, batch_size.name: 2 * int(self.derivation.sizes[batch_size.name])}
        return 2 * row.stage - list(twice.sizes(row.shared))[row.place]

    def _bytes(self, stage: str, shared: Stages, batches: int, layers: int) -> int:
        """Return the bytes of the first or the last stage, where the first one has so many layers."""
        given = {**_inputs(shared), in_flight.name: batches, stage_layers.name: layers}
        return int(revalued(self.stages[stage], {**self.kept, **given}))

    def again(self, experts: int) -> int:
        """Return the bytes of the largest layer that is computed again, with experts among so many devices."""
        if experts not in self.layers:
            given = {**self.kept, **_inputs(Stages(1, experts, experts)), in_flight.name: 1}
            made = []
            for recompute in ("selective", "full"):
                quantity = quantities.find(NAME).choosing({**self.choices, "recompute": recompute})
                made.append(derive(self.derivation.model, quantity, quantity.default, given))
            self.layers[experts] = max(computed_again(*made).values(), default=0)
        return self.layers[experts]


def _inputs(shared: Stages) -> Mapping[str, int]:
    return {symbol.name: many for symbol, many in zip(SHARED, shared[:3], strict=True)}
