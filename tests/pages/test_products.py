"""Pages of FLOPs say why a product takes what it takes: one that is worked out, and a matrix forward and backward."""

from __future__ import annotations

import re

import pytest

import symbolic
from symbolic.pages.cells import Derived
from symbolic.pages.document import explain_page
from symbolic.pages.page import Table


def table(model: str, quantity: str) -> Table:
    """The table of one matrix forward and backward."""
    sections = {section.id: section for section in explain_page(symbolic.explain(model, quantity)).sections}
    return next(part for part in sections["backward"].parts if isinstance(part, Table))


MATRICES = [
    ("gpt2-124m", "training-flops", 1024 * 768 * 3072),
    ("llama-3-8b", "training-cost", 8192 * 14_336 * 4096),
    ("mixtral-8x7b", "training-flops", 1024 * 4096 * 4096),
    ("vit-base-patch16-224", "training-flops", 197 * 768 * 3072),
    ("mamba-130m", "training-flops", 1024 * 1536 * 768),
]


@pytest.mark.parametrize(("model", "quantity", "product"), MATRICES)
def test_a_matrix_takes_two_operations_forward_and_four_backward(model: str, quantity: str, product: int) -> None:
    counts = [row[-1] for row in table(model, quantity).rows]
    assert counts == [2 * product, 2 * product, 2 * product, 6 * product]
    derivation = symbolic.explain(model, quantity)
    assert all(isinstance(one, Derived) and one.formula.value(derivation.sizes) == one for one in counts)


@pytest.mark.parametrize(("model", "attends"), [("llama-3-8b", True), ("mamba-130m", False)])
def test_the_scores_of_attention_are_named_where_there_is_attention(model: str, attends: bool) -> None:
    assert ("attention’s scores" in symbolic.explain(model, "training-flops").to_text()) is attends


@pytest.mark.parametrize("quantity", ["forward-flops", "training-flops"])
def test_the_product_that_is_worked_out_takes_what_its_numbers_say(quantity: str) -> None:
    text = symbolic.explain("gpt2-124m", quantity).to_text().partition("WHAT A FLOP IS")[2]
    results = re.findall(r"^    (\S+ × \S+ \+ \S+ × \S+ \+ \S+ × \S+) = (\S+)$", text, re.MULTILINE)
    assert len(results) == 4
    assert 2 * sum(sums.count("×") for sums, _ in results) == 24
    assert "2 × 2 × (3 × 2) = 24 FLOPs" in text
