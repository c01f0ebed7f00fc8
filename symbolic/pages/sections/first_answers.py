"""What stands first on a page of memory, time or cost: how much, on how many devices, and for how long a text."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose
from symbolic.pages.sections import cache
from symbolic.pages.sections.adapters_room import room_for_adapters
from symbolic.pages.sections.all_layouts import how_many_fit
from symbolic.pages.sections.in_short import counts_prediction, holds, in_short_lines, texts
from symbolic.pages.sections.layouts import TRAINING, answers, first_sentence, fits_in_binary, optimizer_chosen
from symbolic.pages.sections.notices import predicting


def first_answers(derivation: Derivation, prose: Prose, full: bool) -> Iterator[Paragraph]:
    """Yield the paragraphs; in `full`, also those that sections further down explain."""
    if not any(holds(derivation, prose)):
        yield from texts(derivation, prose)
    yield from in_short(derivation, prose)
    if full:
        yield from how_many_fit(derivation)
    if not (full and derivation.quantity.name == TRAINING):
        yield from first_sentence(derivation)
    if not counts_prediction(derivation):
        yield from predicting(derivation.model, prose, derivation.quantity.name)
    yield from fits_in_binary(derivation)
    yield from optimizer_chosen(derivation)


def in_short(derivation: Derivation, prose: Prose) -> Iterator[Paragraph]:
    """Yield what a reader came for, where no layout of devices is the answer."""
    if "idea" in prose:
        yield from cache.in_a_line(derivation, prose)
    elif not answers(derivation):
        yield from in_short_lines(derivation, prose)
        yield from room_for_adapters(derivation)
