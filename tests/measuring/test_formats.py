"""Bytes as a config says them: published files, a second sum over the tensors, and a clear no for the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, prod
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from sampling import sample

import symbolic
from symbolic import api
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, UnknownName
from symbolic.measuring.formats import llama_cpp, names
from symbolic.measuring.results import derived_results
from symbolic.measuring.verify import expected
from symbolic.proofread.own_pages import proofread_page

Config = dict[str, Any]
LLAMA: Config = {
    "model_type": "llama",
    "vocab_size": 32_000,
    "hidden_size": 512,
    "intermediate_size": 1536,
    "num_hidden_layers": 6,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "torch_dtype": "bfloat16",
}
GPT_OSS: Config = {
    "model_type": "gpt_oss",
    "vocab_size": 201_088,
    "hidden_size": 2880,
    "intermediate_size": 2880,
    "num_hidden_layers": 36,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "head_dim": 64,
    "num_local_experts": 128,
    "num_experts_per_tok": 4,
    "sliding_window": 128,
    "attention_bias": True,
    "tie_word_embeddings": False,
    "quantization_config": {
        "quant_method": "mxfp4",
        "modules_to_not_convert": [
            "model.layers.*.self_attn",
            "model.layers.*.mlp.router",
            "model.embed_tokens",
            "lm_head",
        ],
    },
}
DEEPSEEK: Config = {
    "model_type": "deepseek_v3",
    "vocab_size": 1280,
    "hidden_size": 768,
    "intermediate_size": 1152,
    # A multiple of 128: the code lays the experts' gate and up side by side, files keep them apart.
    "moe_intermediate_size": 256,
    "num_hidden_layers": 5,
    "first_k_dense_replace": 2,
    "num_attention_heads": 4,
    "n_routed_experts": 6,
    "num_experts_per_tok": 2,
    "n_shared_experts": 1,
    "q_lora_rank": 200,
    "kv_lora_rank": 72,
    "qk_rope_head_dim": 16,
    "qk_nope_head_dim": 48,
    "v_head_dim": 48,
}


def total(model: str | Config, quantity: str = "checkpoint-size", **how: Any) -> int:
    return symbolic.explain(model, quantity, **how).total


# Hugging Face, openai/gpt-oss-120b and -20b: metadata.total_size of model.safetensors.index.json.
@pytest.mark.parametrize(("layers", "experts", "published"), [(36, 128, 65_248_815_744), (24, 32, 13_761_264_768)])
def test_gpt_oss_takes_the_bytes_that_were_published(layers: int, experts: int, published: int) -> None:
    config = {**GPT_OSS, "num_hidden_layers": layers, "num_local_experts": experts}
    assert total(config) == published
    assert total({**config, "quantization_config": None}, dtype="mxfp4") == published


# Sizes of files as TheBloke/Llama-2-7B-GGUF and others publish them; what is more than the tensors is the file's
# header, mostly the tokenizer, which is the same in all files of one model.
@pytest.mark.parametrize(
    ("model", "dtype", "file", "header"),
    [
        ("gemma-2-2b", "q4_k_m", 1_708_582_752, 6_046_560),
        ("llama-2-7b", "q4_0", 3_825_807_040, 741_056),
        ("llama-2-7b", "q4_k_m", 4_081_004_224, 741_056),
        ("llama-2-7b", "q5_k_m", 4_783_156_928, 741_056),
        ("llama-2-7b", "q6_k", 5_529_194_176, 741_056),
        ("llama-2-7b", "q8_0", 7_161_089_728, 741_056),
        # Llama 3.1 has 64 more numbers, of 4 bytes each, that scale its rotation.
        ("llama-3-8b", "q4_k_m", 4_920_739_232, 7_840_928 + 64 * 4),
        # bartowski's file, made with an importance matrix; the same header.
        ("llama-3-8b", "iq4_xs_imatrix", 4_447_667_616, 7_840_928 + 64 * 4),
        ("qwen3-30b-a3b", "q4_k_m", 18_556_685_824, 5_969_408),
        ("mistral-7b-v0.1", "q4_k_m", 4_368_438_912, 734_848),
        # Rows of 896 numbers are no blocks of 256: other types stand in their place.
        ("qwen2.5-0.5b", "q4_k_m", 397_808_192, 5_948_480),
    ],
)
def test_llama_cpp_s_files_are_as_large_as_published(model: str, dtype: str, file: int, header: int) -> None:
    assert total(model, dtype=dtype) == file - header


# The head of bartowski's files of Gemma 3, that of unsloth's, and one that has 64 rows of the table less.
GEMMA_27B, UNSLOTH_4B, GGML_4B = 6_561_408, 6_541_184, 6_539_424
MOONLIGHT: Config = {
    "model_type": "deepseek_v3",
    "vocab_size": 163_840,
    "hidden_size": 2048,
    "intermediate_size": 11_264,
    # No multiple of 256: `ffn_down` of the experts has types of shorter blocks.
    "moe_intermediate_size": 1408,
    "num_hidden_layers": 27,
    "num_attention_heads": 16,
    "n_routed_experts": 64,
    "num_experts_per_tok": 6,
    "n_shared_experts": 2,
    "first_k_dense_replace": 1,
    "kv_lora_rank": 512,
    "q_lora_rank": None,
    "qk_rope_head_dim": 64,
    "qk_nope_head_dim": 128,
    "v_head_dim": 128,
}


# Layers of two kinds: sizes of the files of google/gemma-3, and of moonshotai/Moonlight-16B-A3B with its two latents
# apart (10,540,747,360 bytes).
@pytest.mark.parametrize(
    ("model", "more", "dtype", "file", "header"),
    [
        ("gemma-3-27b-text", {"vocab_size": 262_144}, "q4_k_m", 16_546_404_992, GEMMA_27B),
        ("gemma-3-27b-text", {"vocab_size": 262_144}, "q6_k", 22_166_690_432, GEMMA_27B),
        ("gemma-3-4b-text", {}, "q4_k_m", 2_489_894_016, UNSLOTH_4B),
        ("gemma-3-4b-text", {}, "q5_k_m", 2_829_698_176, UNSLOTH_4B),
        ("gemma-3-4b-text", {"vocab_size": 262_144}, "q4_k_m", 2_489_757_856, GGML_4B),
        ("gemma-3-1b", {}, "q4_k_m", 806_058_240, 6_533_120),
        ("", MOONLIGHT, "q4_k_m", 10_540_747_360, 6_936_672),
    ],
)
def test_files_of_layers_of_two_kinds_are_as_large_as_published(
    model: str, more: Config, dtype: str, file: int, header: int
) -> None:
    config = {**(symbolic.load(model).config if model else {}), **more}
    assert total(config, dtype=dtype) == file - header


# Files from before llama.cpp kept the latents' two parts apart have one matrix for both, in the mix's own type; of one
# model they have one header, whatever the mix: bartowski's DeepSeek-Coder-V2-Lite. unsloth's DeepSeek-V3
# takes 404.43 GB, 376.65 GiB in llama-bench.
@pytest.mark.parametrize(
    ("model", "dtype", "bits", "file", "header"),
    [
        ("deepseek-v2-lite", "q4_k_m", (22, Fraction(32 * 144, 256)), 10_364_416_768, 3_996_416),
        ("deepseek-v2-lite", "q5_k_m", (24, Fraction(32 * 176, 256)), 11_851_313_920, 3_996_416),
        ("deepseek-v3", "q4_k_m", (22, Fraction(32 * 144, 256)), 404_424_884_224, 0),
    ],
)
def test_older_files_of_latents_are_as_large_as_published(
    model: str, dtype: str, bits: tuple[int, Fraction], file: int, header: int
) -> None:
    sizes = symbolic.load(model).sizes
    keys = sizes["n_layers"] * sizes["n_heads"] * sizes["qk_nope_head_dim"] * sizes["kv_lora_rank"]
    short, own = bits
    assert total(model, dtype=dtype) - keys * (short - own) / 32 == file - header


# microsoft/phi-4-gguf, phi-4-q4.gguf, made when `attn_qkv` had five bits in all layers: today half of them have six.
def test_a_fused_matrix_has_another_type_in_older_files() -> None:
    queries_keys_values = 40 * 5120 * (5120 + 2 * 1280)
    today = Fraction(144 + 210, 2 * 256)
    older = total("phi-4", dtype="q4_k_m") + queries_keys_values * (Fraction(176, 256) - today)
    assert older == 9_053_114_816 - 3_555_776
    page = " ".join(symbolic.explain("phi-4", "weight-memory", dtype="q4_k_m").to_text().split())
    assert "in files that were made before March 2026 it has q5_K in all layers" in page
    assert "March 2026" not in symbolic.explain("llama-3-8b", "weight-memory", dtype="q4_k_m").to_text()


# Mixtral's keys and values have eight bits whatever the mix: 26.44 and 32.23 GB, as TheBloke publishes them.
@pytest.mark.parametrize(("dtype", "published"), [("q4_0", 26_442_850_304), ("q5_0", 32_230_596_608)])
def test_eight_experts_have_keys_and_values_of_eight_bits(dtype: str, published: int) -> None:
    plain = {"q4_0": Fraction(18, 32), "q5_0": Fraction(22, 32)}[dtype]
    keys_and_values, head, router = 32 * 2 * 4096 * 1024, 32_000 * 4096, 32 * 8 * 4096
    others = symbolic.load("mixtral-8x7b").sizes
    matrices = 46_702_792_704 - keys_and_values - head - router - (2 * others["n_layers"] + 1) * 4096
    by_hand = matrices * plain + keys_and_values * Fraction(34, 32) + head * Fraction(210, 256)
    assert total("mixtral-8x7b", dtype=dtype) == by_hand + 4 * (router + 65 * 4096) == published


def test_layers_of_several_kinds_are_stored_by_their_places() -> None:
    """Global layers that are listed: the first and third of eight; the more bits are in layers 0, 3, 6 and 7."""
    kinds = ["full_attention", "sliding_attention"] * 2 + ["sliding_attention"] * 4
    config = {**symbolic.load("gemma-3-1b").config, "num_hidden_layers": 8, "layer_types": kinds}
    page = symbolic.explain(config, "weight-memory", dtype="q4_k_m")
    alike = {**config, "layer_types": ["sliding_attention"] * 8}
    assert page.total == total(alike, dtype="q4_k_m")
    steps = json.loads(page.to_json())["steps"]
    repeats = {step["key"]: step["repeat"]["value"] for step in steps if step.get("repeat")}
    assert repeats == {
        "sliding_layer_more_bits": 3,
        "sliding_layer": 3,
        "global_layer_more_bits": 1,
        "global_layer": 1,
    }


def by_hand(layers: int, dtype: str) -> int:
    """Llama with 512 wide layers, tensor by tensor, by llama.cpp's rules: the second algorithm."""
    size = {"q3": Fraction(110, 256), "q4": Fraction(144, 256), "q5": Fraction(176, 256), "q6": Fraction(210, 256)}
    size["q2"] = Fraction(84, 256)

    def more(layer: int) -> bool:
        return layer < layers // 8 or layer >= 7 * layers // 8 or (layer - layers // 8) % 3 == 2

    rules: Mapping[str, Callable[[int], tuple[str, str, str, str]]] = {
        # the type of all others, of values, of the down matrix, of the output projection
        "q2_k": lambda layer: ("q2", "q4", "q3", "q3"),  # noqa: ARG005
        "q3_k_m": lambda layer: (
            "q3",
            "q5" if layer < 2 else "q4",
            "q5" if layer < layers // 16 else "q4",
            "q4",
        ),
        "q3_k_l": lambda layer: ("q3", "q5", "q5", "q5"),  # noqa: ARG005
        "q4_k_s": lambda layer: (
            "q4",
            "q5" if layer < 4 else "q4",
            "q5" if layer < layers // 8 else "q4",
            "q4",
        ),
        "q4_k_m": lambda layer: ("q4", *("q6" if more(layer) else "q4",) * 2, "q4"),
        "q5_k_m": lambda layer: ("q5", *("q6" if more(layer) else "q5",) * 2, "q5"),
    }
    base = rules[dtype](0)[0]
    bytes_ = 32_000 * 512 * (size[base] + size["q6"]) + 512 * 4
    for layer in range(layers):
        other, values, down, output = (size[name] for name in rules[dtype](layer))
        bytes_ += 512 * (512 + 128) * other + 512 * 128 * values + 512 * 512 * output
        bytes_ += 2 * 512 * 1536 * other + 1536 * 512 * down + 2 * 512 * 4
    return int(bytes_)


@pytest.mark.parametrize("dtype", ["q2_k", "q3_k_m", "q3_k_l", "q4_k_s", "q4_k_m", "q5_k_m"])
@pytest.mark.parametrize("layers", [1, 3, 7, 16, 40, 79, 81])
def test_k_quants_follow_llama_cpp_s_rules_for_any_number_of_layers(dtype: str, layers: int) -> None:
    assert total({**LLAMA, "num_hidden_layers": layers}, dtype=dtype) == by_hand(layers, dtype)


def packed(model: Model, matrix: Callable[[str, int, int], Fraction | int | None], other: int = 2) -> int:
    """The sum over the real code's tensors: of a linear layer what `matrix` says, of all others `other` a number."""
    found = Fraction(0)
    for (name, shape), count in expected(model).items():
        said = matrix(name, shape[-1], prod(shape[:-1])) if len(shape) > 1 else None
        found += count * (prod(shape) * other if said is None else said)
    assert found.denominator == 1
    return int(found)


def linear(name: str) -> bool:
    return "layers" in name and "norm" not in name


def gptq(bits: int, group: int) -> Callable[[str, int, int], Fraction | None]:
    """AutoGPTQ's tensors: qweight, qzeros, scales, g_idx, in bytes."""

    def matrix(name: str, inputs: int, outputs: int) -> Fraction | None:
        groups = 1 if group == -1 else inputs // group
        size = inputs * outputs * Fraction(bits, 8) + groups * outputs * (Fraction(bits, 8) + 2) + inputs * 4
        return size if linear(name) else None

    return matrix


def awq(name: str, inputs: int, outputs: int) -> Fraction | None:
    size = inputs * outputs * Fraction(4, 8) + inputs // 128 * outputs * (Fraction(4, 8) + 2)
    return size if linear(name) else None


def nf4(double: bool) -> Callable[[str, int, int], int | None]:
    def matrix(name: str, inputs: int, outputs: int) -> int | None:
        runs = ceil(Fraction(inputs * outputs, 64))
        scales = runs + ceil(Fraction(runs, 256)) * 4 + 4 if double else runs * 4
        return inputs * outputs // 2 + scales if linear(name) else None

    return matrix


def eight_bits(scale: Callable[[int, int], int]) -> Callable[[str, int, int], int | None]:
    return lambda name, inputs, outputs: inputs * outputs + scale(inputs, outputs) if linear(name) else None


# The quantization_config of files that people publish, shortened to the keys that matter.
@pytest.mark.parametrize(
    ("said", "matrix"),
    [
        ({"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": True, "sym": True}, gptq(4, 128)),
        ({"quant_method": "gptq", "bits": 8, "group_size": 32, "desc_act": False}, gptq(8, 32)),
        ({"quant_method": "gptq", "bits": 3, "group_size": 64}, gptq(3, 64)),
        ({"quant_method": "gptq", "bits": 4, "group_size": -1, "checkpoint_format": "gptq_v2"}, gptq(4, -1)),
        ({"quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": True, "version": "gemm"}, awq),
        ({"quant_method": "awq", "w_bit": 4, "q_group_size": 128, "modules_to_not_convert": None}, awq),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}, nf4(double=False)),
        (
            {
                "quant_method": "bitsandbytes",
                "_load_in_4bit": True,
                "load_in_4bit": True,
                "load_in_8bit": False,
                "bnb_4bit_quant_type": "nf4",
                "bnb_4bit_use_double_quant": True,
                "llm_int8_skip_modules": None,
            },
            nf4(double=True),
        ),
        ({"load_in_8bit": True}, eight_bits(lambda inputs, outputs: outputs * 4)),  # noqa: ARG005
        (
            {"quant_method": "fp8", "activation_scheme": "dynamic", "fmt": "e4m3", "weight_block_size": [128, 128]},
            eight_bits(lambda inputs, outputs: ceil(inputs / 128) * ceil(outputs / 128) * 4),
        ),
        (
            {"quant_method": "fp8", "activation_scheme": "static", "weight_block_size": None,
             "modules_to_not_convert": ["vision_tower", "lm_head"]},
            eight_bits(lambda inputs, outputs: 8),  # noqa: ARG005
        ),
        (
            {"quant_method": "fbgemm_fp8", "modules_to_not_convert": ["lm_head"]},
            eight_bits(lambda inputs, outputs: outputs * 4),  # noqa: ARG005
        ),
    ],
)  # fmt: skip
def test_a_quantised_llama_takes_the_sum_of_its_tensors(
    said: Config, matrix: Callable[[str, int, int], Fraction | int | None]
) -> None:
    config = {**LLAMA, "quantization_config": said}
    assert total(config) == packed(symbolic.load(config), matrix)
    assert total(config, "weight-memory") == total(config)
    assert total(config, dtype="bf16") == total({**LLAMA}, dtype="bf16")


GROUP = {"num_bits": 4, "type": "int", "symmetric": True, "strategy": "group", "group_size": 128}
FLOAT = {"num_bits": 8, "type": "float", "symmetric": True, "strategy": "channel", "group_size": None}


@pytest.mark.parametrize(
    ("weights", "form", "matrix"),
    [
        (GROUP, "pack-quantized", lambda i, o: i * o // 2 + i // 128 * o * 2 + 16),
        ({**GROUP, "symmetric": False}, "pack-quantized", lambda i, o: i * o // 2 + i // 128 * o * 5 // 2 + 16),
        ({**GROUP, "actorder": "group"}, "pack-quantized", lambda i, o: i * o // 2 + i // 128 * o * 2 + 16 + i * 4),
        ({**GROUP, "actorder": "static"}, "pack-quantized", lambda i, o: i * o // 2 + i // 128 * o * 2 + 16),
        (FLOAT, "float-quantized", lambda i, o: i * o + o * 2),
        ({**FLOAT, "strategy": "tensor"}, "float-quantized", lambda i, o: i * o + 2),
        (
            {**FLOAT, "strategy": "block", "block_structure": [128, 128]},
            "float-quantized",
            lambda i, o: i * o + ceil(i / 128) * ceil(o / 128) * 2,
        ),
        (
            {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16},
            "nvfp4-pack-quantized",
            lambda i, o: i * o // 2 + i // 16 * o + 4,
        ),
    ],
)
def test_compressed_tensors_take_the_sum_of_their_tensors(
    weights: Config, form: str, matrix: Callable[[int, int], int]
) -> None:
    group = {"targets": ["Linear"], "weights": weights, "input_activations": None, "output_activations": None}
    said = {
        "quant_method": "compressed-tensors",
        "format": form,
        "config_groups": {"group_0": group},
        "ignore": ["lm_head"],
        "kv_cache_scheme": None,
    }
    config = {**LLAMA, "quantization_config": said}
    sizes = packed(symbolic.load(config), lambda name, i, o: matrix(i, o) if linear(name) else None)
    assert total(config) == sizes


MODELOPT: Config = {"producer": {"name": "modelopt", "version": "0.41.0"}, "exclude_modules": ["lm_head"]}


# vLLM's ModelOpt layers: NVFP4 has weight, weight_scale for each 16 inputs, weight_scale_2 and input_scale; FP8 has
# weight, weight_scale and input_scale. The two scales of a matrix have 4 bytes each.
@pytest.mark.parametrize(
    ("said", "matrix"),
    [
        ({"quant_algo": "NVFP4", "group_size": 16}, lambda i, o: i * o // 2 + i // 16 * o + 8),
        ({"quant_algo": "nvfp4", "quant_method": "modelopt_fp4"}, lambda i, o: i * o // 2 + i // 16 * o + 8),
        (
            {
                "quant_algo": "NVFP4",
                "config_groups": {"group_0": {"weights": {"num_bits": 4, "group_size": 32}, "targets": ["Linear"]}},
            },
            lambda i, o: i * o // 2 + i // 32 * o + 8,
        ),
        ({"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}, lambda i, o: i * o + 8),
        ({"quant_algo": "FP8_PER_CHANNEL_PER_TOKEN"}, lambda i, o: i * o + o * 4),
    ],
)
def test_modelopt_s_formats_take_the_sum_of_their_tensors(
    said: Config, matrix: Callable[[int, int], int], tmp_path: Path
) -> None:
    config = {**LLAMA, "quantization_config": {**MODELOPT, **said}}
    sizes = packed(symbolic.load(config), lambda name, i, o: matrix(i, o) if linear(name) else None)
    assert total(config) == sizes
    # A checkpoint's folder says it in a file of its own.
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    (tmp_path / "hf_quant_config.json").write_text(json.dumps({"quantization": {**MODELOPT, **said}}))
    assert total(str(tmp_path)) == sizes
    assert total(str(tmp_path / "config.json")) == sizes


@pytest.mark.parametrize(
    ("listed", "stays"),
    [
        ("model.layers.1*", lambda name, layer: layer == 1),  # noqa: ARG005
        ("model.layers.3.*", lambda name, layer: layer == 3),  # noqa: ARG005
        ("model.layers.0.self_attn*", lambda name, layer: layer == 0 and "attn" in name),
        ("*.mlp.down_proj", lambda name, layer: "down_proj" in name),  # noqa: ARG005
        ("*.mlp.*", lambda name, layer: "mlp" in name),  # noqa: ARG005
    ],
)
def test_modelopt_s_stars_name_modules_as_vllm_reads_them(listed: str, stays: Callable[[str, int], bool]) -> None:
    said = {"quant_method": "modelopt", "quant_algo": "FP8", "ignore": ["lm_head", listed]}
    found = 0
    for (name, shape), count in expected(symbolic.load(LLAMA)).items():
        for layer in range(count):
            found += prod(shape) + 8 if linear(name) and not stays(name, layer) else prod(shape) * 2
    assert total({**LLAMA, "quantization_config": said}) == found


@pytest.mark.parametrize(
    ("said", "bytes_"),
    [({}, 2), ({"kv_cache_quant_algo": "FP8"}, 1), ({"kv_cache_scheme": "FP8"}, 1), ({"kv_cache_quant_algo": None}, 2)],
)
def test_a_cache_is_stored_as_modelopt_says(said: Config, bytes_: int) -> None:
    config = {**LLAMA, "quantization_config": {**MODELOPT, "quant_algo": "FP8", **said}}
    assert total(config, "kv-cache") == total({**LLAMA}, "kv-cache", dtype="bf16") * bytes_ // 2


@pytest.mark.parametrize("algorithm", ["W4A8_AWQ", None, 4])
def test_modelopt_s_other_formats_are_refused(algorithm: object) -> None:
    config = {**LLAMA, "quantization_config": {**MODELOPT, "quant_algo": algorithm}}
    with pytest.raises(ConfigError, match="known: NVFP4, FP8, FP8_PER_CHANNEL_PER_TOKEN; name a format with --dtype"):
        total(config)


def test_modelopt_s_formats_of_single_modules_are_refused() -> None:
    config = {**LLAMA, "quantization_config": {**MODELOPT, "quant_algo": "MIXED_PRECISION"}}
    with pytest.raises(ConfigError, match=r"gives each module a format of its own .*name one format with --dtype"):
        total(config)


@pytest.mark.parametrize(
    ("file", "said", "method"),
    [
        ("quantize_config.json", {"bits": 4, "group_size": 128, "damp_percent": 0.01, "sym": True}, "gptq"),
        ("quantize_config.json", {"bits": 8, "group_size": -1, "quant_method": "gptq"}, "gptq"),
        ("quantize_config.json", {"w_bit": 4, "q_group_size": 64, "zero_point": True}, "awq"),
        ("quant_config.json", {"w_bit": 4, "q_group_size": 128, "version": "GEMM"}, "awq"),
        # Copies for ONNX lie in a folder of their own.
        ("quantize_config.json", {"per_channel": True, "reduce_range": True}, None),
        ("quant_config.json", {"bits": 4}, None),
    ],
)
def test_what_older_quantisers_wrote_beside_a_config_is_read(
    file: str, said: Config, method: str | None, tmp_path: Path
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    (tmp_path / file).write_text(json.dumps(said))
    same = {**LLAMA, "quantization_config": {"quant_method": method, **said}} if method else LLAMA
    assert total(str(tmp_path)) == total(str(tmp_path / "config.json")) == total(same)


def test_what_a_checkpoint_s_folder_says_of_its_numbers_must_be_readable(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA))
    (tmp_path / "hf_quant_config.json").write_text("[1]")
    with pytest.raises(ConfigError, match="has no table quantization"):
        total(str(tmp_path))


# What a config lists is left as it is: by the whole name, an ending, a pattern, or the number of a layer.
@pytest.mark.parametrize(
    ("key", "listed", "stays"),
    [
        ("modules_to_not_convert", ["lm_head", "down_proj"], lambda name, layer: "down_proj" in name),  # noqa: ARG005
        ("modules_to_not_convert", ["lm_head", "model.layers.*.self_attn"], lambda name, layer: "attn" in name),  # noqa: ARG005
        (
            "modules_to_not_convert",
            ["lm_head", "model.layers.0.mlp.gate_proj", "model.layers.3.mlp.gate_proj", "model.layers.3.self_attn"],
            lambda name, layer: (layer in (0, 3) and "gate_proj" in name) or (layer == 3 and "attn" in name),
        ),
        (
            "modules_to_not_convert",
            ["lm_head", *(f"model.layers.{layer}.self_attn.k_proj" for layer in range(6))],
            lambda name, layer: "k_proj" in name,  # noqa: ARG005
        ),
        ("ignored_layers", ["lm_head", "re:.*self_attn.*"], lambda name, layer: "attn" in name),  # noqa: ARG005
    ],
)
def test_modules_that_a_config_lists_stay_as_they_are(
    key: str, listed: list[str], stays: Callable[[str, int], bool]
) -> None:
    config = {**LLAMA, "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128], key: listed}}
    found = 0
    for (name, shape), count in expected(symbolic.load(LLAMA)).items():
        for layer in range(count):
            quantised = linear(name) and not stays(name, layer)
            scales = ceil(shape[0] / 128) * ceil(shape[-1] / 128) * 4
            found += prod(shape) + scales if quantised else prod(shape) * 2
    assert total(config) == found


@pytest.mark.torch
@pytest.mark.parametrize(
    ("config", "left"),
    sample(
        [
            (LLAMA, None),
            ({**LLAMA, "hidden_size": 520, "intermediate_size": 1000, "head_dim": 72}, ["lm_head"]),
            (DEEPSEEK, None),
            ({**DEEPSEEK, "vocab_size": 1000}, ["lm_head", "kv_a_proj_with_mqa"]),
        ],
        2,
        1,
    ),
)
def test_block_scales_are_those_of_the_real_fp8_layers(config: Config, left: list[str] | None) -> None:
    transformers = pytest.importorskip("transformers")
    from transformers.integrations.finegrained_fp8 import replace_with_fp8_linear
    from transformers.quantizers.base import get_keys_to_not_convert

    from symbolic.measuring.verify import real_network

    said = {"quant_method": "fp8", "weight_block_size": [128, 128], "modules_to_not_convert": left}
    model = symbolic.load({**config, "torch_dtype": "bfloat16", "quantization_config": said})
    network = real_network(model)
    quantised = replace_with_fp8_linear(
        network,
        modules_to_not_convert=left or get_keys_to_not_convert(network),
        quantization_config=transformers.FineGrainedFP8Config(weight_block_size=(128, 128)),
        pre_quantized=True,
    )
    found = 0
    for name, tensor in quantised.named_parameters():
        eight = tensor.element_size() == 1
        found += tensor.numel() * (1 if eight else 4 if "scale_inv" in name else 2)
    for name, tensor in quantised.named_buffers():
        found += tensor.numel() * 4 if "correction" in name else 0
    assert total({**config, "torch_dtype": "bfloat16", "quantization_config": said}) == found


@pytest.mark.parametrize(
    ("dtype", "size"),
    [("float32", 4), ("bfloat16", 2), ("float16", 2), ("torch.bfloat16", 2), ("float8_e4m3fn", 1), ("auto", 2)],
)
def test_a_config_s_dtype_sets_the_bytes_of_numbers(dtype: str, size: int) -> None:
    parameters = total(LLAMA, "parameters")
    for key in ("dtype", "torch_dtype"):
        config = {**LLAMA, "torch_dtype": None, key: dtype}
        assert total(config) == total(config, "weight-memory") == size * parameters
        cached = 2 * 6 * 2 * 64 * 8192
        assert total(config, "kv-cache") == size * cached
        assert total(config, "kv-cache", cache_dtype="int4") == cached // 2


@pytest.mark.parametrize(("cache", "size"), [("bf16", 2), ("fp8", 1), ("int8", 1), ("int4", Fraction(1, 2))])
def test_the_cache_has_a_format_of_its_own(cache: str, size: Fraction) -> None:
    numbers = 32 * 2 * 8 * 128 * 8192
    for dtype in ("", "int4", "q4_k_m", "fp8"):
        how = {"inputs": {"context": 8192}, "dtype": dtype}
        assert total("llama-3-8b", "kv-cache", cache_dtype=cache, **how) == numbers * size
        assert total("llama-3-8b", "kv-cache", **how) == numbers * 2


def test_weights_of_eight_bits_leave_the_cache_at_sixteen_unless_the_config_says_so() -> None:
    said: Config = {"quant_method": "fp8", "weight_block_size": [128, 128]}
    cached = 2 * 6 * 2 * 64 * 8192
    assert total({**LLAMA, "quantization_config": said}, "kv-cache") == 2 * cached
    said |= {"kv_cache_scheme": {"num_bits": 8, "type": "float", "strategy": "tensor"}}
    assert total({**LLAMA, "quantization_config": said}, "kv-cache") == cached


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"quant_method": "hqq", "weight_config": {}}, "'hqq', whose bytes we don't know"),
        ({"bits": 4}, "names the method None"),
        ({"quant_method": "gptq", "bits": 5}, "bits 5 is none that we know"),
        ({"quant_method": "gptq"}, "gives no bits"),
        ({"quant_method": "gptq", "bits": 4, "group_size": 0}, "group_size must be a whole number above 0"),
        ({"quant_method": "gptq", "bits": 4, "group_size": 96}, "is not a whole number"),
        ({"quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"}, "marlin"),
        ({"quant_method": "gptq", "bits": 4, "dynamic": {r"+:.*down.*": {"bits": 8}}}, "another format"),
        ({"quant_method": "awq", "bits": 4, "version": "gemv"}, "gemv"),
        ({"quant_method": "fp8", "weight_block_size": [128]}, "must be two whole numbers"),
        ({"quant_method": "fp8", "modules_to_not_convert": "lm_head"}, "must be a list"),
        ({"quant_method": "bitsandbytes"}, "needs one of load_in_4bit and load_in_8bit"),
        ({"quant_method": "compressed-tensors", "config_groups": {}}, "one group"),
        (["gptq"], "must be a table"),
    ],
)
def test_a_format_that_we_do_not_know_is_refused_by_name(said: object, words: str) -> None:
    config = {**LLAMA, "quantization_config": said}
    with pytest.raises(ConfigError, match=words.replace("(", r"\(")):
        total(config)
    assert total(config, "parameters") == total(LLAMA, "parameters")
    assert total(config, dtype="bf16") == total(LLAMA, dtype="bf16")


def test_rows_that_blocks_do_not_fit_into_take_llama_cpp_s_other_types() -> None:
    rows = {**LLAMA, "hidden_size": 480, "num_attention_heads": 6, "head_dim": 80}
    # q4_K gives way to q5_0, and q6_K to q8_0; rows of 480 are 15 blocks of 32.
    attention = 480 * (480 + 2 * 160) + 480 * 480
    wide, down = 2 * 480 * 1536, 1536 * 480
    q5, q8, q4, q6 = Fraction(22, 32), Fraction(34, 32), Fraction(144, 256), Fraction(210, 256)
    values = 480 * 160
    # Of 6 layers, numbers 2 and 5 have more bits.
    layers = 6 * ((attention - values + wide) * q5 + 2 * 480 * 4) + 4 * (values * q5 + down * q4)
    layers += 2 * (values * q8 + down * q6)
    assert total(rows, dtype="q4_k_m") == layers + 32_000 * 480 * (q5 + q8) + 480 * 4
    swept = api.sweep(rows, ["emb_dim=480,512"], "weight-memory", dtype="q4_k_m")
    assert [int(width) for chunk in swept.chunks() for width in chunk.columns["emb_dim"]] == [480]


def test_a_head_of_its_own_has_the_head_s_type() -> None:
    tied = {**LLAMA, "tie_word_embeddings": True}
    assert total(tied, "weight-memory", convention="untied", dtype="q8_0") == total(LLAMA, dtype="q8_0")


def test_unknown_names_and_formats_without_use_are_refused() -> None:
    with pytest.raises(UnknownName, match="q4_k_m"):
        total("llama-3-8b", dtype="q4_k_l")
    with pytest.raises(UnknownName, match="cache-dtype"):
        total("llama-3-8b", "kv-cache", cache_dtype="nf4")
    with pytest.raises(ConfigError, match="leave --cache-dtype out"):
        total("llama-3-8b", "weight-memory", cache_dtype="fp8")
    with pytest.raises(ConfigError, match="leave --cache-dtype out"):
        total("llama-3-8b", "parameters", cache_dtype="fp8")
    with pytest.raises(ConfigError, match="no format that we know"):
        total({**LLAMA, "torch_dtype": "float7"})
    with pytest.raises(ConfigError, match="2 kinds of layers"):
        total({**symbolic.load("gemma-2-2b").config, "num_hidden_layers": 100_002}, dtype="q4_k_m")
    with pytest.raises(ConfigError, match="by its role"):
        total("mamba-130m", dtype="q4_k_m")
    with pytest.raises(ConfigError, match="give what stands under text_config"):
        total({"model_type": "gemma3", "text_config": {"model_type": "gemma3_text"}}, dtype="q4_k_m")


FORMATS: list[tuple[Config, Config]] = [
    ({}, {"dtype": "q4_k_m"}),
    ({}, {"dtype": "q3_k_m"}),
    ({}, {"dtype": "q8_0"}),
    ({"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 64}}, {}),
    ({"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}, {}),
    ({"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}}, {}),
    ({"torch_dtype": "float32"}, {"cache_dtype": "fp8"}),
]


@pytest.mark.parametrize(("more", "how"), FORMATS)
def test_sweep_code_and_page_agree_in_every_format(more: Config, how: Config) -> None:
    config = {**LLAMA, **more}
    quantity = "kv-cache" if "cache_dtype" in how else "weight-memory"
    swept = api.sweep(config, ["n_layers=1:9:4", "hidden_dim=1280,1536"], quantity, **how)
    rows = [
        (int(layers), int(width), int(found))
        for chunk in swept.chunks()
        for layers, width, found in zip(
            chunk.columns["n_layers"], chunk.columns["hidden_dim"], chunk.totals, strict=True
        )
    ]
    assert len(rows) == 6
    space: dict[str, Any] = {}
    exec(api.formula(config, "python", quantity, **how), space)
    code = next(value for value in space.values() if isinstance(value, FunctionType))
    arguments = code.__code__.co_varnames[: code.__code__.co_argcount]
    sizes = symbolic.explain(config, quantity, **how).sizes
    for layers, width, found in rows:
        changed = {**config, "num_hidden_layers": layers, "intermediate_size": width}
        assert total(changed, quantity, **how) == found
        given = {**sizes, "n_layers": layers, "hidden_dim": width}
        if all(isinstance(given[name], int) for name in arguments):
            assert code(**{name: given[name] for name in arguments}) == found


def test_a_sweep_leaves_out_what_a_format_stores_by_another_rule() -> None:
    config = {**LLAMA, "num_attention_heads": 8, "num_key_value_heads": 2}
    swept = api.sweep(config, ["n_kv_groups=1,2,4,8"], "weight-memory", dtype="q2_k")
    rows = [int(groups) for chunk in swept.chunks() for groups in chunk.columns["n_kv_groups"]]
    assert rows == [1, 2]
    assert sum(swept.left_out.values()) == 2


@pytest.mark.parametrize("dtype", sample(llama_cpp.names(), 3))
def test_every_format_has_a_page_that_says_its_rule(dtype: str) -> None:
    page = symbolic.explain(LLAMA, "weight-memory", dtype=dtype).to_text()
    assert "How the numbers are stored:" in page
    assert dtype in page
    assert dtype in names()


@pytest.mark.parametrize(
    ("listed", "remark"),
    [
        (["lm_head", "model.layers.0.input_layernorm", "model.embed_tokens"], ""),
        (["lm_head", "vision_tower", "model.layers.2.mlp.experts.7"], "vision_tower, model.layers.2.mlp.experts.7"),
    ],
)
def test_a_page_names_the_listed_modules_that_no_part_has(listed: list[str], remark: str) -> None:
    said = {"quant_method": "fp8", "weight_block_size": [128, 128], "modules_to_not_convert": listed}
    derivation = symbolic.explain({**LLAMA, "quantization_config": said}, "weight-memory")
    page = " ".join(derivation.to_text().split())
    assert ("No part of this network is called" in page) == bool(remark)
    assert remark in page
    assert derivation.total == total({**LLAMA, "quantization_config": {**said, "modules_to_not_convert": None}})


def test_a_config_of_several_parts_says_its_format_once_for_all() -> None:
    said = {
        "quant_method": "compressed-tensors",
        "format": "float-quantized",
        "config_groups": {"group_0": {"targets": ["Linear"], "weights": FLOAT, "input_activations": None}},
        "ignore": ["re:vision_tower.*", "language_model.lm_head", "language_model.model.layers.0.mlp.down_proj"],
    }
    whole = {"text_config": {**LLAMA, "torch_dtype": None}, "torch_dtype": "bfloat16", "quantization_config": said}
    listed = {**said, "ignore": ["lm_head", "model.layers.0.mlp.down_proj"]}
    assert total(whole) == total({**LLAMA, "quantization_config": listed})
    assert total({**whole, "quantization_config": None, "torch_dtype": "float32"}) == 4 * total(LLAMA, "parameters")


def test_a_format_in_the_part_that_writes_is_read_and_in_another_refused() -> None:
    said = {"quant_method": "fp8", "weight_block_size": [16, 16]}
    stored = {**LLAMA, "quantization_config": said}
    assert total({"text_config": stored}) == total(stored) < total(LLAMA)
    whole = {"model_type": "llava", "architectures": ["LlavaForConditionalGeneration"], "vision_config": {}}
    with pytest.raises(ConfigError, match="we know no names"):
        total({**whole, "text_config": stored})
    with pytest.raises(ConfigError, match="quantization_config stands in vision_config"):
        total({**whole, "text_config": LLAMA, "vision_config": {"quantization_config": said}})


T5: Config = {
    "model_type": "t5",
    "architectures": ["T5EncoderModel"],
    "vocab_size": 320,
    "d_model": 64,
    "d_ff": 128,
    "d_kv": 16,
    "num_layers": 2,
    "num_heads": 4,
    "tie_word_embeddings": False,
    "torch_dtype": "float16",
}


# transformers, `_keep_in_fp32_modules` of T5. Packed in blocks of 64 with a scale of 32 bits: the table and the norms,
# then in each layer queries, keys, values and outputs, the first matrix, the second one and two norms.
@pytest.mark.parametrize(
    ("said", "second"),
    [
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}, 128 * 64 * 4),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, 128 * 64 * 4),
    ],
)
def test_the_second_matrices_of_t5_stay_at_32_bits(said: Config, second: int) -> None:
    plain = 320 * 64 * 2 + 32 * 4 * 2 + 64 * 2
    four = 4 * 64 * 64 + 64 * 128
    packed = four // 2 + four // 64 * 4 if "load_in_4bit" in said else four + (4 * 64 + 128) * 4
    assert total({**T5, "quantization_config": said}) == plain + 2 * (packed + second + 2 * 64 * 2)


def test_nf4_leaves_out_what_its_library_does() -> None:
    config = {key: value for key, value in T5.items() if key != "torch_dtype"}
    said = {"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
    assert total(config, dtype="nf4") == total({**config, "quantization_config": said})
    with pytest.raises(ConfigError, match="no names for the tensors of umt5"):
        total({"model_type": "umt5"}, dtype="nf4")


def test_files_of_other_libraries_have_the_second_matrices_of_t5_packed() -> None:
    four = 2 * (4 * 64 * 64 + 2 * 64 * 128)
    scales = four // 16 + 2 * 6 * 8
    said = {**MODELOPT, "quant_algo": "NVFP4", "group_size": 16}
    assert total({**T5, "quantization_config": said}) == (
        320 * 64 * 2 + 32 * 4 * 2 + 64 * 2 + four // 2 + scales + 2 * 2 * 64 * 2
    )


@pytest.mark.parametrize(
    ("more", "says"),
    [({"model_type": "mixtral", "num_local_experts": 4, "num_experts_per_tok": 2}, True), ({}, False)],
)
def test_a_page_says_that_experts_in_one_tensor_are_not_packed(more: Config, says: bool) -> None:
    said = {"quant_method": "bitsandbytes", "load_in_8bit": True}
    model = symbolic.explain({**LLAMA, **more, "quantization_config": said}, "weight-memory").model
    assert model.stored
    assert any("does not pack" in sentence for sentence in model.stored.says) is says


def test_a_cache_does_not_need_the_bytes_of_the_weights() -> None:
    # A type of which nobody has written down what files call its tensors.
    config = {
        "model_type": "granitemoe",
        "hidden_size": 64,
        "intermediate_size": 32,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 100,
        "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 32},
    }
    with pytest.raises(ConfigError, match="we know no names"):
        total(config)
    cache = symbolic.explain(config, "kv-cache", inputs={"context": 10})
    assert cache.total == 3 * 10 * 2 * (2 * 16) * 2
    # What fits beside the weights is not said.
    assert not any("devices" in result.unit for result in derived_results(cache))
    assert total({**config, "quantization_config": None}, "kv-cache", inputs={"context": 10}) == cache.total


QWEN3_14B = {
    "model_type": "qwen3",
    "architectures": ["Qwen3ForCausalLM"],
    "vocab_size": 151_936,
    "hidden_size": 5120,
    "intermediate_size": 17_408,
    "num_hidden_layers": 40,
    "num_attention_heads": 40,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}


@pytest.mark.parametrize("key", ["quantization", "quantization_config"])
def test_mlx_stores_matrices_and_tables_in_groups_with_two_numbers_each(key: str) -> None:
    """The `total_size` that the index of Qwen3-14B-MLX-4bit names."""
    config = {**QWEN3_14B, key: {"group_size": 64, "bits": 4}}
    assert total(config) == 8_307_783_680
    norms = 40 * (2 * 5120 + 2 * 128) + 5120
    matrices = symbolic.explain(QWEN3_14B).total - norms
    assert total(config, "tensor-elements") == matrices * 4 // 32 + 2 * matrices // 64 + norms


@pytest.mark.parametrize(
    ("config", "said", "words"),
    [
        (QWEN3_14B, {"lm_head": {"group_size": 64, "bits": 8}}, "names the method None"),
        (QWEN3_14B, {"mode": "mxfp4"}, "mode 'mxfp4'"),
        (QWEN3_14B, {"bits": 7}, "bits 7"),
        ({"model_type": "minimax_m2", "architectures": ["MiniMaxM2ForCausalLM"]}, {}, "of experts or of several parts"),
    ],
)
def test_what_mlx_stores_otherwise_is_refused(config: Config, said: Config, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        total({**config, "quantization": {"group_size": 64, "bits": 4, **said}})


EXPERTS = {
    "model_type": "minimax_m2",
    "architectures": ["MiniMaxM2ForCausalLM"],
    "vocab_size": 50,
    "hidden_size": 48,
    "intermediate_size": 40,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "num_local_experts": 3,
    "num_experts_per_tok": 2,
}


@pytest.mark.parametrize(
    ("left", "packed"),
    [
        (["gate", "e_score_correction_bias", "lm_head"], ("attention", "experts")),
        (["lm_head", "model.layers.0.self_attn", "model.layers.1.self_attn"], ("experts",)),
        (["lm_head", "re:.*block_sparse_moe.experts.*"], ("attention",)),
        (["lm_head", "model.layers.0.block_sparse_moe", "model.layers.1.block_sparse_moe"], ("attention",)),
    ],
)
def test_files_keep_the_matrices_of_an_expert_apart(left: list[str], packed: tuple[str, ...]) -> None:
    """Of a described type whose code joins two matrices of 40 rows, and whose files call parts otherwise."""
    scheme = {"quant_method": "fp8", "weight_block_size": [32, 16], "modules_to_not_convert": left}
    said = {"quantization_config": scheme}
    # Bytes less for each number, and a scale of 4 bytes for each begun block of 32 outputs and 16 inputs.
    attention = 48 * 64 + 2 * 48 * 32 + 64 * 48, 2 * 3 + 2 * 1 * 3 + 2 * 4
    experts = 3 * 3 * 48 * 40, 3 * (2 * 2 * 3 + 2 * 3)
    numbers, scales = map(sum, zip(*({"attention": attention, "experts": experts}[one] for one in packed), strict=True))
    plain = {**EXPERTS, "torch_dtype": "bfloat16"}
    stored, unpacked = (symbolic.explain(one, "weight-memory").total for one in ({**plain, **said}, plain))
    assert stored == unpacked - 2 * numbers + 4 * 2 * scales


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ("re:.*experts.*w1", "some of the matrices that the code joins"),
        ("model.layers.0.block_sparse_moe.experts", "single layers of minimax_m2"),
        ("model.layers.1.block_sparse_moe.experts.2.w2", "single experts"),
    ],
)
def test_what_is_left_out_of_a_described_type_in_part_is_refused(listed: str, words: str) -> None:
    said = {"quant_method": "fp8", "weight_block_size": [32, 16], "modules_to_not_convert": [listed]}
    with pytest.raises(ConfigError, match=words):
        total({**EXPERTS, "quantization_config": said})


@pytest.mark.parametrize(
    ("model", "dtype", "form"),
    sample(
        [
            (*stored, form)
            for stored in (("deepseek-v3", ""), ("qwen2.5-0.5b", "q3_k_m"))
            for form in ("text", "html", "markdown", "latex")
        ],
        5,
    ),
)
def test_pages_of_formats_are_read_back(model: str, dtype: str, form: str) -> None:
    proofread_page(symbolic.explain(model, "weight-memory", dtype=dtype), form)


def test_a_page_says_which_biases_early_files_of_gptq_hold() -> None:
    said: dict[str, object] = {"quant_method": "gptq", "bits": 4, "group_size": 128}
    for more, holds in (({}, True), ({"checkpoint_format": "gptq"}, False)):
        page = symbolic.explain({**LLAMA, "quantization_config": {**said, **more}}, "weight-memory").to_text()
        assert ("a bias of zeros for each matrix" in " ".join(page.split())) == holds


def test_a_page_says_that_the_format_is_the_config_s() -> None:
    config = {**LLAMA, "quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 64}}
    page = " ".join(symbolic.explain(config, "weight-memory").to_text().split())
    assert "As the configuration says, the weights are stored in GPTQ. - Each number takes 4 bits" in page
    assert "torch_dtype: says how each number is stored" not in page
    plain = " ".join(symbolic.explain(LLAMA, "weight-memory").to_text().split())
    assert "The configuration says torch_dtype bf16: each number takes 2 bytes." in plain
