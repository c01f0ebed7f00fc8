"""Sizes that transformers saves layer by layer (`per_layer_config`), said once for all layers of a kind.

Config classes such as Gemma 4's take a size for a kind of layers and save it again for each of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from symbolic.configs.sizes import LAYER_TYPES
from symbolic.configs.unsupported import OF_EACH_LAYER

if TYPE_CHECKING:
    from symbolic.networks.learned.description import Description

Values = Mapping[str, Any]
DIGITS = 8
"""No network has layers whose numbers have so many."""


def said_by_kind(values: Values) -> Values:
    """Return a config without `per_layer_config`, its own and its parts', where keys for kinds of layers say it."""
    inner = {key: _said(part) for key, part in values.items() if isinstance(part, Mapping) and OF_EACH_LAYER in part}
    own = _said(values) if OF_EACH_LAYER in values else values
    return {**own, **inner} if inner else own


def _said(values: Values) -> Values:
    """Return one network's config with the keys of its type for a kind of layers; as it is where these don't say it."""
    from symbolic.networks.learned import catalogue

    described = catalogue.described(str(values.get("model_type")))
    sizes = _sizes(described[0], values) if described else None
    if sizes is None or any(values.get(key) not in (None, size) for key, size in sizes.items()):
        return values
    return {**{key: value for key, value in values.items() if key != OF_EACH_LAYER}, **sizes}


def _sizes(description: Description, values: Values) -> dict[str, int | None] | None:
    """Return the type's keys for a kind of layers with what the layers say; None where they say something else."""
    each, kinds = values[OF_EACH_LAYER] or {}, values.get(LAYER_TYPES)
    if not (description.kinds and isinstance(each, Mapping) and isinstance(kinds, list)):
        return None
    if not all(isinstance(layer, Mapping) for layer in each.values()):
        return None
    said: dict[str, Any] = {str(at): layer for at, layer in each.items() if layer != {}}
    known = {**description.keys, **values}
    rules = [rule for rule in description.kinds if rule.where is None or rule.where.holds(known)]
    made: dict[str, int | None] = {}
    for kind in dict.fromkeys(rule.kind for rule in rules):
        layers = [said.pop(at) for at in list(said) if _kind(kinds, at) == kind]
        if layers and (len(layers) != kinds.count(kind) or any(layer != layers[0] for layer in layers)):
            return None
        layer = dict(layers[0]) if layers else {}
        for rule in (rule for rule in rules if rule.kind == kind):
            # Where no layer has it otherwise, it is that of the others; a key that may be null is then null.
            others = None if description.keys.get(rule.name) is None else known.get(rule.key)
            size = layer.pop(rule.key, others)
            if not (size is None or type(size) is int):
                return None
            made[rule.name] = size
        if any(size != known.get(key) for key, size in layer.items()):
            return None
    return None if said else made


def _kind(kinds: list[Any], number: str) -> Any:
    """Return the kind of the layer of a number, which is written as "5" or "05"; None where there is no such layer."""
    at = int(number) if number.isdecimal() and len(number) < DIGITS else len(kinds)
    return kinds[at] if at < len(kinds) else None
