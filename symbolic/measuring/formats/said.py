"""The values of a `quantization_config`, each read with an error of one line where it is none that we know."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.errors import ConfigError, shown

CONFIG, TEXT = "quantization_config", "text_config"
Said = Mapping[str, object]


def said_in(config: Said) -> object:
    """Return what a config says of its format, where its part that writes text says it too; None where it says none.

    transformers, `get_hf_quantizer`. ConfigError where another part says it: which matrices it is for is not known.
    """
    text = config.get(TEXT)
    for one in (config, text):
        if isinstance(one, Mapping) and one.get(CONFIG) is not None:
            return one[CONFIG]
    parts = {**config, **(text if isinstance(text, Mapping) else {})}
    for key, part in parts.items():
        if isinstance(part, Mapping) and part.get(CONFIG) is not None:
            raise ConfigError(f"{CONFIG} stands in {key}, so that we don't know what it is for; name --dtype")
    return None


def number(said: Said, *keys: str, default: int | None = None) -> int:
    """Return the whole number under the first of these keys that is there; ConfigError for none, or another value."""
    for key in keys:
        value = said.get(key)
        if value is not None:
            if isinstance(value, bool) or not isinstance(value, int):
                raise ConfigError(f"{CONFIG}: {key} must be a whole number, got {shown(value)}; give a whole number")
            return value
    if default is None:
        raise ConfigError(f"{CONFIG} gives no {keys[0]}; add it, or name a format with --dtype")
    return default


def one_of(said: Said, key: str, choices: tuple[object, ...], default: object) -> object:
    """Return the value of a key, or its default; ConfigError where it is none of the choices."""
    value = said.get(key)
    value = default if value is None else value
    if value not in choices:
        known = ", ".join(map(str, choices))
        raise ConfigError(f"{CONFIG}: {key} {shown(value)} stores numbers in a way that we don't know; known: {known}")
    return value


def among(key: str, value: int, choices: tuple[int, ...]) -> None:
    """Raise ConfigError where a number is none of the choices."""
    if value not in choices:
        raise ConfigError(f"{CONFIG}: {key} {shown(value)} is none that we know; one of {', '.join(map(str, choices))}")


def positive(key: str, value: object) -> int:
    """Return a value that is a whole number above 0; ConfigError for any other."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{CONFIG}: {key} must be a whole number above 0, got {shown(value)}; give one")
    return value
