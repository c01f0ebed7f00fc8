"""The lesson of training memory: its layouts are what device-memory derives, and the first that fits is named."""

from itertools import product
from typing import Any

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic.errors import SymbolicError
from symbolic.measuring.layouts import WAYS, Layouts, layouts


def found(model: str, **inputs: Any) -> Layouts:
    made = layouts(symbolic.explain(model, "device-memory", inputs=inputs))
    assert made is not None
    return made


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3"])
@pytest.mark.parametrize("devices", [1, 2, 64])
def test_each_number_is_the_total_of_its_page(model: str, devices: int) -> None:
    made = found(model)
    for way, size in made.rows[devices].items():
        tensor = made.split[devices] if way == "tensor" else 1
        inputs = {"tensor_parallel": tensor, "data_parallel": devices // tensor}
        page = symbolic.explain(model, "device-memory", inputs=inputs, choices=WAYS[way], idle_inputs=True)
        assert page.total == size, way


@pytest.mark.parametrize(
    ("model", "inputs", "devices", "way"),
    [
        # 124 million × 16 bytes, and 8 billion: 128 GB, of which ZeRO 2 leaves 2 × 8.03 + 14 × 8.03 / 2 = 72.3 to each
        ("gpt2-124m", {}, 1, "whole"),
        ("llama-3-8b", {}, 2, "zero_2"),
        ("llama-3-8b", {"device_memory": 160 * 10**9}, 1, "whole"),
        ("llama-3-8b", {"device_memory": 130 * 10**9}, 1, "recomputed"),
        # 671 billion × 16 bytes are 10,736 GB: 84 on each of 128, 42 on each of 256
        ("deepseek-v3", {}, 256, "zero_3_recomputed"),
    ],
)
def test_the_first_layout_that_fits_is_named(model: str, inputs: dict[str, int], devices: int, way: str) -> None:
    made = found(model, **inputs)
    assert made.first is not None
    assert (made.first.devices, made.first.way) == (devices, way)
    smaller = [row for many, row in made.rows.items() if many < devices]
    assert all(size > made.room for row in smaller for size in row.values())
    assert made.first.bytes <= made.room


def test_heads_that_do_not_divide_are_split_among_fewer() -> None:
    """GPT-2 has 12 heads: 8 devices can't share them evenly, and 4 can."""
    assert found("gpt2-124m").split[8] == 4


@pytest.mark.parametrize(("model", "quantity"), sample(list(product(MODELS, ["device-memory", "training-memory"])), 7))
def test_pages_begin_with_it(model: str, quantity: str) -> None:
    try:
        text = " ".join(str(symbolic.explain(model, quantity).to("text")).split())
    except SymbolicError:
        return
    assert "The first layout that fits:" in text.split("This page counts")[0]
    assert "What one parameter costs: 16 bytes" in text
    assert "GB on each device" in text


def test_activations_are_those_of_the_conventions() -> None:
    """Llama 3 8B at 1,024 tokens: what training-memory counts beyond its states, by what is computed again."""
    text = str(symbolic.explain("llama-3-8b", "training-memory").to("text"))
    states = 8_030_261_248 * 16
    for convention in ("all-kept", "selective-recomputation", "full-recomputation"):
        total = symbolic.explain("llama-3-8b", "training-memory", convention=convention).total
        assert f"{total - states:,}" in text
