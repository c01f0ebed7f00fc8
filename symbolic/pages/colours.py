"""One colour for each kind of part, the same in each picture and table of each page: blue is attention.

The eight differ in lightness too, so that the colour-blind, and readers of grey paper, tell neighbours apart. Letters
or names stand beside them wherever they mean something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

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

LIGHT = ("#2a4b77", "#efc665", "#a8415b", "#7db7aa", "#9a8fd4", "#d98a55", "#476f35", "#d8d3c9")
"""The colours on light paper, from 1 on."""
DARK = ("#3f73b5", "#efc665", "#b8546e", "#7db7aa", "#a99fe0", "#d98a55", "#557f3c", "#dcd8cf")
ON_DARK = frozenset({1, 3, 7})
"""The colours on which letters are white; on the others, and on lighter shades, they are black."""

_OF_ROLE = {role: colour for colour, roles in KINDS.items() for role in roles}


def colour_of(role: str) -> int:
    """Return the colour of blocks of a role.

    >>> colour_of("attention"), colour_of("experts"), colour_of("router")
    (1, 4, 8)
    """
    return _OF_ROLE.get(role, OTHER)


def side_by_side(roles: Iterable[str]) -> Iterator[int]:
    """Yield the colours of parts in a row; each second part of one kind is lighter, so that one tells the two apart.

    >>> list(side_by_side(["embedding", "position", "norm", "experts", "experts", "norm"]))
    [2, 10, 3, 4, 12, 11]
    """
    seen: Counter[int] = Counter()
    for role in roles:
        colour = colour_of(role)
        yield colour + LIGHTER * (seen[colour] % 2)
        seen[colour] += 1


def lighter(colour: str) -> str:
    """Return the lighter shade of a colour: as much of it as of white.

    >>> lighter("#204060")
    '#90a0b0'
    """
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(part + 256) // 2:02x}" for part in parts)


def on_paper() -> tuple[str, ...]:
    """Return the colours on paper, from 1 on, and after them their lighter shades."""
    return (*LIGHT, *map(lighter, LIGHT))
