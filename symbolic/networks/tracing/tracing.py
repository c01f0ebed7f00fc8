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
from symbolic.networks.tracing.inputs import TOKENS, PassInputs, tried
from symbolic.networks.tracing.listing import described
from symbolic.networks.tracing.symbolic_pass import Passed, passed


def trace_text(
    build: Callable[..., Any], sizes: Mapping[str, Any], inputs: Mapping[str, str] | None = None
) -> tuple[str, dict[str, int]]:
    """Return the description of the module that `build` makes of `sizes`, given by name, or as one dict.

    `inputs` are the axes of what its forward pass takes, as `inputs.tried` reads them. Beside the description come the
    numbers of sizes that only the inputs have.
    """
    modules = _modules_around(build)
    module = _module(build, sizes, modules)
    if not hasattr(module, "named_parameters"):
        raise ConfigError(
            f"{_name(build)} makes a {type(module).__name__}, not a torch.nn.Module; give what builds one"
        )
    tensors = traced_tensors(module)
    if not tensors:
        raise ConfigError(f"{_name(build)} makes a module without parameters; there is nothing to count")
    name, ranges = type(module).__name__, list(LOG.ranges)
    why = ""
    try:
        for one in tried(module, sizes, inputs):
            try:
                numbers = {key: value for key, value in one.numbers.items() if key != TOKENS}
                run = _passed(_module(build, sizes, modules), modules, {**sizes, **one.numbers}, one)
                return described(name.lower(), name, tensors, {**sizes, **numbers}, ranges, run), numbers
            except ConfigError:
                raise
            except Exception as problem:  # a forward pass may raise anything
                why = f"{type(problem).__name__}: {problem}"
    except ConfigError as problem:
        if inputs:
            raise
        why = str(problem)
    why = " ".join(why.split())[:160]
    return described(name.lower(), name, tensors, sizes, ranges, lacks=f"its forward pass can't be followed: {why}"), {}


def _module(build: Callable[..., Any], sizes: Mapping[str, Any], modules: list[ModuleType]) -> Any:
    """The module, built of sizes that carry their names."""
    carry_constants(modules)
    LOG.clear()
    try:
        return built(lambda: _called(build, {name: _carried(name, value) for name, value in sizes.items()}), modules)
    except Exception as problem:
        raise ConfigError(f"{_name(build)} can't be built: {type(problem).__name__}: {problem}") from problem
    finally:
        carry_constants(modules, carry=False)


def _passed(module: Any, modules: list[ModuleType], values: Mapping[str, Any], one: PassInputs) -> Passed:
    carry_constants(modules, carry=False)
    module.eval()
    return passed(module, values, one.call(module))


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
