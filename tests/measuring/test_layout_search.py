"""All layouts of so many devices: each as a page about it alone has it."""

import re
from itertools import product
from math import prod
from pathlib import Path

import pytest
from click.testing import CliRunner
from sampling import sample

import symbolic
from symbolic.cli import main
from symbolic.measuring.layout_search import devices_of, layouts_of
from symbolic.measuring.results import deciding
from symbolic.pages.document import explain_page
from symbolic.pages.page import Page, Table

EIGHT = {"data_parallel": 8}


def table_of(page: Page) -> Table:
    [section] = (section for section in page.sections if section.id == "all-layouts")
    [table] = (part for part in section.parts if isinstance(part, Table))
    return table


def test_all_layouts_of_eight_devices_are_there() -> None:
    """GPT-2 has 12 heads, which 8 devices can't share, and 12 layers."""
    found = layouts_of(symbolic.explain("gpt2-124m", "device-memory", inputs=EIGHT))
    splits = {(one.tensor, one.pipeline, one.data) for one in found.rows}
    powers = (1, 2, 4, 8)
    assert splits == {split for split in product((1, 2, 4), powers, powers) if prod(split) == 8}
    assert found.refused == 1


def test_of_very_many_layouts_those_stay_whose_stages_are_a_power_of_two_and_the_own_one() -> None:
    own = {"tensor_parallel": 16, "pipeline_parallel": 3, "data_parallel": 2**5 * 3**2}
    made = symbolic.explain("llama-3-8b", "device-memory", inputs=own)
    found = layouts_of(made)
    odd = [one for one in found.rows if one.pipeline & (one.pipeline - 1)]
    assert [(one.tensor, one.pipeline, one.data) for one in odd] == [(16, 3, 288)]
    [section] = (section for section in explain_page(made).sections if section.id == "all-layouts")
    assert f"{found.uneven} layouts whose number of stages is no power of two" in str(section.parts[0])


@pytest.mark.parametrize(
    ("model", "inputs", "place"),
    sample(
        [
            ("llama-3-8b", {"data_parallel": 16}, 4),
            ("llama-3-8b", {"data_parallel": 8, "context_parallel": 2}, 1),
            ("mixtral-8x7b", {"data_parallel": 16, "batch_size": 2}, 3),
            ("mixtral-8x7b", {"data_parallel": 16, "expert_parallel": 2}, 0),
        ],
        3,
    ),
)
def test_a_row_is_what_a_page_of_that_layout_says(model: str, inputs: dict[str, int], place: int) -> None:
    made = symbolic.explain(model, "device-memory", inputs=inputs)
    one = layouts_of(made).rows[place]
    layout = {
        "tensor_parallel": one.tensor,
        "pipeline_parallel": one.pipeline,
        "data_parallel": one.data,
        **({"expert_parallel": one.expert} if one.expert > 1 else {}),
    }
    own = [
        symbolic.explain(model, "device-memory", inputs=inputs | layout, choices={"recompute": again})
        for again in ("selective", "full")
    ]
    assert [devices_of(page) for page in own] == [devices_of(made)] * 2
    assert [deciding(page).value for page in own] == [one.bytes, one.recomputed]


def test_the_page_of_a_layout_has_it_among_all_others() -> None:
    page = explain_page(symbolic.explain("llama-3-8b", "device-memory", inputs={"tensor_parallel": 2, **EIGHT}))
    table = table_of(page)
    [here] = table.strong
    assert table.rows[here][:3] == (2, 1, 8)
    assert {row[5] for row in table.rows} <= {"yes", "yes, close", "no"}
    alone = explain_page(symbolic.explain("llama-3-8b", "device-memory"))
    assert "all-layouts" not in [section.id for section in alone.sections]


@pytest.mark.parametrize(
    ("model", "inputs", "options"),
    [
        ("llama-3-8b", {"data_parallel": 64}, "--tp 2"),
        ("mixtral-8x7b", {"data_parallel": 64}, "--ep 8"),
        ("llama-3-8b", {"tensor_parallel": 4, "data_parallel": 16}, ""),
    ],
)
def test_where_the_page_s_layout_does_not_fit_the_one_with_the_fewest_devices_for_a_copy_is_named(
    model: str, inputs: dict[str, int], options: str
) -> None:
    made = symbolic.explain(model, "device-memory", inputs=inputs)
    [says] = (part.text for part in explain_page(made).lead if "All layouts of 64" in str(part.text))
    assert (f"is that of `{options}`" in str(says)) == bool(options)
    assert ("none of them" in str(says)) == bool(options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--devices 16 --tp 4", "All layouts of 16 devices"),
        ("--devices 9 --tp 4", "9 devices can't be divided by tensor_parallel 4; give a multiple of it"),
        ("--devices 16 --dp 4", "16 devices leave 16 for data_parallel, and 4 is given; leave one of the two out"),
    ],
)
def test_devices_are_divided_among_what_is_given(options: str, says: str) -> None:
    asked = "explain gpt2-124m --quantity device-memory --format text --output - " + options
    output = CliRunner().invoke(main, asked.split()).output
    assert says.casefold() in " ".join(output.split()).casefold()


def test_devices_are_those_of_each_quantity(tmp_path: Path) -> None:
    asked = "explain gpt2-124m --quantity device-memory,training-cost --devices 16 --format text --output"
    assert CliRunner().invoke(main, [*asked.split(), str(tmp_path)]).exit_code == 0
    memory, cost = (
        (tmp_path / "gpt2-124m" / f"{name}.txt").read_text("utf-8") for name in ("device-memory", "training-cost")
    )
    assert "ALL LAYOUTS OF 16 DEVICES" in memory
    assert re.search(r"n_devices +\S+ +16 devices", cost)


def test_where_a_layout_has_several_sizes_devices_are_refused() -> None:
    asked = "sweep gpt2-124m --quantity device-memory --devices 16 --vary tensor_parallel=1,2"
    result = CliRunner().invoke(main, asked.split())
    assert result.exit_code != 0
    assert "here give --dp" in " ".join(result.output.split())
