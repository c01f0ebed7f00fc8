"""Configs that are Python objects: transformers' configs, dataclasses, pydantic's models, namespaces, OmegaConf's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

from symbolic.errors import ConfigError, shown

METHODS = ("to_dict", "model_dump")


def as_mapping(given: Any) -> Mapping[str, object]:
    """Return what an object says of itself, by its own way to say it; ConfigError where it has none."""
    if isinstance(given, Mapping):
        return {key: _plain(value) for key, value in given.items()}
    for method in METHODS:
        say = getattr(given, method, None)
        if callable(say) and not isinstance(given, type):
            said = say()
            if isinstance(said, Mapping):
                return said
    if is_dataclass(given) and not isinstance(given, type):
        return asdict(given)
    try:
        fields = vars(given)
    except TypeError:
        raise ConfigError(
            f"{shown(given)} is no config; give a dict, a file's path, a dataclass, or an object with to_dict()"
        ) from None
    return {key: value for key, value in fields.items() if not key.startswith("__") and not callable(value)}


def _plain(value: object) -> object:
    """Return a dict for each mapping inside, a list for each sequence of another library's."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if type(value).__name__ == "ListConfig":
        return [_plain(part) for part in value]  # type: ignore[attr-defined]
    return value
