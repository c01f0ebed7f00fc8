"""Every key of a config is used, known to change nothing, refused, or named as unknown where the reader looks."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sampling import EVERYTHING

import symbolic
from symbolic.cli import main
from symbolic.configs import models
from symbolic.configs.variants import variant
from symbolic.errors import ConfigError
from symbolic.formulas.vocabulary import of_key
from symbolic.networks import families
from symbolic.pages import rendering

GPT = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12, "qkv_bias": False}
LLAMA = {
    "model_type": "llama",
    "vocab_size": 128256,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
}
MISTRAL = {**models.find("mistral-7b-v0.1").config}
QWEN2 = {**models.find("qwen2.5-7b").config}
GPT2 = {**models.find("gpt2").config}
BERT = {**models.find("bert-base-uncased").config}
T5 = {**models.find("t5-small").config}


@pytest.mark.parametrize(
    ("config", "harmless", "unknown"),
    [
        ({**GPT, "drop_rate": 0.1, "favourite_colour": "blue"}, ["drop_rate"], ("favourite_colour",)),
        ({**GPT, "model_type": "gpt2", "n_kv_groups": 12}, ["n_kv_groups"], ()),
        ({**GPT, "num_key_value_heads": None, "sliding_window": None}, ["num_key_value_heads", "sliding_window"], ()),
        ({**LLAMA, "qkv_bias": False, "n_shared_experts": 0}, ["qkv_bias", "n_shared_experts"], ()),
        ({**LLAMA, "hidden_act": "silu", "pruned_heads": {}}, ["hidden_act", "pruned_heads"], ()),
        ({**LLAMA, "architectures": ["LlamaForCausalLM"]}, [], ()),
        ({"model_type": "bloom", "architectures": ["BloomForCausalLM"], "use_cache": True}, ["use_cache"], ()),
        ({**LLAMA, "num_labels": 7}, ["num_labels"], ()),
        ({**LLAMA, "layer_types": ["full_attention"] * 32}, ["layer_types"], ()),
        ({**T5, "n_positions": 512, "is_gated_act": False}, ["n_positions"], ()),
    ],
)
def test_what_changes_nothing_is_told_from_what_nobody_knows(
    config: dict[str, object], harmless: list[str], unknown: tuple[str, ...]
) -> None:
    """What names the network (`model_type`, `architectures`) chose it, and so is neither."""
    model = symbolic.load(config)
    assert (set(model.harmless), model.unknown) == (set(harmless), unknown)
    assert all(model.harmless.values())


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({**GPT, "model_type": "gpt2", "n_kv_groups": 4}, "n_kv_groups 4 makes another network than our gpt2"),
        ({**LLAMA, "num_experts": 8}, "llama has no use for num_experts, and 8 may make another network"),
        ({**LLAMA, "qk_norm": True}, "llama has no use for qk_norm, and True may make another network"),
        ({**LLAMA, "sliding_window": 4096}, "llama has no use for sliding_window, and 4096 may make another network"),
        ({**LLAMA, "q_lora_rank": 64}, "llama has no use for q_lora_rank"),
        ({**LLAMA, "hidden_act": "xielu"}, "hidden_act 'xielu' is not an activation function that we know"),
        ({**LLAMA, "hidden_act": 3}, "hidden_act 3 is not an activation function"),
        ({**LLAMA, "pruned_heads": {"0": [1]}}, "pruned_heads {'0': [1]} makes another network"),
        ({**LLAMA, "add_cross_attention": True}, "add_cross_attention True makes another network"),
        ({**LLAMA, "architectures": ["LlamaForImages"]}, "architectures 'LlamaForImages' is not known for llama"),
        ({**LLAMA, "tie_word_embeddings": True, "tied_head": False}, "set the same switch (tied_head); keep one"),
        ({**LLAMA, "vocab_size": -1}, "-1 leaves it to the tokenizer"),
        (
            {**models.find("gemma-3-1b").config, "use_bidirectional_attention": True},
            "use_bidirectional_attention True makes another network than our gemma3_text",
        ),
        ({**BERT, "is_decoder": True}, "is_decoder True makes another network than our bert"),
        # MosaicBERT and its kind: BERT's type, and code of their own.
        ({**BERT, "alibi_starting_size": 512}, "alibi_starting_size 512 makes a network that we don't derive"),
        (
            {**T5, "feed_forward_proj": "relu", "is_gated_act": True},
            "is_gated_act is True and feed_forward_proj is 'relu'; keep one",
        ),
        ({**T5, "is_decoder": True}, "is_decoder True makes another network than our t5"),
        ({**QWEN2, "layer_types": ["sliding_attention"] * 28}, "use_sliding_window is not true"),
        (
            {"text_config": LLAMA, "architectures": ["SomethingForClassification"]},
            "a model of several parts whose head we don't know",
        ),
    ],
)
def test_a_key_that_may_make_another_network_is_refused_by_name(config: dict[str, object], message: str) -> None:
    with pytest.raises(symbolic.ConfigError) as problem:
        symbolic.load(config)
    assert message in str(problem.value)


@pytest.mark.parametrize(
    ("config", "classes", "total"),
    [
        ({**LLAMA, "num_labels": 1}, "LlamaForSequenceClassification", 7_504_928_768),
        ({**LLAMA, "id2label": {"0": "a", "1": "b", "2": "c"}}, "LlamaForSequenceClassification", 7_504_936_960),
        ({**LLAMA, "num_labels": 9}, "LlamaForTokenClassification", 7_504_924_672 + 9 * 4096 + 9),
        (LLAMA, "LlamaForQuestionAnswering", 7_504_924_672 + 2 * 4096 + 2),
        (LLAMA, "LlamaModel", 7_504_924_672),
        (MISTRAL, "MistralModel", 7_110_660_096),
        (GPT2, "GPT2DoubleHeadsModel", 124_439_808 + 769),
        ({**GPT2, "summary_use_proj": False}, "GPT2DoubleHeadsModel", 124_439_808),
        (BERT, "BertModel", 109_482_240),
        (T5, "T5EncoderModel", 35_330_816),
    ],
)
def test_the_class_decides_which_head_there_is(config: dict[str, object], classes: str, total: int) -> None:
    derivation = symbolic.explain({**config, "architectures": [classes]})
    assert derivation.total == total
    if "For" not in classes or "Sequence" in classes:
        assert "tensors of the real model code" not in derivation.to_text()


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, 28 * 8192),
        ({"use_sliding_window": False, "sliding_window": 1000}, 28 * 8192),
        ({"use_sliding_window": True, "sliding_window": 1000, "max_window_layers": 28}, 28 * 8192),
        ({"use_sliding_window": True, "sliding_window": 1000, "max_window_layers": 20}, 20 * 8192 + 8 * 999),
        ({"use_sliding_window": True, "sliding_window": 1000, "max_window_layers": 0}, 28 * 999),
        (
            {
                "use_sliding_window": True,
                "sliding_window": 100,
                "layer_types": ["sliding_attention", "full_attention"] * 14,
            },
            14 * 8192 + 14 * 99,
        ),
    ],
)
def test_windows_change_the_cache(change: dict[str, object], kept: int) -> None:
    total = symbolic.explain({**QWEN2, **change}, "kv-cache", inputs={"context": 8192}).total
    assert total == kept * 2 * 4 * 128 * 2


@pytest.mark.parametrize(
    ("model", "change"),
    [
        ("gemma-2-2b", {}),
        ("gemma-3-1b", {}),
        ("gpt-oss-20b", {}),
        ("qwen2.5-7b", {"use_sliding_window": True, "max_window_layers": 27}),
        ("qwen3-8b", {"use_sliding_window": True, "max_window_layers": 5}),
    ],
)
def test_a_null_window_of_layers_that_have_one_is_refused(model: str, change: dict[str, Any]) -> None:
    config: dict[str, Any] = {**models.find(model).config, "sliding_window": None, **change}
    with pytest.raises(ConfigError, match="sliding_window is null, which says no size"):
        symbolic.load(config)
    everywhere = {"layer_types": ["full_attention"] * config["num_hidden_layers"], "use_sliding_window": False}
    kept = symbolic.explain({**config, **everywhere}, "kv-cache", inputs={"context": 9000}).total
    assert kept == 9 * symbolic.explain({**config, **everywhere}, "kv-cache", inputs={"context": 1000}).total


BINARY = ("docx", "pdf", "slides")
"""What takes long to make, and is not looked into here."""


def test_an_unknown_key_stands_right_below_the_total_in_every_format() -> None:
    derivation = symbolic.explain({**GPT, "favourite_colour": "<blue>"})
    for name in (one for one in rendering.formats() if EVERYTHING or one not in BINARY):
        page = derivation.to(name)
        text = page.decode("latin-1") if isinstance(page, bytes) else page
        if not isinstance(page, bytes):
            assert "colour" in text.split("configuration", 1)[0] or name == "json", name
    assert json.loads(derivation.to_json())["model"]["unknown"] == ["favourite_colour"]


@pytest.mark.parametrize(
    ("model_type", "named", "taken"),
    [
        ("mt5", None, "MT5ForConditionalGeneration"),
        ("mt5", ["MT5EncoderModel"], ""),
        ("llama", None, ""),
    ],
)
def test_a_config_that_names_no_class_of_several_is_told_which_was_taken(
    model_type: str, named: list[str] | None, taken: str
) -> None:
    sizes = LLAMA if model_type == "llama" else {"d_ff": 64}
    config = {**sizes, "model_type": model_type, **({"architectures": named} if named else {})}
    model = symbolic.load(config)
    assert model.class_taken == taken
    assert ("names no class" in symbolic.explain(model).to("text")) is bool(taken)


def test_strict_refuses_what_is_else_named_on_stderr(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({**GPT, "favourite_colour": "blue", "drop_rate": 0}))
    lax = CliRunner().invoke(main, ["count", str(file)])
    assert "a: unknown keys, which may change the network: favourite_colour" in lax.stderr
    assert "unknown keys, which may change the network: favourite_colour\n" in lax.stdout
    assert "keys that change nothing: drop_rate\n" in lax.stdout
    strict = CliRunner().invoke(main, ["count", str(file), "--strict"])
    assert strict.exit_code == 2
    assert "unknown keys, which may change the network: favourite_colour" in strict.stderr
    with pytest.raises(symbolic.ConfigError, match="favourite_colour"):
        symbolic.load(file, strict=True)


@pytest.mark.parametrize("name", models.names())
def test_a_bundled_model_has_no_key_that_we_don_t_know(name: str) -> None:
    assert symbolic.load(name, strict=True).unknown == ()


def test_a_config_of_several_parts_says_so_in_its_headline() -> None:
    config = {"text_config": LLAMA, "vision_config": {"hidden_size": 1}, "vocab_size": 128256, "image_seq_length": 3}
    model = symbolic.load(config)
    assert model.left_out == {"vision_config": "the part that sees images"}
    assert model.unknown == ("image_seq_length",)
    assert "(the language model only)" in symbolic.explain(model).to_text().split("\n")[0]
    assert json.loads(symbolic.explain(model).to_json())["model"]["left_out"] == dict(model.left_out)


def test_a_family_without_marks_is_recognised_by_its_type_only() -> None:
    silent = [family.name for family in families.all_families() if not family.marks]
    assert "gemma" in silent
    assert symbolic.load(GPT).architecture.name == "gpt2"


def test_what_was_read_before_does_not_decide_what_a_key_means() -> None:
    config = {**models.find("llama-3-8b").config, "n_of_something_else": 3}
    before = symbolic.load(config).unknown
    of_key("n_of_something_else")
    assert symbolic.load(config).unknown == before == ("n_of_something_else",)


@pytest.mark.parametrize(("window", "is_read"), [(4096, True), (2048, False)])
def test_a_key_of_another_family_may_repeat_a_size_and_not_contradict_it(window: int, is_read: bool) -> None:
    gemma = {
        "model_type": "gemma2", "vocab_size": 99, "hidden_size": 8, "num_attention_heads": 2, "head_dim": 4,
        "num_key_value_heads": 1, "num_hidden_layers": 2, "intermediate_size": 16, "sliding_window": 4096,
    }  # fmt: skip
    given = {**gemma, "sliding_window_size": window}
    if is_read:
        assert symbolic.load(given).harmless["sliding_window_size"] == "repeats sliding_window"
        return
    with pytest.raises(ConfigError, match="sliding_window_size"):
        symbolic.load(given)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        ({**GPT2, "architectures": ["GPT2LMHeadModel"], "bias": False}, "bias"),
        ({**GPT2, "architectures": ["GPT2Model"], "qkv_bias": False}, "qkv_bias"),
        ({**models.find("qwen3-0.6b").config, "architectures": ["Qwen3ForCausalLM"], "qk_norm": False}, "qk_norm"),
        ({**models.find("gemma-3-1b").config, "architectures": ["Gemma3ForCausalLM"], "qk_norm": False}, "qk_norm"),
    ],
)
def test_a_switch_that_the_named_class_does_not_read_is_refused(config: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError, match=f"does not read {key}, and False makes another network"):
        symbolic.load(config)
    said = {**config, key: True}
    assert symbolic.explain(said).total == symbolic.explain({**said, "architectures": None}).total


@pytest.mark.parametrize(
    ("config", "key", "reads"),
    [
        ({**GPT2, "architectures": ["GPT2LMHeadModel"]}, "intermediate_size", "n_inner"),
        ({**GPT2, "architectures": ["GPT2Model"]}, "ffn_dim", "n_inner"),
        (
            {**models.find("llama-3-8b").config, "architectures": ["LlamaForCausalLM"]},
            "n_kv_heads",
            "num_key_value_heads",
        ),
        (
            {**models.find("llama-3-8b").config, "architectures": ["LlamaForCausalLM"]},
            "n_kv_groups",
            "num_key_value_heads",
        ),
        (
            {**models.find("qwen3-next-80b-a3b").config, "architectures": ["Qwen3NextForCausalLM"]},
            "conv_kernel",
            "linear_conv_kernel_dim",
        ),
    ],
)
def test_a_size_that_the_named_class_does_not_read_is_refused(config: dict[str, object], key: str, reads: str) -> None:
    given = {name: value for name, value in config.items() if name != reads}
    with pytest.raises(ConfigError, match=f"does not read {key}; write {reads}"):
        symbolic.load({**given, key: 8})
    assert symbolic.load({**given, reads: 8, key: 8}).sizes == symbolic.load({**given, reads: 8}).sizes


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("gemma-2b", "head_dim"),
        ("deepseek-v3", "n_shared_experts"),
        ("deepseek-v3", "kv_lora_rank"),
        # Qwen2's code works out the width of a head where there is no such key, and fails on a null.
        ("qwen2.5-7b", "head_dim"),
        ("mixtral-8x7b", "num_key_value_heads"),
        ("mistral-7b-v0.1", "num_key_value_heads"),
        ("gpt-oss-20b", "head_dim"),
    ],
)
def test_a_null_of_a_size_that_is_needed_or_has_a_default_of_its_own_is_refused(model: str, key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key} is null, which says no size"):
        symbolic.load({**models.find(model).config, key: None})


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("gemma-2b", "tie_word_embeddings"),
        ("opt-125m", "do_layer_norm_before"),
        ("deepseek-v3", "first_k_dense_replace"),
        ("qwen3-30b-a3b", "decoder_sparse_step"),
        ("llama-2-7b", "tie_word_embeddings"),
        ("t5-small", "feed_forward_proj"),
    ],
)
def test_a_null_of_a_switch_or_of_a_number_of_layers_is_refused(model: str, key: str) -> None:
    config = {**models.find(model).config}
    for name in ("tied_head", "norm_before"):
        config.pop(name, None)
    with pytest.raises(ConfigError, match=f"{key} is null, which says"):
        symbolic.load({**config, key: None})


def test_the_tokens_that_are_written_at_once_are_no_context_beside_one() -> None:
    config = models.find("qwen2.5-0.5b").config
    assert symbolic.load({**config, "block_size": 6}).sizes == symbolic.load(config).sizes


def test_qwen_s_gated_attention_may_be_said_to_be_so() -> None:
    sizes = {"vocab_size": 99, "hidden_size": 32, "num_attention_heads": 4, "intermediate_size": 64}
    config = {"model_type": "qwen3_5_text", "num_hidden_layers": 4, **sizes, "attn_output_gate": True}
    assert not symbolic.load(config).unknown
    with pytest.raises(ConfigError, match="attn_output_gate"):
        symbolic.load({**config, "attn_output_gate": False})


@pytest.mark.parametrize("many", [31, 33])
@pytest.mark.parametrize("base", [LLAMA, {**LLAMA, "model_type": "smollm3"}])
def test_a_list_of_kinds_of_fewer_or_more_layers_is_refused(base: dict[str, object], many: int) -> None:
    kinds = {"layer_types": ["full_attention"] * many}
    with pytest.raises(ConfigError, match=f"layer_types has {many} items for 32 layers"):
        symbolic.load({**base, **kinds})


def test_a_list_of_kinds_may_have_those_of_layers_that_predict_and_of_layers_cut_off() -> None:
    kinds = {"layer_types": ["full_attention"] * 33}
    assert symbolic.load({**LLAMA, **kinds, "num_nextn_predict_layers": 1}).sizes["n_layers"] == 32
    whole = symbolic.load({**LLAMA, "layer_types": ["full_attention"] * 32})
    assert variant(whole, {"n_layers": 3}).sizes["n_layers"] == 3


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "mamba-130m"])
def test_a_decoder_may_say_that_it_is_one(model: str) -> None:
    config = dict(symbolic.load(model).config or {})
    said = symbolic.load({**config, "is_decoder": True})
    assert (symbolic.explain(said).total, said.unknown) == (symbolic.explain(model).total, ())


def test_a_class_of_diffusers_is_none_of_a_language_model_with_the_same_keys() -> None:
    with pytest.raises(ConfigError, match="_class_name 'SomeTransformer2DModel' is a class of diffusers"):
        symbolic.load(
            {"_class_name": "SomeTransformer2DModel", "dim": 64, "n_layers": 2, "n_heads": 4, "norm_eps": 1e-5}
        )
