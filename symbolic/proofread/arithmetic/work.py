"""A budget of arithmetic for one document, which stops sums within sums that would take too long."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.functions import bits
from symbolic.proofread.arithmetic.numbers import Unread

MOST_WORK = 400_000
MOST_TERMS = 10_000
WORD = 64
OF_SERIES = dict.fromkeys(("ln", "exp", "tanh", "sin", "cos", "sigmoid", "!"), 20)
COST = {**OF_SERIES, "log": 60, "√": 80, "^": 80}
"""The cost of functions, in additions; a power whose value is a whole number has no cost of this kind."""


@dataclass
class Work:
    """The budget of one document: the number of additions that are left for the terms of sums."""

    left: int = MOST_WORK

    def spend(self, sign: str, value: Exact) -> None:
        """Subtract the cost of one operation in a sum's term from the budget; Unread where the budget is used up."""
        cost = 0 if sign == "^" and isinstance(value, int) else COST.get(sign, 0)
        self.left -= 1 + bits(value) // WORD + cost
        if self.left < 0:
            raise Unread("the document's sums have more terms than are added up")
