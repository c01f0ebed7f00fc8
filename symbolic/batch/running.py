"""The rows of many sources, worked out by several processes here, or by those of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TypeAlias

from symbolic.batch.journal import Journal
from symbolic.batch.request import Request
from symbolic.batch.rows import failed, rows_of_each, written
from symbolic.batch.sources import Source
from symbolic.errors import ConfigError, SymbolicError, shown
from symbolic.processes import pool

AT_ONCE = 16
"""Sources that a process takes together: enough that asking costs little, few enough that little is lost."""
WAITING = 8
"""Such parts that wait for each process."""
Made: TypeAlias = Callable[[int], object]
Part: TypeAlias = list[tuple[str, Source]]


def fill(
    journal: Journal, sources: Iterable[Source], request: Request, workers: int, scheduler: str, made: Made
) -> None:
    """Put the rows of all sources into the journal; `made` is called with how many more are done, again and again.

    Without a `scheduler` (the address of a Dask cluster), so many `workers` of this machine do it; one does it here.
    """
    parts = _parts(journal, sources, made)
    if scheduler:
        with _cluster(scheduler) as (cluster, processes):
            _work(journal, parts, request, cluster, processes, made)
    elif workers == 1:
        for part in parts:
            _keep(journal, part, rows_of_each([source for _, source in part], request), made)
    else:
        _work_here(journal, parts, request, workers, made)


def _parts(journal: Journal, sources: Iterable[Source], made: Made) -> Iterator[Part]:
    """Yield what is still to be done, some at a time; each content once."""
    part: dict[str, Source] = {}
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


def _work_here(journal: Journal, parts: Iterator[Part], request: Request, workers: int, made: Made) -> None:
    """Let processes do it; where one is ended from outside, find out which source it was and go on with the others."""
    left: deque[Part] = deque()
    while True:
        try:
            with pool(workers) as processes:
                _work(journal, parts, request, processes, workers, made, left)
            return
        except BrokenProcessPool:
            while left:
                _find_deadly(journal, left.popleft(), request, made)


def _find_deadly(journal: Journal, part: Part, request: Request, made: Made) -> None:
    """Work out a part in a process of its own, and again by halves where that is ended."""
    try:
        with pool(1) as process:
            _keep(journal, part, process.submit(rows_of_each, [source for _, source in part], request).result(), made)
    except BrokenProcessPool:
        if len(part) > 1:
            half = len(part) // 2
            _find_deadly(journal, part[:half], request, made)
            _find_deadly(journal, part[half:], request, made)
            return
        [(key, source)] = part
        problem = ConfigError("the process that read it was ended, perhaps for want of memory; give something smaller")
        journal.put_once(key, written([failed(source, request, problem)]))
        made(1)


def _work(
    journal: Journal,
    parts: Iterator[Part],
    request: Request,
    executor: Executor,
    workers: int,
    made: Made,
    left: deque[Part] | None = None,
) -> None:
    """Hand out the parts in order, and keep each when it is done; `left` has those that are not done yet."""
    left = deque() if left is None else left
    waiting: deque[Future[list[str]]] = deque()

    def take() -> None:
        found = waiting.popleft().result()
        _keep(journal, left.popleft(), found, made)

    for part in parts:
        left.append(part)
        waiting.append(executor.submit(rows_of_each, [source for _, source in part], request))
        while waiting and (len(waiting) >= WAITING * workers or waiting[0].done()):
            take()
    while waiting:
        take()


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """Yield an executor on a Dask cluster, and how many processes it has; SymbolicError where there is none."""
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(
            'a Dask cluster needs distributed; install it with pip install "symbolic-explainer[dask]"'
        ) from None
    try:
        client = Client(address, timeout=20)
    except (OSError, ValueError) as problem:
        raise SymbolicError(
            f"no Dask scheduler answers at {shown(address)} ({problem}); start one, or give its address"
        ) from None
    with client:
        # A worker that is lost takes nothing with it: its parts are worked out again by another.
        yield client.get_executor(retries=3, pure=False), max(len(client.scheduler_info()["workers"]), 1)
