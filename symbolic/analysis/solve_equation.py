"""The sections of a page that solves: the equation, and its exact solution."""

from __future__ import annotations

from fractions import Fraction

from symbolic.analysis.solution import A, B, C, Solution
from symbolic.analysis.solving import Solved
from symbolic.analysis.words import TOTAL, named
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Symbol, exact, total
from symbolic.formulas.shown import Approximate
from symbolic.language import gettext as _
from symbolic.language import translate
from symbolic.measuring.derivation import Derivation
from symbolic.pages.cells import Cell
from symbolic.pages.page import Items, Paragraph, Part, Relation, Section, Table
from symbolic.pages.prose import Prose


def equation_section(solved: Solved, prose: Prose) -> Section:
    """Return the section with the equation: the closed form, what is kept, fixed sizes, powers of the unknown."""
    derivation, constraints = solved.derivation, solved.constraints
    unknown = constraints.unknown
    parts: list[Part] = [
        Paragraph(prose("equation", unit=derivation.unit)),
        Relation((("", TOTAL), ("=", derivation.general_form))),
    ]
    if constraints.kept:
        parts += [
            Paragraph(prose("kept", model=derivation.model.display_name, unknown=named([unknown.name]))),
            Items(tuple(("", f"``{keep.name}``: {translate(keep.says)}") for keep in constraints.kept)),
        ]
        parts += [
            Relation((("", symbol), ("=", constraints.formula(symbol))))
            for symbol in constraints.factors
            if symbol in derivation.general_form.symbols
        ]
    fixed = [s for s in derivation.general_form.symbols if s != unknown and s not in constraints.factors]
    if fixed:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (f"``{symbol.name}``", f"${symbol.name}$", derivation.sizes[symbol.name], translate(symbol.meaning))
            for symbol in fixed
        )
        parts += [
            Paragraph(prose("fixed")),
            Table(prose("fixed_table"), (_("Name"), _("Letter"), _("Value"), _("Meaning")), rows, frozenset({2})),
        ]
    parts += _powers(solved.solution, derivation, prose)
    return Section("equation", prose("equation_title"), tuple(parts))


def _powers(solution: Solution, derivation: Derivation, prose: Prose) -> list[Part]:
    """Return the equation as powers of the unknown, and what each coefficient is."""
    unknown, sizes = solution.symbol, derivation.sizes
    values = {power: exact(Fraction(part.value(sizes))) for power, part in solution.powers.items()}
    left = total(tuple(_term(value, unknown, power) for power, value in values.items() if value))
    parts: list[Part] = [
        Paragraph(prose("powers", unknown=named([unknown.name]))),
        Relation((("", left), ("=", Number(0)))),
    ]
    if solution.degree == 2:
        parts.append(Paragraph(prose("coefficients")))
        for letter, power in ((A, 2), (B, 1), (C, 0)):
            coefficient = solution.powers.get(power, Number(0))
            sides: list[tuple[str, Formula]] = [("", letter), ("=", coefficient)]
            value = _signed(values.get(power, 0))
            parts.append(Relation((*sides, *((("=", value),) if coefficient != value else ()))))
    return parts


def _signed(value: Exact) -> Formula:
    return Negative(Number(-value)) if value < 0 else Number(value)


def _term(value: Exact, unknown: Symbol, power: int) -> Formula:
    raised: tuple[Formula, ...] = () if not power else (unknown if power == 1 else Power(unknown, Number(power)),)
    size: Exact = -value if value < 0 else value
    factors = raised if size == 1 and raised else (Number(exact(size)), *raised)
    term = factors[0] if len(factors) == 1 else Product(factors)
    return Negative(term) if value < 0 else term


def solution_section(solved: Solved, prose: Prose) -> Section:
    """Return the section with the solution: in letters, as a root, or enclosed between fractions."""
    solution, unknown = solved.solution, solved.constraints.unknown
    about = ("≈", Approximate(solution.about, 8))
    parts: list[Part] = []
    exactly: tuple[tuple[str, Formula], ...] = ()
    if solution.radical is not None:
        whole = isinstance(solution.radical, Number) and isinstance(solution.radical.number, int)
        exactly = (("=", solution.radical),) if whole else (("=", solution.radical), about)
    if solution.letters is not None:
        parts += [Paragraph(prose("linear")), Relation((("", unknown), ("=", solution.letters), *exactly))]
    elif solution.general is not None:
        parts.append(Paragraph(prose("quadratic", letter=unknown.letter)))
        parts.append(Relation((("", unknown), ("=", solution.general))))
        parts.append(Relation((("", unknown), *exactly)))
    else:
        parts.append(Paragraph(prose("isolated", degree=solution.degree)))
        low, high = solution.root.low, solution.root.high
        if low == high:
            parts.append(Relation((("", unknown), ("=", Number(exact(low))))))
        else:
            parts.append(Relation((("", Number(exact(low))), ("<", unknown), ("<", Number(exact(high))))))
            parts.append(Relation((("", unknown), about)))
    if not solution.smooth:
        parts.append(Paragraph(prose("rough"), tone="note"))
    return Section("solution", prose("solution_title"), tuple(parts))
