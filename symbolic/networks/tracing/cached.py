"""What the cache of a pass holds: the tensors that each layer of it keeps for later tokens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy
import torch

from symbolic.networks.tracing.symbolic_sizes import Unformulated, expression

CACHES = ("past_key_values", "cache_params", "cache")
"""What classes of transformers call the cache that they return."""
KEYS_AND_VALUES = ("keys", "values")


@dataclass(frozen=True, slots=True)
class CachedTensor:
    """A tensor of a cache: the layer that keeps it, what it is called there, and its axes for one sequence."""

    layer: int
    name: str
    axes: tuple[Any, ...]


def states(layer: Any) -> Iterator[tuple[str, Any]]:
    """Yield the tensors of a layer of a cache with their names; several states of one kind stand in a dict."""
    for name, value in vars(layer).items():
        for one in value.values() if isinstance(value, dict) else (value,):
            if isinstance(one, torch.Tensor):
                yield name, one


def kept(out: Any) -> list[CachedTensor]:
    """Return what the cache that a forward pass returns holds; Unformulated where that is not of one sequence."""
    cache = next((found for name in CACHES if (found := getattr(out, name, None)) is not None), None)
    return [
        CachedTensor(number, name, _axes(layer, name, one))
        for number, layer in enumerate(getattr(cache, "layers", None) or ())
        for name, one in states(layer)
        if one.is_floating_point() and one.dim() > 1
    ]


def _axes(layer: Any, name: str, tensor: Any) -> tuple[Any, ...]:
    """The axes behind that of the batch."""
    first, *axes = tensor.shape
    if isinstance(first, torch.SymInt) or first != 1:
        raise Unformulated(f"how much of {name} in the cache is of one sequence")
    if getattr(layer, "is_sliding", False) and name in KEYS_AND_VALUES:
        axes[-2] = _in_window(layer, axes[-2])
    return tuple(axes)


def _in_window(layer: Any, seen: Any) -> Any:
    """How many tokens a layer keeps of those within its window: a pass shows it on one side of the window only."""
    most, read = expression(layer.sliding_window) - 1, expression(layer.cumulative_length)
    if expression(seen) not in (most, read):
        raise Unformulated("how many tokens of a window are kept")
    return sympy.Min(read, most)
