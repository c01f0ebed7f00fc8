"""Amounts as people write them: 7e9, 124_412_160, 24GiB."""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.errors import SymbolicError, shown

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
    number = Fraction(re.sub("[_,]", "", match[1])) * UNITS[match[2].upper()]
    if number <= 0:
        raise AmountError(f"{name} must be above zero, got {shown(text)}")
    return number
