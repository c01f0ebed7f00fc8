"""Stacks in the layers of a stack, and behind other numbers: experts, heads and blocks that code keeps in lists."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import NothingToMeasure  # noqa: E402

TOKENS = 20
ROWS: dict[str, Any] = {"given": "batch_size, tokens, width"}


class Choosing(nn.Module):  # type: ignore[misc]
    """Experts of two matrices, each pair in a module or the first and the second ones in a list each.

    With `softly` all of them work on each row, else the best `top_k`.
    """

    def __init__(self, width: int, inner: int, num_experts: int, top_k: int, apart: bool, softly: bool) -> None:
        super().__init__()
        self.router = nn.Linear(width, num_experts, bias=False)
        self.num_experts, self.top_k, self.apart, self.softly = num_experts, top_k, apart, softly
        pairs = [(nn.Linear(width, inner, bias=False), nn.Linear(inner, width, bias=False)) for _ in range(num_experts)]
        if apart:
            self.up, self.down = (nn.ModuleList(pair[at] for pair in pairs) for at in range(2))
        else:
            self.experts = nn.ModuleList(nn.Sequential(first, nn.ReLU(), second) for first, second in pairs)

    def _expert(self, number: int, rows: Any) -> Any:
        return self.down[number](self.up[number](rows).relu()) if self.apart else self.experts[number](rows)

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        shares = self.router(rows).softmax(-1)
        if self.softly:
            made = sum(shares[:, at : at + 1] * self._expert(at, rows) for at in range(self.num_experts))
            return made.view_as(given)
        weights, best = shares.topk(self.top_k)
        made = torch.zeros_like(rows)
        for number in range(self.num_experts):
            row, place = torch.where(best == number)
            made[row] += weights[row, place, None] * self._expert(number, rows[row])
        return made.view_as(given)


class Writing(nn.Module):  # type: ignore[misc]
    """Layers of such experts between a table and a head."""

    def __init__(self, words: int, depth: int, **layer: Any) -> None:
        super().__init__()
        self.table = nn.Embedding(words, layer["width"])
        self.layers = nn.ModuleList(Choosing(**layer) for _ in range(depth))
        self.head = nn.Linear(layer["width"], words, bias=False)

    def forward(self, words: Any) -> Any:
        made = self.table(words)
        for layer in self.layers:
            made = made + layer(made)
        return self.head(made)


def writing(
    words: int, width: int, inner: int, num_experts: int, top_k: int, depth: int, apart: bool, softly: bool
) -> Any:
    return Writing(
        words, depth, width=width, inner=inner, num_experts=num_experts, top_k=top_k, apart=apart, softly=softly
    )


def counted(model: Any, found: dict[str, int], quantity: str, **how: Any) -> Any:
    grid = {name: [value] for name, value in found.items()}
    return [total for chunk in api.sweep(model, grid, quantity, **how).chunks() for total in chunk.totals]


FIRST = {"words": 30, "width": 6, "inner": 9, "num_experts": 4, "top_k": 2, "depth": 3}
SECOND = {"words": 22, "width": 8, "inner": 10, "num_experts": 5, "top_k": 3, "depth": 2}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("softly", [False, True])
def test_experts_in_the_lists_of_layers_are_counted_with_any_number_of_them(apart: bool, softly: bool) -> None:
    model = symbolic.trace(
        writing, {**FIRST, "apart": apart, "softly": softly}, inputs={"words": "batch_size, tokens:int"}
    )
    for sizes in (FIRST, SECOND):
        network = writing(**sizes, apart=apart, softly=softly).eval()
        with FlopCounterMode(display=False) as torchs, torch.no_grad():
            network(torch.arange(TOKENS)[None] % 7)
        pair = 2 * sizes["width"] * sizes["inner"]
        idle = 0 if softly else sizes["depth"] * (sizes["num_experts"] - sizes["top_k"]) * pair
        whole = sum(one.numel() for one in network.parameters())
        run: dict[str, Any] = {"inputs": {"tokens": TOKENS}}
        assert counted(model, sizes, "parameters") == [whole]
        assert counted(model, sizes, "parameters", convention="active") == [whole - idle]
        assert counted(model, sizes, "forward-flops", **run) == [torchs.get_total_flops()]
        assert counted(model, sizes, "training-flops", **run) == [3 * torchs.get_total_flops()]
    assert "stage" not in str(api.explain(model).to_text()).lower()  # a layer that holds experts is none


class Switching(nn.Module):  # type: ignore[misc]
    """Layers that send each row to one expert, found by its largest score in one of two ways."""

    def __init__(self, width: int, num_experts: int, depth: int, by_place: bool) -> None:
        super().__init__()
        self.by_place = by_place
        self.routers = nn.ModuleList(nn.Linear(width, num_experts, bias=False) for _ in range(depth))
        self.experts = nn.ModuleList(
            nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(num_experts)) for _ in range(depth)
        )

    def forward(self, given: Any) -> Any:
        rows = given.reshape(-1, given.shape[-1])
        for router, experts in zip(self.routers, self.experts, strict=True):
            scores = router(rows) - rows.max()
            best = torch.argmax(scores, dim=-1) if self.by_place else scores.max(-1)[1]
            made = torch.zeros_like(rows)
            for number, expert in enumerate(experts):
                at = (best == number).nonzero().squeeze(-1)
                made[at] = expert(rows[at])
            rows = rows + made
        return rows.view_as(given)


def unnamed(width: int, parts: int, depth: int) -> Any:
    return Switching(width, parts, depth, by_place=True)


@pytest.mark.parametrize("by_place", [False, True])
def test_a_row_that_is_sent_to_the_expert_with_the_largest_score_has_one(by_place: bool) -> None:
    sizes = {"width": 6, "num_experts": 4, "depth": 3}
    model = symbolic.trace(Switching, {**sizes, "by_place": by_place}, inputs=ROWS)
    for width, num_experts, depth in ((6, 4, 3), (8, 5, 2)):
        found = {"width": width, "num_experts": num_experts, "depth": depth}
        active = depth * (width * num_experts + width * width)
        assert counted(model, found, "parameters", convention="active") == [active]
        assert counted(model, found, "forward-flops", inputs={"tokens": TOKENS}) == [2 * TOKENS * active]


@pytest.mark.parametrize("changed", [{"depth": 5}, {"width": 8, "parts": 5}])
def test_lists_of_experts_in_a_list_are_no_experts_themselves(changed: dict[str, int]) -> None:
    sizes = {"width": 6, "parts": 4, "depth": 3}
    model = symbolic.trace(unnamed, sizes, inputs=ROWS)
    network = unnamed(**{**sizes, **changed}).eval()
    with FlopCounterMode(display=False) as torchs, torch.no_grad():
        network(torch.randn(1, TOKENS, {**sizes, **changed}["width"]))
    assert counted(model, changed, "forward-flops", inputs={"tokens": TOKENS}) == [torchs.get_total_flops()]
    with pytest.raises(NothingToMeasure, match="no parameters by the convention active"):
        api.explain(model, convention="active")


class Inner(nn.Module):  # type: ignore[misc]
    """Layers that are added up: all of them work on all rows, or those behind the first on the last row alone."""

    def __init__(self, width: int, inner: int, alike: bool) -> None:
        super().__init__()
        self.alike = alike
        self.parts = nn.ModuleList(nn.Linear(width, width, bias=False) for _ in range(inner))

    def forward(self, given: Any) -> Any:
        made = self.parts[0](given)
        for part in self.parts[1:]:
            made = made + part(given if self.alike else given[:, -1:])
        return made


class Outer(nn.Module):  # type: ignore[misc]
    """As many layers in a stack as parts in each of them."""

    def __init__(self, width: int, inner: int, outer: int, alike: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(Inner(width, inner, alike) for _ in range(outer)))

    def forward(self, given: Any) -> Any:
        return self.layers(given)


OUTER = {"width": 6, "inner": 3, "outer": 3}


@pytest.mark.parametrize(("changed", "factor"), [({"inner": 5}, 3 * 5), ({"outer": 2}, 2 * 3)])
def test_stacks_of_as_many_layers_inside_and_outside_have_each_its_own_length(changed: Any, factor: int) -> None:
    model = symbolic.trace(Outer, {**OUTER, "alike": True}, inputs=ROWS)
    assert counted(model, changed, "parameters") == [factor * 36]
    assert counted(model, changed, "forward-flops", inputs={"tokens": 7}) == [2 * 7 * factor * 36]


def test_layers_of_an_inner_stack_that_do_different_things_have_names() -> None:
    model = symbolic.trace(Outer, {**OUTER, "alike": False}, inputs=ROWS)
    assert counted(model, {"outer": 5}, "forward-flops", inputs={"tokens": 7}) == [2 * 5 * 36 * (7 + 2)]
    assert counted(model, {"inner": 4}, "forward-flops", inputs={"tokens": 7}) == []


class Staged(nn.Module):  # type: ignore[misc]
    """Two stages of blocks in a sequence with what makes images smaller between them."""

    def __init__(self, width: int, first: int, second: int) -> None:
        super().__init__()
        block = [nn.Sequential(*(self._block(width * at) for _ in range(n))) for at, n in ((1, first), (2, second))]
        self.body = nn.Sequential(nn.Conv2d(3, width, 3, 1, 1), block[0], nn.Conv2d(width, 2 * width, 2, 2), block[1])

    @staticmethod
    def _block(width: int) -> Any:
        return nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU())

    def forward(self, images: Any) -> Any:
        return self.body(images)


@pytest.mark.parametrize("changed", [{"first": 5}, {"second": 2}, {"width": 6, "first": 4, "second": 5}])
def test_the_depth_of_a_stage_with_a_number_stays_a_size(changed: dict[str, int]) -> None:
    sizes = {"width": 4, "first": 2, "second": 3}
    model = symbolic.trace(Staged, sizes, inputs={"images": "batch_size, 3, height=8, width_of_it=6"})
    network = Staged(**{**sizes, **changed})
    with FlopCounterMode(display=False) as torchs, torch.no_grad():
        network(torch.zeros(1, 3, 8, 6))
    assert counted(model, changed, "parameters") == [sum(one.numel() for one in network.parameters())]
    assert counted(model, changed, "forward-flops") == [torchs.get_total_flops()]


class OneHead(nn.Linear):  # type: ignore[misc]
    """A head of attention with its own matrix."""

    def forward(self, given: Any) -> Any:
        queries, keys, values = super().forward(given).chunk(3, -1)
        return (queries @ keys.mT).softmax(-1) @ values


class Apart(nn.Module):  # type: ignore[misc]
    """Attention with a module for each head, whose results lie beside one another."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(OneHead(width, 3 * (width // heads), bias=False) for _ in range(heads))
        self.out = nn.Linear(heads * (width // heads), width, bias=False)

    def forward(self, given: Any) -> Any:
        return given + self.out(torch.cat([head(given) for head in self.heads], -1))


def heads_apart(width: int, heads: int, depth: int) -> Any:
    return nn.Sequential(*(Apart(width, heads) for _ in range(depth)))


@pytest.mark.parametrize("changed", [{"heads": 6}, {"heads": 2, "depth": 4}, {"width": 24, "heads": 3}])
def test_a_module_for_each_head_keeps_the_number_of_heads(changed: dict[str, int]) -> None:
    sizes = {"width": 12, "heads": 4, "depth": 3}
    model = symbolic.trace(heads_apart, sizes, inputs={"input": "batch_size, tokens, width"})
    found = {**sizes, **changed}
    weights = 4 * found["width"] ** 2 * found["depth"]
    assert counted(model, changed, "parameters") == [weights]
    products = 2 * found["width"] * found["depth"] * 9 * 9
    assert counted(model, changed, "forward-flops", inputs={"tokens": 9}) == [2 * (9 * weights + products)]
