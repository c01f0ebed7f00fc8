"""The sections of a page of memory, time or cost: its steps, and what they mean for who serves or trains a network."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.measuring.derivation import Derivation
from symbolic.pages.page import Section
from symbolic.pages.prose import Prose
from symbolic.pages.sections import cache, configuration, totals
from symbolic.pages.sections.all_layouts import all_layouts
from symbolic.pages.sections.batches import batches_section
from symbolic.pages.sections.cache_devices import devices
from symbolic.pages.sections.in_short import in_short_lines
from symbolic.pages.sections.layouts import TRAINING, layouts_section
from symbolic.pages.sections.meaning import meaning
from symbolic.pages.sections.products import backward
from symbolic.pages.sections.rule_of_length import rule_of_length
from symbolic.pages.sections.takeaways import takeaways
from symbolic.pages.sections.token_by_length import token_by_length
from symbolic.pages.sections.training_days import days_section
from symbolic.pages.sections.where import where

SERVED = frozenset({"kv-cache", "arithmetic-intensity"})
"""The quantities whose pages teach how serving pays."""


def with_lessons(derivation: Derivation, prose: Prose, full: bool, derived: Section) -> Iterator[Section]:
    """Yield the sections around the steps, `derived`: the idea first, then where the total is; prices last.

    A page of training memory says what is kept and where before it says what devices make of it.
    """
    results, equations = _results(derivation, prose)
    lesson, below = layouts_section(derivation) if full else (), derivation.quantity.name == TRAINING
    if full:
        yield from cache.lesson(derivation, prose) if "idea" in prose else ()
        yield from takeaways(derivation)
        yield from all_layouts(derivation)
        yield from () if below else lesson
        yield from days_section(derivation) if derivation.quantity.name == "training-cost" else ()
    yield from where(derivation, prose, full)
    if full:
        yield from lesson if below else ()
        yield from (meaning(derivation, prose),) if "meaning" in prose else ()
        yield from token_by_length(derivation, prose) if "by_length_title" in prose else ()
        yield from rule_of_length(derivation)
    yield configuration.config(derivation, prose)
    yield derived
    yield from backward(derivation, prose) if full else ()
    yield totals.closed(derivation, prose, full)
    yield from results
    if full and derivation.quantity.name in SERVED:
        yield from batches_section(derivation, noted="idea" in prose)
    yield from equations


def _results(derivation: Derivation, prose: Prose) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """Return what follows from the total, if anything, and what stands behind the lesson of serving.

    On a page that begins with an idea, the results lead in sentences, and their equations stand behind all lessons: on
    paper nothing is folded, and they take two sheets.
    """
    if not derivation.quantity.results:
        return (), ()
    section = totals.results(derivation, prose)
    if "results_folded" in prose:
        return (section._replace(below=(1, prose("results_folded"))),), ()
    if "idea" in prose:
        first = (*in_short_lines(derivation, prose), *devices(derivation, prose))
        if not first:
            return (section,), ()
        equations = Section("equations", prose("idea_equations"), section.parts, below=(0, prose("idea_folded")))
        return (section._replace(parts=first),), (equations,)
    # A section of its own only where it has more than the sentence that leads over to it.
    return ((section,), ()) if len(section.parts) > 1 else ((), ())
