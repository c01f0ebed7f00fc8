"""The fullest device decides whether a layout fits: each stage with its own batches, and what is needed for a while."""

from itertools import product
from typing import Any

import pytest
from sampling import sample

import symbolic
from symbolic.measuring.fullest import fullest, room_of
from symbolic.measuring.layouts import WAYS, layouts
from symbolic.measuring.pipelines import Measured, Stages, pipelines
from symbolic.measuring.results import derived_results

LLAMA: Any = ({"pipeline_parallel": 2, "data_parallel": 16, "tokens": 8192, "batch_size": 4}, {"recompute": "full"})
DEEPSEEK: Any = ({"pipeline_parallel": 16, "expert_parallel": 64, "data_parallel": 128, "tokens": 4096}, {})


def page(model: str, inputs: dict[str, int], choices: dict[str, str]) -> Any:
    return symbolic.explain(model, "device-memory", inputs=inputs, choices=choices, idle_inputs=True)


@pytest.mark.parametrize(
    ("model", "asked", "stage", "batches", "layers", "for_a_while"),
    [
        # Two tables of 4 × 8,192 × 128,256 scores at 32 bits stand beside what the last of two stages keeps.
        ("llama-3-8b", LLAMA, 2, 1, 16, 2 * 4 * 4 * 8192 * 128_256),
        # Three of the first four layers are dense: the second stage has one batch less, and four layers of experts.
        ("deepseek-v3", DEEPSEEK, 2, 15, 4, 0),
        ("llama-3-8b", ({}, {}), 1, 1, 32, 2 * 4 * 8192 * 128_256),
    ],
)
def test_the_fullest_stage_has_its_own_batches_and_its_own_peak(
    model: str, asked: Any, stage: int, batches: int, layers: int, for_a_while: int
) -> None:
    found = fullest(page(model, *asked)).stage
    assert (found.place + 1, found.batches, found.layers, found.for_a_while) == (stage, batches, layers, for_a_while)


@pytest.mark.parametrize(("model", "way"), sample(list(product(["gpt2-124m", "llama-3-8b", "mixtral-8x7b"], WAYS)), 5))
def test_a_layout_without_stages_takes_what_the_table_of_layouts_says(model: str, way: str) -> None:
    made = layouts(symbolic.explain(model, "device-memory"))
    assert made is not None
    devices = 1 if way in ("whole", "recomputed") else 8
    tensor = made.split[devices] if way == "tensor" else 1
    asked = page(model, {"tensor_parallel": tensor, "data_parallel": devices // tensor}, dict(WAYS[way]))
    assert fullest(asked).stage.bytes == made.rows[devices][way]


@pytest.mark.parametrize(
    ("model", "stages", "experts"), [("llama-3-8b", 4, 1), ("deepseek-v3", 16, 64), ("gpt2-124m", 5, 1)]
)
def test_stages_are_those_of_the_table_of_pipelines(model: str, stages: int, experts: int) -> None:
    """The same bytes by another way: the layouts in stages, of which each page has a few."""
    plain = symbolic.explain(model, "device-memory")
    shared = layouts(plain)
    assert shared is not None
    measured = Measured(plain, shared)
    [row] = measured.of(Stages(stages, experts, experts))
    sizes = {"pipeline_parallel": stages, "expert_parallel": experts, "data_parallel": experts}
    found = fullest(page(model, sizes, {"recompute": "full"}))
    assert [one.kept for one in found.stages] == list(measured.sizes(row.shared))
    assert found.stage.place == row.place
    assert pipelines(plain, shared).rows


@pytest.mark.parametrize(
    ("model", "inputs", "choices"),
    [
        ("llama-3-8b", {"pipeline_parallel": 2, "tensor_parallel": 2, "data_parallel": 8}, {"recompute": "full"}),
        ("llama-3-8b", {"data_parallel": 64, "tokens": 2048}, {"zero": "3"}),
        ("gpt2-124m", {"pipeline_parallel": 4, "data_parallel": 2}, {"zero": "2"}),
    ],
)
def test_the_largest_batch_is_the_last_whose_fullest_device_fits(
    model: str, inputs: dict[str, int], choices: dict[str, str]
) -> None:
    made = page(model, inputs, choices)
    [most] = [int(one.value) for one in derived_results(made) if one.key == "sequences"]
    larger = [page(model, {**inputs, "batch_size": batch}, choices) for batch in (most, most + 1)]
    assert [fullest(one).stage.bytes <= room_of(one) for one in larger] == [True, False]


@pytest.mark.parametrize(("model", "asked", "fits"), [("llama-3-8b", LLAMA, False), ("gpt2-124m", LLAMA, True)])
def test_a_page_says_that_a_layout_fits_where_its_fullest_device_does(model: str, asked: Any, fits: bool) -> None:
    inputs, choices = asked
    made = page(model, {**inputs, "tokens": 1024} if fits else {**inputs, "batch_size": 8}, choices)
    says = " ".join(str(made.to("text")).split()).partition("This page counts")[0]
    assert ("this layout fits" in says, "does not fit" in says) == (fits, not fits)
    assert any(one.key == "left" for one in derived_results(made)) == fits


@pytest.mark.parametrize(
    ("given", "batches"),
    [({}, [4, 3, 2, 1]), ({"in_flight": 2}, [2, 2, 2, 1]), ({"in_flight": 6}, [6, 6, 6, 6])],
)
def test_of_batches_that_are_given_no_stage_keeps_more(given: dict[str, int], batches: list[int]) -> None:
    """With fewer than stages, the last stages have fewer behind them; with more, the schedule is not ours."""
    found = fullest(page("gpt2-124m", {"pipeline_parallel": 4, **given}, {}))
    assert [one.batches for one in found.stages] == batches


def test_layers_that_are_given_to_a_stage_are_taken_from_the_others() -> None:
    found = fullest(page("gpt2-124m", {"pipeline_parallel": 3, "stage_layers": 2}, {}))
    assert [one.layers for one in found.stages] == [2, 5, 5]
