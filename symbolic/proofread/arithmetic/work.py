"""A budget of arithmetic for one document: sums within sums would take more than any document needs."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.functions import bits
from symbolic.proofread.arithmetic.numbers import Unread

MOST_WORK = 400_000
MOST_TERMS = 10_000
WORD = 64
COST = {"ln": 20, "exp": 20, "log": 60, "√": 80, "^": 80, "!": 20}
"""How many additions a function costs as much as; a power only if its exponent is no whole number."""


@dataclass
class Work:
    """How many more additions may be spent on the terms of sums."""

    left: int = MOST_WORK

    def spend(self, sign: str, value: Exact) -> None:
        """Take the cost of one operation in a term from the budget; Unread where nothing is left of it."""
        cost = 0 if sign == "^" and isinstance(value, int) else COST.get(sign, 0)
        self.left -= 1 + bits(value) // WORD + cost
        if self.left < 0:
            raise Unread("the document's sums have more terms than are added up")
