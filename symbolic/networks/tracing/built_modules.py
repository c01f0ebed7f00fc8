"""A module that is already built: how to build it again from sizes, where its attributes say how; else a copy."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from symbolic.errors import ConfigError
from symbolic.networks.tracing.lazy_layers import waits

PLAIN = (int, float, str, bool, type(None))
Build = Callable[..., Any]


def recipe(module: Any) -> tuple[Build, Mapping[str, Any]]:
    """Return what builds a module like this one, and its sizes: the arguments of its class that it keeps, or a config.

    Each way is tried: what it builds must have the tensors of the module, by name and shape. Where no way does that,
    the sizes are empty, and the callable returns a copy of the module without data. ConfigError where it has lazy
    layers that no pass has made yet.
    """
    if waits(module):
        raise ConfigError(f"{type(module).__name__} has lazy layers; run it once, so that they know their sizes")
    for build, sizes in (_by_arguments(module), _by_config(module)):
        if sizes and _makes_the_same(module, build, sizes):
            return build, sizes
    return partial(_without_data, module), {}


def _without_data(module: Any) -> Any:
    """Return a copy that a trace may change; the module itself stays as it is."""
    import torch

    memo: dict[int, Any] = {}
    for one in (*module.parameters(), *module.buffers()):
        empty = torch.empty_like(one, device="meta")
        memo[id(one)] = torch.nn.Parameter(empty, one.requires_grad) if isinstance(one, torch.nn.Parameter) else empty
    return copy.deepcopy(module, memo)


def _by_arguments(module: Any) -> tuple[Build, Mapping[str, Any]]:
    """Return the class, and the arguments of it that the module keeps under their names."""
    sizes = {}
    for argument in _arguments(module):
        value = getattr(module, argument.name, argument.empty)
        if isinstance(value, PLAIN):
            sizes[argument.name] = value
        elif argument.default is argument.empty:
            return type(module), {}
    return type(module), sizes


def _by_config(module: Any) -> tuple[Build, Mapping[str, Any]]:
    """Return a callable that gives the class a config with other sizes, and the sizes of the config that it keeps."""
    needed = [one for one in _arguments(module) if one.default is one.empty]
    config = getattr(module, needed[0].name, None) if len(needed) == 1 else None
    if isinstance(config, Mapping):
        values: Mapping[str, Any] = config
    elif is_dataclass(config):
        values = {field.name: getattr(config, field.name) for field in fields(config)}
    elif hasattr(config, "__dict__"):
        values = vars(config)
    else:
        return type(module), {}

    def build(**sizes: Any) -> Any:
        return type(module)(_changed(config, sizes))

    return build, {key: value for key, value in values.items() if isinstance(value, int | float)}


def _changed(config: Any, sizes: Mapping[str, Any]) -> Any:
    changed = copy.copy(config)
    for key, value in sizes.items():
        if isinstance(changed, Mapping):
            changed = {**changed, key: value}
        else:
            object.__setattr__(changed, key, value)
    return changed


def _arguments(module: Any) -> list[inspect.Parameter]:
    try:
        found = inspect.signature(type(module)).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one for one in found if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]


def _makes_the_same(module: Any, build: Build, sizes: Mapping[str, Any]) -> bool:
    import torch

    try:
        with torch.device("meta"):
            again = build(**sizes)
        return _shapes(again) == _shapes(module)
    except Exception:  # the code is a stranger's, and may raise anything
        return False


def _shapes(module: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in module.named_parameters(remove_duplicate=False)}
