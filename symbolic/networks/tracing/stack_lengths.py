"""Which size is the length of which stack, where what the code walks through does not tell.

Whisper's encoder and its decoder have as many layers each, and torch's own Transformer walks through its layers in code
of torch. Built with one layer more by one of the sizes, the network shows which stack is longer then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from symbolic.formulas.formula import Formula, Number, Symbol
from symbolic.networks.tracing.carried import symbol
from symbolic.networks.tracing.construction import TracedTensor, built, traced_tensors

Stacks = Callable[[list[TracedTensor]], dict[str, int]]


def stack_lengths(
    stacks: Stacks,
    tensors: list[TracedTensor],
    make: Callable[[Mapping[str, Any]], Any],
    sizes: Mapping[str, Any],
    ranges: Iterable[Formula],
) -> dict[str, Formula]:
    """Return the size that is the length of a stack, by the prefix of its names, where several could be it.

    It is a number where each size of that value leaves the stack as long as it is, and nothing else was walked through.
    """
    walked = [(one, _value(one, sizes)) for one in ranges]
    before = stacks(tensors)
    found: dict[str, Formula] = {}
    tried: set[int] = set()
    for name, value in sizes.items():
        if type(value) is not int or value not in before.values() or _is_plain(value, walked, before):
            continue
        try:
            longer = stacks(traced_tensors(built(partial(make, {**sizes, name: value + 1}))))
        except Exception:  # noqa: S112 - the code is a stranger's: it says by any error that it takes no such size
            continue
        tried.add(value)
        found |= {
            prefix: symbol(name) for prefix, length in before.items() if longer.get(prefix, 0) == length + 1 > value
        }
    walked_by = {value for one, value in walked if not isinstance(one, Symbol)}
    return {prefix: Number(length) for prefix, length in before.items() if length in tried - walked_by} | found


def _is_plain(value: int, walked: Sequence[tuple[Formula, Any]], before: Mapping[str, int]) -> bool:
    """Return whether code walks through one thing of that length only, and there is one stack of it."""
    return [length for _one, length in walked].count(value) == 1 == list(before.values()).count(value)


def _value(length: Formula, sizes: Mapping[str, Any]) -> Any:
    try:
        return length.value({key: value for key, value in sizes.items() if type(value) is int})
    except KeyError:
        return None
