"""A total at every combination of sizes: whole chunks at once over arrays, each row exact.

What is no valid config is left out and counted, with the rule that it breaks: the same rules that a config is read by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from symbolic.analysis import arrays
from symbolic.analysis.grids import count
from symbolic.analysis.variants import variant
from symbolic.analysis.whole import with_numbers
from symbolic.errors import ConfigError
from symbolic.formulas import algebra
from symbolic.formulas.formula import Formula, Quotient, Symbol
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation, derive
from symbolic.measuring.inputs import check
from symbolic.networks.blocks import axes, leaves

CHUNK = 1 << 17
RULES: tuple[tuple[str, Callable[[Any, Any], Any]], ...] = (
    ("must equal", lambda a, b: a == b),
    ("must be a multiple of", lambda a, b: a % b == 0),
    ("can't be more than", lambda a, b: a <= b),
)
"""What a family asks of its pairs of sizes: equal ones, multiples, and those that are not above each other."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a sweep: the varied sizes as columns, and the total of each."""

    columns: Mapping[str, Any]
    totals: Any


@dataclass
class Sweep:
    """All combinations of some sizes' values; iterate over `chunks`, then see what was left out and how.

    `left_out` counts combinations by the rule that they break; `wide` the chunks that needed Python's integers.
    """

    derivation: Derivation
    values: Mapping[str, Sequence[int]]
    left_out: Counter[str] = field(default_factory=Counter)
    wide: int = 0

    def __post_init__(self) -> None:
        """ConfigError where an input can't have one of its values."""
        for name, values in self.values.items():
            if name in self.derivation.inputs.sizes:
                for value in (min(values), max(values)):
                    check(SYMBOLS[name], value)
        self._formulas: dict[tuple[bool, ...], Formula] = {}
        varied = set(self.values)
        self._definitions = {s: f for s, f in self.derivation.definitions.items() if s.name not in varied}

    @property
    def combinations(self) -> int:
        """How many there are, valid or not."""
        return count(self.values)

    def chunks(self) -> Iterator[Chunk]:
        """The valid rows, a chunk of combinations at a time, the last size changing fastest."""
        import numpy as np

        lengths = tuple(len(one) for one in self.values.values())
        tables = {name: np.array(one, dtype=np.int64) for name, one in self.values.items()}
        for start in range(0, self.combinations, CHUNK):
            places = np.unravel_index(np.arange(start, min(start + CHUNK, self.combinations)), lengths)
            yield self._chunk({name: tables[name][place] for name, place in zip(tables, places, strict=True)})

    def _chunk(self, columns: Mapping[str, Any]) -> Chunk:
        import numpy as np

        rows = len(next(iter(columns.values())))
        valid = np.ones(rows, dtype=bool)
        sizes: dict[str, Any] = {**self._fixed(), **columns}
        wide = self._too_wide(sizes)
        if wide:
            self.wide += 1
            sizes = {
                name: size.astype(object) if isinstance(size, np.ndarray) else size for name, size in sizes.items()
            }
        sizes |= self._patterns(columns, valid)
        self._define(sizes, valid)
        self._rules(sizes, valid)
        totals = np.zeros(rows, dtype=object if wide else np.int64)
        for absent, group in self._groups(sizes, valid):
            formula = self._formula(absent, columns, group)
            top, bottom = arrays.evaluated(formula, {name: _at(size, group) for name, size in sizes.items()})
            whole = np.broadcast_to(np.asarray(top % bottom == 0), group.shape)
            self._leave_out(valid, group[~whole], "the total is not a whole number")
            totals[group] = np.broadcast_to(np.asarray(top // bottom), group.shape)
        return Chunk({name: column[valid] for name, column in columns.items()}, totals[valid])

    def _fixed(self) -> dict[str, Any]:
        defined = {symbol.name for symbol in self._definitions}
        return {
            name: size
            for name, size in self.derivation.sizes.items()
            if name not in self.values and name not in defined and isinstance(size, int)
        }

    def _too_wide(self, sizes: Mapping[str, Any]) -> bool:
        """Whether anything on the way could be larger than 64 bits hold."""
        largest = {name: max(int(_most(size)), 1) for name, size in sizes.items()}
        largest |= {name: max(largest.get(name, 1), 1) for name in self.derivation.sizes if name not in largest}
        layers = max(largest.get("n_layers", 1), largest.get("n_decoder_layers", 1))
        # No kind of layer has more than there are layers.
        largest |= {symbol.name: max(layers, largest.get(symbol.name, 1)) for symbol in self._pattern_sizes()}
        for symbol, formula in self._definitions.items():
            largest[symbol.name] = arrays.fraction(with_numbers(formula, self.derivation.sizes)).bound(largest)
        formulas = [*self._definitions.values(), *self._divided_axes(), self._whole_formula(self.derivation)]
        bounds = [arrays.fraction(with_numbers(one, self.derivation.sizes)).bound(largest) for one in formulas]
        # Pairs are compared across their denominators.
        bounds += [
            arrays.fraction(left).bound(largest) * arrays.fraction(right).bound(largest)
            for left, right in self._pairs()
        ]
        return max(bounds) >= arrays.FITS

    def _pairs(self) -> list[tuple[Formula, Formula]]:
        family = self.derivation.model.architecture
        return [*family.equal, *family.multiples, *family.at_most]

    def _pattern_sizes(self) -> tuple[Symbol, ...]:
        from symbolic.networks.family import Need

        sizes = self.derivation.model.architecture.sizes
        return tuple(symbol for symbol, need in sizes.items() if need is Need.PATTERN)

    def _patterns(self, columns: Mapping[str, Any], valid: Any) -> dict[str, Any]:
        """The number of layers of each kind: read off the config once for all rows that it can't tell apart."""
        import numpy as np

        model = self.derivation.model
        pattern = model.architecture.pattern
        if pattern is None:
            return {}
        found: dict[str, Any] = {symbol.name: np.zeros(len(valid), dtype=np.int64) for symbol in self._pattern_sizes()}
        # A pattern is told the sizes that a config gives, and may look at any of them; rows alike in those are alike.
        read = _Read({**self._fixed(), **{name: int(column[0]) for name, column in columns.items()}})
        with suppress(ConfigError):
            pattern.count(model.config, read)
        looked_at = [name for name in columns if name in read.seen] or list(columns)[:1]
        keys = np.stack([columns[name] for name in looked_at])
        distinct, inverse = np.unique(keys, axis=1, return_inverse=True)
        inverse = inverse.reshape(-1)
        for index in range(distinct.shape[1]):
            rows = np.flatnonzero(inverse == index)
            chosen = {name: int(value) for name, value in zip(looked_at, distinct[:, index], strict=True)}
            try:
                counted = pattern.count(model.config, {**self._fixed(), **_first(columns, rows), **chosen})
            except ConfigError as problem:
                self._leave_out(valid, rows, str(problem))
                continue
            for symbol, layers in counted.items():
                found[symbol.name][rows] = layers
        varied = set(columns)
        return {name: column for name, column in found.items() if name not in varied}

    def _define(self, sizes: dict[str, Any], valid: Any) -> None:
        """The sizes that follow from others; a row in which one is not whole is left out."""
        import numpy as np

        for symbol, formula in self._definitions.items():
            top, bottom = arrays.evaluated(with_numbers(formula, self.derivation.sizes), sizes)
            shape = valid.shape
            whole = np.broadcast_to(np.asarray(top % bottom == 0), shape)
            self._leave_out(valid, np.flatnonzero(~whole), f"{symbol.name} would not be a whole number")
            sizes[symbol.name] = np.broadcast_to(np.asarray(top // bottom), shape)

    def _rules(self, sizes: Mapping[str, Any], valid: Any) -> None:
        """The pairs of sizes that a family needs equal, multiples of each other, or not above each other."""
        import numpy as np

        family = self.derivation.model.architecture
        for pairs, (says, holds) in zip((family.equal, family.multiples, family.at_most), RULES, strict=True):
            for left, right in pairs:
                (a, b), (c, d) = (arrays.evaluated(side, sizes) for side in (left, right))
                fine = np.broadcast_to(np.asarray(holds(a * d, c * b)), valid.shape)
                self._leave_out(valid, np.flatnonzero(~fine), f"{_named(left)} {says} {_named(right)}")
        for axis in self._divided_axes():
            top, bottom = arrays.evaluated(axis, sizes)
            whole = np.broadcast_to(np.asarray(top % bottom == 0), valid.shape)
            self._leave_out(valid, np.flatnonzero(~whole), f"{_named(axis)} would not be a whole number")

    def _divided_axes(self) -> list[Formula]:
        found = (axis for leaf in leaves(self.derivation.model.network) for axis in axes(leaf.part))
        return [axis for axis in dict.fromkeys(found) if any(isinstance(node, Quotient) for node in axis.walk())]

    def _leave_out(self, valid: Any, rows: Any, rule: str) -> None:
        import numpy as np

        fresh = rows[valid[rows]]
        if len(fresh):
            self.left_out[rule] += int(np.size(fresh))
            valid[fresh] = False

    def _groups(self, sizes: Mapping[str, Any], valid: Any) -> Iterator[tuple[tuple[bool, ...], Any]]:
        """Valid rows that have the same kinds of layer: a kind of which there is none is no part of the formula."""
        import numpy as np

        rows = np.flatnonzero(valid)
        if not len(rows):
            return
        repeats = self._repeats()
        if not repeats:
            yield (), rows
            return
        empty = [np.asarray(arrays.evaluated(repeat, sizes)[0] == 0) for repeat in repeats]
        none = np.stack([np.broadcast_to(one, valid.shape)[rows] for one in empty])
        distinct, inverse = np.unique(none, axis=1, return_inverse=True)
        for index in range(distinct.shape[1]):
            yield tuple(map(bool, distinct[:, index])), rows[inverse.reshape(-1) == index]

    def _repeats(self) -> list[Formula]:
        """How often blocks repeat, where that can be never: a difference, or a number that the pattern gives."""
        pattern = self._pattern_sizes()
        blocks = (block for leaf in leaves(self.derivation.model.network) for block in leaf.path)
        repeats = dict.fromkeys(repeat for block in blocks for repeat in (block.repeat, block.active) if repeat)
        return [one for one in repeats if not isinstance(one, Symbol) or one in pattern or one.minimum < 1]

    def _formula(self, absent: tuple[bool, ...], columns: Mapping[str, Any], rows: Any) -> Formula:
        """The total of these rows, derived anew from a config of one of them."""
        if absent not in self._formulas:
            derivation = self.derivation
            chosen = {name: int(column[rows[0]]) for name, column in columns.items()}
            inputs = {name: value for name, value in chosen.items() if name in derivation.inputs.sizes}
            of_model = {name: value for name, value in chosen.items() if name not in inputs}
            model = variant(derivation.model, of_model) if of_model else derivation.model
            given = {**derivation.inputs.given, **inputs}
            self._formulas[absent] = self._whole_formula(
                derive(model, derivation.quantity, derivation.convention, given)
            )
        return self._formulas[absent]

    def _whole_formula(self, derivation: Derivation) -> Formula:
        definitions = {s: f for s, f in derivation.definitions.items() if s.name not in self.values}
        return with_numbers(algebra.primary(derivation.root.formula, definitions), derivation.sizes)


class _Read(dict[str, int]):
    """Sizes that remember which of them were looked at."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        super().__init__(sizes)
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> int:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


def _first(columns: Mapping[str, Any], rows: Any) -> dict[str, int]:
    return {name: int(column[rows[0]]) for name, column in columns.items()}


def _at(size: Any, rows: Any) -> Any:
    return size[rows] if getattr(size, "shape", ()) else size


def _most(size: Any) -> int:
    return int(size.max()) if hasattr(size, "max") else int(size)


def _named(formula: Formula) -> str:
    from symbolic.pages.rendering.notation import Text

    return Text()(formula)
