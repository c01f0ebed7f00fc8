"""What a forward pass multiplies: each product with its axes, the module that makes it, and the weight that it reads.

The products are those that torch's FlopCounterMode counts, two operations for each number of `axes` multiplied. Under
FakeTensorMode with symbolic sizes the axes are symbolic, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import sympy
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from symbolic.networks.tracing.construction import in_description
from symbolic.networks.tracing.cut_anew import cut_anew
from symbolic.networks.tracing.likeness import size
from symbolic.networks.tracing.remembered import Remembered
from symbolic.networks.tracing.shape_kept import ShapeKept

aten = torch.ops.aten
PRODUCTS = {aten.mm: (0, 1), aten.addmm: (1, 2), aten.bmm: (0, 1), aten.baddbmm: (1, 2)}
"""The products of two matrices, with the places of the two among the arguments."""
CONVOLUTIONS = (aten.convolution, aten._convolution)
VIEWS = (aten.view.default, aten._unsafe_view.default)
SELECTED = (aten.index, aten.index_select, aten.embedding, aten.gather)
"""What takes rows out of a table: of a stack of matrices it is one of them, of a single matrix it is a result."""


@dataclass(frozen=True, slots=True)
class Multiplied:
    """A product: its module, the weight that is a factor ("" where both are computed), and the axes it runs over.

    `rows` are those that the weight does not have: the places for which it is multiplied.
    """

    module: str
    weight: str
    axes: tuple[Any, ...]
    rows: tuple[Any, ...] = ()


class Recorder(TorchDispatchMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """Writes down the products of what runs under it."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.found: list[Multiplied] = []
        self.place: list[str] = []
        self.remembered = Remembered()
        self.known: dict[int, tuple[Any, str]] = {}
        self.tied: dict[str, str] = {}
        """The first name of each tensor that has several, by the others."""
        for full, tensor in module.named_parameters(remove_duplicate=False):
            name = in_description(full)
            first = self.known.setdefault(id(tensor), (tensor, name))[1]
            if first != name:
                self.tied[name] = first

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operation, and note it where it is a product."""
        if func is torch.ops.prim.device.default:
            return func(*args)
        packet = func._overloadpacket
        if packet is aten.baddbmm and any(isinstance(size, torch.SymInt) for size in args[1].shape):
            # Its meta function wants plain numbers; the shape of its result is that of the product.
            out = aten.bmm.default(args[1], args[2])
        elif packet is aten.clone and not kwargs and in_order(args[0]):
            # It looks as a new tensor does, and torch compares all strides to find that out.
            given = {"dtype": args[0].dtype, "device": args[0].device}
            made = partial(aten.empty.memory_format, args[0].shape, **given)
            out = self.remembered(aten.empty.memory_format, (tuple(args[0].shape),), given, made)
        else:
            out = self.remembered(func, args, kwargs or {}, lambda: self._run(func, args, kwargs or {}))
        if packet in PRODUCTS:
            left, right = (args[place] for place in PRODUCTS[packet])
            own = left.shape[-2] if self.weight_of(right) else right.shape[-1]
            # What is added up is as long on both sides, and a weight's axis has the sizes that it was made of.
            added = right.shape[-2] if self.weight_of(right) else left.shape[-1]
            self._note(left, right, (*left.shape[:-1], added, right.shape[-1]), (own,))
        elif packet in CONVOLUTIONS:
            turned = args[6]
            # A convolution multiplies each place of its result with a kernel; turned around, each place of its input.
            places = (args[0] if turned else out).shape
            rows = (places[0], *places[2:])
            self._note(args[0], args[1], (*rows, *args[1].shape), rows)
        self._follow(packet, args, kwargs, out)
        return out

    def _run(self, func: Any, args: Any, kwargs: Any) -> Any:
        """Run an operation; of a view with the same factors its axes are known."""
        if func in VIEWS and not kwargs and (shape := cut_anew(*args)) is not None:
            return aten.empty.memory_format(shape, dtype=args[0].dtype, device=args[0].device)
        return func(*args, **kwargs)

    def _note(self, left: Any, right: Any, axes: tuple[Any, ...], rows: tuple[Any, ...]) -> None:
        names = [name for one in (right, left) if (name := self.weight_of(one))]
        self.found.append(Multiplied(self.place[-1] if self.place else "", names[0] if names else "", axes, rows))

    def weight_of(self, tensor: Any) -> str:
        """Return the name of the weight that a tensor is, or is made of alone; "" where it is none."""
        return self.known.get(id(tensor), (None, ""))[1]

    def _follow(self, packet: Any, args: Any, kwargs: Any, out: Any) -> None:
        """What is made of weights alone is a weight still: turned, cut, converted."""
        given = [one for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Tensor)]
        if not given or not isinstance(given[0], torch.Tensor) or not (name := self.weight_of(given[0])):
            return
        if packet in (aten.addmm, aten.baddbmm):
            return  # the first is a bias
        if packet in SELECTED:
            if given[0].dim() < 3:
                return
        elif not all(self.weight_of(one) for one in given):
            return
        for made in tree_leaves(out):
            if isinstance(made, torch.Tensor) and id(made) not in self.known:
                self.known[id(made)] = (made, name)


def in_order(tensor: Any) -> bool:
    """Return whether each stride of a tensor with symbolic sizes is a multiple of the next, as those of a part are."""
    strides = [size(one) for one in tensor.stride()]
    return any(isinstance(one, torch.SymInt) for one in tensor.shape) and all(map(_is_multiple, strides, strides[1:]))


@cache
def _is_multiple(one: Any, other: Any) -> bool:
    if one == 0 or other == 0:
        return False
    times = sympy.sympify(one) / other
    return bool(times.is_integer and times.is_positive)


@contextmanager
def watched(module: Any, recorder: Recorder) -> Iterator[None]:
    """Let the recorder know at each moment which module is at work."""
    hooks = []
    for name, part in module.named_modules():
        if isinstance(part, torch.jit.ScriptModule):
            continue  # it takes no hooks: what it multiplies is of the module around it

        def enter(_module: Any, _given: Any, name: str = in_description(name)) -> None:
            recorder.place.append(name)

        def leave(_module: Any, _given: Any, _out: Any) -> None:
            recorder.place.pop()

        hooks += [part.register_forward_pre_hook(enter), part.register_forward_hook(leave)]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def recorded(
    module: Any, call: Callable[[], Any], recorder: Recorder | None = None, *, numbers: bool = False
) -> tuple[list[Multiplied], Any]:
    """Run a call of a module; return its products, and what it returned.

    With `numbers` all is worked out, since the code may ask for a value; else what keeps its shape is left as it is.
    """
    recorder = recorder or Recorder(module)
    shapes = nullcontext() if numbers else ShapeKept(recorder.weight_of)
    with watched(module, recorder), torch.no_grad(), recorder, shapes:
        out = call()
    return recorder.found, out
