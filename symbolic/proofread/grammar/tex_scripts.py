"""What stands above and below in TeX: exponents, marks above a name, and the rest of a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbolic.proofread.grammar.tex_arguments import plain_words
from symbolic.proofread.grammar.tex_numbers import in_base_two
from symbolic.proofread.grammar.tex_signs import WORDS
from symbolic.proofread.grammar.tokens import ENDS_OPERAND, as_degrees

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan

DEGREE = re.compile(r"\s*(?:\{\s*\\circ\s*\}|\\circ(?![A-Za-z]))")
EXPONENT = re.compile(r"\s*(\d+)")
STAR = r"\*|\\(?:ast|star|prime)(?![A-Za-z])"
WORD_ABOVE = (
    r"\\(?:text|mathrm)\{[A-Za-z][\w ,-]*\}|[A-Za-z]{3}[\w,-]*|\([A-Za-z\d]{1,3}(?:[+-]1)?\)|\[[A-Za-z\d]{1,3}\]"
)
MARK = re.compile(rf"\s*(?:\{{\s*(?:{STAR}|{WORD_ABOVE})\s*\}}|{STAR}|\\(?:text|mathrm)\{{[A-Za-z][\w ,-]*\}})")
"""A mark above a name that is no exponent: N^*, M^{layer}, a^{(2)}."""
GROUP = re.compile(r"\s*\{")


def read_exponent(scan: TexScan, here: Here) -> int:
    """Read what stands above: an exponent, or a mark that is a part of the name before it."""
    end = here.match.end()
    if (degree := DEGREE.match(here.text, end, here.end)) and as_degrees(scan.tokens[:-1]):
        scan.tokens.pop()
        return degree.end()
    if scan.tokens[-2:-1] and scan.tokens[-2].type == "NAME" and (mark := MARK.match(here.text, end, here.end)):
        # N^*, M^{layer}: what stands above is a part of the name.
        scan.tokens.pop()
        scan.tokens[-1].value = f"{scan.tokens[-1].value}^{plain_words(mark[0]).strip()}"
        scan.tokens[-1].end = max(scan.tokens[-1].end, (here.fixed or mark.span())[1])
        return mark.end()
    # TeX raises one digit only: 2^10 is 2 to the 1, then a 0. Whoever writes it means ten.
    match = EXPONENT.match(here.text, end, here.end)
    if match is None:
        return scan.arguments(here, 1) if GROUP.match(here.text, end) else end
    place = here.fixed or match.span(1)
    scan.add("NUMBER", place, scan.lexer.style.read(match[1][:30]))
    return match.end()


def read_subscript(scan: TexScan, here: Here) -> int:
    """Read what stands below a name as a part of it."""
    (start, stop), end = here.group(here.match.end())
    if here.text[start:stop] in WORDS:
        (start, stop), end = here.group(end)
    last = scan.tokens[-1] if scan.tokens else None
    if last and last.type == "NUMBER" and here.text[start:stop].strip("() ") == "2":
        last.value = in_base_two(last.value)
    elif last and last.type == "NAME":
        last.value = f"{last.value}_{plain_words(here.raw(start, stop, scan.text)).strip()}"
        last.end = max(last.end, (here.fixed or (0, end))[1])
    elif not (last and last.type in ENDS_OPERAND):
        scan.add("STOP", here.place, "_")
    return end


def read_underscore(scan: TexScan, here: Here) -> int:
    r"""Add a word behind an underscore to the name before it: `N_q\_heads`."""
    last = scan.tokens[-1] if scan.tokens else None
    word = re.compile(r"[A-Za-z0-9]+").match(here.text, here.match.end(), here.end)
    if last is None or last.type != "NAME" or word is None:
        return scan.unknown(here)
    last.value, last.end = f"{last.value}_{word[0]}", max(last.end, (here.fixed or word.span())[1])
    return word.end()
