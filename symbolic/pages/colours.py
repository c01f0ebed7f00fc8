"""One colour for each kind of part, the same in each picture and table of each page: blue is attention.

The eight differ in lightness too, so that the colour-blind, and readers of grey paper, tell neighbours apart. Letters
or names stand beside them wherever they mean something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

KINDS: Mapping[int, tuple[str, ...]] = {
    1: ("attention", "index"),
    2: ("embedding", "position", "segment-embedding", "patch-embedding", "class-token"),
    3: ("norm",),
    4: ("feed-forward", "experts"),
    5: ("state-space", "linear-attention"),
    6: ("convolution",),
    7: ("head", "head-transform", "classifier", "pooler"),
}
"""The roles of blocks by their colour."""
OTHER = 8
"""The colour of all others: routers, projections, whole towers."""
COLOURS = 8
LIGHTER = 8
"""What is added to a colour for its lighter shade."""
DEEPER = 16
"""What is added to a colour for its deeper shade."""
SHADES = (0, LIGHTER, DEEPER)

LIGHT = ("#2a4b77", "#efc665", "#a8415b", "#7db7aa", "#9a8fd4", "#d98a55", "#476f35", "#d8d3c9")
"""The colours on light paper, from 1 on."""
DARK = ("#3f73b5", "#efc665", "#b8546e", "#7db7aa", "#a99fe0", "#d98a55", "#557f3c", "#dcd8cf")
ON_DARK = frozenset({1, 3, 7, 17, 19, 21, 22, 23})
"""The colours and deeper shades on which letters are white; on the others, and on lighter shades, they are black."""
DEEP = Fraction(7, 10)
"""How much of a colour its deeper shade has; the rest is black."""

_OF_ROLE = {role: colour for colour, roles in KINDS.items() for role in roles}


def colour_of(role: str) -> int:
    """Return the colour of blocks of a role.

    >>> colour_of("attention"), colour_of("experts"), colour_of("router")
    (1, 4, 8)
    """
    return _OF_ROLE.get(role, OTHER)


def side_by_side(parts: Iterable[tuple[str, str]]) -> Iterator[int]:
    """Yield the colours of parts in a row, given by their roles and the numbers of their steps.

    Those of one kind are told apart by shades. Where most parts are of no kind, as the stages of a convolutional
    network, those of one step have a colour that no kind here has.

    >>> list(side_by_side([("embedding", "1"), ("position", "2"), ("norm", "3.1"), ("norm", "3.2"), ("norm", "4")]))
    [2, 10, 3, 11, 19]
    >>> list(side_by_side([("", "1.1"), ("", "1.2"), ("", "2.1"), ("classifier", "3")]))
    [1, 9, 2, 7]
    """
    row = tuple(parts)
    kinds = [colour_of(role) for role, _number in row]
    if kinds.count(OTHER) > len(kinds) // 2:
        free = [colour for colour in KINDS if colour not in kinds]
        steps = list(
            dict.fromkeys(_first(number) for (_, number), kind in zip(row, kinds, strict=True) if kind == OTHER)
        )
        given = {step: free[place % len(free)] for place, step in enumerate(steps)}
        kinds = [given[_first(number)] if kind == OTHER else kind for (_, number), kind in zip(row, kinds, strict=True)]
    seen: Counter[int] = Counter()
    for kind in kinds:
        yield kind + SHADES[seen[kind] % len(SHADES)]
        seen[kind] += 1


def _first(number: str) -> str:
    return number.partition(".")[0]


def lighter(colour: str) -> str:
    """Return the lighter shade of a colour: as much of it as of white.

    >>> lighter("#204060")
    '#90a0b0'
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(part + 256) // 2:02x}" for part in parts)


def deeper(colour: str) -> str:
    """Return the deeper shade of a colour.

    >>> deeper("#c86432")
    '#8c4623'
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{int(part * DEEP):02x}" for part in parts)


def on_paper() -> tuple[str, ...]:
    """Return the colours on paper, from 1 on, after them their lighter shades, and then their deeper ones."""
    return (*LIGHT, *map(lighter, LIGHT), *map(deeper, LIGHT))
