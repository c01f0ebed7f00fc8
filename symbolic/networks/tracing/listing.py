"""One trace of a module as a description: tensors by their names, equal layers as a stack with a symbolic length."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from symbolic.formulas.formula import Formula, Number
from symbolic.networks.blocks import MULTIPLIED
from symbolic.networks.learned.description import Tensor
from symbolic.networks.learned.naming import ACTIVE
from symbolic.networks.learned.tensors import kind_of
from symbolic.networks.learned.writing import text_of
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.tracing.complaints import said
from symbolic.networks.tracing.construction import TracedTensor
from symbolic.networks.tracing.doing import does
from symbolic.networks.tracing.guards import OneNumber
from symbolic.networks.tracing.symbolic_pass import Passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS


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
    stacks = stacks_of(tensors)
    of_stack = {prefix: by_length.get(length, Number(length)) for prefix, length in stacks.items()} | dict(known or {})
    entries, lists = _entries(tensors, stacks)
    lengths = {one.name for length in of_stack.values() for one in length.symbols}
    lines = [f"lacks {lacks}"] if lacks else []
    lines += [] if run is None else _does(run, tensors, stacks, lists, sizes, lengths)
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
            "does": lines,
        }
    )


def _does(
    run: Passed,
    tensors: list[TracedTensor],
    stacks: Mapping[str, int],
    lists: dict[str, list[int]],
    sizes: Mapping[str, Any],
    lengths: Container[str],
) -> Iterator[str]:
    """What a pass multiplies and keeps, and that it does; `lengths` are the sizes that are numbers of layers."""

    def where(name: str, layers: list[int]) -> str:
        if "{}" not in name or len(layers) == stacks[name[: name.find("{}")]]:
            return ""
        known = next((one for one, at in lists.items() if at == layers), f"kind_{len(lists) + 1}")
        lists[known] = layers
        return f"i in {known}"

    multiplied = {one.name: _multiplied(one) for one in tensors if not one.buffer}
    tied = {one.name: one.tied_to for one in tensors if one.tied_to}
    active = next((name for name in sizes if name.rpartition(".")[2] in ACTIVE), "")
    kernels = {one.name for one in tensors if one.owner in ("conv", "deconv")}
    lines = list(does(run, lambda one: _pattern(one, stacks), where, multiplied, tied, active, kernels))
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


def stacks_of(tensors: list[TracedTensor]) -> dict[str, int]:
    """Return the prefixes behind which a layer's number stands: whole rows of modules that are mostly alike."""
    inside: dict[str, dict[int, set[tuple[str, str]]]] = {}
    for one in tensors:
        parts = one.name.split(".")
        for at, part in enumerate(parts):
            if part.isdigit() and not any(earlier.isdigit() for earlier in parts[:at]):
                prefix = ".".join(parts[:at]) + "." if at else ""
                rest = ".".join(parts[at + 1 :])
                inside.setdefault(prefix, {}).setdefault(int(part), set()).add((rest, _shape(one)))
    found = {}
    for prefix, layers in inside.items():
        kinds = {frozenset(layer) for layer in layers.values()}
        whole = sorted(layers) == list(range(len(layers)))
        # A sequence of different modules is no stack: the numbers are names.
        if whole and len(layers) > 1 and len(kinds) <= max(1, len(layers) // 2):
            found[prefix] = len(layers)
    return found


def _shape(one: TracedTensor) -> str:
    return ",".join(map(written, _axes(one)))


def _axes(one: TracedTensor) -> tuple[Formula, ...]:
    """Return the formulas of the axes, the layer's number left out of them; plain numbers where they are not known."""
    if one.axes is None or any(symbol.name.startswith("i<") for axis in one.axes for symbol in axis.symbols):
        return tuple(map(Number, one.shape))
    return one.axes


def _entries(tensors: list[TracedTensor], stacks: Mapping[str, int]) -> tuple[list[list[Any]], dict[str, list[int]]]:
    rows: dict[tuple[str, str, str, str, bool], list[int]] = {}
    owners: dict[tuple[str, str, str, str, bool], tuple[Formula, ...]] = {}
    for one in tensors:
        pattern, layer = _pattern(one.name, stacks)
        tied, other = _pattern(one.tied_to, stacks) if one.tied_to else ("", None)
        if other is not None and other != layer:
            tied = one.tied_to
        key = (pattern, one.owned, _shape(one), tied, one.buffer)
        rows.setdefault(key, []).append(-1 if layer is None else layer)
        owners[key] = _axes(one)
    lists: dict[str, list[int]] = {}
    entries: list[list[Any]] = []
    for (pattern, owner, _text, tied, buffer), layers in rows.items():
        where = "True"
        prefix = pattern[: pattern.find("{}")] if "{}" in pattern else ""
        if "{}" in pattern and len(layers) < stacks[prefix]:
            name = next((name for name, known in lists.items() if known == layers), f"kind_{len(lists) + 1}")
            lists[name] = layers
            where = f"i in {name}"
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


def _pattern(name: str, stacks: Mapping[str, int]) -> tuple[str, int | None]:
    parts = name.split(".")
    for at, part in enumerate(parts):
        prefix = ".".join(parts[:at]) + "." if at else ""
        if part.isdigit() and prefix in stacks:
            return ".".join((*parts[:at], "{}", *parts[at + 1 :])), int(part)
    return name, None
