"""The other counts that a reader will meet, each derived: the weights that one counts and the other doesn't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from symbolic.configs import models
from symbolic.configs.model import Model
from symbolic.configs.models import Published
from symbolic.errors import CheckFailed
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Negative, Number, product, total
from symbolic.language import lazy
from symbolic.measuring.conventions import Convention
from symbolic.measuring.derivation import Derivation, derive, whole
from symbolic.networks.blocks import Kind, Leaf, Weight, leaves, weights

Counted: TypeAlias = dict[tuple[str, ...], tuple[Leaf, Formula]]
"""The leaves that count, by their place, each with the formula of all its repeats."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a chain: what is added (no formula: a starting point or a correction), and what that comes to.

    `names` says who prints the running figure.
    """

    label: str
    formula: Formula | None
    value: int
    running: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The way between this page's count and another one, smaller to larger. `convention` names the other one."""

    title: str
    convention: str
    other: int
    rows: tuple[Row, ...]

    @property
    def passes(self) -> frozenset[int]:
        """The figures on the way that somebody gives, where it only adds."""
        return frozenset(row.running for row in self.rows if row.names and all(row.value > 0 for row in self.rows))


@dataclass(frozen=True, slots=True)
class Known:
    """A figure that a reader may meet: who gives it, and what it counts."""

    figure: int
    name: str
    model: Model
    convention: Convention


def published(derivation: Derivation) -> tuple[Published, ...]:
    """What was published of this model; all that is published so far are numbers of parameters."""
    known = models.published(derivation.model) if derivation.quantity.name == "parameters" else ()
    return tuple(_with_total(entry, derivation) for entry in known)


def _with_total(entry: Published, derivation: Derivation) -> Published:
    """A figure that was published in short, with the exact total that it stands for."""
    if entry.total:
        return entry
    model = derivation.model.with_options(entry.options)
    convention = derivation.quantity.convention(entry.convention)
    return replace(entry, total=derive(model, derivation.quantity, convention).total)


def reconcile(derivation: Derivation) -> tuple[Chain, ...]:
    """A chain for each convention and published figure with another total: up from here, then up to here."""
    model, quantity = derivation.model, derivation.quantity
    known = published(derivation)
    ours = [convention for convention in quantity.conventions.values() if convention.unit == derivation.convention.unit]
    targets = [(model, convention) for convention in ours]
    targets += [(model.with_options(entry.options), quantity.convention(entry.convention)) for entry in known]
    targets += [(model.with_options({name: not value}), derivation.convention) for name, value in _switches(model)]
    found = {_total(derivation, other, convention): (other, convention) for other, convention in reversed(targets)}
    givers = _givers(derivation, tuple(entry for entry in known if _of_our_class(entry.options, model)))
    mistakes = [entry for entry in known if entry.mistake]
    kept: list[Chain] = []
    for figure in sorted(found, key=lambda figure: abs(figure - derivation.total), reverse=True):
        other, convention = found[figure]
        same = _of_our_class(other.options, model)
        # The longest ways first: a figure that one of them passes needs no way of its own, unless it is that of
        # another class, which has other weights: then it is passed by chance.
        if figure != derivation.total and not (same and any(figure in chain.passes for chain in kept)):
            theirs = () if same else _givers(derivation, tuple(entry for entry in known if entry.total == figure))
            kept.append(_chain(derivation, other, convention, figure, (*givers, *theirs), mistakes))
    return tuple(sorted(kept, key=lambda chain: (chain.other < derivation.total, abs(chain.other - derivation.total))))


def _total(derivation: Derivation, model: Model, convention: Convention) -> int:
    """The total of a model under a convention, with the page's own inputs."""
    return derive(model, derivation.quantity, convention, derivation.inputs.given).total


def _of_our_class(options: Mapping[str, bool | str], model: Model) -> bool:
    """Whether a model with these options has the same parts, give or take those that a switch adds."""
    return all(model.options[name] == value for name, value in options.items() if isinstance(value, str))


def _givers(derivation: Derivation, known: tuple[Published, ...]) -> tuple[Known, ...]:
    """Who gives a figure: the publications, then our conventions."""
    model, quantity = derivation.model, derivation.quantity
    published = [
        Known(entry.total, entry.name, model.with_options(entry.options), quantity.convention(entry.convention))
        for entry in known
    ]
    ours = [
        Known(_total(derivation, model, convention), f"`{convention.name}`", model, convention)
        for convention in quantity.conventions.values()
    ]
    # This page's own figure is "this page", whatever else it is called.
    return (*published, *(giver for giver in ours if giver.figure != derivation.total))


def _switches(model: Model) -> list[tuple[str, bool]]:
    """The options that the config itself sets: its reader may meet the model with them set otherwise."""
    # A switch of a size that is there or not has no other setting: the size would be missing.
    fixed = model.assumed | {option.name for option in model.architecture.options if option.needs}
    return [(name, value) for name, value in model.options.items() if name not in fixed and isinstance(value, bool)]


def _chain(
    derivation: Derivation,
    other: Model,
    convention: Convention,
    figure: int,
    givers: tuple[Known, ...],
    mistakes: list[Published],
) -> Chain:
    here = _counted(derivation, derivation.model, derivation.convention)
    there = _counted(derivation, other, convention)
    low, high = (there, here) if figure < derivation.total else (here, there)
    running = min(figure, derivation.total)
    start = convention if figure < derivation.total else derivation.convention
    names = _names(running, givers)
    rows = [row for entry in mistakes if entry.convention == start.name for row in _mended(entry, running, names)]
    rows = rows or [Row("", None, running, running, names)]
    chosen = convention.active_only != derivation.convention.active_only
    counted = _values(low, derivation.sizes)
    for label, members in _groups(low, high, derivation.sizes, chosen=chosen).items():
        terms = total(tuple(term for _, term in members))
        value = whole(terms, derivation.sizes)
        running += value
        counted = _values({key: high[key] for key, _ in members if key in high}, derivation.sizes) | {
            key: value for key, value in counted.items() if key not in dict(members)
        }
        # On the way, equal numbers may be of other weights: then it is nobody's figure.
        there_yet = running == max(figure, derivation.total)
        met = [
            giver
            for giver in givers
            if there_yet
            or (
                giver.figure == running
                and _values(_counted(derivation, giver.model, giver.convention), derivation.sizes) == counted
            )
        ]
        formula = algebra.simplified(_shown(terms, derivation), derivation.definitions)
        rows.append(Row(label, formula, value, running, _names(running, met)))
    if running != max(figure, derivation.total):
        raise CheckFailed(f"the way to {figure} ends at {running}; please report this")
    switched = {key: value for key, value in other.options.items() if derivation.model.options[key] != value}
    title = ", ".join(f"{key} {_written(value)}" for key, value in switched.items()) or convention.name
    return Chain(title, convention.name, figure, tuple(rows))


def _shown(terms: Formula, derivation: Derivation) -> Formula:
    """Return a formula without the kinds of layer that the model has none of: no page defines their numbers."""
    absent = derivation.model.absent
    return terms.replace(lambda node: Number(0) if node in absent else None)


def _names(figure: int, givers: Sequence[Known]) -> tuple[str, ...]:
    """Who gives a figure, each once."""
    return tuple(dict.fromkeys(giver.name for giver in givers if giver.figure == figure))


def _values(counted: Counted, sizes: Mapping[str, Exact]) -> dict[tuple[str, ...], Exact]:
    """What each leaf comes to; one that comes to nothing is not there."""
    found = {key: formula.value(sizes) for key, (_, formula) in counted.items()}
    return {key: value for key, value in found.items() if value}


def _written(value: bool | str) -> str:
    return value if isinstance(value, str) else "true" if value else "false"


def _mended(entry: Published, correct: int, names: tuple[str, ...]) -> tuple[Row, Row]:
    """A published figure that is wrong, and what mends it."""
    return (
        Row("", None, entry.total, entry.total, (entry.name,)),
        Row(entry.mistake, None, correct - entry.total, correct, names),
    )


def _counted(derivation: Derivation, model: Model, convention: Convention) -> Counted:
    """Each leaf that counts, by its place, with the formula of all its repeats."""
    found: Counted = {}
    tables = {leaf.path[-1].key: leaf.key for leaf in weights(model.network) if leaf.weight.kind is Kind.TABLE}
    times = () if derivation.root.repeat is None else (derivation.root.repeat,)
    for leaf in leaves(model.network):
        formula = derivation.quantity.of(leaf, convention)
        if formula is not None and convention.counts(leaf):
            repeats = tuple(
                block.active if convention.active_only and block.active is not None else block.repeat
                for block in leaf.path
            )
            factors = (*times, *(repeat for repeat in repeats if repeat is not None), formula)
            key = _place(leaf, tables)
            if key in found:
                key = leaf.key
            found[key] = (leaf, product(factors))
    return found


def _place(leaf: Leaf, tables: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Where its numbers lie: those of a tied weight in the table that it is tied to."""
    tied = leaf.part.tied_to if isinstance(leaf.part, Weight) else None
    return tables.get(tied, leaf.key) if tied else leaf.key


def _groups(
    low: Counted,
    high: Counted,
    sizes: Mapping[str, Exact],
    *,
    chosen: bool,
) -> dict[str, tuple[tuple[tuple[str, ...], Formula], ...]]:
    """What `high` has and `low` has not (and the other way round, negative), by kind of weight.

    `chosen` says that only one of them leaves out the experts that are not chosen.
    """
    groups: dict[str, list[tuple[str, tuple[str, ...], Formula]]] = {}
    titles: dict[str, str] = {}
    for key, (leaf, _) in (high | low).items():
        more, less = ([counted[key][1]] if key in counted else [] for counted in (high, low))
        if more == less or _alike(more, less, sizes):
            continue
        difference = total((*more, *(Negative(formula) for formula in less)))
        # Counted by both, and yet not alike: only some of the experts work on one token.
        fewer = chosen and more and less and any(block.active is not None for block in leaf.path)
        name = lazy("{part} of the experts not chosen", part=leaf.part.name) if fewer else leaf.part.name
        group, title = _together(leaf)
        groups.setdefault(group, []).append((name, key, difference))
        titles[group] = title
    return {
        (titles[group] if len({name for name, _, _ in members}) > 1 else members[0][0]): tuple(
            (key, term) for _, key, term in members
        )
        for group, members in groups.items()
    }


def _alike(more: list[Formula], less: list[Formula], sizes: Mapping[str, Exact]) -> bool:
    """Whether a leaf comes to the same on both sides, written in two ways: 6 × and 3 × 2 ×."""
    return bool(more and less) and more[0].value(sizes) == less[0].value(sizes)


def _together(leaf: Leaf) -> tuple[str, str]:
    """What puts leaves in one line, and the line's name: all but small weights are big enough for a line each."""
    if isinstance(leaf.part, Weight) and leaf.part.kind not in (Kind.TABLE, Kind.MATRIX):
        return (leaf.part.kind.name, leaf.part.kind.value)
    return (leaf.part.key, leaf.part.name)
