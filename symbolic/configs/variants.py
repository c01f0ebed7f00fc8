"""A model with some sizes set otherwise: the same config with other numbers, read and checked like any config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.configs.labels import NAMES
from symbolic.configs.making import make_model
from symbolic.configs.model import Model
from symbolic.configs.sizes import LAYER_TYPES, check_pairs
from symbolic.errors import ConfigError, shown
from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import SYMBOLS, n_layers
from symbolic.networks.family import Need

STORED_OTHERWISE = "the number format stores a model of these sizes by another rule"


def variant(model: Model, sizes: Mapping[str, int]) -> Model:
    """Return the model that the config makes with these sizes; ConfigError where they can't belong together.

    The number of layers of a kind is set as if the config's pattern of layers said so. What the config only repeats
    (the width of a head beside the two that it follows from) does not bind.
    """
    family = model.architecture
    replaced = {key for name in sizes for key in family.keys(SYMBOLS[name])}
    read = {symbol.name for symbol, need in family.sizes.items() if need is Need.PATTERN}
    counted = {name: size for name, size in sizes.items() if name in read}
    if family.pattern and read and read <= counted.keys():
        replaced.update(family.pattern.keys)
    if n_layers.name in sizes and LAYER_TYPES not in (family.pattern.keys if family.pattern else ()):
        replaced.add(LAYER_TYPES)
    if any(family.sizes.get(SYMBOLS[name]) is Need.LABELS for name in sizes):
        replaced.add(NAMES)
    config = {key: value for key, value in model.config.items() if key in model.used and key not in replaced}
    made = replace(
        make_model(model.name, _with_sizes(model, config, sizes), model.name, family.name),
        stored=model.stored,
        training=model.training,
    )
    if counted:
        made = replace(made, sizes={**made.sizes, **counted})
        check_pairs(family, made.sizes)
    for name, size in sizes.items():
        if (follows := made.sizes.get(name, size)) != size:
            raise ConfigError(
                f"{model.name}: {name} can't be {shown(size)}; it follows from the config, as {shown(follows)}"
            )
    if model.stored and not model.stored.fits(made.sizes, model.sizes):
        raise ConfigError(f"{model.name}: {STORED_OTHERWISE}")
    return made


def _with_sizes(model: Model, config: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[str, object]:
    """Return a config with sizes set; a family that is written by hand reads them under our names."""
    from symbolic.configs import described

    family = model.architecture
    description = described.description_of(config, model.name, family.name) if family.of_one_config else None
    return {**config, **sizes} if description is None else described.with_sizes(description, config, sizes)


def impossible(model: Model, symbol: Symbol, size: int) -> str:
    """Return why no model like this one has this size; "" where one does."""
    try:
        variant(model, {symbol.name: size})
    except ConfigError as problem:
        return str(problem).removeprefix(f"{model.name}: ")
    return ""


def valid(model: Model, sizes: Mapping[str, int]) -> Model | None:
    """Return the same model with these sizes, or None where the sizes contradict each other."""
    try:
        return variant(model, sizes)
    except ConfigError:
        return None
