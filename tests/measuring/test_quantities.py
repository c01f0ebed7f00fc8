"""What is computed, kept and paid beside the parameters comes out as published, and by a second way of counting."""

import json
from fractions import Fraction
from itertools import product

import pytest
from sampling import sample

import symbolic
from symbolic.errors import ConfigError, NothingToMeasure, UnknownName
from symbolic.formulas.figures import significant
from symbolic.measuring import quantities, usual
from symbolic.measuring.changing import changes
from symbolic.measuring.results import derived_results, remarks


@pytest.mark.parametrize(
    ("model", "quantity", "inputs", "convention", "total"),
    [
        # PyTorch's FlopCounterMode, and nanoGPT's transformer_sizing.ipynb
        ("gpt2-124m", "forward-flops", {}, "", 291_648_307_200),
        ("gpt2-124m", "forward-flops", {}, "masked", 272_320_954_368),
        ("gpt2-124m", "forward-flops", {}, "without-attention-products", 252_993_601_536),
        ("gpt2-124m", "forward-flops", {"batch_size": 3}, "", 3 * 291_648_307_200),
        ("llama-2-7b", "forward-flops", {"tokens": 128}, "", 1_700_001_742_848),
        ("gpt2-124m", "training-flops", {}, "", 874_944_921_600),
        # Elements of a token, two bytes each: Rajbhandari-style counts by hand
        ("gpt2-124m", "kv-cache", {"context": 1}, "", 36_864),
        ("llama-2-7b", "kv-cache", {"context": 1}, "", 524_288),
        ("llama-2-70b", "kv-cache", {"context": 1}, "", 327_680),
        ("llama-3-8b", "kv-cache", {"context": 1}, "", 131_072),
        ("mixtral-8x7b", "kv-cache", {"context": 1}, "", 131_072),
        ("qwen3-30b-a3b", "kv-cache", {"context": 1}, "", 98_304),
        ("deepseek-v3", "kv-cache", {"context": 1}, "", 70_272),
        ("llama-3-8b", "kv-cache", {"context": 1}, "ungrouped", 524_288),
        ("llama-3-8b", "kv-cache", {"context": 8192, "batch_size": 4}, "", 4 * 8192 * 131_072),
    ],
)
def test_a_total_is_the_published_one(
    model: str, quantity: str, inputs: dict[str, int], convention: str, total: int
) -> None:
    assert symbolic.explain(model, quantity, convention=convention, inputs=inputs).total == total


def test_palm_s_formula_takes_the_norms_for_products() -> None:
    """nanoGPT's transformer_sizing.ipynb: no biases, no shifts, N without the position table."""
    model = symbolic.load("gpt2-124m").with_options({"linear_bias": False, "norm_shift": False})
    assert symbolic.explain(model, "training-flops", convention="palm").total == 875_062_886_400


@pytest.mark.parametrize(("tokens", "batch"), [(1024, 1), (256, 4), (17, 3)])
@pytest.mark.parametrize(("convention", "factor", "head"), [("products", 72, 12), ("full-recomputation", 96, 16)])
def test_a_standard_block_gives_megatron_s_formula(
    tokens: int, batch: int, convention: str, factor: int, head: int
) -> None:
    """Narayanan et al. 2021, arXiv:2104.04473: 72 B s l h² (1 + s/6h + V/12lh), 96 and 16 with recomputation."""
    derivation = symbolic.explain(
        "gpt2-124m", "training-flops", convention=convention, inputs={"tokens": tokens, "batch_size": batch}
    )
    h, layers, vocab = (derivation.sizes[name] for name in ("emb_dim", "n_layers", "vocab_size"))
    bracket = 1 + Fraction(tokens) / (6 * h) + Fraction(vocab) / (head * layers * h)
    assert derivation.total == factor * batch * tokens * layers * h**2 * bracket


@pytest.mark.parametrize(
    ("convention", "gibibytes"),
    [("all-kept", "97.0"), ("selective-recomputation", "17.0"), ("full-recomputation", "1.00")],
)
def test_the_activations_of_the_layers_are_korthikanti_s(convention: str, gibibytes: str) -> None:
    """Table 2 of arXiv:2205.05198 with s = h = 4096, b = 1, 32 heads and 32 layers."""
    model = symbolic.load(
        {"vocab_size": 50257, "context_length": 4096, "emb_dim": 4096, "n_heads": 32, "n_layers": 32, "qkv_bias": True}
    )
    derivation = symbolic.explain(model, "training-memory", convention=convention, inputs={"tokens": 4096})
    [layers] = [step for step in derivation.steps if step.role == "layer"]
    weights = symbolic.explain(model, "training-memory", convention="states", inputs={"tokens": 4096})
    [states] = [step for step in weights.steps if step.role == "layer"]
    assert significant(Fraction(layers.value - states.value, 2**30), 3) == gibibytes


def test_norms_side_by_side_keep_their_input_once() -> None:
    """Pythia's config says use_parallel_residual: 2 bytes × 24 layers × 1,024 tokens × 1,024 numbers less."""
    config = symbolic.load("pythia-410m").config
    found = {
        parallel: symbolic.explain(
            symbolic.load({**config, "use_parallel_residual": parallel}, architecture="gpt_neox"),
            "training-memory",
            inputs={"tokens": 1024},
        )
        for parallel in (True, False)
    }
    assert found[False].total - found[True].total == 50_331_648
    assert found[True].total == symbolic.explain("pythia-410m", "training-memory", inputs={"tokens": 1024}).total
    layer = [visit.step.name for visit in found[True].root.leaves() if visit.step.value]
    assert "norm inputs" not in layer
    assert "layer input" in layer


def test_an_expert_keeps_the_tokens_that_it_gets() -> None:
    """Two of eight experts work on each token of Mixtral: of 1,024 tokens each keeps 256 on average."""
    derivation = symbolic.explain("mixtral-8x7b", "training-memory", convention="activations", inputs={"tokens": 1024})
    kept = [visit.step for visit in derivation.root.walk() if visit.step.role == "experts" and visit.step.steps]
    assert [step.each for step in kept] == [2 * 256 * (4096 + 4 * 14336)]
    device = symbolic.explain("mixtral-8x7b", "device-memory")
    assert device.total == symbolic.explain("mixtral-8x7b", "training-memory").total


def test_adam_in_mixed_precision_takes_sixteen_bytes_a_parameter() -> None:
    """Rajbhandari et al. 2020, arXiv:1910.02054, §3.1; 18 where gradients are accumulated at 32 bits."""
    parameters = symbolic.explain("gpt2-124m").total
    for given, each in (({}, 16), ({"gradient_bytes": 4}, 18), ({"state_bytes": 0}, 4)):
        states = symbolic.explain("gpt2-124m", "training-memory", convention="states", inputs=given)
        assert states.total == each * parameters


@pytest.mark.parametrize(
    ("dtype", "bits"),
    [
        ("int4", Fraction(4) + Fraction(16 + 4, 128)),
        ("nf4", Fraction(9, 2)),
        ("mxfp4", Fraction(17, 4)),
        ("int8", Fraction(8)),
    ],
)
def test_quantised_matrices_carry_their_scales(dtype: str, bits: Fraction) -> None:
    derivation = symbolic.explain("llama-3-8b", "weight-memory", dtype=dtype)
    matrices = 32 * (4096 * 4096 * 2 + 4096 * 1024 * 2 + 3 * 4096 * 14336)
    rest = 8_030_261_248 - matrices
    assert derivation.total == matrices * bits / 8 + 2 * rest


def test_a_window_bounds_the_cache() -> None:
    short, long = (
        symbolic.explain("gemma-2-2b", "kv-cache", inputs={"context": context}).total for context in (4096, 8192)
    )
    each = 2 * 4 * 256 * 2
    # The next token is in its window itself.
    assert short == 13 * each * 4095 + 13 * each * 4096
    assert long == 13 * each * 4095 + 13 * each * 8192


def test_a_state_does_not_grow_with_the_context() -> None:
    totals = {symbolic.explain("mamba-130m", "kv-cache", inputs={"context": context}).total for context in (1, 10**6)}
    assert totals == {24 * (1536 * 16 + 1536 * 4) * 2}


@pytest.mark.parametrize(
    ("quantity", "model"),
    sample(
        list(
            product(
                quantities.names(), ["gpt2-124m", "llama-3-8b", "deepseek-v3", "gemma-3-1b", "gpt-oss-20b", "t5-small"]
            )
        ),
        13,
    ),
)
def test_each_quantity_is_data_too(quantity: str, model: str) -> None:
    derivation = symbolic.explain(model, quantity)
    assert json.loads(str(derivation.to("json")))["total"] == derivation.total


@pytest.mark.parametrize("quantity", quantities.names())
def test_a_network_of_any_depth_is_measured_at_once(quantity: str) -> None:
    model = symbolic.load("gpt2-124m")
    deep = symbolic.load({**model.sizes, **model.options, "n_layers": 10**30}, architecture="gpt2")
    assert len(str(symbolic.explain(deep, quantity).total)) > 30


@pytest.mark.parametrize("model", ["bert-base-uncased", "vit-base-patch16-224"])
def test_a_network_without_a_cache_says_so(model: str) -> None:
    with pytest.raises(NothingToMeasure, match="no cache: it reads a whole text"):
        symbolic.explain(model, "kv-cache")
    with pytest.raises(NothingToMeasure, match="so there is no arithmetic-intensity of it"):
        symbolic.explain(model, "arithmetic-intensity")


@pytest.mark.parametrize(
    ("quantity", "given", "error", "says"),
    [
        ("forward-flops", {"inputs": {"tokens": 0}}, ConfigError, "tokens must be at least 1, got 0"),
        ("forward-flops", {"inputs": {"tokens": -5}}, ConfigError, "at least 1"),
        ("forward-flops", {"inputs": {"tokens": Fraction(1, 2)}}, ConfigError, "whole number, got 0.5"),
        ("forward-flops", {"inputs": {"utilisation": 1}}, UnknownName, "no input of forward-flops 'utilisation'"),
        ("training-cost", {"inputs": {"utilisation": Fraction(3, 2)}}, ConfigError, "at most 1, got 1.5"),
        ("training-cost", {"inputs": {"utilisation": 0}}, ConfigError, "more than 0"),
        ("kv-cache", {"dtype": "int5"}, UnknownName, "no dtype 'int5'"),
        ("kv-cache", {"device": "h10"}, UnknownName, "nearest: h100"),
        ("parameters", {"dtype": "int4"}, ConfigError, "does not depend on how numbers are stored"),
        ("forward-flops", {"device": "h100"}, ConfigError, "takes nothing of a device"),
    ],
)
def test_a_wrong_input_is_named(quantity: str, given: dict[str, object], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        symbolic.explain("gpt2-124m", quantity, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"toks": 3}, {"sizes": {"emb_dim": 5}}, {"architecture": "llama"}])
def test_a_model_that_is_loaded_has_no_options_of_loading(options: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(options))} change nothing of gpt2-124m, which is loaded"):
        symbolic.explain(symbolic.load("gpt2-124m"), **options)  # type: ignore[arg-type]


def test_a_cache_of_any_batch_is_told_in_bytes_and_devices() -> None:
    derivation = symbolic.explain("llama-3-8b", "kv-cache", inputs={"context": 8192, "batch_size": 64})
    assert derivation.total == 68_719_476_736
    found = {result.title: result.value for result in derived_results(derivation)}
    assert found["sequences that fit beside the weights"] == 57
    # 16,060,522,496 bytes of weights and the cache, in devices of 85 GB.
    assert found["fewest devices for weights and cache"] == 2
    assert "68,719,476,736" in derivation.to("text")


def test_what_fits_beside_the_weights_is_what_they_leave() -> None:
    most = {result.title: result.value for result in derived_results(symbolic.explain("llama-3-8b", "kv-cache"))}
    bound = most["sequences that fit beside the weights"]
    left = 92 * usual.MEMORY // 100 - 2 * 8_030_261_248
    assert bound == left // (8192 * 131_072)
    assert most["tokens that fit beside the weights"] == left // 131_072


def test_what_one_device_does_is_not_said_of_several() -> None:
    """DeepSeek-V3 in FP8 needs nine devices of 85 GB at least, and nine can't share 128 heads."""
    made = symbolic.explain("deepseek-v3", "kv-cache", device="a100-80gb")
    most = {result.title: result.value for result in derived_results(made)}
    assert most["bytes of the weights"] == 673_150_552_416
    assert most["fewest devices for the weights"] == 9
    assert not {"sequences that fit beside the weights", "shortest time for a token"} & most.keys()


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("deepseek-v3", "By their memory alone, 5 devices"),
        (
            "deepseek-v3",
            "that makes 8, with room for 91 sequences. Writing the next token of one sequence takes 1.308 ms",
        ),
        (
            "llama-3-8b",
            "57 sequences of 8,192. With one sequence of 8,192 tokens, the next token takes 7.888 ms or more; with all "
            "57, 37.38 ms.",
        ),
    ],
)
def test_a_page_says_what_its_table_of_serving_says(model: str, says: str) -> None:
    assert says in " ".join(str(symbolic.explain(model, "kv-cache").to("text")).split())


@pytest.mark.parametrize(
    ("model", "fewest"), [("mixtral-8x7b", Fraction(1000 * 26_571_448_320, 2_039 * 10**9)), ("llama-3-8b", None)]
)
def test_a_step_of_a_mixture_says_what_the_experts_of_one_token_take(model: str, fewest: Fraction | None) -> None:
    most = {one.key: one.value for one in derived_results(symbolic.explain(model, "arithmetic-intensity"))}
    assert most.get("fewest") == fewest


@pytest.mark.parametrize(
    ("model", "batch", "read"),
    [
        ("mixtral-8x7b", 1, "chosen-experts"),
        ("mixtral-8x7b", 4, "all-weights"),
        ("deepseek-v3", 1, "chosen-experts"),
        ("deepseek-v3", 32, "all-weights"),
    ],
)
def test_a_step_reads_as_many_experts_as_its_tokens_can_choose(model: str, batch: int, read: str) -> None:
    made, same = (
        symbolic.explain(model, "arithmetic-intensity", convention=name, inputs={"batch_size": batch})
        for name in ("", read)
    )
    assert made.total == same.total


@pytest.mark.parametrize(("model", "intensity"), [("mixtral-8x7b", "1.121"), ("deepseek-v3", "5.555")])
def test_one_token_of_a_mixture_is_divided_by_the_bytes_of_its_own_experts(model: str, intensity: str) -> None:
    page = " ".join(symbolic.explain(model, "arithmetic-intensity").to_text().split())
    assert f"it does {intensity} FLOPs for each byte that it reads" in page
    assert "at most all of them" in page


@pytest.mark.parametrize("model", ["deepseek-v3", "llama-3-8b"])
def test_a_page_defines_only_what_it_uses(model: str) -> None:
    """The bytes of a matrix's number stand in the weights' own page; the scales of a format stay as it says."""
    derivation = symbolic.explain(model, "kv-cache")
    assert "matrix_bytes" not in derivation.to("text")
    free = {symbol.name for symbol in changes(derivation).free}
    assert ("value_bits" in free) == (derivation.model.stored is None)


@pytest.mark.parametrize("tokens", [10**9, 15 * 10**12, 1000, 1])
def test_a_training_need_not_end_with_a_whole_sequence(tokens: int) -> None:
    derivation = symbolic.explain("gpt2-124m", "training-cost", inputs={"training_tokens": tokens, "tokens": 1024})
    sequence = symbolic.explain("gpt2-124m", "training-flops", inputs={"tokens": 1024}).total
    assert derivation.total == Fraction(tokens, 1024) * sequence
    found = {result.title: result.value for result in derived_results(derivation)}
    assert found["sequences"] == -(-tokens // 1024)
    thumb = symbolic.explain("gpt2-124m", "training-cost", convention="6ND", inputs={"training_tokens": tokens})
    assert thumb.total == 6 * 124_412_160 * tokens
    assert derivation.to("text")


def test_the_best_number_of_tokens_names_the_rule_of_thumb_and_both_fits() -> None:
    """Hoffmann et al. 2022 as printed, Besiroglu et al. 2024: the inverse of their optima at 5.76e23 operations."""
    [rule, (first, one), (second, other)] = remarks(symbolic.explain("llama-2-7b", "training-cost"))
    assert rule[1].startswith("about 135 billion tokens, 20 for each parameter")
    assert (first, second) == ("Hoffmann et al. 2022", "Besiroglu et al. 2024")
    assert "447 billion tokens" in one
    assert "139 billion tokens" in other


def test_a_training_that_ends_within_a_sequence_says_which_one_does_not() -> None:
    """A head that classifies works once for each sequence: half of one has no whole number of operations."""
    config = {"model_type": "roberta", "architectures": ["RobertaForSequenceClassification"]}
    inputs = {"tokens": 514}
    with pytest.raises(ConfigError, match=r"training_tokens 3000+ is not a multiple of tokens 514, .* 299999999718"):
        symbolic.explain(config, "training-cost", inputs=inputs)
    assert symbolic.explain(config, "training-cost", inputs={**inputs, "training_tokens": 299_999_999_718}).total > 0
