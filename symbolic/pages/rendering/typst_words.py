"""Words for Typst: all stand in its strings, so that no character of a stranger's name acts."""

from __future__ import annotations

import re

from symbolic.pages.rendering.markup import unparted

STRANGE = re.compile(
    r"[^ -~\u00a0-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u03c9\u2010-\u2026\u202f\u2030\u20ac\u2122\u2190-\u2193"
    r"\u2200-\u22ff⁰¹²³⁴-⁹]"
)
"""A character that Typst's own fonts lack, or that nobody sees, such as a soft hyphen."""
SPACES = re.compile(r"[^\S\xa0\u202f]+")
LONG_PATH = re.compile(r"\S{18,}")
JOINT = re.compile(r"(?<=_)(?=\w)|(?<=[a-z0-9])(?=[A-Z][a-z])")
"""Where a long name of a function or class may go on in the next line; behind a slash it may by itself."""
RAISED = {"ᵀ": "T", "ᵞ": "γ"}
RAISED_LETTER = re.compile(f"([{''.join(RAISED)}])")
WEB = re.compile(r"(https?://[\w/.~?=&+-]*[\w/])", re.ASCII)


def string(text: str) -> str:
    """Return text as a string of Typst; a character that its own fonts lack is shown by its number: [U+4E2D]."""
    shown = STRANGE.sub(_number, SPACES.sub(" ", text))
    return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'


def words(text: str) -> str:
    """Return words of a sentence, addresses as links."""
    text = re.sub(r'(^|(?<=[\s(\[]))"', "“", text).replace('"', "”").replace("'", "’")
    pieces = WEB.split(unparted(re.sub(r"(?<=\d)[ \xa0]%", "\N{NARROW NO-BREAK SPACE}%", text)))
    return "".join(
        f"#link({string(piece)})" if index % 2 else _breakable(piece) for index, piece in enumerate(pieces) if piece
    )


def _breakable(text: str) -> str:
    marked = LONG_PATH.sub(lambda word: JOINT.sub("\0", word[0]), text.replace("\0", "\1"))
    return "#sym.zws".join(_raised(part) for part in marked.split("\0"))


def _raised(text: str) -> str:
    """Return a string; a raised letter that the faces lack is the letter, raised."""
    pieces = RAISED_LETTER.split(text)
    return "".join(f"#super({string(RAISED[piece])})" if piece in RAISED else f"#{string(piece)}" for piece in pieces)


def _number(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"
