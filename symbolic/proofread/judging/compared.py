"""Comparisons in sentences: from 20 GB to 5 GB, 4× less; 37 of 62 TFLOPS (60 %); 32,768 bytes (32 KiB)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, evaluate, operation
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.arithmetic.units import MEASURES, Unit, measured
from symbolic.proofread.judging.forms import added
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

GAP = r"[ \x01]*+"
"""Blanks, never given back: several in a row would be tried at each of many blanks."""
DIGITS = r"\d[\d,]*+(?:\.\d++)?"
NUMBER = rf"(?<![A-Za-z\d_.,/^×*+−–-])[$€£]?{DIGITS}(?![\d^/])"
UNIT = rf"(?:{GAP}(?:[%％]|[A-Za-zµμ]{{1,12}}(?:/[A-Za-z]{{1,8}})?|[^\W\d_A-Za-z]{{1,2}}(?=[^\w]|[降减提增到至变，])))?"
ABOUT = rf"(?:(?:[~≈约約]|about|only|just|approximately|roughly|around|cerca de|environ|etwa|仅|大约|大概){GAP})?"
WORDS = r"(?:[ ][a-z-]{1,15}){0,2}"
CHANGES = "(?:降|降低|减少|减|缩小|缩减|压缩|提升|提高|增加|增|增长|上升|涨)"
TO = (
    rf"(?:down to|up to|to|para|até|auf|hasta|à|a|{CHANGES}?[到至]"
    r"|降为|变成|变为)"
)
ARROW = rf"(?:→|-{{1,2}}>|⟶|down to|{CHANGES}[到至])"
AGAINST = r"(?:vs\.?|versus|compared (?:to|with)|instead of|rather than|而不是|相比)"
SECOND = rf"{GAP}(?:the |[A-Z][A-Za-z-]{{0,15}} )?{ABOUT}(?P<second>{NUMBER}){UNIT}"
PAIRS = re.compile(
    rf"(?:\b(?:[Ff]rom|[Dd]e|[Vv]on|[Dd]esde|[Dd]a)[ ]|[从由自]){GAP}{ABOUT}(?P<old>{NUMBER})"
    rf"{UNIT}{WORDS}(?: in| em| en)?(?: [12]\d\d\d)?,?{GAP}{TO}"
    + SECOND.replace("second", "new")
    + rf"|(?P<first>{NUMBER}){UNIT}{WORDS}{GAP}(?:{ARROW}|{AGAINST})"
    + SECOND
)
"""Two amounts that are compared; without "from", "to" may stand in a range."""
BOUND = re.compile(
    r"(?:up to|at least|at most|over|than|under|below|above|further|another|[<>≥≤]|超过|不到|至少|至多|最多|最高"
    rf"|高达|以上|nearly|almost|mais de|más de|plus de){GAP}\Z"
)
"""What says that a ratio is only a bound."""
RATIO = (
    rf"(?<![A-Za-z\d_.,/^×*+−–-])(?:(?<=[ (（])[+−–-])?(?P<ratio>{DIGITS}){GAP}"
    rf"(?:(?P<share>[%％])|×|[xX](?!\w)|倍|배|-fold|times\b)(?!{GAP}\d)"
)
NO_NUMBER = r"[^\d\n.;!?。；|/]{0,40}?"
BEHIND, BEFORE = re.compile(rf"{WORDS}{NO_NUMBER}{RATIO}"), re.compile(rf"{RATIO}{NO_NUMBER}\Z")
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
SHARE = re.compile(
    rf"(?P<first>{NUMBER}){UNIT}{WORDS}{GAP}[(（]?{GAP}{ABOUT}(?P<ratio>{DIGITS}){GAP}[%％] of "
    rf"(?:[a-z]{{1,12}} ){{0,3}}(?P<second>{NUMBER}){UNIT}"
    rf"|(?P<part>{NUMBER}){WORDS} (?:out )?of (?P<whole>{NUMBER}){WORDS}{GAP}"
    rf"[(（]{GAP}{ABOUT}(?P<per>{DIGITS}){GAP}[%％][)）]"
)
"""A part and a whole: 37.3 TFLOPS (60 % of 62 TFLOPS), 18 of 20 (90 %)."""
AGAIN = re.compile(rf"(?P<first>{NUMBER}){UNIT}{GAP}[(（]{GAP}(?:=|or )?{ABOUT}(?P<second>{NUMBER}){UNIT}{GAP}[)）]")
"""An amount in two units: 33,554,432 bytes (32 MB)."""
LABEL = re.compile(UNIT)
WORD = re.compile(rf"{GAP}([A-Za-zµμ]{{1,12}}|秒|毫秒|分钟|小时|天|字节)(?![A-Za-z])")
NEAR, ALIKE = Fraction(1, 20), Fraction(1, 10)
"""A ratio that is further off is about something else, and so is an amount in another unit, or a time."""
RATE = re.compile(
    rf"(?P<rate>{NUMBER})(?:[ ]?[KMBkGT])?{GAP}(?P<of>[A-Za-z]{{1,10}})(?:/| per )"
    rf"(?P<per>s|sec|second|min|minute|h|hour)(?![A-Za-z])"
)
COUNTED = re.compile(
    rf"(?P<number>{NUMBER})(?:[ ]?[KMBkGT](?=[ ]))?{GAP}"
    rf"(?P<unit>[A-Za-z]{{1,10}}|毫秒|秒|分钟|小时|天)(?![A-Za-z/]|[ ]per[ ])"
)
"""A rate, and an amount or a time."""
FIGURE, SIGN = re.compile(r"\d[\d.,]*"), re.compile(r"\d[ ]?[×*+÷]|\||/[ ]?\d|=(?![ ]?[~≈]?\d)")
FAR = 160
"""A time and what is done in it stand so near to the rate."""
Form: TypeAlias = Callable[[NumberNode, NumberNode], ExpressionNode]
Pair: TypeAlias = tuple[NumberNode, NumberNode]


def comparisons(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what sentences say of two amounts as equations."""
    prose = reader.document.prose
    for match in PAIRS.finditer(prose):
        pair = _pair(reader, *map(match.start, ("old", "new") if match["old"] else ("first", "second")))
        behind = BEHIND.match(prose, match.end()) if pair else None
        if pair and behind is None and match["old"]:
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
            said_of_it = LESS.match(prose, behind.end()) or MORE.search(prose, max(0, start - 20), start)
            forms = SHARES if behind["share"] else MULTIPLES
            certain = said_of_it and (match["old"] or _alike(prose, match.end("first"), match.end("second")))
            yield from _said(reader, pair, start, forms, NEAR if certain else Fraction(0))
    for match in SHARE.finditer(prose) if "%" in prose or "％" in prose else ():
        names = ("first", "second", "ratio") if match["first"] else ("part", "whole", "per")
        first, second, ratio = map(match.start, names)
        if pair := _pair(reader, first, second):
            yield from _said(reader, pair, ratio, (_quotient,), NEAR)
    for match in RATE.finditer(prose):
        yield from _timed(reader, match)
    for match in AGAIN.finditer(prose):
        one, other = (_amount(reader, match.start(name)) for name in ("first", "second"))
        if one is None or other is None or not (one[1] and other[1]) or one[1].measures != other[1].measures:
            continue
        sizes = [Fraction(_plain(*amount).figure.value) for amount in (one, other)]
        same = (one[0].figure.scale, one[0].unit) == (other[0].figure.scale, other[0].unit)
        # 36 weeks (9 months)
        by_hand = one[1].measures == "time" and len(other[0].figure.shown.strip("0.")) < 2
        if not same and sizes[0] and abs(sizes[0] - sizes[1]) <= (0 if by_hand else ALIKE) * max(sizes):
            yield WrittenEquation("compared", other[0].start, other[0].end, (one[0], other[0]), ("≈",))


def _timed(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the time that an amount takes at a rate: 6 GB at 2 GB/s take 3 s; only where one of each is beside it."""
    prose = reader.document.prose
    start = max(prose.rfind("\n", 0, match.start()) + 1, match.start() - FAR)
    end = prose.find("\n", match.end(), match.end() + FAR)
    end = min(len(prose), match.end() + FAR) if end < 0 else end
    rate = _amount(reader, match.start())
    times: list[tuple[NumberNode, int]] = []
    amounts: list[NumberNode] = []
    said = 1
    for found in COUNTED.finditer(prose, start, end):
        amount = _amount(reader, found.start())
        if amount is None or rate is None:
            continue
        number, unit = amount
        if unit and unit.measures == "time":
            # It may be said again in brackets, in another unit.
            again = (
                bool(times)
                and times[-1][0].end < found.start() < times[-1][0].end + 10
                and "(" in prose[times[-1][0].end : found.start()].replace("（", "(")
            )
            times += [] if again else [(replace(number, unit=""), unit.size)]
            said += 1
        elif (unit and rate[1] and unit.measures == rate[1].measures) or _called(found["unit"]) == _called(match["of"]):
            amounts.append(_plain(*amount))
            said += 1
    settings = prose.count("=", start, end)
    if rate and len(times) == len(amounts) == 1 and settings != 1 and not SIGN.search(prose, start, end):
        time, per = times[0][0], Fraction(times[0][1], MEASURES[match["per"]].size)
        alone = bool(settings) or len(FIGURE.findall(prose, start, end)) == said
        made, number = _quotient(amounts[0], replace(rate[0], figure=_plain(*rate).figure.times(per))), time
        if rate[0].start > max(time.start, amounts[0].start):
            # The rate is said of the other two.
            per *= Fraction(_plain(*rate).figure.value) / rate[0].figure.value if rate[0].figure.value else 1
            made, number = (
                _quotient(amounts[0], replace(time, figure=time.figure.times(per)._replace(rounded=True))),
                rate[0],
            )
        yield from _near(reader, made, number, ALIKE if alone else Fraction(0))


def _alike(prose: str, first: int, second: int) -> bool:
    """Return whether the words behind two numbers are the same, or the second one has none: 5 → 154 tok/s differ."""
    one, other = (found[0].strip() if (found := LABEL.match(prose, place)) else "" for place in (first, second))
    return other in ("", one)


def _called(word: str) -> str:
    """Return what a unit is called in full: tok/s are tokens."""
    return {"tok": "token", "toks": "token"}.get(word, word.removesuffix("s"))


def _said(
    reader: FormulaReader, pair: Pair, place: int, forms: tuple[Form, ...], near: Fraction
) -> Iterator[WrittenEquation]:
    """Yield what makes a ratio of two amounts: the form in which it holds, or the nearest one if it is near."""
    token = reader.text.first(reader.document.prose, place)
    if token is None or not isinstance(token.value, WrittenNumber) or not all(number.figure.value for number in pair):
        return
    ratio = NumberNode(token.start, token.end, token.value)
    points = pair[0].figure.scale == pair[1].figure.scale == ratio.figure.scale == "%"
    made = min((form(*pair) for form in (*forms, *([_points] if points else []))), key=lambda node: _off(node, ratio))
    yield from _near(reader, made, ratio, near)


def _near(reader: FormulaReader, made: ExpressionNode, number: NumberNode, near: Fraction) -> Iterator[WrittenEquation]:
    """Yield that a number is what was made, if it is or is so near; 48 % are a half by hand, and 37 times are 40."""
    shown = number.figure.shown.strip("%％ \x01")
    by_hand = len(shown.strip("0.")) < 2 or (shown[-1:] in "05" and "." not in shown)
    # What is further off than it is rounded, but no further than the amounts are, has been worked out of longer ones.
    parts = (part.figure for part in made.numbers if part.figure.rounded)
    rounded = sum((abs(part.step / part.value / 2) for part in parts if part.value), Fraction(0))
    near = Fraction(0) if by_hand or reader.document.is_printed(number.start) else near
    if (off := _off(made, number)) == 0 or rounded < off <= near:
        yield WrittenEquation("compared", number.start, number.end, (made, number), ("≈",))


def _off(made: ExpressionNode, number: NumberNode) -> Fraction:
    """Return how far a number is from what was made, as a share of that, beyond its rounding."""
    low, high = map(Fraction, evaluate(made))
    half = number.figure.step / 2
    off = max(Fraction(0), number.figure.value - half - high, low - number.figure.value - half)
    return off / abs(low + high) * 2 if low + high else Fraction(1)


def _pair(reader: FormulaReader, first: int, second: int) -> Pair | None:
    """Return two amounts as plain numbers in one unit; None if they are of different kinds."""
    one, other = _amount(reader, first), _amount(reader, second)
    if one is None or other is None:
        return None
    (old, unit), (new, of) = one, other
    if unit is None and of is not None and old.figure.scale == "":
        # From 20 to 5 GB.
        old = replace(old, figure=old.figure.times(new.figure.worth))
        unit = of
    if (unit and unit.measures) != (of and of.measures) or ("%" in (old.figure.scale, new.figure.scale)) * (
        old.figure.scale != new.figure.scale
    ):
        return None
    return _plain(old, unit), _plain(new, of)


def _plain(number: NumberNode, unit: Unit | None) -> NumberNode:
    return NumberNode(number.start, number.end, number.figure.times(Fraction(unit.size if unit else 1)))


def _amount(reader: FormulaReader, place: int) -> tuple[NumberNode, Unit | None] | None:
    """Return the number at a place, and its unit."""
    prose = reader.document.prose
    token = reader.text.first(prose, place + (prose[place] in "$€£"))
    if token is None or not isinstance(token.value, WrittenNumber):
        return None
    word = WORD.match(prose, token.end)
    label = word[1] if word and word[1] in MEASURES and not token.value.scaled else ""
    number = NumberNode(token.start, token.end, token.value, unit=label)
    return number, measured(number)


def _quotient(old: NumberNode, new: NumberNode) -> ExpressionNode:
    return operation("/", (old, new), old.start, new.end)


def _inverse(old: NumberNode, new: NumberNode) -> ExpressionNode:
    return operation("/", (new, old), old.start, new.end)


def _change(old: NumberNode, new: NumberNode) -> ExpressionNode:
    """Return how much more or less the new amount is, as a share of the old one."""
    more, less = (new, old) if new.figure.value > old.figure.value else (old, new)
    difference = _minus(more, less)
    return operation("/", (operation("()", (difference,), old.start, new.end), old), old.start, new.end)


def _points(old: NumberNode, new: NumberNode) -> ExpressionNode:
    """Return how many points a share grew or fell by."""
    return _minus(new, old) if new.figure.value > old.figure.value else _minus(old, new)


def _minus(more: NumberNode, less: NumberNode) -> ExpressionNode:
    return added((more, operation("-", (less,), less.start, less.end)))


SHARES: tuple[Form, ...] = (_change, _inverse, lambda old, new: _change(new, old), _quotient)
MULTIPLES: tuple[Form, ...] = (_quotient, _inverse, _change)
