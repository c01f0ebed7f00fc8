"""The section with the time of a step by formulas: what a reader of the page may change the sizes of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, significant
from symbolic.formulas.formula import Formula, Symbol, exact
from symbolic.formulas.functions import Maximum
from symbolic.formulas.scales import MILLI, MILLION
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    cached_bytes,
    context,
    device_bandwidth,
    device_flops,
    device_flops_16,
    tensor_parallel,
    tokens,
    value_bits,
    value_bytes,
    vocab_multiple,
)
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import companion
from symbolic.measuring.serving import at_16_bits, experts_expected, in_short_format
from symbolic.measuring.serving_layout import Layout
from symbolic.networks.blocks import Block, Cache
from symbolic.pages.page import Changing, Equation, Paragraph, Part, Section
from symbolic.pages.prose import Prose
from symbolic.pages.sections.inputs import inputs_table

EXPECTED, WEIGHTS = "as-expected", "weights-as-expected"
ASKED = (
    batch_size,
    context,
    tensor_parallel,
    value_bits,
    value_bytes,
    cached_bytes,
    device_bandwidth,
    device_flops,
    device_flops_16,
)
"""The inputs of the table, in its order, where the formula hangs on them."""


def changing(step: Pass, prose: Prose) -> Changing:
    """Return what a reader may change of a step's sizes: one token of each sequence it stays."""
    return Changing(_expected(step), (tokens, vocab_multiple), _longer(step, prose), prose("time_leads"))


def step_time_section(step: Pass, layout: Layout | None, prose: Prose) -> Section:
    """Return the two times of a step, of which the longer one counts, the tokens a second, and what the sizes are."""
    read = _expected(step)
    devices = int(read.sizes[tensor_parallel.name])
    memory, arithmetic = _by_memory(step, prose), _by_arithmetic(step, prose)
    longer = _longer(step, prose)
    rate = MILLI * batch_size / Labelled(prose("time_of_step"), longer)
    made = (
        (memory, prose("time_of_reading")),
        (arithmetic, prose("time_of_arithmetic")),
        (longer, prose("time_of_step")),
        (rate, prose("time_rate")),
    )
    sizes = read.sizes
    used = _primary(longer, read)
    given = [one for one in ASKED if one in used and one not in read.inputs.definitions]
    parts: list[Part] = [
        Paragraph(prose("time", devices=devices, experts=_reads_few_experts(step), peaks=bool(step.attention))),
        *(Equation(formula, exact(Fraction(formula.value(sizes))), unit=named) for formula, named in made),
        *_sent(step, layout, prose),
        inputs_table(given, replace(read, device=step.bytes.device)),
    ]
    return Section("time", prose("time_title"), tuple(parts))


def _sent(step: Pass, layout: Layout | None, prose: Prose) -> Iterator[Paragraph]:
    """Yield what the sums of all devices' results add to a step, where they add up."""
    batch = int(step.bytes.sizes[batch_size.name])
    more = Fraction(0) if layout is None else layout.adding_up(batch)
    if layout is None or not more:
        return
    whole = step.bound + more
    says = prose(
        "time_sent",
        sums=grouped(layout.needs.sums),
        each=significant(more / layout.needs.sums * MILLION, 4),
        more=significant(more * MILLI, 4),
        whole=significant(whole * MILLI, 4),
        rate=significant(batch / whole, 4),
    )
    yield Paragraph(says, fixed=True)


def _expected(step: Pass) -> Derivation:
    """Return the bytes of a step, with a formula for how many experts it reads."""
    return step.bytes.counted_as(step.bytes.convention._replace(name=EXPECTED, repeats=_often))


def _often(block: Block, above: tuple[Block, ...]) -> Formula | None:  # noqa: ARG001
    if block.active is None or block.repeat is None:
        return block.repeat
    return experts_expected(block.repeat, block.active, batch_size)


def _longer(step: Pass, prose: Prose) -> Formula:
    """Return the milliseconds of a step: the longer of its two times."""
    memory, arithmetic = _by_memory(step, prose), _by_arithmetic(step, prose)
    return Maximum((Labelled(prose("time_reading"), memory), Labelled(prose("time_arithmetic"), arithmetic)))


def _primary(formula: Formula, derivation: Derivation) -> set[Symbol]:
    """Return the symbols that a formula hangs on, and those that these follow from."""
    waiting, seen = list(formula.symbols), set(formula.symbols)
    while waiting:
        defined = derivation.definitions.get(waiting.pop())
        new = set() if defined is None else set(defined.symbols) - seen
        seen |= new
        waiting += new
    return seen


def _reads_few_experts(step: Pass) -> bool:
    """Return whether a step reads fewer experts than a large batch would."""
    return step.all_bytes.total != step.bytes.total


def _by_memory(step: Pass, prose: Prose) -> Formula:
    """Return the milliseconds of reading: the weights once, and the cache of each sequence."""
    read = _expected(step)
    counted = read.convention.counts
    only = read.convention._replace(
        name=WEIGHTS, counts=lambda leaf: counted(leaf) and not isinstance(leaf.part, Cache)
    )
    size: Formula = Labelled(prose("time_weights"), read.counted_as(only).general.formula)
    cache = companion(step.bytes, "kv-cache")
    if cache.total:
        size = size + batch_size * Labelled(prose("time_cache"), cache.general.one)
    return MILLI * size / device_bandwidth


def _by_arithmetic(step: Pass, prose: Prose) -> Formula:
    """Return the milliseconds of the operations: of those in the weights' format, and of the others at 16 bits."""
    if not step.attention:
        return MILLI * batch_size * Labelled(prose("time_flops"), step.flops.general.one) / device_flops
    short = Labelled(prose("time_flops_short"), in_short_format(step.flops).general.one)
    others = Labelled(prose("time_flops_long"), at_16_bits(step.flops).general.one)
    return MILLI * batch_size * (short / device_flops + others / device_flops_16)
