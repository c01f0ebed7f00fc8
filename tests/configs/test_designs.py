"""What a config without a type says of its design decides against a family that its sizes look like."""

import pytest

import symbolic

GPT2 = {"vocab_size": 90, "n_embd": 24, "n_layer": 2, "n_head": 3, "block_size": 20}
META = {"vocab_size": 90, "dim": 24, "n_layers": 2, "n_heads": 3, "multiple_of": 8}
LLAMA = {"vocab_size": 90, "d_model": 24, "n_layers": 2, "n_heads": 3, "d_ff": 50, "rope_theta": 500.0}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (GPT2 | {"rope_base": 10_000}, "rope_base 10000 says rotary positions"),
        (GPT2 | {"rope_scaling": {"factor": 2.0}}, "says rotary positions"),
        (GPT2 | {"use_rope": True}, "says rotary positions"),
        (GPT2 | {"pos_encoding": "sinusoidal"}, "says positions of another kind"),
        (GPT2 | {"rms_norm_eps": 1e-6}, "says RMS norms"),
        (GPT2 | {"norm_type": "RMSNorm"}, "says RMS norms"),
        (GPT2 | {"ffn_type": "swiglu"}, "says a gated feed-forward network"),
        (GPT2 | {"mlp_ratio": 2.5}, "a feed-forward network 2.5 times as wide"),
        (META | {"norm_type": "layernorm"}, "says layer norms"),
        (META | {"act_fn": "relu"}, "says a feed-forward network of two matrices"),
        (LLAMA | {"activation": "gelu"}, "says a feed-forward network of two matrices"),
        (LLAMA | {"use_rope": False}, "says that positions are not rotary"),
        (LLAMA | {"norm": "layernorm"}, "says layer norms"),
        (LLAMA | {"ffn_type": "silu"}, "says a feed-forward network of two matrices"),
        (LLAMA | {"remove_rope": True}, "says that positions are not rotary"),
        (LLAMA | {"remove_rmsnorm": True}, "says that there are no norms"),
        (META | {"attention_variant": "nsa"}, "says attention of another kind"),
        (GPT2 | {"attn_type": "performer"}, "says attention of another kind"),
        (LLAMA | {"position_embedding": "learned"}, "says a table of positions"),
    ],
)
def test_a_design_that_the_family_does_not_have_is_refused(config: dict[str, object], said: str) -> None:
    with pytest.raises(symbolic.ConfigError, match=f"look like those of .* {said}.*; add the key model_type"):
        symbolic.load(config)


@pytest.mark.parametrize(
    "config",
    [
        GPT2 | {"rope_scaling": None, "use_rope": False, "norm_type": "layer_norm", "activation": "gelu"},
        GPT2 | {"mlp_ratio": 4.0, "pos_emb": "learned"},
        LLAMA | {"ffn_type": "swiglu", "remove_rope": False, "remove_rmsnorm": False, "attention_type": "mha"},
        GPT2 | {"rope_theta": 10_000, "rms_norm_eps": 1e-6, "model_type": "gpt2"},
        LLAMA | {"activation": "silu", "norm_type": "rmsnorm", "use_rope": True, "ffn_type": "swiglu", "pos": "rope"},
        LLAMA | {"activation": "gelu", "model_type": "llama"},
    ],
)
def test_a_design_that_fits_or_a_type_that_is_named_is_read(config: dict[str, object]) -> None:
    assert symbolic.load(config).sizes["emb_dim"] == 24


@pytest.mark.parametrize("key", ["inter_dim", "mlp_dim", "ffn_hidden_size", "dim_feedforward", "num_classes"])
def test_a_size_under_a_name_that_nobody_knows_is_refused_where_no_type_is_named(key: str) -> None:
    for config in (META, GPT2 | {"drop_rate": 0.1}):
        with pytest.raises(symbolic.ConfigError, match=f"(which has no {key}|gpt2 has no use for {key})"):
            symbolic.load(config | {key: 40})


def test_a_dim_alone_does_not_make_a_llama() -> None:
    with pytest.raises(symbolic.ConfigError, match="dim, n_layers and n_heads are keys of many networks"):
        symbolic.load({key: value for key, value in META.items() if key != "multiple_of"})


@pytest.mark.parametrize("key", ["tie_weights", "tie_embeddings", "weight_tying", "tie_word_embeddings"])
def test_a_head_is_tied_under_the_names_that_people_use(key: str) -> None:
    assert symbolic.explain(GPT2 | {key: False}).total - symbolic.explain(GPT2 | {key: True}).total == 90 * 24
