"""Records: values that are known by their parts and never change, which cost next to nothing to define."""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """A value with the parts that its class annotates; equal to another of its class where all of them are.

    To define a dataclass or a named tuple, code is generated and compiled: for the dozen that a description is made of
    that takes longer than to read one.

    >>> class Place(Record):
    ...     name: str
    ...     number: int = 0
    >>> Place("here").but(number=2)
    Place(name='here', number=2)
    """

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._names = (*cls._names, *cls.__annotations__)

    def __init__(self, *parts: object, **named: object) -> None:
        """Parts are given in their order or by their names; those that are not have their class's defaults."""
        self.__dict__.update(zip(self._names, parts, strict=False), **named)

    def but(self, **changed: Any) -> Self:
        """Return the same with some parts changed."""
        return type(self)(**{**self.__dict__, **changed})

    @property
    def _parts(self) -> tuple[object, ...]:
        """All parts, in their order."""
        return tuple([getattr(self, name) for name in self._names])

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Record) and type(self) is type(other) and self._parts == other._parts
        )

    def __hash__(self) -> int:
        return hash((type(self), self._parts))

    def __repr__(self) -> str:
        """Return the call that makes it."""
        named = zip(self._names, self._parts, strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={part!r}' for name, part in named)})"
