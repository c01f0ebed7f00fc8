"""Work in parts: in several processes here, or in those of a Dask cluster; what is done comes back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import TypeVar

from symbolic.errors import SymbolicError, shown
from symbolic.extras import needed
from symbolic.processes import pool

Part = TypeVar("Part")
Done = TypeVar("Done")
WAITING = 8
"""Parts that wait for each process."""


@contextmanager
def executor(workers: int, scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Yield what works on parts, and in how many processes; `scheduler` is the address of a Dask cluster, or "".

    SymbolicError where no cluster answers.
    """
    if not scheduler:
        with pool(workers) as processes:
            yield processes, workers
        return
    client_class = needed("distributed", "dask", "a Dask cluster").Client
    try:
        client = client_class(scheduler, timeout=20)
    except (OSError, ValueError) as problem:
        raise SymbolicError(
            f"no Dask scheduler answers at {shown(scheduler)} ({problem}); start one, or give its address"
        ) from None
    with client:
        # A worker that is lost takes nothing with it: its parts are worked out again by another.
        yield client.get_executor(retries=3, pure=False), max(len(client.scheduler_info()["workers"]), 1)


def in_order(
    work: Callable[[Part], Done],
    parts: Iterable[Part],
    executor: Executor,
    workers: int,
    waiting: deque[Part] | None = None,
) -> Iterator[tuple[Part, Done]]:
    """Yield each part with what was made of it. So many parts are asked for as keep the workers busy.

    `waiting` has those that were handed out and not yielded yet: what is left where a process was ended.
    """
    left: deque[Part] = deque() if waiting is None else waiting
    futures: deque[Future[Done]] = deque()
    for part in parts:
        left.append(part)
        futures.append(executor.submit(work, part))
        while futures and (len(futures) >= WAITING * workers or futures[0].done()):
            done = futures.popleft().result()
            yield left.popleft(), done
    while futures:
        done = futures.popleft().result()
        yield left.popleft(), done
