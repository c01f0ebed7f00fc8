"""A described type as a family, for one config: the sizes that it uses, its switches, the tree that they make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.vocabulary import image_height, image_width, images, n_predict_layers, tokens
from symbolic.language import lazy as _
from symbolic.networks.blocks import Block, Kind, weights
from symbolic.networks.blocks import symbols as symbols_of
from symbolic.networks.family import Family, Need, Option, Options, Pattern, Source
from symbolic.networks.learned import tree
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.description import Description, Module, Tensor
from symbolic.networks.learned.naming import ACTIVE, named
from symbolic.networks.learned.predicting import KEY, predicted, with_predicting
from symbolic.networks.learned.roles import readable
from symbolic.networks.learned.values import canonical, raw, settled

VERSION = "5.24"
WEIGHTS_ONLY = frozenset({"parameters", "weight-memory", "checkpoint-size", "training-states"})
MODULE = ".weight"
ADAPTERS = frozenset({"lora-parameters", "lora-memory"})
CODE = "https://github.com/huggingface/transformers/tree/main/src/transformers/models"
TIED = _("the output head uses the token embedding's table")
UNTIED = _("the output head has a matrix of its own")


@dataclass(frozen=True)
class Specific:
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
    given = {by_name.get(key, key): value for key, value in canonical(description, config).items()}
    values = raw(description, given)
    switches = {key: value for key, value in values.items() if isinstance(value, (bool, str))}

    further = predicted(description.model_type, config)
    made = _Made(description, values, symbols, bool(further))
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

    derives = _derives(description, building.values)
    family = Family(
        name=description.model_type,
        title=_title(description),
        about=_read_off(description),
        sizes=sizes,
        network=made.network,
        options=tuple(_option(description, key, value) for key, value in switches.items()),
        aliases=aliases,
        pattern=Pattern(lists, partial(_count, description, tuple(building.counts))) if building.counts else None,
        multiples=tuple(building.multiples),
        model_types=(description.model_type,),
        sources=(Source(_read_off(description), _address(description)),),
        of_one_config=True,
        only=WEIGHTS_ONLY
        | derives
        | _following(derives, network)
        | ({"tensor-elements"} if description.named or further else set())
        | (ADAPTERS if description.adapts and _in_modules(network) else frozenset()),
        partly=_partly(description, derives, building.values),
        lacks=description.lacks,
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


def _in_modules(network: Block) -> bool:
    """Return whether each matrix is a module's; beside stacked experts an adapter may stand or not."""
    matrices = (leaf.weight for leaf in weights(network) if leaf.weight.kind is Kind.MATRIX)
    return all(name.endswith(MODULE) for matrix in matrices for name in matrix.tensors or ("",))


@dataclass(frozen=True)
class _Made:
    """What the values of a config make of a description, with any switches: a family that another process gets too."""

    description: Description
    values: Mapping[str, Any]
    symbols: Mapping[str, Symbol]
    predicts: bool = False

    # Known by what it is, not by its values: those of a config are no hash.
    __hash__ = object.__hash__

    def built(self, options: Options) -> tuple[Block, Building, dict[str, Formula]]:
        found, formulas = settled(self.description, {**self.values, **options})
        active = active_experts(self.description)
        known = active if isinstance(found.get(active), int) else ""
        worked_out = frozenset(let.key for let in self.description.lets) - self.description.keys.keys()
        building = Building(found, self.symbols, known, _causal(self.description), worked_out)
        network = tree.network(self.description, building, _title(self.description))
        return with_predicting(network, self.description.model_type) if self.predicts else network, building, formulas

    def network(self, options: Options) -> Block:
        return self.built(options)[0]


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


MISSING = _(
    "It counts the products with matrices, each matrix once for every token, and of experts those that work on a token."
    " Products without weights, such as the scores of attention, are missing: what the code of this class computes "
    "could not be put into formulas, or does not equal what was counted."
)
WRITING = _(
    "It counts what the language model computes for its tokens, those that stand for images or sounds among them. What "
    "the parts before it compute, which make these tokens, is missing: it could not be put into formulas."
)


def _partly(description: Description, derives: frozenset[str], values: Mapping[str, Any]) -> Mapping[str, str] | None:
    """What is known of the forward pass where that is not all, and why."""
    if description.partly:
        refused = any(quantity == "forward-flops" and where.holds(values) for quantity, where in description.refuses)
        return None if refused else {"forward-flops": WRITING}
    if "forward-flops" in derives or _is_wide(description):
        return None
    return {"forward-flops": MISSING}


def _is_wide(description: Description) -> bool:
    """Whether its parts may work on different numbers of tokens (several stacks, an image), or on none."""
    return description.traced or len(list(_stacks(description.root))) > 1 or _convolves_only(description.root)


def _convolves_only(module: Module) -> bool:
    """Whether nothing but convolutions works on what runs through: there are no matrices that tokens meet."""
    inner = [part for part in module.parts if isinstance(part, Module)]
    owners = {part.owner for part in module.parts if isinstance(part, Tensor)}
    return owners <= {"conv", "deconv", "norm", "embedding"} and all(map(_convolves_only, inner))


def _stacks(module: Module) -> Iterator[Module]:
    """The outermost stacks."""
    for part in module.parts:
        if isinstance(part, Module):
            if part.repeat:
                yield part
            else:
                yield from _stacks(part)


def _causal(description: Description) -> bool:
    """Whether no token looks at later ones: the convention that leaves masked pairs out asks."""
    if description.ahead:
        return False
    return description.model_class.endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration"))


def _derives(description: Description, values: Mapping[str, Any]) -> frozenset[str]:
    """What is known beside the weights for a config's values."""
    refused = {quantity for quantity, where in description.refuses if where.holds(values)}
    found = description.derives - refused
    return found - {"training-flops"} if "forward-flops" in refused else found


def _following(derives: frozenset[str], network: Block) -> frozenset[str]:
    """What stands on that: a cache lies beside the weights; a text alone is trained on, and written token by token."""
    found = {"serving-memory"} if "kv-cache" in derives else set()
    of_run = {one for one in symbols_of(network) if one.of_run}
    if of_run.isdisjoint((images, image_height, image_width)) and (tokens in of_run or "kv-cache" in derives):
        found |= {"training-cost"} if "training-flops" in derives else set()
        found |= {"arithmetic-intensity"} if derives >= {"forward-flops", "kv-cache"} else set()
    return frozenset(found)


def _read_off(description: Description) -> str:
    """Return where the description comes from."""
    if description.code:
        return f"read off {description.code[0]}, which is published with the weights, class {description.model_class}"
    by = "installed here" if description.traced else f"of transformers {VERSION}"
    return f"read off the code {by}, class {description.model_class}"


def _address(description: Description) -> str:
    """Return where the code can be read; "" where that is what is installed here."""
    if description.code:
        return description.code[1]
    return "" if description.traced else CODE


def _is_given(key: str, given: Mapping[str, Any], others: tuple[str, ...]) -> bool:
    return any(name.partition("[")[0] in given for name in (key, *others))


def _need(description: Description, key: str) -> Need | int:
    default = description.keys.get(key)
    return default if isinstance(default, int) and not isinstance(default, bool) else Need.REQUIRED


def active_experts(description: Description) -> str:
    """The key that says how many experts work on one token."""
    found = [key for key in description.keys if key.rpartition(".")[2] in ACTIVE]
    return next((key for key in found if description.keys[key] is not None), found[0] if found else "")


def _title(description: Description) -> str:
    return description.model_class


def _option(description: Description, key: str, value: bool | str) -> Option:
    last = key.rpartition(".")[2]
    default = description.keys[key]
    said = readable(last).removeprefix("use ")
    meaning = _("{option} is switched on", option=said) if isinstance(value, bool) else _("{option} is so", option=said)
    without = _("{option} is switched off", option=said)
    if last == "tie_word_embeddings":
        meaning, without = TIED, UNTIED
    return Option(
        key,
        default=default if isinstance(default, (bool, str)) else value,
        meaning=meaning,
        without=without,
        choices=() if isinstance(value, bool) else (value,),
        quiet=True,
    )
