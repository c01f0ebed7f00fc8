"""The one place that knows how a derivation is made: its lines as what can be asked, and derivations like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symbolic.conventions import CONVENTIONS, Convention
from symbolic.derivation import Derivation, Line, Step, derive
from symbolic.formula import Formula, Labelled, Number, Product, Symbol
from symbolic.model import Model


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of a derivation, and the step that it belongs to; `repeats` is the line that multiplies by the repeat."""

    step: Step
    line: Line
    repeats: bool

    @property
    def name(self) -> str:
        """The step's number and title, as a sheet names it."""
        return f"{self.step.number} {self.step.label}" if self.step.number else "total"


def lines(derivation: Derivation) -> tuple[Asked, ...]:
    """Every line in reading order; the last one is the total."""
    return tuple(_lines(derivation.root))


def _lines(step: Step) -> Iterator[Asked]:
    for below in step.steps:
        yield from _lines(below)
    last = len(step.lines) - 1
    for index, line in enumerate(step.lines):
        yield Asked(step, line, repeats=index == last and step.repeat is not None)


def steps(derivation: Derivation) -> tuple[Step, ...]:
    """Every step in reading order, without the root."""
    return tuple(found for step in derivation.steps for found in _steps(step))


def _steps(step: Step) -> Iterator[Step]:
    for below in step.steps:
        yield from _steps(below)
    yield step


def measured(like: Derivation, model: Model | None = None, convention: Convention | None = None) -> Derivation:
    """The same quantity of another model or under another convention."""
    return derive(model or like.model, like.quantity, convention or like.convention)


def convention(name: str) -> Convention:
    """A convention by its name."""
    return CONVENTIONS[name]


def conventions() -> tuple[Convention, ...]:
    """All of them."""
    return tuple(CONVENTIONS.values())


def halved(derivation: Derivation) -> Derivation:
    """The same with each leaf measured at half: multiply-adds in place of operations."""
    quantity = derivation.quantity
    half = replace(quantity, measure=lambda leaf: quantity.measure(leaf) / 2)
    return derive(derivation.model, half, derivation.convention)


def unlabelled(formula: Formula) -> Formula:
    """The formula down to its leaves, without the labels of its parts."""
    return formula.replace(lambda node: unlabelled(node.formula) if isinstance(node, Labelled) else None)


def is_work(formula: Formula) -> bool:
    """Whether there is something to compute: a single size or number is none."""
    return not isinstance(formula, Symbol | Number)


@dataclass(frozen=True, slots=True)
class Placed:
    """A step, the repeats of the blocks around it, outermost first, and a name that says which block it is of."""

    step: Step
    repeats: tuple[Formula, ...]
    name: str

    @property
    def formula(self) -> Formula:
        """What all its copies in the whole model come to."""
        if not self.repeats:
            return self.step.formula
        return Product((*self.repeats, Labelled(self.step.label, self.step.formula)))


def weights(derivation: Derivation) -> tuple[Placed, ...]:
    """Every weight that adds something, in its place."""
    return tuple(_weights(derivation.root, ()))


def _weights(step: Step, repeats: tuple[Formula, ...]) -> Iterator[Placed]:
    inside = repeats if step.repeat is None else (*repeats, step.repeat)
    for below in step.steps:
        if below.weight and below.value:
            name = below.label if step.role in ("model", "layer") else f"{below.label} ({step.label})"
            yield Placed(below, inside, name)
        yield from _weights(below, inside)


def sizes_used(derivation: Derivation) -> frozenset[str]:
    """The sizes that stand in the formulas, and those that define one of them: what a sheet has to give."""
    model = derivation.model
    used = {symbol.name for symbol in unlabelled(derivation.root.one).symbols}
    return frozenset(used | {part.name for symbol in model.definitions for part in model.definitions[symbol].symbols})
