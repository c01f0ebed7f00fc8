"""Measuring a tree bottom-up and keeping every step: that is the derivation."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from symbolic.configs.model import Model
from symbolic.configs.sizes import check_at_most, check_multiples
from symbolic.display import Displayed
from symbolic.errors import ConfigError, NothingToMeasure, listed
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Labelled,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    exact,
    product,
    total,
)
from symbolic.language import Sentences, lazy, noun, plural
from symbolic.measuring.conventions import Convention
from symbolic.measuring.inputs import Given, Inputs, resolve
from symbolic.measuring.quantity import Quantity
from symbolic.networks.blocks import Block, Leaf, Part, Weight, integer_formulas, leaves
from symbolic.networks.origin import Origin
from symbolic.records import dataclass

if TYPE_CHECKING:
    import sympy


@dataclass(frozen=True, slots=True)
class StepEquation:
    """An equation of a page: a formula, and what it comes to."""

    formula: Formula
    value: int


@dataclass(frozen=True, slots=True)
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

    def walk(self, *, parents_first: bool = True) -> Iterator[Visit]:
        """Yield every step from here down, with the steps above it: parents before their parts, or behind them.

        A page tells the parts first: they are what a block's sum is made of.
        """
        return self._walk((), parents_first)

    def _walk(self, above: tuple[Step, ...], parents_first: bool) -> Iterator[Visit]:
        if parents_first:
            yield Visit(self, above)
        for below in self.steps:
            yield from below._walk((*above, self), parents_first)
        if not parents_first:
            yield Visit(self, above)

    def leaves(self) -> Iterator[Visit]:
        """Yield the steps that have none below them, in order: those that measure something."""
        return (visit for visit in self.walk() if not visit.step.steps)

    @property
    def weight(self) -> Weight | None:
        """The weight that it measures; None for a block or another leaf."""
        return self.part if isinstance(self.part, Weight) else None

    @property
    def formula(self) -> Formula:
        """The formula of all copies; a block's name stands for its own line."""
        if self.repeat is None:
            return self.one
        return Product((self.repeat, Labelled(lazy("one {name}", name=self.name), self.one)))

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


@dataclass(frozen=True, slots=True)
class Visit:
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


@dataclass(frozen=True)
class Derivation(Displayed):
    """A quantity of a model, derived: nested steps, and their total. `inputs` are the quantity's own symbols.

    `general` holds every step that the family has, so that its formula stays true when a size changes to or from 0 or
    1: kinds of layer of which this model has none, and a batch of one. Analyses stand on it and on `general_form`.
    `root` is the view of it that a page prints: what this model has none of is left out, and a factor of one.
    `measured` are the steps before they know their places in the whole: a count needs no more.

    >>> import symbolic
    >>> derivation = symbolic.explain("gpt2-124m")
    >>> derivation.total, derivation.unit, [step.name for step in derivation.steps][:2]
    (124412160, 'parameters', ['token embedding', 'position embedding'])
    """

    model: Model
    quantity: Quantity
    convention: Convention
    inputs: Inputs
    measured: Step
    left_out: tuple[Leaf, ...]
    read_back: bool = False
    """Whether its pages say that they were proofread: `proofread.own_pages` sees to it that they were."""

    @property
    def total(self) -> int:
        """The exact total."""
        return self.measured.value

    @cached_property
    def general(self) -> Step:
        """Every step that the family has, with numbers, shares and running totals."""
        return _placed(self.measured, "", self.measured.value, 1)

    @cached_property
    def root(self) -> Step:
        """The steps that a page prints."""
        return _printed_root(self.general, self.model.absent)

    @cached_property
    def several(self) -> StepEquation | None:
        """The equation of several sequences, in a page that has none since there is one; None anywhere else."""
        if self.general.repeat is None or self.root.repeat is not None:
            return None
        repeated = replace(self.root, name=noun("sequence", "sequences"), repeat=self.general.repeat)
        return StepEquation(repeated.formula, self.general.value)

    @cached_property
    def added(self) -> Mapping[str, Formula]:
        """What each step of the page adds to the total, by its number; that of the total itself is empty."""
        times = () if self.several is None or self.general.repeat is None else (self.general.repeat,)
        return {visit.step.number: product((*times, visit.formula)) for visit in self.root.walk()}

    def counted_as(self, convention: Convention, options: Mapping[str, bool | str] | None = None) -> Derivation:
        """Return what the model counts under a convention, with some of its options set otherwise; kept once made.

        A page asks for the same few again and again: for its table of conventions, and for the way to each of them.
        """
        model = self.model.with_options(options or {})
        key = (convention.name, *model.options.items())
        if key == (self.convention.name, *self.model.options.items()):
            return self
        if key not in self.others:
            self.others[key] = derive(model, self.quantity, convention, self.inputs.given)
        return self.others[key]

    @cached_property
    def others(self) -> dict[Hashable, Derivation]:
        """The other counts of this model that its page has asked for."""
        return {}

    @property
    def sizes(self) -> Mapping[str, Exact]:
        """The numbers that stand in the symbols' places: the model's and the quantity's."""
        return {**self.model.sizes, **self.inputs.sizes}

    @property
    def definitions(self) -> Mapping[Symbol, Formula]:
        """The sizes that follow from others: the model's and the quantity's."""
        return {**self.model.definitions, **self.inputs.definitions}

    @property
    def unit(self) -> str:
        """The word behind the total."""
        return self.convention.unit or self.quantity.unit

    @property
    def steps(self) -> tuple[Step, ...]:
        """The network's parts, in order."""
        return self.root.steps

    @cached_property
    def general_form(self) -> Formula:
        """The total as one formula that holds for all sizes of the family, collected per repeated block."""
        return self.form()

    def form(self, free: Collection[Symbol] = ()) -> Formula:
        """Return the general form; the `free` sizes stay in it, even where they usually follow from others."""
        from symbolic.formulas.algebra import collected

        definitions = {symbol: formula for symbol, formula in self.definitions.items() if symbol not in free}
        return collected(self.general.formula, definitions)

    @cached_property
    def closed(self) -> Formula:
        """The total as a page prints it: one formula, collected per block, with batch and head_dim in it."""
        from symbolic.formulas.algebra import collected

        root = self.root if self.general.repeat is None else replace(self.root, repeat=self.general.repeat)
        return collected(root.formula, self.page_definitions)

    @property
    def page_definitions(self) -> Mapping[Symbol, Formula]:
        """What a page's closed form replaces: multiples of other sizes, and what this model has none of.

        One that is divided or rounded has a meaning that its definition hides: the width of a head.
        """
        plain = {symbol: made for symbol, made in self.definitions.items() if _is_multiple(made)}
        return {**plain, **dict.fromkeys(self.model.absent, Number(0))}

    @property
    def closed_form(self) -> sympy.Expr:
        """The general form as a SymPy expression."""
        return self.general_form.algebra


def _is_multiple(formula: Formula) -> bool:
    """Return whether a formula has nothing but products and sums."""
    return all(isinstance(node, Number | Symbol | Product | Sum | Negative | Power) for node in formula.walk())


def derive(model: Model, quantity: Quantity, convention: Convention, given: Given | None = None) -> Derivation:
    """Return the derivation: every leaf that the convention counts measured, added up, times the repeats.

    `given` are the quantity's inputs that are not to be their defaults, by name. ConfigError where the network has
    nothing of the quantity.
    """
    only = model.architecture.only
    if only and quantity.name not in only and quantity.name not in (model.architecture.partly or {}):
        raise NothingToMeasure(
            f"what was read off the code of {model.architecture.title} gives no {quantity.name} of {model.name}; "
            f"it gives {listed(sorted(only))}" + (f" ({model.architecture.lacks})" if model.architecture.lacks else "")
        )
    inputs = resolve(quantity, model, given or {})
    network, sizes = model.seen(quantity.view), {**model.sizes, **inputs.sizes}
    if quantity.fits is not None:
        quantity.fits(network, sizes)
    multiples, at_most = quantity.pairs(network, sizes)
    check_multiples(multiples, sizes)
    check_at_most(at_most, sizes)
    measuring = _Measuring(model, quantity, convention, sizes)
    root = measuring.block(network, ())
    if not measuring.found:
        raise _nothing(model, quantity, quantity)
    _check_companions(model, quantity)
    if quantity.times is not None:
        root = _repeated(root, quantity.times, measuring.sizes)
    made = Derivation(model, quantity, convention, inputs, root, tuple(measuring.left_out))
    if not isinstance(root.times, int):
        # Half a sequence may leave half a number in one of the steps: it is refused here.
        _ = made.general
    return made


def _check_companions(model: Model, quantity: Quantity) -> None:
    """Raise NothingToMeasure where what follows from the total would need a quantity that the network has none of."""
    from symbolic.measuring import quantities

    for name in quantity.companions:
        other, _, convention = name.partition("/")
        found = quantities.find(other)
        chosen = found.convention(convention)
        if all(found.of(leaf, chosen) is None for leaf in leaves(model.seen(found.view))):
            raise _nothing(model, quantity, found)


def _nothing(model: Model, asked: Quantity, missing: Quantity) -> NothingToMeasure:
    return NothingToMeasure(f"{model.name} has {missing.lacking}; so there is no {asked.name} of it")


class _Measuring:
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
        formula = _sum(steps)
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
        return _without_frame(made) if above else made

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
        return Step(
            "", part.key, part.name, leaf.role, part.about, formula, value, value, part=part, origin=part.origin
        )


def _sum(steps: Sequence[Step]) -> Formula:
    """Return the sum of these steps, each by its name."""
    return total(tuple(Labelled(step.label, step.formula) for step in steps))


def _without_frame(step: Step) -> Step:
    """Return the leaf in place of a block that holds nothing else: one line says it all."""
    if len(step.steps) != 1 or not step.steps[0].part or step.repeat is not None:
        return step
    [leaf] = step.steps
    about = Sentences(step.about, leaf.about)
    return replace(leaf, key=step.key, name=step.name, about=about, number=step.number, running=step.running)


def _repeated(root: Step, times: Formula, sizes: Mapping[str, Exact]) -> Step:
    """Return the whole network so many times. A training need not end with a whole sequence."""
    number = times.value(sizes)
    value = exact(Fraction(root.each) * number)
    if not isinstance(value, int):
        raise ConfigError(_not_whole(times, number, sizes))
    return replace(root, value=value, repeat=times, times=number)


def _printed_root(general: Step, absent: frozenset[Symbol]) -> Step:
    """Return the steps of a page: a batch of one is no factor, and several are sequences."""
    if general.repeat is None:
        return _printed(general, absent)
    if general.times == 1:
        return _printed(replace(general, repeat=None), absent)
    return _printed(replace(general, name=noun("sequence", "sequences")), absent)


def _printed(step: Step, absent: frozenset[Symbol]) -> Step:
    """Return the step without the kinds of layer that this model has none of, and without terms that are 0."""
    if step.part:
        return step
    steps = tuple(_printed(below, absent) for below in step.steps if below.times)
    one = _sum([below for below in steps if below.value])
    repeat = None if step.repeat is None else _without(step.repeat, absent)
    shown = replace(step, one=one, steps=steps, repeat=repeat)
    return _without_frame(shown) if step.number else shown


def _without(repeat: Formula, absent: frozenset[Symbol]) -> Formula:
    """Return 48 in place of 48 − 0, where the kind of layer that is taken away is not there."""
    if not isinstance(repeat, Sum):
        return repeat
    return total(tuple(term for term in repeat.terms if not (isinstance(term, Negative) and term.term in absent)))


def _placed(step: Step, number: str | None, grand_total: int, copies: Exact, so_far: int = 0) -> Step:
    """Return the step and those below it with their numbers, shares and running totals.

    The root's number is empty; None is that of a kind of layer that this model has none of.
    """
    running, index = 0, 0
    placed = []
    for below in step.steps:
        running += below.value
        index += bool(below.times)
        name = None if number is None or not below.times else f"{number}.{index}" if number else str(index)
        placed.append(_placed(below, name, grand_total, copies * step.times, running))
    in_total = exact(step.value * copies)
    if not isinstance(in_total, int):
        raise ConfigError(f"the {step.name} would come to {in_total}, which is not a whole number; change an input")
    share = Fraction(in_total, grand_total) if grand_total else Fraction(0)
    # `replace` would take half of a count's time.
    return Step(
        number or "",
        step.key,
        step.name,
        step.role,
        step.about,
        step.one,
        step.each,
        step.value,
        tuple(placed),
        step.repeat,
        step.times,
        step.part,
        step.origin,
        in_total,
        share,
        so_far,
    )


def integer_value(formula: Formula, sizes: Mapping[str, Exact]) -> int:
    """Return a formula's value; ConfigError where these sizes leave a fraction."""
    value = formula.value(sizes)
    if isinstance(value, int):
        return value
    raise ConfigError(_not_whole(formula, value, sizes))


def _not_whole(formula: Formula, value: Exact, sizes: Mapping[str, Exact]) -> str:
    given = ", ".join(f"{symbol.name} {sizes[symbol.name]}" for symbol in formula.symbols)
    return f"{value} is not a whole number, with {given}; change one of these sizes"
