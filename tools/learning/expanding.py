"""Every tensor of a description for a config: name, shape, and what it is tied to, as the real class has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from symbolic.networks.learned.composing import composed
from symbolic.networks.learned.description import (
    NAMELESS,
    RUNNING,
    CacheTensor,
    Computed,
    Description,
    Module,
    Tensor,
)
from symbolic.networks.learned.looking_up import LETTERS, places_alike
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.renaming import OTHER_LAYER
from symbolic.networks.learned.values import holds, number, raw, settled
from symbolic.networks.tracing.construction import TracedTensor

Tensors = dict[str, tuple[tuple[Any, ...], str, bool]]
"""Of each tensor its shape, what it is tied to, and whether it is fixed."""


def expanded(description: Description, config: Mapping[str, Any]) -> Tensors:
    """The tensors of a config, buffers included."""
    whole = composed(description, config)
    values, _formulas = settled(whole, raw(whole, config))
    found: Tensors = {}
    for name, tensor, names in _walk(whole.root, values, "", {}):
        shape = tuple(number(axis, names, name) for axis in tensor.axes)
        tied, elsewhere = OTHER_LAYER.subn(lambda at, names=names: _layer(at, names), tensor.tied_to)
        tied = _placed(tied, names, LETTERS[1:] if elsewhere else LETTERS)
        if name in found:
            raise ValueError(f"{name} is there twice")
        found[name] = (shape, tied, tensor.fixed)
    return found


def _walk(
    module: Module, values: Mapping[str, Any], above: str, place: Mapping[str, int]
) -> Iterator[tuple[str, Tensor, Mapping[str, Any]]]:
    names = {**values, **place}
    for part in module.parts:
        if isinstance(part, Computed | CacheTensor) or not holds(part.where, names):
            continue
        if isinstance(part, Tensor):
            if part.name == "{}":
                raise ValueError(f"{above} holds a list of tensors")
            yield above + part.name, part, names
            continue
        path = above if part.name in (NAMELESS, RUNNING) else f"{above}{part.name}."
        if not part.repeat:
            yield from _walk(part, values, path, place)
            continue
        letter = next(one for one in LETTERS if one not in place)
        running = next((one for one in part.parts if one.name == RUNNING), None)
        before = 0
        for at in range(_count(part, names, path)):
            here = {**place, letter: at}
            if not isinstance(running, Module):
                yield from _walk(part, values, f"{numbered(path)}{at}.", here)
                continue
            inner = next(one for one in LETTERS if one not in here)
            count = _count(running, {**names, **here}, path)
            for one in range(count):
                yield from _walk(running, values, f"{path}{before + one}.", {**here, inner: one})
            before += count


def _count(stack: Module, names: Mapping[str, Any], path: str) -> int:
    """How many layers a stack has at a place."""
    length = next((one for one, where in stack.repeat if holds(where, names)), None)
    if length is None or any(names.get(symbol.name, 0) is None for symbol in length.symbols):
        return 0
    return int(number(length, names, path))


def numbered(path: str) -> str:
    """The name of a stack before the number of a layer: `layers.` and `expert_`."""
    return path.removesuffix(".") if path.endswith("_.") else path


def _layer(place: re.Match[str], names: Mapping[str, Any]) -> str:
    """The number of a layer that is said by which one it is of its kind."""
    which = number(formula(place["number"]), names, place["number"])
    return str(places_alike(place["item"], names)[int(which)])


def _placed(tied: str, names: Mapping[str, Any], letters: str) -> str:
    for letter in letters:
        if letter in names:
            tied = tied.replace("_.{}", "_{}", 1) if tied.find("_.{}") + 2 == tied.find("{}") else tied
            tied = tied.replace("{}", str(names[letter]), 1)
    return tied


def difference(ours: Tensors, theirs: list[TracedTensor]) -> str:
    """The first tensor that differs; "" where none does."""
    real = {one.name: (one.shape, one.tied_to, one.fixed) for one in theirs}
    for name in (*real, *ours):
        if ours.get(name) != real.get(name):
            return f"{name}: ours {ours.get(name)}, theirs {real.get(name)}"
    return ""
