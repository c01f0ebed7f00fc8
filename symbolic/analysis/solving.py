"""Which size makes a total: the exact solution of the equation, and the configs nearest to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import floor

from symbolic.analysis.constraints import Constraints, constrained
from symbolic.analysis.roots import numbers
from symbolic.analysis.solution import Solution, solutions
from symbolic.analysis.terms import powers
from symbolic.analysis.variants import contradiction, derived
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Number, Quotient, Symbol, exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation

TRIES, STEPS_READ_OFF_CODE = 1_000, 5_000
"""How many multiples are tried on each side of the solution; a tree that is read off code is made for each of them, so
there it is so many steps of a derivation that are made, of 60 trees at most."""
CLOSE = Fraction(1, 20)
"""A total this near to the target is as good as any other; then the shape decides."""
FAR = Fraction(1, 10)
MOST_TIMES = 8
"""Up to how many times what it is another unknown is tried with."""
MOST_COMBINATIONS = 5_000


class Unreachable(SymbolicError):
    """A target that no size reaches, or no config nearby."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A valid config: the sizes that were changed, its exact total, and how far that is from the target."""

    model: Model
    sizes: Mapping[str, Exact]
    total: int
    off: Fraction


@dataclass(frozen=True, slots=True)
class Solved:
    """One unknown: the equation, its solution, and the valid configs around it (nearest to it first on each side)."""

    derivation: Derivation
    constraints: Constraints
    left: Formula
    target: Fraction
    solution: Solution
    below: tuple[Candidate, ...]
    above: tuple[Candidate, ...]
    at_most: bool

    @property
    def best(self) -> Candidate:
        """The nearest; under a budget, the largest that fits."""
        if self.at_most:
            return self.below[0]
        return min((*self.below[:1], *self.above[:1]), key=lambda one: abs(one.off))


@dataclass(frozen=True, slots=True)
class Feasible:
    """Several unknowns: the valid configs, best first, and how many there were."""

    derivation: Derivation
    constraints: Constraints
    others: tuple[Symbol, ...]
    target: Fraction
    candidates: tuple[Candidate, ...]
    found: int
    at_most: bool


def solve_one(
    derivation: Derivation, unknown: Symbol, target: Fraction, keep: Sequence[str], multiple: int, *, at_most: bool
) -> Solved:
    """Return the size at which the total is the target; Unreachable, with the bound, where there is none."""
    constraints = constrained(derivation, unknown, keep, multiple)
    left = constraints.substituted(derivation.general_form)
    below_it = (node.denominator.symbols for node in left.walk() if isinstance(node, Quotient))
    constraints = replace(constraints, divides=any(unknown in symbols for symbols in below_it))
    sizes = derivation.sizes
    found = solutions(left, Number(exact(target)), unknown, sizes)
    _reachable(derivation, constraints, left, target, found)
    # Of several, the largest: there the total grows with the size.
    solution = found[-1]
    step, least = constraints.step, constraints.least
    start = max(least, floor(solution.root.low / step))
    # A total may also shrink as a size grows: more dense layers are fewer experts.
    ends = [left.value({**sizes, unknown.name: number * step}) for number in (start, start + 1)]
    tries = TRIES
    if derivation.model.architecture.of_one_config:
        tries = min(60, max(8, STEPS_READ_OFF_CODE // sum(1 for _ in derivation.general.walk())))
    down, up = range(start, max(least - 1, start - tries), -1), range(start, start + tries)
    smaller, larger = (down, up) if ends[0] < ends[1] else (up, down)
    below, above = (
        tuple(islice(_valid(derivation, constraints, numbers, target, side), 2))
        for numbers, side in ((smaller, -1), (larger, 1))
    )
    if not below and above and (at_most or above[0].off > FAR):
        raise Unreachable(
            f"{grouped(floor(target))} {derivation.unit} can't be reached: the smallest valid config has "
            f"{unknown.name} {above[0].sizes[unknown.name]} and {grouped(above[0].total)}; loosen a constraint"
        )
    if not below and not above:
        nearest = constraints.sizes(start * step)
        raise Unreachable(
            f"no valid config of {derivation.model.name} is near {unknown.name} {grouped(floor(solution.about))}; "
            f"with {unknown.name} {nearest[unknown.name]}: {contradiction(derivation, nearest)}"
        )
    return Solved(derivation, constraints, left, target, solution, below, above, at_most)


def _reachable(
    derivation: Derivation, constraints: Constraints, left: Formula, target: Fraction, found: Sequence[Solution]
) -> None:
    unknown, sizes = constraints.unknown, derivation.sizes
    smallest = constraints.least * constraints.step
    least = Fraction(left.value({**sizes, unknown.name: smallest}))
    power, term = next(iter(powers(left, unknown, sizes).items()))
    unit = derivation.unit
    if found and found[-1].root.high >= smallest:
        return
    if power > 0 and target < least:
        raise Unreachable(
            f"{grouped(floor(target))} {unit} can't be reached: with {unknown.name} {grouped(smallest)}, the smallest "
            f"that is allowed, there are {grouped(floor(least))} already"
        )
    if power <= 0:
        limit = Fraction(term.value(sizes)) if power == 0 else Fraction(0)
        raise Unreachable(
            f"{grouped(floor(target))} {unit} can't be reached by {unknown.name} alone: as it grows from "
            f"{grouped(smallest)}, the total goes from {grouped(floor(least))} towards {grouped(floor(limit))}"
        )
    raise Unreachable(f"no {unknown.name} above 0 makes {grouped(floor(target))} {unit}; loosen a constraint")


def _valid(
    derivation: Derivation, constraints: Constraints, multiples: range, target: Fraction, side: int
) -> Iterator[Candidate]:
    """Yield the valid configs on one side of the target, in this order."""
    for number in multiples:
        candidate = candidate_at(derivation, constraints.sizes(number * constraints.step), target)
        if candidate and (candidate.total > target) == (side > 0):
            yield candidate


def candidate_at(derivation: Derivation, sizes: Mapping[str, Exact], target: Fraction) -> Candidate | None:
    """Return the config with these sizes and its exact total, derived anew; None where it is not valid."""
    if any(size < SYMBOLS[name].minimum for name, size in sizes.items()):
        return None
    try:
        made = derived(derivation, sizes, same_inputs=True)
    except ConfigError:
        # Sizes that contradict each other, or half a byte too few.
        return None
    if made.total != derivation.general_form.value({**derivation.sizes, **sizes}):
        # Read off code for one config, the network has other parts with these sizes: another equation's total.
        return None
    return Candidate(made.model, sizes, made.total, (made.total - target) / target)


def solve_many(
    derivation: Derivation,
    unknowns: Sequence[Symbol],
    target: Fraction,
    keep: Sequence[str],
    multiple: int,
    *,
    at_most: bool,
) -> Feasible:
    """Return each valid combination of the other unknowns with the first one solved for; best first.

    Within 5 % of the target, the one whose shape (emb_dim / n_layers) is nearest to the model's is best: a total can be
    reached by many shapes, and that of a model that works is a better guess than a few parameters more or less.
    """
    first, *others = unknowns
    constraints = constrained(derivation, first, keep, multiple)
    free = tuple(symbol for symbol in others if symbol not in constraints.factors)
    ranges = [_values(max(1, int(derivation.sizes[symbol.name]))) for symbol in free]
    left = constraints.substituted(derivation.general_form)
    coefficients = powers(left, first, derivation.sizes)
    found: dict[tuple[tuple[str, Exact], ...], Candidate] = {}
    for values in islice(product(*ranges), MOST_COMBINATIONS):
        chosen: dict[str, Exact] = {symbol.name: value for symbol, value in zip(free, values, strict=True)}
        at = numbers(coefficients, {**derivation.sizes, **chosen})
        largest = _largest(at, constraints.step, target)
        for number in (largest, largest + 1):
            sizes = {**chosen, **constraints.sizes(number * constraints.step)}
            candidate = candidate_at(derivation, sizes, target) if number else None
            if candidate and not (at_most and candidate.total > target):
                found[tuple(sorted(sizes.items()))] = candidate
    if not found:
        names = ", ".join(symbol.name for symbol in unknowns)
        raise Unreachable(
            f"no valid config with other {names} comes to {grouped(floor(target))} {derivation.unit}; "
            "loosen a constraint, or solve for one size to see its bound"
        )
    shape = _shape(derivation.model)
    near = [one for one in found.values() if abs(one.off) <= CLOSE]
    ordered = sorted(near, key=lambda one: (_apart(_shape(one.model), shape), abs(one.off)))
    ordered += sorted((one for one in found.values() if abs(one.off) > CLOSE), key=lambda one: abs(one.off))
    return Feasible(derivation, constraints, free, target, tuple(ordered), len(found), at_most)


def _values(here: int) -> Sequence[int]:
    """Return what a size is tried with: every number up to eight times what it is; of large ones, every nth."""
    step = max(1, here // 32)
    return range(step, MOST_TIMES * here + 1, step)


def _largest(coefficients: Mapping[int, Exact], step: Exact, target: Fraction) -> int:
    """Return the largest multiple of the step that does not exceed the target; 0 where none is as small."""

    def total(number: int) -> Exact:
        return sum(Fraction(value) * Fraction(number * step) ** power for power, value in coefficients.items())

    if total(1) > target:
        return 0
    high = 1
    while total(2 * high) <= target and high < 2**60:
        high *= 2
    low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if total(middle) <= target else (low, middle)
    return low


def _shape(model: Model) -> Fraction:
    return Fraction(model.sizes.get("emb_dim", 1), model.sizes.get("n_layers", 1))


def _apart(one: Fraction, other: Fraction) -> Fraction:
    return max(one / other, other / one)
