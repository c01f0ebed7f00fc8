"""A tensor whose numbers lie side by side, cut into other axes of the same sizes: 4, heads × width as 4, heads, width.

Torch proves of each view that it has as many numbers, though most have the same factors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import sympy
import torch

from symbolic.networks.tracing.likeness import size


def cut_anew(tensor: Any, shape: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the axes of a view, that of -1 among them; None where they have not just the factors of the tensor's."""
    symbolic = next((one for one in tensor.shape if isinstance(one, torch.SymInt)), None)
    if symbolic is None or not _side_by_side(tensor):
        return None
    open_ones = [at for at, one in enumerate(shape) if type(one) is int and one < 0]
    number, factors = _factors(tensor.shape)
    known, cut = _factors(one for at, one in enumerate(shape) if at not in open_ones)
    if not known or not number or len(open_ones) > 1 or number % known or not cut <= factors:
        return None
    rest = [sympy.Integer(number // known), *(factors - cut).elements()]
    if not open_ones:
        return tuple(shape) if rest == [1] else None
    left = prod(map(_at_hand, tensor.shape)) // prod(_at_hand(one) for one in shape if one is not shape[open_ones[0]])
    made = sympy.Mul(*rest)
    open_one = left if made.is_number else symbolic.node.shape_env.create_symintnode(made, hint=left)
    return tuple(open_one if at in open_ones else one for at, one in enumerate(shape))


def _factors(axes: Iterable[Any]) -> tuple[int, Counter[Any]]:
    """The number among the factors of axes, and the others with how often each is one."""
    parts = [part for one in axes for part in sympy.Mul.make_args(sympy.sympify(size(one)))]
    bases = [part.as_base_exp() for part in parts if not part.is_Integer]
    found: Counter[Any] = Counter()
    for base, power in bases:
        whole = power.is_Integer and power > 0
        found[base if whole else base**power] += int(power) if whole else 1
    return prod(int(part) for part in parts if part.is_Integer), found


def _side_by_side(tensor: Any) -> bool:
    strides = [size(one) for one in tensor.stride()]
    axes = [size(one) for one in tensor.shape]
    return bool(not strides or strides[-1] == 1) and all(
        one == other * axis for (one, other), axis in zip(pairwise(strides), axes[1:], strict=True)
    )


def _at_hand(one: Any) -> int:
    return int(one.node.hint) if isinstance(one, torch.SymInt) else int(one)
