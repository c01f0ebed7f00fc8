"""Words for Typst: all stand in its strings, so that no character of a stranger's name acts."""

from __future__ import annotations

import re
from unicodedata import category, normalize

from symbolic.pages.rendering.markup import unparted
from symbolic.pages.rendering.typesetting import UNUSUAL, has_letter, quoted

PILED = re.compile(r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]")
"""Marks that go with any letter: so many of them may be piled on one that they cover what stands above it."""
LEFTWARD = re.compile(r"[\u0590-\u08ff](?:[\u0590-\u08ff .'-]*[\u0590-\u08ff])?")
"""Words of Hebrew, Arabic and other scripts that run from right to left."""
ISOLATES = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Without these two, a number behind such words would stand before them."""
SPACES = re.compile(r"[^\S\xa0\u202f]+")
LONG_PATH = re.compile(r"\S{18,}")
JOINT = re.compile(r"(?<=_)(?=\w)|(?<=[a-z0-9])(?=[A-Z][a-z])")
"""Where a long name of a function or class may go on in the next line; behind a slash it may by itself."""
RAISED = {"ᵀ": "T", "ᵞ": "γ"}
ROUNDING = "⌊⌋⌈⌉"
OF_NO_FACE = re.compile(f"([{''.join(RAISED)}{ROUNDING}])")
"""Letters and signs that the faces for words lack, and that can be set otherwise."""
WEB = re.compile(r"(https?://[\w/.~?=&+-]*[\w/])", re.ASCII)


def string(text: str) -> str:
    """Return text as a string of Typst.

    A character that no font has, or that nobody sees, such as a soft hyphen, is shown by its number: [U+4E2D].
    """
    shown = UNUSUAL.sub(_shown, SPACES.sub(" ", normalize("NFC", text)))
    shown = LEFTWARD.sub(lambda words: words[0].join(ISOLATES), shown)
    return quoted(shown)


def words(text: str) -> str:
    """Return words of a sentence, addresses as links."""
    text = re.sub(r'(^|(?<=[\s(\[]))"', "“", text).replace('"', "”").replace("'", "’")
    pieces = WEB.split(unparted(re.sub(r"(?<=\d)[ \xa0]%", "\N{NARROW NO-BREAK SPACE}%", text)))
    return "".join(
        f"#link({string(piece)})" if index % 2 else _breakable(piece) for index, piece in enumerate(pieces) if piece
    )


def _breakable(text: str) -> str:
    marked = LONG_PATH.sub(lambda word: JOINT.sub("\0", word[0]), text.replace("\0", "\1"))
    return "#sym.zws".join(map(_in_faces, marked.split("\0")))


def _in_faces(text: str) -> str:
    """Return a string; letters that the faces lack are raised ones, and brackets of rounding those of formulas."""
    return "".join(map(_piece, OF_NO_FACE.split(text)))


def _piece(text: str) -> str:
    if text in RAISED:
        return f"#super({string(RAISED[text])})"
    return f"#math.equation(alt: {quoted(text)}, ${text}$)" if text and text in ROUNDING else f"#{string(text)}"


def _shown(match: re.Match[str]) -> str:
    letter = match[0]
    seen = category(letter)[0] in "LM" and not PILED.match(letter)
    if seen and (has_letter(letter, machine=False) or has_letter(letter, machine=True)):
        return letter
    return f"[U+{ord(letter):04X}]"
