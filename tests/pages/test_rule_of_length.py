"""Pages of FLOPs go from the rule T > 8D to the length from which on attention takes half in this network."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest

import symbolic
from symbolic.measuring.results import derived_results
from symbolic.pages.document import explain_page
from symbolic.pages.page import Equation, Section, Table


def section(model: str, quantity: str, **inputs: int) -> Section | None:
    """Return the section of a page, if it has it."""
    page = explain_page(symbolic.explain(model, quantity, inputs=inputs))
    return next((one for one in page.sections if one.id == "rule-of-length"), None)


WIDTH, SQUARE = 4096, 32 * 4096**2
LLAMA = [
    (
        "numbers of attention's matrices: keys and values are made for 8 heads, not for 32",
        5 * SQUARE // 2,
        4 * SQUARE,
        "−3,072",
        "29,696",
    ),
    (
        "numbers of the feed-forward networks: 3 matrices of 4,096 × 14,336, not 3 of 4,096 × 16,384",
        3 * SQUARE * 14_336 // WIDTH,
        12 * SQUARE,
        "−3,072",
        "26,624",
    ),
    ("numbers outside the layers (the head): the rule leaves them out", 128_256 * WIDTH, 0, "+2,004", "28,628"),
]


@pytest.mark.parametrize(("quantity", "batch"), [("forward-flops", 1), ("training-flops", 3)])
def test_each_difference_from_the_rule_is_a_row(quantity: str, batch: int) -> None:
    found = section("llama-3-8b", quantity, batch_size=batch)
    assert found is not None
    [table] = (part for part in found.parts if isinstance(part, Table))
    assert table.rows[0][-1] == 8 * WIDTH
    assert list(table.rows[1:]) == LLAMA
    assert [part.value for part in found.parts if isinstance(part, Equation)] == [8 * WIDTH, 28_628]


@pytest.mark.parametrize(
    ("model", "reasons"),
    [
        ("gpt2-124m", ["2 matrices of 768 × 3,072, not 3 of 768 × 3,072", "the rule leaves them out"]),
        (
            "deepseek-v3",
            [
                "all heads of a layer together compare 24,576 numbers and mix 16,384, not 7,168 each",
                "queries, keys and values are made by way of short lists",
                "in layers with experts a token passes through 8 of 256 experts and 1 that all tokens share, each "
                "2,048 numbers wide, not through one network that is 28,672 wide",
                "the rule leaves them out",
            ],
        ),
    ],
)
def test_each_row_has_its_reason(model: str, reasons: list[str]) -> None:
    found = section(model, "forward-flops")
    assert found is not None
    [table] = (part for part in found.parts if isinstance(part, Table))
    assert [str(row[0]).partition(": ")[2] for row in table.rows[1:]] == reasons


@pytest.mark.parametrize("model", ["gpt2-124m", "deepseek-v3", "gemma-2-2b", "bert-base-uncased", "qwen3-30b-a3b"])
def test_it_ends_at_the_length_that_the_page_says(model: str) -> None:
    found = section(model, "training-flops")
    assert found is not None
    [half] = (one.value for one in derived_results(symbolic.explain(model, "training-flops")) if "half" in one.key)
    end = [part.value for part in found.parts if isinstance(part, Equation)][-1]
    assert isinstance(end, int | Fraction)
    assert half == ceil(end)


def test_a_network_with_other_products_has_no_such_way() -> None:
    """What the state of its other layers takes neither grows with the text nor is that of a matrix."""
    assert section("qwen3-next-80b-a3b", "training-flops") is None
    assert section("t5-small", "training-flops") is None
