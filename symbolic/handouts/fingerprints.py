"""Fingerprints of answers: a sheet checks what is typed without holding what is right.

SHA-256, many times over, of a salt, the blank's id and the answer; written with letters only, so that no digits of an
answer can stand in one by chance. Whoever tries every number finds the answer; whoever reads the page does not.
"""

from __future__ import annotations

from hashlib import sha256

from symbolic.handouts.answers import SAFE, Choice, Item, Number, Word

ROUNDS = 500
DIGITS = 4


def fingerprint(salt: str, id: str, answer: str) -> str:
    """64 letters from a to p."""
    digest = f"{salt}|{id}|{answer}".encode()
    for _ in range(ROUNDS):
        digest = sha256(digest).digest()
    return "".join(chr(97 + (byte >> 4)) + chr(97 + (byte & 15)) for byte in digest)


def accepted(item: Item) -> tuple[str, ...]:
    """The forms in which an answer is right: all digits; of a long number, four and a power of ten; letters."""
    match item.answer:
        case Number(value):
            return (str(value), scientific(value)) if abs(value) > SAFE else (str(value),)
        case Word(text):
            return (text,)
        case Choice():
            return (item.answer.right,)


def scientific(value: int) -> str:
    """A positive number as four digits, rounded half up, and the power of ten behind them: 1769e3."""
    power = len(str(value)) - DIGITS
    head = (value * 2 + 10**power) // (2 * 10**power)
    return f"{head // 10}e{power + 1}" if head == 10**DIGITS else f"{head}e{power}"


def fingerprints(salt: str, item: Item) -> tuple[str, ...]:
    """Those of every form."""
    return tuple(fingerprint(salt, item.id, form) for form in accepted(item))
