"""Whether what a device takes fits into its memory, what is left of it, and how many sequences do."""

from __future__ import annotations

from symbolic.formulas.formula import Ceiling, Floor, Formula
from symbolic.formulas.vocabulary import batch_size, device_memory
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.quantity import Result, Totals

MEMORY = {device_memory: 80 * 10**9}
REASON = {device_memory: _("an NVIDIA A100 or H100")}


def results(name: str, held: str, says: str, never: str) -> tuple[Result, Result]:
    """Return the results of a quantity of that name; `held` is the convention of what any batch takes.

    `says` is what the largest batch is, `never` what to say where no sequence fits.
    """
    return (
        left(name),
        Result(
            _("sequences that fit"),
            says,
            unit("sequence", "sequences"),
            lambda totals: _sequences(totals, name, held),
            never=never,
            key="sequences",
        ),
    )


def left(name: str) -> Result:
    """Return what a quantity of that name leaves of one device."""
    return Result(
        _("left on the device"),
        _("What the memory of the device has beyond that. A program needs some of it for itself."),
        unit("byte", "bytes"),
        lambda totals: device_memory - totals[name],
        never=_("It does not fit: this is more than the `device_memory` bytes of the device."),
        key="left",
    )


def shared_out(name: str, about: str) -> Result:
    """Return how many devices hold what a quantity of that name counts, at least."""
    return Result(
        _("devices at least"),
        about,
        unit("device", "devices"),
        lambda totals: Ceiling(totals[name] / device_memory),
        key="devices",
    )


def companions(name: str, held: str) -> tuple[str, str]:
    """Return the conventions whose totals these results use."""
    return first_stage(name), f"{name}/{held}"


def first_stage(name: str) -> str:
    """Return what a quantity of that name is on the first stage, as a companion."""
    return f"{name}/first-stage"


def _sequences(totals: Totals, name: str, held: str) -> Formula | None:
    """What is left beside what any batch takes, divided by what each sequence adds: both are the first stage's."""
    whole, fixed = totals[name], totals[f"{name}/{held}"]
    if whole.children != totals[first_stage(name)].children or whole.children == fixed.children:
        return None
    return Floor((device_memory - fixed) / ((whole - fixed) / batch_size))
