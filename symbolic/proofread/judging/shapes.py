"""Shapes of tensors: how many numbers one has, the memory that they take, and sides that are worked out in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import NEAR, amount_at, off_by
from symbolic.proofread.judging.forms import product
from symbolic.proofread.judging.weights import EXACTLY, TYPES, Amount, bytes_of_type, memory
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

SIDE = r"(?:[A-Za-z]\w{0,9}[ ]?[=:][ ]?)?\d{1,9}(?:,\d{3})*"
SHAPE = re.compile(
    r"[(\[](?<![\w)].)(?:(?P<sizes>\d{1,9}(?:,\d{1,9}){1,4}|(?=[^\[(\])\n]{1,30}, )"
    rf"{SIDE}(?:,[ ]{SIDE}){{1,6}})|(?P<alone>\d{{2,9}}),)[)\]](?=[`* \t]{{0,7}}(?:\n[ \t]{{0,20}}[=≈]|[→\-=≈~:|(（]))"
)
SIZES = re.compile(r"(?<![A-Za-z_])\d+")
TIMES = re.compile(r"(?<![\w.,/^×*+)\]–-])(\d{1,4})[ ]?[×x*·][ ]?\Z")
"""How many such tensors there are: 3 × [1, 12, 2049, 16]."""
SAYS = re.compile(
    r"[`*]{0,3}[ ]{0,4}(?:[^\W\d]{2,16}[ ]{0,4})?(?:\n[ \t]{0,20}(?=[=≈]))?(?P<sign>→|->|=>|[=≈:|~]|[(（][=≈]?)[ ]{0,4}"
    r"(?:[^\W\d]{1,16}[ ]?[:=：]?[ ]?){0,2}[~≈*`]{0,3}(?=\d)"
)
"""What stands between a shape and its numbers or their memory, and between those."""
COUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,.])|\d{4,}(?![\d,.])|\d{1,4}(?:\.\d{1,3})?[ ]?[KMB](?![A-Za-z])")
SAME = re.compile(r"(\d{2,9})(?![\w,.])")
TUPLES = re.compile(
    r"\((?<![\w)].)(?P<made>[\d(][^=,\n]{0,40}(?:,[^=,\n]{1,40}){1,4})\)[`*]{0,2} ?[=＝] ?[`*]{0,2}"
    r"\((?P<sizes>\d+(?:, ?\d+){1,4}),?\)"
)
"""A shape that is worked out: (64 - 5 + 1, 64 - 5 + 1, 8) = (60, 60, 8)."""
SIDES = re.compile(r"[^,]+")
USUAL, OTHERS = (Fraction(2), Fraction(4)), (Fraction(1), Fraction(8))
"""The bytes of a number: usual ones, and those that only hold where the document has such a type."""
WIDE = re.compile(r"\b(?:u?int|float|fp|f)64\b|64[- ]?bit|\bdouble\b|\blong\b|complex", re.IGNORECASE)
FAR = 3000


def shapes(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield the number of elements of each shape that has it behind it, the memory that it takes, and sides made."""
    text = reader.document.text
    types = _Types(text)
    for match in SHAPE.finditer(text):
        yield from _said_of(reader, match, types)
    yield from _tuples(reader)


class _Types:
    """The types of numbers that a document names, looked for once and only if it has shapes."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def named(self) -> list[tuple[int, Fraction]]:
        """Return the bytes that a number of each named type has, by its place."""
        found = ((match.start(), bytes_of_type(match[0])) for match in TYPES.finditer(self.text))
        wide = ((match.start(), Fraction(8)) for match in WIDE.finditer(self.text))
        return sorted((place, size) for place, size in (*found, *wide) if size is not None and size >= 1)

    def above(self, place: int) -> Fraction | None:
        """Return the bytes of the last usual type that is named before a place; None where there is none."""
        return next((size for at, size in reversed(self.named) if place - FAR < at < place and size in USUAL), None)

    def has(self, size: Fraction) -> bool:
        """Return whether any number is of so many bytes."""
        return any(size == one for _, one in self.named)


def _said_of(reader: FormulaReader, match: re.Match[str], types: _Types) -> Iterator[WrittenEquation]:
    """Yield what a text says of a shape: first its number of elements, then the memory that they take."""
    text, made, place = match.string, _product(match), match.end()
    many = TIMES.search(text, max(0, match.start() - 8), match.start())
    several = made
    if many:
        node = NumberNode(many.start(1), many.end(1), figure(many[1], ""))
        several = product((node, *made.numbers))
    while (says := SAYS.match(text, place)) and (amount := amount_at(reader, says.end())):
        number, unit = amount
        place = number.end
        if unit and unit.measures == "information":
            yield from _memory(several, amount, types)
            return
        if match["alone"] and match["alone"] != (SAME.match(text, says.end()) or ("", ""))[1]:
            return
        if not (match["alone"] or COUNT.match(text, says.end())) or off_by(made, number) > NEAR:
            return
        yield result_of(made, number)


def _memory(made: ExpressionNode, amount: Amount, types: _Types) -> Iterator[WrittenEquation]:
    """Yield that so many numbers take an amount: in a usual type, or in another one that the document has.

    What would only hold in a type that is named nowhere does not hold in the one that is named above it; what holds in
    none, and is near none, is about something else.
    """
    named = types.above(amount[0].start)
    beyond = named and any(memory(made, size, amount) for size in OTHERS)
    tried: list[tuple[Fraction, Fraction | None]] = [(size, EXACTLY) for size in (*USUAL, *filter(types.has, OTHERS))]
    tried += [(named, None)] if named and beyond else [(size, NEAR) for size in USUAL]
    found = (memory(made, size, amount, near=near) for size, near in tried)
    yield from [one for one in found if one][:1]


def _product(match: re.Match[str]) -> ExpressionNode:
    """Return the product of the sizes in a shape."""
    written = "alone" if match["alone"] else "sizes"
    grouped, start = ", " in match[written], match.start(written)
    sides = re.finditer(r"[^,\s][^\s]*?(?=,[ ]|\Z)" if grouped else "[^,]+", match[written])
    found = [(start + side.start(), number) for side in sides for number in SIZES.findall(side[0].replace(",", ""))]
    sizes = tuple(NumberNode(place, place + len(number), figure(number, "")) for place, number in found)
    return product(sizes) if len(sizes) > 1 else sizes[0]


def _tuples(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what is worked out in a shape beside that side of the result."""
    for match in TUPLES.finditer(reader.sentences):
        made, sizes = (
            [(match.start(name) + side.start(), match.start(name) + side.end()) for side in SIDES.finditer(match[name])]
            for name in ("made", "sizes")
        )
        found = list(map(reader.as_equation, made, sizes)) if len(made) == len(sizes) else []
        # A shape that becomes another one has other sizes where nothing is worked out.
        written = [(one.sides[0], one.numbers[-1]) if one and not one.names else None for one in found]
        if all(both and (both[0].signs or off_by(*both) == 0) for both in written):
            yield from (replace(one, kind="compared") for one in found if one and one.sides[0].signs)
