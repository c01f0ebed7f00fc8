"""Which values the sizes of a sweep take: 12:96:12, 768,1024, or both."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain
from math import lcm

from symbolic.analysis.sizes import UnknownSize, settable, size_called
from symbolic.errors import SymbolicError, shown
from symbolic.formulas.amounts import Hears, amount, whole_amount
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation

RANGE = re.compile(r"([^:]+):([^:]+)(?::([^:]+))?")
MOST_VALUES = 10**7
LARGEST = 2**62
"""Larger values than these fit in no column."""


class GridError(SymbolicError):
    """Values for a sweep that can't be read, or none at all."""


def grids(given: Sequence[str], derivation: Derivation, hears: Hears | None = None) -> dict[str, list[Exact]]:
    """Return the values of each size, from NAME=VALUES; the last size changes fastest.

    NAME is that of the size in our formulas, or the config's key for it.

    `hears` is told how a number was understood that could be read in two ways.
    """
    found: dict[str, list[Exact]] = {}
    for text in given:
        name, sign, values = text.partition("=")
        name = size_called(name.strip(), derivation)
        if not sign or not values.strip():
            raise GridError(f"{shown(text)} names no values; write NAME=12:96:12 or NAME=768,1024")
        if name not in derivation.sizes:
            raise UnknownSize(name, derivation)
        settable(derivation, [name])
        if name in found:
            raise GridError(f"{name} is given twice; put all its values into one list")
        found[name] = _values(name, values, hears)
    if count(found) > LARGEST:
        raise GridError(f"{count(found):,} combinations are more than can be counted off; give fewer values")
    if not found:
        raise GridError("nothing to vary; write --vary NAME=12:96:12")
    return found


def count(values: Mapping[str, Sequence[Exact]]) -> int:
    """Return how many combinations there are."""
    combinations = 1
    for one in values.values():
        combinations *= len(one)
    return combinations


def _values(name: str, text: str, hears: Hears | None) -> list[Exact]:
    symbol = SYMBOLS[name]
    read = whole_amount if symbol.is_integer else amount
    parts: list[Sequence[Exact]] = []
    for part in (piece.strip() for piece in text.split(",") if piece.strip()):
        match = RANGE.fullmatch(part)
        if match is None:
            parts.append([read(part, name, symbol, hears)])
            continue
        first, last, step = (read(end or "1", name, symbol, hears) for end in match.groups())
        if step <= 0:
            raise GridError(f"{name}: the step of {part} is not above 0; give a larger one")
        if last < first:
            raise GridError(f"{name}: the range {part} is empty, since {match[2]} is below {match[1]}; turn it round")
        if (last - first) / step > MOST_VALUES:
            raise GridError(f"{name} has more than {MOST_VALUES:,} values; give a larger step")
        # In units in which all three are integers.
        unit = lcm(*(end.denominator for end in (first, last, step)))
        whole = range(int(first * unit), int(last * unit) + 1, int(step * unit))
        parts.append(whole if unit == 1 else [exact(Fraction(number, unit)) for number in whole])
    if sum(map(len, parts)) > MOST_VALUES:
        raise GridError(f"{name} has more than {MOST_VALUES:,} values; give a larger step")
    values = list(dict.fromkeys(chain.from_iterable(parts)))
    if not values or min(values) < symbol.minimum:
        raise GridError(f"{name} must be at least {symbol.minimum}; got {shown(text)}")
    if max(values) * lcm(*(value.denominator for value in values)) > LARGEST:
        raise GridError(f"{name} has a value that is too large, in {shown(text)}; give one below 4e18")
    return values
