"""Types that no family is written for by hand: derived from descriptions that were learned from their code."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from symbolic.analysis.variants import derived
from symbolic.api import count, explain
from symbolic.configs.making import make_model
from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.vocabulary import of_key
from symbolic.loading import load
from symbolic.measuring.closed_form import closed_form
from symbolic.networks.blocks import Block
from symbolic.networks.families import all_families
from symbolic.networks.families import names as family_names
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.description import Module, Tensor
from symbolic.networks.learned.notation import formula
from symbolic.networks.learned.reading import parsed
from symbolic.networks.learned.reading_conditions import condition
from symbolic.networks.learned.writing_formulas import written
from symbolic.networks.walks import blocks, leaves
from symbolic.pages.rendering.text_notation import Text

OPEN = Path(__file__).parents[2] / "descriptions"
BLOOM = {"model_type": "bloom", "vocab_size": 250880, "hidden_size": 1024, "n_layer": 24, "n_head": 16}
NEOMME = {
    "model_type": "neomme", "architectures": ["NeoMMEForMaskedLM"], "vocab_size": 100, "embedding_rank": 4,
    "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 6, "patch_size": 2,
}  # fmt: skip
BAMBA = {"model_type": "bamba", "architectures": ["BambaForCausalLM"]}
FALCON = {
    "model_type": "falcon", "vocab_size": 65024, "hidden_size": 4544, "num_hidden_layers": 32,
    "num_attention_heads": 71, "multi_query": True, "parallel_attn": True, "bias": False,
}  # fmt: skip
COHERE = {
    "model_type": "cohere", "vocab_size": 256000, "hidden_size": 8192, "num_hidden_layers": 40,
    "num_attention_heads": 64, "num_key_value_heads": 64, "intermediate_size": 22528,
}  # fmt: skip
JAMBA = {
    "model_type": "jamba", "vocab_size": 65536, "hidden_size": 4096, "intermediate_size": 14336,
    "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "num_experts": 16,
    "num_experts_per_tok": 2, "attn_layer_period": 8, "attn_layer_offset": 4, "expert_layer_period": 2,
    "expert_layer_offset": 1, "mamba_dt_rank": 256,
}  # fmt: skip


ZAMBA2 = {
    "model_type": "zamba2", "vocab_size": 32000, "hidden_size": 2048, "num_hidden_layers": 12, "n_mamba_heads": 64,
    "num_mem_blocks": 2, "use_shared_attention_adapter": True,
    "layers_block_type": [*["mamba"] * 5, "hybrid", "mamba", "mamba", "hybrid", "mamba", "mamba", "hybrid"],
}  # fmt: skip


XMOD = {"model_type": "xmod", "num_hidden_layers": 3, "languages": ["en_XX", "de_DE", "en_XX"]}

DEBERTA_1 = {
    "model_type": "deberta", "vocab_size": 100, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
    "num_attention_heads": 4, "relative_attention": True,
}  # fmt: skip


# What the real classes of transformers 5.24 have, built without memory.
@pytest.mark.parametrize(
    ("config", "total"),
    [
        (BLOOM, 559_214_592),
        (FALCON, 6_921_720_704),
        (COHERE, 34_980_831_232),
        (JAMBA, 51_570_323_328),
        (XMOD, 49_269_306),
        ({"model_type": "seamless_m4t_v2", "architectures": ["SeamlessM4Tv2ForSpeechToText"]}, 1_501_842_240),
        ({**DEBERTA_1, "pos_att_type": None}, 167_780),
        # A vocabulary of the decoder's own, where the two sides share no table.
        (
            {"model_type": "marian", "decoder_vocab_size": 70_000, "share_encoder_decoder_embeddings": False},
            485_987_328,
        ),
        ({"model_type": "youtu", "architectures": ["YoutuForCausalLM"], "q_lora_rank": None}, 1_911_179_264),
        ({"model_type": "glm4_moe_lite", "q_lora_rank": None}, 30_177_449_472),
        ({**DEBERTA_1, "pos_att_type": ["c2p"]}, 175_972),
        # A list as a text, as files from before it was a list have it.
        ({**DEBERTA_1, "pos_att_type": "C2P | p2c"}, 184_292),
        ({**DEBERTA_1, "model_type": "deberta-v2", "pos_att_type": "p2c|c2p"}, 184_548),
        (NEOMME, 432 + 352 + 2 * (772 + 192 + 2) + 1200),
        ({**NEOMME, "tie_word_embeddings": False}, 432 + 352 + 2 * (772 + 192 + 2) + 1200 + 432),
    ],
)
def test_a_described_type_has_the_total_of_its_class(config: dict[str, Any], total: int) -> None:
    assert explain(config).total == total
    assert explain(config).closed.value(load(config).sizes) == total


# The real classes' parameters, less those of the experts that their code does not choose.
@pytest.mark.parametrize(
    ("config", "active"),
    [
        (JAMBA, 12_110_311_296),
        ({"model_type": "dbrx"}, 873_760_768),  # all experts lie in one matrix
        ({"model_type": "kimi_linear"}, 3_494_852_640),
        ({"model_type": "jetmoe"}, 1_198_491_648),  # experts of attention, too
        ({"model_type": "switch_transformers"}, 185_191_680),  # its code chooses one, and no key says so
        ({"model_type": "nllb-moe"}, 535_054_336),  # two
        ({"model_type": "inkling_text"}, 41_059_054_146),  # shared ones work on every token
        ({"model_type": "doge", "is_moe": True, "num_hidden_layers": 2}, 88_892_944),  # rows of tables
    ],
)
def test_the_active_experts_are_known(config: dict[str, Any], active: int) -> None:
    assert count(load(config))["active"] == active


@pytest.mark.parametrize(("model_type", "stores"), [("resnet", True), ("mobilenet_v2", True), ("vit_mae", False)])
def test_a_file_that_holds_more_than_parameters_is_said_to(model_type: str, stores: bool) -> None:
    """Running averages of batch norms are stored beside them, and the description does not have their bytes."""
    page = " ".join(str(explain({"model_type": model_type}, "checkpoint-size").to("text")).split())
    assert ("Files hold these, too, and their bytes are missing" in page) is stores


def test_the_products_of_attention_are_those_of_whole_heads() -> None:
    """A width of 114 in 4 heads is 112 numbers, by torch's count of the class's pass of 19 tokens."""
    text = {
        "vocab_size": 136, "hidden_size": 114, "num_hidden_layers": 5, "intermediate_size": 22,
        "num_attention_heads": 4, "num_key_value_heads": 2,
    }  # fmt: skip
    config = {"model_type": "got_ocr2", "text_config": text}
    assert explain(config, "forward-flops", inputs={"tokens": 19}).total == 10_105_112


def test_matrices_of_experts_in_one_tensor_work_on_the_tokens_that_are_sent_to_them() -> None:
    """All three of each of DBRX's experts, and none for the tokens of the others."""
    config = {"model_type": "dbrx", "d_model": 64, "n_heads": 4, "n_layers": 1, "vocab_size": 10}
    ffn = {"ffn_hidden_size": 100, "moe_num_experts": 8, "moe_top_k": 2}
    attention, router, head = 64 * (64 + 2 * 16) + 64 * 64, 8 * 64, 10 * 64
    each = attention + router + 2 * 3 * 100 * 64 + head
    assert explain({**config, "ffn_config": ffn}, "forward-flops", inputs={"tokens": 5}).total == 2 * 5 * each


@pytest.mark.parametrize(
    ("change", "total"),
    [
        ({"tie_word_embeddings": False}, 7_217_189_760),
        ({"bias": True}, 6_922_742_656),
        ({"multi_query": False}, 8_224_576_384),
    ],
)
def test_a_switch_of_falcon_changes_its_total(change: dict[str, Any], total: int) -> None:
    assert explain({**FALCON, **change}).total == total


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({**BLOOM, "hidden_size": "1024"}, "write 1024 without quotes"),
        ({**FALCON, "bias": 1}, "true or false"),
        ({**BLOOM, "architectures": ["BloomForMultipleChoice"]}, "not described"),
        ({**FALCON, "activation": "xielu"}, "activation function"),
        ({**BLOOM, "hidden_size": -4}, "at least 0"),
        ({**JAMBA, "num_hidden_layers": 10**9}, "at most"),
        # Sizes that a config may give, though its class works them out and takes no other.
        ({"model_type": "esmc", "num_key_value_heads": 4}, "num_key_value_heads != num_attention_heads"),
        ({"model_type": "xlnet", "d_head": 32}, "d_head != d_model//n_head"),
        ({**BAMBA, "mamba_d_head": 32}, "does not cover"),
    ],
)
def test_a_config_that_makes_no_sense_is_an_error_in_one_line(config: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        make_model("it", config, "a test")
    assert "\n" not in str(caught.value)


QWEN_PART = {
    "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 4, "vocab_size": 31,
}  # fmt: skip


HEADS = {"head_dim": 64, "num_hidden_layers": 1}


# Each of these was once counted as if the key were not there, or with the defaults of another config.
@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"model_type": "got_ocr2", "text_config": {"num_hidden_layers": 4}}, "text_config does not give hidden_size"),
        # Beside such a null its class drops the number that the other key gives.
        ({"model_type": "molmo2_vision", "num_position_embeddings": 2, "image_num_pos": None}, "image_num_pos is null"),
        # Its class puts such a part over defaults of its own, and not over those of the part's type.
        (
            {"model_type": "cohere_asr", "encoder_config": {"hidden_size": 1281, "num_hidden_layers": 48}},
            "encoder_config does not give intermediate_size",
        ),
        ({"model_type": "gemma3", "head_dim": 8}, "head_dim 8 stands beside text_config"),
        ({"model_type": "gemma3", "head_dim": 8, "text_config": {}}, "head_dim 8 stands beside text_config"),
        # Its class puts such a part over defaults of its own, too.
        (
            {"model_type": "voxtral_realtime", "text_config": {"num_hidden_layers": 2}},
            "text_config does not give head_dim",
        ),
        # Two parts must agree on the width that goes from one to the other.
        *(
            ({"model_type": kind, part: {width: 640}}, rf"{part}\.{width} != text_config.hidden_size makes a network")
            for kind, part, width in (
                ("granite_docling", "vision_config", "out_hidden_size"),
                ("inkling2", "vision_config", "text_hidden_size"),
                ("inkling2_loop", "vision_config", "text_hidden_size"),
                ("fun_asr_nano", "adaptor_config", "hidden_size"),
                ("muse_spark", "audio_config", "out_hidden_size"),
            )
        ),
        # One more table of distances for each of these.
        ({"model_type": "udop", "relative_bias_args": [{"type": "1d"}]}, "relative_bias_args .* does not cover"),
        ({"model_type": "molmo2_adapter", "vision_feature_layer": []}, "vision_feature_layer. == 0 makes a network"),
        (
            {
                "model_type": "fun_asr_nano",
                "adaptor_config": {"hidden_size": 8, "intermediate_size": 2},
                "text_config": {**QWEN_PART, "attention_bias": True},
            },
            "attention_bias True makes a network that our description of fun_asr_nano does not cover",
        ),
        # The class refuses to divide a width among heads that do not fill it.
        (
            {**BLOOM, "n_head": 7},
            "hidden_size 1024 is not a multiple of n_head 7, and the code of bloom takes no other",
        ),
        ({"model_type": "bart", "decoder_attention_heads": 7}, "d_model 1024 is not a multiple of decoder_attention_"),
        ({"model_type": "roberta", "architectures": ["RobertaModel"], "num_attention_heads": 13}, "hidden_size 768"),
        ({"model_type": "bamba", "mamba_n_heads": 127}, r"mamba_expand\*hidden_size 8192 is not a multiple of mamba_n"),
        (
            {"model_type": "clip", "vision_config": {"num_attention_heads": 7}},
            "vision_config.hidden_size 768 is not a multiple of vision_config.num_attention_heads 7",
        ),
        ({**BLOOM, "n_head": None, "num_attention_heads": 7}, "n_head must be a whole number, got None"),
        (
            {"model_type": "bloom", "n_embed": 1024, "num_attention_heads": 7},
            "hidden_size 1024 is not a multiple of n_",
        ),
        ({"model_type": "bart", "encoder_attention_heads": 0}, "encoder_attention_heads must be at least 1, got 0"),
        ({"model_type": "llava", "vision_config": {"hidden_size": 0}}, "hidden_size must be at least 1, got 0"),
        # Heads that nobody gives are the class's.
        ({"model_type": "distilbert", "dim": 500}, "dim 500 is not a multiple of n_heads 12"),
        ({"model_type": "clip", "vision_config": {"hidden_size": 500}}, "vision_config.num_attention_heads 12"),
        # Groups of a convolution, and of a norm, fill its channels.
        (
            {"model_type": "wav2vec2", "num_conv_pos_embedding_groups": 17},
            "hidden_size 768 is not a multiple of num_co",
        ),
        ({"model_type": "squeezebert", "intermediate_size": 3073}, "intermediate_size 3073 is not a multiple of inter"),
        ({"model_type": "bit", "hidden_sizes": [256, 512, 1024, 2040]}, "is not a multiple of num_groups 32"),
        (
            {"model_type": "deberta-v2", "conv_kernel_size": 3, "conv_groups": 5},
            "hidden_size 1536 is not a multiple of conv_groups 5",
        ),
        # The class floors the heads that its convolutions leave, to a width that its own sum does not fit.
        ({"model_type": "convbert", "hidden_size": 210}, "hidden_size 210 is not a multiple of 2"),
        ({"model_type": "mobilevit", "num_attention_heads": 5}, "is not a multiple of num_attention_heads 5"),
        ({"model_type": "hubert", "conv_kernel": [10, 3]}, "len.conv_kernel. != len.conv_dim. makes a network"),
        # A kernel with a third side is another network.
        ({"model_type": "internvl_vision", "patch_size": [14, 14, 14]}, "patch_size has 3 items, and the code of in"),
        ({"model_type": "qianfan_ocr_vision", "image_size": [448]}, "image_size has 1 items, and .* reads 2; give 2"),
        ({"model_type": "eurobert", "head_dim": True}, "head_dim must be a whole number, got True"),
        # It turns heads in pairs of numbers, and divides by what must not be 0.
        ({"model_type": "qwen3_vl_text", "head_dim": 65}, "head_dim 65 is not a multiple of 2, and the code of qwen3"),
        ({"model_type": "axk2", "moe_layer_freq": 0}, "moe_layer_freq == 0 makes a network that our description"),
        # Two keys must match, and a switch may ask for another.
        ({"model_type": "speech_to_text", "conv_kernel_sizes": [5]}, "conv_kernel_sizes. != num_conv_layers makes a"),
        ({"model_type": "t5gemma2", "decoder": {"vocab_size": 99}}, "decoder.vocab_size != encoder.text_config.vocab"),
        ({"model_type": "llava_next_video", "spatial_pool_mode": "conv"}, "spatial_pool_mode == 'conv' makes a"),
        (
            {
                "model_type": "seamless_m4t_v2",
                "architectures": ["SeamlessM4Tv2ForSpeechToText"],
                "position_embeddings_type": "rotary",
            },
            "not position_embeddings_type == 'relative_key' makes a",
        ),
        ({"model_type": "sew-d", "conv_kernel_size": 3}, "conv_kernel_size makes a network that our"),
        (
            {"model_type": "wavlm", "architectures": ["WavLMForSequenceClassification"], "add_adapter": True},
            "add_adapter makes a",
        ),
        ({"model_type": "rembert", "add_cross_attention": True}, "add_cross_attention and not is_decoder makes a"),
        # A list under its former name, and lists that stand beside it.
        (
            {"model_type": "florence2", "vision_config": {"dim_embed": [1536], "depths": [1, 1, 9, 1]}},
            r"len\(vision_config.num_heads\) != len\(vision_config.embed_dim\) makes a network",
        ),
        (
            {"model_type": "bart", "num_attention_heads": 5},
            "d_model 1024 is not a multiple of encoder_attention_heads 5",
        ),
        (
            {"model_type": "mpt", "n_heads": -1},
            "n_heads is less than 0; give at least 1",
        ),
        ({"model_type": "cohere", "head_dim": 0}, "head_dim must be at least 1, got 0; leave it out"),
        ({"model_type": "bart", "num_attention_heads": 0}, "num_attention_heads must be at least 1, got 0"),
        (
            {"model_type": "whisper", "num_key_value_heads": 5},
            "d_model 384 is not a multiple of encoder_attention_heads 5",
        ),
        ({"model_type": "donut-swin", "image_size": [64]}, r"len\(image_size\) != 2 makes a network"),
        (
            {"model_type": "idefics", "freeze_vision_module_exceptions": ["Linear"]},
            "it holds for freeze_vision_module_",
        ),
        ({"model_type": "qwen2_moe", "layer_types": 3}, "layer_types must be a list of the layers' kinds, got 3"),
        # What stands where a tower should is not described, and its code says what it is.
        (
            {"model_type": "vision-encoder-decoder", "decoder": {"model_type": "vit"}},
            "is of model_type vit, and what that makes there is not described; --trace reads the whole off its code",
        ),
        # It has its own default for a size that it does not read.
        (
            {**BAMBA, "n_layers": 3},
            "the code of bamba does not read n_layers; write num_hidden_layers",
        ),
        # A class makes such experts, and no token could pass them.
        (
            {"model_type": "granitemoe", "num_experts_per_tok": None},
            "num_experts_per_tok does not say how many of them",
        ),
        ({"model_type": "dots1", "n_routed_experts": 4, "n_shared_experts": 1}, "does not say how many of them work"),
        (
            {"model_type": "exaone_moe", "num_hidden_layers": 2, "mlp_layer_types": ["dense", "sparse", "sparse"]},
            "mlp_layer_types has 3 items for 2 layers",
        ),
        ({"model_type": "olmoe", "num_experts_per_tok": 65}, "65 chooses more experts than the 64 that there are"),
    ],
)
def test_what_a_description_does_not_hold_for_is_refused_by_name(config: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        make_model("it", config, "a test")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("change", [{"head_dim": 3}, {"head_dim": 65, "partial_rotary_factor": 0.5}])
def test_a_head_of_few_numbers_or_turned_in_part_may_be_odd(change: dict[str, Any]) -> None:
    assert explain({"model_type": "qwen3_vl_text", "num_hidden_layers": 2, **change}).total


def test_the_width_of_llama_is_a_multiple_of_its_heads_even_beside_a_head_width() -> None:
    config = {"model_type": "llama", "vocab_size": 9, "num_hidden_layers": 1, "intermediate_size": 6, "head_dim": 2}
    with pytest.raises(ConfigError, match="emb_dim is 10 and n_heads is 4; the first must be a multiple"):
        make_model("it", {**config, "hidden_size": 10, "num_attention_heads": 4}, "a test")


def test_a_part_whose_name_does_not_end_in_config_is_read() -> None:
    # The real class has 83,916,800 with four layers.
    config = {"model_type": "musicgen", "decoder": {"num_hidden_layers": 4}}
    assert explain(config).total == 83_916_800


def test_heads_divide_the_width_that_the_class_makes_of_another_key() -> None:
    # BLOOM's own configs call it n_embed, and give no hidden_size.
    given = {"model_type": "bloom", "n_embed": 14336, "n_layer": 2}
    assert explain({**given, "num_attention_heads": 112}).total == explain(given).total


def test_groups_of_a_convolution_that_do_not_fill_its_channels_are_refused() -> None:
    with pytest.raises(SymbolicError, match="544/9 is not a whole number, with hidden_sizes_3 1088, groups_width 60"):
        explain({"model_type": "regnet", "groups_width": 60})
    # The real class has 25,983,386.
    assert explain({"model_type": "regnet", "groups_width": 128}).total == 25_983_386


def test_a_size_that_stands_outside_its_part_under_the_name_of_the_class_is_read_as_the_class_does() -> None:
    # As the published Fuyu has it; the real class has 9,408,238,592.
    config = {"model_type": "fuyu", "architectures": ["FuyuForCausalLM"], "vocab_size": 262144, "hidden_size": 4096}
    assert explain({**config, "text_config": {"model_type": "persimmon"}}).total == 9_408_238_592


def test_a_null_beside_a_part_says_nothing() -> None:
    config = {"model_type": "gemma3", "text_config": {"num_hidden_layers": 2}}
    assert explain({**config, "head_dim": None}).total == explain(config).total


def test_keys_that_change_nothing_are_told_from_unknown_ones() -> None:
    model = load({**BLOOM, "attention_dropout": 0.1, "slow_but_exact": False, "colour": "red"})
    assert set(model.harmless) >= {"attention_dropout", "slow_but_exact", "n_head"}
    assert model.unknown == ("colour",)


PHI = {
    "model_type": "phi", "vocab_size": 51200, "hidden_size": 2560, "intermediate_size": 10240,
    "num_hidden_layers": 32, "num_attention_heads": 32, "torch_dtype": "float16",
}  # fmt: skip


def test_a_described_type_has_its_bytes_in_a_quantised_format() -> None:
    said = {"quant_method": "fp8", "weight_block_size": [128, 128]}
    total = explain(PHI).total
    # Four matrices of 2560 × 2560 and two of 2560 × 10240 in each layer; one scale of 4 bytes for 128 × 128 numbers.
    packed = 32 * (4 * 2560**2 + 2 * 2560 * 10240)
    wanted = 2 * (total - packed) + packed + 4 * packed // 128**2
    assert explain({**PHI, "quantization_config": said}, "weight-memory").total == wanted


def test_a_described_type_has_its_elements_in_files() -> None:
    four_bits = {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
    packed = 32 * (4 * 2560**2 + 2 * 2560 * 10240)
    wanted = explain(PHI).total - packed + packed // 2 + packed // 64
    assert explain({**PHI, "quantization_config": four_bits}, "tensor-elements").total == wanted


@pytest.mark.parametrize(("model_type", "says"), [("nemotron_h", "no names for the tensors"), ("llava", "no names")])
def test_bytes_of_a_type_whose_files_we_do_not_know_are_refused(model_type: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        explain({"model_type": model_type, "quantization_config": {"quant_method": "fp8"}}, "weight-memory")


def test_what_is_not_described_is_refused() -> None:
    with pytest.raises(ConfigError, match="gives no "):
        explain({"model_type": "dbrx"}, "kv-cache")


def test_what_is_missing_of_a_pass_that_is_not_described_is_said() -> None:
    page = explain({"model_type": "dbrx"}, "forward-flops").to("text")
    assert "This total is not complete." in page


SLIDING = {
    "model_type": "cohere2", "vocab_size": 61, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 4,
    "num_attention_heads": 4, "num_key_value_heads": 2, "sliding_window": 6, "sliding_window_pattern": 2,
}  # fmt: skip


@pytest.mark.parametrize("model_type", ["convnext", "resnet", "beit", "audio-spectrogram-transformer"])
def test_a_pass_over_an_image_or_a_sound_is_not_counted_as_one_over_a_text(model_type: str) -> None:
    with pytest.raises(ConfigError, match="follows from the size of an image or a sound"):
        explain({"model_type": model_type}, "forward-flops")


def test_layers_of_a_window_and_others_are_kinds_with_names() -> None:
    # Sliding layers keep one token less than the window, as the real cache does.
    kept = explain(SLIDING, "kv-cache", inputs={"context": 11})
    assert kept.total == 2 * 2 * (2 * 8) * 2 * (5 + 11)
    page = kept.to("text")
    assert "Sliding layer" in page
    assert "Full-attention layer" in page


# By FlopCounterMode and the real cache of the real class, on the processor.
@pytest.mark.parametrize(
    ("quantity", "inputs", "total"),
    [("kv-cache", {"context": 11}, 704), ("forward-flops", {"tokens": 11}, 52_272)],
)
def test_products_and_cache_are_those_of_the_real_pass(quantity: str, inputs: dict[str, Any], total: int) -> None:
    small = {"model_type": "bloom", "vocab_size": 61, "hidden_size": 8, "n_layer": 2, "n_head": 2}
    assert explain(small, quantity, inputs=inputs).total == total


# What the real class has, built without memory.
@pytest.mark.parametrize(
    ("kinds", "total"),
    [
        (None, 1_009_344),
        (["hybrid_sliding"] * 12, 990_080),
        (["hybrid"] + ["hybrid_sliding"] * 11, 999_584),
    ],
)
def test_kinds_that_are_listed_are_those_of_the_layers(kinds: list[str] | None, total: int) -> None:
    """Without a list every sixth layer of a looped Inkling sees all tokens; with one, those that it names."""
    looped = {
        "model_type": "inkling2_loop_text", "architectures": ["Inkling2LoopForCausalLM"], "num_hidden_layers": 12,
        "hidden_size": 64, "vocab_size": 96, "unpadded_vocab_size": 90, "n_routed_experts": 4,
        "num_experts_per_tok": 2, "moe_intermediate_size": 24, "head_dim": 16, "swa_head_dim": 8,
        "num_attention_heads": 4, "num_key_value_heads": 2, "swa_num_attention_heads": 4, "swa_num_key_value_heads": 2,
        "loop_layer_index_start": 6, "loop_layer_index_end": 12,
    }  # fmt: skip
    assert explain(looped | ({"layer_types": kinds} if kinds else {})).total == total


def test_every_second_layer_of_granite_4s_projectors_looks_at_the_image() -> None:
    """The first layer looks, the second doesn't, the third does: `cross_attention_frequency` is 2 by default."""
    one, two, three = (
        explain(
            {
                "model_type": "granite4_vision",
                "architectures": ["Granite4VisionForConditionalGeneration"],
                "deepstack_layer_map": [[0, 0]],
                "qformer_config": {"num_hidden_layers": layers},
            }
        ).total
        for layers in (1, 2, 3)
    )
    width, projectors = 768, 1 + 4
    look = 4 * (width * width + width) + 2 * width
    assert (three - two) - (two - one) == projectors * look


def test_whisper_is_derived_whole() -> None:
    tiny = {
        "model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "d_model": 384,
        "encoder_layers": 4, "decoder_layers": 4, "encoder_attention_heads": 6, "decoder_attention_heads": 6,
        "encoder_ffn_dim": 1536, "decoder_ffn_dim": 1536, "vocab_size": 51865,
    }  # fmt: skip
    derivation = explain(tiny)
    assert derivation.total == 37_760_640
    form = closed_form(derivation)
    parts = "3 d² + 3 d n_mel + d T_src + V d + d T_tgt + 6 d + L_encoder × [one layer (encoder)] + "
    assert Text("letters", compact=True)(form.whole).startswith(parts)
    assert [block.label for block in form.blocks] == ["one layer (encoder)", "one layer (decoder)"]


# By FlopCounterMode and the real cache of the real class, on the processor: heads of the encoder change neither.
@pytest.mark.parametrize("heads", [6, 8])
@pytest.mark.parametrize(
    ("quantity", "inputs", "total"),
    [("kv-cache", {"context": 18}, 39_168), ("forward-flops", {"tokens": 18}, 8_796_096)],
)
def test_whisper_hears_a_whole_window_and_writes_tokens(
    quantity: str, inputs: dict[str, Any], total: int, heads: int
) -> None:
    small = {
        "model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"], "d_model": 48,
        "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": heads, "decoder_attention_heads": 4,
        "encoder_ffn_dim": 40, "decoder_ffn_dim": 56, "max_source_positions": 50, "max_target_positions": 64,
        "num_mel_bins": 10, "vocab_size": 49,
    }  # fmt: skip
    assert explain(small, quantity, inputs=inputs).total == total


# What the real classes of transformers 5.24 have, built without memory, with the sizes of networks that were published.
SWIN = {"model_type": "swin", "embed_dim": 96, "depths": [2, 2, 6, 2], "num_heads": [3, 6, 12, 24], "window_size": 7}
MMS = {
    "model_type": "wav2vec2", "hidden_size": 1280, "num_hidden_layers": 48, "num_attention_heads": 16,
    "intermediate_size": 5120, "do_stable_layer_norm": True, "feat_extract_norm": "layer", "conv_bias": True,
    "adapter_attn_dim": 16, "vocab_size": 154,
}  # fmt: skip


@pytest.mark.parametrize(
    ("config", "made", "labels", "total"),
    [
        (SWIN, "SwinForImageClassification", 1000, 28_288_354),
        (
            SWIN | {"model_type": "swinv2", "window_size": 8, "image_size": 256},
            *("Swinv2ForImageClassification", 1000, 28_347_154),
        ),
        ({"model_type": "bit"}, "BitForImageClassification", 1000, 25_549_352),
        ({"model_type": "cvt"}, "CvtForImageClassification", 1000, 19_997_480),
        (MMS, "Wav2Vec2ForCTC", 2, 964_845_850),
    ],
)
def test_images_and_speech_have_the_total_of_their_class(
    config: dict[str, Any], made: str, labels: int, total: int
) -> None:
    names = {str(at): f"class {at}" for at in range(labels)}
    assert explain(config | {"architectures": [made], "id2label": names}).total == total


@pytest.mark.parametrize("name", ["wav2vec2", "hubert", "unispeech", "unispeech-sat"])
def test_adapters_of_speech_stand_behind_a_switch(name: str) -> None:
    layers, width, narrow = 12, 768, 16
    kept = {"model_type": name, "adapter_attn_dim": narrow}
    # A norm with a shift, and two linear layers with a bias each.
    adapter = 2 * width + (width * narrow + narrow) + (narrow * width + width)
    plain = explain({"model_type": name}).total
    assert explain(kept).total == plain
    assert explain(kept | {"do_stable_layer_norm": True}).total == plain + layers * adapter


# All of them where SYMBOLIC_EVERYTHING is set, as in .ci/run; else every eighth.
NAMES = catalogue.names() if os.environ.get("SYMBOLIC_EVERYTHING") else catalogue.names()[::16]
# Their classes refuse their own defaults, too: a size without a default must be given.
WITHOUT_DEFAULTS = (
    "aya_vision", "bailing_moe", "bailing_moe_v2", "dots1", "esm", "granite4_vision", "hunyuan_v1_dense",
    "hunyuan_v1_moe",
    "hunyuan_vl", "hunyuan_vl_text", "lfm2_moe",
    "minicpm", "minicpmv", "ministral", "moonshine_streaming", "nemotron", "nemotron-nas", "orion", "timm_wrapper",
    "wav2vec2-bert", "wav2vec2-conformer",
)  # fmt: skip


# Of types with a family of their own, only what they are as a part of others is described.
BY_HAND = {one for family in all_families() for one in family.model_types}


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {*WITHOUT_DEFAULTS, *BY_HAND}])
def test_a_description_can_be_read_and_its_defaults_derived(name: str) -> None:
    for description in catalogue.described(name):
        made = load({"model_type": name, "architectures": [description.model_class]})
        assert explain(made).total > 0


def test_what_two_lines_fix_is_fixed() -> None:
    text = "net Net\nkeys width=4 depth=3\nonly depth=3\nonly width=4\nlayers × 3\n fc: linear width,width\n"
    assert parsed(text).fixed == {"depth": 3, "width": 4}


# transformers 5.24: the parameters of the class, and those of them whose requires_grad is true.
FIXED = [
    ("whisper", "WhisperForConditionalGeneration", 37_760_640, 37_184_640),
    ("marian", "MarianMTModel", 414_307_328, 412_210_176),
    ("roformer", "RoFormerForMaskedLM", 124_197_968, 124_099_664),
    ("blt", "BltForCausalLM", 4_633_127_680, 4_533_615_616),
]


@pytest.mark.parametrize(("model_type", "model_class", "total", "learned"), FIXED)
def test_what_no_training_changes_counts_and_has_no_states(
    model_type: str, model_class: str, total: int, learned: int
) -> None:
    model = load({"model_type": model_type, "architectures": [model_class]})
    assert count(model)["trainable"] == total
    assert count(model)["learned"] == learned
    assert explain(model, "training-states").total == 16 * learned + 2 * (total - learned)
    assert f"All are learned but {total - learned:,}" in " ".join(str(explain(model).to("text")).split())


# Of the small text and image networks of the real class, those with requires_grad.
@pytest.mark.parametrize(
    ("text", "image", "head", "learned"),
    [
        (True, True, False, 481_312_772),
        (True, True, True, 350_240_772),
        (False, True, False, 1_017_155_588),
        (True, False, True, 678_434_308),
        (False, False, False, 1_345_349_124),
    ],
)
def test_what_a_switch_fixes_is_not_learned(text: bool, image: bool, head: bool, learned: int) -> None:
    switches = {"freeze_text_layers": text, "freeze_vision_layers": image, "freeze_lm_head": head}
    found = count(load({"model_type": "idefics", "num_hidden_layers": 2, **switches}))
    assert (found["trainable"], found["learned"]) == (1_345_349_124, learned)


def test_a_line_that_fixes_a_part_fixes_its_own_parameters_on_its_condition() -> None:
    head = "kind Kind\nkeys rows=4 still=true\nfixes net if still\n"
    text = head + "net: linear rows,rows; bias if rows > 2\nother: linear rows,rows\n"
    first, second = (module for module in parsed(text).root.parts if isinstance(module, Module))
    found = [(one.fixed, str(one.where)) for one in first.parts if isinstance(one, Tensor)]
    assert found == [
        (True, "still"),
        (False, "not still"),
        (True, "rows > 2 and still"),
        (False, "rows > 2 and not still"),
    ]
    assert [one.fixed for one in second.parts if isinstance(one, Tensor)] == [False]
    with pytest.raises(ValueError, match="head has no parameter"):
        parsed(text.replace("fixes net", "fixes head"))


def test_what_all_parameters_are_learned_of_has_no_word_about_fixed_ones() -> None:
    assert "fixed" not in explain(load(BLOOM)).convention.said(load(BLOOM).network)


@pytest.mark.parametrize(
    "line", ["table: fixed embedding rows,width", "net: fixed linear width,rows; bias if rows > 2"]
)
def test_a_fixed_parameter_is_read_and_its_neighbours_are_learned(line: str) -> None:
    root = parsed(f"kind Kind\nkeys rows=4 width=2\n{line}\nother: linear width,width; bias\n").root
    first, second = (module for module in root.parts if isinstance(module, Module))
    assert all(isinstance(one, Tensor) and one.fixed for one in first.parts)
    assert not any(isinstance(one, Tensor) and one.fixed for one in second.parts)


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("model/encoder/layers/self_attn", "gathers what it can use from the others"),
        ("model/decoder/layers/self_attn", "from itself and the tokens before it"),
        ("model/decoder/layers/encoder_attn", "looks at what the encoder made"),
    ],
)
@pytest.mark.parametrize("model_class", ["WhisperForConditionalGeneration", "WhisperModel"])
def test_a_decoder_looks_at_what_stands_before_and_an_encoder_at_all(model_class: str, key: str, says: str) -> None:
    network = load({"model_type": "whisper", "architectures": [model_class]}).network
    found = {"/".join((*(block.key for block in leaf.path),)): leaf.path[-1] for leaf in leaves(network)}
    assert says in found[key].about


def test_a_convolution_says_how_wide_it_is() -> None:
    network = load({"model_type": "whisper", "architectures": ["WhisperModel"]}).network
    abouts = {leaf.part.key: leaf.part.about for leaf in leaves(network)}
    assert "made of 3 places" in abouts["conv1"]


def test_what_ships_is_what_the_repository_has_open() -> None:
    texts = "".join(
        f"== {place.stem}\n{place.read_text(encoding='utf-8').rstrip()}\n" for place in sorted(OPEN.glob("*.txt"))
    )
    shipped = gzip.decompress(catalogue.PACKED.read_bytes()).decode()
    assert shipped[shipped.index("== ") :] == texts


def test_the_index_of_what_ships_leads_to_each_type() -> None:
    assert catalogue.names() == tuple(sorted(place.stem for place in OPEN.glob("*.txt")))
    for name in NAMES:
        assert catalogue.classes(name) == [one.model_class for one in catalogue.described(name)]
        assert catalogue.text_of(name).rstrip() == (OPEN / f"{name}.txt").read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize("name", ["no such type", "== bloom", "bloom\n", "", "traced bloom"])
def test_a_name_that_no_type_has_leads_to_none(name: str) -> None:
    assert (catalogue.classes(name), catalogue.text_of(name)) == ([], "")


def test_a_type_with_a_family_of_another_name_is_not_described() -> None:
    # Whether a family was written for a type is then told by its name, without opening the others.
    assert not {one for one in BY_HAND if one not in family_names()} & set(catalogue.names())


@pytest.mark.parametrize(
    ("text", "says"),
    [("hidden_size +", "its end"), ("a $ b", "can't be read"), ("depths[x]", "can't be read"), ("a b", "goes on")],
)
def test_a_formula_that_cannot_be_read_says_where(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        formula(text)


@pytest.mark.parametrize(
    "text",
    [
        "3*(hidden_size + 2)",
        "(a//b)*c",
        "ceil(d/16)",
        "2*floor(sqrt(n))",
        "a - b%c",
        "depths[i+1]*2**i",
        "round(a/4)",
        "divisible(2*a, 8, 8)",
        "kernels[i][j][-1]",
    ],
)
def test_a_formula_is_read_back_as_it_is_written(text: str) -> None:
    assert written(formula(text)) == text


@pytest.mark.parametrize(
    ("text", "values", "holds"),
    [
        ("i >= first and not kind[i] == 'full'", {"i": 2, "first": 2, "kind": ["full", "full", "half"]}, True),
        ("rank is none or rank > 4", {"rank": None}, True),
        ("(i + 1)%step == 0 and not i in dense", {"i": 3, "step": 2, "dense": [3]}, False),
        ("size != 2", {"size": None}, True),
        ("'b' in kinds and before(kinds[i]) == 1", {"i": 2, "kinds": ["a", "b", "a"]}, True),
        ("before(kinds[i]) < alike(kinds[i]) - 1", {"i": 2, "kinds": ["a", "b", "a"]}, False),
        ("i < 3*log2(factor) - 2", {"i": 6, "factor": 8}, True),
    ],
)
def test_a_condition_holds_where_it_says_so(text: str, values: dict[str, Any], holds: bool) -> None:
    assert condition(text).holds(values) is holds
    assert condition(str(condition(text))) == condition(text)


STABLELM = {
    "model_type": "stablelm", "vocab_size": 1000, "hidden_size": 64, "intermediate_size": 100,
    "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip
DEBERTA = {
    "model_type": "deberta-v2", "vocab_size": 1000, "hidden_size": 64, "intermediate_size": 96,
    "num_hidden_layers": 3, "num_attention_heads": 4, "max_position_embeddings": 128, "type_vocab_size": 0,
}  # fmt: skip
LAYOUT = 125_326_208
"""LayoutLMv3Model of its default config."""
DEBERTA_3 = {
    **DEBERTA, "relative_attention": True, "pos_att_type": "p2c|c2p", "position_buckets": 32,
    "norm_rel_ebd": "layer_norm", "share_att_key": True, "max_relative_positions": -1, "position_biased_input": False,
}  # fmt: skip
INTERNLM = {
    "model_type": "internlm3", "vocab_size": 1000, "hidden_size": 64, "intermediate_size": 96, "head_dim": 16,
    "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip


# What the real classes of transformers 5.24 have: keys that change something only together with others.
@pytest.mark.parametrize(
    ("config", "total"),
    [
        (STABLELM, 223_360),
        ({**DEBERTA_3, "share_att_key": False}, 186_632),
        ({**STABLELM, "qk_layernorm": True}, 223_648),
        ({**STABLELM, "qk_layernorm": True, "num_key_value_heads": 4}, 236_032),
        (DEBERTA, 165_640),
        ({**DEBERTA, "position_buckets": -1, "norm_rel_ebd": "layer_norm"}, 165_768),
        ({**DEBERTA, "relative_attention": True}, 182_024),
        (DEBERTA_3, 161_672),
        ({**DEBERTA_3, "conv_kernel_size": 3}, 174_152),
        ({**INTERNLM, "attention_bias": True, "mlp_bias": True}, 221_952),
        # Zamba2: two blocks by turns, shared by three layers, each with adapters for the turns that are its own.
        (ZAMBA2, 619_790_080),
        # The same where nothing is shared: as the code has it, that hangs on the switch of the head, too.
        ({**ZAMBA2, "tie_word_embeddings": False}, 805_394_176),
        # Dory's published configs list attention and feed-forward network of a layer each.
        (
            {"model_type": "dory", "num_hidden_layers": 8, "layer_types": ["sliding_attention", "mlp"] * 4},
            1_038_331_904,
        ),
        # Parts of a config that its class declares as plain dicts: DBRX, and Kimi Linear as its files are published.
        (
            {
                "model_type": "dbrx",
                "n_layers": 2,
                "attn_config": {"kv_n_heads": 8, "clip_qkv": 8},
                "ffn_config": {"ffn_hidden_size": 100, "moe_num_experts": 3, "moe_top_k": 2},
            },
            159_946_752,
        ),
        (
            {
                "model_type": "kimi_linear",
                "num_hidden_layers": 10,
                "num_experts": 16,
                "linear_attn_config": {
                    "full_attn_layers": [4, 8],
                    "kda_layers": [1, 2, 3, 5, 6, 7, 9, 10],
                    "head_dim": 64,
                    "num_heads": 16,
                    "short_conv_kernel_size": 3,
                },
            },
            2_039_485_312,
        ),
        # The loop of Inkling 2 as a part of its own: its bounds and the width of its gates.
        (
            {"model_type": "inkling2_loop_text", "loop_config": {"core_start": 3, "core_end": 6, "gate_rank": 10}},
            26_040_867_840,
        ),
        # mT5 small as published: its head is a matrix of its own.
        ({"model_type": "mt5", "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}, 300_176_768),
        # What transformers' classes have: ESM-2 650M; a head of LayoutLMv3 that is another one from ten classes on.
        (
            {
                "model_type": "esm",
                "vocab_size": 33,
                "hidden_size": 1280,
                "num_hidden_layers": 33,
                "num_attention_heads": 20,
                "intermediate_size": 5120,
                "position_embedding_type": "rotary",
                "is_folding_model": False,
            },
            651_043_254,
        ),
        (
            {"model_type": "layoutlmv3", "num_labels": 9, "architectures": ["LayoutLMv3ForTokenClassification"]},
            LAYOUT + 9 * 769,
        ),
        (
            {"model_type": "layoutlmv3", "num_labels": 10, "architectures": ["LayoutLMv3ForTokenClassification"]},
            LAYOUT + 768 * 769 + 10 * 769,
        ),
        # SegFormer reduces the sequence where a stage's ratio says so, whatever the size of its patches.
        ({"model_type": "segformer", "sr_ratios": [8, 4, 1, 1], "num_labels": 2}, 3_114_146),
        # So has what was published as UMT5 and LongT5.
        ({"model_type": "umt5", "tie_word_embeddings": False}, 300_179_456),
    ],
)
def test_keys_that_work_together_are_counted_together(config: dict[str, Any], total: int) -> None:
    assert not load(config).unknown
    assert explain(config).total == total


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({**INTERNLM, "attention_bias": True}, "attention_bias and not mlp_bias"),
        ({"model_type": "mt5", "feed_forward_proj": "gated-prelu"}, "is none that mt5 takes"),
        ({"model_type": "esm", "hidden_size": 64}, "vocab_size is not given, and no one default of it holds"),
        ({"model_type": "roberta", "endpoint": "/v1"}, "none of its keys is a size of roberta's; the config has"),
        ({"model_type": "mt5", "d_model": 64, "hidden_size": 32}, "hidden_size 32 and d_model 64 name the same size"),
        ({"model_type": "granite", "num_hidden_layers": 3, "n_layers": 5}, "n_layers 5 and num_hidden_layers 3 name"),
        ({"model_type": "bloom", "n_layer": 3, "emb_dim": 16, "hidden_size": 32}, "emb_dim 16 and hidden_size 32 name"),
        ({"model_type": "roberta", "num_hidden_layers": None}, "num_hidden_layers is null, which the code of roberta"),
        # As its config class does; what is counted would be the network without them.
        ({"model_type": "cohere", "attention_bias": None}, "attention_bias is null, .* the default, False"),
        ({"model_type": "bloom", "num_hidden_layers": None}, "num_hidden_layers is null, which the code of bloom"),
        (
            {"model_type": "llava", "vision_config": {"model_type": "clip_vision_model", "patch_size": None}},
            "patch_size",
        ),
        ({"model_type": "whisper", "encoder_layers": None}, "encoder_layers is null"),
        # What code works out where there is no such key, it does not work out of a null.
        ({"model_type": "granite", "head_dim": None}, "head_dim is null, .* give a value, or leave it out$"),
        ({"model_type": "deberta-v2", "attention_head_size": None}, "attention_head_size is null"),
        ({"model_type": "internlm2", "num_hidden_layers": None}, "num_hidden_layers is null"),
        ({"model_type": "seamless_m4t", "max_position_embeddings": None}, "is null, .* the default, 1024"),
        # A value of another kind than the class takes.
        ({"model_type": "deberta", "pos_att_type": 5}, "pos_att_type must be a list, got 5"),
        ({"model_type": "deberta-v2", "pos_att_type": ["p2c", 5]}, "pos_att_type must be a list of words, got 5"),
        ({"model_type": "cohere2", "layer_types": "full_attention"}, "layer_types must be a list of the layers' kinds"),
        ({"model_type": "arcee", "head_dim": 2.5}, "head_dim must be a whole number, got 2.5"),
        ({"model_type": "glm4_moe", "num_experts_per_tok": [2, 4]}, "num_experts_per_tok must be a whole number"),
        ({"model_type": "afmoe", "num_dense_layers": True}, "num_dense_layers must be a whole number, got True"),
        ({"model_type": "hubert", "feat_extract_norm": 5}, "feat_extract_norm 5 is none that hubert takes"),
        # Halves of a rotated head turn together, also where its width has no default of its own.
        ({"model_type": "arcee", "head_dim": 7}, "head_dim 7 is not a multiple of 2"),
        ({"model_type": "cohere", "head_dim": 65}, "head_dim 65 is not a multiple of 2"),
        ({"model_type": "wav2vec2", "feat_extract_norm": "batch"}, "'batch' is none that wav2vec2 takes; one of group"),
        ({"model_type": "longt5", "encoder_attention_type": "global"}, "longt5 takes; one of local, transient-global"),
        ({"model_type": "bit", "layer_type": "basic"}, "bit takes; one of bottleneck, preactivation"),
        ({"model_type": "bamba", "mamba_d_head": "wide"}, "mamba_d_head must be a whole number or 'auto', got 'wide'"),
        ({"model_type": "efficientnet", "squeeze_expansion_ratio": "a"}, "squeeze_expansion_ratio must be a number"),
        ({"model_type": "beit", "add_fpn": True}, "add_fpn and .*out_indices"),
        ({"model_type": "granite", "num_hidden_layers": 3, "layer_types": ["full_attention"]}, "1 items for 3 layers"),
        # Other code than transformers' has other defaults: here the heads and their width fit no more.
        ({"model_type": "mamba2", "hidden_size": 96, "expand": 2, "head_dim": 32}, "num_heads.head_dim != expand"),
        ({"model_type": "nemotron_h", "hybrid_override_pattern": "M-*", "num_hidden_layers": 4}, "num_hidden_layers"),
        (
            {"model_type": "inkling2_loop_text", "loop_layer_index_start": 8, "loop_layer_index_end": 6},
            "query would have an axis of -2",
        ),
        (
            {"model_type": "inkling2_loop_text", "loop_config": {"core_start": 12, "core_end": 6}},
            "query would have an axis of -6",
        ),
        (
            {"model_type": "fast_vlm", "vision_config": {"model_type": "timm_wrapper", "model_args": None}},
            "vision_config.architecture is none makes a network",
        ),
    ],
)
def test_keys_that_a_description_does_not_hold_for_are_refused(config: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        load(config)


@pytest.mark.parametrize(
    ("config", "total"),
    [
        ({"model_type": "internvl_vision", "patch_size": 28, "image_size": [224, 448]}, 304_827_392),
        ({"model_type": "beit", "add_fpn": True, "out_indices": [3, 5, 7, 11]}, 85_658_114),
        ({"model_type": "nemotron_h", "hybrid_override_pattern": "M-*-", "num_hidden_layers": 4, "hidden_size": 64,
          "vocab_size": 100, "num_attention_heads": 4, "head_dim": 16, "num_key_value_heads": 2,
          "intermediate_size": 32, "mamba_num_heads": 4, "mamba_head_dim": 8, "ssm_state_size": 8, "n_groups": 2},
         42_412),
    ],
)  # fmt: skip
def test_what_the_class_takes_in_other_forms_is_counted(config: dict[str, Any], total: int) -> None:
    """A number for both sides, features that are named, a letter for each layer."""
    assert explain(config).total == total


@pytest.mark.parametrize(
    ("config", "same"),
    [
        ({"model_type": "cohere", "use_qk_norm": None}, {"use_qk_norm": False}),
        ({"model_type": "smollm3", "num_key_value_heads": None}, {"num_key_value_heads": 16}),
        # A list of one number for each layer, and older names of kinds of layer.
        ({"model_type": "hunyuan_v1_moe", "head_dim": 128, "num_experts": 8, "moe_topk": [2] * 32}, {"moe_topk": 2}),
        (
            {"model_type": "granitemoehybrid", "layer_types": ["mamba", "attention"] * 16},
            {"layer_types": ["linear_attention", "full_attention"] * 16},
        ),
        # Code that is published with weights asks whether a switch is on.
        ({"model_type": "internlm2", "bias": None}, {"bias": False}),
        # The class saves a kind of layer under another name than configs give it.
        (
            {"model_type": "glm5_next_text", "num_hidden_layers": 4, "layer_types": ["indexed_attention"] * 4},
            {"layer_types": ["full_attention"] * 4},
        ),
        # Names that only the code which makes the config still knows.
        ({"model_type": "falcon", "n_embed": 2272}, {"n_embed": 2272, "hidden_size": 2272}),
        ({"model_type": "molmo2_adapter", "vit_layers": [7, 5, 3]}, {"vision_feature_layer": [7, 5, 3]}),
        (
            {"model_type": "molmo2_vision", "image_default_input_size": [56, 84], "image_patch_size": 28},
            {"num_position_embeddings": 2 * 3},
        ),
        ({"model_type": "molmo2_vision", "image_size": [56, 84], "image_patch_size": 28}, {"image_num_pos": 2 * 3}),
        # What stands beside a part, the code reads only in the part.
        *(
            ({"model_type": kind, "head_dim": 96, "text_config": {"head_dim": 64}}, {"head_dim": None})
            for kind in ("gemma3", "gemma4", "hunyuan_vl", "idefics3", "molmo2", "paligemma")
        ),
        ({"text_config": {"vocab_size": 700}, "model_type": "llava", "vocab_size": 800}, {"vocab_size": 700}),
    ],
)
def test_what_the_class_takes_for_something_else_is_counted_as_that(
    config: dict[str, Any], same: dict[str, Any]
) -> None:
    assert explain(config).total == explain({**config, **same}).total


@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "gemma3", "text_config": {"_sliding_window_pattern": 6}},
        {"model_type": "glm5_next_text", "head_dim": 0, "qk_head_dim": 256},
        {"model_type": "gpt_neo", "attention_layers": ["global", "local"] * 12},
        {"model_type": "musicflamingo", "head_dim": 1280},
        # An activation that the text calls otherwise, or that stands beside it.
        {"model_type": "paligemma", "text_config": {"model_type": "gemma2", "hidden_act": "gelu_pytorch_tanh"}},
        {"model_type": "llava_next", "hidden_act": "silu"},
    ],
)
def test_what_a_class_saves_of_its_own_working_out_changes_nothing(config: dict[str, Any]) -> None:
    model = load(config)
    assert not model.unknown
    assert explain(model).total == explain({"model_type": config["model_type"], **_without_saved(config)}).total


def _without_saved(config: dict[str, Any]) -> dict[str, Any]:
    """Return what says of which type the text is."""
    text = {key: value for key, value in config.get("text_config", {}).items() if key == "model_type"}
    return {"text_config": text} if text else {}


@pytest.mark.parametrize(("kind", "table"), [("hunyuan_vl", 290_943 * 4096), ("paddleocr_vl", 103_424 * 1024)])
def test_a_head_is_its_own_only_where_the_whole_and_its_text_say_so(kind: str, table: int) -> None:
    """The class ties it where one of the two does, as configs were written at different times."""
    said = [
        explain({"model_type": kind, "tie_word_embeddings": whole, "text_config": {**HEADS, **text}}).total
        for whole in (False, True)
        for text in ({"tie_word_embeddings": False}, {"tie_word_embeddings": True}, {})
    ]
    assert said == [said[1] + table, *[said[1]] * 5]


def test_a_size_beside_the_part_that_has_it_is_named_and_changes_nothing_later() -> None:
    text = {"vocab_size": 700, "num_hidden_layers": 1}
    model = load({"text_config": text, "model_type": "aria", "vocab_size": 800})
    assert model.unknown == ("vocab_size",)
    larger = explain({"text_config": {**text, "vocab_size": 900}, "model_type": "aria"})
    assert derived(explain(model), {"vocab_size": 900}).total == larger.total


def test_a_size_that_the_code_works_out_from_a_number_of_layers_has_its_own_name() -> None:
    """Dory's published configs list attention and feed-forward network apart: half as many blocks as layers."""
    model = load({"model_type": "dory", "num_hidden_layers": 8, "layer_types": ["sliding_attention", "mlp"] * 4})
    assert [size.name for size in model.definitions] == ["blocks"]
    assert model.sizes["n_layers"] == 2 * model.sizes["blocks"] == 8
    assert "blocks × [one layer]" in str(explain(model).to("text"))


def test_a_total_does_not_hang_on_the_configs_that_were_read_before() -> None:
    whole = {"model_type": "modernvbert", "tie_word_embeddings": True, "classifier_bias": True}
    load({"model_type": "modernbert", "classifier_bias": True})  # enters classifier_bias
    assert explain(whole).total == 251_976_640


def test_a_page_does_not_depend_on_the_types_that_were_read_before() -> None:
    page = explain("llama-3-8b").to_latex()
    of_key("attention_bias")
    assert explain("llama-3-8b").to_latex() == page
    assert of_key("encoder_intermediate_size").letter == of_key("encoder_ffn_dim").letter == "F_{enc}"


def test_what_takes_in_an_image_is_no_table_of_tokens() -> None:
    [tower] = [block for block in blocks(load({"model_type": "llava"}).network) if block.name == "vision tower"]
    assert next(part.name for part in tower.parts if isinstance(part, Block)) == "input embedding"


# By hand: layers × keys and values × heads of them × their width × tokens × 2 bytes, of sizes that were published.
@pytest.mark.parametrize(
    ("config", "kept"),
    [
        ({"model_type": "seed_oss", "num_hidden_layers": 64, "num_key_value_heads": 8, "head_dim": 128},
         64 * 2 * 8 * 128 * 1024 * 2),
        ({"model_type": "llama4_text"}, 48 * 2 * 8 * 128 * 1024 * 2),
        # A window of 4,096 is wider than the text.
        ({"model_type": "starcoder2", "num_hidden_layers": 30, "num_attention_heads": 24, "hidden_size": 3072,
          "num_key_value_heads": 2, "sliding_window": 4096}, 30 * 2 * 2 * 128 * 1024 * 2),
        ({"model_type": "smollm3"}, 36 * 2 * 4 * 128 * 1024 * 2),
        # Of 24 layers every fourth, from the first, looks at all tokens.
        ({"model_type": "granite_swa", "head_dim": 64}, (6 * 1024 + 18 * 127) * 2 * 4 * 64 * 2),
        # Of 12 layers the first two, each fourth and the last.
        ({"model_type": "flint", "num_hidden_layers": 12, "sliding_window": 101},
         (5 * 1024 + 7 * 100) * 2 * 4 * 128 * 2),
    ],
)  # fmt: skip
def test_a_cache_has_the_heads_and_the_windows_of_each_layer(config: dict[str, Any], kept: int) -> None:
    assert explain(config, "kv-cache", inputs={"context": 1024}).total == kept


@pytest.mark.parametrize(
    ("config", "quantity"),
    [
        ({"model_type": "qwen2_moe", "use_sliding_window": True}, "kv-cache"),
        ({"model_type": "smollm3", "use_sliding_window": True, "sliding_window": 128}, "kv-cache"),
        ({"model_type": "hrm_text", "H_cycles": 3}, "forward-flops"),
    ],
)
def test_what_was_not_seen_in_passes_is_refused(config: dict[str, Any], quantity: str) -> None:
    with pytest.raises(ConfigError, match=f"gives no {quantity}"):
        explain(config, quantity)


@pytest.mark.parametrize("given", [{}, {"head_dim": None}, {"head_dim": 16}])
def test_a_width_of_heads_that_is_not_given_follows_from_others(given: dict[str, object]) -> None:
    sizes = {"hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 1}
    attention = explain({"model_type": "nemotron", **sizes, **given}, "kv-cache", inputs={"context": 1})
    assert attention.total == 2 * 2 * 16 * 2
