"""Which columns of a LaTeX table wrap, and how wide they are: TeX needs both before it sets the cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction

LINE = 80
"""About how many characters fit side by side, in the size that tables are set in."""
NARROW, GAP = 72, 3
"""The same in LaTeX's own article, and what stands between two columns there."""
SIZES = (("small", 76), ("footnotesize", 86), ("scriptsize", 100))
"""How many characters fit there in each size."""
SHORT, SHORT_NUMBER = 16, 24
LEAST, MOST = 20, 30
WIDE = ("wide", "wideright")
"""Our commands for a column that wraps: of words, of numbers."""


def columns(cells: Sequence[Sequence[str]], numeric: Collection[int]) -> str:
    """Return the columns' letters, from their cells as text: l and r as wide as they are, X wraps, words and numbers.

    Those that wrap share the width that is left, by the length of their cells.
    """
    longest = [max(map(len, column)) for column in cells]
    if sum(longest) + 2 * len(longest) < LINE:
        return "".join("lr"[index in numeric] for index in range(len(cells)))
    weights = [_weight(column, index in numeric) for index, column in enumerate(cells)]
    count, whole = sum(map(bool, weights)), sum(weights)
    return "".join(
        rf">{{\{WIDE[index in numeric]}{{{decimal(Fraction(weight * count, whole))}}}}}X"
        if weight
        else "lr"[index in numeric]
        for index, weight in enumerate(weights)
    )


def shares(cells: Sequence[Sequence[str]], numeric: Collection[int]) -> list[Fraction | None]:
    """Return which part of the line each column takes that wraps, from their cells as text; None for one that needn't.

    For a document of somebody's own, whose lines are narrower than ours.
    """
    longest = [max(map(len, column)) for column in cells]
    weights = [_weight(column, index in numeric) for index, column in enumerate(cells)]
    if sum(longest) + 2 * len(longest) < NARROW or not any(weights):
        return [None] * len(cells)
    kept = sum(length for length, weight in zip(longest, weights, strict=True) if not weight) + GAP * len(cells)
    # Where the others leave too little, words still get a line of some length; then the table is set smaller.
    least = min(sum(length for length, weight in zip(longest, weights, strict=True) if weight), LEAST)
    room = Fraction(max(NARROW - kept, least), NARROW)
    return [room * weight / sum(weights) if weight else None for weight in weights]


def size(cells: Sequence[Sequence[str]], wide: Sequence[Fraction | None]) -> str:
    """Return LaTeX's size in which the columns fit beside one another, the smallest that can be read at most."""
    kept = sum(max(map(len, column)) for column, share in zip(cells, wide, strict=True) if share is None)
    whole = kept + GAP * len(cells) + NARROW * sum(share or 0 for share in wide)
    return next((name for name, fits in SIZES if whole <= fits), SIZES[-1][0])


def _weight(column: Sequence[str], numeric: bool) -> int:
    longest = max(map(len, column))
    # What has no space can't wrap, except the longest numbers, which may break behind their commas.
    wraps = numeric or any(" " in cell for cell in column[1:])
    if longest <= (SHORT_NUMBER if numeric else SHORT) or not wraps:
        return 0
    word = max(len(word) for cell in column for word in re.split("[ -]", cell)) if not numeric else 0
    return max(min(max(longest, LEAST), MOST), 2 * word)


def decimal(share: Fraction) -> str:
    """Return five digits, which is all that TeX's lengths tell apart on a page."""
    whole, part = divmod(int(share * 10**5), 10**5)
    return f"{whole}.{part:05d}"
