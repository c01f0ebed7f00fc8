"""Which sizes of a config decide what parts a described network has: with another value it may have other ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from symbolic.formulas.formula import Formula, Negative, Power, Symbol
from symbolic.networks.learned.building import Building
from symbolic.networks.learned.conditions import All, Among, Compare, Condition, Either, IsGiven, Not
from symbolic.networks.learned.description import Description, ListMade, Module, Tensor
from symbolic.networks.learned.looking_up import LETTERS
from symbolic.networks.learned.rounding import Divisible, Rounded
from symbolic.networks.learned.used_names import names_below, names_in
from symbolic.networks.learned.values import is_of_place

NAME = re.compile(r"[A-Za-z_][\w.]*")
BRACES = re.compile(r"\{([^{}]+)\}")


def deciding(description: Description, building: Building, rules: Iterable[Condition]) -> frozenset[Symbol]:
    """Return the sizes of a tree with which other parts may come or go; all other sizes stand in formulas alone.

    What the conditions and the lists of a description ask for decides; a condition among `rules` is held to otherwise.
    It may be more sizes than need be: those of a condition that here concerns nothing are among them.
    """
    if description.traced:
        return frozenset(building.used)
    asked = {
        *description.fixed,
        *(name for never in description.never if never not in rules for name in _asked(never)),
        *(name for _, where in description.refuses for name in _asked(where)),
        *_below(description.root),
    }
    for let in description.lets:
        asked |= set(_asked(let.where))
        if isinstance(let.made, ListMade):
            asked |= {name for item in let.made.items for said in item for name in names_in(said)}
            asked |= set(names_in(let.made.length))
        elif isinstance(let.made, Formula):
            asked |= set(_chosen_by_value(let.made))
    known = _with_sources(description, {name for said in asked for name in NAME.findall(said)})
    return frozenset(
        symbol
        for symbol, name in building.used.items()
        # The items of a list tell the layers apart; what is no key follows from others.
        if name in known or "[" in name or name not in description.keys
    )


def _with_sources(description: Description, names: set[str]) -> set[str]:
    """Return names with those that the code works them out from."""
    while True:
        more = {
            name
            for let in description.lets
            if let.key in names and isinstance(let.made, Formula)
            for said in names_in(let.made)
            for name in NAME.findall(said)
        }
        if more <= names:
            return names
        names = names | more


def _asked(where: Condition | None) -> Iterator[str]:
    """Yield the sizes that a condition asks for; whether a number is given at all is no question of its size."""
    if isinstance(where, Not):
        yield from _asked(where.part)
    elif isinstance(where, All | Either):
        yield from (name for part in where.parts for name in _asked(part))
    elif isinstance(where, Compare | Among | IsGiven):
        yield from where.names


def _below(module: Module) -> Iterator[str]:
    """Yield what decides about the parts of a module."""
    for part in module.parts:
        yield from _asked(part.where)
        if isinstance(part, Module):
            for length, where in part.repeat:
                yield from _asked(where)
                yield from _chosen_by_value(length)
            if part.repeat and any(is_of_place(name, LETTERS) for name in names_below(part)):
                # What tells layers apart by their number makes other kinds of them where there are more.
                yield from (name for length, _ in part.repeat for name in names_in(length))
            yield from _below(part)
            continue
        works = part.works if isinstance(part, Tensor) else ()
        for formula in (*part.axes, *(count for count, _ in works)):
            yield from _chosen_by_value(formula)
        yield from (name for _, where in works for name in _asked(where))
        if isinstance(part, Tensor):
            yield from BRACES.findall(part.tied_to)


def _chosen_by_value(formula: Formula) -> Iterator[str]:
    """Yield the names in those parts of a formula for which the page's formula is chosen by their values."""
    if isinstance(formula, Rounded | Divisible | Negative):
        yield from names_in(formula)
        return
    if isinstance(formula, Power):
        yield from names_in(formula.exponent)
    yield from (name for name in names_in(formula) if "(" in name)
    for child in formula.children:
        yield from _chosen_by_value(child)
