"""How long the parts of a network take at least: by their operations, and by the bytes that they read.

Each part takes the longer of the two times; parts follow one another (Williams, Waterman and Patterson 2009).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import batch_size, device_bandwidth, device_flops
from symbolic.language import lazy
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.serving import in_short_format
from symbolic.measuring.step import Step

NEARLY = 10**6


@dataclass(frozen=True, slots=True)
class RooflinePart:
    """A part of a layer, or one that stands alone: its operations and bytes, and how many there are of it."""

    name: str
    layers: int
    flops: int
    bytes: int
    by_arithmetic: Fraction
    by_memory: Fraction

    @property
    def time(self) -> Fraction:
        """The longer of its two times, in seconds."""
        return max(self.by_arithmetic, self.by_memory)

    @property
    def is_bound_by_memory(self) -> bool:
        """Whether it waits for the memory."""
        return self.by_memory >= self.by_arithmetic


@dataclass(frozen=True)
class Pass:
    """One pass through the network, measured: a prompt, or one more token for each sequence.

    `all_bytes` are those of a batch so large that its tokens choose every expert, `short` the operations that
    work in the format of the weights. `attention` is the peak of the others, at 16 bits, where it is another; else 0.
    """

    flops: Derivation
    bytes: Derivation
    parts: tuple[RooflinePart, ...]
    all_bytes: Derivation
    short: Derivation
    attention: Fraction

    @property
    def by_arithmetic(self) -> Fraction:
        """What all operations take, in seconds."""
        peak = Fraction(self.bytes.sizes[device_flops.name])
        return _working(self.flops.total, self.short.total, peak, self.attention)

    @property
    def is_of_shares(self) -> bool:
        """Whether somebody said which shares of a device's speeds are used: its times are no bounds then."""
        return self.bytes.device is not None and self.bytes.device.is_shared

    @property
    def intensity(self) -> Fraction:
        """How many operations it does for each byte that it reads."""
        return Fraction(self.flops.total, self.bytes.total)

    @property
    def ridge(self) -> Fraction:
        """How many operations of this pass the devices can do while they read a byte."""
        peak, bandwidth = (Fraction(self.bytes.sizes[one.name]) for one in (device_flops, device_bandwidth))
        return (self.flops.total / self.by_arithmetic if self.attention else peak) / bandwidth

    @property
    def time(self) -> Fraction:
        """What all parts take, one after the other, in seconds."""
        return sum((part.layers * part.time for part in self.parts), Fraction(0))

    @property
    def bound(self) -> Fraction:
        """What it takes at least where parts overlap: the longer of its two times as a whole, in seconds."""
        return max(self.by_arithmetic, self.bytes.total / Fraction(self.bytes.sizes[device_bandwidth.name]))


def passed(flops: Derivation, read: Derivation, everything: Derivation, attention: Fraction) -> Pass:
    """Return the pass whose operations and bytes these are, and those of every expert; `attention` as in `Pass`."""
    batch = int(read.sizes[batch_size.name])
    short = in_short_format(flops)
    peak, bandwidth = (Fraction(read.sizes[symbol.name]) for symbol in (device_flops, device_bandwidth))
    done, moved = dict(_by_part(flops.general.steps)), dict(_by_part(read.general.steps))
    multiplied = dict(_by_part(short.general.steps)) if attention else done
    kinds = {step.key: step.name for made in (flops, read) for step in made.general.steps}
    parts = []
    called = Counter(step.name for step, _layers in (moved | done).values())
    for place in dict.fromkeys((*done, *moved)):
        step, layers = done.get(place) or moved[place]
        operations = batch * done[place][0].value if place in done else 0
        size = moved[place][0].value if place in moved else 0
        if layers and (operations or size):
            # Two kinds of layers may have parts of one name.
            twice = called[step.name] > 1 and len(place) > 1
            name = lazy("{part} ({kind})", part=step.name, kind=kinds[place[0]]) if twice else step.name
            weighted = batch * multiplied[place][0].value if place in multiplied else 0
            working = _working(operations, weighted, peak, attention)
            parts.append(RooflinePart(name, layers, operations, size, working, size / bandwidth))
    return Pass(flops, read, tuple(parts), everything, short, attention)


def _working(flops: Exact, short: Exact, peak: Fraction, attention: Fraction) -> Fraction:
    """Return the seconds of operations: those in the short format at its peak, the others at theirs."""
    return short / peak + (flops - short) / attention if attention else flops / peak


def _by_part(steps: tuple[Step, ...]) -> Iterator[tuple[tuple[str, ...], tuple[Step, int]]]:
    """Yield the parts of each kind of layer, and those that stand alone, with how many there are."""
    for step in steps:
        if step.role == "layer" and step.steps:
            yield from (((step.key, below.key), (below, int(step.times))) for below in step.steps)
        else:
            yield (step.key,), (step, 1)


def expected_tokens(accepted: Fraction, drafted: int) -> Fraction:
    """Return how many tokens a step of speculative decoding makes on average: 1 + α + … + α^γ.

    A step makes a token of its own, and one for each drafted token that is accepted with all those before it.

    >>> expected_tokens(Fraction(1, 2), 2)
    Fraction(7, 4)
    """
    return sum((accepted**power for power in range(drafted + 1)), Fraction(0))


def least_accepted(cost: Fraction, drafted: int) -> Fraction | None:
    """Return the share of accepted tokens above which drafting pays: 1 + α + … + α^γ = 1 + γ c, within a millionth.

    None where no share does, since a draft costs as much as the model itself.
    """
    wanted = 1 + drafted * cost
    if wanted >= drafted + 1:
        return None
    low, high = 0, NEARLY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if expected_tokens(Fraction(middle, NEARLY), drafted) < wanted else (low, middle)
    return Fraction(high, NEARLY)
