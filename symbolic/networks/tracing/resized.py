"""Tensors with room around them, and images of another size, without data.

Torch's own functions of that want plain numbers for the sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from symbolic.networks.tracing.symbolic_sizes import SymbolicSizes

SHARES = 64
"""A factor of so many parts at most is exact as the computer keeps it: 0.5, but not 0.3."""


def is_constant(mode: str = "constant", *_value: Any, **_named: Any) -> bool:
    """Return whether what is put around a tensor is a number."""
    return mode == "constant"


def padded(tensor: Any, pad: Sequence[Any], sizes: SymbolicSizes) -> Any:
    """A tensor with room around it; torch's own function of that wants plain numbers."""
    shape = list(tensor.shape)
    for at, (before, behind) in enumerate(zip(pad[::2], pad[1::2], strict=True)):
        shape[-1 - at] = sizes.short(shape[-1 - at] + before + behind)
    return tensor.new_empty(shape)


def shortened(tensor: Any, sizes: SymbolicSizes) -> Any:
    """A tensor whose axes have integers that stand for long formulas; itself where none is long."""
    shape = [sizes.short(one) for one in tensor.shape]
    return tensor if all(one is old for one, old in zip(shape, tensor.shape, strict=True)) else tensor.new_empty(shape)


def resized(given: Any, size: Any = None, scale_factor: Any = None, *_how: Any, **_named: Any) -> Any:
    """Return an image of another size, without data; None where its size is no simple share of the first.

    Torch's own functions of that want plain numbers.
    """
    sides = given.shape[2:]
    if size is not None:
        made = size if isinstance(size, (list, tuple)) else (size,) * len(sides)
    else:
        scales = scale_factor if isinstance(scale_factor, (list, tuple)) else (scale_factor,) * len(sides)
        shares = [Fraction(float(scale)) for scale in scales]
        if any(share.denominator > SHARES for share in shares):
            return None  # it is rounded by torch
        made = [
            side * share.numerator // share.denominator if share.denominator > 1 else side * share.numerator
            for side, share in zip(sides, shares, strict=True)
        ]
    return given.new_empty((*given.shape[:2], *made))
