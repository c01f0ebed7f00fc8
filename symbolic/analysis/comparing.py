"""The difference of two totals, split into contributions that sum to it: one change at a time, in a stated order.

First the design: the second model's network at the first model's sizes, part by part. Then the sizes, one after the
other in the order of the vocabulary. Another order would split the same difference otherwise; the sum is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symbolic.analysis.parts import Piece, pieces
from symbolic.analysis.terms import is_smooth
from symbolic.errors import CheckFailed
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Sum, Symbol, exact, total
from symbolic.formulas.rational import Rational
from symbolic.formulas.vocabulary import SYMBOLS, emb_dim, head_dim, n_heads, n_kv_groups
from symbolic.measuring.derivation import Derivation

TOGETHER = frozenset({emb_dim, head_dim, n_heads, n_kv_groups})
"""The width and its division into heads: where one is divided by the other, changing one alone makes no network."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """What the second design adds in a part, in weights of one kind, at the first model's sizes.

    `formula` is None where the two designs name the sizes too differently for one formula to say it.
    """

    part: str
    kind: str
    formula: Formula | None
    value: Exact
    running: Exact


@dataclass(frozen=True, slots=True)
class SizeChange:
    """What setting some sizes to the second model's adds, with all others as they stand at that point."""

    symbols: tuple[Symbol, ...]
    before: tuple[Exact, ...]
    after: tuple[Exact, ...]
    formula: Formula | None
    value: Exact
    running: Exact


@dataclass(frozen=True, slots=True)
class Comparison:
    """The way from one total to another. `start` are the sizes that the second design has at first."""

    first: Derivation
    second: Derivation
    start: Mapping[str, Exact]
    parts: tuple[PartChange, ...]
    sizes: tuple[SizeChange, ...]

    @property
    def of_design(self) -> Exact:
        """What the design adds at the first model's sizes."""
        return exact(sum((Fraction(change.value) for change in self.parts), Fraction(0)))

    @property
    def of_sizes(self) -> Exact:
        """What the sizes add in the second design."""
        return exact(sum((Fraction(change.value) for change in self.sizes), Fraction(0)))


def compare(first: Derivation, second: Derivation) -> Comparison:
    """Return the contributions, in order; CheckFailed unless they sum to the difference."""
    start = _at_first(first, second)
    parts = _parts(first, second, start)
    running = first.total + sum(change.value for change in parts)
    sizes = _sizes(second, start, exact(Fraction(running)))
    end = sizes[-1].running if sizes else running
    added = sum(Fraction(part.value) for part in parts) + sum(Fraction(size.value) for size in sizes)
    if end != second.total or added != second.total - first.total:
        raise CheckFailed(f"the contributions lead to {end} and not to {second.total}; please report this")
    return Comparison(first, second, start, parts, sizes)


def _primary(formula: Formula, derivation: Derivation) -> Formula:
    return algebra.primary(formula, derivation.definitions)


def _at_first(first: Derivation, second: Derivation) -> dict[str, Exact]:
    """Return the second formula's sizes as the first model has them; missing ones by default, else the second's."""
    sizes = second.model.architecture.sizes
    found: dict[str, Exact] = {}
    for symbol in (SYMBOLS[name] for name in second.sizes if SYMBOLS[name] not in second.definitions):
        default = sizes.get(symbol)
        if symbol.name in first.sizes:
            found[symbol.name] = first.sizes[symbol.name]
        elif isinstance(default, int):
            found[symbol.name] = default
        elif isinstance(default, Formula) and all(part.name in first.sizes for part in default.symbols):
            found[symbol.name] = default.value(first.sizes)
        else:
            found[symbol.name] = second.sizes[symbol.name]
    return found


def _parts(first: Derivation, second: Derivation, start: Mapping[str, Exact]) -> tuple[PartChange, ...]:
    groups: dict[tuple[str, str], tuple[list[Piece], list[Piece]]] = {}
    for place, derivation in enumerate((first, second)):
        for piece in pieces(derivation):
            groups.setdefault((piece.part, piece.kind), ([], []))[place].append(piece)
    running: Exact = first.total
    found = []
    for (part, kind), (before, after) in groups.items():
        old = sum(piece.step.in_total for piece in before)
        new = Fraction(sum(_primary(piece.formula, second).value(start) for piece in after))
        value = exact(new - old)
        if not value:
            continue
        running = exact(Fraction(running) + Fraction(value))
        formula = _difference(before, after, first, second)
        known = {**second.sizes, **start, **first.sizes}
        fits = formula is not None and formula.value(known) == value
        found.append(PartChange(part, kind, formula if fits else None, value, running))
    return tuple(found)


def _difference(before: list[Piece], after: list[Piece], first: Derivation, second: Derivation) -> Formula | None:
    """Return the added formula in sizes of both designs: those that both define are replaced, others stay."""
    shared = {
        symbol: formula for symbol, formula in second.definitions.items() if first.definitions.get(symbol) == formula
    }
    family = second.model.architecture.sizes
    stand_ins = {
        symbol: default
        for symbol, default in family.items()
        if symbol.name not in first.sizes and isinstance(default, Formula)
    }
    new = [algebra.primary(piece.formula, {**shared, **stand_ins}) for piece in after]
    old = [algebra.primary(piece.formula, shared) for piece in before]
    try:
        return Rational.of(total((*new, *(Negative(part) for part in old)))).collected()
    except ValueError:
        return None


def _sizes(second: Derivation, start: Mapping[str, Exact], running: Exact) -> tuple[SizeChange, ...]:
    closed = second.general_form
    order = [symbol for symbol in SYMBOLS.values() if symbol in closed.symbols]
    changed = [symbol for symbol in order if start[symbol.name] != second.sizes[symbol.name]]
    divided = bool(Rational.of(closed).element.denom.terms()[0][0]) and not Rational.of(closed).element.denom.is_ground
    groups: list[tuple[Symbol, ...]] = []
    for symbol in changed:
        if divided and symbol in TOGETHER:
            if not any(symbol in group for group in groups):
                groups.append(tuple(one for one in changed if one in TOGETHER))
        else:
            groups.append((symbol,))
    sizes = dict(start)
    found = []
    for group in groups:
        old, new = tuple(sizes[s.name] for s in group), tuple(second.sizes[s.name] for s in group)
        formula = _step(closed, group[0], old[0], new[0]) if len(group) == 1 else _steps(closed, group, old, new)
        before = Fraction(closed.value(sizes))
        sizes |= dict(zip((symbol.name for symbol in group), new, strict=True))
        value = exact(Fraction(closed.value(sizes)) - before)
        running = exact(Fraction(running) + Fraction(value))
        if formula is not None and len(group) > 1 and formula.value(sizes) != value:
            raise CheckFailed(f"the formula of a change is {formula.value(sizes)} and not {value}; please report this")
        found.append(SizeChange(group, old, new, formula, value, running))
    return tuple(found)


def _steps(
    closed: Formula, group: tuple[Symbol, ...], old: tuple[Exact, ...], new: tuple[Exact, ...]
) -> Formula | None:
    """Return what a change of several sizes adds: what stands before each product of them, times its change."""
    if not all(is_smooth(closed, symbol) for symbol in group):
        return None
    rational = Rational.of(closed)
    if len(rational.element.denom.terms()) > 1:
        return None  # divided by a sum
    inside = [atom in group for atom in rational.atoms]
    found: dict[tuple[int, ...], list[Formula]] = {}
    for exponents, coefficient in rational.laurent().items():
        own = tuple(exponent if here else 0 for exponent, here in zip(exponents, inside, strict=True))
        rest = tuple(0 if here else exponent for exponent, here in zip(exponents, inside, strict=True))
        if any(own):
            found.setdefault(own, []).append(rational.term(rest, coefficient))
    terms: list[Formula] = []
    for own, coefficients in found.items():
        product_of_them = rational.term(own, Fraction(1))
        ends = [_with_numbers(product_of_them, dict(zip(group, at, strict=True))) for at in (new, old)]
        before = total(tuple(coefficients))
        change = Sum((ends[0], Negative(ends[1])))
        factors = before.factors if isinstance(before, Product) else (before,)
        terms.append(change if before == Number(1) else Product((*factors, change)))
    return total(tuple(terms))


def _with_numbers(formula: Formula, numbers: Mapping[Symbol, Exact]) -> Formula:
    """Return a formula with numbers in some symbols' places."""

    def number(node: Formula) -> Formula | None:
        return Number(numbers[node]) if isinstance(node, Symbol) and node in numbers else None

    return formula.replace(number)


def _step(closed: Formula, symbol: Symbol, old: Exact, new: Exact) -> Formula | None:
    """Return what a change of one size adds: what stands before each of its powers, times the power's change."""
    if not is_smooth(closed, symbol):
        return None
    terms = []
    for power, coefficient in Rational.of(closed).powers(symbol).items():
        if power < 1:
            if power < 0:
                return None
            continue
        ends = [Number(end) if power == 1 else Power(Number(end), Number(power)) for end in (new, old)]
        change = Sum((ends[0], Negative(ends[1])))
        factors = (
            ()
            if coefficient == Number(1)
            else coefficient.factors
            if isinstance(coefficient, Product)
            else (coefficient,)
        )
        terms.append(Product((*factors, change)) if factors else change)
    return total(tuple(terms))
