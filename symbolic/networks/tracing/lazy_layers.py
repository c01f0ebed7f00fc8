"""Lazy layers, such as `nn.LazyLinear`: their first input says how large they are, so a first pass makes them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import Any

import torch
from torch.nn.parameter import is_lazy

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula
from symbolic.networks.tracing.complaints import said
from symbolic.networks.tracing.construction import Staying
from symbolic.networks.tracing.inputs import PassInputs, tried
from symbolic.networks.tracing.symbolic_sizes import TOKENS


def waits(module: Any) -> bool:
    """Return whether a module has tensors whose shape its first input says."""
    tensors = (*module.parameters(), *module.buffers()) if isinstance(module, torch.nn.Module) else ()
    return any(map(is_lazy, tensors))


class LazyShapes:
    """Makes the lazy layers of a module by a pass on its inputs; `used` says whether it had any.

    The pass sees numbers: sizes that reach a lazy layer by its input alone hold for their values.
    """

    def __init__(self, inputs: Mapping[str, Any] | None) -> None:
        self.inputs, self.used = inputs, False

    def __call__(self, module: Any, sizes: Mapping[str, Any]) -> Any:
        """Return the module, its layers made; ConfigError where no pass on its inputs can be had."""
        if not waits(module):
            return module
        self.used = True
        if not self.inputs:
            raise ConfigError(
                f"{type(module).__name__} has lazy layers, whose sizes their first input says: say what its forward "
                "pass takes, each argument as NAME=AXES"
            )
        why: Exception | None = None
        for one in tried(module, sizes, self.inputs):
            other = copy.deepcopy(module) if one.has(TOKENS) else None
            try:
                _run(module, sizes, one)
            except Exception as problem:  # a forward pass may raise anything
                why = why or problem
            if waits(module):
                continue
            if other is not None and not _is_like(other, module, sizes, one):
                raise ConfigError(
                    f"{type(module).__name__} has lazy layers as large as there are tokens; give that axis a number of "
                    f"its own, such as length={one.numbers[TOKENS]}"
                )
            return module
        more = f": {said(why)}" if why is not None else ""
        raise ConfigError(f"{type(module).__name__} has lazy layers that its forward pass does not reach{more}")


def _run(module: Any, sizes: Mapping[str, Any], one: PassInputs) -> None:
    """Run a module as it does where it is not trained, on inputs of zeros."""
    training = module.training
    place = next(one.device for one in chain(module.parameters(), module.buffers()))
    values = {name: int(size) for name, size in (*sizes.items(), *one.numbers.items()) if isinstance(size, int)}

    def made(axes: Any, kind: Any) -> Any:
        return torch.zeros([_length(axis, values) for axis in axes], dtype=kind, device=place)

    try:
        with torch.no_grad(), Staying():
            one.call(module.eval())(made)
    finally:
        module.train(training)


def _is_like(other: Any, module: Any, sizes: Mapping[str, Any], one: PassInputs) -> bool:
    """Return whether the same module after a pass over one token more has parameters of the same shapes."""
    with suppress(Exception):  # code may take so many tokens only
        _run(other, sizes, replace(one, numbers={**one.numbers, TOKENS: one.numbers[TOKENS] + 1}))
    if waits(other):
        return True
    return [each.shape for each in other.parameters()] == [each.shape for each in module.parameters()]


def _length(axis: Any, values: Mapping[str, int]) -> int:
    if isinstance(axis, Formula):
        return int(axis.value(values))
    return values[axis] if isinstance(axis, str) else int(axis)
