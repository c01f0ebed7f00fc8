"""The conditions on which the code may build something else: comparisons of sizes that came out as they did by chance.

The code is followed once, with the sizes at hand. Where it asked whether 224 % 16 == 0, and went on since it is,
nothing is known of sizes for which it is not: the code may build another network, or refuse them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from symbolic.formulas.formula import Formula, Number
from symbolic.networks.learned.conditions import Compare
from symbolic.networks.learned.reading_conditions import condition
from symbolic.networks.learned.rounding import Rest

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def otherwise(compared: Iterable[tuple[Formula, str, Formula]], sizes: Mapping[str, Any]) -> Iterator[str]:
    """Yield for each comparison of `sizes` the one that does not hold for them, as a description writes it.

    What asks for the number of a layer is left out: it has both answers in one network.
    """
    found: dict[str, None] = {}
    for left, sign, right in compared:
        names = {symbol.name for symbol in (*left.symbols, *right.symbols)}
        if not names or not names <= sizes.keys() or _is_settled(left, right):
            continue
        one = Compare(left, sign, right)
        try:
            text = str(Compare(left, OPPOSITE[sign], right) if one.holds(sizes) else one)
            if not condition(text).holds(sizes):
                found[text] = None
        except ValueError:
            continue  # a formula that a description has no words for
    yield from found


def _is_settled(left: Formula, right: Formula) -> bool:
    """Return whether the answer is the same for all sizes: a size beside itself, or what 1 or itself leaves of it."""
    return left == right or (isinstance(left, Rest) and left.right in (Number(1), left.left))
