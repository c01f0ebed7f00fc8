"""What traced networks take: a configuration object, several inputs, states, loops over tokens. Torch is the oracle."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sampling import thorough

import symbolic
from symbolic.analysis.variants import derived
from symbolic.errors import ConfigError

torch = pytest.importorskip("torch", exc_type=ImportError)

from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from symbolic.networks.tracing.guards import Stepped  # noqa: E402
from symbolic.networks.tracing.lost_sizes import unbound, with_lines  # noqa: E402
from symbolic.networks.tracing.symbolic_pass import passed  # noqa: E402
from symbolic.networks.tracing.symbolic_sizes import Unformulated  # noqa: E402
from symbolic.networks.tracing.tracing import trace_text  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]


@dataclass
class Settings:
    """Sizes as an object, one of them worked out."""

    width: int
    layers: int
    words: int = 50

    def __post_init__(self) -> None:
        self.inner = 3 * self.width


class Writer(nn.Module):  # type: ignore[misc]
    """Reads tokens, and guesses what follows the last of them with the table of its words."""

    def __init__(self, settings: Any) -> None:
        super().__init__()
        self.settings = settings
        self.table = nn.Embedding(settings.words, settings.width)
        self.rows = nn.ModuleList(nn.Linear(settings.width, settings.inner) for _ in range(settings.layers))
        self.back = nn.Linear(settings.inner, settings.width)
        self.head = nn.Linear(settings.width, settings.words, bias=False)
        self.head.weight = self.table.weight

    def forward(self, ids: Any) -> Any:
        made = self.table(ids) * math.sqrt(self.settings.width)
        for row in self.rows:
            made = self.back(row(made))
        return self.head(made[:, [-1]])


class Looping(nn.Module):  # type: ignore[misc]
    """Walks over its tokens in Python, with a state."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.Tensor(width, width))
        self.step = nn.Linear(width + hidden, hidden)
        self.out = nn.Linear(hidden, width)

    def forward(self, given: Any, state: Any) -> Any:
        hidden, _unused = state
        given, outs = given @ self.scale, []
        for number in range(given.shape[1]):
            hidden = torch.tanh(self.step(torch.cat([given[:, number], hidden], -1)))
            outs.append(hidden)
        made = torch.stack(outs, 1)
        return self.out(made), made @ made.transpose(1, 2)


class Pair(nn.Module):  # type: ignore[misc]
    """Looks from a text at an image, as one that writes captions does."""

    def __init__(self, *, width: int, patch: int, words: int) -> None:
        super().__init__()
        self.see = nn.Conv2d(3, width, patch, stride=patch)
        self.read = nn.Embedding(words, width)
        self.width = width

    def forward(self, image: Any, text: Any, mask: Any, *, scaled: bool) -> dict[str, Any]:
        seen = functional.pad(self.see(image), [0, 1]).flatten(2)
        scores = self.read(text) @ seen
        scores = scores if mask is None else scores.masked_fill(mask, 0)
        return {"mixed": (scores / self.width**0.5 if scaled else scores) @ seen.transpose(1, 2)}


Real = Callable[[dict[str, Any], int], tuple[Any, ...]]
NETS: list[tuple[Any, dict[str, int], dict[str, int], Any, Real]] = [
    (
        Writer,
        {"width": 12, "layers": 2, "words": 40},
        {"width": 16, "layers": 2, "words": 30},
        None,
        lambda _sizes, tokens: (torch.zeros(1, tokens, dtype=torch.long),),
    ),
    (
        Looping,
        {"width": 6, "hidden": 10},
        {"width": 9, "hidden": 4},
        {"given": "batch_size, tokens, width", "state": "batch_size, hidden; batch_size, hidden"},
        lambda sizes, tokens: (torch.zeros(1, tokens, sizes["width"]), (torch.zeros(1, sizes["hidden"]),) * 2),
    ),
    (
        Pair,
        {"width": 8, "patch": 4, "words": 20},
        {"width": 6, "patch": 2, "words": 30},
        {"image": "batch_size, 3, 8*patch, 4*patch", "text": "batch_size, tokens", "mask": None, "scaled": True},
        lambda sizes, tokens: (
            torch.zeros(1, 3, 8 * sizes["patch"], 4 * sizes["patch"]),
            torch.zeros(1, tokens, dtype=torch.long),
            None,
        ),
    ),
]


TRIED = [
    # These take longest: only a run of everything learns them.
    pytest.param(*one, marks=[thorough] if one[0] in (Writer, Looping) else [], id=one[0].__name__)
    for one in NETS
]


@pytest.mark.parametrize(("net", "sizes", "others", "inputs", "real"), TRIED)
def test_the_formulas_hold_for_other_sizes_and_other_numbers_of_tokens(
    net: Any, sizes: dict[str, int], others: dict[str, int], inputs: Any, real: Real
) -> None:
    model = symbolic.trace(net, sizes, inputs=inputs)
    parameters, forward = symbolic.explain(model), symbolic.explain(model, "forward-flops")
    for given, tokens in ((sizes, 5), (others, 12)):
        built = net(Settings(**given)) if net is Writer else net(**given)
        with FlopCounterMode(display=False) as counter:
            built(*real(given, tokens), **({"scaled": True} if net is Pair else {}))
        run = {**given, "tokens": tokens, "context": tokens, "batch_size": 1}
        assert parameters.closed.value(run) == sum(one.numel() for one in built.parameters())
        assert forward.closed.value(run) == counter.get_total_flops()


def test_an_input_that_is_left_out_is_asked_for() -> None:
    with pytest.raises(ConfigError, match="forward takes text, mask, scaled, too; say what text is, or text=none"):
        symbolic.trace(Pair, {"width": 8, "patch": 4, "words": 20}, inputs={"image": "1, 3, 8, 8"})


class LastOnly(nn.Module):  # type: ignore[misc]
    """Scores all tokens where it is given what follows them, and the last one otherwise."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.table, self.head = nn.Embedding(words, width), nn.Linear(width, words, bias=False)

    def forward(self, text: Any, following: Any = None) -> Any:
        made = self.table(text)
        return self.head(made[:, -1:] if following is None else made)


@pytest.mark.parametrize(
    ("inputs", "scored", "named"),
    [({}, 1, True), ({"following": "batch_size, tokens:int"}, 5, False), ({"following": None}, 1, False)],
)
def test_a_page_names_the_arguments_that_a_pass_was_called_without(
    inputs: dict[str, Any], scored: int, named: bool
) -> None:
    model = symbolic.trace(LastOnly, {"words": 7, "width": 6}, inputs={"text": "batch_size, tokens", **inputs})
    found = symbolic.explain(model, "training-flops", inputs={"tokens": 5})
    assert found.total == 3 * 2 * scored * 6 * 7
    assert ("Called without `following`" in str(found.to_markdown())) is named
    assert found.called_without == (("following",) if named else ())
    assert ("called_without" in json.loads(str(found.to_json()))) is named


class Rows(nn.Module):  # type: ignore[misc]
    def __init__(self, image_height: int, width: int) -> None:
        super().__init__()
        self.mixing, self.widening = nn.Linear(image_height, 1), nn.Conv2d(3, width, 1)

    def forward(self, image: Any) -> Any:
        return self.mixing(self.widening(image))


SIDES = {"image_height": 10, "width": 4}


def test_a_size_with_the_name_of_a_number_of_a_page_keeps_its_value() -> None:
    model = symbolic.trace(Rows, SIDES, inputs={"image": "batch_size, 3, own_image_height, own_image_height"})
    assert symbolic.explain(model, "forward-flops").total == 2 * 10 * 10 * 3 * 4 + 2 * 4 * 10 * 10


@pytest.mark.parametrize(
    ("axis", "says"),
    [("image_width=9", "image_width is a number that a page asks for"), ("width=9", "width is a size of the module")],
)
def test_an_axis_with_a_name_that_is_taken_is_refused(axis: str, says: str) -> None:
    with pytest.raises(ConfigError, match=f"{says}; give the axis another name"):
        symbolic.trace(Rows, SIDES, inputs={"image": f"batch_size, 3, {axis}, own_image_height"})


def test_a_size_that_the_configuration_lacks_is_named() -> None:
    def build(config: Any) -> Any:
        return nn.Linear(config.width, config.depth)

    with pytest.raises(ConfigError, match="no size depth; give it, too"):
        symbolic.trace(build, {"width": 3})


def test_two_stacks_of_as_many_layers_have_each_its_own_length() -> None:
    class Towers(nn.Module):  # type: ignore[misc]
        def __init__(self, width: int, encoder_layers: int, decoder_layers: int) -> None:
            super().__init__()
            self.encoder = nn.ModuleList(nn.Linear(width, width) for _ in range(encoder_layers))
            self.decoder = nn.ModuleList(nn.Linear(width, 2 * width) for _ in range(decoder_layers))

    closed = symbolic.explain(symbolic.trace(Towers, {"width": 4, "encoder_layers": 3, "decoder_layers": 3})).closed
    for sizes in ((4, 3, 3), (5, 2, 7)):
        made = sum(one.numel() for one in Towers(*sizes).parameters())
        assert closed.value(dict(zip(("width", "encoder_layers", "decoder_layers"), sizes, strict=True))) == made


class Chunked(nn.Module):  # type: ignore[misc]
    """Compares tokens within chunks, and the chunks with each other."""

    def __init__(self, width: int, chunk: int) -> None:
        super().__init__()
        self.inner = nn.Linear(width, width, bias=False)
        self.chunk = chunk

    def forward(self, given: Any) -> Any:
        rest = (self.chunk - given.shape[1] % self.chunk) % self.chunk
        rows = functional.pad(self.inner(given), (0, 0, 0, rest))
        parts = rows.reshape(rows.shape[0], -1, self.chunk, rows.shape[2])
        sums = parts.sum(2)
        return (parts @ parts.transpose(-1, -2)).sum() + (sums @ sums.transpose(-1, -2)).sum()


class Slices(Chunked):
    """The same by a loop over the chunks, of which the last may be shorter."""

    def forward(self, given: Any) -> Any:
        starts = range(0, given.shape[1], self.chunk)
        parts = [self.inner(given[:, at : at + self.chunk]) for at in starts]
        return sum((part @ part.transpose(-1, -2)).sum() for part in parts)


def test_more_tokens_than_the_code_takes_at_a_time_are_counted_or_refused() -> None:
    """The first pass has fewer tokens than a chunk, so it sees one chunk only."""
    sizes, inputs = {"width": 8, "chunk": 16}, {"given": "batch_size, tokens, width"}
    for net in (Chunked, Slices):
        closed = symbolic.explain(symbolic.trace(net, sizes, inputs=inputs), "forward-flops").closed
        for tokens in (5, 32, 40):
            with FlopCounterMode(display=False) as counter:
                net(**sizes)(torch.zeros(1, tokens, 8))
            assert closed.value({**sizes, "tokens": tokens, "batch_size": 1}) == counter.get_total_flops()
    with pytest.raises(ConfigError, match="something else with one step than with several"):
        symbolic.explain(symbolic.trace(Several, sizes, inputs=inputs), "forward-flops")


class Several(Chunked):
    """The same, but a chunk that is alone is compared with nothing."""

    def forward(self, given: Any) -> Any:
        starts = range(0, given.shape[1], self.chunk)
        parts = [self.inner(given[:, at : at + self.chunk]) for at in starts]
        return sum((part @ part.transpose(-1, -2)).sum() for part in parts if len(parts) > 1)


class OfFour(nn.Module):  # type: ignore[misc]
    """Asks whether there are four tokens."""

    def forward(self, given: Any) -> Any:
        return given[:, :2] if given.shape[1] == 4 else given


@pytest.mark.parametrize(
    ("module", "tokens", "ends"),
    [
        (Chunked(8, 16), 4, Stepped),
        (OfFour(), 4, Unformulated),
        (OfFour(), 5, None),
    ],
)
def test_a_watched_pass_ends_as_soon_as_it_holds_for_no_more_tokens(
    module: Any, tokens: int, ends: type[Exception] | None
) -> None:
    def run() -> Any:
        return passed(module, {"tokens": tokens}, lambda made: module(made((1, "tokens", 8), torch.float)), watched=0)

    if ends is None:
        assert run().step({}) == 0
    else:
        with pytest.raises(ends):
            run()


class OneLength(nn.Module):  # type: ignore[misc]
    """Takes inputs of one length only."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.all = nn.Linear(width, width)

    def forward(self, given: Any) -> Any:
        """All in one layer."""
        assert given.shape[1] == 5
        return self.all(given)


def test_a_condition_on_an_axis_of_an_input_is_kept() -> None:
    text, _numbers = trace_text(OneLength, {"width": 4}, {"given": "batch_size, length=5, width"})
    bound = with_lines(text, ["never length != 5"])
    assert unbound(bound, lambda sizes: OneLength(**sizes), {"width": 4}, lambda _text, _sizes: True) == bound


class Placed(nn.Module):  # type: ignore[misc]
    """Has a table of so many places, and takes no longer text."""

    def __init__(self, words: int, width: int, places: int, asserts: bool = True) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Parameter(torch.zeros(places, width))
        self.out, self.asserts = nn.Linear(width, words), asserts

    def forward(self, ids: Any) -> Any:
        assert not self.asserts or ids.shape[1] <= self.places.shape[0]
        return self.out(self.words(ids) + self.places[: ids.shape[1]])


@pytest.mark.parametrize("asserts", [True, False])
def test_a_text_is_no_longer_than_the_code_takes(asserts: bool) -> None:
    def build(words: int, width: int, places: int) -> Any:
        return Placed(words, width, places, asserts)

    model = symbolic.trace(build, {"words": 20, "width": 6, "places": 16})
    made = symbolic.explain(model, "forward-flops")
    assert made.total == 2 * 16 * 6 * 20  # nobody's default is longer than the table
    assert derived(made, {"places": 32}).total == 2 * 32 * 6 * 20
    with pytest.raises(ConfigError, match="tokens is 17 and places is 16; the first can't be more"):
        symbolic.explain(model, "forward-flops", inputs={"tokens": 17})


class Masked(nn.Module):  # type: ignore[misc]
    """Has a mask of so many places; one place would go with any text."""

    def __init__(self, words: int, width: int, places: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, width)
        self.register_buffer("mask", torch.ones(places, places).tril())

    def forward(self, ids: Any) -> Any:
        rows, tokens = self.words(ids), ids.shape[1]
        scores = rows @ rows.transpose(1, 2)
        return scores.masked_fill(self.mask[:tokens, :tokens] == 0, -1.0) @ rows


def test_a_text_is_no_longer_than_a_mask_of_the_code() -> None:
    model = symbolic.trace(Masked, {"words": 20, "width": 6, "places": 16})
    assert symbolic.explain(model, "forward-flops", inputs={"tokens": 16}).total == 2 * 2 * 16 * 16 * 6
    with pytest.raises(ConfigError, match="tokens is 17 and places is 16; the first can't be more"):
        symbolic.explain(model, "forward-flops", inputs={"tokens": 17})


class Seen(nn.Module):  # type: ignore[misc]
    """Takes images of so many planes, whose sides a size says."""

    def __init__(self, image_size: int, planes: int, width: int) -> None:
        super().__init__()
        self.image_size, self.into = image_size, nn.Conv2d(planes, width, 3)

    def forward(self, image: Any) -> Any:
        return self.into(image)


class Cut(nn.Module):  # type: ignore[misc]
    """Cuts images into patches before its first layer."""

    def __init__(self, image_size: int, channels: int, width: int) -> None:
        super().__init__()
        self.image_size, self.row = image_size, nn.Linear(channels * 4, width)

    def forward(self, image: Any) -> Any:
        batch, channels, high, wide = image.shape
        cut = image.reshape(batch, channels, high // 2, 2, wide // 2, 2).permute(0, 2, 4, 3, 5, 1)
        return self.row(cut.reshape(batch, (high // 2) * (wide // 2), 4 * channels))


@pytest.mark.parametrize(
    ("net", "sizes", "channels"),
    [
        (Seen, {"image_size": 8, "planes": 3, "width": 6}, "planes"),
        (Cut, {"image_size": 8, "channels": 3, "width": 6}, "channels"),
    ],
)
def test_what_the_first_layer_takes_stays_open_where_no_inputs_are_given(
    net: Any, sizes: dict[str, int], channels: str
) -> None:
    made = symbolic.explain(symbolic.trace(net, sizes), "forward-flops")
    for changed in ({}, {channels: 5}, {"image_size": 12}, {"width": 7}):
        run = {**sizes, **changed}
        with FlopCounterMode(display=False) as counter:
            net(**run)(torch.zeros(1, run[channels], run["image_size"], run["image_size"]))
        assert derived(made, changed).total == counter.get_total_flops()


class Weaving(nn.Module):  # type: ignore[misc]
    """Makes its matrix of a few numbers, once for all rows that it works on."""

    def __init__(self, width: int, code: int) -> None:
        super().__init__()
        self.code, self.maker = nn.Parameter(torch.zeros(code)), nn.Linear(code, width * width, bias=False)
        self.width = width

    def forward(self, given: Any) -> Any:
        return functional.linear(given, self.maker(self.code).view(self.width, self.width))


class Pairing(nn.Module):  # type: ignore[misc]
    """Compares each row with each other one."""

    def __init__(self, width: int, code: int) -> None:
        super().__init__()
        self.layer = nn.Linear(width, code, bias=False)

    def forward(self, given: Any) -> Any:
        made = self.layer(given)
        return made @ made.T


@pytest.mark.parametrize(("net", "once"), [(Weaving, 2 * (3 * 36 + 36)), (Pairing, 2 * (6 * 3 + 3))])
def test_a_batch_that_does_not_multiply_what_one_takes_is_refused(net: Any, once: int) -> None:
    """Three rows take 2 × (108 + 3 × 36) and 2 × (3 × 18 + 9 × 3), not three times what one takes."""
    made = symbolic.trace(net, {"width": 6, "code": 3}, inputs={"given": "batch_size, width"})
    assert symbolic.explain(made, "forward-flops").total == once
    with pytest.raises(ConfigError, match="batch_size is 3; it can't be more than 1"):
        symbolic.explain(made, "forward-flops", inputs={"batch_size": 3})


def test_a_batch_of_rows_that_do_not_meet_takes_as_many_times_as_much() -> None:
    made = symbolic.trace(nn.Linear, {"in_features": 5, "out_features": 4}, inputs={"input": "batch_size, in_features"})
    assert symbolic.explain(made, "training-flops", inputs={"batch_size": 3}).total == 3 * 3 * 2 * 20
