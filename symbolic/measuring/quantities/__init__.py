"""The quantities: one file each, a way to measure a leaf. A quantity is found by listing this folder."""

from __future__ import annotations

import copyreg
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from symbolic.errors import UnknownName
from symbolic.measuring.quantity import Quantity


@cache
def names() -> tuple[str, ...]:
    """The quantities' names, in alphabetical order."""
    return tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def find(name: str) -> Quantity:
    """The quantity of that name; UnknownName names the nearest."""
    if name not in names():
        raise UnknownName("quantity", name, names())
    found: Quantity = import_module(f"{__name__}.{name.replace('-', '_')}").QUANTITY
    if found.name != name:
        raise ValueError(
            f"the file of the quantity {name!r} calls it {found.name!r}; the file's name is the quantity's"
        )
    return found


def _again(name: str, chosen: Mapping[str, str]) -> Quantity:
    return find(name).choosing(chosen)


def _reduced(quantity: Quantity) -> tuple[Any, ...]:
    return _again, (quantity.name, dict(quantity.chosen))


# A quantity is what its file says, in any process: what it measures with need not be copied.
copyreg.pickle(Quantity, _reduced)
