"""How many layers are of which kind, read off a config: a list of kinds, every nth layer, a list of layers.

Only a list that the config itself holds is walked; everything else is arithmetic, so that depth costs nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Symbol
from symbolic.networks.family import Place

SLIDING = "sliding_attention"
FULL = "full_attention"


def count_types(
    values: Mapping[str, object], sizes: Mapping[str, int], kinds: Mapping[str, Symbol | None]
) -> dict[Symbol, int] | None:
    """Return the number of layers of each kind in the config's list `layer_types`, or None without such a list.

    `kinds` says which symbol counts a kind; None for a kind that is the rest. Two kinds may share a symbol.
    ConfigError where the list is not as long as there are layers, or names another kind.
    """
    listed = values.get("layer_types")
    if listed is None:
        return None
    if not isinstance(listed, list | tuple):
        raise ConfigError(f"layer_types must be a list with a kind for each layer, got {shown(listed)}; give a list")
    if len(listed) != sizes["n_layers"]:
        raise ConfigError(
            f"layer_types names {len(listed)} layers and n_layers is {shown(sizes['n_layers'])}; "
            "give one kind for each layer"
        )
    strange = next((kind for kind in listed if not isinstance(kind, str) or kind not in kinds), None)
    if strange is not None:
        raise ConfigError(f"layer_types has a layer of the kind {shown(strange)}; one of {', '.join(kinds)}")
    found = Counter(kinds[kind] for kind in listed)
    return {symbol: found[symbol] for symbol in kinds.values() if symbol is not None}


def listed_place(values: Mapping[str, object], kind: str) -> Place | None:
    """Return which layers the config's list `layer_types` says are of a kind, or None without such a list."""
    listed = values.get("layer_types")
    return (lambda layer: listed[layer] == kind) if isinstance(listed, list | tuple) else None


def every(step: int, total: int) -> int:
    """Return how many of `total` layers, numbered from 1, have a number that `step` divides."""
    return total // step


def from_layer(first: int, total: int) -> int:
    """Return how many of `total` layers, numbered from 0, come at `first` or later."""
    return max(0, total - first)


def whole_number(values: Mapping[str, object], key: str, default: int, minimum: int = 1) -> int:
    """Return a number of the pattern, such as "every 6th layer"; ConfigError where it is none or too small."""
    value = values.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int):
        raise ConfigError(f"{key} must be a whole number, got {shown(value)}; give a whole number")
    if value < minimum:
        raise ConfigError(f"{key} must be at least {minimum}, got {shown(value)}; give a larger one")
    return value


def check_not_null(values: Mapping[str, object], key: str) -> None:
    """Raise ConfigError for a number of the pattern that is null: code that compares with it fails."""
    if key in values and values[key] is None:
        raise ConfigError(f"{key} is null, which says no number; give a whole number, or leave {key} out")


def listed_layers(values: Mapping[str, object], key: str, total: int) -> frozenset[int]:
    """Return the layers that a config lists by their numbers, from 0; ConfigError where one does not exist."""
    listed = values.get(key)
    if listed is None:
        return frozenset()
    if not isinstance(listed, list | tuple):
        raise ConfigError(f"{key} must be a list of layer numbers, got {shown(listed)}; give a list")
    for layer in listed:
        if isinstance(layer, bool) or not isinstance(layer, int) or not 0 <= layer < total:
            raise ConfigError(
                f"{key} names layer {shown(layer)} and n_layers is {shown(total)}; "
                "the layers are numbered from 0 to one less than that"
            )
    return frozenset(listed)
