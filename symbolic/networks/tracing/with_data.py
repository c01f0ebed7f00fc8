"""A forward pass on random numbers, for code that asks the values of tensors: which expert gets a token, say.

Such a pass takes the memory and the time that the network takes, so only a small one is run. Each pass has other
numbers, so what hangs on them shows in two passes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from math import prod
from typing import Any

import sympy
import torch

from symbolic.networks.tracing.construction import NUMBER
from symbolic.networks.tracing.forward import Multiplied, recorded
from symbolic.networks.tracing.inputs import PassInputs
from symbolic.networks.tracing.recurrent import recurrent
from symbolic.networks.tracing.symbolic_sizes import Unformulated

LARGEST = 2**26
"""A network of more numbers is not run."""
INDICES = 2
"""What stands for a word is below that: each table has so many rows."""
SEEDS = count()


def asks_for_values(problem: Exception) -> bool:
    """Return whether code failed since tensors had no values."""
    return "meta" in str(problem).lower()


def is_small(module: Any) -> bool:
    """Return whether a network may be run."""
    numbers: int = sum(tensor.numel() for tensor in (*module.parameters(), *module.buffers()))
    return numbers <= LARGEST


def recorded_with_data(
    make: Callable[[], Any], one: PassInputs, shape: Callable[[Any], list[int]]
) -> tuple[list[Multiplied], Any]:
    """Return the products of a pass on random numbers, and what it returned; `shape` makes numbers of axes."""

    def made(axes: Any, kind: torch.dtype) -> Any:
        if kind.is_floating_point:
            return torch.randn(shape(axes), dtype=kind)
        return torch.randint(0, INDICES, shape(axes)).to(kind)

    kernel = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    with torch.random.fork_rng(devices=[]), kernel, _in_products():
        torch.manual_seed(next(SEEDS))
        module = make()
        module.eval()
        with recurrent(module):
            return recorded(module, lambda: one.call(module)(made), numbers=True)


@contextmanager
def _in_products() -> Iterator[None]:
    """Let torch's attention take no kernel of its own on numbers, which hides its products."""
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def on_average(one: list[Multiplied], other: list[Multiplied], names: Iterable[str]) -> list[Multiplied]:
    """Return the products of two passes on other numbers: what hangs on these is shared out evenly.

    Experts get as many tokens together in both, and each alone another number of them. Unformulated where that is not
    so. `names` are those of all weights, since an expert may get no token.
    """
    mine, others = _by_weight(one), _by_weight(other)
    changing = {_pattern(name) for name in {**mine, **others} if mine.get(name) != others.get(name)}
    alike: dict[str, list[str]] = {pattern: [] for pattern in sorted(changing)}
    for name in names:
        if _pattern(name) in changing:
            alike[_pattern(name)].append(name)
    shared = [product for group in alike.values() for product in _shared_out([*one, *other], group, mine, others)]
    return [*(each for each in one if _pattern(each.weight) not in changing), *shared]


def _pattern(name: str) -> str:
    return NUMBER.sub("{}", name)


def _by_weight(products: list[Multiplied]) -> dict[str, list[int]]:
    """How much each product of a weight multiplies."""
    found: dict[str, list[int]] = {}
    for each in products:
        found.setdefault(each.weight, []).append(prod(map(int, each.axes)))
    return found


def _shared_out(
    products: list[Multiplied], names: list[str], mine: Mapping[str, list[int]], others: Mapping[str, list[int]]
) -> Iterator[Multiplied]:
    """One product for each of these weights, which are alike: its share of what they multiply together."""
    together = sum(sum(mine.get(name, ())) for name in names)
    again = sum(sum(others.get(name, ())) for name in names)
    if not names or together != again:
        raise Unformulated("how much it multiplies hangs on the values of its inputs")
    like = next(each for each in products if each.weight in names and all(each.axes))
    own: int = prod(int(axis) for axis in like.axes) // prod(int(axis) for axis in like.rows)
    rows = sympy.Rational(together, own * len(names))
    modules = {each.weight: each.module for each in products}
    for name in names:
        yield Multiplied(modules.get(name, name.rpartition(".")[0]), name, (rows, sympy.Integer(own)), (rows,))
