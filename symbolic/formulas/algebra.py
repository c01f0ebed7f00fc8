"""What SymPy makes of a formula: the closed form, its leading term, factored differences, readable again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from functools import lru_cache
from math import prod
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from symbolic.formulas.formula import (
    Exact,
    Formula,
    Negative,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    exact,
    product,
    total,
)
from symbolic.formulas.functions import Ceiling, Floor, Minimum
from symbolic.formulas.rational import Rational, terms_of
from symbolic.formulas.shown import Labelled
from symbolic.formulas.vocabulary import PLACES

Definitions: TypeAlias = Mapping[Symbol, Formula]
NOTHING: Definitions = MappingProxyType({})


def primary(formula: Formula, definitions: Definitions) -> Formula:
    """Return the formula with each defined size replaced by its definition, down to sizes that a config must give."""

    def change(node: Formula) -> Formula | None:
        return primary(definitions[node], definitions) if isinstance(node, Symbol) and node in definitions else None

    return formula.replace(change) if any(symbol in definitions for symbol in formula.symbols) else formula


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
        if inner != Number(0)
    ]
    # The tables first, then the layers, then what little is left behind them.
    tables, small = outside.expanded(lowest=2), outside.expanded(highest=1)
    return total(tuple(part for part in (*terms_of(tables), *repeated, *terms_of(small)) if part != Number(0)))


def _times(repeat: Formula, one: Formula) -> Formula:
    """Return one copy times the repeat, without brackets where it needs none."""
    factors = one.factors if isinstance(one, Product) else (one,)
    return Product((repeat, *factors)) if one != Number(1) else repeat


class Growing(NamedTuple):
    """How fast a formula grows when depth and widths grow alike, and the sizes of `more` with them."""

    sizes: Mapping[str, Exact]
    more: Collection[Symbol] = ()
    definitions: Definitions = NOTHING

    def degree(self, formula: Formula) -> int:
        """Return the most sizes that grow in a term of the formula that is not 0 with these sizes."""
        if isinstance(formula, Symbol):
            follows = self.definitions.get(formula)
            return 1 if formula.scales or formula in self.more else 0 if follows is None else self.degree(follows)
        if isinstance(formula, Ceiling | Floor):
            # What is rounded grows like its inside: rounding adds less than one.
            return self.degree(formula.part)
        if isinstance(formula, Minimum):
            return min(map(self.degree, formula.parts))
        rational = Rational.of(formula)
        if rational.atoms == (formula,):
            return 0
        if rational.element.denom != 1 and len(rational.element.denom.terms()) > 1:
            top, bottom = rational.fraction(self.sizes)
            return self.degree(top) - self.degree(bottom)
        atoms = self.atoms(rational)
        degrees = {
            sum(exponent * grown for exponent, grown in zip(exponents, atoms, strict=False))
            for exponents, coefficient in rational.laurent().items()
            if rational.term(exponents, coefficient).value(self.sizes)
        }
        return max(degrees, default=0)

    def atoms(self, rational: Rational) -> list[int]:
        """Return the degree of each atom."""
        return [self.degree(atom) for atom in rational.atoms]


def leading(closed: Formula, sizes: Mapping[str, Exact], more: Collection[Symbol] = ()) -> Formula:
    """Return the part that grows fastest when depth and widths grow alike: the terms with most sizes that scale.

    `more` are sizes that grow with them. Terms that are 0 with these sizes are left out.
    """
    rational = Rational.of(closed)
    return rational.fastest(Growing(sizes, more).atoms(rational), sizes)


def leading_as_written(
    closed: Formula, sizes: Mapping[str, Exact], more: Collection[Symbol] = (), definitions: Definitions = NOTHING
) -> Formula:
    """Return the leading part with its brackets: of a stack of layers, their number times what grows fastest in one.

    A size of `definitions` grows as what it follows from, such as the layers on a stage.
    """
    _, terms = _fastest(closed, Growing(sizes, more, definitions))
    return total(tuple(terms))


def _fastest(formula: Formula, growing: Growing) -> tuple[int, list[Formula]]:
    """Return the highest degree in the sizes that grow, and the terms that have it."""
    found: list[tuple[int, Formula]] = []
    for term in terms_of(formula):
        if not term.value(growing.sizes):
            continue
        bare, sign = (term.term, Negative) if isinstance(term, Negative) else (term, None)
        degree, kept = 0, []
        for factor in bare.factors if isinstance(bare, Product) else (bare,):
            if isinstance(factor, Sum):
                of_factor, terms = _fastest(factor, growing)
                kept.append(total(tuple(terms)))
            else:
                of_factor, part = _fastest_of_factor(factor, growing)
                kept.append(part)
            degree += of_factor
        made = _flat_product(kept)
        found.append((degree, sign(made) if sign else made))
    highest = max((degree for degree, _ in found), default=0)
    return highest, [term for degree, term in found if degree == highest]


def _fastest_of_factor(factor: Formula, growing: Growing) -> tuple[int, Formula]:
    """Return the degree of a factor that is no sum, and the factor, or of one that can be expanded what leads in it."""
    rational = Rational.of(factor)
    kept = factor if len(rational.laurent()) == 1 else rational.fastest(growing.atoms(rational), growing.sizes)
    return growing.degree(factor), kept


def _flat_product(factors: list[Formula]) -> Formula:
    """Return the product of these: one number, the sums, the sizes in the order of the vocabulary."""
    flat = [part for factor in factors for part in (factor.factors if isinstance(factor, Product) else (factor,))]
    number = prod(part.number for part in flat if isinstance(part, Number))
    rest = sorted((part for part in flat if not isinstance(part, Number)), key=lambda part: _in_order(part, PLACES))
    return product(((Number(exact(Fraction(number))),) if number != 1 or not rest else ()) + tuple(rest))


def _in_order(factor: Formula, places: Mapping[str, int]) -> int:
    """Return where a factor stands in a product: sizes as in the vocabulary, L − K like L, all other sums last."""
    bare = [term.term if isinstance(term, Negative) else term for term in terms_of(factor)]
    if isinstance(factor, Power) or all(isinstance(term, Symbol) for term in bare):
        return places.get(factor.symbols[0].name, len(places))
    return len(places) + isinstance(factor, Sum)


def simplified(formula: Formula, definitions: Definitions) -> Formula:
    """Return a sum as SymPy factors it, in primary sizes; where something is divided, as a sum of short terms."""
    return _simplified(primary(formula, definitions))


@lru_cache(maxsize=4096)
def _simplified(formula: Formula) -> Formula:
    # Each convention of each quantity differs from the next in the same few tables and biases.
    rational = Rational.of(formula)
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
