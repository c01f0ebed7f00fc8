"""A forward pass of a built module with sizes that are symbols: its products, and its cache, as formulas.

The module was built with numbers that carry formulas. Each tensor of it is replaced by one without data whose axes are
torch's symbolic integers of the same formulas, and each number that it keeps by its symbolic integer; then it runs.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from symbolic.formulas.formula import Formula
from symbolic.networks.tracing.cached import CachedTensor, kept
from symbolic.networks.tracing.carried import CarriedFloat, CarriedInt, met_by_symbols
from symbolic.networks.tracing.construction import Staying, shapes_of
from symbolic.networks.tracing.creation import axes_of
from symbolic.networks.tracing.forward import Multiplied
from symbolic.networks.tracing.guards import Watch, fixed, step
from symbolic.networks.tracing.likeness import INTERNAL
from symbolic.networks.tracing.pass_math import layers
from symbolic.networks.tracing.questions import Line, asking
from symbolic.networks.tracing.rearranged import REARRANGED
from symbolic.networks.tracing.recurrent import recurrent
from symbolic.networks.tracing.repeating import recorded_once
from symbolic.networks.tracing.resized import is_constant, padded, resized, shortened
from symbolic.networks.tracing.symbolic_sizes import TOKENS, SymbolicSizes, expression

ROUTED = "rows that a router chose"
"""The name of the size that hangs on the data: how many tokens an expert gets."""


WINDOWS = (nn.functional.conv1d, nn.functional.conv2d, nn.functional.conv3d)
"""What makes images smaller, and the formulas of their sides longer, in each layer."""
LARGEST = (torch.max, torch.Tensor.max, torch.argmax, torch.Tensor.argmax)
"""What finds the best one of an axis; code that sends each row to a single expert does so."""
UNIQUE = ("unique", "_unique_impl", "_return_output")


class Chosen(list):  # type: ignore[type-arg]
    """The experts that were chosen, as tensors with one number each."""

    def tolist(self) -> list[int]:
        """The numbers alone."""
        return [int(one) for one in self]


class Routed(torch.overrides.TorchFunctionMode):  # type: ignore[misc]  # torch may be absent
    """While it is active, a question to the data is answered with yes, and a choice of rows has a size of its own.

    `routes` notes each choice of the best: how many of how many, `best` those of a single one; `asked` the lines that
    ask the data, of which those in `no` are answered with no. `watch` is called after each function.
    """

    def __init__(
        self,
        sizes: SymbolicSizes,
        watch: Callable[[], None] | None = None,
        no: Container[Line] = (),
        stacks: Container[str] = (),
    ) -> None:
        super().__init__()
        self.sizes, self.watch, self.no, self.stacks = sizes, watch, no, stacks
        self.asked: dict[Line, None] = {}
        self.routes: list[tuple[Any, Any]] = []
        self.best: list[tuple[Any, Any]] = []
        self.experts: dict[int, tuple[Any, int]] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, or answer."""
        kwargs = kwargs or {}
        if func is torch.Tensor.__bool__:
            line = asking()
            self.asked[line] = None
            return line not in self.no
        if (made := self._without_numbers(func, args, kwargs)) is not None:
            return made
        asked = any(kwargs.get(name) for name in ("return_inverse", "return_counts"))
        if getattr(func, "__name__", "") in UNIQUE and not asked and self.routes:
            # Which experts were chosen: all of them, one after the other.
            of = self.routes[-1][1]
            return Chosen(self._expert(number) for number in range(layers(of, self.stacks) or int(of)))
        if func in (torch.Tensor.item, torch.Tensor.__int__, torch.Tensor.tolist) and id(args[0]) in self.experts:
            return self.experts[id(args[0])][1]
        if (func is torch.where and len(args) == 1) or func in (torch.nonzero, torch.Tensor.nonzero):
            rows = self._rows(args[0].dim())
            return rows if func is torch.where or kwargs.get("as_tuple") else torch.stack(rows, -1)
        if func in (torch.Tensor.__getitem__, torch.Tensor.__setitem__):
            args = (args[0], self._chosen(args[1]), *args[2:])
        if func in (torch.topk, torch.Tensor.topk):
            self.routes.append((args[1] if len(args) > 1 else kwargs["k"], args[0].shape[-1]))
        if func in LARGEST and type(axis := kwargs.get("dim", args[1] if len(args) > 1 else None)) is int:
            self.best.append((1, args[0].shape[axis]))
        out = func(*args, **kwargs)
        if func in WINDOWS and isinstance(out, torch.Tensor):
            out = shortened(out, self.sizes)
        if self.watch is not None:
            self.watch()
        return out

    def _without_numbers(self, func: Any, args: Any, kwargs: Any) -> Any:
        """What a function makes whose own code in torch wants plain numbers; None of any other."""
        if func is torch.nn.functional.pad and is_constant(*args[2:], **kwargs):
            return padded(args[0], kwargs["pad"] if "pad" in kwargs else args[1], self.sizes)
        if func is torch.nn.functional.interpolate:
            return resized(*args, **kwargs)
        if func in REARRANGED:
            return REARRANGED[func](*args, **kwargs)
        if func is torch.linalg.solve_triangular and args[0].dim() == args[1].dim():
            return args[1]
        return None

    def chosen(self, products: Iterable[Multiplied]) -> list[tuple[Any, Any]]:
        """Return each choice of the best; of one alone where rows were sent to as many layers as there are to choose.

        What finds the largest number is asked for other reasons, too.
        """
        if self.routes or not any(ROUTED in map(self._name, each.axes) for each in products):
            return self.routes
        return [(one, of) for one, of in self.best if layers(of, self.stacks)]

    def _name(self, axis: Any) -> str:
        return self.sizes.names.get(expression(axis), "")

    def _expert(self, number: int) -> Any:
        """The number of an expert, as a tensor that knows it."""
        made = torch.zeros((), dtype=torch.long)
        self.experts[id(made)] = (made, number)
        return made

    def _rows(self, count: int) -> tuple[Any, ...]:
        """Places of chosen rows, one list an axis."""
        return tuple(torch.zeros((self.sizes(ROUTED, 3),), dtype=torch.long) for _ in range(count))

    def _chosen(self, index: Any) -> Any:
        if isinstance(index, torch.Tensor) and index.dtype is torch.bool and index.dim():
            rows = self._rows(index.dim())
            return rows if len(rows) > 1 else rows[0]
        if isinstance(index, tuple):
            made: list[Any] = []
            for part in index:
                one = self._chosen(part)
                made += one if isinstance(one, tuple) else [one]
            return tuple(made)
        return index


@dataclass
class Passed:
    """A pass: its products, what its cache keeps, the names of its sizes, and each choice of the best experts.

    `asked` are the lines that asked the data; one on random numbers has `shared` out what hung on these.
    """

    products: list[Multiplied]
    kept: list[CachedTensor]
    sizes: SymbolicSizes
    routes: list[tuple[Any, Any]]
    shapes: dict[str, tuple[Any, ...]]
    asked: Collection[Line] = ()
    shared: bool = False

    def lost(self) -> list[str]:
        """The sizes that the code compared with a number in such a way that only this number is known to be right."""
        found = set(fixed(self.sizes, self.sizes.asked()))
        return sorted(found - {ROUTED, *([] if self.sizes.of_tokens is None else [TOKENS])})

    def is_routed(self, axes: Iterable[Any]) -> bool:
        """Return whether one of these axes is how many rows were chosen."""
        symbols = {symbol for axis in axes for symbol in getattr(expression(axis), "free_symbols", ())}
        return any(self.sizes.names.get(symbol) == ROUTED for symbol in symbols)

    def step(self, values: Mapping[str, Any]) -> int:
        """How many tokens the code works on at a time, where it was seen with one such step only, else 0."""
        return step(self.sizes, self.sizes.asked(), values)


def passed(
    module: Any,
    values: Mapping[str, Any],
    call: Callable[[Callable[..., Any]], Any],
    known: Iterable[tuple[Formula, str, Formula]] = (),
    *,
    watched: int | None = None,
    sure: set[tuple[str, ...]] | None = None,
    plain: bool = False,
    no: Container[Line] = (),
    stacks: Container[str] = (),
) -> Passed:
    """Run a built module; `known` are comparisons that its constructor made, such as that heads divide the width.

    A `watched` pass ends as soon as it is known not to hold for other numbers of tokens: Unformulated, or Stepped where
    the code works on more tokens at a time than this number.

    Questions to the data are answered with yes, on the lines in `no` with no. `stacks` are the sizes that say how many
    layers there are in a stack.

    `sure` has the modules that did the same in an earlier pass, as `recorded_once` finds them. A `plain` pass has the
    numbers of sizes: it tells how much is multiplied, and takes a fifth of what the formulas do.

    `call` gets what makes an input of its axes (numbers, formulas, or names that `values` gives a number) and its type.
    """
    sizes = SymbolicSizes(plain=plain)
    mode = torch.device("meta") if plain else _followed(sizes)

    def made(axes: Sequence[Any], kind: torch.dtype) -> Any:
        numbers = {name: value for name, value in values.items() if isinstance(value, int)}
        shape = [
            sizes(one, int(values[one]))
            if isinstance(one, str)
            else sizes.of(one, int(one.value(numbers)), values)
            if isinstance(one, Formula)
            else one
            for one in axes
        ]
        return torch.zeros(shape, dtype=kind)

    with mode:
        _replaced(module, sizes, values)
        sizes.learn(known, values)
        routed = Routed(sizes, None if watched is None else Watch(sizes, values, watched), no, stacks)
        symbols = met_by_symbols(lambda size: sizes.of(size.formula, size.plain, values))
        kernel = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
        with recurrent(module), Staying(), routed, symbols, kernel, _without_kernels(), _quiet():
            products, out = recorded_once(module, lambda: call(made), sure)
        shapes = shapes_of(module)
        return Passed(products, kept(out), sizes, routed.chosen(products), shapes, routed.asked)


def _followed(sizes: SymbolicSizes) -> Any:
    """The mode in which tensors have no data and axes of such sizes."""
    mode = FakeTensorMode(shape_env=sizes.env, allow_non_fake_inputs=True)
    # `Remembered` does it with less work.
    mode.cache_enabled = False
    return mode


def _replaced(module: Any, sizes: SymbolicSizes, values: Mapping[str, Any]) -> None:
    """Put tensors without data and symbolic integers in the places of what a module holds."""
    done: dict[int, Any] = {}
    first: dict[Any, Any] = {}

    def like(axes: Sequence[Formula | None], old: Any) -> Any:
        """A tensor of such axes, which torch works out once: others share what it knows of them."""
        key = (tuple(axes), tuple(old.shape), old.dtype)
        if key not in first:
            shape = [sizes.of(axis, int(size), values) for axis, size in zip(axes, old.shape, strict=True)]
            first[key] = torch.empty(shape, dtype=old.dtype)
        return first[key]

    def tensor(old: Any) -> Any:
        if id(old) not in done:
            made = like(axes_of(old) or [None] * old.dim(), old)
            new = nn.Parameter(made, requires_grad=False) if isinstance(old, nn.Parameter) else made.detach()
            # The old one stays alive: another must not get its id.
            done[id(old)] = (new, old)
        return done[id(old)][0]

    for part in module.modules():
        for store in (part._parameters, part._buffers):
            for name, old in list(store.items()):
                if old is not None:
                    store[name] = tensor(old)
        for name, value in list(vars(part).items()):
            if name not in INTERNAL:
                vars(part)[name] = _converted(value, sizes, values, done)


def _converted(value: Any, sizes: SymbolicSizes, values: Mapping[str, Any], done: dict[int, Any]) -> Any:
    """What a module holds, with symbolic integers in it; objects such as a config are changed where they are."""
    if isinstance(value, CarriedInt):
        return sizes.of(value.formula, value.plain, values)
    if isinstance(value, CarriedFloat):
        return value.plain
    if isinstance(value, torch.Tensor):
        if id(value) not in done and (axes := axes_of(value)) is not None:
            # A tensor that is no buffer, such as a mask that each layer keeps.
            shape = [sizes.of(axis, int(size), values) for axis, size in zip(axes, value.shape, strict=True)]
            done[id(value)] = (torch.empty(shape, dtype=value.dtype), value)
        return done[id(value)][0] if id(value) in done else value
    if isinstance(value, (list, tuple)) and type(value).__name__ in ("list", "tuple", "CarriedList"):
        return (tuple if isinstance(value, tuple) else list)(_converted(one, sizes, values, done) for one in value)
    if type(value) is dict:
        return {key: _converted(one, sizes, values, done) for key, one in value.items()}
    if isinstance(value, dict) and id(value) not in done:
        # One of a class of its own, such as a config that is asked as a dict and as an object.
        done[id(value)] = (value, value)
        value.update({key: _converted(one, sizes, values, done) for key, one in value.items()})
        return value
    if _is_plain_object(value) and id(value) not in done:
        done[id(value)] = (value, value)
        for name, one in list(vars(value).items()):
            made = _converted(one, sizes, values, done)
            if made is not one:
                vars(value)[name] = made
    return value


def _is_plain_object(value: Any) -> bool:
    kind = type(value)
    return (
        hasattr(value, "__dict__")
        and not isinstance(value, (nn.Module, type))
        and not callable(value)
        and kind.__module__.split(".")[0] not in ("torch", "builtins", "functools", "types")
    )


@contextlib.contextmanager
def _without_kernels() -> Iterator[None]:
    """Let torch not ask how large an image is to choose the kernel of a convolution: that is of no account."""
    enabled = torch._C._get_mkldnn_enabled()
    torch._C._set_mkldnn_enabled(False)
    try:
        yield
    finally:
        torch._C._set_mkldnn_enabled(enabled)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep from the terminal what torch writes of a pass that can't be followed: the page says so in a sentence."""
    log = logging.getLogger("torch")
    level = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(level)
