"""Kinds of question: one file each, found by listing this folder.

A kind's module has `PLACE`, its place on a sheet, and `make(context, id)`, which gives a question, or none where this
network has nothing to ask so. What it draws comes from `context.random`, so another call may give another question.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeAlias

from symbolic.errors import UnknownName
from symbolic.handouts.answers import Question
from symbolic.handouts.context import Context

IN_SHORT = ("formula", "shape", "estimate", "doubling")
"""The kinds on a short sheet: those that ask what the numbers mean."""
Make: TypeAlias = Callable[[Context, str], Question | None]


@cache
def names() -> tuple[str, ...]:
    """Return the kinds' names, in alphabetical order."""
    return tuple(sorted(module.name.replace("_", "-") for module in iter_modules(__path__)))


def find(name: str) -> Make:
    """Return the function that makes questions of a kind; UnknownName names the nearest."""
    if name not in names():
        raise UnknownName("kind of question", name, names())
    made: Make = import_module(f"{__name__}.{name.replace('-', '_')}").make
    return made


@cache
def in_order() -> tuple[str, ...]:
    """Return the kinds' names in the order of their places: the easiest first."""

    def place(name: str) -> int:
        found: int = import_module(f"{__name__}.{name.replace('-', '_')}").PLACE
        return found

    return tuple(sorted(names(), key=place))
