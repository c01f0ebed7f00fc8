"""Configs of types without a family written by hand: read with the description that was learned from their code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import reduce
from operator import getitem
from typing import Any

from symbolic.configs.accounting import Account
from symbolic.configs.described_checks import check, check_sizes
from symbolic.configs.described_keys import accounted, in_parts
from symbolic.configs.described_values import name_of
from symbolic.configs.sizes import check_named_layers
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.vocabulary import name_of_key
from symbolic.networks import families
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.family import Specific, specific
from symbolic.networks.learned.naming import named
from symbolic.networks.learned.values import Undefined, opened, raw, with_parts_named


def description_of(values: Mapping[str, Any], source: str, architecture: str | None) -> Description | None:
    """The description that a config's model_type asks for; None where a family is written by hand, or none is known."""
    model_type = architecture or values.get("model_type")
    if not isinstance(model_type, str) or model_type in families.names():
        return None
    if (traced := catalogue.traced(model_type)) is not None:
        return traced
    classes = catalogue.classes(model_type)
    if not classes:
        return None
    found = catalogue.one(model_type, _of_class(model_type, classes, values, source))
    if not (found.towers or any(key.endswith("_config") for key in found.keys)):
        return found
    # A type of one network has no use for what puts several together.
    from symbolic.networks.learned.composing import composed

    try:
        return composed(found, values)
    except Undefined as problem:
        raise ConfigError(f"{source}: {problem}") from None


def type_of_classes(names: Iterable[object]) -> str | None:
    """Return the one described type that has a class of these names, for a config that does not say its type."""
    found = {model_type for name in names for model_type in catalogue.types_of_class(str(name))}
    return found.pop() if len(found) == 1 else None


def has_several(description: Description) -> bool:
    """Return whether the description's type has other classes beside this one."""
    return not description.traced and len(catalogue.classes(description.model_type)) > 1


def _of_class(model_type: str, described: Sequence[str], values: Mapping[str, Any], source: str) -> int:
    """Return which of a type's described classes a config asks for; the first where it names none."""
    classes = values.get("architectures")
    wanted = [str(name) for name in classes] if isinstance(classes, list | tuple) else []
    own = values.get("auto_map")
    # Where the body was saved, without a head: the class that a loader takes from the code beside the weights.
    is_body = bool(wanted) and not any("For" in name or "Head" in name for name in wanted)
    loaded = [str(name).rpartition(".")[2] for name in own.values()] if is_body and isinstance(own, dict) else []
    plain = [name.replace("_", "") for name in described]
    for name in (*wanted, *loaded):
        if (same := name.replace("_", "")) in plain:
            return plain.index(same)
    if wanted and not any(_same_head(name, described[0]) for name in wanted):
        raise ConfigError(
            f"{source}: architectures {shown(wanted[0])} is a class of {model_type} that is not described; "
            f"described: {listed(list(described))}; leave architectures out to have the first"
        )
    return 0


def _same_head(name: str, described: str) -> bool:
    """Return whether a class of another name, such as one of a model's own code, has the head of the described one."""
    return any(name.endswith(head) and described.endswith(head) for head in ("ForCausalLM", "LMHeadModel"))


def with_sizes(description: Description, values: Mapping[str, Any], sizes: Mapping[str, int]) -> dict[str, Any]:
    """Return a config with sizes under our names, such as those of a sweep, put where its class reads them.

    `emb_dim` may be `hidden_size` in `text_config`, and `hidden_sizes_0` is an item of `hidden_sizes`. What is no size
    of the class stands beside the others.
    """
    made = dict(with_parts_named(description, values))
    whole = {symbol.name: key for key, symbol in named(description.keys, traced=description.traced).items()}
    flat, known = opened(description, made), {**description.usual, **raw(description, made)}
    lists = {key: deepcopy(value) for key, value in known.items() if isinstance(value, list)}
    items = {name: place for key, value in lists.items() for name, place in _items(key, value)}
    for name, size in sizes.items():
        if name in whole:
            _set(made, _spelled(description, made, flat, whole[name]), size, known)
        elif name in items:
            key, (*above, last) = items[name]
            reduce(getitem, above, lists[key])[last] = size
            _set(made, _spelled(description, made, flat, key), lists[key], known)
        else:
            made[name] = size
    return made


def _items(
    key: str, value: list[Any], above: tuple[int, ...] = ()
) -> Iterator[tuple[str, tuple[str, tuple[int, ...]]]]:
    """Yield the numbers in a list, and in the lists within it: our name of each, and where it stands."""
    for index, item in enumerate(value):
        place = (*above, index)
        if isinstance(item, list):
            yield from _items(key, item, place)
        elif isinstance(item, int) and not isinstance(item, bool):
            yield name_of_key(key + "".join(f"[{at}]" for at in place)), (key, place)


def _spelled(description: Description, values: Mapping[str, Any], flat: Mapping[str, Any], key: str) -> str:
    """Return how a config calls a key of its type's description: by one of its other names, in a part or beside it."""
    inside = f"{description.part}." if description.part else ""
    names = (key, *(said for said, name in description.aliases.items() if name == key))
    said = next((one for name in names for one in (inside + name, name) if one in flat), "")
    if not said:
        said = inside + key if any(one.startswith(inside) for one in flat) else key
    beside = description.flat and not isinstance(values.get(description.flat), Mapping)
    return said.removeprefix(f"{description.flat}.") if beside else said


def _set(values: dict[str, Any], key: str, value: object, known: Mapping[str, Any]) -> None:
    """Put a value where a key such as `text_config.vocab_size` says.

    A part that the config does not give is written out as the type has it, since one that gives some sizes may have
    other defaults; a null among these is left out, since many classes take none. What the config shares with others
    is copied.
    """
    *above, last = key.split(".")
    for depth, part in enumerate(above, start=1):
        inner = values.get(part)
        if not isinstance(inner, Mapping):
            prefix = ".".join(above[:depth]) + "."
            inner = {name.removeprefix(prefix): one for name, one in known.items() if name.startswith(prefix)}
            inner = {name: one for name, one in inner.items() if "." not in name and one is not None}
        values[part] = values = dict(inner)
    values[last] = value


def read(
    description: Description, values: Mapping[str, Any], source: str, *, changed: bool = False
) -> tuple[Specific, Account]:
    """Return the family and values of a config, and what its other keys are; one that is `changed` may have more."""
    values = with_parts_named(description, values)
    try:
        check(description, values, source)
        made = specific(description, in_parts(description, values))
    except Undefined as problem:
        raise ConfigError(f"{source}: {problem}") from None
    except ZeroDivisionError:
        raise ConfigError(f"{source}: a size by which another is divided is 0; give at least 1") from None
    check_sizes(description, made, source)
    check_named_layers(values, made.sizes, source, changed=changed)
    accounts = accounted(description, made, values, source)
    if accounts.unknown and not _says_anything(description, values):
        raise ConfigError(
            f"{source}: none of its keys is a size of {description.model_type}'s; the config has "
            f"{listed(list(values)[:12])}; give a config.json, or model_type alone to have the type's defaults"
        )
    return made, accounts


def _says_anything(description: Description, values: Mapping[str, Any]) -> bool:
    """Return whether a config says something of its network beside its type."""
    return any(name_of(description, key) in description.keys for key in opened(description, values))
