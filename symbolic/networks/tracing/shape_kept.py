"""What a forward pass does to each number alone, or those beside it: no axis changes, and there is no product.

Torch works out the shape of a norm under symbolic sizes by its formula, step by step, which takes longer than the
products that a pass is followed for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from symbolic.networks.tracing.likeness import size

TENSOR = torch.Tensor
OF_EACH = (
    "abs",
    "clamp",
    "cos",
    "cumsum",
    "erf",
    "exp",
    "log",
    "relu",
    "rsqrt",
    "sigmoid",
    "sin",
    "sqrt",
    "square",
    "tanh",
)
KEEPING = frozenset(
    {
        *(functional.relu, functional.relu6, functional.leaky_relu, functional.elu, functional.selu, functional.celu),
        *(functional.gelu, functional.silu, functional.mish, functional.hardswish, functional.hardsigmoid),
        *(functional.hardtanh, functional.softplus, functional.logsigmoid, functional.softmax, functional.log_softmax),
        *(functional.batch_norm, functional.layer_norm, functional.group_norm, functional.instance_norm),
        *(functional.rms_norm, functional.normalize, functional.dropout),
        *(getattr(owner, name) for owner in (torch, TENSOR) for name in (*OF_EACH, "softmax")),
    }
)
"""Functions whose result has the axes and the type of what they are given first."""
CHANNELS = frozenset({functional.batch_norm, functional.group_norm, functional.instance_norm})
"""Norms that have a number for each channel, the second axis of what they are given."""
WITH_A_NUMBER = frozenset(
    {
        *(TENSOR.__add__, TENSOR.__radd__, TENSOR.__sub__, TENSOR.__rsub__, TENSOR.__mul__, TENSOR.__rmul__),
        *(TENSOR.__truediv__, TENSOR.__rtruediv__, TENSOR.__pow__),
        *(getattr(owner, name) for owner in (torch, TENSOR) for name in ("add", "sub", "mul", "div", "pow")),
    }
)
"""Functions of two that do so where the second is a plain number, or both are tensors and one has all of the axes."""
PARTS = frozenset(getattr(owner, name) for owner in (torch, TENSOR) for name in ("tril", "triu"))
"""Functions that do so for tensors of any type."""


class ShapeKept(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch may be absent
    """While it is active, a function that keeps the axes and the type of a tensor returns the tensor itself."""

    def __init__(self, is_weight: Callable[[Any], Any] = lambda _one: False) -> None:
        """`is_weight` says of a tensor whether it is a weight: what is made of one and another tensor is none."""
        super().__init__()
        self.is_weight = is_weight

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, unless its result looks as what it is given."""
        kwargs = kwargs or {}
        given = args[0] if args else kwargs.get("input")
        if not kwargs and len(args) == 2 and func in WITH_A_NUMBER:
            kept = type(args[1]) in (int, float)
            if isinstance(args[1], TENSOR) and isinstance(given, TENSOR):
                given = self._with_all_axes(*args)
                kept = given is not None
        else:
            kept = func in KEEPING | PARTS and kwargs.get("dtype") is None and kwargs.get("out") is None
            kept = kept and not any(isinstance(one, torch.dtype) for one in args)
        if kept and isinstance(given, TENSOR) and not _fits(func, given, args, kwargs):
            kept = False  # torch says what is wrong
        if kept and isinstance(given, TENSOR) and (func in PARTS or given.is_floating_point()):
            # Its numbers lie side by side, as those of most results do: what is turned can't be cut anew.
            return given.contiguous()
        return func(*args, **kwargs)

    def _with_all_axes(self, left: Any, right: Any) -> Any:
        """The one of two tensors that looks as their sum does; None where that is neither, or a weight."""
        if left.dtype is not right.dtype:
            return None
        large, small = (left, right) if left.dim() >= right.dim() else (right, left)
        if self.is_weight(left) or self.is_weight(right):
            return None
        sizes = [(size(one), size(other)) for one, other in zip(large.shape[::-1], small.shape[::-1], strict=False)]
        found = None
        if all(other in (one, 1) for one, other in sizes):
            found = large
        elif large.dim() == small.dim() and all(one in (other, 1) for one, other in sizes):
            found = small
        return found if left.device == right.device else None


def _fits(func: Callable[..., Any], given: Any, args: Any, kwargs: Any) -> bool:
    """Return whether what a norm is given has as many numbers as the norm has weights, with the sizes at hand."""
    if func in CHANNELS:
        own = next((one for one in (*args[1:], *kwargs.values()) if isinstance(one, TENSOR) and one is not given), None)
        return own is None or (given.dim() > 1 and _at_hand(own.shape) == _at_hand(given.shape[1:2]))
    if func in (functional.layer_norm, functional.rms_norm):
        shape = args[1] if len(args) > 1 else kwargs["normalized_shape"]
        return _at_hand(shape) == _at_hand(given.shape[max(0, given.dim() - len(shape)) :])
    return True


def _at_hand(shape: Any) -> list[int]:
    return [one.node.hint if isinstance(one, torch.SymInt) else int(one) for one in shape]
