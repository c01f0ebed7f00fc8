"""What may stand under a key of a described type: a value of the kind that its class takes, and null where it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from symbolic.configs.given import Given
from symbolic.errors import ConfigError, shown
from symbolic.networks.learned.description import Description
from symbolic.networks.learned.used_names import is_number, is_or_has_number, list_of

LONGEST_LIST = 20_000


def called(description: Description) -> str:
    """Return what to call a description in an error."""
    return description.model_class if description.traced else description.model_type


def name_of(description: Description, key: str) -> str:
    """Return what the description calls a key of a config."""
    name = description.aliases.get(key, key)
    return name.removeprefix(f"{description.part}.") if description.part else name


def check_nulls(description: Description, flat: Mapping[str, Any], source: str) -> None:
    """Raise ConfigError for a null where the class takes none: it does not stand for the default."""
    if description.traced:
        return
    for key, value in flat.items():
        name = name_of(description, key)
        default = description.keys.get(name)
        # A part may be left out; and code that is published with weights takes null for false.
        part = name.endswith("_config") or (description.code and isinstance(default, bool))
        refused = name in description.unset if default is None else name not in description.null
        if value is None and refused and not part:
            raise ConfigError(f"{source}: {says_null(description, key, default)}")


def says_null(description: Description, key: str, default: object) -> str:
    """Say that a key is null where the class takes none."""
    usual = "" if default is None else f" to have the default, {shown(default)}"
    return f"{key} is null, which the code of {called(description)} does not take; give a value, or leave it out{usual}"


def check_value(description: Description, key: str, value: object, source: str) -> None:
    """Raise ConfigError for a value of another type than its key's."""
    name = name_of(description, key)
    default = description.keys[name]
    if value is None:  # as checked before
        return
    if isinstance(value, list) and len(value) > LONGEST_LIST:
        raise ConfigError(f"{source}: {key} has {len(value):,} items; give at most {LONGEST_LIST:,}")
    if isinstance(value, list) and (description.traced or isinstance(default, list) or list_of(description, name)):
        _check_words(description, key, value, source)
        return
    if not description.traced:
        _check_list(description, key, value, source)
        if isinstance(default, str) and isinstance(value, str) and value != default and is_number(description, name):
            raise ConfigError(
                f"{source}: {key} must be a whole number or {shown(default)}, got {shown(value)}; give one of these"
            )
    other = default is None or (isinstance(default, str) and not isinstance(value, str))  # "auto", or a number
    number = isinstance(default, int) or (other and is_number(description, name))
    if isinstance(default, bool) or (isinstance(value, bool) and not number and not isinstance(default, str)):
        if not isinstance(value, bool):
            raise ConfigError(f"{source}: {key} must be true or false, got {shown(value)}; write true or false")
    elif number or (type(value) is int and not isinstance(default, str)):
        Given({key: value}, source).integer(key, _least(default))
    elif isinstance(default, str | float) and not description.traced and not isinstance(value, type(default)):
        what = "a text" if isinstance(default, str) else "a number"
        raise ConfigError(f"{source}: {key} must be {what}, got {shown(value)}; the default is {shown(default)}")


def _least(default: object) -> int:
    """Return the least number that a key may have: 0, unless its own default counts from the end."""
    return -LONGEST_LIST if isinstance(default, int) and default < 0 else 0


def _check_list(description: Description, key: str, value: object, source: str) -> None:
    """Raise ConfigError for a value that is no list, of a key of which the class takes only lists."""
    name = name_of(description, key)
    default = description.keys[name]
    if not isinstance(default, list | None) or (type(value) is int and is_or_has_number(description, name)):
        return
    words = list_of(description, name)
    # A text may have a letter for each layer, or words between bars.
    text = isinstance(value, str) and (words == "words" or name.endswith("_pattern"))
    if (isinstance(default, list) or words) and not text:
        raise ConfigError(f"{source}: {key} must be a list, got {shown(value)}; give a list")


def _check_words(description: Description, key: str, value: list[object], source: str) -> None:
    """Raise ConfigError for a list of others than words, where the class looks for words in it."""
    other = next((item for item in value if not isinstance(item, str)), None)
    if other is not None and not description.traced and list_of(description, name_of(description, key)) == "words":
        raise ConfigError(f"{source}: {key} must be a list of words, got {shown(other)} in it")
