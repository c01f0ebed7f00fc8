"""Numbers with two digits of another number of the same line swapped: 4906, where 4096 stands as well."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

NUMBER = re.compile(r"[1-9](?<![A-Za-z\d_.,/#:-].)\d{3,5}(?![A-Za-z\d_%]|[.,]\d|-)")
MADE = re.compile(r"\d[ ]?=[ ]?\Z")
MOST = 40
"""A line of more numbers than these is no sentence."""
MULTIPLE = 16
"""Sizes of networks are multiples of it."""


def swapped(document: Document) -> Iterator[WrittenEquation]:
    """Yield each number that is a size or a result beside it but for two digits, as an equation with that one."""
    text, start = document.text, 0
    for line in text.split("\n"):
        found = list(NUMBER.finditer(text, start, start + len(line)))
        if 1 < len(found) <= MOST and not line.lstrip().startswith("|"):
            sure = {match[0]: match for match in found if _is_sure(text, match)}
            for match in found:
                meant = next((one for written, one in sure.items() if _is_swapped(match[0], written)), None)
                if meant and int(match[0]) % MULTIPLE and not _is_made(text, match):
                    sides = tuple(NumberNode(*one.span(), figure(one[0], "")) for one in (meant, match))
                    yield WrittenEquation("swapped", *match.span(), sides, ("=",))
        start += len(line) + 1


def _is_sure(text: str, match: re.Match[str]) -> bool:
    """Return whether a number is a power of two, or the result of a calculation."""
    value = int(match[0])
    return value & (value - 1) == 0 or _is_made(text, match)


def _is_made(text: str, match: re.Match[str]) -> bool:
    """Return whether a number stands behind a calculation and its equals sign."""
    return MADE.search(text, max(0, match.start() - 6), match.start()) is not None


def _is_swapped(written: str, meant: str) -> bool:
    places = [index for index, (one, other) in enumerate(zip(written, meant, strict=False)) if one != other]
    if len(written) != len(meant) or len(places) != 2:
        return False
    first, second = places
    return written[first] == meant[second] and written[second] == meant[first]
