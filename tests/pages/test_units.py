"""What follows from a total stands there in units too, and pages of serving say what binds each pass."""

from __future__ import annotations

from fractions import Fraction

import pytest

import symbolic
from symbolic import api
from symbolic.measuring.results import derived_results
from symbolic.pages.cells import InShort
from symbolic.pages.document import explain_page
from symbolic.pages.page import Page, Table


def table(page: Page, section: str, heads: tuple[str, ...]) -> Table:
    """The table of a section with these heads."""
    parts = next(one.parts for one in page.sections if one.id == section)
    return next(part for part in parts if isinstance(part, Table) and part.columns[: len(heads)] == heads)


def test_the_cost_of_a_training_goes_from_operations_to_dollars_unit_by_unit() -> None:
    derivation = symbolic.explain("llama-3-8b", "training-cost")
    rows = table(explain_page(derivation), "results", ("Result", "In units")).rows
    assert [row[:2] for row in rows] == [
        ("FLOPs of the training", "FLOPs"),
        ("Device-hours", "FLOPs ÷ (FLOPs per device and s) ÷ (s per h) = device-hours"),
        ("Days", "device-hours ÷ devices ÷ (h per day) = days"),
        ("Price", "device-hours × (dollars per device-hour) = dollars"),
        ("Energy", "device-hours × (W per device) ÷ (W per kW) = kWh"),
    ]
    values = [Fraction(row[2].value) for row in rows if isinstance(row[2], InShort)]
    flops, hours, days, price, energy = values
    sizes = {name: Fraction(size) for name, size in derivation.sizes.items()}
    assert hours == flops / (sizes["device_flops"] * sizes["utilisation"]) / 3600
    assert days == hours / sizes["n_devices"] / 24
    assert price == hours * sizes["hour_price"]
    assert energy == hours * sizes["device_power"] / 1000
    assert [row[2].formula.value(derivation.sizes) for row in rows if isinstance(row[2], InShort)] == values


@pytest.mark.parametrize(("batch", "binds"), [(1, "memory"), (4000, "arithmetic")])
def test_the_page_of_the_intensity_says_what_binds(batch: int, binds: str) -> None:
    inputs = {"batch_size": batch, "context": 1}
    derivation = symbolic.explain("llama-3-8b", "arithmetic-intensity", inputs=inputs)
    times = {one.key: one.value for one in derived_results(derivation) if one.key}
    assert (times["reading"] >= times["computing"]) is (binds == "memory")
    assert f"So the step is bound by the {binds}" in " ".join(derivation.to_text().split())


@pytest.mark.parametrize("model", ["llama-3-8b", "mixtral-8x7b"])
def test_a_prompt_is_bound_by_the_arithmetic_and_a_step_by_the_memory(model: str) -> None:
    page = api.serving(model, device="h100", devices=2, prompt=2048, batch=4)
    rows = table(page, "roofline", ("Pass", "GFLOPs")).rows
    assert [row[0] for row in rows] == ["4 prompts of 2,048 tokens", "step of 4 tokens, one of each sequence"]
    assert [str(row[-1]).split(" (")[0] for row in rows] == ["the arithmetic", "the memory"]
