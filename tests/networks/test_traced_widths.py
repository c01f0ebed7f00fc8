"""Layers of which each has its own widths: what code makes of their numbers keeps the sizes in it."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402


class Dense(nn.Module):  # type: ignore[misc]
    """Layers that take what all before them made."""

    def __init__(self, first: int, growth: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(first + at * growth, growth, bias=False) for at in range(depth))

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = torch.cat([given, layer(given)], -1)
        return given


class Wider(nn.Module):  # type: ignore[misc]
    """Convolutions that look twice as far apart and have twice as many channels, each, as the one before."""

    def __init__(self, base: int, kernel: int, depth: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.layers = nn.ModuleList()
        for at in range(depth):
            spread = 2**at
            made = nn.Conv1d(base * spread, 2 * base * spread, kernel, dilation=spread, bias=False)
            self.layers.append(nn.Sequential(nn.ConstantPad1d(((kernel - 1) * spread, 0), 0.0), made))

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = layer(given)
        return given


@pytest.mark.parametrize(
    ("build", "sizes", "first", "changed", "parameters"),
    [
        (Dense, {"first": 5, "growth": 3, "depth": 3}, "tokens, first", {"growth": 4}, 4 * (5 + 9 + 13)),
        (Dense, {"first": 5, "growth": 3, "depth": 3}, "tokens, first", {"first": 2, "growth": 2}, 2 * (2 + 4 + 6)),
        (Wider, {"base": 2, "kernel": 3, "depth": 3}, "base, tokens", {"base": 3}, 3 * 2 * 9 * (1 + 4 + 16)),
        (Wider, {"base": 2, "kernel": 3, "depth": 3}, "base, tokens", {"base": 4, "kernel": 2}, 2 * 2 * 16 * 21),
    ],
)
def test_layers_with_widths_of_their_own_keep_the_sizes_in_them(
    build: Any, sizes: Any, first: str, changed: Any, parameters: int
) -> None:
    model = symbolic.trace(build, sizes, inputs={"given": f"batch_size, {first}"})
    assert counted(model, changed, "parameters") == [parameters]
    assert counted(model, changed, "forward-flops", inputs={"tokens": 9}) == [2 * 9 * parameters]


@pytest.mark.parametrize(("build", "sizes"), [(Dense, {"first": 5, "growth": 3}), (Wider, {"base": 2, "kernel": 3})])
def test_their_number_holds_for_its_value_only(build: Any, sizes: Any) -> None:
    first = "tokens, first" if build is Dense else "base, tokens"
    model = symbolic.trace(build, {**sizes, "depth": 3}, inputs={"given": f"batch_size, {first}"})
    assert counted(model, {"depth": 4}, "parameters") == []


def counted(model: Any, found: dict[str, int], quantity: str, **how: Any) -> Any:
    grid = {name: [value] for name, value in found.items()}
    return [total for chunk in api.sweep(model, grid, quantity, **how).chunks() for total in chunk.totals]
