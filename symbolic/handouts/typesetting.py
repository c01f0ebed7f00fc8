"""Typesetting in a second process, so that PDFs compile while forms are made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from typing import TypeAlias

from symbolic.processes import pool

FEW = 8
"""So few documents are compiled before another process has started."""
MOST_WAITING = 64

Done: TypeAlias = Callable[[bytes], object]


class TypstSource(str):
    """A document that is still to be typeset."""

    __slots__ = ()


class Typesetter:
    """Takes documents and returns each as a PDF, in order; all are done by the end of the `with`."""

    def __init__(self, expected: int) -> None:
        """`expected` documents, about."""
        self._expected = expected
        self._waiting: deque[tuple[Future[bytes], Done]] = deque()
        self._stack = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Typesetter:
        if self._expected > FEW:
            self._pool = self._stack.enter_context(pool(1))
        return self

    def __exit__(self, kind: type[BaseException] | None, *problem: object) -> None:
        try:
            while self._waiting and kind is None:
                self._next()
        finally:
            for future, _ in self._waiting:
                future.cancel()
            self._stack.close()

    def __call__(self, source: TypstSource, done: Done) -> None:
        """TypstSource a document and call `done` with it, now or later."""
        from symbolic.pages.rendering.as_pdf import compiled

        if self._pool is None:
            done(compiled(str(source)))
            return
        self._waiting.append((self._pool.submit(compiled, str(source)), done))
        while self._waiting and (len(self._waiting) > MOST_WAITING or self._waiting[0][0].done()):
            self._next()

    def _next(self) -> None:
        future, done = self._waiting.popleft()
        done(future.result())
