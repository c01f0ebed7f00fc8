"""Sizes that a trace has lost: with another value the code builds other tensors than the description says.

A size is lost where the code takes it for a plain number: a list of layers with others around it in one container, a
table of widths. Such a size holds for its value only, and the description says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from math import prod
from time import process_time
from typing import Any

from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula, Number
from symbolic.networks.blocks import Block, Kind
from symbolic.networks.learned.conditions import Compare
from symbolic.networks.learned.family import specific
from symbolic.networks.learned.reading import parsed
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.tracing.construction import built
from symbolic.networks.walks import weights

SECONDS = 20.0
"""What processor time all builds may take; a size whose turn does not come counts as lost."""
BUILT = 2
"""With so many other values of a size, where the code takes them, a description is held against the code."""


def lost(
    text: str, make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], numbers: Mapping[str, int]
) -> dict[str, Any]:
    """Return the sizes that a description of tensors holds for with their values only; `make` builds the module.

    `numbers` are those that only its inputs have.
    """
    began = process_time()
    follows = partial(_follows, text, make, sizes, numbers)
    return {
        key: value
        for key, value in sizes.items()
        if isinstance(value, int | float) and (process_time() - began > SECONDS or not follows(key))
    }


def pinned(text: str, values: Mapping[str, Any], axes: Mapping[str, int]) -> dict[str, int]:
    """Return the axes of inputs that the conditions of a description leave no other length to, larger or smaller.

    An image that has to be a square has other lengths where both of its sides change together.
    """
    never = parsed(text).never if axes else ()

    def holds_at(*names: str) -> bool:
        longer = {name: 2 * axes[name] for name in names}
        shorter = {name: max(1, axes[name] // 2) for name in names}
        return any(not any(one.holds({**values, **changed}) for one in never) for changed in (longer, shorter))

    return {} if holds_at(*axes) else {name: length for name, length in axes.items() if not holds_at(name)}


def lists_of(sizes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that are lists of numbers: code reads these as plain numbers, whatever it does with them."""
    return {key: list(value) for key, value in sizes.items() if isinstance(value, list | tuple) and _has_numbers(value)}


def _has_numbers(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_has_numbers, value)) and all(isinstance(one, int | float | list | tuple) for one in value)
    return isinstance(value, int | float)


def with_only(text: str, fixed: Mapping[str, Any]) -> str:
    """Return a description with a line on the sizes, and the lists, that it holds for with their values only."""
    said = " ".join(f"{key}={json.dumps(value, separators=(',', ':'))}" for key, value in fixed.items())
    return with_lines(text, [f"only {said}"] if fixed else [])


def with_lines(text: str, lines: Iterable[str]) -> str:
    """Return a description with more lines on what it holds for, behind its keys."""
    first, keys, *rest = text.split("\n")
    return "\n".join((first, keys, *lines, *rest))


def unbound(
    text: str,
    make: Callable[[Mapping[str, Any]], Any],
    sizes: Mapping[str, Any],
    agrees: Callable[[str, Mapping[str, Any]], bool],
) -> str:
    """Return a description without the conditions `never width != 64` that the code does not mean.

    An assertion compares a size with an axis of a tensor that was made of it, which is a number here. With other values
    the code builds what the description says, and `agrees` with a pass over it.
    """
    began = process_time()
    conditions = parsed(text).never
    for one in conditions:
        if isinstance(one, Compare) and one.sign == "!=" and isinstance(one.right, Number) and not _is_rest(one.left):
            without = "\n".join(line for line in text.split("\n") if line != f"never {one}")
            held = [
                _made_as_said(without, make, changed) and agrees(without, changed)
                for symbol in one.left.symbols
                if symbol.name in sizes  # an axis of an input is none of them
                for value in islice(others(sizes[symbol.name]), BUILT)
                if one.holds(changed := {**sizes, symbol.name: value})
                and process_time() - began < SECONDS
                and not any(other is not one and other.holds(changed) for other in conditions)
            ]
            text = without if held and all(held) else text
    return text


def _is_rest(one: Formula) -> bool:
    return any(isinstance(part, Rest) for part in one.walk())


def _made_as_said(text: str, make: Callable[[Mapping[str, Any]], Any], values: Mapping[str, Any]) -> bool:
    """Return whether the code builds a module with these values, with as many numbers as the description says."""
    try:
        module = built(partial(make, values))
        real: int = sum(tensor.numel() for tensor in module.parameters())
        return counted(text, values) == real
    except Exception:  # the code is a stranger's, and may raise anything
        return False


def _follows(
    text: str,
    make: Callable[[Mapping[str, Any]], Any],
    sizes: Mapping[str, Any],
    numbers: Mapping[str, int],
    key: str,
) -> bool:
    """Return whether the description has as many numbers as the code, with the first other values that can be built."""
    held = 0
    never = parsed(text).never
    for value in others(sizes[key]):
        changed = {**sizes, key: value}
        if any(one.holds({**numbers, **changed}) for one in never):
            continue  # sizes that the description refuses
        try:
            module = built(partial(make, changed))
            real: int = sum(tensor.numel() for tensor in module.parameters())
        except Exception:  # noqa: S112 - the code is a stranger's: it says by any error that it takes no such size
            continue
        try:
            if counted(text, {**numbers, **changed}) != real:
                return False
        except (ConfigError, ArithmeticError, KeyError, ValueError):
            # It is refused: nothing is wrong without a word.
            return True
        held += 1
        if held == BUILT:
            break
    return held > 0


def others(value: float) -> Iterator[float]:
    """Yield other values of a size to try, at last those that code takes which wants it odd, or a part of another."""
    if isinstance(value, bool):
        yield not value
        return
    yield 2 * value if value else 1
    if isinstance(value, int):
        yield value + 1
        if value > 1:
            yield value - 1
        yield value + 2
        if value > 2:
            yield value - 2
        yield 3 * value


def counted(text: str, values: Mapping[str, Any]) -> Exact:
    """Return how many parameters a description of a trace has with these values of its sizes."""
    made, sizes = network(text, values)
    total: Exact = 0
    for leaf in weights(made):
        weight = leaf.weight
        if weight.tied_to is None and weight.kind is not Kind.BUFFER:
            repeats = prod(block.repeat.value(sizes) for block in leaf.path if block.repeat is not None)
            total += prod((axis.value(sizes) for axis in weight.shape), start=weight.copies * repeats)
    return total


def counted_as_built(text: str, module: Any, values: Mapping[str, Any]) -> None:
    """ConfigError unless a description has as many parameters as the module that it was read off."""
    real: int = sum(tensor.numel() for tensor in module.parameters())
    if (said := counted(text, values)) != real:
        raise ConfigError(
            f"{type(module).__name__} has {real:,} parameters, and {said:,} were read off its code; "
            "give a function that builds it otherwise, or the module itself: symbolic.explain(module)"
        )


def network(text: str, values: Mapping[str, Any]) -> tuple[Block, dict[str, Exact]]:
    """Return the network of a description with these values, and its sizes; ConfigError where it takes no such."""
    made = specific(parsed(text).but(traced=True), values)
    sizes: dict[str, Exact] = dict(made.sizes)
    for symbol, formula in made.definitions.items():
        sizes[symbol.name] = formula.value(sizes)
    return made.family.network(dict(made.options)), sizes
