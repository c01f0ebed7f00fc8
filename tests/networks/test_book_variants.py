"""The book's GPTModel with grouped queries, latent attention, experts and windows: its bonus material to chapter 4."""

import pytest

import symbolic

GPT = {
    "vocab_size": 50257,
    "context_length": 1024,
    "emb_dim": 768,
    "n_heads": 12,
    "n_layers": 12,
    "drop_rate": 0.0,
    "qkv_bias": False,
}
PLAIN, FEED_FORWARD = 163_009_536, 2 * 768 * 3072 + 3072 + 768
EXPERTS = {"num_experts": 8, "num_experts_per_tok": 2, "hidden_dim": 3072}


@pytest.mark.parametrize(
    ("change", "family", "stored", "cached"),
    [
        ({}, "gpt2", PLAIN, 2 * 768),
        # Two heads of 64 in place of twelve, and an output projection without its bias.
        ({"n_kv_groups": 2}, "gpt2_gqa", PLAIN - 12 * (2 * 768 * 640 + 768), 2 * 128),
        (
            {"n_kv_groups": 4, "qkv_bias": True},
            "gpt2_gqa",
            PLAIN - 12 * (2 * 768 * 512 + 768) + 12 * (768 + 2 * 256),
            2 * 256,
        ),
        # A latent of 96 and the way up from it twice in place of keys and values.
        ({"latent_dim": 96}, "gpt2_mla", PLAIN - 12 * (2 * 768 * 768 - 3 * 768 * 96), 96),
        (
            {"latent_dim": 96, "qkv_bias": True},
            "gpt2_mla",
            PLAIN - 12 * (2 * 768 * 768 - 3 * 768 * 96) + 12 * (3 * 768 + 96),
            96,
        ),
        ({"latent_dim": None}, "gpt2_mla", PLAIN - 12 * (2 * 768 * 768 - 3 * 768 * 96), 96),
        (EXPERTS, "gpt2_moe", PLAIN + 12 * (8 * 3 * 768 * 3072 + 8 * 768 - FEED_FORWARD), 2 * 768),
        ({**EXPERTS, "num_experts": 0}, "gpt2", PLAIN, 2 * 768),
    ],
)
def test_a_dict_of_the_book_s_bonus_material_is_read(
    change: dict[str, object], family: str, stored: int, cached: int
) -> None:
    model = symbolic.load({**GPT, **change}, strict=True)
    assert model.architecture.name == family
    assert symbolic.explain(model, convention="untied").total == stored
    inputs = {"context": 1000, "value_bytes": 2}
    assert symbolic.explain(model, "kv-cache", inputs=inputs).total == 12 * 1000 * cached * 2


@pytest.mark.parametrize(
    ("stride", "sliding"), [(0, 0), (-1, 12), (1, 6), (2, 8), (5, 10), (11, 11), (12, 12), (None, 8)]
)
def test_so_many_layers_slide_to_each_that_sees_all(stride: int | None, sliding: int) -> None:
    config = {**GPT, "sliding_window_size": 100, "sliding_window_stride": stride}
    total = symbolic.explain(config, "kv-cache", inputs={"context": 1000, "value_bytes": 1}).total
    assert total == 2 * 768 * (sliding * 99 + (12 - sliding) * 1000)
    assert symbolic.explain(config, convention="untied").total == PLAIN


def test_grouped_queries_keep_the_fewer_heads() -> None:
    config = {**GPT, "emb_dim": 4096, "n_heads": 32, "n_layers": 32, "n_kv_groups": 4}
    assert symbolic.explain(config, "kv-cache", inputs={"context": 32_768}).total == 2_147_483_648


@pytest.mark.parametrize("key", ["n_kv_producing_layers", "index_n_heads", "alibi"])
def test_what_no_family_derives_is_refused_by_name(key: str) -> None:
    with pytest.raises(symbolic.ConfigError, match=f"{key} 6 makes a network that we don't derive"):
        symbolic.load({**GPT, key: 6})
    assert symbolic.load({**GPT, key: False}, strict=True).architecture.name == "gpt2"
