"""Layers whose first input says how large they are, parametrized weights, and modules that are called `bias`."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.nn.utils.parametrizations import orthogonal, weight_norm  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import ConfigError  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}


def swept(model: Any, **sizes: int) -> list[Any]:
    """Return what a sweep has for these sizes: the total, or nothing where they are refused."""
    chunks = api.sweep(model, {name: [size] for name, size in sizes.items()}).chunks()
    return [total for chunk in chunks for total in chunk.totals]


class Lazy(nn.Module):  # type: ignore[misc]
    """Two lazy layers, the second on all places of an image."""

    def __init__(self, maps: int, classes: int) -> None:
        super().__init__()
        self.maps, self.head = nn.LazyConv2d(maps, 3, padding=1), nn.LazyLinear(classes)

    def forward(self, given: Any) -> Any:
        return self.head(self.maps(given).flatten(1))


IMAGE = {"given": "batch_size, 2, side=5, side"}


def test_lazy_layers_have_the_sizes_of_a_pass_on_the_inputs() -> None:
    model = symbolic.trace(Lazy, {"maps": 4, "classes": 3}, inputs=IMAGE)
    assert api.explain(model).total == 4 * 2 * 9 + 4 + 3 * 4 * 25 + 3
    assert api.explain(model, "forward-flops").total == 2 * (25 * 4 * 2 * 9 + 3 * 4 * 25)
    assert swept(model, classes=7) == [4 * 2 * 9 + 4 + 7 * 4 * 25 + 7]


def test_a_size_goes_through_a_lazy_layer_and_what_only_the_input_has_holds_for_its_value() -> None:
    model = symbolic.trace(Lazy, {"maps": 4, "classes": 3}, inputs=IMAGE)
    assert swept(model, maps=9) == [9 * 2 * 9 + 9 + 3 * 9 * 25 + 3]
    assert swept(model, side=9) == []


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (None, "say what its forward pass takes"),
        ({"given": "batch_size, 2, tokens, 5"}, "as large as there are tokens"),
        ({"given": "batch_size, 2, 3, 4, 5, 6"}, "that its forward pass does not reach: RuntimeError"),
    ],
)
def test_lazy_layers_whose_sizes_nothing_says_are_refused_in_one_line(inputs: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        symbolic.trace(Lazy, {"maps": 4, "classes": 3}, inputs=inputs)


def test_a_module_whose_lazy_layers_have_no_sizes_yet_is_refused() -> None:
    with pytest.raises(ConfigError, match="Lazy has lazy layers; run it once"):
        symbolic.explain(Lazy(4, 3))


class Parametrized(nn.Module):  # type: ignore[misc]
    """Layers whose weights are made of other tensors in each pass."""

    def __init__(self, way: Any, width: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(way(nn.Linear(width, width)) for _ in range(depth))

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = layer(given)
        return given


@pytest.mark.parametrize(("way", "more"), [(weight_norm, 6), (orthogonal, 0)])
def test_a_parametrized_weight_has_the_tensors_that_it_is_made_of(way: Any, more: int) -> None:
    def build(width: int, depth: int) -> Any:
        return Parametrized(way, width, depth)

    model = symbolic.trace(build, {"width": 6, "depth": 3}, inputs=ROWS)
    assert api.explain(model).total == 3 * (36 + 6 + more)
    made = 3 * 2 * 6 * 6 * 6 if way is orthogonal else 0
    assert api.explain(model, "forward-flops", inputs={"tokens": 4}).total == 3 * 2 * 4 * 36 + made


class Conditional(nn.Module):  # type: ignore[misc]
    """Scales and shifts by what is given, with layers that are called as tensors are."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Linear(3, width, bias=False), nn.Linear(3, width)

    def forward(self, given: Any, style: Any) -> Any:
        return given * self.weight(style) + self.bias(style)


def test_a_module_may_have_the_name_of_a_tensor() -> None:
    def build(width: int) -> Any:
        return nn.ModuleDict({"norm": Conditional(width)})["norm"]

    model = symbolic.trace(build, {"width": 6}, inputs={**ROWS, "style": "batch_size, tokens, 3"})
    assert api.explain(model).total == 3 * 6 + 3 * 6 + 6
    assert api.explain(model, "forward-flops", inputs={"tokens": 4}).total == 2 * 4 * 2 * 3 * 6


class Replaced(nn.Module):  # type: ignore[misc]
    """Gives a layer another matrix after it was made."""

    def __init__(self, width: int, wide: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width, bias=False)
        self.layer.weight.data = torch.zeros(wide, width)

    def forward(self, given: Any) -> Any:
        return self.layer(given)


def test_a_weight_has_the_shape_of_what_the_code_puts_in_its_place() -> None:
    model = symbolic.trace(Replaced, {"width": 6, "wide": 4}, inputs=ROWS)
    assert swept(model, wide=9) == [9 * 6]
