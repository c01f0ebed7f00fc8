"""Call what builds a module with its sizes: by their names, as one dict, or as an object of a class of its own."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any

from symbolic.errors import ConfigError, listed
from symbolic.networks.learned.own_names import given

ROW = inspect.Parameter.VAR_POSITIONAL
"""The kind of *widths."""
NO_SIZES = ("builtins", "typing", "collections", "torch", "symbolic")
"""Where classes come from that hold no sizes, or hold them as a dict does; ours stand for int while code is run."""


TUPLE = "tuple"


def sent(value: Any) -> Any:
    """Return a value as JSON can hold it: a tuple, which code tells from a list, under its own key."""
    if isinstance(value, tuple):
        return {TUPLE: [sent(one) for one in value]}
    return [sent(one) for one in value] if isinstance(value, list) else value


def received(value: Any) -> Any:
    """Return what `sent` was given."""
    if isinstance(value, dict) and value.keys() == {TUPLE}:
        return tuple(received(one) for one in value[TUPLE])
    return [received(one) for one in value] if isinstance(value, list) else value


class GivenSizes(dict):  # type: ignore[type-arg]
    """GivenSizes that code may ask for as of a dict, and as attributes, as of an argparse.Namespace."""

    def __getattr__(self, name: str) -> Any:
        if name in self:
            return self[name]
        raise AttributeError(f"no size {name}; give it, too")


def called(build: Callable[..., Any], sizes: Mapping[str, Any]) -> Any:
    """Return what the callable makes of sizes by name, or of all in its only argument, where that is no size's name.

    The sizes are those of `own_names.owned`; of lists among them the code gets its own, since it may turn them around.
    """
    sizes = {name: _own(value) for name, value in given(sizes).items()}
    arguments = list(inspect.signature(build).parameters.values())
    needed = [one for one in arguments if one.default is inspect.Parameter.empty]
    alone = len(needed) == 1 and needed[0].name not in sizes and needed[0].kind not in (needed[0].VAR_KEYWORD, ROW)
    kind = (_annotated(build, needed[0].name) or _dataclass_beside(build, sizes)) if alone else None
    if kind is not None:
        return build(_filled(kind, sizes))
    if alone and not sizes.keys() <= {one.name for one in arguments}:
        return build(GivenSizes(sizes))
    # Where a size is missing, Python says which.
    return build(*_in_a_row(arguments, sizes), **sizes)


def _own(value: Any) -> Any:
    if type(value) is list:
        return [_own(one) for one in value]
    return {name: _own(one) for name, one in value.items()} if type(value) is dict else value


def _in_a_row(arguments: list[inspect.Parameter], sizes: dict[str, Any]) -> list[Any]:
    """Take out of the sizes those that a constructor with *widths in it has by their places; widths is a list here."""
    row = next((at for at, one in enumerate(arguments) if one.kind is ROW), None)
    if row is None or not isinstance(sizes.get(arguments[row].name), list | tuple):
        return []
    before = [sizes.pop(one.name) if one.name in sizes else one.default for one in arguments[:row]]
    return [*before, *sizes.pop(arguments[row].name)]


def _filled(kind: Any, sizes: Mapping[str, Any], usual: Any = None) -> Any:
    """Return an object of a class that holds sizes; dataclasses in a dataclass get those that they alone have.

    What is not given is as in `usual`, another such object, or as the class has it.
    """
    inner = _inner(kind)
    known = {field.name for field in fields(kind)} if inner else sizes.keys()
    own = {name: value for name, value in sizes.items() if name in known}
    for name in sizes.keys() - known:
        holders = [one for one, part in inner.items() if name in _names(part)]
        if len(holders) != 1:
            among = f"{listed(holders)} of {kind.__name__} each have it" if holders else f"{kind.__name__} has none"
            raise ConfigError(f"size {name}: {among}; give a function that builds the module of its sizes")
    for name, part in inner.items():
        given = {one: sizes[one] for one in _names(part) if one in sizes and one not in known}
        before = getattr(usual, name, None) if usual is not None else _default(kind, name)
        if name not in own and (given or before is None):
            own[name] = _filled(part, given, before)
    return kind(**own) if usual is None else replace(usual, **own)


def _inner(kind: Any) -> dict[str, Any]:
    """Return the fields of a dataclass that hold dataclasses, with these."""
    if not is_dataclass(kind):
        return {}
    try:
        hints = typing.get_type_hints(kind)
    except Exception:  # a name in an annotation may stand for nothing
        return {}
    return {field.name: hints[field.name] for field in fields(kind) if field.init and is_dataclass(hints[field.name])}


def _names(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)}.union(*map(_names, _inner(kind).values()))


def _default(kind: Any, name: str) -> Any:
    """Return what a field holds where nothing is given; None where something has to be."""
    field = next(one for one in fields(kind) if one.name == name)
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def _annotated(build: Callable[..., Any], name: str) -> type | None:
    """Return the class that the argument is annotated with, where its objects hold sizes."""
    function = build.__init__ if isinstance(build, type) else build  # type: ignore[misc]
    try:
        found = typing.get_type_hints(function).get(name)
    except Exception:  # a name in another annotation may stand for nothing
        written = getattr(function, "__annotations__", {}).get(name)
        found = getattr(_home(build), written, None) if isinstance(written, str) else written
    return found if isinstance(found, type) and found.__module__.partition(".")[0] not in NO_SIZES else None


def _dataclass_beside(build: Callable[..., Any], sizes: Mapping[str, Any]) -> type | None:
    """Return the dataclass of the same file that has all of the sizes as fields, where it is the only one."""
    beside = [
        one for one in vars(_home(build)).values() if isinstance(one, type) and is_dataclass(one) and _takes(one, sizes)
    ]
    return beside[0] if sizes and len(beside) == 1 else None


def _takes(kind: Any, sizes: Mapping[str, Any]) -> bool:
    needed = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}
    return needed <= sizes.keys() <= {one.name for one in fields(kind)}


def _home(build: Callable[..., Any]) -> Any:
    return sys.modules.get(getattr(build, "__module__", None) or "", typing)
