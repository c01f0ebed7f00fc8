"""Arithmetic intensity: the bytes that one step reads, and the operations that it does with each of them."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.formulas.formula import Exact, Formula, Product
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.formulas.vocabulary import (
    batch_size,
    context,
    device_bandwidth,
    device_flops,
    device_flops_16,
    target_tokens,
    tokens,
)
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import texts, usual
from symbolic.measuring.conventions import Convention, everything, named
from symbolic.measuring.once import in_each_step
from symbolic.measuring.products import is_parameter
from symbolic.measuring.quantity import Quantity, Result, Totals
from symbolic.measuring.speeds import LONG, SHORT, long_alone, short_alone
from symbolic.measuring.storage import CACHE_FORMAT, WEIGHT_FORMAT, cache_bytes, weight_bytes
from symbolic.networks.blocks import Block, Cache, Kind, Weight
from symbolic.networks.family import QUOTED, Source
from symbolic.networks.walks import Leaf

NAME, FLOPS, CACHE = "arithmetic-intensity", "forward-flops/one-step", "kv-cache"
CHOSEN, EVERY = f"{NAME}/chosen-experts", f"{NAME}/all-weights"
READ_BEFORE = _(
    "; not the encoder nor the matrices of cross-attention's keys and values, since what they make of what was "
    "read is in the cache"
)
COMPUTING = _("shortest time for the step, by the arithmetic")
INTENSITY, RIDGE = _("operations for each byte"), _("operations that the device can do for each byte")


def measure(leaf: Leaf) -> Formula | None:
    """A weight's bytes are read once for the whole batch, a cache's once for each sequence; of a table only rows.

    What worked once on what was read before is not read again: its results are in the cache.
    """
    if isinstance(leaf.part, Cache):
        return Product((batch_size, cache_bytes(leaf.part, leaf.part.shape)))
    if isinstance(leaf.part, Weight) and (leaf.part.kind is Kind.TABLE or not _is_read(leaf)):
        return None
    return weight_bytes(leaf)


def _read(block: Block, above: tuple[Block, ...]) -> Formula | None:  # noqa: ARG001
    """Return how often a block is read: of experts, as many as the tokens of the step can choose."""
    if block.active is None or block.repeat is None:
        return block.repeat
    return Minimum((block.repeat, block.active * batch_size * tokens))


def _of_large_batch(totals: Totals) -> Formula:
    """Return the bytes of a batch so large that its tokens choose every expert."""
    every = totals.get(EVERY)
    return totals[NAME] if every is None or every.children == totals[NAME].children else every


def _fewest(totals: Totals) -> Formula | None:
    """Return the milliseconds of reading what one token needs; None where that is all."""
    if CHOSEN not in totals or totals[CHOSEN].children == totals[NAME].children:
        return None
    return 1000 * totals[CHOSEN] / device_bandwidth


def _working(totals: Totals) -> Formula:
    """Return the seconds of all operations, those in the format of the weights and those at 16 bits."""
    others = totals[LONG] / device_flops_16
    return totals[SHORT] / device_flops + others if SHORT in totals else others


def _at_one_speed(formula: Callable[[Totals], Formula]) -> Callable[[Totals], Formula | None]:
    """Return the same for a device at which all products of the step work at one speed."""
    return _of_a_step(lambda totals: None if LONG in totals else formula(totals))


def _at_two_speeds(formula: Callable[[Totals], Formula]) -> Callable[[Totals], Formula | None]:
    """Return the same for one at which those that work at 16 bits have a speed of their own."""
    return _of_a_step(lambda totals: formula(totals) if LONG in totals else None)


def _is_read(leaf: Leaf) -> bool:
    return (is_parameter(leaf.weight) or leaf.role == "head") and in_each_step(leaf)


def _passing(network: Block) -> Exact | Formula:
    """Return how many tokens there are: one passes through, or so many as were read are in the cache."""
    return context if texts.reads_another(network) else 1


def _of_a_step(formula: Callable[[Totals], Formula | None]) -> Callable[[Totals], Formula | None]:
    """Return the same where the operations are those of a step, and not those of reading another text as well."""
    return lambda totals: None if target_tokens in totals[FLOPS].symbols else formula(totals)


QUANTITY = Quantity(
    name=NAME,
    title=_("Arithmetic intensity"),
    called=_("bytes read in a step"),
    unit=unit("byte", "bytes"),
    measure=measure,
    conventions=named(
        Convention(
            "one-step",
            _(
                "the weights and the cache that one step reads: every matrix and norm once for the whole batch, and "
                "the cache of each sequence; of the token table only a few rows are read, and these are not counted"
            ),
            everything,
            of_two_texts=READ_BEFORE,
            repeats=_read,
            of_experts=_(
                "; of the experts of a layer as many as the tokens of the step can choose, at most all of them"
            ),
        ),
        Convention(
            "all-weights",
            _("the same, with every expert: what a large batch reads, whose tokens choose all of them"),
            everything,
            of_two_texts=READ_BEFORE,
            called=_("bytes read in a step, every expert among them"),
        ),
        Convention(
            "chosen-experts",
            _("the same, but of the experts only those that one token chooses: what a batch of one reads"),
            everything,
            active_only=True,
            of_two_texts=READ_BEFORE,
            called=_("bytes that a step reads at least"),
        ),
    ),
    inputs={
        batch_size: 1,
        tokens: _passing,
        context: usual.CONTEXT,
        target_tokens: tokens,
        **WEIGHT_FORMAT,
        **CACHE_FORMAT,
        device_flops: usual.FLOPS,
        device_flops_16: device_flops,
        device_bandwidth: usual.BANDWIDTH,
    },
    of_serving=True,
    results=(
        Result(
            INTENSITY,
            _("The operations of the same step, divided by the bytes that it reads."),
            _("FLOPs per byte"),
            _of_a_step(lambda totals: totals[FLOPS] / totals[NAME]),
            key="intensity",
            units_of=_("FLOPs ÷ bytes = FLOPs per byte"),
        ),
        Result(
            RIDGE,
            _(
                "How many operations a device can do while it reads one byte. A step that does fewer for each byte "
                "waits for the memory, one that does more for the arithmetic (the roofline model: Williams, Waterman "
                "and Patterson 2009)."
            ),
            _("FLOPs per byte"),
            _at_one_speed(lambda totals: device_flops / device_bandwidth),  # noqa: ARG005
            key="ridge",
            units_of=_("(FLOPs per s) ÷ (bytes per s) = FLOPs per byte"),
        ),
        Result(
            RIDGE,
            _(
                "How many operations of this step a device can do while it reads one byte: all of them, divided by the "
                "time that they take at its two speeds. Products with weights work in the format of these; attention's "
                "products without weights, and those with weights that stay at 16 bits, work at 16 bits. A step that "
                "does fewer for each byte waits for the memory, one that does more for the arithmetic (the roofline "
                "model: Williams, Waterman and Patterson 2009)."
            ),
            _("FLOPs per byte"),
            _at_two_speeds(lambda totals: totals[FLOPS] / _working(totals) / device_bandwidth),
            key="ridge",
            units_of=_("FLOPs ÷ s ÷ (bytes per s) = FLOPs per byte"),
        ),
        Result(
            _("batch from which on the arithmetic is the limit"),
            _(
                "The batch at which both take equally long, rounded up. The weights are read once for the whole batch, "
                "but each sequence brings a cache of its own."
            ),
            unit("sequence", "sequences"),
            _of_a_step(
                lambda totals: Ceiling(
                    totals[RIDGE]
                    * (_of_large_batch(totals) - totals[CACHE])
                    / (totals[FLOPS] / batch_size - totals[RIDGE] * (totals[CACHE] / batch_size))
                )
            ),
            never=_(
                "No batch is large enough: each sequence reads so much cache of its own that the "
                "memory stays the limit. At some batch the products with the weights are limited by "
                "the arithmetic, but attention over the cache never is."
            ),
        ),
        Result(
            _("shortest time for the step, by the memory"),
            _("All bytes, at the memory's full bandwidth. A step that reads them is not faster than this."),
            unit("millisecond", "milliseconds"),
            lambda totals: 1000 * totals[NAME] / device_bandwidth,
            key="reading",
            units_of=_("(ms per s) × bytes ÷ (bytes per s) = ms"),
        ),
        Result(
            _("the same, if no experts are read but those that one token chooses"),
            _(
                "What a step of a single token reads, and one of several tokens at least. The more tokens a step has, "
                "the more experts they choose among them, up to all."
            ),
            unit("millisecond", "milliseconds"),
            _fewest,
            key="fewest",
        ),
        Result(
            COMPUTING,
            _("All operations, at the device's full speed. A step takes no less than the longer of these two times."),
            unit("millisecond", "milliseconds"),
            _at_one_speed(lambda totals: 1000 * totals[FLOPS] / device_flops),
            key="computing",
            units_of=_("(ms per s) × FLOPs ÷ (FLOPs per s) = ms"),
        ),
        Result(
            COMPUTING,
            _(
                "All operations, each at the device's full speed in its format, one after the other. A step takes no "
                "less than the longer of these two times."
            ),
            unit("millisecond", "milliseconds"),
            _at_two_speeds(lambda totals: 1000 * _working(totals)),
            key="computing",
            units_of=_("(ms per s) × FLOPs ÷ (FLOPs per s) = ms"),
        ),
    ),
    named_for=INTENSITY,
    companions=(FLOPS, CACHE),
    apart={SHORT: (FLOPS, short_alone), LONG: (FLOPS, long_alone)},
    apart_where=(device_flops, device_flops_16),
    optional=(CHOSEN, EVERY),
    fits=texts.passes,
    rules=texts.rules_of_passing,
    sources=(
        Source(
            "Williams, Waterman and Patterson 2009, Roofline: An Insightful Visual Performance Model",
            "https://doi.org/10.1145/1498765.1498785",
            QUOTED,
        ),
        Source(
            "Pope et al. 2022, Efficiently Scaling Transformer Inference", "https://arxiv.org/abs/2211.05102", QUOTED
        ),
    ),
)
