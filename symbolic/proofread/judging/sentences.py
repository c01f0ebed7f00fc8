"""Numbers that sentences claim: a sum so far, and "approximately 124 million" for the number before it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, evaluate
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone
from symbolic.proofread.judging.amounts import number_at, off_by
from symbolic.proofread.judging.compared import comparisons
from symbolic.proofread.judging.forms import added
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

SO_FAR = re.compile(
    r"[SZs](?<!\w[SZs])(?:(?<=[Ss])o far(?P<place>[^:.()\x00]{0,90})"
    r"|(?<=Z)wischensumme(?P<ort>(?: \([^:.()\x00]{0,90}\))?)):[\s\x01]*(?=\d)"
)
LISTED = re.compile(r"[ ]*(?:,[ ]*)?(?:and|or|und|et|y|,|&)[ ]*\d")
PLURAL = re.compile(r"[a-z](?:'s|s)[ ]\Z")
"""Those that were found so far are no sum: two values so far: 44 and 152."""
ENDING = 4
"""So many signs are the most that `PLURAL` matches: no more of the text is looked at for each sum."""
ABOUT = re.compile(
    r"\b(?:approximately|about|roughly|around|nearly|almost|some|circa|ca\.|rounds? to|rounded to)"
    r"(?:[ \n\x01]+(?:approximately|about|roughly|around))?[ \n\x01]+(?=\d)"
)
WORKS_OUT = frozenset({"×", "/", "+", "-", "^"})
LARGE = 1000
ALIKE = Fraction(11, 10)
BEFORE, BEHIND = 200, 120
AGAIN = re.compile(r"[ \x00\x01$]{0,4}(?:[A-Za-z]{3,12}[ \x01]+)?\((?:≈|~|about|or|i\.e\.,?)?[ \x01]*(?=\d)")
EXPLAINED = re.compile(
    r"(?P<number>\d(?<![\w.,(/×*+^~≈约約-]\d)(?<![~≈约約][ ]\d)(?<![Aa]bout[ ]\d)[\d,.]*+(?:[ ]?[A-Za-z]{1,12})?)"
    r"[*`\x01]{0,3}[ ]{1,2}[(（][ ]*+(?P<sign>=?)[ ]*+"
    r"(?P<side>[\d(](?=[^()（）\n=≈|]{0,58}[×*·+/x])[^()（）\n=≈|]{2,60})[)）]"
)
"""A number and what it is worked out from, in brackets: 768 (= 12 × 64), or 640 MB (160M × 4 bytes).

Its digit stands first in the pattern, which is found quickly."""
BEFORE_IT = re.compile(
    r"[(（][ ]*+(?P<side>[\d(](?=[^()（）\n=≈|]{0,40}[×*·+/x])[^()（）\n=≈|]{2,60})[)）][*`\x01]{0,4}[ ]?[:：]"
    r"[*`\x01 ]{0,5}[~≈约]{0,2}(?P<number>\d[\d,.]*+(?:[ ]?[A-Za-z]{1,12})?)"
)
"""A calculation in brackets, and what it comes to behind a colon: head (50k × 768): 38.4M."""
ENDS_BRACKET = re.compile(r"[ \x01]*(?:[A-Za-z]{3,12}[ \x01]*)?\)")
FORMULA_STARTS = re.compile(r"(?:[~ ][A-Za-z-]{1,20})?[\]{}\[\s\x00\x01]*")
"""What may stand between a sum so far and the formula behind it: a unit, and what closes and opens."""


def claims(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield the claims of the sentences as equations; `chains` are the equations around them."""
    found = [
        *_running(reader, chains),
        *_rounded(reader, chains),
        *_again(reader, chains),
        *_explained(reader),
    ]
    yield from found
    judged = {equation.start for equation in found}
    for equation in comparisons(reader):
        if equation.start not in judged:
            judged.add(equation.start)
            yield equation


def result(equation: WrittenEquation) -> NumberNode | None:
    """Return the number that a chain ends with; None if it ends with something else."""
    last = equation.sides[-1] if equation.sides else None
    return last if isinstance(last, NumberNode) else None


def _running(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield each sum so far as an equation: the sum before it plus the last result."""
    claimed: list[tuple[int, str, NumberNode]] = []
    prose = reader.sentences
    for match in SO_FAR.finditer(prose):
        number = number_at(reader, match.end())
        listed = number is not None and LISTED.match(prose, number.end)
        plural = PLURAL.search(prose, max(0, match.start() - ENDING), match.start())
        if number is not None and not listed and not plural:
            claimed.append(
                (_order(reader, match.end(), number.end), (match["place"] or match["ort"] or "").strip(), number)
            )
    results = [(found.end, found) for found in chains if found.kind == "chain" and result(found)]
    before: dict[str, NumberNode] = {}
    seen: dict[Exact, NumberNode] = {}
    index = 0
    last: NumberNode | None = None
    for order, where, number in claimed:
        earlier: NumberNode | None = last
        while index < len(results) and results[index][0] <= order:
            earlier, last = last, result(results[index][1])
            if last is not None:
                seen[last.figure.value] = last
            index += 1
        if last is None:
            continue
        needed = number.figure.value - last.figure.value
        start = before.get(where)
        if start is None or start.figure.value != needed:
            start = seen.get(needed) or start or earlier
        if (start is not None and start is not last) or needed == last.figure.value:
            sides: tuple[ExpressionNode, ...] = (added((start or last, last)), number)
            yield WrittenEquation("running", number.start, number.end, sides, ("=",), order=order + 1)
        before[where] = number


def _order(reader: FormulaReader, position: int, end: int) -> int:
    """Return the place where a reader meets a sum so far: the end of the formula directly behind it, if any."""
    gap = FORMULA_STARTS.match(reader.sentences, end)
    following = gap.end() if gap else end
    math = reader.document.math
    index = bisect_right(math, (position, 1 << 60))
    return math[index][1] if index < len(math) and math[index][0] <= following else end


def _rounded(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield each rounded number in a sentence as an equation with a number around it or the result before it."""
    prose = reader.sentences
    results = [(found.end, number) for found in chains if found.kind == "chain" and (number := result(found))]
    for match in ABOUT.finditer(prose):
        number = number_at(reader, match.end())
        if number is None or not (number.figure.scaled or number.figure.value >= LARGE):
            continue
        index = bisect_right(results, match.start(), key=lambda found: found[0])
        above = results[index - 1] if index and match.start() - results[index - 1][0] < BEFORE else None
        near = [
            *_numbers(reader, match.start() - BEFORE, match.start()),
            *_numbers(reader, number.end, number.end + BEHIND),
        ]
        meant = [other for other in near if _rounds(other, number)]
        if above and not meant and _rounds(above[1], number):
            meant = [above[1]]
        # Where none of the numbers around it rounds to it, it is about something else.
        if meant:
            yield result_of(meant[-1], number, "≈", "claim")


def _again(reader: FormulaReader, chains: list[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield each rounded number in brackets that repeats the result of an equation: 25,165,824 (25M)."""
    for chain in chains:
        opening = AGAIN.match(reader.sentences, chain.end) if chain.kind == "chain" and result(chain) else None
        number = number_at(reader, opening.end()) if opening else None
        if number is None or not number.figure.scaled or not ENDS_BRACKET.match(reader.sentences, number.end):
            continue
        exact = [side for side in chain.sides if isinstance(side, NumberNode) and not side.figure.rounded]
        meant = exact[-1] if exact else result(chain)
        if meant is not None and meant.figure.value >= LARGE and _as_large(meant.figure.value, number.figure.value):
            yield result_of(meant, number, "≈", "claim")


def _explained(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield each number with a calculation behind it in brackets as an equation."""
    prose = reader.sentences
    for match in (*EXPLAINED.finditer(prose), *BEFORE_IT.finditer(prose)):
        found = reader.as_equation(match.span("side"), match.span("number"))
        if found is None or not found.sides[0].signs & WORKS_OUT:
            continue
        if found.names:
            # 8192 (4 × hidden_size): it counts where the names have numbers elsewhere.
            if (alone := lone(found.sides[1])) and found.sides[0].numbers:
                yield replace(found, kind="beside", start=alone.start, end=match.end(), order=match.end())
            continue
        side, number = found.sides
        sign = match.re is EXPLAINED and match["sign"]
        # Without an equals sign the numbers say whether the one is worked out from the others.
        if len(side.numbers) > 1 and isinstance(number, NumberNode) and (sign or _is_near(side, number)):
            if match.re is BEFORE_IT and off_by(side, number):
                continue
            kind = "explained" if sign else "compared"
            yield replace(found, kind=kind, start=number.start, end=match.end(), order=match.end())


def _is_near(side: ExpressionNode, number: NumberNode) -> bool:
    """Return whether a calculation results in nearly this number."""
    try:
        return _as_large(evaluate(side).low, number.figure.value)
    except (Unread, Unknown):
        return False


def _as_large(result: Exact, number: Exact) -> bool:
    """Return whether two numbers are of nearly the same size."""
    sizes = [abs(Fraction(value)) for value in (result, number)]
    return bool(max(sizes) < ALIKE * min(sizes))


def _rounds(exact: NumberNode, about: NumberNode) -> bool:
    half = about.figure.step / 2
    return about.figure.value - half <= exact.figure.value <= about.figure.value + half


def _numbers(reader: FormulaReader, start: int, end: int) -> list[NumberNode]:
    """Return the large numbers in the text between two places."""
    prose = reader.sentences
    tokens = reader.text.tokens(prose, max(0, start), min(len(prose), end))
    found = [
        NumberNode(token.start, token.end, token.value) for token in tokens if isinstance(token.value, WrittenNumber)
    ]
    return [number for number in found if number.figure.value >= LARGE]
