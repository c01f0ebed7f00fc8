"""Signs of TeX whose meaning depends on the text around them: sums, logarithms, roots, bars, exclamation marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from symbolic.proofread.grammar.tokens import Token, as_degrees

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan

LIMIT = re.compile(r"\s*(?:\\(?:no)?limits\s*)?([_^])")
BASE = re.compile(r"\s*_")
DEGREE = re.compile(r"\s*\[([^\[\]]{1,60})\]")
LEFT = re.compile(r"\\(?:left|[bB]igg?l)\s*$")
RIGHT = re.compile(r"\\(?:right|[bB]igg?r)\s*$")
BOLD = re.compile(r"\*(?=(?P<ends>\s*(?:\Z|[=≈]|\\approx))?)")
"""The second of two asterisks, and what stands behind those that end bold type: $4 = **12**$."""
LONGEST_COMMAND = 10
BINOMIAL = "choose"


def repeated(scan: TexScan, here: Here) -> int:
    """Read the sign of a sum or product with its counter and limits, and return its end; a STOP without both limits."""
    limits: dict[str, tuple[int, int]] = {}
    end = here.match.end()
    while len(limits) < 2 and (match := LIMIT.match(here.text, end, here.end)) and match[1] not in limits:
        limits[match[1]], end = here.group(match.end())
    what = "a sum" if here.match[0] in (r"\sum", "∑") else "a product"
    if len(limits) < 2:
        scan.add("STOP", here.place, f"{what} without both its limits")
        return end
    outer, scan.tokens = scan.tokens, []
    scan.argument(here, limits["_"])
    lower, scan.tokens = scan.tokens, outer
    if [token.type for token in lower[1:3]] != ["NAME", "RELATION"] or lower[2].value != "=":
        scan.add("STOP", here.place, f"{what} whose lower limit is no name with its first number")
        return end
    scan.add("REPEATED", here.place, "∑" if what == "a sum" else "∏")
    scan.tokens += [lower[1], Token("OPEN", lower[2].end, lower[2].end, "("), *lower[3:]]
    scan.argument(here, limits["^"])
    return end


def logarithm(scan: TexScan, here: Here) -> int:
    """Read the sign of a logarithm, with the base if it has one, and return its end."""
    return logarithm_behind(scan, here, here.match.end())


def logarithm_behind(scan: TexScan, here: Here, end: int) -> int:
    r"""Read the base of a logarithm whose name, `\log` or `\text{log}`, ends at a place, and return its end."""
    base = BASE.match(here.text, end, here.end)
    scan.add("LOG" if base else "PREFIX", here.place, "log")
    if base is None:
        return end
    place, end = here.group(base.end())
    scan.argument(here, place)
    return end


def root(scan: TexScan, here: Here) -> int:
    r"""Read a root, `\sqrt{…}` or with a degree `\sqrt[3]{…}`, and return its end."""
    degree = DEGREE.match(here.text, here.match.end(), here.end)
    scan.add("NROOT" if degree else "ROOT", here.place, "√")
    if degree:
        scan.argument(here, degree.span(1))
    place, end = here.group(degree.end() if degree else here.match.end())
    scan.argument(here, place)
    return end


def bar(scan: TexScan, here: Here) -> int:
    """Read a bar, and return its end; it closes an absolute value behind \\right, or an open one behind an operand.

    Any other bar opens an absolute value.
    """
    start = here.match.start()
    before = here.text[max(0, start - LONGEST_COMMAND) : start]
    closes = scan.opened[-1:] == ["bar"] and scan.ends_operand and not LEFT.search(before)
    if closes or RIGHT.search(before):
        return end_bar(scan, here)
    return open_bar(scan, here)


def open_bar(scan: TexScan, here: Here) -> int:
    """Read the bar that opens an absolute value, and return its end."""
    scan.opened.append("bar")
    scan.add("ABS", here.place, "|")
    return here.match.end()


def end_bar(scan: TexScan, here: Here) -> int:
    """Read the bar that closes an absolute value, and return its end; a STOP for a norm, which has a subscript."""
    if scan.opened:
        scan.opened.pop()
    norm = BASE.match(here.text, here.match.end(), here.end)
    scan.add("STOP" if norm else "ENDABS", here.place, "a norm, whose sign is below its bars" if norm else "|")
    return here.match.end()


def colon(scan: TexScan, here: Here) -> int:
    r"""Read a colon, and return its end: behind words, `\text{Layer 1}: 3 × 4 = 12`, it ends them."""
    named = bool(scan.tokens) and scan.tokens[-1].type in ("OPAQUE", "ANNOTATION")
    scan.add("NEXT" if named else "STOP", here.place, ":")
    return here.match.end()


def binomial(scan: TexScan, here: Here) -> int:
    r"""Read a binomial coefficient, `\binom{5}{2}`, and return its end."""
    above, end = here.group(here.match.end())
    below, end = here.group(end)
    for kind, stretch in (("FUNCTION", None), ("OPEN", above), ("COMMA", below), ("CLOSE", None)):
        scan.add(kind, here.place, BINOMIAL if kind == "FUNCTION" else "")
        if stretch is not None:
            scan.argument(here, stretch)
    return end


def factorial(scan: TexScan, here: Here) -> int:
    """Read an exclamation mark, and return its end; a STOP where it is no factorial, as in `3 != 4` and `5!!`."""
    start, end = here.match.span()
    unequal = here.text[end : end + 1] == "=" and here.text[start - 1 : start].isspace()
    double = here.text[end : min(end + 1, here.end)] == "!" or here.text[start - 1 : start] == "!"
    scan.add("FACTORIAL" if scan.ends_operand and not unequal and not double else "STOP", here.place, "!")
    return end


def degree(scan: TexScan, here: Here) -> int:
    """Read a degree sign, and return its end; a STOP where no angle stands before it."""
    if not as_degrees(scan.tokens):
        scan.add("STOP", here.place, "°")
    return here.match.end()


def star(scan: TexScan, here: Here) -> int:
    """Read an asterisk, and return its end; two of them that no factor stands before or behind set a number in bold."""
    bold = BOLD.match(here.text, here.match.end(), here.end)
    if bold and (bold["ends"] is not None or not scan.ends_operand):
        return bold.end()
    scan.add("TIMES", here.place, "×")
    return here.match.end()


MARKS: Mapping[str, Callable[[TexScan, Here], int]] = {
    "REPEATED": repeated,
    "LOG": logarithm,
    "STAR": star,
    "BAR": bar,
    "ABS": open_bar,
    "ENDABS": end_bar,
    "FACTORIAL": factorial,
    "COLON": colon,
    "DEGREE": degree,
    "BINOMIAL": binomial,
}
