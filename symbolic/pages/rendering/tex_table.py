"""Which columns of a LaTeX table wrap, and how wide they are: TeX needs both before it sets the cells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from fractions import Fraction
from math import isqrt
from textwrap import wrap

LINE = 80
"""About how many characters fit side by side, in the size that tables are set in."""
NARROW, GAP = 72, 3
"""The same in LaTeX's own article, and what stands between two columns there."""
MOST_LETTERS = 86
"""How many characters fit side by side where columns wrap."""
SIZES = (("small", 76), ("footnotesize", 86), ("scriptsize", 100))
"""How many characters fit there in each size."""
SHORT, SHORT_NUMBER = 16, 24
BESIDE_WORD = 3
"""The letters of a sign that stands before a name of a formula, or behind it."""
WORDS = re.compile(r"[ -]|(?<=[a-z0-9])(?=[A-Z][a-z])")
"""Where words end, and long names of classes go on in the next line."""
LEAST, MOST = 20, 30
WIDE = ("wide", "wideright")
"""Our commands for a column that wraps: of words, of numbers."""


def columns(cells: Sequence[Sequence[str]], numeric: Collection[int]) -> str:
    """Return the columns' letters, from their cells as text: l and r as wide as they are, X wraps, words and numbers.

    Those that wrap share the width that is left, by the length of their cells.
    """
    longest = [max(map(len, column)) for column in cells]
    if fits(cells):
        return "".join("lr"[index in numeric] for index in range(len(cells)))
    weights = [_weight(column, index in numeric) for index, column in enumerate(cells)]
    left = MOST_LETTERS - sum(length + 2 for length, weight in zip(longest, weights, strict=True) if not weight)
    words = [0 if index in numeric else _word(column) for index, column in enumerate(cells)]
    weights = _with_room_for(words, weights, left)
    count, whole = sum(map(bool, weights)), sum(weights)
    return "".join(
        rf">{{\{WIDE[index in numeric]}{{{decimal(Fraction(weight * count, whole))}}}}}X"
        if weight
        else "lr"[index in numeric]
        for index, weight in enumerate(weights)
    )


def fits(cells: Sequence[Sequence[str]]) -> bool:
    """Return whether columns fit side by side as wide as they are, from their cells as text."""
    return _width(cells) < LINE


def smallest(cells: Sequence[Sequence[str]]) -> bool:
    """Return whether a table of which no column wraps needs the smallest letters."""
    return _width(cells) > MOST_LETTERS


def _width(cells: Sequence[Sequence[str]]) -> int:
    return sum(max(map(len, column)) + 2 for column in cells)


def shares(cells: Sequence[Sequence[str]], numeric: Collection[int], room: int = NARROW) -> list[Fraction | None]:
    """Return which part of the line each column takes that wraps, from their cells as text; None for one that needn't.

    For a document of somebody's own, whose lines are narrower than ours: `room` characters.
    """
    longest = [max(map(len, column)) for column in cells]
    weights = [_weight(column, index in numeric) for index, column in enumerate(cells)]
    if sum(longest) + 2 * len(longest) < room or not any(weights):
        return [None] * len(cells)
    kept = sum(length for length, weight in zip(longest, weights, strict=True) if not weight) + GAP * len(cells)
    # A formula of ten lines gets more of them than a remark: by the root of its length, so that both are low.
    weights = [weight and max(weight, isqrt(MOST * length)) for weight, length in zip(weights, longest, strict=True)]
    # Where the others leave too little, words still get a line of some length; then the table is set smaller.
    least = min(sum(length for length, weight in zip(longest, weights, strict=True) if weight), LEAST)
    left = Fraction(max(room - kept, least), room)
    return [left * weight / sum(weights) if weight else None for weight in weights]


def size(cells: Sequence[Sequence[str]], wide: Sequence[Fraction | None], room: int = NARROW) -> str:
    """Return LaTeX's size in which the columns fit beside one another, the smallest that can be read at most."""
    kept = sum(max(map(len, column)) for column, share in zip(cells, wide, strict=True) if share is None)
    whole = kept + GAP * len(cells) + room * sum(share or 0 for share in wide)
    return next((name for name, fits in SIZES if whole * NARROW <= fits * room), SIZES[-1][0])


def stacked(heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the lines of a table's head, where it is wider than what stands below: the last one is always full.

    >>> stacked(["GFLOPs in a layer", "Part"], [["3,299"], ["attention"]])
    [('GFLOPs', ''), ('in a', ''), ('layer', 'Part')]
    """
    below = [max(map(len, column), default=0) for column in cells]
    lines = [
        wrap(head, max(width, *map(len, head.split()), 1), break_on_hyphens=False) or [""]
        for head, width in zip(heads, below, strict=True)
    ]
    most = max(map(len, lines))
    return list(zip(*([""] * (most - len(one)) + one for one in lines), strict=True))


def pieces(rows: Sequence[Sequence[str]], wide: Sequence[Fraction | None], room: int, most: int) -> list[slice]:
    """Return the rows of a table, from their cells as text, in parts of about as many lines as a page has."""
    made, start, lines = [], 0, 0
    for index, row in enumerate(rows):
        high = max(
            -(-len(cell) // max(1, int(room * share))) if share else 1 for cell, share in zip(row, wide, strict=True)
        )
        if lines + high > most and index > start:
            made.append(slice(start, index))
            start, lines = index, 0
        lines += high
    return [*made, slice(start, len(rows))]


def _weight(column: Sequence[str], numeric: bool) -> int:
    longest = max(map(len, column))
    # What has no space can't wrap, except the longest numbers, which may break behind their commas.
    wraps = numeric or any(" " in cell for cell in column[1:])
    if longest <= (SHORT_NUMBER if numeric else SHORT) or not wraps:
        return 0
    word = _word(column) if not numeric else 0
    return max(min(max(longest, LEAST), MOST), 2 * word)


def _word(column: Sequence[str]) -> int:
    """Return how long the longest word of a column is, with the sign beside it where it is a formula's."""
    words = [(word, BESIDE_WORD if "_" in word else 1) for cell in column for word in WORDS.split(cell)]
    return max(len(word) + beside for word, beside in words)


def _with_room_for(words: Sequence[int], weights: Sequence[int], left: int) -> list[int]:
    """Return the weights; where one is too little for the longest word, each gets that, and its part of the rest."""
    whole = sum(weights)
    needed = [word if weight else 0 for word, weight in zip(words, weights, strict=True)]
    if all(left * weight >= word * whole for word, weight in zip(needed, weights, strict=True)):
        return list(weights)
    spare = max(left - sum(needed), 0)
    return [word * whole + weight * spare for word, weight in zip(needed, weights, strict=True)]


def decimal(share: Fraction) -> str:
    """Return five digits, which is all that TeX's lengths tell apart on a page."""
    whole, part = divmod(int(share * 10**5), 10**5)
    return f"{whole}.{part:05d}"
