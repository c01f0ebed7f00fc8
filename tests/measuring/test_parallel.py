"""What one device holds, by a second way: the tensors of every device are listed, and their bytes added up."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, prod

import pytest
from sampling import sample

import symbolic
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, UnknownName
from symbolic.formulas.formula import Exact
from symbolic.measuring.fullest import fullest
from symbolic.measuring.reconciliation import reconcile
from symbolic.networks.blocks import Cache, Kind
from symbolic.networks.walks import Leaf, weights

COLUMN = {"query", "key", "value", "gate", "up", "first", "query_up", "key_value_up"}
"""Matrices whose outputs are divided; those below have their inputs divided, and all others are copied."""
ROW = {"output_projection", "down", "second"}


@dataclass(frozen=True)
class Layout:
    """How devices share a network."""

    tp: int = 1
    pp: int = 1
    ep: int = 1
    dp: int = 1
    zero: int = 1

    @property
    def inputs(self) -> dict[str, Exact]:
        return {
            "tensor_parallel": self.tp,
            "pipeline_parallel": self.pp,
            "expert_parallel": self.ep,
            "data_parallel": self.dp,
            "vocab_multiple": 128,
        }


@dataclass(frozen=True)
class Tensor:
    """A tensor of the whole network: where it lies, what it is, its shape in numbers."""

    leaf: Leaf
    called: str
    shape: tuple[int, ...]
    layer: int | None
    expert: int | None
    behind: bool


def tensors(model: Model) -> Iterator[Tensor]:
    """Every tensor of every layer and every expert, in order."""
    stacks = [part.key for part in model.network.parts if getattr(part, "role", "") == "layer"]
    first: dict[str, int] = {}
    layers = 0
    for part in model.network.parts:
        if part.key in stacks:
            first[part.key] = layers
            layers += int(part.repeat.value(model.sizes))  # type: ignore[union-attr]
    place = [part.key for part in model.network.parts]
    for leaf in weights(model.network):
        if leaf.weight.tied_to or leaf.weight.kind is Kind.BUFFER:
            continue
        top = leaf.path[1]
        stack = top.key in stacks
        numbers = range(int(top.repeat.value(model.sizes))) if stack and top.repeat else (None,)
        routed = next((block.repeat for block in leaf.path if block.active is not None), None)
        experts = (None,) if routed is None else range(int(routed.value(model.sizes)))
        shape = tuple(int(axis.value(model.sizes)) for axis in leaf.weight.shape)
        for number in numbers:
            for expert in experts:
                for called in leaf.weight.called:
                    layer = None if number is None else first[top.key] + number
                    yield Tensor(leaf, called, shape, layer, expert, place.index(top.key) > place.index(stacks[-1]))


def part_of(tensor: Tensor, model: Model, layout: Layout, rank: int) -> tuple[int, ...]:
    """The shape of what one device of a tensor parallel group holds: whole heads, ranges of columns or rows."""
    shape, tp = list(tensor.shape), layout.tp
    is_matrix = tensor.leaf.weight.kind in (Kind.MATRIX, Kind.BIAS)
    if tensor.leaf.weight.kind is Kind.TABLE and tensor.leaf.role == "embedding":
        rows = 128 * tp * ceil(shape[0] / (128 * tp))
        shape[0] = len(range(rank * rows // tp, (rank + 1) * rows // tp))
    elif tensor.leaf.role == "head" and is_matrix:
        columns = 128 * tp * ceil(shape[-1] / (128 * tp))
        shape[-1] = columns // tp
    elif is_matrix and tensor.called in ("key", "value") and "n_kv_groups" in model.sizes:
        heads = model.sizes["n_kv_groups"]
        mine = {head for head in range(heads) if head * tp // heads == rank} or {rank * heads // tp}
        shape[-1] = len(mine) * (shape[-1] // heads)
    elif is_matrix and tensor.called in COLUMN and tensor.leaf.role != "router":
        shape[-1] = len(range(rank * shape[-1] // tp, (rank + 1) * shape[-1] // tp))
    elif tensor.leaf.weight.kind is Kind.MATRIX and tensor.called in ROW:
        shape[0] = len(range(rank * shape[0] // tp, (rank + 1) * shape[0] // tp))
    return tuple(shape)


def held(model: Model, layout: Layout, stage: int) -> int:
    """The bytes of weights, gradients and states on the fullest device of a stage."""
    layers = 1 + max(tensor.layer for tensor in tensors(model) if tensor.layer is not None)
    each = ceil(layers / layout.pp)
    of_stage = range(stage * each, min((stage + 1) * each, layers))
    fullest = 0
    for rank in range(layout.tp):
        for holder in range(layout.ep):
            total = 0
            for tensor in tensors(model):
                if tensor.layer is None:
                    if stage != (layout.pp - 1 if tensor.behind else 0):
                        continue
                elif tensor.layer not in of_stage:
                    continue
                if tensor.expert is not None and tensor.expert % layout.ep != holder:
                    continue
                numbers = prod(part_of(tensor, model, layout, rank))
                copies = layout.dp // layout.ep if tensor.expert is not None else layout.dp
                for stage_of_zero, width in ((3, 2), (2, 2), (1, 12)):
                    shared = layout.zero >= stage_of_zero
                    total += width * (ceil(numbers / copies) if shared else numbers)
            fullest = max(fullest, total)
    return fullest


SMALL = {
    "llama-3-8b": {"num_hidden_layers": 6, "vocab_size": 1000},
    "gpt2": {"n_layer": 4, "vocab_size": 1000, "tie_word_embeddings": False},
    "mixtral-8x7b": {"num_hidden_layers": 4},
    "deepseek-v2-lite": {"num_hidden_layers": 4, "n_routed_experts": 8},
    "qwen2.5-0.5b": {"num_hidden_layers": 4},
}


def small(name: str) -> Model:
    """The same network with fewer layers, so that every tensor can be listed."""
    bundled = symbolic.load(name)
    sizes = {symbol.name: bundled.sizes[symbol.name] for symbol in bundled.architecture.sizes
             if symbol.name in bundled.sizes and symbol not in bundled.definitions}  # fmt: skip
    ours = {"num_hidden_layers": "n_layers", "n_layer": "n_layers", "n_routed_experts": "n_experts"}
    changed = {ours.get(key, key): value for key, value in SMALL[name].items()}
    config = {key: value for key, value in bundled.config.items() if key in bundled.used}
    for symbol in bundled.architecture.sizes:
        if symbol.name in changed:
            for key in bundled.architecture.keys(symbol):
                config.pop(key, None)
    assert sizes
    return symbolic.load({**config, **changed}, architecture=bundled.architecture.name)


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("llama-3-8b", Layout()),
        ("llama-3-8b", Layout(tp=4, pp=3, dp=7)),
        ("llama-3-8b", Layout(tp=16, pp=2, dp=2, zero=3)),
        ("gpt2", Layout(tp=4, pp=2, dp=3, zero=2)),
        ("mixtral-8x7b", Layout(tp=2, pp=2, ep=4, dp=8)),
        ("mixtral-8x7b", Layout(ep=8, dp=8, zero=0)),
        ("deepseek-v2-lite", Layout(tp=4, pp=2, ep=2, dp=6, zero=3)),
        ("deepseek-v2-lite", Layout(pp=4)),
    ],
)
def test_each_device_holds_what_the_list_of_its_tensors_says(name: str, layout: Layout) -> None:
    model = small(name)
    stages = {"first-stage": 0, "last-stage": layout.pp - 1}
    if layout.pp > 2 and name != "deepseek-v2-lite":
        stages["middle-stage"] = 1
    for convention, stage in stages.items():
        derivation = symbolic.explain(
            model,
            "device-memory",
            convention=convention,
            inputs=layout.inputs,
            choices={"zero": str(layout.zero)},
        )
        activations = sum(
            visit.step.in_total for visit in derivation.root.leaves() if visit.step.weight is None and visit.step.part
        )
        assert derivation.total - activations == held(model, layout, stage)


@pytest.mark.parametrize(("tp", "pp", "dp"), [(1, 1, 1), (8, 4, 16), (4, 8, 2)])
def test_megatron_s_report_written_out(tp: int, pp: int, dp: int) -> None:
    """theoretical_memory_usage.py: split parts / tp, copied ones whole, one embedding, 6 + 12 / dp bytes.

    It spreads the last norm over the stages; for our own states we leave it on the last one.
    """
    h, f, layers, heads, groups = 4096, 14336, 32, 32, 8
    vocabulary = 128 * tp * ceil(128256 / (128 * tp))
    split = layers * (2 * h * h * (1 + groups / heads) + 3 * h * f)
    embeddings = h * vocabulary * (2 if pp == 1 else 1)
    found = (split / pp + embeddings) / tp + (2 * h * layers + h) / pp
    final = 0 if pp == 1 else h / pp
    inputs = {"tensor_parallel": tp, "pipeline_parallel": pp, "data_parallel": dp, "vocab_multiple": 128}
    states, report = (
        symbolic.explain("llama-3-8b", "device-memory", convention=name, inputs={**inputs, **more}).total
        for name, more in (("states", {"gradient_bytes": 4}), ("megatron-report", {}))
    )
    assert states == (found - final) * (6 + 12 / dp)
    assert report == found * (6 + 12 / dp)


@pytest.mark.parametrize(("tp", "pp", "ep", "dp"), [(1, 1, 1, 1), (4, 1, 8, 64), (2, 2, 4, 8)])
def test_megatron_s_report_of_experts_and_latents_written_out(tp: int, pp: int, ep: int, dp: int) -> None:
    """DeepSeek-V2-Lite without its dense layer: latents / tp, routers whole, experts / (ep tp), shared by fewer."""
    config = {**symbolic.load("deepseek-v2-lite").config, "first_k_dense_replace": 0, "num_hidden_layers": 26}
    model = symbolic.load(config)
    h, heads, nope, rope, value, latent, expert = 2048, 16, 128, 64, 128, 512, 1408
    attention = h * heads * (nope + rope) + latent * (h + heads * (nope + value) + 1) + h * rope + heads * value * h
    vocabulary = 128 * tp * ceil(102400 / (128 * tp))
    split = 26 * (attention + 3 * h * 2 * expert) / pp + h * vocabulary * (2 if pp == 1 else 1)
    whole = (26 * (2 * h + 64 * h) + h) / pp
    experts = 26 * 64 * 3 * h * expert / pp / (ep * tp)
    found = (split / tp + whole) * (6 + 12 / dp) + experts * (6 + 12 / (dp / ep))
    inputs = {"tensor_parallel": tp, "pipeline_parallel": pp, "expert_parallel": ep, "data_parallel": dp}
    assert symbolic.explain(model, "device-memory", convention="megatron-report", inputs=inputs).total == found


def test_one_device_holds_what_training_memory_says() -> None:
    for recompute, convention in (
        ("none", "all-kept"),
        ("selective", ""),
        ("full", "full-recomputation"),
    ):
        for model in ("gpt2", "llama-2-7b"):
            one = symbolic.explain(model, "device-memory", choices={"recompute": recompute})
            assert one.total == symbolic.explain(model, "training-memory", convention=convention).total


def cache_of(model: str, tp: int) -> int:
    """The bytes of the cache on one of so many devices."""
    derivation = symbolic.explain(model, "serving-memory", inputs={"tensor_parallel": tp})
    return sum(visit.step.in_total for visit in derivation.root.leaves() if isinstance(visit.step.part, Cache))


@pytest.mark.parametrize("model", ["llama-3-8b", "mixtral-8x7b"])
@pytest.mark.parametrize(
    ("zero", "data", "text"),
    [("1", 1, 4), ("3", 1, 4), ("3", 2, 2)],
)
def test_zero_divides_among_the_devices_of_other_tokens_as_among_those_of_other_sequences(
    model: str, zero: str, data: int, text: int
) -> None:
    """Weights, gradients and states of a layout with context parallelism are those of as many sequences."""
    split = {"data_parallel": data, "context_parallel": text, "tensor_parallel": 2}
    whole = {"data_parallel": data * text, "tensor_parallel": 2}
    experts = {"expert_parallel": 4} if model == "mixtral-8x7b" else {}
    made = [
        symbolic.explain(
            model, "device-memory", convention="states", inputs=one | experts, choices={"zero": zero}
        ).total
        for one in (split, whole)
    ]
    assert made[0] == made[1]


def test_key_value_heads_are_copied_where_there_are_fewer_than_devices() -> None:
    cache = {tp: cache_of("llama-3-8b", tp) for tp in (1, 8, 16, 32)}
    assert cache[1] == symbolic.explain("llama-3-8b", "kv-cache").total
    assert cache[8] == cache[16] == cache[32] == cache[1] // 8


def test_a_latent_is_kept_by_every_device() -> None:
    assert cache_of("deepseek-v3", 8) == cache_of("deepseek-v3", 1)


@pytest.mark.parametrize(
    ("given", "layers"),
    [
        ({"pipeline_parallel": 1}, (32, 32, 32)),
        ({"pipeline_parallel": 2}, (16, 16, 16)),
        ({"pipeline_parallel": 3}, (11, 11, 10)),
        ({"pipeline_parallel": 31}, (2, 1, 1)),
        ({"pipeline_parallel": 4, "stage_layers": 3}, (3, 10, 9)),
    ],
)
def test_other_stages_share_evenly_what_the_first_one_leaves(given: dict[str, int], layers: tuple[int, ...]) -> None:
    for stage, many in zip(("first", "middle", "last"), layers, strict=True):
        made = symbolic.explain("llama-3-8b", "device-memory", convention=f"{stage}-stage", inputs=given)
        [layer] = [step for step in made.root.steps if step.role == "layer"]
        assert layer.value == many * layer.each


@pytest.mark.parametrize(("model", "fits"), [("qwen3-30b-a3b", True), ("gemma-3-1b", False), ("deepseek-v3", True)])
def test_stages_are_known_where_all_layers_are_alike_at_a_models_sizes(model: str, fits: bool) -> None:
    inputs = {"pipeline_parallel": 4}
    if not fits:
        with pytest.raises(ConfigError, match="mixes 2 kinds of layers"):
            symbolic.explain(model, "device-memory", inputs=inputs)
        return
    made = [
        symbolic.explain(model, "device-memory", convention=one, inputs=inputs) for one in ("first-stage", "last-stage")
    ]
    assert [one.kept for one in fullest(made[0]).stages][::3][1] == made[1].total
    assert fullest(made[0]).stages[0].kept == made[0].total


@pytest.mark.parametrize(
    ("model", "inputs", "says"),
    [
        ("llama-3-8b", {"tensor_parallel": 3}, "n_kv_groups is 8 and tensor_parallel is 3"),
        ("llama-2-7b", {"tensor_parallel": 64}, "n_heads is 32 and tensor_parallel is 64"),
        ("llama-3-8b", {"pipeline_parallel": 33}, "pipeline_parallel is 33 and there are 32 layers"),
        ("llama-3-8b", {"pipeline_parallel": 4, "stage_layers": 40}, "stage_layers is 40 of 32 layers"),
        ("llama-3-8b", {"pipeline_parallel": 4, "stage_layers": 30}, "so give at most 29"),
        ("llama-3-8b", {"stage_layers": 5}, "the only stage has all 32 layers"),
        ("mixtral-8x7b", {"expert_parallel": 3, "data_parallel": 3}, "n_experts is 8 and expert_parallel is 3"),
        (
            "mixtral-8x7b",
            {"expert_parallel": 4, "data_parallel": 2},
            "data_parallel × context_parallel is 2 and expert_parallel is 4",
        ),
        ("gemma-3-1b", {"pipeline_parallel": 2}, "mixes 2 kinds of layers"),
        ("llama-3-8b", {"tensor_parallel": 0}, "tensor_parallel must be at least 1"),
    ],
)
def test_a_bad_question_gets_a_clear_line(model: str, inputs: dict[str, int], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        symbolic.explain(model, "device-memory", inputs=inputs)


def test_scales_are_those_of_a_device_s_part() -> None:
    """DeepSeek-V3 has a scale of 4 bytes for each block of 128 × 128: each device has those of its own blocks."""
    one, eight = (
        symbolic.explain("deepseek-v3", "serving-memory", inputs={"tensor_parallel": tp, "context": 1}).total
        for tp in (1, 8)
    )
    assert one < 8 * eight < one + one // 10


# A file of llama.cpp's on one device: its weights, and the cache at 16 bits.
@pytest.mark.parametrize("model", ["llama-3-8b", "gemma-3-4b-text", "deepseek-v2-lite", "gpt2"])
def test_one_device_holds_the_weights_and_the_cache_of_llama_cpp(model: str) -> None:
    weights = symbolic.explain(model, "weight-memory", dtype="q4_k_m").total
    cache = symbolic.explain(model, "kv-cache", inputs={"context": 1000}).total
    asked = {"context": 1000}
    assert symbolic.explain(model, "serving-memory", dtype="q4_k_m", inputs=asked).total == weights + cache
    for several in ("tensor_parallel", "pipeline_parallel"):
        with pytest.raises(ConfigError, match=r"llama\.cpp chooses types for whole tensors; leave it 1"):
            symbolic.explain(model, "serving-memory", dtype="q4_k_m", inputs={**asked, several: 2})


def test_a_choice_that_there_is_not_is_named() -> None:
    with pytest.raises(UnknownName, match="no zero '4'"):
        symbolic.explain("llama-3-8b", "device-memory", choices={"zero": "4"})


STAGES = [
    ("llama-3-8b", {"tensor_parallel": 8, "pipeline_parallel": 4}),
    ("gpt2", {"tensor_parallel": 2, "pipeline_parallel": 2}),
    ("deepseek-v3", {"pipeline_parallel": 4, "expert_parallel": 8}),
    ("gemma-3-1b", {}),
    ("t5-small", {"tensor_parallel": 2}),
]


@pytest.mark.parametrize(("stage", "quantity"), sample(list(product(STAGES, ["device-memory", "serving-memory"])), 3))
def test_each_way_to_another_stage_arrives(stage: tuple[str, dict[str, int]], quantity: str) -> None:
    model, inputs = stage
    shares = {"data_parallel": 8} if quantity == "device-memory" else {}
    derivation = symbolic.explain(model, quantity, inputs={**inputs, **shares})
    for way in reconcile(derivation):
        assert sum(row.value for row in way.rows) == max(way.other, derivation.total)
