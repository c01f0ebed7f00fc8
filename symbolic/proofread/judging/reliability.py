"""Reliability of a reading: a document whose other equations hold is read rightly; where many fail, it may not be.

What a document does several times is its habit: to add up MiB without saying so, with a result in GiB.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.judging.agreement import lone
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.judging.wording import LEFT_OUT

MOST = 3
"""So many equations must hold for each one that doesn't, if there are several of these."""
HABIT = 2
STEPS = "KMGTP"
"""The scales of bytes, each a thousand of the one before it."""
SUMS = ("list", "whole")
"""A number that is the sum of the lines above it, or that a shape above makes, is no result of the last line alone."""
DOUBT = "few other equations of the document hold, so it may be misread"


def settled(findings: Sequence[Finding], prose: str) -> tuple[Finding, ...]:
    """Return the findings; errors that nothing but the rest of the document vouches for are doubtful if it does not."""
    made = {
        _result(found)
        for found in findings
        if found.equation.kind in SUMS or (found.equation.kind == "compared" and found.verdict == "holds")
    }
    findings = [found for found in findings if not (_is_a_doubt_of_a_line(found) and _result(found) in made)]
    # A cell that is wrong by its row is said to be so once, and not looked at again for its column.
    wrong = {_result(found) for found in findings if found.verdict == "wrong" and found.equation.sides}
    findings = [found for found in findings if found.verdict != "doubtful" or _result(found) not in wrong]
    habit = sum(found.says.endswith(LEFT_OUT) for found in findings) >= HABIT
    known = {(last.figure.shown, STEPS.find(last.figure.scale[:1])) for found in findings if (last := _last(found))}
    findings = [
        found._replace(verdict="holds", says="")
        if found.says.endswith(LEFT_OUT) and (habit or _has_unit_above(found, known, prose))
        else found
        for found in findings
    ]
    holds = sum(found.verdict == "holds" and not found.is_definition for found in findings)
    # What a sentence or table says of other numbers may be off however well it is read.
    read = [found.verdict for found in findings if found.equation.kind != "compared"]
    amiss = sum(verdict in ("wrong", "carried", "doubtful") for verdict in read)
    if amiss <= 1 or holds >= MOST * amiss:
        return tuple(findings)
    return tuple(_doubtful(found) if found.verdict == "wrong" and found.alone else found for found in findings)


def _is_a_doubt_of_a_line(found: Finding) -> bool:
    return found.verdict == "doubtful" and found.equation.kind == "chain"


def _last(found: Finding) -> NumberNode | None:
    """Return the number that an equation which holds ends with, where it has a scale: 0.786 MB."""
    last = lone(found.equation.sides[-1]) if found.verdict == "holds" and found.equation.sides else None
    return last if last and last.figure.scaled else None


def _has_unit_above(found: Finding, known: Collection[tuple[str, int]], prose: str) -> bool:
    """Return whether a factor without a unit has one elsewhere, a thousandth of that of the whole: 80x32 = 2.6TB."""
    *factors, whole = found.equation.numbers
    step = STEPS.find(whole.figure.scale[:1])
    shown = [factor.figure.shown for factor in factors]
    if step < 1 or any((one, step - 1) in known for one in shown):
        return step > 0
    written = "|".join(re.escape(one) for one in shown if len(one) > 1)
    return bool(written) and re.search(rf"(?<![\w.,])(?:{written})[ ]?{STEPS[step - 1]}i?B(?!\w)", prose) is not None


def _result(found: Finding) -> int:
    """Return where the last side of an equation starts."""
    return found.equation.sides[-1].start if found.equation.sides else -1


def _doubtful(found: Finding) -> Finding:
    return found._replace(verdict="doubtful", says=f"{found.says[:-1]}; {DOUBT}.", correct=None, instead=None)
