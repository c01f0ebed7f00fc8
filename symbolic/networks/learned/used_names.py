"""What a description looks up of a config, and what follows for the values of a key: a number, or so many items."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.formulas.formula import Formula
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.description import Description, ListMade, Module, Tensor


def is_number(description: Description, key: str) -> bool:
    """Return whether a key stands in a formula, so that its value is a number where it has one."""
    return any(name == key for said in _looked_up(description) if isinstance(said, Formula) for name in names_in(said))


def is_or_has_number(description: Description, key: str) -> bool:
    """Return whether the code takes a number in the place of a list, and the description says what it makes of it."""
    asked = f"len({key}) > 0"
    return is_number(description, key) or any(asked in str(said) for said in _conditions(description))


def list_of(description: Description, key: str) -> str:
    """Return whether the value of a key is a list, which the code asks for "items" or "words"; "" where it does not."""
    names = (name for said in _looked_up(description, but=key) for name in names_in(said))
    if any(name == f"len({key})" or name.startswith(f"{key}[") or f"({key}[" in name for name in names):
        return "items"
    asked = re.compile(rf"('?) in {re.escape(key)}(?![\w.\[])")
    found = [has[1] for said in _conditions(description) for has in asked.finditer(str(said))]
    return ("words" if "'" in found else "items") if found else ""


def _conditions(description: Description) -> Iterator[Condition]:
    return (said for said in _looked_up(description) if isinstance(said, Condition))


def fixed_length(description: Description, key: str) -> int | None:
    """Return how many items a list must have, each read at a place of its own; None where it may have any number.

    The code makes another network of a longer one, such as a kernel with a third side, or stops at a shorter one.
    """
    default = description.keys.get(key)
    if not isinstance(default, list) or not default:
        return None
    places: set[int] = set()
    for name in (name for said in _looked_up(description, but=key) for name in names_in(said)):
        if name == f"len({key})":
            return None
        if name.startswith(f"{key}[") or f"({key}[" in name:
            place = re.fullmatch(r"\[(-?\d+)\](\[-?\d+\])?", name.removeprefix(key))
            if place is None or not -len(default) <= int(place[1]) < len(default):
                return None
            places.add(int(place[1]) % len(default))
    return len(default) if len(places) == len(default) else None


def _looked_up(description: Description, but: str = "") -> Iterator[object]:
    """Yield the conditions and formulas of a description, but for those of how its class makes that key."""
    for let in description.lets:
        if let.key != but:
            yield let.where
            made = let.made
            yield from (
                (made.length, *(one for item in made.items for one in item)) if isinstance(made, ListMade) else (made,)
            )
    yield from description.never
    yield from said_below(description.root)


def names_below(module: Module) -> Iterator[str]:
    """Yield every name that the conditions and formulas in a module look up."""
    return (name for said in said_below(module) for name in names_in(said))


def said_below(module: Module) -> Iterator[object]:
    """Yield the conditions and formulas in a module; None of a part without a condition."""
    for part in module.parts:
        yield part.where
        if isinstance(part, Module):
            yield from (said for one in part.repeat for said in one)
            yield from said_below(part)
        else:
            yield from part.axes
            yield from (said for one in part.works for said in one) if isinstance(part, Tensor) else ()


def names_in(said: object) -> Iterator[str]:
    """Yield every name that a condition or a formula looks up."""
    if isinstance(said, Condition):
        yield from said.names
    elif isinstance(said, Formula):
        yield from (symbol.name for symbol in said.symbols)
