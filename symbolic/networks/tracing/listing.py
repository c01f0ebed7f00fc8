"""One trace of a module as a description: tensors by their names, equal layers as a stack with a symbolic length."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import product
from typing import Any, TypeAlias

from symbolic.formulas.formula import Formula, Number
from symbolic.networks.blocks import MULTIPLIED
from symbolic.networks.learned.description import Tensor
from symbolic.networks.learned.naming import ACTIVE
from symbolic.networks.learned.stacked_experts import counts_experts
from symbolic.networks.learned.tensors import kind_of
from symbolic.networks.learned.writing import text_of
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing.complaints import said
from symbolic.networks.tracing.construction import TracedTensor
from symbolic.networks.tracing.doing import does
from symbolic.networks.tracing.guards import OneNumber
from symbolic.networks.tracing.symbolic_pass import Passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS

EXPERTS = re.compile(r"expert[^.]*\.$")
BEHIND_A_NUMBER = re.compile(r"(^|\.)({}|\d+)\.")
Place: TypeAlias = tuple[int, ...]
"""The number of a layer, and of those in it."""


def unfollowed(problem: Exception | str) -> str:
    """Return why a forward pass has no formulas."""
    return f"its forward pass can't be followed: {_shortly(problem)}"


def without_symbols(problem: Exception | str) -> str:
    """Return why a forward pass has the numbers of its sizes, and no formulas."""
    return (
        f"its forward pass can't be followed with symbols ({_shortly(problem)}), so its operations are known for the "
        "sizes that it was traced with; trace it again for others"
    )


def _shortly(problem: Exception | str) -> str:
    return (said(problem) if isinstance(problem, Exception) else problem)[:160]


def described(
    name: str,
    class_name: str,
    tensors: list[TracedTensor],
    sizes: Mapping[str, Any],
    ranges: Iterable[Formula],
    run: Passed | None = None,
    lacks: str = "",
    never: Iterable[str] = (),
    known: Mapping[str, Formula] | None = None,
    given: Iterable[str] = (),
) -> str:
    """Return the text of a description that holds for these sizes, as `description.parsed` reads it.

    With a pass of the module it says what that multiplies and keeps; Unformulated where that has no formula. `lacks`
    says why there is none, or none with symbols, `never` are the conditions on which the code may do otherwise, `known`
    the lengths of stacks by the prefix of their names, where they are no longer to be looked for among `ranges`,
    `given` the keys beside `sizes` that the code was given.
    """
    unlike: set[str] = set()
    while True:
        stacks = stacks_of(tensors, unlike)
        try:
            of_stack = lengths_of(stacks, sizes, ranges, known or {})
            entries, lists = _entries(tensors, stacks)
            does = [] if run is None else list(_does(run, tensors, of_stack, stacks, lists, sizes))
            break
        except UnlikeInside as problem:
            unlike.add(problem.prefix)
    lines = [f"lacks {lacks}"] if lacks else []
    return text_of(
        {
            "type": name,
            "class": class_name,
            "part": "",
            "relevant": {**{key: value for key, value in sizes.items() if _is_size(value)}, **lists},
            "harmless": [],
            "aliases": {},
            "settled": [],
            "never": never,
            "given": given,
            "stacks": {prefix: [(written(length), "True")] for prefix, length in of_stack.items()},
            "entries": entries,
            "does": [*lines, *does],
        }
    )


def lengths_of(
    stacks: Mapping[str, int], sizes: Mapping[str, Any], ranges: Iterable[Formula], known: Mapping[str, Formula]
) -> dict[str, Formula]:
    """Return the length of each stack: the known ones, else the shortest of `ranges` with that number.

    One behind a number has its own where others are as long: which of them a range is of is not known.
    """
    by_length: dict[int, Formula] = {}
    for formula in ranges:
        try:
            length = formula.value({key: value for key, value in sizes.items() if isinstance(value, int)})
        except KeyError:
            continue
        if isinstance(length, int) and (
            length not in by_length or len(written(formula)) < len(written(by_length[length]))
        ):
            by_length[length] = formula
    several = Counter(stacks.values())
    return {
        prefix: known[prefix]
        if prefix in known
        else Number(length)
        if several[length] > 1 and BEHIND_A_NUMBER.search(prefix)
        else by_length.get(length, Number(length))
        for prefix, length in stacks.items()
    }


def _does(
    run: Passed,
    tensors: list[TracedTensor],
    of_stack: Mapping[str, Formula],
    stacks: Mapping[str, int],
    lists: dict[str, list[int]],
    sizes: Mapping[str, Any],
) -> Iterator[str]:
    """What a pass multiplies and keeps, and that it does; `of_stack` has the formulas of the lengths of `stacks`."""

    def where(name: str, places: list[Place]) -> str:
        return _where(name, places, stacks, lists)

    def stacked(name: str) -> Formula | None:
        pattern = _pattern(name, stacks)[0]
        for found in re.finditer(r"{}(\.{})?", pattern):
            # A list of lists of experts has those of a layer in the inner ones.
            length = of_stack[pattern[: found.start()]]
            if (EXPERTS.search(pattern[: found.start()]) and not found[1]) or counts_experts(length):
                return length
            inner = of_stack.get(pattern[: found.start() + len("{}.")]) if found[1] else None
            if counts_experts(inner):
                return inner
        return None

    lengths = {one.name for length in of_stack.values() for one in length.symbols}
    multiplied = {one.name: _multiplied(one) for one in tensors if not one.buffer}
    tied = {one.name: one.tied_to for one in tensors if one.tied_to}
    active = next((name for name in sizes if name.rpartition(".")[2] in ACTIVE), "")
    kernels = {one.name for one in tensors if one.owner in ("conv", "deconv")}
    lines = list(does(run, lambda one: _pattern(one, stacks), where, multiplied, tied, active, kernels, stacked))
    cached = ["kv-cache"] if any(line.startswith("keeps") for line in lines) else []
    if TOKENS in run.lost():
        raise OneNumber
    yield " ".join(["derives", "forward-flops", "training-flops", *cached])
    if lost := [f"{name}={sizes[name]}" for name in run.lost() if name in sizes and name not in lengths]:
        yield f"only {' '.join(lost)}"
    yield from lines
    if run.shared and "routes" not in lines:
        yield "routes"


def _multiplied(one: TracedTensor) -> bool:
    """Whether a description takes a tensor to be multiplied for each token."""
    last = one.name.rpartition(".")[2]
    return kind_of(Tensor(last, one.owner, tuple(map(Number, one.shape))), last) in MULTIPLIED


def _is_size(value: Any) -> bool:
    if isinstance(value, list):
        return all(type(one) is int for one in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


class UnlikeInside(Exception):
    """The layers of a stack in a stack do not all do the same: `prefix` stands before their numbers."""

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.prefix = prefix


def stacks_of(tensors: list[TracedTensor], unlike: Container[str] = ()) -> dict[str, int]:
    """Return the prefixes behind which a layer's number stands: whole rows of modules that are mostly alike.

    That of a stack in a stack has {} in it for the number of the outer layer. Its rows are all alike, and as long in
    each layer that has one. Behind the prefixes that are `unlike` stand names.
    """
    found: dict[str, int] = {}
    for depth in range(max((len(one.index) for one in tensors), default=0)):
        inside: dict[str, dict[Place, dict[int, set[tuple[str, str]]]]] = {}
        for one in tensors:
            parts = one.name.split(".")
            numbers = [at for at, part in enumerate(parts) if part.isdigit()]
            if len(numbers) <= depth:
                continue
            at = numbers[depth]
            prefix, place = _pattern(".".join(parts[:at]), found)
            rest = ".".join(parts[at + 1 :])
            rows = inside.setdefault(f"{prefix}." if at else "", {}).setdefault(place, {})
            rows.setdefault(int(parts[at]), set()).add((rest, _shape(one)))
        lengths = {prefix: _length(list(rows.values())) for prefix, rows in inside.items() if prefix not in unlike}
        found |= {prefix: length for prefix, length in lengths.items() if length}
    return found


def _length(rows: list[dict[int, set[tuple[str, str]]]]) -> int:
    """Return how many layers each of some rows has that are one stack; 0 where they are none."""
    kinds = {frozenset(layer) for row in rows for layer in row.values()}
    longest = len(rows[0])
    # A sequence of different modules is no stack: the numbers are names.
    most = max(1, longest // 2) if len(rows) == 1 else 1
    whole = all(sorted(row) == list(range(longest)) for row in rows)
    return longest if whole and longest > 1 and len(kinds) <= most else 0


def _shape(one: TracedTensor) -> str:
    return ",".join(map(written, _axes(one)))


def _axes(one: TracedTensor) -> tuple[Formula, ...]:
    """Return the formulas of the axes, the layer's number left out of them; plain numbers where they are not known."""
    if one.axes is None or any(symbol.name.startswith("i<") for axis in one.axes for symbol in axis.symbols):
        return tuple(map(Number, one.shape))
    return one.axes


def _entries(tensors: list[TracedTensor], stacks: Mapping[str, int]) -> tuple[list[list[Any]], dict[str, list[int]]]:
    rows: dict[tuple[str, str, str, str, bool], list[Place]] = {}
    owners: dict[tuple[str, str, str, str, bool], tuple[Formula, ...]] = {}
    for one in tensors:
        pattern, place = _pattern(one.name, stacks)
        tied, other = _pattern(one.tied_to, stacks) if one.tied_to else ("", ())
        if other and other != place:
            tied = one.tied_to
        key = (pattern, one.owned, _shape(one), tied, one.buffer)
        rows.setdefault(key, []).append(place)
        owners[key] = _axes(one)
    lists: dict[str, list[int]] = {}
    entries: list[list[Any]] = []
    for (pattern, owner, _text, tied, buffer), places in rows.items():
        where = _where(pattern, places, stacks, lists) or "True"
        entries.append(
            [
                pattern,
                owner,
                [written(axis) for axis in owners[pattern, owner, _text, tied, buffer]],
                tied,
                buffer,
                where,
            ]
        )
    return entries, lists


def _where(pattern: str, places: list[Place], stacks: Mapping[str, int], lists: dict[str, list[int]]) -> str:
    """Return the condition that these places of a pattern meet; UnlikeInside where they are some of an inner stack."""
    prefixes = [pattern[: found.start()] for found in re.finditer(r"{}", pattern)]
    if not prefixes:
        return ""
    outer = sorted({place[0] for place in places})
    inner = product(*(range(stacks[prefix]) for prefix in prefixes[1:]))
    if sorted(places) != sorted((layer, *rest) for rest in inner for layer in outer):
        raise UnlikeInside(prefixes[-1])
    if len(outer) == stacks[prefixes[0]]:
        return ""
    known = next((one for one, at in lists.items() if at == outer), f"kind_{len(lists) + 1}")
    lists[known] = outer
    return f"i in {known}"


def _pattern(name: str, stacks: Mapping[str, int]) -> tuple[str, Place]:
    """Return a name with {} for the number of each layer of a stack, and these numbers."""
    made: list[str] = []
    place: list[int] = []
    for part in name.split("."):
        prefix = ".".join(made) + "." if made else ""
        if part.isdigit() and prefix in stacks:
            place.append(int(part))
            part = "{}"  # noqa: PLW2901
        made.append(part)
    return ".".join(made), tuple(place)
