"""Fingerprints of answers: a sheet checks what is typed without holding the answer.

SHA-256, repeated many times, over a salt, the blank's id and the answer; written with letters only, so that no digits
of an answer can stand in one by chance. Reading the page's source shows no answer; trying every number finds it.
"""

from __future__ import annotations

from hashlib import sha256

from symbolic.handouts.answers import SAFE, ChoiceAnswer, Item, LettersAnswer, NumberAnswer

ROUNDS = 500
DIGITS = 4


def fingerprint(salt: str, id: str, answer: str) -> str:
    """64 letters from a to p."""
    digest = f"{salt}|{id}|{answer}".encode()
    for _ in range(ROUNDS):
        digest = sha256(digest).digest()
    return "".join(chr(97 + (byte >> 4)) + chr(97 + (byte & 15)) for byte in digest)


def accepted(item: Item) -> tuple[str, ...]:
    """Return the forms in which an answer is right: all digits; for a long number, four and a power of ten."""
    match item.answer:
        case NumberAnswer(value):
            return (str(value), scientific(value)) if abs(value) > SAFE else (str(value),)
        case LettersAnswer(text):
            return (text,)
        case ChoiceAnswer():
            return (item.answer.right,)


def scientific(value: int) -> str:
    """Return a positive number as four digits, rounded half up, and a power of ten: 1769e3."""
    power = len(str(value)) - DIGITS
    head = (value * 2 + 10**power) // (2 * 10**power)
    return f"{head // 10}e{power + 1}" if head == 10**DIGITS else f"{head}e{power}"


def fingerprints(salt: str, item: Item) -> tuple[str, ...]:
    """Return the fingerprints of every accepted form."""
    return tuple(fingerprint(salt, item.id, form) for form in accepted(item))
