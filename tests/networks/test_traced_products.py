"""What a page says of products that a pass of a network's own code makes: which weight, and what for."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import NothingToMeasure  # noqa: E402

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


class Normed(nn.Module):  # type: ignore[misc]
    """A norm behind a layer, for another number of channels where `misfit` is said."""

    def __init__(self, width: int, norm: str, misfit: int = 0) -> None:
        super().__init__()
        made = {"layer": nn.LayerNorm, "rms": nn.RMSNorm, "batch": nn.BatchNorm1d}
        channels = width + misfit
        self.layer = nn.Linear(width, width, bias=False)
        self.norm = nn.GroupNorm(1, channels) if norm == "group" else made[norm](channels)
        self.turned = norm in ("batch", "group")

    def forward(self, given: Any) -> Any:
        made = self.layer(given)
        return self.norm(made.transpose(1, 2) if self.turned else made)


@pytest.mark.parametrize("norm", ["layer", "rms", "batch", "group"])
def test_a_norm_that_does_not_fit_what_it_is_given_is_no_pass(norm: str) -> None:
    rows = {"given": "batch_size, tokens, width"}
    fits = symbolic.trace(Normed, {"width": 6, "norm": norm}, inputs=rows)
    assert api.explain(fits, "forward-flops", inputs={"tokens": 5}).total == 2 * 5 * 36
    model = symbolic.trace(Normed, {"width": 6, "norm": norm, "misfit": 1}, inputs=rows)
    with pytest.raises(NothingToMeasure, match="can't be followed: RuntimeError"):
        api.explain(model, "forward-flops", inputs={"tokens": 5})


class Squared(nn.Module):  # type: ignore[misc]
    """Layers that cut a row of patches into a square, whose other side they ask for, and lay it out again."""

    def __init__(self, image_size: int, patch_size: int, width: int, depth: int) -> None:
        super().__init__()
        self.side = image_size // patch_size
        self.layers = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(depth))

    def forward(self, made: Any) -> Any:
        for layer in self.layers:
            square = made.reshape(*made.shape[:2], self.side, made.shape[2] // self.side)
            made = layer(square).flatten(2)
        return made


def test_the_other_side_of_a_square_is_its_side() -> None:
    sizes = {"image_size": 12, "patch_size": 2, "width": 4, "depth": 3}
    model = symbolic.trace(Squared, sizes, inputs={"made": "batch_size, width, (image_size//patch_size)**2"})
    grid = {"image_size": [18], "patch_size": [3], "width": [5], "depth": [6]}
    [found] = [total for chunk in api.sweep(model, grid, "forward-flops").chunks() for total in chunk.totals]
    assert found == 2 * 6 * 6 * (6 * 9 * 5 * 5)


class Sampled(nn.Module):  # type: ignore[misc]
    """A policy that keeps a distribution, and draws from another."""

    def __init__(self, states: int, actions: int) -> None:
        super().__init__()
        self.layer = nn.Linear(states, actions)
        self.prior = torch.distributions.Categorical(torch.ones(actions) / actions)

    def forward(self, state: Any) -> Any:
        drawn = torch.distributions.Normal(self.layer(state), 1.0).rsample()
        return drawn, torch.distributions.kl_divergence(torch.distributions.Categorical(logits=drawn), self.prior)


def test_a_network_may_keep_a_distribution_and_draw_from_one() -> None:
    model = symbolic.trace(Sampled, {"states": 5, "actions": 3}, inputs={"state": "batch_size, states"})
    assert [api.explain(model).total, api.explain(model, "forward-flops").total] == [5 * 3 + 3, 2 * 5 * 3]
