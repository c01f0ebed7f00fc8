"""Presentation MathML as TeX, each piece with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Piece: TypeAlias = tuple[str, int | None]
"""Text, and its place in the file; None for what TeX needs and MathML has not."""

INVISIBLE = frozenset("\u2061\u2062\u2063\u2064")
BRACE = "⏟"
NAMED = frozenset({"min", "max", "ln", "log", "lg", "exp", "sin", "cos", "tan"})
"""What TeX has a command for."""
REPEATED = frozenset("∑∏")
LEAVES = frozenset({"mi", "mn", "mo", "mtext", "ms"})


@dataclass(slots=True)
class Element:
    """An element of a formula, with its text in pieces."""

    tag: str
    attributes: str
    start: int
    children: list[Element] = field(default_factory=list)
    text: list[tuple[str, int]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Return the text of the element."""
        return "".join(text for text, _ in self.text)

    def annotation(self) -> tuple[str, int] | None:
        """Return the TeX that a formula carries, and its place; None if it has none."""
        stack = [self]
        while stack:
            element = stack.pop()
            if element.tag == "annotation" and "tex" in element.attributes.lower() and element.text:
                return element.words, element.text[0][1]
            stack += element.children
        return None


def written(element: Element) -> Iterator[Piece]:
    """Yield the TeX of an element, in pieces."""
    if element.tag in LEAVES:
        yield from _leaf(element)
    elif element.tag in ("annotation", "annotation-xml", "mphantom", "mspace", "none"):
        return
    else:
        yield from WRITERS.get(element.tag, _row)(element)


def _leaf(element: Element) -> Iterator[Piece]:
    words = element.words
    if not words.strip() or words in INVISIBLE:
        return
    if element.tag in ("mtext", "ms") or (element.tag == "mi" and len(words.strip()) > 1 and words.isascii()):
        function = words.strip() in NAMED
        yield ("\\" if function else r"\text{"), None
        yield from element.text
        yield (" " if function else "}"), None
        return
    yield from element.text
    yield " ", None


def _row(element: Element) -> Iterator[Piece]:
    for child in element.children:
        yield from written(child)
    if element.tag in ("mtr", "mlabeledtr"):
        yield r" \\ ", None


def _group(element: Element) -> Iterator[Piece]:
    yield "{", None
    yield from written(element)
    yield "}", None


def _command(command: str) -> Callable[[Element], Iterator[Piece]]:
    def write(element: Element) -> Iterator[Piece]:
        yield command, None
        for child in element.children:
            yield from _group(child)

    return write


def _root(element: Element) -> Iterator[Piece]:
    yield r"\sqrt{", None
    yield from _row(element)
    yield "}", None


def _scripts(*signs: str) -> Callable[[Element], Iterator[Piece]]:
    """Return the writer of a base with a script behind each of these signs."""

    def write(element: Element) -> Iterator[Piece]:
        if len(element.children) != 1 + len(signs):
            yield r"\unknown ", None
            return
        base, *scripts = element.children
        yield from written(base)
        for sign, script in zip(signs, scripts, strict=True):
            yield sign, None
            yield from _group(script)

    return write


def _under(element: Element) -> Iterator[Piece]:
    """Yield a brace with its label, a sum with its limits, or a base with the label below it."""
    if not element.children:
        return
    base, *below = element.children
    if below and below[0].words == BRACE:
        yield r"\underbrace", None
        yield from _group(base)
        return
    if below and base.words.strip() in REPEATED:
        yield from LIMITS[element.tag](element)
        return
    yield from written(base)
    if below and base.tag == "munder":
        yield "_", None
        yield from _group(below[0])


def _mroot(element: Element) -> Iterator[Piece]:
    if len(element.children) != 2:
        yield r"\unknown ", None
        return
    inside, degree = element.children
    yield r"\sqrt[", None
    yield from written(degree)
    yield "]", None
    yield from _group(inside)


LIMITS: Mapping[str, Callable[[Element], Iterator[Piece]]] = {
    "munder": _scripts("_"),
    "mover": _scripts("^"),
    "munderover": _scripts("_", "^"),
}
WRITERS: Mapping[str, Callable[[Element], Iterator[Piece]]] = {
    "mfrac": _command(r"\frac"),
    "msqrt": _root,
    "mroot": _mroot,
    "msup": _scripts("^"),
    "msub": _scripts("_"),
    "msubsup": _scripts("_", "^"),
    **dict.fromkeys(LIMITS, _under),
}
