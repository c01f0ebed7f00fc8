"""A picture of what the network is made of: a box for each block, with shapes that add up to its number."""

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
from symbolic.pages.page import Box, Derived, Diagram, Paragraph, Section, Shape
from symbolic.pages.prose import Markup, Prose
from symbolic.pages.sections.steps import anchor, whose_table

MOST_SHAPES = 10
SIGNS = {Sum: " + ", Product: " × ", Quotient: " / ", Power: "^"}
FUNCTIONS: Mapping[type[Formula], str] = {Floor: "floor", Ceiling: "ceil", Root: "sqrt", Minimum: "min"}


def network(derivation: Derivation, prose: Prose) -> Section:
    """Return the section with the diagram."""
    boxes = tuple(_box(step, derivation, prose) for step in derivation.steps)
    diagram = Diagram(boxes, prose("diagram_alt", parts=", ".join(_said(box) for box in boxes)))
    letters = ", ".join(f"${symbol.name}$\u00a0(`{symbol.name}`)" for symbol in _symbols(boxes))
    says = prose("diagram", unit=derivation.unit, letters=Markup(letters))
    return Section("network", prose("diagram_title"), (Paragraph(says), diagram))


def _symbols(boxes: tuple[Box, ...]) -> tuple[Symbol, ...]:
    """Return the sizes that stand in shapes, in the order in which they are met."""
    found: dict[Symbol, None] = {}
    for box in boxes:
        for axis in (axis for shape in box.shapes for axis in shape.axes):
            found |= dict.fromkeys(axis.formula.symbols if isinstance(axis, Derived) else ())
        found |= dict.fromkeys(_symbols(box.boxes))
    return tuple(found)


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
    """Return the shapes of a block's weights, matrices before lists, and how many more there are."""
    lists: dict[tuple[Formula, ...], int] = {}
    several: list[tuple[int, tuple[Formula, ...]]] = []
    for visit in step.leaves():
        weight = visit.step.weight
        if not weight or not visit.step.value:
            continue
        # What a block in this one is repeated stands in front of the shapes in it; that of this one, above them.
        inside = (*visit.above[1:], visit.step) if visit.above else ()
        shape = (*(one.repeat for one in inside if one.repeat is not None), *weight.shape)
        if len(shape) == 1:
            lists[shape] = lists.get(shape, 0) + weight.copies
        else:
            several.append((weight.copies, shape))
    shapes = [*several, *((copies, shape) for shape, copies in lists.items())]
    shown = tuple(_shape(copies, shape, derivation) for copies, shape in shapes[:MOST_SHAPES])
    return shown, max(0, len(shapes) - MOST_SHAPES)


def _shape(copies: int, shape: tuple[Formula, ...], derivation: Derivation) -> Shape:
    letters = " × ".join(_axis(axis, brackets=len(shape) > 1) for axis in shape)
    return Shape(copies, letters, tuple(Derived(integer_value(axis, derivation.sizes), axis) for axis in shape))


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
