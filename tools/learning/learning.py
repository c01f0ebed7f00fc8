"""From builds to a description: which tensors there are, on which conditions, with which shapes, how often."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from symbolic.formulas.formula import Formula, Negative, Number, Product, Sum, Symbol
from symbolic.formulas.functions import Minimum
from symbolic.networks.learned.conditions import Among, Compare, Condition, Is, IsGiven, IsNone, Not
from symbolic.networks.learned.description import FIXED
from symbolic.networks.learned.looking_up import Sizes, Values, look_up
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing.construction import TracedTensor
from tools.learning.rules import Table, rule
from tools.learning.sampling import START, Entangled, Sampler
from tools.learning.subject import LAYERS, Subject

Index = tuple[int, ...]
I, J = Symbol("i", "i", "", ""), Symbol("j", "j", "", "")


class Unlearned(Exception):
    """What could not be learned, and why."""


@dataclass
class Observation:
    """A config and the tensors that the real class made of it."""

    given: dict[str, Any]
    raw: dict[str, Any]
    values: dict[str, Any]
    formulas: dict[str, Any]
    tensors: list[TracedTensor]
    found: dict[str, dict[Index, TracedTensor]] = field(default_factory=dict)
    extents: dict[tuple[str, Index], int] = field(default_factory=dict)


@dataclass
class Entry:
    """A tensor of a description."""

    pattern: str
    owner: str
    axes: tuple[Formula, ...]
    tied_to: str
    buffer: bool
    where: Condition | bool


@dataclass
class Settled:
    """What the config class makes of a key on a condition: a formula, a plain value, or a list of such items."""

    key: str
    made: Any
    where: Condition | bool


@dataclass
class Listed:
    """A list that the config class makes: how long, and what stands at each place."""

    length: Formula
    items: list[tuple[Any, Condition | bool]]


@dataclass
class Description:
    """All tensors of a type, how often each stack repeats, and what the config class makes of its keys."""

    settled: list[Settled]

    stacks: dict[str, list[tuple[Formula, Condition | bool]]]
    entries: list[Entry]


class Learner:
    """Learns the description of one type."""

    def __init__(self, subject: Subject, seed: int = 1, seconds: float = 40) -> None:
        self.subject = subject
        self.sampler = Sampler(subject, seed)
        self.observations: list[Observation] = []
        self.literal: dict[str, bool] = {}
        self.compared: set[tuple[Formula, str, Formula]] = set()
        self.contained: set[tuple[Formula, Formula]] = set()
        self.ranges: set[Formula] = set()
        self.until = time.process_time() + seconds
        self.samples: list[dict[str, Any]] = []
        self._watch()

    def _watch(self) -> None:
        from symbolic.networks.tracing.comparisons import LOG

        mine = self.sampler.mine

        def both() -> None:
            mine()
            self.compared.update(LOG.compared)
            self.contained.update(LOG.contained)
            self.ranges.update(LOG.ranges)

        self.sampler.mine = both  # type: ignore[method-assign]

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        """A config's values under the names that formulas use."""
        part = f"{self.subject.part}." if self.subject.part else ""
        return {path.removeprefix(part): given.get(path, key.default) for path, key in self.subject.keys.items()} | {
            path.removeprefix(part): value for path, value in given.items()
        }

    def observe(self, given: dict[str, Any]) -> Observation | None:
        """Build a config and keep what came out."""
        made = self.sampler.made(given)
        if made is None:
            return None
        raw = self.values(given)
        after = {self._name(path): value for path, value in made.after.items()}
        formulas = {self._name(path): value for path, value in made.formulas.items()}
        return Observation(given, raw, {**raw, **after}, formulas, [_dotted(one) for one in made.tensors])

    def learn(self) -> Description:
        """Explore, then fit and try on new configs until none contradicts."""
        sampler = self.sampler
        contexts = self._explored()
        self.observations = [made for given in contexts if (made := self.observe(given))]
        for given in contexts:
            for path, good in sampler.relevant.items():
                if path not in sampler.switches and not isinstance(good[0], list):
                    continue
                for value in good[: 8 if given == sampler.base else 2]:
                    made = self.observe({**given, path: value})
                    if made:
                        self.observations.append(made)
        for context in contexts:
            for _ in range(2):
                self._sample(0.8, start=context, frozen=sampler.switches)
        for _ in range(20):
            self._sample(0.5)
        self._deep()
        description = self.fit()
        for _ in range(8):
            wrong = []
            for _ in range(25):
                given = sampler.sample(sampler.random.choice((0.3, 0.5, 0.85)))
                made = self.observe(given) if given else None
                if made and difference(description, made):
                    wrong.append(made)
            if not wrong or time.process_time() > self.until:
                break
            self.observations += wrong
            for _ in range(25):
                self._sample(0.6)
            description = self.fit()
        return description

    def _explored(self) -> list[dict[str, Any]]:
        """Configs with one switch thrown each; a tower that keys outside of its part change is not cut off."""
        while True:
            self.sampler.start()
            try:
                return self.sampler.explore(14)
            except Entangled as found:
                self.sampler.whole.add(str(found))
                self.sampler.cache.clear()
                self.sampler.rough.clear()
                self.sampler.until = time.process_time() + 25

    def _deep(self) -> None:
        """Observe the defaults as they are: what holds for few layers need not hold for many."""
        made = self.observe(dict(START.get(self.subject.model_type, {})))
        if made:
            self.observations.append(made)

    def _sample(self, share: float, **how: Any) -> None:
        given = self.sampler.sample(share, **how)
        made = self.observe(given) if given else None
        if made:
            self.observations.append(made)

    def fit(self) -> Description:
        """The description of all observations so far."""
        self._index()
        self._conditions()
        stacks = self._stacks()
        entries: list[Entry] = []
        patterns = list(dict.fromkeys(pattern for one in self.observations for pattern in one.found))
        self._tables: dict[tuple[str, ...], tuple[Table, list[tuple[Observation, Index]]]] = {}
        self._rules: dict[tuple[tuple[str, ...], bytes], Any] = {}
        for pattern in patterns:
            entries += self._entries(pattern)
        return Description(self._settled(_used(stacks, entries)), stacks, entries)

    # Names: which numbers count, and which are part of a name.

    def _index(self) -> None:
        """Sort the numbers in names: the place in a stack, or a position of a sequence that never changes."""
        positions: dict[str, list[frozenset[int]]] = {}
        for one in self.observations:
            here: dict[str, set[int]] = {}
            for tensor in one.tensors:
                for prefix, number in _prefixes(tensor.name):
                    here.setdefault(prefix, set()).add(number)
            for prefix, numbers in here.items():
                positions.setdefault(prefix, []).append(frozenset(numbers))
        self.literal = {
            prefix: len(set(found)) == 1 and (len(found[0]) <= 4 or max(found[0]) + 1 != len(found[0]))
            for prefix, found in positions.items()
        }
        # A stack whose length hangs on a key is one even where few lengths were seen.
        for one in self.observations:
            one.found, one.extents = {}, {}
            for tensor in one.tensors:
                pattern, index = self.split(tensor.name)
                one.found.setdefault(pattern, {})[index] = tensor
                at, depth = 0, 0
                while (at := pattern.find("{}", at)) >= 0:
                    key = (pattern[:at], index[:depth])
                    one.extents[key] = max(one.extents.get(key, 0), index[depth] + 1)
                    at, depth = at + 2, depth + 1

    def split(self, name: str) -> tuple[str, Index]:
        """A name's pattern and the places in stacks."""
        parts, index = name.split("."), []
        prefix = ""
        made = []
        for part in parts:
            if part.isdigit() and not self.literal.get(prefix, True):
                index.append(int(part))
                part = "{}"
            made.append(part)
            prefix += ("{}" if part.isdigit() else part) + "."
        return ".".join(made), tuple(index)

    # What the config class makes of its keys.

    def _settled(self, used: set[str]) -> list[Settled]:
        found: list[Settled] = []
        observations = self.observations
        truth = np.array([[one.holds(case.raw) for one in self.conditions] for case in observations], bool)
        table = Table(self.conditions, truth)
        for name in dict.fromkeys(name for case in observations for name in case.values):
            if name not in used:
                continue
            cases = list(observations)
            same = np.array([repr(case.values.get(name)) == repr(case.raw.get(name)) for case in cases])
            if same.all():
                continue
            variants: list[Any] = []
            fits: list[np.ndarray] = []
            lists = np.array([isinstance(case.values.get(name), list) for case in cases]) & ~same
            for case, kept in zip(cases, same, strict=True):
                if kept or isinstance(case.values.get(name), list):
                    continue  # a list is told item by item
                made = self._made(name, case)
                if not any(_same(made, one) for one in variants):
                    variants.append(made)
            for made in variants:
                fits.append(np.array([self._is_made(made, name, case) for case in cases]) & ~lists)
            left = ~same & ~lists
            chosen: list[int] = []
            while left.any():
                best = max(range(len(variants)), key=lambda at: int((fits[at] & left).sum()))
                if not (fits[best] & left).any():
                    raise Unlearned(f"what the config class makes of {name}")
                chosen.append(best)
                left &= ~fits[best]
            for at in chosen:
                other = same.copy()
                for one in chosen:
                    if one != at:
                        other |= fits[one]
                where = self._when(fits[at] & ~other, fits[at] & other, table, name)
                found.append(Settled(name, variants[at], where))
            if lists.any():
                given = np.array([isinstance(case.raw.get(name), list) for case in cases])
                if (lists & given).any():
                    # Lists that a config gives are changed too: say of each item what becomes of it.
                    lists = np.array([isinstance(case.values.get(name), list) for case in cases])
                where = self._when(lists, np.zeros(len(cases), bool), table, name)
                found.append(
                    Settled(
                        name, self._list_made(name, [case for case, it in zip(cases, lists, strict=True) if it]), where
                    )
                )
        return found

    def _when(self, wanted: np.ndarray, either: np.ndarray, table: Table, name: str) -> Condition | bool:
        found = rule(wanted[~either], Table(table.conditions, table.truth[~either]))
        if found is None:
            raise Unlearned(f"when the config class changes {name}")
        return found

    def _made(self, name: str, case: Observation) -> Any:
        formula = case.formulas.get(name)
        value = case.values.get(name)
        if isinstance(formula, Formula) and not isinstance(formula, Number):
            return formula
        return value

    def _is_made(self, made: Any, name: str, case: Observation) -> bool:
        value = case.values.get(name)
        if isinstance(made, Formula):
            return (
                not isinstance(value, (bool, str, list))
                and value is not None
                and _exact(made, case.raw, ()) == _fraction(value)
            )
        return repr(value) == repr(made)

    def _list_made(self, name: str, cases: list[Observation]) -> Any:
        if len({repr(case.values[name]) for case in cases}) == 1 and cases[0].values[name]:
            return cases[0].values[name]
        candidates = [Number(0), *self._extent_candidates()]
        length = next(
            (one for one in candidates if all(_number(one, case.raw, ()) == len(case.values[name]) for case in cases)),
            None,
        )
        if length is None:
            raise Unlearned(f"how long the config class makes {name}")
        rows = [(case, at) for case in cases for at in range(len(case.values[name]))]
        variants: list[Any] = []
        if any(isinstance(case.raw.get(name), list) for case in cases):
            variants.append(_symbol(f"{name}[i]"))
        for case, at in rows:
            made = self._item_made(name, case, at)
            if not any(_same(made, one) for one in variants):
                variants.append(made)
        fits = [np.array([self._is_item(made, name, case, at) for case, at in rows], bool) for made in variants]
        left, chosen = np.ones(len(rows), bool), []
        while left.any():
            best = max(range(len(variants)), key=lambda at: int((fits[at] & left).sum()))
            if not (fits[best] & left).any():
                raise Unlearned(f"what stands in {name}")
            chosen.append(best)
            left &= ~fits[best]
        table = self._list_table(rows, [*self.conditions, *self.layered])
        try:
            return Listed(length, self._items(variants, fits, chosen, table, name))
        except Unlearned:
            table = self._list_table(rows, [*self.conditions, *self.layered, *self.spare])
            return Listed(length, self._items(variants, fits, chosen, table, name))

    def _items(
        self, variants: list[Any], fits: list[np.ndarray], chosen: list[int], table: Table, name: str
    ) -> list[tuple[Any, Condition | bool]]:
        items = []
        for at in chosen:
            other = np.zeros(len(fits[at]), bool)
            for one in chosen:
                if one != at:
                    other |= fits[one]
            items.append((variants[at], self._when(fits[at] & ~other, fits[at] & other, table, name)))
        return items

    def _list_table(self, rows: list[tuple[Observation, int]], conditions: list[Condition]) -> Table:
        truth = np.array([[one.holds({**case.raw, "i": at}) for one in conditions] for case, at in rows], bool)
        return Table(conditions, truth.reshape(len(rows), len(conditions)))

    def _item_made(self, name: str, case: Observation, at: int) -> Any:
        formulas = case.formulas.get(name)
        formula = formulas[at] if isinstance(formulas, list) and at < len(formulas) else None
        if isinstance(formula, Formula) and not isinstance(formula, Number):
            return self.renamed(formula, (at,))
        return case.values[name][at]

    def _is_item(self, made: Any, name: str, case: Observation, at: int) -> bool:
        value = case.values[name][at]
        if isinstance(made, Symbol) and made.name == f"{name}[i]":
            given = case.raw.get(name)
            return isinstance(given, list) and at < len(given) and repr(given[at]) == repr(value)
        if isinstance(made, Formula):
            return (
                not isinstance(value, (bool, str, list))
                and value is not None
                and _exact(made, case.raw, (at,)) == _fraction(value)
            )
        return repr(value) == repr(made)

    # How often a stack repeats.

    def _stacks(self) -> dict[str, list[tuple[Formula, Condition | bool]]]:
        found: dict[str, list[tuple[Formula, Condition | bool]]] = {}
        rows: dict[str, list[tuple[Observation, Index, int]]] = {}
        for one in self.observations:
            for (prefix, outer), extent in one.extents.items():
                rows.setdefault(prefix, []).append((one, outer, extent))
        for prefix, seen in rows.items():
            found[prefix] = self._extent(prefix, seen)
        self.stacks = found
        return found

    def _extent(
        self, prefix: str, rows: list[tuple[Observation, Index, int]]
    ) -> list[tuple[Formula, Condition | bool]]:
        candidates = self._extent_candidates()
        fits = np.array(
            [[_number(formula, one.values, outer) == extent for formula in candidates] for one, outer, extent in rows]
        )
        whole = [at for at in range(len(candidates)) if fits[:, at].all()]
        if whole:
            return [(candidates[whole[0]], True)]
        # The one that fits most often, and the one that fits most of what is left.
        first = int(np.argmax(fits.sum(0)))
        order = [first, int(np.argmax(fits[~fits[:, first]].sum(0)))]
        if (fits[:, order[0]] | fits[:, order[1]]).all():
            conditions = self.conditions
            truth = np.array([[one_condition.holds(one.values) for one_condition in conditions] for one, _, _ in rows])
            either = fits[:, order[0]] & fits[:, order[1]]
            found = rule(fits[~either, order[0]], Table(conditions, truth[~either]))
            if isinstance(found, Condition):
                return [(candidates[order[0]], found), (candidates[order[1]], Not(found))]
        lengths = sorted({extent for _, _, extent in rows})[:6]
        raise Unlearned(f"how often {prefix}{{}} repeats: {lengths}")

    def _extent_candidates(self) -> list[Formula]:
        found: list[Formula] = []
        for path, key in self.subject.keys.items():
            name = path.removeprefix(f"{self.subject.part}.") if self.subject.part else path
            if isinstance(key.default, list) or list in key.types or tuple in key.types:
                found += [
                    _symbol(f"len({name})"),
                    _symbol(f"{name}[i]"),
                    Sum((_symbol(f"len({name})"), Negative(Number(1)))),
                ]
                found += [_symbol(f"{name}[{at}]") for at in range(8)]
        lists = [one for one in found if isinstance(one, Symbol) and one.name.startswith("len(")]
        found += [Minimum(pair) for pair in itertools.combinations(lists[:6], 2)]
        ints = [
            path.removeprefix(f"{self.subject.part}.") if self.subject.part else path
            for path, key in self.subject.keys.items()
            if (int in key.types or isinstance(key.default, int)) and not isinstance(key.default, (bool, float))
        ]
        ints.sort(key=lambda name: LAYERS.search(name) is None)
        plain: list[Formula] = [_symbol(name) for name in ints]
        less: list[Formula] = [Sum((_symbol(name), Negative(Number(1)))) for name in ints]
        more: list[Formula] = [Sum((_symbol(name), Number(1))) for name in ints]
        logged = [self.renamed(one, ()) for one in sorted(self.ranges, key=lambda one: len(written(one)))]
        halved: list[Formula] = []
        for name in ints:
            # A stage that halves what it is given: one, or a convolution in two parts and an activation behind it.
            times = _symbol(f"log2({name})")
            halved += [times, Sum((Product((Number(3), times)), Negative(Number(2))))]
        return [*plain, *logged, *found, *less, *more, *(Number(at) for at in range(1, 65)), *halved]

    # Conditions.

    def _conditions(self) -> None:
        """Every comparison that may decide: of keys, and those that the code made."""
        relevant = {self._name(path): good for path, good in self.sampler.relevant.items()}
        found: list[Condition] = []
        layered: list[Condition] = []
        for name, good in relevant.items():
            path = f"{self.subject.part}.{name}" if self.subject.part else name
            key = self.subject.keys.get(path)
            values = [*good, self.sampler.value(path)] if key else good
            if any(isinstance(value, bool) for value in values):
                found.append(IsGiven(name))
            if any(value is None for value in values):
                found.append(IsNone(name))
            for word in dict.fromkeys(value for value in values if isinstance(value, str)):
                found.append(Is(name, word))
            if any(isinstance(value, list) for value in values):
                found.append(IsGiven(name))
                if any(type(value) is int for value in values):
                    found.append(Compare(_symbol(f"len({name})"), ">", Number(0)))
                items = list(
                    dict.fromkeys(
                        item
                        for value in values
                        if isinstance(value, list)
                        for item in value
                        if not isinstance(item, list)
                    )
                )
                words = [item for item in items if isinstance(item, str)]
                layered += [Is(f"{name}[i]", word) for word in words]
                if words:
                    layered.append(IsNone(f"{name}[i]"))
                if any(isinstance(item, (bool, int)) for item in items):
                    layered += [IsGiven(f"{name}[i]"), Among(I, name)]
            if any(value == 0 and not isinstance(value, bool) for value in values):
                found.append(IsGiven(name))
        names = set(relevant)
        for left, sign, right in sorted(self.compared, key=lambda one: len(written(one[0]) + written(one[2]))):
            left, right = self.renamed(left, ()), self.renamed(right, ())
            used = {symbol.name for symbol in (*left.symbols, *right.symbols)}
            base = {re.sub(r"\[.*\]$|^len\(|\)$", "", one) for one in used} - {"i", "j"}
            if not base <= names or any("vocab" in one for one in base) or not used:
                continue
            if isinstance(right, Number) and abs(right.number) > 4096:
                continue
            made = Compare(left, *_positive(sign), right)
            (layered if used & {"i", "j"} or any("[i" in one for one in used) else found).append(made)
        for left, right in self.contained:
            made_left = self.renamed(left, ())
            if isinstance(right, Symbol):
                layered.append(Among(made_left, self._name(right.name)))
        numbers = [name for name in relevant if LAYERS.search(name.split(".")[-1])]
        layered += [Compare(I, "==", Number(0)), Compare(J, "==", Number(0))]
        layered += [Compare(I, "==", Sum((_symbol(name), Negative(Number(1))))) for name in numbers]
        self.conditions: list[Condition] = list(dict.fromkeys(found))[:120]
        self.layered: list[Condition] = list(dict.fromkeys(layered))[:80]
        # Conditions that the code's way of making lists hides: ["dense"] * 3, every fourth, a pattern that repeats.
        sizes = [name for name, good in relevant.items() if any(type(value) is int for value in good)]
        spare: list[Condition] = [Compare(I, "<", Number(at)) for at in range(1, 9)]
        spare += [Compare(I, "<", _symbol(name)) for name in sizes]
        spare += [Compare(I, "==", Sum((_symbol(name), Negative(Number(1))))) for name in sizes]
        spare += [
            Compare(I, "<", Sum((_symbol(depth), Negative(_symbol(name))))) for depth in numbers for name in sizes
        ]
        spare += [Compare(Rest(I, Number(step)), "==", Number(at)) for step in range(2, 9) for at in range(step)]
        for name, good in relevant.items():
            words = [item for value in good if isinstance(value, list) for item in value if isinstance(item, str)]
            spare += [Is(f"{name}[i%]", word) for word in dict.fromkeys(words)]
        self.spare: list[Condition] = [one for one in dict.fromkeys(spare) if one not in self.layered]

    def _name(self, path: str) -> str:
        return path.removeprefix(f"{self.subject.part}.") if self.subject.part else path

    def renamed(self, formula: Formula, index: Index, lengths: dict[str, int] | None = None) -> Formula:
        """A traced formula with the layer's number called i and an item of a list called by it."""

        def change(node: Formula) -> Formula | None:
            if not isinstance(node, Symbol):
                return None
            if node.name.startswith("i<"):
                return I
            match = re.fullmatch(r"(.*)\[(\d+)\]", node.name)
            if match and index:
                by = int(match[2]) - index[0]
                if -1 <= by <= 1:
                    return _symbol(f"{match[1]}[i{f'{by:+d}' if by else ''}]")
                if len(index) > 1 and int(match[2]) == index[1]:
                    return _symbol(f"{match[1]}[j]")
            if match and not index and lengths and int(match[2]) == lengths.get(match[1], 0) - 1 > 0:
                return _symbol(f"{match[1]}[-1]")
            return None

        return formula.replace(change)

    # Tensors.

    def _rows(self, stack: tuple[str, ...]) -> tuple[Table, list[tuple[Observation, Index]]]:
        """All places where a tensor of these stacks may stand, and which conditions hold there."""
        if stack in self._tables:
            return self._tables[stack]
        rows: list[tuple[Observation, Index]] = []
        for one in self.observations:
            rows += [(one, index) for index in self._places(one, stack)]
        conditions = [*self.conditions, *(self.layered if stack else [])]
        truth = np.zeros((len(rows), len(conditions)), bool)
        plain = len(self.conditions)
        last, cached = None, np.zeros(plain, bool)
        for at, (one, index) in enumerate(rows):
            if one is not last:
                cached = np.array([condition.holds(one.values) for condition in self.conditions], bool)
                last = one
            truth[at, :plain] = cached
            if stack:
                values = {**one.values, "i": index[0], **({"j": index[1]} if len(index) > 1 else {})}
                truth[at, plain:] = [condition.holds(values) for condition in self.layered]
        self._tables[stack] = (Table(conditions, truth), rows)
        return self._tables[stack]

    def _with_spare(self, stack: tuple[str, ...]) -> Table:
        table, rows = self._rows(stack)
        truth = [[one.holds({**case.values, "i": index[0]}) for one in self.spare] for case, index in rows]
        more = np.array(truth, bool).reshape(len(rows), len(self.spare))
        return Table([*table.conditions, *self.spare], np.concatenate([table.truth, more], axis=1))

    def _places(self, one: Observation, stack: tuple[str, ...]) -> Iterator[Index]:
        return places(self.stacks, stack, one.values, few=True)

    def _entries(self, pattern: str) -> list[Entry]:
        stack = _stack_of(pattern)
        table, rows = self._rows(stack)
        seen = [one.found.get(pattern, {}).get(index) for one, index in rows]
        present = [at for at, tensor in enumerate(seen) if tensor is not None]
        if not present:
            return []
        candidates: dict[tuple[str, tuple[Formula, ...]], int] = {}
        for at in present:
            one, index = rows[at]
            tensor = seen[at]
            axes = self._axes(tensor, one, index)
            if axes is not None:
                key = (self._tie(tensor, index), axes)
                candidates[key] = candidates.get(key, 0) + 1
        first = seen[present[0]]
        if not candidates:
            raise Unlearned(f"the shape of {pattern}: it is made in a way that hides its sizes")
        if all(tensor.axes is None for tensor in seen if tensor is not None):
            axes = self._guessed([(rows[at], seen[at]) for at in present])
            if axes is not None:
                candidates = {("", axes): len(present)}
        order = sorted(candidates, key=lambda one: sum(len(written(axis)) for axis in one[1]))[:40]
        fits = np.zeros((len(present), len(order)), bool)
        cache: dict[tuple[int, int], tuple[int, ...] | None] = {}
        layered = [any(_layer_names(axis) for axis in axes) for _, axes in order]
        for row, at in enumerate(present):
            one, index = rows[at]
            tensor = seen[at]
            tie = self._tie(tensor, index)
            for column, (tied, axes) in enumerate(order):
                if tied != tie or len(axes) != len(tensor.shape):
                    continue
                key = (id(one), column)
                if layered[column]:
                    shape = _shape(axes, one.values, index)
                else:
                    if key not in cache:
                        cache[key] = _shape(axes, one.values, index)
                    shape = cache[key]
                fits[row, column] = shape == tensor.shape
        if not fits.any(1).all():
            row = int(np.argmin(fits.any(1)))
            one, index = rows[present[row]]
            tensor = seen[present[row]]
            raise Unlearned(
                f"the shape of {tensor.name}: {tensor.shape} fits none of "
                f"{[tuple(map(written, axes)) for _, axes in order[:3]]}"
            )
        total = [column for column in range(len(order)) if fits[:, column].all()]
        chosen = total[:1]
        if not chosen:
            left = np.ones(len(present), bool)
            while left.any():
                best = int(np.argmax((fits & left[:, None]).sum(0)))
                chosen.append(best)
                left &= ~fits[:, best]
        made = []
        at_rows = np.array(present)
        for column in chosen:
            others = [other for other in chosen if other != column]
            other_fits = fits[:, others].any(1) if others else np.zeros(len(present), bool)
            wanted = np.zeros(len(rows), bool)
            either = np.zeros(len(rows), bool)
            wanted[at_rows[fits[:, column] & ~other_fits]] = True
            either[at_rows[fits[:, column] & other_fits]] = True
            where = self._rule(stack, wanted, either, table)
            if where is None and stack:
                where = self._rule(stack, wanted, either, self._with_spare(stack))
            if where is None:
                tied, axes = order[column]
                raise Unlearned(f"when {pattern} is there{' as ' + str(tuple(map(written, axes))) if others else ''}")
            tied, axes = order[column]
            made.append(Entry(pattern, first.owned, axes, tied, first.buffer, where))
        return made

    def _guessed(self, rows: list[tuple[tuple[Observation, Index], TracedTensor]]) -> tuple[Formula, ...] | None:
        """A shape made in a way that hides its sizes: axes that other tensors have, where they always fit."""
        if any(tensor.tied_to for _, tensor in rows) or len({len(tensor.shape) for _, tensor in rows}) > 1:
            return None
        pool = {
            self.renamed(axis, ()) for one in self.observations for tensor in one.tensors for axis in tensor.axes or ()
        }
        pool |= {Number(number) for number in (1, 2, 3)}
        found = []
        for place in range(len(rows[0][1].shape)):
            fit = [
                axis
                for axis in pool
                if all(_number(axis, one.values, index) == tensor.shape[place] for (one, index), tensor in rows)
            ]
            if not fit:
                return None
            found.append(min(fit, key=lambda axis: len(written(axis))))
        return tuple(found)

    def _rule(
        self, stack: tuple[str, ...], wanted: np.ndarray, either: np.ndarray, table: Table
    ) -> Condition | bool | None:
        key = (stack, bytes([len(table.conditions) % 256]) + wanted.tobytes() + either.tobytes())
        if key not in self._rules:
            if either.any():
                self._rules[key] = rule(wanted[~either], Table(table.conditions, table.truth[~either]))
            else:
                self._rules[key] = rule(wanted, table)
        return self._rules[key]

    def _tie(self, tensor: TracedTensor, index: Index) -> str:
        if not tensor.tied_to:
            return ""
        pattern, other = self.split(tensor.tied_to)
        if other == index[: len(other)]:
            return pattern
        for number in other:
            pattern = pattern.replace("{}", str(number), 1)
        return pattern

    def _axes(self, tensor: TracedTensor, one: Observation, index: Index) -> tuple[Formula, ...] | None:
        if tensor.axes is None or len(tensor.axes) != len(tensor.shape):
            return tuple(map(Number, tensor.shape))
        lengths = {self._name(path): len(value) for path, value in one.values.items() if isinstance(value, list)}
        return tuple(self.renamed(axis, index, lengths) for axis in tensor.axes)


def _dotted(tensor: TracedTensor) -> TracedTensor:
    """A tensor with the numbers in its name as steps: `experts.expert_3.wi` -> `experts.expert_.3.wi`."""
    name, tied = NUMBERED.sub(r"_.\1", tensor.name), NUMBERED.sub(r"_.\1", tensor.tied_to)
    return replace(tensor, name=name, tied_to=tied) if (name, tied) != (tensor.name, tensor.tied_to) else tensor


def joined(pattern: str) -> str:
    """A name as the code has it again, but for the places in a stack."""
    return re.sub(r"_\.(\d+)(?=\.|$)", r"_\1", pattern)


NUMBERED = re.compile(r"(?<=[a-z])_(\d+)(?=\.|$)")


def _used(stacks: dict[str, list[tuple[Formula, Condition | bool]]], entries: list[Entry]) -> set[str]:
    """The keys that a description names."""
    texts = [str(entry.where) for entry in entries]
    texts += [written(axis) for entry in entries for axis in entry.axes]
    texts += [f"{written(formula)} {where}" for found in stacks.values() for formula, where in found]
    return {name for text in texts for name in re.findall(r"[A-Za-z_][\w.]*", text)}


def _positive(sign: str) -> tuple[str]:
    return (sign,)


def _symbol(name: str) -> Symbol:
    return Symbol(name, name, "", "")


def _layer_names(formula: Formula) -> bool:
    return any(symbol.name in ("i", "j") or re.search(r"\[[ij]", symbol.name) for symbol in formula.symbols)


def _prefixes(name: str) -> Iterator[tuple[str, int]]:
    """Each number of a name with what stands before it, earlier numbers as {}."""
    prefix = ""
    for part in name.split("."):
        if part.isdigit():
            yield prefix, int(part)
            part = "{}"
        prefix += part + "."


def _stack_of(pattern: str) -> tuple[str, ...]:
    found, at = [], 0
    while (at := pattern.find("{}", at)) >= 0:
        found.append(pattern[:at])
        at += 2
    return tuple(found)


def _number(formula: Formula, values: Values, index: Index) -> int | None:
    names = {**values, **({"i": index[0]} if index else {}), **({"j": index[1]} if len(index) > 1 else {})}
    try:
        value = formula.value(Sizes(names))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, NotImplementedError, OverflowError):
        return None
    return value if isinstance(value, int) else None


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and (left == right if isinstance(left, Formula) else repr(left) == repr(right))


def _fraction(value: Any) -> Any:
    return Fraction(repr(value)) if isinstance(value, float) else value


def _exact(formula: Formula, values: Values, index: Index) -> Any:
    names = {**values, **({"i": index[0]} if index else {})}
    try:
        return formula.value(Sizes(names))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, NotImplementedError, OverflowError):
        return None


def settled_values(settled: list[Settled], raw: Values) -> dict[str, Any]:
    """A config's values as the config class makes them."""
    made = dict(raw)
    for one in settled:
        if one.where is not True and not (isinstance(one.where, Condition) and one.where.holds(raw)):
            continue
        if isinstance(one.made, Listed):
            items = []
            for at in range(_number(one.made.length, raw, ()) or 0):
                names = {**raw, "i": at}
                item = next((value for value, where in one.made.items if where is True or where.holds(names)), None)
                if isinstance(item, Symbol) and item.name.endswith("[i]"):
                    items.append(look_up(item.name, names))
                    continue
                items.append(_number(item, raw, (at,)) if isinstance(item, Formula) else item)
            made[one.key] = items
        else:
            value = _exact(one.made, raw, ()) if isinstance(one.made, Formula) else one.made
            made[one.key] = float(value) if isinstance(value, Fraction) else value
    return made


def _shape(axes: tuple[Formula, ...], values: Values, index: Index) -> tuple[int, ...] | None:
    made = tuple(_number(axis, values, index) for axis in axes)
    return None if None in made else made  # type: ignore[return-value]


def places(
    stacks: dict[str, list[tuple[Formula, Condition | bool]]],
    stack: tuple[str, ...],
    values: Values,
    *,
    few: bool = False,
) -> Iterator[Index]:
    """Every place in stacks within stacks; with `few`, of inner ones the first two and the last."""
    if not stack:
        yield ()
        return
    for outer in places(stacks, stack[:-1], values, few=few):
        count = 0
        for formula, where in stacks[stack[-1]]:
            if where is True or (isinstance(where, Condition) and where.holds(values)):
                count = _number(formula, values, outer) or 0
                break
        inner: Iterable[int] = range(count)
        if few and len(stack) > 1 and count > 4:
            inner = (0, 1, count - 1)
        for at in inner:
            yield (*outer, at)


def expanded(description: Description, values: Values) -> dict[str, tuple[tuple[int, ...] | None, str, bool]]:
    """Every tensor of a config: its shape, what it is tied to, and whether it is fixed."""
    found: dict[str, tuple[tuple[int, ...] | None, str, bool]] = {}
    values = settled_values(description.settled, values)
    for entry in description.entries:
        stack = _stack_of(entry.pattern)
        for index in places(description.stacks, stack, values):
            names = {**values, **({"i": index[0]} if index else {}), **({"j": index[1]} if len(index) > 1 else {})}
            if entry.where is not True and not (isinstance(entry.where, Condition) and entry.where.holds(names)):
                continue
            name, tied = entry.pattern, entry.tied_to
            for number in index:
                name = name.replace("{}", str(number), 1)
                tied = tied.replace("{}", str(number), 1)
            if name in found:
                return {"twice": (None, name, False)}
            found[name] = (_shape(entry.axes, values, index), tied, entry.owner.startswith(f"{FIXED} "))
    return found


def difference(description: Description, one: Observation) -> str:
    """The first difference between a description and a build; "" where there is none."""
    ours = expanded(description, one.raw)
    theirs = {tensor.name: (tensor.shape, tensor.tied_to, tensor.fixed) for tensor in one.tensors}
    if ours == theirs:
        return ""
    for name in itertools.chain(theirs, ours):
        if ours.get(name) != theirs.get(name):
            return f"{name}: ours {ours.get(name)}, theirs {theirs.get(name)}"
    return ""


def test(learner: Learner, description: Description, count: int = 20, seed: int = 999) -> tuple[int, int, str]:
    """How many of so many new configs come out exactly, and the first that doesn't."""
    sampler = learner.sampler
    known = {repr(sorted(one.given.items(), key=lambda item: item[0])) for one in learner.observations}
    import random

    sampler.random = random.Random(seed)
    good = tried = 0
    problem = ""
    for attempt in range(count * 4):
        if tried >= count:
            break
        given = sampler.sample(0.5 if attempt % 2 else 0.85)
        if given is None or repr(sorted(given.items(), key=lambda item: item[0])) in known:
            continue
        known.add(repr(sorted(given.items(), key=lambda item: item[0])))
        made = learner.observe(given)
        if made is None:
            continue
        tried += 1
        learner.samples.append(given)
        wrong = difference(description, made)
        good += not wrong
        if wrong:
            learner.observations.append(made)
        if wrong and not problem:
            problem = f"{wrong} with {dict(given.items())}"
    return good, tried, problem
