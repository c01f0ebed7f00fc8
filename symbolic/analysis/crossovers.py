"""Crossovers: the sizes at which two parts of a network come to the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from symbolic.analysis.parts import PRODUCTS, Piece, pieces
from symbolic.analysis.solution import Solution, solutions
from symbolic.formulas import algebra
from symbolic.formulas.formula import Exact, Formula, Number, exact, total
from symbolic.formulas.rational import Rational
from symbolic.language import lazy as _
from symbolic.measuring import results
from symbolic.measuring.derivation import Derivation

Chosen: TypeAlias = Callable[[Piece], bool]
OUTSIDE = frozenset({"embeddings", "positions", "patches", "classifier", "output head"})
MIXERS = frozenset({"attention", "linear attention", "state space"})
FEED_FORWARD = frozenset({"feed-forward", "experts", "routers"})


@dataclass(frozen=True, slots=True)
class Crossover:
    """Two parts, what each comes to here, and each size that, changed alone, makes them equal."""

    names: tuple[str, str]
    formulas: tuple[Formula, Formula]
    values: tuple[Exact, Exact]
    solutions: tuple[Solution, ...]


PAIRS: tuple[tuple[tuple[str, Chosen], tuple[str, Chosen]], ...] = (
    (
        (_("embeddings and output head"), lambda piece: not piece.in_layer and piece.part in OUTSIDE),
        (_("the layers"), lambda piece: piece.in_layer),
    ),
    (
        (_("attention"), lambda piece: piece.in_layer and piece.part in MIXERS),
        (_("the feed-forward networks"), lambda piece: piece.in_layer and piece.part in FEED_FORWARD),
    ),
    (
        (_("attention's own products"), lambda piece: piece.in_layer and piece.kind == PRODUCTS),
        (_("the feed-forward networks"), lambda piece: piece.in_layer and piece.part in FEED_FORWARD),
    ),
    (
        (_("attention's own products"), lambda piece: piece.in_layer and piece.kind == PRODUCTS),
        (_("all products with weights in the layers"), lambda piece: piece.in_layer and piece.kind != PRODUCTS),
    ),
)


def crossovers(derivation: Derivation) -> tuple[Crossover, ...]:
    """Return every pair of parts that the network has, with the sizes at which they are equal."""
    found = []
    for (left, is_left), (right, is_right) in PAIRS:
        parts = (part_formula(derivation, is_left), part_formula(derivation, is_right))
        if all(part.value(derivation.sizes) for part in parts):
            found.append(_crossover((left, right), parts, derivation))
    if derivation.quantity.name == "kv-cache":
        weights = results.companion(derivation, "weight-memory")
        both = (derivation.general_form, weights.general_form)
        found.append(_crossover((_("the cache"), _("the weights")), both, derivation, weights))
    return tuple(found)


def _crossover(
    names: tuple[str, str], parts: tuple[Formula, Formula], derivation: Derivation, other: Derivation | None = None
) -> Crossover:
    one, two = parts
    sizes = {**(other.sizes if other else {}), **derivation.sizes}
    symbols = tuple(dict.fromkeys((*one.symbols, *two.symbols)))
    solved = tuple(
        solution for symbol in symbols if symbol.is_integer for solution in solutions(one, two, symbol, sizes)
    )
    values = (exact(one.value(sizes)), exact(two.value(sizes)))
    return Crossover(names, parts, values, solved)


def part_formula(derivation: Derivation, chosen: Chosen) -> Formula:
    """Return all chosen leaves, with their repeats, as one formula in the primary sizes."""
    parts = tuple(piece.formula for piece in pieces(derivation) if chosen(piece))
    return Rational.of(algebra.primary(total(parts), derivation.definitions)).collected() if parts else Number(0)
