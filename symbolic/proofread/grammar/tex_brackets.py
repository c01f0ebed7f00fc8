r"""Brackets of TeX that are more than brackets: lists, and all before an `\over` in its braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from symbolic.proofread.grammar.tex_functions import BINOMIAL
from symbolic.proofread.grammar.tokens import BEYOND as BEYOND_ARITHMETIC
from symbolic.proofread.grammar.tokens import Token

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan


def closes_list(scan: TexScan, here: Here) -> bool:
    r"""Close a bracket, and the lower part of an `\over` in it; return whether it was a list that is now read."""
    opened = scan.opened.pop()
    if opened == "over":
        scan.add("CLOSE", here.place, ")")
    return opened == "list" and listed(scan, here)


def read_over(scan: TexScan, here: Here) -> int:
    r"""Read `{a \over b}` as a division of two brackets: all before `\over` in the braces by all behind it.

    `{a \choose b}` is a binomial coefficient.
    """
    index = last_opening(scan)
    if scan.opened[-1:] != ["bracket"] or index < 0:
        return scan.unknown(here)
    scan.opened[-1] = "over"
    start = scan.tokens[index].end
    opening = Token("OPEN", start, start, "(")
    if here.match[0] == r"\choose":
        scan.tokens[index:index] = [Token("FUNCTION", start, start, BINOMIAL)]
        scan.tokens.insert(index + 2, opening)
        between = (("CLOSE", ")"), ("COMMA", ","), ("OPEN", "("))
    else:
        scan.tokens.insert(index + 1, opening)
        between = (("CLOSE", ")"), ("DIVIDE", "/"), ("OPEN", "("))
    for kind, sign in between:
        scan.add(kind, here.place, sign)
    return here.match.end()


def last_opening(scan: TexScan) -> int:
    """Return the index of the last bracket that is still open, or -1 where none is."""
    depth, index = 1, len(scan.tokens)
    while index and depth:
        index -= 1
        depth += (scan.tokens[index].type == "CLOSE") - (scan.tokens[index].type == "OPEN")
    return -1 if depth else index


def listed(scan: TexScan, here: Here) -> bool:
    """Read a list in brackets, (2, 3), as beyond arithmetic, or behind a name as a function's value, f(2, 3).

    Return False for a list with relations in it, which is a note and stays.
    """
    index = last_opening(scan)
    inside = scan.tokens[index:]
    if index < 0 or any(token.type == "RELATION" for token in inside):
        return False
    del scan.tokens[index:]
    name = scan.tokens[-1] if scan.tokens and scan.tokens[-1].type == "NAME" else None
    if name is None:
        scan.add("STOP", here.place, BEYOND_ARITHMETIC)
    else:
        shown = (getattr(token.value, "shown", token.value) for token in inside[1:])
        name.value, name.end = f"{name.value}({' '.join(map(str, shown))})", here.place[1]
    return True


def read_overbrace(scan: TexScan, here: Here) -> int:
    r"""Read `\overbrace{3 × 4}^{label}`: the formula in brackets, without the label, which is no exponent."""
    (start, stop), end = here.group(here.match.end())
    scan.add("OPEN", here.place, "(")
    scan.scan(here.text, start, stop, here.fixed, here.arguments, here.depth)
    scan.add("CLOSE", here.place, ")")
    label = re.compile(r"\s*\^\s*").match(here.text, end)
    return here.group(label.end())[1] if label else end
