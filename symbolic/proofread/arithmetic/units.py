"""Units of time, information and energy: what a number is a number of, and how many of another unit that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import Name, Node, Number, Operation


class Unit(NamedTuple):
    """What it measures, and how large it is."""

    measures: str
    size: int


MEASURES: Mapping[str, Unit] = {
    word: Unit(measures, size)
    for measures, size, words in (
        ("time", 1, "ns nanosecond nanoseconds"),
        ("time", 10**3, "µs μs us microsecond microseconds"),
        ("time", 10**6, "ms millisecond milliseconds"),
        ("time", 10**9, "s sec secs second seconds Sekunden secondes segundos secondi"),
        ("time", 60 * 10**9, "min mins minute minutes Minuten minutos minuti"),
        ("time", 3600 * 10**9, "h hr hrs hour hours Stunden heures horas ore"),
        ("time", 86_400 * 10**9, "day days Tage Tagen jours días dias giorni"),
        ("time", 604_800 * 10**9, "week weeks Wochen semaines semanas settimane"),
        ("information", 1, "bit bits Bit Bits"),
        ("information", 8, "B byte bytes Byte Bytes octet octets"),
        ("energy", 1, "Wh"),
        ("energy", 10**3, "kWh"),
        ("energy", 10**6, "MWh"),
        ("energy", 10**9, "GWh"),
        ("power", 1, "watt watts"),
        ("power", 10**3, "kW"),
        ("power", 10**6, "MW"),
    )
    for word in words.split()
}
PREFIXED = {"K": 1, "kB": 1, "KB": 1, "MB": 2, "GB": 3, "TB": 4, "PB": 5}
SCALED = re.compile(r"[kKMGTP]i?(?:(?P<bytes>B)|bits?)\}?$")


def unit_in(words: str) -> str:
    """The unit that words behind a number name; a rate is none."""
    first = words.split(" ", maxsplit=1)[0].strip(".,;")
    return first if first in MEASURES and " per " not in words else ""


def unit_of(side: Node) -> str:
    """The one unit of a side's numbers, or none."""
    numbers = [part for part in side.walk() if isinstance(part, Number)]
    found = {number.unit or _scaled(number) for number in numbers} - {""}
    return found.pop() if len(found) == 1 else ""


def _scaled(number: Number) -> str:
    match = SCALED.search(number.figure.shown)
    return "" if match is None else "bytes" if match["bytes"] else "bits"


def with_unit(node: Node, letters: Container[str]) -> Node:
    """The formula with a letter behind its last number for its unit."""
    if isinstance(node, Operation) and node.sign == "beside" and len(node.parts) == 2:
        number, name = node.parts
        if isinstance(number, Number) and isinstance(name, Name) and name.text in letters:
            return replace(number, unit=name.text, end=node.end)
    if isinstance(node, Operation) and node.sign == "×":
        return replace(node, parts=(*node.parts[:-1], with_unit(node.parts[-1], letters)))
    return node


def in_seconds(left: Node, right: Node) -> Fraction | None:
    """How many of the right side's units a second is, where the left side has no time: 140 GB / 4 TB/s = 35 ms."""
    unit = MEASURES.get(unit_of(right))
    if unit is None or unit.measures != "time" or isinstance(left, Number):
        return None
    units = (MEASURES.get(part.unit) for part in left.walk() if isinstance(part, Number))
    timed = any(found is not None and found.measures == "time" for found in units)
    return None if timed else Fraction(MEASURES["s"].size, unit.size)


def in_binary(node: Node) -> Node:
    """The formula with K, KB, MB and GB as 1,024 times what is below: many write them so."""
    return _each(node, _binary)


def _binary(number: Number) -> Number:
    power = PREFIXED.get(number.figure.scale, 0)
    return replace(number, figure=number.figure.times(Fraction(1024, 1000) ** power)) if power else number


def in_bytes(node: Node) -> Node:
    """The formula with B for bytes, not billions."""
    return _each(node, _bytes)


def _bytes(number: Number) -> Number:
    if number.figure.scale != "B":
        return number
    figure = replace(number.figure.times(Fraction(1, 10**9)), scale="", scaled=False)
    return replace(number, figure=figure, unit="bytes")


def _each(node: Node, of: Callable[[Number], Number]) -> Node:
    if isinstance(node, Operation):
        return replace(node, parts=tuple(_each(part, of) for part in node.parts))
    return of(node) if isinstance(node, Number) else node


def between(left: Node, right: Node) -> Fraction | None:
    """How many of the right side's units one of the left side's is; None where it is the same, or not comparable."""
    first, second = (MEASURES.get(unit_of(side)) for side in (left, right))
    if first is None or second is None or first.measures != second.measures or first == second:
        return None
    return Fraction(first.size, second.size)
