"""From the hours of a training to devices and days: by the share of the peak that is used, and in whole layouts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from math import ceil

from symbolic.errors import SymbolicError
from symbolic.formulas.figures import grouped, in_gigabytes, percent, significant, with_unit
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import device_flops, device_memory, hour_price, n_devices, utilisation
from symbolic.measuring import hardware, quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.quantities.training_cost import DAYS, DEVICES, HOURS, MONTH
from symbolic.measuring.results import derived_results
from symbolic.pages.page import Paragraph, Part, Section, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.layouts import first_layout, known_layouts

MEMORY, OF_DEVICES = "training-memory", "device-memory"
USUAL = (Fraction(3, 10), Fraction(4, 10), Fraction(5, 10))
"""Shares of the peak: a fair one, a middling one, and a very good one."""
DAY = 24


def days_section(derivation: Derivation) -> tuple[Section, ...]:
    """Return the section: a row for each share of the peak, and how whole layouts come to so many devices."""
    prose = Prose("training-days", "training-days")
    results = {one.key or one.title: one.value for one in derived_results(derivation)}
    if not {HOURS, DAYS, DEVICES} <= results.keys():
        return ()
    sizes, inputs = derivation.sizes, derivation.inputs
    at_all = Fraction(results[HOURS]) * Fraction(sizes[utilisation.name])
    reached = Fraction(results.get("reached", 0))
    # Nobody said how many devices there are: then those of thirty and of fifteen days say enough.
    many = int(sizes[n_devices.name])
    named = 0 if n_devices.name in inputs.assumed - inputs.published else many
    price = Fraction(sizes[hour_price.name])
    rows = []
    for share in sorted({*USUAL, Fraction(sizes[utilisation.name]), *([reached] if reached else [])}):
        hours = at_all / share
        rows.append(
            (
                prose("days_reached", share=percent(share)) if share == reached else percent(share),
                significant(hours, 4),
                significant(hours * price, 4),
                *([significant(hours / (named * DAY), 4)] if named else []),
                *(grouped(ceil(hours / (days * DAY))) for days in (MONTH, MONTH // 2)),
            )
        )
    columns = (
        *(prose(f"column_days_{name}") for name in ("share", "hours", "dollars")),
        *([prose("column_days", devices=with_unit(Fraction(named), n_devices.unit))] if named else []),
        *(prose("column_devices", days=days) for days in (MONTH, MONTH // 2)),
    )
    parts: tuple[Part, ...] = (
        Paragraph(prose("days", reached=bool(reached)), fixed=True),
        Table(prose("days_table"), columns, tuple(rows), frozenset(range(len(columns))), fixed=True),
        *_layout(derivation, int(results[DEVICES]), prose),
    )
    return (Section("days", prose("days_title"), parts),)


def _layout(derivation: Derivation, wanted: int, prose: Prose) -> Iterator[Paragraph]:
    """Yield which whole layouts come to the devices of thirty days, and where the layouts are."""
    quantity, device = quantities.find(MEMORY), derivation.device
    given: dict[str, Exact] = {}
    training, inputs = derivation.model.training, derivation.inputs
    if device is not None:
        given[device_memory.name] = device.memory
    elif device_flops.name in inputs.published and training is not None and training.device:
        given[device_memory.name] = int(hardware.table("accelerators")[training.device]["memory"])
    elif device_flops.name in inputs.given:
        # Of a device of somebody's own the memory is not known.
        return
    with suppress(SymbolicError):
        memory = derive(derivation.model, quantity, quantity.default, given)
        found = known_layouts(memory)
        first = None if found is None else first_layout(found)
        if first is not None:
            devices, way = first
            copies = ceil(Fraction(wanted, devices))
            files = {one.name: file for one, file in derivation.beside}
            page = next((files[name] for name in (MEMORY, OF_DEVICES) if name in files), "")
            yield Paragraph(
                prose(
                    "days_layout",
                    devices=grouped(devices) if devices > 1 else 1,
                    way=way,
                    memory=in_gigabytes(memory.sizes[device_memory.name]),
                    share=percent(Fraction(derivation.sizes[utilisation.name])),
                    copies=grouped(copies),
                    all=grouped(copies * devices),
                    month=MONTH,
                    page=page,
                    zero="ZeRO" in way,
                ),
                fixed=True,
            )
