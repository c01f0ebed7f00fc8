"""Where in this package a part of a network was made: from a number on a page back to the line that makes it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import PurePath
from types import FrameType
from typing import TypeAlias

Origin: TypeAlias = tuple[str, ...]
"""Places such as `networks/layers/attention.py:29`: from the family that asks for a part to the line that makes it."""

ROOM = PurePath(__file__).parent
OUTSIDE = ("blocks", "origin", "family")
"""Modules that make no parts themselves."""


def made_here() -> Origin:
    """Return the lines of families and layers that are at work: of each file the innermost, the family's first.

    For a dataclass's `default_factory`: it looks behind the factory's caller.
    """
    # Reading three or four frames costs a microsecond; inspect does the same, and is slow to import.
    frame: FrameType | None = sys._getframe(2)
    lines: dict[str, int] = {}
    while frame and (place := _place(frame.f_code.co_filename)):
        lines.setdefault(place, frame.f_lineno)
        frame = frame.f_back
    return tuple(f"{place}:{line}" for place, line in reversed(lines.items()))


@cache
def _place(filename: str) -> str:
    """A file below this folder as the package's; "" for any other."""
    path = PurePath(filename)
    inside = path.is_relative_to(ROOM) and path.stem not in OUTSIDE
    return path.relative_to(ROOM.parent).as_posix() if inside else ""
