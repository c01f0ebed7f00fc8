"""The section about compute-optimal training: Chinchilla's optimum, derived and evaluated under both fits."""

from __future__ import annotations

from fractions import Fraction

from symbolic.analysis.words import decimal
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Number, Quotient, Symbol
from symbolic.language import gettext as _
from symbolic.language import lazy, localised, translate
from symbolic.measuring import chinchilla as paper
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.cited import joined
from symbolic.pages.page import Items, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Prose

GOPHER = Fraction("5.76e23")
"""The training compute of Gopher, for which the paper chose its 70-billion model. Hoffmann et al. 2022, §4.1."""
LAGRANGIAN = Symbol("Lagrangian", "F", lazy("the loss with its constraint"), lazy("the Lagrangian"))


def section(derivation: Derivation, prose: Prose, compute: Fraction | None) -> Section:
    """Return the derivation, the constants, the optimum at a compute, and the compute whose optimum is this model."""
    at = GOPHER if compute is None else compute
    best = [paper.optimum(fit, at) for fit in paper.fits()]
    here = [paper.compute_for(fit, derivation.total) for fit in paper.fits()]
    zero = Number(0)
    parts: list[Part] = [
        Paragraph(prose("chinchilla")),
        Paragraph(prose("chinchilla_loss")),
        _relation(paper.LOSS, paper.LOSS_FORMULA),
        Paragraph(prose("chinchilla_cost")),
        _relation(6 * paper.N * paper.D, paper.C),
        Paragraph(prose("chinchilla_lagrange")),
        _relation(LAGRANGIAN, paper.LAGRANGIAN),
        Paragraph(prose("chinchilla_derivatives")),
        _relation(_by(paper.N), paper.BY_N, zero),
        _relation(_by(paper.D), paper.BY_D, zero),
        Paragraph(prose("chinchilla_shared")),
        _relation(*paper.SHARED),
        Paragraph(prose("chinchilla_without_d")),
        _relation(*paper.WITHOUT_D),
        Paragraph(prose("chinchilla_power")),
        _relation(*paper.POWER_OF_N),
        Paragraph(prose("chinchilla_solved")),
        _relation(paper.G, paper.G_FORMULA),
        _relation(paper.OPTIMAL_N, paper.N_FORMULA),
        _relation(paper.OPTIMAL_D, paper.D_FORMULA),
        Paragraph(prose("chinchilla_fits")),
        _constants(prose),
        Paragraph(prose("chinchilla_balance")),
        Paragraph(
            prose(
                "chinchilla_budget",
                given=compute is not None,
                compute=decimal(at, 3),
                model=derivation.model.display_name,
            )
        ),
        _table(prose("chinchilla_table", compute=decimal(at, 3)), best),
        Paragraph(prose("chinchilla_here", total=grouped(derivation.total), thumb=grouped(20 * derivation.total))),
        _table(prose("chinchilla_here_table", model=derivation.model.name), here, budget=True),
        Items(tuple(("", f"[{joined(fit.source)}]({fit.url}): {translate(fit.about)}") for fit in paper.fits())),
    ]
    return Section("chinchilla", prose("chinchilla_title"), tuple(parts))


def _relation(*sides: Formula) -> Relation:
    return Relation(tuple(("=" if index else "", side) for index, side in enumerate(sides)))


def _by(letter: Symbol) -> Formula:
    """Return how a partial derivative is printed: ∂F/∂N."""
    top, bottom = (
        Symbol(f"d{one.name}", rf"\partial {one.letter}", "", lazy("the change of {letter}", letter=one.spoken))
        for one in (LAGRANGIAN, letter)
    )
    return Quotient(top, bottom)


def _constants(prose: Prose) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            fit.name,
            *(_printed(fit.constants[name]) for name in ("E", "A", "B", "alpha", "beta")),
            decimal(fit.balance, 3),
        )
        for fit in paper.fits()
    )
    columns = (_("Fit"), "E", "A", "B", "α", "β", "β / (α + β)")
    return Table(prose("chinchilla_constants"), columns, rows, frozenset(range(1, 7)))


def _printed(constant: Fraction) -> str:
    """Return a decimal as the paper prints it: all its digits."""
    text = f"{constant.numerator * 10**6 // constant.denominator:07d}"
    return localised(f"{text[:-6]}.{text[-6:].rstrip('0')}")


def _table(caption: str, optima: list[paper.Optimum], *, budget: bool = False) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.fit.name,
            decimal(one.compute, 3) if budget else decimal(one.parameters, 3),
            decimal(one.tokens, 3),
            decimal(one.tokens / one.parameters, 3),
            decimal(one.loss, 4),
        )
        for one in optima
    )
    columns = (
        _("Fit"),
        _("Operations") if budget else _("Parameters"),
        _("Tokens"),
        _("Tokens for each parameter"),
        _("Loss expected"),
    )
    return Table(caption, columns, rows, frozenset({1, 2, 3, 4}))
