"""Measuring a tree bottom-up and keeping every step: that is the derivation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from symbolic.architecture import Block, Leaf, Weight
from symbolic.conventions import Convention
from symbolic.errors import ConfigError
from symbolic.formula import Formula, Labelled, Negative, Number, Product, Sum, Symbol, total
from symbolic.model import Model
from symbolic.quantity import Quantity

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class Line:
    """An equation of a page: a formula, and what it comes to."""

    formula: Formula
    value: int


@dataclass(frozen=True, slots=True)
class Step:
    """A leaf or a block, measured.

    `one` is the formula of one copy, `each` its value; `value` is that of all `times` copies (`repeat`).
    `whole` is what the step adds to the model, the repeats of the blocks around it included; `share` its part of the
    total; `running` the sum within the block around it, up to here.
    """

    number: str
    name: str
    role: str
    about: str
    one: Formula
    each: int
    value: int
    steps: tuple[Step, ...] = ()
    repeat: Formula | None = None
    times: int = 1
    weight: Weight | None = None
    whole: int = 0
    share: Fraction = Fraction(0)
    running: int = 0

    @property
    def formula(self) -> Formula:
        """The formula of all copies; a block's name stands for its own line."""
        if self.repeat is None:
            return self.one
        return Product((self.repeat, Labelled(f"one {self.name}", self.one)))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The equations in reading order: the sum of the parts, then times the repeat."""
        # A sum of one part says nothing that the part has not said, and zero is no sum at all.
        one = () if len(self.steps) == 1 or not self.value else (Line(self.one, self.each),)
        return one if self.repeat is None else (*one, Line(self.formula, self.value))

    @property
    def label(self) -> str:
        """How a sum names it."""
        return self.name if self.repeat is None else f"{self.name}s"


@dataclass(frozen=True)
class Derivation:
    """A quantity of a model, derived: nested steps, and their total."""

    model: Model
    quantity: Quantity
    convention: Convention
    root: Step
    left_out: tuple[Leaf, ...]
    read_back: bool = False
    """Whether its pages say that they were proofread: `proofread.own_pages` sees to it that they were."""

    @property
    def total(self) -> int:
        """The exact total."""
        return self.root.value

    @property
    def unit(self) -> str:
        """The word behind the total."""
        return self.quantity.unit

    @property
    def steps(self) -> tuple[Step, ...]:
        """The network's parts, in order."""
        return self.root.steps

    @cached_property
    def closed(self) -> Formula:
        """The total as one formula in the sizes that the config must give, collected per repeated block."""
        from symbolic.algebra import collected

        # What this model has none of is no part of its formula.
        nothing: dict[Symbol, Formula] = dict.fromkeys(self.model.absent, Number(0))
        return collected(self.root.one, {**self.model.definitions, **nothing})

    @property
    def closed_form(self) -> sympy.Expr:
        """The same for SymPy."""
        return self.closed.algebra

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        """How Jupyter shows it: as HTML, LaTeX, Markdown or plain text."""
        from symbolic.rendering import bundle

        return bundle(self)

    def to(self, format: str, **options: str) -> str:
        """The page in a format: html, latex, markdown, text or json."""
        from symbolic.rendering import render

        return render(self, format, **options)

    def to_html(self, **options: str) -> str:
        """The page as one HTML file; options are notation ("names", "letters") and detail ("full", "brief")."""
        return self.to("html", **options)

    def to_latex(self, **options: str) -> str:
        """The page as a LaTeX document."""
        return self.to("latex", **options)

    def to_markdown(self, **options: str) -> str:
        """The page as GitHub-flavoured Markdown."""
        return self.to("markdown", **options)

    def to_text(self, **options: str) -> str:
        """The page as plain text, 80 columns wide."""
        return self.to("text", **options)

    def to_json(self, **options: str) -> str:
        """The whole derivation as data."""
        return self.to("json", **options)


def derive(model: Model, quantity: Quantity, convention: Convention) -> Derivation:
    """Measure every leaf that the convention counts, add up, multiply by the repeats."""
    left_out: list[Leaf] = []
    network = model.network
    root = _block(network, (), quantity, convention, model, left_out)
    root = _placed(root, "", root.value, 1)
    return Derivation(model, quantity, convention, root, tuple(left_out))


def _leaf(leaf: Leaf, quantity: Quantity, sizes: Mapping[str, int], counted: bool) -> Step:
    weight = leaf.weight
    for axis in weight.shape:
        # Half a column is no shape, even where the whole comes out even.
        whole(axis, sizes)
    formula = quantity.measure(weight) if counted else Number(0)
    value = whole(formula, sizes)
    return Step("", weight.name, leaf.role, weight.about, formula, value, value, weight=weight)


def _block(
    block: Block,
    above: tuple[Block, ...],
    quantity: Quantity,
    convention: Convention,
    model: Model,
    left_out: list[Leaf],
) -> Step:
    sizes = model.sizes
    steps: list[Step] = []
    path = (*above, block)
    for part in block.parts:
        if isinstance(part, Block):
            below = _block(part, path, quantity, convention, model, left_out)
            # A kind of layer that this model has none of is no step.
            if (below.steps or below.weight) and below.times:
                steps.append(below)
            continue
        leaf = Leaf(part, path)
        if convention.counts(leaf):
            steps.append(_leaf(leaf, quantity, sizes, counted=True))
        elif part.tied_to:
            # A shared weight is a step of its own, worth nothing: a reader looks for it.
            steps.append(_leaf(leaf, quantity, sizes, counted=False))
        else:
            left_out.append(leaf)
    repeat = block.active if convention.active_only and block.active is not None else block.repeat
    if len(steps) == 1 and steps[0].weight and repeat is None:
        # A block that holds one weight is that weight: one line says it all.
        about = " ".join(filter(None, (block.about, steps[0].about)))
        return replace(steps[0], name=block.name, about=about)
    formula = total(tuple(Labelled(step.label, step.formula) for step in steps if step.value))
    each = sum(step.value for step in steps)
    times = 1 if repeat is None else whole(repeat, sizes)
    repeat = None if repeat is None else _without(repeat, model.absent)
    return Step("", block.name, block.role, block.about, formula, each, each * times, tuple(steps), repeat, times)


def _without(repeat: Formula, absent: frozenset[Symbol]) -> Formula:
    """48 in place of 48 − 0, where the kind of layer that is taken away is not there."""
    if not isinstance(repeat, Sum):
        return repeat
    return total(tuple(term for term in repeat.terms if not (isinstance(term, Negative) and term.term in absent)))


def _placed(step: Step, number: str, grand_total: int, copies: int) -> Step:
    """The step and those below it with their numbers, shares and running totals."""
    whole = step.value * copies
    running, placed = 0, []
    for index, below in enumerate(step.steps, start=1):
        running += below.value
        name = f"{number}.{index}" if number else str(index)
        placed.append(replace(_placed(below, name, grand_total, copies * step.times), running=running))
    share = Fraction(whole, grand_total) if grand_total else Fraction(0)
    return replace(step, number=number, steps=tuple(placed), whole=whole, share=share)


def whole(formula: Formula, sizes: Mapping[str, int]) -> int:
    """A formula's value; ConfigError where these sizes leave a fraction."""
    value = formula.value(sizes)
    if isinstance(value, int):
        return value
    given = ", ".join(f"{symbol.name} {sizes[symbol.name]}" for symbol in formula.symbols)
    raise ConfigError(f"{value} is not a whole number, with {given}; change one of these sizes")
