"""Rates in sentences: 6 GB at 2 GB/s take 3 s, and 4,096 tokens of 320 KiB each take 1.25 GiB."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.text_numbers import CURRENCIES
from symbolic.proofread.judging.amounts import (
    ALIKE,
    ANY,
    FIRST,
    GAP,
    NEAR,
    NUMBER,
    UNIT,
    amount_at,
    made_of,
    pair_at,
    plain,
)
from symbolic.proofread.judging.forms import product, quotient
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

RATE = re.compile(
    rf"(?P<rate>{FIRST})(?:[ ]?[KMBkGT])?{GAP}(?P<of>[A-Za-z]{{1,10}})(?:/| per )"
    rf"(?P<per>s|sec|second|min|minute|h|hour)(?![A-Za-z])"
)
COUNTED = re.compile(
    rf"(?P<number>{FIRST})(?:[ ]?[KMBkGT](?=[ ]))?{GAP}"
    rf"(?P<unit>[A-Za-z]{{1,10}}|毫秒|秒|分钟|小时|天)(?![A-Za-z/]|[ ]per[ ])"
)
"""A rate, and an amount or a time."""
EACH = re.compile(rf"(?P<each>{FIRST})(?P<unit>{UNIT})[*`]*(?:{GAP}/{GAP}| per )(?P<of>[A-Za-z]{{3,12}})(?![A-Za-z]|/)")
MANY = re.compile(
    rf"(?P<many>{FIRST})(?:[ ]?[MB])?[- ](?!per )(?P<of>[A-Za-z]{{3,12}})(?![A-Za-z])[^\d\n.;|]{{0,40}}?"
    rf"(?P<all>{NUMBER}){UNIT}"
)
"""An amount for one of something, 320 KiB per token, and that of many: a 4096-token sequence: 1.25 GiB."""
NAMED = re.compile(r"\bsize[ ]?=[^\n]*\btime[ ]?=[^\n]*\b(?:speed|throughput)[ ]?=", re.IGNORECASE)
FIGURE, SIGN = re.compile(r"\d[\d.,]*"), re.compile(r"\d[ ]?[×*+÷]|\||/[ ]?\d|=(?![ ]?[~≈]?\d)")
FAR, BELOW = 160, 700
"""A time and what is done in it stand so near to the rate, and the amount of many so far below that of one."""


def rates(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what sentences say of a rate, and of what one of many takes."""
    for match in RATE.finditer(reader.sentences):
        yield from _timed(reader, match)
    yield from _multiplied(reader)


def _timed(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield the time that an amount takes at a rate: 6 GB at 2 GB/s take 3 s; only where one of each is beside it."""
    prose = reader.sentences
    start = max(prose.rfind("\n", 0, match.start()) + 1, match.start() - FAR)
    end = prose.find("\n", match.end(), match.end() + FAR)
    end = min(len(prose), match.end() + FAR) if end < 0 else end
    rate = amount_at(reader, match.start())
    times: list[tuple[NumberNode, int]] = []
    amounts: list[NumberNode] = []
    said = 1
    for found in COUNTED.finditer(prose, start, end):
        amount = amount_at(reader, found.start())
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
            amounts.append(plain(*amount))
            said += 1
    settings = prose.count("=", start, end)
    if rate and len(times) == len(amounts) == 1 and settings != 1 and not SIGN.search(prose, start, end):
        time, per = times[0][0], Fraction(times[0][1], MEASURES[match["per"]].size)
        alone = bool(settings) or len(FIGURE.findall(prose, start, end)) == said
        made, number = quotient(amounts[0], replace(rate[0], figure=plain(*rate).figure.times(per))), time
        if rate[0].start > max(time.start, amounts[0].start):
            # The rate is said of the other two.
            per *= Fraction(plain(*rate).figure.value) / rate[0].figure.value if rate[0].figure.value else 1
            made, number = (
                quotient(amounts[0], replace(time, figure=time.figure.times(per)._replace(rounded=True))),
                rate[0],
            )
        named = NAMED.search(prose, start, end)
        yield from made_of(reader, made, number, ANY if named else ALIKE if alone else Fraction(0))


def _multiplied(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield what many of something take by what one takes, of which it is said last."""
    prose = reader.sentences
    each: dict[str, re.Match[str]] = {}
    found = [*EACH.finditer(prose)]
    for match in sorted((*found, *(MANY.finditer(prose) if found else ())), key=lambda one: one.start()):
        of = _called(match["of"].lower())
        if match.re is EACH:
            each[of] = match
        elif (one := each.get(of)) and one.end() <= match.start() < one.end() + BELOW:
            places = (match.start("many"), one.start(), match.start("all"))
            many, single, whole = (amount_at(reader, place) for place in places)
            if many and single and whole and pair_at(reader, *places[1:]):
                # In the unit of the whole, which the remark names.
                size = Fraction(single[1].size, whole[1].size) if single[1] and whole[1] else Fraction(1)
                one_takes, all_take = single[0].figure.times(size), whole[0]
                if all_take.unit:
                    # The number and its unit are apart, $1,058$ GB: both are plain numbers of that unit.
                    one_takes, all_take = one_takes._replace(scale=""), replace(all_take, unit="")
                parts = many[0], NumberNode(single[0].start, single[0].end, one_takes)
                near = (
                    NEAR
                    if whole[1] or prose[places[1] - 1 : places[1]] == prose[places[2]] in CURRENCIES
                    else Fraction(0)
                )
                yield from made_of(reader, product(parts), all_take, near)


def _called(word: str) -> str:
    """Return what a unit is called in full: tok/s are tokens."""
    return {"tok": "token", "toks": "token"}.get(word, word.removesuffix("s"))
