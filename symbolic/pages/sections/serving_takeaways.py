"""What there is to remember of serving: what a larger batch brings, what limits it, and what divided experts bring."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import grouped, in_short, percent, significant
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.spread import spreads
from symbolic.pages.page import Section
from symbolic.pages.prose import Prose
from symbolic.pages.sections.spread import Divided
from symbolic.pages.sections.takeaways import section


class Turn(NamedTuple):
    """A pass's operations for each byte that it reads, and how many the device can do while it reads a byte."""

    intensity: Fraction
    ridge: Fraction


def serving_takeaways(
    answer: str, layout: Layout | None, found: Divided | None, prompt: Turn, step: Turn, batch: str, seen: str
) -> tuple[Section, ...]:
    """Return the section; `answer` says what one takes and costs. A step has `batch` sequences, of context `seen`."""
    prose = Prose("takeaways", "takeaways")
    passes = {"prompt": prompt.intensity, "step": step.intensity, "of_prompt": prompt.ridge, "ridge": step.ridge}
    said = [
        answer,
        prose(
            "passes",
            batch=batch,
            peaks=prompt.ridge != step.ridge,
            **{name: significant(one, 3) for name, one in passes.items()},
        ),
    ]
    if layout is not None and layout.most > 1:
        said += _batches(layout, seen, prose)
        said += () if found is None else _divided(layout, found, prose)
    return section("serving", tuple(said), prose)


def _batches(layout: Layout, seen: str, prose: Prose) -> Iterator[str]:
    one, full = layout.step(1), layout.step(layout.most)
    yield prose(
        "batch",
        context=seen,
        most=grouped(full.batch),
        rate=significant(full.batch * one.time / full.time, 3),
        time=significant(full.time / one.time, 3),
        more=in_short(layout.dollars(one)),
        less=in_short(layout.dollars(full)),
    )
    share = percent(Fraction(full.cache) / (full.weights + full.cache))
    yield prose("binds", arithmetic=not full.is_bound_by_memory, share=share)


def _divided(layout: Layout, found: Divided, prose: Prose) -> Iterator[str]:
    """Yield how much more a device writes where experts are divided, among the fewest devices that write the most."""
    if layout.devices == 1 or not (made := list(spreads(found.one, found.among))):
        return
    full = layout.step(layout.most)
    # Of layouts that write equally much, max takes the first.
    own, wide = max(((one.most / one.step(one.most).time, one) for one in made), key=lambda pair: pair[0])
    split = Fraction(full.batch, layout.devices) / full.time
    if own > split:
        times = significant(own / split, 2)
        yield prose("divided", devices=wide.devices, split=layout.devices, times=times)
