"""A tree of blocks, measured step by step: each leaf once, and a step for what each convention counts of a block."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Exact, Formula, Number, Quotient, Symbol, exact
from symbolic.language import plural
from symbolic.measuring.conventions import Convention
from symbolic.measuring.integers import integer_value, not_whole
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.step import Step, sum_of, without_frame
from symbolic.networks.blocks import Block, Weight, integer_formulas
from symbolic.networks.walks import Leaf


class Counted(NamedTuple):
    """What a convention counts of a network, and the leaves that it leaves out."""

    root: Step
    left_out: tuple[Leaf, ...]


class Measuring:
    """A network with sizes, and how a quantity measures it. Conventions select among the same leaves.

    A page and a count ask for ten conventions of one network, which differ in a few leaves.
    """

    def __init__(self, network: Block, quantity: Quantity, sizes: Mapping[str, Exact]) -> None:
        self.network, self.quantity, self.sizes = network, quantity, sizes
        self._measured: dict[Hashable, MeasuredBlock] = {}

    def __reduce__(self) -> tuple[type[Measuring], tuple[Block, Quantity, Mapping[str, Exact]]]:
        """What was measured is measured again where it is needed."""
        return Measuring, (self.network, self.quantity, self.sizes)

    def under(self, convention: Convention) -> Counted | None:
        """Return the steps under a convention; None where the quantity is nothing of any leaf."""
        network = self._by(convention)
        if not network.found:
            return None
        left_out: list[Leaf] = []
        return Counted(network.under(convention, left_out), tuple(left_out))

    def counted(self, convention: Convention) -> Iterator[MeasuredLeaf]:
        """Yield the leaves that a convention counts."""
        return (leaf for leaf in self._by(convention).leaves() if convention.counts(leaf.leaf))

    def _by(self, convention: Convention) -> MeasuredBlock:
        """Return the network as a convention measures its leaves: most as the quantity does."""
        measure = (convention.measure, convention.name if convention.sets else "")
        if measure not in self._measured:
            self._measured[measure] = MeasuredBlock(
                self.network, (), lambda leaf: self.quantity.of(leaf, convention), self.sizes
            )
        return self._measured[measure]


class MeasuredBlock:
    """A block and those of its parts that a quantity measures."""

    def __init__(
        self,
        block: Block,
        above: tuple[Block, ...],
        measure: Callable[[Leaf], Formula | None],
        sizes: Mapping[str, Exact],
    ) -> None:
        self.block, self.above, self.sizes = block, above, sizes
        self.parts: list[MeasuredBlock | MeasuredLeaf] = []
        path = (*above, block)
        for part in block.parts:
            if isinstance(part, Block):
                self.parts.append(MeasuredBlock(part, path, measure, sizes))
            elif (formula := measure(leaf := Leaf(part, path))) is not None:
                self.parts.append(MeasuredLeaf(leaf, formula, sizes))
        self._made: dict[Hashable, Step] = {}

    def leaves(self) -> Iterator[MeasuredLeaf]:
        """Yield what is measured in it, in order."""
        for part in self.parts:
            if isinstance(part, MeasuredLeaf):
                yield part
            else:
                yield from part.leaves()

    @property
    def found(self) -> bool:
        """Whether anything in it is measured."""
        return next(self.leaves(), None) is not None

    def under(self, convention: Convention, left_out: list[Leaf]) -> Step:
        """Return the step of what a convention counts; the leaves that it doesn't count are added to `left_out`."""
        steps: list[Step] = []
        for part in self.parts:
            if isinstance(part, MeasuredBlock):
                below = part.under(convention, left_out)
                if below.steps or below.part:
                    steps.append(below)
            elif convention.counts(part.leaf):
                steps.append(part.counted)
            elif part.is_tied:
                steps.append(part.shared)
            else:
                left_out.append(part.leaf)
        repeat = convention.times(self.block, self.above)
        # Conventions that count the same steps here, which their own blocks keep, share this one too.
        counted = (repeat, *map(id, steps))
        if counted not in self._made:
            self._made[counted] = self._step(tuple(steps), repeat)
        return self._made[counted]

    def _step(self, steps: tuple[Step, ...], repeat: Formula | None) -> Step:
        """Return the block's step: those of its parts, their sum, times the repeat."""
        block = self.block
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
            steps,
            repeat,
            times,
            origin=block.origin,
        )
        return without_frame(made) if self.above else made


class MeasuredLeaf:
    """A leaf, and the formula of what a quantity measures of it."""

    def __init__(self, leaf: Leaf, formula: Formula, sizes: Mapping[str, Exact]) -> None:
        self.leaf, self.formula, self.sizes = leaf, formula, sizes

    @property
    def is_tied(self) -> bool:
        """Whether it is a weight that another block holds."""
        return isinstance(self.leaf.part, Weight) and bool(self.leaf.part.tied_to)

    @cached_property
    def counted(self) -> Step:
        """The step of a leaf that counts."""
        return self._step(self.formula)

    @cached_property
    def shared(self) -> Step:
        """The step of a shared weight: worth nothing, but a reader looks for it."""
        return self._step(Number(0))

    def _step(self, formula: Formula) -> Step:
        """Return the step with this formula; ConfigError where an axis or the value is no whole number."""
        part = self.leaf.part
        for axis in integer_formulas(part, self.sizes):
            # Half a column is no shape, even where the whole comes out even.
            integer_value(axis, self.sizes)
        value = integer_value(formula, self.sizes)
        if value < 0:
            raise ConfigError(f"{part.name} can't be {value}; change one of the sizes that it is made of")
        return Step(
            "", part.key, part.name, self.leaf.role, part.about, formula, value, value, part=part, origin=part.origin
        )


def repeated(root: Step, times: Formula, sizes: Mapping[str, Exact]) -> Step:
    """Return the whole network so many times. A training need not end with a whole sequence."""
    number = times.value(sizes)
    value = exact(Fraction(root.each) * number)
    if not isinstance(value, int):
        raise ConfigError(_half_a_sequence(times, sizes) or not_whole(times, number, sizes))
    return replace(root, value=value, repeat=times, times=number)


def _half_a_sequence(times: Formula, sizes: Mapping[str, Exact]) -> str:
    """Say which number of tokens makes whole sequences, where a part works once for each; "" for other repeats."""
    if not (isinstance(times, Quotient) and isinstance(times.numerator, Symbol)):
        return ""
    whole, step = times.numerator.value(sizes), times.denominator.value(sizes)
    if not (isinstance(whole, int) and isinstance(step, int)) or whole < step:
        return ""
    of = " × ".join(symbol.name for symbol in times.denominator.symbols)
    return (
        f"{times.numerator.name} {shown(whole)} is not a multiple of {of} {shown(step)}, and a part of this network "
        f"works once for each sequence; nearest: {shown(whole // step * step)}"
    )
