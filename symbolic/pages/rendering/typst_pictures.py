"""Pictures of a page in Typst: a network's boxes, matrices to scale, plots, bars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.formulas.figures import percent
from symbolic.pages.pictures import Bar, Box, Diagram, Figure, Matrices, Matrix
from symbolic.pages.rendering.picture_words import (
    both_shares,
    box_figure,
    box_words,
    drawn_copies,
    flow_words,
    matrix_words,
)
from symbolic.pages.rendering.typst_equations import EquationWriter, unbroken
from symbolic.pages.rendering.typst_words import string

ROOM_FOR_SHARE = Fraction(1, 9)
ROOM_FOR_SIGN = Fraction(1, 80)
BOX_LETTERS = 95
"""About so many letters stand in a line of a box."""
TITLE, LINE, ARROW, FLOW, OUT, SQUARES = 20, 9, 12, 17, 36, 7
"""About so many points high: a box without lines, and what adds to it; fitted to the bundled models' drawings, each of
which is then foretold within four hundredths."""
SQUARES_IN_ROW = 32
GROUPS_TOGETHER = 2
"""So many groups of matrices stand on one sheet: more may be as high as one."""


class PictureWriter(EquationWriter):
    """Writes pictures with the functions of `page.typ`."""

    def boxes(self, boxes: Sequence[Box]) -> str:
        return "".join(f"({self.box(box)})," for box in boxes)

    def box(self, box: Box) -> str:
        lines = "".join(f"[{self.words(text)}]," for text in box_words(box))
        if box.choice:
            lines += f"choice({box.choice.every}, ({''.join(f'{place},' for place in box.choice.places)})),"
        count = box_figure(box) if box.title else ""
        into = f"[{self.words(flow_words(box.into))}]" if box.into else "none"
        place = "beside" if box.beside else "added" if box.added else ""
        out = "".join(f"[{self.words(flow_words(flow))}]," for flow in box.out)
        inside = f"({lines}), ({self.boxes(box.boxes)}), ({out})"
        return f"{string(box.title)}, {string(count)}, {inside}, {into}, {string(place)}, {box.colour}"

    def diagram(self, diagram: Diagram) -> Iterator[str]:
        out = f"[{self.words(flow_words(diagram.out))}]" if diagram.out else "none"
        yield f"#diagram(({self.boxes(diagram.boxes)}), {out}, {string(diagram.alt)}, {height_of(diagram)}{self.dense})"

    def matrices(self, matrices: Matrices) -> Iterator[str]:
        together = len(matrices.groups) <= GROUPS_TOGETHER
        yield from ["#whole["] if together else []
        yield from (f"#{group}" for group in self.groups(matrices))
        yield from ["]"] if together else []

    def groups(self, matrices: Matrices) -> Iterator[str]:
        """Yield the call that draws each group of matrices."""
        for title, group in matrices.groups:
            drawn = "".join(f"({self.matrix(one, matrices.longest)})," for one in group)
            yield f"matrices([{self.words(title)}], ({drawn}))"

    def matrix(self, matrix: Matrix, longest: int) -> str:
        """Return a matrix's name, its shape, how often it is drawn, and its sides as parts of the longest axis."""
        high, wide = (round(float(Fraction(int(axis), longest)), 5) for axis in matrix.shape.axes)
        named = f"{string(matrix.title)}, [{self.words(matrix_words(matrix))}]"
        return f"{named}, {drawn_copies(matrix)}, {high:f}, {wide:f}, {matrix.colour}"

    def figure(self, figure: Figure) -> Iterator[str]:
        from symbolic.pages.rendering.plot import paper_svg

        alt = re.sub(r"[`*$]", "", figure.alt)
        yield f"#plot({string(paper_svg(figure))}, {string(alt)}, [{self.words(figure.caption)}])"

    def bar(self, bar: Bar) -> Iterator[str]:
        pieces = []
        for index, ((name, _, share), colour) in enumerate(zip(bar.parts, bar.colours, strict=True)):
            mark, shown = bar.marks[index], unbroken(percent(share.value))
            inside = f"{mark}: {shown}" if share.value > ROOM_FOR_SHARE else mark
            inside = inside if bar.has_room(index, ROOM_FOR_SIGN) else ""
            width = max(round(share.value * 10_000), 15)
            both = f"{unbroken(percent(bar.another[index].value))} · {shown}" if bar.another else shown
            pieces.append(f"({width}, {string(inside)}, {string(mark)}, {string(name)}, {string(both)}, {colour})")
        lead = f", lead: {string(both_shares())}" if bar.another else ""
        listed = ", listed: false" if bar.listed else ""
        yield f"#bar(({', '.join(pieces)},), {string(bar.alt)}{listed}{lead})"


def height_of(diagram: Diagram) -> int:
    """Return about how many points high a diagram is: to measure one takes as long as to set it."""
    return sum(map(_box_height, diagram.boxes)) + (FLOW if diagram.out else 0)


def _box_height(box: Box) -> int:
    inside = sum(map(_box_height, box.boxes))
    flow = 0 if box.into is None else FLOW if flow_words(box.into) else ARROW
    if not box.title:
        return inside + flow
    lines = LINE * sum(1 + len(text) // BOX_LETTERS for text in box_words(box))
    squares = SQUARES * -(-box.choice.every // SQUARES_IN_ROW) if box.choice else 0
    return TITLE + lines + squares + flow + inside + (OUT if box.out else 0)
