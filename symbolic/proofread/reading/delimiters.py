"""Places of TeX mathematics in a text: between dollar signs, brackets with a backslash, or in an environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

ENVIRONMENTS = "equation|align|gather|multline|eqnarray|flalign|alignat|displaymath|math|split|aligned|dmath"
DELIMITER = re.compile(
    rf"[\\$`\n](?:(?<=\\)(?:begin\{{(?P<begin>(?:{ENVIRONMENTS})\*?)\}}|end\{{(?P<end>(?:{ENVIRONMENTS})\*?)\}}"
    r"|\\[()]|.)|(?<=\$)[$`]?|(?<=`)(?:\$|`*)|(?<=\n)(?P<blank>[ \t>]*\n))",
    re.DOTALL,
)
"""What begins or ends mathematics, its first sign first, which is found quickly."""
CLOSES = {"$$": "$$", "$": "$", r"\[": r"\]", r"\(": r"\)", r"\\(": r"\\)", "$`": "`$"}
"""Some dialects of Markdown want two backslashes before a bracket."""
SPACED = re.compile(r"\$[ ]((?=[^$\n]{0,200}\\[A-Za-z])[^$\n]{1,200})[ ]\$(?!\d)")
"""A formula with spaces within its signs, $ \\frac{4}{2} = 2 $; what has no command of TeX may be two prices."""
INDENT = 12
ENDS, ALONE = re.compile(r"[ \t]*\n"), re.compile(r"[ \t>]*\$\$[ \t]*(?:\n|\Z)")


class MathSpan(NamedTuple):
    """A stretch of mathematics, with its delimiters (`outer`) and without them (`inner`)."""

    outer: tuple[int, int]
    inner: tuple[int, int]


def formulas(text: str, start: int, end: int, *, code: bool = False) -> Iterator[MathSpan]:
    """Yield every formula between delimiters, unless a blank line interrupts it; `code` skips code spans."""
    opened: tuple[str, int, int] | None = None
    fence, behind = "", start
    for match in DELIMITER.finditer(text, start, end):
        sign = match[0]
        if match.start() < behind:
            continue
        if match["blank"]:
            # A display may end below a blank line, if its signs have lines of their own.
            alone = opened and opened[0] == "$$" and ENDS.match(text, opened[2]) and ALONE.match(text, match.end(), end)
            opened, fence = opened if alone else None, ""
        elif sign.startswith("`") and not sign.endswith("$"):
            fence = "" if fence == sign else fence or (sign if code and not opened else "")
        elif fence:
            continue
        elif (
            sign == "$"
            and (opened is None or (opened[0] == "$" and not _closes(text, match.start(), end)))
            and (spaced := SPACED.match(text, match.start(), end))
        ):
            opened, behind = None, spaced.end()
            yield MathSpan(spaced.span(), spaced.span(1))
        elif opened is None:
            if match["begin"] or (sign in CLOSES and (sign != "$" or _opens(text, match.end(), end))):
                opened = (match["begin"] or sign, match.start(), match.end())
        elif match["end"] == opened[0] or sign == CLOSES.get(opened[0]):
            if opened[0] == "$" and not _closes(text, match.start(), end):
                # What looked like its start was a price; perhaps this one is the start.
                opened = (sign, match.start(), match.end()) if _opens(text, match.end(), end) else None
                continue
            yield MathSpan((opened[1], match.end()), (opened[2], match.start()))
            opened = None
        elif sign == "$$" and opened[0] == "$" and "\n" in text[max(opened[2], match.start() - INDENT) : match.start()]:
            # A single sign that was none, $ a = 1 $, and a display below it.
            opened = (sign, match.start(), match.end())


def _opens(text: str, position: int, end: int) -> bool:
    return position < end and not text[position].isspace() and text[position] not in "，。；：、）"


def _closes(text: str, position: int, end: int) -> bool:
    return not text[position - 1].isspace() and not text[position + 1 : min(end, position + 2)].isdigit()
