"""Checks of a chain in one reading, link by link: exactly, or to the digits that a rounded number shows."""

from __future__ import annotations

from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range, Unknown
from symbolic.proofread.arithmetic.units import between, unit_of
from symbolic.proofread.judging.agreement import (
    ABOUT,
    LEAST,
    RELATIONS,
    agree,
    is_power_of_ten,
    is_round,
    is_whole_number,
    lone,
    times,
)
from symbolic.proofread.judging.allowances import Allowance, allowance, is_curved
from symbolic.proofread.judging.amounts import off_by, rounding_of
from symbolic.proofread.judging.binding import by_structure
from symbolic.proofread.judging.checked import Checked, Fault
from symbolic.proofread.judging.conversions import written
from symbolic.proofread.judging.equality import comparable, differ_by_thousands, is_of_something, may_lead_to
from symbolic.proofread.judging.going_on import goes_on
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

ROUND = Fraction(1, 20)
"""So far off may be a power of ten behind ≈."""
BY_HAND = Fraction(1, 16)
"""So far off may be what one digit and zeros stand for behind =: 800K, or 10 GB."""
ALIKE = Fraction(1, 1000)
"""So near are two formulas with ≈ between them, of which one has the numbers of the other, rounded."""
LIMIT = Fraction(999, 1000)
IN_FLOAT, FLOAT = 10**14, Fraction(1, 2**50)
"""So many digits are those that a computer prints, and so much of a number may be lost in its last ones."""
MOST_TWOS = 100
"""2^100 is 1.27 × 10^30: from there on nobody takes them for each other."""
NOTHING = Fraction(0)
SUMS = ("list", "whole")
THOUSANDS, BITS = (1000, 1024), ("bit", "bits", "Bit", "Bits")


def checked_links(equation: WrittenEquation, values: Values, *, explain: bool = True) -> Checked:
    """Return the chain judged as it is written; raise Unread if a side can't be computed.

    Unless it is to `explain`, what is only rounded oddly counts as a fault.
    """
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
            if (
                same is False
                and equation.relations[right - 1] == "="
                and found[right - 1] is not None
                and found[right] is not None
            ):
                only_here = (right - 1, right)
        left = next((index for index in range(right - 1, -1, -1) if found[index] is not None), None)
        if left is None or found[right] is None or not _transitive(equation.relations[left:right]):
            continue
        if _is_apart(equation, left, right):
            continue
        link = _holds(equation, found, left, right)
        if not link and "→" in equation.relations[left:right] and not may_lead_to(equation, found, left, right):
            # An arrow shows more often what something becomes.
            continue
        link = link or (None if link is None else _rounded_alike(equation, found, left, right, values))
        link = link or _is_thousand(equation, left, right) or link
        if link is None and not goes_on(equation, found, left, right):
            gap = (left, right)
            continue
        judged += 1
        if not link and equation.relations[right - 1] not in RELATIONS:
            allowed = allowance(equation, found, left, right, values, explain=explain)
            allowed = allowed or goes_on(equation, found, left, right)
            link = allowed is not None
            remark = allowed is not None and allowed.how != "holds" and not _is_of_rough(equation.sides[left], values)
            remark &= not _has_coarser_parts(equation)
            odd += [(left, right, allowed)] if allowed is not None and remark else []
        of_rounded = equation.kind == "compared" and equation.relations[right - 1] not in RELATIONS
        if not link and not (of_rounded and _has_coarser_parts(equation)):
            broken.append((left, right))
    faults = tuple(_faults(equation, found, broken))
    return Checked(tuple(found), judged, faults, unknown, gap, only_here, again, odd=tuple(odd), sides=equation.sides)


def _holds(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> bool | None:
    """Return whether the link between two sides holds; None if there is nothing to judge it by."""
    lefts, rights = found[left] or [], found[right] or []
    relation = equation.relations[right - 1]
    first, second = equation.sides[left], equation.sides[right]
    if right - left > 1 and "≈" in equation.relations[left:right]:
        relation = "≈"
    if relation in RELATIONS:
        return any(RELATIONS[relation](a, b) for a in lefts for b in rights)
    about = relation == "≈"
    slacks = _slack(first, rights, about), _slack(second, lefts, about)
    # Both at their limits, and in opposite directions, is no rounding: 0.794 = 79.5 %.
    limit = LIMIT if all(slacks) else 1
    for one, other, _ in written(equation, first, second):
        # In a larger unit it is hardly ever a whole number: 9.615e7 seconds = 1113 days.
        least = Fraction(1, 2) if one < other and _is_whole(second) else NOTHING
        slack = (slacks[0] * one + max(slacks[1] * other, least)) * limit if least or any(slacks) else NOTHING
        if any(agree(times(a, one), times(b, other), slack) for a in lefts for b in rights):
            return True
    if not equation.is_bare and between(first, second) is not None:
        return False
    if about and any(_are_alike(*pair) for pair in ((first, second), (second, first))):
        return True
    if about and is_power_of_ten(second):
        # 2^10 = 1024 ≈ 10^3: a round number of one digit.
        return any(agree(a, b, abs(Fraction(b.low)) * ROUND) for a in lefts for b in rights)
    if about and not (lone(first) or lone(second)):
        return True if any(agree(a, b, abs(Fraction(b.low)) * ALIKE) for a in lefts for b in rights) else None
    return False


def _are_alike(of_two: ExpressionNode, of_ten: ExpressionNode) -> bool:
    """Return whether two powers are those that people take for each other: 2^10 ≈ 10^3, 2^50 ≈ 10^15."""
    powers = [side.parts for side in (of_two, of_ten) if isinstance(side, Operation) and side.sign == "^"]
    numbers = [number.figure.value for parts in powers for part in parts if (number := lone(part))]
    if len(powers) != 2 or len(numbers) != 4:
        return False
    two, twos, ten, tens = numbers
    return (two, ten) == (2, 10) and 10 * tens == 3 * twos and 0 < twos <= MOST_TWOS


def _is_whole(node: ExpressionNode) -> bool:
    """Return whether a side is one whole number of at least LEAST, written in full."""
    number = lone(node)
    return number is not None and not number.figure.rounded and number.figure.value >= LEAST


def _slack(node: ExpressionNode, other: list[Range], about: bool) -> Fraction:
    """Return half of what the last digit of a lone number is worth, as far as it may be rounded; 0 for other sides."""
    number = lone(node)
    if number is None:
        return NOTHING
    if number.figure.scaled:
        # It has its range already; behind ≈ zeros at its end may be rounding, 110 million, and so they may in 800K.
        by_hand = about or (is_round(number) and not any(lies.is_exact and lies.low == 0 for lies in other))
        most = 2 * abs(Fraction(number.figure.value)) * (ABOUT if about else BY_HAND)
        return max(NOTHING, min(number.figure.coarse, most) - number.figure.step) / 2 if by_hand else NOTHING
    if number.figure.rounded:
        # 0.1 + 0.2 is 0.30000000000000004 where a computer works it out.
        printed = number.figure.step * IN_FLOAT <= number.figure.value
        return max(number.figure.step / 2, abs(Fraction(number.figure.value)) * FLOAT if printed else NOTHING)
    if _is_whole(node) and not any(is_whole_number(lies) for lies in other):
        return max(Fraction(1, 2), number.figure.coarse / 2 if about else NOTHING)
    return number.figure.coarse / 2 if about else NOTHING


def _is_of_rough(side: ExpressionNode, values: Values) -> bool:
    """Return whether a side has names whose numbers are rounded: with their further digits its last one is another."""
    return not values.trusted and any(name.text in values.rough for name in side.names)


def _has_coarser_parts(equation: WrittenEquation) -> bool:
    """Return whether a list or a sentence is worked out with more digits than it shows: 0.07 and 0.0036 are 0.073."""
    made, total = equation.sides[0], equation.sides[-1]
    if equation.kind == "compared" and isinstance(total, NumberNode) and not equation.names:
        return rounding_of(made) >= off_by(made, total)
    if equation.kind not in SUMS or not isinstance(total, NumberNode):
        return False
    return any(part.figure.rounded and part.figure.step >= total.figure.step for part in made.numbers)


def _is_apart(equation: WrittenEquation, left: int, right: int) -> bool:
    """Return whether two numbers are about different things: $4.44 million per day = $185,000 per hour."""
    one, other = equation.sides[left], equation.sides[right]
    if right - left > 1 and not equation.is_bare and unit_of(one) != unit_of(other):
        # The side between them may have changed the unit.
        return True
    first, second = lone(one), lone(other)
    if first and is_of_something(first) and _is_fraction(other):
        # 2 experts = 1/4 of the cost.
        return True
    if first and unit_of(first) in BITS and _is_power_of_two(other, first):
        # 7 bits = 2^7 values.
        return True
    if first is None or second is None or equation.kind != "chain" or equation.relations[right - 1] in RELATIONS:
        return False
    # A result that is said again in another scale: 12 × 10M = 120M = 120B.
    return not (comparable(first, second) or (left > 0 and differ_by_thousands(first, second)))


def _is_power_of_two(node: ExpressionNode, exponent: NumberNode) -> bool:
    """Return whether a side is two with a number as its exponent."""
    numbers = [lone(part) for part in node.parts] if isinstance(node, Operation) and node.sign == "^" else []
    return [one.figure.value for one in numbers if one] == [2, exponent.figure.unscaled.value]


def _is_fraction(node: ExpressionNode) -> bool:
    """Return whether a side is one small number by another one, 1/4."""
    return (
        isinstance(node, Operation)
        and node.sign == "/"
        and len(node.numbers) == 2 == len(node.parts)
        and all(
            lone(part) and not is_of_something(number) for part, number in zip(node.parts, node.numbers, strict=True)
        )
    )


def _symbolic(equation: WrittenEquation, right: int) -> bool:
    """Return whether a link states that two formulas with names are the same."""
    left, side = equation.sides[right - 1 : right + 1]
    if equation.relations[right - 1] not in ("=", "≈") or not (left.names and side.names):
        return False
    return not (isinstance(left, Name) and isinstance(side, Name))


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
        if following and _holds(equation, found, left, following[1]):
            skip = right
        faults.append(Fault(right, left, _meant_otherwise(equation, found, left, right)))
    return faults


def _meant_otherwise(equation: WrittenEquation, found: list[list[Range] | None], left: int, right: int) -> str:
    """Return a doubt if a side agrees with one further left, or if the chain steps from a unit to the next; else "".

    150B / 86,400 ≈ 150B / 100K ≈ 1.7M, and 1 GB = 1024 MB = 1024 kB.
    """
    if any(found[index] is not None and _holds(equation, found, index, right) for index in range(left)):
        return "it agrees with a side further left"
    return "each may be said of the unit before it" if _steps(equation, left, right) else ""


def _is_thousand(equation: WrittenEquation, left: int, right: int) -> bool:
    """Return whether a chain goes on to a unit of which the one before it has so many: 1 TB = 1e3 GB = 1e3 MB."""
    number = lone(equation.sides[right])
    return (
        number is not None and _steps(equation, left, right) in THOUSANDS and number.figure.unscaled.value in THOUSANDS
    )


def _steps(equation: WrittenEquation, left: int, right: int) -> Fraction | None:
    """Return how many times as large a unit is as the next one, where a chain says the same number of both."""
    one, other = lone(equation.sides[left]), lone(equation.sides[right])
    if one is None or other is None or not left or one.figure.unscaled.value != other.figure.unscaled.value:
        return None
    stepped = (one.figure.scale, one.unit, one.label) != (other.figure.scale, other.unit, other.label)
    return Fraction(one.figure.worth) / other.figure.worth if stepped else None
