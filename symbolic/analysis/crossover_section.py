"""The section about crossovers: from which size on one part of the network is larger than another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from symbolic.analysis.crossovers import Crossover, crossovers
from symbolic.analysis.solution import Solution
from symbolic.analysis.words import decimal
from symbolic.configs.model import Model
from symbolic.configs.variants import impossible
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Symbol
from symbolic.language import capitalised
from symbolic.language import gettext as _
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell, Letters
from symbolic.pages.page import Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Prose


def sections(derivation: Derivation, symbols: Sequence[Symbol], prose: Prose) -> list[Section]:
    """Return the section in a list, or none where no two parts of the network grow unlike."""
    found = crossovers(derivation)
    if not found:
        return []
    parts: list[Part] = [Paragraph(prose("crossover"))]
    for one in found:
        parts += _crossover(one, symbols, derivation, prose)
    return [Section("crossovers", prose("crossover_title"), tuple(parts))]


def _crossover(one: Crossover, symbols: Sequence[Symbol], derivation: Derivation, prose: Prose) -> list[Part]:
    left, right = one.names
    first, second = (grouped(value) for value in one.values)
    solved = [solution for solution in one.solutions if solution.about >= 1 and solution.symbol in symbols]
    parts: list[Part] = [
        Paragraph(
            prose(
                "crossover_pair",
                left=capitalised(left),
                right=right,
                first=first,
                second=second,
            )
        ),
        Relation(_ordered(one)),
    ]
    if not solved:
        ratio = decimal(Fraction(max(one.values), min(one.values)), 3)
        return [*parts, Paragraph(prose("crossover_none", ratio=ratio))]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (f"`{solution.symbol.name}`", *_solved(solution, prose), decimal(solution.about)) for solution in solved
    )
    parts.append(
        Table(prose("crossover_table"), (_("Size"), _("Solved"), _("Exactly"), _("About")), rows, frozenset({3}))
    )
    if absent := tuple(_absent(solved, derivation.model)):
        parts.append(Paragraph(prose("crossover_absent", sizes=absent)))
    return parts


def _absent(solved: Sequence[Solution], model: Model) -> Iterator[tuple[str, str]]:
    """Yield the solutions that no network has, with the other sizes of this one."""
    for one in solved:
        near = sorted({floor(one.about), ceil(one.about)} - {0}, key=lambda size: abs(size - one.about))
        reasons = [impossible(model, one.symbol, size) for size in near] if one.symbol.name in model.sizes else []
        if reasons and all(reasons):
            yield one.symbol.name, _short(one.about)


def _ordered(one: Crossover) -> tuple[tuple[str, Formula], ...]:
    """Return the two formulas, the smaller one first."""
    first, second = one.formulas
    if one.values[0] == one.values[1]:
        return (("", first), ("=", second))
    return (("", first), ("<", second)) if one.values[0] < one.values[1] else (("", second), ("<", first))


def _solved(solution: Solution, prose: Prose) -> tuple[Cell, Cell]:
    """Return the solution in letters, and as an exact number."""
    number: Cell = Letters(solution.radical) if solution.radical is not None else ""
    if solution.letters is not None:
        return Letters(solution.letters), number
    if solution.general is not None:
        return Letters(solution.general), number
    low, high = (decimal(end, 6) for end in (solution.root.low, solution.root.high))
    return prose("crossover_isolated", degree=solution.degree), f"{low} … {high}"


def _short(size: Fraction) -> str:
    return grouped(size) if size.denominator == 1 else decimal(size)
