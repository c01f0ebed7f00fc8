"""Other meanings in which a link would hold, none of them written.

A link that one of them explains is reported as something to look at, because it is not certain that it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, with_numbers
from symbolic.proofread.arithmetic.numbers import figure, of_bits
from symbolic.proofread.arithmetic.ranges import Range, Unknown
from symbolic.proofread.arithmetic.units import measures_of
from symbolic.proofread.judging.agreement import agree, lone, middle, times
from symbolic.proofread.judging.factors import factor
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.orders import order

BITS = re.compile(r"[01]{4,60}|[01]{1,60}\.[01]{1,60}")
OCTAL = re.compile(r"0\d")
BINARY = re.compile(r"[01]{1,60}")
WIDTHS = frozenset({2**8, 2**16, 2**32, 2**64})
"""So many whole numbers the usual types have."""
DASH = re.compile(r"(?:\A|\n)[ \t>]*[-−–][ \t]+\Z")
IN_PARTS = re.compile(
    r"(?<![^\W\d_])(?:cents?|ct|centimes?|centavos?|céntimos?|pence|paise|hundreds?|tens|tenths?|hundredths?"
    r"|basis points?|bp|per ?mille|[cdm]m|[cd]l|mm|dag|hPa)(?![^\W_])|[厘毫分]米|[千百角]",
    re.IGNORECASE,
)
"""Units and words that are a tenth or a hundredth of others, or so many times them: cents of dollars, cm of metres."""
WITHIN = 24
"""So few characters behind a result may say what it counts in."""
HELD = re.compile(
    r"[ \x01]?(?:个|枚)[ ]?\w|[ ](?:(?:u?int|fp|bf|nf|mxfp|nvfp|float)[ -]?\d+\w*[ ]?)?"
    r"(?:values?|numbers?|elements?|entries|nibbles?|weights?|floats?|ints?|integers?|halves)\b",
    re.IGNORECASE,
)
"""What bytes hold many of, by the words behind a number."""
EXAMPLE = 3
"""An equation of so few and small numbers may only show what an equation is."""
CLOSE, FAR = Fraction(1, 200), 12
BINARY_UNIT = Fraction(1000, 1024)
FULL = 1000
"""So many times as many steps of its last digit has a result in full digits."""
IN_FULL = "numbers that are rounded do not make so many digits"
WHOLE, SO_NEAR = "rounded to a whole number it may hold", "it is so near that a number may be rounded"


def other_meaning(link: Link) -> str:
    """Return the meaning that would explain a link, as the end of a sentence; "" if nothing simple does."""
    return next((says for meaning in MEANINGS if (says := meaning(link))), "")


def in_parts(link: Link) -> str:
    """Return an explanation if a word in or behind a link is a unit a tenth or hundredth as large: cents; else ""."""
    text = link.document.text
    behind = text[link.end : link.end + WITHIN].partition("\n")[0]
    return "in the unit of one side it may hold" if IN_PARTS.search(text[link.start : link.end] + behind) else ""


def dash(link: Link) -> str:
    """Return an explanation if a dash before the first number may be its minus, as it would hold with it; else ""."""
    if link.fault.right or not DASH.search(link.document.text[max(0, link.start - 40) : link.start]):
        return ""
    first = link.first.parts[0] if isinstance(link.first, Operation) and link.first.sign == "+" else link.first
    try:
        value = Fraction(middle(link.values.readings(first)))
    except (Unknown, ValueError):
        return ""
    half = Fraction(link.digits) * link.size
    return "with the dash before it as a minus it would hold" if abs(link.left - 2 * value - link.right) <= half else ""


def _signs(link: Link) -> str:
    return "with another sign it would hold" if link.left == -link.right else ""


def _of_other_things(link: Link) -> str:
    """Return an explanation if one side is of bytes and the other a number of what they hold; else "".

    2 × 8 bytes are 32 values of four bits.
    """
    result = lone(link.second)
    if result is None or result.unit or result.figure.scaled or "information" not in measures_of(link.first):
        return ""
    behind = link.document.text[result.end : result.end + WITHIN]
    return "as a number of what the bytes hold it may be right" if HELD.match(behind) else ""


def _example(link: Link) -> str:
    numbers = link.equation.numbers
    if len(numbers) <= EXAMPLE and all(number.figure.value in range(10) for number in numbers):
        return "its numbers are so small that it may be an example"
    return ""


def _counted(link: Link) -> str:
    """Return an explanation if a difference of whole numbers counts both ends, as 8 to 31 are 24; else ""."""
    side = link.first
    difference = isinstance(side, Operation) and side.sign == "+" and len(side.parts) == 2
    if difference and isinstance(side, Operation) and link.off == 1:
        last = side.parts[1]
        if isinstance(last, Operation) and last.sign == "-" and link.right - link.left == 1:
            return "counted with both ends it would hold"
    return ""


def _binary(link: Link) -> str:
    """Return an explanation if numbers may be binary ones, 32 + 4 + 2 = 100110 or 11 + 1 = 100; else ""."""
    for side, other in ((link.first, link.right), (link.second, link.left)):
        number = lone(side)
        if number and BITS.fullmatch(number.figure.shown) and of_bits(number.figure.shown) == other:
            return "as a binary number it would hold"
    if link.names or not all(BINARY.fullmatch(number.figure.shown) for number in link.numbers):
        return ""
    values = [middle(link.values.readings(_from_bits(side))) for side in (link.first, link.second)]
    return "with binary numbers it would hold" if values[0] == values[1] else ""


def _from_bits(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with its numbers, which are of the digits 0 and 1, read as binary ones."""
    return with_numbers(node, lambda one: replace(one, figure=figure(str(int(one.figure.shown, 2)), "")))


def _overflow(link: Link) -> str:
    """Return an explanation if whole numbers may have overflowed, 200 + 100 = 44, or are octal, 077; else ""."""
    if any(OCTAL.match(number.figure.shown) for number in link.numbers):
        return "a number that starts with 0 may be an octal one"
    overflown = link.off in WIDTHS and link.right < link.off and link.is_exact
    return "with an overflow it would hold" if overflown else ""


def _rounding(link: Link) -> str:
    """Return an explanation if the sides are as near as rounding brings them; else "".

    It does not explain a difference of whole numbers without a quotient, nor one of formulas with names whose values
    are whole or whose result is not rounded.
    """
    if link.left.denominator != 1 and link.off < 1 and link.right.denominator == 1:
        return WHOLE
    result = lone(link.second)
    whole = all(value.denominator == 1 for name in link.names for value in link.values.of(name.text))
    exact = link.is_exact or (link.names and (whole or not (result and result.figure.rounded)))
    near = link.signs and not exact and link.off <= CLOSE * link.size
    if not near:
        return ""
    # 7M × 12 = 84,000,012: its digits are too many to be rounded so; 0.1 may be exact.
    rounded = (one for one in link.first.numbers if one.figure.scaled)
    full = result is not None and any(FULL * _steps(one) <= _steps(result) for one in rounded)
    return IN_FULL if full and link.equation.kind == "chain" and link.relations[-1:] == ("=",) else SO_NEAR


def _steps(number: NumberNode) -> Fraction:
    """Return how many times its last digit's worth a number is."""
    return Fraction(number.figure.value) / number.figure.step


def _of_hidden_digits(link: Link) -> str:
    """Return an explanation if a formula with rounded numbers holds with more digits: exp(88.7) = 3.4e38."""
    powers = (part.parts[1] for part in link.first.walk() if isinstance(part, Operation) and part.sign == "^")
    whole = all((number := lone(power)) and not number.figure.rounded for power in powers)
    if link.names or not whole or not any(number.figure.rounded for number in link.numbers):
        return ""
    half = Fraction(link.digits) * link.size
    value = Fraction(middle(link.values.readings(link.first)))
    unit = link.left / value if value else Fraction(1)
    rounded = [times(one, unit) for one in link.values.readings(link.first, rounded=True)]
    holds = any(agree(one, Range(link.right, link.right), half) for one in rounded)
    return "with more digits than are shown it may hold" if holds else ""


def _rounded_up(link: Link) -> str:
    """Return an explanation if a result is what is rounded up where it counts in powers of 1,024; else ""."""
    counts = "information" in measures_of(link.first) and not link.is_binary
    step = Fraction(2 * link.digits) * link.size if counts else Fraction(0)
    made = (link.left * BINARY_UNIT**power for power in range(1, 5))
    return "in powers of 1,024 it may be rounded up" if any(0 < link.right - one < step for one in made) else ""


def far(link: Link) -> str:
    """Return an explanation if the sides are so far apart that the link may be about something else; else "".

    Formulas of TeX with plain numbers are about nothing else.
    """
    labelled = any(number.label for number in link.numbers)
    plain = link.is_math and not link.is_measured and not labelled and "→" not in link.relations
    far = link.high > FAR * link.low and not link.names and not plain
    return "it is so far off that it may be about something else" if far else ""


MEANINGS: tuple[Callable[[Link], str], ...] = (
    _of_other_things,
    _signs,
    _binary,
    _overflow,
    _counted,
    _rounding,
    _of_hidden_digits,
    factor,
    order,
    _rounded_up,
    _example,
)
