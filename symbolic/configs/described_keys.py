"""What the other keys of a config of a described type are: without effect and why, unknown, or of what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from symbolic.configs.accounting import Account
from symbolic.configs.described_values import called, name_of
from symbolic.configs.harmless import (
    ACTIVATION,
    ACTIVATION_KEYS,
    CHOOSES,
    FIXED_EVERYWHERE,
    HARMLESS,
    SPECIAL,
    SPECIAL_TOKEN,
    TABLE,
)
from symbolic.configs.prediction import DESCRIBES, is_of_prediction, predicting
from symbolic.errors import ConfigError, listed, shown
from symbolic.formulas.vocabulary import SIZE_KEYS
from symbolic.language import lazy as _
from symbolic.networks.layers.activations import NAMED_OTHERWISE, WITH_WEIGHTS, WITHOUT_WEIGHTS
from symbolic.networks.learned import code_names
from symbolic.networks.learned.description import Description, Module, Tensor
from symbolic.networks.learned.family import Specific
from symbolic.networks.learned.naming import named
from symbolic.networks.learned.placing import TIED
from symbolic.networks.learned.values import is_part, opened, raw

OF_A_KIND = ("swa_", "global_", "vt_", "init_")
"""What keys begin with that are those of one kind of layer or of one part, where a config has them twice."""


UNUSED = _("no weight depends on it")
TIES = _(
    "the head of the class uses the embedding's table whatever this says; a file in which it has a matrix of its own "
    "holds that beside what is counted"
)


def in_parts(description: Description, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a config without what stands beside a part though the code reads it only there, such as a head_dim.

    `vocab_size` beside a `text_config` would else be taken for the size of ours that is called so.
    """
    flat = "" if isinstance(values.get(description.flat), Mapping) else description.flat
    inside = {key.rpartition(".")[2] for key in description.keys if is_part(key.partition(".")[0])}
    own = {key.removeprefix(f"{flat}.") for key in description.keys}
    return {key: value for key, value in values.items() if key not in inside - own}


def accounted(description: Description, made: Specific, values: Mapping[str, Any], source: str) -> Account:
    """Return what the keys are of which the network is not made; ConfigError for one that may make another."""
    harmless: dict[str, str] = {}
    unknown: list[str] = []
    left_out: dict[str, str] = {}
    symbols = {symbol.name for symbol in made.family.sizes} - (values.keys() - in_parts(description, values).keys())
    counted = raw(description, values)
    for key, value in opened(description, values).items():
        name = description.aliases.get(key, key)
        if description.part:
            name = name.removeprefix(f"{description.part}.")
        last = name.rpartition(".")[2]
        _check_activation(description, key, name, value, source)
        if name in description.keys or name in symbols or name in description.fixed or last in CHOOSES:
            continue
        if more := predicting({key: value}):
            left_out |= more
            continue
        reason = _reason(description, name, value, counted)
        if reason is None and name in description.given:
            continue
        if reason is None:
            unknown.append(key)
        else:
            harmless[key] = reason
    _check_names(description, values, unknown, source)
    return Account(harmless, tuple(unknown), left_out)


def _check_activation(description: Description, key: str, name: str, value: object, source: str) -> None:
    """Raise ConfigError for an activation that may have weights and is not the type's own."""
    if not isinstance(value, str) or value == description.keys.get(name):
        return
    none = value in WITHOUT_WEIGHTS or value in NAMED_OTHERWISE
    if value in WITH_WEIGHTS or (name.rpartition(".")[2] in ACTIVATION_KEYS and not none):
        raise ConfigError(
            f"{source}: {key} {shown(value)} is not an activation function that we know to have no weights; "
            f"one of {', '.join(sorted(WITHOUT_WEIGHTS))}"
        )


def _check_names(description: Description, values: Mapping[str, Any], unknown: Iterable[str], source: str) -> None:
    """Raise ConfigError for a size under a name that the code does not know, where the size itself is not given.

    The code would take its own default for it.
    """
    flat = opened(description, values)
    given = {name_of(description, key) for key in flat}
    own = {symbol.name: key for key, symbol in named(description.keys, traced=description.traced).items()}
    meant = {key: own.get(SIZE_KEYS.get(key, "")) for key in unknown if type(flat[key]) is int}
    lost = {key: name for key, name in meant.items() if name and name not in given}
    if lost:
        raise ConfigError(
            f"{source}: the code of {called(description)} does not read {listed(list(lost))}; write "
            f"{listed([str(name) for name in lost.values()])}"
        )


def _reason(description: Description, name: str, value: object, counted: Mapping[str, Any]) -> str | None:
    """Return why a key that the network is not made of changes nothing; None where we don't know that."""
    last = name.rpartition(".")[2]
    if last == TIED and value is False and name in description.harmless and _ties(description.root):
        return TIES
    reasons: tuple[tuple[bool, str], ...] = (
        (last in HARMLESS, HARMLESS.get(last, "")),
        # One with weights was refused.
        (last in ACTIVATION_KEYS and isinstance(value, str), ACTIVATION),
        (name.rpartition(".")[0] in description.harmless, UNUSED),
        (name in description.harmless or (last in FIXED_EVERYWHERE and value == FIXED_EVERYWHERE[last]), UNUSED),
        (last in TABLE and value == TABLE[last], UNUSED),
        (SPECIAL_TOKEN.search(last) is not None, SPECIAL),
        (is_of_prediction(name), DESCRIBES),
        (value is None, _("is not set")),
        (value in ([], {}), _("is empty")),
        (bool(_plain_names(name) & description.harmless), UNUSED),
    )
    found = next((reason for holds, reason in reasons if holds), None)
    if found is None and (other := _repeated(name, value, counted)):
        return _("repeats {key}", key=other)
    return found


def _ties(module: Module) -> bool:
    """Return whether a head always uses the table of the embedding."""
    inside = [part for part in module.parts if isinstance(part, Module)]
    for part in inside:
        word = code_names.module(part.name)
        if word and word.role == "head":
            return any(isinstance(one, Tensor) and one.tied_to and one.where is None for one in part.parts)
    return any(map(_ties, inside))


def _plain_names(name: str) -> set[str]:
    """Return the key of the same part that has no word before it: `swa_head_dim` -> `head_dim`."""
    part, dot, last = name.rpartition(".")
    return {f"{part}{dot}{last.removeprefix(kind)}" for kind in OF_A_KIND if last.startswith(kind)}


def _repeated(name: str, value: object, counted: Mapping[str, Any]) -> str:
    """Return a key that the network is made of and that says the same in another place; "" where none does."""
    plain, last = _plain_names(name), name.rpartition(".")[2]
    for key, other in counted.items():
        same = key in plain or (key != name and key.rpartition(".")[2] == last)
        if same and other == value and isinstance(value, bool) is isinstance(other, bool):
            return key
    return ""
