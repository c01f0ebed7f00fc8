"""What one device of a training holds: how many devices it takes, in a sentence, and what fills each, in a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import grouped, in_gigabytes, percent
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import (
    batch_size,
    device_memory,
    expert_parallel,
    pipeline_parallel,
    reserved_memory,
    tensor_parallel,
)
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.fullest import fullest, room_of
from symbolic.measuring.layout_search import DEVICES, devices_of
from symbolic.measuring.layouts import NAME, Layouts, is_close
from symbolic.measuring.pipelines import Pipelines
from symbolic.measuring.quantities.serving_memory import NAME as SERVING
from symbolic.measuring.quantities.serving_memory import WEIGHTS
from symbolic.pages.cells import Cell
from symbolic.pages.page import Table
from symbolic.pages.prose import Prose


class DeviceBytes(NamedTuple):
    """The bytes on the fullest device of a layout, by what they are."""

    devices: int
    states: int
    activations: int
    at_work: int

    @property
    def bytes(self) -> int:
        """All together."""
        return self.states + self.activations + self.at_work


def is_asked(derivation: Derivation) -> bool:
    """Return whether somebody said how the devices share the network, so that the page is about that layout."""
    if derivation.convention != derivation.quantity.default:
        return True
    given = {one.name for one in (*DEVICES, expert_parallel)} & derivation.inputs.given.keys()
    return bool(given) or any(
        choice.of_layout and choice.value != choice.usual for choice in derivation.quantity.choices
    )


def held(derivation: Derivation, shared: Layouts, staged: Pipelines) -> DeviceBytes | None:
    """Return what a device holds of the layout that was asked for, or else of the first that fits; None without one."""
    if is_asked(derivation):
        stage = fullest(derivation).stage
        return DeviceBytes(devices_of(derivation), stage.states, stage.activations, stage.for_a_while)
    if shared.first is not None:
        one = shared.first
        return DeviceBytes(one.devices, one.states, one.bytes - one.states - one.at_work, one.at_work)
    if staged.first is not None:
        row = staged.first
        return DeviceBytes(row.shared.devices, staged.states, row.bytes - staged.states - row.at_work, row.at_work)
    return None


def largest_batch(derivation: Derivation, shared: Layouts) -> int | None:
    """Return how many sequences one device can work on that holds all of it; None where that is no one device.

    Activations and the loss grow with the sequences, weights and their states don't.
    """
    first = shared.first
    if first is None or first.devices > 1 or first.way != "whole" or first.at_work != shared.loss[1]:
        return None
    each = Fraction(first.bytes - first.states, int(derivation.sizes[batch_size.name]))
    return None if not each else int((shared.room - first.states) // each)


def table(derivation: Derivation, shared: Layouts, staged: Pipelines, prose: Prose) -> Iterator[Table]:
    """Yield what fills a device, from the weights to what a program keeps for itself; together the whole device."""
    if derivation.quantity.name != NAME or (found := held(derivation, shared, staged)) is None:
        return
    kinds: dict[str, Exact] = {"states": found.states, "activations": found.activations, "at_work": found.at_work}
    yield _table(derivation, kinds, prose("holds", devices=grouped(found.devices), one=found.devices == 1), prose)


def _table(derivation: Derivation, kinds: Mapping[str, Exact], caption: str, prose: Prose) -> Table:
    """Return a table of what a device holds, up to its whole memory; where that is too small, what is held alone."""
    memory, reserved = derivation.sizes[device_memory.name], derivation.sizes[reserved_memory.name]
    held = sum(kinds.values())
    left = memory - reserved - held
    more = {"left": left, "reserved": reserved, "device": memory} if left >= 0 else {"together": held}
    whole = memory if left >= 0 else held
    rows: list[tuple[Cell, ...]] = [
        (prose(f"holds_{name}"), in_gigabytes(size), percent(Fraction(size) / whole))
        for name, size in (*kinds.items(), *more.items())
        if size
    ]
    columns = tuple(prose(f"column_{name}") for name in ("held", "giga", "share"))
    return Table(caption, columns, tuple(rows), frozenset({1, 2}), frozenset({len(rows) - 1}), fixed=True)


def table_of_serving(derivation: Derivation, prose: Prose) -> Iterator[Table]:
    """Yield what fills a device that serves: weights, caches, what a program keeps, and what is left."""
    if derivation.quantity.name != SERVING or derivation.convention != derivation.quantity.default:
        return
    weights = derivation.counted_as(derivation.quantity.convention(WEIGHTS)).total
    kinds = {"weights": weights, "cache": derivation.total - weights}
    caption = prose(
        "serves", one=derivation.sizes[tensor_parallel.name] * derivation.sizes[pipeline_parallel.name] == 1
    )
    yield _table(derivation, kinds, caption, prose)


def of_the_fullest(derivation: Derivation) -> dict[str, str]:
    """Return what the first lines of a page say of the fullest device of the layout that was asked for; "" for no."""
    if derivation.quantity.name != NAME:
        return {}
    found, room = fullest(derivation), room_of(derivation)
    stage, many = found.stage, len(found.stages)
    return {
        "fits": "1" if stage.bytes <= room else "",
        "place": str(stage.place + 1),
        "of_stages": str(many) if many > 1 else "",
        "takes": in_gigabytes(stage.bytes),
        "for_a_while": in_gigabytes(stage.for_a_while) if stage.for_a_while else "",
        "room": in_gigabytes(room),
        "spare": in_gigabytes(room - stage.bytes) if is_close(stage.bytes, room) else "",
    }
