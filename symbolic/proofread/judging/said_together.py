"""Amounts that one sentence says together: a shape and its elements; orders of magnitude; a share of the one above."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from math import gcd

from symbolic.proofread.arithmetic.expression import Name, NumberNode, evaluate, operation
from symbolic.proofread.arithmetic.numbers import figure
from symbolic.proofread.judging.amounts import ABOUT, DIGITS, FIRST, number_at, off_by, pair_at
from symbolic.proofread.judging.forms import product, quotient
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

ORDERS = re.compile(
    r"(?<![\w.,–-])(?P<orders>\d{1,3})[ \x01]*(?:个数量级|個數量級|orders? of magnitude|Größenordnungen"
    r"|ordres de grandeur|órdenes de magnitud|ordens de grandeza|порядк\w+)"
)
POWERED = r"(?<![\w.,/^×*+–-])\d[\d,]*+(?:\.\d++)?(?:[eE][+-]?\d{1,3})?(?![\d^/])"
COMPARED = re.compile(
    rf"(?P<one>{POWERED})[^\d.;。！!?？\n]{{0,12}}"
    rf"(?:[(（,，](?=[^)）]{{1,40}}(?:[)）]|\Z))|→|->|vs\.?|versus|compared (?:to|with)|instead of|against|than|\bto\b"
    rf"|相比|而|比|到|降至)"
    rf"[^\n;。！!?？]{{0,24}}?(?P<other>{POWERED})[^\d\n;。！!?？]{{0,24}}\Z"
)
"""Two numbers, the second in brackets or with a word of comparison before it, of which a sentence then says more."""
CLAUSE, WITHIN = 120, 1
SIDES = r"\d{2,6}(?:[ ]?[×x*][ ]?\d{1,6}){1,3}"
ELEMENTS = re.compile(
    rf"(?P<number>{FIRST})[ ]?(?:[KMB]|[Mm]illion|[Bb]illion)?[ ]?(?:elements?|entries|个?元素|个?参数|parameters"
    rf"|params|Elemente|éléments|elementos)[ ]?[(（](?P<sides>{SIDES})[)）]"
    rf"|(?<![\w×*])(?P<shape>{SIDES})[ ]?[:：(（=][ ]?{ABOUT}(?P<count>{DIGITS})[ ]?(?:[KMB]|[Mm]illion|[Bb]illion)?"
    r"[ ]?(?:elements?|entries|个?元素)"
)
SIDE = re.compile(r"\d+")
NEAR_NAME, LEAST, LEAST_TWOS = 400, 1000, 2**20


OF_THIS = re.compile(
    rf"(?P<part>{FIRST})[ ]?[KMBGT]?(?:i?B)?(?:[ ][a-z/]{{1,12}})?[ ](?:is|are|reaches|gets)[ ](?:then )?{ABOUT}"
    r"(?P<share>\d{1,2}(?:\.\d)?)[ ]?% of (?:this|that|it)\b"
)
PARAGRAPH = 400


def said_together(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield what amounts of one sentence make of each other."""
    prose = reader.sentences
    for match in ORDERS.finditer(prose):
        yield from _orders(reader, match)
    for match in ELEMENTS.finditer(prose):
        yield from _elements(reader, match)
    yield from _shares_of_results(reader, chains)
    yield from _with_digits_swapped(chains)


def _shares_of_results(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield what share a number is of the result just above it: 12 × 40 = 480; 96 is 20 % of this."""
    results = [
        (chain.end, chain.numbers[-1]) for chain in chains if chain.numbers and chain.sides[-1].signs == frozenset()
    ]
    for match in OF_THIS.finditer(reader.sentences):
        index = bisect_right(results, match.start(), key=lambda found: found[0]) - 1
        near = index >= 0 and match.start() - results[index][0] < PARAGRAPH
        pair = pair_at(reader, match.start("part"), results[index][1].start) if near else None
        share = number_at(reader, match.start("share"))
        if pair and share and pair[1].figure.value > 0:
            yield result_of(quotient(*pair), share, "≈")


def _orders(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield how many orders of magnitude lie between two numbers, unless it is off by a part of one."""
    prose, number = match.string, number_at(reader, match.start("orders"))
    start = max(prose.rfind("\n", 0, match.start()) + 1, match.start() - CLAUSE)
    pair = COMPARED.search(prose, start, match.start())
    both = pair_at(reader, pair.start("one"), pair.start("other")) if pair else None
    if number is None or both is None or not all(one.figure.value > 0 for one in both):
        return
    low, high = sorted(both, key=lambda one: one.figure.value)
    ten = NumberNode(number.start, number.start, figure("10", ""))
    made = operation("log", (ten, quotient(high, low)))
    apart = abs(Fraction(evaluate(made).low) - number.figure.value)
    if apart >= WITHIN or off_by(made, number) == 0:
        yield result_of(made, number, "≈")


def _elements(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield that a shape has as many elements as stand beside it."""
    sides, count = ("sides", "number") if match["sides"] else ("shape", "count")
    number, start = number_at(reader, match.start(count)), match.start(sides)
    found = [(start + side.start(), side[0]) for side in SIDE.finditer(match[sides])]
    if number and number.figure.value >= LEAST:
        made = product(tuple(NumberNode(place, place + len(side), figure(side, "")) for place, side in found))
        yield result_of(made, number, "≈")


def _with_digits_swapped(chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield that a name's two numbers are one, where they stand near each other and only the order of digits differs.

    The rounder one in powers of two, 4096 beside 4906, is taken for the right one.
    """
    last: dict[str, NumberNode] = {}
    for chain in chains:
        name, number = chain.sides if len(chain.sides) == 2 else (None, None)
        if not (isinstance(name, Name) and isinstance(number, NumberNode) and chain.relations == ("=",)):
            continue
        before, last[name.text] = last.get(name.text), number
        if before is None or number.start - before.start > NEAR_NAME:
            continue
        one, other = sorted((before, number), key=lambda each: gcd(int(each.figure.value), LEAST_TWOS))
        written = [str(each.figure.value) for each in (one, other)]
        if written[0] != written[1] and sorted(written[0]) == sorted(written[1]) and other.figure.value >= LEAST:
            place = "further down" if other is number else "further up"
            yield result_of(replace(other, figure=other.figure._replace(shown=f"{name.text} {place}")), one)
