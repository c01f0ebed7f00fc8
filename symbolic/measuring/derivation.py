"""Measuring a tree bottom-up and keeping every step: that is the derivation."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from symbolic.configs.model import Model
from symbolic.configs.sizes import check_at_most, check_multiples
from symbolic.display import Displayed
from symbolic.errors import ConfigError, NothingToMeasure, listed
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Sum, Symbol, product
from symbolic.formulas.vocabulary import tokens
from symbolic.language import lazy as _
from symbolic.language import noun
from symbolic.measuring.conventions import Convention
from symbolic.measuring.inputs import Given, Inputs, resolve
from symbolic.measuring.placing import placed, printed_root
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.routed import refuse_routed
from symbolic.measuring.step import Step, StepEquation, Steps
from symbolic.measuring.walking import Measuring, repeated
from symbolic.networks.learned.knowing import WEIGHTS_ONLY
from symbolic.networks.walks import Leaf, leaves
from symbolic.terminal import one_line

if TYPE_CHECKING:
    import sympy

    from symbolic.measuring.hardware import Device


UNTESTED = _(
    "The operations were read off the code with symbols. It does not run without data, nor on random numbers (or the "
    "network is too large for that), so no pass with numbers tests them."
)


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
    measuring: Measuring = field(repr=False, compare=False)
    read_back: bool = False
    """Whether its pages say that they were proofread: `proofread.own_pages` sees to it that they were."""
    beside: tuple[tuple[Quantity, str], ...] = field(default=(), repr=False, compare=False)
    """The quantities of this model that have a page in the same folder, and the file of each: an HTML page links it."""
    served: str = field(default="", repr=False, compare=False)
    """The file of the page of serving that lies in the same folder; empty where there is none."""
    device: Device | None = None
    """The accelerator that somebody named, or that was chosen for the format in which the model is published."""
    device_chosen: bool = False
    """Whether nobody named it."""
    dtype: str = ""
    """The format of its weights, where somebody named one."""

    def __repr__(self) -> str:
        """Return what it derives, and the total."""
        return f"<Derivation {one_line(self.model.display_name)}: {grouped(self.total)} {self.unit}>"

    @property
    def lacks(self) -> str:
        """Why the total is not complete, in sentences; empty where it is."""
        return missing_of(self.model, self.quantity.name)

    @property
    def untested(self) -> str:
        """Why nothing tests its operations, in a sentence; empty where a pass of the code does."""
        return untested_of(self.model, self.quantity.name)

    @property
    def called_without(self) -> tuple[str, ...]:
        """The arguments that the pass behind the figure left to their defaults, by name; none where no pass tells."""
        return called_without(self.model, self.quantity.name)

    @property
    def total(self) -> int:
        """The exact total."""
        return self.measured.value

    @cached_property
    def general(self) -> Step:
        """Every step that the family has, with numbers, shares and running totals."""
        return placed(self.measured, "", self.measured.value, 1)

    @cached_property
    def root(self) -> Step:
        """The steps that a page prints."""
        return printed_root(self.general, self.model.absent)

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
        key = (convention.name, bool(convention.sets), *model.options.items())
        if key == (self.convention.name, bool(self.convention.sets), *self.model.options.items()):
            return self
        if key not in self.others:
            self.others[key] = (
                _derived(model, self.quantity, convention, self.inputs, self.measuring)
                if model.options == self.model.options
                else derive(model, self.quantity, convention, self.inputs.given)
            )
        return self.others[key]

    @cached_property
    def others(self) -> dict[Hashable, Derivation]:
        """The other counts of this model that its page has asked for."""
        return {}

    @cached_property
    def sizes(self) -> Mapping[str, Exact]:
        """The numbers that stand in the symbols' places: the model's and the quantity's."""
        return {**self.model.sizes, **self.inputs.sizes}

    @cached_property
    def definitions(self) -> Mapping[Symbol, Formula]:
        """The sizes that follow from others: the model's and the quantity's."""
        return {**self.model.definitions, **self.inputs.definitions}

    @property
    def unit(self) -> str:
        """The word behind the total."""
        return self.convention.unit or self.quantity.unit

    @property
    def steps(self) -> Steps:
        """The network's parts, in order."""
        return Steps(self.root.steps)

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

    @cached_property
    def page_definitions(self) -> Mapping[Symbol, Formula]:
        """What a page's closed form replaces: multiples of other sizes, and what this model has none of.

        One that is divided or rounded has a meaning that its definition hides: the width of a head.
        """
        plain = {symbol: made for symbol, made in self.definitions.items() if _is_multiple(made)}
        return {**plain, **dict.fromkeys(self.model.absent, Number(0))}

    @property
    def closed_form(self) -> sympy.Expr:
        """The general form as a SymPy expression."""
        from symbolic.formulas.in_sympy import in_sympy

        return in_sympy(self.general_form)


def _is_multiple(formula: Formula) -> bool:
    """Return whether a formula has nothing but products and sums."""
    return all(isinstance(node, Number | Symbol | Product | Sum | Negative | Power) for node in formula.walk())


def missing_of(model: Model, quantity: str) -> str:
    """Return why a quantity of a model is not known whole, in sentences; nothing where it is."""
    return (model.architecture.partly or {}).get(quantity, "")


def untested_of(model: Model, quantity: str) -> str:
    """Return why nothing tests what a quantity says of a forward pass, in a sentence; empty where something does."""
    return UNTESTED if model.architecture.untested and quantity not in WEIGHTS_ONLY else ""


def called_without(model: Model, quantity: str) -> tuple[str, ...]:
    """Return the arguments that the forward pass behind a quantity left to their defaults: code may do more with them.

    nanoGPT's head works on all tokens where it gets `targets`, else on the last one.
    """
    return tuple(sorted(model.architecture.spare)) if quantity not in WEIGHTS_ONLY else ()


def derive(model: Model, quantity: Quantity, convention: Convention, given: Given | None = None) -> Derivation:
    """Return the derivation: every leaf that the convention counts measured, added up, times the repeats.

    `given` are the quantity's inputs that are not to be their defaults, by name. ConfigError where the network has
    nothing of the quantity.
    """
    only, partly = model.architecture.only, model.architecture.partly or {}
    if only and quantity.name not in only and quantity.name not in partly:
        raise NothingToMeasure(
            f"what was read off the code of {model.architecture.title} gives no {quantity.name} of {model.name}; "
            + (f"{why}; " if (why := (model.architecture.instead or {}).get(quantity.name, quantity.instead)) else "")
            + f"it gives {listed(sorted(f'{name} (in part)' if name in partly else name for name in {*only, *partly}))}"
            + (f" ({model.architecture.lacks})" if model.architecture.lacks else "")
        )
    inputs = resolve(quantity, model, given or {})
    network, sizes = model.seen(quantity.view), {**model.sizes, **inputs.sizes}
    if quantity.fits is not None:
        quantity.fits(network, sizes)
    multiples, at_most = quantity.pairs(network, sizes)
    check_multiples(multiples, sizes)
    check_at_most(at_most, sizes)
    return _derived(model, quantity, convention, inputs, Measuring(network, quantity, sizes))


def _derived(
    model: Model, quantity: Quantity, convention: Convention, inputs: Inputs, measuring: Measuring
) -> Derivation:
    """Return the derivation of what was measured, under a convention."""
    refuse_routed(model, quantity, convention, measuring.network)
    counted = measuring.under(convention)
    if counted is None:
        raise _nothing(model, quantity, quantity)
    _check_companions(model, quantity)
    root = counted.root
    if quantity.times is not None:
        root = repeated(root, quantity.times, measuring.sizes)
    if root.value <= 0 and root.steps:
        raise ConfigError(
            f"{model.name} would have {root.value} {quantity.unit} with these sizes: one that follows from others is 0 "
            "or less, such as a head's width where there are more heads than numbers; change one of them"
        )
    made = Derivation(model, quantity, convention, inputs, root, counted.left_out, measuring)
    if not isinstance(root.times, int):
        # Half a sequence may leave half a number in one of the steps: it is refused here.
        _ = made.general
    return made


def derive_each(model: Model, quantity: Quantity) -> Iterator[Derivation]:
    """Yield the derivation by each convention, the usual one first; they stand on one measuring of the network."""
    return by_each_convention(derive(model, quantity, quantity.default))


def by_each_convention(derivation: Derivation) -> Iterator[Derivation]:
    """Yield what the model counts under each convention, but for those that count no part of it.

    A rule of thumb for matrices counts nothing where there are kernels of convolutions only, and one for tokens is none
    of a network through which none pass.
    """
    usual = derivation.counted_as(derivation.quantity.default)
    for convention in derivation.quantity.conventions.values():
        try:
            found = derivation.counted_as(convention)
        except NothingToMeasure:
            continue
        if found is derivation or not _is_of_tokens(found) or _is_of_tokens(usual):
            yield found


def _is_of_tokens(derivation: Derivation) -> bool:
    """Return whether tokens pass through what a page prints of it."""
    # What was measured is looked through first: a count places no steps.
    return tokens in derivation.measured.formula.symbols and tokens in derivation.root.formula.symbols


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
