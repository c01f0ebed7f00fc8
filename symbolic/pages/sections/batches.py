"""The lesson of serving: a row for each batch, one row worked out, and where memory and arithmetic take turns."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import grouped, in_bytes, in_gigabytes, in_short, near, percent, significant
from symbolic.formulas.formula import Formula, Number, exact
from symbolic.formulas.scales import GIGA, MILLI, MILLION, TERA
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import batch_size, cached_bytes, context
from symbolic.language import translate, unit
from symbolic.measuring import formats, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.hardware import Device
from symbolic.measuring.results import companion
from symbolic.measuring.serving_layout import BatchStep, Layout, batches
from symbolic.networks.blocks import Cache, Kind
from symbolic.networks.walks import Leaf, leaves, weights
from symbolic.pages.cells import Cell
from symbolic.pages.listing import listed
from symbolic.pages.page import Equation, Items, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.batch_curve import curve
from symbolic.pages.sections.served import served, wanted, why_chosen
from symbolic.pages.sections.worked_batch import which_row, worked_out

WORKED = 32
BYTE = 8
COLUMNS = ("batch", "time", "all", "price", "limit", "each", "weights", "cache")
WORDS = COLUMNS.index("limit")
"""What a reader looks for stands first, then what it is made of: a phone shows the first columns."""


def batches_section(derivation: Derivation, *, noted: bool) -> tuple[Section, ...]:
    """Return the lesson for a derivation's model, on the fewest devices that can show it; () where none can.

    `noted` says that another section has said why these devices were chosen.
    """
    made = served(derivation)
    if made is None:
        return ()
    section = lesson(made.layout, derivation, made.device, made.share, fewest=True)
    return (section if noted else section._replace(parts=(*why_chosen(derivation), *section.parts)),)


def lesson(
    layout: Layout,
    derivation: Derivation,
    device: Device,
    share: Fraction,
    *,
    fewest: bool = False,
    drawn: bool = False,
) -> Section:
    """Return the section: what is taken, the table, one row worked out, and what to learn from it.

    `fewest` says that nobody asked for so many devices, `drawn` whether the rows are drawn as a curve, too.
    """
    prose = Prose("batches", "batches")
    rows = tuple(batches(layout, int(derivation.sizes[batch_size.name])))
    worked = next((row for row in rows if row.batch == WORKED), rows[-1]) if rows else None
    parts: list[Part] = [
        Paragraph(_taken(layout, derivation, device, share, prose, fewest=fewest), fixed=True),
        Paragraph(prose("reads"), fixed=True),
        *(_divided(layout, derivation, prose) if layout.devices > 1 else ()),
        *([Paragraph(_sent(layout, prose), fixed=True)] if layout.needs.sums else []),
    ]
    if worked is not None:
        columns = tuple(prose(f"column_{name}") for name in COLUMNS)
        cells = tuple(_row(row, layout, prose) for row in rows)
        parts += [
            *_columns(layout, prose),
            Table(prose("table"), columns, cells, frozenset(range(len(COLUMNS))) - {WORDS}, fixed=True),
            *([curve(rows, layout, prose)] if drawn and len(rows) > 1 else ()),
            Items(tuple(("", says) for says in _learnt(rows, layout, prose)), fixed=True),
            *in_turn(rows[-1], layout),
            *_looked_up(worked, layout, derivation, prose),
            Paragraph(which_row(worked, layout, prose), fixed=True),
            *worked_out(worked, layout, derivation, prose),
        ]
    return Section("batches", prose("title"), tuple(parts))


def _taken(
    layout: Layout, derivation: Derivation, device: Device, share: Fraction, prose: Prose, *, fewest: bool
) -> str:
    sizes = derivation.sizes
    stored = companion(derivation, "weight-memory").total
    bits = Fraction(8 * stored, companion(derivation, "parameters").total)
    return prose(
        "taken",
        devices=layout.devices,
        title=device.title,
        memory=in_gigabytes(layout.memory / share) if layout.memory else "",
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
        unpacked=_is_unpacked(derivation, device),
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
        all=in_short(needs.sums * usual.SUM_SECONDS * MILLI),
        time=in_short(layout.step(1).time * MILLI),
        devices=layout.devices,
        link=link // GIGA,
        known=bool(layout.link),
        tokens=grouped(most),
        more=significant((layout.adding_up(most, link) / needs.sums - usual.SUM_SECONDS) * MILLION, 2),
        full=in_short(layout.adding_up(most, link) * MILLI),
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
        full=in_short(slow * MILLI),
        fast=in_short(layout.adding_up(most, link) * MILLI),
        known=bool(layout.link),
    )
    return f"{says} {across}"


def _is_unpacked(derivation: Derivation, device: Device) -> bool:
    """Return whether weights are stored in a format of products that the device has not."""
    format_of_products = formats.products(derivation.model)
    bits = Fraction(8 * companion(derivation, "weight-memory").total, companion(derivation, "parameters").total)
    if not format_of_products or not BYTE <= bits < 2 * BYTE:
        return False
    return bool(device.title) and format_of_products not in device.formats


def _row(row: BatchStep, layout: Layout, prose: Prose) -> tuple[Cell, ...]:
    binds = "arithmetic" if not row.is_bound_by_memory else "cache" if _mostly_cache(row) else "weights"
    return (
        prose("largest", batch=grouped(row.batch)) if row.batch == layout.most else grouped(row.batch),
        in_short(row.time * MILLI),
        in_short(row.batch / row.time),
        in_short(layout.dollars(row)),
        prose(f"limit_{binds}"),
        in_short(1 / row.time),
        in_gigabytes(row.weights),
        in_gigabytes(row.cache),
    )


def _mostly_cache(row: BatchStep) -> bool:
    return row.cache >= row.weights


def _columns(layout: Layout, prose: Prose) -> Iterator[Part]:
    """Yield what the columns of the table are, and its last row."""
    # In the order of the table's columns.
    named = {"time": "column_time", "rate": "says_rate_term", "price": "column_price"}
    named |= {"limit": "column_limit", "read": "says_read_term"}
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
            weights=in_short(MILLI * one.weights / layout.bandwidth),
            more=in_short(MILLI * compared.weights / layout.bandwidth) if compared and needs.every else "",
            cache=in_short(MILLI * needs.cache / layout.bandwidth),
            batch=grouped(compared.batch) if compared else "",
            times=in_short(compared.time / one.time) if compared else "",
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
                flops=in_short(Fraction(needs.flops) / GIGA),
                working=in_short(MILLI * layout.working),
                cache=in_short(MILLI * needs.cache / layout.bandwidth),
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
            time=in_short(whole * MILLI),
            least=in_short(row.time * MILLI),
            products=in_short(products * MILLI),
            attention=in_short(attention * MILLI),
            dollars=in_short(layout.dollars(row) * whole / row.time),
            cheaper=in_short(layout.dollars(row)),
        )
        yield Paragraph(says, fixed=True)
