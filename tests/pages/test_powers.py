"""Columns of numbers that are too long to read have a power of ten in their head; the exact total is at the top."""

from fractions import Fraction

import pytest

import symbolic
from symbolic.pages.cells import InShort
from symbolic.pages.document import explain_page
from symbolic.pages.page import Table


@pytest.mark.parametrize(
    ("model", "quantity", "power"), [("deepseek-v3", "training-cost", 24), ("gpt2-124m", "training-cost", 18)]
)
def test_the_parts_of_a_training_are_in_a_power_of_ten(model: str, quantity: str, power: int) -> None:
    made = symbolic.explain(model, quantity)
    [where] = [section for section in explain_page(made).sections if section.id == "where"]
    [table] = [part for part in where.parts if isinstance(part, Table)]
    *parts, total = [row[2] for row in table.rows]
    cells = [cell for cell in (*parts, total) if isinstance(cell, InShort)]
    assert len(cells) == len(table.rows)
    assert table.columns[2].endswith("FLOPs")
    assert sum(Fraction(cell.value) for cell in cells[:-1]) == cells[-1].value == Fraction(made.total, 10**power)


def test_short_numbers_stay_exact() -> None:
    text = symbolic.explain("gpt2-124m", "forward-flops").to("text")
    assert "10²" not in text
