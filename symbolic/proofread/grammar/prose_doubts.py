"""Doubts about a chain found in prose: whether it is no equation, or only a piece of one."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

from symbolic.formulas.formula import exact
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.prose_calls import LONGEST_CALL
from symbolic.proofread.grammar.tokens import CLOSING, ENDS_OPERAND, MOST_TOKENS, OPENING, OPERATORS, Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.prose_scan import Scan

UNREAD_SIGNS = frozenset("!|°′″‖")
SHORT = {"NAME": "n", "OPAQUE": "n", "RELATION": "=", "NUMBER": "1", "DIVIDE": "/", "ANNOTATION": ""}
SETTINGS = re.compile(r"n=1(?:/n=1)+$|1/n=1(?:/n=1)*$")
"""A list of settings with slashes between them, TP=4/PP=24, in the letters of SHORT."""
PROGRAM = frozenset({"%", "--"})
"""Signs before a remainder, or before an option of a command."""
VERSUS = frozenset({"vs", "versus"})
OF_FORMULAS = ENDS_OPERAND | OPERATORS | frozenset(OPENING)
APIECE = VERSUS | {"at", "@", "of", "each", "à", "je", "than", "against"}
"""Words before a price or share of one thing, which a total of all may follow: 8 at $50 = $400, 7 vs 70 = 10x."""
OPERATOR_WORDS = frozenset({"plus", "minus", "times", "over"})
MOST_BEFORE_BY = 4


def lacks_left(scan: Scan) -> bool:
    """Return whether the chain starts with a relation whose left side ends with an unread sign: 90° = 1.57."""
    if not scan.start or scan.tokens[scan.start].type != "RELATION":
        return False
    around = scan.tokens[scan.start - 1 : scan.start + 2]
    return (
        [token.type for token in around[1:]] == ["RELATION", "NUMBER"]
        and not is_list(scan, scan.start - 1)
        and (around[0].type == "CLOSE" or str(around[0].value) in UNREAD_SIGNS)
        and around[1].value in ("=", "≈")
    )


def is_list(scan: Scan, end: int) -> bool:
    """Return whether the bracket that closes at `end` holds a list, (4096, 1, 1) = 4096 blocks, or a condition."""
    depth, commas = 0, False
    if scan.tokens[end].value == "|":
        return False
    for token in reversed(scan.tokens[max(0, end - LONGEST_CALL) : end + 1]):
        depth += (token.type in CLOSING) - (token.type in OPENING)
        # A condition is none of a formula either: P(A | B) = 0.7 says what it is.
        commas = commas or ((token.type == "COMMA" or token.value == "|") and depth == 1)
        if depth <= 0:
            return commas
    return False


def is_no_formula(scan: Scan) -> bool:
    """Return whether the chain only looks like an equation, and is a part of a sentence or of a program.

    "18 links at 50 GB = 900 GB", `heads % 8 = 0`, a drawing with one sign in each line, a setting in a command.
    """
    before = scan.tokens[scan.start - 1] if scan.start else None
    types = [token.type for token in scan.kept[: scan.good]]
    alone = "RELATION" in types[:5] and OPERATORS.isdisjoint(types[: types.index("RELATION")])
    if before is not None and (str(before.value) in PROGRAM or (alone and str(before.value) in APIECE)):
        return True
    if [str(token.value) for token in scan.tokens[scan.good_index : scan.good_index + 1]] == ["%"]:
        return True
    called = before is not None and before.type == "STOP" and types[:1] == ["OPEN"]
    if called and before is not None and before.end == scan.kept[0].start and before.value in tuple("'’′`"):
        return True
    if _is_noted(scan) or _is_compared(scan):
        return True
    if scan.rows > 3 and 2 * scan.rows >= scan.good:
        return True
    ranges = range(scan.good - (3 + (types[-1] == "ANNOTATION") if has_range(scan) else 0)) if "MINUS" in types else ()
    if any(is_range(scan, index) for index in ranges):
        return True
    if SETTINGS.match("".join(SHORT.get(kind, " ") for kind in types)):
        return True
    if alone and any(token.type == "ANNOTATION" and "each" in str(token.value) for token in scan.kept[:4]):
        return types.count("RELATION") < 2
    named = bool(types) and types[0] in ("NAME", "OPAQUE")
    changes = {token.value for token in scan.kept if token.type == "RELATION"} == {"→"}
    plain = OPERATORS.isdisjoint({token.type for token in scan.kept})
    return alone and (named or changes) and plain and is_cut(scan)


def _is_noted(scan: Scan) -> bool:
    """Return whether the first side is a note in brackets behind what it is of: 32 filters (3×3) = 320."""
    before = [token.type for token in scan.tokens[max(0, scan.start - 2) : scan.start]]
    if before != ["NUMBER", "WORD"] or scan.kept[0].type != "OPEN":
        return False
    types = [token.type for token in scan.kept]
    side = types[: types.index("RELATION")] if "RELATION" in types else []
    return "CLOSE" in side and side.index("CLOSE") == len(side) - 1


def _is_compared(scan: Scan) -> bool:
    """Return whether two formulas are compared: 3×3 vs 5×5 = 9 vs 25, or 128×128 vs 16×16 = 64, their ratio.

    Where the first one has its result, 3×3 = 9 vs 5×5 = 25, the second one is an equation.
    """
    before = scan.tokens[max(0, scan.start - LONGEST_CALL) : scan.start]
    if not before or str(before[-1].value) not in VERSUS:
        return False
    if any(str(token.value) in VERSUS for token in scan.tokens[scan.good_index : scan.good_index + 1]):
        return True
    first = list(takewhile(lambda token: token.type in OF_FORMULAS, reversed(before[:-1])))
    has_result = len(first) + 1 < len(before) and before[-len(first) - 2].type == "RELATION"
    return not has_result and not OPERATORS.isdisjoint(token.type for token in first)


def is_range(scan: Scan, index: int) -> bool:
    """Return whether a whole side is a range, 2-4."""
    side = scan.kept[index : index + 3]
    behind = scan.kept[index + 3 : min(index + 5, scan.good)]
    behind = behind[1:] if behind and behind[0].type == "ANNOTATION" else behind
    around = [*scan.kept[max(0, index - 1) : index], *behind[:1]]
    return _joins(side) and all(token.type in ("RELATION", "ANNOTATION") for token in around)


def of_both_ends(scan: Scan) -> list[list[Token]]:
    """Return the chains of the lower and of the upper ends where a factor and the result are ranges: 5 × 2-4 = 10-20.

    Elsewhere there are none.
    """
    kept = scan.kept[: scan.good]
    places = [index for index in range(len(kept) - 2) if _joins(kept[index : index + 3])]
    if len(places) != 2 or not has_range(scan):
        return []
    first, last = places
    around = {token.type for token in (*kept[max(0, first - 1) : first], kept[first + 3])}
    if not around <= {"TIMES", "PLUS", "RELATION", "ANNOTATION"}:
        return []
    lows, highs = list(kept), list(kept)
    for index in (last, first):
        low, high = kept[index].value, kept[index + 2].value
        if isinstance(low, WrittenNumber) and isinstance(high, WrittenNumber) and not low.scale:
            scaled = low.times(high.worth)._replace(scale=high.scale, scaled=high.scaled, rounded=high.rounded)
            lows[index] = replace(kept[index], value=scaled)
        del lows[index + 1 : index + 3], highs[index : index + 2]
    if not first:
        # No minus stands before the upper end.
        highs[0] = replace(highs[0], start=kept[0].start)
    return [lows, highs]


def _joins(side: list[Token]) -> bool:
    """Return whether three tokens are a range: a hyphen close to two numbers, the larger one behind it."""
    if [token.type for token in side] != ["NUMBER", "MINUS", "NUMBER"]:
        return False
    low, high = (getattr(token.value, "value", 0) for token in (side[0], side[2]))
    return bool(low < high) and side[0].end == side[1].start and side[1].end == side[2].start


def has_range(scan: Scan) -> bool:
    """Return whether the result of a calculation is a range: 16 × 2 = 30-34 GB."""
    end = _end_of_range(scan.kept[: scan.good])
    types = [token.type for token in scan.kept[:end]]
    if types[-4:] != ["RELATION", "NUMBER", "MINUS", "NUMBER"]:
        return False
    before = types[:-4]
    worked_out = before[max((index + 1 for index, kind in enumerate(before) if kind == "RELATION"), default=0) :]
    return "NUMBER" in worked_out and not OPERATORS.isdisjoint(worked_out) and is_range(scan, end - 3)


def _end_of_range(kept: list[Token]) -> int:
    """Return the index behind the last number: words may say what it counts, 10-12 runs at once."""
    return len(kept) - (kept[-1].type == "ANNOTATION" and kept[-2].type == "NUMBER" if len(kept) > 1 else 0)


def with_range(kept: list[Token]) -> list[Token]:
    """Return the tokens with a range at their end as one number, which stands for all within."""
    end = _end_of_range(kept)
    low, high = (token.value for token in (kept[end - 3], kept[end - 1]))
    if not (isinstance(low, WrittenNumber) and isinstance(high, WrittenNumber)):
        return kept
    least = low.value * (high.worth if not low.scale else 1)
    figure = high._replace(
        value=exact((least + high.value) / Fraction(2)),
        step=Fraction(high.value - least),
        coarse=Fraction(high.value - least),
        rounded=True,
        shown=f"{low.shown}-{high.shown}",
    )
    return [*kept[: end - 3], Token("NUMBER", kept[end - 3].start, kept[end - 1].end, figure), *kept[end:]]


def is_cut(scan: Scan) -> bool:
    """Return whether the chain goes on, at one of its ends, with something that can't be read."""
    if len(scan.kept) > scan.good and scan.kept[scan.good].type != "RELATION":
        return True
    before = scan.tokens[scan.start - 1] if scan.start else None
    after = scan.tokens[scan.good_index] if scan.good_index < len(scan.tokens) else None
    defined = scan.kept[1:2] and scan.kept[1].type == "RELATION" and scan.kept[1].start == scan.kept[0].end
    if before is not None and defined and before.end < scan.kept[0].start:
        # The second of several definitions in one line: L=32 heads=8.
        before = None
    if any(token is not None and token.type in ("NUMBER", "STRANGE") for token in (before, after)):
        return True
    ahead = scan.tokens[max(0, scan.start - 2) : scan.start]
    if [token.type for token in ahead] == ["NUMBER", "WORD"] and str(ahead[1].value) in MEASURES:
        return True  # 2 hours 30 minutes
    behind = scan.tokens[scan.good_index : scan.good_index + 2]
    if [token.type for token in behind] == ["WORD", "NUMBER"] and behind[0].value == "per":
        return True  # 2.78 per 1M tokens
    if is_comma(scan, scan.start - 1) or is_comma(scan, scan.good_index):
        return True
    # What is longer than any formula is read in pieces, and none of them is the whole.
    hanging = before is not None and (
        (before.type in OPERATORS and before.type != "MINUS") or _is_sign_in_words(scan, before)
    )
    return hanging or len(scan.kept) >= MOST_TOKENS


def _is_sign_in_words(scan: Scan, before: Token) -> bool:
    """Return whether the word before the chain is a sign: 12 divided by. "Scale by 1/8 = 0.125" has none."""
    if before.value != "by":
        return str(before.value) in OPERATOR_WORDS
    ahead = scan.tokens[max(0, scan.start - MOST_BEFORE_BY) : scan.start]
    # "Step 2: scale by 1/8 = 0.125" has none either.
    stop = max((index for index, token in enumerate(ahead) if token.type in ("STOP", "ROW")), default=-1)
    return any(token.type in ENDS_OPERAND for token in ahead[stop + 1 :])


def is_comma(scan: Scan, index: int) -> bool:
    """Return whether the token at `index` is a comma or colon close between two numbers: a list or a ratio."""
    if not 0 < index < len(scan.tokens) - 1:
        return False
    before, sign, after = scan.tokens[index - 1 : index + 2]
    between = (sign.type == "COMMA" or sign.value == ":") and before.type == after.type == "NUMBER"
    return between and before.end == sign.start and sign.end == after.start
