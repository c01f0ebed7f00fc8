"""What the HTML templates print in a row: the parts of a bar, and the cells and rows of a table."""

from __future__ import annotations

import re
from typing import NamedTuple

from markupsafe import Markup, escape

from symbolic.pages.rendering.html_inline import ready

SINGLE = re.compile(r"<span data-\w+=[^>]*>[^<]*</span>")
"""A figure that is an element already."""


class Segment(NamedTuple):
    """A part of the bar: where it starts, how wide it is and where its mark stands, in per cent of the whole.

    `shown` is its mark where that has room, "" elsewhere.
    """

    mark: str
    shown: str
    colour: int
    name: str
    share: str
    another: str
    start: str
    width: str
    middle: str


class TableCell(NamedTuple):
    """A cell of a table, and the attributes of its element."""

    shown: Markup | str
    attributes: Markup

    @property
    def held(self) -> Markup | str:
        """What it shows, as one element where it is several pieces: beside a label on a phone."""
        several = self.shown and not SINGLE.fullmatch(self.shown)
        return ready(f"<span>{escape(self.shown)}</span>") if several else self.shown

    @property
    def element(self) -> str:
        """The cell as HTML."""
        return f"<td{self.attributes}>{escape(self.shown)}</td>"


class TableRow(NamedTuple):
    """The cells of a row of a table, and the attributes of its element."""

    cells: Markup
    attributes: Markup
