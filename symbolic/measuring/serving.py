"""Steps of serving over batches: what each reads and computes, how long that takes at least, and where limits turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import batch_size, context, kv_lora_rank, tokens
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.texts import reads_another
from symbolic.networks.blocks import blocks

BATCHES = (1, 8, 32, 128)
SURE = 64
"""Where each expert was chosen so many times on average, e^−64 of them are left: none."""
MOST_BITS = 10**7
MOST_SEQUENCES = 2**40
SECONDS, MILLION = 3600, 10**6
INTENSITY, FLOPS, CACHE = "arithmetic-intensity", "forward-flops", "kv-cache"


class Needs(NamedTuple):
    """What one step of a model needs: bytes and operations, exact.

    `weights` are the bytes of those that every token passes, and `expert` those of one expert in each layer that has
    them: of `every` a token chooses `chosen`. `cache` and `flops` are of one sequence. `whole` says that what is kept
    of a token belongs to all heads together, so that each of several devices keeps and reads it whole. `stored` are the
    bytes of all weights.
    """

    weights: Exact
    expert: Fraction
    every: int
    chosen: int
    cache: int
    flops: int
    whole: bool
    stored: int

    def experts(self, batch: int) -> int:
        """Return how many experts of a layer the tokens of a batch are expected to choose."""
        return experts_read(self.every, self.chosen, batch) if self.every else 0

    def read(self, batch: int) -> Exact:
        """Return the bytes of the weights that a step of so many sequences reads."""
        return self.weights + self.experts(batch) * self.expert


class BatchStep(NamedTuple):
    """One row: a batch, the bytes of weights and caches that it reads, and its seconds by memory and by arithmetic."""

    batch: int
    weights: Exact
    cache: int
    by_memory: Fraction
    by_arithmetic: Fraction

    @property
    def time(self) -> Fraction:
        """The longer of the two, in seconds."""
        return max(self.by_memory, self.by_arithmetic)

    @property
    def is_bound_by_memory(self) -> bool:
        """Whether it waits for the memory; without a peak we can't tell, and say so."""
        return self.by_memory >= self.by_arithmetic


class Layout(NamedTuple):
    """So many devices that share a model's weights evenly, and the cache unless each keeps it whole.

    `memory` are the bytes that an engine takes of one device, 0 where it is taken to hold everything. `bandwidth` and
    `flops` are of one device; `flops` 0 where nobody printed it. `price` is in dollars for an hour of one.
    """

    needs: Needs
    devices: int
    memory: Fraction
    bandwidth: Fraction
    flops: Fraction
    price: Fraction
    whole: bool

    @property
    def most(self) -> int:
        """How many sequences fit beside the weights."""
        left = self.devices * self.memory - self.needs.stored
        return max(0, int(left / (self.copies * self.needs.cache)))

    @property
    def copies(self) -> int:
        """How often a sequence's cache is kept."""
        return self.devices if self.whole else 1

    def step(self, batch: int) -> BatchStep:
        """Return the row of a batch."""
        weights, cache = self.needs.read(batch), batch * self.needs.cache
        by_memory = Fraction(weights + self.copies * cache) / (self.devices * self.bandwidth)
        by_arithmetic = batch * self.needs.flops / (self.devices * self.flops) if self.flops else Fraction(0)
        return BatchStep(batch, weights, cache, by_memory, by_arithmetic)

    def dollars(self, step: BatchStep) -> Fraction:
        """Return what a million tokens cost at that pace."""
        return MILLION * self.devices * self.price * step.time / (SECONDS * step.batch)

    @property
    def overtaken(self) -> int:
        """From which batch on a step reads more bytes of caches than of weights, or as many."""
        return _first(lambda batch: batch * self.copies * self.needs.cache >= self.needs.read(batch))

    @property
    def turned(self) -> int | None:
        """From which batch on the arithmetic takes longer than the memory; None where no batch does."""
        each = self.needs.flops / self.flops if self.flops else 0
        if each <= self.copies * self.needs.cache / self.bandwidth:
            return None
        return _first(lambda batch: not self.step(batch).is_bound_by_memory)


def needs(derivation: Derivation) -> Needs | None:
    """Return what steps of a derivation's model need, as the derivation has its context and its number formats.

    None where that is unknown: of two texts, of a network without products or weights that we know, or of experts of
    several kinds.
    """
    model, network = derivation.model, derivation.model.network
    kinds = {
        (int(block.repeat.value(derivation.sizes)), int(block.active.value(derivation.sizes)))
        for block in blocks(network)
        if block.active is not None and block.repeat is not None
    }
    if reads_another(network) or len(kinds) > 1:
        return None
    asked: dict[str, Exact] = {batch_size.name: 1, tokens.name: 1, context.name: derivation.sizes[context.name]}

    def made(name: str, convention: str = "") -> Derivation:
        quantity = quantities.find(name)
        known = {symbol.name for symbol in quantity.inputs}
        given = {one: value for one, value in {**derivation.inputs.given, **asked}.items() if one in known}
        return derive(model, quantity, quantity.convention(convention), given)

    with suppress(NothingToMeasure):
        cache = made(CACHE)
        some, every = made(INTENSITY, "chosen-experts").total, made(INTENSITY, "all-weights").total
        [(experts, chosen)] = kinds or {(0, 0)}
        expert = Fraction(every - some, experts - chosen) if experts > chosen else Fraction(0)
        return Needs(
            weights=exact(some - cache.total - chosen * expert),
            expert=expert,
            every=experts,
            chosen=chosen,
            cache=cache.total,
            flops=made(FLOPS, "absorbed").total,
            whole=kv_lora_rank in cache.general.formula.symbols,
            stored=made("weight-memory").total,
        )
    return None


def fitting(needs: Needs, memory: Fraction, wanted: int = 32) -> int:
    """Return the fewest devices, a power of two, that hold the weights and so many sequences; else one sequence; 0."""
    for many in (wanted, 1):
        devices = 1
        while devices * memory < needs.stored + many * needs.cache * (devices if needs.whole else 1):
            devices *= 2
            if devices > MOST_SEQUENCES or (needs.whole and many * needs.cache >= memory):
                break
        else:
            return devices
    return 0


def batches(layout: Layout, more: int = 0) -> Iterator[BatchStep]:
    """Yield a row for each usual batch that fits, for the largest that does, and for one more that somebody asks of."""
    most = layout.most
    known = {*BATCHES, more} - {0}
    for batch in sorted({one for one in known if not layout.memory or one <= most} | ({most} if most else set())):
        yield layout.step(batch)


def experts_read(every: int, chosen: int, choices: int) -> int:
    """Return how many different experts tokens choose on average, rounded up, where all are chosen equally often.

    E (1 − (1 − k/E)^T) where T tokens choose k of E each.

    >>> experts_read(8, 2, 1), experts_read(8, 2, 2), experts_read(8, 2, 1000)
    (2, 4, 8)
    """
    if choices * chosen >= SURE * every:
        return every
    if choices * every.bit_length() > MOST_BITS:
        return min(every, choices * chosen)
    left = (every - chosen) ** choices // every ** (choices - 1)
    return every - int(left)


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
