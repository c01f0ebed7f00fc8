"""What never ends is stopped and fails: an input may take long on a busy machine, so the bound is far above any aim.

How quick something is, the benchmarks tell, and tests/growth.py tells how its cost grows.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = int(os.environ.get("SYMBOLIC_SECONDS", "60"))
"""Processor time after which a call counts as one that never ends."""


class TooLong(BaseException):
    """A call took more processor time than any may; no `except Exception` stops it."""


@contextmanager
def ends() -> Iterator[None]:
    """Stop what is done here once it has taken `SECONDS` of processor time.

    Raises:
        TooLong: It took longer.
    """

    def stop(number: int, frame: object) -> None:  # noqa: ARG001
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
