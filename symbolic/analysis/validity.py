"""Which rows of a sweep are valid configs: the rules that a config is read by, over arrays of sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from symbolic.analysis import arrays
from symbolic.analysis.arrays import numpy
from symbolic.configs.model import Model
from symbolic.configs.variants import STORED_OTHERWISE
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Symbol
from symbolic.measuring.changing import Looked
from symbolic.networks.family import Need, Pairs

RULES: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("must equal", lambda a, b: a == b),
    ("must be a multiple of", lambda a, b: a % b == 0),
    ("can't be more than", lambda a, b: a <= b),
)
"""What a family asks of its pairs of sizes: equal ones, multiples, and those that are not above each other."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one chunk: their `sizes` as arrays or as one integer for all, and which are `valid`.

    `left_out` counts the others by the first rule that they break.
    """

    sizes: dict[str, Any]
    valid: Any
    left_out: Counter[str]

    def define(self, name: str, formula: Formula) -> None:
        """Add a size that follows from others; leave out rows in which it would be no integer."""
        np = numpy()

        self.must_be_integer(formula, f"{name} would not be a whole number")
        top, bottom = arrays.evaluated(formula, self.sizes)
        self.sizes[name] = np.broadcast_to(np.asarray(top // bottom), self.valid.shape)

    def must_be_integer(self, formula: Formula, rule: str) -> None:
        """Leave out rows in which a formula is a fraction."""
        top, bottom = arrays.evaluated(formula, self.sizes)
        self._must(top % bottom == 0, rule)

    def must_not_be_negative(self, formula: Formula, written: str) -> None:
        """Leave out rows in which a block would be there less than no times: more dense layers than layers."""
        top, bottom = arrays.evaluated(formula, self.sizes)
        self._must(top * bottom >= 0, f"{written} would be less than 0")

    def check_pairs(self, kinds: tuple[Pairs, Pairs, Pairs]) -> None:
        """Leave out rows whose sizes are not equal, multiples of each other, or in order, as the family needs."""
        for pairs, (says, holds) in zip(kinds, RULES, strict=True):
            for left, right in pairs:
                (a, b), (c, d) = (arrays.evaluated(side, self.sizes) for side in (left, right))
                self._must(holds(a * d, c * b), f"{named(left)} {says} {named(right)}")

    def check_format(self, model: Model, varied: Iterable[str]) -> None:
        """Leave out the rows that the number format stores by another rule."""
        np = numpy()

        stored = model.stored
        names = [name for name in stored.deciding if name in self.sizes] if stored else []
        if stored is None or not set(names) & set(varied):
            return
        shape = self.valid.shape
        rows = np.stack([np.broadcast_to(np.asarray(self.sizes[name], dtype=np.int64), shape) for name in names])
        kinds, kind = np.unique(rows, axis=1, return_inverse=True)
        fits = [
            stored.fits({**model.sizes, **dict(zip(names, one, strict=True))}, model.sizes) for one in kinds.T.tolist()
        ]
        self._must(np.array(fits)[kind.reshape(-1)], STORED_OTHERWISE)

    def count_layers(self, model: Model, fixed: Mapping[str, int], columns: Mapping[str, Any], kind: Any) -> None:
        """Add the number of layers of each kind, read off the config once for all rows that it can't tell apart."""
        np = numpy()

        pattern, symbols = model.architecture.pattern, pattern_sizes(model)
        wanted = [symbol.name for symbol in symbols if symbol.name not in columns]
        if pattern is None or (symbols and not wanted):
            return
        found: dict[str, Any] = {name: np.zeros(len(self.valid), dtype=kind) for name in wanted}
        # A pattern reads the sizes that a config gives, and may look at any of them; rows alike in those are alike.
        keys_of = {symbol.name: model.architecture.keys(symbol) for symbol in symbols}
        fixed = {
            name: size
            for name, size in fixed.items()
            if name not in found or any(key in model.config for key in keys_of[name])
        }
        read = Looked({**fixed, **{name: int(column[0]) for name, column in columns.items()}})
        with suppress(ConfigError):
            pattern.count(model.config, read)
        looked_at = [name for name in columns if name in read.seen] or list(columns)[:1]
        distinct, inverse = np.unique(np.stack([columns[name] for name in looked_at]), axis=1, return_inverse=True)
        inverse = inverse.reshape(-1)
        for index in range(distinct.shape[1]):
            alike = np.flatnonzero(inverse == index)
            first = {name: int(column[alike[0]]) for name, column in columns.items()}
            chosen = {name: int(value) for name, value in zip(looked_at, distinct[:, index], strict=True)}
            try:
                counted = pattern.count(model.config, {**fixed, **first, **chosen})
            except ConfigError as problem:
                self._leave_out(alike, str(problem))
                continue
            for symbol, layers in counted.items():
                if symbol.name in found:
                    found[symbol.name][alike] = layers
        self.sizes.update(found)

    def _must(self, fine: Any, rule: str) -> None:
        np = numpy()

        self._leave_out(np.flatnonzero(~np.broadcast_to(np.asarray(fine), self.valid.shape)), rule)

    def _leave_out(self, rows: Any, rule: str) -> None:
        fresh = rows[self.valid[rows]]
        if len(fresh):
            self.left_out[rule] += len(fresh)
            self.valid[fresh] = False


def pattern_sizes(model: Model) -> tuple[Symbol, ...]:
    """Return the sizes that say how many layers there are of each kind."""
    return tuple(symbol for symbol, need in model.architecture.sizes.items() if need is Need.PATTERN)


def named(formula: Formula) -> str:
    """Return a formula as a rule says it, with the names of its sizes."""
    from symbolic.pages.rendering.text_notation import Text

    return Text()(formula)
