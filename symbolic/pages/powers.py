"""Large numbers in a table's column: in a power of ten that its head names, where their digits are too many to read."""

from __future__ import annotations

from fractions import Fraction

from symbolic.language import capitalised
from symbolic.pages.cells import Derived, InShort

LONGEST = 18
"""Numbers of more digits than these are not to be compared at a glance."""
LEAST, SAID = Fraction(1, 10**4), "< 0.0001"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of(largest: int) -> int:
    """Return the power of ten for a column, a multiple of 3 that leaves 1 to 3 digits of the largest; 0 for none.

    So all of them have digits behind the point, and nobody takes a rounded number for an exact one.

    >>> power_of(4_161_052_449_177_600_000_000_000), power_of(671_026_419_200)
    (24, 0)
    """
    digits = len(str(largest))
    return (digits - 1) // 3 * 3 if digits > LONGEST else 0


def head(unit: str, power: int) -> str:
    """Return the head of a column.

    >>> head("FLOPs", 21), head("parameters", 0)
    ('10²¹\N{NO-BREAK SPACE}FLOPs', 'Parameters')
    """
    return f"10{str(power).translate(RAISED)}\N{NO-BREAK SPACE}{unit}" if power else capitalised(unit)


def cell(number: Derived, power: int) -> Derived | InShort | str:
    """Return a number of a column, in short where the column has a power; of what is almost nothing, that it is less.

    >>> from symbolic.formulas.formula import Number
    >>> cell(Derived(7, Number(7)), 24)
    '< 0.0001'
    """
    scale = 10**power
    if power and 0 < number < scale * LEAST:
        return SAID
    return InShort(Fraction(number, scale), number.formula / scale) if power else number
