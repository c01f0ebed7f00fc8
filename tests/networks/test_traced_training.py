"""What is known of training and of files, read off a network's own code: gradients, fixed weights, buffers."""

from __future__ import annotations

import random
from typing import Any, ClassVar

import pytest

torch = pytest.importorskip("torch")

import numpy as np  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import NothingToMeasure  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}
PLACES = {"places": "batch_size, tokens:int"}


class Two(nn.Module):  # type: ignore[misc]
    """Two layers, of which the second may be fixed, left out of the gradients, cut off, or chosen by."""

    def __init__(self, width: int, way: str = "") -> None:
        super().__init__()
        self.first, self.second = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.second.requires_grad_(way != "fixed")
        self.way = way

    def forward(self, given: Any) -> Any:
        made = self.first(given)
        if self.way == "cut off":
            return made, self.second(made.detach())
        if self.way == "without gradients":
            with torch.no_grad():
                return made + self.second(made)
        return made + self.second(made).argmax(-1, keepdim=True) if self.way == "chosen by" else self.second(made)


class Asking(Two):
    """The same, beside a question to the data that has to be answered."""

    def forward(self, given: Any) -> Any:
        assert given.isfinite().all().item()
        return super().forward(given)


class OfPlaces(nn.Module):  # type: ignore[misc]
    """A layer of what is computed from whole numbers, which have no gradient."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Linear(width, width, bias=False) for _ in range(2))

    def forward(self, places: Any) -> Any:
        return self.second(self.first(places[..., None].float().expand(-1, -1, self.first.in_features).sin()))


@pytest.mark.parametrize(
    ("build", "sizes", "inputs"), [(Two, {"width": 6}, ROWS), (OfPlaces, {"width": 6}, PLACES)], ids=["rows", "places"]
)
def test_training_is_three_times_the_forward_pass(build: Any, sizes: Any, inputs: Any) -> None:
    model = symbolic.trace(build, sizes, inputs=inputs)
    assert api.explain(model, "training-flops", inputs={"tokens": 5}).total == 3 * 2 * 2 * 5 * 6 * 6


@pytest.mark.parametrize(
    ("build", "way"),
    [(Two, "fixed"), (Two, "without gradients"), (Two, "chosen by"), (Two, "cut off"), (Asking, "chosen by")],
)
def test_training_with_products_that_have_no_gradient_has_no_number(build: Any, way: str) -> None:
    model = symbolic.trace(build, {"width": 6, "way": way}, inputs=ROWS)
    assert api.explain(model, "forward-flops", inputs={"tokens": 5}).total == 2 * 2 * 5 * 6 * 6
    with pytest.raises(NothingToMeasure, match="some products have no gradient"):
        api.explain(model, "training-flops")


def test_fixed_numbers_are_told_from_learned_ones() -> None:
    found = api.explain(symbolic.trace(Two, {"width": 6, "way": "fixed"}, inputs=ROWS))
    assert (found.total, api.explain(found.model, convention="learned").total) == (2 * 36, 36)


class Embedded(nn.Module):  # type: ignore[misc]
    """A fixed table, and a matrix that is as large as all that is outside of tables."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.embedding.requires_grad_(False)
        self.layer = nn.Linear(width, width)

    def forward(self, words: Any) -> Any:
        return self.layer(self.embedding(words))


def test_a_page_lists_the_learned_numbers_that_it_speaks_of() -> None:
    text = api.explain(symbolic.trace(Embedded, {"words": 7, "width": 6})).to_text()
    assert "learned" in text.split("The conventions\n")[1].split("From ")[0]


class Stored(nn.Module):  # type: ignore[misc]
    """A layer beside a buffer."""

    def __init__(self, width: int, called: str, stored: bool = True) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width)
        self.register_buffer(called, torch.ones(width, width), persistent=stored)

    def forward(self, given: Any) -> Any:
        return self.layer(given)


@pytest.mark.parametrize(
    ("sizes", "missing"),
    [({"called": "bias"}, True), ({"called": "mask"}, True), ({"called": "mask", "stored": False}, False)],
)
def test_a_file_says_that_it_holds_buffers_that_are_not_counted(sizes: Any, missing: bool) -> None:
    model = symbolic.trace(Stored, {"width": 6, **sizes}, inputs=ROWS)
    found = api.explain(model, "checkpoint-size")
    assert found.total == 2 * (6 * 6 + 6)
    assert ("(buffers)" in found.lacks) is missing
    assert "router" not in str(found.to_markdown())


class Remembering(nn.Module):  # type: ignore[misc]
    """An LSTM that is given its first state by name."""

    def __init__(self, width: int, hidden: int, shown: int) -> None:
        super().__init__()
        self.layer = nn.LSTM(width, hidden, 2, batch_first=True, bidirectional=True, proj_size=shown)

    def forward(self, given: Any) -> Any:
        return self.layer(given, hx=None)[0]


def test_an_lstm_that_shows_less_than_it_keeps() -> None:
    model = symbolic.trace(Remembering, {"width": 6, "hidden": 8, "shown": 3}, inputs=ROWS)
    with FlopCounterMode(display=False) as counted, torch.no_grad(), torch.device("meta"):
        Remembering(6, 8, 5)(torch.zeros(1, 5, 6))
    rows = api.sweep(model, {"shown": [5], "tokens": [5]}, "forward-flops").chunks()
    assert [int(total) for rows in rows for total in rows.totals] == [counted.get_total_flops()]
    assert api.explain(model, "training-flops").total == 3 * api.explain(model, "forward-flops").total


class TwoHeads(nn.Module):  # type: ignore[misc]
    """Has a second head: for training, or for nothing."""

    def __init__(self, width: int, way: str) -> None:
        super().__init__()
        self.head, self.second = nn.Linear(width, 3, bias=False), nn.Linear(width, 4, bias=False)
        self.way = way

    def forward(self, given: Any) -> Any:
        made = self.head(given)
        works = self.way == "always" or (self.way == "in training" and self.training)
        return (made, self.second(given)) if works else made


@pytest.mark.parametrize(
    ("way", "active", "training"),
    [("always", 6 * 7, 3 * 2 * 5 * 6 * 7), ("never", None, 3 * 2 * 5 * 6 * 3), ("in training", None, None)],
)
def test_a_part_that_works_in_training_alone_or_never_is_counted_with_neither(
    way: str, active: int | None, training: int | None
) -> None:
    model = symbolic.trace(TwoHeads, {"width": 6, "way": way}, inputs=ROWS)
    assert api.explain(model).total == 6 * 7

    def known(*asked: str, **how: Any) -> Any:
        try:
            return api.explain(model, *asked, **how).total
        except NothingToMeasure:
            return None

    assert known(convention="active") == active
    assert known("training-flops", inputs={"tokens": 5}) == training


class Dropping(nn.Module):  # type: ignore[misc]
    """Two layers, of which training leaves out the second at random, or shares its results out, as it draws."""

    WAYS: ClassVar[dict[str, Any]] = {
        "torch": lambda: torch.rand(1).item() < 0.01,
        "a tensor of torch": lambda: bool(torch.empty(1).uniform_() < 0.01),
        "a choice of torch": lambda: torch.bernoulli(torch.tensor(0.01)).item() == 1,
        "Python": lambda: random.random() < 0.01,
        "Python's choice": lambda: random.choices([True, False], [1, 99])[0],
        "NumPy": lambda: np.random.uniform(0, 1) < 0.01,  # as strangers write it
    }

    def __init__(self, width: int, way: str) -> None:
        super().__init__()
        self.first, self.second = (nn.Linear(width, width, bias=False) for _ in range(2))
        self.way = way

    def forward(self, given: Any) -> Any:
        made = self.first(given)
        if not self.training:
            return made + self.second(made)
        if self.way == "a mask":
            return made + self.second(made) * (torch.rand_like(made[..., :1]) + 0.9).floor() / 0.9
        return made if self.WAYS[self.way]() else made + self.second(made)


@pytest.mark.parametrize("way", [*Dropping.WAYS, "a mask"])
def test_a_layer_that_training_leaves_out_now_and_then_has_no_number_for_it(way: str) -> None:
    model = symbolic.trace(Dropping, {"width": 6, "way": way}, inputs=ROWS)
    assert api.explain(model, "forward-flops", inputs={"tokens": 5}).total == 2 * 5 * 2 * 36
    if way == "a mask":
        assert api.explain(model, "training-flops", inputs={"tokens": 5}).total == 3 * 2 * 5 * 2 * 36
    else:
        with pytest.raises(NothingToMeasure, match="three times"):
            api.explain(model, "training-flops")
