"""Links between two sides of a chain that are not the same number, with all that is known of them."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cached_property

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import NumberNode, Operation, bare
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.checked import Checked, Fault
from symbolic.proofread.judging.conversions import in_one_unit
from symbolic.proofread.judging.surroundings import before_it, behind_it
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

WHOLE = frozenset({"+", "-", "×", "()", "beside", "^", "!"})
LEAST, MOST = 1e-9, 0.01
"""7B is not all from 6.5 to 7.5 billion: so far off may a number be that a formula works with."""
BAR = re.compile(r"\x00[ \t\x01]*\Z")
SHORT = 20
"""So few characters stand between a cell's bar and its equation."""


class Link:
    """A side at fault (`second`) and the side that it is compared with (`first`), with their values and numbers.

    `off` is the difference of the values, `size` how large that of the second side is without its sign, `low` and
    `high` are those of both.
    """

    left: Exact
    right: Exact

    def __init__(
        self, document: Document, equation: WrittenEquation, checked: Checked, fault: Fault, values: Values
    ) -> None:
        self.document, self.equation, self.fault, self.values = document, equation, fault, values
        self.first, self.second = checked.sides[fault.right], checked.sides[fault.side]
        self.left, self.right = self._values(checked)
        self._above_line()
        self.off, self.size = _size(self.left - self.right), _size(self.right)
        self.low, self.high = sorted((_size(self.left), self.size))
        self.parts = (*self.first.walk(), *self.second.walk())
        self.numbers = [*self.first.numbers, *self.second.numbers]
        self.names = [*self.first.names, *self.second.names]
        self.signs = self.first.signs | self.second.signs
        self.measures = frozenset() if equation.is_bare else frozenset().union(*map(measures_of, equation.sides))
        self.digits = self._digits()

    def _above_line(self) -> None:
        """Compare what is divided where both sides are divided by the same."""
        one, other = self.first, self.second
        if not (isinstance(one, Operation) and isinstance(other, Operation) and one.sign == other.sign == "/"):
            return
        divisor = lone(one.parts[1]), lone(other.parts[1])
        if divisor[0] is None or divisor[1] is None or divisor[0].figure != divisor[1].figure:
            return
        self.first, self.second = (bare(side.parts[0]) for side in (one, other))
        self.left, self.right = self.left * divisor[0].figure.value, self.right * divisor[0].figure.value

    def _values(self, checked: Checked) -> tuple[Exact, Exact]:
        """Return the values of both sides in one unit: the pair that is nearest, of all units that may be left out."""
        left, right = (checked.values[side] or [] for side in (self.fault.right, self.fault.side))
        if self.equation.is_bare:
            return middle(left), middle(right)
        pairs = in_one_unit(self.equation, (self.first, self.second), left[0], right[0], self.values)
        return min(((middle([pair.left]), middle([pair.right])) for pair in pairs), key=_apart)

    @property
    def start(self) -> int:
        """Return the start of the earlier side."""
        return min(self.first.start, self.second.start)

    @property
    def end(self) -> int:
        """Return the end of the later side."""
        return max(self.first.end, self.second.end)

    @property
    def relations(self) -> tuple[str, ...]:
        """Return the relations between the two sides."""
        return self.equation.relations[self.fault.right : self.fault.side]

    @property
    def is_math(self) -> bool:
        """Return whether the link is written in TeX."""
        return self.document.is_math(self.start)

    @cached_property
    def before(self) -> str:
        """Return the sign, number or word before the equation that may be a part of it; "" for a later link."""
        text, start = self.document.text, self.start
        if self.equation.kind != "chain" or self.fault.right:
            return ""
        bar = BAR.search(self.document.prose, max(0, start - SHORT), start)
        # The bar of a table ends the cell before it.
        return "" if bar and text[bar.start()] == "|" else before_it(text, start, words=not self.is_math)

    @cached_property
    def beside(self) -> str:
        """Return the sign or word beside the equation that may be a part of it, or ""."""
        last = self.equation.kind == "chain" and self.fault.side == len(self.equation.sides) - 1
        if self.before or not last:
            return self.before
        result = lone(self.second)
        behind = behind_it(self.document.text, self.equation.end)
        return "" if result and behind in (result.figure.scale, result.unit) else behind

    @property
    def is_of_bytes(self) -> bool:
        """Return whether the link may count in powers of 1,024: it has bytes, or a letter for a scale."""
        return "information" in self.measures or any(len(number.figure.scale) == 1 for number in self.numbers)

    @property
    def is_binary(self) -> bool:
        """Return whether the link states that it counts in powers of 1,024: MiB."""
        return any(number.figure.scale[1:2] == "i" for number in self.numbers)

    @property
    def is_of_numbers(self) -> bool:
        """Return whether only the result counts bytes, so that the bytes of each number may be left out."""
        return "information" in measures_of(self.second) and "information" not in measures_of(self.first)

    @property
    def is_measured(self) -> bool:
        """Return whether a number has a unit or a scale."""
        return bool(self.measures) or any(number.figure.scale or number.unit for number in self.numbers)

    @property
    def is_exact(self) -> bool:
        """Return whether all numbers are whole and written in full, and the result needs no quotient."""
        whole = not any(number.figure.rounded or number.figure.scaled for number in self.numbers)
        return whole and self.signs <= WHOLE and self.left.denominator == 1

    def _digits(self) -> float:
        """Return the possible error of the logarithm of the result, according to its digits."""
        result = lone(self.second)
        if result is None:
            return LEAST
        whole = not (result.figure.rounded or result.figure.scaled)
        if whole and result.figure.value and ("≈" in self.relations or self.left.denominator != 1):
            return LEAST + float(Fraction(1, 2) / abs(Fraction(result.figure.value)))
        return LEAST + _half_digit(result)

    @property
    def slack(self) -> float:
        """Return how far apart the logarithms of two equal results may be, according to the digits of all numbers."""
        result = lone(self.second)
        if (
            isinstance(self.first, Operation)
            and self.first.sign == "+"
            and all(map(lone, self.first.parts))
            and self.low
        ):
            # The digits of a small term are lost in a sum.
            rounded = (one.figure for one in self.first.numbers if one.figure.rounded or one.figure.scaled)
            return self.digits + float(sum((one.step / 2 for one in rounded), Fraction(0)) / self.low)
        return self.digits + sum(min(MOST, _half_digit(number)) for number in self.numbers if number is not result)


def _apart(values: tuple[Exact, Exact]) -> Fraction:
    """Return the ratio of the larger of two values to the smaller one."""
    low, high = sorted(map(_size, values))
    return high / Fraction(low) if low else Fraction(high + 1)


def _size(value: Exact) -> Exact:
    return value if value >= 0 else -value


def _half_digit(number: NumberNode) -> float:
    """Return half of a number's last digit relative to its value, if it is rounded; 0 for powers of two."""
    figure = number.figure
    if not (figure.rounded or figure.scaled) or not figure.value:
        return 0.0
    value = abs(Fraction(figure.value))
    digits = value / figure.step
    if digits.denominator == 1 and (digits.numerator & (digits.numerator - 1)) == 0:
        return 0.0
    return float(figure.step / 2 / value)
