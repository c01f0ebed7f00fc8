"""What a page shows as a picture, whatever its format: bars, the boxes of a network, matrices, plots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from symbolic.formulas.formula import Exact
from symbolic.pages.cells import Share
from symbolic.pages.colours import OTHER


class Bar(NamedTuple):
    """A stacked bar; its parts (name, number, share) sum to the whole. `alt` says in words what it shows.

    `colours` are those of the parts, by their kinds, and `marks` the numbers of their steps. Its table follows. One can
    have the shares of `another` bar of the same parts, which stands before it: then its list names the parts for both,
    and that one, whose parts are `listed` there, has none.
    """

    parts: tuple[tuple[str, int, Share], ...]
    alt: str
    colours: tuple[int, ...]
    marks: tuple[str, ...]
    another: tuple[Share, ...] = ()
    listed: bool = False

    def has_room(self, place: int, each: Fraction) -> bool:
        """Return whether a part is wide enough for its mark, of which a sign takes so much of the bar's width."""
        return self.parts[place][2].value >= each * len(self.marks[place])


class Shape(NamedTuple):
    """The shape of `copies` tensors: its axes in letters (markup), their numbers, and what they are called (markup)."""

    copies: int
    letters: str
    axes: tuple[int, ...]
    name: str = ""


class Flow(NamedTuple):
    """What one token is between two boxes: words, and its shape where it is a list of numbers."""

    words: str
    shape: Shape | None = None


class Squares(NamedTuple):
    """How many of `every` equal blocks work on a token, drawn as squares of which `chosen` are filled.

    >>> Squares(2, 8).places
    (1, 4)
    """

    chosen: int
    every: int

    @property
    def places(self) -> tuple[int, ...]:
        """Places to fill that look as a router's choice does: scattered. A token's own choice is no one's to know."""
        # Multiples of the golden ratio never come close to each other.
        found = dict.fromkeys((step + 1) * self.every * 618 // 1000 % self.every for step in range(self.chosen))
        free = (place for place in range(self.every) if place not in found)
        return tuple(sorted((*found, *islice(free, self.chosen - len(found)))))


@dataclass(frozen=True, slots=True)
class Box:
    """A block of a network: its title, the id of its step, its shapes, and the boxes in it.

    `count` is what one of `times` equal blocks adds, `whole` what all of them add; what is no part of the network, such
    as what is kept or done between its parts, has no `count`. `notes` say whose numbers a block
    without any uses, how many shapes more it has, or where it stands. `into` is what a token is when it goes in; a box
    that is `beside` the token's way only gives its numbers to others; what one that is `added` gives is added to what
    the token is by then. `reads` is the step of the box whose results it works on, too. `choice` is how many of its
    equal blocks a router chooses, `colour` that of its kind. `out` is what comes out of its last box, and then, where
    there is a second, what goes past that box from the one before. Without a title it is a frame around boxes whose
    result is added to what went into the first.
    """

    title: str
    step: str
    count: int | None
    times: Exact = 1
    notes: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    boxes: tuple[Box, ...] = ()
    whole: int = 0
    into: Flow | None = None
    beside: bool = False
    added: bool = False
    reads: str = ""
    choice: Squares | None = None
    colour: int = OTHER
    out: tuple[Flow, ...] = ()

    @property
    def fork(self) -> Fork | None:
        """Return the last box where something goes past it."""
        return Fork(self.boxes[:-1], self.boxes[-1:], *self.out) if len(self.out) > 1 else None


class Fork(NamedTuple):
    """The boxes of a way before two arrows leave it: one through the `last`, and one past it."""

    before: tuple[Box, ...]
    last: tuple[Box, ...]
    through: Flow
    past: Flow


class Diagram(NamedTuple):
    """The boxes of a network in the order in which a token passes them. `alt` says in words what it shows.

    `out` is what a token is when it has passed the last one. Of its first boxes, so many stand `side_by_side`: each has
    what goes into it and comes out.
    """

    boxes: tuple[Box, ...]
    alt: str
    out: Flow | None = None
    side_by_side: int = 0

    @property
    def source(self) -> int | None:
        """The place of the box whose results another one reads, if there is such a box."""
        read = {box.reads for box in every_box(self.boxes)} - {""}
        return next((place for place, box in enumerate(self.boxes) if box.step in read and box.title), None)

    @property
    def outline(self) -> Diagram:
        """The same without shapes and notes, and without ways to steps that stand on another page."""
        return self._replace(boxes=tuple(map(_outlined, self.boxes)))


def _outlined(box: Box) -> Box:
    inside = tuple(map(_outlined, box.boxes))
    return replace(box, step="", notes=(), shapes=(), boxes=inside, reads="", choice=None)


def every_box(boxes: Sequence[Box]) -> Iterator[Box]:
    """Yield boxes and those in them."""
    for box in boxes:
        yield box
        yield from every_box(box.boxes)


class Matrix(NamedTuple):
    """A matrix that is drawn to scale: what it is called, the id of its step, and its shape.

    A list of numbers goes in, one for each row, and one comes out, one for each column. `times` is how many of them a
    layer has beside the copies of the shape: experts. `colour` is that of the part in which it stands.
    """

    title: str
    step: str
    shape: Shape
    times: Exact = 1
    colour: int = OTHER


class Matrices(NamedTuple):
    """Matrices on one scale, in groups, each with markup that says what it is. `alt` says in words what they show.

    `scale` is the axis that is as long as there is room for: the longest, of a picture in several pieces that of all.
    """

    groups: tuple[tuple[str, tuple[Matrix, ...]], ...]
    alt: str
    scale: int = 0

    @property
    def longest(self) -> int:
        """What all axes are drawn in proportion to."""
        return self.scale or max(
            int(axis) for _, matrices in self.groups for one in matrices for axis in one.shape.axes
        )

    def in_pieces(self, most: int, groups: int) -> Iterator[Matrices]:
        """Yield pictures of at most so many groups and, where that can be, of so many matrices, on one scale."""
        piece: tuple[tuple[str, tuple[Matrix, ...]], ...] = ()
        for group in self.groups:
            drawn = sum(len(matrices) for _, matrices in (*piece, group))
            if piece and (drawn > most or len(piece) == groups):
                yield self._replace(groups=piece, scale=self.longest)
                piece = ()
            piece = (*piece, group)
        yield self._replace(groups=piece, scale=self.longest)


class Series(NamedTuple):
    """Points of a plot, `names` beside them, or the line through them."""

    name: str
    points: tuple[tuple[Exact, Exact], ...]
    names: tuple[str, ...] = ()
    line: bool = False


class Points(NamedTuple):
    """A plot of series on two logarithmic axes."""

    x: str
    y: str
    series: tuple[Series, ...]


class Curves(NamedTuple):
    """Lines over two axes that begin at 0, each explained below them; `dots` are points to look at.

    Where one line would lie on the ground beside another, both axes are `logarithmic`: equal steps are equal ratios.

    `marks` are values of the lower axis with a name above them, `levels` such of the other, explained as lines are.
    """

    x: str
    y: str
    lines: tuple[Series, ...]
    dots: tuple[tuple[Exact, Exact], ...] = ()
    marks: tuple[tuple[Exact, str], ...] = ()
    levels: tuple[tuple[Exact, str], ...] = ()
    logarithmic: bool = False


class Bars(NamedTuple):
    """Stacked bars on one scale, a bar for each name: the values of `parts` from left to right, in their colours."""

    unit: str
    parts: tuple[str, ...]
    bars: tuple[tuple[str, tuple[Exact, ...]], ...]
    colours: tuple[int, ...]


class Figure(NamedTuple):
    """A plot. `alt` says in words what it shows; `file` is its name where a format keeps it beside the page.

    A table with the same figures follows. `fixed` is that of a paragraph.
    """

    file: str
    caption: str
    alt: str
    plot: Points | Bars | Curves
    fixed: bool = False
