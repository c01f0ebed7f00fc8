"""Reliability of a reading: a document whose other equations hold is read rightly; where many fail, it may not be.

What a document does several times is its habit: to add up MiB without saying so, with a result in GiB.
"""

from __future__ import annotations

from collections.abc import Sequence

from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.judging.wording import LEFT_OUT

MOST = 3
"""So many equations must hold for each one that doesn't, if there are several of these."""
HABIT = 2
DOUBT = "few other equations of the document hold, so it may be misread"


def settled(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings; errors that nothing but the rest of the document vouches for are doubtful if it does not."""
    without = sum(found.says.endswith(LEFT_OUT) for found in findings)
    if without >= HABIT:
        findings = [
            found._replace(verdict="holds", says="") if found.says.endswith(LEFT_OUT) else found for found in findings
        ]
    holds = sum(found.verdict == "holds" and not found.is_definition for found in findings)
    amiss = sum(found.verdict in ("wrong", "carried", "doubtful") for found in findings)
    if amiss <= 1 or holds >= MOST * amiss:
        return tuple(findings)
    return tuple(_doubtful(found) if found.verdict == "wrong" and found.alone else found for found in findings)


def _doubtful(found: Finding) -> Finding:
    return found._replace(verdict="doubtful", says=f"{found.says[:-1]}; {DOUBT}.", correct=None, instead=None)
