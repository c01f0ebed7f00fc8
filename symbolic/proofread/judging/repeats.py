"""Copies of a number that does not hold: whoever corrects it has to look at them too."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from symbolic.proofread.judging.verdicts import Finding, Verdict
from symbolic.proofread.judging.wording import LOOSE
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

LEAST, MOST = 3, 40
"""Numbers of fewer digits come up again by chance, and those of as few only with the same unit."""
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
UNIT = re.compile(r"[ \x01]{0,2}([%％×]|[A-Za-zµμ]{1,12}|[^\W\d_A-Za-z])")


def repeats(document: Document, findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield a finding for each copy of a number at fault, with the same unit, below it and outside of all equations."""
    wrong: dict[tuple[str, str], Finding] = {}
    for found in findings:
        written = DIGITS.search(document.text, found.start, found.end)
        if written and _is_at_fault(found, written[0]) and len(wrong) < MOST:
            digits, unit = written[0], _unit(document.text, written.end())
            if len(re.sub(r"\D", "", digits).strip("0")) >= LEAST + (not unit):
                wrong.setdefault((digits, unit), found)
    if not wrong:
        return
    spans = sorted((found.equation.start, found.equation.end) for found in findings)
    ends = list(accumulate((end for _, end in spans), max))
    either = "|".join(sorted({re.escape(digits) for digits, _ in wrong}, key=len, reverse=True))
    for copy in re.finditer(rf"(?<![\w.,^/*×+=−])(?:{either})(?![\d^]|[.,]\d)", document.prose):
        of = wrong.get((copy[0], _unit(document.text, copy.end())))
        index = bisect_right(spans, (copy.start(), 1 << 60)) - 1
        # What stands above it is no copy, and may be right: 4² + 4 = 20, and then 4² = 20.
        if of is not None and of.end <= copy.start() and (index < 0 or ends[index] <= copy.start()):
            says = f"It repeats {copy[0]} from {document.place(of.start)}, which does not hold there."
            verdict: Verdict = "rounding" if of.verdict == "rounding" else "doubtful"
            yield Finding(verdict, WrittenEquation("copy", *copy.span()), *copy.span(), says)


def _is_at_fault(found: Finding, digits: str) -> bool:
    """Return whether a number is hardly right elsewhere: it is certainly wrong, or has decimals of its own."""
    return found.verdict == "wrong" or ("." in digits and (found.verdict == "doubtful" or found.says.endswith(LOOSE)))


def _unit(text: str, place: int) -> str:
    """Return the word or sign behind a number; "" where there is none."""
    found = UNIT.match(text, place)
    return found[1] if found else ""
