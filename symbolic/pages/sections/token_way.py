"""What one token is between the boxes of the network, and which boxes stand beside its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Step
from symbolic.networks.token_way import Shape, Station, way
from symbolic.pages.pictures import Box, Flow
from symbolic.pages.prose import Prose
from symbolic.pages.sections.shapes import shape_of


def on_the_way(boxes: Mapping[str, Box], derivation: Derivation, prose: Prose) -> tuple[tuple[Box, ...], Flow | None]:
    """Return the boxes with what a token is when it goes into each, and what it is at the end, if that is known.

    `boxes` have the keys of their steps. A second text that has no table of its own starts with a box that says whose
    rows it takes.
    """
    stations = way(derivation.model.network, derivation.sizes)
    steps = {step.key: step for step in derivation.steps}
    if not stations or not {one.key for one in stations} <= boxes.keys():
        return tuple(boxes.values()), None
    marked = dict(boxes) | {one.key: _marked(one, boxes[one.key], derivation) for one in stations}
    texts = [place for place, one in enumerate(stations) if one.begins]
    stacks = [one.key for one in stations if steps[one.key].role == "layer"]
    row = False
    for place, station in enumerate(stations):
        box, starts = marked[station.key], station.begins and station.into is None
        if starts or steps[station.key].role == "patch-embedding":
            words = prose("diagram_starts", role=steps[station.key].role, texts=len(texts), first=place == texts[0])
            box = replace(box, into=Flow(words, box.into.shape if box.into else None))
        elif box.into and (row or station.begins):
            box = replace(box, into=box.into._replace(words=prose("diagram_row")))
        row = starts or (row and station.beside)
        box = replace(box, added=station.added)
        if station.among:
            before = steps[stacks[stacks.index(station.key) - 1]].label
            box = replace(box, notes=(*box.notes, prose("diagram_among", name=before)))
        marked[station.key] = box
    return tuple(_in_order(marked, stations, texts, steps, prose)), _end(stations[-1], steps, derivation, prose)


def _marked(station: Station, box: Box, derivation: Derivation) -> Box:
    """Return a station's box with the shape that goes in, or as one that is beside the way."""
    if station.beside:
        return replace(box, beside=True)
    known = station.into is not None and not station.among
    return replace(box, into=_flow(station.into, derivation)) if known else box


def _flow(shape: Shape | None, derivation: Derivation, words: str = "") -> Flow:
    return Flow(words, None if shape is None else shape_of(1, shape, derivation))


def _in_order(
    boxes: Mapping[str, Box],
    stations: Sequence[Station],
    texts: Sequence[int],
    steps: Mapping[str, Step],
    prose: Prose,
) -> Iterator[Box]:
    """Yield the boxes, before a second text without a table of its own the first one's once more."""
    table = stations[texts[0]]
    again = {stations[_end_before(place, stations)].key for place in texts[1:] if stations[place].into is not None}
    for key, box in boxes.items():
        yield box
        if key in again:
            first = boxes[table.key]
            words = prose("diagram_starts", role="embedding", texts=len(texts), first=False)
            yield Box(first.title, first.step, 0, notes=(prose("tied", to=steps[table.key].label),), into=Flow(words))


def _end_before(place: int, stations: Sequence[Station]) -> int:
    """Return the place of the last station on the way before this one."""
    return max(at for at, one in enumerate(stations[:place]) if not one.beside)


def _end(station: Station, steps: Mapping[str, Step], derivation: Derivation, prose: Prose) -> Flow | None:
    """Return what a token is at the end; None where the way ends before the last part of the network."""
    if list(steps)[-1] != station.key:
        return None
    return _flow(station.out, derivation, prose("diagram_ends", role=steps[station.key].role))


def side_by_side(boxes: Sequence[Box], roles: Sequence[str], prose: Prose) -> tuple[Box, ...]:
    """Return the boxes of a sublayer: a router beside the way, and experts that all read what goes into the first."""
    if "router" not in roles:
        return tuple(boxes)
    made: list[Box] = []
    several = roles.count("experts") > 1
    for box, role in zip(boxes, roles, strict=True):
        says = {"router": "diagram_router", "experts": "diagram_experts" if several else ""}.get(role, "")
        notes = (*box.notes, prose(says)) if says else box.notes
        # What goes into the router goes into all experts.
        into = Flow(prose("diagram_same")) if made else None
        made.append(replace(box, beside=role == "router", notes=notes, into=into))
        several = several and role != "experts"
    return tuple(made)
