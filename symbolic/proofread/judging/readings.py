"""Other readings of a chain: KB as 1,024 bytes, B as bytes, all numbers in one unit, all behind a slash below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from symbolic.proofread.arithmetic.expression import (
    ExpressionNode,
    NumberNode,
    Operation,
    operation,
    with_numbers,
)
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.arithmetic.units import (
    PER_MANY,
    SECOND,
    between,
    in_binary,
    in_bytes,
    in_smallest,
    measured,
    measures_of,
    mixes_units,
)
from symbolic.proofread.judging.agreement import lone
from symbolic.proofread.judging.forms import product
from symbolic.proofread.reading.equations import WrittenEquation

MOST_BYTES = 4
BYTES_OF_EACH = frozenset({1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20})
"""How many bytes a number takes in the usual formats, alone or with what training keeps beside it."""
GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
OF_BITS = re.compile("[kKMGT]b")
IN_PAIRS = ("→", "=", "→")
BINARY_ONLY = "Right only where KB, MB and GB grow by 1,024; KiB, MiB and GiB say so."
BYTES_EACH = (2, 4)
"""The usual bytes of a number."""
OF_BYTES_EACH = "Right only with {} bytes for each number; a factor would say so."
BYTES_ONLY = "Right only if Kb, Mb and Gb are bytes; KB, MB and GB say so."
DIVIDES_ALL = "Right only if it divides by all that stands behind the slash; brackets would say so."


def in_other_units(equation: WrittenEquation) -> Iterator[tuple[WrittenEquation, str]]:
    """Yield each other reading of a chain, with a sentence about it for the reader, or ""."""
    divides = any("/" in side.signs for side in equation.sides)
    if equation.is_bare:
        for of_side, says in OF_QUOTIENTS if divides else ():
            yield from _other(equation, equation.with_sides(of_side), says)
    if not any(number.figure.scale for number in equation.numbers) and _has_groups(equation):
        yield from _other(equation, equation.with_numbers(_as_group))
    if equation.is_bare:
        return
    if not divides and all(map(_is_share, equation.numbers)):
        return
    # 150B / 100K = 1.5M: the B is a scale as the other letters are.
    letters = {number.figure.scale for number in equation.numbers if len(number.figure.scale) == 1}
    counts = len(letters - {"%"}) > 1 and not any("information" in measures_of(side) for side in equation.sides)
    # A reading that is not the first takes the numbers that it works with as exact: 7B is not all from 6.5B to 7.5B.
    exact = equation.with_sides(lambda side: side if lone(side) else with_numbers(side, _as_exact))
    for of_number, says in OF_NUMBERS:
        needless = not mixes_units(equation.sides) if of_number is in_smallest else counts and of_number in OF_BYTES
        yield from () if needless else _other(exact, exact.with_numbers(of_number), says)
    for of_side, says in ((part_of_unit, ""), *OF_QUOTIENTS) if divides else ():
        yield from _other(exact, exact.with_sides(of_side), says)
    # 7 × 10^-6 + 5.8 × 10^-3 = 7 µs + 5.8 ms: the first side counts in seconds.
    yield from _other(equation, equation.with_numbers(_in_seconds))
    for one in [number for number in equation.numbers if number.figure.scale == "B" and not counts][: MOST_BYTES + 1]:
        # 100B × 500B: so many records of so many bytes.
        yield from _other(equation, equation.with_numbers(partial(_in_bytes_alone, one)))
    if any(_mixes(part) for side in equation.sides for part in side.walk()):
        # $50 + (50 GB × $0.115) = $55.75: a price has taken the bytes away.
        yield from _other(equation, equation.with_numbers(_as_plain))
    for size in BYTES_EACH if _are_elements(equation) else ():
        of_all, says = exact.with_sides(partial(_with_bytes, size)), OF_BYTES_EACH.format(size)
        yield of_all, says
        yield from _other(of_all, of_all.with_numbers(in_binary), f"{says} {BINARY_ONLY}")
    if _converts(equation.sides):
        yield from _other(equation, equation.with_numbers(_without_unit))


def _is_share(number: NumberNode) -> bool:
    """Return whether a number has neither a unit nor a scale but a percent sign, so that it can be read in one way."""
    return number.figure.scale in ("", "%") and not number.unit and not number.label


def _other(
    equation: WrittenEquation, reading: WrittenEquation, says: str = ""
) -> Iterator[tuple[WrittenEquation, str]]:
    if reading is not equation:
        yield reading, says


def _has_groups(equation: WrittenEquation) -> bool:
    """Return whether all numbers are whole once points between groups of digits are taken away: 64 × 28 = 1.792."""
    numbers = [number.figure for number in equation.numbers]
    grouped = [one for one in numbers if GROUPED.fullmatch(one.shown)]
    return bool(grouped) and all(one in grouped or one.value.denominator == 1 for one in numbers)


def _as_group(number: NumberNode) -> NumberNode:
    """Return a number with points between groups of digits, 1.024, as the whole number that it is then."""
    if not GROUPED.fullmatch(number.figure.shown):
        return number
    return replace(number, figure=figure(number.figure.shown, "."))


def _are_elements(equation: WrittenEquation) -> bool:
    """Return whether the sides of a matrix, none so small that it may be bytes, are set equal to KB or more."""
    first, result = equation.sides[0], lone(equation.sides[-1])
    if result is None or len(equation.sides) > 2 or not isinstance(first, Operation) or first.sign != "×":
        return False
    sides = all(isinstance(one, NumberNode) and one.figure.value > max(BYTES_OF_EACH) for one in first.parts)
    return sides and all(map(_is_share, first.numbers)) and "B" in result.figure.scale[1:]


def _with_bytes(size: int, side: ExpressionNode) -> ExpressionNode:
    if not isinstance(side, Operation):
        return side
    return operation("×", (*side.parts, NumberNode(side.end, side.end, figure(str(size), ""))))


def _mixes(node: ExpressionNode) -> bool:
    """Return whether a sum has a term of bytes, and one without a unit."""
    terms = [measures_of(part) for part in node.parts] if isinstance(node, Operation) and node.sign == "+" else []
    return frozenset() in terms and any("information" in measures for measures in terms)


def _as_plain(number: NumberNode) -> NumberNode:
    return replace(number, unit="", figure=number.figure.unscaled) if "information" in measures_of(number) else number


def _converts(sides: tuple[ExpressionNode, ...]) -> bool:
    """Return whether a side has the factor between its unit and that of the next one: 3 hours × 60 = 180 minutes."""
    ratios = {size for left, right in pairwise(sides) if (size := between(left, right)) is not None}
    factors = {number.figure.value for side in sides for number in side.numbers if number.is_bare and not lone(side)}
    return any(ratio in factors or 1 / ratio in factors for ratio in ratios)


def _in_bytes_alone(one: NumberNode, number: NumberNode) -> NumberNode:
    return in_bytes(number) if number is one else number


def _in_seconds(number: NumberNode) -> NumberNode:
    unit = measured(number)
    if unit is None or unit.measures != "time":
        return number
    return replace(number, figure=number.figure.times(Fraction(unit.size, SECOND)), unit="", label="")


def _without_unit(number: NumberNode) -> NumberNode:
    scale = number.figure.scale
    of_bytes = len(scale) > 1 and "information" in measures_of(number)
    if not of_bytes:
        return replace(number, unit="")
    shown = number.figure.shown.removesuffix(scale) + scale[:1]
    return replace(number, unit="", figure=number.figure._replace(scale=scale[:1], shown=shown))


def _as_exact(number: NumberNode) -> NumberNode:
    return replace(number, figure=number.figure._replace(scaled=False, rounded=False))


def _binary_bytes(number: NumberNode) -> NumberNode:
    return in_binary(in_bytes(number))


def _bytes_of_bits(number: NumberNode) -> NumberNode:
    """Return 1 Kb as 1 KB, as many people mean it."""
    scale = number.figure.scale
    return replace(number, figure=number.figure._replace(scale=f"{scale[0]}B")) if OF_BITS.fullmatch(scale) else number


def _binary_bytes_of_bits(number: NumberNode) -> NumberNode:
    meant = _bytes_of_bits(number)
    return number if meant is number else in_binary(meant)


def part_of_unit(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with a unit behind a fraction read as the unit of the whole one: 1/8 GB/s, 3 × 26 / 8 GB."""
    if not isinstance(node, Operation):
        return node
    parts = tuple(map(part_of_unit, node.parts))
    above, below = parts if node.sign == "/" else (node, node)
    numbers = above.parts if isinstance(above, Operation) and above.sign == "×" else (above,)
    first = numbers[0]
    if not (isinstance(first, NumberNode) and isinstance(below, NumberNode) and below.figure.scale):
        return node.with_parts(parts)
    if not all(isinstance(one, NumberNode) and one.is_bare for one in numbers):
        return node.with_parts(parts)
    figure = first.figure.times(below.figure.worth)._replace(scaled=True, scale=below.figure.scale)
    first, below = replace(first, figure=figure, unit=below.unit), replace(below, figure=below.figure.unscaled, unit="")
    return node.with_parts((product((first, *numbers[1:])) if len(numbers) > 1 else first, below))


def divides_by_all(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with everything behind a slash below it: 560 / 2*2 as 560 / (2*2)."""
    if not (isinstance(node, Operation) and "/" in node.signs):
        return node
    parts = tuple(map(divides_by_all, node.parts))
    if node.sign == "×" and isinstance(parts[0], Operation) and parts[0].sign == "/":
        above, below = parts[0].parts
        below = replace(node, parts=(below, *parts[1:]))
        return replace(parts[0], parts=(above, below), end=node.end)
    return node.with_parts(parts)


def from_left_to_right(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with 8/2 / 2/2, a fraction of fractions, worked out sign by sign."""
    if not isinstance(node, Operation):
        return node
    if node.sign == "/" and all(
        isinstance(part, Operation) and part.start == part.parts[0].start for part in node.parts
    ):
        above, below = (part.parts[0] for part in node.parts if isinstance(part, Operation))
        if isinstance(below, Operation) and below.sign == "/":
            return replace(node, parts=(replace(node, parts=(above, below.parts[0])), below.parts[1]))
    return node.with_parts(tuple(map(from_left_to_right, node.parts)))


def with_bytes_of_each(equation: WrittenEquation) -> WrittenEquation:
    """Return a chain with 6.7B × 2B = 13.4 GB as so many numbers of 2 bytes each; the same chain where it has none.

    Billions of billions are no memory; the number of bytes is the one that a format has.
    """
    if equation.is_bare or not any("information" in measures_of(side) for side in equation.sides):
        return equation
    return equation.with_sides(_of_bytes_each)


def _of_bytes_each(node: ExpressionNode) -> ExpressionNode:
    if not isinstance(node, Operation):
        return node
    billions = [one for one in node.parts if isinstance(one, NumberNode) and one.figure.scale == "B"]
    formats = [one for one in billions if one.figure.value / one.figure.worth in BYTES_OF_EACH]
    if node.sign == "×" and len(billions) > 1 and len(formats) == 1:
        each = _as_exact(in_bytes(formats[0]))
        return node.with_parts(tuple(each if part is formats[0] else part for part in node.parts))
    return node.with_parts(tuple(map(_of_bytes_each, node.parts)))


def in_pairs(equation: WrittenEquation) -> WrittenEquation:
    """Return a change that is worked out before and behind it, 3 × 2 → 5 × 2 = 6 → 10, as both; others as they are."""
    if equation.relations != IN_PAIRS:
        return equation
    old, new, was, now = equation.sides
    return replace(equation, sides=(old, was, new, now), relations=("=", "→", "="))


def per_one(equation: WrittenEquation) -> WrittenEquation:
    """Return a chain with numbers that are for so many, $0.5 per M tokens, divided by that; the same without them."""
    return equation if equation.is_bare else equation.with_numbers(_each_one)


def _each_one(number: NumberNode) -> NumberNode:
    many = PER_MANY.match(number.label)
    if many is None:
        return number
    worth = figure("1", "", many[1]).worth
    return replace(number, figure=number.figure.times(1 / worth)._replace(scaled=False, rounded=False), label="")


OF_QUOTIENTS: tuple[tuple[Callable[[ExpressionNode], ExpressionNode], str], ...] = (
    (divides_by_all, DIVIDES_ALL),
    (from_left_to_right, ""),
)
OF_BYTES = (in_bytes, _binary_bytes)
OF_NUMBERS: tuple[tuple[Callable[[NumberNode], NumberNode], str], ...] = (
    (in_smallest, ""),
    (in_binary, BINARY_ONLY),
    (in_bytes, ""),
    (_binary_bytes, BINARY_ONLY),
    (_bytes_of_bits, BYTES_ONLY),
    (_binary_bytes_of_bits, BYTES_ONLY),
)
