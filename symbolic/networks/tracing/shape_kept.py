"""What a forward pass does to each number alone, or those beside it: no axis changes, and there is no product.

Torch works out the shape of a norm under symbolic sizes by its formula, step by step, which takes longer than the
products that a pass is followed for.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

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
WITH_A_NUMBER = frozenset(
    {
        *(TENSOR.__add__, TENSOR.__radd__, TENSOR.__sub__, TENSOR.__rsub__, TENSOR.__mul__, TENSOR.__rmul__),
        *(TENSOR.__truediv__, TENSOR.__rtruediv__, TENSOR.__pow__),
        *(getattr(owner, name) for owner in (torch, TENSOR) for name in ("add", "sub", "mul", "div", "pow")),
    }
)
"""Functions of two that do so where the second is a plain number."""
PARTS = frozenset(getattr(owner, name) for owner in (torch, TENSOR) for name in ("tril", "triu"))
"""Functions that do so for tensors of any type."""


class ShapeKept(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch may be absent
    """While it is active, a function that keeps the axes and the type of a tensor returns the tensor itself."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, unless its result looks as what it is given."""
        kwargs = kwargs or {}
        if not kwargs and len(args) == 2 and func in WITH_A_NUMBER:
            kept = type(args[1]) in (int, float)
        else:
            kept = func in KEEPING | PARTS and kwargs.get("dtype") is None and kwargs.get("out") is None
            kept = kept and not any(isinstance(one, torch.dtype) for one in args)
        if kept:
            given = args[0] if args else kwargs.get("input")
            if isinstance(given, TENSOR) and (func in PARTS or given.is_floating_point()):
                # Its numbers lie side by side, as those of most results do: what is turned can't be cut anew.
                return given.contiguous()
        return func(*args, **kwargs)
