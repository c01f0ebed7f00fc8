"""A diagram of the network: a box for each block in the order in which a token passes them."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import (
    Ceiling,
    Floor,
    Formula,
    Minimum,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
    Symbol,
)
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step
from symbolic.networks.blocks import MULTIPLIED, Kind, Weight
from symbolic.pages.page import Box, Derived, Diagram, Paragraph, Section, Shape
from symbolic.pages.prose import Prose
from symbolic.pages.sections.steps import anchor, whose_table

MOST_SHAPES = 3
SIGNS = {Sum: " + ", Product: " × ", Quotient: " / ", Power: "^"}
FUNCTIONS: Mapping[type[Formula], str] = {Floor: "floor", Ceiling: "ceil", Root: "sqrt", Minimum: "min"}


def network(derivation: Derivation, prose: Prose) -> Section:
    """Return the section with the diagram."""
    boxes = tuple(_box(step, derivation, prose) for step in derivation.steps)
    diagram = Diagram(boxes, prose("diagram_alt", parts=", ".join(_said(box) for box in boxes)))
    return Section("network", prose("diagram_title"), (Paragraph(prose("diagram", unit=derivation.unit)), diagram))


def _box(step: Step, derivation: Derivation, prose: Prose) -> Box:
    stack = step.role == "layer"
    repeated = step.repeat is not None
    shapes, more = ((), 0) if stack else _shapes(step, derivation)
    return Box(
        title=capitalised(step.name if repeated and not stack else step.label),
        step=anchor(step.number),
        count=Derived(step.each, step.one) if repeated else Derived(step.value, step.formula),
        times=step.times if step.repeat is None else Derived(int(step.times), step.repeat),
        note=_("and {count} more", count=more) if more else whose_table(step, derivation, prose),
        shapes=shapes,
        boxes=tuple(_box(below, derivation, prose) for below in step.steps) if stack else (),
    )


def _shapes(step: Step, derivation: Derivation) -> tuple[tuple[Shape, ...], int]:
    """Return the shapes of a block's tables and matrices, the first few of them, and how many more there are."""
    weights = [visit.step.weight for visit in step.leaves()]
    large = [weight for weight in weights if weight and weight.kind in (Kind.TABLE, *MULTIPLIED) and not weight.tied_to]
    return tuple(_shape(weight, derivation) for weight in large[:MOST_SHAPES]), max(0, len(large) - MOST_SHAPES)


def _shape(weight: Weight, derivation: Derivation) -> Shape:
    letters = " × ".join(_axis(axis, brackets=len(weight.shape) > 1) for axis in weight.shape)
    return Shape(
        weight.copies,
        letters,
        tuple(Derived(integer_value(axis, derivation.sizes), axis) for axis in weight.shape),
    )


def _axis(axis: Formula, *, brackets: bool) -> str:
    """Return an axis as markup, in letters."""
    if isinstance(axis, Symbol):
        return f"${axis.name}$"
    if isinstance(axis, Number):
        return grouped(axis.number)
    if isinstance(axis, Power) and isinstance(axis.exponent, Number) and axis.exponent.number == 2:
        axis = Product((axis.base, axis.base))
    if type(axis) in FUNCTIONS:
        return f"{FUNCTIONS[type(axis)]}({', '.join(_axis(part, brackets=False) for part in axis.children)})"
    if isinstance(axis, Negative):
        return f"−{_axis(axis.term, brackets=True)}"
    written = SIGNS[type(axis)].join(_axis(part, brackets=True) for part in axis.children)
    written = written.replace("+ −", "− ")
    return f"({written})" if brackets else written


def _said(box: Box) -> str:
    """Return a box in words."""
    inside = f" ({', '.join(_said(one) for one in box.boxes)})" if box.boxes else ""
    times = f"{grouped(box.times)} × " if box.times != 1 else ""
    return f"{times}{translate(box.title)}{inside}"
