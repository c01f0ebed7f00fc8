"""The words in a picture, as markup: shapes, what a box adds, how often a matrix is there."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.figures import grouped
from symbolic.language import gettext
from symbolic.pages.pictures import Box, Flow, Matrix, Shape


def shape_words(shape: Shape) -> str:
    """Return a shape as markup, in letters and in numbers: 3 × (d × d): 3 × (768 × 768), 2 × (d): 2 × (768)."""
    several = f"{shape.copies} × " if shape.copies > 1 else ""
    numbers = " × ".join(map(grouped, shape.axes))
    called = f", {shape.name}" if shape.name else ""
    counted = shape.copies > 1
    return f"{several}{bracketed(shape.letters, counted)}: {several}{bracketed(numbers, counted)}{called}"


def bracketed(product: str, counted: bool = False) -> str:
    """Return a product in brackets; a single size has none, unless it is `counted`: 2 × (d) is no matrix of 2 rows."""
    return f"({product})" if counted or " " in product else product


def box_words(box: Box) -> Iterator[str]:
    """Yield the lines of a box below its title, as markup."""
    yield from map(shape_words, box.shapes)
    yield from box.notes


def flow_words(flow: Flow) -> str:
    """Return what a token is between two boxes, as markup."""
    return ", ".join(filter(None, (shape_words(flow.shape) if flow.shape else "", flow.words)))


def box_figure(box: Box) -> str:
    """Return what a box adds, with the product where there are several; "" of what is no part of the network."""
    if box.count is None:
        return ""
    if box.times == 1:
        return grouped(box.count)
    return f"{grouped(box.times)} × {grouped(box.count)} = {grouped(box.whole)}"


MOST_DRAWN = 4
"""So many copies of a matrix are drawn side by side; of more, one is drawn and their number said."""


def matrix_words(matrix: Matrix) -> str:
    """Return a matrix's shape as markup, with how often a layer has it: (d × m): (7,168 × 2,048), 256 times."""
    said = shape_words(matrix.shape)
    return said if matrix.times == 1 else gettext("{shape}, {count} times", shape=said, count=grouped(matrix.times))


def drawn_copies(matrix: Matrix) -> int:
    """Return how many rectangles a matrix is drawn as."""
    return matrix.shape.copies if matrix.shape.copies <= MOST_DRAWN else 1


def both_shares() -> str:
    """Return what stands above the list of two bars of the same parts."""
    return gettext("Share in the first bar · in the second:")
