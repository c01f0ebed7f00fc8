"""The section of the price of one answer: reading the prompt (prefill) and writing (decode), in dollars and seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from symbolic.analysis.passes_page import is_expected, longest
from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, in_short, near, percent, significant
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, context, context_length, device_bandwidth, device_flops, tokens
from symbolic.language import unit
from symbolic.measuring import usual
from symbolic.measuring.serving_layout import MILLION, SECONDS, Layout
from symbolic.measuring.spread import Spread, spreads
from symbolic.measuring.written import WritingSteps, contexts
from symbolic.pages.page import Equation, Paragraph, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.batches import in_turn
from symbolic.pages.sections.worked_batch import step_time

MILLI, THOUSAND = 1000, 1000
COLUMNS = ("together", "before", "each", "answer", "prompt_price", "written_price", "ratio", "thousand")


@dataclass(frozen=True, slots=True)
class PricedAnswer:
    """An answer of so many tokens to the prompt of a pass, on devices that cost `price` dollars an hour each.

    `layout` are the devices, with what the steps need, `steps`. Both are None where only the pass of a step is known,
    which has so many tokens before it as stand there in the middle of the answer.
    """

    tokens: int
    devices: int
    price: Fraction
    prompt: Pass
    step: Pass
    layout: Layout | None
    steps: WritingSteps | None

    @property
    def before(self) -> str:
        """How many tokens a step has before it, on average."""
        if self.written is None:
            return grouped(int(self.step.bytes.sizes[context.name]))
        return near(Fraction(sum(contexts(self.read, self.tokens)), 2))

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
        return batches_of(self.prompts, 0 if self.most is None else self.most)

    @property
    def written(self) -> Layout | None:
        """The devices with what a step of the answer needs on average."""
        return None if self.layout is None or self.steps is None else self.layout._replace(needs=self.steps.average)

    @property
    def most(self) -> int | None:
        """How many sequences fit, each with its prompt and its whole answer; None where that is unknown."""
        if self.layout is None or self.steps is None:
            return None
        return self.layout._replace(needs=self.steps.full).most

    def step_time(self, batch: int) -> Fraction:
        """Return the seconds of a step on average: the longer time of all bytes and of all operations of the steps."""
        return self.step.bound if self.written is None else self.written.step(batch).time

    def cached(self, batch: int) -> str:
        """Return which share caches are of the bytes of a step, where reading is its limit and they are most."""
        step = None if self.written is None else self.written.step(batch)
        if step is None or not step.is_bound_by_memory or step.cache <= step.weights:
            return ""
        return percent(Fraction(step.cache) / (step.weights + step.cache))

    def turns(self, batch: int) -> bool:
        """Return whether the limit of the first step is another than that of the last one."""
        if self.layout is None or self.steps is None:
            return False
        first, last = (self.layout._replace(needs=one).step(batch) for one in (self.steps.first, self.steps.last))
        return first.is_bound_by_memory is not last.is_bound_by_memory

    @property
    def is_expected(self) -> bool:
        """Whether a pass reads as many experts as are expected, so that times and prices are no bounds."""
        chosen = self.layout is not None and self.layout.needs.every > 0
        return chosen or is_expected(self.prompt) or is_expected(self.step)

    @property
    def for_prompt(self) -> Fraction:
        """What a million tokens of prompts cost."""
        return self._dollars(self.prompt.bound / (self.prompts * self.read))

    @property
    def for_many(self) -> Fraction:
        """What a million tokens of prompts tend to cost where many are read together: the time of the arithmetic."""
        return self._dollars(self.prompt.by_arithmetic / (self.prompts * self.read))

    def for_written(self, batch: int) -> Fraction:
        """Return what a million written tokens cost."""
        return self._dollars(self.step_time(batch) / batch)

    def seconds(self, batch: int) -> Fraction:
        """Return how long an answer takes: the prompt's pass writes its first token, and each step one more."""
        return self.prompt.bound + (self.tokens - 1) * self.step_time(batch)

    def waiting(self, batch: int) -> Fraction:
        """Return how long an answer takes where the prompts of all that are written together are read in between."""
        return batch * self.prompt.bound / self.prompts + (self.tokens - 1) * self.step_time(batch)

    def sending(self, batch: int) -> Fraction:
        """Return the seconds that the devices add up results for an answer: in the prompt's pass and in each step."""
        if self.layout is None:
            return Fraction(0)
        prompt = self.layout.adding_up(self.prompts * self.read)
        return prompt + (self.tokens - 1) * self.layout.adding_up(batch)

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


def batches_of(own: int, most: int) -> tuple[int, ...]:
    """Return the batch of a page, and the largest that fits where that is not smaller."""
    return tuple(sorted({own, most} if most >= own else {own}))


def cheapest(one: Spread, steps: WritingSteps) -> Cheapest | None:
    """Return the layout with divided experts that writes at the lowest price, on the fewest devices; None without.

    `steps` are those of an answer on one device.
    """
    made = [
        Cheapest(spread.devices, spread.dollars(spread._replace(needs=steps.average).step(spread.most)))
        for spread in spreads(one._replace(needs=steps.full))
    ]
    return min(made, key=lambda layout: layout.dollars, default=None)


def answer_section(answer: PricedAnswer, divided: Cheapest | None, page: int, prose: Prose) -> Section:
    """Return the section: what is taken, a row for each batch, and the equations of the largest.

    `divided` is the layout with divided experts that writes at the lowest price, `page` the context of other sections.
    """
    divided = None if divided is None or divided.dollars >= answer.for_written(answer.batches[-1]) else divided
    rows = tuple(
        (
            grouped(batch),
            answer.before,
            in_short(answer.step_time(batch) * MILLI),
            in_short(answer.seconds(batch)),
            in_short(answer.for_prompt),
            in_short(answer.for_written(batch)),
            in_short(answer.for_written(batch) / answer.for_prompt) if answer.for_prompt else "–",
            in_short(answer.for_thousand(batch)),
        )
        for batch in answer.batches
    )
    batch, most = answer.batches[-1], answer.most
    first, last = contexts(answer.read, answer.tokens)
    whole = answer.read + answer.tokens
    limit = answer.step.bytes.sizes.get(context_length.name)
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
                    least=grouped(first),
                    last=grouped(last),
                    middle="" if answer.layout is not None else grouped(int(answer.step.bytes.sizes[context.name])),
                    page=grouped(page),
                    whole=grouped(whole),
                    limit=grouped(limit) if limit is not None and whole > limit else "",
                    full=batch == most,
                    room=most is None or batch <= most,
                    costlier=all(answer.for_written(one) > answer.for_prompt for one in answer.batches),
                    cached=answer.cached(batch),
                    turns=any(map(answer.turns, answer.batches)),
                    **said,
                )
            ),
            Table(
                prose("answer_table", **said),
                tuple(prose(f"column_{name}") for name in COLUMNS),
                rows,
                frozenset(range(len(COLUMNS))),
            ),
            *(() if answer.written is None else in_turn(answer.written.step(batch), answer.written)),
            Paragraph(prose("answer_worked", averaged=answer.written is not None, **said)),
            *_worked(answer, batch, prose),
            Paragraph(
                prose(
                    "answer_floor",
                    batch=grouped(answer.batches[-1]),
                    waiting=in_short(answer.waiting(answer.batches[-1])),
                    alone=in_short(answer.for_prompt) if answer.for_many < answer.for_prompt else "",
                    arithmetic=in_short(answer.for_many),
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
        expected=answer.is_expected,
        prompt=grouped(answer.read),
        written=grouped(answer.tokens),
        together=grouped(first),
        seconds=in_short(answer.seconds(first)),
        dollars=in_short(answer.for_thousand(first)),
        most=grouped(more[-1]) if more else "",
        room=grouped(answer.read + answer.tokens),
        sent=significant(answer.seconds(first) + answer.sending(first), 3) if answer.sending(first) else "",
        longer=in_short(answer.seconds(more[-1])) if more else "",
        waiting=in_short(answer.waiting(more[-1])) if more else "",
        less=in_short(answer.for_thousand(more[-1])) if more else "",
    )


def _worked(answer: PricedAnswer, batch: int, prose: Prose) -> Iterator[Equation]:
    """Yield the price of a million tokens of prompts and of written ones, the time of an answer, and its price."""
    sizes = dict(answer.prompt.bytes.sizes)
    written = answer.written
    if written is not None:
        sizes |= {device_bandwidth.name: exact(written.bandwidth), device_flops.name: exact(written.flops)}

    def said(name: str, number: Exact) -> Formula:
        return Labelled(prose(name), Number(number))

    hour = said("hour_price", exact(answer.price))
    devices = said("devices_named", answer.devices) * hour if answer.devices > 1 else hour
    reading = longest(answer.prompt, prose)
    step = longest(answer.step, prose) if written is None else step_time(batch, written)
    steps, together = said("steps", answer.tokens - 1), said("together", batch)
    prompts, read = said("prompts", answer.prompts), said("prompt_tokens", answer.read)
    several = answer.prompts > 1
    money, seconds = unit("dollar", "dollars"), unit("second", "seconds")
    # What an answer takes of the devices: its part of the prompts' pass, and of each step.
    own = reading.scaled(1, prompts if several else None) + step.scaled(steps, together)
    first, last = contexts(answer.read, answer.tokens)
    before = (said("before_first", first) + said("before_last", last)) / 2
    for formula, named in (
        *(() if written is None else ((before, prose("tokens")),)),
        (reading.scaled(MILLION * devices, SECONDS * (prompts * read if several else read)), money),
        (step.scaled(MILLION * devices, SECONDS * together), money),
        (reading.scaled(1) + step.scaled(steps), seconds),
        (own, seconds),
        (THOUSAND * devices * Labelled(prose("own_seconds"), own) / SECONDS, money),
    ):
        yield Equation(formula, exact(Fraction(formula.value(sizes))), unit=named, sizes=sizes)
