"""The numbers of serving in one table: times, tokens per second, how many at once, and prices."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.analysis.passes_page import is_expected
from symbolic.analysis.roofline import Pass
from symbolic.formulas.figures import grouped, in_short, lasting
from symbolic.formulas.vocabulary import batch_size, tokens
from symbolic.measuring.serving_layout import Layout
from symbolic.pages.cells import Cell
from symbolic.pages.page import Paragraph, Section, Table
from symbolic.pages.prose import Prose


class Sent(NamedTuple):
    """The seconds that what the devices send each other adds to the pass of the prompt and to a step; 0 for one."""

    prompt: Fraction
    step: Fraction


def sent(prompt: Pass, step: Pass, layout: Layout | None) -> Sent:
    """Return what sums of all devices' results add to the two passes."""
    if layout is None or layout.devices == 1 or not layout.needs.sums:
        return Sent(Fraction(0), Fraction(0))
    read = int(prompt.flops.sizes[tokens.name] * prompt.bytes.sizes[batch_size.name])
    return Sent(layout.adding_up(read), layout.adding_up(int(step.bytes.sizes[batch_size.name])))


def glance_section(prompt: Pass, step: Pass, layout: Layout | None, given: str, seen: int, prose: Prose) -> Section:
    """Return the table; it has a column with what the devices send each other, where they do.

    `given` says what the numbers hold for, `seen` is the context of a step.
    """
    more = sent(prompt, step, layout)
    rows = [*_times(prompt, step, more, seen, prose), *([] if layout is None else _batches(layout, more, seen, prose))]
    names = ("what", "alone", "sent") if more.step else ("what", "value")
    columns = tuple(prose(f"glance_{name}") for name in names)
    cells: tuple[tuple[Cell, ...], ...] = tuple(row[: len(columns)] for row in rows)
    table = Table(prose("glance_table"), columns, cells, frozenset(range(1, len(columns))), fixed=True)
    return Section("glance", prose("glance_title"), (Paragraph(prose("glance", given=given), fixed=True), table))


def shortest(one: Pass, more: Fraction, prose: Prose) -> str:
    """Return the time of a pass: a bound, or about so much where it holds experts that are expected, or an assumption.

    `more` are the seconds of what the devices send each other.
    """
    time = lasting(one.bound + more)
    if one.is_of_shares:
        return prose("of_shares", time=time)
    return prose("about" if is_expected(one) or more else "at_least", time=time)


def rate(step: Pass, more: Fraction, prose: Prose) -> str:
    """Return how many tokens a second all sequences get together."""
    number = in_short(int(step.bytes.sizes[batch_size.name]) / (step.bound + more))
    about = is_expected(step) or more or step.is_of_shares
    return prose("rate_about" if about else "rate_most", rate=number)


def _times(prompt: Pass, step: Pass, more: Sent, seen: int, prose: Prose) -> Iterator[tuple[Cell, ...]]:
    for name, one, added in (("prompt", prompt, more.prompt), ("step", step, more.step)):
        what = prose(f"glance_{name}", context=grouped(seen))
        yield what, shortest(one, Fraction(0), prose), shortest(one, added, prose)
        if lasting(one.time) != lasting(one.bound):
            yield prose(f"glance_{name}_in_turn"), lasting(one.time), lasting(one.time + added)
    yield prose("glance_rate", context=grouped(seen)), rate(step, Fraction(0), prose), rate(step, more.step, prose)


def _batches(layout: Layout, more: Sent, seen: int, prose: Prose) -> Iterator[tuple[Cell, ...]]:
    """Yield how many sequences fit, and what a million tokens cost with one of them and with all."""
    if not layout.most:
        return
    yield prose("glance_most", context=grouped(seen)), grouped(layout.most), grouped(layout.most)
    for batch in sorted({1, layout.most}):
        row = layout.step(batch)
        dollars = layout.dollars(row)
        added = layout.adding_up(batch) if more.step else Fraction(0)
        whole = in_short(dollars * (row.time + added) / row.time)
        yield prose("glance_price", batch=grouped(batch), context=grouped(seen)), in_short(dollars), whole
