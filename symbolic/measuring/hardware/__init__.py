"""Number formats and accelerators: tables with their sources, and what they say of a quantity's inputs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from symbolic.errors import ConfigError, UnknownName, listed
from symbolic.formulas.formula import Exact, Formula, exact
from symbolic.formulas.vocabulary import (
    cached_bytes,
    device_bandwidth,
    device_flops,
    device_flops_16,
    device_memory,
    device_power,
    group_size,
    matrix_bytes,
    scale_bits,
    value_bits,
    value_bytes,
    zero_bits,
)
from symbolic.measuring import quantities, usual
from symbolic.measuring.hardware import own
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.storage import GROUPED_BYTES

FOLDER = Path(__file__).parent
SIXTEEN_BITS = 2
BITS = 8
BY_BANDWIDTH = "the time of a token by the bandwidth alone"
ISSUE = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")
WITHOUT_FORMAT = "bf16"
"""The format that a device computes in where only 16 bits are said, or fewer: numbers are unpacked before they work."""


@cache
def table(name: str) -> Mapping[str, Mapping[str, Any]]:
    """Return a table of this folder: `dtypes` or `accelerators`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def aliases() -> Mapping[str, str]:
    """Return the other names that devices have, each with that of our table."""
    return {other: name for name, one in table("accelerators").items() for other in one.get("also", ())}


def accelerator(device: str) -> Mapping[str, Any]:
    """Return what is known of a device: of one in our table by its name, or of one that is said by its numbers.

    UnknownName, or ConfigError where its numbers can't be read.

    >>> accelerator("h100")["memory"], accelerator("Mine: memory=96GB, bandwidth=1.8TB/s, flops=500T")["peak"]
    (84932978278, {'bf16': 500000000000000})
    """
    known = table("accelerators")
    device = aliases().get(device, device)
    if own.is_said(device):
        return own.said(device, {name for one in known.values() for name in one.get("peak", {})}, WITHOUT_FORMAT)
    own.refuse_none(device, known)
    return known[device]


def given_by_dtype(name: str, quantity: Quantity) -> dict[str, Exact | Formula]:
    """Return the inputs of a quantity that a number format sets; UnknownName, or ConfigError if it has none."""
    if name not in table("dtypes"):
        raise UnknownName("dtype", name, table("dtypes"))
    dtype = table("dtypes")[name]
    known = {symbol.name for symbol in quantity.inputs}
    if value_bytes.name not in known:
        raise ConfigError(f"{quantity.name} does not depend on how numbers are stored; leave --dtype out")
    given: dict[str, Exact | Formula] = {}
    each: Exact | Formula = exact(Fraction(dtype["bits"], BITS))
    if "group_size" in dtype:
        each = GROUPED_BYTES
        given |= {value_bits.name: dtype["bits"], group_size.name: dtype["group_size"]}
        given |= {scale_bits.name: dtype.get("scale_bits", 0), zero_bits.name: dtype.get("zero_bits", 0)}
    apart = matrix_bytes.name in known and dtype.get("matrices_only", False)
    given |= {matrix_bytes.name: each, value_bytes.name: SIXTEEN_BITS} if apart else {value_bytes.name: each}
    return given


def given_by_device(name: str, quantity: Quantity, dtype: str) -> dict[str, Exact | Formula]:
    """Return the inputs of a quantity that an accelerator sets."""
    said = accelerator(name)
    peaks = said.get("peak", {})
    values = {
        device_flops.name: peaks.get(dtype, peaks.get(WITHOUT_FORMAT, peaks.get("fp16"))),
        device_flops_16.name: device(name, dtype).attention or None,
        device_memory.name: said["memory"],
        device_bandwidth.name: said["bandwidth"],
        device_power.name: said.get("power"),
    }
    known = {symbol.name for symbol in quantity.inputs}
    if device_flops.name in known and values[device_flops.name] is None:
        lacking = f"of {said['title']} no operations per second are known"
        if peaks:
            lacking = f"of {said['title']} we know operations per second for {listed(list(peaks))} alone"
        if own.is_said(name):
            raise ConfigError(f"{lacking}; say them, too: {own.WITHOUT_FORMAT}=500T")
        bound = f", or ask for kv-cache: it has {BY_BANDWIDTH}" if quantity.of_serving and not peaks else ""
        others = [f"{name}={value}" for name, value in values.items() if value and name in known]
        raise ConfigError(
            f"{lacking}; leave --device out, or give {' and '.join((*others, device_flops.name))} with --set{bound}"
        )
    given = {name: value for name, value in values.items() if name in known and value is not None}
    if not given:
        raise ConfigError(
            f"{quantity.name} takes nothing of a device: its total is the same on each; leave --device out"
        )
    return dict(given)


class Device(NamedTuple):
    """An accelerator: its name for readers, bytes of memory, bytes per second, and operations per second if printed.

    `attention` are the operations per second of products without weights, at 16 bits, where those with weights work in
    a shorter format that has a peak of its own; else 0. `link` are the bytes that it sends to its neighbours in a
    second; 0 where we don't know them. `source` is where its numbers were read, "" where somebody said them, and
    `link_source` where that of its link was; `formats` are those in which it has operations of its own. `mfu` and `mbu`
    are the shares that `flops`, `attention` and `bandwidth` are of what its maker prints. `reported` are the GiB
    of memory that its driver reports, "" where we know only what its maker prints, and `report` where that was read, ""
    where no single place can be named; `label` are the bytes that its maker prints.
    """

    title: str
    memory: int
    bandwidth: int
    flops: int | None
    attention: int = 0
    link: int = 0
    source: str = ""
    formats: tuple[str, ...] = ()
    mfu: Fraction = Fraction(1)
    mbu: Fraction = Fraction(1)
    reported: str = ""
    report: str = ""
    link_source: str = ""
    label: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether its speeds are less than what its maker prints."""
        return self.mfu != 1 or self.mbu != 1

    def used(self, mfu: Fraction, mbu: Fraction) -> Device:
        """Return it with the speeds that are really used: these shares of its operations and of its bandwidth."""
        flops = None if self.flops is None else int(self.flops * mfu)
        bandwidth, attention = int(self.bandwidth * mbu), int(self.attention * mfu)
        return self._replace(bandwidth=bandwidth, flops=flops, attention=attention, mfu=mfu, mbu=mbu)


def device(name: str = usual.DEVICE, products: str = "") -> Device:
    """Return an accelerator, with its peak in the format of the products, or in 16 bits where it has none for that."""
    found = accelerator(name)
    peaks = found.get("peak", {})
    usual_peak = peaks.get(WITHOUT_FORMAT, peaks.get("fp16"))
    # Beside weights of 32 bits nothing is at 16.
    shorter = table("dtypes").get(products, {}).get("bits", 0) < BITS * SIXTEEN_BITS
    attention = usual_peak if worked_in(name, products) and shorter else None
    peak = peaks.get(products, usual_peak)
    speeds = (found["bandwidth"], peak, attention or 0, found.get("link", 0))
    made = Device(found["title"], found["memory"], *speeds, str(found["source"]), tuple(peaks))
    return made._replace(
        link_source=str(found.get("link_source", "")),
        reported=str(found.get("reported", "")),
        report=_address(str(found.get("report", ""))),
        label=found.get("label", found["memory"]),
    )


def _address(report: str) -> str:
    """Return the address of the issue that a report begins with, owner/name#number; "" where it begins with words."""
    named = ISSUE.match(report)
    return f"https://github.com/{named[1]}/issues/{named[2]}" if named else ""


def serving_for(products: str) -> str:
    """Return the device that serves where nobody names one: the usual one, if it has arithmetic for the format."""
    other = table("accelerators")[usual.DEVICE_WITH_FP8].get("peak", {})
    has_not = products and products not in table("accelerators")[usual.DEVICE].get("peak", {})
    return usual.DEVICE_WITH_FP8 if has_not and products in other else usual.DEVICE


def worked_in(device: str, products: str) -> str:
    """Return the format of products where a device has a peak of its own for it that is not the usual one, else ""."""
    peaks = accelerator(device).get("peak", {})
    return products if products in peaks and peaks[products] != peaks.get(WITHOUT_FORMAT) else ""


def of_those_asked(quantity: str, asked: tuple[str, ...], **named: str) -> dict[str, str]:
    """Return the given formats and device that one of several wanted quantities depends on.

    All for a single quantity, which then says what it does not depend on.
    """
    if len(asked) == 1:
        return named
    found = quantities.find(quantity)
    known = {symbol.name for symbol in found.inputs}
    needed = {
        "dtype": {value_bits.name if found.packs else value_bytes.name},
        "cache_dtype": {cached_bytes.name},
        "device": {device_flops.name, device_memory.name, device_bandwidth.name},
    }
    return {name: value if known & needed[name] else "" for name, value in named.items()}
