"""Our trees are those of the real model code: every tensor's name, shape and tie, on random configs too."""

import contextlib
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import MODELS, count, sample

import symbolic
from symbolic.configs import models
from symbolic.configs.making import make_model
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Number, Symbol
from symbolic.formulas.vocabulary import emb_dim, n_patches
from symbolic.measuring.verify import verify
from symbolic.networks import families
from symbolic.networks.family import Family, Need
from symbolic.networks.walks import weights

torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]

FAMILIES = [family for family in families.all_families() if family.model_class]
PRIMES = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
COUNTS = {"n_layers", "n_decoder_layers", "n_experts", "n_active_experts", "n_shared_experts", "n_heads", "n_kv_groups"}
SLIDING, FULL, LINEAR = "sliding_attention", "full_attention", "linear_attention"


def patterns(family: str, layers: int, random: Random) -> list[dict[str, object]]:
    """Ways in which a config of the family may say which layer is of which kind; none leaves it to the default."""
    listed = [random.choice((SLIDING, FULL)) for _ in range(layers)]
    linear = [random.choice((LINEAR, FULL)) for _ in range(layers)]
    sparse: list[dict[str, object]] = [{"decoder_sparse_step": 2}, {"mlp_only_layers": [0, layers - 1]}]
    known: dict[str, list[dict[str, object]]] = {
        "gemma2": [{"layer_types": listed}],
        "gemma3_text": [{"layer_types": listed}],
        "gpt_oss": [{"layer_types": listed}],
        "qwen3_moe": sparse,
        "qwen3_next": [{"layer_types": linear}, {"layer_types": linear, **sparse[0]}, *sparse],
        "qwen3_5_text": [{"layer_types": linear}],
        "deepseek_v2": [{"first_k_dense_replace": random.randint(0, layers)}],
        "deepseek_v3": [{"first_k_dense_replace": random.randint(0, layers)}],
        **{name: [{"windowed": True, "max_window_layers": random.randint(0, layers)}] for name in ("qwen2", "qwen3")},
    }
    return [*known.get(family, []), {}]


def random_config(family: Family, random: Random) -> dict[str, object]:
    """Small sizes, all different, none a product of others where the family lets them be so; switches both ways."""
    widths = [2 * prime for prime in random.sample(PRIMES, len(PRIMES))]
    sizes: dict[Symbol, int] = {}
    # Definitions that a real config never gives: they follow, whatever is written.
    bound = {symbol for left, _ in family.equal for symbol in left.symbols} | {n_patches}
    for symbol, default in family.sizes.items():
        left_out = default in (Need.PATTERN, Need.OPTIONAL, Need.LABELS) or (
            not isinstance(default, Need | int) and (symbol in bound or random.random() < 0.5)
        )
        if not left_out:
            sizes[symbol] = random.randint(2, 6) if symbol.name in COUNTS else widths.pop()
    for left, right in (*family.at_most, *family.multiples):
        if left is emb_dim:
            continue  # made of its heads below
        if isinstance(left, Symbol) and isinstance(right, Symbol) and left in sizes and right in sizes:
            small, large = (left, right) if (left, right) in family.at_most else (right, left)
            sizes[small] = random.randint(1, 3)
            sizes[large] = sizes[small] * random.randint(1, 3)
    config: dict[str, object] = {symbol.name: size for symbol, size in sizes.items()}
    names = {symbol.name for symbol in family.sizes}
    if "n_heads" in config:
        # The real configs ask for that, whatever the head width; n_heads × head_dim may still be another number.
        config["emb_dim"] = int(str(config["n_heads"])) * widths.pop()
    if "patch_size" in names:
        config["image_size"] = int(str(config["patch_size"])) * random.randint(2, 4)
    if random.random() < 0.5:
        config["num_labels"] = random.randint(1, 9)
    for option in family.options:
        if random.random() < 0.7 and (option.null is None or family.sizes[option.null] is not Need.OPTIONAL):
            config[option.name] = random.choice(option.choices or (True, False))
    layers = int(str(config.get("n_layers", 2)))
    return {**config, **random.choice(patterns(family.name, layers, random))}


@pytest.mark.parametrize("name", [family.name for family in FAMILIES])
@settings(max_examples=count(12, 1))
@given(seed=st.integers(0, 10**6))
def test_random_configs_have_the_real_tensors(name: str, seed: int) -> None:
    family = families.find(name)
    config = random_config(family, Random(seed))
    model = make_model("random", config, "random", name)
    for option in family.options:
        # What the real class has no switch for can't be compared; its default is.
        with contextlib.suppress(ConfigError):
            verification = verify(model)
            break
        model = model.with_options({option.name: option.default})
    verification = verify(model)
    assert not verification.differences, (config, verification.differences)
    assert symbolic.explain(model).total == verification.total


@pytest.mark.parametrize("name", sample(MODELS, 3))
def test_a_bundled_model_has_the_real_tensors(name: str) -> None:
    model = symbolic.load(name)
    if model.architecture.name == "gpt2" and not model.options["qkv_bias"]:
        # The book's variant: below, against a module with its tensors.
        model = model.with_options({"qkv_bias": True})
    verification = verify(model)
    assert not verification.differences
    assert symbolic.explain(model).total == verification.total
    recorded = models.find(name).verified
    assert (recorded is None) is (model.options != symbolic.load(name).options)
    assert recorded is None or recorded.tensors == verification.tensors


def book_gpt(sizes: dict[str, int]) -> Any:
    """A module with the tensors of GPTModel: Raschka 2024, chapter 4. The output head is stored."""
    d, nn = sizes["emb_dim"], torch.nn
    norm = {"scale": nn.Parameter(torch.ones(d)), "shift": nn.Parameter(torch.zeros(d))}
    block = {
        "att": nn.ModuleDict(
            {name: nn.Linear(d, d, bias=False) for name in ("W_query", "W_key", "W_value")}
            | {"out_proj": nn.Linear(d, d)}
        ),
        "ff": nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d)),
        "norm1": nn.ParameterDict(norm),
        "norm2": nn.ParameterDict(norm),
    }
    return nn.ModuleDict(
        {
            "tok_emb": nn.Embedding(sizes["vocab_size"], d),
            "pos_emb": nn.Embedding(sizes["context_length"], d),
            "trf_block": nn.ModuleDict(block),
            "final_norm": nn.ParameterDict(norm),
            "out_head": nn.Linear(d, sizes["vocab_size"], bias=False),
        }
    )


def book_llama2(sizes: dict[str, int]) -> Any:
    """A module with the tensors of Llama2Model: Raschka 2024, Converting GPT to Llama 2."""
    d, f, nn = sizes["emb_dim"], sizes["hidden_dim"], torch.nn
    norm = {"weight": nn.Parameter(torch.ones(d))}
    block = {
        "att": nn.ModuleDict(
            {name: nn.Linear(d, d, bias=False) for name in ("W_query", "W_key", "W_value", "out_proj")}
        ),
        "ff": nn.ModuleDict({name: nn.Linear(d, f, bias=False) for name in ("fc1", "fc2")}),
        "fc3": nn.Linear(f, d, bias=False),
        "norm1": nn.ParameterDict(norm),
        "norm2": nn.ParameterDict(norm),
    }
    return nn.ModuleDict(
        {
            "tok_emb": nn.Embedding(sizes["vocab_size"], d),
            "trf_block": nn.ModuleDict(block),
            "final_norm": nn.ParameterDict(norm),
            "out_head": nn.Linear(d, sizes["vocab_size"], bias=False),
        }
    )


@pytest.mark.parametrize(
    ("name", "module", "total"),
    [
        ("gpt2-124m", book_gpt, 163_009_536),
        ("gpt2-1558m", book_gpt, 1_637_792_000),
        ("llama-2-7b", book_llama2, 6_738_415_616),
    ],
)
def test_the_book_s_models_have_the_tensors_of_its_code(name: str, module: Any, total: int) -> None:
    model = symbolic.load(name).with_options({"tied_head": False})
    sizes = dict(model.sizes)
    with torch.device("meta"):
        network = module(sizes)
    theirs: Counter[tuple[int, ...]] = Counter()
    for key, tensor in network.named_parameters(remove_duplicate=False):
        times = sizes["n_layers"] if key.startswith("trf_block") else 1
        theirs[tuple(sorted(tensor.shape))] += times
    ours: Counter[tuple[int, ...]] = Counter()
    for leaf in weights(model.network):
        times = leaf.weight.copies
        for block in leaf.path:
            times *= int((block.repeat or Number(1)).value(sizes))
        ours[tuple(sorted(int(axis.value(sizes)) for axis in leaf.weight.shape))] += times
    assert ours == theirs
    assert symbolic.explain(model).total == total
