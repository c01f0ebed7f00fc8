"""Code that chooses by the values of tensors: which parts work on a token, and which way it goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import NothingToMeasure  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}
SIZES = {"width": 6, "parts": 4}


class Routed(nn.Module):  # type: ignore[misc]
    """Sends each row to two of its parts, whatever these are called."""

    def __init__(self, width: int, parts: int, called: str) -> None:
        super().__init__()
        self.router = nn.Linear(width, parts, bias=False)
        self.called = called
        self.add_module(called, nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(parts)))

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        best = self.router(rows).topk(2).indices
        made = torch.zeros_like(rows)
        for number, part in enumerate(getattr(self, self.called)):
            at, _ = torch.where(best == number)
            made = made.index_add(0, at, part(rows[at]))
        return made


class Stacked(nn.Module):  # type: ignore[misc]
    """Takes a matrix of its own for each row."""

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.router = nn.Linear(width, parts, bias=False)
        self.matrices = nn.Parameter(torch.randn(parts, width, width))

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        return torch.einsum("tw,twv->tv", rows, self.matrices[self.router(rows).argmax(-1)])


class Deep(nn.Module):  # type: ignore[misc]
    """Works on the best rows only."""

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.router, self.layer = nn.Linear(width, 1, bias=False), nn.Linear(width, width, bias=False)
        self.kept = parts - 1

    def forward(self, given: Any) -> Any:
        at = self.router(given).topk(self.kept, dim=1).indices.expand(-1, -1, given.shape[-1])
        return given.scatter_add(1, at, self.layer(given.gather(1, at)))


class Weighted(nn.Module):  # type: ignore[misc]
    """Lets all parts work on each row, though it takes the best two."""

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.router = nn.Linear(width, parts, bias=False)
        self.parts = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(parts))

    def forward(self, given: Any) -> Any:
        found = self.router(given).topk(2)
        made = torch.stack([part(given) for part in self.parts], -2)
        return (made.gather(-2, found.indices[..., None].expand(-1, -1, -1, given.shape[-1]))).sum(-2)


def experts(width: int, parts: int) -> Any:
    return Routed(width, parts, "experts")


def mixers(width: int, parts: int) -> Any:
    return Routed(width, parts, "mixers")


@pytest.mark.parametrize(("build", "active"), [(experts, 6 * 4 + 2 * 36), (Weighted, 6 * 4 + 4 * 36)])
def test_the_parameters_of_one_token_are_those_that_the_code_uses(build: Any, active: int) -> None:
    model = symbolic.trace(build, SIZES, inputs=ROWS)
    assert api.explain(model, convention="active").total == active
    assert api.explain(model, "forward-flops", inputs={"tokens": 10}).total == 2 * 10 * active


@pytest.mark.parametrize(
    ("build", "flops"), [(mixers, 10 * (24 + 2 * 36)), (Stacked, 10 * (24 + 36)), (Deep, 10 * 6 + 3 * 36)]
)
def test_where_nothing_shows_which_parameters_work_on_one_token_they_have_no_number(build: Any, flops: int) -> None:
    model = symbolic.trace(build, SIZES, inputs=ROWS)
    assert str(api.explain(model).to_markdown()).startswith("# ")
    with pytest.raises(NothingToMeasure, match="no parameters by the convention active: parts of it work on some"):
        api.explain(model, convention="active")
    assert api.explain(model, "forward-flops", inputs={"tokens": 10}).total == 2 * flops


class Branches(nn.Module):  # type: ignore[misc]
    """Goes one of two ways by the values of its input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.short = nn.Linear(width, width)
        self.long = nn.Sequential(nn.Linear(width, 3 * width), nn.Linear(3 * width, width))

    def forward(self, given: Any) -> Any:
        return self.short(given) if given.mean() > 0 else self.long(given)


class Leaves(nn.Module):  # type: ignore[misc]
    """Leaves out the layers behind one that changes little."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(3))

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = layer(given)
            if given.abs().max() < 1:
                break
        return given


@pytest.mark.parametrize("net", [Branches, Leaves])
def test_a_way_that_hangs_on_the_values_of_the_input_has_no_number(net: Any) -> None:
    model = symbolic.trace(net, {"width": 4}, inputs=ROWS)
    with pytest.raises(NothingToMeasure, match="how much it multiplies hangs on the values of its inputs"):
        api.explain(model, "forward-flops")
    with pytest.raises(NothingToMeasure, match="its forward pass was not followed"):
        api.explain(model, convention="active")


class Caught(nn.Module):  # type: ignore[misc]
    """Goes another way where its input has no values."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.short, self.long = nn.Linear(width, width), nn.Linear(width, 3 * width)

    def forward(self, given: Any) -> Any:
        try:
            return self.short(given) if given.sum().mul(0).item() == 0 else self.long(given)
        except RuntimeError:
            return self.long(given)


def test_code_that_multiplies_something_else_on_numbers_has_no_number() -> None:
    model = symbolic.trace(Caught, {"width": 4}, inputs=ROWS)
    with pytest.raises(NothingToMeasure, match="on numbers it multiplies something else"):
        api.explain(model, "forward-flops")


@pytest.mark.parametrize("size", ["n", "n_2"])
def test_a_page_has_sizes_of_one_letter(size: str) -> None:
    model = symbolic.trace(lambda **sizes: nn.Linear(sizes[size], 3), {size: 5})
    assert f"<mi>{size}</mi>" in str(api.explain(model).to_html())


class Clamped(nn.Module):  # type: ignore[misc]
    """Asks the values, and multiplies the same whatever they are."""

    def __init__(self, width: int, wide: int = 1) -> None:
        super().__init__()
        self.layer = nn.Linear(width, wide * width, bias=False)

    def forward(self, given: Any) -> Any:
        assert given.isfinite().all()
        made = self.layer(given)
        return made.clamp(-9, 9) if made.isinf().any() else made


def test_a_question_whose_answer_changes_no_product_is_followed() -> None:
    found = api.explain(symbolic.trace(Clamped, {"width": 4}, inputs=ROWS), "forward-flops", inputs={"tokens": 5})
    assert (found.total, found.untested) == (2 * 5 * 16, "")


def test_what_no_pass_with_numbers_tests_is_said_to_be_so() -> None:
    model = symbolic.trace(Clamped, {"width": 64, "wide": 2**15}, inputs=ROWS)
    found = api.explain(model, "forward-flops", inputs={"tokens": 5})
    assert "**Not tested.** The operations" in str(found.to_markdown())
    assert "no pass with numbers tests them" in json.loads(str(found.to_json()))["untested"]
    assert "Not tested" not in str(api.explain(model).to_markdown())
