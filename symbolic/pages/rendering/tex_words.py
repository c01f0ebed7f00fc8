"""Words as TeX for pdflatex: every character of a stranger's name shows, and none acts as a command."""

from __future__ import annotations

import re

from symbolic.pages.rendering.markup import unparted

GREEK = ("alpha", "beta", "lambda", "partial")
ROUNDING = ("lfloor", "rfloor", "lceil", "rceil")
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "#": r"\#",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\textasciigrave{}",
    '"': r"\textquotedbl{}",
    **{letter: f"{{{letter}}}" for letter in "[]*"},  # behind a line's end these would be its options
    "\N{NO-BREAK SPACE}": "~",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "×": r"\texttimes{}",
    "−": r"\textminus{}",
    "≈": r"\almost{}",
    "√": r"\ensuremath{\sqrt{}}",
    **{letter: rf"\ensuremath{{\{name}}}" for letter, name in zip("⌊⌋⌈⌉", ROUNDING, strict=True)},
    "…": r"\dots{}",
    "→": r"\textrightarrow{}",
    **{letter: rf"\ensuremath{{\{name}}}" for letter, name in zip("αβλ∂", GREEK, strict=True)},
    "⁻": r"\textsuperscript{\textminus}",
    **{digit: rf"\textsuperscript{{{value}}}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
}
LETTERS = frozenset(map(chr, range(0xA1, 0x17F))) - frozenset("\xad\u0126\u0127\u0138\u013f\u0140\u0149\u0166\u0167")
PUNCTUATION = frozenset("‐–—‘’“”„†‡•€™")
LONG_NAME = re.compile(r"\w{18,}")
JOINT = re.compile(r"(?<=_)(?=\w)|(?<=[a-z0-9])(?=[A-Z][a-z])")
"""Where a long name may go on in the next line."""
WEB = re.compile(r"(https?://[\w/.~?=&+-]*[\w/])", re.ASCII)


class Tex(str):
    """Text that is TeX already, so a template prints it as it is."""

    __slots__ = ()


def escaped(text: str) -> Tex:
    """Return words as TeX; a character that T1 fonts lack is shown by its number: [U+4E2D]."""
    set_so = "".join(map(_letter, re.sub(r"[^\S\xa0\u202f]+", " ", text)))
    # T1 fonts join these where two stand together: -- would be a dash.
    return Tex(re.sub(r"([-,'])(?=\1)", r"\1{}", set_so))


def prose(text: str) -> Tex:
    """Return a sentence's words: quotation marks turned the right way, addresses as links that break across lines."""
    text = re.sub(r"(?<=\d)[ \xa0]%", "\N{NARROW NO-BREAK SPACE}%", text)
    text = re.sub(r'(^|(?<=[\s(\[]))"', "“", text).replace('"', "”")
    pieces = WEB.split(unparted(text))
    return Tex("".join(_link(piece) if index % 2 else _breakable(piece) for index, piece in enumerate(pieces)))


def _breakable(text: str) -> str:
    """Return words as TeX; a line may end within a long name of a class or function."""
    marked = LONG_NAME.sub(lambda word: JOINT.sub("\0", word[0]), text.replace("\0", "\1"))
    return r"\allowbreak{}".join(map(escaped, marked.split("\0")))


def _link(url: str) -> str:
    shown = re.sub(r"(?<=[^:/])([/-])(?=[^/])", r"\1\\allowbreak{}", escaped(url))
    return rf"\href{{{address(url)}}}{{\texttt{{{shown}}}}}"


def code(text: str) -> Tex:
    """Return a key or a name that a program would read, letter by letter."""
    straight = escaped(text).replace("'", r"\textquotesingle{}")
    broken = re.sub(r"(-|\\_)(?=\w)", r"\1\\allowbreak{}", straight)
    return Tex(rf"\texttt{{{broken}}}")


def address(url: str) -> Tex:
    """Return an address for a link."""
    safe = re.sub(r"[\\{}\s^]", lambda match: f"%{ord(match[0]):02X}", url)
    return Tex(re.sub(r"[%#]", r"\\\g<0>", safe))


def _letter(letter: str) -> str:
    if letter in SPECIAL:
        return SPECIAL[letter]
    if " " <= letter <= "~" or letter in LETTERS or letter in PUNCTUATION:
        return letter
    return f"[U+{ord(letter):04X}]"
