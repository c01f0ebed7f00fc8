"""Where the lines of a plot stand whose axes both begin at 0 or are both logarithmic, and what explains them below."""

from __future__ import annotations

from fractions import Fraction
from math import log10

from symbolic.formulas.figures import grouped
from symbolic.pages.pictures import Curves
from symbolic.pages.rendering.drawing import (
    DASHES,
    INK,
    MARKERS,
    QUIET,
    Drawing,
    Marker,
    Stroke,
    Words,
    grid,
    printable,
)
from symbolic.pages.rendering.ticks import Scale, linear_scale, log_scale

LEFT, RIGHT, TOP, HEIGHT = 52.0, 438.0, 8.0, 216.0
ABOVE, ROW, KEY = 13.0, 16.0, 22.0
COLOURS = (1, 3, 7, 6)
"""Those of the page's colours that are dark enough for a line."""
TICKS = 6
LEVELS, MARK = ("7 2.5 1.5 2.5", "1.2 1.8"), "2.5 2.5"


def curves_drawn(plot: Curves) -> Drawing:
    """Return the drawing of lines, with the marked values above them and a line of words for each below."""
    top = TOP + ABOVE * len(plot.marks)
    bottom = top + HEIGHT
    named = [line for line in plot.lines if line.name]
    made = Drawing(bottom + 38 + ROW * (len(named) + len(plot.levels)))
    across, upwards = _scales(plot, bottom, top)
    for place, value in across.ticks:
        grid(made, (place, bottom), (place, top))
        _tick(made, place, bottom, value)
    for place, value in upwards.ticks:
        grid(made, (LEFT, place), (RIGHT, place))
        made.strokes.append(Stroke(((LEFT - 3.5, place), (LEFT, place)), QUIET, 0.8))
        made.words.append(Words(LEFT - 7, place + 3.4, _said(value), "end"))
    made.strokes.append(Stroke(((LEFT, top), (LEFT, bottom), (RIGHT, bottom)), QUIET, 0.8))
    made.words.append(Words((LEFT + RIGHT) / 2, bottom + 29, plot.x, "middle"))
    made.words.append(Words(11, (top + bottom) / 2, plot.y, "middle", turned=True))
    _marks(made, plot, across, bottom)
    row = bottom + 47
    for index, line in enumerate(plot.lines):
        colour, dashes = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        path = tuple((across.of(float(x)), upwards.of(float(y))) for x, y in line.points)
        made.strokes.append(Stroke(path, colour, 2, dashes))
        if line.name:
            _key(made, row, colour, dashes, line.name)
            row += ROW
    for (level, name), dashes in zip(plot.levels, LEVELS, strict=False):
        place = upwards.of(float(level))
        made.strokes.append(Stroke(((LEFT, place), (RIGHT, place)), INK, 1, dashes))
        _key(made, row, INK, dashes, name)
        row += ROW
    for x, y in plot.dots:
        made.markers.append(Marker(across.of(float(x)), upwards.of(float(y)), MARKERS["circle"], COLOURS[0]))
    return made


def _scales(plot: Curves, bottom: float, top: float) -> tuple[Scale, Scale]:
    """Return the lower axis and the other one. What is drawn is a picture of exact numbers, its places need not be."""
    points = [point for line in plot.lines for point in line.points]
    widths = [float(x) for x in (*(x for x, _ in points), *(value for value, _ in plot.marks))]
    heights = [float(y) for y in (*(y for _, y in points), *(value for value, _ in plot.levels))]
    if plot.logarithmic:
        across = log_scale(list(map(log10, widths)), 0.0, LEFT, RIGHT, most=TICKS)
        return across, log_scale(list(map(log10, heights)), 0.04, bottom, top, most=TICKS)
    right = max(widths)
    return Scale(0, right, LEFT, RIGHT, _halves(right)), linear_scale(max(heights), bottom, top, most=7)


def _halves(right: float) -> tuple[float, ...]:
    """Return multiples of a power of two, or of a half of one, up to a value: lengths of texts are such numbers."""
    step = 1.0
    while right / step > TICKS:
        step *= 2
    return tuple(step * number for number in range(int(right / step) + 1))


def _tick(made: Drawing, place: float, bottom: float, value: float) -> None:
    made.strokes.append(Stroke(((place, bottom), (place, bottom + 3.5)), QUIET, 0.8))
    made.words.append(Words(place, bottom + 14.5, _said(value), "middle"))


def _marks(made: Drawing, plot: Curves, across: Scale, bottom: float) -> None:
    """Draw the marked values from the lower axis up to their names, each in a row of its own.

    That of the largest is on top: no line then crosses another's name.
    """
    for index, (value, name) in enumerate(sorted(plot.marks, reverse=True)):
        place, row = across.of(float(value)), TOP + ABOVE * index
        made.strokes.append(Stroke(((place, row + 4), (place, bottom)), INK, 0.8, MARK))
        # What begins in the left half has room to its right.
        anchor, beside = ("start", 4) if place < (LEFT + RIGHT) / 2 else ("end", -4)
        made.words.append(Words(place + beside, row + 9, printable(name), anchor, 9))


def _key(made: Drawing, row: float, colour: str | int, dashes: str, name: str) -> None:
    made.strokes.append(Stroke(((LEFT, row - 3), (LEFT + KEY, row - 3)), colour, 1 if colour == INK else 2, dashes))
    made.words.append(Words(LEFT + KEY + 7, row, printable(name), size=9))


def _said(value: float) -> str:
    return grouped(Fraction(f"{value:.12g}"))
