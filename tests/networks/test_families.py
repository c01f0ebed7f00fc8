"""Each family: book dicts, experts in every meaning of active, contradictions named, depth free of charge."""

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main
from symbolic.configs import models

LLAMA3 = {
    "vocab_size": 128_256,
    "context_length": 8192,
    "emb_dim": 4096,
    "n_heads": 32,
    "n_layers": 32,
    "hidden_dim": 14_336,
    "n_kv_groups": 8,
    "rope_base": 500_000.0,
    "dtype": "bfloat16",
}
LLAMA32 = {
    **LLAMA3,
    "context_length": 131_072,
    "emb_dim": 2048,
    "n_layers": 16,
    "hidden_dim": 8192,
    "rope_freq": {"factor": 32.0, "original_context_length": 8192},
}
QWEN3 = {
    "vocab_size": 151_936,
    "context_length": 40_960,
    "emb_dim": 1024,
    "n_heads": 16,
    "n_layers": 28,
    "hidden_dim": 3072,
    "head_dim": 128,
    "qk_norm": True,
    "n_kv_groups": 8,
    "rope_base": 1_000_000.0,
    "dtype": "bfloat16",
}


@pytest.mark.parametrize(
    ("config", "family", "stored", "tied"),
    [
        (LLAMA3, "llama", 8_030_261_248, 7_504_924_672),
        (LLAMA32, "llama", 1_498_482_688, 1_235_814_400),
        (QWEN3, "qwen3", 751_632_384, 596_049_920),
    ],
)
def test_a_dict_of_the_book_s_notebooks_is_recognised_and_exact(
    config: dict[str, object], family: str, stored: int, tied: int
) -> None:
    model = symbolic.load(config)
    counts = symbolic.count(model)
    assert (model.architecture.name, counts["untied"], counts["tied"]) == (family, stored, tied)


@pytest.mark.parametrize(
    ("name", "total", "active", "without_lookup"),
    [
        ("mixtral-8x7b", 46_702_792_704, 12_879_925_248, 12_748_853_248),
        ("qwen3-30b-a3b", 30_532_122_624, 3_353_032_704, 3_041_867_776),
        ("gpt-oss-20b", 20_914_757_184, 4_187_440_704, 3_608_307_264),
        ("deepseek-v2-lite", 15_706_484_224, 2_661_150_208, 2_451_435_008),
        ("deepseek-v3", 671_026_404_352, 37_552_282_624, 36_625_603_584),
    ],
)
def test_experts_are_counted_in_every_meaning_of_active(
    name: str, total: int, active: int, without_lookup: int
) -> None:
    counts = symbolic.count(symbolic.load(name))
    assert (counts["trainable"], counts["active"], counts["active-without-lookup"]) == (total, active, without_lookup)


def test_deepseek_s_router_buffers_make_the_figure_of_public_files() -> None:
    assert symbolic.explain("deepseek-v3", convention="with-buffers").total == 671_026_404_352 + 58 * 256


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("mixtral-8x7b", {"num_experts_per_tok": 9}, "n_active_experts is 9 and n_experts is 8"),
        ("llama-3-8b", {"num_key_value_heads": 5}, "n_heads is 32 and n_kv_groups is 5"),
        ("gemma-3-1b", {"layer_types": ["full_attention"] * 3}, "layer_types names 3 layers and n_layers is 26"),
        ("gemma-3-1b", {"layer_types": ["round"] * 26}, "layer_types has a layer of the kind 'round'"),
        ("qwen3-30b-a3b", {"mlp_only_layers": [48]}, "mlp_only_layers names layer 48 and n_layers is 48"),
        ("gpt2", {"head_dim": 100}, "n_heads × head_dim is 1200 and emb_dim is 768"),
    ],
)
def test_contradictory_sizes_are_named_with_both_values(name: str, change: dict[str, object], message: str) -> None:
    config = {**models.find(name).config, **change}
    with pytest.raises(symbolic.ConfigError) as problem:
        symbolic.load(config)
    assert message in str(problem.value)


def test_of_a_multimodal_config_the_text_is_counted_and_the_rest_is_named() -> None:
    text = models.find("gemma-3-4b-text").config
    # A type of its own without a description of the whole.
    config = {"model_type": "someones_vision", "text_config": text, "vision_config": {"hidden_size": 1152}}
    derivation = symbolic.explain(config)
    assert derivation.total == 3_880_263_168
    assert derivation.model.left_out == {"vision_config": "the part that sees images"}
    page = " ".join(derivation.to_text().split())
    assert "This is the language model only." in page
    assert "vision_config (the part that sees images)" in page
    assert "Checked, of the language model:" in page


@pytest.mark.parametrize("key", ["model_type", "architectures"])
def test_a_family_is_known_by_either_key(key: str) -> None:
    config = {name: value for name, value in models.find("olmo-2-7b").config.items() if name != key}
    assert symbolic.load(config).architecture.name == "olmo2"


def test_hugging_face_s_keys_alone_tell_no_family() -> None:
    config = models.find("olmo-2-7b").config
    bare = {name: value for name, value in config.items() if name not in ("model_type", "architectures")}
    with pytest.raises(symbolic.ConfigError, match="add the key model_type"):
        symbolic.load(bare)


@pytest.mark.parametrize("name", models.names())
def test_no_family_costs_more_with_depth(name: str) -> None:
    shallow = symbolic.load(name)
    if "n_layers" not in shallow.sizes:
        return
    keys = ("n_layers", "num_hidden_layers", "n_layer", "num_layers")
    config = {key: value for key, value in models.find(name).config.items() if key not in keys}
    deep = symbolic.load({**config, "n_layers": 10**30}, architecture=shallow.architecture.name)
    assert len(symbolic.explain(deep).steps) == len(symbolic.explain(shallow).steps)


def test_verify_ends_with_1_where_a_tensor_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("transformers", reason="transformers is not installed")
    file = tmp_path / "config.json"
    file.write_text(json.dumps(dict(models.find("llama-3.2-1b").config)))
    assert CliRunner().invoke(main, ["verify", str(file)]).exit_code == 0
    monkeypatch.setattr(
        "symbolic.measuring.verify.expected", lambda _: Counter({("model.embed_tokens.weight", (1, 2)): 1})
    )
    result = CliRunner().invoke(main, ["verify", str(file)])
    assert result.exit_code == 1
    assert "differences" in result.stdout
