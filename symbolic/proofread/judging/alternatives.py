"""Other readings of a chain, in which less may be amiss: with units, without a label, in other units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import (
    ExpressionNode,
    Name,
    NumberNode,
    Operation,
    with_numbers,
)
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.arithmetic.units import MEASURES, divides_by_speed, measured, unit_of, with_unit
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.checked import Checked
from symbolic.proofread.judging.forms import added, bracketed, product
from symbolic.proofread.judging.readings import in_other_units
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

POINTS = re.compile(
    r"percentage|(?:percentage |percent )?points?|p\.?p\.?|pts?|个?百分点|Prozentpunkte?|puntos|points? de pourcentage"
)
"""Words behind a number that counts in percent."""
LEAST_PERCENT = 2
"""A share of so much is no share: what counts as 2 % and more may count in percent."""
SCALES = ("M", "B")
LABELS = re.compile("[a-hl-suwxA-Z]")
"""Letters that may be a label of the number before them, or the x of a multiple; others are what is to be found."""
THINGS = re.compile(r"(?!.*[_…])[^\W\d_]{3}.*|[A-Z]{2,5}\d\w*|[\u4e00-\u9fff\uac00-\ud7a3]+")
"""Words that may say what is counted: HBM3 stack."""
SIZES = {
    "4": ("fp32", "f32", "float32", "float", "int32", "tf32"),
    "8": ("fp64", "double", "int64"),
    "1": ("int8", "fp8"),
}
HALVES = ("fp16", "bf16", "f16", "float16", "bfloat16", "half")
BYTES = {
    name: Fraction(size) for size, names in {**SIZES, "2": HALVES, "1/2": ("int4", "fp4")}.items() for name in names
}
TYPE = re.compile(
    rf"(?:\A|[^A-Za-z\d])({'|'.join(BYTES)})(?: ?(?:个|元素|values?|elements?|numbers?))?\Z", re.IGNORECASE
)
"""The type of the numbers that are counted, whose bytes their result may be in."""
PER_SECOND = re.compile(r"/ ?s(?:ec)?\b")


def with_units(equation: WrittenEquation, values: Values) -> WrittenEquation:
    """Return the chain with letters as units if another side has such a unit: 3,600 s = 1 hour, 1 KiB = 1,024 B."""
    if equation.is_bare:
        return equation
    measures = {MEASURES[unit].measures for side in equation.sides if (unit := unit_of(side))}
    measures.update("time" for one in equation.numbers if PER_SECOND.search(f"{one.figure.scale} {one.label}"))
    measures.update("time" for side in equation.sides if divides_by_speed(side))
    units = ("s", "h", "B", *(("b",) if any(map(_is_in_bits, equation.numbers)) else ()))
    letters = {unit for unit in units if MEASURES[unit].measures in measures and not values.of(unit)}
    if "information" not in measures and any(one.figure.scale in SCALES for one in equation.numbers):
        # 12 × 20M = 0.24 B: billions, as the other numbers have such letters.
        letters.update(letter for letter in SCALES if not values.of(letter))
    if "information" in measures:
        equation = equation.with_sides(lambda side: _with_types(side, values))
    return equation.with_sides(lambda side: _with_share(_in_unit_of_last(with_unit(side, letters))))


def _with_types(node: ExpressionNode, values: Values) -> ExpressionNode:
    """Return the formula with the bytes of one number for the name of its type among factors: 7B × FP16."""
    if not isinstance(node, Operation):
        return node
    if node.sign in ("×", "beside"):
        return node.with_parts(
            tuple(part if isinstance(part, Name) and values.of(part.text) else _as_bytes(part) for part in node.parts)
        )
    return node.with_parts(tuple([_with_types(part, values) for part in node.parts]))


def _in_unit_of_last(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with the last term's unit for all terms of a sum of numbers: 80 + 800 + 2000 Mbps."""
    if not (isinstance(node, Operation) and node.sign == "+"):
        return node
    *terms, last = node.parts
    if not isinstance(last, NumberNode) or len(last.figure.scale) < 2 or not all(map(_is_bare, terms)):
        return node
    if measured(last) is None:
        # 100 + 2K = 2,100 adds as it is written.
        return node
    factor, scale = last.figure.worth, last.figure.scale
    scaled = (
        with_numbers(one, lambda n: replace(n, figure=n.figure.times(factor)._replace(scale=scale))) for one in terms
    )
    return node.with_parts((*scaled, last))


def _with_share(side: ExpressionNode) -> ExpressionNode:
    """Return an amount and a share as that much more or less of it, as prices are written: 1,750 + 16 % = 2,030."""
    if not (isinstance(side, Operation) and side.sign == "+"):
        return side
    *amounts, more = side.parts
    share, scales = lone(more), {number.figure.scale for amount in amounts for number in amount.numbers}
    if share is None or share.figure.scale != "%" or "%" in scales:
        return side
    if any(number.figure.value < LEAST_PERCENT for amount in amounts for number in amount.numbers):
        # 0.5 + 20 % = 0.7
        return side
    one = NumberNode(more.start, more.start, figure("1", ""))
    amount = amounts[0] if len(amounts) == 1 else added(tuple(amounts))
    return product((bracketed(amount), bracketed(added((one, more)))))


def _is_bare(term: ExpressionNode) -> bool:
    number = lone(term)
    return number is not None and number.is_bare


def _is_in_bits(number: NumberNode) -> bool:
    """Return whether a number is in bits, or in bits per second."""
    return unit_of(number) in ("bit", "bits", "Bit", "Bits")


def with_labels(equation: WrittenEquation, values: Values) -> WrittenEquation | None:
    """Return the chain with letters behind numbers as labels, 20 × 720h = 14,400; None where it has other names.

    Words among the factors are what is counted, 8 × tray × 24 = 192, or a type of numbers, 3B × float32 = 12 GB.
    """
    sides = tuple(_with_labels(side) for side in equation.sides)
    known = any(values.of(name.text) for name in equation.names)
    worked_out = any(calculates(side) and not side.signs.isdisjoint({"×", "/"}) for side in sides)
    named = any(side.names for side in sides if not isinstance(side, Name))
    return None if known or named or not worked_out else replace(equation, sides=sides)


def _with_labels(node: ExpressionNode) -> ExpressionNode:
    if not isinstance(node, Operation):
        return node
    if node.sign == "beside" and len(node.parts) == 2:
        number, name = node.parts
        if isinstance(number, NumberNode) and isinstance(name, Name) and LABELS.fullmatch(name.text):
            return replace(number, label=name.text, end=node.end)
    if node.sign in ("×", "beside"):
        parts = tuple(part for part in map(_as_bytes, node.parts) if not _is_thing(part))
        if parts and parts != node.parts:
            return _with_labels(replace(node, parts=parts)) if len(parts) > 1 else _with_labels(parts[0])
    return node.with_parts(tuple(map(_with_labels, node.parts)))


def _is_thing(part: ExpressionNode) -> bool:
    return isinstance(part, Name) and THINGS.fullmatch(part.text) is not None


def _as_bytes(part: ExpressionNode) -> ExpressionNode:
    """Return the bytes of one number for the name of its type; other formulas as they are."""
    size = BYTES.get(part.text.lower()) if isinstance(part, Name) else None
    if size is None:
        return part
    number = figure("1", "", shown="1/2" if size < 1 else str(size)).times(size)._replace(rounded=False)
    return NumberNode(part.start, part.end, number, "bytes")


def other_readings(equation: WrittenEquation, checked: Checked) -> Iterator[tuple[WrittenEquation, str]]:
    """Yield the other readings of the chain, each with a sentence about it for the reader, or ""."""
    if equation.otherwise:
        yield replace(equation, sides=equation.otherwise), ""
    if (sides := tuple(_side_of_square(equation, index) for index in range(len(equation.sides)))) != equation.sides:
        yield replace(equation, sides=sides), ""
    for meant in filter(None, (_in_percent(equation, checked), _of_score(equation.sides))):
        yield replace(equation, sides=meant), ""
    if typed := _in_bytes(equation):
        yield typed, ""
    yield from in_other_units(equation)


def _in_bytes(equation: WrittenEquation) -> WrittenEquation | None:
    """Return the chain with numbers of a type in bytes, 64 × 32 FP16 = 4 KiB; None for other chains."""
    types = {label: BYTES[found[1].lower()] for one in equation.numbers if (found := TYPE.search(label := one.label))}
    if not types:
        return None
    return equation.with_numbers(
        lambda one: (
            replace(one, figure=one.figure.times(types[one.label]), unit="bytes", label="")
            if one.label in types
            else one
        )
    )


def _side_of_square(equation: WrittenEquation, index: int) -> ExpressionNode:
    """Return the number n of a side n×n behind a calculation, whose result is the shape of a square: 10 − 2 = 8×8."""
    side = equation.sides[index]
    if not (index and isinstance(side, Operation) and side.sign == "×" and calculates(equation.sides[index - 1])):
        return side
    numbers = [lone(part) for part in side.parts]
    alike = len({number.figure.value if number else None for number in numbers}) == 1
    return side.parts[0] if alike and numbers[0] is not None else side


def _in_percent(equation: WrittenEquation, checked: Checked) -> tuple[ExpressionNode, ...] | None:
    """Return the sides with a result in percent as a plain number where all before it counts in percent, or in points.

    (10 + 30) / 2 = 20 %, 72.5 − 70.9 = 1.6 %; 30 / 600 = 5 points.
    """
    *sides, result = equation.sides
    before = checked.values[-2]
    others = [number for side in sides for number in side.numbers if number.figure.scale]
    if not isinstance(result, NumberNode):
        number = lone(result)
        plus = isinstance(result, Operation) and result.sign == "()" and result.parts[0] is number
        result = number if plus and number else result
    if not isinstance(result, NumberNode) or others or not before:
        return None
    if not result.figure.scale and POINTS.fullmatch(result.label):
        return (*sides, replace(result, figure=result.figure.times(Fraction(1, 100))._replace(rounded=True), label=""))
    compares = any(isinstance(part, Operation) and part.sign == "-" for part in sides[-1].walk())
    counts = result.figure.scale == "%" and (middle(before) >= LEAST_PERCENT or compares)
    return (*sides, replace(result, figure=result.figure.unscaled)) if counts else None


def _of_score(sides: tuple[ExpressionNode, ...]) -> tuple[ExpressionNode, ...] | None:
    """Return the sides with so many of the points that can be had as these points, 24/30 = 9 + 8 + 7; else None."""
    score, *others = sides
    if not (
        len(others) == 1 and isinstance(score, Operation) and score.sign == "/" and isinstance(others[0], Operation)
    ):
        return None
    had, most = map(lone, score.parts)
    parts = [lone(part) for part in others[0].parts] if others[0].sign == "+" else []
    if had is None or most is None or len(parts) < 2 or not all(part and part.figure.value >= 1 for part in parts):
        return None
    return (had, others[0]) if 1 < had.figure.value <= most.figure.value else None
