"""Work in parts: in several processes here, or in those of a Dask cluster; what is done comes back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from symbolic.errors import SymbolicError, shown
from symbolic.extras import needed
from symbolic.processes import pool

Part = TypeVar("Part")
Done = TypeVar("Done")
WAITING = 8
"""Parts that wait for each process."""


class Future(Protocol):
    """What a part will be: both the pool's and the cluster's futures are."""

    def done(self) -> bool:
        """Return whether its result is known."""

    def result(self) -> Any:
        """Wait for its result, and return it."""


Submit = Callable[[Callable[[Part], Done], Part], Future]


@contextmanager
def executor(workers: int, scheduler: str) -> Iterator[tuple[Submit[Any, Any], int]]:
    """Yield what hands out a part, and to how many processes; `scheduler` is the address of a Dask cluster, or "".

    SymbolicError where no cluster answers, or where it gives no result.
    """
    if not scheduler:
        with pool(workers) as processes:
            yield processes.submit, workers
        return
    distributed = needed("distributed", "dask", "a Dask cluster")
    try:
        client = distributed.Client(scheduler, timeout=20)
    except (OSError, ValueError) as problem:
        raise SymbolicError(
            f"no Dask scheduler answers at {shown(scheduler)} ({problem}); start one, or give its address"
        ) from None
    try:
        with client:
            # A worker that is lost takes nothing with it: its parts are worked out again by another. The client's own
            # futures wait for that; those of `get_executor` fail where a result is lost while it is fetched.
            workers = max(len(client.scheduler_info()["workers"]), 1)
            yield partial(client.submit, retries=3, pure=False), workers
    except (distributed.comm.CommClosedError, distributed.CancelledError, distributed.KilledWorker) as problem:
        raise SymbolicError(
            f"the Dask cluster at {shown(scheduler)} gave no result ({type(problem).__name__}); "
            "its workers' logs say why"
        ) from None


def in_order(
    work: Callable[[Part], Done],
    parts: Iterable[Part],
    submit: Submit[Part, Done],
    workers: int,
    waiting: deque[Part] | None = None,
) -> Iterator[tuple[Part, Done]]:
    """Yield each part with what was made of it. So many parts are asked for as keep the workers busy.

    `waiting` has those that were handed out and not yielded yet: what is left where a process was ended.
    """
    left: deque[Part] = deque() if waiting is None else waiting
    futures: deque[Future] = deque()
    for part in parts:
        left.append(part)
        futures.append(submit(work, part))
        while futures and (len(futures) >= WAITING * workers or futures[0].done()):
            done = futures.popleft().result()
            yield left.popleft(), done
    while futures:
        done = futures.popleft().result()
        yield left.popleft(), done
