"""Checks of a chain: as it is written, and in the other readings in which less is amiss."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation, bare
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging import logarithms, readings
from symbolic.proofread.judging.agreement import middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.alternatives import other_readings
from symbolic.proofread.judging.checked import NOTHING, Checked
from symbolic.proofread.judging.checking_links import checked_links
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

OF_TWO = 4
NEAR = Fraction(1, 10)


def check(equation: WrittenEquation, values: Values) -> Checked:
    """Return the chain judged in its best reading; raise Unread if a side can't be computed."""
    failed: list[Checked] = []
    equation = readings.with_bytes_of_each(equation)
    checked = _best(equation, values)
    if not values.of(logarithms.EULER) and (meant := logarithms.with_exponentials(equation)) is not equation:
        found = _best(meant, values)
        # Whole powers may be those of another e, L = e^2 = 2^2 = 4.
        if not found.faults or _off(found) <= NEAR or (not found.gap and logarithms.powers_of_euler(equation)):
            equation, checked = meant, found
    if (one := readings.per_one(equation)) is not equation:
        # Others count in millions themselves: 20 × $0.5 per M tokens = $10.
        found = _best(one, values)
        checked = min(found, checked, key=lambda found: found.amiss)
    for meant in logarithms.in_each_base(equation):
        # Logarithms to 2, e and 10 are all usual: it holds if it does with one of them.
        based = checked_links(meant, values)
        if based.judged and based.amiss == NOTHING:
            return based
        if not based.faults and based.judged > checked.judged:
            checked = based
        failed += [based] if based.faults else []
    near = next((one for one in failed if _off(one) <= NEAR), None)
    if len(failed) == logarithms.BASES and not checked.judged and (near or any(map(calculates, equation.sides))):
        # It holds to none of them, and is about the one to which it nearly holds.
        checked = near or failed[0]
    names = _said_again(equation, values) if checked.faults or checked.odd or checked.gap else set()
    if not names:
        return checked
    with values.without(names):
        again = _best(equation, values)
    return min(checked, again, key=lambda found: (*found.amiss, found.gap is not None))


def holds(equation: WrittenEquation, values: Values) -> bool:
    """Return whether nothing is amiss in the chain, as `check` finds it; raise Unread if a side can't be computed.

    Most guesses don't hold, and what may explain why one doesn't takes most of the time: it is not looked for.
    """
    if len(equation.sides) != 2 or equation.names:
        return check(equation, values).amiss == NOTHING
    equation = readings.with_bytes_of_each(equation)
    if _best(equation, values, explain=False).amiss == NOTHING:
        return True
    one = readings.per_one(equation)
    return one is not equation and _best(one, values, explain=False).amiss == NOTHING


def _off(checked: Checked) -> Fraction:
    """Return how far the sides of a fault are from each other at most, as a share of the larger one."""
    off = Fraction(0)
    for fault in checked.faults:
        one, other = (Fraction(middle(checked.values[side] or [Range(0, 0)])) for side in (fault.right, fault.side))
        off = max(off, abs(one - other) / (max(abs(one), abs(other)) or 1))
    return off


def _best(equation: WrittenEquation, values: Values, *, explain: bool = True) -> Checked:
    """Return the chain judged as written, or in the reading in which less is amiss."""
    best = checked = checked_links(equation, values, explain=explain)
    for other, only_if in other_readings(equation, checked) if checked.faults or checked.odd else ():
        # 400 GB × 10 × 365 = 1.4 PB is cut off; with 1,024 it would hold by chance.
        by_chance = only_if == readings.BINARY_ONLY and not any(map(_is_of_computers, equation.numbers))
        if by_chance and not checked.faults:
            continue
        meant = checked_links(other, values, explain=explain)
        if by_chance and not explain and meant.amiss == NOTHING and not checked_links(equation, values).faults:
            continue
        # Powers of 1,024 that nothing says, and a digit rounded up, are two guesses at once.
        upward = only_if == readings.BINARY_ONLY and any(allowed.how == "up" for *_, allowed in meant.odd)
        if meant.amiss < best.amiss and not upward:
            best = meant._replace(only_if=only_if)
        if best.amiss == NOTHING:
            break
    return best


def _is_of_computers(number: NumberNode) -> bool:
    """Return whether a number is a power of two or a multiple of 64, as those are that count in powers of 1,024."""
    value = exact(number.figure.value / number.figure.worth)
    whole = value if isinstance(value, int) else 0
    return number.figure.scale[1:2] == "i" or (whole > OF_TWO and (whole % 64 == 0 or whole & (whole - 1) == 0))


def _said_again(equation: WrittenEquation, values: Values) -> set[str]:
    """Return the names that this equation may redefine: r = 8, and later r = 16."""
    sides = [bare(side) for side in equation.sides]
    worked_out = any(map(calculates, equation.sides[1:]))
    if worked_out and not any(_is_power_of_number(part) for side in equation.sides for part in side.walk()):
        sides = [side.parts[0] if isinstance(side, Operation) and side.sign == "^" else side for side in sides]
    if not set(equation.relations) <= {"=", "≈", "→"}:
        return set()
    return {side.text for side in sides if isinstance(side, Name) and values.is_said(side.text)}


def _is_power_of_number(node: ExpressionNode) -> bool:
    """Return whether a formula is a power of a number, as 768² in d² = 768²."""
    return isinstance(node, Operation) and node.sign == "^" and isinstance(node.parts[0], NumberNode)
