"""The class of the installed diffusers that a config names, with what it takes of the config."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from symbolic.errors import ConfigError, UnknownName, shown

NAMED = "_class_name"
INPUTS = {
    "sample": "batch_size, in_channels, sample_size, sample_size",
    "hidden_states": "batch_size, in_channels, sample_size, sample_size",
    "timestep": "batch_size:int",
    "encoder_hidden_states": "batch_size, tokens, cross_attention_dim",
}
"""The axes of what their forward passes take, by the names of the arguments."""
OTHERS = ("Pipeline", "PipelineOutput", "Scheduler", "Mixin", "Config")


class OfDiffusers(NamedTuple):
    """A class, the values that it takes, the keys of the config that it does not, and what its forward pass takes."""

    kind: Any
    sizes: dict[str, Any]
    unread: dict[str, Any]
    inputs: dict[str, str]


def class_of(config: Mapping[str, Any], inputs: Mapping[str, str]) -> OfDiffusers:
    """Return the class of a config; `inputs` are those that somebody gave, if any.

    Only a network of diffusers itself is looked for, by its name: a config runs no code of its own.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    warnings.filterwarnings("ignore")
    import diffusers

    name = config[NAMED]
    kind = getattr(diffusers, name) if name in dir(diffusers) else None
    if kind is None:
        known = [one for one in dir(diffusers) if one[:1].isupper() and not one.endswith(OTHERS)]
        raise UnknownName(f"network of diffusers {diffusers.__version__}", name, known)
    if not (inspect.isclass(kind) and issubclass(kind, diffusers.ModelMixin)):
        raise ConfigError(
            f"{NAMED} {shown(name)} is no network; give the config.json of one, such as that in the folder unet"
        )
    takes = inspect.signature(kind.__init__).parameters
    given = {key: value for key, value in config.items() if not key.startswith("_")}
    sizes = {key: value for key, value in given.items() if key in takes}
    unread = {key: value for key, value in given.items() if key not in takes}
    if not inputs:
        inputs, sizes = _usual(kind, takes, sizes)
    return OfDiffusers(kind, sizes, unread, dict(inputs))


def _usual(
    kind: Any, takes: Mapping[str, inspect.Parameter], sizes: dict[str, Any]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the inputs that its forward pass needs, and the sizes with the defaults of those that stand in them."""
    needed = [
        one.name
        for one in list(inspect.signature(kind.forward).parameters.values())[1:]
        if one.default is inspect.Parameter.empty and one.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    inputs = {name: INPUTS[name] for name in needed if name in INPUTS}
    words = {word.strip() for axes in inputs.values() for word in axes.partition(":")[0].split(",")}
    defaults = {name: one.default for name, one in takes.items() if name in words and type(one.default) is int}
    sizes = {**defaults, **sizes}
    fits = all(type(sizes.get(word)) is int for word in words - {"batch_size", "tokens"})
    return (inputs, sizes) if len(inputs) == len(needed) and fits else ({}, sizes)
