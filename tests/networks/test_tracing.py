"""Networks read off their own code: sizes go in with their names, and come out as formulas."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import thorough

import symbolic
from symbolic import api
from symbolic.cli import main
from symbolic.configs.model import Model
from symbolic.errors import ConfigError

torch = pytest.importorskip("torch", reason="torch is not installed")
import traced_nets  # noqa: E402
from torch._subclasses.fake_tensor import FakeTensorMode  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from symbolic.networks.tracing.carried import CarriedInt, symbol  # noqa: E402
from symbolic.networks.tracing.comparisons import LOG  # noqa: E402
from symbolic.networks.tracing.inputs import tried  # noqa: E402
from symbolic.networks.tracing.listing import unfollowed  # noqa: E402
from symbolic.networks.tracing.otherwise import otherwise  # noqa: E402
from symbolic.networks.tracing.remembered import Remembered  # noqa: E402
from symbolic.networks.tracing.shape_kept import ShapeKept  # noqa: E402
from symbolic.networks.tracing.symbolic_sizes import SymbolicSizes  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
TOKENS = 11


BOOK = {"vocab_size": 503, "context_length": 64, "emb_dim": 48, "n_layers": 3, "n_heads": 4, "qkv_bias": False}
PICTURE = {"image": "batch_size, 3, height=57, width_px=80"}
PATCHES = "((image//patch)**2 + 1)"
QUARTER = "(-(-height//4))*(-(-width_px//4))"
EIGHTH = "(-(-height//8))*(-(-width_px//8))"
NETS: list[tuple[Any, dict[str, Any], dict[str, str] | None, tuple[int, ...], str, str]] = [
    (
        traced_nets.GPTModel,
        BOOK,
        None,
        (TOKENS,),
        "2*vocab_size*emb_dim + context_length*emb_dim + n_layers*(12*emb_dim**2 + 10*emb_dim) + 2*emb_dim",
        "2*tokens*(n_layers*(12*emb_dim**2 + 2*tokens*emb_dim) + emb_dim*vocab_size)",
    ),
    (
        traced_nets.Tagger,
        {"vocab_size": 1000, "width": 50, "hidden": 64, "tags": 9},
        None,
        (TOKENS,),
        "vocab_size*width + 8*hidden*(width + hidden + 2) + 8*hidden*(3*hidden + 2) + 2*hidden*tags + tags",
        "2*tokens*(8*hidden*(width + hidden) + 8*hidden*3*hidden + 2*hidden*tags)",
    ),
    (
        traced_nets.ResNet,
        {"width": 16, "blocks": 3, "classes": 10},
        PICTURE,
        (3, 57, 80),
        "147*width + blocks*(18*width**2 + 4*width) + 56*width**2 + 8*width + 2*width*classes + classes",
        "2*((-(-height//2))*(-(-width_px//2))*147*width + blocks*"
        + QUARTER
        + "*18*width**2 + "
        + EIGHTH
        + "*56*width**2 + 2*width*classes)",
    ),
    (
        traced_nets.UNet,
        {"width": 16},
        {"image": "batch_size, 3, height=64, width_px=96"},
        (3, 64, 96),
        "28*width + 18*width**2 + 2*width + 8*width**2 + width + 18*width**2 + width + width + 1",
        "2*(height*width_px*(27*width + 18*width**2 + width) + (height//2)*(width_px//2)*26*width**2)",
    ),
    (
        traced_nets.ViT,
        {"image": 64, "patch": 16, "width": 24, "heads": 3, "depth": 2, "classes": 10},
        None,
        (3, 64, 64),
        f"3*patch**2*width + 2*width + {PATCHES}*width + depth*(12*width**2 + 13*width) + width*classes + classes",
        f"2*((image//patch)**2*3*patch**2*width + depth*{PATCHES}*(12*width**2 + 2*{PATCHES}*width) + width*classes)",
    ),
    (
        traced_nets.Mixture,
        {"width": 24, "inner": 96, "n_experts": 8, "top_k": 2},
        None,
        (TOKENS, 24),
        "width*n_experts + n_experts*(2*width*inner + inner + width)",
        "2*tokens*(width*n_experts + top_k*2*width*inner)",
    ),
]
IDS = [net.__name__ for net, *_ in NETS]
LONG = (traced_nets.GPTModel, traced_nets.UNet, traced_nets.ViT, traced_nets.ResNet)
"""Learning these takes longest: only a run of everything does."""
TRIED = [
    pytest.param(*net, marks=[thorough] if net[0] in LONG else [], id=name) for net, name in zip(NETS, IDS, strict=True)
]


@cache
def book() -> Model:
    return symbolic.trace(traced_nets.GPTModel, BOOK)


def value(closed: str, sizes: dict[str, Any]) -> int:
    return int(eval(closed, {"__builtins__": {}}, sizes))


def built(net: Any, sizes: dict[str, Any]) -> Any:
    return net(sizes) if net is traced_nets.GPTModel else net(**sizes)


@pytest.mark.parametrize(("net", "sizes", "inputs", "shape", "weights", "flops"), TRIED)
def test_the_closed_forms_are_those_of_the_code(
    net: Any, sizes: dict[str, Any], inputs: dict[str, str] | None, shape: tuple[int, ...], weights: str, flops: str
) -> None:
    model = book() if net is traced_nets.GPTModel else symbolic.trace(net, sizes, inputs=inputs)
    parameters = symbolic.explain(model)
    assert parameters.total == sum(one.numel() for one in built(net, sizes).parameters())
    forward = symbolic.explain(model, "forward-flops", inputs={"tokens": TOKENS})
    assert forward.total == counted(built(net, sizes), shape)
    for factor in (1, 2, 3):
        names = {name: size * factor for name, size in forward.sizes.items()} | {"batch_size": 1}
        heights: dict[str, Any] = {name: names[name] for name in ("height", "width_px") if name in names}
        theirs = {name: size * factor for name, size in sizes.items() if not isinstance(size, bool)}
        run = {"tokens": TOKENS * factor, "context": TOKENS * factor}
        assert parameters.closed.value({**names, **theirs}) == value(weights, theirs)
        assert forward.closed.value({**names, **theirs, **run}) == value(flops, {**heights, **theirs, **run})


def counted(network: Any, shape: tuple[int, ...]) -> int:
    """What torch counts on real tensors; its fused kernels hide their products, so they are off."""
    batch = torch.randint(0, 500, (1, *shape)) if len(shape) == 1 else torch.randn(1, *shape)
    torch.backends.mha.set_fastpath_enabled(False)
    math = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    try:
        with (
            torch.no_grad(),
            torch.backends.mkldnn.flags(enabled=False),
            math,
            FlopCounterMode(display=False) as counter,
        ):
            network.eval()(batch)
    finally:
        torch.backends.mha.set_fastpath_enabled(True)
    return int(counter.get_total_flops())


@thorough
def test_the_page_of_a_traced_module_says_its_floating_point_operations() -> None:
    page = symbolic.explain(book(), "forward-flops").to("text")
    assert "Attention scores" in page
    assert "n_layers" in page


def test_a_forward_pass_that_can_not_be_followed_is_said_to_be_so() -> None:
    model = symbolic.trace(traced_nets.Gated, {"width": 8})
    assert symbolic.explain(model).total == 72
    with pytest.raises(ConfigError, match="its forward pass can't be followed"):
        symbolic.explain(model, "forward-flops")


def test_the_reason_is_the_first_line_of_an_error_since_others_name_files_of_this_machine() -> None:
    problem = ValueError("\nu0 is not known.  (none)\n\nCaused by: (home/me/pass.py:7 in forward)")
    assert unfollowed(problem) == "its forward pass can't be followed: ValueError: u0 is not known. (none)"
    assert unfollowed("it takes too long") == "its forward pass can't be followed: it takes too long"


class Joined(torch.nn.Linear):  # type: ignore[misc,name-defined]
    def __init__(self) -> None:
        super().__init__(4, 4)

    def forward(self, features: Any, edges: Any) -> Any:
        return super().forward(edges @ features)


def test_an_axis_with_a_number_of_its_own_is_known_to_the_inputs_that_follow() -> None:
    graph = {"features": "nodes=20, 4", "edges": "nodes, nodes"}
    first = next(tried(Joined(), {}, graph))
    assert {name: one.axes for name, one in first.arguments.items()} == {
        "features": ("nodes", 4),
        "edges": ("nodes", "nodes"),
    }
    assert first.numbers["nodes"] == 20


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"image": "batch_size, 3, height, 80"}, "an axis 'height'"),
        ({"image": "batch_size, 3, width=57, 80"}, "an axis 'width=57'"),
    ],
)
def test_inputs_that_make_no_sense_are_an_error_in_one_line(inputs: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        symbolic.trace(traced_nets.ResNet, {"width": 16, "blocks": 2, "classes": 10}, inputs=inputs)


def test_a_module_that_can_not_be_built_is_an_error_in_one_line() -> None:
    def broken(width: int) -> Any:
        raise RuntimeError(f"no {width}")

    with pytest.raises(ConfigError, match="can't be built: RuntimeError: no 3"):
        symbolic.trace(broken, {"width": 3})
    with pytest.raises(ConfigError, match=r"not a torch\.nn\.Module"):
        symbolic.trace(lambda width: width, {"width": 3})


@thorough
def test_the_class_of_the_installed_transformers_is_traced_in_a_process_of_its_own() -> None:
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.configs.traced import model_of_config

    config = {
        "model_type": "deepseek_v3", "vocab_size": 500, "hidden_size": 32, "intermediate_size": 64,
        "moe_intermediate_size": 16, "num_hidden_layers": 5, "first_k_dense_replace": 2, "n_routed_experts": 8,
        "n_group": 2, "topk_group": 1,
        "num_attention_heads": 4, "num_key_value_heads": 4, "num_experts_per_tok": 2, "n_shared_experts": 1,
        "q_lora_rank": 8, "kv_lora_rank": 8, "qk_nope_head_dim": 4, "qk_rope_head_dim": 4, "v_head_dim": 4,
    }  # fmt: skip
    traced = model_of_config("it", config, "a test")
    assert symbolic.explain(traced).total == symbolic.explain(config).total
    run = {"tokens": 11}
    ours = symbolic.explain(config, "forward-flops", inputs=run).total
    assert symbolic.explain(traced, "forward-flops", inputs=run).total == ours
    with pytest.raises(ConfigError, match="no type of the installed transformers"):
        model_of_config("it", {"model_type": "nobody"}, "a test")


@thorough
def test_a_key_that_the_class_has_is_known_whatever_it_changes_and_another_is_not() -> None:
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.configs.traced import model_of_config

    config = {
        "model_type": "llama", "vocab_size": 500, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "tie_word_embeddings": True, "attention_bias": True, "mlp_bais": True,
        "num_hidden_layer": 5,
    }  # fmt: skip
    traced = model_of_config("it", config, "a test")
    assert traced.unknown == ("mlp_bais", "num_hidden_layer")
    assert symbolic.explain(traced).total == 500 * 32 + 2 * (4 * (32 * 32 + 32) + 3 * 32 * 64 + 2 * 32) + 32


@pytest.mark.parametrize(
    ("module", "closed"),
    [
        pytest.param(traced_nets.Stack(4, 3), "depth*(2*width**2 + 2*width)", id="arguments"),
        pytest.param(traced_nets.Configured(traced_nets.Config(4, 3)), "depth*(2*width + 2)", id="config"),
        pytest.param(traced_nets.GPTModel(BOOK | {"n_layers": 1}), None, marks=thorough, id="nothing kept"),
        pytest.param(traced_nets.Mixer(4), None, marks=thorough, id="too little kept"),
        pytest.param(traced_nets.Stack(4, 3, bias=False), None, id="another default"),
        pytest.param(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU()), None, id="no class"),
    ],
)
def test_a_module_that_is_built_tells_its_formulas_where_its_attributes_build_it_again(
    module: Any, closed: str | None
) -> None:
    before = [one.detach().clone() for one in module.parameters()]
    made = symbolic.explain(module)
    assert made.total == sum(one.numel() for one in module.parameters())
    assert all(torch.equal(one, other) for one, other in zip(before, module.parameters(), strict=True))
    symbols = made.closed.symbols
    if closed is None:
        assert not [one for one in symbols if one.name in ("width", "emb_dim")] or "depth" not in vars(module)
    else:
        for width, depth in ((4, 3), (8, 5)):
            sizes = {"width": width, "depth": depth, "n_layers": depth, "emb_dim": width}
            assert made.closed.value(sizes) == value(closed, sizes)
    assert symbolic.explain(symbolic.trace(module)).total == made.total


def test_a_size_that_numpy_multiplies_is_a_number_of_the_tensor() -> None:
    assert symbolic.explain(symbolic.trace(traced_nets.Positions, {"rows": 6, "width": 4})).total == 24


def test_what_is_no_module_and_has_no_sizes_is_an_error_in_one_line() -> None:
    for given in (3, traced_nets.Stack, lambda: None):
        with pytest.raises(ConfigError, match="no module that is built"):
            symbolic.trace(given)


def test_a_function_elsewhere_that_builds_the_module_leaves_its_layers_a_size() -> None:
    def make(width: int, depth: int) -> Any:
        return traced_nets.Stack(width, depth, bias=False)

    model = symbolic.trace(make, {"width": 4, "depth": 3})
    assert model.name == "Stack"
    assert {"n_layers", "depth"} & {one.name for one in symbolic.explain(model).closed.symbols}


def test_a_size_that_a_trace_loses_holds_for_its_value_only_and_the_page_says_so() -> None:
    model = symbolic.trace(traced_nets.Mixer, {"width": 4, "depth": 3})
    made = symbolic.explain(model)
    assert made.total == 5 * 4 + 4 + 3 * 20 + 4 * 2 + 2
    assert "The formulas hold for depth = 3 only." in " ".join(str(made.to("text")).split())
    swept = api.sweep(model, ["depth=2,3,4", "width=4,8"])
    assert [list(chunk.totals) for chunk in swept.chunks()] == [[94, 282]]
    assert sum(swept.left_out.values()) == 4


PATCHED = {"side": 12, "patch": 3, "width": 8, "depth": 5}
IMAGE = {"image": "batch_size, side, 3"}


def test_other_sizes_are_left_out_where_the_code_asked_a_question_that_they_answer_otherwise() -> None:
    model = symbolic.trace(traced_nets.Patches, PATCHED, inputs=IMAGE)
    swept = api.sweep(model, ["patch=2,3,4,5,6", "depth=5", "width=8"])
    [chunk] = swept.chunks()
    rows = dict(zip(chunk.columns["patch"].tolist(), chunk.totals, strict=True))
    # 5 does not divide 12, and of 6 and 5 layers the larger number is no longer the depth.
    assert sorted(reason.split(" holds")[0] for reason in swept.left_out) == ["patch > depth", "side%patch != 0"]
    real = {patch: traced_nets.Patches(**{**PATCHED, "patch": patch}) for patch in (2, 3, 4)}
    assert rows == {patch: sum(one.numel() for one in made.parameters()) for patch, made in real.items()}
    flops = api.sweep(model, ["patch=2,3,4"], "forward-flops")
    assert [list(chunk.totals) for chunk in flops.chunks()] == [[counted(made, (12, 3)) for made in real.values()]]


def test_a_rest_decides_though_both_ways_agree_at_some_sizes() -> None:
    """Two lengths of whole periods have as many operations as the formula of the others says, and a third has not."""
    model = symbolic.trace(
        traced_nets.Periods, {"width": 4, "period": 5}, inputs={"signal": "batch_size,1,frames=8192"}
    )
    lengths = [643, 701, 1000, 8192, 8193, 9000]
    swept = api.sweep(model, {"frames": lengths}, "forward-flops")
    [chunk] = swept.chunks()
    rows = dict(zip(chunk.columns["frames"].tolist(), chunk.totals, strict=True))
    assert rows == {length: counted(traced_nets.Periods(4, 5), (1, length)) for length in lengths if length % 5}
    assert sum(swept.left_out.values()) == 2


def test_questions_whose_answer_is_the_same_for_all_sizes_bound_none_of_them() -> None:
    width, one = CarriedInt(8, symbol("width")), CarriedInt(1, symbol("depth"))
    LOG.clear()
    assert width % width == 0
    assert not width % 1
    assert width == width + 0
    assert not 2 * width < 2 * width
    assert list(otherwise(LOG.compared, {"width": 8, "depth": 1})) == []
    assert one == 1
    assert list(otherwise(LOG.compared, {"width": 8, "depth": 1})) == ["depth != 1"]


def test_the_names_of_a_class_are_its_own_and_a_convention_that_counts_none_of_its_tensors_is_left_out() -> None:
    # dim, n_heads and multiple_of are keys of Meta's params.json, too, which has other names for what they stand for.
    model = symbolic.trace(traced_nets.Gate, {"dim": 6, "n_heads": 4, "multiple_of": 5}, inputs={"given": "rows=3, 24"})
    made = symbolic.explain(model)
    assert (made.total, symbolic.count(model)["walkthrough"]) == (24 * 6 + 6 * 5, 0)
    assert "walkthrough" not in str(made.to("text"))


def test_nothing_that_torch_logs_of_a_pass_reaches_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    symbolic.trace(traced_nets.Patches, PATCHED, inputs={"image": "batch_size, side, 4"})
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("command", ["sweep gpt2-124m --vary n_layers=1,2", "handout gpt2-124m --variants 2"])
def test_a_traced_config_has_no_other_sizes(command: str) -> None:
    made = CliRunner().invoke(main, [*command.split(), "--trace"])
    assert (made.exit_code, made.stdout) == (2, "")
    assert "one trace does not show" in made.stderr


@pytest.mark.parametrize(
    ("function", "second", "kept"),
    [
        (torch.relu, (), True),
        (torch.nn.functional.layer_norm, ((4,),), True),
        (torch.nn.functional.softmax, (-1,), True),
        (torch.mul, (0.5,), True),
        (torch.mul, (torch.zeros(3, 4),), True),
        (torch.add, (torch.zeros(1, 4),), True),
        (torch.add, (torch.zeros(2, 3, 4),), False),
        (torch.add, (torch.zeros(3, 4, dtype=torch.double),), False),
        (torch.tril, (), True),
        (torch.cumsum, (0,), True),
        (torch.sum, (), False),
    ],
)
def test_what_keeps_the_axes_of_a_tensor_is_not_worked_out(function: Any, second: tuple[Any, ...], kept: bool) -> None:
    given = torch.zeros(3, 4)
    with ShapeKept():
        made = function(given, *second)
        counts = torch.relu(torch.zeros(2, dtype=torch.long))
    assert (made is given) is kept
    assert made.shape == function(given, *second).shape
    assert counts.dtype is torch.long


def test_a_weight_that_is_added_to_a_tensor_makes_no_weight() -> None:
    given, weight = torch.zeros(3, 4), torch.zeros(3, 4)
    with ShapeKept(lambda one: one is weight):
        assert (weight + given) is not weight


def test_what_torch_worked_out_for_some_axes_is_taken_for_the_same_axes_again() -> None:
    worked: list[int] = []

    def product(left: Any, right: Any) -> Any:
        worked.append(1)
        return left @ right

    remembered, sizes = Remembered(), SymbolicSizes()
    with FakeTensorMode(shape_env=sizes.env, allow_non_fake_inputs=True):
        rows, width = sizes("rows", 5), sizes("width", 7)
        pairs = [(torch.empty(rows, width), torch.empty(width, many)) for many in (3, 3, 4)]
        made = [remembered(torch.ops.aten.mm.default, pair, {}, partial(product, *pair)) for pair in (*pairs, pairs[0])]
    assert [tuple(map(str, one.shape)) for one in made] == [(str(rows), str(many)) for many in (3, 3, 4, 3)]
    assert len(worked) == 2
    assert len({id(one) for one in made}) == 4
