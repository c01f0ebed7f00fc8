"""Call what builds a module with its sizes: by their names, as one dict, or as an object of a class of its own."""

from __future__ import annotations

import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from symbolic.networks.learned.own_names import given

NO_SIZES = ("builtins", "typing", "collections", "torch")
"""Where classes come from that hold no sizes, or hold them as a dict does."""


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

    The sizes are those of `own_names.owned`.
    """
    sizes = given(sizes)
    needed = [one for one in inspect.signature(build).parameters.values() if one.default is inspect.Parameter.empty]
    alone = len(needed) == 1 and needed[0].name not in sizes and needed[0].kind is not inspect.Parameter.VAR_KEYWORD
    if not alone:
        return build(**sizes)
    kind = _annotated(build, needed[0].name) or _dataclass_beside(build, sizes)
    return build(GivenSizes(sizes) if kind is None else kind(**sizes))


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
