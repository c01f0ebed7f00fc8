"""The page of the cache has a table of lengths and bits, and says where nobody says how long a text may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

import symbolic
from symbolic.configs import models
from symbolic.formulas.figures import in_short
from symbolic.pages.document import explain_page
from symbolic.pages.page import Paragraph, Table

GPT2 = 2 * 12 * 768  # numbers of a token: a key and a value in each layer
LLAMA, LLAMA_IN_FULL = 2 * 32 * 8 * 128, 2 * 32 * 32 * 128
DEEPSEEK, DEEPSEEK_IN_FULL = 61 * (512 + 64), 61 * 128 * ((128 + 64) + 128)
GEMMA = 2 * 4 * 256
"""Of a layer: 4 heads share keys and values. 5 layers see all tokens; 29 keep 1,023 of the last 1,024."""
UNLIMITED = {key: value for key, value in models.find("llama-3-8b").config.items() if key != "max_position_embeddings"}


@pytest.mark.parametrize(
    ("model", "unit", "numbers", "in_full", "lengths", "known"),
    [
        ("gpt2-124m", 10**6, lambda length: GPT2 * length, None, (128, 512, 1024), True),
        ("llama-3-8b", 10**9, lambda n: LLAMA * n, lambda n: LLAMA_IN_FULL * n, (128, 512, 2048, 8192), True),
        (UNLIMITED, 10**9, lambda n: LLAMA * n, lambda n: LLAMA_IN_FULL * n, (2048, 8192, 32768, 131072), False),
        (
            "deepseek-v3",
            10**9,
            lambda n: DEEPSEEK * n,
            lambda n: DEEPSEEK_IN_FULL * n,
            (8192, 32768, 131072, 163840),
            True,
        ),
        (
            "gemma-3-4b-text",
            10**9,
            lambda n: GEMMA * (5 * n + 29 * 1023),
            lambda n: 2 * GEMMA * (5 * n + 29 * 1023),
            (2048, 8192, 32768, 131072),
            True,
        ),
    ],
)
def test_a_sequence_is_as_large_as_its_length_and_the_bits_of_a_number_say(
    model: str | dict[str, object],
    unit: int,
    numbers: Callable[[int], int],
    in_full: Callable[[int], int] | None,
    lengths: Sequence[int],
    known: bool,
) -> None:
    page = explain_page(symbolic.explain(model, "kv-cache"))
    parts = next(section.parts for section in page.sections if section.id == "idea")
    table = next(part for part in parts if isinstance(part, Table) and part.columns[1].startswith("16 bits"))
    assert table.rows == tuple(
        tuple(
            [f"{length:,}", *(in_short(Fraction(numbers(length) * size, unit)) for size in (2, 1))]
            + ([in_short(Fraction(in_full(length) * 2, unit))] if in_full else [])
        )
        for length in lengths
    )
    words = next(part.text for part in parts if isinstance(part, Paragraph) and "length and bits" in part.text)
    assert ("does not say for how long" not in words) is known


@pytest.mark.parametrize("model", ["t5-small", "mamba-130m"])
def test_there_is_no_such_table_where_the_context_is_not_the_one_length(model: str) -> None:
    assert "length and bits" not in symbolic.explain(model, "kv-cache").to_text()
