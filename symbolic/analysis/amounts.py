"""Amounts as people write them: 7e9, 124_412_160, 24GiB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from symbolic.errors import SymbolicError, shown
from symbolic.measuring import quantities

UNITS = {
    "": 1,
    **{letter: 1000**power for power, letter in enumerate(("K", "M", "B", "T"), start=1)},
    "G": 10**9,
    **{f"{letter}B": 1000**power for power, letter in enumerate("KMGT", start=1)},
    **{f"{letter}IB": 1024**power for power, letter in enumerate("KMGT", start=1)},
}
NUMBER = re.compile(r"(\d[\d_,]*(?:\.\d+)?(?:[eE]\+?\d{1,3})?)\s*([a-zA-Z]*)")


class AmountError(SymbolicError):
    """An amount that can't be read."""


def amount(name: str, text: str) -> Fraction:
    """A number above zero, exactly: 7e9, 7B, 1.5M, 24GiB (1024³ bytes each), 24GB (1000³)."""
    match = NUMBER.fullmatch(text.strip())
    if match is None or match[2].upper() not in UNITS:
        raise AmountError(f"{name} {shown(text)} is no amount; write a number such as 7e9, 7B or 24GiB")
    number: Fraction = Fraction(re.sub("[_,]", "", match[1])) * UNITS[match[2].upper()]
    if number <= 0:
        raise AmountError(f"{name} must be above zero, got {shown(text)}")
    return number


@dataclass(frozen=True, slots=True)
class Budget:
    """A memory that must hold the total: so many bytes, as it was written."""

    written: str


def goal(total: str | int | None, memory: str | None, quantity: str) -> tuple[Fraction, str, Budget | None]:
    """What a total is to come to, and of which quantity: a memory is filled by the weights or by what is asked."""
    if (total is None) == (memory is None):
        raise AmountError("give either a total to reach (--total 7e9) or a memory to fill (--budget-memory 24GiB)")
    if memory is None:
        return amount("total", str(total)), quantity, None
    measured = "weight-memory" if quantity == "parameters" else quantity
    if (unit := quantities.find(measured).unit) != "bytes":
        raise AmountError(f"a memory holds bytes, and {measured} are {unit}; leave --quantity out, or give --total")
    return amount("budget-memory", memory), measured, Budget(memory)
