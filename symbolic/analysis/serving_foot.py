"""The foot of the page of serving: where its numbers come from, how they were checked, and the sources."""

from __future__ import annotations

from symbolic.analysis.roofline import Pass
from symbolic.configs import models
from symbolic.formulas.figures import grouped
from symbolic.formulas.vocabulary import context
from symbolic.language import translate
from symbolic.measuring import quantities
from symbolic.measuring.hardware import Device
from symbolic.measuring.results import companion
from symbolic.pages.cited import cited, joined
from symbolic.pages.page import Items, Paragraph, Section, Table
from symbolic.pages.prose import Markup, Prose, plain

FROM = ("parameters", "weight-memory", "kv-cache", "forward-flops", "arithmetic-intensity")
"""The quantities whose pages derive the numbers of this one."""


def checked_section(step: Pass, weights: int, cache: int, prose: Prose) -> Section:
    """Return which page derives which number, and what was checked; `weights` and `cache` are bytes of all of it."""
    model = step.bytes.model
    numbers = {
        "parameters": grouped(companion(step.bytes, "parameters").total),
        "weight-memory": grouped(weights),
        "kv-cache": grouped(cache),
        "forward-flops": grouped(step.flops.total),
        "arithmetic-intensity": grouped(step.bytes.total),
    }
    rows = tuple(
        (prose(f"from_{name.replace('-', '_')}"), number, translate(quantities.find(name).title), f"`{name}`")
        for name, number in numbers.items()
    )
    columns = tuple(prose(f"column_from_{name}") for name in ("number", "value", "page", "quantity"))
    every = Prose("page")
    verified = models.verified(model)
    tensors = (
        ""
        if verified is None
        else every("check_verified", tensors=grouped(verified.tensors), code=joined(verified.code))
    )
    says = prose(
        "from",
        name=model.name,
        quantities=",".join(FROM),
        context=grouped(int(step.bytes.sizes[context.name])),
    )
    return Section(
        "checked",
        every("checked_title"),
        (
            Paragraph(says),
            Table(prose("from_table"), columns, rows, frozenset({1})),
            Paragraph(prose("how_checked", tensors=Markup(tensors)), tone="checked"),
        ),
    )


def sources_section(step: Pass, device: Device, prose: Prose) -> Section:
    """Return the sources: of the family, of the times, of a device, and of how the weights are stored."""
    sources = (*step.bytes.model.architecture.sources, *step.bytes.quantity.sources)
    items = [("", cited(source)) for source in sources]
    read = "; ".join(plain(joined(source)) for source in (device.source, device.link_source) if source)
    reported = {"reported": device.reported, "report": Markup(plain(device.report))}
    items.append(("", prose("device_source", device=device.title, source=Markup(read), **reported)))
    stored = step.bytes.model.stored
    # Which matrices are stored how, and who says so.
    items += [] if stored is None else [("", " ".join(translate(said) for said in stored.says))]
    return Section("sources", prose("sources_title"), (Items(tuple(items)),))
