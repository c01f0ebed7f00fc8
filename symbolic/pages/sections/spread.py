"""Serving with experts divided among devices that have sequences of their own, beside what was published of it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.configs.deployment import Deployment
from symbolic.formulas.figures import grouped, in_bytes, in_gigabytes, in_short, near, significant
from symbolic.formulas.formula import exact
from symbolic.formulas.scales import GIGA, HOUR, MILLI, MILLION
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import device_bandwidth, device_flops, emb_dim
from symbolic.language import translate, unit
from symbolic.measuring import formats, hardware, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.serving import serving
from symbolic.measuring.serving_layout import BatchStep, Layout
from symbolic.measuring.spread import BATCH, Spread, bytes_sent, expert_layers, spreads
from symbolic.networks.blocks import Cache
from symbolic.networks.walks import leaves
from symbolic.pages.cells import Cell
from symbolic.pages.labels import labelled_number
from symbolic.pages.page import Equation, Paragraph, Part, Section, Table
from symbolic.pages.prose import Markup, Prose

COLUMNS = ("devices", "experts", "batch", "weights", "cache", "network", "time", "device", "price", "limit")


class PublishedDeployment(NamedTuple):
    """What was published, and the same layout as we count it."""

    said: Deployment
    ours: Spread
    title: str


class Divided(NamedTuple):
    """The layouts in which the experts are divided: what one device needs, and the one that was published.

    `among` is how many devices somebody asked for; 0 where nobody did.
    """

    one: Spread
    published: PublishedDeployment | None
    among: int = 0

    @property
    def rows(self) -> tuple[tuple[Spread, BatchStep], ...]:
        """A row of a usual batch, where it fits, and one of the largest, of each layout."""
        return tuple(row for spread in spreads(self.one, self.among) for row in _rows(spread))


def divided(found: Divided, layout: Layout, derivation: Derivation) -> Iterator[Section]:
    """Yield the section, where the network has experts and a device holds its part of them."""
    rows = found.rows
    if not rows:
        return
    prose = Prose("spread", "spread")
    columns = tuple(prose(f"column_{name}") for name in COLUMNS)
    latent = any(isinstance(leaf.part, Cache) and leaf.part.expanded for leaf in leaves(derivation.model.network))
    cells = [_split(layout, prose)] if layout.most else []
    cells += [_row(spread, row, prose) for spread, row in rows]
    parts: list[Part] = [
        Paragraph(prose("says", every=found.one.needs.every, latent=latent)),
        Table(prose("title"), columns, tuple(cells), frozenset(range(1, len(COLUMNS) - 1)), fixed=True),
        Paragraph(prose("learnt", split=bool(layout.most) and layout.devices > 1)),
        Paragraph(_sent(found.one, derivation, prose)),
    ]
    if found.published is not None:
        parts += _published(found.published, derivation, prose)
    yield Section("divided", prose("title"), tuple(parts))


def _rows(spread: Spread) -> Iterator[tuple[Spread, BatchStep]]:
    """Yield a row of a usual batch, where it fits, and one of the largest."""
    for batch in sorted({min(BATCH, spread.most), spread.most}):
        yield spread, spread.step(batch)


def _split(layout: Layout, prose: Prose) -> tuple[Cell, ...]:
    """Return the row of the layout in which devices share each matrix, for comparison."""
    step = layout.step(layout.most)
    name = prose("split", devices=layout.devices) if layout.devices > 1 else grouped(1)
    most = grouped(layout.most)
    sequences = prose("shared", batch=most) if layout.devices > 1 else most
    return _cells(name, prose("parts"), sequences, step, Fraction(step.batch, layout.devices), layout.dollars(step))


def _row(spread: Spread, step: BatchStep, prose: Prose) -> tuple[Cell, ...]:
    full = step.batch == spread.most
    batch = prose("full", batch=grouped(step.batch)) if full else grouped(step.batch)
    held = grouped(spread.held)
    return _cells(grouped(spread.devices), held, batch, step, Fraction(step.batch), spread.dollars(step))


def _cells(name: str, held: str, batch: str, step: BatchStep, here: Fraction, dollars: Fraction) -> tuple[Cell, ...]:
    network = Prose("spread", "spread")("limit_network")
    binds = "arithmetic" if not step.is_bound_by_memory else "cache" if step.cache >= step.weights else "weights"
    return (
        name,
        held,
        batch,
        in_gigabytes(step.weights),
        in_gigabytes(step.cache),
        in_short(exact(step.by_network * MILLI)) if step.by_network else "–",
        in_short(exact(step.time * MILLI)),
        in_short(exact(here / step.time)),
        in_short(exact(dollars)),
        network if step.is_bound_by_network else Prose("batches", "batches")(f"limit_{binds}"),
    )


def _sent(spread: Spread, derivation: Derivation, prose: Prose) -> str:
    return prose(
        "sent",
        layers=expert_layers(derivation.model.network, derivation.sizes),
        chosen=spread.needs.chosen,
        width=grouped(derivation.sizes[emb_dim.name]),
        eight=bool(formats.products(derivation.model)),
        bytes=in_bytes(bytes_sent(derivation, spread.needs.chosen)),
        rate=usual.NETWORK // GIGA,
        server=usual.SERVER,
    )


def _published(found: PublishedDeployment, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what was published, what the formula gives for it, and what lies between the two."""
    said, ours = found.said, found.ours
    step = ours.step(said.sequences)
    if not step.is_bound_by_memory:
        return
    rate = said.server * step.batch / step.time
    yield Paragraph(prose("published", note=Markup(translate(said.note)), source=translate(said.source)), fixed=True)
    yield Paragraph(
        prose(
            "ours",
            rate=grouped(said.rate),
            server=said.server,
            each=said.each,
            sequences=said.sequences,
            devices=ours.devices,
            device=found.title,
            held=ours.held,
            most=grouped(ours.most),
        ),
        fixed=True,
    )
    yield from _step_worked(found, step, derivation, prose)
    yield Paragraph(
        prose(
            "published_price",
            price=in_short(exact(ours.price)),
            rate=grouped(said.rate),
            server=said.server,
            dollars=in_short(exact(MILLION * said.server * ours.price / (HOUR * said.rate))),
            ours=in_short(exact(ours.dollars(step))),
        ),
        fixed=True,
    )
    sent = step.batch * bytes_sent(derivation, ours.needs.chosen)
    network = Fraction(sent, usual.NETWORK)
    yield Paragraph(
        prose(
            "between",
            times=significant(rate / said.rate, 2),
            sent=in_bytes(sent),
            rate=usual.NETWORK // GIGA,
            network=in_short(exact(MILLI * network)),
            both=in_short(exact(MILLI * (network + step.time))),
            time=in_short(exact(step.time * MILLI)),
            taken=near(Fraction(MILLI, said.each)),
        ),
        fixed=True,
    )


def _step_worked(
    found: PublishedDeployment, step: BatchStep, derivation: Derivation, prose: Prose
) -> Iterator[Equation]:
    """Yield the equations of a step of the published layout: its bytes, its time, and the tokens a second."""
    said, ours = found.said, found.ours
    weights = labelled_number(prose, "bytes_weights", exact(Fraction(step.weights)))
    cache = labelled_number(prose, "bytes_cache", exact(Fraction(ours.needs.cache)))
    batch = labelled_number(prose, "sequences", step.batch)
    sizes = {**derivation.sizes, device_bandwidth.name: exact(ours.bandwidth)}
    work = weights + batch * cache
    server = labelled_number(prose, "server", said.server)
    done = Labelled(prose("bytes_step"), work)
    for formula, called in (
        (work, unit("byte", "bytes")),
        (MILLI * done / device_bandwidth, unit("millisecond", "milliseconds")),
        (server * batch * device_bandwidth / done, prose("rate")),
    ):
        yield Equation(formula, exact(Fraction(formula.value(sizes))), unit=called, sizes=sizes)


def deployment_of(read: Derivation, said: Deployment, share: Fraction, price: Fraction) -> PublishedDeployment | None:
    """Return a deployment that was published beside what we count of it; None where that is unknown.

    `read` is the model's `arithmetic-intensity` with the context and on the device that were published.
    """
    needs = serving(read)
    if needs is None:
        return None
    device = hardware.table("accelerators")[said.device]
    bandwidth, peak = (Fraction(read.sizes[one.name]) for one in (device_bandwidth, device_flops))
    attention = Fraction(0 if read.device is None else read.device.attention)
    ours = Spread(needs.on(1), said.devices, share * device["memory"], bandwidth, peak, price, attention, said.copies)
    return PublishedDeployment(said, ours, str(device["title"]))
