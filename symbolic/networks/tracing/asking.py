"""Answers to what code asks of symbolic sizes, without proofs where none is needed.

Torch first tries to prove each answer for all sizes, and takes the numbers at hand where it can't. That two sizes
differ needs no proof here: only that they are equal bounds them.
"""

from __future__ import annotations

from itertools import count
from typing import Any

import sympy
from torch.fx.experimental.symbolic_shapes import ShapeEnv

ANSWER = {True: sympy.true, False: sympy.false}
SMALL, LARGE = sympy.Integer(1), 1009
"""Numbers to try in the places of sizes: the smallest, and a large one for each, with 2 between two of them."""


class QuickAnswers(ShapeEnv):  # type: ignore[misc]  # torch may be absent where types are checked
    """The numbers and the questions of a pass."""

    def __init__(self, **named: Any) -> None:
        """`unproven` has the questions that were answered here, as they came out, each once."""
        super().__init__(**named)
        self.unproven: dict[Any, None] = {}

    def evaluate_expr(self, orig_expr: Any, hint: Any = None, *given: Any, **named: Any) -> Any:
        """Return the answer, and note the question where the answer bounds a size."""
        if isinstance(hint, bool) and self._bounds_nothing(orig_expr, hint):
            self.unproven[orig_expr if hint else sympy.Not(orig_expr)] = None
            return ANSWER[hint]
        return super().evaluate_expr(orig_expr, hint, *given, **named)

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
