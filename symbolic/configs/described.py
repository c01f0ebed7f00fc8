"""Configs of types without a family written by hand: read with the description that was learned from their code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from symbolic.configs.given import Given
from symbolic.configs.harmless import ACTIVATION_KEYS, FIXED_EVERYWHERE, HARMLESS, SPECIAL
from symbolic.errors import ConfigError, listed, shown
from symbolic.networks import families
from symbolic.networks.family import Need
from symbolic.networks.layers.activations import WITHOUT_WEIGHTS
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.family import Specific, specific
from symbolic.networks.learned.naming import named
from symbolic.networks.learned.values import Undefined, opened

UNUSED = "the code makes no weight of it"
TOKEN = re.compile(r"_token_(id|ids|index)$")
LONGEST_LIST = 20_000


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


def _of_class(found: tuple[Description, ...], values: Mapping[str, Any], source: str) -> Description:
    classes = values.get("architectures")
    wanted = [str(name) for name in classes] if isinstance(classes, list | tuple) else []
    for name in wanted:
        for description in found:
            if description.model_class == name:
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


def read(
    description: Description, values: Mapping[str, Any], source: str
) -> tuple[Specific, dict[str, str], tuple[str, ...]]:
    """Return the family and values of a config, the keys that change nothing with reasons, and unknown keys."""
    try:
        _check(description, values, source)
        made = specific(description, values)
    except Undefined as problem:
        raise ConfigError(f"{source}: {problem}") from None
    _check_sizes(made, source)
    harmless, unknown = _accounted(description, made, values, source)
    return made, harmless, unknown


def _check_sizes(made: Specific, source: str) -> None:
    """Refuse sizes that are smaller than any network's, such as a width of 0."""
    for symbol, need in made.family.sizes.items():
        size = made.sizes.get(symbol.name, symbol.minimum)
        if need is not Need.PATTERN and size < symbol.minimum:
            raise ConfigError(f"{source}: {symbol.name} must be at least {symbol.minimum}, got {shown(size)}")


def _check(description: Description, values: Mapping[str, Any], source: str) -> None:
    flat = opened(description, values)
    said = {**description.keys, **flat}
    for together in description.never:
        if together.holds(said):
            raise ConfigError(
                f"{source}: {together} makes a network that our description of {description.model_type} does not "
                "cover; change one of these keys, or leave it out"
            )
    _check_parts(description, values, flat, source)
    for key, value in flat.items():
        name = description.aliases.get(key, key)
        if description.part:
            name = name.removeprefix(f"{description.part}.")
        if name in description.fixed and value != description.fixed[name]:
            raise ConfigError(
                f"{source}: {key} {shown(value)} makes a network that our description of {description.model_type} does "
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


def _accounted(
    description: Description, made: Specific, values: Mapping[str, Any], source: str
) -> tuple[dict[str, str], tuple[str, ...]]:
    harmless: dict[str, str] = {}
    unknown: list[str] = []
    symbols = {symbol.name for symbol in made.family.sizes}
    for key, value in opened(description, values).items():
        name = description.aliases.get(key, key)
        if description.part:
            name = name.removeprefix(f"{description.part}.")
        last = name.rpartition(".")[2]
        if name in description.keys or name in symbols or name in description.fixed:
            continue
        if last in ACTIVATION_KEYS and isinstance(value, str) and value not in WITHOUT_WEIGHTS:
            raise ConfigError(
                f"{source}: {key} {shown(value)} is not an activation function that we know to have no weights; "
                f"one of {', '.join(sorted(WITHOUT_WEIGHTS))}"
            )
        if last in HARMLESS:
            harmless[key] = HARMLESS[last]
        elif name in description.harmless or (last in FIXED_EVERYWHERE and value == FIXED_EVERYWHERE[last]):
            harmless[key] = UNUSED
        elif TOKEN.search(last):
            harmless[key] = SPECIAL
        elif last in ("architectures", "model_type"):
            harmless[key] = "names the class"
        else:
            unknown.append(key)
    return harmless, tuple(unknown)
