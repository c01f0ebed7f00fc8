"""Numbers in programs with a comment that says them again: 312e12  # 312 TFLOPs, or what makes them: 3072  # 4 * d."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.judging.amounts import off_by
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader
from symbolic.proofread.reading.rows_of_code import COMMENTED

SCALED = re.compile(r"[ ]*[~≈=]{0,2}[ ]*(?=\d)")
MADE = re.compile(r"(?<![\w.])\d[\d.]*(?:[ ]?[×*][ ]?[A-Za-z_\d][\w.]*){1,4}(?![\w(]|[ ]?[-+/×*=])")
POWERS = tuple(Fraction(10) ** power for power in (-6, -3, -2, -1, 1, 2, 3, 6))
"""By how much a number is off whose noughts were miscounted."""
LARGE = 10**6
BINARY = tuple(Fraction(1024, 1000) ** power for power in range(5))


def in_code(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each number of a program with what its comment says that it is, or is made of."""
    for match in COMMENTED.finditer(reader.document.text):
        start, end = match.span("value")
        try:
            figure = reader.document.style.read(match["value"].replace("_", ""), "", match["value"])
        except (Unread, ValueError):
            continue
        value = NumberNode(start, end, figure._replace(rounded=False))
        if not figure.value:
            continue
        yield from _said(reader, value, match) or _made(reader, value, match)


def _said(reader: FormulaReader, value: NumberNode, match: re.Match[str]) -> list[WrittenEquation]:
    """Return that a number is what its comment says in another scale, if it is, or is so but for its noughts."""
    found = SCALED.match(match.string, match.start("comment"))
    token = reader.text.first(match.string, found.end()) if found else None
    if token is None or not isinstance(token.value, WrittenNumber) or not token.value.scaled:
        return []
    said = NumberNode(token.start, token.end, token.value._replace(scale=""))
    # A small number counts in the unit of the comment: 80  # 80 GB.
    factors = (*BINARY, *POWERS) if value.figure.value >= LARGE else BINARY
    fits = [factor for factor in factors if off_by(value, _times(said, factor)) == 0]
    if not fits:
        return []
    other = _times(said, fits[0]) if fits[0] in BINARY else said
    return [result_of(value, other, "≈")]


def _times(number: NumberNode, factor: Fraction) -> NumberNode:
    return replace(number, figure=number.figure.times(factor))


def _made(reader: FormulaReader, value: NumberNode, match: re.Match[str]) -> list[WrittenEquation]:
    """Return that a number is what its comment works out; it counts where that holds."""
    found = MADE.search(match.string, *match.span("comment"))
    made = reader.as_equation(found.span(), (value.start, value.end), match.string) if found else None
    if made is None or not made.sides[0].signs & {"×"}:
        return []
    return [replace(made, kind="beside", sides=(made.sides[0], value), start=value.start, end=match.end())]
