"""A picture of what the network is made of: a box for each block, with shapes that add up to its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Number, Product, Symbol, total
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step
from symbolic.networks.blocks import Kind, Norms
from symbolic.networks.walks import blocks, weights
from symbolic.pages.cells import Derived, Sentence, place_of
from symbolic.pages.colours import colour_of
from symbolic.pages.listing import listed
from symbolic.pages.page import Paragraph, Part, Section
from symbolic.pages.pictures import Box, Diagram, Flow, Squares, every_box
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections import matrices
from symbolic.pages.sections.active import active_by_token
from symbolic.pages.sections.latent_way import latent_way
from symbolic.pages.sections.shapes import shape_of
from symbolic.pages.sections.steps import anchor, whose_table
from symbolic.pages.sections.token_way import on_the_way, side_by_side
from symbolic.pages.sections.where import colours_of_parts

MOST_SHAPES = 10
MOST_SQUARES = 512
"""Of more equal blocks, a drawing shows nothing that the number does not say."""
STACKED = 3
"""So many sizes has a shape of several matrices: how many, rows, columns."""
MOST_TOGETHER = 2
"""Of more lists of one length, the names would be longer than what they say."""


class _Tensors(NamedTuple):
    """How many tensors there are of a shape, the shape, and what they are called."""

    copies: int
    shape: tuple[Formula, ...]
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return plain(listed(self.names)) if len(self.names) <= MOST_TOGETHER else ""


def network(derivation: Derivation, prose: Prose) -> Section:
    """Return the section with the diagram."""
    reads = _reads(derivation)
    colours = {anchor(number): colour for number, colour in colours_of_parts(derivation).items()}
    drawn = {step.key: _coloured(_box(step, derivation, prose, reads), colours) for step in derivation.steps}
    boxes, out = on_the_way(drawn, derivation, prose)
    diagram = Diagram(boxes, prose("diagram_alt", parts=", ".join(_said(box) for box in boxes)), out)
    flows = any(box.into for box in boxes)
    letters = ", ".join(f"${symbol.name}$\u00a0(`{symbol.name}`)" for symbol in _symbols(boxes))
    added = any(not box.title for box in every_box(boxes))
    norms = any(below.role == "norm" and below.value for step in derivation.steps for below in step.steps)
    beside = any(box.beside for box in every_box(boxes))
    image = derivation.steps[0].role == "patch-embedding"
    rows = any(box.added for box in boxes)
    starts = prose("diagram", added=added, flows=flows, image=image, beside=beside, rows=rows)
    says = [prose("diagram_says", unit=derivation.unit, stacked=_stacked(boxes, derivation))]
    says += [prose("diagram_stream", norms=norms)] if added else []
    says += [prose("diagram_letters", letters=Markup(letters))] if letters else []
    drawn_parts: tuple[Part, ...] = (Paragraph(starts), diagram, *(Paragraph(words, tone="note") for words in says))
    scaled = matrices.drawn(derivation, prose)
    return Section("network", prose("diagram_title"), (*drawn_parts, *scaled, *latent_way(derivation, prose)))


def _stacked(boxes: tuple[Box, ...], derivation: Derivation) -> bool:
    """Return whether a box shows several matrices as one shape, as of experts; the shape of a kernel is another."""
    if any(leaf.kind is Kind.KERNEL for leaf in weights(derivation.model.network)):
        return False
    return any(len(shape.axes) == STACKED for box in every_box(boxes) for shape in box.shapes)


def _coloured(box: Box, colours: Mapping[str, int]) -> Box:
    """Return a box, and those in it, in the colours that the bar has: by the ids of their steps."""
    inside = tuple(_coloured(one, colours) for one in box.boxes)
    return replace(box, boxes=inside, colour=colours.get(box.step, box.colour) if box.colour else 0)


def _symbols(boxes: tuple[Box, ...]) -> tuple[Symbol, ...]:
    """Return the sizes that stand in shapes, in the order in which they are met."""
    found: dict[Symbol, None] = {}
    for box in boxes:
        flows = (box.into.shape,) if box.into and box.into.shape else ()
        for axis in (axis for shape in (*flows, *box.shapes) for axis in shape.axes):
            found |= dict.fromkeys(axis.formula.symbols if isinstance(axis, Derived) else ())
        found |= dict.fromkeys(_symbols(box.boxes))
    return tuple(found)


def _box(step: Step, derivation: Derivation, prose: Prose, reads: Mapping[str, Step]) -> Box:
    """Return the box of a step; that of a layer, or of what holds layers, has boxes in it."""
    stack = any(visit.step.role == "layer" for visit in step.walk())
    repeated = step.repeat is not None
    shapes = [] if stack else _shapes(step)
    read = reads.get(step.key)
    return Box(
        title=capitalised(step.name if repeated and not stack else step.label),
        step=anchor(step.number),
        count=Derived(step.each, step.one) if repeated else Derived(step.value, step.formula),
        times=step.times if step.repeat is None else Derived(int(step.times), step.repeat),
        notes=tuple(_notes(step, shapes[MOST_SHAPES:], derivation, prose, read)),
        shapes=tuple(
            shape_of(one.copies, one.shape, derivation)._replace(name=one.name if len(shapes) > 1 else "")
            for one in shapes[:MOST_SHAPES]
        ),
        boxes=tuple(_inside(step, derivation, prose, reads)) if stack else (),
        whole=Derived(step.value, step.formula) if repeated else 0,
        reads=anchor(read.number) if read else "",
        choice=_choice(step, derivation),
        colour=0 if stack else colour_of(step.role),
    )


def _choice(step: Step, derivation: Derivation) -> Squares | None:
    """Return how many of a step's equal blocks work on a token, where they are few enough to be drawn."""
    active = active_by_token(derivation).get(step.key)
    if step.repeat is None or active is None or step.times > MOST_SQUARES:
        return None
    return Squares(integer_value(active, derivation.sizes), int(step.times))


def _notes(
    step: Step, more: Sequence[_Tensors], derivation: Derivation, prose: Prose, read: Step | None
) -> Iterator[str]:
    if more:
        yield _more(more, derivation)
    if whose := whose_table(step, derivation, prose):
        yield whose
    if step.repeat is not None and (active := active_by_token(derivation).get(step.key)):
        figures = (Derived(integer_value(active, derivation.sizes), active), Derived(int(step.times), step.repeat))
        yield Sentence(prose("diagram_active", active=place_of(0), stored=place_of(1)), figures)
    if read:
        yield prose("diagram_reads", number=read.number, link=anchor(read.number), name=read.label)


def _reads(derivation: Derivation) -> Mapping[str, Step]:
    """Return, by the keys of blocks, the steps whose results they work on beside the stream."""
    steps = {step.key: step for step in derivation.steps}
    reading = (block for block in blocks(derivation.model.network) if block.reads in steps)
    return {block.key: steps[block.reads] for block in reading}


def _inside(step: Step, derivation: Derivation, prose: Prose, reads: Mapping[str, Step]) -> Iterator[Box]:
    """Yield the boxes in a layer; sublayers that the tree tells of have frames, with the norms where they stand."""
    wired = (block for block in blocks(derivation.model.network) if block.key == step.key and block.sublayers)
    sublayers = next((block.sublayers for block in wired), ())
    norms = [below for below in step.steps if below.role == "norm"]
    boxes = {below.key: _box(below, derivation, prose, reads) for below in step.steps}
    placed = sum(2 if sublayer.norms is Norms.AROUND else 1 for sublayer in sublayers)
    norm = _one_of(norms[0], boxes[norms[0].key], placed) if len(norms) == 1 and placed else None
    if norm is not None:
        del boxes[norms[0].key]
    alone = () if norm is None else (norm,)
    for keys, place in sublayers:
        framed = tuple(boxes.pop(below.key) for below in step.steps if below.key in keys)
        framed = side_by_side(framed, [below.role for below in step.steps if below.key in keys], prose)
        before = alone if place in (Norms.BEFORE, Norms.AROUND) else ()
        within = alone if place in (Norms.WITHIN, Norms.AROUND) else ()
        yield Box("", "", 0, boxes=tuple(_one_after_the_other((*before, *framed, *within))))
        yield from alone if place is Norms.AFTER else ()
    yield from boxes.values()


def _one_after_the_other(boxes: Sequence[Box]) -> Iterator[Box]:
    """Yield the boxes of a sublayer, with the way from a norm to what works on its result, and from that to a norm."""
    norm = colour_of("norm")
    for before, box in zip((None, *boxes), boxes, strict=False):
        leads = before is not None and norm in (before.colour, box.colour)
        yield replace(box, into=Flow("")) if leads else box


def _one_of(step: Step, box: Box, count: int) -> Box | None:
    """Return the box of one norm of several that a step counts together; None where they can't be told apart."""
    if any(shape.copies % count for shape in box.shapes) or box.notes or box.times != 1 or not step.value:
        return None
    shapes = tuple(shape._replace(copies=shape.copies // count) for shape in box.shapes)
    one = Derived((box.count or 0) // count, step.formula / count)
    return replace(box, title=capitalised(_("norm")), count=one, shapes=shapes)


def _shapes(step: Step) -> list[_Tensors]:
    """Return the shapes of a block's weights, matrices before lists, lists of one length together."""
    found: dict[tuple[Formula, ...], _Tensors] = {}
    several: list[_Tensors] = []
    for visit in step.leaves():
        weight = visit.step.weight
        if not weight or not visit.step.value:
            continue
        # What a block in this one is repeated stands in front of the shapes in it; that of this one, above them.
        inside = (*visit.above[1:], visit.step) if visit.above else ()
        shape = (*(one.repeat for one in inside if one.repeat is not None), *weight.shape)
        name = translate(visit.step.label)
        if len(shape) > 1:
            several.append(_Tensors(weight.copies, shape, (name,)))
            continue
        before = found.get(shape, _Tensors(0, shape))
        names = tuple(dict.fromkeys((*before.names, name)))
        found[shape] = _Tensors(before.copies + weight.copies, shape, names)
    return [*several, *found.values()]


def _more(rest: Sequence[_Tensors], derivation: Derivation) -> Sentence:
    """Return how many shapes a box does not show, and what they add."""
    formula = total(tuple(Product((Number(copies), *shape)) for copies, shape, _names in rest))
    number = Derived(integer_value(formula, derivation.sizes), formula)
    return Sentence(_("and {count} more shapes: {number}", count=len(rest), number=place_of(0)), (number,))


def _said(box: Box) -> str:
    """Return a box in words."""
    if not box.title:
        return _("{parts}, added to what went in", parts=", ".join(_said(one) for one in box.boxes))
    inside = f" ({'; '.join(_said(one) for one in box.boxes)})" if box.boxes else ""
    times = f"{grouped(box.times)} × " if box.times != 1 else ""
    said = f"{times}{translate(box.title)}{inside}"
    return _("{parts}, added to what went in", parts=said) if box.added else said
