"""How a class of a stranger is called with its sizes, and what is said where that fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.errors import ConfigError  # noqa: E402


def _rows(widths: Sequence[int]) -> Any:
    return nn.Sequential(*(nn.Linear(*pair) for pair in pairwise(widths)))


@dataclass
class Heads:
    """A part of a configuration without defaults."""

    heads: int
    width: int


@dataclass
class Inner:
    """A part of a configuration that holds another."""

    hidden: int = 6
    bias: bool = True


@dataclass
class Outer:
    """A configuration with parts."""

    look: Heads
    think: Inner = field(default_factory=lambda: Inner(hidden=10))
    depth: int = 2


@dataclass
class Twice:
    """A configuration with two parts of one kind."""

    first: Inner = field(default_factory=Inner)
    second: Inner = field(default_factory=Inner)


class Parts(nn.Module):  # type: ignore[misc]
    """Built of a configuration with parts."""

    def __init__(self, config: Outer) -> None:
        super().__init__()
        width, hidden = config.look.width, config.think.hidden
        self.layers = nn.ModuleList(_rows((width, hidden, width)) for _ in range(config.depth))


class Pair(nn.Module):  # type: ignore[misc]
    """Built of a configuration whose parts have the same names."""

    def __init__(self, config: Twice) -> None:
        super().__init__()
        self.rows = _rows((config.first.hidden, config.second.hidden))


class InARow(nn.Module):  # type: ignore[misc]
    """Takes its widths one after the other."""

    def __init__(self, classes: int, *widths: int) -> None:
        super().__init__()
        self.rows = _rows((*widths, classes))


class Turning(nn.Module):  # type: ignore[misc]
    """Turns the list around that it is given."""

    def __init__(self, classes: int, widths: list[int]) -> None:
        super().__init__()
        self.down = _rows(widths)
        widths.reverse()
        self.up = _rows([*widths, classes])


class Moving(nn.Module):  # type: ignore[misc]
    """Moves itself to a device, and what it is given."""

    def __init__(self, width: int, device: str = "cpu") -> None:
        super().__init__()
        self.device = device
        self.row = nn.Linear(width, 2 * width)
        self.to(device)

    def forward(self, given: Any) -> Any:
        return self.row(given.to(self.device))


class Indexing(nn.Module):  # type: ignore[misc]
    """Takes a list for the number that it is given."""

    def __init__(self, depths: Any) -> None:
        super().__init__()
        self.rows = nn.Linear(depths[0], 3)


class Keeping(nn.Module):  # type: ignore[misc]
    """Keeps its sizes in one object, and asks it in its forward pass."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        self.read = nn.Embedding(config.words, config.width)
        self.row = nn.Linear(config.width, config["hidden"])

    def forward(self, text: Any) -> Any:
        assert text.shape[1] <= self.config.block_size
        return self.row(self.read(text))


@pytest.mark.parametrize(
    ("net", "sizes", "parameters"),
    [
        (Parts, {"heads": 2, "width": 8}, 2 * (8 * 10 + 10 + 10 * 8 + 8)),
        (Parts, {"heads": 2, "width": 8, "hidden": 5, "depth": 3}, 3 * (8 * 5 + 5 + 5 * 8 + 8)),
        (Parts, {"look": Heads(2, 4), "depth": 1}, 4 * 10 + 10 + 10 * 4 + 4),
        (InARow, {"classes": 3, "widths": [4, 8]}, 4 * 8 + 8 + 8 * 3 + 3),
        (Turning, {"classes": 3, "widths": [4, 8, 6]}, 4 * 8 + 8 + 8 * 6 + 6 + 6 * 8 + 8 + 8 * 4 + 4 + 4 * 3 + 3),
        (Moving, {"width": 4}, 4 * 8 + 8),
    ],
)
def test_a_class_gets_its_sizes_as_it_takes_them(net: Any, sizes: dict[str, Any], parameters: int) -> None:
    assert api.explain(symbolic.trace(net, sizes)).total == parameters


@pytest.mark.parametrize(
    ("net", "sizes", "said"),
    [
        (Parts, {"depth": 3}, "missing 2 required positional arguments: 'heads' and 'width'"),
        (Parts, {"heads": 2, "width": 8, "wide": 3}, "size wide: Outer has none; give a function"),
        (Pair, {"hidden": 5}, "size hidden: first, second of Twice each have it; give a function"),
        (InARow, {"classes": 3, "width": 4}, "unexpected keyword argument 'width'"),
        (
            Indexing,
            {"depths": 4},
            r"TypeError: 'int' object is not subscriptable \(line \d+ of test_traced_calls.py: "
            r"self.rows = nn.Linear\(depths\[0\], 3\)\)",
        ),
    ],
)
def test_what_is_wrong_with_sizes_is_said_in_words_of_the_code(net: Any, sizes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        symbolic.trace(net, sizes)


def test_other_sizes_are_counted_though_the_code_turned_a_list_around() -> None:
    model = symbolic.trace(Turning, {"classes": 3, "widths": [4, 8, 6]})
    totals = [total for chunk in api.sweep(model, {"classes": [5]}).chunks() for total in chunk.totals]
    assert totals == [4 * 8 + 8 + 8 * 6 + 6 + 6 * 8 + 8 + 8 * 4 + 4 + 4 * 5 + 5]


@pytest.mark.parametrize(
    ("net", "sizes", "inputs", "flops"),
    [
        (Keeping, {"words": 20, "width": 6, "hidden": 8, "block_size": 16}, {}, 2 * 6 * 8),
        (Moving, {"width": 4}, {"given": "batch_size, width"}, 2 * 4 * 8),
        (Moving, {"width": 4, "device": "cuda"}, {"given": "batch_size, width"}, 2 * 4 * 8),
    ],
)
def test_what_a_class_keeps_and_moves_is_followed(
    net: Any, sizes: dict[str, Any], inputs: dict[str, str], flops: int
) -> None:
    model = symbolic.trace(net, sizes, inputs=inputs)
    run = {} if inputs else {"tokens": 1}
    assert api.explain(model, "forward-flops", inputs=run).total == flops
