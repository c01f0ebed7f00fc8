"""Definitions beside each other in one sentence or line, each with a formula of its own: L=32 heads=8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symbolic.proofread.grammar.tokens import Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.prose_scan import Scan

TWO_DIGITS = 10
"""Smaller numbers than this multiply the name behind them, d_ff = 4 d_model; others hardly ever do."""


def defines(scan: Scan, words: list[Token], relation: Token) -> bool:
    """Return whether the last of some words is the left side of another equation, and the words are no label.

    "With C = 6 the constants give N = 12"; "94 layers over PP=24".
    """
    if not words:
        return False
    name, index = str(words[-1].value), scan.index + len(words) + 1
    behind = scan.tokens[index] if index < len(scan.tokens) else None
    tight = words[-1].end == relation.start and behind is not None and behind.start == relation.end
    setting = tight and behind is not None and behind.type == "NUMBER" and relation.value == "="
    called = any(letter.isupper() or letter.isdigit() or letter == "_" for letter in name)
    among = [kept.type for kept in scan.kept[1:3]] == ["RELATION", "NUMBER"]
    among = among and scan.kept[0].end == scan.kept[1].start and scan.kept[1].end == scan.kept[2].start
    return (len(words) > 1 and (words[-1].type == "NAME" or setting)) or (setting and (called or among))


def next_definition(scan: Scan, token: Token) -> bool:
    """Return whether a word behind a definition starts another one, with signs close to both: L=32 heads=8."""
    types = [kept.type for kept in scan.kept[-2:]]
    after = scan.tokens[scan.index + 1] if scan.index + 1 < len(scan.tokens) else None
    if after is None or after.type != "RELATION":
        return False
    if [kept.type for kept in scan.kept] in (["NAME", "RELATION", "NUMBER"], ["OPAQUE", "RELATION", "NUMBER"]):
        # head_dim = 128 seq_len = 512: with spaces around its signs, too.
        behind = scan.tokens[scan.index + 2] if scan.index + 2 < len(scan.tokens) else None
        number = getattr(scan.kept[2].value, "value", 0)
        two = behind is not None and behind.type == "NUMBER" and {scan.kept[1].value, after.value} == {"="}
        if two and number >= TWO_DIGITS and "_" in str(token.value):
            return True
    tight = after.start == token.end
    return tight and types == ["RELATION", "NUMBER"] and scan.kept[-2].end == scan.kept[-1].start
