"""Networks as people write them: what their code does is followed, or the size in question is left out."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from sampling import thorough  # noqa: E402
from torch import nn  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from torch.nn import functional  # noqa: E402
from torch.utils._sympy.functions import FloorDiv, Max  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

import symbolic  # noqa: E402
from symbolic import api  # noqa: E402
from symbolic.analysis.variants import derived  # noqa: E402
from symbolic.configs import traced  # noqa: E402
from symbolic.errors import ConfigError, NothingToMeasure  # noqa: E402
from symbolic.networks.tracing.forward import Recorder, in_order  # noqa: E402
from symbolic.networks.tracing.symbolic_sizes import SymbolicSizes  # noqa: E402


class Resizing(nn.Module):  # type: ignore[misc]
    """Two convolutions, between which an image becomes twice as large, and half."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, width, 3, stride=2, padding=1)
        self.up = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(width, 3, 3, padding=1))

    def forward(self, image: Any) -> Any:
        return self.up(functional.interpolate(self.down(image), scale_factor=0.5, mode="bilinear"))


class Frozen(nn.Module):  # type: ignore[misc]
    """Has a table that is not trained, and a matrix that is."""

    def __init__(self, rows: int, width: int) -> None:
        super().__init__()
        self.table = nn.Embedding(rows, width)
        self.table.requires_grad_(False)
        self.out = nn.Linear(width, rows)

    def forward(self, given: Any) -> Any:
        return self.out(self.table(given))


class Rows(nn.Module):  # type: ignore[misc]
    """Takes its widths as a list, and compares two axes of its inputs."""

    def __init__(self, widths: list[int], classes: int) -> None:
        super().__init__()
        self.rows = nn.Sequential(*(nn.Linear(*pair) for pair in pairwise(widths)))
        self.head = nn.Linear(widths[-1], classes)

    def forward(self, given: Any) -> Any:
        out = self.rows(given)
        return self.head(out + given if out.shape[-1] == given.shape[-1] and given.shape[0] > 1 else out)


class ByLetters(nn.Module):  # type: ignore[misc]
    """Two layers called c and d; a Mamba has a tensor D, whose values skip the state."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.c, self.d = nn.Linear(width, width), nn.Linear(width, 3)

    def forward(self, given: Any) -> Any:
        return self.d(self.c(given))


class ByName(nn.Module):  # type: ignore[misc]
    """A Sequential whose parts have names instead of numbers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.parts = nn.Sequential()
        for name in ("first", "second", "third"):
            self.parts.add_module(name, nn.Linear(width, width))

    def forward(self, given: Any) -> Any:
        return self.parts(given)


class Scores(nn.Module):  # type: ignore[misc]
    """Compares each row with each."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.into = nn.Linear(width, width, bias=False)

    def forward(self, given: Any) -> Any:
        return self.into(given) @ given.transpose(1, 2)


class Pieces(Scores):
    """Compares each row with those of its piece, of which there are only whole ones."""

    def __init__(self, width: int, chunk_size: int) -> None:
        super().__init__(width)
        self.chunk = chunk_size

    def forward(self, given: Any) -> Any:
        assert given.shape[1] % self.chunk == 0
        return super().forward(given.reshape(-1, self.chunk, given.shape[2]))


class InPlainLists(nn.Module):  # type: ignore[misc]
    """Keeps its layers where torch does not look, and their weights in a list of parameters."""

    def __init__(self, width: int, depth: int) -> None:
        super().__init__()
        self.rows = [nn.Linear(width, width) for _ in range(depth)]
        self.kept = nn.ParameterList([weight for row in self.rows for weight in row.parameters()])

    def forward(self, given: Any) -> Any:
        for row in self.rows:
            given = row(given)
        return given


class Windows(Scores):
    """Compares the rows in windows of 40 where there are as many."""

    def forward(self, given: Any) -> Any:
        return super().forward(given[:, :40])


class Writer(nn.Module):  # type: ignore[misc]
    """Writes a text word by word, and looks at the words read so far for each but the first."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.width = width
        self.read = nn.Embedding(words, width)
        self.write = nn.Linear(2 * width, words)

    def forward(self, text: Any, written: Any) -> Any:
        seen = self.read(text)
        last = written[:, 0]
        for at in range(1, written.shape[1]):
            query = self.read(last)
            found = (query.unsqueeze(1) @ seen.transpose(1, 2)) @ seen
            out = self.write(torch.cat((query, found.squeeze(1)), -1))
            last = written[:, at] if random.random() < 0.5 else out.argmax(-1)
        return out


class Splines(nn.Module):  # type: ignore[misc]
    """Keeps a row of numbers, reads one of them, and compares a tensor that it makes with a size."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.register_buffer("knots", torch.linspace(-1, 1, 5))
        self.step = float(self.knots[1] - self.knots[0])
        assert torch.zeros(2, width).size(1) == width
        self.row = nn.Linear(5 * width, out)

    def forward(self, given: Any) -> Any:
        return self.row((given.unsqueeze(-1) - self.knots).flatten(1) / self.step)


class Halving(nn.Module):  # type: ignore[misc]
    """Halves an image four times, each half added to a pooled one, and lets places in patches of 2 by 2 meet."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, width, 3, stride=2, padding=1)
        self.halves = nn.ModuleList(nn.Conv2d(width, width, 3, stride=2, padding=1) for _ in range(3))
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.query = nn.Linear(width, width)

    def forward(self, image: Any) -> Any:
        out = self.first(image)
        for half in self.halves:
            out = half(out) + self.pool(out)
        batch, width, height, across = out.shape
        cut = out.reshape(batch, width, height // 2, 2, across // 2, 2)
        patches = cut.permute(0, 3, 5, 2, 4, 1).reshape(batch, 4, height // 2 * (across // 2), width)
        return (self.query(patches) @ patches.transpose(-1, -2)) @ patches


IMAGE = {"image": "batch_size, 3, height=16, width_of_image=24"}
NETS: list[tuple[Any, dict[str, Any], Any, Any, list[dict[str, int]]]] = [
    (
        Resizing,
        {"width": 8},
        IMAGE,
        lambda one: (torch.zeros(1, 3, one["height"], one["width_of_image"]),),
        [{"width": 5}, {"height": 32}, {"height": 22, "width_of_image": 34, "width": 3}],
    ),
    (
        Halving,
        {"width": 4},
        {"image": "batch_size, 3, height=64, width_of_image=96"},
        lambda one: (torch.zeros(1, 3, one["height"], one["width_of_image"]),),
        [{"width": 5}, {"height": 128}, {"height": 50, "width_of_image": 61, "width": 3}],
    ),
    (
        Rows,
        {"widths": [6, 8, 6], "classes": 4},
        {"given": "rows=5, 6"},
        lambda one: (torch.zeros(one["rows"], 6),),
        [{"classes": 7}, {"rows": 9}],
    ),
    (
        ByName,
        {"width": 6},
        {"given": "rows=5, width"},
        lambda one: (torch.zeros(one["rows"], one["width"]),),
        [{"width": 4}, {"rows": 9}],
    ),
    (
        Splines,
        {"width": 6, "out": 4},
        {"given": "rows=5, width"},
        lambda one: (torch.zeros(one["rows"], one["width"]),),
        [{"width": 4}, {"out": 7}, {"rows": 9}],
    ),
    (
        Writer,
        {"words": 20, "width": 6},
        {"text": "batch_size, tokens", "written": "batch_size, tokens:int"},
        lambda one: (torch.zeros(1, one.get("tokens", 1024), dtype=torch.long),) * 2,
        [{"width": 4}, {"words": 30}],
    ),
]


TRIED = [
    # These take longest: only a run of everything traces them.
    pytest.param(*one, marks=[] if one[0] is ByName else [thorough], id=one[0].__name__)
    for one in NETS
]


@pytest.mark.parametrize(("net", "sizes", "inputs", "real", "others"), TRIED)
def test_with_other_sizes_they_have_as_many_operations_as_torch_counts(
    net: Any, sizes: dict[str, Any], inputs: Any, real: Any, others: list[dict[str, int]]
) -> None:
    model = symbolic.trace(net, sizes, inputs=inputs)
    at_hand = {name: value for name, value in model.sizes.items() if name not in sizes}
    for changed in ({}, *others):
        run = {**at_hand, **sizes, **changed}
        built = net(**{name: run[name] for name in sizes})
        with FlopCounterMode(display=False) as counter:
            built(*real(run))
        if changed:
            chunks = api.sweep(model, {name: [value] for name, value in changed.items()}, "forward-flops").chunks()
            totals = [int(total) for chunk in chunks for total in chunk.totals]
        else:
            totals = [api.explain(model, "forward-flops").total]
        assert totals == [counter.get_total_flops()]


def test_a_layer_has_no_name_of_a_tensor_of_another_network() -> None:
    page = str(api.explain(symbolic.trace(ByLetters, {"width": 8})).to("text"))
    assert ("D matrix" in page, "skip" in page) == (True, False)


def test_the_page_of_a_network_of_convolutions_has_no_rule_for_tokens() -> None:
    model = symbolic.trace(Resizing, {"width": 8}, inputs=IMAGE)
    page = api.explain(model, "forward-flops").to("text")
    assert [name for name in ("2N", "kaplan", "multiply-adds", "many tokens") if name in page] == ["multiply-adds"]


@pytest.mark.parametrize(
    ("net", "sizes", "held"),
    [
        (Rows, {"widths": [6, 8, 6], "classes": 4}, "widths = [6, 8, 6]"),
        (Rows, {"widths": (6, 8, 6), "classes": 4}, "widths = [6, 8, 6]"),
        (ByName, {"width": 6}, ""),
    ],
)
def test_the_page_says_which_arguments_are_held_as_numbers(net: Any, sizes: dict[str, Any], held: str) -> None:
    page = " ".join(str(api.explain(symbolic.trace(net, sizes)).to("text")).split())
    assert (f"right for them alone: {held}. To try others" in page) is bool(held)
    assert ("held as numbers" in page) is bool(held)


def test_a_pass_that_takes_too_long_has_the_numbers_of_its_sizes_and_holds_for_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from symbolic.networks.tracing import asking

    monkeypatch.setattr(asking, "MOST_SECONDS", 0.0)
    model = symbolic.trace(ByName, {"width": 6}, inputs={"given": "rows=5, width"})
    made = api.explain(model, "forward-flops")
    assert made.total == 2 * 3 * 5 * 6 * 6
    assert "Only for these sizes: its forward pass" in made.to("text")
    assert derived(api.explain(model), {"width": 8}).total == 3 * (8 * 8 + 8)
    for size in ("width", "rows"):
        with pytest.raises(NothingToMeasure, match="its formulas take more than 0 seconds; fewer layers take less"):
            derived(made, {size: 8})


def test_a_pass_without_symbols_still_says_how_its_operations_grow_with_the_tokens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from symbolic.networks.tracing import asking

    monkeypatch.setattr(asking, "MOST_SECONDS", 0.0)
    model = symbolic.trace(Scores, {"width": 6}, inputs={"given": "batch_size, tokens, width"})
    for tokens in (5, 300):
        made = api.explain(model, "forward-flops", inputs={"tokens": tokens})
        assert made.total == 2 * (tokens * 6 * 6 + tokens * tokens * 6)
    windows = symbolic.trace(Windows, {"width": 6}, inputs={"given": "batch_size, tokens, width"})
    with pytest.raises(NothingToMeasure, match="its forward pass can't be followed: "):
        api.explain(windows, "forward-flops")


@pytest.mark.parametrize(
    ("limit", "seconds", "said"),
    [
        ("SECONDS", 1, "did not end within 1 seconds of the processor's time; give smaller sizes"),
        ("WAITED", 0, "did not end within 0 minutes, without much of the processor's time"),
    ],
)
def test_code_may_take_so_much_of_the_processor_and_is_waited_for_longer(
    monkeypatch: pytest.MonkeyPatch, limit: str, seconds: int, said: str
) -> None:
    monkeypatch.setattr(traced, limit, seconds)
    with pytest.raises(ConfigError, match=said):
        traced.model_of_class("torch.nn:Linear", {"in_features": 3, "out_features": 5})


def test_a_quotient_that_cannot_be_written_otherwise_stays() -> None:
    sizes = SymbolicSizes()
    height = sizes("height", 32)
    assert height % 8 == 0  # which torch notes
    side = height.node.expr
    written = Max(1, FloorDiv(side, 4 * FloorDiv(side, 8)))
    assert sizes.divided(FloorDiv(side, 8)) == side / 8
    assert sizes.divided(written) == written


def test_a_text_of_whole_pieces_is_tried_where_the_code_takes_no_other() -> None:
    model = symbolic.trace(Pieces, {"width": 6, "chunk_size": 5}, inputs={"given": "batch_size, tokens, width"})
    made = api.explain(model, "forward-flops", inputs={"tokens": 40})
    assert made.total == 2 * 40 * (6 * 6 + 5 * 6)
    assert derived(made, {"chunk_size": 8}).total == 2 * 40 * (6 * 6 + 8 * 6)


def test_an_argument_that_the_forward_pass_lacks_is_named() -> None:
    with pytest.raises(ConfigError, match="forward has no argument img; it takes given"):
        symbolic.trace(Scores, {"width": 6}, inputs={"img": "batch_size, tokens, width"})


def test_layers_in_a_plain_list_have_the_operations_of_their_sizes() -> None:
    model = symbolic.trace(InPlainLists, {"width": 6, "depth": 4}, inputs={"given": "rows=3, width"})
    made = api.explain(model, "forward-flops")
    assert made.total == 4 * 2 * 3 * 6 * 6
    assert api.explain(model).total == 4 * (6 * 6 + 6)


@pytest.mark.parametrize(
    ("cut", "ordered"),
    [
        (lambda rows: rows, True),
        (lambda rows: rows[:, 2, :3], True),
        (lambda rows: rows[:, :2, :2], True),
        (lambda rows: rows.transpose(1, 2), False),
        (lambda rows: rows[:, :1].expand(-1, 7, -1), False),
    ],
)
def test_a_copy_looks_as_torch_makes_it(cut: Any, ordered: bool) -> None:
    sizes = SymbolicSizes()
    with FakeTensorMode(shape_env=sizes.env):
        part = cut(torch.zeros(sizes("heads", 6), 5, 4))
        recorder = Recorder(nn.Module())
        with recorder:
            copied = part.clone()
        usual = part.clone()
    assert in_order(part) is ordered
    assert [copied.shape, copied.stride(), copied.dtype] == [usual.shape, usual.stride(), usual.dtype]


def test_a_parameter_without_a_gradient_is_counted_and_not_learned() -> None:
    model = symbolic.trace(Frozen, {"rows": 12, "width": 4})
    assert {one: api.count(model)[one] for one in ("trainable", "learned")} == {"trainable": 108, "learned": 60}
