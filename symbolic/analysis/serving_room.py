"""The section that says how many sequences fit: the memory that an engine takes, without the weights, over a cache."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from symbolic.analysis.priced_answer import PricedAnswer
from symbolic.formulas.figures import grouped, in_bytes, percent
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.functions import Floor
from symbolic.measuring.hardware import Device
from symbolic.measuring.serving_layout import Layout
from symbolic.pages.labels import labelled_number
from symbolic.pages.page import Equation, Paragraph, Part, Section
from symbolic.pages.prose import Prose


def room_section(answer: PricedAnswer, share: Fraction, device: Device, seen: int, prose: Prose) -> Iterator[Section]:
    """Yield the section, with the context of the page's steps and with a whole answer; none where nothing is kept.

    `share` is the part of the device's memory that an engine takes.
    """
    layout, steps = answer.layout, answer.steps
    if layout is None or steps is None or not layout.most:
        return
    whole = answer.read + answer.tokens
    answers = steps.full.cache != layout.needs.cache
    parts: list[Part] = [
        Paragraph(
            prose(
                "room",
                devices=layout.devices,
                whole=in_bytes(int(layout.memory / share)),
                share=percent(share),
                reported=bool(device.reported),
                memory=in_bytes(int(layout.memory)),
                each=_of_a_token((seen, layout.needs.cache), (whole, steps.full.cache)),
                context=grouped(seen),
                answer=answers,
            )
        ),
        _fitting(layout, prose),
    ]
    if answers:
        parts += [
            Paragraph(prose("room_answer", tokens=grouped(whole))),
            _fitting(layout._replace(needs=steps.full), prose),
        ]
    yield Section("room", prose("room_title"), tuple(parts))


def _of_a_token(*caches: tuple[int, Exact]) -> str:
    """Return the bytes that each token keeps, where they are the same for two lengths; else ""."""
    each = {Fraction(cache) / seen for seen, cache in caches}
    return grouped(int(one)) if len(each) == 1 < len(dict(caches)) and (one := each.pop()).denominator == 1 else ""


def _fitting(layout: Layout, prose: Prose) -> Equation:
    said = partial(labelled_number, prose)
    taken = said("room_taken", exact(layout.memory))
    needs = layout.needs
    formula = Floor((taken - said("room_weights", needs.stored)) / said("room_cache", needs.cache))
    return Equation(formula, layout.most, unit=prose("room_sequences"))
