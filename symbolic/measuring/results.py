"""What follows from a total: each result an equation of the totals, the inputs and the results before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from typing import NamedTuple

from symbolic.errors import NothingToMeasure
from symbolic.formulas.formula import Exact, Formula, Number, exact
from symbolic.formulas.functions import Ceiling
from symbolic.formulas.shown import Labelled
from symbolic.language import Inside, lazy
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.made_once import made_once
from symbolic.measuring.published import published_hours, published_peak
from symbolic.measuring.quantity import PUBLISHED_HOURS, PUBLISHED_PEAK


class DerivedResult(NamedTuple):
    """A result of a derivation: its equation, with the value and the unit; without one, `about` says all.

    `never` is what to say of it in place of the equation where other sizes make it 0 or negative. `fixed` says that it
    stands on a figure that was published of this model or worked out for its sizes, so that it holds for no others.
    `solved` is its formula in the sizes of the page, `units_of` its equation in units.
    """

    title: str
    about: str
    unit: str
    formula: Formula | None
    value: Exact
    leads: bool = False
    never: str = ""
    fixed: bool = False
    key: str = ""
    solved: Formula | None = None
    units_of: str = ""


def derived_results(derivation: Derivation) -> tuple[DerivedResult, ...]:
    """Return the results of a derivation, in order; those that do not apply are left out."""
    return made_once(derivation, _all_results)


def _all_results(derivation: Derivation) -> tuple[DerivedResult, ...]:
    return tuple(_derived(derivation))


def deciding(derivation: Derivation) -> DerivedResult:
    """Return the result by which a reader decides or that the quantity's name means, where that is not the total.

    NothingToMeasure where it is not known of the network.
    """
    title = str(derivation.quantity.decides or derivation.quantity.named_for)
    found = next((one for one in derived_results(derivation) if str(one.title) == title), None)
    if found is None:
        raise NothingToMeasure(f"{title} is not known of {derivation.model.name}")
    return found


def _derived(derivation: Derivation) -> Iterator[DerivedResult]:
    totals: dict[str, Formula] = {derivation.quantity.name: _total(derivation)}
    totals |= {name: _total(one) for name, one in _companions(derivation)}
    totals |= {name: _total(one) for name, one in _apart(derivation)}
    if hours := published_hours(derivation.model.training, derivation.inputs.published, derivation.sizes):
        totals[PUBLISHED_HOURS] = Labelled(lazy("published device-hours"), Number(hours))
        if peak := published_peak(derivation.model.training):
            totals[PUBLISHED_PEAK] = Labelled(lazy("peak in the format of the training"), Number(peak))
    of_stages: Mapping[str, Formula] = {}
    if derivation.quantity.decides:
        # Imported where it is used: few quantities are of layouts of devices.
        from symbolic.measuring.fullest import figures

        of_stages = figures(derivation)
    totals |= of_stages
    held = [totals[PUBLISHED_HOURS]] if PUBLISHED_HOURS in totals else []
    held += of_stages.values()
    for result in derivation.quantity.results:
        formula = result.formula(totals)
        if formula is None or (result.alone and totals[result.alone].value(derivation.sizes) != 1):
            continue
        try:
            value = formula.value(derivation.sizes)
        except ZeroDivisionError:
            # With these sizes there is nothing to divide by, such as the operations of heads without a width; and so
            # for the results that use this one.
            totals[result.title] = Labelled(result.title, formula)
            continue
        # Below a negative quotient, rounding up gives 0: there is none either.
        if value <= 0 and result.never:
            yield DerivedResult(result.title, result.never, result.unit, None, value)
            continue
        title, unit = result.title, result.unit
        if result.units:
            unit, scale = max((one for one in result.units if one[1] <= value), key=_scale, default=result.units[0])
            title = lazy("in {unit}", unit=unit)
            formula, value = formula / scale, exact(Fraction(value) / scale)
        fixed = any(node is one for node in formula.walk() for one in held)
        solved = _in_letters(formula, derivation) if result.solved else None
        about = result.about(derivation.model.network) if callable(result.about) else result.about
        says = (title, about, unit, formula, value)
        yield DerivedResult(*says, result.leads, result.never, fixed, result.key, solved, result.units_of)
        totals[title] = Labelled(title, formula)


def _scale(unit: tuple[str, int]) -> int:
    return unit[1]


def totals(derivation: Derivation) -> dict[str, Formula]:
    """Return what the equations of the results call each total and each result, and its formula."""
    others = (*_companions(derivation), *_apart(derivation))
    called = [_total(derivation), *(_total(one) for _, one in others)]
    results = {result.title: result.formula for result in derived_results(derivation) if result.formula is not None}
    return {total.label: total for total in called} | results


def remarks(derivation: Derivation) -> tuple[tuple[str, str], ...]:
    """Return what else there is to say of the totals: a term and its text each."""
    if derivation.quantity.remarks is None:
        return ()
    totals = {name: companion(derivation, name).total for name in derivation.quantity.companions}
    return derivation.quantity.remarks({**derivation.sizes, derivation.quantity.name: derivation.total, **totals})


def _in_letters(formula: Formula, derivation: Derivation) -> Formula | None:
    """Return a formula that is rounded up, in the sizes of the page, as a sum of terms; None where a sum divides it."""
    from symbolic.formulas.algebra import primary
    from symbolic.formulas.rational import Rational

    inside = formula.part if isinstance(formula, Ceiling) else formula
    whole = Rational.of(primary(inside, derivation.page_definitions))
    return Ceiling(whole.expanded()) if len(whole.element.denom.terms()) == 1 else None


def _companions(derivation: Derivation) -> Iterator[tuple[str, Derivation]]:
    """Yield the quantities whose totals the results use; of those that a network may lack, the ones that it has."""
    for name in derivation.quantity.companions:
        yield name, companion(derivation, name)
    for name in derivation.quantity.optional:
        with suppress(NothingToMeasure):
            yield name, companion(derivation, name)


def _apart(derivation: Derivation) -> Iterator[tuple[str, Derivation]]:
    """Yield the parts of companions whose totals the results use; those in which nothing is counted are left out."""
    if len({derivation.sizes[symbol.name] for symbol in derivation.quantity.apart_where}) < 2:
        return
    for name, (whole, only) in derivation.quantity.apart.items():
        counted = companion(derivation, whole)
        with suppress(NothingToMeasure):
            yield name, counted.counted_as(only(counted.convention))


def companion(derivation: Derivation, name: str) -> Derivation:
    """Return another quantity of the same model, or `quantity/convention`, with the same inputs where it has them."""
    if name not in derivation.others:
        derivation.others[name] = _companion(derivation, *name.partition("/")[::2])
    return derivation.others[name]


def _companion(derivation: Derivation, name: str, convention: str) -> Derivation:
    quantity = quantities.find(name)
    takes = {choice.name for choice in quantity.choices}
    quantity = quantity.choosing({one.name: one.value for one in derivation.quantity.choices if one.name in takes})
    # Adapters of one placement are counted by it on both pages.
    if takes and not convention and derivation.convention.name in quantity.conventions:
        convention = derivation.convention.name
    known = {symbol.name for symbol in quantity.inputs}
    shared = {name: size for name, size in derivation.sizes.items() if name in known}
    return derive(derivation.model, quantity, quantity.convention(convention), shared)


def _total(derivation: Derivation) -> Labelled:
    quantity, convention = derivation.quantity, derivation.convention
    chosen = "" if convention == quantity.default else convention.called or convention.name.replace("-", " ")
    title = chosen or quantity.called or quantity.title
    # The general formula: a batch of one is no factor on a page, and one where the page changes it.
    return Labelled(Inside(title), derivation.general.formula)
