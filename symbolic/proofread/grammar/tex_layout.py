"""Commands of TeX that only lay out: space, frames, fonts' sizes, and environments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbolic.proofread.grammar.tokens import BEYOND as BEYOND_ARITHMETIC
from symbolic.proofread.grammar.tokens import BLANK

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan

GRID = re.compile(r"[a-z]*matrix\*?|cases|array|tabular")
ROOM = re.compile(
    r"(?:\\(?:[ ,;:]|q?quad|space(?![A-Za-z])|enspace|thinspace|[hv]space\*?\{[^{}]*\}|phantom\{[^{}]*\})|[\s~])+"
)
WIDE = frozenset({r"\;", r"\:", "\\ "})
ROOMS = re.compile(r"(?:\s*\\[;: ])+")
DIGITS = re.compile(r"-?\d{0,8}")


def read_space(_: TexScan, here: Here) -> int:
    """Pass over space."""
    return here.match.end()


def read_passed(scan: TexScan, here: Here) -> int:
    r"""Pass over a change of size and the like; space as wide as `\quad` separates two formulas."""
    end = here.match.end()
    if here.match[0] in WIDE and (wide := ROOMS.match(here.text, end, here.end)):
        # As wide as \quad.
        scan.add("ROW", here.place)
        return wide.end()
    return end + (here.match[0] in (r"\left", r"\right") and here.text[end : end + 1] == ".")


def read_penalty(_: TexScan, here: Here) -> int:
    """Pass over a penalty with its number."""
    number = DIGITS.match(here.text, here.match.end())
    return number.end() if number else here.match.end()


def read_dropped(scan: TexScan, here: Here) -> int:
    """Pass over a command with its argument; a grid, as of a matrix, is beyond arithmetic."""
    name = here.match[0]
    (start, stop), end = here.group(here.match.end())
    if name in (r"\begin", r"\end"):
        grid = GRID.search(here.text, start, stop)
        scan.add("STOP" if grid else "ROW", here.place, BEYOND_ARITHMETIC if grid else "")
        # Not beyond the stretch: a command that is an argument itself has none of its own.
        while name == r"\begin" and end < here.end and here.text[end] == "{":
            _, end = here.group(end)
    return end


def read_underline(scan: TexScan, here: Here) -> int:
    """Read an underline: with only space above it, it is a blank; under a formula it is passed over."""
    (start, stop), end = here.group(here.match.end())
    if ROOM.fullmatch(here.raw(start, stop, scan.text)):
        scan.add("NAME", here.fixed or (here.match.start(), end), BLANK)
        return end
    return here.match.end()


def read_boxed(scan: TexScan, here: Here) -> int:
    """Read what stands in a frame."""
    (start, stop), end = here.group(here.match.end())
    scan.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
    return end


NOTED = re.compile(r"\\(?:text|mathrm|.)|[~(){}\s]")
"""What stands around the words of a note."""


def read_noted(scan: TexScan, here: Here) -> int:
    r"""Read a letter or words in brackets behind a number and a space, 40\ (L), as a note: what the number is."""
    scan.add("ANNOTATION", here.place, NOTED.sub("", here.match[0]))
    return here.match.end()
