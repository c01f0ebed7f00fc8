"""Products in prose whose factors are more than a number, and names that get several numbers at once.

Settings, TP=8 × PP=4 = 32; a shape, [512, 64] × 2 bytes; a rate of what is counted beside it, 12 rows × 40 cells/row;
a width in bits, 3 Gbps × 512-bit bus; a, b = 1, 2.
"""

from __future__ import annotations

import re
from itertools import pairwise

from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.grammar.tokens import Token

LETTERS = {"WORD": "w", "NAME": "w", "NUMBER": "1", "TIMES": "x", "DIVIDE": "/", "MINUS": "-", "COMMA": ","}
LETTERS |= {"PLUS": "+", "OPEN": "(", "CLOSE": ")", "FUNCTION": "f", "PREFIX": "f", "OPAQUE": "f"}
FACTORS = re.compile(
    r"(?<![=1x+)])(?P<settings>w=1(?:[x+]w=1)+)|(?<![w1fx)])(?P<shape>\(1(?:,1)+\))(?=x1(?![x,]))"
    r"|(?<=1)(?:(?P<rate>w/w)|(?P<width>-w))"
)
UNPACKED = re.compile(r"(?P<names>w(?:,w)*)=(?P<values>(?![wx/)])[1wx/()+-]+(?:,(?!w+=)[1wx/()+-]+)+)(?P<end>,)?")
"""Several numbers behind names, a, b = 1, 2 or s = 3, 2, 1, in the letters above."""
SIGNS = frozenset({"TIMES", "PLUS"})
ROOT, NEAR = 3, 12
"""Words near each other that begin alike are of one thing: rows, row."""


def with_factors(tokens: list[Token]) -> list[Token]:
    """Return the tokens with such factors as a number, a product in brackets, or a number with a word."""
    letters = "".join("=" if token.value == "=" else LETTERS.get(token.type, " ") for token in tokens)
    if any(UNPACKED.finditer(letters)):
        tokens = _unpacked(tokens, letters)
        letters = "".join("=" if token.value == "=" else LETTERS.get(token.type, " ") for token in tokens)
    found: list[Token] = []
    done = 0
    for match in FACTORS.finditer(letters):
        factors = tokens[slice(*match.span())]
        if match["settings"]:
            meant = _without_names(factors)
        elif match["shape"]:
            meant = _multiplied(factors)
        else:
            start = match.start() - (1 if match["width"] else 0)
            close = all(one.end == other.start for one, other in pairwise(tokens[start : match.end()]))
            of = close and (match["width"] or _is_counted(tokens, letters, match.start(), str(factors[-1].value)))
            word = str(factors[-1].value)
            # 3 Gbps × 512-bit bus, 8 × 16 = 128-way; n-k is a difference.
            bits = not match["width"] or (factors[-1].type == "WORD" and len(word) > 2 and word.islower())
            words = "".join(str(token.value) for token in factors)
            meant = [Token("WORD", factors[0].start, factors[-1].end, words)] if of and bits else factors
        found += [*tokens[done : match.start()], *meant]
        done = match.end()
    return [*found, *tokens[done:]] if done else tokens


def _unpacked(tokens: list[Token], letters: str) -> list[Token]:
    """Return the tokens with a, b = 1, 2 as a = 1 and b = 2; names and numbers that don't match say nothing."""
    found: list[Token] = []
    done = 0
    for match in UNPACKED.finditer(letters):
        values, place = [], match.start("values")
        for written in match["values"].split(","):
            values.append(tokens[place : place + len(written)])
            place += len(written) + 1
        names = tokens[slice(*match.span("names"))][::2][-len(values) :]
        kinds = {name.type for name in names}
        plain = letters[match.end() : match.end() + 1].strip() == "" and set(match["values"]) <= {"1", ","}
        if (len(names) < 2 and not plain) or len(kinds) > 1 or _is_one_number(values):
            continue
        first = match.end("names") - 2 * len(names) + 1
        relation = tokens[match.end("names")]
        found += tokens[done:first]
        if len(names) == len(values) and kinds == {"NAME"} and not match["end"]:
            for name, value in zip(names[:-1], values, strict=False):
                found += [name, relation, *value, Token("STOP", value[-1].end, value[-1].end, ",")]
            found += [names[-1], relation, *values[-1]]
            done = match.end("values")
        else:
            found.append(Token("STOP", relation.start, relation.end, "="))
            done = match.end("names") + 1
    return [*found, *tokens[done:]]


def _is_one_number(values: list[list[Token]]) -> bool:
    """Return whether no blank stands behind a comma between numbers: 1,2345 is a number with an odd comma."""
    return any(one[-1].end + 1 == other[0].start for one, other in pairwise(values))


def _without_names(settings: list[Token]) -> list[Token]:
    """Return settings as their numbers with the signs between them, if they are written close, TP=8."""
    close = all(a.end == b.start for a, b in pairwise(settings) if not {a.type, b.type} & SIGNS)
    return [token for token in settings if token.type in ("NUMBER", *SIGNS)] if close else settings


def _multiplied(shape: list[Token]) -> list[Token]:
    """Return a shape as the product of its sides, if they are whole numbers."""
    sides = [token.value for token in shape if isinstance(token.value, WrittenNumber)]
    if not all(isinstance(side.value, int) and side.value > 0 and not side.scaled for side in sides):
        return shape
    return [Token("TIMES", one.start, one.end, "×") if one.type == "COMMA" else one for one in shape]


def _is_counted(tokens: list[Token], letters: str, index: int, word: str) -> bool:
    """Return whether a number near a rate has the word behind it that the rate is of."""
    near = (place for place in range(max(1, index - NEAR), min(len(tokens), index + NEAR)) if place != index)
    return any(
        letters[place - 1 : place + 1] == "1w" and str(tokens[place].value)[:ROOT] == word[:ROOT] for place in near
    )
