"""What a page says of products that a pass of a network's own code makes: which weight, and what for."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}


class Pairs(nn.Module):  # type: ignore[misc]
    """A product of each row with each; where it `mixes`, the rows are added up by it."""

    def __init__(self, width: int, mixes: bool) -> None:
        super().__init__()
        self.layer, self.mixes = nn.Linear(width, width, bias=False), mixes

    def forward(self, given: Any) -> Any:
        made = self.layer(given)
        pairs = made @ made.mT
        return pairs.softmax(-1) @ made if self.mixes else pairs


@pytest.mark.parametrize("mixes", [True, False])
def test_a_product_of_rows_with_one_another_is_attention_only_where_they_are_mixed_by_it(mixes: bool) -> None:
    made = api.explain(
        symbolic.trace(Pairs, {"width": 6, "mixes": mixes}, inputs=ROWS), "forward-flops", inputs={"tokens": 5}
    )
    text = str(made.to_text())
    assert made.total == 2 * 5 * 6 * 6 + (1 + mixes) * 2 * 5 * 5 * 6
    assert ("query is multiplied by the key" in text) is mixes
    assert ("Two tensors that were both computed" in text) is not mixes


class LearnedQueries(nn.Module):  # type: ignore[misc]
    """Attention whose queries are parameters that go through a layer with a bias."""

    def __init__(self, width: int, queries: int) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.zeros(queries, width))
        self.ask, self.key = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, given: Any) -> Any:
        return self.ask(self.queries) @ self.key(given[0]).mT


def test_a_bias_is_added_and_not_multiplied() -> None:
    model = symbolic.trace(LearnedQueries, {"width": 6, "queries": 3}, inputs=ROWS)
    made = api.explain(model, "forward-flops", inputs={"tokens": 5})
    assert made.total == 2 * 3 * 6 * 6 + 2 * 5 * 6 * 6 + 2 * 3 * 5 * 6
    assert " bias\n" not in str(made.to_text())
