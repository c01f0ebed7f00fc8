"""Which values the sizes of a sweep take: 12:96:12, 768,1024, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from symbolic.analysis.sizes import UnknownSize, settable
from symbolic.errors import SymbolicError, shown
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation

NUMBER = r"\d[\d_]{0,18}"
RANGE = re.compile(rf"({NUMBER}):({NUMBER})(?::({NUMBER}))?")
MOST_VALUES = 10**7


class GridError(SymbolicError):
    """Values for a sweep that can't be read, or none at all."""


def grids(given: Sequence[str], derivation: Derivation) -> dict[str, list[int]]:
    """The values of each size, from NAME=VALUES; the last size changes fastest."""
    found: dict[str, list[int]] = {}
    for text in given:
        name, sign, values = text.partition("=")
        name = name.strip()
        if not sign or not values.strip():
            raise GridError(f"{shown(text)} names no values; write NAME=12:96:12 or NAME=768,1024")
        if name not in derivation.sizes or not SYMBOLS[name].whole:
            raise UnknownSize(name, derivation)
        settable(derivation, [name])
        if name in found:
            raise GridError(f"{name} is given twice; put all its values into one list")
        found[name] = _values(name, values)
    if not found:
        raise GridError("nothing to vary; write --vary NAME=12:96:12")
    return found


def count(values: Mapping[str, Sequence[int]]) -> int:
    """How many combinations there are."""
    combinations = 1
    for one in values.values():
        combinations *= len(one)
    return combinations


def _values(name: str, text: str) -> list[int]:
    parts: list[Sequence[int]] = []
    for part in (piece.strip() for piece in text.split(",") if piece.strip()):
        if re.fullmatch(NUMBER, part):
            parts.append([int(part)])
            continue
        match = RANGE.fullmatch(part)
        if match is None:
            raise GridError(f"{name}: {shown(part)} is no value; write whole numbers, or FIRST:LAST:STEP")
        first, last, step = int(match[1]), int(match[2]), int(match[3] or 1)
        if step == 0:
            raise GridError(f"{name}: the step of {part} is 0; give a step of at least 1")
        if last < first:
            raise GridError(f"{name}: the range {part} is empty, since {last} is below {first}; turn it round")
        parts.append(range(first, last + 1, step))
    if sum(map(len, parts)) > MOST_VALUES:
        raise GridError(f"{name} has more than {MOST_VALUES:,} values; give a larger step")
    values = list(dict.fromkeys(chain.from_iterable(parts)))
    least = SYMBOLS[name].minimum
    if not values or min(values) < least:
        raise GridError(f"{name} must be at least {least}; got {shown(text)}")
    return values
