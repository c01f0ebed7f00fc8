"""The description of a network that stands in another class: BloomModel, which BloomForCausalLM has its head on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.description import (
    CacheTensor,
    Computed,
    Description,
    Let,
    ListMade,
    Module,
    Part,
    Tensor,
    Within,
)
from symbolic.networks.learned.writing_formulas import written

ALL = "."
"""The place that stands for the whole network."""
NAME = re.compile(r"[A-Za-z_][\w.]*")


def body(whole: Description, own: Description) -> Description:
    """Return what `own` is: the part of `whole` that it names, with the keys that this hangs on, and what it adds.

    ValueError where there is no such part.
    """
    if own.inside is None:
        return own
    kept = _kept(whole, own.inside)
    used = frozenset(_names(kept)).union(*map(_in_let, whole.lets))
    # What only the head hangs on, such as whether it uses the table of the embedding.
    spare = (frozenset(_names(whole.root)) - used) & whole.keys.keys()
    return whole.but(
        model_class=own.model_class,
        keys={**{key: value for key, value in whole.keys.items() if key not in spare}, **own.keys},
        harmless=(whole.harmless | spare) - own.keys.keys(),
        lets=tuple(one for one in whole.lets if one.key not in spare) + own.lets,
        root=whole.root.but(parts=_with(kept.parts, own.root.parts)),
        derives=own.derives,
        auto=own.auto,
        inside=own.inside,
        aliases={**whole.aliases, **own.aliases},
        never=whole.never + own.never,
        usual={**whole.usual, **own.usual},
        null=whole.null | own.null,
        unset=whole.unset | own.unset,
        named=False,
        adapts=False,
        apart=False,
    )


def _kept(whole: Description, inside: Within) -> Module:
    """Return the module that a description names, tied tensors called as they are called from there."""
    module, above = whole.root, ""
    for step in () if inside.path == ALL else inside.path.split("."):
        found = next((one for one in module.parts if isinstance(one, Module) and one.name == step), None)
        if found is None or found.repeat or found.tower:
            raise ValueError(f"{inside.path} is no part of {whole.model_class}")
        module, above = found, f"{above}{step}."

    def own(tied_to: str) -> str:
        # What is the head's tensor again is one of its own where there is no head.
        name = tied_to.removeprefix(above)
        there = tied_to.startswith(above) and name.partition(".")[0] not in inside.without
        return name if there else ""

    kept = tuple(one for one in module.parts if one.name not in inside.without)
    return module.but(parts=tuple(_tied(one, own) for one in kept))


def _with(parts: tuple[Part, ...], more: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts of a module with others among them; what goes into a module that is there stands in that."""
    into = {one.name: one for one in more if isinstance(one, Module)}
    inside = {one.name for one in parts if isinstance(one, Module)} & into.keys()
    made = tuple(
        one.but(parts=_with(one.parts, into[one.name].parts)) if isinstance(one, Module) and one.name in inside else one
        for one in parts
    )
    return made + tuple(one for one in more if one.name not in inside)


def _tied(part: Part, change: Callable[[str], str]) -> Part:
    """Return a part in which tensors are tied to others by other names, or to none."""
    if isinstance(part, Module):
        return part.but(parts=tuple(_tied(one, change) for one in part.parts))
    return part.but(tied_to=change(part.tied_to)) if isinstance(part, Tensor) and part.tied_to else part


def _names(part: Part) -> Iterator[str]:
    """Yield every name in the formulas and conditions of a part."""
    yield from _in_condition(part.where)
    if isinstance(part, Module):
        for length, where in part.repeat:
            yield from NAME.findall(written(length))
            yield from _in_condition(where)
        for one in part.parts:
            yield from _names(one)
        return
    for axis in part.axes:
        yield from NAME.findall(written(axis))
    if isinstance(part, Computed | CacheTensor):
        return
    yield from NAME.findall(part.tied_to)
    for count, where in part.works:
        yield from NAME.findall(written(count))
        yield from _in_condition(where)


def _in_condition(where: Condition | None) -> Iterator[str]:
    yield from NAME.findall(str(where)) if where is not None else ()


def _in_let(let: Let) -> Iterator[str]:
    """Yield the names that a line asks for, without that of what it makes."""
    yield from (name for name in (*_in_made(let.made), *_in_condition(let.where)) if name != let.key)


def _in_made(made: object) -> Iterator[str]:
    if isinstance(made, Formula):
        yield from NAME.findall(written(made))
    elif isinstance(made, ListMade):
        yield from NAME.findall(written(made.length))
        for item, where in made.items:
            yield from _in_made(item)
            yield from _in_condition(where)
