"""Configs of popular models, as they are published, come out with the total of their class.

The totals are those of the classes of transformers 5.24, built without memory from each model's config on the Hub; here
stand the keys of these configs that differ from the class's own defaults.
"""

from __future__ import annotations

from typing import Any

import pytest

from symbolic.api import count, explain
from symbolic.errors import ConfigError, SymbolicError
from symbolic.loading import load

NEMOTRON = {"model_type": "nemotron_h", "vocab_size": 131072, "num_key_value_heads": 2, "head_dim": 128}
NANO = {
    **NEMOTRON, "hidden_size": 2688, "intermediate_size": 1856, "mamba_num_heads": 64, "n_routed_experts": 128,
    "hybrid_override_pattern": "MEMEM*E" + 4 * "MEMEM*E" + "MEMEMEM*E" + 4 * "ME",
    "moe_intermediate_size": 1856, "moe_shared_expert_intermediate_size": 3712, "num_experts_per_tok": 6,
    "num_hidden_layers": 52,
}  # fmt: skip
SUPER = {
    **NEMOTRON, "intermediate_size": 2688, "moe_intermediate_size": 2688, "moe_latent_size": 1024,
    "hybrid_override_pattern": "MEMEMEM*E" + 2 * "MEMEMEM*E" + 4 * "MEMEMEMEM*E" + "MEMEMEM*E" + 4 * "ME",
    "moe_shared_expert_intermediate_size": 5376, "n_routed_experts": 512, "num_experts_per_tok": 22,
}  # fmt: skip
WORDS = {"M": "mamba", "E": "moe", "*": "attention"}
ULTRA = {
    **NEMOTRON, "hidden_size": 8192, "intermediate_size": 5120, "mamba_num_heads": 256, "moe_intermediate_size": 5120,
    "moe_latent_size": 2048, "moe_shared_expert_intermediate_size": 10240, "n_routed_experts": 512,
    "num_attention_heads": 64, "num_experts_per_tok": 22, "num_nextn_predict_layers": 1,
    "layers_block_type": [
        WORDS[letter]
        for letter in 3 * ("MEMEMEM*E" + "MEMEM*E" + "MEMEMEM*E") + "MEMEMEM*E" + "MEMEM*E" + "MEMEMEM*E" + 4 * "ME"
    ],
}  # fmt: skip
HYBRID_56B = {
    **NEMOTRON, "hidden_size": 8192, "intermediate_size": 32768, "mamba_num_heads": 256, "num_attention_heads": 64,
    "num_key_value_heads": 8, "ssm_state_size": 256,
    "hybrid_override_pattern": "M-M-M-M*" + 9 * "-M-M-M-M-M*" + "-M-M-M-M-M-",
}  # fmt: skip
THREE_OF_FOUR = ["linear_attention", "linear_attention", "linear_attention", "full_attention"]
QWEN_27B = {
    "model_type": "qwen3_5", "architectures": ["Qwen3_5ForConditionalGeneration"],
    "text_config": {
        "model_type": "qwen3_5_text", "hidden_size": 5120, "intermediate_size": 17408, "num_hidden_layers": 64,
        "layer_types": 16 * THREE_OF_FOUR, "linear_num_value_heads": 48, "num_attention_heads": 24,
        "mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings": False, "attn_output_gate": True,
    },
    "vision_config": {"model_type": "qwen3_5", "out_hidden_size": 5120},
}  # fmt: skip
QWEN_35B = {
    "model_type": "qwen3_5_moe", "architectures": ["Qwen3_5MoeForConditionalGeneration"],
    "text_config": {"layer_types": 10 * THREE_OF_FOUR}, "vision_config": {"out_hidden_size": 2048},
}  # fmt: skip
QWEN_VL_30B = {
    "model_type": "qwen3_vl_moe", "vision_config": {"out_hidden_size": 2048},
    "text_config": {
        "head_dim": 128, "intermediate_size": 6144, "mlp_only_layers": [], "moe_intermediate_size": 768,
        "num_attention_heads": 32, "num_experts": 128, "num_experts_per_tok": 8, "num_hidden_layers": 48,
        "num_key_value_heads": 4,
    },
}  # fmt: skip
GEMMA_SEES = {
    "head_dim": 72, "hidden_size": 1152, "intermediate_size": 4304, "num_attention_heads": 16,
    "num_hidden_layers": 27, "num_key_value_heads": 16, "standardize": True,
}  # fmt: skip
ONE_OF_SIX = [*(5 * ["sliding_attention"]), "full_attention"]
GEMMA_26B = {
    "model_type": "gemma4", "audio_config": None, "vision_config": GEMMA_SEES,
    "text_config": {
        "attention_k_eq_v": True, "enable_moe_block": True, "hidden_size": 2816, "hidden_size_per_layer_input": 0,
        "intermediate_size": 2112, "layer_types": 5 * ONE_OF_SIX, "moe_intermediate_size": 704,
        "num_attention_heads": 16, "num_experts": 128, "num_global_key_value_heads": 2, "num_key_value_heads": 8,
        "top_k_experts": 8,
    },
}  # fmt: skip
GEMMA_31B = {
    "model_type": "gemma4", "audio_config": None, "vision_config": GEMMA_SEES,
    "text_config": {
        "attention_k_eq_v": True, "hidden_size": 5376, "hidden_size_per_layer_input": 0, "intermediate_size": 21504,
        "layer_types": 10 * ONE_OF_SIX, "num_attention_heads": 32, "num_global_key_value_heads": 4,
        "num_hidden_layers": 60, "num_key_value_heads": 16,
    },
}  # fmt: skip
GLM_5 = {"model_type": "glm_moe_dsa", "qk_head_dim": 256, "moe_layer_freq": 1, "num_nextn_predict_layers": 1}
GLM_5_2 = {**GLM_5, "indexer_types": [*(2 * ["full"]), *(19 * ["full", "shared", "shared", "shared"])]}
GLM_5_2_BY_RULE = {**GLM_5, "index_topk_freq": 4, "index_skip_topk_offset": 3}
V4_FLASH = {"model_type": "deepseek_v4", "num_hash_layers": 3, "compress_ratios": [0, 0, *(20 * [4, 128]), 4, 0]}
V4_PRO = {
    "model_type": "deepseek_v4", "hidden_size": 7168, "moe_intermediate_size": 3072, "n_routed_experts": 384,
    "num_attention_heads": 128, "num_hidden_layers": 61, "num_hash_layers": 3, "o_groups": 16, "q_lora_rank": 1536,
    "compress_ratios": [128, 128, *(29 * [4, 128]), 4, 0],
}  # fmt: skip
# Its activation function is not named as T5's configs do.
FLUX_TEXT = {
    "model_type": "t5", "architectures": ["T5EncoderModel"], "d_ff": 10240, "d_kv": 64, "d_model": 4096,
    "num_heads": 64, "num_layers": 24, "vocab_size": 32128, "is_gated_act": True, "dense_act_fn": "gelu_pytorch_tanh",
    "is_encoder_decoder": True,
}  # fmt: skip
EXAONE = {
    "model_type": "exaone4", "hidden_size": 5120, "intermediate_size": 27392, "num_attention_heads": 40,
    "num_hidden_layers": 64, "num_key_value_heads": 8, "head_dim": 128, "sliding_window_pattern": "LLLG",
    "layer_types": 16 * [*(3 * ["sliding_attention"]), "full_attention"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "total"),
    [
        pytest.param(NANO, 31_577_937_344, id="Nemotron 3 Nano 30B-A3B"),
        pytest.param(SUPER, 120_668_687_360, id="Nemotron 3 Super 120B-A12B"),
        pytest.param(ULTRA, 549_308_968_960, id="Nemotron 3 Ultra 550B-A55B"),
        pytest.param(HYBRID_56B, 56_324_350_464, id="Nemotron-H 56B"),
        pytest.param(QWEN_27B, 27_356_728_560, id="Qwen3.5 27B"),
        pytest.param(QWEN_35B, 35_107_181_936, id="Qwen3.5 35B-A3B"),
        pytest.param(QWEN_VL_30B, 31_070_754_032, id="Qwen3-VL 30B-A3B"),
        pytest.param(GEMMA_26B, 25_805_933_872, id="Gemma 4 26B-A4B"),
        pytest.param(GEMMA_31B, 31_273_086_512, id="Gemma 4 31B"),
        pytest.param(GLM_5, 743_911_199_232, id="GLM-5"),
        pytest.param(GLM_5_2, 743_377_000_704, id="GLM-5.2"),
        pytest.param(GLM_5_2_BY_RULE, 743_377_000_704, id="GLM-5.2, its indexers by rule"),
        pytest.param(V4_FLASH, 284_332_230_231, id="DeepSeek V4 Flash"),
        pytest.param(V4_PRO, 1_572_997_179_491, id="DeepSeek V4 Pro"),
        pytest.param(FLUX_TEXT, 4_762_310_656, id="FLUX.1, its larger text encoder"),
        pytest.param(EXAONE, 32_003_216_384, id="EXAONE 4.0 32B"),
    ],
)
def test_a_published_config_has_the_total_of_its_class(config: dict[str, Any], total: int) -> None:
    model = load(config)
    assert explain(model).total == total
    assert not model.unknown


def test_the_language_model_of_a_whole_that_is_not_known_is_counted_alone() -> None:
    text = {"model_type": "bloom", "vocab_size": 250880, "hidden_size": 1024, "n_layer": 24, "n_head": 16}
    whole = {"model_type": "a_new_one", "text_config": text, "vision_config": {"hidden_size": 8}, "grid": 3}
    model = load(whole)
    assert explain(model).total == explain(text).total == 559_214_592
    assert (model.unknown, dict(model.left_out)) == (("grid",), {"vision_config": "the part that sees images"})
    with pytest.raises(SymbolicError, match="'a_new_one' or that of its text 'a_newer_one'"):
        load({**whole, "text_config": {**text, "model_type": "a_newer_one"}})


def test_a_class_is_known_by_its_former_name() -> None:
    t5 = {"model_type": "t5", "d_ff": 64, "d_kv": 8, "d_model": 32, "num_heads": 4, "num_layers": 2, "vocab_size": 99}
    assert explain({**t5, "architectures": ["T5WithLMHeadModel"]}).total == explain(t5).total


def test_prediction_layers_are_said_not_to_be_counted() -> None:
    model = load(QWEN_27B)
    assert model.predicting == ("text_config.mtp_num_hidden_layers",)
    assert "text_config.mtp_use_dedicated_embeddings" in model.harmless
    assert not model.parts_left_out
    page = explain(model).to_text()
    assert "Prediction layers are not in the total." in page
    assert "language model only" not in page


def test_the_active_experts_of_a_pattern_of_layers_are_known() -> None:
    # A token goes through 6 of 128 experts in each of the 23 layers that have any.
    left = 23 * (128 - 6) * 2 * 2688 * 1856
    assert count(load(NANO))["active"] == 31_577_937_344 - left


def test_a_tower_that_a_config_does_without_is_not_counted() -> None:
    text = {"model_type": "gemma4", "text_config": GEMMA_26B["text_config"]}
    seen = explain(GEMMA_26B).total - explain(text).total
    # The tower's layers, the table of places in two directions, the patches, two shifts, and what leads to the text.
    layer = 4 * 1152 * 1152 + 3 * 1152 * 4304 + 4 * 1152 + 2 * 72
    assert seen == 27 * layer + 2 * 10240 * 1152 + 3 * 16 * 16 * 1152 + 1152 * 2816


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({**NEMOTRON, "hybrid_override_pattern": "MEX"}, "item 2 of layers_block_type"),
        ({**NANO, "num_hidden_layers": 51}, "num_hidden_layers"),
        ({"model_type": "nemotron_h", "num_hidden_layers": 52}, "num_hidden_layers"),
        ({**V4_FLASH, "compress_ratios": 43 * [5]}, "item 0 of layer_types"),
        ({**GEMMA_31B, "text_config": {"per_layer_config": {"0": {"head_dim": 9}}}}, "per_layer_config"),
    ],
)
def test_a_config_that_contradicts_itself_is_refused(config: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        load(config)


def test_the_kind_of_each_layer_is_the_one_that_the_config_lists() -> None:
    hy = {"model_type": "hy_v4", "num_hidden_layers": 34}
    of_one = 16 * 128 * 1536 + 128 * 2816 + 2 * 128 + 16 * 2816
    all_new = explain({**hy, "indexer_types": 34 * ["full"]}).total
    assert all_new - explain({**hy, "indexer_types": ["full", *(33 * ["shared"])]}).total == 33 * of_one
    inkling = {"model_type": "inkling_text", "num_hidden_layers": 2}
    wide, narrow = (explain({**inkling, "layer_types": 2 * [kind]}).total for kind in ("hybrid", "hybrid_sliding"))
    assert wide == explain({**inkling, "local_layer_ids": []}).total
    assert narrow == explain({**inkling, "local_layer_ids": [0, 1]}).total
    for kind in ("conv", "sliding_attention", "sparse"):
        with pytest.raises(ConfigError, match="a kind of layer that our description"):
            load({"model_type": "granitemoehybrid", "layer_types": 32 * [kind]})


@pytest.mark.parametrize(("model_type", "name"), [("wav2vec2", "Wav2Vec2Model"), ("hubert", "HubertModel")])
def test_the_adapters_of_a_language_are_in_each_layer(model_type: str, name: str) -> None:
    plain = {"model_type": model_type, "architectures": [name], "do_stable_layer_norm": True}
    one = 2 * 768 + 2 * 768 * 16 + 16 + 768
    assert explain({**plain, "adapter_attn_dim": 16}).total - explain(plain).total == 12 * one


@pytest.mark.parametrize(
    ("model_type", "nearest"), [("minimax_m3", "minimax_m2"), ("gemma5_text", "gemma4_text"), ("qwen4", "qwen4_exp")]
)
def test_an_unknown_type_is_answered_with_the_nearest_of_all_types_in_a_short_line(
    model_type: str, nearest: str
) -> None:
    with pytest.raises(SymbolicError, match=nearest) as caught:
        load({"model_type": model_type, "hidden_size": 8, "num_hidden_layers": 2})
    assert "symbolic architectures" in str(caught.value)
    assert len(str(caught.value)) < 240


def test_a_key_that_repeats_a_counted_one_is_no_unknown_key() -> None:
    same = {"model_type": "qwen3_vl", "tie_word_embeddings": True, "text_config": {"tie_word_embeddings": True}}
    assert not load(same).unknown
    other = {
        "model_type": "mimo_v2_flash",
        "swa_num_key_value_heads": 8,
        "swa_head_dim": 192,
        "hybrid_block_size": None,
    }
    assert not load(other).unknown
    with pytest.raises(ConfigError, match="swa_num_key_value_heads"):
        load({**other, "swa_num_key_value_heads": 4})


CLIP_TEXT = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
CLIP = {
    "model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": 768,
    "text_config": CLIP_TEXT, "text_config_dict": CLIP_TEXT,
    "vision_config": {
        "hidden_size": 1024, "num_attention_heads": 16, "intermediate_size": 4096, "num_hidden_layers": 24,
        "patch_size": 14,
    },
}  # fmt: skip


# What torch counts on the real classes with the sizes of Stable Diffusion's and SDXL's second text encoder: SDXL's
# projection is of one token alone.
@pytest.mark.parametrize(
    ("classes", "change", "tokens", "flops"),
    [
        ("CLIPTextModel", {}, 60, 10_324_869_120),
        ("CLIPTextModel", {"hidden_size": 24, "intermediate_size": 28, "num_hidden_layers": 2}, 23, 437_184),
        ("CLIPTextModelWithProjection",
         {"hidden_size": 24, "intermediate_size": 28, "num_hidden_layers": 2, "projection_dim": 11}, 23, 437_712),
    ],
)  # fmt: skip
def test_the_pass_of_clips_text_encoder_is_known(classes: str, change: dict[str, int], tokens: int, flops: int) -> None:
    config = {**CLIP_TEXT, **change, "model_type": "clip_text_model", "architectures": [classes]}
    assert explain(config, "forward-flops", inputs={"tokens": tokens}).total == flops


def test_clip_is_one_network_of_two_and_its_text_encoders_are_classes_of_their_own() -> None:
    assert explain(CLIP).total == 427_616_513
    text = {**CLIP_TEXT, "model_type": "clip_text_model"}
    assert explain({**text, "architectures": ["CLIPTextModel"]}).total == 123_060_480
    projected = {**text, "architectures": ["CLIPTextModelWithProjection"], "projection_dim": 768}
    assert explain(projected).total == 123_060_480 + 768 * 768
    # Where the older key is there, the class takes a part from it, with its own defaults.
    for change in ({"hidden_size": 512}, {"intermediate_size": None}):
        with pytest.raises(ConfigError, match="text_config_dict"):
            load({**CLIP, "text_config_dict": {**CLIP_TEXT, **change}})
