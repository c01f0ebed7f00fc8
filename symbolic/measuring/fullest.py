"""The fullest device of a layout: what each stage keeps, and what comes on top of it for a while.

Of S stages the k-th, counted from 0, keeps what S − k batches need (Narayanan et al. 2021, arXiv:2104.04473, §2.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import NamedTuple

from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    device_memory,
    gradient_bytes,
    in_flight,
    last_stage_layers,
    middle_stage_layers,
    pipeline_parallel,
    reserved_memory,
    stage_layers,
    state_bytes,
    working_bytes,
)
from symbolic.language import lazy as _
from symbolic.measuring import optimizers
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.layouts import LOSS, SCORES, computed_again, layers_of
from symbolic.measuring.made_once import made_once
from symbolic.measuring.pipelines import divided
from symbolic.measuring.quantity import AT_WORK, EACH, FIXED, STAGE_KEEPS
from symbolic.measuring.sharing import revalued
from symbolic.measuring.stages import all_layers, stacks_of
from symbolic.networks.blocks import Activation

FIRST, LAST = "first-stage", "last-stage"
OF_STAGES = {one.name for one in (pipeline_parallel, in_flight, stage_layers, middle_stage_layers, last_stage_layers)}


class AtWork(NamedTuple):
    """The bytes that a part of the network needs for a while: those of its weights, and those that sequences add."""

    fixed: int
    growing: int


class StageBytes(NamedTuple):
    """The bytes on a device of a stage: `place` is counted from 0, `at_work` has what may come on top, one at a time.

    `batches` are those of which it keeps something.
    """

    place: int
    layers: int
    batches: int
    states: int
    activations: int
    at_work: tuple[AtWork, ...]

    @property
    def kept(self) -> int:
        """Those that stay from the forward pass to the backward pass."""
        return self.states + self.activations

    @property
    def for_a_while(self) -> int:
        """The most that comes on top: of all parts one is at work at a time."""
        return max((part.fixed + part.growing for part in self.at_work), default=0)

    @property
    def bytes(self) -> int:
        """All together, when it has most."""
        return self.kept + self.for_a_while

    def limits(self, batch: int) -> Iterator[tuple[int, Fraction]]:
        """Yield the bytes that no sequence adds and those that each adds, for each part that may be at work."""
        for part in self.at_work or (AtWork(0, 0),):
            yield self.states + part.fixed, Fraction(self.activations + part.growing, batch)


class Limit(NamedTuple):
    """What limits the sequences of a device: the bytes that none of them adds, and those that each adds."""

    fixed: int
    each: Fraction

    def most(self, room: Exact) -> int:
        """Return how many sequences fit into so many bytes."""
        return floor((room - self.fixed) / self.each)


class Fullest(NamedTuple):
    """The stages of a layout, one device each, from the first to the last."""

    stages: tuple[StageBytes, ...]

    @property
    def stage(self) -> StageBytes:
        """The one with the most bytes."""
        return max(self.stages, key=lambda one: one.bytes)

    def limit(self, room: Exact, batch: int) -> Limit | None:
        """Return what allows the fewest sequences; None where sequences add nothing."""
        limits = [Limit(*limit) for stage in self.stages for limit in stage.limits(batch) if limit[1]]
        return min(limits, key=lambda one: one.most(room), default=None)


def room_of(derivation: Derivation) -> Exact:
    """Return the bytes of a device that a program can use."""
    return derivation.sizes[device_memory.name] - derivation.sizes[reserved_memory.name]


def fullest(derivation: Derivation) -> Fullest:
    """Return the stages of the layout of a derivation of device-memory, under whichever convention; worked out once."""
    return made_once(derivation, _all_stages)


def _all_stages(derivation: Derivation) -> Fullest:
    return Fullest(tuple(_Layout(derivation).stages()))


def figures(derivation: Derivation) -> Mapping[str, Formula]:
    """Return what is worked out of the layout: the bytes of its fullest stage, and what limits the sequences."""
    found = fullest(derivation)
    stage, many = found.stage, len(found.stages)
    kept = (
        _("bytes kept on stage {place} of {stages}", place=stage.place + 1, stages=many)
        if many > 1
        else _("bytes kept on the device")
    )
    made: dict[str, Formula] = {
        STAGE_KEEPS: Labelled(kept, Number(stage.kept)),
        AT_WORK: Labelled(_("bytes on top at the peak"), Number(stage.for_a_while)),
    }
    if limit := found.limit(room_of(derivation), int(derivation.sizes[batch_size.name])):
        made[FIXED] = Labelled(_("bytes that no sequence adds"), Number(limit.fixed))
        made[EACH] = Labelled(_("bytes that each sequence adds"), Number(exact(limit.each)))
    return made


class _Layout:
    """The formulas of a layout's stages, with the inputs that a page has."""

    def __init__(self, derivation: Derivation) -> None:
        self.model, self.quantity, self.sizes = derivation.model, derivation.quantity, derivation.sizes
        self.given = {name: value for name, value in derivation.inputs.given.items() if name not in OF_STAGES}
        self.many = int(self.sizes[pipeline_parallel.name])
        self.stacks = {stack.key: stack for stack in stacks_of(self.model.network)}
        self.layers = self._layers()
        whole = {**self.given, in_flight.name: 1, pipeline_parallel.name: 1}
        self.whole: Mapping[str, Exact | Formula] = whole
        one = derive(self.model, self.quantity, self.quantity.default, whole)
        self.made = {name: one.counted_as(self.quantity.convention(name)) for name in (FIRST, LAST)}
        self.chosen = {choice.name: choice.value for choice in self.quantity.choices}

    def _layers(self) -> list[int]:
        """Return the layers of each stage: beside the first two and the last one as evenly as may be."""
        every = int(all_layers(self.model.network).value(self.sizes))
        first, second, last = (
            int(self.sizes[one.name]) for one in (stage_layers, middle_stage_layers, last_stage_layers)
        )
        if self.many < 4:
            return {1: [first], 2: [first, last], 3: [first, second, last]}[self.many]
        return [first, second, *divided(every - first - second - last, self.many - 3), last]

    def stages(self) -> Iterator[StageBytes]:
        batch, before = int(self.sizes[batch_size.name]), 0
        again = self._computed_again()
        for place, layers in enumerate(self.layers):
            batches = self._batches(place)
            kept, twice = (self._kept(place, batches, before, many) for many in (batch, 2 * batch))
            at_work = tuple(self._at_work(place, before, again))
            yield StageBytes(place, layers, batches, 2 * kept - twice, twice - kept, at_work)
            before += layers

    def _batches(self, place: int) -> int:
        """Return of how many batches a stage keeps something.

        Of more batches than stages, which are given for another schedule, each stage is taken to keep as many.
        """
        first = int(self.sizes[in_flight.name])
        return first if first > self.many else min(first, self.many - place)

    def _kept(self, place: int, batches: int, before: int, batch: int) -> int:
        after = before + self.layers[place]
        if place == 0:
            return self._bytes(FIRST, self.many, batches, after, batch)
        if place == self.many - 1:
            # The last stage's own formula is of one batch.
            one = self._last(before, batch)
            return one if batches == 1 else one + (batches - 1) * (self._last(before, 2 * batch) - one)
        # What a first stage with all layers up to here has more than one without these.
        upto, less = (self._bytes(FIRST, 2, batches, end, batch) for end in (after, before))
        return upto - less

    def _last(self, before: int, batch: int) -> int:
        """Return the bytes of the last stage behind so many layers: of two stages it has what the first one leaves."""
        return self._bytes(LAST, 2, 1, before, batch)

    def _bytes(self, stage: str, stages: int, batches: int, layers: int, batch: int) -> int:
        given = {pipeline_parallel: stages, in_flight: batches, stage_layers: layers, batch_size: batch}
        return int(revalued(self.made[stage], {one.name: many for one, many in given.items()}))

    def _computed_again(self) -> Mapping[str, int]:
        """Return the bytes of a layer of each kind that is computed again."""
        if self.chosen["recompute"] != "full":
            return {}
        selective = self.quantity.choosing({"recompute": "selective"})
        return computed_again(derive(self.model, selective, selective.default, self.whole), self.made[FIRST])

    def _at_work(self, place: int, before: int, again: Mapping[str, int]) -> Iterator[AtWork]:
        if place == self.many - 1 and (loss := self._loss()):
            yield AtWork(0, loss)
        zero = int(self.chosen["zero"])
        working, gradient = (int(self.sizes[one.name]) for one in (working_bytes, gradient_bytes))
        each = (working if zero >= 3 else 0) + (gradient if zero >= 2 else 0)
        units = self._units(place) if each else {}
        here = self._kinds(place, before)
        for key in {*units, *again}:
            if key not in self.stacks or key in here:
                part = AtWork(each * units.get(key, 0), again.get(key, 0))
                if part.fixed + part.growing:
                    yield part

    def _loss(self) -> int:
        """Return the bytes of the tables that cross entropy makes of the scores on their way back."""
        last = self.made[LAST]
        counted = last.convention.counts
        only = last.convention._replace(name=SCORES, counts=lambda leaf: counted(leaf) and leaf.part.key == SCORES)
        return LOSS * int(last.counted_as(only).total) if any(last.measuring.counted(only)) else 0

    def _kinds(self, place: int, before: int) -> set[str]:
        """Return the kinds of layers that lie on a stage, whose layers begin behind so many."""
        found, behind = set(), 0
        for key, stack in self.stacks.items():
            assert stack.repeat is not None  # noqa: S101 - a stack repeats
            start, behind = behind, behind + int(stack.repeat.value(self.sizes))
            if start < before + self.layers[place] and before < behind:
                found.add(key)
        return found

    def _units(self, place: int) -> Mapping[str, int]:
        """Return a device's part of the weights of each part of the network that is whole while it is at work."""
        # With the usual optimizer each number of a weight takes as many bytes as any other.
        shared = self.quantity.choosing({"zero": "0", optimizers.NAME: optimizers.USUAL})
        each = sum(int(self.sizes[one.name]) for one in (working_bytes, gradient_bytes, state_bytes))
        whole = {**self.whole, state_bytes.name: self.sizes[state_bytes.name]}
        one = derive(self.model, shared, shared.convention("states"), whole)
        found = {step.key: int(step.each) for step in layers_of(one.root)}
        if self.many == 1:
            found |= {step.key: int(step.each) for step in one.root.steps}
        else:
            name = {0: FIRST, self.many - 1: LAST}.get(place)
            if name is not None:
                convention = shared.convention(name)
                counts = convention.counts
                only = convention._replace(
                    name="states-here", counts=lambda leaf: counts(leaf) and not isinstance(leaf.part, Activation)
                )
                here = {pipeline_parallel.name: self.many}
                root = derive(self.model, shared, only, {**whole, **here}).root
                found |= {step.key: int(step.value) for step in root.steps if step.key not in self.stacks}
        return {key: size // each for key, size in found.items()}
