"""A total at every combination of sizes: whole chunks at once over arrays, each row exact.

What is no valid config is left out and counted, with the rule that it breaks: the same rules that a config is read by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import chain, product
from typing import TYPE_CHECKING, Any

from symbolic.analysis import arrays
from symbolic.analysis.arrays import numpy
from symbolic.analysis.grids import count
from symbolic.analysis.swept_formulas import SweptFormulas
from symbolic.analysis.swept_results import results, wanted
from symbolic.analysis.validity import Rows, named, pattern_sizes
from symbolic.analysis.variants import derived
from symbolic.display import Displayed
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact, Formula, Symbol, exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.inputs import check

if TYPE_CHECKING:
    from symbolic.pages.page import Page

CHUNK = 1 << 17
MOST_DERIVED = 10_000
"""How many combinations are derived one by one."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a sweep: the varied sizes as columns (of fractions, where one is no integer), and the total of each.

    `results` are columns of what follows from the totals.
    """

    columns: Mapping[str, Any]
    totals: Any
    results: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all(self) -> tuple[Any, ...]:
        """Every column, in the order of the names of the sweep."""
        return (*self.columns.values(), self.totals, *self.results.values())


@dataclass
class Sweep(Displayed):
    """All combinations of some sizes' values; iterate over `chunks`, then see what was left out and how.

    `left_out` counts combinations by the rule that they break.
    Every row is evaluated by the general formula of the derivation, so it holds for each of them.
    """

    derivation: Derivation
    values: Mapping[str, Sequence[Exact]]
    left_out: Counter[str] = field(default_factory=Counter)
    results: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """ConfigError where an input can't have one of its values; MissingExtra without NumPy, at once."""
        numpy()
        self.results = wanted(self.derivation.quantity, self.results, self.combinations)
        for name, values in self.values.items():
            if name in self.derivation.inputs.sizes:
                for value in (min(values), max(values)):
                    check(SYMBOLS[name], value)
        self._formulas = SweptFormulas(self.derivation, self.values)

    @property
    def combinations(self) -> int:
        """How many there are, valid or not."""
        return count(self.values)

    def page(self) -> Page:
        """Return a page with the first rows."""
        from symbolic.analysis.sweep_page import sweep_page

        rows = chain.from_iterable(
            zip(*(column.tolist() for column in chunk.all), strict=True) for chunk in self.chunks()
        )
        return sweep_page(self.derivation, list(self.values), rows, self.combinations, self.results)

    @property
    def names(self) -> list[str]:
        """The names of the columns: the sizes that vary, the quantity, and what follows from it."""
        quantity = self.derivation.quantity
        meant = quantity.named_for.replace(" ", "-")
        return [*self.values, quantity.total_column, *(quantity.name if one == meant else one for one in self.results)]

    @property
    def idle(self) -> list[str]:
        """The sizes that vary and that no formula of the total has: they give the same total in each row."""
        if self.derivation.model.architecture.of_one_config:
            return []
        of_model = self.derivation.model.sizes if pattern_sizes(self.derivation.model) else {}
        used = {one.name for one in self._formulas.total.symbols}
        return [name for name in self.values if name not in used and name not in of_model]

    @property
    def starts(self) -> range:
        """Where each chunk begins, as the number of combinations before it."""
        step = self.combinations if self.derivation.model.architecture.of_one_config else CHUNK
        return range(0, self.combinations, step)

    @property
    def may_be_wide(self) -> bool:
        """Whether 64 bits might hold less than all of the totals."""
        if self.derivation.model.architecture.of_one_config:
            return True
        largest = {name: int(max(values) * self._formulas.divisors[name]) for name, values in self.values.items()}
        return self._formulas.may_be_too_wide({**self._formulas.fixed(), **largest})

    def chunks(self) -> Iterator[Chunk]:
        """Yield the valid rows, a chunk of combinations at a time, the last size changing fastest."""
        for start in self.starts:
            yield self.chunk(start)

    def chunk(self, start: int) -> Chunk:
        """Return the valid rows of the chunk that begins there; each chunk stands for itself."""
        made = self._rows(start)
        if not self.results:
            return made
        np = numpy()
        sizes = [
            dict(zip(self.values, row, strict=True)) for row in zip(*map(_exact, made.columns.values()), strict=True)
        ]
        found = list(results(self.derivation, sizes, self.results))
        beside = {}
        for place, name in enumerate(self.results):
            beside[name] = np.empty(len(found), dtype=object)
            beside[name][:] = [row[place] for row in found]
        return replace(made, results=beside)

    def _rows(self, start: int) -> Chunk:
        np = numpy()

        if self.derivation.model.architecture.of_one_config:
            return self._one_by_one()
        combinations = np.arange(start, min(start + CHUNK, self.combinations))
        columns: dict[str, Any] = {}
        for name, table in reversed(self._tables.items()):
            columns[name] = table[combinations % len(table)]
            combinations = combinations // len(table)
        return self._chunk(dict(reversed(columns.items())))

    @cached_property
    def _tables(self) -> dict[str, Any]:
        np = numpy()

        return {
            name: np.array([int(value * self._formulas.divisors[name]) for value in values], dtype=np.int64)
            for name, values in self.values.items()
        }

    def _chunk(self, columns: Mapping[str, Any]) -> Chunk:
        np = numpy()

        many = len(next(iter(columns.values())))
        sizes: dict[str, Any] = {**self._formulas.fixed(), **columns}
        wide = self._formulas.may_be_too_wide(sizes)
        kind = object if wide else np.int64
        if wide:
            sizes = {
                name: size.astype(object) if isinstance(size, np.ndarray) else size for name, size in sizes.items()
            }
        rows = Rows(sizes, np.ones(many, dtype=bool), self.left_out)
        self._check(rows, columns, kind)
        totals = np.zeros(many, dtype=kind)
        kept = np.flatnonzero(rows.valid)
        top, bottom = arrays.evaluated(
            self._formulas.total, {name: _at(size, kept) for name, size in rows.sizes.items()}
        )
        totals[kept] = np.broadcast_to(np.asarray(top // bottom), kept.shape)
        return Chunk(
            {name: self._shown(name, column[rows.valid]) for name, column in columns.items()}, totals[rows.valid]
        )

    def _check(self, rows: Rows, columns: Mapping[str, Any], kind: Any) -> None:
        """Leave out the rows that are no configs, and add the sizes that follow from others."""
        rows.count_layers(self.derivation.model, self._formulas.fixed(), columns, kind)
        for symbol, formula in self._formulas.definitions.items():
            if symbol.is_integer:
                rows.define(symbol.name, self._formulas.in_integers(formula))
        rows.check_pairs(self._formulas.pairs())
        for formula, rule in self._formulas.whole.items():
            rows.must_be_integer(formula, rule)
        for repeat in dict.fromkeys(_repeats(self.derivation)):
            if not isinstance(repeat, Symbol):
                rows.must_not_be_negative(self._formulas.in_integers(repeat), named(repeat))
        rows.check_format(self.derivation.model, self.values)

    def _one_by_one(self) -> Chunk:
        """Return the rows of a network that may have other parts with other sizes: each derived anew."""
        np = numpy()

        if self.combinations > MOST_DERIVED:
            raise ConfigError(
                f"{self.derivation.model.architecture.name} was read off code, so each of the {self.combinations:,} "
                f"combinations is derived anew; give at most {MOST_DERIVED:,}"
            )
        rows: list[tuple[Exact, ...]] = []
        totals = []
        for row in product(*self.values.values()):
            values = dict(zip(self.values, row, strict=True))
            try:
                totals.append(derived(self.derivation, values).total)
                rows.append(row)
            except ConfigError as problem:
                # The rule stands for all rows that break it; what is said has the numbers of this one.
                self.left_out[problem.rule or str(problem).removeprefix(f"{self.derivation.model.name}: ")] += 1
        columns = {
            name: np.array(
                [row[place] for row in rows], dtype=object if self._formulas.divisors[name] > 1 else np.int64
            )
            for place, name in enumerate(self.values)
        }
        return Chunk(columns, np.array(totals, dtype=object))

    def _shown(self, name: str, column: Any) -> Any:
        """Return a column as it was given: 1/2 where it was counted in halves."""
        np = numpy()

        divisor = self._formulas.divisors[name]
        if divisor == 1:
            return column
        return np.array([exact(Fraction(value, divisor)) for value in column.tolist()], dtype=object)


def _repeats(derivation: Derivation) -> Iterable[Formula]:
    return (visit.step.repeat for visit in derivation.general.walk() if visit.step.repeat is not None)


def _exact(column: Any) -> list[Exact]:
    found: list[Exact] = column.tolist()
    return found


def _at(size: Any, rows: Any) -> Any:
    return size[rows] if getattr(size, "shape", ()) else size
