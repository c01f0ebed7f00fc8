"""Checks of a chain, link by link: exactly, or to the digits that a rounded number shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range, Unknown
from symbolic.proofread.arithmetic.units import (
    MEASURES,
    unit_of,
    with_unit,
)
from symbolic.proofread.judging.agreement import RELATIONS, agree, holds, lone, middle
from symbolic.proofread.judging.allowances import Allowance, allowance, calculates, is_curved
from symbolic.proofread.judging.binding import by_structure
from symbolic.proofread.judging.equality import comparable, may_lead_to
from symbolic.proofread.judging.readings import (
    BASES,
    EULER,
    in_each_base,
    in_other_units,
    per_one,
    powers_of_euler,
    with_exponentials,
)
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

SMALLEST, MANY = 1000, 10
"""A label starts with a number below the one, and stands for so many times that at least; 12 heads = 13 is an error."""


NOTHING = (0, 0)
FAR_OFF = Fraction(1, 10)
PER_SECOND = re.compile(r"/ ?s(?:ec)?\b")


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


@dataclass(frozen=True)
class Checked:
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


def check(equation: WrittenEquation, values: Values) -> Checked:
    """Return the chain judged in its best reading; raise Unread if a side can't be computed."""
    failed: list[Checked] = []
    checked = _best(equation, values)
    if not values.of(EULER) and (meant := with_exponentials(equation)) is not equation:
        found = _best(meant, values)
        # Whole powers may be those of another e, L = e^2 = 2^2 = 4.
        if not found.faults or (not found.gap and powers_of_euler(equation)):
            equation, checked = meant, found
    if (one := per_one(equation)) is not equation:
        # Others count in millions themselves: 20 × $0.5 per M tokens = $10.
        checked = min(_best(one, values), checked, key=lambda found: found.amiss)
    for meant in in_each_base(equation):
        # Logarithms to 2, e and 10 are all usual: it holds if it does with one of them.
        based = _checked(meant, values)
        if based.judged and based.amiss == NOTHING:
            return based
        if not based.faults and based.judged > checked.judged:
            checked = based
        failed += [based] if _is_far_off(based) else []
    if len(failed) == BASES and not checked.judged and any(map(calculates, equation.sides)):
        # It holds to none of them.
        checked = failed[0]
    again = _said_again(equation, values) if checked.faults or checked.odd or checked.gap else values
    if again is values:
        return checked
    return min(checked, _best(equation, again), key=lambda found: (*found.amiss, found.gap is not None))


def _is_far_off(checked: Checked) -> bool:
    """Return whether a fault is more than what rounded numbers make of a logarithm."""
    for fault in checked.faults:
        one, other = (Fraction(middle(checked.values[side] or [Range(0, 0)])) for side in (fault.right, fault.side))
        if abs(one - other) > FAR_OFF * max(abs(one), abs(other)):
            return True
    return False


def _best(equation: WrittenEquation, values: Values) -> Checked:
    """Return the chain judged as written, or in the reading in which less is amiss."""
    best = checked = _checked(equation, values)
    for other, only_if in _readings(equation, checked) if checked.faults or checked.odd else ():
        meant = _checked(other, values)
        if meant.amiss < best.amiss:
            best = replace(meant, only_if=only_if)
        if best.amiss == NOTHING:
            break
    return best


def _goes_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side is worked out further than the one before it, or only begun."""
    return _runs_on(equation, found, left, right) or _begins(equation, found, left, right)


def _runs_on(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side starts with the result of the one before it and goes on: 3 × 4 = 12 × 5 = 60."""
    before, first = equation.sides[left], equation.sides[right]
    side = first
    if isinstance(side, Operation) and isinstance(before, Operation) and _adds_again(before, side):
        return False
    number = lone(before)
    if right + 1 == len(equation.sides) or not (calculates(before) or (number and number.label)):
        return False
    while isinstance(first, Operation) and first.sign in ("+", "×", "/"):
        first = first.parts[0]
    if first is side or not isinstance(first, NumberNode):
        return False
    value = first.figure.value
    slack = first.figure.step if first.figure.rounded else 0
    return any(agree(one, Range(value, value), Fraction(slack)) for one in found[left] or [])


def _adds_again(before: Operation, side: Operation) -> bool:
    """Return whether a sum adds to a result what is in that already: 3 × 4 + 5 = 17 + 5 = 22."""
    if not side.sign == before.sign == "+":
        return False
    added, was = ([number.figure.value for part in one.parts[1:] if (number := lone(part))] for one in (side, before))
    return len(added) == len(side.parts) - 1 and added == was


def _begins(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool:
    """Return whether a side is the start of the sum before it, finished later: 3 + 4 + 5 = 3 + 4 = 7 + 5 = 12."""
    whole, part = equation.sides[left], equation.sides[right]
    if not (isinstance(whole, Operation) and isinstance(part, Operation) and whole.sign == part.sign and found[left]):
        return False
    if len(part.parts) >= len(whole.parts) or right + 1 == len(equation.sides):
        return False
    numbers = [[getattr(one, "figure", None) for one in side.parts] for side in (whole, part)]
    if None in numbers[0] or numbers[0][: len(part.parts)] != numbers[1]:
        return False
    return any(not set(found[left] or []).isdisjoint(later or []) for later in found[right + 1 :])


def with_units(equation: WrittenEquation, values: Values) -> WrittenEquation:
    """Return the chain with letters as units if another side has such a unit: 3,600 s = 1 hour, 1 KiB = 1,024 B."""
    if equation.is_bare:
        return equation
    measures = {MEASURES[unit].measures for side in equation.sides if (unit := unit_of(side))}
    measures.update("time" for number in equation.numbers if PER_SECOND.search(number.label))
    letters = {unit for unit in ("s", "h", "B") if MEASURES[unit].measures in measures and not values.of(unit)}
    if not letters:
        return equation
    return replace(equation, sides=tuple(with_unit(side, letters) for side in equation.sides))


def _readings(equation: WrittenEquation, checked: Checked) -> Iterator[tuple[WrittenEquation, str]]:
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


def _said_again(equation: WrittenEquation, values: Values) -> Values:
    """Return the values without those of the names that this equation may redefine: r = 8, and later r = 16."""
    bare = [side.parts[0] if isinstance(side, Operation) and side.sign == "()" else side for side in equation.sides]
    worked_out = any(map(calculates, equation.sides[1:]))
    if worked_out and not any(_is_power_of_number(part) for side in equation.sides for part in side.walk()):
        bare = [_of_power(side) for side in bare]
    given = values.said.keys() | values.formulas.keys()
    names = {side.text for side in bare if isinstance(side, Name)} & given
    if not names or not set(equation.relations) <= {"=", "≈", "→"}:
        return values
    said = {name: value for name, value in values.said.items() if name not in names}
    formulas = {name: formula for name, formula in values.formulas.items() if name not in names}
    return replace(values, said=said, formulas=formulas)


def _of_power(side: ExpressionNode) -> ExpressionNode:
    """Return the base of a side that is a power, σ of σ²; the side itself if it is no power."""
    return side.parts[0] if isinstance(side, Operation) and side.sign == "^" else side


def _is_power_of_number(node: ExpressionNode) -> bool:
    """Return whether a formula is a power of a number, as 768² in d² = 768²."""
    return isinstance(node, Operation) and node.sign == "^" and isinstance(node.parts[0], NumberNode)


def _checked(equation: WrittenEquation, values: Values) -> Checked:
    found: list[list[Range] | None] = []
    unknown = again = ""
    for side in equation.sides:
        if isinstance(side, Name) and side.text in values.formulas and not values.of(side.text):
            # Said before by a formula. Another one is no error: a letter may come to mean something else.
            again = unknown = side.text
            found.append(None)
            continue
        try:
            found.append(values.readings(side))
        except Unknown as problem:
            unknown = unknown or str(problem)
            found.append(None)
    found = by_structure(equation, found, values)
    judged, gap, broken, only_here = 0, None, [], None
    odd: list[tuple[int, int, Allowance]] = []
    for right in range(1, len(found)):
        if _symbolic(equation, right) and not _differ(found[right - 1], found[right]):
            same = values.identical(equation.sides[right - 1], equation.sides[right])
            judged += same is True
            if same is False and found[right - 1] is not None and found[right] is not None:
                only_here = (right - 1, right)
        left = next((index for index in range(right - 1, -1, -1) if found[index] is not None), None)
        if left is None or found[right] is None or not _transitive(equation.relations[left:right]):
            continue
        if _is_apart(equation, left, right):
            continue
        link = holds(equation, found, left, right)
        if not link and "→" in equation.relations[left:right] and not may_lead_to(equation, found, left, right):
            # An arrow shows more often what something becomes.
            continue
        link = link or (None if link is None else _rounded_alike(equation, found, left, right, values))
        if link is None:
            gap = (left, right)
            continue
        judged += 1
        if not link and equation.relations[right - 1] not in RELATIONS:
            allowed = allowance(equation, found, left, right, values)
            link = allowed is not None or _goes_on(equation, found, left, right)
            remark = allowed is not None and allowed.how != "holds" and not _is_of_rough(equation.sides[left], values)
            odd += [(left, right, allowed)] if allowed is not None and remark else []
        if not link:
            broken.append((left, right))
    faults = tuple(_faults(equation, found, broken))
    return Checked(tuple(found), judged, faults, unknown, gap, only_here, again, odd=tuple(odd), sides=equation.sides)


def _is_of_rough(side: ExpressionNode, values: Values) -> bool:
    """Return whether a side has names whose numbers are rounded: with their further digits its last one is another."""
    return not values.trusted and any(name.text in values.rough for name in side.names)


def _is_apart(equation: WrittenEquation, left: int, right: int) -> bool:
    """Return whether two numbers are about different things: $4.44 million per day = $185,000 per hour."""
    one, other = equation.sides[left], equation.sides[right]
    if right - left > 1 and not equation.is_bare and unit_of(one) != unit_of(other):
        # The side between them may have changed the unit.
        return True
    first, second = lone(one), lone(other)
    if first is None or second is None or equation.kind != "chain" or equation.relations[right - 1] in RELATIONS:
        return False
    return not comparable(first, second)


def _symbolic(equation: WrittenEquation, right: int) -> bool:
    """Return whether a link states that two formulas with names are the same."""
    sides = equation.sides[right - 1 : right + 1]
    named = all(side.names for side in sides)
    return named and equation.relations[right - 1] == "=" and not all(isinstance(side, Name) for side in sides)


def _differ(left: list[Range] | None, right: list[Range] | None) -> bool:
    """Return whether two sides are known to be different numbers."""
    return left is not None and right is not None and not set(left) & set(right)


def _transitive(relations: tuple[str, ...]) -> bool:
    return len(relations) == 1 or all(relation in ("=", "≈", "→") for relation in relations)


def _rounded_alike(
    equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int, values: Values
) -> bool:
    """Return whether two formulas are the same but for the rounding of decimals: 512^−0.5 × 3 = 0.0442 × 3."""
    if any(lone(equation.sides[side]) for side in (left, right)) or equation.relations[right - 1] not in ("=", "≈"):
        return False
    if equation.sides[left].names or equation.sides[right].names:
        # Numbers in the places of names are those of the names, to the last digit.
        return False
    for one, other in ((left, right), (right, left)):
        # Not exponents: what they are rounded to is not what their power is.
        if any(is_curved(part) for part in equation.sides[one].walk()):
            continue
        rounded = values.readings(equation.sides[one], rounded=True)
        if any(agree(a, b, Fraction(0)) for a in rounded for b in found[other] or []):
            return True
    return False


def _faults(equation: WrittenEquation, found: list[list[Range] | None], broken: list[tuple[int, int]]) -> list[Fault]:
    """Return the sides at fault: one whose neighbours agree without it, else the later one of a link."""
    faults: list[Fault] = []
    skip = -1
    for index, (left, right) in enumerate(broken):
        if left == skip:
            continue
        following = broken[index + 1] if index + 1 < len(broken) and broken[index + 1][0] == right else None
        if following and holds(equation, found, left, following[1]):
            skip = right
        faults.append(Fault(right, left))
    return faults
