"""A row of the table of batches, worked out: the equations of its time, its speed and its price."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, exact
from symbolic.formulas.scales import HOUR, MILLI, MILLION
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import device_bandwidth, device_flops
from symbolic.language import Noun, unit
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.serving_layout import BatchStep, Layout
from symbolic.pages.labels import labelled_number
from symbolic.pages.page import Equation
from symbolic.pages.prose import Prose
from symbolic.pages.sections.timed import Timed


def which_row(row: BatchStep, layout: Layout, prose: Prose) -> str:
    """Return which row is worked out, and what the name of the speed in it stands for."""
    speed = prose("bandwidth_named" if row.is_bound_by_memory else "flops_named")
    return f"{prose('worked', batch=grouped(row.batch), devices=layout.devices)} {speed}"


def worked_out(row: BatchStep, layout: Layout, derivation: Derivation, prose: Prose) -> tuple[Equation, ...]:
    """Return the equations of one row: its time, its tokens per second, and what a million tokens cost."""
    bandwidth, peak = exact(layout.bandwidth), exact(layout.flops)
    sizes = {**derivation.sizes, device_bandwidth.name: bandwidth, device_flops.name: peak}
    batch, devices = labelled_number(prose, "batch", row.batch), labelled_number(prose, "devices", layout.devices)
    work, counted, taken = _work(row, layout, batch, prose)
    price = labelled_number(prose, "hour_price", exact(layout.price))
    dollars = MILLION * (devices * price if layout.devices > 1 else price)
    time, rate, cost = taken.scaled(MILLI), taken.rate(batch), taken.scaled(dollars, HOUR * batch)
    made = (
        (work, counted),
        (time, unit("millisecond", "milliseconds")),
        (rate, prose("rate")),
        (cost, unit("dollar", "dollars")),
    )
    return tuple(
        Equation(formula, exact(Fraction(formula.value(sizes))), unit=named, sizes=sizes) for formula, named in made
    )


def step_time(batch: int, layout: Layout) -> Timed:
    """Return the time of a step of a batch, in the words of its row."""
    prose = Prose("batches", "batches")
    return _work(layout.step(batch), layout, labelled_number(prose, "batch", batch), prose)[2]


def _work(row: BatchStep, layout: Layout, batch: Formula, prose: Prose) -> tuple[Formula, Noun, Timed]:
    """Return what limits a step, its unit, and the time that it takes."""
    if row.is_bound_by_memory:
        cache = labelled_number(prose, "cache", layout.needs.cache)
        read = labelled_number(prose, "weights", exact(Fraction(row.weights))) + batch * cache
        return read, unit("byte", "bytes"), Timed(Labelled(prose("bytes"), read), device_bandwidth)
    work = batch * labelled_number(prose, "flops", layout.needs.flops)
    done = Timed(Labelled(prose("step_flops"), work), device_flops)
    if layout.attention:
        short = labelled_number(prose, "flops_short", layout.needs.short)
        others = labelled_number(prose, "flops_long", exact(Fraction(layout.needs.flops) - layout.needs.short))
        peak = labelled_number(prose, "peak_attention", exact(layout.attention))
        done = Timed(batch * (short / device_flops + others / peak))
    return work, unit("FLOP", "FLOPs"), done
