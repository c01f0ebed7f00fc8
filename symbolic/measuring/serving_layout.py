"""Layouts that serve batches: what each step reads, how long it takes at least, and where limits turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.formula import Exact
from symbolic.formulas.scales import HOUR, MILLION
from symbolic.measuring import usual
from symbolic.measuring.serving import Needs

BATCHES = (1, 8, 32, 128)


class BatchStep(NamedTuple):
    """One row: a batch, what a device reads of weights and caches, and its seconds by memory and by arithmetic.

    `by_network` are those of sending to experts on other servers, 0 where nothing is sent or it is not counted.
    """

    batch: int
    weights: Exact
    cache: Exact
    by_memory: Fraction
    by_arithmetic: Fraction
    by_network: Fraction = Fraction(0)

    @property
    def time(self) -> Fraction:
        """The longest of these, in seconds."""
        return max(self.by_memory, self.by_arithmetic, self.by_network)

    @property
    def is_bound_by_memory(self) -> bool:
        """Whether it waits for the memory; without a peak we can't tell, and say so."""
        return self.by_memory >= self.by_arithmetic

    @property
    def is_bound_by_network(self) -> bool:
        """Whether it waits for what devices send each other."""
        return self.by_network > max(self.by_memory, self.by_arithmetic)


class Layout(NamedTuple):
    """So many devices that share a model's matrices: what does not divide each keeps whole.

    `memory` are the bytes that an engine takes of one device, 0 where it is taken to hold everything. `bandwidth` and
    `flops` are of one device; `flops` 0 where nobody printed it. `price` is in dollars for an hour of one. `attention`
    are the operations per second at 16 bits, where products with most weights work in another format. `link` are the
    bytes that one sends to its neighbours in a second, 0 where they are not known.
    """

    needs: Needs
    memory: Fraction
    bandwidth: Fraction
    flops: Fraction
    price: Fraction
    attention: Fraction = Fraction(0)
    link: int = 0

    @property
    def devices(self) -> int:
        """How many they are."""
        return self.needs.devices

    @property
    def most(self) -> int:
        """How many sequences fit beside the weights."""
        return max(0, int((self.memory - self.needs.stored) / self.needs.cache))

    def step(self, batch: int) -> BatchStep:
        """Return the row of a batch."""
        weights, cache = self.needs.read(batch), batch * self.needs.cache
        by_memory = Fraction(weights + cache) / self.bandwidth
        return BatchStep(batch, weights, cache, by_memory, batch * self.working)

    def adding_up(self, tokens: int, link: int = 0) -> Fraction:
        """Return the seconds of the sums of all devices' results in a pass of so many tokens, by what one may last.

        Each begins after a while, and in a ring a device sends 2 (N - 1) / N of the bytes that are summed, `link` bytes
        a second, or as many as they reach. 0 where neither is known.
        """
        link = link or self.reached
        if not link:
            return Fraction(0)
        sent = Fraction(2 * (self.devices - 1), self.devices) * tokens * self.needs.summed / link
        return self.needs.sums * (usual.SUM_SECONDS + sent)

    @property
    def reached(self) -> int:
        """The bytes a second at which sums of all devices go: across servers no more than a network card sends."""
        return min(self.link, usual.NETWORK) if self.devices > usual.SERVER else self.link

    @property
    def working(self) -> Fraction:
        """The seconds of the operations of one sequence."""
        return self.needs.working(self.flops, self.attention)

    @property
    def ridge(self) -> Fraction:
        """How many operations of a step a device could do while it reads a byte."""
        return Fraction(self.needs.flops) / self.working / self.bandwidth

    def dollars(self, step: BatchStep) -> Fraction:
        """Return what a million tokens cost at that pace."""
        return MILLION * self.devices * self.price * step.time / (HOUR * step.batch)

    def in_turn(self, batch: int) -> tuple[Fraction, Fraction]:
        """Return the seconds of the products with weights, and of the rest, where they run one after the other."""
        step, products = self.step(batch), batch * self.needs.with_weights(self.flops, self.attention)
        return (
            max(Fraction(step.weights) / self.bandwidth, products),
            max(Fraction(step.cache) / self.bandwidth, step.by_arithmetic - products),
        )

    @property
    def balanced(self) -> int:
        """From which batch on the products with weights take as long as reading them, were there no cache."""
        needs = self.needs
        each = needs.with_weights(self.flops, self.attention) * self.bandwidth
        return _first(lambda batch: batch * each >= needs.read(batch))

    @property
    def overtaken(self) -> int:
        """From which batch on a step reads more bytes of caches than of weights, or as many."""
        return _first(lambda batch: batch * self.needs.cache >= self.needs.read(batch))

    @property
    def turned(self) -> int | None:
        """From which batch on the arithmetic takes longer than the memory; None where no batch does."""
        if self.working <= self.needs.cache / self.bandwidth:
            return None
        return _first(lambda batch: not self.step(batch).is_bound_by_memory)


def batches(layout: Layout, more: int = 0) -> Iterator[BatchStep]:
    """Yield a row for each usual batch that fits, for the largest that does, and for one more that somebody asks of."""
    most = layout.most
    known = {*BATCHES, more} - {0}
    for batch in sorted({one for one in known if not layout.memory or one <= most} | ({most} if most else set())):
        yield layout.step(batch)


def _first(holds: Callable[[int], bool]) -> int:
    """Return the first batch at which a condition holds that stays true from there on."""
    high = 1
    while not holds(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
