"""What steps of serving need of a model on devices that share it: bytes to read, operations, and what they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from symbolic.errors import ConfigError, NothingToMeasure
from symbolic.formulas.formula import Exact, Formula, Power, exact
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.vocabulary import batch_size, context, emb_dim, tensor_parallel, tokens
from symbolic.measuring import quantities, usual
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.parallel import is_whole
from symbolic.measuring.products import is_product
from symbolic.measuring.sharing import revalued, shared
from symbolic.measuring.speeds import long_alone, short_alone
from symbolic.measuring.texts import reads_another
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.layers.in_files import PREDICTING
from symbolic.networks.walks import blocks, in_files

SURE = 64
"""Where each expert was chosen so many times on average, e^−64 of them are left: none."""
MOST_BITS = 10**7
POWERS = tuple(1 << power for power in range(11))
"""The numbers of devices that are tried: more heads than that no network has."""
WHOLE = "kept-whole"
PRODUCTS = "weights-alone"
SIXTEEN_BITS = 2
FED = {"feed-forward", "experts", "shared-experts"}
MIXED = {"attention", "linear-attention"}
SUMMED = {*MIXED, *FED}
COPIED = {"norm", "router"}
INTENSITY, FLOPS, CACHE = "arithmetic-intensity", "forward-flops", "kv-cache"


View: TypeAlias = Callable[[Block], Block]


def whole(network: Block) -> Block:
    """Return all of a network."""
    return network


def prediction_layers(network: Block) -> Block:
    """Return only the layers behind the last one, which predict further tokens; without parts where there are none."""
    return replace(
        network, parts=tuple(block for block in in_files(network).parts if block.key == PREDICTING), beside=()
    )


class Needs(NamedTuple):
    """What one step of a model needs on each of `devices` that share its matrices: bytes and operations, exact.

    `weights` are the bytes of those that every token passes, and `expert` those of one expert in each layer that has
    them: of `every` a token chooses `chosen`. `cache` and `flops` are of one sequence. `stored` are the bytes of all
    weights, `whole` those of the weights that each device keeps whole, and `names` what the matrices among them are
    called. `matrices` are the operations of one sequence with weights alone, and `short` those of them that work in the
    format of the weights: not with weights that a method keeps at 16 bits. `alone` are the operations for a byte of
    the cache where one device has it all, and `sums` how often the devices of one step add up their results, each of
    `summed` bytes for a sequence; 0 where that is unknown. `kept` is what the matrices are called that stay at 16 bits.
    """

    devices: int
    weights: Exact
    expert: Exact
    every: int
    chosen: int
    cache: Exact
    flops: Exact
    stored: Exact
    whole: Exact
    names: tuple[str, ...]
    matrices: Exact
    short: Exact
    alone: Fraction
    sums: int
    summed: int
    kept: tuple[str, ...]

    def working(self, peak: Fraction, attention: Fraction) -> Fraction:
        """Return the seconds of one sequence's operations: those in the weights' format, and the others at 16 bits.

        `attention` is the peak at 16 bits, 0 where all work at the same. Without a peak it is 0 seconds.
        """
        return self._seconds(self.flops, peak, attention)

    def with_weights(self, peak: Fraction, attention: Fraction) -> Fraction:
        """Return the seconds of the products with weights alone."""
        return self._seconds(self.matrices, peak, attention)

    def _seconds(self, flops: Exact, peak: Fraction, attention: Fraction) -> Fraction:
        return self.short / peak + (flops - self.short) / (attention or peak) if peak else Fraction(0)

    def experts(self, batch: int) -> int:
        """Return how many experts of a layer the tokens of a batch are expected to choose."""
        return experts_read(self.every, self.chosen, batch) if self.every else 0

    def read(self, batch: int) -> Exact:
        """Return the bytes of the weights that a step of so many sequences reads on a device."""
        return self.weights + self.experts(batch) * self.expert


class Held(NamedTuple):
    """What devices keep: the weights, and the cache of one sequence."""

    stored: Derivation
    cache: Derivation

    def on(self, devices: int, sequences: int) -> Exact:
        """Return the bytes on each of so many devices with so many sequences; ConfigError as for `Serving`."""
        stored, cache = (revalued(made, {tensor_parallel.name: devices}) for made in self)
        return stored + sequences * cache


class Serving(NamedTuple):
    """What steps need of a model, as formulas of the number of devices; of `every` experts a token chooses `chosen`."""

    some: Derivation
    all: Derivation
    cache: Derivation
    flops: Derivation
    stored: Derivation
    every: int
    chosen: int

    def on(self, devices: int) -> Needs:
        """Return what each of so many devices needs; ConfigError where they can't share the matrices."""
        among = {tensor_parallel.name: devices}
        some, every, cache, flops, stored = (revalued(made, among) for made in self[:5])
        more = self.every - self.chosen
        expert = exact(Fraction(every - some) / more) if more > 0 else 0
        whole, names = self.whole
        weights = exact(some - cache - self.chosen * expert)
        matrices, short = (revalued(made, among) for made in (with_weights(self.flops), in_short_format(self.flops)))
        alone = Fraction(self.flops.total, self.cache.total)
        sums = self.sums if devices > 1 else 0
        numbers = (devices, weights, expert, self.every, self.chosen, cache, flops, stored, whole, names)
        summed = SIXTEEN_BITS * int(self.flops.sizes[emb_dim.name])
        return Needs(*numbers, matrices, short, alone, sums, summed, kept_long(self.flops))

    @property
    def sums(self) -> int:
        """How often devices add up their results in a step: behind attention, and behind what follows it in a layer.

        A gated delta net adds up once, behind its output projection, as attention does. 0 where a layer has other
        parts: where these are split is not known here. Shoeybi et al. 2019, arXiv:1909.08053, §3; vLLM,
        model_executor/models/qwen3_next.py.
        """
        network = self.flops.model.network
        stacks = [block for block in blocks(network) if block.role == "layer" and block.repeat is not None]
        if any(_parts(block) - SUMMED - COPIED or not _parts(block) & SUMMED for block in stacks):
            return 0
        each = ((block, bool(_parts(block) & MIXED), bool(_parts(block) & FED)) for block in stacks)
        return sum(
            (mixed + fed) * int(block.repeat.value(self.flops.sizes))
            for block, mixed, fed in each
            if block.repeat is not None
        )

    @property
    def held(self) -> Held:
        """What devices keep."""
        return Held(self.stored, self.cache)

    @property
    def whole(self) -> tuple[Exact, tuple[str, ...]]:
        """The bytes of the weights that each device keeps whole, and what the matrices among them are called."""
        found = [leaf.leaf for leaf in self.stored.measuring.counted(self.stored.convention) if is_whole(leaf.leaf)]
        if not found:
            return 0, ()
        counted = self.stored.convention.counts
        some = self.stored.convention._replace(name=WHOLE, counts=lambda leaf: counted(leaf) and is_whole(leaf))
        names = (leaf.part.name for leaf in found if leaf.weight.kind in (Kind.MATRIX, Kind.TABLE))
        return self.stored.counted_as(some).total, tuple(dict.fromkeys(names))


def serving(derivation: Derivation, part: View = whole) -> Serving | None:
    """Return what steps of a derivation's model need, as the derivation has its context and its number formats.

    `part` takes a part of the network. None where that is unknown: of two texts, of a network without products or
    weights that we know, or of experts of several kinds.
    """
    network = part(derivation.model.network)
    kinds = {
        (int(block.repeat.value(derivation.sizes)), int(block.active.value(derivation.sizes)))
        for block in blocks(network)
        if block.active is not None and block.repeat is not None
    }
    if reads_another(network) or len(kinds) > 1:
        return None
    with suppress(NothingToMeasure):
        stored, cache = held(derivation, part)
        some, every = (_made(derivation, INTENSITY, name, part) for name in ("chosen-experts", "all-weights"))
        flops = _made(derivation, FLOPS, "one-step", part)
        return Serving(some, every, cache, flops, stored, *(kinds or {(0, 0)}).pop())
    return None


def with_weights(flops: Derivation) -> Derivation:
    """Return the operations of a derivation with weights alone."""
    counted = flops.convention.counts
    only = flops.convention._replace(name=PRODUCTS, counts=lambda leaf: counted(leaf) and not is_product(leaf))
    return flops.counted_as(only)


def in_short_format(flops: Derivation) -> Derivation:
    """Return the operations of a derivation that work in the format of the weights."""
    return flops.counted_as(short_alone(flops.convention))


def at_16_bits(flops: Derivation) -> Derivation:
    """Return the other operations: attention's without weights, and those with weights that stay at 16 bits."""
    return flops.counted_as(long_alone(flops.convention))


def kept_long(flops: Derivation) -> tuple[str, ...]:
    """Return what the matrices are called that stay at 16 bits where others are stored shorter."""
    leaves = (leaf.leaf for leaf in at_16_bits(flops).measuring.counted(at_16_bits(flops).convention))
    return tuple(dict.fromkeys(leaf.part.name for leaf in leaves if not is_product(leaf)))


def held(derivation: Derivation, part: View = whole) -> Held:
    """Return what devices keep of a derivation's model, as the derivation has its context and its number formats."""
    return Held(_made(derivation, "weight-memory", "", part), _made(derivation, CACHE, "", part))


def _made(derivation: Derivation, name: str, convention: str, part: View) -> Derivation:
    """Return another quantity of one device, for one token of one sequence."""
    quantity = shared(quantities.find(name))
    if part is not whole:
        own = quantity.view
        quantity = quantity._replace(view=lambda network: part(network) if own is None else own(part(network)))
    known = {symbol.name for symbol in quantity.inputs}
    asked = {batch_size.name: 1, tokens.name: 1, context.name: derivation.sizes[context.name], tensor_parallel.name: 1}
    given = {one: value for one, value in {**derivation.inputs.given, **asked}.items() if one in known}
    return derive(derivation.model, quantity, quantity.convention(convention), given)


def fitting(kept: Held, memory: Fraction, wanted: Iterable[int] = (usual.SEQUENCES, 1)) -> int:
    """Return the fewest devices, a power of two, that hold the weights and so many sequences, or the next so many; 0.

    0 also where no such number of devices can share the matrices.
    """
    for many in wanted:
        for devices in POWERS:
            with suppress(ConfigError):
                if kept.on(devices, many) <= memory:
                    return devices
    return 0


def _parts(block: Block) -> set[str]:
    """Return the roles of a layer's parts."""
    return {part.role for part in block.parts if isinstance(part, Block)}


def experts_expected(every: Formula, chosen: Formula, choices: Formula) -> Formula:
    """Return the same as `experts_read` as a formula: E − ⌊(E − k)^T / E^(T − 1)⌋, with T bounded where none is left.

    >>> from symbolic.formulas.formula import Number
    >>> [experts_expected(Number(8), Number(2), Number(tokens)).value({}) for tokens in (1, 2, 1000)]
    [2, 4, 8]
    """
    bounded = Minimum((choices, Ceiling(SURE * every / chosen)))
    return every - Floor(Power(every - chosen, bounded) / Power(every, bounded - 1))


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
