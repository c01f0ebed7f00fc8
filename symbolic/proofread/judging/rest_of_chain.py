"""The end of a chain that can be judged alone, where its first sides have names: P × 2 = 7 × 2 = 14."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.reading.equations import WrittenEquation


def rest_known(equation: WrittenEquation, known: Callable[[str], bool]) -> WrittenEquation | None:
    """Return the end of a chain whose sides have no names but known ones; None if that is no equation."""
    clear = [all(known(name.text) for name in side.names) for side in equation.sides]
    first = clear.index(True) if True in clear else len(clear)
    sides = equation.sides[first:]
    if len(sides) < 2 or not all(clear[first:]) or not first or not calculates(sides[0]):
        return None
    return equation.behind(first)


def has_its_numbers(equation: WrittenEquation, rest: WrittenEquation) -> bool:
    """Return whether the rest of a chain begins with all numbers of the sides before it: 2 × P = 2 × 7 = 14."""
    written = {one.figure.value for one in rest.sides[0].numbers}
    return all(one.figure.value in written for side in equation.sides[: -len(rest.sides)] for one in side.numbers)
