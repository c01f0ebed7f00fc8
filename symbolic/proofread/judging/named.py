"""Doubts about names: what a name stands for at a place may not be what the document said elsewhere.

Each function returns the reason to doubt an error, as the end of a sentence, or "" if there is none.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import Operation
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.values import is_written_out

MANY = 3
AROUND = 400
BREAK = re.compile(r"\n[ \t>]*\n")
NEAR = Fraction(1, 50)
"""So far off may be what was worked out of more digits than a name was given."""


def of_other_number(link: Link) -> str:
    """Return a doubt if it is not certain which number a name stands for here; else ""."""
    for name in link.names:
        given = link.values.of(name.text) or name.text in link.values.formulas
        if given and not link.values.is_certain(name.text, link.equation.start):
            return f"“{name.text}” may stand for another number here"
    return ""


def named_otherwise(link: Link) -> str:
    """Return a doubt if a side has names and all later sides agree: n × m = 3 + 4 = 7; else ""."""
    values, later = link.values, link.equation.sides[link.fault.side :]
    if values.trusted or not link.first.names or len(later) < MANY - 1 or not calculates(later[0]):
        return ""
    if any(side.names for side in later):
        return ""
    written = {number.figure.value for number in later[0].numbers}
    unwritten = (one.text for one in link.names if written.isdisjoint(values.of(one.text)))
    other = next((name for name in unwritten if not is_written_out(name)), "")
    if _in_its_places(link) and (not other or _is_just_given(link)):
        return ""
    rest = [values.readings(side) for side in later]
    agrees = all(set(rest[0]) & set(found) for found in rest[1:])
    return f"“{other or link.names[0].text}” may stand for another number here" if agrees else ""


def _in_its_places(link: Link) -> bool:
    """Return whether the next side has numbers in the places of names: d × h = 768 × 12."""
    first, second = (side.sign if isinstance(side, Operation) else "" for side in (link.first, link.second))
    return first == second


def _is_just_given(link: Link) -> bool:
    """Return whether the names got their numbers in the same paragraph."""
    first = min((link.values.places.get(name.text, 0) for name in link.names), default=0)
    return 0 < link.start - first < AROUND and not BREAK.search(link.document.text, first, link.start)


def measured_name(link: Link) -> str:
    """Return a doubt if a name may stand for a number with a unit that its value has not, or for a rounded one."""
    if link.values.trusted or not link.names:
        return ""
    written = {number.figure.value for number in link.numbers}
    rough = (name.text for name in link.names if name.text in link.values.rough)
    unwritten = next((name for name in rough if written.isdisjoint(link.values.of(name))), "")
    if unwritten and link.off <= NEAR * link.size:
        return f"“{unwritten}” may stand for a rounded number"
    return f"“{link.names[0].text}” may have a unit" if link.measures else ""
