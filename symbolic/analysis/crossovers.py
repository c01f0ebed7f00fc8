"""Crossovers: the sizes at which two parts of a network come to the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbolic import algebra
from symbolic.analysis.solution import Solution, solutions
from symbolic.derivation import Derivation, Step
from symbolic.formula import Formula, Number, Product, total
from symbolic.rational import Rational

OUTSIDE = frozenset({"embedding", "position", "head", "patch-embedding", "classifier"})
MIXERS = frozenset({"attention", "linear-attention", "state-space"})
FEED_FORWARD = frozenset({"feed-forward", "experts", "router"})


@dataclass(frozen=True, slots=True)
class Crossover:
    """Two parts, what each comes to here, and each size that, changed alone, makes them equal."""

    names: tuple[str, str]
    formulas: tuple[Formula, Formula]
    values: tuple[int, int]
    solutions: tuple[Solution, ...]


PAIRS: tuple[tuple[tuple[str, Callable[[str, bool], bool]], tuple[str, Callable[[str, bool], bool]]], ...] = (
    (
        ("embeddings and output head", lambda role, inside: role in OUTSIDE and not inside),
        ("the layers", lambda _, inside: inside),
    ),
    (
        ("attention", lambda role, inside: role in MIXERS and inside),
        ("the feed-forward networks", lambda role, inside: role in FEED_FORWARD and inside),
    ),
)


def crossovers(derivation: Derivation) -> tuple[Crossover, ...]:
    """Every pair of parts that the network has, with the sizes at which they are equal."""
    found = []
    for (left, is_left), (right, is_right) in PAIRS:
        parts = [part_formula(derivation, chosen) for chosen in (is_left, is_right)]
        if any(part == Number(0) for part in parts):
            continue
        one, other = parts
        symbols = tuple(dict.fromkeys((*one.symbols, *other.symbols)))
        solved = tuple(
            solution for symbol in symbols for solution in solutions(one, other, symbol, derivation.sizes)
        )
        values = (int(one.value(derivation.sizes)), int(other.value(derivation.sizes)))
        found.append(Crossover((left, right), (one, other), values, solved))
    return tuple(found)


def part_formula(derivation: Derivation, chosen: Callable[[str, bool], bool]) -> Formula:
    """All steps of the chosen roles, their repeats included, as one formula in the primary sizes."""
    model, root = derivation.model, derivation.root
    definitions = {**derivation.definitions, **dict.fromkeys(model.absent, Number(0))}
    parts = tuple(
        Product((*repeats, step.one)) if repeats else step.one
        for below in root.steps
        for step, repeats in _blocks(below, () if root.repeat is None else (root.repeat,), inside=False)
        if chosen(step.role, below.role == "layer" or step is not below)
    )
    return Rational.of(algebra.primary(total(parts), definitions)).collected() if parts else Number(0)


def _blocks(step: Step, above: tuple[Formula, ...], *, inside: bool) -> list[tuple[Step, tuple[Formula, ...]]]:
    """A part outside the layers as it is; of a stack of layers its parts, with the repeats around them."""
    repeats = above if step.repeat is None else (*above, step.repeat)
    if step.role == "layer" and not inside:
        return [pair for below in step.steps for pair in _blocks(below, repeats, inside=True)]
    return [(step, repeats)]
