"""What Python code and the command use: load a model, derive a quantity of it."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

from symbolic import hub, models, quantities, reading
from symbolic.derivation import Derivation, derive
from symbolic.errors import ConfigError
from symbolic.formula import Exact, Formula
from symbolic.inputs import Given
from symbolic.model import Model, is_config, make_model


def load(
    config: Mapping[str, object] | str | PathLike[str], *, name: str | None = None, architecture: str | None = None
) -> Model:
    """The model that a dict, a file (`FILE`, `FILE::NAME`), `-`, a bundled model's name or an `org/name` id describes.

    Raises ConfigError where it describes none, or several: then name one of them.
    """
    if isinstance(config, Mapping):
        return make_model(name or "model", config, name or "the dict", architecture)
    found = load_all(fspath(config), architecture=architecture)
    if len(found) > 1:
        names = ", ".join(model.name for model in found)
        raise ConfigError(f"{fspath(config)} has {len(found)} models: {names}; name one as {fspath(config)}::NAME")
    return found[0]


def load_all(given: str, *, architecture: str | None = None) -> list[Model]:
    """Every model that a file or a name describes."""
    if given in models.names() or not reading.looks_like_a_file(given):
        return [models.find(given).model(architecture)]
    if hub.is_repository(given):
        [config] = reading.read(hub.fetch_config(given), is_config)
        return [make_model(given, config.values, f"Hugging Face Hub, {given}, config.json", architecture)]
    return [
        make_model(config.name, config.values, config.source, architecture) for config in reading.read(given, is_config)
    ]


def explain(
    model: Model | Mapping[str, object] | str | PathLike[str],
    quantity: str = "parameters",
    *,
    convention: str = "",
    inputs: Given | None = None,
    dtype: str = "",
    device: str = "",
    **options: Any,
) -> Derivation:
    """The derivation of a quantity of a model (or of what `load` takes, with its options).

    `convention` is the quantity's default where it is not given; `inputs` are the quantity's own symbols, such as
    `tokens`, each with a default; `dtype` and `device` set several of them by a name from our tables.
    """
    loaded = model if isinstance(model, Model) else load(model, **options)
    found = quantities.find(quantity)
    given: dict[str, Exact | Formula] = {}
    if device or dtype:
        from symbolic import hardware

        given |= hardware.given_by(found, dtype, device)
    return derive(loaded, found, found.convention(convention), given | dict(inputs or {}))


def count(model: Model) -> dict[str, int]:
    """The number of parameters under each convention."""
    quantity = quantities.find("parameters")
    return {name: derive(model, quantity, found).total for name, found in quantity.conventions.items()}
