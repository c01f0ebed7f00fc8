"""Signs that an equation is no claim of the author's: an attempt that is taken back below, one of several answers.

Each function returns the reason to doubt an error, as the end of a sentence, or "" if there is none.
"""

from __future__ import annotations

import re

from symbolic.proofread.judging.link import Link

BEHIND, BEFORE = 320, 160
TAKEN_BACK = re.compile(
    # Words that start with another letter are passed over quickly.
    r"(?=[acdhklmorstw不等重更修])(?:(?<![\w-])(?:wait(?=[,.;:!…—–]| no\b)|hmm+|oops|actually,? (?:no|that|let)"
    r"|let me (?:re|try|check|correct|fix)|let['’]s (?:re|try)|re-?calculat\w+|scratch that|my mistake|correction:"
    r"|that['’]s (?:not|wrong)|that (?:is|seems|looks) (?:not|wrong|off|too)"
    r"|doesn['’]t (?:match|add up|look right)|moment mal|Korrektur)(?!\w)"
    r"|不对|等等[，,。.！!]|等一下|重新计算|更正|修正[：:为])",
    re.IGNORECASE,
)
OPTION = re.compile(r"[ \t>]*(?:[-*+][ \t]+)?(?:\*\*|__)?(?:[(（]?([A-Ea-e])[).．、:：]|\[([ xX])\])(?:\*\*|__)?[ \t]")
"""The start of an answer of several: A) 3 × 4 = 13, or - [ ] 3 × 4 = 13."""


def taken_back(link: Link) -> str:
    """Return a doubt if words near the equation take it back or start it anew; else ""."""
    start, end = link.equation.start, link.equation.end
    found = link.document.first(TAKEN_BACK, end, end + BEHIND) or link.document.first(TAKEN_BACK, start - BEFORE, start)
    return f"“{found}” stands near it" if found else ""


def one_of_several(link: Link) -> str:
    """Return a doubt if the equation stands in one of several answers to choose from; else ""."""
    text, (first, last) = link.document.text, (link.equation.start, link.equation.end)
    *above, before = text[max(0, first - BEHIND) : first].split("\n")
    here = OPTION.match(before)
    if not here:
        return ""
    _, *below = text[last : last + BEHIND].split("\n")
    beside = [other for line in (*above[-1:], *below[:1]) if (other := OPTION.match(line))]
    return "it may be one of several answers" if any(other[0] != here[0] or here[2] for other in beside) else ""
