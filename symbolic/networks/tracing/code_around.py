"""The modules of Python whose code makes the sizes of a network: those around what builds it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from types import CellType, FunctionType, ModuleType
from typing import Any

MOST_MODULES = 200
FOREIGN = frozenset({"torch", "numpy", "symbolic", *sys.stdlib_module_names} - {"__main__"})
"""Libraries whose code makes no sizes of a network."""


def modules_around(build: Callable[..., Any]) -> list[ModuleType]:
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
