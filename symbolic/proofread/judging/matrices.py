"""Calculations with matrices and with lists of numbers, as one equation for each number of a result.

Lists of whole numbers may be shapes, so that their sums and multiples are equations only where most of them hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from symbolic.proofread.arithmetic.expression import Operation
from symbolic.proofread.arithmetic.matrix import NumberMatrix, aligned
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.judging.checking import holds
from symbolic.proofread.judging.matrix_sides import LINE, MATRIX, SPACE, MatrixSide
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Stretch
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

LONGEST, LONGEST_IN_TEXT = 4_000, 1_000
MOST_STARTS = 4
LEAST_HELD = 2
IN_TEX = re.compile(r"matrix\}|\[\s*(?:[-−]?\d|\[)")
RELATION = re.compile(r"=|\\approx(?![a-z])")
IN_TEXT = re.compile(
    r"^(?=.{0,400}\[ ?(?:[-−]?\d|\[))(?=.{0,400}[=≈→>]|.{1,400}\n[ \t>]*[=≈→])"
    r"[^\n]{1,600}(?:\n[ \t>]*[=≈→][^\n]{1,600}){0,9}",
    re.MULTILINE,
)
"""A line of text with a list of numbers in it, and the lines behind it that begin with a relation."""
SIGNS_IN_TEXT = re.compile(r":?=|≈|→|->")
INSIDE = re.compile(r"\[[^\[\]\n]*\]")
START = re.compile(
    r"(?<![\w.)\]}+*/·⋅×⊙−^(-])(?<![+*/·⋅×⊙−^-] )(?:\(*(?:\[|\d)|[-−][\[\d]|(?:softmax|relu|tanh|sigmoid|σ|exp) ?\()",
    re.IGNORECASE,
)
END = re.compile(r"[.,;]?\Z")
BEHIND = re.compile(r"[ ]?(?:[-+*/·×^%\w\[−⊙]|\((?![^\W\d_]))")


def matrices(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield an equation for each number of a matrix or of a list that is worked out of others."""
    for stretches in reader.formulas():
        start, end = stretches[0][0], stretches[-1][1]
        if end - start <= LONGEST and IN_TEX.search(reader.document.text, start, end):
            yield from _in_tex(reader, stretches)
    for match in IN_TEXT.finditer(reader.document.prose):
        if match.end() - match.start() <= LONGEST_IN_TEXT:
            yield from _in_text(reader, *match.span())


def _in_tex(reader: FormulaReader, stretches: list[Stretch]) -> Iterator[WrittenEquation]:
    """Yield the equations of a formula: of each two sides beside each other that can be worked out."""
    text, relations = reader.document.text, list[str]()
    sides: list[list[Stretch]] = []
    for start, end in stretches:
        inside = [match.span() for match in MATRIX.finditer(text, start, end)]
        found = _apart(RELATION.finditer(text, start, end), inside)
        bounds = [start, *(match.end() for match in found)], [*(match.start() for match in found), end]
        first, *others = (_lines(reader, side, inside) for side in zip(*bounds, strict=True))
        if sides and SPACE.sub("", text[slice(*first[0])]):
            relations.append("")
            sides.append(first)
        # A formula that goes on in another display begins with a relation.
        sides += others if sides else [first, *others]
        relations += [match[0] for match in found]
    for relation, (left, right) in zip(relations, pairwise(sides), strict=True):
        if relation:
            one, other = (MatrixSide(reader, *line, tex=True) for line in (left[-1], right[0]))
            yield from _equal(
                _read(one, whole=True), _read(other, whole=True), (one, other), relation="=" if relation == "=" else "≈"
            )


def _apart(found: Iterator[re.Match[str]], inside: list[Stretch]) -> list[re.Match[str]]:
    return [match for match in found if not any(first <= match.start() < last for first, last in inside)]


def _lines(reader: FormulaReader, side: Stretch, inside: list[Stretch]) -> list[Stretch]:
    """Return the lines of a side that have something in them; the ends of rows are none."""
    found, start = [], side[0]
    for match in [*_apart(LINE.finditer(reader.document.text, *side), inside), None]:
        line = (start, match.start() if match else side[1])
        if SPACE.sub("", reader.document.text[slice(*line)]):
            found.append(line)
        start = match.end() if match else start
    return found or [side]


def _in_text(reader: FormulaReader, start: int, end: int) -> Iterator[WrittenEquation]:
    """Yield the equations of some lines of text; words may stand before the first side and behind the last."""
    prose = reader.document.prose
    inside = [match.span() for match in INSIDE.finditer(prose, start, end)]
    signs = _apart(SIGNS_IN_TEXT.finditer(prose, start, end), inside)
    bounds = [start, *(match.end() for match in signs)], [*(match.start() for match in signs), end]
    for match, (left, right) in zip(signs, pairwise(zip(*bounds, strict=True)), strict=True):
        other = MatrixSide(reader, *right, tex=False)
        if (result := _read(other, whole=False)) is None or not (other.lists or "[" in prose[slice(*left)]):
            continue
        for place in list(START.finditer(prose, *left))[:MOST_STARTS]:
            one = MatrixSide(reader, place.start(), left[1], tex=False)
            if (found := _read(one, whole=True)) is not None:
                relation = "=" if match[0].endswith("=") else "≈"
                yield from _equal(found, result, (one, other), relation=relation)
                break


def _read(side: MatrixSide, *, whole: bool) -> NumberMatrix | None:
    """Return what a side is as a whole, or what it begins with if what stands behind that is no part of it; or None."""
    try:
        found = side.sum()
    except Unread:
        return None
    ends = END.match(SPACE.sub("", side.rest).strip("*`")) if whole else not BEHIND.match(side.rest)
    return found if ends else None


def _equal(
    left: NumberMatrix | None, right: NumberMatrix | None, sides: tuple[MatrixSide, MatrixSide], *, relation: str
) -> Iterator[WrittenEquation]:
    """Yield the equations of two sides; none where nothing is worked out, or where only lists may be shapes."""
    if left is None or right is None or (left.is_number and right.is_number and not any(side.lists for side in sides)):
        return
    left, right = aligned(left, right) if any(side.lists for side in sides) else (left, right)
    entries = (entry for row in (*left.rows, *right.rows) for entry in row)
    worked_out = any(isinstance(entry, Operation) and entry.sign != "-" for entry in entries)
    if left.shape != right.shape or not worked_out:
        return
    found = [
        WrittenEquation("row", result.start, result.end, (side, result), (relation,))
        for one, other in zip(left.rows, right.rows, strict=True)
        for side, result in zip(one, other, strict=True)
        if side != result
    ]
    certain = not any(side.lists for side in sides) or any(side.certain for side in sides)
    certain = certain or any(number.figure.rounded for one in found for number in one.numbers)
    held = sum(holds(one, Values()) for one in found)
    # Where most numbers hold, shapes would do so by chance.
    if certain or held == len(found) or (held >= LEAST_HELD and 2 * held > len(found)):
        yield from found
