"""What the real model code computes and keeps: PyTorch's own count of operations, and the bytes of a real cache."""

from random import Random
from typing import Any

import pytest
from sampling import sample
from test_real_classes import random_config

import symbolic
from symbolic.configs.making import make_model
from symbolic.configs.model import Model
from symbolic.measuring.quantity import numbers
from symbolic.measuring.verify import real_network
from symbolic.networks import families
from symbolic.networks.blocks import Kind
from symbolic.networks.walks import weights

torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]


FIXED = {"qk_norm", "model_class", "qkv_bias", "linear_bias", "norm_shift", "head_bias", "num_labels"}


def small(family: str, seed: int, **sizes: object) -> Model:
    """A model of the family with small random sizes; the given ones are as given."""
    random = Random(seed)
    config = random_config(families.find(family), random) | {"vocab_size": random.randint(30, 90)}
    if "context_length" in config:
        config["context_length"] = 64
    if "n_heads" in config:
        # Rotary positions come in pairs, and GPT-NeoX rotates a quarter of each head.
        config["emb_dim"] = int(str(config["n_heads"])) * 8 * random.randint(1, 3)
    if "head_dim" in config:
        config["head_dim"] = 8 * random.randint(1, 3)
    # What the real class has no switch for stays at its default, and its head is the usual one.
    config = {key: value for key, value in config.items() if key not in FIXED}
    return make_model("random", config | sizes, "random", family)


def real(model: Model) -> Any:
    """The real class on the processor, attention and experts written out so that their products are seen."""
    network = real_network(model, "cpu")
    if hasattr(network.config, "num_attention_heads"):
        network.set_attn_implementation("eager")
    if "n_experts" in model.sizes:
        network.set_experts_implementation("eager")
    if model.architecture.name == "deepseek_v3":
        # Its config gives a number of key-value heads that its code must not use: latent attention has none.
        for layer in network.model.layers:
            layer.self_attn.num_key_value_groups = 1
    return network.eval()


def pytorch_counts(network: Any, tokens: int, batch: int) -> int:
    """The matrix products that PyTorch counts in one forward pass.

    Not the angles of the rotation, a table that is the same for all layers; and not the convolution, which the real
    code computes for some padding too.
    """
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros((batch, tokens), dtype=torch.long), use_cache=False)
    counts = counter.get_flop_counts()
    angles = sum(sum(found.values()) for name, found in counts.items() if ".rotary_emb" in name)
    convolved = counts["Global"].get(torch.ops.aten.convolution, 0)
    return int(counter.get_total_flops() - angles - convolved)


# The router of DeepSeek-V3 chooses among eight groups of experts.
SIZES: dict[str, dict[str, object]] = {
    "deepseek_v3": {"n_experts": 16, "n_active_experts": 3},
    "mamba": {"emb_dim": 24, "expand": 2},
    "mistral": {"windowed": True, "sliding_window": 64},
    "mixtral": {"windowed": False},
    "phi3": {"windowed": False},
}


@pytest.mark.parametrize("seed", sample([1, 2], 2))
@pytest.mark.parametrize(
    "family",
    [
        *("gpt2", "gemma2", "mixtral", "gpt_neox", "deepseek_v3", "mamba"),
        *sample(
            [
                *("llama", "qwen2", "qwen3", "gemma", "gemma3_text", "mistral", "olmo2"),
                *("phi3", "opt", "qwen3_moe"),
            ],
            10,
        ),
    ],
)
def test_the_forward_products_are_those_that_pytorch_counts(family: str, seed: int) -> None:
    model, tokens, batch = small(family, seed, **SIZES.get(family, {})), 7 + seed, 1 + seed
    inputs = {"tokens": tokens, "batch_size": batch}
    convolved = sum(
        2 * tokens * batch * int(numbers(leaf.weight).value(model.sizes)) * model.sizes["n_layers"]
        for leaf in weights(model.network)
        if leaf.weight.kind is Kind.KERNEL
    )
    ours = symbolic.explain(model, "forward-flops", inputs=inputs).total - convolved
    assert ours == pytorch_counts(real(model), tokens, batch), dict(model.sizes)


@pytest.mark.parametrize(
    "model_class", sample([f"{name}ForSequenceClassification" for name in ("Llama", "GPTNeoX", "OPT", "Qwen3")], 2)
)
def test_a_head_that_sorts_texts_into_classes_is_multiplied_with_every_token(model_class: str) -> None:
    family = {"GPTNeoX": "gpt_neox"}.get(name := model_class.removesuffix("ForSequenceClassification"), name.lower())
    model = small(family, 1, architectures=[model_class])
    network = real(model)
    network.config.pad_token_id = 0
    assert symbolic.explain(model, "forward-flops", inputs={"tokens": 9}).total == pytorch_counts(network, 9, 1)


def cached(network: Any, tokens: int, batch: int) -> int:
    """The bytes of the cache that the real code keeps of so many tokens, filled by one pass."""
    with torch.no_grad():
        cache = network(torch.zeros((batch, tokens), dtype=torch.long), use_cache=True).past_key_values
    kept = (tensor for layer in cache.layers for tensor in (layer.keys, layer.values))
    return sum(tensor.numel() * tensor.element_size() for tensor in kept)


@pytest.mark.parametrize("seed", sample([1, 2], 2))
@pytest.mark.parametrize(
    ("family", "tokens"),
    [
        ("gpt2", 9),
        ("llama", 9),
        ("qwen3", 11),
        ("gemma2", 13),
        ("mistral", 5),
        ("deepseek_v3", 9),
    ],
)
def test_the_cache_is_as_large_as_the_real_one(family: str, tokens: int, seed: int) -> None:
    model = small(family, seed, **SIZES.get(family, {}))
    inputs = {"context": tokens, "batch_size": 2, "value_bytes": 4}
    ours = symbolic.explain(model, "kv-cache", inputs=inputs).total
    assert ours == cached(real(model), tokens, 2), dict(model.sizes)


def test_the_latent_of_deepseek_is_what_its_real_code_makes_keys_and_values_of() -> None:
    model = small("deepseek_v3", 3, **SIZES["deepseek_v3"])
    network, made = real(model), []
    for layer in network.model.layers:
        layer.self_attn.kv_a_proj_with_mqa.register_forward_hook(lambda module, given, out: made.append(out))  # noqa: ARG005
    with torch.no_grad():
        network(torch.zeros((2, 5), dtype=torch.long))
    ours = symbolic.explain(model, "kv-cache", inputs={"context": 5, "batch_size": 2, "value_bytes": 4}).total
    assert ours == sum(out.numel() * out.element_size() for out in made)


@pytest.mark.parametrize("tokens", sample([5, 7, 8, 12, 20], 2, 1))
@pytest.mark.parametrize(
    "family", ["gemma2", *sample(["gemma3_text", "gpt_oss", "mistral", "mixtral", "phi3", "qwen2", "qwen3"], 7)]
)
def test_a_sliding_layer_keeps_what_the_next_token_looks_at_beside_itself(family: str, tokens: int) -> None:
    switch = {"windowed": True} if any(one.name == "windowed" for one in families.find(family).options) else {}
    model = small(family, 1, sliding_window=8, n_layers=4, layer_types=None, **switch)
    ours = symbolic.explain(model, "kv-cache", inputs={"context": tokens, "value_bytes": 4}).total
    assert ours == cached(real(model), tokens, 1)
