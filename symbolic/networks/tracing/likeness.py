"""Which modules of a network are alike: they do the same, as far as classes, shapes and what they keep can tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

NUMBER = re.compile(r"(^|_)(idx|index|number|id|i)$")
"""Names of attributes and arguments by which a layer knows its place."""
DIGITS = re.compile(r"(?<![^.])\d+(?![^.])")
"""A number of a layer in the name of a module."""
INTERNAL = frozenset(vars(nn.Module()))
"""What torch itself keeps in a module."""
PLACE = "its place"
OBJECT = "object"


class Alike(NamedTuple):
    """Modules that are alike, each with the number behind which it stands and its name, in order.

    `placed` says that some of what they keep is that number: only then can one do what another does not.
    """

    modules: list[tuple[int, str, Any]]
    placed: bool


def alike(module: Any, fewest: int) -> Iterator[Alike]:
    """Yield rows of at least so many modules alike within one container.

    A row has whole layers of the container, or parts of one name in them: attention may be the same in layers of two
    kinds. What stands there more than once keeps nothing apart, and is in no row.
    """
    signatures = _Signatures()
    often = _often(module)
    for name, container in module.named_modules():
        if not _numbered(container) or any(part.isdigit() for part in name.split(".")):
            continue
        rows: dict[tuple[str, int], list[tuple[int, str, Any]]] = {}
        for inner, part in container.named_modules(prefix=name):
            inside = inner[len(name) :]
            # A part of a Sequential may have a name instead of a number.
            if part is not container and id(part) not in often and (numbers := DIGITS.findall(inside)):
                place = int(numbers[-1])
                rows.setdefault((DIGITS.sub("{}", inside), signatures(part, place)), []).append((place, inner, part))
        for (_inside, number), row in rows.items():
            if len(row) >= fewest:
                yield Alike(row, number in signatures.placed)


def _numbered(module: Any) -> bool:
    return isinstance(module, (nn.ModuleList, nn.Sequential))


def _often(module: Any) -> set[int]:
    """Return which modules have several names."""
    times = Counter(id(one) for _name, one in module.named_modules(remove_duplicate=False))
    return {one for one, count in times.items() if count > 1}


class _Signatures:
    """What modules alike have in common, as one number: classes, shapes, and all that they keep but their places."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}
        self.known: dict[tuple[int, int], int] = {}
        self.placed: set[int] = set()

    def __call__(self, part: Any, place: int) -> int:
        if (id(part), place) not in self.known:
            inner = tuple((name, None if one is None else self(one, place)) for name, one in part._modules.items())
            kept = tuple((key, _kept(key, value, place)) for key, value in vars(part).items() if key not in INTERNAL)
            said = (
                type(part),
                tuple(
                    (key, tensor if tensor is None else (tensor.dtype, *map(size, tensor.shape)))
                    for key, tensor in (*part._parameters.items(), *part._buffers.items())
                ),
                kept,
                inner,
            )
            number = self.known[id(part), place] = self.numbers.setdefault(said, len(self.numbers))
            if any(value is PLACE for _key, value in kept) or any(one in self.placed for _name, one in inner):
                self.placed.add(number)
        return self.known[id(part), place]


def _kept(key: str, value: Any, place: int) -> Any:
    """Return what an attribute is compared by."""
    if type(value) is int and value == place and NUMBER.search(key):
        return PLACE
    if isinstance(value, torch.Tensor):
        return (value.dtype, *map(size, value.shape))
    if isinstance(value, torch.SymInt):
        return value.node.expr
    if isinstance(value, (list, tuple)):
        return (type(value), *(_kept("", one, place) for one in value))
    if isinstance(value, dict):
        return (dict, *((repr(name), _kept("", one, place)) for name, one in value.items()))
    if isinstance(value, partial):
        return (value.func, _kept("", value.args, place), _kept("", value.keywords, place))
    if isinstance(value, MethodType):
        return (value.__func__, type(value.__self__))
    if isinstance(value, (int, float, str, bool, type(None), type, torch.dtype, FunctionType, BuiltinFunctionType)):
        return (type(value), value)
    return OBJECT, id(value)


def described(value: Any) -> list[Any]:
    """Return what calls are compared by: the shapes of tensors, and everything else as it is."""
    leaves, structure = tree_flatten(value)
    return [structure, *(_leaf(one) for one in leaves)]


def _leaf(one: Any) -> Any:
    if isinstance(one, torch.Tensor):
        return (one.dtype, *map(size, one.shape))
    if isinstance(one, (torch.SymInt, int, float, str, bool, type(None))):
        return type(one), size(one)
    return OBJECT, id(one)


def size(one: Any) -> Any:
    """Return a size as it is compared: SymPy's expression of a symbolic one."""
    return one.node.expr if isinstance(one, torch.SymInt) else one


def is_fixed(given: list[Any]) -> bool:
    """Return whether such a call gives neither the number of a layer nor an object, which may have become another."""
    return not any(leaf[0] == OBJECT or leaf[-1] == PLACE for leaf in given[1:])
