"""Training operations are those that frameworks report: their own tests and logs, and their formulas written out."""

from typing import Any

import pytest
from sampling import MODELS, sample, thorough

import symbolic
from symbolic.measuring import quantities
from symbolic.measuring.reconciliation import reconcile


def flops(model: Any, convention: str, tokens: int, batch: int = 1) -> int:
    return symbolic.explain(
        model, "training-flops", convention=convention, inputs={"tokens": tokens, "batch_size": batch}
    ).total


@pytest.mark.parametrize(
    ("model", "short", "long"),
    [
        # volcengine/verl, tests/utils/test_flops_counter.py: texts of 512, 1,024 and 2,048 tokens, and three of 4,096
        ("llama-2-7b", 149_226_491_215_872, 536_372_695_793_664),
        ("qwen3-8b", 180_997_438_046_208, 648_394_032_807_936),
        ("qwen3-30b-a3b", 78_593_069_678_592, 306_570_470_621_184),
        ("deepseek-v3", 848_766_538_088_448, 3_145_850_406_567_936),
        ("mistral-small-24b-2501", 512_303_699_066_880, 1_787_393_589_903_360),
        ("gpt-oss-20b", 91_780_464_771_072, 323_953_008_574_464),
    ],
)
def test_verl_s_own_tests_expect_as_many(model: str, short: int, long: int) -> None:
    assert sum(flops(model, "verl", tokens) for tokens in (512, 1024, 2048)) == short
    assert flops(model, "verl", 4096, batch=3) == long


def test_maxtext_s_guide_has_as_many() -> None:
    """docs/guides/monitoring_and_debugging/understand_logs_and_metrics.md: deepseek2-16b, 24 × 2,048 tokens."""
    assert round(flops("deepseek-v2-lite", "maxtext", 2048, batch=24) / 10**12, 2) == 764.67


def test_torchtitan_s_log_has_as_many() -> None:
    """experiments/graph_trainer: tps 4,376, tflops 253.41, mfu 25.62 % of 989 × 10¹²; the speed is rounded."""
    each = flops("llama-3-8b", "torchtitan", 8192) // 8192
    assert round(each * 4376 / 10**12, 1) == 253.4
    assert round(100 * each * 4376 / (989 * 10**12), 1) == 25.6


@pytest.mark.parametrize("tokens", [128, 4096])
@pytest.mark.parametrize("name", ["llama-2-7b", "llama-3-8b", "mixtral-8x7b", "qwen3-30b-a3b", "deepseek-v3", "gpt2"])
def test_megatron_s_formula_is_ours(name: str, tokens: int) -> None:
    """num_floating_point_operations: 3 × 2 × (feed-forward + projections + half of the pairs + padded logits)."""
    model = symbolic.load(name)
    at: dict[str, int] = dict(model.sizes)
    h, layers, heads = at["emb_dim"], at["n_layers"], at["n_heads"]
    head = at.get("head_dim", h // heads)
    dense = at.get("n_dense_layers", 0 if "n_experts" in at else layers)
    factor = 2 if name == "gpt2" else 3
    experts = at.get("n_active_experts", 0) * at.get("expert_dim", at["hidden_dim"])
    experts += at.get("n_shared_experts", 0) * at.get("expert_dim", 0)
    feed_forward = factor * h * (dense * at["hidden_dim"] + (layers - dense) * experts)
    if "kv_lora_rank" in at:
        wide, value = at["qk_nope_head_dim"] + at["qk_rope_head_dim"], at["v_head_dim"]
        projections = at["q_lora_rank"] * (h + heads * wide + 1) + h * at["qk_rope_head_dim"]
        projections += at["kv_lora_rank"] * (h + heads * (at["qk_nope_head_dim"] + value) + 1) + heads * value * h
        pairs = heads * (wide + value)
    else:
        projections = 2 * h * heads * head + 2 * h * at.get("n_kv_groups", heads) * head
        pairs = 2 * heads * head
    logits = h * 128 * -(-at["vocab_size"] // 128)
    expected = 6 * tokens * (feed_forward + layers * projections + logits) + 3 * tokens**2 * layers * pairs
    assert flops(model, "megatron", tokens) == expected


@pytest.mark.parametrize("name", ["llama-3-8b", "qwen2.5-0.5b", "gemma-2b", "mixtral-8x7b", "deepseek-v3"])
def test_torchtitan_s_formula_is_ours(name: str) -> None:
    """6 × (N − N_emb) + 6 L H (Q + V) T, the table left out where the head has one of its own."""
    model = symbolic.load(name)
    at: dict[str, int] = dict(model.sizes)
    active = symbolic.explain(model, convention="active").total
    table = 0 if model.options["tied_head"] else at["vocab_size"] * at["emb_dim"]
    wide = 2 * at["head_dim"] if "head_dim" in at else 0
    wide = wide or at["qk_nope_head_dim"] + at["qk_rope_head_dim"] + at["v_head_dim"]
    each = 6 * (active - table) + 6 * at["n_layers"] * at["n_heads"] * wide * 2048
    assert flops(model, "torchtitan", 2048) == 2048 * each


def test_palm_and_nanogpt_count_alike() -> None:
    """nanoGPT, estimate_mfu: 6N + 12LHQT, N without the position table, T = 1,024."""
    model = symbolic.load("gpt2")
    parameters = symbolic.explain(model).total - 1024 * 768
    assert flops(model, "palm", 1024) == 1024 * (6 * parameters + 12 * 12 * 12 * 64 * 1024)


@pytest.mark.parametrize("name", sample(MODELS, 3))
def test_each_way_to_a_framework_s_count_arrives(name: str) -> None:
    found = quantities.find("training-flops").conventions
    derivation = symbolic.explain(name, "training-flops", inputs={"tokens": 100})
    for way in reconcile(derivation):
        assert way.rows[0].running == min(way.other, derivation.total)
        assert sum(row.value for row in way.rows) == max(way.other, derivation.total)
        assert way.convention in found


@thorough
@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODELS)
def test_transformers_logs_as_many(name: str) -> None:
    """Trainer.floating_point_ops: 6 × the input's numbers × the real class' own count without embeddings."""
    pytest.importorskip("transformers", reason="transformers is not installed")
    from symbolic.measuring.verify import real_network

    model = symbolic.load(name)
    # The class has no switch for the book's GPT-2 without biases, and a picture has no tokens.
    if model.architecture.model_class and model.architecture.name != "vit" and model.options.get("qkv_bias", True):
        parameters = real_network(model).num_parameters(exclude_embeddings=True)
        assert flops(model, "transformers", 64) == 6 * 64 * parameters
