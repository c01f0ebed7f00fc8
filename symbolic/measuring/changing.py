"""Which sizes of a derivation may be changed by whoever reads it, and what must then hold of all of them.

The formulas of a derivation hold for all sizes of its family. What a config decides by its sizes, such as how many
layers are of which kind, is no formula: a size that it is decided by stays, or has a table of what is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Literal, NamedTuple, TypeAlias

from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.formulas.algebra import primary
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.program import is_whole
from symbolic.formulas.vocabulary import SYMBOLS, value_bytes
from symbolic.language import lazy as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import derived_results
from symbolic.measuring.storage import FORMAT
from symbolic.networks.blocks import integer_formulas
from symbolic.networks.family import Need

MOST_LAYERS = 1000
"""How many numbers of layers the table of a pattern has at most."""

Kind: TypeAlias = Literal["whole", "equal", "multiple", "at most", "there"]


class Rule(NamedTuple):
    """What must hold of sizes: `left` is whole, equal to `right`, a multiple of it, at most as large, or not negative.

    `name` says what would not be whole.
    """

    kind: Kind
    left: Formula
    right: Formula | None = None
    name: str = ""


class LayerTable(NamedTuple):
    """How many layers are of each kind, by the number of layers `by`, from 1 on; None where the config allows none."""

    by: Symbol
    counts: Mapping[Symbol, tuple[int | None, ...]]


class Changes(NamedTuple):
    """What may be changed: the `free` sizes, each with its least value; `held` are those that stay, with the reason.

    `definitions` are the sizes that follow from others, where nobody sets them.
    """

    free: Mapping[Symbol, int]
    held: Mapping[Symbol, str]
    definitions: Mapping[Symbol, Formula]
    rules: tuple[Rule, ...]
    layers: LayerTable | None


class Looked(dict[str, int]):
    """Sizes that remember which of them were looked at."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        """The sizes by name."""
        super().__init__(sizes)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> int:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: int | None = None) -> int | None:  # type: ignore[override]
        """Return a size, or the default."""
        self.seen.add(name)
        return super().get(name, default)


def changes(derivation: Derivation) -> Changes:
    """Return what may be changed of a derivation's sizes and inputs."""
    model, inputs = derivation.model, derivation.inputs
    held, layers = _held(model)
    definitions = {**model.definitions, **inputs.limited, **inputs.definitions}
    given = [SYMBOLS[name] for name in (*model.sizes, *inputs.sizes)]
    # Without one of its sizes, a described type has no such part: its class refuses that, or builds another network.
    described = model.sizes if model.architecture.of_one_config else {}
    free = {
        symbol: max(symbol.minimum, int(symbol.name in described))
        for symbol in given
        if symbol not in held and (symbol not in definitions or symbol in inputs.limited)
    }
    rules = tuple(_rules(derivation))
    for symbol, least in free.items():
        if model.stored and symbol in FORMAT and symbol != value_bytes:
            # The scales beside the numbers stay those of the format that the model is stored in.
            held[symbol] = _("it belongs to the format in which the weights are stored")
        elif _decides_parts(symbol, least, rules, derivation, definitions):
            held[symbol] = _("with any other number the network has other parts than this page shows")
    free = {symbol: least for symbol, least in free.items() if symbol not in held}
    return Changes(free, held, definitions, rules, layers)


def _decides_parts(
    symbol: Symbol,
    least: int,
    rules: tuple[Rule, ...],
    derivation: Derivation,
    definitions: Mapping[Symbol, Formula],
) -> bool:
    """Return whether with each other number some part would come or go, such as the head with a second stage."""
    formulas = [primary(rule.left, definitions) for rule in rules if rule.kind == "there"]
    formulas = [formula for formula in formulas if symbol in formula.symbols]
    here = derivation.sizes[symbol.name]
    if not formulas or not isinstance(here, int):
        return False
    others = {least, here - 1, here + 1, here + 2, 2 * here, 4 * here} - {here}
    return all(
        any(
            (formula.value({**derivation.sizes, symbol.name: other}) > 0) != (formula.value(derivation.sizes) > 0)
            for formula in formulas
        )
        for other in others
        if other >= least
    )


def _held(model: Model) -> tuple[dict[Symbol, str], LayerTable | None]:
    """Return the sizes that stay, with the reason, and the table of layers, where there is a pattern of them."""
    family = model.architecture
    sizes = {SYMBOLS[name]: size for name, size in model.sizes.items()}
    held: dict[Symbol, str] = {}
    if family.of_one_config:
        reason = _("with another value the code may make a network with other parts")
        # One that no formula has here may say which parts there are.
        stay = (one for one in sizes if one not in family.sizes or one in family.deciding | family.written_out)
        held = dict.fromkeys(stay, reason)
    # With another number of layers a described type is read anew as a whole, which takes too long for a table.
    by_key = frozenset() if family.of_one_config else _given_by_a_key(model)
    for symbol, size in sizes.items():
        if family.sizes.get(symbol) is Need.PATTERN and (symbol not in by_key or not size):
            held[symbol] = _("it follows from the pattern of the layers")
        elif not size:
            held[symbol] = _("there are none here, and with some the network has more parts")
        elif model.stored and symbol.name in model.stored.deciding:
            held[symbol] = _("the number format decides by it how the weights are stored")
    if family.of_one_config:
        return held, None
    looked_at = [SYMBOLS[name] for name in _read_by_pattern(model)]
    layers = _table(model, looked_at, by_key)
    if by_key and by_key == _kinds(model):
        return held, None
    for symbol in looked_at:
        if layers is None or symbol != layers.by:
            held.setdefault(symbol, _("the configuration decides by it which layers are of which kind"))
    return held, layers


def _given_by_a_key(model: Model) -> frozenset[Symbol]:
    """Return the kinds of layer whose number is what the one key says by which the config gives the pattern."""
    pattern = model.architecture.pattern
    if pattern is None or len(pattern.keys) != 1 or pattern.keys[0] not in model.config:
        return frozenset()
    sizes = _before_pattern(model)
    found: list[set[Symbol]] = []
    for number in range(1, sizes["n_layers"]):
        counted: Mapping[Symbol, int] = {}
        with suppress(ConfigError):
            counted = pattern.count({**model.config, pattern.keys[0]: number}, sizes)
        found.append({symbol for symbol, layers in counted.items() if layers == number})
    return frozenset(set.intersection(*found)) if found else frozenset()


def _kinds(model: Model) -> frozenset[Symbol]:
    """Return the sizes that the pattern of the layers gives."""
    return frozenset(symbol for symbol, need in model.architecture.sizes.items() if need is Need.PATTERN)


def _read_by_pattern(model: Model) -> list[str]:
    """Return the sizes that the pattern of the layers looks at."""
    pattern = model.architecture.pattern
    if pattern is None:
        return []
    looked = Looked(_before_pattern(model))
    with suppress(ConfigError):
        pattern.count(model.config, looked)
    return [name for name in model.sizes if name in looked.seen]


def _before_pattern(model: Model) -> dict[str, int]:
    """Return the sizes that are known when the pattern is read: those that the config gives."""
    family = model.architecture
    counted = {
        symbol.name
        for symbol, need in family.sizes.items()
        if need is Need.PATTERN and not any(key in model.config for key in family.keys(symbol))
    }
    defined = {symbol.name for symbol in model.definitions}
    return {name: size for name, size in model.sizes.items() if name not in counted | defined}


def _table(model: Model, looked_at: list[Symbol], by_key: frozenset[Symbol]) -> LayerTable | None:
    """Return the layers of each kind for many numbers of layers; None where no other number makes the same kinds."""
    pattern = model.architecture.pattern
    by = next((symbol for symbol in looked_at if symbol.name == "n_layers"), None)
    if pattern is None or by is None:
        return None
    sizes = _before_pattern(model)
    if sizes[by.name] > MOST_LAYERS:
        return None
    kinds = [
        symbol for symbol, need in model.architecture.sizes.items() if need is Need.PATTERN if symbol not in by_key
    ]
    if not kinds:
        return None
    here = sizes[by.name]
    rows: list[Mapping[Symbol, int] | None] = []
    for number in range(1, min(8 * here, MOST_LAYERS) + 1):
        counted: Mapping[Symbol, int] | None = None
        with suppress(ConfigError):
            counted = pattern.count(model.config, {**sizes, by.name: number})
        # Kinds that come or go are other parts of the network.
        same = counted is not None and all(
            (counted.get(kind, model.sizes.get(kind.name)) == 0) is (model.sizes.get(kind.name) == 0) for kind in kinds
        )
        rows.append(counted if same else None)
    if sum(row is not None for row in rows) < 2 or rows[here - 1] is None:
        return None
    counts = {
        kind: tuple(None if row is None else row[kind] for row in rows)
        for kind in kinds
        if all(row is None or kind in row for row in rows)
    }
    return LayerTable(by, counts)


def _rules(derivation: Derivation) -> Iterator[Rule]:
    """Yield what must hold, each rule once; rules that hold for all sizes are left out."""
    seen: set[tuple[Kind, Formula]] = set()
    for rule in _all_rules(derivation):
        new = rule.right is not None or (rule.kind, rule.left) not in seen
        seen.add((rule.kind, rule.left))
        if new and not (rule.kind == "whole" and is_whole(rule.left)):
            yield rule


def _all_rules(derivation: Derivation) -> Iterator[Rule]:
    family = derivation.model.architecture
    for symbol, formula in {**derivation.model.definitions, **derivation.inputs.definitions}.items():
        if symbol.is_integer:
            yield Rule("whole", formula, name=symbol.name)
    for left, right in family.equal:
        yield Rule("equal", left, right)
    of_quantity = derivation.quantity.pairs(derivation.model.seen(derivation.quantity.view), derivation.sizes)
    for left, right in (*family.multiples, *of_quantity[0]):
        yield Rule("multiple", left, right)
    for left, right in (*family.at_most, *of_quantity[1]):
        yield Rule("at most", left, right)
    for visit in derivation.general.walk():
        step = visit.step
        if step.part:
            for axis in integer_formulas(step.part, derivation.sizes):
                yield Rule("whole", axis)
        if step.repeat is not None and visit.above:
            yield Rule("whole", step.repeat)
            if not isinstance(step.repeat, Symbol) or (step.repeat.minimum == 0 and step.value):
                yield Rule("there", step.repeat)
        for formula in (step.one, visit.formula):
            yield Rule("whole", formula, name=step.name)
    yield from _of_results(derivation)


def _of_results(derivation: Derivation) -> Iterator[Rule]:
    """Yield what decides about results: one that holds for one device comes and goes with their number."""
    alone = {result.alone for result in derivation.quantity.results if result.alone}
    for found in derived_results(derivation):
        if found.title in alone and found.formula is not None:
            yield Rule("there", found.formula - 1)
