"""Units of time, information, work, energy and power, and conversion between them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.numbers import DECIMAL, LETTERS


class Unit(NamedTuple):
    """A unit: the quantity that it measures, and its size in the smallest unit of that quantity."""

    measures: str
    size: int


SECOND = 10**9
WHOLE = 10
"""The least whole number that is taken as rounded when its unit is not the smallest: 11 minutes may be 657 seconds."""
YEAR = 31_557_600
"""A Julian year in seconds, as pint and the IAU have it."""

MEASURES: Mapping[str, Unit] = {
    word: Unit(measures, size)
    for measures, size, words in (
        ("time", 1, "ns nanosecond nanoseconds"),
        ("time", 10**3, "µs μs us usec microsecond microseconds 微秒"),
        ("time", 10**6, "ms msec millisecond milliseconds 毫秒"),
        ("time", SECOND, "s sec secs second seconds Seconds Sekunden secondes segundos secondi 秒"),
        ("time", 60 * SECOND, "min mins minute minutes Minutes Minuten minutos minuti 分钟"),
        ("time", 3600 * SECOND, "h hr hrs hour hours Hours Stunden heures horas ore 小时"),
        ("time", 86_400 * SECOND, "day days Days Tag Tage Tagen jour jours día días dias giorni 天"),
        ("time", 604_800 * SECOND, "week weeks Weeks Wochen semaines semanas settimane 周"),
        ("time", YEAR // 12 * SECOND, "month months Months Monat Monate Monaten mois meses mesi 个月"),
        ("time", YEAR * SECOND, "year years Years yr yrs Jahr Jahre Jahren année années años anos anni 年"),
        ("information", 1, "bit bits Bit Bits b"),
        ("information", 8, "B byte bytes Byte Bytes octet octets bayt байт байта 字节 バイト 바이트"),
        ("energy", 1, "Wh"),
        ("energy", 10**3, "kWh"),
        ("energy", 10**6, "MWh"),
        ("energy", 10**9, "GWh"),
        *(
            ("joules", 1000**power, words)
            for power, words in enumerate(("pJ", "nJ", "µJ μJ uJ", "mJ", "J joule joules", "kJ", "MJ"))
        ),
        ("power", 1, "mW"),
        ("power", 10**3, "W watt watts Watt"),
        ("power", 10**6, "kW"),
        ("power", 10**9, "MW"),
        ("power", 10**12, "GW"),
        ("work", 1, "FLOP FLOPs FLOPS flops flop FLOP/s FLOPs/s flops/s"),
    )
    for word in words.split()
}
MEASURES = {
    **MEASURES,
    **{
        f"{prefix}{flops}": Unit("work", 10**power)
        for prefix, power in (("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18))
        for flops in ("FLOP", "FLOPs", "FLOPS", "FLOP/s", "FLOPs/s")
    },
    **{f"{prefix}B": Unit("information", 8 * 1000**power) for power, prefix in enumerate("kMGTP", start=1)},
    **{f"{prefix}iB": Unit("information", 8 * 1024**power) for power, prefix in enumerate("KMGTP", start=1)},
    "KB": Unit("information", 8 * 1000),
}
"""All units by their names, also with prefixes, as they stand behind a power of ten: 2.4 × 10^11 TFLOPs."""
SCALED: tuple[tuple[re.Pattern[str], Unit], ...] = (
    (re.compile(r"[kKMGTPE]i?B"), Unit("information", 8)),
    (re.compile(r"[kKMGTPE]i?b"), Unit("information", 1)),
    (re.compile(r"[MGTPEZY](?:F|MAC|OP|flop)"), Unit("work", 1)),
)
"""Units of numbers by the scale behind them; the number's value already has the scale's factor in it."""
PREFIX = re.compile(r"[kKMG]|[kKMGTP]B(?:/s|ps|/sec)?")
PREFIXED = {scale: power // 3 for scale, power in DECIMAL.items() if PREFIX.fullmatch(scale)}
"""Scales that may count in powers of 1,024 instead, with the power."""


def unit_in(words: str) -> str:
    """Return the unit that words behind a number start with; "" for a rate, and where there is none."""
    first = re.split(r"[ /]", words, maxsplit=1)[0].strip(".,;")
    return first if first in MEASURES and " per " not in words and "/" not in words.split(" ", maxsplit=1)[0] else ""


def unit_of(side: ExpressionNode) -> str:
    """Return the unit that the numbers of a side have; "" where they have none, or more than one."""
    found = {number.unit or _of_scale(number) for number in side.numbers} - {""}
    return found.pop() if len(found) == 1 else ""


def _of_scale(number: NumberNode) -> str:
    unit = _scaled(number.figure.scale)
    return "" if unit is None or unit.measures != "information" else "bytes" if unit.size == 8 else "bits"


@cache
def _scaled(scale: str) -> Unit | None:
    return next((unit for pattern, unit in SCALED if pattern.match(scale)), None) if len(scale) > 1 else None


def measured(number: NumberNode) -> Unit | None:
    """Return the unit of a number, from the words or the scale behind it; None for a plain number."""
    if number.unit in MEASURES:
        return MEASURES[number.unit]
    if not number.label and len(number.figure.scale) < 2:
        return None
    first = re.split(r"[ /]", number.label, maxsplit=1)[0]
    return _scaled(number.figure.scale) or (MEASURES.get(first) if len(first) > 1 else None)


def measures_of(side: ExpressionNode) -> frozenset[str]:
    """Return all quantities that the numbers of a side measure, such as time or information."""
    found = map(measured, side.numbers)
    return frozenset(unit.measures for unit in found if unit is not None)


def divides_by_speed(side: ExpressionNode) -> bool:
    """Return whether a side divides an amount by one of its kind, as of a second: 18 TFLOPs / 2,500 TFLOPS."""
    quotients = (part.parts for part in side.walk() if isinstance(part, Operation) and part.sign == "/")
    return any(measures_of(amount) & measures_of(speed) for amount, speed in quotients)


def with_unit(node: ExpressionNode, letters: Container[str]) -> ExpressionNode:
    """Return the formula with a letter behind a number read as its unit, or as millions and billions where it is none.

    The letter is one of `letters`.
    """
    if isinstance(node, Operation) and node.sign == "beside" and len(node.parts) == 2:
        number, name = node.parts
        if isinstance(number, NumberNode) and isinstance(name, Name) and name.text in letters:
            if name.text in LETTERS and ("B" not in letters or "M" in letters):
                shown = f"{number.figure.shown} {name.text}"
                scaled = number.figure.times(Fraction(10) ** DECIMAL[name.text])._replace(scale=name.text, shown=shown)
                return replace(
                    number, figure=scaled._replace(scaled=True, rounded=True), end=name.start + len(name.text)
                )
            return replace(number, unit=name.text, end=node.end)
    if isinstance(node, Operation) and node.sign in ("×", "/", "+", "-", "()"):
        return node.with_parts(tuple([with_unit(part, letters) for part in node.parts]))
    return node


PER_MANY = re.compile(
    r"(?:per |/ ?)(?:1 ?)?([KMB]|[kKMGTP]i?B|thousand|million|billion)\b"
    r"(?: (?:input|output|prompt|completion|cached)\b)?"
)
"""The start of what stands behind a number that is for so many of something: $14 per M tokens."""
SMALLEST = {unit.measures: word for word, unit in reversed(MEASURES.items()) if unit.size == 1}
"""The smallest unit of each quantity, by the first of its names."""


def in_smallest(number: NumberNode) -> NumberNode:
    """Return a number with a unit in the smallest unit of its quantity; others as they are."""
    unit = measured(number)
    if unit is None:
        return number
    figure = number.figure.times(Fraction(unit.size))
    rounded = figure.rounded or (unit.size > 1 and number.figure.value >= WHOLE)
    return replace(number, figure=figure._replace(scale="", rounded=rounded), unit=SMALLEST[unit.measures], label="")


def mixes_units(sides: tuple[ExpressionNode, ...]) -> bool:
    """Return whether numbers that measure the same quantity have different units: 70 µs + 613 ms."""
    units = {unit for side in sides for number in side.numbers if (unit := measured(number)) is not None}
    return len(units) > len({unit.measures for unit in units})


def in_binary(number: NumberNode) -> NumberNode:
    """Return a number with K, KB, MB, GB and the like as powers of 1,024, as many people mean them."""
    scale = number.figure.scale
    power = PREFIXED.get(scale or number.unit, 0)
    if not power:
        return number
    figure = number.figure.times(Fraction(1024, 1000) ** power)
    # Its scale is that of the other numbers that count in it: 20 × 4 is 80 GB in powers of 1,024, too.
    return replace(number, figure=figure._replace(scale=f"{scale[0]}i{scale[1:]}") if scale else figure)


def in_bytes(number: NumberNode) -> NumberNode:
    """Return a number with the B behind it read as bytes, not as billions."""
    if number.figure.scale != "B":
        return number
    return replace(number, figure=number.figure.unscaled, unit="bytes")


def between(left: ExpressionNode, right: ExpressionNode) -> Fraction | None:
    """Return the size of the left side's unit in units of the right side's.

    None where the units are the same, are not comparable, or a side has none.
    """
    first, second = (MEASURES.get(unit_of(side)) for side in (left, right))
    if first is None or second is None or first.measures != second.measures or first == second:
        return None
    return Fraction(first.size, second.size)
