"""From real passes to the lines of a description that say what a forward pass does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from symbolic.formulas.formula import Formula, Number, Quotient
from symbolic.formulas.functions import Ceiling, Minimum
from symbolic.networks.blocks import MULTIPLIED
from symbolic.networks.learned import code_names
from symbolic.networks.learned.conditions import Condition
from symbolic.networks.learned.description import Description, Module, Tensor
from symbolic.networks.learned.family import chosen_experts
from symbolic.networks.learned.looking_up import Sizes
from symbolic.networks.learned.stacked_experts import stacked_in
from symbolic.networks.learned.tensors import kind_of
from symbolic.networks.learned.values import holds
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing import arithmetic as make
from tools.learning.passing import TIMES, Pass, Place, contractions, multiplied, names, there
from tools.learning.relating import CONTEXT, TOKENS, Alternative, Related, Unrelated, names_in

Numbers = tuple[int, ...]
RUN = tuple(TIMES)
SPECIAL: tuple[Any, ...] = (
    (lambda t, c: t + c, make.plus),
    (lambda t, c: t - c, lambda t, c: make.plus(t, make.negative(c))),
    (lambda t, c: 2 * t - c, lambda t, c: make.plus(make.times(Number(2), t), make.negative(c))),
    (min, lambda t, c: Minimum((t, c))),
    (lambda t, c: -(-t // c), lambda t, c: Ceiling(Quotient(t, c))),
    (lambda t, c: -(-t // c) * c, lambda t, c: make.times(Ceiling(Quotient(t, c)), c)),
    (lambda t, c: -(-t // c) + 1, lambda t, c: make.plus(Ceiling(Quotient(t, c)), Number(1))),
    (lambda t, c: t // c, lambda t, c: make.floored(make.over(t, c))),
    (lambda t, c: t * c, make.times),
    (lambda t, c: -(-t // c) * c + c, lambda t, c: make.plus(make.times(Ceiling(Quotient(t, c)), c), c)),
)
"""How an axis may hang on the tokens and one size: as a number, and as a formula."""
IN_PIECES = tuple(SPECIAL[at] for at in (4, 5, 6, 9))


@dataclass
class Lines:
    """What was learned of a type: its lines, the keys that they name, and what could not be learned."""

    computes: list[str] = field(default_factory=list)
    keeps: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)
    lets: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    problems: dict[str, str] = field(default_factory=dict)


def lines(description: Description, passes: list[Pass]) -> Lines:
    """The lines for these passes; what can't be put into formulas is a problem of its quantity."""
    found = Lines()
    try:
        _computes(description, passes, found)
        _works(description, passes, found)
    except Unrelated as problem:
        found.problems["forward-flops"] = str(problem)
    try:
        _keeps(description, passes, found)
    except Unrelated as problem:
        found.problems["kv-cache"] = str(problem)
    return found


def _computes(description: Description, passes: list[Pass], found: Lines) -> None:
    seen = [contractions(one, description) for one in passes]
    for pattern in dict.fromkeys(place[0] for one in seen for place in one):
        rows, records = [], []
        for one, here in zip(passes, seen, strict=True):
            for index in _indices(description, pattern, one, {place[1] for place in here if place[0] == pattern}):
                rows.append(names(one.values, index))
                records.append(here.get((pattern, index), [[] for _ in TIMES]))
        related = Related(description, rows, pattern)
        words = _attending(pattern, records)
        for number in range(max(len(row) for record in records for row in record)):
            word = words[number] if words else "product"
            _record(related, pattern, [_at(record, number) for record in records], found, word)


def _attending(pattern: str, records: list[list[list[Numbers]]]) -> tuple[str, ...]:
    """What the two products of an attention are, where the second goes over what the first made: scores, mixing."""
    last = pattern.rpartition(".")[2]
    word = code_names.module(last)
    pairs = [row for record in records for row in record if row]
    if word is None or word.role != "attention" or any(len(row) != 2 for row in pairs):
        return ()
    for (*_many, own, _summed, seen), (*_more, again, over, _width) in pairs:
        if own != again or seen != over:
            return ()
    return ("cross_scores", "cross_mixing") if ACROSS.search(last) else ("scores", "mixing")


def _at(record: list[list[Numbers]], number: int) -> list[Numbers] | None:
    """The product of that number at each number of tokens."""
    return [row[number] for row in record] if all(len(row) > number for row in record) else None


def _record(related: Related, pattern: str, record: list[list[Numbers] | None], found: Lines, word: str) -> None:
    """Lines for one product of a module, which is called so where its axes don't say what it is."""
    for kind, axes, where in _forms(related, record, pattern):
        times = kind.count("t")
        name = word
        if word == "product" and kind[-3:] == ("t", "c", "t"):
            name = "scores"
        elif word == "product" and times == 2 and kind[-3:] in (("t", "t", "c"), ("c", "t", "t")):
            name = "mixing"
        found.computes.append(_line("computes", f"{pattern} {name}", axes, where))
        _named(found, axes, where)


def _named(found: Lines, axes: list[Formula], where: Condition | bool) -> None:
    found.keys |= names_in([Alternative(axis, where) for axis in axes])


Form = tuple[tuple[str, ...], list[Formula], Condition | bool]


def _forms(related: Related, record: list[list[Numbers] | None], what: str) -> list[Form]:
    """The ways to make the numbers of a tensor's axes in every row, each with its axes and its condition."""
    kinds = _alike([_kinds(one) for one in record])
    if any(one is not None and not kind for one, kind in zip(record, kinds, strict=True)):
        raise Unrelated(f"{what} has other axes for other numbers of tokens")
    ways: list[tuple[tuple[str, ...], list[Formula]]] = []
    for kind in dict.fromkeys(one for one in kinds if one):
        rows = [number for number, one in enumerate(kinds) if one == kind]
        # Layers that see a window and others have the same width: the formulas of all of them are tried on each.
        alike = [number for number, one in enumerate(kinds) if _constant(one) == _constant(kind)]
        ways += [(kind, axes) for axes in _axes(related, record, kind, rows, alike, what)]
    wanted = np.array([[int(np.prod(row, dtype=np.int64)) for row in one or [[0]] * len(RUN)] for one in record])
    there = np.array([one is not None for one in record])
    fits = [np.array([_made(axes, names_) for names_ in related.rows]) == wanted for _, axes in ways]
    whole = [fit.all(1) & there for fit in fits]
    needed: list[int] = []
    left = there.copy()
    while left.any():
        best = max(range(len(ways)), key=lambda at: int((whole[at] & left).sum()))
        if not (whole[best] & left).any():
            raise Unrelated(f"{what} is made in no way that was found")
        needed.append(best)
        left &= ~whole[best]
    conditions = related.conditions([whole[at] for at in needed], there)
    return [(*ways[at], where) for at, where in zip(needed, conditions, strict=True)]


def _made(axes: list[Formula], values: Mapping[str, Any]) -> list[int]:
    """The product of axes for each number of tokens; -1 where it has no value."""
    found = []
    for count in RUN:
        sizes = Sizes({**values, "tokens": count, "context": count})
        try:
            value = Fraction(1)
            for axis in axes:
                value *= axis.value(sizes)
            found.append(int(value) if value.denominator == 1 else -1)
        except (KeyError, TypeError, ValueError, ArithmeticError, NotImplementedError):
            found.append(-1)
    return found


def _constant(kind: tuple[str, ...]) -> tuple[int, ...]:
    return (len(kind), *(at for at, sort in enumerate(kind) if sort == "c"))


def _axes(
    related: Related,
    record: list[list[Numbers] | None],
    kind: tuple[str, ...],
    rows: list[int],
    alike: list[int],
    what: str,
) -> list[list[Formula]]:
    """The axes of tensors of one kind: those of tokens first, then others that hang on them, then the constant ones."""
    special: list[Formula] = []
    columns = [_column(record, alike, at) for at, sort in enumerate(kind) if sort == "c"]
    joint = alike
    for at, sort in enumerate(kind):
        if sort == "s":
            axis, shares = _special(
                related, {number: tuple(row[at] for row in record[number] or []) for number in rows}, what
            )
            special.append(axis)
            if set(shares.values()) != {1}:
                column = np.zeros(len(record), dtype=np.int64)
                for number, share in shares.items():
                    column[number] = share
                columns.append(column)
                joint = rows
    times = kind.count("t")
    run = [TOKENS, *[CONTEXT] * (times - 1)] if times else []
    wide = np.zeros(len(record), dtype=np.int64)
    wide[joint] = np.prod([column[joint] for column in columns], axis=0, dtype=np.int64) if columns else 1
    try:
        made = [[one] for one in related.cover(wide)]
    except Unrelated:
        # Each axis alone; together they may be too many factors.
        made = [[]]
        for column in columns:
            made = [[*before, one] for before in made for one in related.cover(np.where(wide > 0, column, 0))]
    found = []
    for factors in made:
        kept = [one for one in factors if one != Number(1)]
        found.append([*run, *special, *kept] or [Number(1)])
    return found


def _column(record: list[list[Numbers] | None], rows: list[int], at: int) -> np.ndarray:
    column = np.zeros(len(record), dtype=np.int64)
    for number in rows:
        column[number] = (record[number] or [[0] * (at + 1)])[0][at]
    return column


def _kinds(record: list[Numbers] | None) -> tuple[str, ...]:
    """What each axis of a product is: the tokens, a constant, or another number that hangs on the tokens."""
    if record is None or len({len(row) for row in record}) != 1:
        return ()
    return tuple(_kind(tuple(row[at] for row in record)) for at in range(len(record[0])))


def _alike(kinds: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Kinds in which a constant axis hangs on the tokens where it does so in other rows of as many axes."""
    found = []
    for kind in kinds:
        others = [one for one in kinds if len(one) == len(kind)]
        found.append(
            tuple(
                "s" if sort == "c" and any(one[at] == "s" for one in others) else sort for at, sort in enumerate(kind)
            )
        )
    return found


def _kind(axis: Numbers) -> str:
    return "t" if axis == RUN else "c" if len(set(axis)) == 1 else "s"


def _special(related: Related, axes: Mapping[int, Numbers], what: str) -> tuple[Formula, dict[int, int]]:
    """An axis that hangs on the tokens and a size; of a multiple of such an axis, how many times it is in each row."""
    rows = sorted(axes)
    for shared in (False, True):
        for formula, values in related.simple():
            if any(values[row] <= 0 for row in rows):
                continue
            for number, made in SPECIAL if not shared else IN_PIECES:
                shares = {row: _share(axes[row], [number(t, int(values[row])) for t in RUN]) for row in rows}
                if all(shares.values() if shared else (one == 1 for one in shares.values())):
                    return made(TOKENS, formula), shares
    raise Unrelated(f"{what} has an axis {axes[rows[0]]} for {RUN} tokens, which no formula makes")


def _share(axis: Numbers, parts: list[int]) -> int:
    """How many times an axis is another one, at each number of tokens; 0 where that is not whole, or not the same."""
    if not all(part > 0 and one % part == 0 for one, part in zip(axis, parts, strict=True)):
        return 0
    found = {one // part for one, part in zip(axis, parts, strict=True)}
    return found.pop() if len(found) == 1 else 0


def _line(word: str, what: str, axes: list[Formula], where: Condition | bool) -> str:
    when = "" if where is True else f" if {where}"
    return f"{word} {what}: {','.join(map(written, axes))}{when}"


def _indices(
    description: Description, pattern: str, one: Pass, seen: set[tuple[int, ...]]
) -> Iterator[tuple[int, ...]]:
    """The places of a module in a network: each layer that has it."""
    lengths = _lengths(description, pattern, one.values)
    if len(lengths) > 1:
        yield from sorted(seen)
        return
    for index in [(at,) for at in range(lengths[0])] if lengths else [()]:
        if there(description, pattern, names(one.values, index)):
            yield index


def _lengths(description: Description, pattern: str, values: Mapping[str, Any]) -> list[int]:
    node, found = description.root, []
    for part in pattern.split("."):
        if part == "{}":
            length = next((one for one, where in node.repeat if holds(where, values)), Number(0))
            found.append(int(length.value(Sizes(values))))
            continue
        node = next(one for one in node.parts if isinstance(one, Module) and one.name == part)
    return found


def placed(module: Module, above: str = "", where: tuple[Condition, ...] = ()) -> Iterator[tuple[str, Tensor, Any]]:
    """Every tensor of a tree with its full name, and all that must hold for it to be there."""
    here = (*where, module.where) if module.where is not None else where
    for part in module.parts:
        if isinstance(part, Tensor):
            yield f"{above}{part.name}", part, (*here, part.where) if part.where is not None else here
        elif isinstance(part, Module):
            yield from placed(part, f"{above}{part.name}." + ("{}." if part.repeat else ""), here)


def _works(description: Description, passes: list[Pass], found: Lines) -> None:
    """Matrices that are not multiplied once for each token, and tables that are."""
    tensors = list(placed(description.root))
    rows: dict[str, list[tuple[Mapping[str, Any], list[Fraction], list[Fraction]]]] = {}
    for one in passes:
        seen = multiplied(one, description)
        expected: dict[Place, list[Fraction]] = {}
        for place in seen:
            expected[place] = [Fraction(0)] * len(TIMES)
        for pattern, index in seen:
            here = names(one.values, index)
            for name, tensor, where in tensors:
                if name == pattern and not tensor.tied_to and all(one_.holds(here) for one_ in where):
                    expected[pattern, index] = _expected(description, name, tensor, here)
        for name, tensor, where in tensors:
            target = (tensor.tied_to, ())
            if tensor.tied_to and "{}" not in name and all(one_.holds(one.values) for one_ in where) and target in seen:
                more = _expected(description, name, tensor, one.values)
                expected[target] = [a + b for a, b in zip(expected[target], more, strict=True)]
        for place, each in seen.items():
            rows.setdefault(place[0], []).append((names(one.values, place[1]), each, expected[place]))
    for pattern, table in rows.items():
        if any(each != wanted for _, each, wanted in table):
            _work(description, pattern, table, found)


def _expected(description: Description, name: str, tensor: Tensor, values: Mapping[str, Any]) -> list[Fraction]:
    """How often each number of a tensor is multiplied where the description says nothing of it."""
    *above, last = name.split(".")
    expert = any("expert" in part.lower() and "shared" not in part.lower() for part in above)
    stacked = stacked_in(tensor, above[-1] if above else "")
    if not (kind_of(tensor, last) in MULTIPLIED or (stacked is not None and "bias" not in last)):
        return [Fraction(0)] * len(TIMES)
    share = Fraction(1)
    if stacked is not None or (expert and name.count("{}") > 1):
        chosen = next(iter(chosen_experts(description).values()), None)
        active = int(chosen.value(Sizes(values))) if chosen is not None else None
        node = description.root
        count = int(stacked.value(Sizes(values))) if stacked is not None else 0
        for part in above:
            if part != "{}":
                node = next(one for one in node.parts if isinstance(one, Module) and one.name == part)
            elif "expert" in node.name.lower():
                length = next((one for one, where in node.repeat if holds(where, values)), Number(1))
                count = int(length.value(Sizes(values)))
        if isinstance(active, int) and count:
            share = Fraction(active, count)
    return [share * tokens for tokens in TIMES]


def _work(
    description: Description,
    pattern: str,
    table: list[tuple[Mapping[str, Any], list[Fraction], list[Fraction]]],
    found: Lines,
) -> None:
    related = Related(description, [row for row, _, _ in table], pattern)
    by_kind: dict[str, list[int]] = {}
    for number, (_, each, wanted) in enumerate(table):
        ratios = {count / tokens for count, tokens in zip(each, TIMES, strict=True)}
        kind = (
            "as expected"
            if each == wanted
            else "none"
            if not any(each)
            else "each"
            if len(ratios) == 1
            else ("constant" if len(set(each)) == 1 else "special")
        )
        by_kind.setdefault(kind, []).append(number)
    for kind, rows in by_kind.items():
        if kind == "as expected":
            continue
        mask = np.zeros(len(table), dtype=bool)
        mask[rows] = True
        made: list[Alternative]
        if kind == "none":
            made = [Alternative(Number(0), True if mask.all() else related.when(mask))]
        elif kind == "special":
            axes = {number: tuple(int(one) for one in table[number][1]) for number in rows}
            if any(one.denominator != 1 for number in rows for one in table[number][1]):
                raise Unrelated(f"{pattern} is multiplied {table[rows[0]][1]} times")
            axis, shares = _special(related, axes, pattern)
            if set(shares.values()) != {1}:
                raise Unrelated(f"{pattern} is multiplied {table[rows[0]][1]} times")
            made = [Alternative(axis, True if mask.all() else related.when(mask))]
        else:
            counts = np.zeros(len(table), dtype=np.int64)
            for number in rows:
                ratio = table[number][1][0] / (TIMES[0] if kind == "each" else 1)
                if ratio.denominator != 1:
                    raise Unrelated(f"{pattern} is multiplied for {ratio} of each token")
                counts[number] = int(ratio)
            made = [
                Alternative(make.times(TOKENS, one.formula) if kind == "each" else one.formula, one.where)
                for one in related.alternatives(counts)
            ]
        for one in made:
            found.works.append(_line("works", pattern, [one.formula], one.where))
        found.keys |= names_in(made)


def _keeps(description: Description, passes: list[Pass], found: Lines) -> None:
    if not any(kept for one in passes for kept in one.kept):
        raise Unrelated("its output has no cache that was read")
    stack = _stack(description, passes)
    table: dict[str, dict[tuple[int, int], list[Numbers]]] = {}
    for number, one in enumerate(passes):
        for at, kept in enumerate(one.kept):
            counts: dict[tuple[int, str], int] = {}
            for tensor in kept or ():
                again = counts[tensor.layer, tensor.name] = counts.get((tensor.layer, tensor.name), 0) + 1
                name = tensor.name if again == 1 else f"{tensor.name}_{again}"
                shapes = table.setdefault(name, {}).setdefault((number, tensor.layer), [()] * len(TIMES))
                shapes[at] = tensor.shape
    for name, seen in table.items():
        pattern = _keeper(description, stack, name)
        rows, shapes_of = [], []
        for number, one in enumerate(passes):
            for index in _indices(description, pattern, one, set()):
                rows.append(names(one.values, index))
                shapes_of.append(seen.pop((number, *index), None))
        if seen:
            raise Unrelated(f"{name} is kept where {pattern} is not")
        _kept(Related(description, rows, pattern), f"{pattern} {name}", shapes_of, found)


def _kept(related: Related, what: str, shapes: list[list[Numbers] | None], found: Lines) -> None:
    for _sorts, axes, where in _forms(related, shapes, what):
        kept = [axis.replace(lambda node: CONTEXT if node == TOKENS else None) for axis in axes]
        found.keeps.append(_line("keeps", what, kept, where))
        _named(found, kept, where)


def _stacks(module: Module, above: str = "") -> Iterator[str]:
    for part in module.parts:
        if isinstance(part, Module):
            name = f"{above}.{part.name}" if above else part.name
            if part.repeat:
                yield name + ".{}"
            else:
                yield from _stacks(part, name)


def _stack(description: Description, passes: list[Pass]) -> str:
    """The stack with a layer for each of the cache's."""
    for pattern in sorted(_stacks(description.root), key=lambda name: ("encoder" in name, len(name))):
        fits = True
        for one in passes:
            layers = {tensor.layer for kept in one.kept for tensor in kept or ()}
            if layers and max(layers) >= _lengths(description, pattern, one.values)[0]:
                fits = False
        if fits:
            return pattern
    raise Unrelated("no stack has a layer for each of the cache's")


STATES = re.compile(r"conv|recurrent|state|ssm")
ACROSS = re.compile(r"encoder_attn|cross|enc_?dec", re.IGNORECASE)


def _keeper(description: Description, stack: str, name: str) -> str:
    """The module of a layer that keeps something: attention keeps keys, a state space its state; else the layer."""
    node = description.root
    for part in stack.split("."):
        if part != "{}":
            node = next(one for one in node.parts if isinstance(one, Module) and one.name == part)
    wanted = ("state-space", "linear-attention", "convolution") if STATES.search(name) else ("attention",)
    inner = [
        one.name
        for one in node.parts
        if isinstance(one, Module) and (word := code_names.module(one.name)) and word.role in wanted
    ]
    if len(inner) > 1:
        # A decoder looks at its own text, and at what the encoder has read.
        inner = [one for one in inner if (ACROSS.search(one) is not None) == name.startswith("cross_")]
    return f"{stack}.{inner[0]}" if len(inner) == 1 else stack
