"""What comes from outside, read within bounds: regular files and standard input, up to a limit.

A pipe with a name, a device or a file that grows would be read for ever. What was read is remembered, so that no page
is written over what it was made from.
"""

from __future__ import annotations

import codecs
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from symbolic.errors import SymbolicError

PATIENCE = 60
"""Seconds in which something must come from standard input."""
CHUNK = 1 << 16
WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The marks at the begin of a text in UTF-16, as some editors and shells save it."""

_read: set[tuple[int, int]] = set()


class Unreadable(SymbolicError):
    """A file that can't be read, or has more than may be read."""


def read_file(path: str | Path, most: int, what: str) -> bytes:
    """Return the bytes of a regular file of at most so many; `what` says in errors what it was to be."""
    with _opened(path) as file:
        try:
            parts, left = [], most + 1
            # Not at once: so much would be set aside for it.
            while left > 0 and (part := file.read(min(left, 16 * CHUNK))):
                parts.append(part)
                left -= len(part)
        except OSError as problem:
            raise Unreadable(f"can't read {path}: {problem.strerror}; check its name and permissions") from None
        size = max(os.fstat(file.fileno()).st_size, sum(map(len, parts)))
    data = b"".join(parts)
    if len(data) > most:
        raise Unreadable(f"{path} has {size:,} bytes; {what} has at most {most:,}")
    return data


def lines_of(path: str | Path, most: int, what: str) -> Iterator[bytes]:
    """Yield the lines of a regular file, of any number of lines, each of at most so many bytes."""
    with _opened(path) as file:
        number = 0
        try:
            while line := file.readline(most + 1):
                number += 1
                if len(line) > most:
                    raise Unreadable(f"{path}, line {number} has more than {most:,} bytes, the most of {what}")
                yield line
        except OSError as problem:
            raise Unreadable(f"can't read {path}: {problem.strerror}; check its name and permissions") from None


@contextmanager
def _opened(path: str | Path) -> Iterator[BinaryIO]:
    """Return a regular file, open; it counts as read from then on."""
    try:
        # Opening a named pipe waits for a writer unless it is told not to.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError as problem:
        raise Unreadable(f"can't read {path}: {problem}; check its name and permissions") from None
    except OSError as problem:
        raise Unreadable(f"can't read {path}: {problem.strerror}; check its name and permissions") from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        # Python opens no folder.
        os.close(handle)
        raise Unreadable(f"{path} is not a regular file; give a file, or its content on standard input as -")
    with os.fdopen(handle, "rb") as file:
        _read.add((about.st_dev, about.st_ino))
        yield file


def note_read(path: Path) -> None:
    """Remember a file that a library read, so that no page is written over it."""
    about = path.stat()
    _read.add((about.st_dev, about.st_ino))


def read_stdin(most: int, what: str) -> bytes:
    """Return what comes on standard input; Unreadable where it is closed, silent for a minute, or too much."""
    if sys.stdin is None:
        raise Unreadable("standard input is closed; give a file, or pipe something into the command")
    parts: list[bytes] = []
    size = 0
    while part := _next_part():
        parts.append(part)
        size += len(part)
        if size > most:
            raise Unreadable(f"standard input has more than {most:,} bytes; {what} has at most {most:,}")
    return b"".join(parts)


def _next_part() -> bytes:
    try:
        handle = sys.stdin.fileno()
    except (OSError, ValueError, AttributeError):
        part = getattr(sys.stdin, "buffer", sys.stdin).read(CHUNK)
        return part.encode("utf-8", "surrogateescape") if isinstance(part, str) else bytes(part)
    try:
        if not os.isatty(handle) and not select.select([handle], [], [], PATIENCE)[0]:
            raise Unreadable(f"nothing came on standard input for {PATIENCE} seconds; pipe something into the command")
    except (OSError, ValueError):
        # Where pipes can't be waited for (Windows), reading waits.
        pass
    try:
        return os.read(handle, CHUNK)
    except OSError as problem:
        raise Unreadable(f"can't read standard input: {problem.strerror}; give a file") from None


def text_of(data: bytes, name: object, kinds: str) -> str:
    """Return bytes as text, without the mark that some editors put first; `kinds` says which files would do."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if data.startswith(WIDE) and data[: len(WIDE[0]) + 2].decode("utf-16", "replace").isascii():
            raise Unreadable(f"{name} is text in UTF-16; save it as UTF-8") from None
        raise Unreadable(f"{name} is not text (UTF-8); give {kinds}") from None


def was_read(path: Path) -> bool:
    """Return whether a file is one that was read."""
    try:
        about = path.stat()
    except (OSError, ValueError):
        return False
    return (about.st_dev, about.st_ino) in _read


def forget() -> None:
    """Forget which files were read, before another command begins."""
    _read.clear()
