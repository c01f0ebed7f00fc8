"""What SymPy makes of a formula: the closed form, its leading term, factored differences, readable again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from symbolic.formulas.formula import Exact, Formula, Labelled, Number, Product, Sum, Symbol, total
from symbolic.formulas.rational import Rational, terms_of

Definitions: TypeAlias = Mapping[Symbol, Formula]


def primary(formula: Formula, definitions: Definitions) -> Formula:
    """Return the formula with each defined size replaced by its definition, down to sizes that a config must give."""

    def change(node: Formula) -> Formula | None:
        return primary(definitions[node], definitions) if isinstance(node, Symbol) and node in definitions else None

    return formula.replace(change)


def collected(formula: Formula, definitions: Definitions) -> Formula:
    """Return a sum of blocks, one polynomial for each repeated block and one for the rest: V d + L × (12 d² + 10 d)."""
    repeat, one = _repeated(formula)
    if repeat is not None:
        # The whole network several times: a batch.
        return _times(primary(repeat, definitions), collected(one, definitions))
    rest: list[Formula] = []
    stacks: dict[Formula, list[Formula]] = {}
    for term in _flat(formula):
        repeat, one = _repeated(term)
        if repeat is None:
            rest.append(term)
        else:
            inner = Rational.of(primary(one, definitions)).collected()
            stacks.setdefault(inner, []).append(primary(repeat, definitions))
    outside = Rational.of(primary(total(tuple(rest)), definitions))
    # Kinds of layer with the same weights are one stack here.
    repeated = [
        Product((repeats[0] if len(repeats) == 1 else Rational.of(total(tuple(repeats))).expanded(), inner))
        for inner, repeats in stacks.items()
    ]
    # The tables first, then the layers, then what little is left behind them.
    tables, small = outside.expanded(lowest=2), outside.expanded(highest=1)
    return total(tuple(part for part in (*terms_of(tables), *repeated, *terms_of(small)) if part != Number(0)))


def _times(repeat: Formula, one: Formula) -> Formula:
    """Return one copy times the repeat, without brackets where it needs none."""
    factors = one.factors if isinstance(one, Product) else (one,)
    return Product((repeat, *factors)) if one != Number(1) else repeat


def leading(closed: Formula, sizes: Mapping[str, Exact]) -> Formula:
    """Return the part that grows fastest when depth and widths grow alike: the terms with most sizes that scale.

    Terms that are 0 with these sizes are left out.
    """
    rational = Rational.of(closed)
    grows = [isinstance(atom, Symbol) and atom.scales for atom in rational.atoms]
    return rational.fastest(grows, sizes)


def simplified(formula: Formula, definitions: Definitions) -> Formula:
    """Return a sum as SymPy factors it, in primary sizes; where something is divided, as a sum of short terms."""
    rational = Rational.of(primary(formula, definitions))
    return rational.factored() if rational.element.denom.is_ground else rational.expanded()


def evaluated(formula: Formula, sizes: Mapping[str, Exact]) -> Exact:
    """Return a formula's value by the arithmetic of SymPy's field: a second way to it, beside the tree's own."""
    return Rational.of(formula).evaluated(sizes)


def _flat(formula: Formula) -> list[Formula]:
    """Return the terms of a sum, without labels; a block that only holds other terms gives these."""
    while isinstance(formula, Labelled):
        formula = formula.formula
    if isinstance(formula, Sum):
        return [part for term in formula.terms for part in _flat(term)]
    return [formula]


def _repeated(term: Formula) -> tuple[Formula | None, Formula]:
    """Return the repeat of a repeated block and one copy of it; None and the term itself for any other term."""
    if isinstance(term, Product) and len(term.factors) == 2 and isinstance(term.factors[1], Labelled):
        return term.factors[0], term.factors[1].formula
    return None, term
