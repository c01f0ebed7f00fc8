"""The lines of a description's tree: modules, and tensors one space deeper than what they are in."""

from __future__ import annotations

from collections.abc import Iterator

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.description import FIXED, ITSELF, MODULES, Module, Part, Tensor
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.reading_conditions import condition


def parts_of(lines: list[tuple[int, str]], at: int, depth: int) -> tuple[tuple[Part, ...], int]:
    """Return the parts that lines of at least that depth describe, from line `at` on, and where the next line is."""
    found: list[Part] = []
    while at < len(lines) and lines[at][0] >= depth:
        text = lines[at][1]
        at += 1
        if ": " in text:
            found += _tensors(text)
        else:
            inner, at = parts_of(lines, at, depth + 1)
            found.append(_module(text, inner))
    return tuple(found), at


def _module(text: str, parts: tuple[Part, ...]) -> Module:
    text, where = split(text, " if ")
    text, tower = split(text, " is ")
    name, times = split(text, " × ")
    repeat: list[tuple[Formula, Condition | None]] = []
    for one in times.split(" | ") if times else ():
        length, when = split(one, " where ")
        repeat.append((formula(length), condition(when) if when else None))
    return Module(name, parts, condition(where) if where else None, tuple(repeat), tower)


def _tensors(text: str) -> Iterator[Part]:
    name, _, rest = text.partition(": ")
    body, where = split(rest, " if ") if "; bias" not in rest else (rest, "")
    extra = ""
    if "; bias" in rest:
        body, extra = split(rest, "; bias")
        body, where = split(body, " if ")
    body, tied = split(body, "; tied to ")
    fixed = body.startswith(f"{FIXED} ")
    body = body.removeprefix(f"{FIXED} ")
    direct = body.startswith(f"{ITSELF} ")
    owner, _, shape = body.removeprefix(f"{ITSELF} ").partition(" ")
    axes = tuple(formula(axis) for axis in axes_of(shape))
    when = condition(where) if where else None
    if owner in MODULES and name not in ("weight", "bias") and not direct:
        tensors = [Tensor("weight", owner, axes, None, f"{tied}.weight" if tied else "", fixed=fixed)]
        if extra or rest.endswith("; bias"):
            also = extra.removeprefix(" if ")
            has_bias = condition(also) if also else None
            tensors.append(Tensor("bias", owner, bias_axes(owner, axes), has_bias, fixed=fixed))
        yield Module(name, tuple(tensors), when)
        return
    yield Tensor(name, owner.removesuffix("!"), axes, when, tied, buffer=owner.endswith("!"), fixed=fixed)


def bias_axes(owner: str, axes: tuple[Formula, ...]) -> tuple[Formula, ...]:
    """Return the axes of a bias: one number for each output; of a norm as many as there are scales."""
    if owner == "norm":
        return axes
    return (axes[1] if owner in ("conv1d", "deconv") else axes[0],)


def axes_of(shape: str) -> Iterator[str]:
    """Yield the axes of a shape, split at commas outside brackets."""
    depth, start = 0, 0
    for at, sign in enumerate(shape):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and not depth:
            yield shape[start:at]
            start = at + 1
    if shape:
        yield shape[start:]


def split(text: str, sign: str) -> tuple[str, str]:
    """Return what stands before a sign and behind it."""
    left, _, right = text.partition(sign)
    return left, right
