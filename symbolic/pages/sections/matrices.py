"""The matrices of each kind of layer, and how they are drawn to scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from symbolic.formulas.formula import Exact, Formula, Product, total
from symbolic.language import One, capitalised, translate
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.step import Step, Visit
from symbolic.networks.blocks import Kind
from symbolic.pages.cells import Derived, Sentence
from symbolic.pages.colours import colour_of
from symbolic.pages.page import Paragraph, Part
from symbolic.pages.pictures import Matrices, Matrix
from symbolic.pages.prose import Markup, Prose, plain
from symbolic.pages.sections.placed_figures import PlacedFigures
from symbolic.pages.sections.shapes import shape_of
from symbolic.pages.sections.steps import anchor
from symbolic.pages.sections.where import colours_of_parts

MOST_STACKS = 4
"""A network with more kinds of layer is one of several towers: its layers are not set side by side."""


class Stack(NamedTuple):
    """A kind of layer, and the matrices in each of its parts; `tower` says what it is in, if its name needs that."""

    visit: Visit
    parts: tuple[tuple[Step, tuple[Visit, ...]], ...]
    tower: str = ""

    @property
    def name(self) -> str:
        """What one of its layers is called."""
        return translate(One(self.visit.step.name)) + self.tower

    @property
    def label(self) -> str:
        """What its layers are called."""
        return translate(self.visit.step.label) + self.tower

    @property
    def matrices(self) -> Formula:
        """How many numbers the matrices of one layer have."""
        return total(tuple(numbers(found) for _, found in self.parts))

    @property
    def axes(self) -> frozenset[Formula]:
        """What its matrices run over."""
        found = (visit.step.weight for _, visits in self.parts for visit in visits)
        return frozenset(axis for weight in found if weight for axis in weight.shape)


def stacks_of(derivation: Derivation) -> tuple[Stack, ...]:
    """Return the kinds of layer that have matrices, the outermost where one stands in another."""
    found = []
    for visit in derivation.root.walk():
        if visit.step.role != "layer" or visit.step.repeat is None or any(one.role == "layer" for one in visit.above):
            continue
        parts = ((part, tuple(_matrices(part))) for part in visit.step.steps)
        if with_some := tuple((part, matrices) for part, matrices in parts if matrices):
            found.append(Stack(visit, with_some))
    names = [stack.name for stack in found]
    # The layers of two towers are told apart by what stands around them.
    return tuple(
        stack._replace(tower=f" ({', '.join(translate(one.label) for one in stack.visit.above[1:])})")
        if names.count(stack.name) > 1 and len(stack.visit.above) > 1
        else stack
        for stack in found
    )


def _matrices(part: Step) -> Iterator[Visit]:
    for visit in part.leaves():
        weight = visit.step.weight
        if weight and visit.step.value and weight.kind is Kind.MATRIX and len(weight.shape) == 2:
            yield visit


def numbers(found: Sequence[Visit]) -> Formula:
    """Return how many numbers these matrices have, with the repeats of the blocks around them within the layer."""
    return total(tuple(visit.formula for visit in found))


def drawn(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the matrices of each kind of layer, drawn to scale; what another kind has as well is drawn once."""
    stacks = stacks_of(derivation)
    if not 0 < len(stacks) <= MOST_STACKS:
        return
    found: dict[tuple[object, ...], list[_Drawn]] = {}
    for stack in stacks:
        for part, visits in stack.parts:
            alike = found.setdefault((part.key, *(visit.formula for visit in visits)), [])
            alike.append(_Drawn(stack, part, visits))
    # Two towers may call their attention otherwise, and the page calls both so.
    labels = [translate(same[0].part.label) for same in found.values()]
    several = (labels.count(label) > 1 for label in labels)
    groups = [_group(same, again, derivation, prose) for same, again in zip(found.values(), several, strict=True)]
    named = "; ".join(f"{name}: {', '.join(one.title for one in group)}" for name, _says, group in groups)
    repeated = any(one.times != 1 for _name, _says, group in groups for one in group)
    yield Paragraph(prose("insight_drawn", several=repeated))
    yield Matrices(tuple((says, group) for _name, says, group in groups), prose("insight_alt", matrices=named))


class _Drawn(NamedTuple):
    """The matrices of a part of a kind of layer."""

    stack: Stack
    part: Step
    found: tuple[Visit, ...]


def _group(
    same: Sequence[_Drawn], again: bool, derivation: Derivation, prose: Prose
) -> tuple[str, Sentence, tuple[Matrix, ...]]:
    """Return a part's name, what its matrices have of each kind of layer that they stand in, and these."""
    stack, part, found = same[0]
    name = capitalised(translate(part.label)) + (f", {stack.label}" if again else "")
    figures = PlacedFigures(derivation)
    shares = [figures.share(numbers(one.found), one.stack.visit.step.one) for one in same]
    layers = [f"{plain(one.stack.label)} {share}" for one, share in zip(same, shares, strict=True)]
    says = prose(
        "insight_group",
        part=name,
        count=figures.whole(numbers(found)),
        share=shares[0] if len(same) == 1 else "",
        layers=Markup(", ".join(layers)),
    )
    return name, figures.sentence(says), tuple(_matrix(visit, part, derivation) for visit in found)


def _matrix(visit: Visit, part: Step, derivation: Derivation) -> Matrix:
    step, weight = visit.step, visit.step.weight
    assert weight is not None  # noqa: S101 - only such steps were found
    repeats = visit.repeats if step.repeat is None else (*visit.repeats, step.repeat)
    times: Exact = 1
    if repeats:
        repeat = repeats[0] if len(repeats) == 1 else Product(repeats)
        times = Derived(integer_value(repeat, derivation.sizes), repeat)
    shape = shape_of(weight.copies, weight.shape, derivation)
    colour = colours_of_parts(derivation).get(part.number, colour_of(part.role))
    return Matrix(capitalised(translate(step.label)), anchor(step.number), shape, times, colour)
