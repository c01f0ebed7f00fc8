"""Plots as SVG, the same bytes each time: in a page's colours, or in those of paper; PDF and PNG by Typst."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from symbolic.pages.colours import COLOURS, DARK, DEEPER, LIGHT, LIGHTER, on_paper
from symbolic.pages.pictures import Bars, Curves, Figure, Points
from symbolic.pages.rendering.curves import curves_drawn
from symbolic.pages.rendering.drawing import (
    HATCHES,
    INK,
    QUIET,
    WIDTH,
    Drawing,
    bars_drawn,
    points_drawn,
    printable,
)
from symbolic.pages.rendering.typesetting import picture
from symbolic.pages.rendering.typst_words import string
from symbolic.pages.templating import environment

DRAWN: Mapping[type, Callable[[Any], Drawing]] = {Points: points_drawn, Bars: bars_drawn, Curves: curves_drawn}
PLACES = range(1, COLOURS + 1)
PAGE: dict[str | int, str] = {
    INK: "currentColor",
    QUIET: "var(--quiet)",
    **{one: f"var(--c{one})" for one in PLACES},
    **{one + LIGHTER: f"color-mix(in srgb, var(--c{one}) 50%, #fff)" for one in PLACES},
    **{one + DEEPER: f"color-mix(in srgb, var(--c{one}) 70%, #000)" for one in PLACES},
}
PAPER: dict[str | int, str] = {INK: "#000000", QUIET: "#777777", **dict(enumerate(on_paper(), 1))}
SVG = Markup(' xmlns="http://www.w3.org/2000/svg"')
STYLE = """.plot { color: #1d1c1a; --quiet: #625e57; --paper: #fffefb; %s }
@media (prefers-color-scheme: dark) { .plot { color: #e6e3dc; --quiet: #a29d93; --paper: #17181a; %s } }
.plot text { font-family: serif }"""
DPI = 200
"""Dots per inch, where there are dots."""


def inline_svg(figure: Figure) -> str:
    """Return the plot as an `<svg>` for an HTML page, in the page's colours."""
    return _svg(figure, PAGE)


def svg_file(figure: Figure) -> bytes:
    """Return the plot as an SVG file that is readable on light and on dark paper."""
    title = Markup("<title>{}</title>\n").format(printable(figure.alt))
    style = Markup(f"<style>{STYLE % (_variables(LIGHT), _variables(DARK))}</style>\n")  # noqa: S704 - ours
    return _svg(figure, PAGE, SVG, title + style).encode()


def paper_svg(figure: Figure) -> str:
    """Return the plot as an SVG in the colours of paper, for a PDF that is made of it."""
    return _svg(figure, PAPER, SVG + Markup(' font-family="Libertinus Serif"'))


def pdf_file(figure: Figure) -> bytes:
    """Return the plot as a PDF, for `includegraphics`."""
    return picture(_alone(figure))


def png_file(figure: Figure) -> bytes:
    """Return the plot as a PNG in the colours of paper, for what shows no SVG."""
    return picture(_alone(figure), dots_per_inch=DPI)


def _alone(figure: Figure) -> str:
    """Return Typst's source of a sheet that holds the plot and nothing else."""
    image = f"image(bytes({string(paper_svg(figure))}), format: {string('svg')}, width: {WIDTH}pt)"
    return f"#set document(date: none)\n#set page(width: auto, height: auto, margin: 0pt)\n#{image}\n"


def _variables(colours: Sequence[str]) -> str:
    return " ".join(f"--c{place}: {colour};" for place, colour in enumerate(colours, 1))


def _svg(figure: Figure, colours: dict[str | int, str], attributes: str = "", head: str = "") -> str:
    return _template().render(
        drawing=DRAWN[type(figure.plot)](figure.plot),
        width=WIDTH,
        file=figure.file,
        hatches=HATCHES,
        colour=colours.__getitem__,
        attributes=attributes,
        head=head,
    )


@cache
def _template() -> Template:
    made = environment("html", autoescape=True, keep_trailing_newline=True)
    made.filters["number"] = lambda value: f"{value:.2f}".rstrip("0").rstrip(".")
    return made.get_template("plot.svg.jinja")
