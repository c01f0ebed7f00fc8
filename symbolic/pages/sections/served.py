"""The layout in which the pages of a model serve it: on which devices, and on how many."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from symbolic.formulas.formula import Formula
from symbolic.formulas.vocabulary import device_bandwidth, device_flops, device_flops_16, device_memory, memory_share
from symbolic.measuring import hardware, usual
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.hardware import Device
from symbolic.measuring.made_once import made_once
from symbolic.measuring.serving import Serving, fitting, serving
from symbolic.measuring.serving_layout import Layout
from symbolic.pages.page import Paragraph
from symbolic.pages.prose import Prose


def why_chosen(derivation: Derivation) -> Iterator[Paragraph]:
    """Yield why the device is not the usual one, where nobody named it."""
    if derivation.device is not None and derivation.device_chosen:
        prose = Prose("serving", "serving")
        yield Paragraph(prose("chosen", device=derivation.device.title), tone="note", fixed=True)


class Served(NamedTuple):
    """The layout in which the pages of a model serve it: the device, and the share that an engine takes.

    A device whose numbers were given one by one has no title. `formulas` are those of any number of devices.
    """

    layout: Layout
    device: Device
    share: Fraction
    formulas: Serving


def served(derivation: Derivation) -> Served | None:
    """Return the layout, made once for a page; None where no number of devices can be shown."""
    return made_once(derivation, _served)


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
    return Served(made, device, share, formulas)


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


def wanted(layout: Layout) -> int:
    """Return for how many sequences the devices were chosen: one where so many as usual fit on no number of them."""
    return usual.SEQUENCES if layout.most >= usual.SEQUENCES else 1
