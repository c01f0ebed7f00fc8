"""Layers that are alike do not all run: what one multiplies, the others multiply too, each with its own weights.

Of layers alike in one container the first two run, and the last. The others are taken to do what the second did, as
long as they are called alike. Where the second or the last did something else than the one before, all of them run.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import torch
from torch import nn
from torch.utils._pytree import tree_flatten

from symbolic.networks.tracing.forward import Multiplied, Recorder, recorded

FEWEST = 4
"""Of fewer layers alike each runs."""
NUMBER = re.compile(r"(^|_)(idx|index|number|id|i)$")
"""Names of attributes by which a layer knows its place."""
INTERNAL = frozenset(vars(nn.Module()))
"""What torch itself keeps in a module."""


class Unlike(Exception):
    """The last of some layers did something else than the others were taken to do."""


@dataclass
class LayerRun:
    """What a layer did: how it was called, its products, what it returned, and the layers of the cache it changed."""

    place: int
    name: str
    given: list[Any]
    products: list[Multiplied]
    out: Any
    kept: list[int]

    def as_of(self, place: int, name: str) -> LayerRun:
        """Return what another layer does that is alike."""
        products = [
            replace(one, module=_renamed(one.module, self.name, name), weight=_renamed(one.weight, self.name, name))
            for one in self.products
        ]
        kept = [at + place - self.place for at in self.kept]
        return replace(self, place=place, name=name, products=products, kept=kept)

    def same(self, other: LayerRun) -> bool:
        """Return whether two layers did the same."""
        mine = self.as_of(other.place, other.name)
        return (
            [_axes(one) for one in mine.products] == [_axes(one) for one in other.products]
            and mine.kept == other.kept
            and _described(mine.out) == _described(other.out)
        )


def _axes(one: Multiplied) -> tuple[Any, ...]:
    return one.module, one.weight, *map(_size, one.axes), "rows", *map(_size, one.rows)


def _renamed(name: str, old: str, new: str) -> str:
    return new + name.removeprefix(old) if f"{name}.".startswith(f"{old}.") else name


@dataclass
class AlikeLayers:
    """Layers that are alike: their places in the container, in order, and the last that ran."""

    recorder: Recorder
    places: list[int] = field(default_factory=list)
    before: LayerRun | None = None
    second: bool = False
    skipped: bool = False

    def forward(self, number: int, name: str, run: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a layer, or note what it would do and return what the one before returned."""
        given, place = _described((args, kwargs)), self.places[number]
        inside = 1 < number < len(self.places) - 1
        if inside and self.second and self.before and self.before.given == given:
            replayed = self.before.as_of(place, name)
            if _copied(_caches(args, kwargs), self.before.kept, replayed.kept):
                self.recorder.found += replayed.products
                self.skipped = True
                return replayed.out
        start, caches = len(self.recorder.found), _caches(args, kwargs)
        earlier = [_held(cache) for cache in caches]
        out = run(*args, **kwargs)
        kept = sorted({at for cache, old in zip(caches, earlier, strict=True) for at in _changed(old, _held(cache))})
        made = LayerRun(place, name, given, self.recorder.found[start:], out, kept)
        # What was given may not have become another: a list to which the layer adds something.
        alike = self.before is not None and self.before.same(made) and _described((args, kwargs)) == given
        if number == 1:
            self.second = alike
        if self.skipped and number == len(self.places) - 1 and not alike:
            raise Unlike
        if number < 2:
            self.before = made
        return out


def _described(value: Any) -> list[Any]:
    """Return what calls are compared by: the shapes of tensors, and everything else as it is."""
    leaves, structure = tree_flatten(value)
    return [structure, *(_leaf(one) for one in leaves)]


def _leaf(one: Any) -> Any:
    if isinstance(one, torch.Tensor):
        return (one.dtype, *map(_size, one.shape))
    if isinstance(one, (torch.SymInt, int, float, str, bool, type(None))):
        return type(one), _size(one)
    return "object", id(one)


def _size(one: Any) -> Any:
    return one.node.expr if isinstance(one, torch.SymInt) else one


def _caches(*given: Any) -> list[Any]:
    """Return the caches of transformers that a layer was given: each has its own part for each layer."""
    found = {id(one): one for one in tree_flatten(given)[0] if isinstance(getattr(one, "layers", None), list)}
    return list(found.values())


def _held(cache: Any) -> list[list[Any]]:
    return [[one for one in vars(layer).values() if isinstance(one, torch.Tensor)] for layer in cache.layers]


def _changed(old: list[list[Any]], new: list[list[Any]]) -> Iterator[int]:
    for at, now in enumerate(new):
        then = old[at] if at < len(old) else []
        if len(then) != len(now) or any(one is not other for one, other in zip(then, now, strict=True)):
            yield at


def _copied(caches: list[Any], kept: list[int], places: list[int]) -> bool:
    """Put the parts of a cache that a layer changed where another would have changed them; False where it can't be."""
    if kept and len(caches) != 1:
        return False
    for old, new in zip(kept, places, strict=True):
        layers = caches[0].layers
        if new > len(layers):
            return False
        layers[new : new + 1] = [copy.copy(layers[old])]
    return True


@contextmanager
def repeated(module: Any, recorder: Recorder) -> Iterator[None]:
    """Let layers that are alike run only as far as the first two and the last of them do."""
    changed = []
    for name, container in module.named_modules():
        if not isinstance(container, (nn.ModuleList, nn.Sequential)) or len(container) < FEWEST:
            continue
        rows: dict[Any, list[tuple[int, Any]]] = {}
        for place, layer in enumerate(container):
            if layer is None:
                continue
            rows.setdefault(_signature(layer, place), []).append((place, layer))
        for layers in rows.values():
            # One layer that stands there more than once keeps nothing apart.
            if len(layers) < FEWEST or len({id(layer) for _place, layer in layers}) < len(layers):
                continue
            row = AlikeLayers(recorder, [place for place, _layer in layers])
            for number, (place, layer) in enumerate(layers):
                if "forward" not in vars(layer):
                    called = f"{name}.{place}" if name else str(place)
                    layer.forward = partial(row.forward, number, called, layer.forward)
                    changed.append(layer)
    try:
        yield
    finally:
        for layer in changed:
            del layer.forward


def _signature(layer: Any, place: int) -> tuple[Any, ...]:
    """Return what layers alike have in common: classes, shapes, and all that their modules keep but their places."""
    return tuple(
        (
            name,
            type(part),
            tuple(
                (key, tensor if tensor is None else (tensor.dtype, *map(_size, tensor.shape)))
                for key, tensor in (*part._parameters.items(), *part._buffers.items())
            ),
            tuple((key, _kept(key, value, place)) for key, value in vars(part).items() if key not in INTERNAL),
        )
        for name, part in layer.named_modules()
    )


def _kept(key: str, value: Any, place: int) -> Any:
    """Return what an attribute is compared by."""
    if type(value) is int and value == place and NUMBER.search(key):
        return "its place"
    if isinstance(value, torch.Tensor):
        return (value.dtype, *map(_size, value.shape))
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
    return "object", id(value)


def recorded_once(module: Any, call: Callable[[], Any]) -> tuple[list[Multiplied], Any]:
    """Run a call of a module in which layers alike need not all run; return its products, and what it returned."""
    recorder = Recorder(module)
    try:
        with repeated(module, recorder):
            return recorded(module, call, recorder)
    except Unlike:
        return recorded(module, call)
