"""Units of numbers in a sum that stand further up: of 64.2 GB, 64.2 × 0.9 − 20,000 MB are free."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, with_numbers
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.reading.equations import WrittenEquation

ABOVE, DIGITS = 1000, 3
"""So near stands the number with its unit, and so many signs of it are hardly another one's."""


def with_units_above(prose: str, equation: WrittenEquation) -> WrittenEquation:
    """Return a chain in which terms without a unit, in sums of bytes, have that which their number has above."""
    return equation if equation.is_bare else equation.with_sides(partial(_with_unit, prose))


def _with_unit(prose: str, side: ExpressionNode) -> ExpressionNode:
    if not (isinstance(side, Operation) and side.sign == "+" and "information" in measures_of(side)):
        return side
    return side.with_parts(
        tuple(part if measures_of(part) else with_numbers(part, partial(_said_above, prose)) for part in side.parts)
    )


def _said_above(prose: str, number: NumberNode) -> NumberNode:
    """Return a number with the only unit of bytes that stands behind its digits above; else as it is."""
    shown, start = number.figure.shown, number.start
    if not number.is_bare or len(shown) < DIGITS:
        return number
    above = re.compile(rf"(?<![\w.,]){re.escape(shown)}[ ]?([KMGT]i?B)(?![\w/])")
    found = set(above.findall(prose, max(0, start - ABOVE), start))
    return replace(number, figure=figure(shown, "", found.pop())) if len(found) == 1 else number
