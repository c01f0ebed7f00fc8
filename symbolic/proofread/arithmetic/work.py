"""How much is computed for one document: sums within sums ask for more than anybody wrote."""

from __future__ import annotations

from dataclasses import dataclass

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.functions import bits
from symbolic.proofread.arithmetic.numbers import Unread

MOST_WORK = 400_000
MOST_TERMS = 10_000
WORD = 64
DEAR = {"ln": 20, "exp": 20, "log": 60, "√": 80, "^": 80, "!": 20}
"""How many sums a function is as dear as; a power, if it is no whole number."""


@dataclass
class Work:
    """What is left to be spent on the terms of sums."""

    left: int = MOST_WORK

    def spend(self, sign: str, value: Exact) -> None:
        """Count what an operation in a term gives, a long value for more; Unread where nothing is left."""
        dear = 0 if sign == "^" and isinstance(value, int) else DEAR.get(sign, 0)
        self.left -= 1 + bits(value) // WORD + dear
        if self.left < 0:
            raise Unread("the document's sums have more terms than are added up")
