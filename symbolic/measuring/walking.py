"""One walk over a tree of blocks, which measures it step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Number,
    exact,
)
from symbolic.language import plural
from symbolic.measuring.conventions import Convention
from symbolic.measuring.integers import integer_value, not_whole
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.step import Step, sum_of, without_frame
from symbolic.networks.blocks import Block, Leaf, Weight, integer_formulas


class Measuring:
    """One walk over a tree of blocks: it makes the steps, and remembers what was left out."""

    def __init__(self, model: Model, quantity: Quantity, convention: Convention, sizes: Mapping[str, Exact]) -> None:
        self.model, self.quantity, self.convention, self.sizes = model, quantity, convention, sizes
        self.left_out: list[Leaf] = []
        self.found = False

    def block(self, block: Block, above: tuple[Block, ...]) -> Step:
        """Return a block's step: those of its parts, their sum, times the repeat."""
        steps: list[Step] = []
        path = (*above, block)
        for part in block.parts:
            if isinstance(part, Block):
                below = self.block(part, path)
                if below.steps or below.part:
                    steps.append(below)
            elif (step := self.leaf(Leaf(part, path))) is not None:
                steps.append(step)
        repeat = self.convention.times(block, above)
        formula = sum_of(steps)
        each = sum(step.value for step in steps)
        times = 1 if repeat is None else integer_value(repeat, self.sizes)
        if times < 0:
            raise ConfigError(f"there can't be {times} of the {plural(block.name)}; change one of these sizes")
        made = Step(
            "",
            block.key,
            block.name,
            block.role,
            block.about,
            formula,
            each,
            each * times,
            tuple(steps),
            repeat,
            times,
            origin=block.origin,
        )
        return without_frame(made) if above else made

    def leaf(self, leaf: Leaf) -> Step | None:
        """Return a leaf's step; None where the quantity measures nothing of it, or the convention leaves it out."""
        formula = self.quantity.of(leaf, self.convention)
        if formula is None:
            return None
        self.found = True
        if self.convention.counts(leaf):
            return self.measured(leaf, formula)
        if isinstance(leaf.part, Weight) and leaf.part.tied_to:
            # A shared weight is a step of its own, worth nothing: a reader looks for it.
            return self.measured(leaf, Number(0))
        self.left_out.append(leaf)
        return None

    def measured(self, leaf: Leaf, formula: Formula) -> Step:
        """Return the step of a leaf with this formula; ConfigError where an axis or the value is no whole number."""
        for axis in integer_formulas(leaf.part, self.sizes):
            # Half a column is no shape, even where the whole comes out even.
            integer_value(axis, self.sizes)
        value = integer_value(formula, self.sizes)
        part = leaf.part
        if value < 0:
            raise ConfigError(f"{part.name} can't be {value}; change one of the sizes that it is made of")
        return Step(
            "", part.key, part.name, leaf.role, part.about, formula, value, value, part=part, origin=part.origin
        )


def repeated(root: Step, times: Formula, sizes: Mapping[str, Exact]) -> Step:
    """Return the whole network so many times. A training need not end with a whole sequence."""
    number = times.value(sizes)
    value = exact(Fraction(root.each) * number)
    if not isinstance(value, int):
        raise ConfigError(not_whole(times, number, sizes))
    return replace(root, value=value, repeat=times, times=number)
