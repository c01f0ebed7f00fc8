"""Reads the formulas of a tensor's axes off the call that makes it: torch.empty(hidden_size, 4 * hidden_size)."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any, ClassVar

import torch
from torch.nn.parameter import is_lazy
from torch.overrides import TorchFunctionMode

from symbolic.formulas.formula import Formula, Number
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.carried import CarriedFloat, CarriedInt, formula_of
from symbolic.networks.tracing.traced_builtins import TracedFloat, TracedInt, TracedMath, traced_len, traced_range

CREATED = {"empty", "zeros", "ones", "rand", "randn", "full", "empty_strided", "new_zeros", "new_ones", "new_empty"}
SIZES = (torch.Tensor.size, torch.Tensor.shape.__get__)
"""What asks a tensor for its shape."""


def axes_of(tensor: Any) -> tuple[Formula, ...] | None:
    """Return the formulas of a tensor's axes, where they are known."""
    return getattr(tensor, "_axes", None)


class ShapeRecorder(TorchFunctionMode):  # type: ignore[misc]  # torch may be absent where types are checked
    """While it is active, new tensors remember the formulas of their axes."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the function, then say what its result's axes are."""
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        if func == torch.Tensor.data.__set__:
            args[0]._axes = axes_of(args[1])  # it has other axes from now on
        if func in SIZES and (axes := axes_of(args[0])) is not None and not _fills():
            return _carrying(out, axes, args[1:], kwargs)
        if isinstance(out, torch.Tensor) and axes_of(out) is None and not is_lazy(out):
            axes = _axes(out, getattr(func, "__name__", ""), args, kwargs)
            if axes is not None and len(axes) == out.dim():
                out._axes = axes
        return out


def _fills() -> bool:
    """Return whether torch's own code asks that fills a weight: no shape comes of what it does with the answer."""
    return sys._getframe(2).f_globals.get("__name__") == "torch.nn.init"


def _carrying(shape: Any, axes: tuple[Formula, ...], at: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
    """Return the shape of a tensor, or one size of it, in numbers that carry the formulas of its axes."""
    if isinstance(shape, tuple):
        return torch.Size([CarriedInt(size, axis) for size, axis in zip(shape, axes, strict=True)])
    return CarriedInt(shape, axes[int((*at, *named.values())[0])])


def _axes(out: Any, name: str, args: Any, kwargs: Any) -> tuple[Formula, ...] | None:
    shape = tuple(out.shape)
    if name in CREATED:
        rest = args[1:] if name.startswith("new_") else args
        size = kwargs.get("size", rest[0] if rest else ())
        if hasattr(size, "__index__"):  # numpy's whole numbers too
            size = [one for one in rest if hasattr(one, "__index__")]
        return tuple(formula_of(one) or Number(int(one)) for one in size)
    if name == "arange" and len(shape) == 1:
        bounds = [one for one in args if isinstance(one, (int, float))]
        if not bounds:
            return None
        start, stop = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
        step = bounds[2] if len(bounds) > 2 else kwargs.get("step", 1)
        first, last, by = formula_of(start), formula_of(stop), formula_of(step)
        if first is None or last is None or by is None:
            return None
        return (make.raised(make.over(make.plus(last, make.negative(first)), by)),)
    if name in ("linspace", "logspace"):
        steps = kwargs.get("steps", args[2] if len(args) > 2 else None)
        made = formula_of(steps)
        return None if made is None else (made,)
    if name in ("cat", "concat", "stack"):
        tensors = args[0]
        known = [axes_of(one) for one in tensors]
        at = kwargs.get("dim", args[1] if len(args) > 1 else 0) % len(shape)
        if any(one is None for one in known):
            return None
        first_axes = list(known[0] or ())
        if name == "stack":
            first_axes.insert(at, Number(len(known)))
            return tuple(first_axes)
        joined: Formula = Number(0)
        for one in known:
            joined = make.plus(joined, (one or ())[at])
        first_axes[at] = joined
        return tuple(first_axes)
    if name in ("reshape", "view", "flatten") and not kwargs and (cut := _cut(shape, args)) is not None:
        return cut
    return _matched(shape, args, kwargs)


def _cut(shape: tuple[int, ...], args: Any) -> tuple[Formula, ...] | None:
    """Return the axes of a tensor cut anew: those that it has before and behind, and what is between as one axis."""
    before = axes_of(args[0])
    if before is None:
        return None
    old, same = tuple(map(int, args[0].shape)), 0
    while same < len(shape) - 1 and same < len(old) and shape[same] == old[same]:
        same += 1
    behind = len(shape) - 1 - same
    if old[len(old) - behind :] != shape[same + 1 :] or len(old) < same + behind:
        return None
    between: Formula = Number(1)
    for axis in before[same : len(old) - behind]:
        between = make.times(between, axis)
    return (*before[:same], between, *before[len(old) - behind :])


def _matched(shape: tuple[int, ...], args: Any, kwargs: Any) -> tuple[Formula, ...] | None:
    """Yield the formula of each axis of the result: that of the argument's axis with the same number."""
    known: dict[int, Formula] = {}

    def look(value: Any) -> Iterator[tuple[int, Formula]]:
        if isinstance(value, torch.Tensor):
            if axes := axes_of(value):  # a lazy one has no shape yet
                yield from zip(map(int, value.shape), axes, strict=False)
        elif isinstance(value, (list, tuple)):
            for one in value:
                yield from look(one)
        elif isinstance(value, int) and not isinstance(value, bool):
            formula = formula_of(value)
            if formula is not None and not isinstance(formula, Number):
                yield int(value), formula

    same = next((one for one in args if isinstance(one, torch.Tensor)), None)
    if same is not None and axes_of(same) is not None and tuple(same.shape) == shape:
        return axes_of(same)
    for number, formula in look((*args, *kwargs.values())):
        known.setdefault(number, formula)
    if not any(number in known for number in shape):
        return None
    return tuple(known[number] if number in known and number != 1 else Number(number) for number in shape)


_new = torch.nn.Parameter.__new__


def _parameter(cls: Any, data: Any = None, requires_grad: bool = True) -> Any:
    made = _new(cls, data, requires_grad)
    axes = axes_of(data)
    if axes is not None:
        made._axes = axes
    return made


def _float_tensor(*size: Any) -> Any:
    """Return what torch.FloatTensor(rows, columns) makes, by a function whose sizes can be read."""
    return torch.empty(*size) if all(isinstance(one, int) for one in size) else torch.FloatTensor(*size)


class _Legacy(type):
    """torch.Tensor as code asks for it, but torch.Tensor(rows, columns) is made by what remembers its sizes."""

    def __call__(cls, *given: Any, **named: Any) -> Any:
        whole = given and not named and all(isinstance(one, int) for one in given)
        return torch.empty(*given) if whole else torch.Tensor(*given, **named)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, torch.Tensor)

    def __getattr__(cls, name: str) -> Any:
        return getattr(torch.Tensor, name)


class _Tensor(metaclass=_Legacy):
    pass


class TracedTorch:
    """The module torch in the code of a network; of its tensors made of whole numbers the sizes can be read."""

    MADE: ClassVar[Mapping[str, Any]] = {"Tensor": _Tensor, "FloatTensor": _float_tensor}

    def __getattr__(self, name: str) -> Any:
        return self.MADE[name] if name in self.MADE else getattr(torch, name)


@contextmanager
def traced(modules: list[ModuleType]) -> Iterator[None]:
    """Let int, float, range, len and math keep formulas in these modules, and parameters those of their axes."""
    put: list[tuple[ModuleType, str, Any]] = []
    torch.nn.Parameter.__new__ = _parameter
    try:
        for module in modules:
            for name, value in (
                ("int", TracedInt),
                ("float", TracedFloat),
                ("range", traced_range),
                ("len", traced_len),
            ):
                if name not in vars(module):
                    setattr(module, name, value)
                    put.append((module, name, None))
            if vars(module).get("math") is math:
                vars(module)["math"] = TracedMath()
                put.append((module, "math", math))
            if vars(module).get("torch") is torch and not module.__name__.startswith("torch."):
                vars(module)["torch"] = TracedTorch()
                put.append((module, "torch", torch))
        with ShapeRecorder():
            yield
    finally:
        torch.nn.Parameter.__new__ = _new
        for module, name, old in put:
            if old is None:
                delattr(module, name)
            else:
                setattr(module, name, old)


def carry_constants(modules: list[ModuleType], *, carry: bool = True) -> None:
    """Make float constants of code carry formulas, since in `0.75 * width` they are asked first; or make them plain.

    Defaults of arguments are among them.
    """
    for module in modules:
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                for part in list(vars(value).values()):
                    _carry(part, carry=carry)
            elif getattr(value, "__module__", "") == module.__name__:
                _carry(value, carry=carry)


def _carry(value: Any, *, carry: bool) -> None:
    for function in (value, getattr(value, "fget", None), getattr(value, "__func__", None)):
        inner = function
        while inner is not None:
            if isinstance(inner, FunctionType):
                inner.__code__ = _carrying_code(inner.__code__, carry=carry)
                given, named = inner.__defaults__, inner.__kwdefaults__
                if given:
                    inner.__defaults__ = tuple(_carrying_constant(one, carry=carry) for one in given)
                if named:
                    inner.__kwdefaults__ = {name: _carrying_constant(one, carry=carry) for name, one in named.items()}
            inner = getattr(inner, "__wrapped__", None)


def _carrying_code(code: CodeType, *, carry: bool) -> CodeType:
    constants = tuple(_carrying_constant(one, carry=carry) for one in code.co_consts)
    return code if constants == code.co_consts and not _has_float(code) else code.replace(co_consts=constants)


def _has_float(code: CodeType) -> bool:
    return any(isinstance(one, float) or (isinstance(one, CodeType) and _has_float(one)) for one in code.co_consts)


def _carrying_constant(one: Any, *, carry: bool) -> Any:
    if isinstance(one, CodeType):
        return _carrying_code(one, carry=carry)
    if not carry:
        return one.plain if isinstance(one, CarriedFloat) else one
    if type(one) is float and (formula := formula_of(one)) is not None:
        return CarriedFloat(one, formula)
    return one


def modules_of(*classes: type) -> list[ModuleType]:
    """The modules that hold the code of these classes and of those that they build on, configuration files included.

    A file of the same package from which one of them has classes is among them: BLIP's decoder has a file of its own.
    """
    found: list[ModuleType] = []
    for one in classes:
        for base in one.__mro__:
            name = base.__module__
            if name.split(".")[0] in ("torch", "builtins", "abc") or name.startswith("transformers.modeling_utils"):
                continue
            for place in (
                name,
                name.replace("configuration_", "modeling_"),
                name.replace("modeling_", "configuration_"),
            ):
                module = sys.modules.get(place)
                if module is not None and module not in found and place.count(".") > 1:
                    found.append(module)
    for module in tuple(found):
        package = module.__name__.rpartition(".")[0]
        for one in vars(module).values():
            other = sys.modules.get(getattr(one, "__module__", None) or "") if isinstance(one, type) else None
            if other is not None and other not in found and other.__name__.rpartition(".")[0] == package:
                found.append(other)
    return found
