"""Types whose code is published with their weights, not in transformers: totals of published models, and clear noes."""

import pytest

from symbolic import explain, load
from symbolic.errors import ConfigError

QWEN_7B = {"hidden_size": 4096, "intermediate_size": 22016, "kv_channels": 128, "vocab_size": 151936, "no_bias": True}
INTERNLM2_1_8B = {
    "model_type": "internlm2", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 24,
    "num_attention_heads": 16, "num_key_value_heads": 8, "vocab_size": 92553, "bias": False,
}  # fmt: skip
INTERN_VIT_300M = {
    "model_type": "intern_vit_6b", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
    "num_attention_heads": 16, "image_size": 448, "qkv_bias": True, "qk_normalization": False,
    "norm_type": "layer_norm",
}  # fmt: skip
CHATGLM3 = {
    "ffn_hidden_size": 13696, "multi_query_attention": True, "multi_query_group_num": 2, "add_qkv_bias": True,
}  # fmt: skip
MINICPM_2B = {
    "vocab_size": 122753, "hidden_size": 2304, "intermediate_size": 5760, "num_hidden_layers": 40,
    "num_attention_heads": 36, "tie_word_embeddings": True,
}  # fmt: skip
DEEPSEEK_MOE = {
    "hidden_size": 2048, "intermediate_size": 10944, "moe_intermediate_size": 1408, "num_hidden_layers": 28,
    "num_attention_heads": 16, "n_shared_experts": 2, "n_routed_experts": 64, "num_experts_per_tok": 6,
    "first_k_dense_replace": 1,
}  # fmt: skip

MOLMO_7B_D = {
    "vocab_size": 152064, "embedding_size": 152064, "hidden_size": 3584, "intermediate_size": 37888,
    "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "qkv_bias": True,
    "tie_word_embeddings": False,
}  # fmt: skip
MIMO_7B = {
    "vocab_size": 151680, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 36,
    "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "num_nextn_predict_layers": 1,
}  # fmt: skip
LING_MINI_2 = {
    "vocab_size": 157184, "hidden_size": 2048, "intermediate_size": 5120, "moe_intermediate_size": 512,
    "num_hidden_layers": 20, "num_attention_heads": 16, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 256,
    "num_experts_per_tok": 8, "num_shared_experts": 1, "first_k_dense_replace": 1, "use_bias": False,
    "use_qk_norm": True, "architectures": ["BailingMoeV2ForCausalLM"],
}  # fmt: skip
TELECHAT_SMALL = {
    "vocab_size": 100, "hidden_size": 32, "n_layer": 2, "n_head": 4, "num_key_value_heads": 2, "ffn_hidden_size": 50,
    "embed_layernorm": True, "tie_word_embeddings": False,
}  # fmt: skip
ORION_14B = {
    "vocab_size": 84608, "hidden_size": 5120, "intermediate_size": 15360, "num_hidden_layers": 40,
    "num_attention_heads": 40, "num_key_value_heads": 40,
}  # fmt: skip

PHI_3_VISION = {
    "embd_layer": {
        "embedding_cls": "image", "projection_cls": "mlp", "use_hd_transform": True, "with_learnable_separator": True,
    },
    "img_processor": {
        "image_dim_out": 1024, "model_name": "openai/clip-vit-large-patch14-336", "name": "clip_vision_model",
        "num_img_tokens": 144,
    },
}  # fmt: skip
MINICPM_V_2_6 = {
    "version": 2.6, "vocab_size": 151666, "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4, "drop_vision_last_layer": False,
}  # fmt: skip

KEPT, LEFT_OUT = {"no_op": False, "replace_with_linear": False}, {"no_op": True, "replace_with_linear": False}
LINEAR = {"no_op": False, "replace_with_linear": True}
FOUR_BLOCKS = {
    "hidden_size": 96, "num_hidden_layers": 4, "num_attention_heads": 8, "vocab_size": 100,
    "block_configs": [
        {"attention": {**KEPT, "n_heads_in_group": 8}, "ffn": {**KEPT, "ffn_mult": 5.25}},
        {"attention": {**KEPT, "n_heads_in_group": 4}, "ffn": LEFT_OUT},
        {"attention": LEFT_OUT, "ffn": {**KEPT, "ffn_mult": 1.3125}},
        {"attention": LINEAR, "ffn": LINEAR},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("model_type", "config", "total"),
    [
        # The index of the weights says 15,442,649,088 bytes, two each.
        ("qwen", QWEN_7B, 7_721_324_544),
        # 27,793,336,320 bytes.
        ("baichuan", {"vocab_size": 125696}, 13_896_668_160),
        ("chatglm", CHATGLM3, 6_243_584_000),
        # The first ChatGLM, whose head uses the embedding's table.
        ("chatglm", {"inner_hidden_size": 16384, "vocab_size": 130528}, 6_173_286_400),
        ("internvl_chat", {"llm_config": INTERNLM2_1_8B, "vision_config": INTERN_VIT_300M}, 2_205_754_368),
        ("minicpm", MINICPM_2B, 2_724_880_896),
        ("deepseek", DEEPSEEK_MOE, 16_375_728_128),
        # 8,293,242,880 bytes.
        ("phi3_v", PHI_3_VISION, 4_146_621_440),
        ("phi3_v", {"embd_layer": "default"}, 3_821_079_552),
        ("minicpmv", MINICPM_V_2_6, 8_099_175_152),
        # 8,021,025,280 parameters, says the index of a copy in four bits.
        ("molmo", MOLMO_7B_D, 8_021_025_280),
        # 15,666,819,072 bytes, the layer that predicts a further token among them.
        ("mimo", MIMO_7B, 7_833_409_536),
        # 5,590,886,400 bytes.
        ("stablelm_epoch", {}, 2_795_443_200),
        # Worked out by hand from the code; 256 numbers in each of 19 layers that correct a router are no weights.
        ("bailing_moe", LING_MINI_2, 16_255_638_528),
        ("bailing_moe_v2", LING_MINI_2, 16_255_638_528),
        ("orion", ORION_14B, 14_498_703_360),
        # The file's class with these sizes, on PyTorch's meta device.
        ("telechat", TELECHAT_SMALL, 22_464),
        ("codeshell", {"num_query_groups": 8, "position_embedding_type": "rope"}, 7_688_048_640),
        # Layers of shapes of their own: the file's class with these four, on PyTorch's meta device.
        ("nemotron-nas", FOUR_BLOCKS, 303_264),
    ],
)
def test_a_published_model_has_its_total(model_type: str, config: dict[str, object], total: int) -> None:
    assert explain({"model_type": model_type, **config}).total == total


def test_what_stands_in_a_dict_and_is_not_read_is_named() -> None:
    more = {**PHI_3_VISION, "img_processor": {**PHI_3_VISION["img_processor"], "crops": 4}}
    assert load({"model_type": "phi3_v", **more}).unknown == ("img_processor.crops",)


def test_the_page_says_which_file_was_read() -> None:
    about = str(load({"model_type": "qwen"}).architecture.about)
    assert about == "read off modeling_qwen.py, which is published with the weights, class QWenLMHeadModel"


def test_the_class_that_a_loader_takes_counts_where_the_saved_one_is_its_body() -> None:
    named = {"architectures": ["ChatGLMModel"], "auto_map": {"AutoModel": "m.ChatGLMForConditionalGeneration"}}
    assert explain({"model_type": "chatglm", **CHATGLM3, **named}).total == 6_243_584_000
    with pytest.raises(ConfigError, match=r"ChatGLMModel.*not described"):
        explain({"model_type": "chatglm", **CHATGLM3, "architectures": ["ChatGLMModel"]})


def test_a_class_with_a_head_of_its_own_is_not_replaced_by_one_that_a_loader_may_take() -> None:
    reward = {
        "architectures": ["InternLM2ForRewardModel"],
        "auto_map": {"AutoModel": "m.InternLM2ForRewardModel", "AutoModelForCausalLM": "m.InternLM2ForCausalLM"},
    }
    with pytest.raises(ConfigError, match="InternLM2ForRewardModel"):
        explain({**INTERNLM2_1_8B, **reward})


@pytest.mark.parametrize(
    ("config", "says"),
    [
        # A tower beside the text, in another file of code.
        ({"model_type": "qwen", "visual": {"layers": 48}}, "visual"),
        # The copies of its config that were read don't tie by default; the published total is that of a tied head.
        ({"model_type": "minicpm"}, "say what tie_word_embeddings is"),
        ({"model_type": "minicpm", "tie_word_embeddings": True, "num_experts": 8}, "num_experts"),
        ({"model_type": "chatglm", "pre_seq_len": 128}, "pre_seq_len"),
        ({"model_type": "chatglm", "vision_config": {"image_size": 1120}}, "vision_config"),
        ({"model_type": "internvl_chat", "use_llm_lora": 16}, "use_llm_lora"),
        ({"model_type": "chatglm", "inner_hidden_size": 16384}, "vocab_size"),
        # Each version writes with another network.
        ({"model_type": "minicpmv"}, "say what version is"),
        ({"model_type": "nemotron-nas"}, "say what block_configs is"),
        ({"model_type": "minicpmv", "version": 4.5}, "holds for version 2.6"),
        ({"model_type": "telechat", "num_moe_experts": 16}, "num_moe_experts 16"),
        ({"model_type": "orion"}, "say what vocab_size is"),
        ({"model_type": "bailing_moe", **LING_MINI_2, "num_nextn_predict_layers": 1}, "num_nextn_predict_layers"),
        ({"model_type": "bailing_moe", **LING_MINI_2, "architectures": []}, "use_qk_norm"),
        ({"model_type": "phi3_v", **PHI_3_VISION, "img_processor": {"name": "another"}}, "img_processor.name"),
    ],
)
def test_what_the_file_does_not_say_is_refused(config: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        explain(config)


@pytest.mark.parametrize(
    ("names", "total"),
    [
        # Before `model_type` was written, and where it got lost: the class alone says what it is.
        ({"architectures": ["QWenLMHeadModel"]}, 7_721_324_544),
        ({"architectures": ["MiniCPM3ForCausalLM"]}, 4_073_875_968),
    ],
)
def test_a_class_that_one_type_has_says_the_type(names: dict[str, object], total: int) -> None:
    assert explain(names).total == total


@pytest.mark.parametrize(
    ("model_type", "model_class"),
    [
        ("llama", "LLaMAForCausalLM"),
        ("xverse", "XverseForCausalLM"),
        ("aquila", "AquilaModel"),
        ("Yi", "YiForCausalLM"),
    ],
)
def test_other_names_of_llama_are_llama(model_type: str, model_class: str) -> None:
    sizes = {"vocab_size": 100, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2}
    config = {**sizes, "num_attention_heads": 4, "model_type": model_type, "architectures": [model_class]}
    assert explain(config).total == explain({**sizes, "num_attention_heads": 4, "model_type": "llama"}).total


def test_parts_within_a_part_around_them_are_read() -> None:
    parts = {
        "audio_config": {"d_model": 896, "encoder_layers": 18, "encoder_attention_heads": 14},
        "text_config": {
            "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 28, "num_attention_heads": 16,
            "num_key_value_heads": 8,
        },
    }  # fmt: skip
    around = load({"model_type": "qwen3_asr", "thinker_config": parts})
    assert explain(around).total == explain({"model_type": "qwen3_asr", **parts}).total
    assert around.unknown == ()


def test_a_size_by_a_name_that_the_code_does_not_read_is_refused_where_the_size_is_missing() -> None:
    with pytest.raises(ConfigError, match="does not read n_layer, n_embd; write num_hidden_layers, hidden_size"):
        explain({"model_type": "qwen", "n_layer": 2, "n_embd": 256})
    assert load({"model_type": "qwen", "n_layer": 2, "num_hidden_layers": 2}).unknown == ("n_layer",)
