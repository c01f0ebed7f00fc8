"""Shares in brackets behind amounts, 84M (15%), of a total that the text says or to which the amounts add up."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from math import log

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import WrittenNumber
from symbolic.proofread.arithmetic.units import Unit, measured
from symbolic.proofread.judging.amounts import NEAR, made_of, off_by
from symbolic.proofread.judging.columns import totals
from symbolic.proofread.judging.forms import added, bracketed, quotient
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

SHARE = re.compile(
    r"\d(?<![\w.,/^×*-]\d)[\d.,]*+(?<![.,])(?:[ ]?[^\W\d]{1,12}(?: [a-z]{1,14})?)?[ \x01*`]{0,4}"
    r"[(（](?P<share>\d{1,2}(?:[.,]\d{1,3})?[ ]?[%％])[)）]"
)
APART, FEWEST = 1500, 3
"""So many signs between two of them part them; so many of them may be all parts of a whole."""
CERTAIN = 8.0
"""The logarithm of how unlikely it must be that they agree with a total by chance."""
WHOLE, SLACK = Fraction(1), Fraction(3, 100)
SMALLEST = 1e-9


def bracketed_shares(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each share in brackets as an equation, where most near it are shares of one total."""
    said = list(totals(reader))
    for run in _runs(reader):
        amounts, shares = [amount for amount, _ in run], [of for _, of in run]
        wholes: list[ExpressionNode] = [total for total in said if _measures(total) == _measures(amounts[0])]
        if len(run) >= FEWEST and abs(sum(Fraction(of.figure.value) for of in shares) - WHOLE) <= SLACK:
            wholes.append(bracketed(added(tuple(amounts))))
        made = [[quotient(amount, whole) for amount in amounts] for whole in wholes]
        held = [[off_by(*both) == 0 for both in zip(parts, shares, strict=True)] for parts in made]
        best = max(range(len(made)), key=lambda index: sum(held[index]), default=-1)
        if best < 0 or 2 * sum(held[best]) <= len(run) or len({of.figure.value for of in shares}) < 2:
            continue
        if sum(_bits(*both) for both, right in zip(run, held[best], strict=True) if right) >= CERTAIN:
            for part, of in zip(made[best], shares, strict=True):
                yield from made_of(reader, part, of, NEAR)


def _bits(amount: NumberNode, of: NumberNode) -> float:
    """Return the logarithm of how unlikely it is that an amount has a share by chance."""
    return -log(sum(float(one.figure.step / one.figure.value) / 2 for one in (amount, of)) + SMALLEST)


def _measures(number: NumberNode) -> str:
    unit: Unit | None = measured(number)
    return unit.measures if unit else ""


def _runs(reader: FormulaReader) -> Iterator[list[tuple[NumberNode, NumberNode]]]:
    """Yield the amounts of one kind, with their shares, that stand near each other under one heading."""
    heads = [heading.start for heading in reader.document.headings]
    run: list[tuple[NumberNode, NumberNode]] = []
    for match in SHARE.finditer(reader.document.prose):
        amount, of = (_number(reader, place) for place in (match.start(), match.start("share")))
        if amount is None or of is None or min(amount.figure.value, of.figure.value) <= 0:
            continue
        last = run[-1][0] if run else amount
        apart = amount.start - last.end > APART or bisect(heads, last.start) != bisect(heads, amount.start)
        if run and (apart or _measures(last) != _measures(amount)):
            yield run
            run = []
        run.append((amount, of))
    if run:
        yield run


def _number(reader: FormulaReader, place: int) -> NumberNode | None:
    token = reader.text.first(reader.document.prose, place)
    if token is None or not isinstance(token.value, WrittenNumber):
        return None
    return NumberNode(token.start, token.end, token.value)
