"""A quantity: a way to measure the leaves of a network. What it is of a block follows by adding up."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, NamedTuple, TypeAlias

from symbolic.errors import UnknownName
from symbolic.formulas.formula import Exact, Formula, Number, Product, Symbol, product
from symbolic.measuring import conventions
from symbolic.measuring.conventions import Convention
from symbolic.networks.blocks import Block, Weight
from symbolic.networks.family import Pairs, Source
from symbolic.networks.walks import Leaf

Default: TypeAlias = Exact | Formula | Callable[[Block], Exact | Formula]
"""What an input is where nobody gives it: a number, a formula of others, or one that the network makes."""
Totals: TypeAlias = Mapping[str, Formula]
"""The totals that a result may use: this quantity's under its own name, its companions' under theirs."""
NOTHING: Mapping[Any, Any] = {}
PUBLISHED_HOURS = "published-hours"
"""Under this name they hold the device-hours of the training, where its makers published them."""
PUBLISHED_PEAK = "published-peak"
"""And under this one the peak of these devices in the format of most products, where that is not the usual one."""

STAGE_KEEPS, AT_WORK, FIXED, EACH = "stage-keeps", "at-work", "no-sequence-adds", "each-sequence-adds"
"""Under these names they hold what is worked out of the fullest stage of a layout, where a quantity `decides` by it."""


class Result(NamedTuple):
    """What follows from a total: `formula` makes it of the totals, or gives None where there is nothing to say.

    A later result may use an earlier one, under its title. `never` is what to say in place of 0 or a negative one.
    `units` are larger units and their sizes in the formula's own: the largest that the value fills is taken. One that
    `leads` stands at the top of the page too; `key` is its name in the words of the quantity's own sentence there. One
    that is `solved` is the solution of an equation, which a page also prints in letters. `units_of` is its equation in
    units, in which what stands above and below a line cancels. What is said `about` it may hang on the network.
    """

    title: str
    about: str | Callable[[Block], str]
    unit: str
    formula: Callable[[Totals], Formula | None]
    never: str = ""
    units: tuple[tuple[str, int], ...] = ()
    leads: bool = False
    key: str = ""
    solved: bool = False
    units_of: str = ""
    alone: str = ""


class Choice(NamedTuple):
    """What a quantity takes in words: its name and value, and what it says. `meaning` completes "It is …".

    One that is not `of_layout` says nothing of how devices share the network.
    """

    name: str
    value: str
    usual: str
    meaning: str
    of_layout: bool = True


class Quantity(NamedTuple):
    """A quantity, by how it measures a leaf; what it is of a block follows by adding up.

    `measure` returns a leaf's formula, all copies together, or None for a leaf that has nothing of it. `unit` is the
    plural word behind a total; `unit_in_steps` says that each equation prints it too. `conventions` are the ways to
    count, the default first; by those `unlisted` other quantities count, and no page compares them.
    `inputs` are the symbols that are not the model's, each with its default: a number, a
    formula of other symbols, or what makes one of the network. `times` is how often the whole network works (sequences
    of a batch). `results` are what follows from the total, `companions` the quantities whose totals they use,
    `optional` further ones, which a network may lack. `lacking` completes "This network has …", where no leaf has
    anything of the quantity. `called` is what a later equation calls the total, where that is not the title; `sources`
    are the works that it is defined in; `remarks` makes of the values of the sizes and totals what else there is to
    say: a term and its text each. `of_training` says that its inputs describe a training: a published model has those
    of its own; `of_serving` that its device is one that serves. `reasons` say why an input has the default that it has.
    `choices` are what it takes in words, and `making` gives the quantity for other values of them, by their names.
    `view` is the network as the quantity looks at it, such as the part of it that one device has. `rules` are pairs of
    sizes that must be so, as a family's are: multiples of the second, and at most the second. `fits` raises ConfigError
    where a network of these sizes is none that the quantity can be asked of. One that `packs` hangs on how a format
    packs numbers into elements, and not on bytes. `instead` says what is missing, and what to ask for, where a network
    was read off code that does not tell it. `apart` are further totals that the results use: parts of a companion's, by
    its name and what makes the convention of the part, counted where the inputs of `apart_where` differ.
    `own` are inputs that a choice sets: what was published of a training was of another one.
    `decides` is the title of the result by which a reader decides, where that is not the total: tables have both.
    `named_for` is that of the result which the quantity's name means, where the total is another figure: tables have it
    under the name, and the total under what `called` says.

    >>> from symbolic.formulas.vocabulary import batch_size
    >>> from symbolic.measuring import quantities
    >>> cache = quantities.find("kv-cache")
    >>> cache.unit, list(cache.conventions)[:3], cache.inputs[batch_size]
    ('bytes', ['kept', 'expanded', 'ungrouped'], 1)
    """

    name: str
    title: str
    unit: str
    measure: Callable[[Leaf], Formula | None]
    conventions: Mapping[str, Convention] = conventions.CONVENTIONS
    unlisted: Mapping[str, Convention] = NOTHING
    inputs: Mapping[Symbol, Default] = NOTHING
    times: Formula | None = None
    results: tuple[Result, ...] = ()
    companions: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    lacking: str = "nothing to measure"
    unit_in_steps: bool = True
    called: str = ""
    sources: tuple[Source, ...] = ()
    remarks: Callable[[Mapping[str, Exact]], tuple[tuple[str, str], ...]] | None = None
    of_training: bool = False
    of_serving: bool = False
    reasons: Mapping[Symbol, str] = NOTHING
    choices: tuple[Choice, ...] = ()
    making: Callable[..., Quantity] | None = None
    view: Callable[[Block], Block] | None = None
    rules: Callable[[Block], tuple[Pairs, Pairs]] | None = None
    fits: Callable[[Block, Mapping[str, Exact]], None] | None = None
    packs: bool = False
    instead: str = ""
    apart: Mapping[str, tuple[str, Callable[[Convention], Convention]]] = NOTHING
    apart_where: tuple[Symbol, ...] = ()
    decides: str = ""
    named_for: str = ""
    own: tuple[Symbol, ...] = ()

    @property
    def default(self) -> Convention:
        """The convention of a page that asks for none."""
        return next(iter(self.conventions.values()))

    @property
    def total_column(self) -> str:
        """What a table calls the total: the quantity's name, unless that means something else."""
        return self.called.replace(" ", "-") if self.named_for else self.name

    def convention(self, name: str) -> Convention:
        """Return the convention of that name; "" is the default, and UnknownName names the nearest."""
        return self.unlisted.get(name) or conventions.find(name, self.conventions) if name else self.default

    @property
    def chosen(self) -> Mapping[str, str]:
        """The values of its choices that are not the usual ones."""
        return {choice.name: choice.value for choice in self.choices if choice.value != choice.usual}

    def choosing(self, given: Mapping[str, str]) -> Quantity:
        """Return the quantity with these choices; UnknownName for one that it does not have."""
        known = {choice.name: choice.value for choice in self.choices}
        for name in given:
            if name not in known:
                raise UnknownName(f"choice of {self.name}", name, known)
        return self.making(**{**known, **given}) if given and self.making else self

    def by_itself(self) -> Quantity:
        """Return the quantity without what needs others: the results that its own total gives."""
        # A total of all inputs: a result may hang on whether one of them is in it.
        own = {self.name: product(tuple(self.inputs))}

        def gives(result: Result) -> bool:
            try:
                result.formula(own)
            except KeyError:
                return False
            return True

        return self._replace(companions=(), optional=(), apart={}, results=tuple(filter(gives, self.results)))

    def without(self, symbol: Symbol) -> Quantity:
        """Return the quantity without an input that nobody knows, and without the results that use it."""

        def uses(result: Result) -> bool:
            formula = result.formula(_Anything(self))
            return formula is not None and symbol in formula.symbols

        inputs = {one: default for one, default in self.inputs.items() if one != symbol}
        return self._replace(inputs=inputs, results=tuple(one for one in self.results if not uses(one)))

    def pairs(self, network: Block, sizes: Container[str]) -> tuple[Pairs, Pairs]:
        """Return its multiples, and what must be at most something else, among these sizes: others bind nothing."""
        multiples, at_most = self.rules(network) if self.rules else ((), ())
        multiples, at_most = (
            tuple(pair for pair in pairs if all(symbol.name in sizes for side in pair for symbol in side.symbols))
            for pairs in (multiples, (*at_most, *network.within))
        )
        return multiples, at_most

    def of(self, leaf: Leaf, convention: Convention) -> Formula | None:
        """Return what a leaf measures under a convention; None where that is nothing."""
        formula = (convention.measure or self.measure)(leaf)
        return convention.fixed(formula) if formula is not None and convention.sets else formula


class _Anything(dict[str, Formula]):
    """Totals of which each is there, whatever its name, as a number."""

    def __init__(self, quantity: Quantity) -> None:
        super().__init__({quantity.name: Number(2)})

    def __missing__(self, name: str) -> Formula:
        return Number(2)


def numbers(weight: Weight) -> Formula:
    """Return how many numbers a weight holds, the copies in front of the shape: 3 × (emb_dim × emb_dim)."""
    return copied(weight.copies, weight.shape)


def copied(copies: int, axes: tuple[Formula, ...]) -> Formula:
    """Return the product of the axes, so many times; with copies it stands in brackets.

    A number alone is said to be there once, 1 × 2: a page needs a calculation with a result to add to its sums.
    """
    once = product(axes)
    return once if copies == 1 and not isinstance(once, Number) else Product((Number(copies), once))


def of_weights(measure: Callable[[Weight], Formula]) -> Callable[[Leaf], Formula | None]:
    """Return a measure of leaves that measures weights so, and no other leaf."""
    return lambda leaf: measure(leaf.part) if isinstance(leaf.part, Weight) else None
