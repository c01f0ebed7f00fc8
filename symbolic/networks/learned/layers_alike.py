"""Which layers of a stack are alike: those of which a description says the same, whatever their numbers are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import All, Condition, Either, Not
from symbolic.networks.learned.description import CacheTensor, Computed, Module, Part, Tensor
from symbolic.networks.learned.looking_up import LETTERS, look_up, with_places
from symbolic.networks.learned.used_names import names_in, said_below
from symbolic.networks.learned.values import MOST_LAYERS, holds, is_layered, is_of_place, layered, number

RUN = {"tokens": 1, "context": 1}
"""What they are where only the difference between layers counts."""


def length_of(module: Module, names: Mapping[str, Any]) -> Formula | None:
    """Return how often a stack repeats at a place; None where it is not there."""
    return next((length for length, where in module.repeat if holds(where, names)), None)


def letter_of(names: Mapping[str, Any]) -> str:
    """Return what the number of a layer is called in a stack at this place."""
    return next((letter for letter in LETTERS if letter not in names), LETTERS[-1])


def distinguishing(module: Module, letter: str) -> Module:
    """Return a layer of a stack with only those parts that may tell it from others, by its number `letter`."""
    kept: list[Part] = []
    for part in module.parts:
        below = distinguishing(part, letter) if isinstance(part, Module) else part
        holds_some = isinstance(below, Module) and bool(below.parts)
        if holds_some or is_layered(part.where, letter) or _differs(part, letter):
            # Of a stack in this one, its length tells, too, and what else each of its own layers differs in.
            kept.append(part if isinstance(part, Module) and part.repeat else below)
    return module.but(parts=tuple(kept))


def _differs(part: Part, letter: str) -> bool:
    """Return whether a part itself has other sizes, or is there another number of times, in each layer."""
    works = part.works if isinstance(part, Tensor) else part.repeat if isinstance(part, Module) else ()
    axes = () if isinstance(part, Module) else part.axes
    return any(layered(axis, letter) for axis in axes) or any(
        layered(count, letter) or is_layered(where, letter) for count, where in works
    )


def signatures(stack: Module, names: Mapping[str, Any], letter: str, length: int) -> Iterator[tuple[Any, ...]]:
    """Yield for each layer of a stack what tells it from others: equal for those that are alike.

    That follows from the answers to a few questions about its number, such as whether it is the first. It is worked out
    once for all layers with the same answers, since there may be thousands.
    """
    questions = tuple(dict.fromkeys(one for said in said_below(stack) for one in _questions(said, names, letter)))
    found: dict[str, tuple[Any, ...]] = {}
    # A question may be how many layers before this one are like it: looking for them anew each time would be quadratic.
    names = with_places(names)
    for at in range(length):
        here = {**names, letter: at}
        answers = repr([one.holds(here) if isinstance(one, Condition) else look_up(one, here) for one in questions])
        if answers not in found:
            found[answers] = tuple(_state(stack, here))
        yield found[answers]


def _questions(said: object, names: Mapping[str, Any], letter: str) -> Iterator[Condition | str]:
    """Yield what a condition or a formula asks about the number of a layer: conditions, and names to look up."""
    if isinstance(said, All | Either):
        yield from (one for part in said.parts for one in _questions(part, names, letter))
        return
    if isinstance(said, Not):
        yield from _questions(said.part, names, letter)
        return
    inner = "".join(one for one in LETTERS if one != letter and one not in names)
    asked = [name for name in names_in(said) if is_of_place(name, letter)]
    if isinstance(said, Condition) and asked and not any(is_of_place(name, inner) for name in names_in(said)):
        yield said
        return
    # What hangs on the number of a layer of a stack in this one, too, may differ in each.
    yield from (letter if is_of_place(name, inner) else name for name in asked)


def _state(module: Module, names: Mapping[str, Any]) -> Iterator[Any]:
    """Yield which parts a layer of a stack has, and the sizes that hang on its number."""
    for part in module.parts:
        there = holds(part.where, names)
        yield there
        if not there:
            continue
        if isinstance(part, Tensor):
            axes = (*part.axes, *(count for count, where in part.works if holds(where, names)))
            yield from (number(axis, names, part.name) for axis in axes if layered(axis))
            yield from (holds(where, names) for _, where in part.works)
        elif isinstance(part, Computed | CacheTensor):
            yield from (number(axis, {**names, **RUN}, part.name) for axis in part.axes if layered(axis))
        elif part.repeat:
            yield from _state_of_stack(part, names)
        else:
            yield from _state(part, names)


def _state_of_stack(stack: Module, names: Mapping[str, Any]) -> Iterator[Any]:
    """Yield what tells a stack within a layer from that of another layer: how long it is, and what differs in it."""
    length = length_of(stack, names)
    if length is None or any(names.get(symbol.name, 0) is None for symbol in length.symbols):
        yield None
        return
    count = number(length, names, stack.name)
    yield count if layered(length) else None
    letter = letter_of(names)
    several = distinguishing(stack, letter).parts and isinstance(count, int) and count <= MOST_LAYERS
    for layer in signatures(stack, names, letter, int(count) if several else 1):
        yield from layer
