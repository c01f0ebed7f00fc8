"""An answer of a model that serves: what it takes of the devices, in seconds and dollars."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from symbolic.analysis.passes_page import is_expected
from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, near, percent
from symbolic.formulas.scales import HOUR, MILLION, THOUSAND
from symbolic.formulas.vocabulary import batch_size, context, tokens
from symbolic.measuring.serving_layout import Layout
from symbolic.measuring.spread import Spread, spreads
from symbolic.measuring.written import WritingSteps, contexts


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
        return chosen or is_expected(self.prompt) or is_expected(self.step) or self.step.is_of_shares

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
        return MILLION * self.devices * self.price * seconds / HOUR


class Cheapest(NamedTuple):
    """So many devices that divide the experts, and what a million written tokens cost on them."""

    devices: int
    dollars: Fraction


def batches_of(own: int, most: int) -> tuple[int, ...]:
    """Return the batch of a page, and the largest that fits where that is not smaller."""
    return tuple(sorted({own, most} if most >= own else {own}))


def cheapest(one: Spread, steps: WritingSteps, among: int = 0) -> Cheapest | None:
    """Return the layout with divided experts that writes at the lowest price, on the fewest devices; None without.

    `steps` are those of an answer on one device; `among` how many devices somebody asked for, as in `spreads`.
    """
    made = [
        Cheapest(spread.devices, spread.dollars(spread._replace(needs=steps.average).step(spread.most)))
        for spread in spreads(one._replace(needs=steps.full), among)
    ]
    return min(made, key=lambda layout: layout.dollars, default=None)
