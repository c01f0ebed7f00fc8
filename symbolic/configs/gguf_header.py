"""Whether the header of a GGUF file can be true: the library that reads it believes every count in it.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path

from symbolic.errors import ConfigError

MAGIC = b"GGUF"
VERSIONS = (2, 3)
WIDTHS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a value by its type: integers, floats and booleans."""
STRING, ARRAY = 8, 9
MOST_ITEMS = 4_000_000
"""Items of all arrays together: a vocabulary of a quarter of a million has about a million."""
MOST_TENSORS = 200_000
MOST_AXES = 8


def check(file: Path) -> None:
    """Raise ConfigError where the header says more than the file holds, or more than any model has."""
    try:
        with file.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
            _Header(data).check()
    except (OSError, ValueError, struct.error) as problem:
        raise ConfigError(f"{file}: not readable as GGUF ({problem})") from None


class _Header:
    """The header, read from its start on."""

    def __init__(self, data: mmap) -> None:
        self.data, self.at, self.items, self.order = data, 4, 0, "<"

    def check(self) -> None:
        if self.data[:4] != MAGIC:
            raise ValueError("it does not start with GGUF")
        if self._number("I") & 0xFFFF == 0:
            self.order, self.at = ">", 4
            self._number("I")
        version = struct.unpack_from(f"{self.order}I", self.data, 4)[0]
        if version not in VERSIONS:
            raise ValueError(f"version {version}")
        tensors, fields = self._number("Q"), self._number("Q")
        if tensors > MOST_TENSORS:
            raise ValueError(f"{tensors:,} tensors")
        self._room(fields)
        for _ in range(fields):
            self._string()
            self._value(self._number("I"))
        for _ in range(tensors):
            self._string()
            axes = self._number("I")
            if axes > MOST_AXES:
                raise ValueError(f"a tensor of {axes:,} axes")
            self._skip(8 * axes + 12)

    def _number(self, code: str) -> int:
        found: int = struct.unpack_from(f"{self.order}{code}", self.data, self.at)[0]
        self.at += struct.calcsize(code) if code == "Q" else 4
        return found

    def _room(self, count: int) -> None:
        """See to it that so many things, of a byte at least, fit into the rest of the file."""
        if count > len(self.data) - self.at:
            raise ValueError(f"a count of {count:,} in a file of {len(self.data):,} bytes")

    def _skip(self, count: int) -> None:
        self._room(count)
        self.at += count

    def _string(self) -> None:
        self._skip(self._number("Q"))

    def _value(self, kind: int) -> None:
        if kind in WIDTHS:
            self._skip(WIDTHS[kind])
        elif kind == STRING:
            self._string()
        elif kind == ARRAY:
            self._array()
        else:
            raise ValueError(f"a value of type {kind}")

    def _array(self) -> None:
        kind, count = self._number("I"), self._number("Q")
        self.items += count
        if self.items > MOST_ITEMS:
            raise ValueError(f"arrays of {self.items:,} items")
        if kind in WIDTHS:
            self._skip(count * WIDTHS[kind])
        elif kind == STRING:
            for _ in range(count):
                self._string()
        else:
            raise ValueError(f"an array of type {kind}")
