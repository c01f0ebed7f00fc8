"""Tokens that the lexers of both notations make, so that one grammar reads TeX and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

from symbolic.proofread.arithmetic.numbers import WrittenNumber

MOST_TOKENS = 4000
"""The largest number of tokens in a row that is read."""


@dataclass(slots=True)
class Token:
    """A piece of a formula: its terminal in the grammar, its place in the document, and its value.

    `value` is a `WrittenNumber` for a NUMBER, the text of a NAME or of words, the sign of a RELATION.
    """

    type: str
    start: int
    end: int
    value: object = ""

    # Lark copies these to the token that ends the input.
    start_pos: ClassVar[None] = None
    line: ClassVar[None] = None
    column: ClassVar[None] = None
    end_line: ClassVar[None] = None
    end_column: ClassVar[None] = None
    end_pos: ClassVar[None] = None


BLANK = "____"
"""The name of a blank that the reader is to fill in."""

OPERATORS = frozenset({"PLUS", "MINUS", "TIMES", "DIVIDE", "POWER"})
STRONG = frozenset({"TIMES", "DIVIDE", "POWER", "PLUS", "RELATION"})
"""Signs beside which words stand for a number."""
OPENING = {"OPEN": "CLOSE", "CEIL": "ENDCEIL", "FLOOR": "ENDFLOOR", "ABS": "ENDABS"}
CLOSING = frozenset(OPENING.values())
ENDS_OPERAND = frozenset({"NUMBER", "NAME", "OPAQUE", "ANNOTATION", "FACTORIAL", *CLOSING})
BEYOND = "beyond arithmetic"
"""The value of a STOP for signs that have nothing to do with arithmetic: integrals, sets, limits."""

FUNCTIONS = frozenset({"ln", "exp", "tanh", "sigmoid", "relu", "sin", "cos"})
"""Functions that need no brackets around their argument; logarithms to a base are others."""
UNKNOWN_FUNCTIONS = frozenset({"log", "lg", "tan", "sinh", "cosh"})
"""Functions that are not computed: tangents, and logarithms without a base, as 2, e and 10 are all usual."""
OF_LOGARITHM = "log(…)"
"""The name of the base of a logarithm that is written without one."""
PREFIXES = FUNCTIONS | UNKNOWN_FUNCTIONS

END_MARK = "!."
"""The value of a FACTORIAL whose mark ends the formula, or only its sentence."""


def continues(before: Token | None, after: Token | None) -> bool:
    """Return whether a formula goes on over the end of a row, judged by the tokens on both sides of it."""
    if before is None or after is None:
        return False
    open_end = before.type in OPERATORS or before.type in ("RELATION", "COMMA", *OPENING)
    return open_end or after.type in ("RELATION", "PLUS", "TIMES", "DIVIDE")


def joined_rows(tokens: list[Token]) -> Iterator[list[Token]]:
    """Yield the rows of tokens, with rows that are one formula joined."""
    row: list[Token] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.type == "NEXT" and depth <= 0:
            # "It follows that": another equation, whatever stands around the sign.
            yield row
            row, depth = [], 0
            continue
        if token.type not in ("ROW", "NEXT"):
            # A bar that is never closed, P(A|B), is no reason to read on.
            depth += (token.type in OPENING and token.type != "ABS") - (token.type in CLOSING - {"ENDABS"})
            row.append(token)
            continue
        after = next((later for later in tokens[index + 1 : index + 3] if later.type != "ROW"), None)
        minus = after is not None and after.type == "MINUS"
        if depth > 0 or minus or continues(row[-1] if row else None, after):
            continue
        yield row
        row, depth = [], 0
    yield row


def tidy(row: list[Token]) -> list[Token]:
    """Return a row without the tokens around its formula: a relation at its start, notes, the × of 1.2×."""
    while row and row[0].type == "RELATION" and sum(token.type == "RELATION" for token in row) > 1:
        row = row[1:]
    # A relation of two signs, = ≃, says what the second one does.
    twice = [a.type == b.type == "RELATION" and b.value == "≈" for a, b in pairwise([*row, Token("", 0, 0)])]
    row = [token for token, doubled in zip(row, twice, strict=True) if not doubled]
    return list(_without_multiples(list(_without_notes(with_values(_with_unit_below(row))))))


def _with_unit_below(row: list[Token]) -> list[Token]:
    """Return the row with a unit below a number as its note: \\$4/\\text{hr} is 4 for each hour."""
    found: list[Token] = []
    for token in row:
        per = token.type in ("NAME", "OPAQUE") and str(token.value).removesuffix("s") in PER_UNITS
        if per and [one.type for one in found[-2:]] == ["NUMBER", "DIVIDE"]:
            found[-1] = Token("ANNOTATION", found[-1].start, token.end, f"/{token.value}")
        else:
            found.append(token)
    return found


PER_UNITS = frozenset(
    {"hr", "hour", "sec", "second", "min", "minute", "day", "week", "month", "year", "token", "request"}
    | {"image", "GPU", "gpu", "kWh"}
)


def with_values(row: list[Token]) -> list[Token]:
    """Return the row with each side such as E(8192) as one name, since it is a function's value and no product."""
    if not any(token.type == "OPEN" for token in row):
        return row
    found: list[Token] = []
    index = 0
    while index < len(row):
        types = [token.type for token in row[index : index + 5]]
        starts = not found or found[-1].type == "RELATION"
        if starts and types[:4] == ["NAME", "OPEN", "NUMBER", "CLOSE"] and types[4:] in ([], ["RELATION"]):
            name, number = row[index], row[index + 2]
            shown = getattr(number.value, "shown", "")
            found.append(Token("NAME", name.start, row[index + 3].end, f"{name.value}({shown})"))
            index += 4
        else:
            found.append(row[index])
            index += 1
    return found


def with_rate(row: list[Token]) -> list[Token]:
    """Return the row with words behind its result that say for what it is as a note: 32 / 4 = 8 tokens / chip."""
    if not any(token.type == "DIVIDE" for token in row):
        return row
    start = max((index for index, token in enumerate(row) if token.type == "RELATION"), default=len(row)) + 1
    # A word behind a slash is what it is for, where all else are numbers; 12 / n is a formula.
    words = [token for token in row if token.type in ("NAME", "WORD")]
    of_words = all(len(str(token.value)) >= SHORTEST and token.start > row[start - 1].start for token in words)
    types = "".join(
        RATE_LETTERS.get("OPAQUE" if of_words and token in words else token.type, "?") for token in row[start:]
    )
    if not RATE.match(types):
        return row
    noted = row[start + 1 :]
    joined = " ".join(str(token.value) for token in noted)
    return [*row[: start + 1], Token("ANNOTATION", noted[0].start, noted[-1].end, joined)]


RATE_LETTERS = {"NUMBER": "1", "ANNOTATION": "w", "DIVIDE": "/", "OPAQUE": "o"}
RATE = re.compile(r"1w?(?:/o)+\Z")
SHORTEST = 4


DEGREE = Fraction("0.017453292519943295769236907684886127")
"""One degree in radians."""


def as_degrees(found: list[Token]) -> bool:
    """Give the angle of a sine or cosine its value in radians, behind which a degree sign stands; False elsewhere."""
    angle = found[-1].value if found else None
    waves = any(token.type == "PREFIX" and token.value in ("sin", "cos") for token in found[-4:-1])
    if not waves or not isinstance(angle, WrittenNumber) or found[-1].type != "NUMBER":
        return False
    found[-1].value = angle.times(DEGREE)
    return True


NOTED = ["OPEN", "NAME", "CLOSE"]


def _without_notes(row: list[Token]) -> Iterator[Token]:
    """Yield the row without brackets behind an operand that hold an equation or a word: 768 × N (N = 768), 1 (base)."""
    index = 0
    while index < len(row):
        token = row[index]
        if token.type == "OPEN" and index and row[index - 1].type in ENDS_OPERAND:
            end = index + 1
            depth = 1
            while end < len(row) and depth:
                depth += (row[end].type == "OPEN") - (row[end].type == "CLOSE")
                end += 1
            noted = row[index - 1].type == "NUMBER" and [inside.type for inside in row[index:end]] == NOTED
            word = str(row[index + 1].value) if noted else ""
            # A word of Chinese, Japanese or Korean may have one sign: 32(\text{层}).
            noted = noted and (len(word) > 2 or min(word, default="") > "\u2fff") and "_" not in word
            if noted or any(inside.type == "RELATION" for inside in row[index:end]):
                index = end
                continue
        yield token
        index += 1


def _without_multiples(row: list[Token]) -> Iterator[Token]:
    """Yield the row without each × behind a number that no factor follows: a speedup of 1.23×."""
    for index, token in enumerate(row):
        after = row[index + 1].type if index + 1 < len(row) else "RELATION"
        before = row[index - 1].type if index else ""
        if not (token.type == "TIMES" and before == "NUMBER" and after in ("RELATION", "CLOSE", "ANNOTATION")):
            yield token


def in_brackets(tokens: list[Token]) -> list[Token]:
    """Return tokens with brackets around them, which nobody wrote."""
    start, end = tokens[0].start, tokens[-1].end
    return [Token("OPEN", start, start, "("), *tokens, Token("CLOSE", end, end, ")")]


def divided_by_products(tokens: list[Token]) -> list[Token]:
    """Return the tokens with brackets around each number and letter behind a slash, 2n / 0.06n, which is their product.

    No tokens where there is none.
    """
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        divides = tokens[index - 1].type == "DIVIDE" if index else False
        both = tokens[index : index + 2]
        if divides and [token.type for token in both] == ["NUMBER", "NAME"]:
            found += in_brackets(both)
            index += 2
        else:
            found.append(tokens[index])
            index += 1
    return found if len(found) > len(tokens) else []


def divided_by_powers(tokens: list[Token]) -> list[Token]:
    """Return the tokens with brackets around each divisor such as / 1.278 × 10^17; no tokens where there is none."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        found.append(token)
        length = _power_of_ten(tokens[index + 1 : index + 9]) if token.type == "DIVIDE" else 0
        if length:
            found += in_brackets(tokens[index + 1 : index + length + 1])
            return [*found, *(divided_by_powers(rest) or rest)] if (rest := tokens[index + length + 1 :]) else found
    return []


def _power_of_ten(tokens: list[Token]) -> int:
    """Return the number of tokens at the start that write a number times a power of ten; 0 where they don't."""
    types = [token.type for token in tokens]
    if types[:4] != ["NUMBER", "TIMES", "NUMBER", "POWER"] or tokens[2].value.value != 10:  # type: ignore[attr-defined]
        return 0
    for exponent in (["NUMBER"], ["OPEN", "NUMBER", "CLOSE"]):
        if types[4 : 4 + len(exponent)] == exponent:
            return 4 + len(exponent)
    return 0
