"""The words that a description asks for or makes, such as kinds of layers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symbolic.networks.learned.description import Description, ListMade, Module


def words(description: Description) -> frozenset[str]:
    """Return the words that a description asks for or makes, such as kinds of layers."""
    text = " ".join(f"{where} {made}" for where, made in _said(description))
    return frozenset(re.findall(r"'(\w+)'", text))


def _said(description: Description) -> Iterator[tuple[object, object]]:
    """Yield the conditions of a description, and what its config class makes on them."""
    for let in description.lets:
        yield let.where, repr(let.made)
        if isinstance(let.made, ListMade):
            yield from ((where, repr(item)) for item, where in let.made.items)
    yield from _said_below(description.root)


def _said_below(module: Module) -> Iterator[tuple[object, object]]:
    for part in module.parts:
        yield part.where, ""
        if isinstance(part, Module):
            yield from _said_below(part)
