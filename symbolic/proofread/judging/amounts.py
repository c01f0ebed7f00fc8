"""Amounts in sentences: a number with its unit, two of one kind, and whether one is what another makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, evaluate
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES, Unit, in_bytes, measured
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

GAP = r"[ \x01]*+"
"""Blanks, never given back: several in a row would be tried at each of many blanks."""
DIGITS = r"\d[\d,]*+(?:\.\d++)?"
NUMBER = rf"(?<![A-Za-z\d_.,/^×*+−–-])[$€£]?{DIGITS}(?![\d^/])"
FIRST = r"\d(?<![A-Za-z\d_.,/^×*+−–-]\d)[\d,]*+(?:\.\d++)?(?![\d^/])"
"""A number, and one that begins a pattern: a digit is found quickly; the sign of a currency may stand before it."""
UNIT = rf"(?:{GAP}(?:[%％]|[A-Za-zµμ]{{1,12}}(?:/[A-Za-z]{{1,8}})?|[^\W\d_A-Za-z]{{1,2}}(?=[^\w]|[降减提增到至变，])))?"
ABOUT = rf"(?:(?:[~≈约約]|about|only|just|approximately|roughly|around|cerca de|environ|etwa|仅|大约|大概){GAP})?"
LABEL = re.compile(UNIT)
WORD = re.compile(rf"{GAP}([A-Za-zµμ]{{1,12}}|秒|毫秒|分钟|小时|天|字节)(?![A-Za-z])")
NEAR, ALIKE = Fraction(1, 20), Fraction(1, 10)
"""A ratio that is further off is about something else, so is an amount in another unit, or a time without a name."""
FAR_OFF, BY_HAND = Fraction(1, 2), Fraction(1, 8)
"""A ratio right beside two amounts may be so far off and be of them; one less far off may be rounded by hand."""
LEAST_BYTES = 1000
"""A thousand billions are a trillion: 3,146,433 B are bytes."""
Pair: TypeAlias = tuple[NumberNode, NumberNode]


def made_of(
    reader: FormulaReader, made: ExpressionNode, number: NumberNode, near: Fraction
) -> Iterator[WrittenEquation]:
    """Yield that a number is what was made, if it is or is so near; 48 % are a half by hand, and 37 times are 40.

    What is said right beside what makes it, so that it may be off by `FAR_OFF`, is also yielded where it is further off
    than one rounds by hand, or off by a power of ten.
    """
    shown = number.figure.shown.strip("%％ \x01")
    by_hand = len(shown.strip("0.")) < 2 or (shown[-1:] in "05" and "." not in shown)
    printed = reader.document.is_printed(number.start)
    off = off_by(made, number)
    beside = near >= FAR_OFF and not printed and (BY_HAND <= off <= near or _by_tens(made, number))
    near = Fraction(0) if by_hand or printed else near
    if beside or off <= rounding_of(made) or is_near(made, number, near):
        yield result_of(made, number, "≈")


def _by_tens(made: ExpressionNode, number: NumberNode) -> bool:
    """Return whether a number is what was made but for a power of ten."""
    shifted = (replace(number, figure=number.figure.times(Fraction(10) ** power)) for power in (-3, -2, -1, 1, 2, 3))
    return any(off_by(made, one) == 0 for one in shifted)


def rounding_of(made: ExpressionNode) -> Fraction:
    """Return how far off a result may be, as a share of it, by the rounding of the numbers that it is made of."""
    parts = [part.figure for part in made.numbers if part.figure.rounded]
    if isinstance(made, Operation) and made.sign == "exp":
        # Of an exponential, it is that of the exponent as it stands.
        return sum((part.step / 2 for part in parts), Fraction(0))
    return sum((abs(part.step / part.value / 2) for part in parts if part.value), Fraction(0))


def is_near(made: ExpressionNode, number: NumberNode, near: Fraction = NEAR) -> bool:
    """Return whether a number is near what was made, and further off than the rounding of the parts explains.

    What they explain has been worked out of longer ones.
    """
    # < 0.1 % is as far off as its one digit may be.
    half = abs(number.figure.step / number.figure.value) / 2 if number.figure.value else Fraction(1)
    return rounding_of(made) < off_by(made, number) <= near - half


def off_by(made: ExpressionNode, number: NumberNode) -> Fraction:
    """Return how far a number is from what was made, as a share of that, beyond its rounding."""
    low, high = map(Fraction, evaluate(made))
    half = number.figure.step / 2
    off = max(Fraction(0), number.figure.value - half - high, low - number.figure.value - half)
    return off / abs(low + high) * 2 if low + high else Fraction(1)


def pair_at(reader: FormulaReader, first: int, second: int) -> Pair | None:
    """Return two amounts as plain numbers in one unit; None if they are of different kinds."""
    one, other = amount_at(reader, first), amount_at(reader, second)
    if one is None or other is None:
        return None
    (old, unit), (new, of) = one, other
    if unit is None and of is not None and old.figure.scale == "":
        # From 20 to 5 GB.
        old = replace(old, figure=old.figure.times(new.figure.worth))
        unit = of
    if (unit and unit.measures) != (of and of.measures) or ("%" in (old.figure.scale, new.figure.scale)) * (
        old.figure.scale != new.figure.scale
    ):
        return None
    return plain(old, unit), plain(new, of)


def plain(number: NumberNode, unit: Unit | None) -> NumberNode:
    """Return a number without its unit, in the smallest one of the same kind."""
    return NumberNode(number.start, number.end, number.figure.times(Fraction(unit.size if unit else 1)))


def amount_at(reader: FormulaReader, place: int) -> tuple[NumberNode, Unit | None] | None:
    """Return the number at a place, and its unit."""
    text = _text(reader, place)
    number = number_at(reader, place + (text[place] in "$€£"))
    if number is None:
        return None
    word = WORD.match(text, number.end)
    label = word[1] if word and word[1] in MEASURES and not number.figure.scaled else ""
    number = replace(number, unit=label)
    if number.figure.scale == "B" and number.figure.value >= LEAST_BYTES * number.figure.worth:
        number = in_bytes(number)
    return number, measured(number)


def number_at(reader: FormulaReader, place: int) -> NumberNode | None:
    """Return the number that a text goes on with, in code or in prose; None if it is none."""
    token = reader.text.first(_text(reader, place), place)
    return NumberNode(token.start, token.end, token.value) if token and isinstance(token.value, WrittenNumber) else None


def _text(reader: FormulaReader, place: int) -> str:
    """Return the text of sentences, or where that has nothing at a place, all of it, with code."""
    prose, text = reader.sentences, reader.document.text
    return prose if prose[place : place + 1] == text[place : place + 1] else text
