"""The lesson of training memory: its layouts are what device-memory derives, and the first that fits is named."""

import weakref
from functools import cache
from itertools import product
from math import ceil
from typing import Any

import pytest
from sampling import MODELS, sample, thorough

import symbolic
from symbolic.errors import SymbolicError
from symbolic.measuring.layouts import WAYS, Layouts, layouts
from symbolic.measuring.pipelines import Measured, Pipelines, Stages, divided, pipelines
from symbolic.pages.sections.layouts import known_layouts
from symbolic.pages.sections.one_device import held, largest_batch


@cache
def found(model: str, **inputs: Any) -> Layouts:
    made = layouts(symbolic.explain(model, "device-memory", inputs=inputs))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("model", "devices"), sample(list(product(["gpt2-124m", "llama-3-8b", "deepseek-v3"], [1, 2, 64])), 2, 1)
)
def test_each_number_is_the_total_of_its_page(model: str, devices: int) -> None:
    made = found(model)
    for way, size in made.rows[devices].items():
        tensor = made.split[devices] if way == "tensor" else 1
        inputs = {"tensor_parallel": tensor, "data_parallel": devices // tensor}
        page = symbolic.explain(model, "device-memory", inputs=inputs, choices=WAYS[way], idle_inputs=True)
        assert page.total + made.meanwhile(way, devices) == size, way


@pytest.mark.parametrize(
    ("model", "inputs", "devices", "way"),
    [
        # 124 million × 16 bytes, and 8 billion: 128 GB; ZeRO 2 leaves 16 + 56.2 to each, and what is at work;
        # and a program takes 92 % of a device: 78.2 of 85 GB, 147 of 160, 131 of 142
        ("gpt2-124m", {}, 1, "whole"),
        ("llama-3-8b", {"tokens": 100}, 2, "zero_2"),
        # 64.2 and 6.4 for layers computed again and scores, and 8.4 for the gradients of the scores are 79
        ("llama-3-8b", {}, 4, "zero_3_recomputed"),
        ("llama-3-8b", {"tokens": 1024, "device_memory": 160 * 10**9}, 1, "whole"),
        ("llama-3-8b", {"tokens": 1024, "device_memory": 143 * 10**9}, 1, "recomputed"),
        # 671 billion × 16 bytes are 10,736 GB: 21 on each of 512, beside the 48 of a layer of experts that is at work
        ("deepseek-v3", {"gradient_bytes": 2, "state_bytes": 12}, 512, "zero_3_recomputed"),
    ],
)
def test_the_first_layout_that_fits_is_named(model: str, inputs: dict[str, int], devices: int, way: str) -> None:
    made = found(model, **inputs)
    assert made.first is not None
    assert (made.first.devices, made.first.way) == (devices, way)
    smaller = [row for many, row in made.rows.items() if many < devices]
    assert all(size > made.room for row in smaller for size in row.values())
    assert made.first.bytes <= made.room


@pytest.mark.parametrize(
    ("model", "way", "at_work"),
    [
        # The head, 128,256 × 4,096, with its gradient; a layer of 218,112,000 numbers is computed again beside its own
        ("llama-3-8b", "zero_2", 2 * 128_256 * 4096),
        ("llama-3-8b", "zero_3", 4 * 128_256 * 4096),
        ("llama-3-8b", "zero_3_recomputed", 4 * 218_112_000 + 1_308_622_848),
        ("llama-3-8b", "tensor", 0),
        # 256 experts and a shared one, three matrices of 7,168 × 2,048 each, attention, router and norms; 2 + 4 bytes
        ("deepseek-v3", "zero_3", 6 * (257 * 3 * 7168 * 2048 + 187_107_328 + 7168 * 256 + 2 * 7168)),
    ],
)
def test_what_is_at_work_is_whole_for_a_while(model: str, way: str, at_work: int) -> None:
    """ZeRO 3 fetches its weights, and ZeRO 2 and 3 make its gradients, before each device keeps its share."""
    assert found(model).at_work[way] == at_work


def test_the_loss_needs_two_more_tables_of_the_scores_for_a_while() -> None:
    """PyTorch keeps the softmax's result, and makes its gradient and that of the scores: 12 bytes a score, not 4."""
    made = found("llama-3-8b")
    assert made.loss[1] == 2 * 4 * 8192 * 128_256
    assert made.loss[8] == made.loss[1] // 8


def test_so_much_lives_while_pytorch_goes_backward_through_the_loss() -> None:
    """Of each score 4 bytes are kept, and 12 live at the most; the model's own scores, at 16 bits, are gone by then."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from torch.utils._python_dispatch import TorchDispatchMode

    tokens, vocabulary, live, seen = 64, 4096, 0, []

    def gone(size: int) -> None:
        nonlocal live
        live -= size

    class Living(TorchDispatchMode):  # type: ignore[misc, unused-ignore]
        def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            nonlocal live
            made = function(*args, **(kwargs or {}))
            for tensor in made if isinstance(made, tuple) else (made,):
                storage = tensor.untyped_storage()
                if "detach" not in str(function):
                    live += storage.nbytes()
                    weakref.finalize(storage, gone, storage.nbytes())
            seen.append(live)
            return made

    scores = torch.randn(tokens, vocabulary, requires_grad=True)
    with Living():
        loss = torch.nn.functional.cross_entropy(scores, torch.zeros(tokens, dtype=torch.int64))
        kept = live
        loss.backward()
    assert (kept // (tokens * vocabulary), max(seen) // (tokens * vocabulary)) == (4, 12)


def test_heads_that_do_not_divide_are_split_among_fewer() -> None:
    """GPT-2 has 12 heads: 8 devices can't share them evenly, and 4 can."""
    assert found("gpt2-124m").split[8] == 4


@pytest.mark.parametrize(("model", "quantity"), sample(list(product(MODELS, ["device-memory", "training-memory"])), 13))
def test_pages_begin_with_it(model: str, quantity: str) -> None:
    try:
        text = " ".join(str(symbolic.explain(model, quantity).to("text")).split())
    except SymbolicError:
        return
    # DeepSeek kept 4 bytes of a gradient and 4 + 2 + 2 of the optimizer.
    each = 14 if model == "deepseek-v3" else 16
    answer = (
        "The smallest layout that fits, of those in the tables below:"
        if quantity == "training-memory"
        else "In short: this training fits on"
    )
    # A page of training memory says first what is kept, and comes to devices below.
    assert answer in (text if quantity == "training-memory" else text.split("This page counts")[0])
    assert f"What one parameter costs: {each} bytes" in text
    assert "GB on each device" in text


@pytest.mark.parametrize(
    ("model", "inputs", "layout", "choices", "devices"),
    [
        ("gpt2-124m", {}, {}, {"zero": "0"}, 1),
        ("llama-3-8b", {"tokens": 100}, {"data_parallel": 2}, {"zero": "2"}, 2),
        (
            "deepseek-v3",
            {},
            {"pipeline_parallel": 4, "expert_parallel": 64, "data_parallel": 64},
            {"recompute": "full"},
            256,
        ),
    ],
)
def test_what_a_device_of_the_first_layout_holds(
    model: str, inputs: dict[str, int], layout: dict[str, int], choices: dict[str, str], devices: int
) -> None:
    """Its states and activations are those of a page about this very layout, without what is needed for a while."""
    made = symbolic.explain(model, "device-memory", inputs=inputs)
    known = known_layouts(made)
    assert known is not None
    holding = held(made, known.shared, known.staged)
    asked = symbolic.explain(model, "device-memory", inputs=inputs | layout, choices=choices)
    states = asked.counted_as(asked.quantity.convention("states")).total
    assert holding is not None
    assert holding.at_work
    assert (holding.devices, holding.states, holding.activations) == (devices, states, asked.total - states)


def test_the_largest_batch_is_the_last_that_fits_at_its_peak() -> None:
    made = symbolic.explain("gpt2-124m", "device-memory")
    most = largest_batch(made, found("gpt2-124m"))
    assert most is not None
    ways = [found("gpt2-124m", batch_size=batch) for batch in (most, most + 1)]
    assert [one.rows[1]["whole"] <= one.room for one in ways] == [True, False]


def test_activations_are_those_of_the_conventions() -> None:
    """Llama 3 8B at 8,192 tokens: what training-memory counts beyond its states, by what is computed again.

    A layer that is needs 5 × 4,096 numbers a token (the second norm's input, attention's, the feed-forward network's,
    queries, results of heads), 2 × 1,024 of keys and values, and 4 × 14,336 that are wide, 2 bytes each.
    """
    text = str(symbolic.explain("llama-3-8b", "training-memory").to("text"))
    states = 8_030_261_248 * 16
    again = 8192 * 2 * (5 * 4096 + 2 * 1024 + 4 * 14336)
    assert found("llama-3-8b").again == again
    for convention, more in (("all-kept", 0), ("selective-recomputation", 0), ("full-recomputation", again)):
        total = symbolic.explain("llama-3-8b", "training-memory", convention=convention).total
        assert f"{total - states + more:,}" in text


@pytest.mark.parametrize(
    "model", ["gpt2-124m", "llama-3-8b", "mixtral-8x7b", "bert-base-uncased", "vit-base-patch16-224", "pythia-1b"]
)
def test_one_page_has_one_measure(model: str) -> None:
    """On one device the first layout is the page's total and what the loss needs; sequences are alike."""
    page = symbolic.explain(model, "training-memory")
    made = layouts(page)
    assert made is not None
    assert made.rows[1]["whole"] == page.total + made.loss[1]
    if "tokens" in symbolic.explain(model, "training-cost").sizes:
        assert page.sizes["tokens"] == symbolic.explain(model, "training-cost").sizes["tokens"]
    taken = symbolic.explain(model, "kv-cache" if model in ("gpt2-124m", "llama-3-8b") else "device-memory")
    assert made.room == ceil(taken.sizes["memory_share"] * taken.sizes["device_memory"])


def test_tensor_and_sequence_parallelism_divide_all_activations() -> None:
    """Llama 3 8B on 8 devices: 16 bytes for an eighth of the parameters, all norms, an eighth of the activations.

    128,256 columns of the head are 8 × 16,032; the scales of 65 norms are copied. Without sequence parallelism the
    layers' inputs, those of their norms and parts and of the head stay whole: Korthikanti et al. 2022, §4.2 and §4.3.
    """
    made = found("llama-3-8b")
    parameters, scales = 8_030_261_248, 65 * 4096
    layers = 32 * 2 * (6 * 4096 + 2 * 1024 + 4 * 14336)
    kept = 8192 * (layers + 2 * 2 * 4096 + 4 * 128_256)
    states = 16 * ((parameters - scales) // 8 + scales)
    assert made.rows[8]["tensor"] == states + kept // 8 + made.loss[8]
    whole = 8192 * 2 * (32 * 4 * 4096 + 2 * 4096)
    inputs = {"tensor_parallel": 8}
    alone = symbolic.explain("llama-3-8b", "device-memory", inputs=inputs, choices={"sequence": "no"})
    assert alone.total == states + whole + (kept - whole) // 8


@cache
def staged(model: str, **inputs: Any) -> Pipelines:
    page = symbolic.explain(model, "device-memory", inputs=inputs)
    return pipelines(page, found(model, **inputs))


def stage(name: str, shared: Stages, batches: int, layers: int) -> int:
    first = {"first": layers, "last": 61 - layers * (shared.pipeline - 1)}[name]
    inputs = {"pipeline_parallel": shared.pipeline, "expert_parallel": shared.expert, "data_parallel": shared.data}
    made = symbolic.explain(
        "deepseek-v3",
        "device-memory",
        convention=f"{name}-stage",
        inputs={**inputs, "in_flight": batches, "stage_layers": first},
        choices={"recompute": "full"},
        idle_inputs=True,
    )
    return int(made.total)


def test_the_layout_that_deepseek_published_is_counted() -> None:
    """16 stages, experts among 64, ZeRO 1 among 128 devices; DualPipe keeps two stages on each, and 16 + 1 batches.

    61 layers are 13 × 4 + 3 × 3. The loss is at work: two tables of 4,096 × 129,280 scores at 32 bits.
    """
    published = staged("deepseek-v3").published
    assert published is not None
    shared = Stages(16, 64, 128, bidirectional=True)
    assert (published.shared, shared.devices, published.batches) == (shared, 2048, 17)
    assert (published.place, published.layers) == (0, (4, 3))
    assert (published.stage, published.second) == (stage("first", shared, 16, 4), stage("last", shared, 1, 3))
    assert published.at_work == 2 * 4 * 4096 * 129_280
    once, kept = shared._replace(data=256), (("first", 16, 4), ("last", 1, 3))
    assert published.less == sum(stage(name, shared, *of) - stage(name, once, *of) for name, *of in kept)


WIDE, VOCABULARY, TEXT = 7168, 129_280, 4096
ATTENTION = WIDE * 1536 + 1536 + 1536 * 128 * 192 + WIDE * 576 + 512 + 512 * 128 * 256 + 128 * 128 * WIDE
DENSE = ATTENTION + 2 * WIDE + 3 * WIDE * 18_432
EXPERT = 3 * WIDE * 2048
BESIDE = ATTENTION + 2 * WIDE + 256 * WIDE + EXPERT
"""What a layer of experts has beside the 256 chosen ones: attention, norms, the router, the shared expert."""


def of_deepseek(layers: list[int], experts: int, data: int) -> list[int]:
    """The bytes of each stage, added up by hand: 2 + 4 bytes for a number, and 8 that ZeRO 1 shares out."""

    def held(numbers: int, holders: int) -> int:
        assert numbers % holders == 0
        return 6 * numbers + 8 * numbers // holders

    dense = held(DENSE, data)
    sparse = held(BESIDE, data) + held(256 // experts * EXPERT, data // experts)
    made, before = [], 0
    for place, many in enumerate(layers):
        of_dense = max(0, min(3, before + many) - before)
        size = of_dense * dense + (many - of_dense) * sparse
        size += (len(layers) - place) * many * 2 * TEXT * WIDE
        size += held(VOCABULARY * WIDE, data) if place == 0 else 0
        if place == len(layers) - 1:
            # The norm's scales, the head, the inputs of both, and the scores at 32 bits.
            size += held(WIDE, data) + held(VOCABULARY * WIDE, data) + TEXT * (2 * 2 * WIDE + 4 * VOCABULARY)
        made.append(size)
        before += many
    assert before == 61
    return made


@pytest.mark.parametrize(
    ("shared", "layers"),
    [
        (Stages(4, 64, 64), [16, 15, 15, 15]),
        (Stages(8, 32, 32), [8] * 5 + [7] * 3),
        (Stages(16, 64, 64), [4] * 13 + [3] * 3),
        (Stages(32, 64, 64), [2] * 29 + [1] * 3),
    ],
)
def test_each_stage_is_what_its_own_layers_come_to(shared: Stages, layers: list[int]) -> None:
    """Of 32 stages the second has a dense layer, too."""
    page = symbolic.explain("deepseek-v3", "device-memory")
    measured = Measured(page, found("deepseek-v3"))
    assert divided(61, shared.pipeline) == layers
    expected = of_deepseek(layers, shared.expert, shared.data)
    assert list(measured.sizes(shared)) == expected
    [row] = measured.of(shared)
    again = measured.again(shared.expert)
    at_work = [again] * (shared.pipeline - 1) + [max(again, 2 * 4 * TEXT * VOCABULARY)]
    every = [size + at for size, at in zip(expected, at_work, strict=True)]
    assert (row.bytes, row.place) == (max(every), every.index(max(every)))


def test_stages_of_llama_3_8b() -> None:
    """The last is the fullest: the head's scores and its loss are more than the inputs of all other batches."""
    layer, table, text = 218_112_000, 128_256 * 4096, 8192
    rows = staged("llama-3-8b").rows
    assert [row.shared.pipeline for row in rows] == [2, 4, 8]
    for row in rows:
        many, kept = row.shared.pipeline, 32 // row.shared.pipeline * 2 * text * 4096
        first = 16 * (32 // many * layer + table) + many * kept
        last = 16 * (32 // many * layer + table + 4096) + kept + text * (2 * 2 * 4096 + 4 * 128_256)
        assert last > first
        assert (row.place, row.batches, row.layers, row.stage) == (many - 1, 1, (32 // many,), last)


def test_the_table_of_stages_names_the_first_that_fits_and_what_was_published() -> None:
    text = " ".join(str(symbolic.explain("deepseek-v3", "device-memory").to("markdown")).split())
    assert "| 4 × 64 (first to fit) | 256 | 72.71 | yes | the first | 16 | 4 | 70.77 |" in text.replace("**", "")
    assert "| 16 × 64 (published) | 2,048 | 44.95 | yes | 1 and 16 | 4 + 3 | 17 |" in text.replace("**", "")


@thorough
def test_a_page_of_that_layout_says_what_comes_on_top() -> None:
    """Its total is one stage, of 23.16 GB, without the layer at work."""
    inputs = {"pipeline_parallel": 16, "expert_parallel": 64, "data_parallel": 128}
    page = symbolic.explain("deepseek-v3", "device-memory", inputs=inputs, choices={"recompute": "full"})
    text = " ".join(str(page.to("text")).split())
    assert "Of this, 1.938 GB are needed at the peak only" in text
    assert "with both it takes 44.95 GB" in text


def test_where_nothing_else_fits_stages_and_experts_do() -> None:
    made = staged("deepseek-v3")
    room = found("deepseek-v3").room
    assert made.first is not None
    assert made.first.bytes <= room
    assert [row.bytes <= room for row in made.rows if row.shared.devices < made.first.shared.devices] == [False]
    text = " ".join(str(symbolic.explain("deepseek-v3", "training-memory").to("text")).split())
    assert (
        f"below: {made.first.shared.devices} devices of 84.98 GB, a pipeline of {made.first.shared.pipeline} stages"
        in text
    )


def test_a_layer_that_is_computed_again_has_its_part_of_the_experts() -> None:
    """Of 8 experts of 14,336 a device has one, which gets an eighth of the tokens of all 8: as many as before."""
    row = next(one for one in staged("mixtral-8x7b").rows if one.shared.pipeline > 1)
    assert row.at_work == found("mixtral-8x7b").again


@pytest.mark.parametrize("model", ["gpt2-124m", "qwen3-next-80b-a3b", "llama-3-8b"])
def test_a_network_is_staged_only_where_it_is_known_how(model: str) -> None:
    """Layers of a hybrid lie in turns: which of them a stage has is not known."""
    try:
        made = staged(model)
    except (SymbolicError, AssertionError):
        return
    assert all(row.shared.expert == 1 for row in made.rows)
    assert [row.shared.pipeline for row in made.rows] == [2, 4, 8]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({}, "The largest batch that fits is 80 × 1,024 tokens."),
        ({"choices": {"recompute": "none"}}, "At most 44 × 1,024 tokens fit."),
    ],
)
def test_the_largest_batch_counts_the_loss(how: dict[str, Any], says: str) -> None:
    text = " ".join(str(symbolic.explain("gpt2-124m", "device-memory", **how).to("text")).split())
    assert says in text
    assert text.count("largest batch") == (not how)
