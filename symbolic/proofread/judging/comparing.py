"""Comparison of a document's total with the model's: parts left out or counted twice, and the fitting convention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from typing import NamedTuple

from symbolic.configs.model import Model
from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Exact
from symbolic.measuring import quantities
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.measuring.derivation import Derivation, derive, derive_each
from symbolic.measuring.quantity import Quantity
from symbolic.measuring.reconciliation import Reconciliation, Row, reconcile
from symbolic.measuring.step import Step
from symbolic.pages.rendering.text_notation import Text
from symbolic.proofread.arithmetic.expression import NumberNode
from symbolic.proofread.arithmetic.units import measured
from symbolic.proofread.judging.verdicts import Finding, Part, TotalComparison
from symbolic.proofread.reading.document import Document

COUNTS = re.compile(r"param|weights|paramètre|Gewichte|参数|權重|权重", re.IGNORECASE)
"""What says that a number near it counts parameters."""
AROUND = 150
NEAR = 5
"""A largest result that is so many times smaller or larger than the true count is no total of this model."""
MOST_PARTS, MOST_SIGNED = 4, 70


class OptionalWeights(NamedTuple):
    """Weights that a document may leave out or count twice: those of one step, or all of a kind."""

    name: str
    formula: str
    size: int
    steps: frozenset[str]


def compare(
    model: Model, quantity: Quantity, findings: tuple[Finding, ...], document: Document
) -> TotalComparison | None:
    """Return the comparison of the document's largest result with the model's total; None if it counts something else.

    A result that is another quantity of the model, such as its cache, memory or FLOPs, is reported as that.
    """
    if (other := _other_quantity(model, quantity, findings)) is not None:
        return other
    found = _total(findings)
    if found is None:
        return None
    written, mended, at = found
    derivation = derive(model, quantity, CONVENTIONS["trainable"])
    if not derivation.total or not derivation.total <= mended * NEAR <= derivation.total * NEAR**2:
        return None
    name, parts = _known(derivation, mended)
    present = _present(derivation.counted_as(CONVENTIONS.get(name, derivation.convention)), frozenset())
    if not name:
        found_parts = _searched(derivation, mended - derivation.total)
        parts = tuple(Part(item.name, item.formula, item.size, times) for item, times in found_parts or ())
        missing = frozenset(step for item, times in found_parts or () if not times for step in item.steps)
        present = _present(derivation, missing) if found_parts else ()
        if not parts and not COUNTS.search(document.text[max(0, at - AROUND) : at + AROUND]):
            return None
    return TotalComparison(
        model=model.name,
        family=model.architecture.title,
        total=derivation.total,
        written=written,
        written_fits=bool(_known(derivation, written)[0]),
        mended=mended,
        convention=name,
        unexplained=not name and not parts,
        parts=parts,
        present=present,
        at=at,
    )


def _other_quantity(model: Model, quantity: Quantity, findings: tuple[Finding, ...]) -> TotalComparison | None:
    """Return the comparison with another quantity if the largest result is its total; None if there is none."""
    ends = [
        side.figure.value
        for finding in findings
        for side in finding.equation.sides[-1:]
        if isinstance(side, NumberNode)
    ]
    largest = max((value for value in ends if isinstance(value, int)), default=0)
    for name in quantities.names() if largest else ():
        other = quantities.find(name)
        if other.name == quantity.name:
            continue
        if largest in _totals(model, other):
            title = other.title.lower() if other.title[1:2].islower() else other.title
            return TotalComparison(
                model.name, model.architecture.title, largest, largest, True, largest, "", quantity=title, at=0
            )
    return None


def _totals(model: Model, quantity: Quantity) -> Iterator[int]:
    """Yield the model's total of a quantity under each convention, until one can't be derived."""
    with suppress(SymbolicError):
        yield from (derivation.total for derivation in derive_each(model, quantity))


def _total(findings: tuple[Finding, ...]) -> tuple[int, int, int] | None:
    """Return the largest result that an equation ends with (as written, as mended, its place); None without one."""
    totals = []
    for finding in findings:
        exact = [side for side in finding.equation.sides if isinstance(side, NumberNode) and not side.figure.rounded]
        if finding.equation.kind not in ("chain", "total") or not exact:
            continue
        last = exact[-1]
        if measured(last) is not None:
            continue
        correct = finding.correct if finding.start == last.start else None
        value: Exact = last.figure.value if correct is None else correct
        if isinstance(value, int) and isinstance(last.figure.value, int):
            totals.append((last.figure.value, value, last.start))
    return max(totals, key=lambda total: total[1]) if totals else None


def _known(derivation: Derivation, mended: int) -> tuple[str, tuple[Part, ...]]:
    """Return the name of the count that gives a total, and the parts that it leaves out or adds; or ("", ())."""
    if mended == derivation.total:
        return derivation.convention.name, ()
    for chain in reconcile(derivation):
        if (rows := _rows(chain, derivation.total, mended)) is not None:
            name = chain.title if chain.other == mended else ", ".join(rows[0].names)
            more = mended > derivation.total
            parts = tuple(_part(row, 2 if more else 0) for row in rows[1])
            return name or chain.title, parts
    return "", ()


def _rows(chain: Reconciliation, total: int, mended: int) -> tuple[Row, tuple[Row, ...]] | None:
    """Return the row of a chain that makes a figure, and the rows between it and the total; None if one is missing."""
    rows = chain.rows
    makes = [row.running for row in rows]
    if mended not in makes or total not in makes:
        return None
    low, high = sorted((makes.index(mended), makes.index(total)))
    return rows[makes.index(mended)], tuple(row for row in rows[low + 1 : high + 1] if row.formula)


def _part(row: Row, times: int) -> Part:
    formula = Text()(row.formula) if row.formula else ""
    return Part(row.label, formula, abs(row.value), times)


def _present(derivation: Derivation, missing: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the weights that are counted."""
    leaves = _leaves(derivation)
    return tuple(dict.fromkeys(name for step, name in leaves if step.value and step.number not in missing))


def _searched(derivation: Derivation, difference: int) -> tuple[tuple[OptionalWeights, int], ...] | None:
    """Return the fewest parts that make the difference when left out (0) or counted twice (2); None if none do."""
    signed = [(item.size * sign, item, sign) for item in _items(derivation) for sign in (-1, 1)][:MOST_SIGNED]
    for count in range(1, MOST_PARTS + 1):
        # So many parts are two halves of them: of pairs there are few enough.
        halves = {sum(value for value, _, _ in half): half for half in combinations(reversed(signed), count // 2)}
        for half in combinations(signed, count - count // 2):
            other = halves.get(difference - sum(value for value, _, _ in half))
            if other is not None and _apart((*other, *half)):
                chosen = sorted((*other, *half), key=signed.index)
                return tuple((item, 0 if sign < 0 else 2) for _, item, sign in chosen)
    return None


def _apart(chosen: tuple[tuple[int, OptionalWeights, int], ...]) -> bool:
    """Return whether no weight is in two of the parts."""
    steps = [step for _, item, _ in chosen for step in item.steps]
    return len(steps) == len(set(steps))


def _items(derivation: Derivation) -> Iterator[OptionalWeights]:
    """Yield the kinds of weights (all biases), then the weights of each step."""
    steps = list(_leaves(derivation))
    kinds: dict[str, list[tuple[Step, str]]] = {}
    for step, name in steps:
        if step.weight is not None:
            kinds.setdefault(step.weight.kind.value, []).append((step, name))
    seen: set[int] = set()
    for kind, members in kinds.items():
        if len(members) > 1:
            size = sum(step.in_total for step, _ in members)
            seen.add(size)
            yield OptionalWeights(kind, "", size, frozenset(step.number for step, _ in members))
    for step, name in steps:
        if step.in_total:
            yield OptionalWeights(name, Text()(step.one), step.in_total, frozenset({step.number}))


def _leaves(derivation: Derivation) -> Iterator[tuple[Step, str]]:
    """Yield each step that measures something, with its name and that of the block around it."""
    for visit in derivation.root.leaves():
        around = [step.name for step in visit.above[-1:] if step.number]
        yield visit.step, " of the ".join((visit.step.name, *around))
