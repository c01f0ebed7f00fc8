"""Build a module without memory and list its tensors: names, shapes, formulas of the axes, ties, owners."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.overrides import TorchFunctionMode

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula
from symbolic.networks.learned.description import FIXED
from symbolic.networks.tracing.creation import axes_of, traced

NUMBER = re.compile(r"(?<=\.)\d+(?=\.|$)|^\d+(?=\.)")
UNWRITTEN = re.compile(r"[^\w./+-]+")
"""What the lines of a description have no place for in a name; keys of an nn.ModuleDict may have it."""


@dataclass(frozen=True, slots=True)
class TracedTensor:
    """A tensor of a module: `axes` are the formulas of its shape, `tied_to` the tensor that it is again.

    A parameter that is `fixed` has no gradient: the code builds the network so that it is not trained.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[Formula, ...] | None
    owner: str
    tied_to: str = ""
    buffer: bool = False
    fixed: bool = False

    @property
    def owned(self) -> str:
        """The owner as an entry of a description has it, the word `fixed` before that of a fixed parameter."""
        return f"{FIXED} {self.owner}" if self.fixed else self.owner

    @property
    def pattern(self) -> str:
        """The name with {} for each number in it."""
        return NUMBER.sub("{}", self.name)

    @property
    def index(self) -> tuple[int, ...]:
        """The numbers in the name."""
        return tuple(int(found) for found in NUMBER.findall(self.name))


def in_description(name: str) -> str:
    """Return the name of a module or a tensor as a description has it: `heads.task: a` is `heads.task_a`."""
    return UNWRITTEN.sub("_", name)


def built(make: Callable[[], Any], modules: list[ModuleType] | None = None) -> Any:
    """Return the module that a call makes, on torch's meta device; in `modules` sizes keep their formulas.

    Code that asks a row of numbers for its values, as rates of dropping layers are made, has it with its numbers.
    """
    try:
        return _built(make, modules, nullcontext())
    except (RuntimeError, NotImplementedError, AssertionError) as problem:
        # Torch asserts that it was made for a graphics card, where code moves a module to one.
        if not any(word in str(problem).lower() for word in ("meta", "cuda", "incompatible tensor type")):
            raise
    return _built(make, modules, WithNumbers())


def _built(make: Callable[[], Any], modules: list[ModuleType] | None, rows: AbstractContextManager[Any]) -> Any:
    with torch.device("meta"), rows, unchecked():
        if modules is None:
            return make()
        with traced(modules):
            return make()


@contextmanager
def unchecked() -> Iterator[None]:
    """Let distributions not ask tensors without data whether their values are probabilities."""
    kind: Any = torch.distributions.Distribution
    checks = kind._validate_args
    kind.set_default_validate_args(False)
    try:
        yield
    finally:
        kind.set_default_validate_args(checks)


class Staying(TorchFunctionMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """While it is active, a tensor without data that code moves to another device, as to "cuda", stays where it is."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, but change the type alone where it moves."""
        kwargs = kwargs or {}
        if func in (torch.Tensor.to, torch.Tensor.cpu, torch.Tensor.cuda) and is_without_data(args[0]):
            kinds = [one for one in (*args[1:], kwargs.get("dtype")) if isinstance(one, torch.dtype)]
            kinds += [one.dtype for one in args[1:] if isinstance(one, torch.Tensor)]
            return args[0].type(kinds[0]) if kinds else args[0]
        return func(*args, **kwargs)


def is_without_data(tensor: Any) -> bool:
    """Return whether a tensor has axes and a type only."""
    return bool(tensor.is_meta) or isinstance(tensor, FakeTensor)


class WithNumbers(Staying):
    """While it is active, rows such as torch.linspace(0, 1, 12) have their numbers; no weight is made so.

    What a weight begins with is not solved for: that has no shape but its own.
    """

    MADE = frozenset({torch.linspace, torch.logspace, torch.arange, torch.tensor})

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, on the processor where it makes a row."""
        kwargs = kwargs or {}
        if func is torch.linalg.lstsq:
            return SimpleNamespace(solution=torch.empty((*args[0].shape[:-2], args[0].shape[-1], args[1].shape[-1])))
        if func is torch.allclose and any(map(is_without_data, args[:2])):
            return True  # code asserts what it begins with, as that a weight is orthogonal
        if func == torch.Tensor.data.__set__ and is_without_data(args[0]):
            args = (args[0], args[1].to(args[0].device))
        if func is torch.Tensor.copy_:
            return args[0]  # what it begins with is of no account
        if func is torch.Tensor.to_sparse:
            return args[0]  # its shape is that of the dense one
        if func in self.MADE and kwargs.get("device") is None:
            kwargs = {**kwargs, "device": "cpu"}
        return super().__torch_function__(func, types, args, kwargs)


def traced_tensors(module: Any) -> list[TracedTensor]:
    """Return every parameter of a module, a tied one under each of its names, and the buffers that correct a router."""
    first: dict[int, str] = {}
    found = []
    owners = dict(module.named_modules(remove_duplicate=False))
    for name, tensor in module.named_parameters(remove_duplicate=False):
        canonical = first.setdefault(id(tensor), name)
        owner = owner_kind(owners[name.rpartition(".")[0]])
        axes = axes_of(tensor)
        tied = "" if canonical == name else in_description(canonical)
        shape, fixed = tuple(map(int, tensor.shape)), not tied and not tensor.requires_grad
        found.append(TracedTensor(in_description(name), shape, axes, owner, tied, fixed=fixed))
    found.extend(_buffers(module))
    times = Counter(one.name for one in found)
    if alike := next((name for name in times if times[name] > 1), ""):
        raise ConfigError(f"names of several tensors differ in spaces and signs only: {alike}; give them other names")
    return found


def shapes_of(module: Any) -> dict[str, tuple[Any, ...]]:
    """Return the shape of each parameter by its name, a tied one under each of its names."""
    return {in_description(name): tuple(one.shape) for name, one in module.named_parameters(remove_duplicate=False)}


def _buffers(module: Any) -> Iterator[TracedTensor]:
    for full, owner, tensor in _stored_buffers(module):
        if _corrects(full, tensor):
            yield TracedTensor(
                in_description(full), tuple(map(int, tensor.shape)), axes_of(tensor), owner_kind(owner), buffer=True
            )


def stores_more(module: Any) -> bool:
    """Return whether files of a module hold buffers that `traced_tensors` leaves out: a mask, averages of a norm."""
    return any(not _corrects(full, tensor) for full, _owner, tensor in _stored_buffers(module))


def _stored_buffers(module: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each buffer that files hold, with its full name and the module that has it."""
    for place, owner in module.named_modules():
        for name, tensor in owner._buffers.items():
            if tensor is not None and name not in owner._non_persistent_buffers_set:
                yield (f"{place}.{name}" if place else name), owner, tensor


def _corrects(name: str, tensor: Any) -> bool:
    """Return whether a buffer is a number for each expert; a mask that is called `bias` has more axes."""
    return name.endswith("bias") and tensor.dim() == 1


def owner_kind(owner: Any) -> str:
    """Return what kind of module holds a tensor: the word that a description uses."""
    nn = torch.nn
    if isinstance(owner, nn.Linear):
        return "linear"
    if isinstance(owner, nn.Embedding):
        return "embedding"
    if isinstance(owner, (nn.modules.conv._ConvTransposeNd,)):
        return "deconv"
    if isinstance(owner, nn.modules.conv._ConvNd):
        return "conv"
    if isinstance(owner, (nn.LSTM, nn.GRU, nn.RNN)):
        return "recurrent"
    kind = type(owner).__name__
    if kind == "Conv1D":
        return "conv1d"
    if "Norm" in kind:
        return "norm"
    if "Embedding" in kind:
        return "embedding"
    if "Linear" in kind:
        return "linear"
    return "own"
