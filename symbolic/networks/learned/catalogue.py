"""The descriptions that ship, in one compressed file; `descriptions/` in the repository has them open.

`python -m tools.learning.packing` makes the one of the other, and a test holds them equal.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from symbolic.networks.learned.description import Description
from symbolic.networks.learned.reading import parsed

PACKED = Path(__file__).with_name("types.txt.gz")
MARK = "== "
"""A line that starts so names the type whose descriptions follow."""


@cache
def _text() -> str:
    return "\n" + gzip.decompress(PACKED.read_bytes()).decode()


@cache
def names() -> tuple[str, ...]:
    """Return every described type, in alphabetical order."""
    return tuple(sorted(re.findall(rf"^{MARK}(.*)$", _text(), re.MULTILINE)))


def text_of(model_type: str) -> str:
    """Return a type's descriptions as they are written; "" where there is none."""
    _before, found, rest = _text().partition(f"\n{MARK}{model_type}\n")
    return rest.partition(f"\n{MARK}")[0] if found and "\n" not in model_type else ""


def classes(model_type: str) -> list[str]:
    """Return the classes of a type that are described, without reading the descriptions."""
    return re.findall(rf"^{re.escape(model_type)} (\w+)$", text_of(model_type), re.MULTILINE)


def types_of_class(model_class: str) -> list[str]:
    """Return the types that have a class of that name, without reading the descriptions."""
    found = (
        re.findall(rf"^(\S+) {re.escape(model_class)}$", _text(), re.MULTILINE) if model_class.isidentifier() else []
    )
    return [name for name in found if name in names()]


def forget() -> None:
    """Read the file anew when it is asked for next: it was written in this process."""
    for one in (_text, names, described):
        one.cache_clear()


_traced: dict[str, str] = {}


def register(text: str) -> str:
    """Enter the description of a trace, for this process, and return the name to look it up by."""
    name = f"traced {text.split()[1]}"
    while _traced.get(name, text) != text:
        name += " again"
    _traced[name] = text
    described.cache_clear()
    return name


@cache
def described(model_type: str) -> tuple[Description, ...]:
    """Return a type's descriptions, one a class; the first is meant where a config names no class."""
    if model_type in _traced:
        return (replace(parsed(_traced[model_type]), model_type=model_type, traced=True),)
    return tuple(parsed(text) for text in text_of(model_type).split("\n\n") if text.strip())
