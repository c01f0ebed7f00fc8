"""Where the total lies, and the steps to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from symbolic.formulas.figures import grouped, percent
from symbolic.formulas.formula import Formula, Number, Product, Quotient, Sum, Symbol
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation, Step
from symbolic.networks.blocks import axes, blocks
from symbolic.pages.page import (
    Bar,
    Cell,
    Entry,
    Equation,
    Paragraph,
    Section,
    Share,
    Table,
)
from symbolic.pages.prose import Prose, plain


def where(derivation: Derivation, prose: Prose) -> Section:
    """Return the section with a bar and a table of the parts, all layers together."""
    shown = [(name, step) for name, step in _shown_parts(derivation.root) if step.in_total]
    repeated = Counter(step.label for _, step in shown)
    parts = [(name if repeated[step.label] > 1 else translate(step.label), step) for name, step in shown]
    alt = prose(
        "where_alt",
        count=len(parts),
        parts=", ".join(f"{name} {percent(step.share)}" for name, step in parts),
    )
    rows: list[tuple[Cell, ...]] = [(plain(name), step.in_total, Share(step.share)) for name, step in parts]
    rows.append((_("total"), derivation.total, Share(Fraction(1))))
    table = Table(
        prose("where_table"),
        (_("Part"), capitalised(derivation.unit), _("Share")),
        tuple(rows),
        frozenset({1, 2}),
        frozenset({len(rows) - 1}),
    )
    bar = Bar(tuple((name, step.in_total, step.share) for name, step in parts), alt)
    return Section("where", prose("where_title", unit=derivation.unit), (Paragraph(prose("where")), bar, table))


def _shown_parts(step: Step) -> Iterator[tuple[str, Step]]:
    """Yield the network's parts, a stack of layers opened, with names that tell two stacks' parts apart."""
    for below in step.steps:
        if below.role == "layer":
            yield from ((f"{translate(part.label)} ({translate(below.label)})", part) for part in below.steps)
        else:
            yield translate(below.label), below


def steps(derivation: Derivation, prose: Prose, full: bool) -> Section:
    """Return the section with the steps in order, and their sum."""
    entries = tuple(_entry(step, derivation, prose, full, None) for step in derivation.steps)
    last = Entry(
        number="",
        id="total",
        title=prose("total_title"),
        text=prose("total" if derivation.root.lines else "total_is_that") if full else "",
        equations=tuple(Equation(line.formula, line.value, unit=_unit(derivation)) for line in derivation.root.lines),
        before=(),
        result=derivation.total,
    )
    intro = (Paragraph(prose("steps", stored=derivation.model.stored is not None)),) if full else ()
    return Section("steps", prose("steps_title"), (*intro, *entries, last), derivation.total)


def _entry(step: Step, derivation: Derivation, prose: Prose, full: bool, above: Step | None) -> Entry:
    text = " ".join(filter(None, (translate(step.about) if full else "", whose_table(step, derivation, prose))))
    running = None
    if step.value and step.running != step.value:
        where = _so_far(above, prose)
        running = (where, step.running)
    return Entry(
        number=step.number,
        id=f"step-{step.number.replace('.', '-')}",
        title=capitalised(step.label),
        text=text,
        equations=tuple(Equation(line.formula, line.value, unit=_unit(derivation)) for line in step.lines),
        before=tuple(_entry(below, derivation, prose, full, step) for below in step.steps),
        result=step.value,
        running=running,
        detail=tuple(_detail(step, prose)) if full else (),
        unit=_unit(derivation),
        share=step.share,
        made=_made(step, prose) if full else (),
    )


def whose_table(step: Step, derivation: Derivation, prose: Prose) -> str:
    """The sentence that says whose table a weight uses; "" for one that has numbers of its own."""
    tied_to = step.weight.tied_to if step.weight and not step.value else None
    if tied_to is None:
        return ""
    return prose("tied", to=next(block.name for block in blocks(derivation.model.network) if block.key == tied_to))


def _unit(derivation: Derivation) -> str:
    return derivation.unit if derivation.quantity.unit_in_steps else ""


def _so_far(above: Step | None, prose: Prose) -> str:
    if above is None:
        return prose("running_total")
    return prose("running" if above.repeat is None else "running_one", name=above.name)


def _detail(step: Step, prose: Prose) -> Iterator[tuple[str, str]]:
    if step.part and step.value:
        shape = " × ".join(_axis(axis) for axis in axes(step.part))
        several = getattr(step.part, "copies", 1)
        one = f"({shape})"
        yield prose("detail_shape"), _("{count} of {shape}", count=several, shape=one) if several > 1 else one
    if step.value and step.in_total != step.value:
        yield prose("detail_whole"), grouped(step.in_total)
    if step.value:
        yield prose("detail_share"), percent(step.share)


def _made(step: Step, prose: Prose) -> tuple[tuple[str, str], ...]:
    """Return the step's key, and where in this package it comes from: the family's line, and the one that makes it."""
    ends = dict.fromkeys(f"{place.file}:{place.line}" for place in (*step.origin[:1], *step.origin[-1:]))
    return ((prose("detail_origin"), f"``{step.key}``, {', '.join(plain(line) for line in ends)}"),) if ends else ()


def _axis(axis: Formula) -> str:
    """Return an axis as markup: its formula, in brackets where it stands beside others."""
    match axis:
        case Symbol(name=name):
            return f"`{name}`"
        case Number(number=number):
            return grouped(number)
    sign = {Sum: " + ", Product: " × ", Quotient: " / "}[type(axis)]
    return f"({sign.join(_axis(part) for part in axis.children)})"
