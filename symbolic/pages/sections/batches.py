"""The lesson of serving: a row for each batch, one row worked out, and where memory and arithmetic take turns."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.figures import grouped, in_bytes, in_short, near, percent, significant
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import (
    batch_size,
    cached_bytes,
    context,
    device_bandwidth,
    device_flops,
    device_flops_16,
    device_memory,
    memory_share,
)
from symbolic.language import Noun, translate, unit
from symbolic.measuring import formats, hardware, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.hardware import Device
from symbolic.measuring.results import companion
from symbolic.measuring.serving import Serving, fitting, serving
from symbolic.measuring.serving_layout import BatchStep, Layout, batches
from symbolic.networks.blocks import Cache, Kind
from symbolic.networks.walks import Leaf, leaves, weights
from symbolic.pages.cells import Cell
from symbolic.pages.listing import listed
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.batch_curve import curve
from symbolic.pages.sections.timed import Timed

MILLI, GIGA, TERA, MILLION, SECONDS = 1000, 10**9, 10**12, 10**6, 3600
WORKED = 32
BYTE = 8
KEPT_HERE = "layout_of_its_page"
COLUMNS = ("batch", "time", "all", "price", "each", "weights", "cache", "limit")
"""What a reader looks for stands first, then what it is made of: a phone shows the first columns."""


def batches_section(derivation: Derivation, *, noted: bool) -> tuple[Section, ...]:
    """Return the lesson for a derivation's model, on the fewest devices that can show it; () where none can.

    `noted` says that another section has said why these devices were chosen.
    """
    made = served(derivation)
    if made is None:
        return ()
    section = lesson(made.layout, derivation, made.title, made.share, fewest=True)
    return (section if noted else section._replace(parts=(*why_chosen(derivation), *section.parts)),)


def why_chosen(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield why the device is not the usual one, where nobody named it."""
    if derivation.device is not None and derivation.device_chosen:
        prose = Prose("serving", "serving")
        yield Paragraph(prose("chosen", device=derivation.device.title), tone="note", fixed=True)


class Served(NamedTuple):
    """The layout in which the pages of a model serve it: the device's name, and the share that an engine takes.

    `formulas` are those of any number of devices.
    """

    layout: Layout
    title: str
    share: Fraction
    formulas: Serving


def served(derivation: Derivation) -> Served | None:
    """Return the layout, made once for a page; None where no number of devices can be shown."""
    kept = vars(derivation)
    if KEPT_HERE not in kept:
        kept[KEPT_HERE] = _served(derivation)
    found: Served | None = kept[KEPT_HERE]
    return found


def _served(derivation: Derivation) -> Served | None:
    device, formulas = _device(derivation), serving(derivation)
    if device is None or formulas is None:
        return None
    share = Fraction(derivation.sizes.get(memory_share.name, usual.MEMORY_SHARE))
    many = fitting(formulas.held, share * device.memory)
    if not many:
        return None
    speeds = (Fraction(device.bandwidth), Fraction(device.flops or 0), Fraction(usual.HOUR_PRICE))
    made = Layout(formulas.on(many), share * device.memory, *speeds, Fraction(device.attention), device.link)
    return Served(made, device.title, share, formulas)


def lesson(
    layout: Layout, derivation: Derivation, title: str, share: Fraction, *, fewest: bool = False, drawn: bool = False
) -> Section:
    """Return the section: what is taken, the table, one row worked out, and what to learn from it.

    `fewest` says that nobody asked for so many devices, `drawn` whether the rows are drawn as a curve, too.
    """
    prose = Prose("batches", "batches")
    rows = tuple(batches(layout, int(derivation.sizes[batch_size.name])))
    worked = next((row for row in rows if row.batch == WORKED), rows[-1]) if rows else None
    parts: list[Part] = [
        Paragraph(_taken(layout, derivation, title, share, prose, fewest=fewest), fixed=True),
        Paragraph(prose("reads"), fixed=True),
        *(_divided(layout, derivation, prose) if layout.devices > 1 else ()),
        *([Paragraph(_sent(layout, prose), fixed=True)] if layout.needs.sums else []),
    ]
    if worked is not None:
        columns = tuple(prose(f"column_{name}") for name in COLUMNS)
        cells = tuple(_row(row, layout, prose) for row in rows)
        parts += [
            *_columns(layout, prose),
            Table(prose("table"), columns, cells, frozenset(range(len(COLUMNS) - 1)), fixed=True),
            *([curve(rows, layout, prose)] if drawn and len(rows) > 1 else ()),
            Items(tuple(("", says) for says in _learnt(rows, layout, prose)), fixed=True),
            *in_turn(rows[-1], layout),
            *_looked_up(worked, layout, derivation, prose),
            Paragraph(_row_worked(worked, layout, prose), fixed=True),
            *_worked(worked, layout, derivation, prose),
        ]
    return Section("batches", prose("title"), tuple(parts))


def _device(derivation: Derivation) -> Device | None:
    """Return the device that was named, or the usual one; numbers of somebody's own stand for their symbols."""
    if derivation.device is not None:
        return derivation.device
    usual_one, given = hardware.device(), derivation.inputs.given
    numbers = [given.get(symbol.name) for symbol in (device_memory, device_bandwidth, device_flops, device_flops_16)]
    if all(number is None for number in numbers):
        return usual_one
    memory, bandwidth, flops, attention = numbers
    if any(isinstance(number, Formula) for number in numbers) or bandwidth is None:
        return None
    # Its peak is not known where only its memory is: that of another device would be a guess.
    speeds = (int(flops), int(attention or 0)) if flops else (None, 0)  # type: ignore[arg-type]
    return Device("", int(memory or usual.MEMORY), int(bandwidth), *speeds)  # type: ignore[arg-type]


def _taken(layout: Layout, derivation: Derivation, title: str, share: Fraction, prose: Prose, *, fewest: bool) -> str:
    sizes = derivation.sizes
    stored = companion(derivation, "weight-memory").total
    bits = Fraction(8 * stored, companion(derivation, "parameters").total)
    return prose(
        "taken",
        devices=layout.devices,
        title=title,
        memory=grouped(exact(layout.memory / share / GIGA)) if layout.memory else "",
        share=percent(share),
        bandwidth=grouped(exact(layout.bandwidth / GIGA)),
        peak=significant(layout.flops / TERA, 4) if layout.flops else "",
        attention=significant(layout.attention / TERA, 4) if layout.attention else "",
        kept=Markup(listed([translate(name) for name in layout.needs.kept])),
        context=grouped(sizes[context.name]),
        weights=near(bits),
        cache=near(8 * Fraction(sizes[cached_bytes.name])),
        price=grouped(exact(layout.price)),
        fewest=wanted(layout) if fewest else 0,
        experts=layout.needs.every > 0,
        unpacked=_is_unpacked(derivation, title),
    )


def _divided(layout: Layout, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what each of several devices keeps of the weights: its part of what is split, and what is whole."""
    needs, stored = layout.needs, companion(derivation, "weight-memory").total
    split, here = stored - needs.whole, needs.stored - needs.whole
    # Of key-value heads there may be fewer than devices, which then have copies.
    even = here * needs.devices == split
    names = Markup(listed([translate(name) for name in needs.names]))
    yield Paragraph(prose("divided", devices=needs.devices, names=names, even=even), fixed=True)
    each: Formula = Labelled(prose("split"), Number(exact(split if even else here)))
    if even:
        each = each / Labelled(prose("devices"), Number(needs.devices))
    formula = each + Labelled(prose("kept_whole"), Number(needs.whole))
    yield Equation(formula, needs.stored, unit=unit("byte", "bytes"), sizes=derivation.sizes)
    if any(isinstance(leaf.part, Cache) and leaf.part.expanded for leaf in leaves(derivation.model.network)):
        yield Paragraph(prose("divided_latents", devices=needs.devices, experts=needs.every > 0), fixed=True)


def _looked_up(row: BatchStep, layout: Layout, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield why a step reads less than all weights, where the rest is tables of which a token takes a row."""
    if layout.devices > 1 or layout.needs.every:
        return
    stored = companion(derivation, "weight-memory")
    counted = stored.convention.counts
    tied = {leaf.weight.tied_to for leaf in weights(derivation.model.network)}

    def is_looked_up(leaf: Leaf) -> bool:
        return leaf.weight.kind is Kind.TABLE and not tied & {leaf.part.key, leaf.path[-1].key}

    tables = stored.convention._replace(name="looked-up", counts=lambda leaf: counted(leaf) and is_looked_up(leaf))
    names = [leaf.leaf.part.name for leaf in stored.measuring.counted(tables)]
    if names and stored.counted_as(tables).total == stored.total - row.weights:
        says = prose(
            "looked_up",
            stored=grouped(stored.total),
            read=grouped(row.weights),
            names=Markup(listed([translate(name) for name in dict.fromkeys(names)])),
        )
        yield Paragraph(says, fixed=True)


def _sent(layout: Layout, prose: Prose) -> str:
    """Return how often the devices add up their results in a step, and what that takes beside what is counted."""
    needs, most = layout.needs, max(1, layout.most)
    link = layout.link or usual.LINK
    says = prose(
        "sent",
        sums=grouped(needs.sums),
        bytes=grouped(needs.summed),
        each=grouped(exact(usual.SUM_SECONDS * MILLION)),
        all=_short(needs.sums * usual.SUM_SECONDS * MILLI),
        time=_short(layout.step(1).time * MILLI),
        devices=layout.devices,
        link=link // GIGA,
        known=bool(layout.link),
        tokens=grouped(most),
        more=significant((layout.adding_up(most, link) / needs.sums - usual.SUM_SECONDS) * MILLION, 2),
        full=_short(layout.adding_up(most, link) * MILLI),
    )
    if layout.devices <= usual.SERVER:
        return says
    slow = layout.adding_up(most, usual.NETWORK)
    across = prose(
        "sent_across",
        devices=layout.devices,
        server=usual.SERVER,
        network=usual.NETWORK // GIGA,
        tokens=grouped(most),
        more=significant((slow / needs.sums - usual.SUM_SECONDS) * MILLION, 2),
        full=_short(slow * MILLI),
        fast=_short(layout.adding_up(most, link) * MILLI),
    )
    return f"{says} {across}"


def _is_unpacked(derivation: Derivation, title: str) -> bool:
    """Return whether weights are stored in a format of products that the device has not."""
    format_of_products = formats.products(derivation.model)
    bits = Fraction(8 * companion(derivation, "weight-memory").total, companion(derivation, "parameters").total)
    if not format_of_products or not BYTE <= bits < 2 * BYTE:
        return False
    found = (one for one in hardware.table("accelerators").values() if one["title"] == title)
    return any(format_of_products not in one.get("peak", {}) for one in found)


def wanted(layout: Layout) -> int:
    """Return for how many sequences the devices were chosen: one where so many as usual fit on no number of them."""
    return usual.SEQUENCES if layout.most >= usual.SEQUENCES else 1


def _row(row: BatchStep, layout: Layout, prose: Prose) -> tuple[Cell, ...]:
    binds = "arithmetic" if not row.is_bound_by_memory else "cache" if _mostly_cache(row) else "weights"
    return (
        prose("largest", batch=grouped(row.batch)) if row.batch == layout.most else grouped(row.batch),
        _short(row.time * MILLI),
        _short(row.batch / row.time),
        _short(layout.dollars(row)),
        _short(1 / row.time),
        _short(Fraction(row.weights) / GIGA),
        _short(Fraction(row.cache) / GIGA),
        prose(f"limit_{binds}"),
    )


def _short(value: Fraction) -> str:
    return in_short(value)


def _mostly_cache(row: BatchStep) -> bool:
    return row.cache >= row.weights


def _columns(layout: Layout, prose: Prose) -> Iterator[Part]:
    """Yield what the columns of the table are, and its last row."""
    named = {"read": "says_read_term", "time": "column_time", "rate": "says_rate_term"}
    named |= {"price": "column_price", "limit": "column_limit"}
    yield Paragraph(prose("says", full=layout.most > 0), fixed=True)
    items = ((prose(term), prose(f"says_{name}", devices=layout.devices)) for name, term in named.items())
    yield Items(tuple(items), fixed=True)


def _learnt(rows: tuple[BatchStep, ...], layout: Layout, prose: Prose) -> list[str]:
    """Return why a larger batch is cheaper, where its caches overtake the weights, and where the arithmetic limits."""
    needs, one = layout.needs, layout.step(1)
    compared = next((row for row in rows if row.batch > 1), None)
    most = Fraction(needs.flops) / needs.cache
    turned, overtaken = layout.turned, layout.overtaken
    says = [
        prose(
            "free",
            weights=_short(MILLI * one.weights / layout.bandwidth),
            more=_short(MILLI * compared.weights / layout.bandwidth) if compared and needs.every else "",
            cache=_short(MILLI * needs.cache / layout.bandwidth),
            batch=grouped(compared.batch) if compared else "",
            times=_short(compared.time / one.time) if compared else "",
        ),
        prose(
            "overtaken",
            batch=grouped(overtaken),
            cache=in_bytes(int(needs.cache)) or grouped(needs.cache),
            weights=in_bytes(int(needs.read(overtaken))) or grouped(needs.read(overtaken)),
            fits=not layout.memory or overtaken <= layout.most,
            most=grouped(layout.most),
            first=overtaken == 1,
        ),
    ]
    if layout.flops:
        ridge = layout.ridge
        fits = turned is not None and (not layout.memory or turned <= layout.most)
        says.append(
            prose(
                "turned",
                batch=grouped(turned or 0),
                never=turned is None,
                fits=fits,
                flops=_short(Fraction(needs.flops) / GIGA),
                working=_short(MILLI * layout.working),
                cache=_short(MILLI * needs.cache / layout.bandwidth),
                alone=layout.devices > 1 and most <= ridge < needs.alone,
                devices=layout.devices,
            )
        )
        says.append(prose("balanced", batch=grouped(layout.balanced)))
    return says


def in_turn(row: BatchStep, layout: Layout) -> Iterator[Paragraph]:
    """Yield what a batch takes if products with weights and attention do not overlap, where that is longer."""
    if not layout.flops:
        return
    products, attention = layout.in_turn(row.batch)
    whole = products + attention
    if whole * 100 > row.time * 101:
        says = Prose("batches", "batches")(
            "in_turn",
            batch=grouped(row.batch),
            time=_short(whole * MILLI),
            least=_short(row.time * MILLI),
            products=_short(products * MILLI),
            attention=_short(attention * MILLI),
            dollars=_short(layout.dollars(row) * whole / row.time),
            cheaper=_short(layout.dollars(row)),
        )
        yield Paragraph(says, fixed=True)


def _row_worked(row: BatchStep, layout: Layout, prose: Prose) -> str:
    """Return which row is worked out, and what the name of the speed in it stands for."""
    speed = prose("bandwidth_named" if row.is_bound_by_memory else "flops_named")
    return f"{prose('worked', batch=grouped(row.batch), devices=layout.devices)} {speed}"


def _worked(row: BatchStep, layout: Layout, derivation: Derivation, prose: Prose) -> tuple[Equation, ...]:
    """Return the equations of one row: its time, its tokens per second, and what a million tokens cost."""
    bandwidth, peak = exact(layout.bandwidth), exact(layout.flops)
    sizes = {**derivation.sizes, device_bandwidth.name: bandwidth, device_flops.name: peak}

    batch, devices = _said("batch", row.batch, prose), _said("devices", layout.devices, prose)
    work, counted, taken = _work(row, layout, batch, prose)
    price = _said("hour_price", exact(layout.price), prose)
    dollars = MILLION * (devices * price if layout.devices > 1 else price)
    time, rate, cost = taken.scaled(MILLI), taken.rate(batch), taken.scaled(dollars, SECONDS * batch)
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
    return _work(layout.step(batch), layout, _said("batch", batch, prose), prose)[2]


def _work(row: BatchStep, layout: Layout, batch: Formula, prose: Prose) -> tuple[Formula, Noun, Timed]:
    """Return what limits a step, its unit, and the time that it takes."""
    if row.is_bound_by_memory:
        cache = _said("cache", layout.needs.cache, prose)
        read = _said("weights", exact(Fraction(row.weights)), prose) + batch * cache
        return read, unit("byte", "bytes"), Timed(Labelled(prose("bytes"), read), device_bandwidth)
    work = batch * _said("flops", layout.needs.flops, prose)
    done = Timed(Labelled(prose("step_flops"), work), device_flops)
    if layout.attention:
        short = _said("flops_short", layout.needs.short, prose)
        others = _said("flops_long", exact(Fraction(layout.needs.flops) - layout.needs.short), prose)
        peak = _said("peak_attention", exact(layout.attention), prose)
        done = Timed(batch * (short / device_flops + others / peak))
    return work, unit("FLOP", "FLOPs"), done


def _said(name: str, number: Exact, prose: Prose) -> Formula:
    return Labelled(prose(name), Number(number))
