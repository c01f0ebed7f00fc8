"""Functions in prose with what stands in their brackets, and numbers in brackets behind a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.tokens import CLOSING, OPENING, OPERATORS, STRONG, Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.prose_scan import Scan

LONGEST_CALL = 200
LEAST_AMOUNT = 10
"""A smaller number in brackets behind a name is as often what a function is of."""
PROGRAMS = frozenset({"COMMA", "RELATION"})


def read_prefix(scan: Scan, token: Token) -> None:
    """Read a logarithm or the like; with a comma or relation in its brackets it is a call in a program."""
    start = scan.index + 1
    inside = scan.tokens[start + 1 : call_end(scan, start)] if scan.tokens[start : start + 1] else []
    if inside and scan.tokens[start].type == "OPEN" and any(part.type in PROGRAMS for part in inside):
        read_call(scan, [token], scan.tokens[start])
        return
    scan.take(token, expects=True)
    number, sign, divisor = (*scan.tokens[start : start + 3], None, None, None)[:3]
    if number is None or sign is None or divisor is None or divisor.end - number.start > LONGEST_CALL:
        return
    close = number.end == sign.start and sign.end == divisor.start
    if close and [number.type, sign.type, divisor.type] == ["NUMBER", "DIVIDE", "NUMBER"]:
        # log2 1/3: a fraction that is set close.
        bracket = Token("OPEN", number.start, number.start, "(")
        scan.kept += [bracket, number, sign, divisor]
        scan.put(Token("CLOSE", divisor.end, divisor.end, ")"), 3)


def read_root(scan: Scan, token: Token) -> None:
    """Read the sign of a root; a number or name behind it is its argument."""
    after = scan.tokens[scan.index + 1] if scan.index + 1 < len(scan.tokens) else None
    scan.take(token, expects=True)
    if after and after.type in ("NUMBER", "NAME"):
        scan.kept += [Token("OPEN", after.start, after.start, "("), after]
        scan.put(Token("CLOSE", after.end, after.end, ")"), 1)


def call_end(scan: Scan, start: int) -> int:
    """Return the index where the bracket at `start` closes, or where the search for it ends."""
    depth, end = 0, start
    for end in range(start, min(len(scan.tokens), start + LONGEST_CALL)):
        depth += (scan.tokens[end].type in OPENING) - (scan.tokens[end].type in CLOSING)
        if depth == 0:
            break
    return end


def amount_behind(scan: Scan, words: list[Token]) -> list[Token]:
    """Return the tokens of a number in brackets behind its label up to those: weights (14 GB) + A[i] (2 GB) = 16 GB.

    None where it is no such number; the last one is the number itself, the one before it its unit, if it has one.
    """
    start = index = scan.index + len(words)
    kinds = [token.type for token in scan.tokens[index : index + 8]]
    if kinds[:3] == ["OPEN", "NAME", "CLOSE"]:
        index, kinds = index + 3, kinds[3:]
    unit = kinds[:4] == ["OPEN", "NUMBER", "WORD", "CLOSE"] and scan.tokens[index + 2].value in MEASURES
    if not unit and kinds[:3] != ["OPEN", "NUMBER", "CLOSE"]:
        return []
    number, after = scan.tokens[index + 1], index + 3 + unit
    signs = [token.type for token in scan.tokens[after : after + 1]]
    behind = bool(scan.kept) and scan.kept[-1].type in OPERATORS
    counted = unit or getattr(number.value, "scaled", False) or not str(words[-1].value).isascii()
    if not counted or not (behind or STRONG.intersection(signs)):
        return []
    return [*scan.tokens[start:after], *(scan.tokens[index + 2 : index + 3] if unit else ()), number]


def named_amount(scan: Scan, name: Token) -> Token | None:
    """Return the number in brackets behind a name in a sum, γ (512) + β (512) = 1,024, or None: f (2) may be a call."""
    around = scan.tokens[scan.index + 1 : scan.index + 5]
    if [token.type for token in around[:3]] != ["OPEN", "NUMBER", "CLOSE"] or around[0].start <= name.end:
        return None
    added = around[3:] and around[3].type == "PLUS" and not scan.kept
    behind = scan.kept[-1:] and scan.kept[-1].type == "PLUS"
    counted = getattr(around[1].value, "value", 0) >= LEAST_AMOUNT
    return around[1] if counted and (added or behind) else None


def read_call(scan: Scan, words: list[Token], bracket: Token) -> None:
    """Read an unknown function with its arguments as one operand without a value."""
    start = scan.index + len(words)
    end = call_end(scan, start)
    kinds = {token.type for token in scan.tokens[start:end]}
    noted = "RELATION" in kinds and "COMMA" not in kinds and not OPERATORS.isdisjoint(kinds)
    if scan.tokens[end].type not in CLOSING or noted:
        # It never closes, or has an equation of its own: memory(4 × 2 = 8).
        scan.ended = True
        scan.index = start
        return
    inside = scan.tokens[start + 1 : end]
    letter = str(inside[0].value) if len(inside) == 1 and inside[0].type == "NAME" else ""
    text = f"{words[-1].value}({letter or '…'})"
    scan.put(Token("OPAQUE", words[-1].start, max(scan.tokens[end].end, bracket.end), text), end + 1 - scan.index)
