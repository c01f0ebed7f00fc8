"""What is wrong with each option, sealed by its letter: a sheet says it once the option was chosen.

Reading the page's source shows neither the words nor which option has none. As with fingerprints of letters, trying all
of them shows both.
"""

from __future__ import annotations

import hashlib
from itertools import count, islice

from symbolic.handouts.answers import ChoiceAnswer
from symbolic.handouts.fingerprints import LEAST
from symbolic.pages.rendering.markup import written


def sealed(salt: str, id: str, answer: ChoiceAnswer) -> dict[str, str]:
    """Return by each option's letter what is wrong with it, sealed; all are equally long, that of the right one too."""
    said = {letter: _plain(option.why).encode() for letter, option in answer.lettered}
    longest = max(map(len, said.values()))
    return {letter: seal(salt, id, letter, text.ljust(longest)) for letter, text in said.items()}


def seal(salt: str, id: str, letter: str, text: bytes) -> str:
    """Return a text that the letter opens, written in letters from a to p."""
    mixed = bytes(one ^ other for one, other in zip(text, _stream(salt, id, letter, len(text)), strict=True))
    # No digit of an answer may stand in it by chance.
    return "".join(chr(97 + (byte >> 4)) + chr(97 + (byte & 15)) for byte in mixed)


def _stream(salt: str, id: str, letter: str, length: int) -> bytes:
    key = hashlib.pbkdf2_hmac("sha256", letter.encode(), f"{salt}|{id}|why".encode(), LEAST)
    blocks = (hashlib.sha256(key + bytes((place,))).digest() for place in count())
    return b"".join(islice(blocks, -(-length // hashlib.sha256().digest_size)))[:length]


def _plain(text: str) -> str:
    return written(text, lambda span, inside: inside or span.text)
