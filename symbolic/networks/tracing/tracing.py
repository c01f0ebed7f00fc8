"""Trace a callable that builds a module: its sizes go in as numbers that carry formulas, its tensors come out."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from symbolic.errors import ConfigError
from symbolic.networks.tracing.carried import LOG, CarriedFloat, CarriedInt, symbol
from symbolic.networks.tracing.construction import built, traced_tensors
from symbolic.networks.tracing.creation import carry_constants, modules_of
from symbolic.networks.tracing.listing import described


def trace_text(build: Callable[..., Any], sizes: Mapping[str, Any]) -> str:
    """Return the description of the module that `build` makes of `sizes`: given by name, or as one dict."""
    carried = {name: _carried(name, value) for name, value in sizes.items()}
    modules = _modules_around(build)
    carry_constants(modules)
    LOG.clear()
    try:
        module = built(lambda: _called(build, carried), modules)
    except Exception as problem:
        raise ConfigError(f"{_name(build)} can't be built: {type(problem).__name__}: {problem}") from problem
    if not hasattr(module, "named_parameters"):
        raise ConfigError(
            f"{_name(build)} makes a {type(module).__name__}, not a torch.nn.Module; give what builds one"
        )
    tensors = traced_tensors(module)
    if not tensors:
        raise ConfigError(f"{_name(build)} makes a module without parameters; there is nothing to count")
    name = type(module).__name__
    return described(name.lower(), name, tensors, sizes, list(LOG.ranges))


def _carried(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return CarriedInt(value, symbol(name))
    if isinstance(value, float):
        return CarriedFloat(value, symbol(name, whole=False))
    return value


def _called(build: Callable[..., Any], sizes: Mapping[str, Any]) -> Any:
    """Return what the callable makes of sizes by name, or of one dict where its only argument has no size's name."""
    taken = [one for one in inspect.signature(build).parameters.values() if one.default is inspect.Parameter.empty]
    alone = len(taken) == 1 and taken[0].name not in sizes and taken[0].kind is not inspect.Parameter.VAR_KEYWORD
    return build(dict(sizes)) if alone else build(**sizes)


def _modules_around(build: Callable[..., Any]) -> list[ModuleType]:
    """Return the modules whose code makes sizes: that of the callable, and those of the classes that it names."""
    own = sys.modules.get(getattr(build, "__module__", "") or "")
    found = [own] if own is not None else []
    for value in list(vars(own).values()) if own else []:
        if isinstance(value, type) and not value.__module__.startswith(("torch", "builtins")):
            found += [one for one in modules_of(value) if one not in found]
    return found


def _name(build: Callable[..., Any]) -> str:
    return getattr(build, "__qualname__", repr(build))
