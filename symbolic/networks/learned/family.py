"""A described type as a family, for one config: the sizes that it uses, its switches, the tree that they make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.formulas.vocabulary import n_predict_layers
from symbolic.networks.blocks import Block
from symbolic.networks.family import Family, Need, Options, Pairs, Pattern, Source
from symbolic.networks.learned import tree
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.conditions import Compare, Condition
from symbolic.networks.learned.deciding import deciding
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.knowing import (
    ADAPTERS,
    UNEVEN,
    WEIGHTS_ONLY,
    derived,
    following,
    in_modules,
    in_part,
    lacking,
    routing,
)
from symbolic.networks.learned.naming import ACTIVE, named
from symbolic.networks.learned.notation import formula as read
from symbolic.networks.learned.predicting import KEY, predicted, with_predicting
from symbolic.networks.learned.records import Record
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.learned.saying import address, option, read_off, title
from symbolic.networks.learned.values import canonical, raw, settled


class Specific(Record):
    """A family for one config, and what that config makes of it."""

    family: Family
    sizes: Mapping[str, int]
    definitions: Mapping[Symbol, Formula]
    options: Mapping[str, bool | str]
    assumed: frozenset[str]
    keys: frozenset[str]


def specific(description: Description, config: Mapping[str, Any]) -> Specific:
    """Return the family that a config of this type makes; values.Undefined where the config contradicts itself."""
    symbols = named(description.keys, traced=description.traced)
    by_name = {symbol.name: key for key, symbol in symbols.items()}
    said = canonical(description, config)
    # A null under our name, beside the part that has the size, says nothing of it.
    given = {own: value for key, value in said.items() if (own := by_name.get(key, key)) == key or value is not None}
    values = raw(description, given)
    switches = {key: value for key, value in values.items() if isinstance(value, (bool, str))}

    further = predicted(description.model_type, config)
    made = _Made(description, values, symbols, predicts=bool(further))
    network, building, formulas = made.built(switches)
    definitions: dict[Symbol, Formula] = {}
    aliases: dict[Symbol, tuple[str, ...]] = {}
    # A size that the code works out may stand on one above it: from the last to the first.
    for key, formula in reversed(formulas.items()):
        symbol = symbols.get(key) or next((one for one, name in building.used.items() if name == key), None)
        if symbol is None or symbol not in building.used:
            continue
        if isinstance(formula, Symbol) and symbols.get(formula.name) not in building.used and formula.name in given:
            aliases[symbol] = (formula.name,)
            continue
        definitions[symbol] = building.formula(formula, {})
    definitions = _in_turn(definitions)
    sizes: dict[Symbol, Need | int | Formula] = {}
    for symbol, key in building.used.items():
        if symbol in definitions:
            continue
        sizes[symbol] = _need(description, key)
        others = tuple(alias for alias, name in description.aliases.items() if name == key)
        aliases.setdefault(symbol, ())
        beside = (key.removeprefix(f"{description.flat}."),) if description.flat else ()
        aliases[symbol] = tuple(dict.fromkeys((*aliases[symbol], key, *beside, *others)))
    order = list(building.used)
    sizes |= {symbol: definitions[symbol] for symbol in order if symbol in definitions}
    sizes |= dict.fromkeys(building.counts, Need.PATTERN)
    if further:
        sizes[n_predict_layers] = 0
        aliases[n_predict_layers] = (KEY,)
    lists = tuple(key for key, value in building.values.items() if isinstance(value, list) or _is_pattern(key, value))

    derives = derived(description, building.values)
    rules, multiples, at_most = _rules(description, building, {**description.usual, **said})
    family = Family(
        name=description.model_type,
        title=title(description),
        about=read_off(description),
        sizes=sizes,
        network=made.network,
        options=tuple(option(description, key, value) for key, value in switches.items()),
        aliases=aliases,
        pattern=Pattern(lists, partial(_count, description, tuple(building.counts))) if building.counts else None,
        multiples=(*building.multiples, *multiples),
        at_most=(*building.at_most, *at_most),
        model_types=(description.model_type,),
        sources=(Source(read_off(description), address(description)),),
        of_one_config=True,
        only=WEIGHTS_ONLY
        | derives
        | following(derives, network)
        | ({"tensor-elements"} if description.named or further else set())
        | (ADAPTERS if description.adapts and in_modules(network) else frozenset()),
        partly=in_part(description, derives, building.values),
        lacks=lacking(description, derives),
        instead={"training-flops": UNEVEN} if description.uneven else None,
        routes=routing(description, derives, network),
        untested=description.untested,
        spare=description.spare,
        written_out=frozenset(building.written_out),
        deciding=deciding(description, building, rules),
        fixed=description.fixed if description.traced and description.fixed else None,
    )
    # A switch that is thrown may bring sizes that this tree has no use for.
    spare = {
        symbol.name: value
        for key, symbol in symbols.items()
        if isinstance(value := building.values.get(key), int) and not isinstance(value, bool)
    }
    made_sizes = {symbol.name: building.sizes[symbol.name] for symbol in sizes if symbol.name in building.sizes}
    made_sizes |= {n_predict_layers.name: further} if further else {}
    made_sizes |= {name: value for name, value in spare.items() if name not in made_sizes}
    assumed = {
        symbol.name
        for symbol, key in building.used.items()
        if symbol not in definitions and not _is_given(key, given, aliases[symbol])
    }
    assumed |= {key for key in switches if key not in given}
    return Specific(family, made_sizes, definitions, switches, frozenset(assumed), frozenset(description.keys))


def _rules(
    description: Description, building: Building, said: Mapping[str, Any]
) -> tuple[list[Condition], Pairs, Pairs]:
    """Return what the description never is that is a rule of sizes, with those: multiples of others, at most others.

    A config is held to these before; they are for other sizes that somebody tries, in a sweep or on a page. What a
    trace does not cover is no such rule: its code may do something else there. `said` has the keys that change no
    weight, too, such as a number of heads.
    """
    if description.traced:
        return [], (), ()
    rules: list[Condition] = []
    multiples: list[tuple[Formula, Formula]] = []
    at_most: list[tuple[Formula, Formula]] = []
    for never in description.never:
        if not isinstance(never, Compare) or never.sign != ">":
            continue
        whole = isinstance(never.left, Rest) and never.right == Number(0)
        sides = never.left.children if whole else (never.left, never.right)
        left, right = (building.known(side, said) for side in sides)
        if left and right and (left.symbols or right.symbols):
            rules.append(never)
            (multiples if whole else at_most).append((left, right))
    return rules, tuple(multiples), tuple(at_most)


class _Made:
    """What the values of a config make of a description, with any switches: a family that another process gets too.

    Known by what it is, not by its values: those of a config are no hash.
    """

    def __init__(
        self, description: Description, values: Mapping[str, Any], symbols: Mapping[str, Symbol], *, predicts: bool
    ) -> None:
        self.description, self.values, self.symbols, self.predicts = description, values, symbols, predicts
        self.first: tuple[Options, Block] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "first": None}

    def built(self, options: Options) -> tuple[Block, Building, dict[str, Formula]]:
        """Return the tree that these switches make, what was found on the way, and what the config class computes."""
        found, formulas = settled(self.description, {**self.values, **options})
        worked_out = frozenset(let.key for let in self.description.lets) - self.description.keys.keys()
        ahead = self.description.ahead
        building = Building(
            found,
            self.symbols,
            chosen_experts(self.description),
            self.description.causal and not (ahead is not None and ahead.holds(found)),
            worked_out,
            traced=self.description.traced,
        )
        network = tree.network(self.description, building, title(self.description))
        if self.predicts:
            network = with_predicting(network, self.description.model_type)
        self.first = self.first or (options, network)
        return network, building, formulas

    def network(self, options: Options) -> Block:
        """Return the tree that these switches make; that of the config's own was made with its family."""
        return self.first[1] if self.first and self.first[0] == options else self.built(options)[0]


def _in_turn(definitions: Mapping[Symbol, Formula]) -> dict[Symbol, Formula]:
    """Return definitions with each behind those that it stands on."""
    found: dict[Symbol, Formula] = {}
    seen: set[Symbol] = set()

    def add(symbol: Symbol) -> None:
        # Those that stand on each other end the search.
        if symbol in definitions and symbol not in seen:
            seen.add(symbol)
            used = definitions[symbol].symbols
            for other in (one for one in definitions if one in used):
                add(other)
            found[symbol] = definitions[symbol]

    for symbol in definitions:
        add(symbol)
    return found


def _is_pattern(key: str, value: object) -> bool:
    """Return whether a text has a letter for each layer."""
    return isinstance(value, str) and key.endswith("_pattern")


def _count(
    description: Description, symbols: tuple[Symbol, ...], config: Mapping[str, object], found: Mapping[str, int]
) -> Mapping[Symbol, int]:
    """Return how many layers there are of each kind, in a config with these sizes."""
    again = specific(description, {**config, **found})
    return {symbol: again.sizes[symbol.name] for symbol in symbols if symbol.name in again.sizes}


def _is_given(key: str, given: Mapping[str, Any], others: tuple[str, ...]) -> bool:
    return any(name.partition("[")[0] in given for name in (key, *others))


def _need(description: Description, key: str) -> Need | int:
    default = description.keys.get(key)
    return default if isinstance(default, int) and not isinstance(default, bool) else Need.REQUIRED


def chosen_experts(description: Description) -> dict[str, Formula]:
    """Return what says how many experts work on one token, by the part of the config that says it."""
    if description.chooses is not None:
        return {"": description.chooses}
    keys = [key for key in description.keys if key.rpartition(".")[2] in ACTIVE]
    keys.sort(key=lambda key: description.keys[key] is None)
    found: dict[str, Formula] = {}
    for key in keys:
        found.setdefault(key.rpartition(".")[0], read(key))
    return found
