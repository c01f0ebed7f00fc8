"""The results of serving that programs ask for: those of the page's layout, and a record for each row of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.analysis.roofline import Pass
from symbolic.analysis.serving_glance import sent
from symbolic.formulas.figures import grouped, in_bytes, in_short, lasting
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import batch_size
from symbolic.measuring.serving_layout import BatchStep, Layout, batches
from symbolic.measuring.serving_stages import InStages
from symbolic.pages.page import NamedValue, Record
from symbolic.pages.sections.spread import Divided


def values_of(
    prompt: Pass, step: Pass, devices: int, layout: Layout | None, staged: InStages | None = None
) -> dict[str, NamedValue]:
    """Return the results by name, as the table of the numbers at a glance has them: exact, in seconds.

    Where devices send each other something, and we know how long that takes, it is in them. `staged` is how whole
    servers hold the batch where layers are divided among them.
    """
    more = sent(prompt, step, layout)
    first, each = (one.bound + added for one, added in ((prompt, more.prompt), (step, more.step)))
    found = {
        "time_to_first_token": _seconds(first),
        "time_per_output_token": _seconds(each),
        "tokens_per_second": _rate(int(step.bytes.sizes[batch_size.name]) / each),
        "devices": NamedValue(devices, "devices", grouped(devices)),
    }
    if layout is not None:
        found["sequences_that_fit"] = NamedValue(layout.most, "sequences", grouped(layout.most))
    if staged is not None:
        for name, many in (("tensor_parallel", staged.tensor), ("pipeline_parallel", staged.stages)):
            found[f"in_stages_{name}"] = NamedValue(many, "devices", grouped(many))
    return found


def records_of(prompt: Pass, step: Pass, layout: Layout | None, found: Divided | None) -> dict[str, tuple[Record, ...]]:
    """Return the rows of the tables of batches, and of experts divided among devices, where the page has these.

    What devices send is in the times as it is in those of the page: sums of all where they share the matrices, and what
    goes to experts on other servers.
    """
    made: dict[str, tuple[Record, ...]] = {}
    if layout is not None:
        made["batches"] = tuple(_of_batches(layout, batch_of(step), sums=sent(prompt, step, layout).step > 0))
    if found is not None and found.rows:
        made["experts_divided"] = tuple(
            _record(spread.devices, row, row.time, Fraction(row.batch * spread.devices), spread.dollars(row))
            for spread, row in found.rows
        )
    return made


def batch_of(step: Pass) -> int:
    """Return how many sequences a step has."""
    return int(step.bytes.sizes[batch_size.name])


def _of_batches(layout: Layout, asked: int, *, sums: bool) -> Iterator[Record]:
    for row in batches(layout, asked):
        time = row.time + (layout.adding_up(row.batch) if sums else 0)
        dollars = layout.dollars(row) * time / row.time
        yield _record(layout.devices, row, time, Fraction(row.batch), dollars)


def _record(devices: int, row: BatchStep, time: Fraction, sequences: Fraction, dollars: Fraction) -> Record:
    """Return a row as a record; bytes are those of a device, a batch the sequences of all devices together."""
    limit = "network" if row.is_bound_by_network else "memory" if row.is_bound_by_memory else "arithmetic"
    many = int(sequences)
    return {
        "devices": NamedValue(devices, "devices", grouped(devices)),
        "batch": NamedValue(many, "sequences", grouped(many)),
        "time_per_output_token": _seconds(time),
        "tokens_per_second": _rate(sequences / time),
        "dollars_per_million_tokens": NamedValue(exact(dollars), "dollars", in_short(exact(dollars))),
        "bytes_of_weights": _bytes(row.weights),
        "bytes_of_cache": _bytes(row.cache),
        "limit": limit,
    }


def _seconds(time: Fraction) -> NamedValue:
    return NamedValue(exact(time), "seconds", lasting(time))


def _rate(each: Fraction) -> NamedValue:
    return NamedValue(exact(each), "tokens per second", in_short(exact(each)))


def _bytes(size: Exact) -> NamedValue:
    return NamedValue(size, "bytes", in_bytes(int(size)))
