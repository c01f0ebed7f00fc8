"""math in code whose sizes are torch's symbolic integers: math.sqrt(width) of one would make a number of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

ROOTS = {"sqrt": torch.sym_sqrt, "ceil": math.ceil, "floor": math.floor}


class PassMath:
    """math, with roots of symbolic integers; what else it makes of one is a number, which fixes the size."""

    def __getattr__(self, name: str) -> Any:
        return _either(name) if name in ROOTS else getattr(math, name)


def _either(name: str) -> Any:
    def method(value: Any) -> Any:
        symbolic = isinstance(value, torch.SymInt | torch.SymFloat)
        return ROOTS[name](value) if symbolic else getattr(math, name)(value)

    return method


@contextmanager
def symbolic_math(modules: list[ModuleType]) -> Iterator[None]:
    """Let math.sqrt keep symbolic integers in these modules."""
    put: list[tuple[ModuleType, str, Any]] = []
    for module in modules:
        for name, value in list(vars(module).items()):
            if value is math:
                put.append((module, name, value))
                vars(module)[name] = PassMath()
            elif value is math.sqrt:
                put.append((module, name, value))
                vars(module)[name] = _either("sqrt")
    try:
        yield
    finally:
        for module, name, value in put:
            vars(module)[name] = value
