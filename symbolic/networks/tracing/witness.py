"""A description of a forward pass, held against passes of the code itself with other sizes and plain numbers.

A size is lost where the code runs through something so many times, and the pass that was followed has seen the number
alone. What the passes find is what stands between a formula and a number that is right for one value of a size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import partial
from math import prod
from time import process_time
from typing import Any

import torch

from symbolic.formulas.formula import Exact
from symbolic.networks.blocks import MULTIPLIED, Contraction, Weight
from symbolic.networks.learned.conditions import Compare
from symbolic.networks.learned.reading import parsed
from symbolic.networks.tracing.construction import Staying, built
from symbolic.networks.tracing.forward import Multiplied, recorded
from symbolic.networks.tracing.inputs import BATCH, PassInputs, numbers_of
from symbolic.networks.tracing.lost_sizes import SECONDS, network, others, with_lines
from symbolic.networks.tracing.recurrent import recurrent
from symbolic.networks.tracing.symbolic_sizes import TOKENS
from symbolic.networks.tracing.with_data import asks_for_values, is_small, recorded_with_data
from symbolic.networks.walks import Leaf, leaves

CONTEXT = "context"
TWO = 2
FEWER = 3
"""By so many tokens another pass is shorter."""
MOST_PRODUCTS = 2**31
"""A pass of more multiplications is not run on numbers."""
LONGEST = 512
"""A size up to which a number of tokens may be a step of the code; a pass over twice as many ends soon."""


def lost_by_pass(
    text: str, make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], one: PassInputs
) -> dict[str, Any] | None:
    """Return the sizes that the products of a pass hold for with their values only; None where the code disagrees.

    Code of which no pass can be had, not on random numbers either, tells nothing: its sizes are taken to be followed.
    """
    began = process_time()
    values = {**sizes, **one.numbers}
    agreed = partial(agrees, text, make, sizes.keys(), one)
    first = agreed(values)
    if first is None:
        return {}
    if not first:
        return None
    whole = [name for name, value in values.items() if type(value) is int]
    if TOKENS in whole and agreed({**values, TOKENS: _more(values)}) is False:
        return {TOKENS: values[TOKENS]}
    if agreed({**values, **{name: _other(name, values[name]) for name in whole}}):
        return {}
    lost, alone = {}, []
    for name in whole:
        tried = (agreed({**values, name: value}) for value in _others(name, values[name]))
        first = next(tried)
        if first is None:
            alone.append(name)
        said = first if first is not None else next((one for one in tried if one is not None), True)
        if process_time() - began > SECONDS or said is False:
            lost[name] = values[name]
    # Of these alone the code takes no other value as large: an image may have to be a square.
    for together in ([name for name in alone if name in one.numbers], alone):
        if together and agreed({**values, **{name: _other(name, values[name]) for name in together}}) is False:
            return {**lost, **{name: values[name] for name in together}}
    return lost


def _more(values: Mapping[str, Any]) -> int:
    """More tokens than the code may work on at a time, such as a chunk, where it is not too many to be run."""
    steps = [value for value in values.values() if type(value) is int and value <= LONGEST]
    return values[TOKENS] + 2 * max(steps)  # type: ignore[no-any-return]


def _other(name: str, value: int) -> int:
    return max(1, value - FEWER) if name == TOKENS else 2 * value


def _others(name: str, value: int) -> Iterator[Any]:
    yield from [_other(name, value)] if name == TOKENS else others(value)


class Agreement(Enum):
    """What a pass of the code says of a description with some sizes."""

    SAME = "it has as many products"
    OTHER = "it has other products"
    REFUSED = "the code takes no such sizes, though the description counts"
    NONE = "there is none to be had"


def agrees(
    text: str,
    make: Callable[[Mapping[str, Any]], Any],
    names: Any,
    one: PassInputs,
    values: Mapping[str, Any],
) -> bool | None:
    """Return whether a pass has as many products as the description says; None where there is none to be had."""
    return {Agreement.SAME: True, Agreement.OTHER: False}.get(answer(text, make, names, one, values))


def answer(
    text: str,
    make: Callable[[Mapping[str, Any]], Any],
    names: Any,
    one: PassInputs,
    values: Mapping[str, Any],
) -> Agreement:
    """Return what a pass of the code with these sizes says of a description."""
    description = parsed(text)
    if any(condition.holds(values) for condition in description.never):
        return Agreement.NONE
    if not all(Compare(least, "<=", most).holds({BATCH: 1, **values}) for least, most in description.within):
        return Agreement.NONE
    try:
        said = products(text, values)
    except Exception:  # formulas of strangers may divide by 0
        return Agreement.NONE
    try:
        found, _out, _module = recorded_plainly(partial(make, {name: values[name] for name in names}), one, values)
    except Exception:  # the code is a stranger's: it says by any error that it takes no such size
        return Agreement.REFUSED
    return Agreement.SAME if said == multiplications(found) else Agreement.OTHER


def with_batch(text: str, make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], one: PassInputs) -> str:
    """Return the description of a pass, for a batch of one only where two sequences or images don't take twice as much.

    Each with each takes four times what one does, and what is worked out for all of them, such as weights that a
    network makes, as much as before. Code that does not run with two tells nothing.
    """
    if not one.in_batch:
        return text
    values = {**sizes, **one.numbers}
    try:
        found, _out, _module = recorded_plainly(partial(make, sizes), one, {**values, BATCH: TWO})
    except Exception:  # a stranger's code may take one only
        return text
    twice = multiplications(found) == TWO * products(text, values)
    return text if twice else with_lines(text, [f"within {BATCH} <= 1"])


def differs_on_numbers(
    text: str, make: Callable[[Mapping[str, Any]], Any], names: Any, one: PassInputs, values: Mapping[str, Any]
) -> bool:
    """Return whether a pass on random numbers multiplies something else than the description says.

    Code may catch the error of a question to tensors without data, and go another way. Of a large network, and where
    such a pass fails, nothing is known.
    """
    said = products(text, values)
    whole = {name: value for name, value in values.items() if isinstance(value, int)}
    at_hand = partial(make, {name: values[name] for name in names})
    if said > MOST_PRODUCTS or not is_small(built(at_hand)):
        return False
    try:
        found, _out = recorded_with_data(at_hand, one, partial(numbers_of, values=whole))
    except Exception:  # a stranger's code may take no such numbers
        return False
    return said != multiplications(found)


def recorded_plainly(
    make: Callable[[], Any], one: PassInputs, values: Mapping[str, Any]
) -> tuple[list[Multiplied], Any, Any]:
    """Return the products of a pass with the numbers of its sizes, what it returned, and the module.

    It is made of tensors without data, where the code doesn't ask for their values.
    """
    whole = {name: value for name, value in values.items() if isinstance(value, int)}

    shape = partial(numbers_of, values=whole)
    module = built(make)
    try:
        try:
            return *_recorded(module, one, shape), module
        except RuntimeError:  # rows of numbers that a module keeps have their numbers, and its inputs have none
            return *_recorded(module.to("meta"), one, shape), module
    except (RuntimeError, NotImplementedError) as problem:
        if not asks_for_values(problem) or not is_small(module):
            raise
    return *recorded_with_data(make, one, shape), module


def _recorded(module: Any, one: PassInputs, shape: Callable[[Any], list[int]]) -> tuple[list[Multiplied], Any]:
    module.eval()
    kernel = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    with torch.device("meta"), Staying(), kernel, recurrent(module):
        return recorded(module, lambda: one.call(module)(lambda axes, kind: torch.zeros(shape(axes), dtype=kind)))


def multiplications(found: Iterable[Multiplied]) -> int:
    """Return how many multiplications the products of a pass with plain numbers have."""
    return sum(prod(map(int, each.axes)) for each in found)


def products(text: str, values: Mapping[str, Any]) -> Exact:
    """Return how many multiplications a description says that a pass has; ConfigError where it takes no such values."""
    made, sizes = network(text, values)
    run = {**sizes, **{name: value for name, value in values.items() if isinstance(value, int)}}
    run |= {CONTEXT: run[TOKENS]} if TOKENS in run else {}
    total: Exact = 0
    for leaf in leaves(made):
        once = _once(leaf, run)
        if once:
            active = (block.active if block.active is not None else block.repeat for block in leaf.path)
            total += once * prod(one.value(run) for one in active if one is not None)
    return total


def _once(leaf: Leaf, run: Mapping[str, Exact]) -> Exact:
    match leaf.part:
        case Weight(kind=kind, tokens=own, shape=shape, copies=copies) if kind in MULTIPLIED or own is not None:
            worked = run[TOKENS] if leaf.tokens is None else leaf.tokens.value(run)
            return copies * worked * prod(axis.value(run) for axis in shape)
        case Contraction(copies=copies, axes=axes):
            return copies * prod(axis.value(run) for axis in axes)
    return 0
