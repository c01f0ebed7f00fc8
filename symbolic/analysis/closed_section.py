"""The section about the closed form: its sizes, the formula, and where each coefficient comes from."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.analysis.terms import Term, traced
from symbolic.analysis.words import TOTAL
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Quotient, Sum, exact
from symbolic.formulas.rational import Rational
from symbolic.language import capitalised, translate
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.step import Visit
from symbolic.pages.cells import Cell, Letters, Share
from symbolic.pages.listing import listed
from symbolic.pages.page import Equation, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Markup, Prose, plain

LONG = 12
"""A sum of more terms than these is shown collected only."""


def section(derivation: Derivation, prose: Prose) -> Section:
    """Return the section: the sizes, the formula, as SymPy factors it, and a table of its terms."""
    closed, sizes = derivation.general_form, derivation.sizes
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"``{symbol.name}``", f"${symbol.name}$", sizes[symbol.name], translate(symbol.meaning))
        for symbol in closed.symbols
    )
    used = {symbol: formula for symbol, formula in derivation.definitions.items()
            if symbol in derivation.general.formula.symbols}  # fmt: skip
    parts: list[Part] = [
        Paragraph(prose("closed")),
        Table(prose("sizes"), (_("Name"), _("Letter"), _("Value"), _("Meaning")), rows, frozenset({2})),
    ]
    if used:
        parts.append(Paragraph(prose("definitions", count=len(used))))
        parts += [Equation(formula, exact(formula.value(sizes)), symbol) for symbol, formula in used.items()]
    parts += [Paragraph(prose("formula", unit=derivation.unit)), Relation((("", TOTAL), ("=", closed)))]
    terms = traced(derivation)
    factored = Rational.of(closed).factored()
    if len(terms) <= LONG and not isinstance(factored, Sum | Quotient) and factored != closed:
        parts += [Paragraph(prose("factored")), Relation((("", TOTAL), ("=", factored)))]
    parts += [
        Paragraph(prose("traced", count=len(terms), model=derivation.model.name)),
        _traced(terms, derivation, prose),
    ]
    first = terms[0]
    if len(groups := _groups(first)) > 1:
        sum_ = listed(
            [_("{number} from the {part}", number=grouped(number), part=plain(name)) for name, number, steps in groups]
        )
        parts.append(Paragraph(prose("traced_first", coefficient=grouped(first.coefficient), sum=Markup(sum_))))
    return Section("closed-form", prose("closed_title"), tuple(parts))


def _traced(terms: Sequence[Term], derivation: Derivation, prose: Prose) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for term in terms:
        share = Fraction(term.value) / derivation.total
        rows.append((Letters(term.formula), _origins(term), _whole(term), Share(share)))
    rows.append((_("total"), "", derivation.total, Share(Fraction(1))))
    columns = (_("Term"), _("Its coefficient"), capitalised(derivation.unit), _("Share"))
    return Table(prose("traced_table"), columns, tuple(rows), frozenset({2, 3}), frozenset({len(rows) - 1}))


def _origins(term: Term) -> str:
    """Return where a coefficient comes from, its parts with their steps: 12 = 4 + 8: attention 4 (3.1.1, 3.1.2), …."""
    groups = [(plain(name), number, steps) for name, number, steps in _groups(term)]
    if len(groups) == 1:
        return f"{groups[0][0]}{_in_brackets(groups[0][2])}"
    sum_of = "".join(f" {'−' if number < 0 else '+'} {grouped(abs(number))}" for _, number, _ in groups)
    parts = ", ".join(
        f"{name} {grouped(number).replace('-', '−')}{_in_brackets(steps)}" for name, number, steps in groups
    )
    return f"{grouped(term.coefficient).replace('-', '−')} ={sum_of.removeprefix(' +')}: {parts}"


def _in_brackets(steps: str) -> str:
    """Return the numbers of steps in brackets; a kind of layer that this model has none of has no steps."""
    return f" ({steps})" if steps else ""


def _whole(term: Term) -> Cell:
    whole = isinstance(term.value, int) and term.value >= 0
    return term.value if isinstance(term.value, int) and whole else grouped(term.value).replace("-", "−")


def _groups(term: Term) -> list[tuple[str, Fraction, str]]:
    """Return the parts that a coefficient comes from, each with what it adds and its steps."""
    found: dict[str, list[tuple[Fraction, str]]] = {}
    for origin in term.origins:
        found.setdefault(_part(origin.visit), []).append((origin.coefficient, origin.visit.step.number))
    return [
        (name, sum((number for number, _ in parts), Fraction(0)), ", ".join(step for _, step in parts if step))
        for name, parts in found.items()
    ]


def _part(visit: Visit) -> str:
    """Return the part of the network that a step belongs to; within a stack of layers, the part of the layer."""
    below, *inside = (*visit.above[1:], visit.step)
    return translate(inside[0].label if below.role == "layer" and inside else below.label)
