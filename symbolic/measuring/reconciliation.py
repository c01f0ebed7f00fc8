"""The other counts that a reader will meet, each derived: the weights that one counts and the other doesn't."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from symbolic.configs.model import Model
from symbolic.configs.models import Published
from symbolic.errors import CheckFailed, SymbolicError
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Number, Symbol, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.closed_form import letters, part_by_part
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, by_each_convention
from symbolic.measuring.differences import Counted, Difference, Key, NamedCount, between, count_of, counted, values
from symbolic.measuring.integers import integer_value
from symbolic.measuring.known_figures import KnownFigure, known_figures, published
from symbolic.measuring.predicted import CONVENTION, NAME, prediction_rows, with_predicted

FEW = 8
"""A formula of so few letters and numbers is short."""


class Row(NamedTuple):
    """A row of a reconciliation: what is added (no formula: a starting point), and the sum so far.

    `names` says who prints the sum so far.
    """

    label: str
    formula: Formula | None
    value: int
    running: int
    names: tuple[str, ...] = ()


class Reconciliation(NamedTuple):
    """The way between this page's count and another one, smaller to larger. `convention` names the other one.

    `name` is that of a published total that counts more than weights: then the way leads to it. `ends` are the formulas
    of the two counts, where both are counts of this model.
    """

    title: str
    convention: str
    other: int
    rows: tuple[Row, ...]
    name: str = ""
    ends: tuple[Formula, Formula] | None = None

    @property
    def passes(self) -> frozenset[int]:
        """The known figures that it reaches, where all rows between them and the page's count go one way."""
        upwards = self.rows[-1].running != self.other
        found = []
        for place, row in enumerate(self.rows):
            rows = self.rows[place + 1 :] if upwards else self.rows[1 : place + 1]
            if row.names and len({between.value > 0 for between in rows}) < 2:
                found.append(row.running)
        return frozenset(found)


def reconcile(derivation: Derivation) -> tuple[Reconciliation, ...]:
    """Return a way to each convention and published figure with another total: up from here, then up to here."""
    model, known = derivation.model, published(derivation)
    known, larger = tuple(one for one in known if not one.beside), [one for one in known if one.beside]
    targets = {_total(derivation, *target): target for target in reversed(list(_targets(derivation, known)))}
    targets.pop(0, None)
    figures = known_figures(derivation, (entry for entry in known if _of_our_class(entry.options, model)))
    here = count_of(derivation, model, derivation.convention)
    kept: list[Reconciliation] = []
    own: set[int] = set()
    # The longest ways first: a figure that one of them passes needs no way of its own.
    for figure in sorted(targets, key=lambda figure: abs(figure - derivation.total), reverse=True):
        other, convention = targets[figure]
        # Another class has other weights: its figure is passed by chance.
        same_class = _of_our_class(other.options, model)
        if figure == derivation.total or (same_class and any(figure in way.passes for way in kept)):
            continue
        its_own = () if same_class else known_figures(derivation, (one for one in known if one.total == figure))
        kept.append(_way(derivation, here, other, convention, figure, (*figures, *its_own)))
        own |= set() if same_class else {figure}
    # A way that first goes down can pass one that is a little longer.
    passed = {figure for way in kept for figure in way.passes if figure != way.other} - own
    kept = [way for way in kept if way.other not in passed]
    kept += [_further(derivation, here, entry, figures) for entry in larger]
    if derivation.quantity.name == "parameters" and not larger and (rows := prediction_rows(model)):
        entry = Published(NAME, "", with_predicted(derivation), convention=CONVENTION)
        kept.append(_further(derivation, here, entry, figures, rows))
    return tuple(sorted(kept, key=lambda way: (way.other < derivation.total, abs(way.other - derivation.total))))


def _further(
    derivation: Derivation,
    here: NamedCount,
    entry: Published,
    known: tuple[KnownFigure, ...],
    beside: tuple[tuple[str, Formula], ...] = (),
) -> Reconciliation:
    """Return the way to a total that counts more than weights: first to its convention, then row by row."""
    # The notation of formulas is needed for these entries only.
    from symbolic.networks.learned.notation import formula as read

    model = derivation.model.with_options(entry.options)
    convention = derivation.quantity.convention(entry.convention)
    start = _total(derivation, model, convention)
    way = _way(derivation, here, model, convention, start, known)
    rows = list(way.rows if start > derivation.total else [_first_row(start, known)])
    said = ((row.label, read(row.formula).replace(_of_vocabulary)) for row in entry.beside)
    for label, formula in (*said, *beside):
        value = integer_value(formula, derivation.sizes)
        rows.append(Row(label, formula, value, rows[-1].running + value))
    rows[-1] = rows[-1]._replace(names=(entry.name,))
    if rows[-1].running != entry.total:
        raise CheckFailed(f"the way to {entry.total} ends at {rows[-1].running}; please report this")
    return Reconciliation("", convention.name, entry.total, tuple(rows), entry.name)


def _of_vocabulary(node: Formula) -> Formula | None:
    return SYMBOLS[node.name] if isinstance(node, Symbol) else None


def _targets(derivation: Derivation, known: Iterable[Published]) -> Iterator[tuple[Model, Convention]]:
    """Yield what a reader may count in place of this page: the most likely first."""
    model, quantity = derivation.model, derivation.quantity
    for one in by_each_convention(derivation):
        if one.convention.unit == derivation.convention.unit:
            yield model, one.convention
    for entry in known:
        yield model.with_options(entry.options), quantity.convention(entry.convention)
    for name, value in _switches(model):
        other = model.with_options({name: not value})
        if _can_be_counted(derivation, other):
            yield other, derivation.convention


def _can_be_counted(derivation: Derivation, other: Model) -> bool:
    """Return whether a model with a switch thrown has a total; a tree that is read off code may need more sizes."""
    if not other.architecture.of_one_config:
        return True
    try:
        _total(derivation, other, derivation.convention)
    except (KeyError, ValueError, SymbolicError):
        return False
    return True


def _total(derivation: Derivation, model: Model, convention: Convention) -> int:
    """Return the total of a model under a convention, with the page's own inputs."""
    return derivation.counted_as(convention, model.options).total


def _of_our_class(options: Mapping[str, bool | str], model: Model) -> bool:
    """Return whether a model with these options has the same parts, but for those that a switch adds."""
    return all(model.options[name] == value for name, value in options.items() if isinstance(value, str))


def _switches(model: Model) -> list[tuple[str, bool]]:
    """Return the options that the config itself sets: its reader may meet the model with them set otherwise."""
    # A switch of a size that is there or not has no other setting: the size would be missing.
    fixed = model.assumed | {option.name for option in model.architecture.options if option.needs}
    return [(name, value) for name, value in model.options.items() if name not in fixed and isinstance(value, bool)]


def _way(
    derivation: Derivation,
    here: NamedCount,
    other: Model,
    convention: Convention,
    figure: int,
    known: tuple[KnownFigure, ...],
) -> Reconciliation:
    """Return the way between the page's total, of what counts `here`, and another model's or convention's figure."""
    sizes = derivation.sizes
    there = count_of(derivation, other, convention)
    is_smaller = figure < derivation.total
    smaller, larger = (there, here) if is_smaller else (here, there)
    end = max(figure, derivation.total)
    rows = [_first_row(min(figure, derivation.total), known)]
    so_far: Mapping[Key, Exact] = values(smaller.leaves, sizes)
    found = [(one, beyond, integer_value(one.formula, sizes)) for one, beyond in between(smaller, larger, sizes)]
    # A part that this model has none of is no step of the way.
    left = [step for step in found if step[2]]

    def after(step: tuple[Difference, Counted, int]) -> tuple[Mapping[Key, Exact], tuple[str, ...]]:
        """Return what is counted after a step, and who prints its sum."""
        difference, beyond, value = step
        running = rows[-1].running + value
        reached = {key: beyond[key] for key in difference.terms if key in beyond}
        leaves = values(reached, sizes) | {key: one for key, one in so_far.items() if key not in difference.terms}
        printed = [one for one in known if one.figure == running]
        return leaves, _names(running, (one for one in printed if running == end or _counts(one, leaves, derivation)))

    while left:
        # In the order of the network, but a count that somebody prints is reached as soon as one step leads to it.
        place = next((place for place, step in enumerate(left) if after(step)[1]), 0)
        so_far, names = after(left[place])
        difference, _beyond, value = left.pop(place)
        written = difference.written or _written(difference, derivation)
        rows.append(Row(difference.label, written, value, rows[-1].running + value, names))
    if rows[-1].running != end:
        raise CheckFailed(f"the way to {figure} ends at {rows[-1].running}; please report this")
    ends = (derivation.general.formula, derivation.counted_as(convention, other.options).general.formula)
    # What an input changes that a convention sets is said in numbers: that way holds for the page's own sizes.
    alike = convention.sets == derivation.convention.sets
    return Reconciliation(
        _title(derivation.model, other, convention),
        convention.name,
        figure,
        tuple(rows),
        ends=None if not alike else ends[::-1] if is_smaller else ends,
    )


def _written(difference: Difference, derivation: Derivation) -> Formula:
    """Return what a row adds: as SymPy simplifies it, or, where that is long, in the shortest of three ways."""
    definitions = derivation.page_definitions
    terms = [algebra.primary(_without_absent(term, derivation), definitions) for term in difference.terms.values()]
    usual = algebra.simplified(total(tuple(terms)), {})
    if letters(usual) <= FEW:
        return usual
    return min(usual, Rational.of(total(tuple(terms))).factored(), part_by_part(terms), key=letters)


def _without_absent(formula: Formula, derivation: Derivation) -> Formula:
    """Return a formula without the kinds of layer that the model has none of: no page defines their numbers."""
    absent = derivation.model.absent
    if not any(symbol in absent for symbol in formula.symbols):
        return formula
    return formula.replace(lambda node: Number(0) if isinstance(node, Symbol) and node in absent else None)


def _first_row(start: int, known: Iterable[KnownFigure]) -> Row:
    """Return the smaller count, at which a way begins."""
    return Row("", None, start, start, _names(start, known))


def _counts(one: KnownFigure, leaves: Mapping[Key, Exact], derivation: Derivation) -> bool:
    """Return whether a known figure counts these leaves: an equal number may be that of other weights."""
    if one.figure != sum(leaves.values()):
        return False
    return values(counted(derivation, one.model, one.convention), derivation.sizes) == leaves


def _names(figure: int, known: Iterable[KnownFigure]) -> tuple[str, ...]:
    """Return who prints a figure, each once."""
    return tuple(dict.fromkeys(one.name for one in known if one.figure == figure))


def _title(model: Model, other: Model, convention: Convention) -> str:
    """Return the options in which the other model differs, or the convention: qkv_bias true, untied."""
    switched = {key: value for key, value in other.options.items() if model.options[key] != value}
    return ", ".join(f"{key} {_option(value)}" for key, value in switched.items()) or convention.name


def _option(value: bool | str) -> str:
    return value if isinstance(value, str) else "true" if value else "false"
