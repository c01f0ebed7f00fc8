"""Models of several networks, derived whole: each part by the description of its own type."""

from __future__ import annotations

from typing import Any

import pytest

from symbolic.api import explain
from symbolic.configs.making import make_model
from symbolic.errors import ConfigError
from symbolic.loading import load
from symbolic.measuring.results import derived_results

CLIP = {
    "model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
    "num_attention_heads": 16, "image_size": 336, "patch_size": 14,
}  # fmt: skip
SIGLIP = {
    "model_type": "siglip_vision_model", "hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27,
    "num_attention_heads": 16, "patch_size": 14, "vision_use_head": False,
}  # fmt: skip
LLAVA = {"model_type": "llava", "text_config": {"model_type": "llama", "vocab_size": 32064}, "vision_config": CLIP}
# A config as it was saved before there was a text_config: its keys stand beside the others.
QWEN = {
    "model_type": "qwen2_5_vl", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064, "tie_word_embeddings": False,
    "vision_config": {
        "depth": 32, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "out_hidden_size": 3584,
    },
}  # fmt: skip
PALIGEMMA = {
    "model_type": "paligemma", "projection_dim": 2048, "vision_config": SIGLIP,
    "text_config": {
        "model_type": "gemma", "hidden_size": 2048, "intermediate_size": 16384, "num_hidden_layers": 18,
        "num_attention_heads": 8, "num_key_value_heads": 1, "vocab_size": 257216,
    },
}  # fmt: skip
BERT = {"model_type": "bert", "hidden_size": 768}
BERTS = {
    "model_type": "encoder-decoder", "encoder": BERT,
    "decoder": {**BERT, "is_decoder": True, "add_cross_attention": True},
}  # fmt: skip


# What the real classes of transformers 5.24 have, built without memory, with the sizes of LLaVA 1.5 7B, Qwen2.5-VL 7B
# and PaliGemma 3B.
@pytest.mark.parametrize(
    ("config", "total"),
    [
        (LLAVA, 7_063_427_072),
        ({"model_type": "llava"}, 7_062_902_784),
        (QWEN, 8_292_166_656),
        (PALIGEMMA, 2_923_466_480),
        (BERTS, 247_363_386),
    ],
)
def test_a_whole_has_the_total_of_its_class(config: dict[str, Any], total: int) -> None:
    assert explain(config).total == total


# Real classes of transformers 5.24 again: a text model whose head is tied by default, in a whole whose usual one's is
# not; a decoder that brings the encoder's width to its own itself, as TrOCR's; sizes that its class calls otherwise.
SMALL_VIT = {"model_type": "vit", "num_hidden_layers": 2}
CROSS = {"is_decoder": True, "add_cross_attention": True}
TINY = {"vocab_size": 77, "hidden_size": 36, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 50}
TROCR = {"model_type": "trocr", "d_model": 1024, "decoder_layers": 2, **CROSS}


@pytest.mark.parametrize(
    ("config", "total"),
    [
        ({"model_type": "llava", "text_config": {"model_type": "gemma2", "num_hidden_layers": 4, "vocab_size": 1000}},
         624_950_016),
        ({"model_type": "vision-encoder-decoder", "encoder": SMALL_VIT, "decoder": TROCR}, 101_891_072),
        ({"model_type": "vision-encoder-decoder", "encoder": SMALL_VIT,
          "decoder": {**TROCR, "cross_attention_hidden_size": 768}}, 100_055_040),
        # Captions by GPT-2, and decoders of BERT's kin, which read the encoder in each layer; what the whole says of
        # ties changes nothing, what the decoder says does.
        ({"model_type": "vision-encoder-decoder", "encoder": SMALL_VIT, "tie_word_embeddings": False,
          "decoder": {"model_type": "gpt2", "n_embd": 48, "n_head": 3, "n_layer": 2, "n_ctx": 9, **CROSS}}, 18_084_576),
        ({"model_type": "vision-encoder-decoder", "encoder": SMALL_VIT,
          "decoder": {"model_type": "gpt2", "n_embd": 48, "n_head": 3, "n_layer": 2, "n_inner": 30,
                      "tie_word_embeddings": False, **CROSS}}, 20_465_484),
        ({"model_type": "encoder-decoder", "encoder": {"model_type": "xlm-roberta", **TINY},
          "decoder": {"model_type": "xlm-roberta", **TINY, **CROSS}}, 92_941),
        ({"model_type": "encoder-decoder", "encoder": {"model_type": "bert-generation", **TINY},
          "decoder": {"model_type": "bert-generation", **TINY, "tie_word_embeddings": False, **CROSS}}, 92_910),
        ({"model_type": "encoder-decoder", "encoder": {"model_type": "electra", **TINY},
          "decoder": {"model_type": "electra", "embedding_size": 20, **TINY, **CROSS}}, 141_453),
        ({"model_type": "fast_vlm"}, 7_762_651_744),
        ({"model_type": "gemma3n"}, 7_818_517_072),
        ({"model_type": "janus"}, 7_031_324_299),
        # A norm without shifts, and a norm of queries and keys, as the largest InternVL has.
        ({"model_type": "internvl", "vision_config": {
            "model_type": "internvl_vision", "norm_type": "rms_norm", "use_qk_norm": True, "num_hidden_layers": 3}},
         11_500_526_592),
        ({"model_type": "qianfan_ocr", "vision_config": {"norm_type": "rms_norm", "use_mask_token": True}},
         12_386_996_224),
        # A learned number for each frequency, of half as many where half of a head is rotated.
        ({"model_type": "mistral_large4", "text_config": {
            "model_type": "mistral_large4_text", "num_hidden_layers": 4,
            "rope_parameters": {"rope_type": "yarn", "partial_rotary_factor": 0.5, "factor": 2.0}}}, 49_050_810_128),
        # A width that is a ratio of another: 8/3 of 1024.
        ({"model_type": "step3p7", "vision_config": {"width": 1024, "layers": 3, "mlp_ratio": 2.6666666666666665}},
         195_987_759_358),
        # Layers with a window have heads of their own; the numbers of those with experts stand in one text.
        ({"model_type": "step3p7", "text_config": {
            "num_hidden_layers": 4, "attention_other_setting": {"num_attention_heads": 96}, "moe_layers_enum": "2,3",
            "layer_types": ["full_attention", "sliding_attention", "sliding_attention", "full_attention"]}},
         12_777_051_904),
        # What writes, by the name that the published config has for it.
        ({"model_type": "unlimited_ocr", "language_config": {"hidden_size": 640, "num_hidden_layers": 2}}, 694_946_048),
        ({"model_type": "vibevoice_asr"}, 12_772_521_344),
        ({"model_type": "emu3", "architectures": ["Emu3ForConditionalGeneration"]}, 8_762_751_807),
        # As Florence-2 was first published: other names of the parts' types and sizes. Its file's own class has it so.
        ({"model_type": "florence2",
          "text_config": {"model_type": "florence2_language", "d_model": 32, "encoder_layers": 1, "decoder_layers": 2,
                          "encoder_attention_heads": 4, "decoder_attention_heads": 4, "encoder_ffn_dim": 48,
                          "decoder_ffn_dim": 40, "vocab_size": 101, "max_position_embeddings": 20},
          "vision_config": {"model_type": "davit", "dim_embed": [32, 64], "depths": [1, 2], "patch_size": [7, 3],
                            "num_heads": [2, 4], "num_groups": [2, 4], "patch_prenorm": [False, True],
                            "projection_dim": 32,
                            "image_pos_embed": {"type": "learned_abs_2d", "max_pos_embeddings": 9}}}, 292_608),
    ],
)  # fmt: skip
def test_what_a_part_says_by_its_own_class_counts(config: dict[str, Any], total: int) -> None:
    assert explain(config).total == total


def test_each_tower_is_a_part_of_the_derivation() -> None:
    whole = explain(LLAVA)
    clip = explain({"model_type": "llava", "vision_config": {**CLIP, "num_hidden_layers": 23}})
    one_layer = 4 * (1024 * 1024 + 1024) + 2 * 1024 * 4096 + 4096 + 1024 + 4 * 1024
    assert explain({"model_type": "llava"}).total - clip.total == one_layer
    assert sum(step.value for step in whole.steps) == whole.total


def test_any_described_types_can_be_parts() -> None:
    small = {"vocab_size": 101, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2}
    with_llama = explain({**LLAVA, "text_config": {**small, "model_type": "llama", "num_attention_heads": 4}})
    with_mistral = explain(
        {
            **LLAVA,
            "text_config": {
                **small, "model_type": "mistral", "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 8,
            },
        }
    )  # fmt: skip
    assert with_llama.total == with_mistral.total


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text_config": {"model_type": "nothing_known"}}, "of model_type nothing_known, and what that makes there"),
        ({"vision_config": {**CLIP, "hidden_size": "1024"}}, "write 1024 without quotes"),
        ({"model_type": "molmo2", "vit_config": {"hidden_size": 9}}, "vit_config.hidden_size"),
        ({"model_type": "step3p7", "text_config": {"mlp_layer_types": ["dense"]}}, "has 1 items for 45 layers"),
    ],
)
def test_a_part_that_makes_no_sense_is_an_error_that_names_it(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        make_model("it", {**LLAVA, **change}, "a test")


def test_the_keys_of_each_part_are_accounted_for() -> None:
    model = load({**LLAVA, "vision_config": {**CLIP, "projection_dim": 768, "colour": "red"}})
    assert model.unknown == ("vision_config.colour",)
    assert "vision_config.projection_dim" in model.harmless


def test_a_size_beside_the_part_that_the_code_reads_it_in_is_named() -> None:
    model = load({**LLAVA, "vocab_size": 9})
    assert model.unknown == ("vocab_size",)
    assert explain(model).total == explain(LLAVA).total


LABELS = {str(number): f"kind {number}" for number in range(5)}


# What the real classes of transformers 5.24 have: heads on networks that are described without one.
@pytest.mark.parametrize(
    ("config", "total"),
    [
        ({"model_type": "distilbert", "architectures": ["DistilBertModel"]}, 66_362_880),
        ({"model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"]}, 66_955_010),
        ({"model_type": "camembert", "architectures": ["CamembertForTokenClassification"], "id2label": LABELS,
          "vocab_size": 32005, "max_position_embeddings": 514, "type_vocab_size": 1}, 110_035_205),
        ({"model_type": "beit", "id2label": LABELS}, 85_658_114 + 3 * 769),
        ({"model_type": "llava", "vision_feature_layer": [-2, -5, 3]}, 7_062_902_784 + 2 * 1024 * 4096),
    ],
)  # fmt: skip
def test_a_head_has_as_many_outputs_as_the_config_names(config: dict[str, Any], total: int) -> None:
    assert explain(config).total == total


def test_a_number_of_classes_that_contradicts_their_names_is_refused() -> None:
    with pytest.raises(ConfigError, match="num_labels is 7 and id2label names 5 classes"):
        load({"model_type": "beit", "id2label": LABELS, "num_labels": 7})


# By hand: CLIP's patches and 24 layers of 577 places, the projector on 576 of them, Llama's layers and head on 1,024
# tokens; keys and values of 32 layers; of 5 full layers of Gemma 3 all tokens, of 29 sliding ones 1,023.
SEES = 2 * 576 * 1024 * 588 + 24 * (2 * 577 * (4 * 1024**2 + 2 * 1024 * 4096) + 4 * 577**2 * 1024)
PROJECTS = 2 * 576 * (1024 * 4096 + 4096**2)
WRITES = 32 * (2 * 1024 * (4 * 4096**2 + 3 * 4096 * 11008) + 4 * 1024**2 * 4096) + 2 * 1024 * 4096 * 32064
GEMMA_3 = {
    "model_type": "gemma3",
    "text_config": {
        "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34,
        "sliding_window": 1024,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "quantity", "inputs", "total"),
    [
        (LLAVA, "forward-flops", {}, SEES + PROJECTS + WRITES),
        (LLAVA, "forward-flops", {"images": 3}, 3 * (SEES + PROJECTS) + WRITES),
        (LLAVA, "forward-flops", {"images": 0}, WRITES),
        (LLAVA, "training-flops", {}, 3 * (SEES + PROJECTS + WRITES)),
        (LLAVA, "kv-cache", {}, 32 * 2 * 4096 * 8192 * 2),
        (LLAVA, "serving-memory", {"vocab_multiple": 1}, 2 * 7_063_427_072 + 32 * 2 * 4096 * 8192 * 2),
        (QWEN, "kv-cache", {"context": 4096}, 28 * 2 * 512 * 4096 * 2),
        # Another tower in LLaVA, of which it is not known how many places it has: the language model alone.
        ({**LLAVA, "vision_config": {"model_type": "pixtral"}}, "forward-flops", {}, WRITES),
        (GEMMA_3, "kv-cache", {"context": 8192}, (5 * 8192 + 29 * 1023) * 2 * 1024 * 2),
    ],
)
def test_a_whole_computes_and_keeps_what_its_parts_do(
    config: dict[str, Any], quantity: str, inputs: dict[str, int], total: int
) -> None:
    assert explain(config, quantity, inputs=inputs).total == total


def test_flops_follow_for_a_token_and_for_an_image() -> None:
    found = {str(one.title): one.value for one in derived_results(explain(LLAVA, "forward-flops"))}
    assert found["FLOPs for a token"] == WRITES // 1024
    assert found["FLOPs for an image"] == SEES + PROJECTS


def test_where_only_the_language_model_is_known_the_page_says_so() -> None:
    page = explain({**LLAVA, "model_type": "llava_next"}, "forward-flops").to_text()
    assert "This total is not complete." in page
    assert "What the parts before it compute, which make these tokens, is missing" in " ".join(page.split())


@pytest.mark.parametrize(
    ("config", "quantity", "inputs", "says"),
    [
        ({**QWEN, "use_sliding_window": True}, "kv-cache", {}, "gives no kv-cache"),
        (QWEN, "forward-flops", {"image_height": 450}, "image_height"),
        (LLAVA, "training-memory", {}, "training-states has weights, gradients and optimizer states"),
        (LLAVA, "serving-memory", {"tensor_parallel": 2}, "how devices share the matrices"),
    ],
)
def test_what_is_not_known_of_a_whole_is_refused(
    config: dict[str, Any], quantity: str, inputs: dict[str, int], says: str
) -> None:
    with pytest.raises(ConfigError, match=says):
        explain(config, quantity, inputs=inputs)


@pytest.mark.parametrize(
    ("model_type", "text"),
    [
        # What the rest of a partial text is, by the class: the type's own text, not that of Llama.
        ("voxtral", {"vocab_size": 131072, "num_hidden_layers": 30, "num_key_value_heads": 8, "head_dim": 128}),
        ("glmasr", {"vocab_size": 59264, "num_hidden_layers": 28, "num_key_value_heads": 4}),
    ],
)
def test_what_a_partial_text_leaves_out_is_as_in_the_type(model_type: str, text: dict[str, int]) -> None:
    partial = {"hidden_size": 96, "intermediate_size": 72, "num_attention_heads": 8}
    some, all_of_it = ({"model_type": model_type, "text_config": said} for said in (partial, {**partial, **text}))
    assert explain(some).total == explain(all_of_it).total
