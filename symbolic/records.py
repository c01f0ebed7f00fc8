"""Frozen dataclasses whose classes cost little to make: a command makes a hundred of them before it begins.

The standard library compiles seven methods for each class, one after the other. That took a quarter of the time of
`symbolic count`. Here `__init__` alone is compiled; the other methods are functions that know the fields' names.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool, slots: bool = False) -> Callable[[type], type]:
        """Return a decorator that does what `dataclasses.dataclass` does with these arguments; `frozen` must be True.

        `fields`, `replace` and `asdict` work, and so do pickles. Every field must be an argument of `__init__`. A class
        can't inherit from one of the standard library that is frozen, nor the other way round.

        >>> @dataclass(frozen=True, slots=True)
        ... class Point:
        ...     '''A place in a plane.'''
        ...     x: int
        ...     y: int = 0
        >>> Point(1) == Point(1, 0), Point(1), hash(Point(1)) == hash(Point(x=1)), dataclasses.replace(Point(1), y=2)
        (True, Point(x=1, y=0), True, Point(x=1, y=2))
        """
        if not frozen:
            raise TypeError("frozen must be True; take dataclasses.dataclass for a class that changes")
        return lambda cls: _made(cls, slots)


NOT_GIVEN = object()
"""Stands for an argument in whose place a factory makes a value."""


def _made(cls: type[Any], slots: bool) -> type[Any]:
    made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    fields = dataclasses.fields(made)
    methods: Mapping[str, object] = {
        "__init__": _init(made, fields, slots),
        "__repr__": _repr(tuple(field.name for field in fields if field.repr)),
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        **_comparing(tuple(field.name for field in fields if field.compare)),
        **(_pickling(tuple(field.name for field in fields)) if slots else {}),
    }
    for name, method in methods.items():
        # What a class defines itself, it keeps.
        if name not in vars(cls):
            setattr(made, name, method)
    return made


def _init(made: type[Any], fields: tuple[dataclasses.Field[Any], ...], slots: bool) -> object:
    """Compile the one method in which the fields' names are arguments."""
    known: dict[str, object] = {"NOT_GIVEN": NOT_GIVEN, "put": object.__setattr__}
    positional: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    for field in fields:
        name, argument, value = field.name, field.name, field.name
        if not field.init:
            raise TypeError(f"{made.__name__}.{name} is no argument of __init__; take dataclasses.dataclass")
        if field.default is not dataclasses.MISSING:
            known[f"default_{name}"] = field.default
            argument = f"{name}=default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"make_{name}"] = field.default_factory
            argument, value = f"{name}=NOT_GIVEN", f"make_{name}() if {name} is NOT_GIVEN else {name}"
        (by_name if field.kw_only else positional).append(argument)
        if slots:
            known[f"set_{name}"] = getattr(made, name).__set__
            lines.append(f"set_{name}(self, {value})")
        else:
            lines.append(f"put(self, {name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    arguments = ", ".join(("self", *positional, *(("*", *by_name) if by_name else ())))
    exec(f"def __init__({arguments}):\n " + "\n ".join(lines or ["pass"]), known)  # noqa: S102 - names of our own fields
    method: Any = known["__init__"]
    method.__qualname__ = f"{made.__qualname__}.__init__"
    method.__annotations__ = {field.name: field.type for field in fields} | {"return": None}
    return method


def _comparing(names: tuple[str, ...]) -> Mapping[str, object]:
    """Two are equal that are of one class and whose compared fields are."""
    values: Callable[[object], object] = attrgetter(*names) if names else lambda _: ()

    def equal(one: object, other: object) -> bool:
        if one is other:
            return True
        return values(one) == values(other) if other.__class__ is one.__class__ else NotImplemented

    return {"__eq__": equal, "__hash__": lambda one: hash(values(one))}


def _repr(names: tuple[str, ...]) -> object:
    def said(one: object) -> str:
        return f"{type(one).__qualname__}({', '.join(f'{name}={getattr(one, name)!r}' for name in names)})"

    return said


def _pickling(names: tuple[str, ...]) -> Mapping[str, object]:
    """A copy gets its fields past the guard against changes."""

    def state(one: object) -> list[object]:
        return [getattr(one, name) for name in names]

    def restore(one: object, values: list[object]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(one, name, value)

    return {"__getstate__": state, "__setstate__": restore}


def _refuse_to_set(self: object, name: str, value: object) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:  # noqa: ARG001
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
