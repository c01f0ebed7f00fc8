"""Units of time and of information: what a number is a number of, and how many of another unit that is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from symbolic.proofread.expression import Node, Number, Operation


class Unit(NamedTuple):
    """What it measures, and how large it is."""

    measures: str
    size: int


MEASURES: Mapping[str, Unit] = {
    word: Unit(measures, size)
    for measures, size, words in (
        ("time", 1, "s sec secs second seconds"),
        ("time", 60, "min mins minute minutes"),
        ("time", 3600, "h hr hrs hour hours"),
        ("time", 86_400, "day days"),
        ("time", 604_800, "week weeks"),
        ("information", 1, "bit bits"),
        ("information", 8, "byte bytes"),
    )
    for word in words.split()
}
PREFIXED = {"kB": 1, "KB": 1, "MB": 2, "GB": 3, "TB": 4, "PB": 5}
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


def in_binary(node: Node) -> Node:
    """The formula with KB, MB and GB as 1,024 times what is below: many write them so."""
    if isinstance(node, Number) and node.figure.scale in PREFIXED:
        return replace(node, figure=node.figure.times(Fraction(1024, 1000) ** PREFIXED[node.figure.scale]))
    if isinstance(node, Operation):
        return replace(node, parts=tuple(map(in_binary, node.parts)))
    return node


def between(left: Node, right: Node) -> Fraction | None:
    """How many of the right side's units one of the left side's is; None where it is the same, or not comparable."""
    first, second = (MEASURES.get(unit_of(side)) for side in (left, right))
    if first is None or second is None or first.measures != second.measures or first == second:
        return None
    return Fraction(first.size, second.size)
