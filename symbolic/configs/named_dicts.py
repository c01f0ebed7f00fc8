"""A dict that a file assigns, found but not read yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple


class NamedDict(NamedTuple):
    """A dict that a file assigns: its name, where it stands, and a way to read it.

    `keys` are those that it is seen to have without reading its values, where it is written in Python. `guessed` where
    it is no dict as it stands, but a call or a class: most of those are no configs.
    """

    name: str
    line: int
    read: Callable[[], Mapping[str, object]]
    keys: tuple[str, ...] | None = None
    guessed: bool = False
