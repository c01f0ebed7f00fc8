"""The section of the price of one answer: reading the prompt (prefill) and writing (decode), in dollars and seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from symbolic.analysis.passes_page import longest
from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, in_short
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, context, device_bandwidth, device_flops, tokens
from symbolic.language import unit
from symbolic.measuring import usual
from symbolic.measuring.serving_layout import MILLION, SECONDS, Layout
from symbolic.measuring.spread import Spread, spreads
from symbolic.pages.page import Equation, Paragraph, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.batches import step_time

MILLI, THOUSAND = 1000, 1000
COLUMNS = ("together", "each", "answer", "prompt_price", "written_price", "ratio", "thousand")


@dataclass(frozen=True, slots=True)
class PricedAnswer:
    """An answer of so many tokens to the prompt of a pass, on devices that cost `price` dollars an hour each.

    `layout` are the devices, None where only the step of this page is known.
    """

    tokens: int
    devices: int
    price: Fraction
    prompt: Pass
    step: Pass
    layout: Layout | None

    @property
    def prompts(self) -> int:
        """How many prompts are read together."""
        return int(self.prompt.bytes.sizes[batch_size.name])

    @property
    def read(self) -> int:
        """How many tokens a prompt has."""
        return int(self.prompt.flops.sizes[tokens.name])

    @property
    def batches(self) -> tuple[int, ...]:
        """The batches that are priced: that of the page, and the largest that fits."""
        most = 0 if self.layout is None else self.layout.most
        return tuple(sorted({self.prompts, most} if most >= self.prompts else {self.prompts}))

    def step_time(self, batch: int) -> Fraction:
        """Return the seconds of a step."""
        return self.step.bound if self.layout is None else self.layout.step(batch).time

    @property
    def for_prompt(self) -> Fraction:
        """What a million tokens of prompts cost."""
        return self._dollars(self.prompt.bound / (self.prompts * self.read))

    def for_written(self, batch: int) -> Fraction:
        """Return what a million written tokens cost."""
        return self._dollars(self.step_time(batch) / batch)

    def seconds(self, batch: int) -> Fraction:
        """Return how long an answer takes: the prompt's pass writes its first token, and each step one more."""
        return self.prompt.bound + (self.tokens - 1) * self.step_time(batch)

    def for_thousand(self, batch: int) -> Fraction:
        """Return what a thousand answers cost."""
        each = self.read * self.for_prompt + (self.tokens - 1) * self.for_written(batch)
        return THOUSAND * each / MILLION

    def _dollars(self, seconds: Fraction) -> Fraction:
        return MILLION * self.devices * self.price * seconds / SECONDS


class Cheapest(NamedTuple):
    """So many devices that divide the experts, and what a million written tokens cost on them."""

    devices: int
    dollars: Fraction


def cheapest(one: Spread) -> Cheapest | None:
    """Return the layout with divided experts that writes at the lowest price, on the fewest devices; None without."""
    made = [Cheapest(spread.devices, spread.dollars(spread.step(spread.most))) for spread in spreads(one)]
    return min(made, key=lambda layout: layout.dollars, default=None)


def answer_section(answer: PricedAnswer, divided: Cheapest | None, prose: Prose) -> Section:
    """Return the section: what is taken, a row for each batch, and the equations of the largest.

    `divided` is the layout with divided experts that writes at the lowest price.
    """
    rows = tuple(
        (
            grouped(batch),
            in_short(answer.step_time(batch) * MILLI),
            in_short(answer.seconds(batch)),
            in_short(answer.for_prompt),
            in_short(answer.for_written(batch)),
            in_short(answer.for_written(batch) / answer.for_prompt) if answer.for_prompt else "–",
            in_short(answer.for_thousand(batch)),
        )
        for batch in answer.batches
    )
    batch = answer.batches[-1]
    said = {
        "prompt": grouped(answer.read),
        "written": grouped(answer.tokens),
        "steps": grouped(answer.tokens - 1),
        "prompts": grouped(answer.prompts),
        "batch": grouped(batch),
    }
    return Section(
        "answer",
        prose("answer_title"),
        (
            Paragraph(
                prose("answer", price=in_short(exact(answer.price)), usual=answer.price == usual.HOUR_PRICE, **said)
            ),
            Paragraph(
                prose(
                    "answer_passes",
                    first=in_short(answer.prompt.bound * MILLI),
                    context=grouped(int(answer.step.bytes.sizes[context.name])),
                    full=answer.layout is not None and batch == answer.layout.most,
                    **said,
                )
            ),
            Table(
                prose("answer_table", **said),
                tuple(prose(f"column_{name}") for name in COLUMNS),
                rows,
                frozenset(range(len(COLUMNS))),
            ),
            Paragraph(prose("answer_worked", **said)),
            *_worked(answer, batch, prose),
            Paragraph(
                prose(
                    "answer_floor",
                    divided=grouped(divided.devices) if divided else "",
                    price=in_short(divided.dollars) if divided else "",
                )
            ),
        ),
    )


def answered(answer: PricedAnswer, prose: Prose) -> str:
    """Return in a sentence what an answer takes and costs: with the page's batch, and with the largest that fits."""
    first, *more = answer.batches
    return prose(
        "answered",
        prompt=grouped(answer.read),
        written=grouped(answer.tokens),
        together=grouped(first),
        seconds=in_short(answer.seconds(first)),
        dollars=in_short(answer.for_thousand(first)),
        most=grouped(more[-1]) if more else "",
        longer=in_short(answer.seconds(more[-1])) if more else "",
        less=in_short(answer.for_thousand(more[-1])) if more else "",
    )


def _worked(answer: PricedAnswer, batch: int, prose: Prose) -> Iterator[Equation]:
    """Yield the price of a million tokens of prompts and of written ones, the time of an answer, and its price."""
    sizes = dict(answer.prompt.bytes.sizes)
    if answer.layout is not None:
        sizes |= {device_bandwidth.name: exact(answer.layout.bandwidth), device_flops.name: exact(answer.layout.flops)}

    def said(name: str, number: Exact) -> Formula:
        return Labelled(prose(name), Number(number))

    hour = said("hour_price", exact(answer.price))
    devices = said("devices_named", answer.devices) * hour if answer.devices > 1 else hour
    reading = longest(answer.prompt, prose)
    # A step of the page's own batch is that of the pass; of another, the layout has it.
    step = longest(answer.step, prose) if answer.layout is None else step_time(batch, answer.layout)
    steps, together = said("steps", answer.tokens - 1), said("together", batch)
    prompts, read = said("prompts", answer.prompts), said("prompt_tokens", answer.read)
    several = answer.prompts > 1
    money, seconds = unit("dollar", "dollars"), unit("second", "seconds")
    # What an answer takes of the devices: its part of the prompts' pass, and of each step.
    own = reading.scaled(1, prompts if several else None) + step.scaled(steps, together)
    for formula, named in (
        (reading.scaled(MILLION * devices, SECONDS * (prompts * read if several else read)), money),
        (step.scaled(MILLION * devices, SECONDS * together), money),
        (reading.scaled(1) + step.scaled(steps), seconds),
        (own, seconds),
        (THOUSAND * devices * Labelled(prose("own_seconds"), own) / SECONDS, money),
    ):
        yield Equation(formula, exact(Fraction(formula.value(sizes))), unit=named, sizes=sizes)
