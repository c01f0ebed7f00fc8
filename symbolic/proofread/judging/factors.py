"""Factors that would make two sides equal: another unit or scale, a percent sign, a number that stands nearby."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from math import exp, log
from typing import TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.judging.link import Link

Scales: TypeAlias = tuple[tuple[float, str], ...]

ANOTHER_UNIT, PERCENT = "in another unit it would hold", "as a percentage it would hold"


def _scales(binary: int, mixed: int) -> Scales:
    """Return the logarithms of the possible factors, of powers of 1,000 and of 1,024, each with its explanation.

    `binary` is the largest power of 1,024, `mixed` the largest one beside a power of 1,000.
    """
    powers = [
        (thousands, powers_of_two)
        for thousands in range(-4, 5)
        for powers_of_two in range(-binary, binary + 1)
        if 0 < abs(thousands) + abs(powers_of_two) <= 4 and (not thousands or abs(powers_of_two) <= mixed)
    ]
    sizes = [(thousands * log(1000) + twos * log(1024), ANOTHER_UNIT) for thousands, twos in powers]
    return tuple(sorted([*sizes, (-log(100), PERCENT), (log(100), PERCENT)]))


PLAIN, DECIMAL, MIXED = _scales(4, 0), _scales(0, 0), _scales(4, 4)
BINARY = tuple(
    (sign * power * log(1024), ANOTHER_UNIT)
    for sign, power in ((-1, 4), (-1, 3), (-1, 2), (-1, 1), (1, 1), (1, 2), (1, 3), (1, 4))
)
OF_MEASURES: dict[str, tuple[int, ...]] = {
    "time": (60, 3600, 24, 86_400, 7, 30, 365, 12, 730, 720),
    "information": (8,),
    "work": (2,),
}
NEARBY = 160
MOST_NEARBY = 12
LARGEST_FACTOR = 4096
WORDS = {"two": 2, "twice": 2, "double": 2, "both": 2, "half": 2, "three": 3, "four": 4, "eight": 8, "两": 2, "双": 2}
NEAR = re.compile(
    # None of them starts with another sign.
    rf"(?=[\dbdefht两双])(?:(?<![\w.,])(\d{{1,4}})(?![\w,{{]|\.\d)"
    rf"|\b({'|'.join(word for word in WORDS if word.isascii())})\b|[两双])",
    re.IGNORECASE,
)


def factor(link: Link) -> str:
    """Return the unit or the factor that would make a link hold, as the end of a sentence; "" if there is none."""
    if not (link.left and link.right) or (link.left < 0) != (link.right < 0):
        return ""
    ratio, slack = size(link.right) - size(link.left), link.slack
    shares = any(number.figure.scale == "%" for number in link.numbers)
    scales = (
        DECIMAL
        if shares
        else BINARY
        if link.is_binary
        else MIXED
        if link.is_of_bytes
        else DECIMAL
        if link.measures
        else PLAIN
    )
    if (says := _scale(ratio, slack, scales)) and (says != PERCENT or _may_be_share(link)):
        return says
    # A factor may come with another scale, where there is one.
    scaled = scales if link.is_measured else ()
    for number in (1, 2, 4, 8) if link.is_of_numbers else ():
        if _is(ratio - log(number), slack, scaled):
            return "with so many bytes for each number it would hold"
    for number in (number for kind in link.measures for number in OF_MEASURES.get(kind, ())):
        if any(_is(ratio + sign * log(number), slack, scaled) for sign in (-1, 1)):
            return ANOTHER_UNIT
    if not scaled and not _is_whole(abs(ratio), slack):
        return ""
    for number in _nearby(link):
        if any(_is(ratio + sign * log(number), slack, scaled) for sign in (-1, 1)):
            return f"with the factor {number}, which stands nearby, it would hold"
    return ""


def _may_be_share(link: Link) -> bool:
    """Return whether a side may be a share: one of at most 1, or something in the link is in percent."""
    hundred = any(number.figure.scale == "%" or number.figure.value == 100 for number in link.numbers)
    return hundred or (not link.measures and link.low <= 1)


def size(value: Exact) -> float:
    """Return the logarithm of a value's size; the value may be too large for a float."""
    return log(abs(value.numerator)) - log(value.denominator)


def _is(off: float, slack: float, scales: Scales) -> bool:
    """Return whether the rest of a ratio is nothing, or one of the scales."""
    return abs(off) <= slack or bool(scales and _scale(off, slack, scales))


def _is_whole(ratio: float, slack: float) -> bool:
    """Return whether a ratio, given as its logarithm, is about a whole number that is not too large."""
    if ratio > log(LARGEST_FACTOR) + 1:
        return False
    number = exp(ratio)
    return abs(number - round(number)) <= number * slack


def _scale(ratio: float, slack: float, scales: Scales) -> str:
    """Return the explanation of the scale that a ratio is, or "" if it is none."""
    index = bisect_left(scales, (ratio - slack, ""))
    return scales[index][1] if index < len(scales) and scales[index][0] <= ratio + slack else ""


def _nearby(link: Link) -> Iterator[int]:
    """Yield the small numbers around an equation that are not in it."""
    text, own = link.document.text, {number.figure.value for number in link.numbers}
    around = text[max(0, link.start - NEARBY) : link.start] + " " + text[link.end : link.end + NEARBY]
    seen: set[int] = set()
    for match in NEAR.finditer(around):
        factor = int(match[1]) if match[1] else WORDS[match[0].lower()]
        if 1 < factor <= LARGEST_FACTOR and factor not in own and factor not in seen and len(seen) < MOST_NEARBY:
            seen.add(factor)
            yield factor
