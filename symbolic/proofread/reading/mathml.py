"""Presentation MathML as TeX, each piece with its place in the file."""

from __future__ import annotations

import re
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


def _root(element: Element) -> Iterator[Piece]:
    yield r"\sqrt{", None
    yield from _row(element)
    yield "}", None


def _filled(element: Element) -> Iterator[Piece]:
    """Yield an element as its template has it; each digit of that stands for one of its children."""
    template = TEMPLATES[element.tag]
    parts = re.split(r"(\d)", template)
    if len(element.children) != len(parts) // 2:
        yield r"\unknown ", None
        return
    for part in parts:
        yield from written(element.children[int(part)]) if part.isdigit() else [(part, None)]


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
        yield from _filled(element)
        return
    yield from written(base)
    if below and base.tag == "munder":
        yield "_", None
        yield from _group(below[0])


TEMPLATES = {
    "mfrac": r"\frac{0}{1}",
    "mroot": r"\sqrt[1]{0}",
    **dict.fromkeys(("msup", "mover"), "0^{1}"),
    **dict.fromkeys(("msub", "munder"), "0_{1}"),
    **dict.fromkeys(("msubsup", "munderover"), "0_{1}^{2}"),
}
WRITERS: Mapping[str, Callable[[Element], Iterator[Piece]]] = {
    **dict.fromkeys(TEMPLATES, _filled),
    **dict.fromkeys(("munder", "mover", "munderover"), _under),
    "msqrt": _root,
}
