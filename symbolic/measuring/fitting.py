"""Whether what a device takes fits into its memory, what is left of it, and how many sequences do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from symbolic.errors import ConfigError
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Symbol
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.formulas.scales import GIB, GIGA
from symbolic.formulas.vocabulary import batch_size, device_memory, memory_share, reserved_memory
from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring import usual
from symbolic.measuring.quantity import Default, Result, Totals
from symbolic.networks.blocks import Block
from symbolic.networks.family import Pairs

Rules: TypeAlias = Callable[[Block], tuple[Pairs, Pairs]]
Fits: TypeAlias = Callable[[Block, Mapping[str, Exact]], None]
MEMORY: Mapping[Symbol, Default] = {
    device_memory: usual.MEMORY,
    memory_share: usual.MEMORY_SHARE,
    reserved_memory: Floor((1 - memory_share) * device_memory),
}
"""One rule for training and serving: a program takes so much of a device, and keeps the rest for itself."""
REASON = {device_memory: usual.MEMORY_CALLED, memory_share: usual.SHARE_CALLED}
LEFT = _("left on the device")
"""The title of the result that says whether something fits."""
ROOM = device_memory - reserved_memory


def rules(other: Rules = lambda network: ((), ())) -> Rules:  # noqa: ARG005
    """Return the other rules of a quantity's sizes, and that a program leaves something of a device."""

    def both(network: Block) -> tuple[Pairs, Pairs]:
        multiples, at_most = other(network)
        return multiples, (*at_most, (reserved_memory, device_memory - 1))

    return both


def fits(other: Fits = lambda network, sizes: None) -> Fits:  # noqa: ARG005
    """Return the same as a check, beside another one: ConfigError where nothing is left of a device."""

    def both(network: Block, sizes: Mapping[str, Exact]) -> None:
        other(network, sizes)
        reserved, memory = sizes[reserved_memory.name], sizes[device_memory.name]
        if reserved >= memory:
            raise ConfigError(
                f"reserved_memory is {grouped(reserved)} and device_memory is {grouped(memory)}; nothing is left of "
                "the device: give less than that"
            )

    return both


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
        LEFT,
        _("What the memory of the device has beyond that and what a program keeps for itself (`reserved_memory`)."),
        unit("byte", "bytes"),
        lambda totals: ROOM - totals[name],
        never=_("It does not fit: this is more than the memory of one device without what a program keeps for itself."),
        key="left",
    )


def is_sold_in_giga(memory: Exact) -> bool:
    """Return whether a memory is so many GB: those of devices that are sold so often have as many GiB."""
    return memory % GIGA == 0


def would_fit_in_binary(left: Exact, sizes: Mapping[str, Exact]) -> bool:
    """Return whether what is more than a device's GB would go into as many GiB; `left` is below 0 where it is more."""
    memory, reserved = sizes[device_memory.name], sizes[reserved_memory.name]
    return is_sold_in_giga(memory) and left < 0 <= left + (memory - reserved) * Fraction(GIB - GIGA, GIGA)


def shared_out(name: str, about: str) -> Result:
    """Return how many devices hold what a quantity of that name counts, at least."""
    return Result(
        _("devices at least"),
        about,
        unit("device", "devices"),
        lambda totals: Ceiling(totals[name] / ROOM),
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
    return Floor((ROOM - fixed) / ((whole - fixed) / batch_size))
