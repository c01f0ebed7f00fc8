"""Comparisons in sentences: from 20 GB to 5 GB, 4× less; 37 of 62 TFLOPS (60 %); 32,768 bytes (32 KiB)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.judging.amounts import (
    ABOUT,
    ALIKE,
    DIGITS,
    FAR_OFF,
    FIRST,
    GAP,
    LABEL,
    NEAR,
    NUMBER,
    UNIT,
    Pair,
    amount_at,
    made_of,
    number_at,
    off_by,
    pair_at,
    plain,
)
from symbolic.proofread.judging.forms import difference, inverse, quotient, share
from symbolic.proofread.reading.document import lines_with
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

WORDS = r"(?:[ ][a-z-]{1,15}(?:/[a-z]{1,8})?){0,2}"
CHANGES = "(?:降|降低|减少|减|缩小|缩减|压缩|提升|提高|增加|增|增长|上升|涨)"
TO = (
    rf"(?:down to|up to|to|para|até|auf|hasta|à|a|{CHANGES}?[到至]"
    r"|降为|变成|变为)"
)
ARROW = rf"(?:→|-{{1,2}}>|⟶|down to|{CHANGES}[到至])"
AGAINST = r"(?:vs\.?|versus|compared (?:to|with)|instead of|rather than|而不是|相比)"
SECOND = rf"{GAP}(?:the |baseline |[A-Z][A-Za-z-]{{0,15}} )?{ABOUT}(?P<second>{NUMBER}){UNIT}"
PAIRS = re.compile(
    rf"(?:\b(?:[Ff]rom|[Dd]e|[Vv]on|[Dd]esde|[Dd]a)[ ]|[从由自]){GAP}{ABOUT}(?P<old>{NUMBER})"
    rf"{UNIT}{WORDS}(?: in| em| en)?(?: [12]\d\d\d)?,?{GAP}{TO}"
    + SECOND.replace("second", "new")
    + rf"|(?P<first>{NUMBER}){UNIT}{WORDS}{GAP}(?:{ARROW}|{AGAINST})"
    + SECOND
)
"""Two amounts that are compared; without "from", "to" may stand in a range."""
PAIR_STARTS = re.compile(
    r"[FDVfdv从由自$€£\d](?:(?<=[从由自])|(?<=[Ff])(?=rom )|(?<=[Dd])(?=e |esde |a )|(?<=[Vv])(?=on )"
    r"|(?<=[$€£\d])(?<![A-Za-z\d_.,/^×*+−–-].))"
)
"""How they may start: a pattern that begins with a set of signs is found quickly, and the other is tried there only."""
BOUND = re.compile(
    r"(?:up to|at least|at most|over|than|under|below|above|further|another|[<>≥≤]|超过|不到|至少|至多|最多|最高"
    rf"|高达|以上|nearly|almost|mais de|más de|plus de){GAP}\Z"
)
"""What says that a ratio is only a bound."""
RATIO = (
    rf"(?<![A-Za-z\d_.,/^×*+−–-])(?:(?<=[ (（])[+−–-])?(?P<ratio>{DIGITS}){GAP}"
    rf"(?:(?P<share>[%％])|×|[xX](?!\w)|倍|배|-fold|times\b)(?!{GAP}\d)"
)
NO_NUMBER = r"(?:[^\d\n.;!?。；|/]|(?<=\bi)\.(?=e\.)|(?<=\bi\.e)\.){0,40}?"
BESIDE = re.compile(
    rf"{GAP}(?:[(（,，:：=]{GAP}|\bor )(?P<again>(?:i\.e\.|that is),? (?:to )?)?(?:or |thus |so )?"
    rf"(?:≈|~|a |an |ca\. |about )?[+–-]?{GAP}\d"
)
"""A ratio directly behind two amounts is that of them, however far off it is."""
BEHIND, BEFORE = re.compile(rf"{WORDS}{NO_NUMBER}{RATIO}"), re.compile(rf"{RATIO}{NO_NUMBER}\Z")
FIGURES = re.compile(FIRST)
ABOVE = 300
LONGEST = 60
LESS = re.compile(
    rf"{GAP}(?:of )?[- ]?(?:faster|slower|less|more|fewer|smaller|larger|lower|higher|cheaper|better|worse|shorter"
    r"|longer|speed|reduc|increas|decreas|drop|sav|improve|gain|boost|compress|cut|growth|menos|más|mais|moins|plus|weniger|mehr)"
    rf"|{GAP}[)）]"
)
MORE = re.compile(
    rf"(?:(?:faster|less|more|by|by about|by ~|reduction of|saving|savings|提升|提高|降低|下降|减少"
    rf"|缩小|节省|增加|增长|差|快|慢|了){GAP}{ABOUT}|[(（]{GAP}[+−–-]?{ABOUT})\Z"
)
"""What stands behind or before a ratio that is said of two amounts beside it."""
OF_ANOTHER = re.compile(rf"{GAP}(?:{ARROW}|{AGAINST}|{TO}{GAP}\d)")
OF = re.compile(" of ")
SHARE = re.compile(
    rf"(?P<first>{FIRST}){UNIT}{WORDS}{GAP}[(（]?{GAP}{ABOUT}(?P<ratio>{DIGITS}){GAP}[%％] of "
    rf"(?:[a-z]{{1,12}} ){{0,3}}(?P<second>{NUMBER}){UNIT}"
    rf"|(?P<part>{FIRST})(?:[ ]?[KMGTB]i?B?)?{WORDS} (?:out )?of (?P<whole>{NUMBER})(?:[ ]?[KMGTB]i?B?)?{WORDS}{GAP}"
    rf"(?:[(（]{GAP}|,? (?:i\.e\.,?|that is,?|or|so|=|≈) ){ABOUT}(?P<per>{DIGITS}){GAP}[%％]"
)
"""A part and a whole: 37.3 TFLOPS (60 % of 62 TFLOPS), 18 of 20 (90 %)."""
AGAIN = re.compile(
    rf"(?P<first>{FIRST}){UNIT}[*`]{{0,2}}{GAP}[(（]{GAP}(?:[=~≈]|or |即|i\.e\.,? )?{GAP}{ABOUT}(?P<second>{NUMBER})"
    rf"{UNIT}(?:[ ]?[^\W\d_]{{1,12}})?{GAP}[)）,，]"
)
"""An amount in two units, 33,554,432 bytes (32 MB), or a count again in millions: 6,607,343,616 (about 6.6 billion)."""
MILLION = 10**6
INCREMENT = re.compile(
    rf"(?P<new>{FIRST}){UNIT}{GAP}[(（](?P<sign>[+−–-])?(?P<by>{DIGITS})"
    rf"(?:{GAP}(?P<points>(?:percentage |%[ -]?)?points?|pts?|pp|p\.p\.|个百分点|Prozentpunkte)|{UNIT})[)）]"
)
"""A number and by how much it is more or less than one above or before it: 87.2 (-0.4), 7% (+2 points)."""
Form: TypeAlias = Callable[[NumberNode, NumberNode], ExpressionNode]


def comparisons(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what sentences say of two amounts as equations."""
    prose = reader.sentences
    for match in _pairs(prose):
        pair = pair_at(reader, *map(match.start, ("old", "new") if match["old"] else ("first", "second")))
        behind = BEHIND.match(prose, match.end()) if pair else None
        inside = prose[max(0, match.start() - 1) : match.start()] in ("(", "（")
        if pair and behind is None and (match["old"] or inside):
            line = max(prose.rfind("\n", 0, match.start()) + 1, match.start() - LONGEST)
            behind = BEFORE.search(prose, line, match.start())
        start = behind.start("ratio") if behind else 0
        # From 3 % to 4 %, from 8 % to 9 %: a number of another pair is no ratio.
        if (
            pair
            and behind
            and not OF_ANOTHER.match(prose, behind.end())
            and not BOUND.search(prose, max(0, start - 20), start)
        ):
            beside = BESIDE.match(prose, match.end())
            said_of_it = (
                (beside and beside["again"])
                or LESS.match(prose, behind.end())
                or MORE.search(prose, max(0, start - 20), start)
            )
            forms = SHARES if behind["share"] else MULTIPLES
            certain = said_of_it and (match["old"] or _alike(prose, match.end("first"), match.end("second")))
            off = (FAR_OFF if beside else NEAR) if certain else Fraction(0)
            yield from _said(reader, pair, start, forms, off)
    of_lines = lines_with(prose, [OF]) if "%" in prose or "％" in prose else []
    for match in (found for line in of_lines for found in SHARE.finditer(prose, *line)):
        names = ("first", "second", "ratio") if match["first"] else ("part", "whole", "per")
        first, second, ratio = map(match.start, names)
        if pair := pair_at(reader, first, second):
            yield from _said(reader, pair, ratio, (quotient,), NEAR if match["first"] else FAR_OFF)
    for match in AGAIN.finditer(prose):
        one, other = (amount_at(reader, match.start(name)) for name in ("first", "second"))
        if one is None or other is None or (one[1] and one[1].measures) != (other[1] and other[1].measures):
            continue
        sizes = [Fraction(plain(*amount).figure.value) for amount in (one, other)]
        same = (one[0].figure.scale, one[0].unit) == (other[0].figure.scale, other[0].unit)
        counted = one[1] is None and not one[0].figure.scaled and sizes[0] >= MILLION and other[0].figure.scaled
        # 36 weeks (9 months)
        by_hand = one[1] and one[1].measures == "time" and len(other[0].figure.shown.strip("0.")) < 2
        near = sizes[0] and abs(sizes[0] - sizes[1]) <= (0 if by_hand else ALIKE) * max(sizes)
        if near and (counted or (one[1] and not same)):
            kind = "claim" if counted else "compared"
            yield WrittenEquation(kind, other[0].start, other[0].end, (one[0], other[0]), ("≈",))
    yield from _increments(reader)


def _pairs(prose: str) -> Iterator[re.Match[str]]:
    """Yield two amounts that are compared."""
    end = 0
    for start in PAIR_STARTS.finditer(prose):
        if start.start() >= end and (match := PAIRS.match(prose, start.start())):
            yield match
            end = match.end()


def _increments(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield by how much a number is more or less than the one before it, or than the first one of its paragraph."""
    prose = reader.sentences
    for match in INCREMENT.finditer(prose):
        by, new = (amount_at(reader, match.start(name)) for name in ("by", "new"))
        if by and match["points"] and new and new[0].figure.scale == "%":
            by = replace(by[0], figure=by[0].figure.times(Fraction(1, 100))), None
        share = by is not None and by[0].figure.scale == "%"
        if by is None or new is None or not (match["sign"] or share) or (not share and by[1] != new[1]):
            continue
        start = max(prose.rfind("\n\n", 0, match.start()), match.start() - ABOVE, 0)
        above = (
            pair_at(reader, found.start(), new[0].start) for found in FIGURES.finditer(prose, start, match.start())
        )
        pairs = [pair for pair in above if pair and pair[0].figure.value]
        for old, last in {id(pair): pair for pair in (*pairs[-1:], *pairs[:1])}.values():
            made, number = (_change if share else _points)(old, last), plain(*by)
            grows = last.figure.value > old.figure.value
            if off_by(made, number) == 0 and (not match["sign"] or (match["sign"] == "+") == grows):
                yield result_of(made, number, "≈")
                break


def _alike(prose: str, first: int, second: int) -> bool:
    """Return whether the words behind two numbers are the same, or the second one has none: 5 → 154 tok/s differ."""
    one, other = (found[0].strip() if (found := LABEL.match(prose, place)) else "" for place in (first, second))
    return other in ("", one)


def _said(
    reader: FormulaReader, pair: Pair, place: int, forms: tuple[Form, ...], near: Fraction
) -> Iterator[WrittenEquation]:
    """Yield what makes a ratio of two amounts: the form in which it holds, or the nearest one if it is near."""
    ratio = number_at(reader, place)
    if ratio is None or not all(number.figure.value for number in pair):
        return
    points = pair[0].figure.scale == pair[1].figure.scale == ratio.figure.scale == "%"
    made = min((form(*pair) for form in (*forms, *([_points] if points else []))), key=lambda node: off_by(node, ratio))
    yield from made_of(reader, made, ratio, near)


def _change(old: NumberNode, new: NumberNode) -> ExpressionNode:
    """Return how much more or less the new amount is, as a share of the old one."""
    return share(_points(old, new), old)


def _points(old: NumberNode, new: NumberNode) -> ExpressionNode:
    """Return how many points a share grew or fell by."""
    return difference(new, old) if new.figure.value > old.figure.value else difference(old, new)


SHARES: tuple[Form, ...] = (_change, inverse, lambda old, new: _change(new, old), quotient)
MULTIPLES: tuple[Form, ...] = (quotient, inverse, _change)
