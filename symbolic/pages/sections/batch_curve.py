"""Latency against throughput: the curve through the batches of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from symbolic.formulas.figures import grouped, in_short
from symbolic.formulas.formula import Exact, exact
from symbolic.formulas.scales import MILLI
from symbolic.measuring.serving_layout import BatchStep, Layout
from symbolic.pages.pictures import Figure, Points, Series
from symbolic.pages.prose import Markup, Prose

RATIO = Fraction(6, 5)
"""From one point of the line to the next, the batch grows by this."""


def curve(rows: Sequence[BatchStep], layout: Layout, prose: Prose) -> Figure:
    """Return the drawing of the rows, and of the batches between them."""
    own = (row.batch for row in rows)
    between = [layout.step(batch) for batch in sorted({*own, *_batches(rows[0].batch, rows[-1].batch)})]
    said = [
        prose("curve_point", batch=grouped(row.batch), time=in_short(_time(row)), rate=in_short(_rate(row)))
        for row in rows
    ]
    names = tuple(grouped(row.batch) for row in rows)
    return Figure(
        "batches",
        prose("curve"),
        prose("curve_alt", points=Markup("; ".join(said))),
        Points(
            prose("curve_x"),
            prose("curve_y"),
            (
                Series("", tuple(map(_point, between)), line=True),
                Series("", tuple(map(_point, rows)), names),
            ),
        ),
    )


def _batches(first: int, last: int) -> Iterator[int]:
    """Yield batches from the first on, up to the last, each larger than the one before by the same part."""
    batch = Fraction(first)
    while batch < last:
        yield int(batch)
        batch = max(batch * RATIO, Fraction(int(batch) + 1))


def _point(step: BatchStep) -> tuple[Exact, Exact]:
    return _time(step), _rate(step)


def _time(step: BatchStep) -> Exact:
    return exact(step.time * MILLI)


def _rate(step: BatchStep) -> Exact:
    return exact(step.batch / step.time)
