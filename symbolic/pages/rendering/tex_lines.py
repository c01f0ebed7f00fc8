"""Long formulas of TeX in several lines: in front of a sign, where fewest brackets are open."""

from __future__ import annotations

import re
from collections.abc import Iterator

WIDE = 64
"""So many signs stand in a line of an article."""
SIGN = re.compile(r" (?=(?:[+−-]|\\times|\\cdot) )")
FRAME = re.compile(r"\\(?:mathrm|text|frac|underbrace)(?![A-Za-z])")
COMMAND = re.compile(r"\\[A-Za-z]+")
SILENT = re.compile(r"\\,|[{}\\]")
TOKEN = re.compile(r"\\[lr](?:ceil|floor)\b|\\(?:left|right)(?![A-Za-z])|\\.|[{}()\[\]]| ", re.DOTALL)
PRODUCT = (r"\times", r"\cdot")
OPENING = ("(", "[", r"\lceil", r"\lfloor")
CLOSING = (")", "]", r"\rceil", r"\rfloor")


def breadth(tex: str) -> int:
    """Return about how many signs a formula has on paper."""
    return len(SILENT.sub("", COMMAND.sub("x", FRAME.sub("", tex))))


def broken(tex: str, most: int = WIDE, *, brackets: bool = True) -> list[str]:
    r"""Return a formula in lines of at most about so many signs, where its signs allow that; within `brackets` too.

    >>> broken(r"(a + b) \times c + d", 11)
    ['(a + b) \\times c', '+ d']
    """
    if breadth(tex) <= most:
        return [tex]
    lines, start = [], 0
    places = [(depth, place) for depth, place in _places(tex) if brackets or depth < 2]
    while breadth(tex[start:]) > most:
        fitting = [(depth, place) for depth, place in places if place > start and breadth(tex[start:place]) <= most]
        behind = [(depth, place) for depth, place in places if place > start]
        if not behind:
            break
        # Of the places where fewest brackets are open, the last one: but no line is nearly empty.
        full = [one for one in fitting if 3 * breadth(tex[start : one[1]]) >= most] or fitting
        _, place = min(full, key=lambda one: (one[0], -one[1])) if full else behind[0]
        lines.append(tex[start:place])
        start = place + 1
    return [*lines, tex[start:]]


def _places(tex: str) -> Iterator[tuple[int, int]]:
    """Yield where a line may end, outside of braces, and how deep it is there: in brackets, and in a product."""
    braces = brackets = 0
    for token in TOKEN.finditer(tex):
        sign = token[0]
        braces += (sign in ("{", r"\left")) - (sign in ("}", r"\right"))
        brackets += (sign in OPENING) - (sign in CLOSING)
        if sign == " " and not braces and SIGN.match(tex, token.start()):
            yield 2 * brackets + tex.startswith(PRODUCT, token.end()), token.start()
