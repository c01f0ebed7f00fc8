"""Comments in Python code: arithmetic that they say is read, code never, not even what is commented out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from symbolic.proofread.arithmetic.expression import Name, Node, Number
from symbolic.proofread.grammar.parsing import Chain

PYTHON = frozenset({"python", "python3", "py", "ipython", "ipython3"})
PIECES = re.compile(
    r"(?P<quote>'''|\"\"\").*?(?:(?P=quote)|\Z)|'(?:\\.|[^'\\\n])*|\"(?:\\.|[^\"\\\n])*|(?P<comment>#[^\n]*)", re.DOTALL
)
CODE = re.compile(r"==|!=|<=|>=|//|<<|>>|->|=>|:=|[-+*/@%&|^]=|[%&|@^~\\`{}\"']|\.\d{12}")
"""What a sentence would hardly have: operators of programs, quotes, a number as a program prints it."""
ARITHMETIC = re.compile(r"[*×·⋅√²³]|\d ?\+ ?\d|\s[x/]\s")
"""Ranges, 0-9, and kernels, 3x3, are none."""
BEFORE, BEHIND = re.compile(r"[\s#(:,;]\Z|\A\Z"), re.compile(r"\Z|[\s,;:)!](?!\(\d)|\.(?!\w)")


def comments(code: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where the comments stand that may say something about numbers."""
    for match in PIECES.finditer(code, start, len(code) if end is None else end):
        if match["comment"] and "=" in match[0] and not CODE.search(match[0]):
            yield match.span("comment")


def arithmetic(text: str, start: int, end: int, chain: Chain) -> Iterator[Chain]:
    """The stretches of a chain without names, if it stands in its comment as a sentence's would."""
    numbers = [part for side in chain.sides for part in side.walk() if isinstance(part, Number)]
    if any(number.figure.scaled for number in numbers):
        # 64 * 1024 = 64K: among programs K is as often 1,024 as 1,000.
        return
    alone = BEFORE.search(text[max(0, start - 1) : start]) and BEHIND.match(text[end : end + 3])
    if not alone or not ARITHMETIC.search(text, start, end) or not set(chain.relations) <= {"=", "≈"}:
        return
    for named, group in groupby(range(len(chain.sides)), key=lambda index: _is_named(chain.sides[index])):
        places = list(group)
        if not named and len(places) > 1:
            yield Chain(chain.sides[places[0] : places[-1] + 1], chain.relations[places[0] : places[-1]])


def _is_named(side: Node) -> bool:
    return any(isinstance(part, Name) for part in side.walk())
