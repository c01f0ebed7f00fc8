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


class Counted(torch.nn.Linear):  # type: ignore[misc]
    """A matrix that counts how often one like it runs."""

    ran = 0

    def forward(self, rows: Any) -> Any:
        """Multiply."""
        Counted.ran += 1
        return super().forward(rows)


class Holding(torch.nn.Module):  # type: ignore[misc]
    """A layer of one of two kinds, with a part that both have, which may be told the number of its layer."""

    def __init__(self, at: int, wide: bool, twice: int | None) -> None:
        super().__init__()
        self.own, self.part, self.twice, self.layer_idx = torch.nn.Linear(4, 5 if wide else 3), Counted(4, 4), twice, at

    def forward(self, rows: Any, layer_idx: int) -> Any:
        """Multiply by the part, in one layer twice."""
        self.own(rows)
        return self.part(self.part(rows) if layer_idx == self.twice else rows)


class Told(torch.nn.Module):  # type: ignore[misc]
    """Layers that are told their numbers; of `tied` ones each second has the first one's weight in its part."""

    def __init__(
        self, wide: tuple[int, ...] = (), twice: int | None = None, *, tied: bool = False, fewer: bool = False
    ) -> None:
        super().__init__()
        self.fewer = fewer
        self.layers = torch.nn.ModuleList([Holding(at, at in wide, twice) for at in range(DEPTH)])
        if tied:
            for layer in self.layers[2::2]:
                layer.part.weight = self.layers[0].part.weight

    def forward(self, rows: Any) -> Any:
        """Run each layer, where `fewer` says so the last one with fewer rows."""
        for at, layer in enumerate(self.layers):
            rows = layer(rows[:2] if self.fewer and at == DEPTH - 1 else rows, at)
        return rows


@pytest.mark.parametrize(
    ("net", "runs"),
    [
        (Told(), 3),
        # Layers of two kinds, in turn or not, with one part: of it the first two run, and the last.
        (Told(wide=(0, 2, 4, 6)), 3),
        (Told(wide=(0, 1, 4)), 3),
        # One layer does it twice: all layers run, each with a part that does the same, wherever it stands.
        (Told(twice=1), 3),
        # The last layer says nothing of those that did not run, since it is called with fewer rows.
        (Told(fewer=True), 3 + DEPTH),
        # A weight with several names goes by its first.
        (Told(tied=True), 3),
    ],
)
def test_parts_alike_in_layers_need_not_all_run(net: Told, runs: int) -> None:
    results = []
    for record in (recorded, recorded_once):
        Counted.ran = 0
        products, out = record(net, partial(net.__call__, torch.zeros(3, 4)))
        results.append((products, out.shape))
    assert results[0] == results[1]
    assert Counted.ran == runs


class Stated(torch.nn.Module):  # type: ignore[misc]
    """Parts that look at what they share, which the network changes before the last of them."""

    def __init__(self) -> None:
        super().__init__()
        self.state = {"twice": False}
        self.layers = torch.nn.ModuleList([Looking(self.state) for _at in range(DEPTH)])

    def forward(self, rows: Any) -> Any:
        """Run each part."""
        for at, layer in enumerate(self.layers):
            self.state["twice"] = at == DEPTH - 1
            rows = layer(rows)
        return rows


class Looking(Counted):
    """Multiplies twice where what it shares says so."""

    def __init__(self, state: dict[str, bool]) -> None:
        super().__init__(4, 4)
        self.state = state

    def forward(self, rows: Any) -> Any:
        """Multiply."""
        return super().forward(super().forward(rows) if self.state["twice"] else rows)


def test_where_the_last_called_alike_does_something_else_all_run() -> None:
    net = Stated()
    Counted.ran = 0
    products, _out = recorded_once(net, partial(net.__call__, torch.zeros(3, 4)))
    assert len(products) == DEPTH + 1
    assert Counted.ran == 4 + DEPTH + 1


def test_layers_that_did_the_same_in_an_earlier_pass_run_once_in_the_next() -> None:
    sure: set[tuple[str, ...]] = set()
    ran, products = [], []
    for rows in (5, 7):
        net, cache = Net((3, 5)), Cache()
        Layer.ran = 0
        found, out = recorded_once(net, partial(net.__call__, torch.zeros(rows, 4), cache), sure)
        ran.append(Layer.ran)
        products.append([(one.module, one.weight, one.axes) for one in found])
        whole, _out = recorded(net, partial(net.__call__, torch.zeros(rows, 4), Cache()))
        assert products[-1] == [(one.module, one.weight, one.axes) for one in whole]
        assert [len(part.keys) for part in cache.layers] == [rows] * DEPTH
        assert len(out) == rows
    assert ran == [6, 2]


def test_layers_that_did_not_do_the_same_are_no_surer_in_the_next_pass() -> None:
    sure: set[tuple[str, ...]] = set()
    for rows in (5, 7):
        net = Net((3,), twice=(DEPTH - 1,))
        found, _out = recorded_once(net, partial(net.__call__, torch.zeros(rows, 4), Cache()), sure)
        assert [one.module for one in found].count(f"layers.{DEPTH - 1}.first") == 2
