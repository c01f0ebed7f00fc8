"""A family that a config's keys look like is taken where nothing else in it says more than that family has."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import symbolic
from symbolic.cli import main

GPT2 = {"vocab_size": 90, "d_model": 24, "n_layers": 2, "n_heads": 3, "context_length": 20}
LLAMA = {"vocab_size": 90, "d_model": 24, "n_layers": 2, "n_heads": 3, "n_kv_heads": 1, "d_ff": 50, "norm_eps": 1e-5}


@pytest.mark.parametrize(
    "more",
    [
        {"norm_placement": "post"},
        {"pre_norm": False},
        {"sandwich_norm": True},
        {"final_norm": False},
        {"norm_affine": False},
        {"n_loops": 3},
        {"share_layers": True},
        {"use_moe": True},
        {"moe": {"experts": 4}},
        {"mla": True},
        {"d_latent": 8},
        {"positions": "sinusoidal"},
        {"use_alibi": True},
        {"noise_schedule": "cosine", "num_timesteps": 100},
        {"value_embeddings": True},
        {"adapter_size": 4},
        {"short_conv": True},
        {"gated": True},
        {"block_pattern": ["mamba", "attention"]},
        {"tied": False},
        {"tie_lm_head": True},
        {"layer_scale": 1e-5},
        {"pad_vocab_to": 96},
        {"attn_dim": 48},
        {"architecture": "mamba"},
        {"arch": "bert"},
        {"type": "encoder-decoder"},
    ],
)
@pytest.mark.parametrize("config", [GPT2, LLAMA])
def test_a_key_that_may_make_another_network_is_refused(config: dict[str, object], more: dict[str, object]) -> None:
    with pytest.raises(
        symbolic.ConfigError, match=rf"(look like|no use for|no family).*{next(iter(more))}|fits .* and"
    ):
        symbolic.load(config | more)


@pytest.mark.parametrize(
    "more",
    [
        {"attention_dropout_rate": 0.1, "embed_lr": 0.01, "grad_checkpointing_layers": True, "norm_init": "ones"},
        {"use_moe": False, "sandwich_norm": False, "lora": {"enabled": False, "rank": 4}, "norm_placement": "pre"},
        {"log_every": 10, "colour": "red", "optimizer": {"lr": 0.1}, "embedding_scale": 4},
    ],
)
@pytest.mark.parametrize("config", [GPT2, LLAMA])
def test_what_says_nothing_of_the_network_is_named(config: dict[str, object], more: dict[str, object]) -> None:
    made, plain = symbolic.load(config | more), symbolic.load(config)
    assert made.sizes == plain.sizes
    assert set(made.unknown) | set(made.harmless) >= more.keys()


@pytest.mark.parametrize("more", [{"qk_norm": True}, {"sliding_window": 8, "rope_local_base": 10}, {"conv_kernel": 4}])
def test_numbers_of_published_models_are_not_taken_for_an_unnamed_one(more: dict[str, object]) -> None:
    with pytest.raises(symbolic.ConfigError, match=r"head_dim (128|256)"):
        symbolic.load(LLAMA | more)


def test_a_number_that_is_said_is_read() -> None:
    model = symbolic.load(LLAMA | {"qk_norm": True, "head_dim": 8})
    assert (model.architecture.name, model.sizes["head_dim"]) == ("qwen3", 8)


@pytest.mark.parametrize("more", [{}, {"ffn_dim_multiplier": 2.5}, {"norm_eps": 1e-5, "multiple_of": None}])
def test_a_width_that_programs_round_up_otherwise_is_asked_for(more: dict[str, object]) -> None:
    meta = {"vocab_size": 90, "dim": 24, "n_layers": 2, "n_heads": 3, "n_kv_heads": 1}
    with pytest.raises(symbolic.ConfigError, match="does not follow from dim alone; say hidden_dim, or multiple_of"):
        symbolic.load(meta | more)
    assert symbolic.load(meta | more | {"multiple_of": 32}).sizes["hidden_dim"] % 32 == 0


@pytest.mark.parametrize(
    ("config", "by_keys"),
    [
        (LLAMA, True),
        (GPT2, True),
        (LLAMA | {"model_type": "llama"}, False),
        (GPT2 | {"architectures": ["GPT2LMHeadModel"]}, False),
        (GPT2 | {"drop_rate": 0.1, "qkv_bias": False}, False),
    ],
)
def test_a_family_that_only_the_keys_of_sizes_suggest_is_said_to_be_one(
    config: dict[str, object], by_keys: bool, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(config))
    told = CliRunner().invoke(main, ["count", str(file)])
    line = "names no type; its keys look like those of"
    assert (line in told.stderr) is by_keys
    assert told.exit_code == 0
    for command in (["table", str(file), "--quantity", "parameters"], ["count", str(file), "--json"]):
        assert (line in CliRunner().invoke(main, command).stdout) is by_keys
    assert (line in symbolic.explain(config).to_json()) is by_keys


def test_a_network_beside_mambas_keys_is_none() -> None:
    sizes = {"d_model": 24, "n_layer": 2, "vocab_size": 90, "pad_vocab_size_multiple": 8}
    assert symbolic.load(sizes).architecture.name == "mamba"
    with pytest.raises(symbolic.ConfigError, match=r"does not know headdim .8., ngroups .1."):
        symbolic.load({"d_model": 24, "n_layer": 2, "vocab_size": 90, "d_state": 16, "headdim": 8, "ngroups": 1})
    with pytest.raises(symbolic.ConfigError, match=r"does not know bidirectional .True."):
        symbolic.load(sizes | {"ssm_cfg": {"d_state": 16, "dt_min": 0.001}, "bidirectional": True})
    with pytest.raises(symbolic.ConfigError, match="layer is no key of its config"):
        symbolic.load(sizes | {"layer": {"_name_": "hyena"}})


@pytest.mark.parametrize("key", ["extends", "_base_", "bases", "inherit_from"])
def test_a_size_that_may_stand_in_another_file_is_no_default(key: str, tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(f"{key}: [base.yaml]\nmodel_type: bloom\nvocab_size: 90\n")
    with pytest.raises(symbolic.ConfigError, match=f"{key} .*base.yaml.* is not read, and emb_dim, n_layers may stand"):
        symbolic.load(file)
    file.write_text(f"{key}: [base.yaml]\nmodel_type: bloom\nvocab_size: 90\nhidden_size: 16\nn_head: 2\nn_layer: 1\n")
    assert symbolic.load(file).sizes["n_layers"] == 1
