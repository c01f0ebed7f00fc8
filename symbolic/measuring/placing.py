"""The steps as a page prints them: without what the model has none of, numbered, with shares and sums so far."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbolic.errors import ConfigError
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Negative,
    Sum,
    Symbol,
    exact,
    total,
)
from symbolic.language import noun
from symbolic.measuring.step import Step, sum_of, without_frame


def printed_root(general: Step, absent: frozenset[Symbol]) -> Step:
    """Return the steps of a page: a batch of one is no factor, and several are sequences."""
    if general.repeat is None:
        return _printed(general, absent)
    if general.times == 1:
        return _printed(replace(general, repeat=None), absent)
    return _printed(replace(general, name=noun("sequence", "sequences")), absent)


def _printed(step: Step, absent: frozenset[Symbol]) -> Step:
    """Return the step without the kinds of layer that this model has none of, and without terms that are 0."""
    if step.part:
        return step
    steps = tuple(_printed(below, absent) for below in step.steps if below.times)
    one = sum_of([below for below in steps if below.value])
    repeat = None if step.repeat is None else _without(step.repeat, absent)
    shown = replace(step, one=one, steps=steps, repeat=repeat)
    return without_frame(shown) if step.number else shown


def _without(repeat: Formula, absent: frozenset[Symbol]) -> Formula:
    """Return 48 in place of 48 − 0, where the kind of layer that is taken away is not there."""
    if not isinstance(repeat, Sum):
        return repeat
    return total(tuple(term for term in repeat.terms if not (isinstance(term, Negative) and term.term in absent)))


def placed(step: Step, number: str | None, grand_total: int, copies: Exact, so_far: int = 0) -> Step:
    """Return the step and those below it with their numbers, shares and running totals.

    The root's number is empty; None is that of a kind of layer that this model has none of.
    """
    running, index = 0, 0
    below_it = []
    for below in step.steps:
        running += below.value
        index += bool(below.times)
        name = None if number is None or not below.times else f"{number}.{index}" if number else str(index)
        below_it.append(placed(below, name, grand_total, copies * step.times, running))
    in_total = exact(step.value * copies)
    if not isinstance(in_total, int):
        raise ConfigError(f"the {step.name} would come to {in_total}, which is not a whole number; change an input")
    share = Fraction(in_total, grand_total) if grand_total else Fraction(0)
    # `replace` would take half of a count's time.
    return Step(
        number or "",
        step.key,
        step.name,
        step.role,
        step.about,
        step.one,
        step.each,
        step.value,
        tuple(below_it),
        step.repeat,
        step.times,
        step.part,
        step.origin,
        in_total,
        share,
        so_far,
    )
