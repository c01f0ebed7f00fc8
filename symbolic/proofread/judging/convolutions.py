"""Parameters of convolutions and dense layers in a table of layers and shapes: CONV1 (f=5) of 28 × 28 × 6, 456."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import number_at, off_by
from symbolic.proofread.judging.forms import added, bracketed, product
from symbolic.proofread.reading.document import DocumentTable
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

SHAPE = re.compile(r"[(\[]\d{1,5}(?:,[ ]?\d{1,5}){1,2}[)\]]|\d{1,5}(?:[ ]?[×x*][ ]?\d{1,5}){2}")
SIDE = re.compile(r"\d+")
KERNEL = re.compile(
    r"(?<![A-Za-z])(?:f|k|kernel(?:[ _]size)?|filter(?:[ _]size)?)[ ]?[=:][ ]?(\d{1,2})(?!\d)", re.IGNORECASE
)
CONVOLUTION = re.compile(r"conv(?!.{0,20}(?:transpos|block|group|separab))", re.IGNORECASE)
OTHERWISE = re.compile(r"depth|dw|group|separab|transpos|deconv|block|bottleneck|res|[×x*][ ]?\d+\Z", re.IGNORECASE)
DENSE = re.compile(r"\b(?:fc|dense|linear|fully|softmax|全连接)", re.IGNORECASE)
PARAMETERS = re.compile(
    r"#? ?(?:num(?:ber)? of |# ?of )?(?:weights|param\w*)(?: ?#)?|参数(?:个数|数量|量|数)?|파라미터(?: 수)?"
)


class LayerRow(NamedTuple):
    """A layer of a table: what it is called, the sides of its output, and the cell of its parameters."""

    name: str
    sides: tuple[NumberNode, ...]
    number: NumberNode | None

    @property
    def channels(self) -> NumberNode | None:
        """Return the channels of an image of equal sides, which stand behind or before them; None for other shapes."""
        sizes = [one.figure.value for one in self.sides]
        if len(sizes) != 3:
            return None
        return self.sides[2] if sizes[0] == sizes[1] else self.sides[0] if sizes[1] == sizes[2] else None


def convolutions(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield the parameters of each convolution and dense layer whose input is the output of the row above it."""
    for table in reader.document.tables:
        for above, layer in pairwise(_layers(reader, table)):
            forms = _forms(above, layer)
            if (number := layer.number) and forms:
                yield result_of(next((form for form in forms if off_by(form, number) == 0), forms[0]), number)


def _forms(above: LayerRow, layer: LayerRow) -> list[ExpressionNode]:
    """Return what makes the parameters of a layer, with its bias and without it."""
    kernel = KERNEL.search(layer.name)
    if OTHERWISE.search(layer.name):
        return []
    if CONVOLUTION.search(layer.name) and kernel and above.channels and layer.channels:
        size, out = _plain(layer.number, kernel[1]), layer.channels
        inputs: tuple[ExpressionNode, ...] = (size, size, above.channels)
    elif DENSE.search(layer.name) and len(wide := [one for one in layer.sides if one.figure.value != 1]) == 1:
        inputs, out = tuple(one for one in above.sides if one.figure.value != 1), wide[0]
    else:
        return []
    whole = product(inputs) if len(inputs) > 1 else inputs[0]
    with_bias = product((bracketed(added((whole, _plain(layer.number, "1")))), out))
    return [with_bias, product((*inputs, out))] if inputs else []


def _plain(place: NumberNode | None, digits: str) -> NumberNode:
    start = place.start if place else 0
    return NumberNode(start, start, figure(digits, ""))


def _layers(reader: FormulaReader, table: DocumentTable) -> Iterator[LayerRow]:
    """Yield the rows of a table of shapes and parameters that have a shape."""
    prose = reader.document.prose
    rows = [[prose[cell[0][0] : cell[0][1]] if len(cell) == 1 else "" for cell in row] for row in table.rows]
    names = [cell.strip(" *`\x01").lower() for cell in rows[0]]
    column = next((at for at, name in enumerate(names) if PARAMETERS.fullmatch(name)), -1)
    for cells, row in zip(rows[1:], table.rows[1:], strict=True) if column > 0 else ():
        shaped = [
            (at, found) for at, cell in enumerate(cells) if at and (found := SHAPE.fullmatch(cell.strip(" *`$\x01")))
        ]
        if len(shaped) != 1 or column >= len(cells) or not cells[0]:
            continue
        at, found = shaped[0]
        start = row[at][0][0] + cells[at].find(found[0])
        sides = tuple(
            NumberNode(start + one.start(), start + one.end(), figure(one[0], "")) for one in SIDE.finditer(found[0])
        )
        digit = re.search(r"\d", cells[column])
        yield LayerRow(cells[0], sides, number_at(reader, row[column][0][0] + digit.start()) if digit else None)
