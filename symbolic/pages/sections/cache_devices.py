"""What fits on a device: how long the texts of a batch may be, and how many tokens other devices have room for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import grouped, in_gigabytes, percent
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.scales import GIGA
from symbolic.formulas.vocabulary import context, tensor_parallel
from symbolic.measuring import hardware, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.hardware import Device
from symbolic.measuring.serving import fitting
from symbolic.measuring.serving_layout import batches
from symbolic.measuring.sharing import revalued
from symbolic.pages.cells import Cell
from symbolic.pages.cited import joined
from symbolic.pages.listing import listed
from symbolic.pages.page import Paragraph, Part, Table
from symbolic.pages.pictures import Curves, Figure, Series
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.cache_length import drawn_lengths, longest_of, marks
from symbolic.pages.sections.served import Served, served, why_chosen

OTHERS = ("rtx-4090", "l40s", "a100-80gb", "h200", "mi300x", "b200")
"""Devices of the table, from a small memory to a large one."""
MOST = 2 * usual.SERVER
"""Nobody splits each matrix among more devices than those of two servers."""
FORMS = ("SXM", "OAM", "HGX")
"""How accelerators for servers are built, as their names say it: words that a first reader does not know."""
DRAWN, PARTS = 3, 16
"""So many batches are drawn, the largest ones of the table of serving, through so many lengths and powers of two."""


def devices(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the drawing for the devices of the page, and a table of others; nothing where the layouts are unknown."""
    made = served(derivation)
    if made is None or not made.layout.memory or derivation.convention != derivation.quantity.default:
        return
    yield from why_chosen(derivation)
    if made.layout.most and context in derivation.general.formula.symbols:
        yield _plot(made, derivation, prose)
    yield from _table(made, derivation, prose)


def _plot(made: Served, derivation: Derivation, prose: Prose) -> Figure:
    """Return the drawing of what a device holds with batches of texts, up to the longest text or to its memory."""
    layout, here = made.layout, int(derivation.sizes[context.name])
    stored, most = Fraction(layout.needs.stored), layout.memory
    end = longest_of(derivation)
    lengths = sorted({0, *drawn_lengths(end, PARTS), here})
    kept = {length: _cache(made, length) for length in lengths if length}
    lines = []
    for row in list(batches(layout))[-DRAWN:]:
        points = [(length, stored + row.batch * kept.get(length, 0)) for length in lengths]
        amount = stored + row.batch * layout.needs.cache
        name = prose("idea_fits_line", batch=grouped(row.batch), amount=in_gigabytes(amount), tokens=grouped(here))
        lines.append(Series(name, tuple(_up_to(most, points)), line=True))
    levels = tuple(
        (
            exact(amount / GIGA),
            prose("idea_fits_level", name=name, amount=in_gigabytes(amount), share=percent(made.share)),
        )
        for name, amount in (("taken", most), ("weights", stored))
    )
    names = Markup("; ".join((*(line.name for line in lines), *(name for _level, name in levels))))
    return Figure(
        "devices",
        prose("idea_fits_caption", devices=layout.devices, title=made.device.title),
        prose("idea_plot_alt", unit="GB", lines=names),
        Curves(prose("idea_plot_x"), "GB", tuple(lines), (), marks(derivation, prose), levels),
        fixed=True,
    )


def _cache(made: Served, length: int) -> Exact:
    """Return the bytes that each device of the page keeps of one sequence of a length."""
    return revalued(made.formulas.cache, {tensor_parallel.name: made.layout.devices, context.name: length})


def _up_to(most: Fraction, points: list[tuple[int, Fraction]]) -> Iterator[tuple[Exact, Exact]]:
    """Yield points in gigabytes as far as they are not above a memory, the last of them on it."""
    for place, (length, amount) in enumerate(points):
        if amount > most:
            before, less = points[place - 1]
            yield exact(before + (length - before) * (most - less) / (amount - less)), exact(most / GIGA)
            return
        yield length, exact(amount / GIGA)


def _table(made: Served, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield how many tokens and sequences fit beside the weights, on the fewest devices of each kind that hold them."""
    own = made.device
    found = {one.title: one for one in (*map(hardware.device, OTHERS), *([own] if own.title else []))}
    here, grows = int(derivation.sizes[context.name]), context in derivation.general.formula.symbols
    # Where each token adds as much, so many fit however long the texts are; else it hangs on their length.
    each = grows and _cache(made, 2 * here) == 2 * _cache(made, here)
    rows: list[tuple[Cell, ...]] = []
    left_out: list[str] = []
    shown: list[tuple[Device, int]] = []
    for device in sorted(found.values(), key=lambda one: one.memory):
        memory = made.share * device.memory
        many = fitting(made.formulas.held, memory)
        title = _with_memory(device)
        if many and many > MOST and device != own:
            left_out.append(prose("idea_fits_left_out", title=title, devices=grouped(many)))
            continue
        cells: list[Cell] = [prose("idea_fits_here", title=title) if device == own else title]
        if many:
            stored, with_one = (made.formulas.held.on(many, sequences) for sequences in (0, 1))
            free, cache = memory - stored, with_one - stored
            cells += [grouped(many), grouped(int(free * here / cache if each else free / cache))]
        else:
            cells += ["–", "–"]
        rows.append(tuple(cells))
        shown.append((device, many))
    columns = ("device", "many", "tokens" if each else "sequences" if grows else "any_sequences")
    asked = {"sequences": usual.SEQUENCES, "context": grouped(here)}
    yield Paragraph(prose("idea_fits", share=percent(made.share), chosen=derivation.device_chosen, **asked), fixed=True)
    heads = tuple(prose(f"idea_fits_column_{column}", context=grouped(here)) for column in columns)
    numeric = frozenset(range(1, len(columns)))
    yield Table(prose("idea_fits_table"), heads, tuple(rows), numeric, fixed=True)
    shared = any(many > 1 for _device, many in shown)
    forms = any(form in device.title for device, _many in shown for form in FORMS)
    if words := prose("idea_fits_words", shared=shared, forms=forms):
        yield Paragraph(words, tone="note", fixed=True)
    if left_out:
        yield Paragraph(prose("idea_fits_more", named=Markup(listed(left_out)), most=MOST), fixed=True)
    if own.source:
        # Of one device alone no link is used.
        sources = (own.source, own.link_source if made.layout.devices > 1 else "")
        source = "; ".join(plain(joined(one)) for one in sources if one)
        reported = {"reported": own.reported, "report": Markup(plain(own.report))}
        said = prose("idea_fits_source", title=own.title, source=Markup(source), **reported)
        yield Paragraph(said, tone="note", fixed=True)


def _with_memory(device: Device) -> str:
    """Return a device's name with the memory that its maker prints, which most have in their names."""
    return device.title if "GB" in device.title else f"{device.title}, {in_gigabytes(device.label)} GB"
