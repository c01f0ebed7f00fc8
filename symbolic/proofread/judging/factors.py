"""Factors that would make two sides equal: another unit or scale, a percent sign, a number that stands nearby."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from math import exp, log
from typing import TypeAlias

from symbolic.formulas.formula import Exact
from symbolic.proofread.judging.link import Link

Scales: TypeAlias = tuple[tuple[float, str], ...]

ANOTHER_UNIT, PERCENT = "in another unit it would hold", "as a percentage it would hold"
BYTES_OF_EACH = "with so many bytes for each number it would hold"


def _scales(allowed: Callable[[int, int], bool], *others: tuple[float, str]) -> Scales:
    """Return the logarithms of products of powers of 1,000 and of 1,024 with the allowed exponents, and of others."""
    powers = [(thousands, twos) for thousands in range(-4, 5) for twos in range(-4, 5) if allowed(thousands, twos)]
    sizes = [(one * log(1000) + two * log(1024), ANOTHER_UNIT) for one, two in powers if 0 < abs(one) + abs(two) <= 4]
    return tuple(sorted([*sizes, *others]))


PERCENTS = ((-log(100), PERCENT), (log(100), PERCENT))
PLAIN, DECIMAL, MIXED, BINARY = (
    _scales(lambda thousands, twos: not (thousands and twos), *PERCENTS),
    _scales(lambda _, twos: not twos, *PERCENTS),
    _scales(lambda _, __: True, *PERCENTS),
    _scales(lambda thousands, _: not thousands),
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
    kinds = ((link.is_binary, BINARY), (link.is_of_bytes, MIXED), (link.measures, DECIMAL), (True, PLAIN))
    scales = DECIMAL if shares else next(scales for is_so, scales in kinds if is_so)
    if (says := _scale(ratio, slack, scales)) and (says != PERCENT or _may_be_share(link)):
        return says
    # A factor may come with another scale, where there is one.
    scaled = scales if link.is_measured else ()
    return next((says for off, says in _left_out(link, ratio) if _is(ratio - off, slack, scaled)), "")


def _left_out(link: Link, ratio: float) -> Iterator[tuple[float, str]]:
    """Yield the logarithm of each factor that may be left out, with its explanation."""
    for number in (1, 2, 4, 8) if link.is_of_numbers else ():
        yield log(number), BYTES_OF_EACH
    for number in (number for kind in link.measures for number in OF_MEASURES.get(kind, ())):
        yield from ((sign * log(number), ANOTHER_UNIT) for sign in (1, -1))
    for number in _nearby(link) if link.is_measured or _is_whole(abs(ratio), link.slack) else ():
        says = f"with the factor {number}, which stands nearby, it would hold"
        yield from ((sign * log(number), says) for sign in (1, -1))


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
