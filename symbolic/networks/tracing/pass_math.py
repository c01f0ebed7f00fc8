"""What code does with torch's symbolic integers: math.sqrt(width) of one would make a number of it.

Attention takes nothing that is true or false of sizes, such as whether there are fewer heads of keys than of queries.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch
from torch.nn import functional

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


def steps(*given: Any) -> Any:
    """range, where a loop over tokens some at a time begins each step at a symbolic integer."""
    if len(given) < 2 or not any(isinstance(one, torch.SymInt) for one in given):
        return range(*given)
    start, stop, step = (*given, 1)[:3]
    return [start + number * step for number in range(-(-(stop - start) // step))]


def _decided(one: Any) -> Any:
    return bool(one) if isinstance(one, torch.SymBool) else one


@contextmanager
def symbolic_math(modules: list[ModuleType]) -> Iterator[None]:
    """Let math.sqrt and range keep symbolic integers in these modules, and attention take what is true of them."""
    put: list[tuple[ModuleType, str, Any]] = []
    real = functional.scaled_dot_product_attention

    def attention(*given: Any, **named: Any) -> Any:
        return real(*map(_decided, given), **{name: _decided(one) for name, one in named.items()})

    own = [module for module in modules if "range" not in vars(module)]
    for module in own:
        vars(module)["range"] = steps
    for module in (*modules, functional):
        for name, value in list(vars(module).items()):
            if value is math:
                put.append((module, name, value))
                vars(module)[name] = PassMath()
            elif value is math.sqrt:
                put.append((module, name, value))
                vars(module)[name] = _either("sqrt")
            elif value is real:
                put.append((module, name, value))
                vars(module)[name] = attention
    try:
        yield
    finally:
        for module in own:
            del vars(module)["range"]
        for module, name, value in put:
            vars(module)[name] = value
