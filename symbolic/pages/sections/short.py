"""The short edition of a page: its own parts, chosen and shortened, none written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Entry, Paragraph, Section, Table
from symbolic.pages.pictures import Diagram, every_box
from symbolic.pages.prose import Prose, plain
from symbolic.pages.sections import configuration, steps, totals
from symbolic.pages.sections.foot import checked
from symbolic.pages.sections.network import network
from symbolic.pages.sections.three_steps import in_three_steps
from symbolic.pages.sections.where import where

LINK = re.compile(r"\(#(step-[0-9-]+)\)")
DEEPEST = 2
"""Steps below these, 3.1 and the like, are left out but for one block."""


def short_edition(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield what a token goes through, where the total is, the network, the sizes, and sums with one block opened."""
    parameters = derivation.quantity.name == "parameters"
    if parameters:
        yield from in_three_steps(derivation, prose)
    totals_of_parts = tuple(where(derivation, prose, full=False))
    yield from totals_of_parts
    if parameters:
        drawn = network(derivation, prose)
        diagram = next(part for part in drawn.parts if isinstance(part, Diagram))
        added = any(not box.title for box in every_box(diagram.boxes))
        yield drawn._replace(parts=(diagram.outline, *((Paragraph(prose("diagram_short")),) if added else ())))
    sizes = configuration.config(derivation, prose)
    table = next(part for part in sizes.parts if isinstance(part, Table))
    yield sizes._replace(parts=(table, *configuration.definitions(derivation.model, prose)))
    linked = frozenset(LINK.findall(repr(totals_of_parts)))
    section = shortened(steps.steps(derivation, prose, full=True), linked, derivation, prose)
    yield section
    if closed_form(derivation).blocks:
        yield totals.closed(derivation, prose, full=False)
    yield Section("rest", prose("short_title"), (Paragraph(prose("short_rest")),))
    yield checked(derivation, prose, steps.count(section.parts))


def shortened(section: Section, linked: frozenset[str], derivation: Derivation, prose: Prose) -> Section:
    """Return the steps with the weights of the first block alone, and of the others the sums.

    Steps that are `linked` by their ids stay, and so do those that steps before them are said to be alike.
    """
    entries = [part for part in section.parts if isinstance(part, Entry)]
    worked = next(filter(_is_of_weights, _every(entries)), None)
    words: tuple[Paragraph, ...] = ()
    if worked is not None:
        parameters = derivation.quantity.name == "parameters"
        says = prose("short_steps", parameters=parameters, number=worked.number, name=plain(worked.title))
        words = (Paragraph(says),)
    parts = tuple(_pruned(entry, worked, linked, 1) for entry in entries)
    if more := frozenset(LINK.findall(repr(parts))) - linked:
        return shortened(section, linked | more, derivation, prose)
    return section._replace(parts=(*words, *parts))


def _every(entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield entry
        yield from _every(entry.before)


def _is_of_weights(entry: Entry) -> bool:
    return bool(entry.before) and not any(below.before for below in entry.before)


def _pruned(entry: Entry, worked: Entry | None, linked: frozenset[str], depth: int) -> Entry:
    """Return a step with those below it that stand here, and without what a first reading does not need."""
    holds = any(below is worked or below.id in linked for below in _every(entry.before))
    opened = holds or entry is worked or (depth < DEEPEST and not _is_of_weights(entry))
    below = tuple(_pruned(one, worked, linked, depth + 1) for one in entry.before) if opened else ()
    return entry._replace(before=below, detail=(), made=())
