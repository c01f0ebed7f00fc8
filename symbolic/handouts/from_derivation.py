"""What handouts read from a derivation: its lines, steps and symbols. No other module of the room looks into a step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from symbolic.configs.model import Model
from symbolic.formulas.formula import Formula, Number, Product, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.step import Step, StepEquation
from symbolic.networks.walks import Leaf, leaves
from symbolic.pages.sections.steps import content_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a derivation that can be asked, and its step; `repeats` marks one that multiplies by the repeat."""

    step: Step
    line: StepEquation
    repeats: bool

    @property
    def name(self) -> str:
        """Return the step's number and title, as a sheet prints them."""
        return f"{self.step.number} {translate(self.step.label)}" if self.step.number else _("total")


def lines(derivation: Derivation, *, short: bool = False) -> tuple[Asked, ...]:
    """Return every line in reading order, or, in `short`, one for each part; the last one is the total."""
    if short:
        root = derivation.root
        found = tuple(asked for _, asked in in_short(root))
        # Of a single part the total is that part's.
        single = sum(step.value != 0 for step in root.steps) == 1
        return tuple(one for one in found if one.step is not root or one.repeats or not single)
    again = repeating_within(derivation)
    steps = (visit.step for visit in derivation.root.walk(parents_first=False) if visit.step.number not in again)
    return tuple(asked for step in steps for asked in _lines(step))


def repeating(derivation: Derivation) -> Mapping[str, Step]:
    """Return the blocks that are built as one before them, by their numbers, each with the first of its kind."""
    first: dict[tuple[object, ...], Step] = {}
    blocks = (visit.step for visit in derivation.root.walk() if visit.above and visit.step.steps and visit.step.value)
    found = ((step, first.setdefault(content_of(step), step)) for step in blocks)
    return {step.number: other for step, other in found if other is not step}


def repeating_within(derivation: Derivation) -> frozenset[str]:
    """Return the numbers of those blocks and of all steps in them: a sheet works them out once."""
    again = repeating(derivation)
    visits = derivation.root.walk()
    return frozenset(
        visit.step.number for visit in visits if any(one.number in again for one in (*visit.above, visit.step))
    )


def _lines(step: Step) -> Iterator[Asked]:
    last = len(step.lines) - 1
    for index, line in enumerate(step.lines):
        repeats = index == last and step.repeat is not None
        # Once a layer is that layer, which the line above has.
        if not (repeats and index and step.times == 1):
            yield Asked(step, line, repeats)


def shown_lines(step: Step) -> tuple[StepEquation, ...]:
    """Return the lines of a step that a sheet has."""
    return tuple(asked.line for asked in _lines(step))


def in_short(step: Step, above: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Asked]]:
    """Yield a line for each part of a layer, for a layer, for all layers, for each other part, and for the total.

    Each has the steps above its own, the root first.
    """
    if not step.value:
        return
    opens = not above or (step.repeat is not None and len(step.steps) > 1)
    if opens:
        for below in step.steps:
            yield from in_short(below, (*above, step))
    formula = step.one if opens else unlabelled(step.one)
    yield above, Asked(step, StepEquation(formula, step.each), repeats=False)
    if step.repeat is not None:
        yield above, Asked(step, StepEquation(step.formula, step.value), repeats=True)


def steps_within(derivation: Derivation) -> Iterator[tuple[Step, str]]:
    """Yield every step in reading order, without the root, with the name of the part around it; "" for the whole."""
    for visit in derivation.root.walk(parents_first=False):
        if visit.above:
            yield visit.step, visit.above[-1].name if len(visit.above) > 1 else ""


def measured(like: Derivation, model: Model | None = None, convention: Convention | None = None) -> Derivation:
    """Return the same quantity of another model or under another convention, with the same inputs."""
    return derive(model or like.model, like.quantity, convention or like.convention, like.inputs.given)


def convention(like: Derivation, name: str) -> Convention | None:
    """Return the quantity's convention of that name, or None."""
    return like.quantity.conventions.get(name)


def conventions(like: Derivation) -> tuple[Convention, ...]:
    """Return the quantity's conventions that select leaves and have the same unit."""
    return tuple(one for one in like.quantity.conventions.values() if one.unit == like.convention.unit)


def parts(like: Derivation) -> tuple[Leaf, ...]:
    """Return every leaf of the network that the quantity measures, but for those of layers of which there are none."""
    found = (leaf for leaf in leaves(like.model.network) if like.quantity.of(leaf, like.convention) is not None)
    return tuple(
        leaf for leaf in found if all(block.repeat is None or block.repeat.value(like.sizes) for block in leaf.path)
    )


def unit(derivation: Derivation) -> str:
    """Return the unit that stands behind each equation's value, or an empty text."""
    return derivation.unit if derivation.quantity.unit_in_steps else ""


def given(derivation: Derivation) -> tuple[Symbol, ...]:
    """Return the symbols that are given a number: the model's sizes, then the quantity's inputs."""
    sizes = (*derivation.model.architecture.sizes, *derivation.quantity.inputs)
    return tuple(one for one in sizes if one.name in derivation.sizes and one not in derivation.definitions)


@lru_cache(maxsize=4096)
def unlabelled(formula: Formula) -> Formula:
    """Return the formula down to its leaves, without the labels of its parts."""
    return formula.replace(lambda node: unlabelled(node.formula) if isinstance(node, Labelled) else None)


def is_computed(formula: Formula) -> bool:
    """Return whether a formula computes something; a single size or number does not."""
    return not isinstance(formula, Symbol | Number)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step with the repeats of the blocks around it, outermost first, and a name that says which block it is in.

    `within` is the role of that block, `layers` the step of the layers that it is in. `apart` is a name that also says
    which layers these are, where layers of another kind have a part of the same name.
    """

    step: Step
    repeats: tuple[Formula, ...]
    name: str
    within: str = ""
    layers: Step | None = None
    apart: str = ""

    @property
    def formula(self) -> Formula:
        """Return the formula of all copies in the whole model."""
        if not self.repeats:
            return self.step.formula
        return Product((*self.repeats, Labelled(self.step.label, self.step.formula)))


def places(derivation: Derivation) -> tuple[Placed, ...]:
    """Return every step that adds something, with its place."""
    found = [
        (visit, next((one for one in reversed(visit.above) if one.role == "layer" and one.repeat is not None), None))
        for visit in derivation.root.walk(parents_first=False)
        if visit.above and visit.step.value
    ]
    often = Counter(_title(visit.step, visit.above[-1]) for visit, _layers in found)
    return tuple(
        Placed(
            visit.step,
            visit.repeats,
            name := _title(visit.step, visit.above[-1]),
            visit.above[-1].role,
            layers,
            _title(visit.step, visit.above[-1], layers) if often[name] > 1 else name,
        )
        for visit, layers in found
    )


def told_apart(found: Iterable[Placed]) -> list[Placed]:
    """Return the places that have a name which no other of them has."""
    places = list(found)
    often = Counter(one.apart for one in places)
    return [one for one in places if often[one.apart] == 1]


def weights(derivation: Derivation) -> tuple[Placed, ...]:
    """Return the steps that measure a leaf, with their places."""
    return tuple(placed for placed in places(derivation) if placed.step.part)


def _title(step: Step, around: Step, layers: Step | None = None) -> str:
    """Return a step's name; that of a leaf says which block it is in, and that of any step in which `layers`."""
    inside = [around] if around.role not in ("model", "layer") and step.part else []
    where = ", ".join(translate(one.label) for one in (*inside, *((layers,) if layers else ())))
    return f"{translate(step.label)} ({where})" if where else translate(step.label)


def sizes_used(derivation: Derivation) -> frozenset[str]:
    """Return the sizes in the formulas, and those that define one of them: what a sheet has to give."""
    used = {symbol.name for symbol in unlabelled(derivation.root.formula).symbols}
    defining = (part.name for formula in definitions(derivation).values() for part in formula.symbols)
    return frozenset(used.union(defining))


def sizes_said(derivation: Derivation) -> frozenset[str]:
    """Return the names that stand in the steps' sentences, as `n_active_experts` does in a router's."""
    steps = (visit.step for visit in derivation.root.walk(parents_first=False))
    return frozenset(name for step in steps for name in re.findall(r"`(\w+)`", step.about))


def definitions(derivation: Derivation) -> Mapping[Symbol, Formula]:
    """Return the model's sizes that follow from others, and the inputs that stand in the formulas."""
    used = unlabelled(derivation.root.formula).symbols
    return {
        symbol: formula
        for symbol, formula in derivation.definitions.items()
        if symbol in derivation.model.definitions or symbol in used
    }
