"""Trace a callable that builds a module: its sizes go in as numbers that carry formulas, its tensors come out."""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Callable, Mapping
from types import CellType, FunctionType, ModuleType
from typing import Any

from symbolic.errors import ConfigError
from symbolic.networks.tracing.carried import LOG, CarriedFloat, CarriedInt, symbol
from symbolic.networks.tracing.construction import built, traced_tensors
from symbolic.networks.tracing.creation import carry_constants
from symbolic.networks.tracing.inputs import TOKENS, PassInputs, tried
from symbolic.networks.tracing.listing import described
from symbolic.networks.tracing.lost_sizes import with_lost
from symbolic.networks.tracing.otherwise import otherwise
from symbolic.networks.tracing.symbolic_pass import Passed, passed

MOST_MODULES = 200
FOREIGN = frozenset({"torch", "numpy", "symbolic", *sys.stdlib_module_names} - {"__main__"})
"""Libraries whose code makes no sizes of a network."""


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
    text, numbers = _described(module, build, sizes, inputs, modules)
    return with_lost(text, lambda changed: _called(build, changed), sizes), numbers


def _described(
    module: Any,
    build: Callable[..., Any],
    sizes: Mapping[str, Any],
    inputs: Mapping[str, str] | None,
    modules: list[ModuleType],
) -> tuple[str, dict[str, int]]:
    tensors = traced_tensors(module)
    if not tensors:
        raise ConfigError(f"{_name(build)} makes a module without parameters; there is nothing to count")
    name, ranges, never = type(module).__name__, list(LOG.ranges), list(otherwise(LOG.compared, sizes))
    why = ""
    try:
        for one in tried(module, sizes, inputs):
            try:
                numbers = {key: value for key, value in one.numbers.items() if key != TOKENS}
                run = _passed(_module(build, sizes, modules), modules, {**sizes, **one.numbers}, one)
                return described(name.lower(), name, tensors, {**sizes, **numbers}, ranges, run, "", never), numbers
            except ConfigError:
                raise
            except Exception as problem:  # a forward pass may raise anything
                said = f"{type(problem).__name__}: {problem}"
                why = why or said if inputs else said
    except ConfigError as problem:
        if inputs:
            raise
        why = str(problem)
    why = " ".join(why.split())[:160]
    lacks = f"its forward pass can't be followed: {why}"
    return described(name.lower(), name, tensors, sizes, ranges, None, lacks, never), {}


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
    """Return the modules whose code makes sizes: that of the callable, and those that it names, as its classes do.

    What these name in turn belongs to them. The standard library and torch don't, nor installed libraries that don't
    use torch.
    """
    own = sys.modules.get(getattr(build, "__module__", None) or "")
    found = {own.__name__: own} if own is not None and own.__name__.startswith("torch.") else {}
    waiting = deque([build, *_bases(build), *_enclosed(build)])
    while waiting and len(found) < MOST_MODULES:
        one = waiting.popleft()
        name = one.__name__ if isinstance(one, ModuleType) else getattr(one, "__module__", None) or ""
        module = sys.modules.get(name)
        if module is None or name in found or name.partition(".")[0] in FOREIGN or _makes_no_network(module):
            continue
        found[name] = module
        named = [one for one in list(vars(module).values()) if isinstance(one, type | FunctionType | ModuleType)]
        waiting += [base for one in named for base in (one, *_bases(one))]
    return list(found.values())


def _makes_no_network(module: ModuleType) -> bool:
    """Return whether it belongs to an installed library and names nothing of torch."""
    if "site-packages" not in str(getattr(module, "__file__", "") or ""):
        return False
    return not any(
        str(getattr(one, "__module__", None) or getattr(one, "__name__", "")).partition(".")[0] == "torch"
        for one in list(vars(module).values())
    )


def _bases(one: object) -> tuple[type, ...]:
    return one.__mro__[1:] if isinstance(one, type) else ()


def _enclosed(build: object) -> list[object]:
    """Return what a function or a method of another object builds with: the classes in what encloses it."""
    cells = getattr(build, "__closure__", None) or ()
    inside = [cell.cell_contents for cell in cells if not _empty(cell)]
    return [one if isinstance(one, type | FunctionType) else type(one) for one in inside]


def _empty(cell: CellType) -> bool:
    try:
        return cell.cell_contents is None
    except ValueError:
        return True


def _name(build: Callable[..., Any]) -> str:
    return getattr(build, "__qualname__", repr(build))
