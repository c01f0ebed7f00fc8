"""What code does with torch's symbolic integers: math.sqrt(width) makes a number of one, and numpy's fails.

Attention takes nothing that is true or false of sizes, such as whether there are fewer heads of keys than of queries.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch.nn import functional

ROOTS = {"sqrt": torch.sym_sqrt, "ceil": math.ceil, "floor": math.floor}


class PassMath:
    """math, or numpy, with roots of symbolic integers; what else it makes of one is a number, which fixes the size."""

    def __init__(self, real: ModuleType) -> None:
        self.real = real

    def __getattr__(self, name: str) -> Any:
        return _either(self.real, name) if name in ROOTS else getattr(self.real, name)


def _either(real: ModuleType, name: str) -> Any:
    def method(*given: Any, **named: Any) -> Any:
        symbolic = isinstance(given[0] if given else None, torch.SymInt | torch.SymFloat)
        return ROOTS[name](given[0]) if symbolic else getattr(real, name)(*given, **named)

    return method


def steps(*given: Any, stacks: Container[str] = ()) -> Any:
    """range, where a loop over tokens some at a time begins each step at a symbolic integer.

    A loop over as many as there are layers in one of `stacks`, the sizes that say so, is no question to that size: the
    layers are there.
    """
    if len(given) == 1 and (length := layers(given[0], stacks)):
        return range(length)
    if len(given) < 2 or not any(isinstance(one, torch.SymInt) for one in given):
        return range(*given)
    start, stop, step = (*given, 1)[:3]
    return [start + number * step for number in range(-(-(stop - start) // step))]


def layers(size: Any, stacks: Container[str]) -> int:
    """Return how many layers a size says that a stack has; 0 where it does not say so."""
    if not isinstance(size, torch.SymInt):
        return 0
    sources = size.node.shape_env.var_to_sources.get(size.node.expr, ())
    return int(size.node.hint) if any(getattr(one, "source_name", "") in stacks for one in sources) else 0


def _decided(one: Any) -> Any:
    return bool(one) if isinstance(one, torch.SymBool) else one


@contextmanager
def symbolic_math(modules: list[ModuleType], stacks: Container[str] = ()) -> Iterator[None]:
    """Let roots and range keep symbolic integers in these modules, and attention take what is true of them.

    `stacks` are the sizes that say how many layers there are in a stack.
    """
    put: list[tuple[ModuleType, str, Any]] = []
    real = functional.scaled_dot_product_attention

    def attention(*given: Any, **named: Any) -> Any:
        return real(*map(_decided, given), **{name: _decided(one) for name, one in named.items()})

    own = [module for module in modules if "range" not in vars(module)]
    for module in own:
        vars(module)["range"] = partial(steps, stacks=stacks)
    for module in (*modules, functional):
        for name, value in list(vars(module).items()):
            if value is math or value is np:
                put.append((module, name, value))
                vars(module)[name] = PassMath(value)
            elif value is math.sqrt or value is np.sqrt:
                put.append((module, name, value))
                vars(module)[name] = _either(math if value is math.sqrt else np, "sqrt")
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
