"""Layers alike that don't all run give what each of them would have given."""

from functools import partial
from typing import Any

import pytest

pytest.importorskip("torch", reason="torch is not installed")
import torch

from symbolic.networks.tracing.forward import recorded
from symbolic.networks.tracing.repeating import recorded_once

pytestmark = pytest.mark.torch
DEPTH = 8


class Layer(torch.nn.Module):  # type: ignore[misc]
    """Two matrices, a part of a cache, and what its number makes it do."""

    ran = 0

    def __init__(self, at: int, width: int, twice: tuple[int, ...], halves: bool) -> None:
        super().__init__()
        self.index, self.twice, self.halves = at, twice, halves
        self.first, self.second = torch.nn.Linear(4, width), torch.nn.Linear(width, 4)

    def forward(self, rows: Any, cache: Any) -> Any:
        """Multiply; some layers do it twice."""
        Layer.ran += 1
        cache.layers[self.index].keys = torch.zeros(len(rows), 4)
        for _time in range(2 if self.index in self.twice else 1):
            rows = self.second(self.first(rows))
        return rows[::2] if self.halves else rows


class Part:
    """What a cache has of one layer."""

    keys: Any = None


class Cache:
    """A part for each layer."""

    def __init__(self) -> None:
        self.layers = [Part() for _at in range(DEPTH)]


class Net(torch.nn.Module):  # type: ignore[misc]
    """Layers in a row."""

    def __init__(self, widths: tuple[int, ...], twice: tuple[int, ...] = (), *, halves: bool = False) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList([Layer(at, widths[at % len(widths)], twice, halves) for at in range(DEPTH)])

    def forward(self, rows: Any, cache: Any) -> Any:
        """Run each layer."""
        for layer in self.layers:
            rows = layer(rows, cache)
        return rows


@pytest.mark.parametrize(
    ("net", "runs"),
    [
        (Net((3,)), 3),
        # Two kinds in turn: three of each.
        (Net((3, 5)), 6),
        # The second and the last layer show that the layers are not alike, whatever they keep.
        (Net((3,), twice=(1,)), DEPTH),
        (Net((3,), twice=(DEPTH - 1,)), 3 + DEPTH),
        # Each is called with fewer rows than the one before.
        (Net((3,), halves=True), DEPTH),
    ],
)
def test_products_and_cache_are_those_of_a_pass_in_which_each_layer_runs(net: Net, runs: int) -> None:
    results = []
    for record in (recorded, recorded_once):
        Layer.ran, cache = 0, Cache()
        products, out = record(net, partial(net.__call__, torch.zeros(2**DEPTH, 4), cache))
        results.append((products, out.shape, [part.keys.shape for part in cache.layers]))
    assert results[0] == results[1]
    assert Layer.ran == runs
    assert not any("forward" in vars(layer) for layer in net.layers)
