"""Formulas and conditions for numbers that were seen: the simplest that hold in every row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.networks.learned.conditions import All, Among, Compare, Condition, Either, Is, IsGiven, IsNone, Not
from symbolic.networks.learned.description import CacheTensor, Computed, Description, Module, Tensor
from symbolic.networks.learned.looking_up import Sizes
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing import arithmetic as make
from tools.learning.rules import Table, rule

TOKENS = Symbol("tokens", "t", "", "")
CONTEXT = Symbol("context", "t", "", "")
MOST_COVERING = 5
"""So many formulas may cover what one part computes in different builds."""
Names = Mapping[str, Any]


@dataclass(frozen=True)
class Alternative:
    """What holds on a condition."""

    formula: Formula
    where: Condition | bool


class Unrelated(Exception):
    """No formula or condition was found; the message says for what."""


def tensors_of(module: Module) -> Iterator[Tensor]:
    """Every tensor of a tree."""
    for part in module.parts:
        if isinstance(part, Module):
            yield from tensors_of(part)
        elif isinstance(part, Tensor):
            yield part


class Related:
    """Rows of names with values, and what numbers of the same rows can be in them."""

    def __init__(self, description: Description, rows: list[Names], near: str = "") -> None:
        self.description, self.rows, self.near = description, rows, near
        self.atoms = self._atoms()
        self._matrix: tuple[list[Formula], np.ndarray] | None = None
        self._table: Table | None = None

    def _values(self, formula: Formula) -> np.ndarray | None:
        found = []
        for names in self.rows:
            try:
                value = formula.value(Sizes(names))
            except (KeyError, TypeError, ValueError, ArithmeticError, NotImplementedError):
                value = -1
            found.append(value if isinstance(value, int) and value < 2**40 else -1)
        made = np.array(found, dtype=np.int64)
        return made if (made > 0).any() else None

    def _atoms(self) -> list[tuple[Formula, np.ndarray]]:
        """Sizes of the config, then the axes of its tensors."""
        keys = [
            key
            for key, value in self.rows[0].items()
            if any(type(names.get(key)) is int for names in self.rows) and not key.endswith("_id")
        ]
        own = [key for key in keys if key in self.description.keys]
        formulas: list[Formula] = [Symbol(key, key, "", "") for key in (*own, *(key for key in keys if key not in own))]
        axes = {axis: None for tensor in tensors_of(self.description.root) for axis in tensor.axes}
        formulas += sorted((axis for axis in axes if not isinstance(axis, Symbol)), key=lambda one: len(written(one)))
        found = []
        for one in dict.fromkeys(formulas):
            values = self._values(one)
            if values is not None and not isinstance(one, Number):
                found.append((one, values))
        return found

    def candidates(self) -> tuple[list[Formula], np.ndarray]:
        """Formulas, simple ones first, and the values of each in every row; -1 where it has none."""
        if self._matrix is not None:
            return self._matrix
        found: dict[bytes, Formula] = {}
        rows: list[np.ndarray] = []

        def add(formula: Formula, values: np.ndarray) -> None:
            key = values.tobytes()
            if key not in found:
                found[key] = formula
                rows.append(values)

        count = len(self.rows)
        for number in (1, 2, 3, 4, 6, 8, 9, 12, 16):
            add(Number(number), np.full(count, number, dtype=np.int64))
        for formula, values in self.atoms:
            add(formula, values)
        small = self.atoms[:70]
        for formula, values in small:
            for number in (2, 3, 4):
                add(make.times(Number(number), formula), np.where(values > 0, values * number, -1))
                even = (values > 0) & (values % number == 0)
                add(make.floored(make.over(formula, Number(number))), np.where(even, values // number, -1))
            add(make.plus(formula, Number(-1)), np.where(values > 1, values - 1, -1))
            add(make.plus(formula, Number(1)), np.where(values > 0, values + 1, -1))
        for (one, left), (two, right) in itertools.combinations_with_replacement(small, 2):
            both = (left > 0) & (right > 0)
            add(make.times(one, two), np.where(both, left * right, -1))
        for (one, left), (two, right) in itertools.permutations(small[:40], 2):
            both = (left > 0) & (right > 0)
            safe = np.where(right > 0, right, 1)
            add(make.floored(make.over(one, two)), np.where(both & (left >= safe), left // safe, -1))
            add(make.plus(one, two), np.where(both, left + right, -1))
            add(make.plus(one, make.negative(two)), np.where(both & (left > right), left - right, -1))
        symbols = [pair for pair in small if isinstance(pair[0], Symbol) and pair[0].name in self.description.keys][:18]
        for three in itertools.combinations(symbols, 3):
            all_there = np.logical_and.reduce([values > 0 for _, values in three])
            product = three[0][1] * three[1][1] * three[2][1]
            formula = make.times(make.times(three[0][0], three[1][0]), three[2][0])
            add(formula, np.where(all_there, product, -1))
        self._matrix = (list(found.values()), np.stack(rows))
        return self._matrix

    def simple(self) -> Iterator[tuple[Formula, np.ndarray]]:
        """Numbers, sizes, and sizes with one more or less; what has no value in a row is -1 there."""
        for number in (1, 2, 3, 4, 8, 16, 32, 64, 128, 256):
            yield Number(number), np.full(len(self.rows), number, dtype=np.int64)
        yield from self.atoms
        for by in (-1, 1):
            for formula, values in self.atoms:
                if isinstance(formula, Symbol):
                    yield make.plus(formula, Number(by)), np.where(values > -min(by, 0), values + by, -1)

    def table(self) -> Table:
        """The conditions that rows may be told apart by."""
        if self._table is None:
            conditions = list(dict.fromkeys(self._conditions()))
            truth = np.array([[one.holds(names) for one in conditions] for names in self.rows], dtype=bool)
            self._table = Table(conditions, truth.reshape(len(self.rows), len(conditions)))
        return self._table

    def _conditions(self) -> Iterator[Condition]:
        for key in self.description.keys:
            seen = [names.get(key) for names in self.rows]
            yield from self._of_key(key, seen)
        yield from _parts_of(self.description.root)
        for key in self.rows[0]:
            if key not in self.description.keys:
                yield from self._of_key(key, [names.get(key) for names in self.rows])

    def _of_key(self, key: str, seen: list[Any]) -> Iterator[Condition]:
        if any(isinstance(value, bool) for value in seen) or (any(seen) and not all(seen)):
            yield IsGiven(key)
        if any(value is None for value in seen):
            yield IsNone(key)
        for word in sorted({value for value in seen if isinstance(value, str)}):
            yield Is(key, word)
        lists = [value for value in seen if isinstance(value, list)]
        for word in sorted({one for value in lists for one in value if isinstance(one, str)}):
            yield Is(f"{key}[i]", word)
        if lists and all(isinstance(one, int) for value in lists for one in value):
            yield Among(Symbol("i", "i", "", ""), key)
            yield IsGiven(f"{key}[i]")

    def when(self, yes: np.ndarray, free: np.ndarray | None = None) -> Condition | bool:
        """The condition that holds on these rows and on no other; it may do as it likes on free ones."""
        kept = np.ones(len(self.rows), bool) if free is None else ~free
        table = self.table()
        found = rule(yes[kept], Table(table.conditions, table.truth[kept]))
        if found is None:
            raise Unrelated("no condition tells where it is")
        return found

    def cover(self, wanted: np.ndarray) -> list[Formula]:
        """The fewest formulas of which one makes each number that is positive."""
        formulas, matrix = self.candidates()
        equal = matrix == wanted
        left, chosen = wanted > 0, []
        while left.any():
            covered = (equal & left).sum(1)
            best = int(covered.argmax())
            if not covered[best] or len(chosen) == MOST_COVERING:
                raise Unrelated(f"no formula makes {int(wanted[int(np.flatnonzero(left)[0])])} of the sizes")
            chosen.append(best)
            left &= ~equal[best]
        return [formulas[at] for at in chosen]

    def conditions(self, fits: list[np.ndarray], there: np.ndarray) -> list[Condition | bool]:
        """For each of several ways the condition on which it is taken: one that fits for each row that is there."""
        if len(fits) == 1:
            return [True if there.all() else self.when(there)]
        found = []
        for number, fit in enumerate(fits):
            others = np.logical_or.reduce([other for at, other in enumerate(fits) if at != number])
            found.append(self.when(there & fit & ~others, there & fit & others))
        holds = np.array([[_holds(where, names) for names in self.rows] for where in found])
        # Where two ways fit, each condition may do as it likes: the first that holds is taken.
        for number in range(1, len(found)):
            if (holds[number] & holds[:number].any(0)).any():
                free = there & fits[number] & holds[:number].any(0)
                found[number] = self.when(there & fits[number] & ~holds[:number].any(0), np.zeros_like(free))
                holds[number] = [_holds(found[number], names) for names in self.rows]
        if not (holds.sum(0) == there).all():
            raise Unrelated("no conditions tell its formulas apart")
        if not all((fit | ~holds[number]).all() for number, fit in enumerate(fits)):
            raise Unrelated("a formula does not hold where its condition does")
        return found

    def alternatives(self, wanted: np.ndarray) -> list[Alternative]:
        """Formulas that make the numbers in every row where they are positive, each with its condition."""
        formulas = self.cover(wanted)
        fits = [(values == wanted) & (wanted > 0) for one in formulas if (values := self._values(one)) is not None]
        return [
            Alternative(formula, where)
            for formula, where in zip(formulas, self.conditions(fits, wanted > 0), strict=True)
        ]


def _holds(where: Condition | bool, names: Names) -> bool:
    return where if isinstance(where, bool) else where.holds(names)


def _parts_of(module: Module) -> Iterator[Condition]:
    """The comparisons in a description's conditions, each alone."""
    for part in module.parts:
        if not isinstance(part, Computed | CacheTensor):
            yield from _atomic(part.where)
        if isinstance(part, Module):
            for _length, where in part.repeat:
                yield from _atomic(where)
            yield from _parts_of(part)


def _atomic(where: Condition | None) -> Iterator[Condition]:
    if isinstance(where, All | Either):
        for one in where.parts:
            yield from _atomic(one)
    elif isinstance(where, Not):
        yield from _atomic(where.part)
    elif where is not None:
        yield where


def names_in(alternatives: Iterable[Alternative]) -> set[str]:
    """The keys that formulas and conditions name."""
    found: set[str] = set()
    for one in alternatives:
        found |= {symbol.name for symbol in one.formula.symbols}
        if isinstance(one.where, Condition):
            for part in _atomic(one.where):
                match part:
                    case IsGiven(name=name) | IsNone(name=name) | Is(name=name):
                        found.add(name)
                    case Among(item=item, name=name):
                        found |= {name, *(symbol.name for symbol in item.symbols)}
                    case Compare(left=left, right=right):
                        found |= {symbol.name for side in (left, right) for symbol in side.symbols}
    return {name.partition("[")[0] for name in found} - {"i", "j", "tokens", "context"}
