"""The page of forward FLOPs has the rule of thumb beside its count, over the length of the text."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

import symbolic
from symbolic.formulas.figures import percent
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import explain_page
from symbolic.pages.page import Equation, Section, Table
from symbolic.pages.pictures import Curves, Figure

NAME = "forward-flops"


def section(derivation: Derivation) -> Section | None:
    """Return the section of a page, if it has it."""
    return next((one for one in explain_page(derivation).sections if one.id == "by-length"), None)


@pytest.mark.parametrize(
    ("model", "parameters", "each", "lengths"),
    [
        ("gpt2-124m", 124_412_160, 4 * 12 * 768, ("128", "512", "1,024")),
        ("llama-3-8b", 8_030_261_248, 4 * 32 * 4096, ("128", "512", "1,024", "2,048", "8,192")),
        # Of the experts those of one token; a query and a key have 128 + 64 numbers in each of 128 heads, a value 128.
        (
            "deepseek-v3",
            37_552_282_624,
            2 * 61 * 128 * (128 + 64 + 128),
            ("128", "512", "1,024", "2,048", "8,192", "14,659", "32,768", "131,072", "163,840"),
        ),
    ],
)
def test_a_token_takes_what_the_totals_of_other_lengths_say(
    model: str, parameters: int, each: int, lengths: tuple[str, ...]
) -> None:
    found = section(symbolic.explain(model, NAME))
    assert found is not None
    rule, added, whole = (part.value for part in found.parts if isinstance(part, Equation))
    [table] = (part for part in found.parts if isinstance(part, Table))
    assert (rule, added) == (2 * parameters, each)
    assert tuple(row[0] for row in table.rows) == lengths
    for length, products, together, share in table.rows:
        count = int(str(length).replace(",", ""))
        exactly = Fraction(symbolic.explain(model, NAME, inputs={"tokens": count}).total, count)
        assert (products, together) == (each * count, exactly)
        assert share == percent(each * count / exactly)
        assert count != 1024 or together == whole


def test_the_drawing_has_the_count_with_the_mask_and_windows_beside_it() -> None:
    derivation = symbolic.explain("gemma-3-1b", NAME)
    found = section(derivation)
    assert found is not None
    [plot] = (part.plot for part in found.parts if isinstance(part, Figure) and isinstance(part.plot, Curves))
    here, masked = (line.points[-1] for line in plot.lines)
    for (length, height), convention in ((here, "products"), (masked, "masked")):
        total = symbolic.explain("gemma-3-1b", NAME, convention=convention, inputs={"tokens": int(length)}).total
        assert height == Fraction(total, int(length) * 10**9)
    assert [value for value, _words in plot.levels] == [Fraction(2 * 999_885_952, 10**9)]


@pytest.mark.parametrize(
    ("model", "convention", "inputs"),
    [
        # Two texts of two lengths; no growth with the text; patches of images; a part of the layers keeps a state.
        ("t5-small", "products", {}),
        ("mamba-130m", "products", {}),
        ("vit-base-patch16-224", "products", {}),
        ("qwen3-next-80b-a3b", "products", {}),
        # Another count has another rule, and one token after many others is no text.
        ("gpt2-124m", "masked", {}),
        ("gpt2-124m", "products", {"tokens": 1, "context": 512}),
    ],
)
def test_there_is_no_such_section_where_a_token_takes_something_else(
    model: str, convention: str, inputs: dict[str, int]
) -> None:
    assert section(symbolic.explain(model, NAME, convention=convention, inputs=inputs)) is None


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        # The numbers of nanoGPT's transformer_sizing notebook, at 1,024 tokens and in this vocabulary.
        (
            "gpt2-124m",
            [
                ("attention, matrices", 12 * 2 * 1024 * 4 * 768 * 768),
                ("attention, scores and mixing", 12 * 2 * 2 * 1024 * 1024 * 768),
                ("feed-forward network", 12 * 2 * 1024 * 8 * 768 * 768),
                ("output head", 2 * 1024 * 768 * 50257),
            ],
        ),
        ("mamba-130m", [("state-space mixer, matrices", None), ("state-space mixer, products without weights", None)]),
    ],
)
def test_the_first_table_has_products_with_weights_and_without_them_apart(
    model: str, rows: list[tuple[str, int | None]]
) -> None:
    derivation = symbolic.explain(model, NAME)
    first, *_ = explain_page(derivation).sections
    [table] = (part for part in first.parts if isinstance(part, Table))
    *parts, total = table.rows
    assert sum(int(row[-2]) for row in parts if isinstance(row[-2], int)) == total[-2] == derivation.total
    for (name, flops), row in zip(rows, parts, strict=False):
        assert row[0] == name
        assert flops in (None, row[-2])


def test_links_of_a_part_that_is_built_as_one_before_lead_to_steps_that_are_there() -> None:
    page = symbolic.explain("deepseek-v3", NAME).to("html")
    text = str(page)
    for place in set(re.findall(r'href="#(step-[\d-]+)"', text)):
        assert f'id="{place}"' in text
