r"""Numbers of TeX with their scales and units: 1{,}024, 124M, \num{1.5e9}, 50\%."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from symbolic.proofread.arithmetic.numbers import ALSO, BINARY, DECIMAL, LETTERS, Unread, WrittenNumber, of_bits
from symbolic.proofread.grammar.tex_arguments import plain_words

if TYPE_CHECKING:
    from symbolic.proofread.grammar.tex_arguments import Here
    from symbolic.proofread.grammar.tex_lexer import TexScan

BITS = re.compile(r"[01]{1,64}(?:\.[01]{1,64})?")
QUANTITY = re.compile(r"\d[\d ,]*(?:\.\d+)?(?:[eE]-?\d{1,4})?")
UNITS = {"kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi"}
UNITS |= {"byte": "B", "bit": "bit", "second": "s", "minute": "min", "hour": "h", "day": "days", "percent": "%"}
SPELLED = re.compile(rf"\\({'|'.join(UNITS)})(?![A-Za-z])")


def read_number(scan: TexScan, here: Here) -> int:
    """Read a number."""
    try:
        scan.add("NUMBER", here.place, figure(scan, here.match[0]))
    except Unread as problem:
        scan.add("STOP", here.place, str(problem))
    return here.match.end()


def figure(scan: TexScan, written: str, scale: str = "") -> WrittenNumber:
    """Return the number that is written so in TeX, with the scale behind it."""
    clean = re.sub(r"\\allowbreak ?|\\[,;: !]|\{\\,\}|~", "", written).replace("{,}", ",")
    if scan.lexer.style.group != ".":
        # No number has a group of thousands behind a nought: 0,296 has decimals.
        clean = clean.replace(",", "." if re.fullmatch(r"0,\d+", written) else "")
    clean = re.sub(r"\\(?:text|mathrm)\{([eE])\}|[{}]", r"\1", clean)
    return scan.lexer.style.read(clean, scale, written)


def in_base_two(number: object) -> object:
    """Return the value of a number of noughts and ones, 1.01 with a 2 below it; other numbers as they are."""
    if not isinstance(number, WrittenNumber) or not BITS.fullmatch(number.shown):
        return number
    return number._replace(value=of_bits(number.shown), rounded=False, step=Fraction(1), coarse=Fraction(1))


def scaled(scan: TexScan, words: str, *, close: bool) -> bool:
    """Give the last number its scale, 124M, and return True; False where the words are no scale of a number.

    A scale of one letter must stand close to its number.
    """
    last = scan.tokens[-1]
    first = re.sub(r"(?<=[A-Za-z])/(?!s(?:ec)?\b).*", "", words.strip().partition(" ")[0])
    first = "%" if first == "percent" else first
    raised = scan.tokens[-2:-1] and scan.tokens[-2].type == "POWER"
    if raised or last.type != "NUMBER" or not is_scale(first) or getattr(last.value, "scaled", True):
        return False
    if first in LETTERS and not close:
        return False
    last.value = figure(scan, last.value.shown, first)  # type: ignore[attr-defined]
    return True


def is_scale(word: str) -> bool:
    """Return whether a word is a scale of numbers, such as M or GiB."""
    return word in DECIMAL or word in BINARY or word in ALSO or word == "%"


def read_quantity(scan: TexScan, here: Here) -> int:
    r"""Read a number of siunitx, `\num{1.5e9}`, or one with a unit, `\qty{350}{GB}` or `\SI{350}{GB}`."""
    (start, stop), end = here.group(here.match.end())
    match = QUANTITY.fullmatch(here.text, start, stop)
    if match is None:
        scan.add("STOP", here.place, here.match[0])
        return end
    place = here.fixed or (start, stop)
    try:
        scan.add("NUMBER", place, scan.lexer.style.read(match[0].replace(" ", "").replace(",", ""), shown=match[0]))
    except Unread as problem:
        scan.add("STOP", here.place, str(problem))
    if here.match[0] == r"\num":
        return end
    (start, stop), end = here.group(end)
    words = SPELLED.sub(lambda match: UNITS[match[1]], plain_words(here.raw(start, stop, scan.text)).strip())
    words = "bytes" if words == "B" else words
    if not scaled(scan, words, close=True):
        scan.add("STOP" if "\\" in words else "ANNOTATION", here.fixed or (start, stop), words)
    return end


def read_percent(scan: TexScan, here: Here) -> int:
    """Read a percent sign behind a number."""
    last = scan.tokens[-1] if scan.tokens else None
    if last is not None and last.type == "NUMBER" and not last.value.scaled:  # type: ignore[attr-defined]
        last.value = figure(scan, last.value.shown, "%")  # type: ignore[attr-defined]
    else:
        scan.add("STOP", here.place, "%")
    return here.match.end()
