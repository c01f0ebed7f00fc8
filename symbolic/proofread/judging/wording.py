"""Wording of a verdict as a sentence."""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.formulas.figures import significant
from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.units import between, measured, measures_of, unit_of
from symbolic.proofread.grammar.tokens import BLANK
from symbolic.proofread.judging.agreement import LEAST, RELATIONS, lone, middle
from symbolic.proofread.judging.checked import Checked, Fault
from symbolic.proofread.judging.going_on import first_number
from symbolic.proofread.judging.in_words import decimal_like, in_words, like, nearest_like, shown
from symbolic.proofread.judging.meanings import SO_NEAR
from symbolic.proofread.judging.readings import DIVIDES_ALL
from symbolic.proofread.judging.terms import SEVERAL_UNITS
from symbolic.proofread.judging.verdicts import Finding
from symbolic.proofread.reading.equations import WrittenEquation

READABLE = 10**15
NEAR = Fraction(1, 5)
FAR = 50
"""A value that is so many times smaller is not written to as many digits."""
LEFT_OUT = "counts in thousands: nothing says so."
"""How the remark ends on a calculation without a unit that gives a thousandth: 24 × 60 ≈ 1.4 GB."""
LOOSE = "is only near it."
"""How the remark ends on a number that is neither rounded nor cut off."""


def finding(equation: WrittenEquation, checked: Checked) -> Finding:
    """Return the verdict as a sentence about the first side that is at fault; certain faults come first."""
    whole = (equation.start, equation.end)
    if not checked.faults:
        if checked.odd and checked.odd[0][2].how == "prefix":
            sides = [equation.sides[side] for side in checked.odd[0][:2]]
            plain = next((side for side in sides if not measures_of(side)), sides[0])
            timed = any(measures_of(side) == {"time"} for side in sides)
            why = "does not count in seconds: nothing says so." if timed else LEFT_OUT
            says = f"Right only if {in_words(plain, 'the side without a unit')} {why}"
            return Finding("doubtful", equation, *whole, says)
        if checked.odd:
            return _rounded_oddly(equation, checked)
        if checked.only_if == DIVIDES_ALL:
            return Finding("doubtful", equation, *whole, checked.only_if)
        if checked.only_here:
            first, second = (equation.sides[index] for index in checked.only_here)
            one, other = in_words(first), in_words(second, "the next one")
            return Finding("holds", equation, *whole, f"{one} and {other} are the same for these sizes only.")
        if (checked.judged and (not checked.gap or _is_near(checked, *checked.gap))) or _defines(equation):
            return Finding("holds", equation, *whole, checked.only_if)
        return Finding("unknown", equation, *whole, _unjudged(equation, checked))
    # What is certain comes first: a doubt about another link is none about it.
    fault = min(checked.faults, key=lambda fault: (bool(fault.doubt), not fault.claims))
    if fault.doubt and not fault.claims:
        return Finding("unknown", equation, *whole, f"{fault.doubt[:1].upper()}{fault.doubt[1:]}.")
    if fault.doubt == SEVERAL_UNITS:
        return Finding("doubtful", equation, *whole, "It adds several units, and does not hold in one of them.")
    found = _wrong(equation, checked, fault)
    if fault.doubt == SO_NEAR:
        return found._replace(verdict="rounding", says=f"{found.says[:-1]}; {fault.doubt}.", correct=None)
    if fault.doubt:
        return found._replace(verdict="doubtful", says=f"{found.says[:-1]}; {fault.doubt}.", correct=None)
    if fault.slip:
        said = f"{found.says} {fault.slip.says[:1].upper()}{fault.slip.says[1:]}."
        correct = found.correct if fault.slip.in_result else None
        return found._replace(says=said, slip=fault.slip.says, in_result=fault.slip.in_result, correct=correct)
    return found._replace(alone=fault.alone)


def _rounded_oddly(equation: WrittenEquation, checked: Checked) -> Finding:
    """Return the finding about a number whose last digit is cut off or rounded otherwise."""
    left, right, allowed = checked.odd[0]
    side = equation.sides[right]
    number = lone(side) or first_number(side)
    written = number.figure.shown.replace("{,}", ",").strip() if number else in_words(side)
    written = f"−{written}" if number and _is_negative(side) else written
    # The reading may count in a smaller unit than the one that is written.
    read = lone(checked.sides[right])
    smaller = (
        Fraction(read.figure.value) / number.figure.value if read and number and number.figure.value else Fraction(1)
    )
    value = exact(Fraction(allowed.value) / smaller)
    about, exactly = in_words((checked.sides or equation.sides)[left], "The side before it"), shown(value)
    nearest = nearest_like(value, number)
    if between(equation.sides[left], side) or (number and number.unit):
        exactly = f"{exactly} {unit_of(side)}"
    elif number and measured(number):
        exactly = f"{shown(exact(Fraction(value) / number.figure.worth))} {number.figure.scale or number.label}"
    elif number and number.figure.scaled and not any(map(_is_scaled, equation.sides[left].numbers)):
        # 3.7 × 8 ≈ 29 MB counts in MB.
        plain = middle(checked.values[left] or [])
        exactly = f"{shown(plain)} {number.figure.scale}" if plain != allowed.value else exactly
    how = "coarse" if allowed.how in ("up", "cut") and nearest == written else allowed.how
    says = ODD[how].format(about=about, exactly=exactly, written=written, nearest=nearest)
    says = says.replace(f"{about} is {about}, which", about, 1)
    place = (number.start, number.end) if number else (side.start, side.end)
    return Finding("doubtful" if how == "on" else "rounding", equation, *place, says)


ODD = {
    "cut": "{about} is {exactly}, which rounds to {nearest}; {written} has its further digits cut off.",
    "up": "{about} is {exactly}, which rounds to {nearest}; {written} is rounded up.",
    "loose": f"{{about}} is {{exactly}}, which rounds to {{nearest}}; {{written}} {LOOSE}",
    "coarse": "{about} is {exactly}; {written} is rounded, which ≈ would say.",
    "on": "{about} is {exactly}; the = before {written} goes on from that result, so its two sides are not equal.",
    "inputs": "{about} is {exactly}; {written} is what it is with more digits than are shown.",
}


def _is_negative(side: ExpressionNode) -> bool:
    return isinstance(side, Operation) and side.sign == "-"


def _is_scaled(number: NumberNode) -> bool:
    return bool(number.figure.scale or number.unit)


def _wrong(equation: WrittenEquation, checked: Checked, fault: Fault) -> Finding:
    """Return the finding about the side at fault, with the number that should stand there."""
    side = equation.sides[fault.side]
    right = middle(checked.values[fault.right] or [])
    number = lone(side)
    relation = equation.relations[fault.side - 1]
    left = in_words(equation.sides[fault.right])
    if relation in RELATIONS:
        value = "" if lone(equation.sides[fault.right]) else f" {shown(right)}, which is"
        says = f"{left} is{value} not {relation} {in_words(side, 'the next side')}."
        return Finding("wrong", equation, side.start, side.end, says)
    if (factor := between(equation.sides[fault.right], side)) is not None:
        says = f"{left} is {shown(exact(right * factor))} {unit_of(side)}, not {in_words(side)}."
        return Finding("wrong", equation, side.start, side.end, says)
    is_written = middle(checked.values[fault.side] or [])
    off = max(right - is_written, is_written - right)
    if number is None:
        before = in_words(equation.sides[fault.right], "the side before it")
        one = in_words(side, "This side")
        other = f"not {before}" if before == shown(right) else f"but {before} is {shown(right)}"
        says = f"{one} is {shown(is_written)}, {other}: they differ by {shown(off)}."
        return Finding("wrong", equation, side.start, side.end, says)
    written = f"−{in_words(number)}" if _is_negative(side) else in_words(number)
    says = _sentence(equation, left, right, number, written, off)
    whole = isinstance(right, int) and side == number and not number.figure.rounded and relation == "="
    whole_number = right if whole and isinstance(right, int) else None
    by_numbers = not equation.sides[fault.right].names
    return Finding("wrong", equation, number.start, number.end, says, number.figure, whole_number, by_numbers)


def _unjudged(equation: WrittenEquation, checked: Checked) -> str:
    """Return the reason why a chain that was read can't be judged, as a sentence."""
    if checked.gap:
        return f"≈ between two formulas has no digits to judge it by; {_gap(checked, *checked.gap)}."
    if any(name.text == BLANK for name in equation.names):
        return "It has a blank to fill in."
    if checked.again and "≈" not in equation.relations:
        return f"It says of “{checked.again}” something else than the document does further up."
    if checked.again:
        return "≈ between two formulas has no digits to judge it by."
    lone = [side.text for side in equation.sides if isinstance(side, Name)]
    if checked.unknown in lone and set(equation.relations) == {"="}:
        return f"It says what “{checked.unknown}” is, and nothing else does."
    return f"Nothing says what “{checked.unknown}” is." if checked.unknown else "It has nothing to compare."


def _defines(equation: WrittenEquation) -> bool:
    """Return whether an equation only gives a name its number, d = 768, so that there is nothing to judge."""
    kinds = {type(side) for side in equation.sides}
    called = any(isinstance(side, Name) and side.text.endswith("(…)") for side in equation.sides)
    return kinds == {Name, NumberNode} and set(equation.relations) == {"="} and not called


def _sentence(equation: WrittenEquation, left: str, right: Exact, number: NumberNode, figure: str, off: Exact) -> str:
    """Return what a side is, and that it is not the `figure` that stands there."""
    unit = unit_of(number)
    exact = not number.figure.rounded
    if re.search(r"\d-\d", figure):
        return f"{left} is {shown(right)}, which is not within {figure}."
    if equation.kind == "claim" or equation.relations[-1] == "≈" or number.figure.rounded:
        if not number.figure.scaled and abs(Fraction(right)) < 10 * number.figure.step:
            return f"{left} is {shown(right)}, not {figure}."
        if FAR * abs(Fraction(right)) < number.figure.value:
            # 8.4 × 120 counts in what its result counts in, hardly in bytes.
            its_unit = f" {unit}" if unit and any(map(measures_of, equation.sides[:-1])) else ""
            return f"{left} is {shown(right)}{its_unit}, not {figure}."
        step = number.figure.step if number.figure.rounded else number.figure.coarse
        nearest = int(abs(Fraction(right)) / step + Fraction(1, 2)) * step * (-1 if right < 0 else 1)
        if not nearest and right:
            return f"{left} is {shown(right)}, not {figure}."
        rightly = like(nearest, number) if number.figure.scaled else decimal_like(Fraction(nearest), number)
        value = f"{shown(right)} {unit} do" if unit else f"{shown(right)} does"
        # A number that stands for something is called what that is.
        made = equation.kind == "compared" and not equation.sides[0].signs.isdisjoint({"×", "/", "log"})
        value = f"{left}: {value}" if made or (lone(equation.sides[0]) and left[:1].isalpha()) else value
        return f"{value} not round to {figure}; to as many digits it is {rightly}."
    if equation.kind == "running":
        return f"So far it is {shown(right)}, not {figure} (off by {shown(off)})."
    about = left if left != shown(right) else "The side before it"
    own = off >= LEAST and any(part.figure.value == off for part in equation.numbers)
    which = ", one of its numbers" if own else ""
    tail = f" (off by {shown(off)}{which})" if exact and isinstance(right, int) and off < READABLE else ""
    return f"{about} is {shown(right)}, not {figure}{tail}."


def _is_near(checked: Checked, left: int, right: int) -> bool:
    """Return whether two formulas with ≈ between them differ by no more than rounding to one digit may make."""
    a, b = (Fraction(middle(checked.values[side] or [])) for side in (left, right))
    return abs(a - b) <= NEAR * max(abs(a), abs(b))


def _gap(checked: Checked, left: int, right: int) -> str:
    """Return how far apart two sides are, in percent, as a part of a sentence."""
    a, b = middle(checked.values[left] or []), middle(checked.values[right] or [])
    if not a:
        return f"{shown(a)} and {shown(b)}"
    share = abs(Fraction(b) - Fraction(a)) / abs(Fraction(a)) * 100
    return f"{shown(b)} is {significant(share, 2)} % {'above' if b > a else 'below'} {shown(a)}"
