"""Estimate: how many times as much one part has as another, from the sizes alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from math import prod

from symbolic.formulas import algebra
from symbolic.formulas.figures import grouped, near
from symbolic.formulas.formula import Formula, Number, Quotient
from symbolic.formulas.rational import Rational
from symbolic.handouts.answers import AnswerOption, Item, Proof, Question
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import Placed, places, told_apart, unlabelled
from symbolic.handouts.one_size import is_long
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Math
from symbolic.pages.page import Choices, Equation, Paragraph, Table
from symbolic.pages.prose import Markup

PLACE = 5
BOTH = "2"
"""Of so many nobody says "all"."""
BOUNDS = (2, 10, 100)
NAMES = ("about", "few", "tens", "hundreds")
CLEAR = Fraction(5, 4)
"""A ratio that is nearer than this to a bound is no matter of a guess."""


def make(context: Context, id: str) -> Question | None:
    """Ask in which of four ranges the ratio of two parts lies, each with all its copies in all layers."""
    derivation, say, random = context.derivation, context.prose, context.random
    parts = _parts(places(derivation))
    # That a norm has little is no matter of a guess, unless there is little else.
    clear = _clear((one for one in parts if one.step.role != "norm"), derivation) or _clear(parts, derivation)
    if not clear:
        return None
    # Each range that there is comes as often as another.
    there = sorted({_range(_ratio(*pair)) for pair in clear})
    right = there[context.turn(len(there))]
    larger, smaller = random.choice([pair for pair in clear if _range(_ratio(*pair)) == right])
    ratio = _ratio(larger, smaller)
    why = say("estimate_why", ratio=near(ratio))
    options = tuple(
        AnswerOption(say(f"estimate_{name}"), why_not(place, right, larger, smaller, context))
        for place, name in enumerate(NAMES)
    )
    choice = context.in_order(options)
    proofs = tuple(Proof(one.formula, derivation.sizes, one.step.in_total) for one in (larger, smaller))
    item = Item(id, say("answer"), choice, proofs, (say("estimate_hint"),))
    stem = (
        Paragraph(say("estimate", larger=_whole(larger, context), smaller=_whole(smaller, context), unit=context.unit)),
        Choices(id, tuple((letter, option.text) for letter, option in choice.lettered)),
    )
    whole = [unlabelled(one.formula) for one in (larger, smaller)]
    rows = tuple(
        (one.apart, Math(formula), one.step.in_total) for one, formula in zip((larger, smaller), whole, strict=True)
    )
    columns = tuple(say(f"column_{name}") for name in ("what", "formula", "whole"))
    left = _left(larger, smaller, derivation)
    if long := is_long(left):
        left = Quotient(*(Number(one.step.in_total) for one in (larger, smaller)))
    solution = (
        Table("", columns, rows, frozenset({2})),
        Paragraph(say("estimate_left", long=long)),
        Equation(left, ratio if ratio.denominator > 1 else ratio.numerator),
        Paragraph(why),
    )
    return Question("estimate", say("estimate_title"), stem, (item,), solution, working=3)


def _left(larger: Placed, smaller: Placed, derivation: Derivation) -> Formula:
    """Return what is left of one formula over the other; without a size in it there is nothing to estimate."""
    quotient = Quotient(unlabelled(larger.formula), unlabelled(smaller.formula))
    return Rational.of(algebra.primary(quotient, derivation.model.definitions)).factored()


def _range(ratio: Fraction) -> int:
    """Return the place of the range that a ratio lies in."""
    return sum(ratio >= bound for bound in BOUNDS)


def _whole(part: Placed, context: Context) -> str:
    """Return the name of a part with all layers that it is in."""
    count = prod(Fraction(repeat.value(context.derivation.sizes)) for repeat in part.repeats)
    said = grouped(count) if count > 1 else ""
    return context.prose("estimate_part", part=part.apart, count=said, both=said == BOTH)


def why_not(place: int, right: int, larger: Placed, smaller: Placed, context: Context) -> str:
    """Return the mistake that leads to a range, or nothing for the right one."""
    if place == right:
        return ""
    say, ratio = context.prose, _ratio(larger, smaller)
    for says, wrong in _mistakes(larger, smaller, context):
        if _range(wrong) == place:
            return say("estimate_mistake", says=Markup(says), ratio=near(wrong))
    off = ratio / BOUNDS[place] if place < right else BOUNDS[place - 1] / ratio
    return say("estimate_far", low=place < right, ratio=near(ratio), factor=_at_least(off))


def _mistakes(larger: Placed, smaller: Placed, context: Context) -> Iterator[tuple[str, Fraction]]:
    """Yield what people do wrong in dividing, each with the ratio that they come to, the likelier first."""
    say, sizes, ratio = context.prose, context.derivation.sizes, _ratio(larger, smaller)
    for part, power in ((larger, -1), (smaller, 1)):
        layers = prod((Fraction(one.value(sizes)) for one in part.repeats), start=Fraction(1))
        if layers > 1:
            yield say("estimate_one_layer", part=part.apart), ratio * layers**power
        if part.step.copies > 1:
            says = say("estimate_one_copy", part=part.apart, copies=part.step.copies)
            yield says, ratio * Fraction(part.step.copies) ** power
    yield say("estimate_upside_down"), 1 / ratio
    for part, power in ((larger, -1), (smaller, 1)):
        formula = algebra.primary(unlabelled(part.formula), context.derivation.model.definitions)
        for symbol in formula.symbols:
            without = Fraction(formula.value({**sizes, symbol.name: 1}), part.step.in_total)
            if without > 0:
                yield say("estimate_without", part=part.apart, size=symbol.name), ratio * without ** (-power)
    for digits in (1, 2):
        yield say("estimate_zeros", digits=digits, lost=True), ratio / 10**digits
        yield say("estimate_zeros", digits=digits, lost=False), ratio * 10**digits


def _at_least(factor: Fraction) -> str:
    """Return a factor to a tenth, rounded down: behind it stands "or more"."""
    return grouped(Fraction(factor * 10 // 1, 10))


def _parts(found: tuple[Placed, ...]) -> list[Placed]:
    """Return the parts of the model and of its layers: another question asks for the order of the weights in them."""
    return told_apart(one for one in found if one.step.role != "layer" and one.within in ("model", "layer"))


def _clear(parts: Iterable[Placed], derivation: Derivation) -> list[tuple[Placed, Placed]]:
    """Return pairs, the larger part first, whose ratio is near no bound and has a size in it."""
    pairs = [_sorted(pair) for pair in combinations(parts, 2)]
    far = [pair for pair in pairs if all(not bound / CLEAR < _ratio(*pair) < bound * CLEAR for bound in BOUNDS)]
    with_sizes = [(pair, left) for pair in far if (left := _left(*pair, derivation)).symbols]
    # Where little cancels, there is more to multiply out than to estimate.
    short = [pair for pair, left in with_sizes if not is_long(left)]
    return short or [pair for pair, _ in with_sizes]


def _sorted(pair: tuple[Placed, Placed]) -> tuple[Placed, Placed]:
    return pair if pair[0].step.in_total >= pair[1].step.in_total else (pair[1], pair[0])


def _ratio(larger: Placed, smaller: Placed) -> Fraction:
    return Fraction(larger.step.in_total, smaller.step.in_total)
