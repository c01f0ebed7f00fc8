"""What torch worked out for an operation, for the next time that tensors of the same axes meet in it.

A loop over chunks, and layers that are alike, do the same again and again, and under symbolic sizes each view is a row
of proofs. Torch's own cache of operations works out more of each than this one does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor

HANGS_ON_DATA = (torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape, torch.Tag.inplace_view)


class Unkeyed(Exception):
    """What an operation is given has no key to remember it by."""


class Remembered:
    """The results of operations, by what they are given."""

    def __init__(self) -> None:
        self.found: dict[Hashable, Any] = {}

    def __call__(self, func: Any, args: Any, kwargs: Any, run: Callable[[], Any]) -> Any:
        """Return what `run` does of an operation, or a tensor that looks as what it once returned."""
        try:
            key = _key((func, args, kwargs)) if _can_be(func) and _symbolic(args) else None
        except Unkeyed:
            key = None
        if key is None:
            return run()
        if key not in self.found:
            out = run()
            # Code may turn in place what it gets, so that a tensor of its own is kept.
            self.found[key] = out.detach() if _plain(out) else None
            return out
        known = self.found[key]
        return run() if known is None else known.detach()


def _can_be(func: Any) -> bool:
    """Return whether what an operation returns hangs on axes and numbers alone, and is new."""
    if func.namespace != "aten" or func._schema.is_mutable:
        return False
    return not any(tag in func.tags for tag in HANGS_ON_DATA)


def _plain(one: Any) -> bool:
    """Return whether it is a tensor of which torch knows no numbers."""
    return isinstance(one, torch.Tensor) and getattr(one, "constant", None) is None


def _symbolic(args: Any) -> bool:
    shapes = (one if isinstance(one, tuple) else one.shape for one in args if isinstance(one, (torch.Tensor, tuple)))
    return any(isinstance(size, torch.SymInt) for shape in shapes for size in shape)


def _device(one: Any) -> Any:
    """Return where a tensor is; a tensor without numbers says it without an operation."""
    return one.fake_device if isinstance(one, FakeTensor) else one.device


def _key(one: Any) -> Hashable:
    """What decides of an argument, or of several, how the result looks; Unkeyed where that is not known."""
    if isinstance(one, torch.Tensor):
        if not _plain(one) or one.layout is not torch.strided:
            raise Unkeyed
        sizes = (*one.shape, *one.stride(), one.storage_offset())
        return (one.dim(), one.dtype, _device(one), *map(_key, sizes))
    if isinstance(one, torch.SymInt):
        return one.node.expr  # type: ignore[no-any-return]
    if isinstance(one, (torch.SymFloat, torch.SymBool)):
        raise Unkeyed
    if isinstance(one, (list, tuple)):
        return (type(one), *map(_key, one))
    if isinstance(one, dict):
        return tuple((name, _key(value)) for name, value in one.items())
    if one.__hash__ is None:
        raise Unkeyed
    return (type(one), one)
