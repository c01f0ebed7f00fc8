"""Formulas that may be meant where prose can't be read: factors without a sign, 5 5 16 = 400, and pieces of a line.

They count only where they hold: what holds of many numbers was hardly meant otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from symbolic.proofread.grammar.prose_calls import LONGEST_CALL
from symbolic.proofread.grammar.tokens import OPERATORS, Token

FORMULA = OPERATORS | {"NUMBER", "OPEN", "CLOSE", "WORD"}
MOST_PIECES = 4
NOTE = re.compile(r"\(1w+\)")


def pieces(tokens: list[Token], relation: int) -> Iterator[list[Token]]:
    """Yield the formulas that may end with the relation at an index and the number behind it, the longest first."""
    result = tokens[relation : relation + 2]
    if [token.type for token in result] != ["RELATION", "NUMBER"] or result[0].value not in ("=", "≈"):
        return
    start = relation
    while start and relation - start < LONGEST_CALL and tokens[start - 1].type in FORMULA:
        start -= 1
    side = _without_notes(tokens[start:relation])
    found: list[Token] = []
    starts = [0]
    depth = 0
    for token in side:
        depth += (token.type == "OPEN") - (token.type == "CLOSE")
        if found and found[-1].type in ("NUMBER", "CLOSE") and token.type in ("NUMBER", "OPEN"):
            if depth == (token.type == "OPEN"):
                starts.append(len(found) + 1)
            found.append(Token("TIMES", token.start, token.start, "×"))
        if depth < 0 or token.type == "WORD":
            found, starts, depth = [], [0], 0
        else:
            found.append(token)
    for first in starts[:MOST_PIECES]:
        piece = found[first:]
        if depth == 0 and not OPERATORS.isdisjoint(token.type for token in piece):
            yield [*piece, *result]


def _without_notes(side: list[Token]) -> list[Token]:
    """Return a side without brackets behind a number that hold a number and words: $561 − $140 (1 node)."""
    kinds = "".join({"OPEN": "(", "CLOSE": ")", "NUMBER": "1", "WORD": "w"}.get(token.type, "+") for token in side)
    drop: set[int] = set()
    for start, end in pairwise([index for index, kind in enumerate(kinds) if kind in "()"]):
        inside = kinds[start : end + 1]
        if start and kinds[start - 1] == "1" and NOTE.fullmatch(inside):
            drop.update(range(start, end + 1))
    return [token for index, token in enumerate(side) if index not in drop]
