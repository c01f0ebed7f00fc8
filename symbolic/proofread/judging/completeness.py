"""Signs that a link was not read whole: it goes on before or behind what was read, or its text has lost something.

Each function returns the reason to doubt an error, as the end of a sentence, or "" if there is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, operation, with_numbers
from symbolic.proofread.arithmetic.numbers import Unread, figure
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import agree, lone
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.link import Link

AROUND = 240
GOES_BEFORE = re.compile(r"[+×*·⋅÷/]")
CUT_BEFORE = re.compile(r"(?:\.\.\.|…)[\s*_`$(]*\Z")
GROUP_BEFORE = re.compile(r"(?<![\w.=])\d{1,3},[ ]\Z")
BROKEN = re.compile(r"[=≈] ?\$?\d+\.[ ]*\n[ \t]*\Z")
THREE = re.compile(r"\d{3}(?!\d)")
LOST = re.compile(r"(?!1[23]\Z)(\d{1,3}|\d{1,3}\.\d{1,4})([23])")
"""A power whose raised digit has come down into the line: 4² as 42, 0.25² as 0.252."""
MOST_LOST = 4
FRAGMENT = re.compile(r"(?=.*[\w=])[^|`{}\[\]\s]{1,3}")
"""A line of a copied page that is a part of a formula: the 2 below a fraction's bar."""
FRAGMENTS, ROUND, LONGEST_SCRAP = 2, 4, 3
LISTED = re.compile(r"\b(?:max|min|gcd|lcm)\s*\(?[^=;\n]{0,40},[ ]*\Z")
DIVIDED = re.compile(r"(?:/ ?\d+|[.,]\d+|\)) : \Z")
"""What is divided by the first side, as a colon does in much of Europe: 3/6 : 4/6 = 3/4."""
NUMBERED = re.compile(r"(?:\A|\W)(?!(?:total|sum|all|sume|somme|Summe)\b)[^\W\d_]{3,} \Z", re.IGNORECASE)
"""A word whose number the first side may be: frequency 0 = 1 / 100^0."""
MOST_NUMBERED, NEAR = 100, Fraction(3, 100)
DECIMALS = re.compile(r"(?<=\d)\.[ ]?\d")


def goes_on_before(link: Link) -> str:
    """Return a doubt if an equation starts with an operator, or behind an ellipsis or the first group of a number."""
    if link.equation.kind != "chain" or link.fault.right:
        return ""
    text, start = link.document.text, link.equation.start
    before, near = text[max(0, start - 12) : start], text[max(0, start - AROUND) : start].rstrip(" \t")[-1:]
    if GOES_BEFORE.match(text, start) or CUT_BEFORE.search(before):
        return "its start may be missing"
    if near == "\n" and BROKEN.search(text, max(0, start - AROUND), start):
        return "its first number may have begun in the line above"
    if near == "," and LISTED.search(text, max(0, start - 60), start):
        return "it may be the last of several numbers"
    if DIVIDED.search(before):
        return "what stands before the colon may be divided by it"
    return "its first number may start further left" if GROUP_BEFORE.search(before) and THREE.match(text, start) else ""


def of_numbers_alone(link: Link) -> str:
    """Return a doubt if the first side is one number, and works nothing out that the second could be wrong about."""
    one, other = lone(link.first), lone(link.second)
    if link.equation.kind != "chain" or link.fault.right or one is None or not _is_plain(one):
        return ""
    text, start = link.document.text, link.equation.start
    if one.figure.value < MOST_NUMBERED and NUMBERED.search(text, max(0, start - 40), start):
        return "its first number may be a part of a name"
    near = link.off <= NEAR * link.high
    return "" if other is None or not _is_plain(other) or near else "nothing is worked out in it"


def _is_plain(number: NumberNode) -> bool:
    return number.is_bare and not number.figure.rounded


def goes_on_behind(link: Link) -> str:
    """Return a doubt if the last side of a line is a calculation, whose result may stand elsewhere; else ""."""
    last = link.fault.side == len(link.equation.sides) - 1
    if link.equation.kind != "chain" or link.is_math or not last:
        return ""
    if DECIMALS.match(link.document.text, link.equation.end):
        return "its last number may go on"
    if len(link.equation.sides) <= 2 or not calculates(link.second):
        return ""
    rest = link.document.text[link.equation.end : link.equation.end + 40].partition("\n")[0]
    return "it may go on in another line" if not rest.strip(" *_`|)") else ""


def in_fragments(link: Link) -> str:
    """Return a doubt if the lines around are scraps of formulas, as in text copied from a page; else ""."""
    if link.equation.kind != "chain" or link.is_math:
        return ""
    text, (start, end) = link.document.text, (link.equation.start, link.equation.end)
    before = text[max(0, start - AROUND) : start].split("\n")[:-1][-ROUND:]
    behind = text[end : end + AROUND].split("\n")[1 : ROUND + 1]
    scraps = [_is_scrap(line.strip()) for line in (*before, *behind)]
    within = any(_is_scrap(line.strip()) for line in text[start:end].split("\n")[1:-1])
    beside = scraps[len(before) - 1 : len(before)] + scraps[len(before) : len(before) + 1]
    return "its lines may be scraps of a formula" if within or any(beside) or sum(scraps) >= FRAGMENTS else ""


def _is_scrap(line: str) -> bool:
    return len(line) <= LONGEST_SCRAP and FRAGMENT.fullmatch(line) is not None


def lost_power(link: Link) -> str:
    """Return a doubt if digits of numbers may have been raised, 42 for 4², as in copied text; else ""."""
    if link.equation.kind != "chain" or link.is_math:
        return ""
    raised = {number: found for number in link.numbers if (found := _raised(number))}
    for changed in [[number] for number in list(raised)[:MOST_LOST]] + ([list(raised)] if raised else []):
        powers = {number: raised[number] for number in changed}
        try:
            sides = [_with(side, powers) for side in (link.first, link.second)]
            values = [link.values.readings(side) for side in sides]
        except (Unread, Unknown):
            continue
        half = Fraction(link.digits) * max((abs(Fraction(one.high)) for one in values[1]), default=Fraction(0))
        if any(agree(one, other, half) for one in values[0] for other in values[1]):
            base, exponent = raised[changed[0]].parts
            return f"with {_shown(base)}^{_shown(exponent)} for {changed[0].figure.shown.strip()} it would hold"
    return ""


def _raised(number: NumberNode) -> Operation | None:
    """Return the power that a number may have been, with its last digit as the exponent; None if it can be none."""
    match = LOST.fullmatch(number.figure.shown.strip())
    if match is None or number.figure.scaled:
        return None
    base, exponent = (NumberNode(number.start, number.end, figure(digits, "")) for digits in match.groups())
    return operation("^", (base, exponent))


def _with(node: ExpressionNode, raised: Mapping[NumberNode, Operation]) -> ExpressionNode:
    return with_numbers(node, lambda number: raised.get(number, number))


def _shown(node: ExpressionNode) -> str:
    return node.figure.shown if isinstance(node, NumberNode) else ""
