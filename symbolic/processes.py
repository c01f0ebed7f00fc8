"""Processes beside this one, which end when it does."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

OBJECTS = 100_000
"""After so many new ones, not Python's 700, a process looks for garbage: nearly all that pages leave goes by itself."""


def pool(workers: int) -> ProcessPoolExecutor:
    """Return so many processes, each fresh and not a fork, since what called us may have threads."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begun, initargs=(os.getpid(),))


def processors() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        # Windows and macOS have no such set.
        return os.cpu_count() or 1


def _begun(parent: int) -> None:
    """Let this process end when the one that began it is gone, leave Ctrl-C to that one, seldom look for garbage."""
    gc.set_threshold(OBJECTS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
