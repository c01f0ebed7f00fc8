"""The families: one file each. A family is found by listing this folder."""

from __future__ import annotations

import copyreg
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from symbolic.errors import UnknownName
from symbolic.networks.family import Family


@cache
def names() -> tuple[str, ...]:
    """The families' names, in alphabetical order."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def find(name: str) -> Family:
    """The family of that name; UnknownName names the nearest."""
    if name not in names():
        raise UnknownName("architecture", name, names(), where="`symbolic architectures`")
    found: Family = import_module(f"{__name__}.{name}").FAMILY
    if found.name != name:
        raise ValueError(
            f"networks/families/{name}.py calls its family {found.name!r}; the file's name is the family's"
        )
    return found


def all_families() -> tuple[Family, ...]:
    """Every family."""
    return tuple(find(name) for name in names())


def _reduced(family: Family) -> Any:
    written = family.name in names() and find(family.name) is family
    return (find, (family.name,)) if written else family.__reduce_ex__(2)


# A family written by hand is what its file says, in any process.
copyreg.pickle(Family, _reduced)
