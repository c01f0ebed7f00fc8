"""Formulas, conditions and trees of a description with other names of keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from symbolic.formulas.formula import Formula, Symbol
from symbolic.networks.learned.building import OF_RUN
from symbolic.networks.learned.conditions import All, Among, Compare, Condition, Either, Has, Is, IsGiven, IsNone, Not
from symbolic.networks.learned.description import (
    CacheTensor,
    Computed,
    Let,
    ListMade,
    Module,
    Part,
    Tensor,
)
from symbolic.networks.learned.looking_up import LETTERS
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.writing_formulas import written

OTHER_LAYER = re.compile(r"\{(?P<item>[^{} ]+) at (?P<number>[^{}]+)\}")
"""In what a tensor is tied to: the layer that is this number, from 0, of those that are like this one."""


def renamed(part: Condition, change: Callable[[str], str]) -> Condition:
    """Return the same with other names of keys."""
    match part:
        case IsGiven(name=name):
            return IsGiven(change(name))
        case IsNone(name=name):
            return IsNone(change(name))
        case Is(name=name, word=word):
            return Is(change(name), word)
        case Has(name=name, word=word):
            return Has(change(name), word)
        case Among(item=item, name=name):
            return Among(with_names(item, change), change(name))
        case Compare(left=left, sign=sign, right=right):
            return Compare(with_names(left, change), sign, with_names(right, change))
        case Not(part=inner):
            return Not(renamed(inner, change))
        case All(parts=parts):
            return All(tuple(renamed(one, change) for one in parts))
        case Either(parts=parts):
            return Either(tuple(renamed(one, change) for one in parts))
    raise TypeError(f"no way to rename the keys of {part}")


def with_names(formula: Formula, change: Callable[[str], str]) -> Formula:
    """Return the same formula with other names of keys."""
    return formula.replace(
        lambda node: Symbol(change(node.name), node.name, "", "") if isinstance(node, Symbol) else None
    )


def renamed_if(where: Condition | None, change: Callable[[str], str]) -> Condition | None:
    """Return the same of a condition, if there is one."""
    return None if where is None else renamed(where, change)


def renamed_let(let: Let, change: Callable[[str], str]) -> Let:
    """Return the same of what a config class makes."""
    return Let(change(let.key), _made(let.made, change), renamed_if(let.where, change))


def _made(made: Any, change: Callable[[str], str]) -> Any:
    if isinstance(made, ListMade):
        items = tuple((_made(item, change), renamed_if(where, change)) for item, where in made.items)
        return ListMade(with_names(made.length, change), items)
    return with_names(made, change) if isinstance(made, Formula) else made


def kept(module: Module, change: Callable[[str], str]) -> Module:
    """Return a module at its place with other names of keys."""
    made = moved(module, change, "")
    return made if isinstance(made, Module) else module


def _elsewhere(place: re.Match[str], change: Callable[[str], str]) -> str:
    return f"{{{change(place['item'])} at {written(with_names(formula(place['number']), change))}}}"


def moved(part: Part, change: Callable[[str], str], path: str) -> Part:
    """Return a part of a tower's tree as it stands in the whole, at `path`."""
    where = renamed_if(part.where, change)
    if isinstance(part, Computed | CacheTensor):
        return part.but(axes=tuple(with_names(axis, change) for axis in part.axes), where=where)
    if isinstance(part, Tensor):
        axes = tuple(with_names(axis, change) for axis in part.axes)
        tied = path + OTHER_LAYER.sub(lambda at: _elsewhere(at, change), part.tied_to) if part.tied_to else ""
        works = tuple((with_names(count, change), renamed_if(when, change)) for count, when in part.works)
        return part.but(axes=axes, where=where, tied_to=tied, works=works)
    return part.but(
        parts=tuple(moved(one, change, path) for one in part.parts),
        where=where,
        repeat=tuple((with_names(length, change), renamed_if(when, change)) for length, when in part.repeat),
    )


def prefixed(prefix: str) -> Callable[[str], str]:
    """Return what puts the name of a part before the name of a key; the layer's number stays."""

    def change(name: str) -> str:
        if name in LETTERS or name in OF_RUN or not prefix:
            return name
        function, opens, inner = name.partition("(")
        if opens:
            return f"{function}({prefix}{inner}"
        return prefix + name

    return change
