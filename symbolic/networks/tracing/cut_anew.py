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
from torch.utils._sympy.functions import FloorDiv

from symbolic.networks.tracing.likeness import size


def cut_anew(tensor: Any, shape: Sequence[Any]) -> tuple[Any, ...] | None:
    """Return the axes of a view, that of -1 among them; None where they have not just the factors of the tensor's."""
    symbolic = next((one for one in tensor.shape if isinstance(one, torch.SymInt)), None)
    if symbolic is None or not _side_by_side(tensor):
        return None
    env = symbolic.node.shape_env
    open_ones = [at for at, one in enumerate(shape) if type(one) is int and one < 0]
    if not open_ones:
        return tuple(shape) if _factors(tensor.shape, env) == _factors(shape, env) else None
    number, factors = _factors(tensor.shape)
    known, cut = _factors(one for at, one in enumerate(shape) if at not in open_ones)
    if not known or not number or len(open_ones) > 1 or number % known or not cut <= factors:
        return None
    rest = [number // known, *(factors - cut).elements()]
    left = prod(map(_at_hand, tensor.shape)) // prod(_at_hand(one) for one in shape if one is not shape[open_ones[0]])
    made = sympy.Mul(*rest)
    open_one = left if made.is_number else env.create_symintnode(made, hint=left)
    return tuple(open_one if at in open_ones else one for at, one in enumerate(shape))


def _factors(axes: Iterable[Any], env: Any = None) -> tuple[Any, Counter[Any]]:
    """The number among the factors of axes, and the others with how often each is one.

    What `env` knows to be whole quotients has their parts as its factors.
    """
    said = (sympy.sympify(size(one)) for one in axes)
    parts = [part for one in said for part in sympy.Mul.make_args(one if env is None else _divided(one, env))]
    found: Counter[Any] = Counter()
    for base, power in (part.as_base_exp() for part in parts if not part.is_Rational):
        whole = power.is_Integer
        found[base if whole else base**power] += int(power) if whole else 1
    number = sympy.Mul(*(part for part in parts if part.is_Rational))
    return number, found if env is None else Counter({one: times for one, times in found.items() if times})


def _divided(expression: Any, env: Any) -> Any:
    """An expression with quotients in the place of those rounded down that are known to be whole."""
    while quotients := {one: one.args[0] / one.args[1] for one in expression.atoms(FloorDiv) if _is_whole(one, env)}:
        expression = expression.xreplace(quotients)
    return expression


def _is_whole(quotient: Any, env: Any) -> bool:
    return any(known.args == quotient.args for known in env.divisible)


def _side_by_side(tensor: Any) -> bool:
    strides = [size(one) for one in tensor.stride()]
    axes = [size(one) for one in tensor.shape]
    return bool(not strides or strides[-1] == 1) and all(
        one == other * axis for (one, other), axis in zip(pairwise(strides), axes[1:], strict=True)
    )


def _at_hand(one: Any) -> int:
    return int(one.node.hint) if isinstance(one, torch.SymInt) else int(one)
