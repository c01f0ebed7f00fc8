"""A device that is in no table of ours, as somebody says it: "My card: memory=96GB, bandwidth=1.8TB/s, flops=500T"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from symbolic.errors import ConfigError, UnknownName, shown
from symbolic.formulas.amounts import whole_amount
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import device_flops, device_memory, device_power

EXAMPLE = '"My card: memory=96GB, bandwidth=1.8TB/s, flops=500T"'
LONGEST_NAME = 40
LEAST = 10**6
"""No device has fewer bytes, or does less in a second: such a number lacks its unit."""
NEEDED = ("memory", "bandwidth")
"""What each device of our table has, too: without it a page would take that of another."""
UNITS: Mapping[str, tuple[str, Symbol]] = {
    "memory": ("", device_memory),
    "bandwidth": (r"/s", device_memory),
    "link": (r"/s", device_memory),
    "power": (r"w|watts?", device_power),
}
"""What stands behind the number of each, and what it is a number of; of operations stands FLOPS or OPS."""
OPERATIONS = r"flops?(/s)?|ops?(/s)?"
WITHOUT_FORMAT = "flops"
"""What operations are called where nobody says in which format: those at 16 bits."""


WIDE = frozenset({"fp32", "tf32"})


def is_said(device: str) -> bool:
    """Return whether a device is said by its numbers, and not by a name of our table."""
    return "=" in device


def said(device: str, formats: Iterable[str], at_16_bits: str) -> dict[str, Any]:
    """Return a device in the form of our table: `formats` are those in which one may have operations of its own.

    `at_16_bits` is the format that `flops` stands for. ConfigError or UnknownName for what can't be read.
    """
    name, colon, numbers = device.partition(":")
    title = name.strip()
    if not colon or "=" in name or not title:
        raise ConfigError(f"the device {shown(device)} has no name before a colon; write {EXAMPLE}")
    if len(title) > LONGEST_NAME or not title.isprintable():
        raise ConfigError(f"a device's name has at most {LONGEST_NAME} letters, got {shown(title)}; give a shorter one")
    known = (*UNITS, WITHOUT_FORMAT, *sorted(formats))
    found: dict[str, int] = {}
    for piece in re.split(r",\s*(?=[^,=]*=)", numbers):
        key, sign, value = (part.strip() for part in piece.partition("="))
        key = key.lower()
        if not sign:
            raise ConfigError(f"{shown(piece.strip())} of the device {title} has no number; write {EXAMPLE}")
        if key not in known:
            raise UnknownName("number of a device", key, known)
        if key in found:
            raise ConfigError(f"{key} of the device {title} is given twice; give it once")
        found[key] = _number(key, value, title)
    if lacking := [key for key in NEEDED if key not in found]:
        raise ConfigError(f"the device {title} has no {' and no '.join(lacking)}; write {EXAMPLE}")
    peaks = {key: number for key, number in found.items() if key not in UNITS and key != WITHOUT_FORMAT}
    if WITHOUT_FORMAT in found:
        if at_16_bits in peaks:
            raise ConfigError(f"{WITHOUT_FORMAT} of the device {title} is {at_16_bits}, which is given, too; give one")
        peaks[at_16_bits] = found[WITHOUT_FORMAT]
    elif peaks and not peaks.keys() & {at_16_bits, "fp16"} and peaks.keys() - WIDE:
        # Attention's products work at 16 bits, whatever the weights are stored in.
        raise ConfigError(f"the device {title} has no {WITHOUT_FORMAT}, its operations at 16 bits; give them, too")
    rest = {key: number for key, number in found.items() if key in UNITS}
    return {"title": title, **rest, "peak": peaks, "source": ""}


def _number(key: str, value: str, title: str) -> int:
    """Return a number with its unit as a whole number of bytes, bytes or operations per second, or watts."""
    ending, symbol = UNITS.get(key, (OPERATIONS, device_flops))
    if symbol == device_memory and re.search(r"\d\s*[KMGTP]i?b\b", value):
        raise ConfigError(f"{key} of the device {title} is {shown(value)}, which are bits; give bytes, such as 50GB")
    bare = re.sub(rf"\s*({ending})$", "", value.strip(), flags=re.IGNORECASE) if ending else value
    called = f"{key} of the device {title}"
    number = whole_amount(bare, called, symbol)
    if number < (1 if key == "power" else LEAST):
        raise ConfigError(f"{called} is too small, got {shown(value)}; give it with its unit, as in {EXAMPLE}")
    return number


def refuse_none(device: str, table: Mapping[str, Any]) -> None:
    """Raise UnknownName for a device that is not in our table; it says how one is said by its numbers."""
    if device not in table:
        names = ", ".join(sorted(table))
        raise UnknownName("device", device, table, where=f"{names}; or say one: {EXAMPLE}")
