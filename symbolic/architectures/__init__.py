"""The families: one file each. A family is found by listing this folder."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from symbolic.architecture import Architecture
from symbolic.errors import UnknownName


@cache
def names() -> tuple[str, ...]:
    """The families' names, in alphabetical order."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def find(name: str) -> Architecture:
    """The family of that name; UnknownName names the nearest."""
    if name not in names():
        raise UnknownName("architecture", name, names(), where="`symbolic architectures`")
    found: Architecture = import_module(f"{__name__}.{name}").ARCHITECTURE
    if found.name != name:
        raise ValueError(f"architectures/{name}.py calls its family {found.name!r}; the file's name is the family's")
    return found


def all_architectures() -> tuple[Architecture, ...]:
    """Every family."""
    return tuple(find(name) for name in names())
