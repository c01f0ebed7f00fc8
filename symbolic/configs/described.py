"""Configs of types without a family written by hand: read with the description that was learned from their code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from symbolic.configs.accounting import Account
from symbolic.configs.given import Given
from symbolic.configs.harmless import ACTIVATION_KEYS, FIXED_EVERYWHERE, HARMLESS, SPECIAL, SPECIAL_TOKEN
from symbolic.configs.prediction import DESCRIBES, is_of_prediction, predicting
from symbolic.configs.unsupported import OF_EACH_LAYER
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.language import lazy as _
from symbolic.networks import families
from symbolic.networks.family import Need
from symbolic.networks.layers.activations import NAMED_OTHERWISE, WITHOUT_WEIGHTS
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description, ListMade, words
from symbolic.networks.learned.family import Specific, specific
from symbolic.networks.learned.naming import named
from symbolic.networks.learned.values import Undefined, opened, raw, with_parts_named

OF_A_KIND = ("swa_", "global_", "vt_", "init_")
"""What keys begin with that are those of one kind of layer or of one part, where a config has them twice."""
UNUSED = "the code makes no weight of it"
LONGEST_LIST = 20_000
KINDS = re.compile(r"(layer|block|indexer)s?(_block)?_types?$")
"""Keys that say of which kind each layer is."""
PLAIN = (("full_attention",), ("dense", "sparse"))
"""Kinds that need no word in a description: of a layer, and of its feed-forward network."""


def description_of(values: Mapping[str, Any], source: str, architecture: str | None) -> Description | None:
    """The description that a config's model_type asks for; None where a family is written by hand, or none is known."""
    model_type = architecture or values.get("model_type")
    if not isinstance(model_type, str) or model_type in _by_hand():
        return None
    found = catalogue.described(model_type)
    if not found:
        return None
    if found[0].traced:
        return found[0]
    try:
        return composed(_of_class(found, values, source), values)
    except Undefined as problem:
        raise ConfigError(f"{source}: {problem}") from None


def type_of_classes(names: Iterable[object]) -> str | None:
    """Return the one described type that has a class of these names, for a config that does not say its type."""
    found = {model_type for name in names for model_type in catalogue.types_of_class(str(name))}
    return found.pop() if len(found) == 1 else None


def _of_class(found: tuple[Description, ...], values: Mapping[str, Any], source: str) -> Description:
    classes = values.get("architectures")
    wanted = [str(name) for name in classes] if isinstance(classes, list | tuple) else []
    own = values.get("auto_map")
    # Where the body was saved, without a head: the class that a loader takes from the code beside the weights.
    is_body = bool(wanted) and not any("For" in name or "Head" in name for name in wanted)
    loaded = [str(name).rpartition(".")[2] for name in own.values()] if is_body and isinstance(own, dict) else []
    for name in (*wanted, *loaded):
        for description in found:
            if description.model_class.replace("_", "") == name.replace("_", ""):
                return description
    if wanted and not any(_same_head(name, found[0]) for name in wanted):
        known = listed([description.model_class for description in found])
        raise ConfigError(
            f"{source}: architectures {shown(wanted[0])} is a class of {found[0].model_type} that is not described; "
            f"described: {known}; leave architectures out to have the first"
        )
    return found[0]


def _same_head(name: str, description: Description) -> bool:
    """Return whether a class of another name, such as one of a model's own code, has the head of the described one."""
    return any(
        name.endswith(head) and description.model_class.endswith(head) for head in ("ForCausalLM", "LMHeadModel")
    )


def _by_hand() -> frozenset[str]:
    names = families.names()
    return frozenset(names) | frozenset(one for family in families.all_families() for one in family.model_types)


def read(description: Description, values: Mapping[str, Any], source: str) -> tuple[Specific, Account]:
    """Return the family and values of a config, and what its other keys are."""
    values = with_parts_named(description, values)
    try:
        _check(description, values, source)
        made = specific(description, values)
    except Undefined as problem:
        raise ConfigError(f"{source}: {problem}") from None
    except ZeroDivisionError:
        raise ConfigError(f"{source}: a size by which another is divided is 0; give at least 1") from None
    _check_sizes(description, made, source)
    return made, _accounted(description, made, values, source)


def _check_sizes(description: Description, made: Specific, source: str) -> None:
    """Refuse sizes that are smaller than any network's, such as a width of 0, unless the class has that default."""
    usual = {symbol: description.keys[key] for key, symbol in named(description.keys).items()}
    for symbol, need in made.family.sizes.items():
        size = made.sizes.get(symbol.name, symbol.minimum)
        if need is not Need.PATTERN and size < symbol.minimum and size != usual.get(symbol):
            raise ConfigError(f"{source}: {symbol.name} must be at least {symbol.minimum}, got {shown(size)}")


def _called(description: Description) -> str:
    return description.model_class if description.traced else description.model_type


def _check(description: Description, values: Mapping[str, Any], source: str) -> None:
    flat = opened(description, values)
    said = {**description.keys, **flat}
    for together in description.never:
        if together.holds(said):
            if unsaid := re.fullmatch(r"(\w+) is none", str(together)):
                raise ConfigError(
                    f"{source}: {unsaid[1]} is not given, and no one default of it holds for all that is published as "
                    f"{_called(description)}; say what {unsaid[1]} is"
                )
            if description.traced:
                raise ConfigError(
                    f"{source}: {together} holds, where the code of {_called(description)} may build something else "
                    "than it did; trace it with these sizes"
                )
            raise ConfigError(
                f"{source}: {together} makes a network that our description of {_called(description)} does not "
                "cover; change one of these keys, or leave it out"
            )
    _check_each_layer(description, flat, source)
    _check_kinds(description, flat, source)
    _check_parts(description, values, flat, source)
    for key, value in flat.items():
        name = description.aliases.get(key, key)
        if description.part:
            name = name.removeprefix(f"{description.part}.")
        if name in description.fixed and value != description.fixed[name]:
            raise ConfigError(
                f"{source}: {key} {shown(value)} makes a network that our description of {_called(description)} does "
                f"not cover; it holds for {key} {shown(description.fixed[name])}"
            )
        if name not in description.keys or value is None or value == description.keys[name]:
            continue
        default = description.keys[name]
        if isinstance(default, bool):
            if not isinstance(value, bool):
                raise ConfigError(f"{source}: {key} must be true or false, got {shown(value)}; write true or false")
        elif (isinstance(default, int) and isinstance(value, (bool, str, float)) and not isinstance(value, list)) or (
            isinstance(value, int) and not isinstance(value, bool)
        ):
            Given({key: value}, source).integer(key, _least(default))
        elif isinstance(value, list) and len(value) > LONGEST_LIST:
            raise ConfigError(f"{source}: {key} has {len(value):,} items; give at most {LONGEST_LIST:,}")


def _check_each_layer(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError where layers have sizes of their own by a key that any config of transformers may have."""
    for key, value in flat.items():
        if OF_EACH_LAYER in key.split(".") and value not in (None, {}):
            raise ConfigError(
                f"{source}: {OF_EACH_LAYER} gives layers sizes of their own, which our description of "
                f"{description.model_type} does not cover; leave it out to have all layers alike"
            )


def _check_kinds(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a layer of a kind that the description does not name."""
    _check_lengths(description, flat, source)
    for key, value in flat.items():
        name = _name_of(description, key)
        if not (KINDS.search(name) and isinstance(value, list) and name in description.keys):
            continue
        plain = PLAIN["mlp" in name.rpartition(".")[2]]
        known = {*plain, *words(description)}
        other = next((kind for kind in value if isinstance(kind, str) and kind not in known), None)
        if other is not None:
            raise ConfigError(
                f"{source}: {key} has {shown(other)}, a kind of layer that our description of "
                f"{description.model_type} does not cover"
            )


def _check_lengths(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a list of the layers' kinds that ends before the layers do."""
    values = raw(description, flat)
    for let in description.lets:
        given = values.get(let.key)
        if not (KINDS.search(let.key) and isinstance(let.made, ListMade) and isinstance(given, list)):
            continue
        layers = values.get(let.made.length.name) if isinstance(let.made.length, Symbol) else None
        if isinstance(layers, int) and len(given) < layers:
            raise ConfigError(
                f"{source}: {let.key} has {len(given)} items for {layers} layers; give one for each layer"
            )


def _name_of(description: Description, key: str) -> str:
    """Return what the description calls a key of a config."""
    name = description.aliases.get(key, key)
    return name.removeprefix(f"{description.part}.") if description.part else name


def _least(default: object) -> int:
    """Return the least number that a key may have: 0, unless its own default counts from the end."""
    return -LONGEST_LIST if isinstance(default, int) and default < 0 else 0


def _check_parts(description: Description, values: Mapping[str, Any], flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a part without its sizes or a size outside its part, which the code reads otherwise."""
    for key in sorted(description.stated - flat.keys()):
        part, _, last = key.rpartition(".")
        if _has(values, part):
            raise ConfigError(
                f"{source}: {part} does not give {last}, and what the code of {description.model_type} then takes is "
                f"not described; give {last} in {part}, or leave {part} out to have the default one"
            )
    for key, symbol in named(description.keys).items():
        part, _, last = key.rpartition(".")
        outside = (
            part
            and part != description.flat
            and symbol.name == last
            and last in values
            and last not in description.keys
        )
        if outside and values[last] != flat.get(key, description.keys[key]):
            raise ConfigError(
                f"{source}: {last} {shown(values[last])} stands beside {part}, and the code reads that in {part}; "
                f"write it there"
            )


def _has(values: Mapping[str, Any], part: str) -> bool:
    found: Any = values
    for step in part.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return isinstance(found, Mapping)


def _accounted(description: Description, made: Specific, values: Mapping[str, Any], source: str) -> Account:
    harmless: dict[str, str] = {}
    unknown: list[str] = []
    left_out: dict[str, str] = {}
    symbols = {symbol.name for symbol in made.family.sizes}
    counted = raw(description, values)
    for key, value in opened(description, values).items():
        name = description.aliases.get(key, key)
        if description.part:
            name = name.removeprefix(f"{description.part}.")
        last = name.rpartition(".")[2]
        if name in description.keys or name in symbols or name in description.fixed:
            continue
        if more := predicting({key: value}):
            left_out |= more
            continue
        if last in ACTIVATION_KEYS and isinstance(value, str) and value not in (*WITHOUT_WEIGHTS, *NAMED_OTHERWISE):
            raise ConfigError(
                f"{source}: {key} {shown(value)} is not an activation function that we know to have no weights; "
                f"one of {', '.join(sorted(WITHOUT_WEIGHTS))}"
            )
        reason = _reason(description, name, value, counted)
        if reason is None:
            unknown.append(key)
        else:
            harmless[key] = reason
    _check_names(description, values, unknown, source)
    return Account(harmless, tuple(unknown), left_out)


def _check_names(description: Description, values: Mapping[str, Any], unknown: Iterable[str], source: str) -> None:
    """Raise ConfigError for a size under a name that the code does not know, where the size itself is not given.

    The code would take its own default for it.
    """
    flat = opened(description, values)
    given = {_name_of(description, key) for key in flat}
    own = {symbol.name: key for key, symbol in named(description.keys).items()}
    meant = {key: own.get(SIZE_KEYS.get(key, "")) for key in unknown if type(flat[key]) is int}
    lost = {key: name for key, name in meant.items() if name and name not in given}
    if lost:
        raise ConfigError(
            f"{source}: the code of {_called(description)} does not read {listed(list(lost))}; write "
            f"{listed([str(name) for name in lost.values()])}"
        )


def _reason(description: Description, name: str, value: object, counted: Mapping[str, Any]) -> str | None:
    """Return why a key that the network is not made of changes nothing; None where we don't know that."""
    last = name.rpartition(".")[2]
    reasons: tuple[tuple[bool, str], ...] = (
        (last in HARMLESS, HARMLESS.get(last, "")),
        (name.rpartition(".")[0] in description.harmless, UNUSED),
        (name in description.harmless or (last in FIXED_EVERYWHERE and value == FIXED_EVERYWHERE[last]), UNUSED),
        (SPECIAL_TOKEN.search(last) is not None, SPECIAL),
        (last in ("architectures", "model_type"), "names the class"),
        (is_of_prediction(name), DESCRIBES),
        (value is None, _("is not set")),
        (value in ([], {}), _("is empty")),
        (bool(_plain_names(name) & description.harmless), UNUSED),
    )
    found = next((reason for holds, reason in reasons if holds), None)
    if found is None and (other := _repeated(name, value, counted)):
        return _("repeats {key}", key=other)
    return found


def _plain_names(name: str) -> set[str]:
    """Return the key of the same part that has no word before it: `swa_head_dim` -> `head_dim`."""
    part, dot, last = name.rpartition(".")
    return {f"{part}{dot}{last.removeprefix(kind)}" for kind in OF_A_KIND if last.startswith(kind)}


def _repeated(name: str, value: object, counted: Mapping[str, Any]) -> str:
    """Return a key that the network is made of and that says the same in another place; "" where none does."""
    plain, last = _plain_names(name), name.rpartition(".")[2]
    for key, other in counted.items():
        same = key in plain or (key != name and key.rpartition(".")[2] == last)
        if same and other == value and isinstance(value, bool) is isinstance(other, bool):
            return key
    return ""
