"""Fingerprints of answers: a sheet checks what is typed without holding the answer.

PBKDF2 (RFC 8018) with SHA-256, the slow hash that browsers have, salted with the form and the blank; written with
letters only, so that no digits of an answer can stand in one by chance. Reading the page's source shows no answer.
Trying every answer finds it: the shorter a number, the more work each trial is; a letter can't be hidden so.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from symbolic.handouts.answers import ChoiceAnswer, Item, LettersAnswer, NumberAnswer, is_long

DIGITS = 4
WORK = 2**42
"""So many rounds are meant to go by before every number of the length was tried: about ten days of one processor."""
LEAST, MOST = 2**12, 2**18
"""Rounds of one trial; the most take a twentieth of a second."""


def fingerprint(salt: str, id: str, answer: str, rounds: int) -> str:
    """Return the fingerprint of an answer, 64 letters from a to p."""
    digest = hashlib.pbkdf2_hmac("sha256", answer.encode(), f"{salt}|{id}".encode(), rounds)
    return "".join(chr(97 + (byte >> 4)) + chr(97 + (byte & 15)) for byte in digest)


def accepted(item: Item) -> tuple[str, ...]:
    """Return the forms in which an answer is right: all digits; for a long number, four and a power of ten."""
    match item.answer:
        case NumberAnswer(value):
            return (str(value), scientific(value)) if is_long(item.answer) else (str(value),)
        case LettersAnswer(text):
            return (text,)
        case ChoiceAnswer():
            return (item.answer.right,)


def scientific(value: int) -> str:
    """Return a positive number as four digits, rounded half up, and a power of ten: 1769e3."""
    power = len(str(value)) - DIGITS
    head = (value * 2 + 10**power) // (2 * 10**power)
    return f"{head // 10}e{power + 1}" if head == 10**DIGITS else f"{head}e{power}"


def rounds(item: Item) -> int:
    """Return the rounds for an item: the fewer answers there are to try, the more."""
    if not isinstance(item.answer, NumberAnswer):
        return MOST
    digits = min(len(form.partition("e")[0]) for form in accepted(item))
    return min(MOST, max(LEAST, WORK // int("1" + "0" * digits)))


def fingerprints(salt: str, item: Item) -> tuple[str, ...]:
    """Return the fingerprints of every accepted form."""
    return tuple(_once(salt, item.id, form, rounds(item)) for form in accepted(item))


@lru_cache(maxsize=256)
def _once(salt: str, id: str, answer: str, rounds: int) -> str:
    """Return a fingerprint; the formats of one form share it."""
    return fingerprint(salt, id, answer, rounds)
