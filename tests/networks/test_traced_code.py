"""What code does on the way to its tensors, and what it compares. Torch is the oracle, at other sizes, too."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import symbolic
from symbolic import api
from symbolic.analysis.variants import derived
from symbolic.errors import ConfigError, NothingToMeasure

torch = pytest.importorskip("torch", exc_type=ImportError)

from numpy import sqrt  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]


class Kinds(nn.Module):  # type: ignore[misc]
    """Has a size with the name that a description gives to a number of layers."""

    def __init__(self, width: int, k: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, k)

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = layer(given)
        return self.out(given)


class Named(nn.Module):  # type: ignore[misc]
    """Has sizes with the names of what a run has, and of a layer's number."""

    def __init__(self, tokens: int, context: int, i: int, batch_size: int = 4) -> None:
        super().__init__()
        self.table = nn.Embedding(tokens, i)
        self.places = nn.Parameter(torch.zeros(context, i))
        self.layers = nn.ModuleList(nn.Linear(i, i) for _ in range(3))
        self.out = nn.Linear(i, batch_size)

    def forward(self, ids: Any) -> Any:
        given = self.table(ids) + self.places[: ids.shape[1]]
        for layer in self.layers:
            given = layer(given)
        return self.out(given @ given.transpose(1, 2) @ given)


class Widths(nn.Module):  # type: ignore[misc]
    """Calls two of its sizes by names that configs have for one."""

    def __init__(self, d_model: int, emb_dim: int) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(emb_dim, d_model), nn.Linear(d_model, emb_dim)

    def forward(self, given: Any) -> Any:
        return self.out(self.into(given))


class Twice(nn.Module):  # type: ignore[misc]
    """Keeps a module under its name and in a sequence."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.into, self.out = nn.Linear(width, inner), nn.Linear(inner, width)
        self.net = nn.Sequential(self.into, nn.ReLU(), self.out)

    def forward(self, given: Any) -> Any:
        return self.net(given)


class Half(nn.Module):  # type: ignore[misc]
    """Multiplies a size with the default of an argument."""

    def __init__(self, width: int, ratio: float = 0.5) -> None:
        super().__init__()
        self.row = nn.Linear(width, int(ratio * width))

    def forward(self, given: Any) -> Any:
        return self.row(given)


class Asserted(nn.Module):  # type: ignore[misc]
    """Begins with numbers that it works out of a row, and asserts the shape of what it has made."""

    def __init__(self, width: int, knots: int) -> None:
        super().__init__()
        self.register_buffer("grid", torch.arange(knots).expand(width, -1).contiguous())
        self.table = nn.Parameter(torch.empty(width, knots))
        self.table.data.copy_(torch.rand(width, knots) * float(self.grid.max()))
        self.grid.copy_(self.table.data)
        for made in (self.grid.shape, self.table.data.T.shape[::-1]):
            assert made == (width, knots)

    def forward(self, given: Any) -> Any:
        assert given.dim() == 2
        assert given.size(1) == self.table.size(0)
        return given @ self.table


class Meant(nn.Module):  # type: ignore[misc]
    """Asks for a width, and builds something else of another."""

    def __init__(self, width: int, knots: int) -> None:
        super().__init__()
        self.row = nn.Linear(width, knots, bias=width == 4)

    def forward(self, given: Any) -> Any:
        return self.row(given)


ROWS = {"given": "rows=3, width"}


@pytest.mark.parametrize(
    ("net", "sizes", "followed"),
    [
        (Kinds, {"width": 4, "k": 5}, {"width", "k"}),
        (Twice, {"width": 4, "inner": 6}, {"width", "inner"}),
        (Half, {"width": 4}, {"width"}),
        (Asserted, {"width": 4, "knots": 6}, {"width", "knots"}),
        (Meant, {"width": 4, "knots": 6}, {"knots"}),
    ],
)
def test_other_sizes_are_counted_as_the_code_builds_them_or_left_out(
    net: Any, sizes: dict[str, int], followed: set[str]
) -> None:
    model = symbolic.trace(net, sizes, inputs=ROWS)
    kept = set()
    for name, value in sizes.items():
        changed = {**sizes, name: 2 * value}
        real = net(**changed)
        with FlopCounterMode(display=False) as counter:
            real(torch.zeros(3, changed["width"]))
        oracle = {
            "parameters": sum(one.numel() for one in real.parameters()),
            "forward-flops": counter.get_total_flops(),
        }
        for quantity, theirs in oracle.items():
            chunks = api.sweep(model, [f"{name}={2 * value}"], quantity).chunks()
            totals = [int(total) for chunk in chunks for total in chunk.totals]
            assert totals in ([theirs], [])
            kept |= {name} if totals else set()
    assert kept == followed


class Paired(nn.Module):  # type: ignore[misc]
    """Lets two halves of a width that was made smaller meet, which it cuts without asking whether it can."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.row = nn.Linear(width, (width + 1) // 2)

    def forward(self, given: Any) -> Any:
        out = self.row(given)
        rows, width = out.shape
        cut = out.reshape(rows, width // 2, 2)
        return cut @ cut.transpose(-1, -2)


class PairedTwice(Paired):
    """Cuts what is left of the first cut once more."""

    def forward(self, given: Any) -> Any:
        out = self.row(given)
        rows, width = out.shape
        left = out.reshape(rows, width // 2, 2)[:, :, 0]
        cut = left.reshape(rows, left.shape[1] // 2, 2)
        return cut @ cut.transpose(-1, -2)


@pytest.mark.parametrize(("net", "parts"), [(Paired, 2), (PairedTwice, 4)])
@pytest.mark.parametrize("width", [32, 7, 16, 28, 20, 23, 9, 14, 18, 40, 44, 64])
def test_sizes_that_the_code_cannot_cut_are_left_out(net: Any, parts: int, width: int) -> None:
    model = symbolic.trace(net, {"width": 32}, inputs=ROWS)
    with FlopCounterMode(display=False) as counter, contextlib.suppress(RuntimeError):
        net(width)(torch.zeros(3, width))
    theirs = [counter.get_total_flops()] if (width + 1) // 2 % parts == 0 else []
    chunks = api.sweep(model, [f"width={width}"], "forward-flops").chunks()
    assert [int(total) for chunk in chunks for total in chunk.totals] == theirs


class Mixed(nn.Linear):  # type: ignore[misc]
    """A matrix, and what compares its rows."""

    def forward(self, given: Any) -> Any:
        keys = super().forward(given)
        return keys @ keys.transpose(1, 2) @ given, keys


class Cached(nn.Module):  # type: ignore[misc]
    """Keeps keys in one layer of two, as a hybrid does whose other layers are feed-forward networks."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([Mixed(width, width), nn.Linear(width, width)])

    def forward(self, given: Any) -> Any:
        made, keys = self.layers[0](given)
        made = self.layers[1](made)
        cache = SimpleNamespace(layers=[SimpleNamespace(keys=keys), SimpleNamespace(keys=None)])
        return SimpleNamespace(logits=made, past_key_values=cache)


def test_a_layer_that_keeps_nothing_needs_no_place_in_the_cache() -> None:
    model = symbolic.trace(Cached, {"width": 4}, inputs={"given": "batch_size, tokens, width"})
    assert symbolic.explain(model, "forward-flops", inputs={"tokens": 3}).total == 2 * (2 * 3 * 4 * 4 + 2 * 3 * 3 * 4)


def test_two_sizes_never_become_one() -> None:
    made = symbolic.explain(symbolic.trace(Widths, {"d_model": 8, "emb_dim": 5}))
    assert made.total == 2 * 8 * 5 + 8 + 5
    assert len(made.closed.symbols) == 2


def test_a_size_that_is_called_tokens_is_not_the_tokens_of_a_pass() -> None:
    sizes = {"tokens": 30, "context": 16, "i": 6, "batch_size": 5}
    model = symbolic.trace(Named, sizes)
    parameters, forward = symbolic.explain(model).closed, symbolic.explain(model, "forward-flops").closed
    for given, tokens in ((sizes, 9), ({"tokens": 20, "context": 12, "i": 8, "batch_size": 3}, 5)):
        real = Named(**given)
        with FlopCounterMode(display=False) as counter:
            real(torch.zeros(1, tokens, dtype=torch.long))
        values = {f"own_{name}": size for name, size in given.items()}
        values |= {"tokens": tokens, "context": tokens, "batch_size": 1}
        assert parameters.value(values) == sum(one.numel() for one in real.parameters())
        assert forward.value(values) == counter.get_total_flops()


class Compared(nn.Module):  # type: ignore[misc]
    """Asks something of its sizes in a pass, and multiplies once more where the answer is yes."""

    def __init__(self, ask: Any, width: int, wide: int, window: int) -> None:
        super().__init__()
        self.ask, self.window = ask, window
        self.into, self.more = nn.Linear(width, wide), nn.Linear(wide, wide)

    def forward(self, given: Any) -> Any:
        made = self.into(given)
        asked = self.ask(given.shape[1], given.shape[2], made.shape[2], self.window)
        return self.more(made) if asked else made


SIZES = {"width": 6, "wide": 12, "window": 20}


@pytest.mark.parametrize(
    ("ask", "followed", "refused"),
    [
        (lambda _t, width, wide, _w: wide > width, {"width": 11}, {"width": 12}),
        (lambda _t, width, wide, _w: wide + 3 >= width, {"width": 15}, {"width": 16}),
        (lambda _t, width, wide, _w: wide != width, {"width": 13}, {"width": 12}),
        (lambda _t, width, wide, _w: wide == 2 * width, {"window": 3}, {"width": 7}),
        (lambda _t, width, _wide, _w: width % 4 == 2, {"wide": 5}, {"width": 8}),
        (lambda _t, width, wide, w: wide > width and w > wide, {"wide": 19}, {"wide": 20}),
        (lambda _t, width, _wide, _w: width > 1, {"width": 2}, {"width": 1}),
        (lambda t, _width, _wide, w: t > w, {"tokens": 20}, {"tokens": 21}),
        (lambda t, _width, _wide, _w: t < 700, {"tokens": 699}, {"tokens": 700}),
        (lambda t, _width, _wide, _w: t == 1, {"tokens": 2}, {"tokens": 1}),
        (lambda t, width, _wide, w: w > t or width > 100, {"tokens": 19}, {"tokens": 20}),
    ],
)
def test_a_pass_that_compares_sizes_is_followed_on_its_side_of_the_comparison_and_refused_on_the_other(
    ask: Any, followed: dict[str, int], refused: dict[str, int]
) -> None:
    def build(width: int, wide: int, window: int) -> Any:
        return Compared(ask, width, wide, window)

    made = symbolic.explain(
        symbolic.trace(build, SIZES, inputs={"given": "1, tokens, width"}), "forward-flops", inputs={"tokens": 9}
    )
    for changed in ({}, followed):
        given = {**SIZES, "tokens": 9, **changed}
        tokens = given.pop("tokens")
        with FlopCounterMode(display=False) as counter:
            build(**given)(torch.zeros(1, tokens, given["width"]))
        assert derived(made, changed).total == counter.get_total_flops()
    with pytest.raises(symbolic.ConfigError, match=r"something else|can't be more|must be at least|does not cover"):
        derived(made, refused)


class Rooted(nn.Module):  # type: ignore[misc]
    """Scores, divided by what numpy makes of a size."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, width, bias=False)

    def forward(self, given: Any) -> Any:
        made, size = self.layer(given), given.shape[-1]
        return (made @ made.mT) / np.sqrt(size) / np.ceil(size / 4) / sqrt(size)


def test_numpy_takes_roots_of_sizes_that_stay_symbols() -> None:
    model = symbolic.trace(Rooted, {"width": 6}, inputs={"given": "1, tokens, width"})
    made = symbolic.explain(model, "forward-flops", inputs={"tokens": 9})
    assert derived(made, {"width": 10}).total == 2 * 9 * 10 * 10 + 2 * 9 * 9 * 10


class Keyed(nn.Module):  # type: ignore[misc]
    """Heads under keys with signs that the lines of a description give a meaning to, in layers, too."""

    def __init__(self, width: int, depth: int, keys: tuple[str, ...]) -> None:
        super().__init__()
        self.heads = nn.ModuleDict({key: nn.Linear(width, 3 + at) for at, key in enumerate(keys)})
        self.layers = nn.ModuleList(nn.ModuleDict({"to: q": nn.Linear(width, width)}) for _ in range(depth))

    def forward(self, given: Any) -> Any:
        for layer in self.layers:
            given = layer["to: q"](given)
        return [head(given) for head in self.heads.values()]


KEYS = ("task: a", "b {}", "x if y", 'c,d=e "f"', "größe")


@pytest.mark.parametrize(("width", "depth"), [(5, 6), (4, 2)])
def test_a_key_of_a_dict_of_modules_may_have_any_signs(width: int, depth: int) -> None:
    model = symbolic.trace(Keyed, {"width": width, "depth": depth, "keys": KEYS}, inputs={"given": "batch_size, width"})
    net = Keyed(width, depth, KEYS)
    with FlopCounterMode(display=False) as real:
        net(torch.zeros(1, width))
    assert api.explain(model).total == sum(one.numel() for one in net.parameters())
    assert api.explain(model, "forward-flops").total == real.get_total_flops()


def test_keys_that_differ_in_signs_only_are_refused() -> None:
    with pytest.raises(ConfigError, match="names of several tensors differ in spaces and signs only"):
        symbolic.trace(Keyed, {"width": 4, "depth": 1, "keys": ("a: b", "a, b")})


@pytest.mark.parametrize("sizes", [{}, {"depth": 2}], ids=["none", "another"])
def test_a_size_that_is_missing_is_named(sizes: dict[str, int]) -> None:
    def stack(width: int, depth: int = 1) -> Any:
        return nn.Sequential(*(nn.Linear(width, width) for _ in range(depth)))

    with pytest.raises(ConfigError, match="missing 1 required positional argument: 'width'"):
        symbolic.trace(stack, sizes)


class NamedExperts(nn.Module):  # type: ignore[misc]
    """Experts with names of their own, to which a router sends rows."""

    def __init__(self, width: int, n_experts: int, top_k: int) -> None:
        super().__init__()
        self.top_k = top_k
        self.router = nn.Linear(width, n_experts, bias=False)
        self.experts = nn.ModuleDict({f"expert_{at}": nn.Linear(width, width) for at in range(n_experts)})

    def forward(self, given: Any) -> Any:
        given = given.flatten(0, 1)
        weights, chosen = self.router(given).topk(self.top_k)
        out = torch.zeros_like(given)
        for number, expert in enumerate(self.experts.values()):
            rows, place = torch.where(chosen == number)
            out.index_add_(0, rows, expert(given[rows]) * weights[rows, place, None])
        return out


@pytest.mark.parametrize(("width", "n_experts", "top_k"), [(5, 4, 2), (6, 3, 1)])
def test_experts_with_names_work_on_the_rows_that_are_sent_to_them(width: int, n_experts: int, top_k: int) -> None:
    sizes = {"width": width, "n_experts": n_experts, "top_k": top_k}
    model = symbolic.trace(NamedExperts, sizes, inputs={"given": "batch_size, tokens, width"})
    with FlopCounterMode(display=False) as real:
        NamedExperts(**sizes)(torch.rand(1, 7, width))
    assert api.explain(model, "forward-flops", inputs={"tokens": 7}).total == real.get_total_flops()
    with pytest.raises(NothingToMeasure, match="parts of it work on some tokens only"):
        api.explain(model, convention="active")
