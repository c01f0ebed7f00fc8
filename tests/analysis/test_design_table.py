"""The table of what the designs of compared models differ in."""

import pytest

import symbolic
from symbolic.analysis.compare_page import compare_page
from symbolic.pages.page import Table

CAPTION = "What the designs differ in"
OWN, SHARED = "attention, each head with its own keys and values", "attention, 8 query heads to a key-value head"


def differences(*models: str) -> dict[str, tuple[object, ...]]:
    page = compare_page([symbolic.explain(model) for model in models])
    tables = (part for section in page.sections for part in section.parts if isinstance(part, Table))
    return {str(row[0]): row[1:] for table in tables if table.caption == CAPTION for row in table.rows}


@pytest.mark.parametrize(
    ("row", "first", "second"),
    [
        ("how tokens see others", OWN, "attention, keys and values from a latent"),
        ("what a norm learns", "scales and shifts", "scales"),
        ("learned numbers for positions", "a learned table", "none"),
        ("feed-forward networks and experts", "two matrices", "three matrices, one of them a gate"),
        ("experts of a layer that has some", "none", "8 of 256 for a token; others that every token passes"),
        ("biases in", "attention and feed-forward", "none"),
        ("output head", "uses the token table", "a matrix of its own"),
    ],
)  # fmt: skip
def test_each_row_says_what_the_trees_show(row: str, first: str, second: str) -> None:
    assert differences("gpt2-124m", "deepseek-v3")[row] == (first, second)


@pytest.mark.parametrize(
    ("models", "row", "says"),
    [
        (("llama-2-7b", "llama-2-70b"), "how tokens see others", SHARED),
        (("mistral-7b-v0.3", "mistral-7b-v0.1"), "what attention looks at", "the last 4,096 tokens"),
        (("llama-3-8b", "olmo-2-7b"), "where norms stand", "after each part, before its result is added"),
        (("llama-3-8b", "mamba-130m"), "how tokens see others", "state space"),
    ],
)  # fmt: skip
def test_what_is_alike_is_left_out(models: tuple[str, str], row: str, says: str) -> None:
    found = differences(*models)
    assert found[row][1] == says
    assert all(len(set(cells)) > 1 for cells in found.values())


def test_models_of_one_design_have_no_such_table() -> None:
    assert differences("gpt2-124m", "gpt2-1558m") == {}
