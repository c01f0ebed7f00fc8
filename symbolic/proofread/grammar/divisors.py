"""Divisors such as / 1.278 × 10^17, which people write without brackets."""

from __future__ import annotations

from symbolic.proofread.grammar.tokens import Token


def divided_by_powers(tokens: list[Token]) -> list[Token]:
    """Return the tokens with brackets around each divisor such as / 1.278 × 10^17; no tokens where there is none."""
    found: list[Token] = []
    for index, token in enumerate(tokens):
        found.append(token)
        length = _power_of_ten(tokens[index + 1 : index + 9]) if token.type == "DIVIDE" else 0
        if length:
            first, last = tokens[index + 1], tokens[index + length]
            found.append(Token("OPEN", first.start, first.start, "("))
            found += tokens[index + 1 : index + length + 1]
            found.append(Token("CLOSE", last.end, last.end, ")"))
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
