"""Slips that people make: what was written instead of the right number, and how it came about.

Whoever misreads a formula gets any number; whoever slips gets one that is near the right one in a certain way. So a
difference that a slip explains is an error, and the slip is the reason to give for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import log

from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, with_number
from symbolic.proofread.arithmetic.numbers import Unread, WrittenNumber
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.checked import Slip
from symbolic.proofread.judging.factors import size
from symbolic.proofread.judging.in_words import like
from symbolic.proofread.judging.link import Link

LEAST_DIGITS, MANY_DIGITS = 3, 4
"""Numbers of fewer digits are like any other number by chance; from the second on a single place says enough."""
LONG, MOST_WRONG = 6, Fraction(3, 8)
"""A long number that is right but for a few of its digits was worked out by hand."""
LONGEST = 60
MOST_NUMBERS = 8
NEARBY, LEAST_NEARBY = 400, 20
WHOLE = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d{2,9})(?![\w,]|\.\d)")
ZEROS = re.compile(r"0?[.,]0{4,}\d+")
"""So many zeros behind a point that nobody sees whether one is missing."""
BY_HAND = 2
LOST = "are missing"
IN_FULL = re.compile(r"\d[ ]?(?:e|\\text\{e\})[+-]?\d|10[ ]?\^|10[⁰¹²³⁴-⁹]")
"""A power of ten, with which a number says how large it is."""
LARGE, THOUSAND = 100, log(1000)
TIMES = {10: "ten times too small", 100: "a hundred times too small"}
"""So many times another one are few units and scales: cents, centimetres, hundreds."""


def slip(link: Link) -> Slip | None:
    """Return the slip that explains a difference; None if none does."""
    result, other = lone(link.second), lone(link.first)
    if result is not None and other is not None and not _converts(result, other):
        return None
    if result is not None and (says := _of_digits(link, result, link.right, link.left)):
        return Slip(says, in_result=not says.endswith(LOST))
    if other is not None and (says := _of_digits(link, other, link.left, link.right)):
        return Slip(says)
    says = _of_operand(link)
    return Slip(says) if says else None


def by_thousands(link: Link) -> Slip | None:
    """Return the slip if both sides say how large they are, and one is thousands of the other; None if not.

    52 billion × 2 = 104e12: nothing was left to be understood, as it is in 52 × 2 = 104e9.
    """
    result, text = lone(link.second), link.document.text[link.start : link.end]
    if link.equation.kind != "chain" or link.names or result is None or "\n" in text or "→" in link.relations:
        return None
    if link.measures and "/" in link.signs:
        # 8e9 bytes / (1024³ GB) = 7.45 GB: a unit may stand for what is divided by.
        return None
    kinds = measures_of(link.first), measures_of(link.second)
    written = [link.document.text[side.start : side.end] for side in (link.first, link.second)]
    scaled = any(number.figure.scale not in ("", "%", "k", "K") for number in link.first.numbers)
    large = sum(number.figure.value >= LARGE for number in link.first.numbers) > 1
    first = scaled or large or IN_FULL.search(written[0]) is not None
    second = IN_FULL.search(written[1]) is not None or (kinds[0] == kinds[1] != set() and result.figure.scaled)
    if not (first and second and kinds[0] <= kinds[1] and link.low > 0 and (link.left > 0) == (link.right > 0)):
        return None
    ratio = size(link.right) - size(link.left)
    power = round(ratio / THOUSAND)
    near = power and abs(ratio - power * THOUSAND) <= link.slack
    times = f"{1000 ** abs(power):,} times too {'large' if power > 0 else 'small'}"
    return Slip(f"it is {times}") if near else None


def _converts(one: NumberNode, other: NumberNode) -> bool:
    """Return whether two numbers say the same in another unit or scale, 131,072 bytes = 128 KiB."""
    return (one.figure.scale, one.unit) != (other.figure.scale, other.unit) and not (one.label or other.label)


def _of_digits(link: Link, written: NumberNode, value: Exact, right: Exact) -> str:
    """Return the slip in the digits of a result, given its value and the right one in the same unit."""
    figure = written.figure
    if not value or not right or (value < 0) != (right < 0):
        return ""
    meant = abs(Fraction(right) if value == figure.value else Fraction(figure.value) * right / value)
    whole = meant.denominator == 1 and not (figure.rounded or figure.scaled)
    step = figure.step if whole or (figure.rounded and "≈" not in link.relations) else figure.coarse
    ours, theirs = _digits(meant / step), _digits(abs(Fraction(figure.value)) / step)
    return _between(ours, theirs, exact=whole) or _tenfold(link, figure, meant)


def _digits(value: Fraction) -> str:
    """Return the digits of a value rounded to a whole number."""
    whole = value.numerator if value.denominator == 1 else int(value + Fraction(1, 2))
    return str(whole) if whole < 10**LONGEST else ""


def _between(ours: str, theirs: str, *, exact: bool) -> str:
    """Return the slip of the pen that turns one string of digits into another."""
    if ours == theirs or not ours or not theirs:
        return ""
    if len(ours) == len(theirs):
        places = [place for place, (one, other) in enumerate(zip(ours, theirs, strict=True)) if one != other]
        first = places[0]
        swapped = theirs[first : first + 2] == ours[first : first + 2][::-1]
        if len(places) == 2 and places[1] == first + 1 and swapped and (exact or len(ours) >= LEAST_DIGITS):
            return "two digits have changed places"
        last = not exact and first == len(ours) - 1 and abs(int(ours) - int(theirs)) <= BY_HAND
        if len(places) == 1 and len(ours) >= LEAST_DIGITS and not last:
            return f"the digit {theirs[first]} stands in the place of {ours[first]}"
        if exact and first > 0 and len(ours) >= LONG and len(places) <= MOST_WRONG * len(ours):
            return f"{len(places)} of its {len(ours)} digits are wrong"
    lost = ours.removeprefix(theirs)
    if exact and len(theirs) >= MANY_DIGITS and len(lost) < len(ours) and lost.strip("0"):
        return f"its last digits, {lost}, {LOST}"
    if exact and min(len(ours), len(theirs)) >= LEAST_DIGITS:
        if _without_one(ours, theirs):
            return "a digit is missing"
        if _without_one(theirs, ours):
            return "it has a digit too many"
    off = str(abs(int(ours) - int(theirs)))
    one_place = len(off.rstrip("0")) == 1 and (exact or len(off) > 1)
    if min(len(ours), len(theirs)) >= MANY_DIGITS and one_place:
        return "the difference is one digit and zeros, as where one column is added up wrongly"
    return ""


def _without_one(longer: str, shorter: str) -> bool:
    """Return whether a string of digits is another one without one of its digits."""
    if len(longer) != len(shorter) + 1:
        return False
    place = next((place for place, digit in enumerate(shorter) if digit != longer[place]), len(shorter))
    return longer[place + 1 :] == shorter[place:]


def _tenfold(link: Link, figure: WrittenNumber, right: Fraction) -> str:
    """Return the slip if a result has the right digits, and the wrong size."""
    written = abs(Fraction(figure.value))
    step = figure.step if figure.rounded else figure.coarse
    digits = _digits(written / step).rstrip("0")
    few = len(digits) < 2 and not ZEROS.search(figure.shown)
    if few:
        return ""
    percent = "%" in link.document.text[link.start : link.end + 2]
    for times, says in list(TIMES.items())[: 1 if percent else 2]:
        for factor in (Fraction(times), Fraction(1, times)):
            meant = written * factor
            if abs(right - meant) * 2 <= step * factor and right / meant < 2:
                return f"it is {says if factor > 1 else says.replace('small', 'large')}"
    return ""


def is_of_size(link: Link, found: Slip | None) -> bool:
    """Return whether a result with at least three digits is wrong in its size only, which a unit hardly explains."""
    result = lone(link.second)
    if found is None or result is None or not found.says.endswith(("too small", "too large")):
        return False
    share = "hundred" in found.says and not link.is_measured and link.low <= 1
    return not share and len(re.sub(r"\D", "", result.figure.shown).strip("0")) >= LEAST_DIGITS


def _of_operand(link: Link) -> str:
    """Return the slip if another number in the place of one, or without a term, the sides would be the same."""
    found: list[str] = []
    for side, target in ((link.first, link.second), (link.second, link.first)):
        if lone(side) is None:
            numbers = [number for number in side.numbers if number.end > number.start][:MOST_NUMBERS]
            fitting = ((number, other) for number in numbers for other in _fitting(link, side, target, number))
            found += filter(None, (_mistaken(link, number, other) for number, other in fitting))
    # Of several it would be a guess.
    return found[0] if len(found) == 1 else ""


def _fitting(link: Link, side: ExpressionNode, target: ExpressionNode, number: NumberNode) -> Iterator[Fraction]:
    """Yield the numbers that make a side the target, if they stand in the place of one of its numbers."""
    value, step = Fraction(number.figure.value), number.figure.step
    aim, here = (link.left, link.right) if target is link.first else (link.right, link.left)
    try:
        unit = here / _value(link, side)
        slope = _value(link, _with(side, number, value + 1)) * unit - here
        found = [value + (aim - here) / slope] if slope else []
        found += [value * here / aim] if aim else []
        for other in {Fraction(round(one / step)) * step for one in found}:
            fits = number.figure.rounded or _are_near(target, _value(link, _with(side, number, other)) * unit, aim)
            if other > 0 and other != value and fits:
                yield other
    except (Unread, Unknown, ArithmeticError, ValueError):
        return


def _are_near(target: ExpressionNode, value: Fraction, aim: Exact) -> bool:
    """Return whether a value is the target's, to as many digits as that shows."""
    number = lone(target)
    loose = number is not None and (number.figure.rounded or number.figure.scaled)
    return value == aim or (loose and number is not None and abs(value - aim) * 2 <= number.figure.step)


def _value(link: Link, node: ExpressionNode) -> Fraction:
    return Fraction(middle(link.values.readings(node)))


def _with(node: ExpressionNode, number: NumberNode, value: Fraction) -> ExpressionNode:
    return with_number(node, number, number.figure._replace(value=exact(value)))


def _stands_above(link: Link, shown: str) -> bool:
    """Return whether the document has a number shortly before a link: of rounded results many numbers are the cause."""
    text, start = link.document.text, max(0, link.start - NEARBY)
    return re.search(rf"(?<![\w.,]){re.escape(shown)}(?![\w]|[.,]\d)", text[start : link.start]) is not None


def _mistaken(link: Link, number: NumberNode, other: Fraction) -> str:
    """Return how a number may have come into the place of another one, as a sentence without its end; else ""."""
    step = number.figure.step
    ours, theirs = _digits(other / step), _digits(Fraction(number.figure.value) / step)
    shown = number.figure.shown.strip()
    whole = not any(one.figure.rounded or one.figure.scaled for one in link.numbers)
    # A sum holds with some whole number in the place of each of its own.
    least = LEAST_DIGITS if "+" in link.signs else LEAST_DIGITS - 1
    if len(ours) >= least and whole and len(ours) == len(theirs):
        differing = sum(one != other for one, other in zip(ours, theirs, strict=True))
        if differing == 1 or (differing == 2 and sorted(ours) == sorted(theirs) and len(ours) > 2):
            return f"it holds with {like(exact(other), number)} in the place of {shown}"
    if _between(ours, theirs, exact=False) and (whole or _stands_above(link, like(exact(other), number))):
        return f"it holds with {like(exact(other), number)} in the place of {shown}"
    if whole and len(ours) >= least and other >= LEAST_NEARBY and other.denominator == 1:
        start = max(0, link.start - NEARBY)
        before = WHOLE.finditer(link.document.text, start, link.start)
        if any(int(match[0].replace(",", "")) == other for match in before):
            return f"it holds with {int(other):,}, which stands above, in the place of {shown}"
    return ""
