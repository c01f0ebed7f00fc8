"""The steps of a derivation: what each part of a network adds, and a walk over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from symbolic.display import Displayed
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Product, product, total
from symbolic.formulas.shown import Labelled
from symbolic.language import One, Sentences, plural
from symbolic.networks.blocks import Part, Weight
from symbolic.networks.origin import Origin


class StepEquation(NamedTuple):
    """An equation of a page: a formula, and what it comes to."""

    formula: Formula
    value: int


@dataclass(frozen=True)
class Step(Displayed):
    """A leaf or a block, measured.

    `one` is the formula of one copy, `each` its value; `value` is that of all `times` copies (`repeat`).
    `in_total` is what the step adds to the total, the repeats of the blocks around it included; `share` its part of the
    total; `running` the sum within the block around it, up to here. `key` identifies it among the steps beside it;
    `origin` are the lines of this package that made the part.
    """

    number: str
    key: str
    name: str
    role: str
    about: str
    one: Formula
    each: int
    value: int
    steps: tuple[Step, ...] = ()
    repeat: Formula | None = None
    times: Exact = 1
    part: Part | None = None
    origin: Origin = ()
    in_total: int = 0
    share: Fraction = Fraction(0)
    running: int = 0

    def __repr__(self) -> str:
        """Return its number, name and value: what a list of steps at a prompt shows."""
        return f"<Step {self.number} {self.name}: {grouped(self.value)}>"

    def walk(self, *, parents_first: bool = True) -> Iterator[Visit]:
        """Return every step from here down, with the steps above it: parents before their parts, or behind them.

        A page tells the parts first: they are what a block's sum is made of.
        """
        found: list[Visit] = []
        self._add_visits((), parents_first, found)
        return iter(found)

    def _add_visits(self, above: tuple[Step, ...], parents_first: bool, found: list[Visit]) -> None:
        visit = Visit(self, above)
        if parents_first:
            found.append(visit)
        within = (*above, self)
        for below in self.steps:
            below._add_visits(within, parents_first, found)
        if not parents_first:
            found.append(visit)

    def leaves(self) -> Iterator[Visit]:
        """Yield the steps that have none below them, in order: those that measure something."""
        return (visit for visit in self.walk() if not visit.step.steps)

    @property
    def weight(self) -> Weight | None:
        """The weight that it measures; None for a block or another leaf."""
        return self.part if isinstance(self.part, Weight) else None

    @property
    def copies(self) -> int:
        """How many leaves of one shape it measures together; 1 for a block."""
        return getattr(self.part, "copies", 1)

    @cached_property
    def formula(self) -> Formula:
        """The formula of all copies; a block's name stands for its own line."""
        if self.repeat is None:
            return self.one
        return Product((self.repeat, Labelled(One(self.name), self.one)))

    @property
    def lines(self) -> tuple[StepEquation, ...]:
        """The equations in reading order: the sum of the parts, then times the repeat."""
        # A sum of one part says nothing that the part has not said, and zero is no sum at all.
        one = () if len(self.steps) == 1 or not self.value else (StepEquation(self.one, self.each),)
        return one if self.repeat is None else (*one, StepEquation(self.formula, self.value))

    @property
    def label(self) -> str:
        """How a sum names it."""
        return self.name if self.repeat is None else plural(self.name)


class Steps(tuple[Step, ...], Displayed):
    """Steps in their order, which show themselves together."""

    __slots__ = ()


class Visit(NamedTuple):
    """A step that a walk comes to, and the steps above it, the root first."""

    step: Step
    above: tuple[Step, ...]

    @property
    def repeats(self) -> tuple[Formula, ...]:
        """How often the blocks above it repeat, the outermost first."""
        return tuple(step.repeat for step in self.above if step.repeat is not None)

    @property
    def formula(self) -> Formula:
        """What the step adds to the total: its formula, times its own repeat and those of all blocks above it."""
        own = () if self.step.repeat is None else (self.step.repeat,)
        return product((*self.repeats, *own, self.step.one))


def sum_of(steps: Sequence[Step]) -> Formula:
    """Return the sum of these steps, each by its name."""
    return total(tuple(Labelled(step.label, step.formula) for step in steps))


def without_frame(step: Step) -> Step:
    """Return the leaf in place of a block that holds nothing else: one line says it all."""
    if len(step.steps) != 1 or not step.steps[0].part or step.repeat is not None:
        return step
    [leaf] = step.steps
    about = Sentences(step.about, leaf.about)
    return replace(leaf, key=step.key, name=step.name, about=about, number=step.number, running=step.running)
