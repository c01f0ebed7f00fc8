"""Layouts in stages of a pipeline, with experts divided among devices: the table, and the one that was published."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.figures import in_gigabytes
from symbolic.formulas.formula import Number, Sum
from symbolic.formulas.shown import Labelled
from symbolic.language import translate, unit
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.layouts import Layouts, is_close
from symbolic.measuring.pipelines import Pipelines, Staged, Stages
from symbolic.pages.cells import Cell
from symbolic.pages.page import Equation, Paragraph, Part, Table
from symbolic.pages.prose import Markup, Prose


def way(shared: Stages, prose: Prose) -> str:
    """Return how devices share a network, in words."""
    return prose("way", stages=shared.pipeline, experts=shared.expert, data=shared.data)


def table(staged: Pipelines, found: Layouts, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the layouts in stages, a row each; () where there is none."""
    if not staged.rows:
        return
    twice = any(row.second for row in staged.rows)
    experts = any(row.shared.expert > 1 for row in staged.rows)
    # What a reader looks for stands first, then what it is made of.
    sizes = ("stage", *(("second",) if twice else ()), "at_work")
    names = ("stages", "devices", "all", "fits", "fullest", "layers", "batches", *sizes)
    columns = tuple(prose(f"column_{name}" if name != "stages" or not experts else "column_experts") for name in names)
    rows = tuple(_row(row, staged, found, prose, twice=twice, experts=experts) for row in staged.rows)
    strong = frozenset(place for place, row in enumerate(staged.rows) if row in (staged.first, staged.published))
    yield Paragraph(prose("says", experts=experts, room=in_gigabytes(found.room)), fixed=True)
    yield Table(prose("title"), columns, rows, frozenset({1, 2, *range(5, len(names))}), strong, fixed=True)
    if staged.published is not None:
        yield from _published(staged.published, derivation, prose)
    yield Paragraph(prose("left_out", experts=experts), fixed=True)


def _row(
    row: Staged, staged: Pipelines, found: Layouts, prose: Prose, *, twice: bool, experts: bool
) -> tuple[Cell, ...]:
    shared = row.shared
    name = f"{shared.pipeline} × {shared.expert}" if experts else str(shared.pipeline)
    fits = "no" if row.bytes > found.room else "close" if is_close(row.bytes, found.room) else "yes"
    return (
        prose("published", name=name)
        if row is staged.published
        else prose("first", name=name)
        if row is staged.first
        else name,
        shared.devices,
        in_gigabytes(row.bytes),
        prose(f"fits_{fits}"),
        _fullest(row, prose),
        " + ".join(map(str, row.layers)),
        row.batches,
        in_gigabytes(row.stage),
        *((in_gigabytes(row.second) if row.second else "–",) if twice else ()),
        in_gigabytes(row.at_work),
    )


def _fullest(row: Staged, prose: Prose) -> str:
    """Return which stage the fullest device has, or which two."""
    if row.shared.bidirectional:
        return prose("pair", **_pair(row))
    last = row.place == row.shared.pipeline - 1
    return prose("of_all", place=row.place + 1, first=row.place == 0, last=last)


def _pair(row: Staged) -> dict[str, int]:
    """Return the stages of a device that has two, counted from 1."""
    return {"place": row.place + 1, "other": row.shared.pipeline - row.place}


def _published(row: Staged, derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield what the published layout takes, added up."""
    training = derivation.model.training
    says = "" if training is None else Markup(translate(training.shared))
    yield Paragraph(
        prose("worked", says=says, bidirectional=row.shared.bidirectional, less=in_gigabytes(row.less), **_pair(row)),
        fixed=True,
    )
    named = (("stage", row.stage), ("second", row.second), ("at_work", row.at_work))
    terms = tuple(Labelled(prose(f"bytes_{name}"), Number(size)) for name, size in named if size)
    yield Equation(Sum(terms), row.bytes, unit=unit("byte", "bytes"), sizes=derivation.sizes)
