"""The paper that pages are set for: A4, or US Letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from symbolic.errors import UnknownName

PAPERS = ("a4", "letter")
_current: ContextVar[str] = ContextVar("paper", default=PAPERS[0])


def current() -> str:
    """Return the paper that pages made here are set for."""
    return _current.get()


@contextmanager
def on(paper: str) -> Iterator[None]:
    """Make pages for this paper; UnknownName names the nearest."""
    if paper not in PAPERS:
        raise UnknownName("paper", paper, PAPERS)
    token = _current.set(paper)
    try:
        yield
    finally:
        _current.reset(token)
