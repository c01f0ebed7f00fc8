"""The rows of many sources, worked out by several processes here, or by those of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import TypeAlias

from symbolic.batch.journal import Journal
from symbolic.batch.request import Request
from symbolic.batch.rows import failed, rows_of_each, written
from symbolic.batch.sources import ConfigSource
from symbolic.errors import ConfigError
from symbolic.executing import executor, in_order
from symbolic.processes import pool

AT_ONCE = 16
"""Sources that a process takes together: enough that asking costs little, few enough that little is lost."""
Made: TypeAlias = Callable[[int], object]
Part: TypeAlias = list[tuple[str, ConfigSource]]


def fill(
    journal: Journal, sources: Iterable[ConfigSource], request: Request, workers: int, scheduler: str, made: Made
) -> None:
    """Put the rows of all sources into the journal; `made` is called with how many more are done, again and again.

    Without a `scheduler` (the address of a Dask cluster), so many `workers` of this machine do it; one does it here.
    """
    parts = _parts(journal, sources, made)
    work = partial(_rows_of, request)
    if workers == 1 and not scheduler:
        for part in parts:
            _keep(journal, part, work(part), made)
        return
    left: deque[Part] = deque()
    while True:
        try:
            with executor(workers, scheduler) as (submit, count):
                for part, found in in_order(work, parts, submit, count, left):
                    _keep(journal, part, found, made)
            return
        except BrokenProcessPool:
            # One of them was ended from outside: find out which source it was, and go on with the others.
            while left:
                _find_fatal(journal, left.popleft(), request, made)


def _rows_of(request: Request, part: Part) -> list[str]:
    return rows_of_each([source for _, source in part], request)


def _parts(journal: Journal, sources: Iterable[ConfigSource], made: Made) -> Iterator[Part]:
    """Yield what is still to be done, some at a time; each content once."""
    part: dict[str, ConfigSource] = {}
    for source in sources:
        key = journal.wants(source)
        if key is None or key in part:
            made(1)
            continue
        part[key] = source
        if len(part) == AT_ONCE:
            yield list(part.items())
            part = {}
    if part:
        yield list(part.items())


def _keep(journal: Journal, part: Part, found: list[str], made: Made) -> None:
    journal.put({key: text for (key, _), text in zip(part, found, strict=True)})
    made(len(part))


def _find_fatal(journal: Journal, part: Part, request: Request, made: Made) -> None:
    """Work out a part in a process of its own, and each half where that is ended: the source at fault gets an error."""
    try:
        with pool(1) as process:
            _keep(journal, part, process.submit(_rows_of, request, part).result(), made)
    except BrokenProcessPool:
        if len(part) > 1:
            half = len(part) // 2
            _find_fatal(journal, part[:half], request, made)
            _find_fatal(journal, part[half:], request, made)
            return
        [(key, source)] = part
        problem = ConfigError("the process that read it was ended, perhaps for want of memory; give something smaller")
        journal.put_once(key, written([failed(source, request, problem)]))
        made(1)
