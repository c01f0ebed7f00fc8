"""Recurrent layers and cells in a traced pass: what goes on from their states, and the sizes that stay open."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import NothingToMeasure  # noqa: E402

ROWS = {"given": "batch_size, tokens, width"}


class Summary(nn.Module):  # type: ignore[misc]
    """Reads a text, keeps the last states alone, and writes from them."""

    def __init__(self, width: int, hidden: int, kind: str) -> None:
        super().__init__()
        layer = getattr(nn, kind)
        self.reader, self.writer = layer(width, hidden, batch_first=True), layer(width, hidden, batch_first=True)

    def forward(self, given: Any) -> Any:
        return self.writer(given, self.reader(given)[1])[0]


class ByCells(nn.Module):  # type: ignore[misc]
    """Walks over its tokens with a cell, from a state of its own or none."""

    def __init__(self, width: int, hidden: int, kind: str, begins: bool = False) -> None:
        super().__init__()
        self.cell, self.head = getattr(nn, kind)(width, hidden), nn.Linear(hidden, 2)
        self.first = nn.Parameter(torch.zeros(hidden)) if begins else None

    def forward(self, given: Any) -> Any:
        state = None if self.first is None else self.first.expand(given.shape[0], -1)
        if state is not None and isinstance(self.cell, nn.LSTMCell):
            state = (state, state)
        for token in range(given.shape[1]):
            state = self.cell(given[:, token], state)
        return self.head(state[0] if isinstance(state, tuple) else state)


def counted(net: Any, run: dict[str, int], **how: Any) -> int:
    """Return what torch counts of a pass: its own kernels for real numbers hide the products."""
    with FlopCounterMode(display=False) as counter, torch.device("meta"):
        net(run["width"], run["hidden"], **how).requires_grad_(False)(torch.zeros(1, run["tokens"], run["width"]))
    return int(counter.get_total_flops())


@pytest.mark.parametrize(
    ("net", "how"),
    [(Summary, {"kind": "LSTM"}), (Summary, {"kind": "GRU"}), (Summary, {"kind": "RNN"})]
    + [(ByCells, {"kind": kind, "begins": kind != "GRUCell"}) for kind in ("LSTMCell", "GRUCell", "RNNCell")],
)
@pytest.mark.parametrize("changed", [{"hidden": 7}, {"width": 9, "tokens": 4}])
def test_the_sizes_of_recurrent_layers_stay_open(net: Any, how: dict[str, Any], changed: dict[str, int]) -> None:
    model = symbolic.trace(net, {"width": 6, "hidden": 5, **how}, inputs=ROWS)
    run = {"width": 6, "hidden": 5, "tokens": 8, **changed}
    for times, quantity in ((1, "forward-flops"), (3, "training-flops")):
        rows = api.sweep(model, {name: [value] for name, value in run.items()}, quantity).chunks()
        totals = [int(total) for row in rows for total in row.totals]
        assert totals == [times * counted(net, run, **how)]


def test_all_of_a_recurrent_layer_works_on_a_token() -> None:
    model = symbolic.trace(Summary, {"width": 6, "hidden": 5, "kind": "LSTM"}, inputs=ROWS)
    one = 4 * (6 * 5 + 5 * 5 + 5 + 5)
    assert api.explain(model, convention="active").total == api.explain(model).total == 2 * one


class Discriminator(nn.Module):  # type: ignore[misc]
    """Convolutions and a layer, each held by spectral norm, whose vectors are as long as the weight says."""

    def __init__(self, maps: int, norm: Any) -> None:
        super().__init__()
        self.first, self.second = norm(nn.Conv2d(3, maps, 3, 2, 1)), norm(nn.Conv2d(maps, 2 * maps, 3, 2, 1))
        self.head = norm(nn.Linear(2 * maps, 1))

    def forward(self, image: Any) -> Any:
        return self.head(self.second(self.first(image).relu()).relu().mean((2, 3)))


@pytest.mark.parametrize("norm", [nn.utils.spectral_norm, nn.utils.parametrizations.spectral_norm])
def test_a_size_goes_through_what_a_weight_is_asked_for_its_shape(norm: Any) -> None:
    def build(maps: int) -> Any:
        return Discriminator(maps, norm)

    model = symbolic.trace(build, {"maps": 4}, inputs={"image": "batch_size, 3, height=16, width=16"})
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        Discriminator(7, lambda layer: layer)(torch.zeros(1, 3, 16, 16))
    rows = api.sweep(model, {"maps": [7]}, "forward-flops").chunks()
    assert [int(total) for row in rows for total in row.totals] == [counter.get_total_flops()]


class Packing(nn.Module):  # type: ignore[misc]
    """Leaves out what stands behind the end of each text."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.reader = nn.LSTM(width, hidden, batch_first=True)

    def forward(self, given: Any, lengths: Any) -> Any:
        packed = nn.utils.rnn.pack_padded_sequence(given, lengths, batch_first=True, enforce_sorted=False)
        return self.reader(packed)[1][0]


def test_packed_sequences_are_said_to_hang_on_their_lengths() -> None:
    model = symbolic.trace(Packing, {"width": 6, "hidden": 4}, inputs={**ROWS, "lengths": "batch_size:int"})
    assert api.explain(model).total == 4 * 4 * (6 + 4 + 2)
    with pytest.raises(NothingToMeasure, match="as many tokens as its lengths say"):
        api.explain(model, "forward-flops")
