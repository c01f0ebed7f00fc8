"""Code that asks the values of tensors, networks that are one sequence, and images that have to be squares."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import ConfigError, NothingToMeasure  # noqa: E402
from symbolic.networks.tracing.inputs import tried  # noqa: E402
from symbolic.networks.tracing.lost_sizes import counted_as_built  # noqa: E402
from symbolic.networks.tracing.tracing import trace_text  # noqa: E402
from symbolic.networks.tracing.witness import lost_by_pass  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}


def sequence(width: int, depth: int) -> Any:
    return nn.Sequential(*(nn.Linear(width, width) for _ in range(depth)))


def headed(width: int, depth: int) -> Any:
    return nn.Sequential(*(nn.Linear(width, width) for _ in range(depth)), nn.Linear(width, 5))


@pytest.mark.parametrize(("build", "head"), [(sequence, 0), (headed, 5 * 7)])
def test_a_sequence_that_is_the_whole_network_has_all_of_its_layers(build: Any, head: int) -> None:
    model = symbolic.trace(build, {"width": 6, "depth": 3}, inputs={"input": "batch_size, tokens, width"})
    assert api.explain(model).total == 3 * (6 * 6 + 6) + head
    assert api.explain(model, "forward-flops", inputs={"tokens": 4}).total == 2 * 4 * (3 * 6 * 6 + (head and 5 * 6))


def test_a_description_that_lacks_a_layer_of_its_module_is_refused() -> None:
    text = trace_text(sequence, {"width": 6, "depth": 3})[0]
    counted_as_built(text, sequence(6, 3), {"width": 6, "depth": 3})
    with pytest.raises(ConfigError, match="Sequential has 168 parameters, and 126 were read off its code"):
        counted_as_built(text, sequence(6, 4), {"width": 6, "depth": 3})


class Experts(nn.Module):  # type: ignore[misc]
    """Sends each row to two experts, in the order of the experts, with as many rows for each as chose it."""

    def __init__(self, width: int, wide: int, experts: int) -> None:
        super().__init__()
        self.router = nn.Linear(width, experts, bias=False)
        self.experts = nn.ModuleList(nn.Linear(width, wide, bias=False) for _ in range(experts))

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        chosen = self.router(rows).topk(2).indices.reshape(-1)
        counts = torch.bincount(chosen, minlength=len(self.experts)).tolist()
        parts = rows[chosen.argsort() // 2].split(counts)
        return torch.cat([expert(part) for expert, part in zip(self.experts, parts, strict=True)])


class Choosy(Experts):
    """Sends the rows alone whose sum is large."""

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        kept = torch.nonzero(rows.sum(-1) > 0).flatten().tolist()
        return self.experts[0](rows[kept])


class Seats(Experts):
    """Has half as many seats for each expert as there are rows, whatever the numbers of experts that were chosen."""

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        best = self.router(rows).argmax(-1)
        seats = int(max(best.max() + 1, 1) > 0) * (len(rows) // 2)
        return self.experts[0](rows[:seats])


def test_experts_that_get_as_many_rows_as_chose_them_are_counted_on_average() -> None:
    model = symbolic.trace(Experts, {"width": 6, "wide": 10, "experts": 4}, inputs=ROWS)
    for tokens in (5, 30):
        made = api.explain(model, "forward-flops", inputs={"tokens": tokens})
        assert made.total == 2 * tokens * (6 * 4 + 2 * 6 * 10)
    assert "Only for these sizes: its forward pass" in " ".join(str(made.to("text")).split())


@pytest.mark.parametrize("net", [Choosy, Seats])
def test_what_hangs_on_the_values_of_its_inputs_has_no_number(net: Any) -> None:
    model = symbolic.trace(net, {"width": 6, "wide": 10, "experts": 4}, inputs=ROWS)
    assert api.explain(model).total == 6 * 4 + 4 * 6 * 10
    with pytest.raises(NothingToMeasure, match="its forward pass can't be followed: "):
        api.explain(model, "forward-flops")


class Square(nn.Module):  # type: ignore[misc]
    """Cuts an image into 16 pieces by its height, so that its sides have to be alike."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rows = nn.Conv2d(3, width, 1)

    def forward(self, image: Any) -> Any:
        side = int(image.shape[2]) // 4
        pieces = self.rows(image).unfold(2, side, side).unfold(3, side, side)
        return pieces.reshape(*pieces.shape[:2], 16, side * side)


def test_a_page_says_that_both_sides_of_an_image_are_held_where_one_is() -> None:
    model = symbolic.trace(Square, {"width": 6}, inputs={"image": "batch_size, 3, high=32, across=32"})
    page = " ".join(str(api.explain(model, "forward-flops").to("text")).split())
    assert "The formulas hold for high = 32, across = 32 only" in page


class Alike(nn.Module):  # type: ignore[misc]
    """Takes an image whose sides are alike, and no other."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.rows = nn.Conv2d(3, width, 1)

    def forward(self, image: Any) -> Any:
        assert image.shape[2] == image.shape[3]
        return self.rows(image)


@pytest.mark.parametrize(
    ("places", "lost"), [("high*across", {}), ("8*high", {"high": 8, "across": 8}), ("64", {"high": 8, "across": 8})]
)
def test_sides_that_the_code_takes_together_alone_are_held_against_it_together(
    places: str, lost: dict[str, int]
) -> None:
    text = f"alike Alike\nkeys width=6 high=8 across=8\nderives forward-flops\nworks rows.weight: {places}\n"
    text += "rows: conv width,3,1,1; bias\n"
    [image] = tried(Alike(6), {"width": 6}, {"image": "batch_size, 3, high=8, across=8:float"})
    assert lost_by_pass(text, lambda sizes: Alike(**sizes), {"width": 6}, image) == lost
