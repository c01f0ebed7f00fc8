"""A model with some sizes set otherwise: the same config with other numbers, read and checked like any config."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.configs.model import Model, make_model
from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import SYMBOLS


def variant(model: Model, sizes: Mapping[str, int]) -> Model:
    """The model that the config makes with these sizes; ConfigError where they can't belong together."""
    family = model.architecture
    replaced = {key for name in sizes for key in family.keys(SYMBOLS[name])}
    config = {key: value for key, value in model.config.items() if key not in replaced}
    return make_model(model.name, {**config, **sizes}, model.name, family.name)


def contradiction(model: Model, sizes: Mapping[str, int]) -> str:
    """Why these sizes make no config; "" where they do."""
    try:
        variant(model, sizes)
    except ConfigError as problem:
        return str(problem).removeprefix(f"{model.name}: ")
    return ""


def valid(model: Model, sizes: Mapping[str, int]) -> Model | None:
    """The same, or None where the sizes contradict each other."""
    try:
        return variant(model, sizes)
    except ConfigError:
        return None
