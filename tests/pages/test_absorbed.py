"""The page of a cache of latents compares three ways to use what is kept."""

from __future__ import annotations

import pytest

import symbolic
from symbolic.pages.cells import Cell, InShort
from symbolic.pages.document import explain_page
from symbolic.pages.page import Table

CAPTION = "What a new token takes for each token of the context"


def rows(model: object) -> list[tuple[Cell, ...]]:
    page = explain_page(symbolic.explain(model, "kv-cache"))
    tables = [part for section in page.sections for part in section.parts if isinstance(part, Table)]
    return [row[1:] for table in tables if table.caption == CAPTION for row in table.rows]


# deepseek-ai/DeepSeek-V3, inference/model.py, commit 9b4e978, lines 480 to 495: the products of its two settings.
ABSORBED, NAIVE, KEPT = 61 * 2 * 128 * (512 + 64 + 512), 61 * 2 * 128 * (192 + 128), 61 * 576 * 2


def test_a_latent_is_used_as_it_is_in_full_or_made_again() -> None:
    made_again = NAIVE + 61 * 2 * 512 * 128 * (128 + 128)
    assert (ABSORBED, NAIVE, made_again) == (16_990_208, 4_997_120, 2_051_817_472)
    found = [(flops, read.value) for flops, read, _each in rows("deepseek-v3") if isinstance(read, InShort)]
    assert found == [(ABSORBED, KEPT), (NAIVE, 61 * 128 * (192 + 128) * 2), (made_again, KEPT)]


def test_its_operations_are_those_that_the_count_absorbed_adds_for_a_token_of_the_context() -> None:
    long, longer = (
        symbolic.explain(
            "deepseek-v3", "forward-flops", convention="absorbed", inputs={"tokens": 1, "context": context}
        ).total
        for context in (100, 101)
    )
    assert longer - long == ABSORBED


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "qwen3-next-80b-a3b"])
def test_other_caches_have_no_such_ways(model: str) -> None:
    assert rows(model) == []
