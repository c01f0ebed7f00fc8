"""Shares beside amounts, 84M (15%), of a total that the text says or to which the amounts add up."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from fractions import Fraction
from math import log

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.units import Unit, measured
from symbolic.proofread.judging.amounts import NEAR, made_of, number_at, off_by
from symbolic.proofread.judging.columns import totals
from symbolic.proofread.judging.forms import added, bracketed, quotient
from symbolic.proofread.reading.equations import WrittenEquation
from symbolic.proofread.reading.formula_reader import FormulaReader

SHARE = re.compile(
    r"\d(?<![\w.,/^×*-]\d)[\d.,]*+(?<![.,])(?:e\d{1,2})?(?:[ \x01]{0,40}[^\W\d]{1,12}(?: [a-z]{1,14})?)?[ \x01*`]{0,40}"
    r"[(（](?P<share>\d{1,2}(?:[.,]\d{1,3})?[ ]?[%％])[)）]"
)
APART, FEWEST = 1500, 3
"""So many signs between two of them part them; so many of them may be all parts of a whole."""
MOST, FINEST, NEAREST = 100, 2, 10
"""The most parts of a whole; the finest shares, which say how large it is; the nearest totals so large may be it."""
CERTAIN = 8.0
"""The logarithm of how unlikely it must be that they agree with a total by chance."""
WHOLE, SLACK = Fraction(1), Fraction(3, 100)
SMALLEST = 1e-9


def bracketed_shares(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each share beside an amount as an equation, where most near it are shares of one total."""
    said: dict[str, list[NumberNode]] = {}
    for total in totals(reader):
        said.setdefault(_measures(total), []).append(total)
    said = {of: sorted(found, key=lambda total: Fraction(total.figure.value)) for of, found in said.items()}
    for run in _runs(reader):
        amounts, shares = [amount for amount, _ in run], [of for _, of in run]
        said_of_kind = _as_large(said.get(_measures(amounts[0]), []), run)
        wholes: list[ExpressionNode] = [*said_of_kind]
        if FEWEST <= len(run) <= MOST and abs(sum(Fraction(of.figure.value) for of in shares) - WHOLE) <= SLACK:
            wholes.append(bracketed(added(tuple(amounts))))
        made = [[quotient(amount, whole) for amount in amounts] for whole in wholes]
        held = [[off_by(*both) == 0 for both in zip(parts, shares, strict=True)] for parts in made]
        best = max(range(len(made)), key=lambda index: sum(held[index]), default=-1)
        if best < 0 or 2 * sum(held[best]) <= len(run) or len({of.figure.value for of in shares}) < 2:
            continue
        if sum(_bits(*both) for both, right in zip(run, held[best], strict=True) if right) >= CERTAIN:
            for part, of in zip(made[best], shares, strict=True):
                yield from made_of(reader, part, of, NEAR)


def _as_large(totals: list[NumberNode], run: list[tuple[NumberNode, NumberNode]]) -> list[NumberNode]:
    """Return the nearest totals, given in order of their values, of which the finest shares are those of amounts."""
    found: list[NumberNode] = []
    fine = [(amount.figure, of.figure) for amount, of in run if of.figure.value > of.figure.step]
    for amount, of in sorted(fine, key=lambda both: Fraction(sum(one.step / one.value for one in both)))[:FINEST]:
        ends = [(amount.value + sign * amount.step) / (of.value - sign * of.step) for sign in (-1, 1)]
        first, last = (bisect(totals, end, key=lambda total: Fraction(total.figure.value)) for end in ends)
        found += totals[first:last]
    return sorted(set(found), key=lambda total: abs(total.start - run[0][0].start))[:NEAREST]


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
    for match in SHARE.finditer(reader.sentences):
        amount, of = (number_at(reader, place) for place in (match.start(), match.start("share")))
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
