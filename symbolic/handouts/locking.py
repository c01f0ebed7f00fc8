"""One process at a time: a lock beside a folder, which the system lets go when its process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Wait until no other process works on the target."""
    lock = target.with_name(f".{target.name[:100]}.lock")
    handle = _held(lock)
    try:
        yield
    finally:
        if sys.platform == "win32":
            # There an open file can't be taken away; one that another process opened meanwhile stays.
            os.close(handle)
            with suppress(OSError):
                lock.unlink()
        else:
            lock.unlink(missing_ok=True)
            os.close(handle)


def _held(lock: Path) -> int:
    """Return the open lock, once it is ours."""
    while True:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        _wait(handle)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), lock.stat()):
                return handle
        # Whoever had it took it away.
        os.close(handle)


if sys.platform == "win32":

    def _wait(handle: int) -> None:
        import msvcrt

        while True:
            # It tries ten times, a second apart, and then gives up.
            with suppress(OSError):
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                return

else:

    def _wait(handle: int) -> None:
        from fcntl import LOCK_EX, flock

        flock(handle, LOCK_EX)
