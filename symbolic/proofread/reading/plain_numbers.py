r"""Numbers in TeX as plain text has them: what sentences say of $1.5 \times 10^{9}$ is read as of 1.5e9."""

from __future__ import annotations

import re

from symbolic.proofread.grammar.text_signs import BARRIER, NOTHING
from symbolic.proofread.reading.document import Document

NUMBER = re.compile(
    r"(?:(?P<formula>[^\0]*\S\s*)?(?P<sign>=|\\approx|\\simeq|\\sim|≈)(?![=A-Za-z]))?(?:\s|\\[,;: ]|~)*"
    r"(?:\\(?:math|text)(?:bf|rm|it)?\s*\{|\\boxed\s*\{|\{|\s)*"
    r"(?P<digits>\d(?:\d|,\d{3}|\{,\}\d{3})*(?:\.\d+)?)"
    r"(?:\s*\\(?:times|cdot)\s*10\^(?:\{(?P<power>\d{1,2})\}|(?P<digit>\d)(?!\d)))?"
    r"(?:(?:\s|\\[,;: ])*(?P<sign_behind>\\%|\\times(?=[\s}]*\Z))"
    r"|(?:\s|\\[,;: ]|~)*\\(?:text|mathrm)\s*\{[\s~]*(?P<unit>[A-Za-z][A-Za-z/ -]{0,18}))?"
    r"[\s}]*"
)
"""One number alone with its unit, or behind the last relation of a formula."""
LONGEST = 300
LONGEST_OPENING = 3
SIGNS = {"\\%": "%", "\\times": "×"}


def with_plain_numbers(document: Document) -> str:
    """Return the text of sentences with the numbers of TeX in their places; it has as many signs as without them."""
    parts, last = [], 0
    for start, end in document.math:
        match = NUMBER.fullmatch(document.text, start, end) if end - start <= LONGEST and start >= last else None
        if match is None:
            continue
        written = _plain(match)
        place = match.start("digits") - bool(match["sign"])
        if len(written) > end - place:
            continue
        # The sign that opens the formula bars the way to what stands before it.
        opening = max(last, start - LONGEST_OPENING)
        bar = BARRIER if match["formula"] and place > start else ""
        parts += [document.prose[last:opening], document.prose[opening:start].replace(BARRIER, NOTHING), bar]
        parts += [NOTHING * (place - start - len(bar)), written, NOTHING * (end - place - len(written))]
        last = end
    return "".join((*parts, document.prose[last:])) if parts else document.prose


def _plain(match: re.Match[str]) -> str:
    """Return a number as plain text has it, with its sign before it and its unit behind it."""
    sign = "" if not match["sign"] else "=" if match["sign"] == "=" else "≈"
    power, unit = match["power"] or match["digit"], (match["unit"] or "").strip()
    number = match["digits"].replace("{,}", ",") + (f"e{power}" if power else "")
    return f"{sign}{number}{SIGNS.get(match['sign_behind'], f' {unit}'.rstrip())}"
