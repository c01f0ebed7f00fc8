"""Plots by matplotlib, the same bytes each time: SVG that takes a page's colours, PDF for LaTeX.

Series differ by colour, marker and hatching, so that the colour-blind tell them apart, and paper without colour too.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from symbolic.extras import needed
from symbolic.pages.page import Bars, Figure, Points

INK, QUIET = "#010203", "#040506"
SERIES = tuple(f"#0a0b{index:02x}" for index in range(1, 9))
"""Stand-ins, which the SVG replaces by the page's own colours."""
PAPER = {INK: "#000000", QUIET: "#777777", **dict(zip(SERIES, (
    "#0072B2", "#E69F00", "#8a3a50", "#56B4E9", "#5c5a8f", "#D55E00", "#009E73", "#999999"
), strict=True))}  # fmt: skip
MARKERS = "os^DvPX*"
DASHES = ("-", ":", "--", "-.")
HATCHES = ("", "///", "...", "\\\\\\", "xxx", "---", "ooo", "+++")
WIDTH = 6.4
LEGEND_COLUMNS = 4
LONGEST_NAME = 30
STYLE = """.plot { color: #1d1c1a; --quiet: #625e57; --paper: #fffefb; %s }
@media (prefers-color-scheme: dark) { .plot { color: #e6e3dc; --quiet: #a29d93; --paper: #17181a; %s } }"""
LIGHT = "--c1: #2f5583; --c2: #e0b04c; --c3: #8a3a50; --c4: #8fc0b5; --c5: #5c5a8f; --c6: #d88a5f; --c7: #3d6b4f; --c8: #b9b4a8;"  # noqa: E501
DARK = "--c1: #4675b0; --c2: #e0b04c; --c3: #b3566e; --c4: #8fc0b5; --c5: #716eb2; --c6: #d88a5f; --c7: #48805f; --c8: #a8a396;"  # noqa: E501


def inline_svg(figure: Figure) -> str:
    """Return the plot as an `<svg>` for an HTML page, in the page's colours."""
    raw = _saved(figure, "svg", {}).decode()
    svg = raw[raw.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    # Its style sheet would hold for the whole page.
    svg = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg class="plot" viewBox="\1" role="img">', svg, count=1)
    # What is the same in each label is inherited.
    svg = re.sub(r'(<text style="[^"]*?)font-family: [^;"]*; ?', r"\1", svg)
    names = {INK: "currentColor", QUIET: "var(--quiet)", **{c: f"var(--c{i})" for i, c in enumerate(SERIES, start=1)}}
    for stand_in, name in names.items():
        svg = re.sub(f'(?<=[: "]){stand_in}(?=[;"])', name, svg)
    svg = re.sub(r'<g id="[^"]*">', "<g>", svg)
    return re.sub(r"\s*\n\s*", "\n", svg).strip() + "\n"


def svg_file(figure: Figure) -> bytes:
    """Return the plot as an SVG file that is readable on light and on dark paper."""
    from html import escape

    title = f"<title>{escape(printable(figure.alt))}</title>"
    style = f"{title}\n<style>{STYLE % (LIGHT, DARK)}\n.plot text {{ font-family: serif }}</style>"
    inline = inline_svg(figure)
    head, body = inline.split(">", 1)
    return (
        f'{head} xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n{style}{body}'.encode()
    )


def pdf_file(figure: Figure) -> bytes:
    """Return the plot as a PDF, for `includegraphics`."""
    return _saved(figure, "pdf", PAPER)


BACKENDS = {"png": "agg"}
DPI = 200
"""Dots per inch, where there are dots."""


def png_file(figure: Figure) -> bytes:
    """Return the plot as a PNG in the colours of paper, for what shows no SVG."""
    return _saved(figure, "png", PAPER)


def paper_svg(figure: Figure) -> str:
    """Return the plot as an SVG in the colours of paper, for a PDF that is made of it."""
    return _saved(figure, "svg", PAPER).decode()


def _saved(figure: Figure, kind: str, colours: Mapping[str, str]) -> bytes:
    rc_context = needed("matplotlib", "plots", "a plot").rc_context
    from matplotlib.figure import Figure as Canvas

    plot = figure.plot
    settings: dict[Any, Any] = {
        "svg.hashsalt": figure.file,
        "svg.fonttype": "none",
        "pdf.fonttype": 42,
        "font.family": "DejaVu Serif",
        "font.size": 10,
        "hatch.linewidth": 0.8,
    }
    none: dict[str, dict[str, None]] = {
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
    }
    with rc_context(settings):
        width, height, room = WIDTH, *_room(plot)
        canvas = Canvas(figsize=(width, height))
        import_module(f"matplotlib.backends.backend_{BACKENDS.get(kind, kind)}").FigureCanvas(canvas)
        left, right, bottom, top = room
        canvas.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height)
        axes = canvas.add_subplot()

        def colour(stand_in: str) -> str:
            return colours.get(stand_in, stand_in)

        DRAWN[type(plot)](plot, axes, colour)
        for spine in axes.spines.values():
            spine.set_color(colour(QUIET))
        axes.tick_params(which="both", colors=colour(INK), color=colour(QUIET))
        for label in (axes.xaxis.label, axes.yaxis.label):
            label.set_color(colour(INK))
        file = BytesIO()
        with warnings.catch_warnings():
            # A stranger's name may have letters that the font lacks: they come from the reader's own.
            warnings.simplefilter("ignore")
            canvas.savefig(file, format=kind, dpi=DPI, transparent=kind != "png", metadata=none[kind])
    return file.getvalue()


def _room(plot: Points | Bars) -> tuple[float, tuple[float, float, float, float]]:
    """Return the height, and the free space at the left, right, bottom and top, in inches.

    Computed beforehand, so that nothing has to be drawn twice to find out.
    """
    if isinstance(plot, Points):
        return 4.0, (0.8, 0.1, 0.6, 0.1)
    legend = 0.24 * -(-len(plot.parts) // LEGEND_COLUMNS)
    names = 0.25 + 0.078 * min(LONGEST_NAME, max(len(name) for name, _ in plot.bars))
    return 0.8 + 0.62 * len(plot.bars) + legend, (min(names, WIDTH / 2), 0.2, 0.65 + legend, 0.1)


def _points(plot: Points, axes: Any, colour: Callable[[str], str]) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator

    axes.set_xscale("log")
    axes.set_yscale("log")
    for index, series in enumerate(plot.series):
        shade = colour(SERIES[index % len(SERIES)])
        xs, ys = ([float(point[axis]) for point in series.points] for axis in (0, 1))
        style = (
            {"linestyle": DASHES[index % len(DASHES)], "linewidth": 1.6}
            if series.line
            else {"linestyle": "none", "marker": MARKERS[index % len(MARKERS)], "markersize": 7}
        )
        axes.plot(xs, ys, color=shade, label=_literal(series.name), **style)
        for x, y, name in zip(xs, ys, series.names, strict=False):
            axes.annotate(
                _literal(name),
                (x, y),
                xytext=(-7, 4),
                textcoords="offset points",
                ha="right",
                fontsize=8.5,
                color=colour(INK),
            )
    axes.set_xlabel(plot.x)
    axes.set_ylabel(plot.y)
    axes.margins(x=0.16, y=0.08)
    axes.xaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(value)))
    axes.minorticks_off()
    axes.grid(visible=True, which="major", color=colour(QUIET), alpha=0.3, linewidth=0.6)
    axes.legend(frameon=False, labelcolor=colour(INK), loc="upper left", fontsize=9)


def _bars(plot: Bars, axes: Any, colour: Callable[[str], str]) -> None:
    from matplotlib.ticker import FuncFormatter

    names = [_literal(name) for name, _ in plot.bars][::-1]
    starts = [0.0] * len(names)
    for index, part in enumerate(plot.parts):
        lengths = [float(values[index]) for _, values in plot.bars][::-1]
        axes.barh(
            names, lengths, left=starts, height=0.62, label=part, color=colour(SERIES[index % len(SERIES)]),
            edgecolor=colour(INK), linewidth=0.5, hatch=HATCHES[index % len(HATCHES)],
        )  # fmt: skip
        starts = [start + length for start, length in zip(starts, lengths, strict=True)]
    axes.set_xlabel(plot.unit)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _amount(value)))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(
        frameon=False,
        labelcolor=colour(INK),
        loc="upper left",
        # Below the axis' own words, in parts of its height.
        bbox_to_anchor=(-0.02, -0.55 / (0.62 * len(names))),
        ncols=min(LEGEND_COLUMNS, len(plot.parts)),
        fontsize=9,
    )


DRAWN: Mapping[type[Any], Callable[[Any, Any, Callable[[str], str]], None]] = {Points: _points, Bars: _bars}


def printable(text: str) -> str:
    """Return the text without control characters."""
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _literal(name: str) -> str:
    """Return a name whose letters mean nothing to matplotlib: a dollar sign would start mathematics."""
    shown = printable(name)
    return (shown if len(shown) <= LONGEST_NAME else f"{shown[: LONGEST_NAME - 1]}…").replace("$", r"\$")


def _amount(value: float) -> str:
    """Return a tick of an axis: 100 M."""
    for scale, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if value >= scale:
            return f"{value / scale:g} {letter}"
    return f"{value:g}"
