"""Shares that follow from what stands beside them: 1.2× faster (20 %), the remaining 73 %, 27 min saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import DIGITS, FIRST, GAP, NEAR, UNIT, made_of, number_at, off_by, pair_at
from symbolic.proofread.judging.forms import difference, quotient
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

PERCENT, TIMES = "[ ]?[%％]", r"[ ]?(?:[×xX](?![\w])|倍|배|-fold\b|fois\b)"
NOTED = rf"[^\d\n|;.]{{0,40}}?[(（←=]{GAP}(?:[~≈+–-]|about |or |etwa |约)?{GAP}"
TWICE = re.compile(
    rf"(?P<ratio>{FIRST}){TIMES}{NOTED}(?P<share>{DIGITS}){PERCENT}(?![ ]?[-–~])"
    rf"|(?P<part>{FIRST}){PERCENT}{NOTED}(?P<by>{DIGITS}){TIMES}"
)
"""A ratio and the share that it makes: 1.47× faster (47 % more), or 11.8 % (8.5× less)."""
COMPARES = re.compile(
    r"[ ]?(?:less|more|fewer|faster|slower|boost|reduc|smaller|larger|saving|saved|gain|improve|mehr|weniger|schneller"
    r"|langsamer|moins|plus|menos|más|mais|감소|증가|느림|빠름|减|节省|提升)",
    re.IGNORECASE,
)
REST = re.compile(
    r"(?:\b(?:[Rr]emaining|[Rr]est|[Rr]estliche[nrs]?|[Üü]brige[nrs]?|[Vv]erbleibende[nrs]?|[Rr]estante?s?|[Rr]imanenti?e?)\b"
    rf"|其余|剩余|剩下|나머지|残り)[^\d\n.;。|]{{0,30}}?(?P<rest>{DIGITS}){PERCENT}"
)
"""What is left of a whole, of which shares were said before it in the same sentence."""
SHARES = re.compile(rf"(?P<share>{FIRST}){PERCENT}")
SENTENCE = re.compile(r"\n[ ]*(?:\n|[-*•#>|]|\d+[.)])")
BEFORE, MOST_SHARES, COARSE = 260, 3, Fraction(1, 5)
SAVED = re.compile(
    rf"(?P<by>{FIRST})(?P<unit>{UNIT})[ ](?:gespart|saved|less|more|économisé\w*|de (?:moins|plus)|menos|más|节省|절약)"
)
AMOUNT = re.compile(rf"{FIRST}(?P<unit>{UNIT})")


def restated(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield shares and differences as equations with the numbers beside them that make them."""
    prose = reader.sentences
    for match in TWICE.finditer(prose):
        yield from _twice(reader, match)
    for match in REST.finditer(prose):
        yield from _rest(reader, match)
    for match in SAVED.finditer(prose):
        before = AMOUNT.finditer(prose, max(0, match.start() - BEFORE), match.start())
        places = [found.start() for found in before if found["unit"].strip() == match["unit"].strip() != ""]
        pairs = [pair for place in places[-2:] if (pair := pair_at(reader, place, match.start()))]
        if len(pairs) > 1:
            (first, by), (second, _) = pairs
            more, less = (first, second) if first.figure.value > second.figure.value else (second, first)
            if off_by(made := difference(more, less), by) == 0:
                yield WrittenEquation("compared", by.start, by.end, (made, by), ("≈",))


def _twice(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the share that a ratio makes: so much more, so much less, or so much of it."""
    first, second = ("ratio", "share") if match["ratio"] else ("part", "by")
    one, other = (number_at(reader, match.start(name)) for name in (first, second))
    if one is None or other is None or not min(one.figure.value, other.figure.value) > 0:
        return
    if other.figure.step > COARSE * other.figure.value:
        return
    unit = _one(one)
    if match["ratio"]:
        forms = [difference(one, unit), difference(unit, quotient(unit, one)), quotient(unit, one)]
    else:
        forms = [quotient(unit, one)]
        forms += [quotient(unit, difference(unit, one))] if one.figure.value < 1 else []
    made = min(forms, key=lambda form: off_by(form, other))
    compares = COMPARES.match(reader.sentences, match.end())
    yield from made_of(reader, made, other, NEAR if compares else Fraction(0))


def _rest(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield that a share is what others in the same sentence leave, which is certain where there is only one."""
    prose = reader.sentences
    start = max(0, match.start() - BEFORE)
    start = max((cut.end() for cut in SENTENCE.finditer(prose, start, match.start())), default=start)
    rest = number_at(reader, match.start("rest"))
    found = (number_at(reader, one.start()) for one in SHARES.finditer(prose, start, match.start()))
    shares = [one for one in found if one is not None]
    if rest is None or not shares:
        return
    forms = [difference(_one(rest), *shares[-many:]) for many in range(1, min(len(shares), MOST_SHARES) + 1)]
    made = min(forms, key=lambda form: off_by(form, rest))
    yield from made_of(reader, made, rest, NEAR if len(shares) == 1 else Fraction(0))


def _one(beside: NumberNode) -> ExpressionNode:
    return NumberNode(beside.start, beside.start, figure("1", ""))
