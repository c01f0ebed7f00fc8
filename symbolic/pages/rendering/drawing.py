"""Where everything of a plot stands: lines, bars, markers and words with their places, in points from the upper left.

Series differ by colour, marker, dashes and hatching, so that the colour-blind tell them apart, and paper without colour
too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log10

from symbolic.formulas.formula import Exact
from symbolic.pages.colours import COLOURS
from symbolic.pages.pictures import Bars, Points
from symbolic.pages.rendering.ticks import Scale, amount, linear_scale, log_scale

INK, QUIET = "ink", "quiet"
MARKERS = {
    "circle": "M-3.8 0A3.8 3.8 0 1 0 3.8 0A3.8 3.8 0 1 0 -3.8 0Z",
    "square": "M-3.6 -3.6H3.6V3.6H-3.6Z",
    "triangle": "M0 -3.8L3.8 3.2H-3.8Z",
    "diamond": "M0 -4.5L4.5 0L0 4.5L-4.5 0Z",
    "turned triangle": "M0 3.8L3.8 -3.2H-3.8Z",
    "plus": "M-1.2 -3.6H1.2V-1.2H3.6V1.2H1.2V3.6H-1.2V1.2H-3.6V-1.2H-1.2Z",
    "cross": "M-3.4 -1.7L-1.7 -3.4L0 -1.7L1.7 -3.4L3.4 -1.7L1.7 0L3.4 1.7L1.7 3.4L0 1.7L-1.7 3.4L-3.4 1.7L-1.7 0Z",
    "star": "M0 -4.4L1 -1.3H4.2L1.6 0.6L2.6 3.6L0 1.7L-2.6 3.6L-1.6 0.6L-4.2 -1.3H-1Z",
}
DASHES = ("", "1.6 2.6", "5.9 2.6", "10 2.6 1.6 2.6")
HATCHES = {
    "plain": "",
    "rising": "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "dotted": "M1.3 2H2.7M5.3 6H6.7",
    "falling": "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    "crossed": "M0 8L8 0M0 0L8 8",
    "lying": "M0 2H8M0 6H8",
    "ringed": "M2 4A2 2 0 1 0 6 4A2 2 0 1 0 2 4Z",
    "squared": "M0 4H8M4 0V8",
}
WIDTH = 460.8
LETTER = 5.2
"""About how wide a letter is at 9 points: room is planned before anybody knows in which font it is set."""
LONGEST_NAME = 30
LEGEND_COLUMNS = 4
BAR, PITCH = 27.6, 44.6


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points; one that is `faint` lies behind what it helps to read."""

    points: tuple[tuple[float, float], ...]
    colour: str | int
    width: float
    dashes: str = ""
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle with a colour and a hatching."""

    x: float
    y: float
    width: float
    height: float
    colour: int
    hatch: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A sign at a point."""

    x: float
    y: float
    path: str
    colour: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a point: where it starts, ends or has its middle (`anchor`); `turned` reads upwards."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    size: float = 10
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot, ready to be written down: its size, and what is on it, from the back to the front."""

    height: float
    strokes: list[Stroke] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


def points_drawn(plot: Points) -> Drawing:
    """Return the drawing of series on two logarithmic axes."""
    left, right, top, bottom = 57.6, 453.6, 7.2, 244.8
    made = Drawing(288.0)
    logs = [[(log10(x), log10(y)) for x, y in series.points] for series in plot.series]
    every = [point for points in logs for point in points]
    across = log_scale([x for x, _ in every], 0.16, left, right, most=9)
    upwards = log_scale([y for _, y in every], 0.08, bottom, top, most=7)
    _axis_below(made, across, bottom, top, _whole)
    for place, value in upwards.ticks:
        grid(made, (left, place), (right, place))
        made.strokes.append(Stroke(((left - 3.5, place), (left, place)), QUIET, 0.8))
        made.words.append(Words(left - 7, place + 3.4, amount(value), "end"))
    frame = ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
    made.strokes.append(Stroke(frame, QUIET, 0.8))
    made.words.append(Words((left + right) / 2, bottom + 29, plot.x, "middle"))
    made.words.append(Words(13, (top + bottom) / 2, plot.y, "middle", turned=True))
    for index, (series, points) in enumerate(zip(plot.series, logs, strict=True)):
        places = tuple((across.place(x), upwards.place(y)) for x, y in points)
        height, colour = top + 14 + 13.5 * index, index % COLOURS + 1
        # A series without a name is explained by the words below.
        if series.line:
            dashes = DASHES[index % len(DASHES)]
            made.strokes.append(Stroke(places, colour, 1.6, dashes))
            if series.name:
                made.strokes.append(Stroke(((left + 8, height), (left + 26, height)), colour, 1.6, dashes))
        else:
            path = list(MARKERS.values())[index % len(MARKERS)]
            key = ((left + 17, height),) if series.name else ()
            made.markers.extend(Marker(x, y, path, colour) for x, y in (*places, *key))
        if series.name:
            made.words.append(Words(left + 33, height + 3, shortened(series.name), size=9))
        for (x, y), name in zip(places, series.names, strict=False):
            made.words.append(Words(x - 7, y - 4, shortened(name), "end", 8.5))
    return made


def bars_drawn(plot: Bars) -> Drawing:
    """Return the drawing of stacked bars."""
    longest = max(len(shortened(name)) for name, _ in plot.bars)
    left, right, top = min(18 + LETTER * 1.1 * longest, WIDTH / 2), WIDTH - 14.4, 7.2
    bottom = top + PITCH * len(plot.bars)
    columns, widths = _columns(plot.parts)
    made = Drawing(bottom + 40 + 16 * -(-len(plot.parts) // columns))
    across = linear_scale(max(float(sum(values)) for _, values in plot.bars), left, right, most=8)
    for index, (name, values) in enumerate(plot.bars):
        middle = top + PITCH * (index + 0.5)
        made.words.append(Words(left - 7, middle + 3.4, shortened(name), "end"))
        made.strokes.append(Stroke(((left - 3.5, middle), (left, middle)), QUIET, 0.8))
        start: Exact = 0
        for which, value in enumerate(values):
            x, end = across.place(float(start)), across.place(float(start + value))
            if value:
                made.areas.append(_area(plot, which, x, middle - BAR / 2, end - x, BAR))
            start += value
    _axis_below(made, across, bottom, None, amount)
    made.strokes.append(Stroke(((left, top), (left, bottom), (right, bottom)), QUIET, 0.8))
    made.words.append(Words((left + right) / 2, bottom + 29, plot.unit, "middle"))
    for index, part in enumerate(plot.parts):
        x, y = 8 + sum(widths[: index % columns]), bottom + 44 + 16 * (index // columns)
        made.areas.append(_area(plot, index, x, y - 6, 18, 7))
        made.words.append(Words(x + 24, y + 0.7, shortened(part), size=9))
    return made


def _columns(names: Sequence[str]) -> tuple[int, list[float]]:
    """Return in how many columns a legend fits, and how wide they are."""
    for columns in range(min(LEGEND_COLUMNS, len(names)), 0, -1):
        widths = [36 + LETTER * max(len(shortened(name)) for name in names[at::columns]) for at in range(columns)]
        if sum(widths) < WIDTH - 8 or columns == 1:
            break
    return columns, widths


def _area(plot: Bars, which: int, x: float, y: float, width: float, height: float) -> Area:
    return Area(x, y, width, height, plot.colours[which], list(HATCHES)[which % len(HATCHES)])


def _axis_below(made: Drawing, scale: Scale, bottom: float, top: float | None, label: Callable[[float], str]) -> None:
    """Draw the ticks of the lower axis with their labels, and the lines of a grid up to `top`."""
    for place, value in scale.ticks:
        if top is not None:
            grid(made, (place, bottom), (place, top))
        made.strokes.append(Stroke(((place, bottom), (place, bottom + 3.5)), QUIET, 0.8))
        made.words.append(Words(place, bottom + 14.5, label(value), "middle"))


def _whole(value: float) -> str:
    """Return the label of a tick below: a whole number, where it is not a part of one."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def grid(made: Drawing, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a line that helps to read values."""
    made.strokes.append(Stroke((start, end), QUIET, 0.6, faint=True))


def printable(text: str) -> str:
    """Return the text without control characters."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def shortened(name: str) -> str:
    """Return a name that fits beside a plot."""
    shown = printable(name)
    return shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…"
