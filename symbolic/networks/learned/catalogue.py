"""The descriptions that ship, in one compressed file; `descriptions/` in the repository has them open.

The file is a list of gzip members, so that who asks for one type opens what little lies around it: first an index, with
a line for each type, where its member starts, counted from the end of the file, and its classes; then the descriptions.
`python -m tools.learning.packing` makes the one of the other, and a test holds them equal.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from symbolic.networks.learned.description import Description
from symbolic.networks.learned.reading import parsed

PACKED = Path(__file__).with_name("types.txt.gz")
MARK = "== "
"""A line that starts so names the type whose descriptions follow."""
GZIP = zlib.MAX_WBITS + 16
"""What tells zlib of gzip's frame around a member."""


@cache
def _member(start: int) -> str:
    """Return what one member holds; it starts `start` bytes from the end of the file, or at its begin for 0."""
    return "\n" + zlib.decompressobj(GZIP).decompress(_packed()[-start:]).decode()


@cache
def _packed() -> bytes:
    return PACKED.read_bytes()


def _line(model_type: str) -> list[str]:
    """Return what the index says of a type: where its member starts, and its classes; nothing of one that it lacks."""
    _before, found, rest = _member(0).partition(f"\n{model_type} ")
    return rest.partition("\n")[0].split() if found and len(model_type.split()) == 1 else []


@cache
def names() -> tuple[str, ...]:
    """Return every described type, in alphabetical order."""
    return tuple(sorted(line.partition(" ")[0] for line in _member(0).split("\n") if line))


def text_of(model_type: str) -> str:
    """Return a type's descriptions as they are written; "" where there is none."""
    line = _line(model_type)
    if not line:
        return ""
    return _member(int(line[0])).partition(f"\n{MARK}{model_type}\n")[2].partition(f"\n{MARK}")[0]


def classes(model_type: str) -> list[str]:
    """Return the classes of a type that are described, without reading the descriptions."""
    return _line(model_type)[1:]


def types_of_class(model_class: str) -> list[str]:
    """Return the types that have a class of that name, without reading the descriptions."""
    lines = (line.split() for line in _member(0).split("\n") if model_class in line)
    return [name for name, _start, *classes in lines if model_class in classes]


def forget() -> None:
    """Read the file anew when it is asked for next: it was written in this process."""
    for one in (_packed, _member, names, _read, _resolved):
        one.cache_clear()


_traced: dict[str, str] = {}


def register(text: str) -> str:
    """Enter the description of a trace, for this process, and return the name to look it up by."""
    name = f"traced {text.split()[1]}"
    while _traced.get(name, text) != text:
        name += " again"
    _traced[name] = text
    return name


def traced(model_type: str) -> Description | None:
    """Return the description of a trace that was entered under a name; None for any other."""
    text = _traced.get(model_type)
    return _read(text).but(model_type=model_type, traced=True) if text else None


def one(model_type: str, number: int) -> Description:
    """Return a type's description by its place among its classes, without reading the others."""
    return _resolved(model_type, number)


def each(model_type: str) -> Iterator[Description]:
    """Yield a type's descriptions, one a class, each read when it is asked for.

    The first is meant where a config names no class.
    """
    for number in range(len(_texts(model_type))):
        yield _resolved(model_type, number)


def described(model_type: str) -> tuple[Description, ...]:
    """Return all of a type's descriptions."""
    return tuple(each(model_type))


def _texts(model_type: str) -> list[str]:
    return [text for text in text_of(model_type).split("\n\n") if text.strip()]


@cache
def _resolved(model_type: str, number: int) -> Description:
    """Return a description with the tree of the class that it stands in, where it stands in one."""
    texts = _texts(model_type)
    found = _read(texts[number])
    if found.inside is None:
        return found
    # Few classes stand in another; who asks for no such one need not read how.
    from symbolic.networks.learned.bodies import body

    whole = f"{model_type} {found.inside.model_class}\n"
    return body(_read(next(text for text in texts if text.startswith(whole))), found)


@cache
def _read(text: str) -> Description:
    return parsed(text)
