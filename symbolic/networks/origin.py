"""Where in this package a part of a network was made: from a number on a page back to the line that makes it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import PurePath
from types import FrameType
from typing import NamedTuple, TypeAlias


class Place(NamedTuple):
    """A line of this package, and the function that it is in; "" for one outside of functions."""

    file: str
    line: int
    function: str


Origin: TypeAlias = tuple[Place, ...]
"""The way from the family that asks for a part to the line that makes it."""

ROOM = PurePath(__file__).parent
OUTSIDE = ("blocks", "origin", "family")
"""Modules that make no parts themselves."""


def current_origin() -> Origin:
    """Return the lines of families and layers that are at work: of each file the innermost, the family's first.

    For a dataclass's `default_factory`: it looks behind the factory's caller.
    """
    # Reading three or four frames costs a microsecond; inspect does the same, and is slow to import.
    frame: FrameType | None = sys._getframe(2)
    places: dict[str, Place] = {}
    while frame and (file := _file(frame.f_code.co_filename)):
        if file not in places:
            function = frame.f_code.co_name
            # A generator expression is no function that a reader finds by its name.
            places[file] = Place(file, frame.f_lineno, "" if function.startswith("<") else function)
        frame = frame.f_back
    return tuple(reversed(places.values()))


@cache
def _file(filename: str) -> str:
    """Return a file below this folder by its path in the package; "" for any other."""
    path = PurePath(filename)
    inside = path.is_relative_to(ROOM) and path.stem not in OUTSIDE
    return path.relative_to(ROOM.parent).as_posix() if inside else ""
