"""Amounts as people write them: 7e9, 124_412_160, 24GiB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from symbolic.errors import SymbolicError, UnknownName, shown

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


BITS = {
    "float64": 64, "float32": 32, "bfloat16": 16, "float16": 16, "float8": 8, "int8": 8, "int4": 4, "float4": 4,
    "int2": 2, "int1": 1,
}  # fmt: skip
"""How many bits a stored number takes, without the scales that quantized weights bring along."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A memory for the weights: so many bytes, as it was written, at so many bits a number."""

    written: str
    dtype: str
    bits: int


def goal(total: str | int | None, memory: str | None, dtype: str, quantity: str) -> tuple[Fraction, Budget | None]:
    """What a total is to come to: the total itself, or as many parameters as a memory has room for."""
    if (total is None) == (memory is None):
        raise AmountError("give either a total to reach (--total 7e9) or a memory to fill (--budget-memory 24GiB)")
    if total is not None:
        return amount("total", str(total)), None
    assert memory is not None  # noqa: S101 - one of the two is there
    if quantity != "parameters":
        raise AmountError(f"a memory is filled by parameters, not by {quantity}; leave --quantity out, or give --total")
    if dtype not in BITS:
        raise UnknownName("dtype", dtype, BITS)
    return Fraction(floor(amount("budget-memory", memory) * 8 / BITS[dtype])), Budget(memory, dtype, BITS[dtype])
