"""Answers to what code asks of symbolic sizes, without proofs where none is needed.

Torch first tries to prove each answer for all sizes, and takes the numbers at hand where it can't. That two sizes
differ needs no proof here: only that they are equal bounds them.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import current_thread, main_thread
from time import process_time
from typing import Any

import sympy
from torch.fx.experimental.symbolic_shapes import ShapeEnv, SLoc

ANSWER = {True: sympy.true, False: sympy.false}
SMALL, LARGE = sympy.Integer(1), 1009
"""Numbers to try in the places of sizes: the smallest, and a large one for each, with 2 between two of them."""
MOST_SECONDS = 60.0
"""What processor time a pass may take: formulas that grow in each layer take more and more of it."""

EVERY = 16
"""At one of so many questions the time is looked at."""

EACH = 5.0
"""Where a library goes on after that, it is interrupted again after so many seconds."""


class TooLong(BaseException):
    """A pass takes more processor time than it may: no error of the code, which catches its own."""

    def __init__(self) -> None:
        super().__init__(f"its formulas take more than {MOST_SECONDS:.0f} seconds; fewer layers take less")


@contextmanager
def interrupted(seconds: float | None = None) -> Iterator[None]:
    """Let a pass end by TooLong after so many seconds (MOST_SECONDS), also where one question takes hours.

    Only a program's main thread can be interrupted so; another one ends at the next question.
    """
    if current_thread() is not main_thread():
        yield
        return

    def end(*_given: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds or MOST_SECONDS or EACH, EACH)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


class QuickAnswers(ShapeEnv):  # type: ignore[misc]  # torch may be absent where types are checked
    """The numbers and the questions of a pass."""

    def __init__(self, **named: Any) -> None:
        """`unproven` has the questions that were answered here, as they came out, each once; `answers` has them all.

        Torch keeps the last 256 answers only, and proves the others again.
        """
        super().__init__(**named)
        self.answers: dict[Any, Any] = {}
        self.unproven: dict[Any, None] = {}
        self.began = process_time()

    def evaluate_expr(self, orig_expr: Any, hint: Any = None, *given: Any, **named: Any) -> Any:
        """Return the answer, and note the question where the answer bounds a size; TooLong after all that time."""
        question = (orig_expr, hint, given, *named.items(), self._suppress_guards_tls())
        if question not in self.answers:
            # To ask the system for the time takes as long as many answers do.
            if len(self.answers) % EVERY == 0 and process_time() - self.began >= MOST_SECONDS:
                raise TooLong
            self.answers[question] = self._answer(orig_expr, hint, *given, **named)
        return self.answers[question]

    def _answer(self, orig_expr: Any, hint: Any, *given: Any, **named: Any) -> Any:
        # What may be answered so where nothing is known of sizes needs no proof.
        freely = isinstance(hint, bool) and hint is named.get("fallback_value")
        if isinstance(hint, bool) and (freely or self._bounds_nothing(orig_expr, hint)):
            self.unproven[orig_expr if hint else sympy.Not(orig_expr)] = None
            return ANSWER[hint]
        return super().evaluate_expr(orig_expr, hint, *given, **named)

    def _get_stack_summary(self, is_debug: bool = False, framework_loc: str | None = None) -> tuple[SLoc, str]:  # noqa: ARG002
        """Return no line of code: nobody reads it, and to find it torch imports its compiler."""
        return SLoc(framework_loc or "", None), ""

    def _bounds_nothing(self, asked: Any, answer: bool) -> bool:
        """Return whether it is that two sizes differ, or which is larger where that is so for small ones and large."""
        if isinstance(asked, sympy.Eq):
            return not answer
        if isinstance(asked, sympy.Ne):
            return answer
        if not isinstance(asked, sympy.core.relational.Relational):
            return False
        symbols = sorted(asked.free_symbols, key=str)
        for numbers in (
            dict.fromkeys(symbols, SMALL),
            dict(zip(symbols, map(sympy.Integer, count(LARGE, 2)), strict=False)),
        ):
            try:
                if asked.xreplace(numbers) != ANSWER[answer]:
                    return False
            except (ArithmeticError, AssertionError, ValueError):
                return False
        return True
