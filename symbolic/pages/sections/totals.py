"""The closed form, what follows from the total, and the other totals that a reader will meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain as joined
from typing import TypeAlias

from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Quotient, Sum
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import n_experts, n_heads
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.closed_form import MOST_LETTERS, closed_form, letters, parts_of_layers
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.measuring.known_figures import beside, published
from symbolic.measuring.made_once import made_once
from symbolic.measuring.reconciliation import Reconciliation, reconcile
from symbolic.measuring.results import derived_results, remarks
from symbolic.measuring.texts import reads_another
from symbolic.networks.walks import blocks
from symbolic.pages import powers
from symbolic.pages.cells import Cell, Derived, HeldWords, InShort, Math, Sentence, Share, Signed, place_of
from symbolic.pages.page import Entry, Equation, Items, Paragraph, Part, Relation, Section, Statement, Table
from symbolic.pages.prose import Prose
from symbolic.pages.sections.as_function import as_function, to_type
from symbolic.pages.sections.foot import figures_cited
from symbolic.pages.sections.inputs import further_inputs, result_inputs
from symbolic.pages.sections.steps import anchor, rounding

MOST_OF_A_BLOCK = 39
"""Letters, numbers and names of a block's formula that still is one to read."""
FEW = 4
"""A formula of so few numbers and sizes is printed in each table."""
MANY, SOME = 8, 4
"""Of more conventions than these, so many stand in sight."""
MOST_IN_A_ROW = 20
"""One of more is not to be read in a row of a table: the steps have it."""


def closed(derivation: Derivation, prose: Prose, full: bool = True) -> Section:
    """Return the section with the closed form and its leading term, and in `full` the form as code."""
    form = closed_form(derivation)
    # A mixture of experts grows by its experts most of all.
    more = {n_experts} & set(derivation.closed.symbols)
    lead = algebra.leading_as_written(derivation.closed, derivation.sizes, more, derivation.definitions)
    value = lead.value(derivation.sizes)
    kept = [symbol for symbol in derivation.closed.symbols if symbol in derivation.definitions]
    # A letter of the steps that the form lacks stands in it as what it follows from.
    written = set(derivation.general.formula.symbols)
    replaced = [
        one
        for one in (derivation.definitions if derivation.quantity.view is None else ())
        if one in written and one not in derivation.closed.symbols
    ]
    layers = {layer.label: (layer, parts) for *parts, layer in made_once(derivation, parts_of_layers)}
    parts: list[Part] = [
        *([] if form.blocks else _layer_by_parts(layers, prose)),
        *([Paragraph(prose("closed_replaced", count=len(replaced)))] if replaced else []),
        *(Relation((("", symbol), ("=", derivation.definitions[symbol]))) for symbol in replaced),
        Paragraph(prose("closed_blocks" if form.blocks else "closed")),
        Statement(form.whole),
        *([Paragraph(prose("closed_where"))] if form.blocks else []),
        *(of_block(block, derivation, prose, layers) for block in form.blocks),
        *([Paragraph(prose("closed_kept", count=len(kept)))] if kept else []),
        *(Relation((("", symbol), ("=", derivation.definitions[symbol]))) for symbol in kept),
        *(to_type(derivation, prose) if full else ()),
    ]
    if value != derivation.total and letters(lead) <= MOST_LETTERS:
        # What is the whole total would be the same formula again; a long one says nothing at a glance.
        share = Share(Fraction(value) / derivation.total, Quotient(lead, derivation.general.formula))
        says = prose("leading_off", value=place_of(0), share=place_of(1))
        alone = Sentence(says, (Derived(integer_value(lead, derivation.sizes), lead), share))
        parts += [
            Paragraph(prose("leading", experts=bool(more), heads=n_heads in lead.symbols)),
            Statement(lead),
            Paragraph(alone),
        ]
    parts += as_function(derivation, prose) if full else ()
    return Section("closed-form", prose("closed_title"), tuple(parts))


Layers: TypeAlias = Mapping[str, tuple[Labelled, Sequence[Labelled]]]
"""Kinds of layer by their names, each with its parts."""
NONE: Layers = {}


def of_block(block: Labelled, derivation: Derivation, prose: Prose, layers: Layers = NONE) -> Part:
    """Return the formula of a block, behind its parts if it is one of `layers`; a very long one is left to its step."""
    if _letters(block.formula) > MOST_OF_A_BLOCK:
        same = (visit.step for visit in derivation.root.walk() if visit.step.name == block.label)
        if (step := next(same, None)) is not None:
            name = translate(block.label)
            return Paragraph(prose("closed_long", name=name, number=step.number, link=anchor(step.number)))
    return by_parts(block, layers[block.label][1] if block.label in layers else ())


def _letters(formula: Formula) -> int:
    """Return how many letters, numbers and names a formula has."""
    if isinstance(formula, Labelled) or not formula.children:
        return 1
    return sum(map(_letters, formula.children))


def _layer_by_parts(layers: Layers, prose: Prose) -> Iterator[Part]:
    """Yield the sum of the formulas of a layer's parts: where the 12 of 12 d² comes from."""
    if len(layers) == 1:
        [(layer, parts)] = layers.values()
        yield Paragraph(prose("closed_parts"))
        yield by_parts(layer, parts)


def by_parts(block: Labelled, parts: Sequence[Labelled]) -> Relation:
    """Return what a block's name stands for: the sum of its parts, that of their formulas, and its own formula."""
    written = Sum(tuple(part.formula for part in parts))
    sums = [("=", Sum(tuple(parts))), ("=", written)] if parts else []
    # Where no terms can be put together, the sum of the formulas is the formula.
    alike = bool(parts) and Counter(_terms(written)) == Counter(_terms(block.formula))
    return Relation((("", block), *sums, *([] if alike else [("=", block.formula)])))


def _terms(formula: Formula) -> Iterator[Formula]:
    """Yield the terms of a sum, and those of the sums in it."""
    for term in formula.terms if isinstance(formula, Sum) else ():
        yield from _terms(term) if isinstance(term, Sum) else (term,)


def results(derivation: Derivation, prose: Prose, *, units: bool = True) -> Section:
    """Return the section with what follows from the total, each result with its equation, and with its units."""
    another = reads_another(derivation.model.network)
    chosen = derivation.device.title if derivation.device is not None and derivation.device_chosen else ""
    says = Paragraph(prose("results", another=another, chosen=chosen))
    parts: list[Part] = [says, *result_inputs(derivation, prose)]
    before = [line.formula for visit in derivation.root.walk() for line in visit.step.lines]
    if not any(isinstance(node, Ceiling | Floor) for formula in before for node in formula.walk()):
        parts += rounding((one.formula for one in derived_results(derivation) if one.formula is not None), prose)
    for number, result in enumerate(derived_results(derivation), 1):
        equations = () if result.formula is None else (Equation(result.formula, result.value, unit=result.unit),)
        parts.append(
            Entry(
                number="",
                id=f"result-{number}",
                title=capitalised(result.title),
                text=translate(result.about),
                equations=equations,
                before=(),
                result=result.value,
                after=_solved(result.solved, prose),
                never="" if result.formula is None else translate(result.never),
                fixed=result.fixed or result.formula is None,
            )
        )
    if units:
        parts += _units(derivation, prose)
    if items := remarks(derivation):
        experts = any(block.active is not None for block in blocks(derivation.model.network))
        parts += [Paragraph(prose("remarks", experts=experts)), Items(items, fixed=True)]
    return Section("results", prose("results_title"), tuple(parts))


def _units(derivation: Derivation, prose: Prose) -> Iterator[Part]:
    """Yield the equations of the results in units, behind what they begin with."""
    total = InShort(derivation.total, derivation.general.formula)
    rows: list[tuple[Cell, ...]] = [
        (capitalised(derivation.quantity.called or derivation.quantity.title), translate(derivation.unit), total)
    ]
    rows += [
        (capitalised(one.title), translate(one.units_of), InShort(one.value, one.formula))
        for one in derived_results(derivation)
        if one.units_of and one.formula is not None
    ]
    if len(rows) > 1:
        columns = tuple(prose(f"column_{name}") for name in ("result", "units", "comes_to"))
        yield Paragraph(prose("units"))
        yield Table(prose("units_table"), columns, tuple(rows), frozenset({2}))


def _solved(formula: Formula | None, prose: Prose) -> tuple[Part, ...]:
    """Return the solution in letters, where it is short."""
    if formula is None or letters(formula) > MOST_LETTERS:
        return ()
    return (Paragraph(prose("solved")), Relation((("", formula),)))


def conventions(derivation: Derivation, prose: Prose) -> tuple[Table, ...]:
    """Return the table of the conventions whose totals differ, the first of many apart; () where there is one alone."""
    differing = beside(derivation)
    if len(differing) == 1:
        return ()
    power = powers.power_of(derivation.total)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"`{one.convention.name}`", _counts_what(one), powers.cell(_total(one), power)) for one in differing
    )
    unit = powers.head(translate(derivation.unit), power) if power else prose("column_total")
    columns = (prose("column_convention"), prose("column_counts"), unit)
    strong = frozenset(row for row, one in enumerate(differing) if one.convention == derivation.convention)
    first = SOME if len(rows) > MANY else len(rows)
    own = Table(prose("conventions"), columns, rows[:first], frozenset({2}), strong, fixed=power > 0)
    if not rows[first:]:
        return (own,)
    more = frozenset(row - first for row in strong if row >= first)
    return own, own._replace(caption=prose("conventions_more"), rows=rows[first:], strong=more)


def counts(derivation: Derivation, prose: Prose) -> Iterator[Section]:
    """Yield the section with the conventions, and the way from this total to each other one, if there is another."""
    differing, chains = beside(derivation), reconcile(derivation)
    if len(differing) == 1 and not chains:
        return
    parts: list[Part] = [Paragraph(prose("counts")), *conventions(derivation, prose)]
    counted = (one.root.formula for one in differing)
    between = (row.formula for way in chains for row in way.rows if row.formula)
    parts += further_inputs(derivation, joined(counted, between), prose)
    long = any(row.formula and _size(row.formula) > MOST_IN_A_ROW for way in chains for row in way.rows)
    parts += [Paragraph(prose("counts_chains"))] if chains else []
    parts += [Paragraph(prose("counts_long"))] if long else []
    shown: dict[Formula, str] = {}
    parts += [_chain(chain, derivation, prose, shown) for chain in chains]
    folded = (2, prose("counts_folded")) if len(differing) > MANY else None
    yield Section("other-counts", prose("counts_title"), tuple(parts), below=folded)


def _alike(part: str, other: str) -> str:
    return _("{part}, as above", part=part) if other == part else _("{part}, as {other}", part=part, other=other)


def _total(derivation: Derivation) -> Derived:
    return Derived(derivation.total, derivation.measured.formula)


def _size(formula: Formula) -> int:
    """Return how many numbers and sizes a formula has."""
    return sum(not node.children for node in formula.walk())


def _counts_what(derivation: Derivation) -> str:
    """Return what a derivation's convention counts, who uses it, and its unit if that is another one."""
    convention = derivation.convention
    unit = " " + _("(in {unit})", unit=convention.unit) if convention.unit else ""
    return (
        convention.said(derivation.model.network)
        + unit
        + (f" ({translate(convention.source)})" if convention.source else "")
    )


def _chain(chain: Reconciliation, derivation: Derivation, prose: Prose, shown: dict[Formula, str]) -> Table:
    """Return the table of a way. `shown` are the long formulas before it, with their labels: none is printed twice."""
    rows: list[tuple[Cell, ...]] = []
    sums = _sums(chain, derivation)
    for row, so_far in zip(chain.rows, sums or (None,) * len(chain.rows), strict=True):
        here = prose("here") if row.running == derivation.total else ""
        who = HeldWords(", ".join(_sourced(name, derivation) for name in row.names), here) if row.names else here
        again = row.formula is not None and row.formula in shown
        written = row.formula is not None and not again and _size(row.formula) <= MOST_IN_A_ROW
        formula: Cell = Math(row.formula) if row.formula is not None and written else ""
        starts = row.value == row.running and row.formula is None
        label = prose("chain_start") if starts and not rows else translate(row.label)
        if row.formula is not None and again:
            label = _alike(label, shown[row.formula])
        elif row.formula is not None and _size(row.formula) > FEW:
            shown[row.formula] = label
        adds: Cell = "" if starts else Signed(row.value, row.formula if sums else None)
        running = row.running if so_far is None else Derived(row.running, so_far)
        rows.append((label, formula, adds, running, who))
    caption = (
        prose("chain_published", name=chain.name)
        if chain.name
        else prose("chain_option", option=chain.title)
        if " " in chain.title
        else prose("chain", below=chain.other < derivation.total, other=chain.title)
    )
    columns = tuple(prose(f"column_{name}") for name in ("step", "formula", "adds", "running", "who"))
    equal = (sums[-1], chain.ends[1]) if sums and chain.ends else None
    return Table(caption, columns, tuple(rows), frozenset({2, 3}), fixed=equal is None, equal=equal)


def _sourced(name: str, derivation: Derivation) -> str:
    """Return who prints a figure, with the number that the source has in the list at the foot, if it is there."""
    cited = [entry.source for entry in published(derivation) if entry.name == name]
    numbers = [f"[{number}]" for number, source in enumerate(figures_cited(derivation), 1) if source in cited]
    return " ".join((translate(name), *numbers[:1]))


def _sums(chain: Reconciliation, derivation: Derivation) -> tuple[Formula, ...]:
    """Return the formula of the sum so far, for each row; nothing where the rows do not add up so."""
    if chain.ends is None or chain.rows[0].running != chain.ends[0].value(derivation.sizes):
        return ()
    found = [chain.ends[0]]
    for row in chain.rows[1:]:
        if row.formula is None or row.formula.value(derivation.sizes) != row.value:
            return ()
        found.append(Sum((found[-1], row.formula)))
    return tuple(found)
