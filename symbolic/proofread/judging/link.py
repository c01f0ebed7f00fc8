"""Two sides of a chain that are not the same number, and all that is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.checking import Checked, Fault
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

LEAST, MOST = 1e-9, 0.01
"""7B is not all from 6.5 to 7.5 billion: so far off may a number be that a formula works with."""


@dataclass
class Link:
    """A side at fault, and the one that it is held against."""

    document: Document
    equation: WrittenEquation
    checked: Checked
    fault: Fault
    values: Values

    @property
    def first(self) -> ExpressionNode:
        """The side that is taken for right."""
        return self.checked.sides[self.fault.right]

    @property
    def second(self) -> ExpressionNode:
        """The side at fault."""
        return self.checked.sides[self.fault.side]

    @property
    def start(self) -> int:
        """Where the first of them starts."""
        return min(self.first.start, self.second.start)

    @property
    def end(self) -> int:
        """Where the last of them ends."""
        return max(self.first.end, self.second.end)

    @property
    def relations(self) -> tuple[str, ...]:
        """What stands between them."""
        return self.equation.relations[self.fault.right : self.fault.side]

    @cached_property
    def is_math(self) -> bool:
        """Whether it is written in TeX."""
        return self.document.is_math(self.start)

    @cached_property
    def left(self) -> Fraction:
        """The value of the first side."""
        return Fraction(middle(self.checked.values[self.fault.right] or []))

    @cached_property
    def right(self) -> Fraction:
        """The value of the second side."""
        return Fraction(middle(self.checked.values[self.fault.side] or []))

    @cached_property
    def numbers(self) -> list[NumberNode]:
        """All numbers of the two sides."""
        return [part for side in (self.first, self.second) for part in side.walk() if isinstance(part, NumberNode)]

    @cached_property
    def measures(self) -> frozenset[str]:
        """What the numbers of the chain measure."""
        return frozenset().union(*map(measures_of, self.equation.sides))

    @cached_property
    def is_of_bytes(self) -> bool:
        """Whether it may count in powers of 1,024: it has bytes, or a letter for a scale."""
        return "information" in self.measures or any(len(number.figure.scale) == 1 for number in self.numbers)

    @property
    def is_binary(self) -> bool:
        """Whether it says that it counts in powers of 1,024: MiB."""
        return any(number.figure.scale[1:2] == "i" for number in self.numbers)

    @property
    def is_of_numbers(self) -> bool:
        """Whether only its result counts bytes: those of each number may be left out."""
        return "information" in measures_of(self.second) and "information" not in measures_of(self.first)

    @property
    def is_measured(self) -> bool:
        """Whether a unit or a scale stands at a number."""
        return bool(self.measures) or any(number.figure.scale or number.unit for number in self.numbers)

    @cached_property
    def digits(self) -> float:
        """How far off the logarithm of the result may be, as its digits show it."""
        result = lone(self.second)
        if result is None:
            return LEAST
        whole = not (result.figure.rounded or result.figure.scaled)
        if whole and result.figure.value and ("≈" in self.relations or self.left.denominator != 1):
            return LEAST + float(Fraction(1, 2) / abs(Fraction(result.figure.value)))
        return LEAST + _half_digit(result)

    @property
    def is_exact(self) -> bool:
        """Whether its result is worked out from whole numbers, without a quotient, and written in full."""
        parts = [part for side in (self.first, self.second) for part in side.walk()]
        whole = not any(number.figure.rounded or number.figure.scaled for number in self.numbers)
        plain = all(part.sign in ("+", "-", "×", "()", "beside", "^") for part in parts if isinstance(part, Operation))
        return whole and plain and self.left.denominator == 1

    @cached_property
    def slack(self) -> float:
        """How far apart the logarithms of two results may be that are one, as the digits of all numbers show it."""
        result = lone(self.second)
        return self.digits + sum(min(MOST, _half_digit(number)) for number in self.numbers if number is not result)


def _half_digit(number: NumberNode) -> float:
    """What half of a number's last digit is of it, where it is rounded; a power of two hardly is."""
    figure, value = number.figure, abs(Fraction(number.figure.value))
    if not (figure.rounded or figure.scaled) or not value:
        return 0.0
    digits = value / figure.step
    if digits.denominator == 1 and (digits.numerator & (digits.numerator - 1)) == 0:
        return 0.0
    return float(figure.step / 2 / value)
