"""A chain when it is checked: the values of its sides, and what is at fault in it."""

from __future__ import annotations

from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging.allowances import Allowance

NOTHING = (0, 0)


class Slip(NamedTuple):
    """What somebody may have done, as a sentence without its end, and whether only the result is to be corrected."""

    says: str
    in_result: bool = False


class Fault(NamedTuple):
    """A side that differs from another one, the reason to doubt that, and whether the document claims equality.

    `slip` is what explains the difference; without it, an error is certain only if `alone` is false or the rest of the
    document is read rightly. `of_letters` is true if letters may mean something else than what the document says.
    """

    side: int
    right: int
    doubt: str = ""
    claims: bool = True
    slip: Slip | None = None
    alone: bool = False
    of_letters: bool = False


class Checked(NamedTuple):
    """The values of the sides (None for a side with an unknown name), the number of links judged, and the faults.

    `sides` are the sides in the reading that was taken, `only_if` states the reading in which the chain holds. `again`
    is a name that the document gave another formula further up.
    """

    values: tuple[list[Range] | None, ...]
    judged: int
    faults: tuple[Fault, ...]
    unknown: str = ""
    gap: tuple[int, int] | None = None
    only_here: tuple[int, int] | None = None
    again: str = ""
    only_if: str = ""
    odd: tuple[tuple[int, int, Allowance], ...] = ()
    sides: tuple[ExpressionNode, ...] = ()

    @property
    def amiss(self) -> tuple[int, int]:
        """Return the number of faults and the number of sides that are rounded oddly."""
        return len(self.faults), len(self.odd)

    @property
    def holds(self) -> bool:
        """Return whether it was judged as a whole, and nothing is amiss."""
        return self.judged > 0 and self.amiss == NOTHING and not self.gap
