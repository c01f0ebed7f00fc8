"""Other readings of a chain, in which less may be amiss: with units, without a label, in other units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from symbolic.proofread.arithmetic.expression import Name, NumberNode
from symbolic.proofread.arithmetic.units import MEASURES, unit_of, with_unit
from symbolic.proofread.judging.agreement import middle
from symbolic.proofread.judging.checked import Checked
from symbolic.proofread.judging.readings import in_other_units
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

SMALLEST, MANY = 1000, 10
"""A label starts with a number below the one, and stands for so many times that at least; 12 heads = 13 is an error."""
PER_SECOND = re.compile(r"/ ?s(?:ec)?\b")


def with_units(equation: WrittenEquation, values: Values) -> WrittenEquation:
    """Return the chain with letters as units if another side has such a unit: 3,600 s = 1 hour, 1 KiB = 1,024 B."""
    if equation.is_bare:
        return equation
    measures = {MEASURES[unit].measures for side in equation.sides if (unit := unit_of(side))}
    measures.update("time" for one in equation.numbers if PER_SECOND.search(f"{one.figure.scale} {one.label}"))
    letters = {unit for unit in ("s", "h", "B") if MEASURES[unit].measures in measures and not values.of(unit)}
    if not letters:
        return equation
    return replace(equation, sides=tuple(with_unit(side, letters) for side in equation.sides))


def other_readings(equation: WrittenEquation, checked: Checked) -> Iterator[tuple[WrittenEquation, str]]:
    """Yield the other readings of the chain, each with a sentence about it for the reader, or ""."""
    if label := _counted(equation, checked):
        yield replace(equation, sides=(label, *equation.sides[1:])), ""
    if equation.otherwise:
        yield replace(equation, sides=equation.otherwise), ""
    yield from in_other_units(equation)


def _counted(equation: WrittenEquation, checked: Checked) -> Name | None:
    """Return the start of a chain as a name if it is a label: 12 layers = 12 × 64, 1 page ≈ 500; None if it is none."""
    first = equation.sides[0]
    if not (isinstance(first, NumberNode) and first.label and equation.relations[0] in ("=", "≈")):
        return None
    value = first.figure.value
    other = next((found for found in checked.values[1:] if found), None)
    few = isinstance(value, int) and 0 < value < SMALLEST
    if not few or other is None or (value != 1 and middle(other) < MANY * value):
        return None
    return Name(first.start, first.end, f"{first.figure.shown.strip()} {first.label}")
