"""Other meanings under which a link would hold: another unit, a factor that stands nearby, another order, a shape.

None of them is how it is written, so that it stays to be looked at; but where one of them explains it, it is not
certain that somebody made an error.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from math import log
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.readings import divides_by_all

Scales: TypeAlias = tuple[tuple[float, str], ...]

ANOTHER_UNIT, PERCENT = "in another unit it would hold", "as a percentage it would hold"


def _scales(binary: int, mixed: int) -> Scales:
    """The logarithms of what one side may be larger by, in powers of 1,000 and so many of 1,024."""
    powers = [
        (thousands, powers_of_two)
        for thousands in range(-4, 5)
        for powers_of_two in range(-binary, binary + 1)
        if 0 < abs(thousands) + abs(powers_of_two) <= 4 and (not thousands or abs(powers_of_two) <= mixed)
    ]
    sizes = [(thousands * log(1000) + twos * log(1024), ANOTHER_UNIT) for thousands, twos in powers]
    return tuple(sorted([*sizes, (-log(100), PERCENT), (log(100), PERCENT)]))


PLAIN, DECIMAL, MIXED = _scales(4, 0), _scales(0, 0), _scales(4, 4)
BINARY = tuple(
    (sign * power * log(1024), ANOTHER_UNIT)
    for sign, power in ((-1, 4), (-1, 3), (-1, 2), (-1, 1), (1, 1), (1, 2), (1, 3), (1, 4))
)
OF_MEASURES: dict[str, tuple[int, ...]] = {
    "time": (60, 3600, 24, 86_400, 7, 30, 365, 12, 730, 720),
    "information": (8,),
    "work": (2,),
}
NEARBY = 160
MOST_NEARBY = 12
LARGEST_FACTOR = 4096
WORDS = {"two": 2, "twice": 2, "double": 2, "both": 2, "half": 2, "three": 3, "four": 4, "eight": 8, "两": 2, "双": 2}
NEAR = re.compile(
    rf"(?<![\w.,])(\d{{1,4}})(?![\w,]|\.\d)|\b({'|'.join(word for word in WORDS if word.isascii())})\b|[两双]",
    re.IGNORECASE,
)
BITS = re.compile(r"[01]{4,60}")
CLOSE, FAR = Fraction(1, 200), 10
THOUSANDS = re.compile(r"\d{1,3}\.\d{3}")


def other_meaning(link: Link) -> str:
    """What would make a link hold, as the end of a sentence; nothing where nothing simple does."""
    for meaning in MEANINGS:
        if says := meaning(link):
            return says
    return ""


def _signs(link: Link) -> str:
    return "with another sign it would hold" if link.left == -link.right else ""


def _example(link: Link) -> str:
    numbers = (part for side in link.equation.sides for part in side.walk() if isinstance(part, NumberNode))
    if all(number.figure.value in range(10) for number in numbers):
        return "its numbers are so small that it may be an example"
    return ""


def _counted(link: Link) -> str:
    """8 to 31 are 24: a difference of whole numbers and the count of what lies between them with both ends."""
    side = link.first
    difference = isinstance(side, Operation) and side.sign == "+" and len(side.parts) == 2
    if difference and isinstance(side, Operation) and abs(link.left - link.right) == 1:
        last = side.parts[1]
        if isinstance(last, Operation) and last.sign == "-" and link.right - link.left == 1:
            return "counted with both ends it would hold"
    return ""


def _range(link: Link) -> str:
    for side in (link.first, link.second):
        raw = link.document.text[side.start : side.end]
        if re.search(r"\d[-–]\d", raw):
            return "the dash may stand for a range"
    return ""


def _log(value: Fraction) -> float:
    """The logarithm of a value's size, which may be too large for a float."""
    return log(abs(value.numerator)) - log(value.denominator)


def _unit(link: Link) -> str:
    """Whether one side is larger by what a unit, or a factor nearby, may be."""
    if not (link.left and link.right) or (link.left < 0) != (link.right < 0):
        return ""
    ratio = _log(link.right) - _log(link.left)
    scales = BINARY if link.is_binary else MIXED if link.is_of_bytes else DECIMAL if link.measures else PLAIN
    if says := _scale(ratio, link.slack, scales):
        return says
    of_numbers = (1, 2, 4, 8) if link.is_of_numbers else ()
    factors = [(log(size), "with so many bytes for each number it would hold") for size in of_numbers]
    factors += [
        (log(size), "in another unit it would hold") for kind in link.measures for size in OF_MEASURES.get(kind, ())
    ]
    factors += [
        (log(factor), f"with the factor {factor}, which stands nearby, it would hold") for factor in _nearby(link)
    ]
    for size, says in factors:
        for off in (ratio - size, ratio + size) if not says.startswith("with so many bytes") else (ratio - size,):
            if abs(off) <= link.slack or (link.is_measured and _scale(off, link.slack, scales)):
                return says
    return ""


def _scale(ratio: float, slack: float, scales: Scales) -> str:
    """What scale a ratio is, if it is one."""
    index = bisect_left(scales, (ratio - slack, ""))
    return scales[index][1] if index < len(scales) and scales[index][0] <= ratio + slack else ""


def _nearby(link: Link) -> Iterator[int]:
    """The small numbers around an equation that are none of its own."""
    text, own = link.document.text, {number.figure.value for number in link.numbers}
    around = text[max(0, link.start - NEARBY) : link.start] + " " + text[link.end : link.end + NEARBY]
    seen: set[int] = set()
    for match in NEAR.finditer(around):
        factor = int(match[1]) if match[1] else WORDS[match[0].lower()]
        if 1 < factor <= LARGEST_FACTOR and factor not in own and factor not in seen and len(seen) < MOST_NEARBY:
            seen.add(factor)
            yield factor


def _order(link: Link) -> str:
    """Whether it holds where signs bind otherwise, or divisions are of whole numbers."""
    whole = lone(link.second) is not None and link.right.denominator == 1 and link.right != 0
    for change, says in (*CHANGES, *(WHOLE if whole else ())):
        try:
            sides = [change(side) for side in (link.first, link.second)]
            if sides == [link.first, link.second]:
                continue
            one, other = (Fraction(middle(link.values.readings(side))) for side in sides)
        except (Unread, Unknown):
            continue
        if one == other or (one * other > 0 and abs(_log(one) - _log(other)) <= link.digits):
            return says
    return ""


def _written(node: ExpressionNode) -> list[tuple[str, ExpressionNode]]:
    """The operands of a formula in their order, each with the sign before it; brackets are one operand."""
    if isinstance(node, Operation) and node.sign == "+":
        found = []
        for part in node.parts:
            minus = isinstance(part, Operation) and part.sign == "-"
            terms = _written(part.parts[0] if isinstance(part, Operation) and minus else part)
            found += [("-" if minus else "+", terms[0][1]), *terms[1:]]
        return found
    if isinstance(node, Operation) and node.sign == "×":
        return [
            ("×" if index or sign == "×" else sign, one) if not index_in else (sign, one)
            for index, part in enumerate(node.parts)
            for index_in, (sign, one) in enumerate(_written(part))
        ]
    if isinstance(node, Operation) and node.sign == "/":
        return [*_written(node.parts[0]), ("/", node.parts[1])]
    return [("+", node)]


def _in_turn(node: ExpressionNode) -> ExpressionNode:
    """The formula worked out sign by sign, as a pocket calculator does."""
    operands = _written(node)
    found = operands[0][1]
    for sign, operand in operands[1:]:
        found = _joined(sign, found, operand)
    return found if len({sign in "+-" for sign, _ in operands[1:]}) > 1 else node


def _sums_first(node: ExpressionNode) -> ExpressionNode:
    """The formula with its sums in brackets: 2 × 3 + 4 as 2 × (3 + 4)."""
    operands = _written(node)
    if len({sign in "+-" for sign, _ in operands[1:]}) < 2:
        return node
    sums: list[tuple[str, ExpressionNode]] = [operands[0]]
    for sign, operand in operands[1:]:
        if sign in "+-":
            sums[-1] = (sums[-1][0], _joined(sign, sums[-1][1], operand))
        else:
            sums.append((sign, operand))
    found = sums[0][1]
    for sign, operand in sums[1:]:
        found = _joined(sign, found, operand)
    return found


def _joined(sign: str, left: ExpressionNode, right: ExpressionNode) -> ExpressionNode:
    place = (left.start, right.end)
    if sign == "-":
        return operation("+", (left, operation("-", (right,), *place)), *place)
    return operation(sign, (left, right), *place)


def _whole(function: str) -> Callable[[ExpressionNode], ExpressionNode]:
    """The formula with each quotient rounded down, or up."""

    def change(node: ExpressionNode) -> ExpressionNode:
        if not isinstance(node, Operation):
            return node
        changed = replace(node, parts=tuple(map(change, node.parts)))
        return operation(function, (changed,), node.start, node.end) if node.sign == "/" else changed

    return change


def _as_groups(node: ExpressionNode) -> ExpressionNode:
    """The formula with 1.024 as a thousand and 24."""
    if isinstance(node, NumberNode) and THOUSANDS.fullmatch(node.figure.shown):
        return replace(node, figure=node.figure.times(Fraction(1000)))
    return replace(node, parts=tuple(map(_as_groups, node.parts))) if isinstance(node, Operation) else node


CHANGES: tuple[tuple[Callable[[ExpressionNode], ExpressionNode], str], ...] = (
    (divides_by_all, "if it divides by all that stands behind the slash it would hold"),
    (_in_turn, "worked out from left to right it would hold"),
    (_sums_first, "with brackets around its sums it would hold"),
    (_as_groups, "with points between groups of digits it would hold"),
)
WHOLE: tuple[tuple[Callable[[ExpressionNode], ExpressionNode], str], ...] = (
    (_whole("floor"), "with quotients rounded down it would hold"),
    (_whole("ceil"), "with quotients rounded up it would hold"),
)


def _binary(link: Link) -> str:
    """Whether a side is a binary number: 32 + 4 + 2 = 100110."""
    for side, other in ((link.first, link.right), (link.second, link.left)):
        number = lone(side)
        if number and BITS.fullmatch(number.figure.shown) and int(number.figure.shown, 2) == other:
            return "as a binary number it would hold"
    return ""


def _rounding(link: Link) -> str:
    """Whether it is as near as rounding brings it: between whole numbers without a quotient nothing is rounded."""
    off = abs(link.left - link.right)
    if link.left.denominator != 1 and off < 1 and link.right.denominator == 1:
        return "rounded to a whole number it may hold"
    near = off <= CLOSE * abs(link.right) and not link.is_exact
    return "it is so near that a number may be rounded" if near else ""


def _far(link: Link) -> str:
    """Whether a slip hardly explains it: most of what is so far off is about something else."""
    one, other = abs(link.left), abs(link.right)
    far = max(one, other) > FAR * min(one, other)
    return "it is so far off that it may be about something else" if far else ""


MEANINGS: tuple[Callable[[Link], str], ...] = (
    *(_signs, _binary, _counted, _range, _rounding, _unit, _order, _example, _far),
)
