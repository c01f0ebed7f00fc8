"""Amounts that follow from those above them: 70B in FP16, 140 GB; 3.47 hours at $0.59/hour, $2.05; from 45 to 38, 16 %.

Which of them a number follows from is a guess, so only what holds counts, and only where it hardly does so by chance.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import exp, log
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode
from symbolic.proofread.arithmetic.numbers import ALSO, BINARY, DECIMAL
from symbolic.proofread.arithmetic.units import MEASURES, PREFIXED
from symbolic.proofread.grammar.text_numbers import CURRENCIES
from symbolic.proofread.judging.amounts import number_at, off_by
from symbolic.proofread.judging.forms import added, difference, product, quotient, share
from symbolic.proofread.reading.equations import WrittenEquation, result_of
from symbolic.proofread.reading.formula_reader import FormulaReader

AMOUNT = re.compile(
    r"(?:(?:FP|BF|TF|INT|NF|fp|bf|int|nf|float)(?P<bits>32|16|8|4)(?![\w.])"
    r"|\b(?P<wide>32|16|8|4)[- ]?(?:bits?\b|Bit\b))"
    r"|(?P<number>\d(?<![\w.,/^×*+]\d)(?<!\d[-–−:]\d)[\d,]*+(?:\.\d++)?)(?![\d^(]|[-–:/]\d)"
    r"(?:[ \x01]*+(?P<word>[%％×倍]|[^\W\d_]{1,12}+))?(?:(?:/| per )(?P<per>[A-Za-z]{1,8})(?!\w))?"
)
TYPE_BEHIND = re.compile(r"[ \x01*`]{0,3}[(（]((?:in )?(?:FP|BF|TF|INT|fp|bf|int|float)(?:32|16|8|4))[)）]")
"""The type of numbers, of which memory is said in brackets behind it."""
CALCULATES = re.compile(r"[ \x01`*$)]{0,3}(?:[×*/÷^][ \x01`*$(]{0,3}[\dA-Za-z]|[xX+−-] ?\d)")
MOST, FAR, LONGEST = 8, 500, 8
"""So many amounts, within so many characters, may a number follow from, and be the sum of."""
CHANCE, OF_ROW, OF_TYPE = 0.04, 0.02, 0.1
"""How likely a match may be by chance: in sentences, in a table's row, and of parameters times the bits of each."""
LARGE, MILLION = log(10**4), log(10**6)
FINE, COARSE = 0.01, 0.02
RATIOS, SHARES = frozenset("×xX倍"), frozenset("%％")
SAID = re.compile(r"#[^\n]*|\"[^\"\n]*\"|'[^'\n]*'")
MOST_DIGITS = 30
LEAST, LEAST_DIGITS, ROOT = 1000, 4, 4
YEAR = re.compile("(?:19|20)\\d\\d")
NEAR = 1e-9
INFORMATION, TIME, MONEY, PLAIN = 1, 100, 10_000, 0
"""What an amount measures is a sum of these, with the sign of a power: money per time is MONEY − TIME."""
OF_EACH = 1_000_000
"""The bits of each number: what as many of them as a network has make is information."""
OF = {"information": INFORMATION, "time": TIME}


class AmountAbove(NamedTuple):
    """A number, its unit, and what it measures: powers of information, time and money; `word` is what it counts else.

    `worth` is its unit in the smallest one; `size` its logarithm in that; `power` says by how many powers of 1,024 the
    unit may grow instead of 1,000; `slack` and `chance` are the share of it that is rounded away, at most and likely.
    """

    start: int
    of: int
    word: str
    unit: str
    worth: Fraction
    size: float
    power: int
    slack: float
    chance: float

    def is_alike(self, other: AmountAbove) -> bool:
        """Return whether both count the same, and neither or both in thousands, millions or billions."""
        return self.of == other.of and (
            self.of != PLAIN or (self.word[:ROOT] == other.word[:ROOT] and bool(self.unit) == bool(other.unit))
        )


class Following(NamedTuple):
    """What some amounts make, the logarithm of that, and the powers of 1,024 that it may have grown by."""

    form: str
    parts: tuple[AmountAbove, ...]
    size: float
    power: int = 0


def made_above(reader: FormulaReader, equations: Iterable[WrittenEquation]) -> Iterator[WrittenEquation]:
    """Yield each amount that amounts above it make as an equation; what other equations are about is left out."""
    prose, text = _with_programs(reader), reader.document.text
    cells = (cell[0][0] for table in reader.document.tables for row in table.rows for cell in row if cell)
    rows = {text.rfind("\n", 0, place) + 1 for place in cells}
    spans = sorted((min((one.start, *(side.start for side in one.sides[-1:]))), one.end) for one in equations)
    recent: deque[AmountAbove] = deque(maxlen=MOST)
    line = reached = index = 0
    for match in AMOUNT.finditer(prose):
        amount = _amount(prose, match)
        if amount is None:
            continue
        while index < len(spans) and spans[index][0] <= amount.start:
            reached, index = max(reached, spans[index][1]), index + 1
        while recent and recent[0].start < amount.start - FAR:
            recent.popleft()
        line = text.rfind("\n", line, amount.start) + 1 or line
        of_row = line in rows
        # Numbers in the rows of a table mean nothing to those of other rows; 8x H100 above are no ratio.
        above = [one for one in reversed(recent) if one.start >= line or not (of_row or one.word in RATIOS)]
        if above and amount.of == INFORMATION and (behind := TYPE_BEHIND.match(prose, match.end())):
            # 4.7 MB (FP16)
            above = [one for one in above if one.of != OF_EACH]
            above += filter(None, [_amount(prose, named) for named in AMOUNT.finditer(prose, *behind.span(1))])
        other = amount.start < reached or amount.of == OF_EACH or (of_row and amount.of == PLAIN)
        other = other or CALCULATES.match(prose, match.end()) is not None
        if above and not other and not reader.document.is_printed(amount.start):
            yield from _follows(reader, amount, above, OF_ROW if of_row else CHANCE)
        recent.append(amount)


def _with_programs(reader: FormulaReader) -> str:
    """Return the text of sentences with the comments and strings of programs, which say what they print."""
    prose, text, last = [], reader.document.text, 0
    for start, end in sorted(reader.document.programs):
        for match in SAID.finditer(text, max(start, last), end):
            prose += [reader.sentences[last : match.start()], match[0]]
            last = match.end()
    return "".join((*prose, reader.sentences[last:])) if last else reader.sentences


def _amount(prose: str, match: re.Match[str]) -> AmountAbove | None:
    """Return the amount that a text has; None for a number without any word, which may count anything."""
    number, word, per, bits, wide = match.group("number", "word", "per", "bits", "wide")
    if bits := bits or wide:
        place = max(match.start("bits"), match.start("wide"))
        return AmountAbove(place, OF_EACH, "", "", Fraction(1), log(int(bits)), 0, 0.0, 0.0)
    money = prose[match.start() - 1 : match.start()] in CURRENCIES if match.start() else False
    if not (word or money) and len(number) < LEAST_DIGITS:
        # Most numbers are such.
        return None
    written, word = number.replace(",", ""), word or ""
    value = float(written) if len(written) <= MOST_DIGITS else 0.0
    if not value or not (word or money or value >= LEAST) or (not (word or money) and YEAR.fullmatch(match[0])):
        return None
    scale = "bytes" if word == "B" and value >= LEAST else ALSO.get(word, word)
    unit = MEASURES.get(scale)
    power = PREFIXED.get(scale, 0)
    of, worth, size, measure = PLAIN, Fraction(1), log(value), ""
    if scale in DECIMAL or scale in BINARY:
        size += DECIMAL[scale] * log(10) if scale in DECIMAL else BINARY[scale] * log(2)
        if scale[1:2] in ("B", "i", "b") and len(scale) > 1:
            of, worth = INFORMATION, Fraction(1 if "b" in scale else 8)
            size += log(worth)
        word, measure = "", scale
    elif unit and unit.measures in OF:
        of, worth = OF[unit.measures], Fraction(unit.size)
        size += log(unit.size)
        measure = scale
    if word[:1] in SHARES and word:
        size -= log(100)
    if per and (time := MEASURES.get(per)) and time.measures == "time":
        of, worth, size = of - TIME, worth / time.size, size - log(time.size)
    if money:
        of += MONEY
    decimals = len(written.partition(".")[2])
    slack = 10**-decimals / value / 2
    exactly = not decimals and of == PLAIN and scale not in DECIMAL
    digits = written.replace(".", "").strip("0")
    chance = 0.0 if exactly else 10 ** (1 - len(digits)) / 2 / float(f"{digits[:1] or 1}.{digits[1:] or 0}")
    return AmountAbove(match.start(), of, word.lower().rstrip("s"), measure, worth, size, power, slack, chance)


def _follows(
    reader: FormulaReader, amount: AmountAbove, above: list[AmountAbove], chance: float
) -> Iterator[WrittenEquation]:
    """Yield what makes an amount, of those above it the nearest first, if it is hardly so by chance."""
    if any(one[1:7] == amount[1:7] for one in above):
        # It is said again.
        return
    tried = typed = 0
    most = chance / (2 * max(amount.chance, amount.slack))
    formats = any(one.of == OF_EACH for one in above)
    for made in _made(amount, above):
        of_each = any(part.of == OF_EACH for part in made.parts)
        typed, tried = typed + of_each, tried + (not of_each)
        if tried > most and not formats:
            return
        # Where units are read as powers of 1,024, all of them are.
        shift = (amount.power - made.power) * log(1.024) if amount.of % TIME else 0.0
        for binary in (False, True) if shift else (False,):
            off = abs(amount.size + shift * binary - made.size)
            if off > amount.slack + sum(part.slack for part in made.parts if part.chance) + NEAR:
                continue
            likely = 2 * amount.slack * typed if of_each else chance * tried / most
            equation = _equation(reader, made, amount, binary) if likely <= (OF_TYPE if of_each else chance) else None
            if equation:
                yield equation
            return


def _made(amount: AmountAbove, above: list[AmountAbove]) -> Iterator[Following]:
    """Yield what the amounts above make that measures the same, from the nearest ones on."""
    shown = amount.word[:1] if amount.of == PLAIN else ""
    same: list[AmountAbove] = []
    # Sums of small counts, as of powers of two, are of the kind that agrees by chance.
    coarse = amount.of == PLAIN and not amount.unit and amount.size < LARGE
    for index, first in enumerate(above):
        if shown and shown in SHARES | RATIOS:
            for second in above[:index]:
                counts = (first.word or first.unit or first.of != PLAIN or shown in RATIOS) and first.of != OF_EACH
                if counts and first.is_alike(second) and first.word not in SHARES | RATIOS:
                    yield from _compared(first, second, shown in SHARES)
            continue
        finely = min(first.slack, amount.slack) < FINE and max(first.slack, amount.slack) < COARSE
        if finely and first.of == amount.of and first.unit != amount.unit and (first.of != PLAIN or not first.word):
            yield Following("same", (first,), first.size, first.power)
        if first.is_alike(amount) and not coarse:
            same.append(first)
            if 2 < len(same) <= LONGEST:
                yield Following("+", tuple(same[::-1]), log(sum(exp(one.size) for one in same)))
        for second in above[:index]:
            yield from _of_two(amount, first, second)


def _of_two(amount: AmountAbove, first: AmountAbove, second: AmountAbove) -> Iterator[Following]:
    """Yield the sum, difference, product and quotients of two amounts, if they measure what a third one does."""
    parts = (first, second)
    plain = amount.of == PLAIN
    if first.is_alike(amount) and second.is_alike(amount) and not (plain and not amount.unit and amount.size < LARGE):
        one, other = exp(first.size), exp(second.size)
        # A part that is lost in the rounding says nothing.
        if min(one, other) > 2 * amount.slack * exp(amount.size):
            yield Following("+", parts, log(one + other))
            if one != other and (amount.unit or not plain):
                yield Following("-", parts if one > other else parts[::-1], log(abs(one - other)))
    if any(one.word in SHARES for one in parts):
        return
    counted = next((one for one in parts if one.of == PLAIN), None)
    if counted and OF_EACH in (first.of, second.of):
        if amount.of == INFORMATION and counted.size > MILLION:
            yield Following("×", parts, first.size + second.size)
        return
    if not plain and first.of + second.of == amount.of:
        yield Following("×", parts, first.size + second.size, first.power + second.power)
    for above, below in (parts, parts[::-1]):
        if above.of - below.of == amount.of and (not plain or above.of != PLAIN):
            yield Following("/", (above, below), above.size - below.size, above.power - below.power)


def _compared(first: AmountAbove, second: AmountAbove, share_of: bool) -> Iterator[Following]:
    """Yield a ratio of two amounts, or how much more or less one of them is, as a share."""
    more, less = (first, second) if first.size > second.size else (second, first)
    if not share_of:
        yield Following("/", (more, less), more.size - less.size)
        return
    if more.size - less.size < NEAR:
        return
    ratio = exp(less.size - more.size)
    if ratio < COARSE:
        return
    yield Following("less", (more, less), log(1 - ratio))
    yield Following("/", (less, more), less.size - more.size)
    yield Following("more", (more, less), log(1 / ratio - 1))


def _equation(reader: FormulaReader, made: Following, amount: AmountAbove, binary: bool) -> WrittenEquation | None:
    """Return what is made of amounts as an equation, worked out exactly; None if it doesn't hold then."""
    nodes = [_node(reader, one, binary) for one in (*made.parts, amount)]
    found = [node for node in nodes if node is not None]
    if len(found) < len(nodes):
        return None
    *parts, number = found
    whole = _whole(made.form, tuple(parts))
    if off_by(whole, number):
        return None
    return result_of(whole, number, "≈")


def _whole(form: str, parts: tuple[NumberNode, ...]) -> ExpressionNode:
    """Return what some numbers make."""
    first, *others = parts
    match form:
        case "less" | "more":
            return share(difference(*parts), parts[form == "more"])
        case "/":
            return quotient(*parts)
        case "+":
            return added(parts)
        case "-":
            return difference(*parts)
    return product(parts) if others else first


def _node(reader: FormulaReader, amount: AmountAbove, binary: bool) -> NumberNode | None:
    """Return the number of an amount in the smallest unit of what it measures."""
    number = number_at(reader, amount.start)
    if number is None or not number.figure.value:
        return None
    factor = amount.worth * (Fraction(1024, 1000) ** amount.power if binary else 1)
    made = (number.figure.unscaled if amount.unit == "bytes" else number.figure).times(factor)._replace(scale="")
    # The text may group digits in another way than a first look takes them for.
    expected = amount.size + amount.power * log(1.024) * binary
    right = abs(log(made.value) - expected) < NEAR
    return NumberNode(number.start, number.end, made) if right else None
