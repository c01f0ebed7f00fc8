"""Figures that people quote in threads, documents and logs: each is a question that a user may ask, and our answer."""

from fractions import Fraction
from typing import Any

import pytest

import symbolic
from symbolic.formulas.formula import Exact
from symbolic.measuring.results import derived_results

MIB, GIB = 2**20, 2**30


def config(kind: str, width: int, inner: int, layers: int, heads: tuple[int, int], vocabulary: int, **more: Any) -> Any:
    """A config as the Hub has it."""
    return {
        "model_type": kind,
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads[0],
        "num_key_value_heads": heads[1],
        "vocab_size": vocabulary,
        **more,
    }


LLAMA_13B = config("llama", 5120, 13824, 40, (40, 40), 32000)
LLAMA_30B = config("llama", 6656, 17920, 60, (52, 52), 32000)
LLAMA_405B = config("llama", 16384, 53248, 126, (128, 8), 128256)
CHINESE_LLAMA = config("llama", 4096, 11008, 32, (32, 32), 49953)
DEEPSEEK_CODER = config("llama", 2048, 5504, 24, (16, 16), 32256)
QWEN3_RERANKER = config("qwen3", 1024, 3072, 28, (16, 8), 151669, head_dim=128, tie_word_embeddings=True)
QWEN3_235B = config(
    "qwen3_moe", 4096, 12288, 94, (64, 4), 151936, head_dim=128, moe_intermediate_size=1536, num_experts=128,
    num_experts_per_tok=8,
)  # fmt: skip
QWEN_72B = config("qwen2", 8192, 24576, 80, (64, 64), 152064)
QWEN2_7B = config("qwen2", 3584, 18944, 28, (28, 4), 152064)
SHEARED_1B = config("llama", 2048, 5504, 24, (16, 16), 32000)
CODE_LLAMA_7B = config("llama", 4096, 11008, 32, (32, 32), 32016)
CODER_32B = config("qwen2", 5120, 27648, 64, (40, 8), 152064)
KIMI_K2 = {
    **{key: value for key, value in symbolic.load("deepseek-v3").config.items() if key != "quantization_config"},
    "num_attention_heads": 64,
    "num_key_value_heads": 64,
    "n_routed_experts": 384,
    "n_group": 1,
    "topk_group": 1,
    "first_k_dense_replace": 1,
    "vocab_size": 163840,
    "num_nextn_predict_layers": 0,
}
PHI_2 = {
    **config("phi", 2560, 10240, 32, (32, 32), 51200, partial_rotary_factor=0.4),
    "architectures": ["PhiForCausalLM"],
}
NEOX_20B = config("gpt_neox", 6144, 24576, 44, (64, 64), 50432)
GPT_64B = {"vocab_size": 32000, "context_length": 4096, "emb_dim": 8192, "n_heads": 64, "n_layers": 80}
VIT = "vit-base-patch16-224"
ATTENTION = "q_proj,k_proj,v_proj,o_proj"
ALL = f"{ATTENTION},gate_proj,up_proj,down_proj"


@pytest.mark.parametrize(
    ("model", "rank", "target", "saved", "trained", "of_all"),
    [
        # Comments beside print_trainable_parameters in scripts that train Llama 2 7B with rank 64
        ("llama-2-7b", 64, "q_proj,v_proj", "none", 33_554_432, 6_771_970_048),
        # bitsandbytes, issue 834: 3,540,389,888 as loaded in 4 bits, of which these are the adapters
        ("llama-2-7b", 16, "all-linear", "none", 39_976_960, None),
        # A log of TinyLlama-1.1B-Chat-v1.0
        ("tinyllama-1.1b", 16, ALL, "none", 12_615_680, 1_112_664_064),
        # Logs of Qwen2.5-0.5B on two cards
        ("qwen2.5-0.5b", 16, ALL, "none", 8_798_208, 502_830_976),
        # deepseek-coder-1.3b-instruct: "Trainable params: 6,291,456 / 1,352,763,392"
        (DEEPSEEK_CODER, 16, ATTENTION, "none", 6_291_456, 1_352_763_392),
        # Llama 3.1 8B; people also print 8,072,777,728 of all, which is no sum of these
        ("llama-3-8b", 16, "all-linear", "none", 41_943_040, 8_072_204_288),
        ("mistral-7b-v0.1", 16, ATTENTION, "none", 13_631_488, 7_255_363_584),
        ("mistral-7b-v0.1", 16, "q_proj,v_proj", "none", 6_815_744, None),
        # Chinese-LLaMA-Alpaca, issue 466: each table has 204,607,488, and PEFT counts original and copy of it
        (CHINESE_LLAMA, 8, ALL, "embed_tokens,lm_head", 429_203_456, 6_905_475_072 + 2 * 204_607_488),
        # PEFT's guide: ViT for the 101 dishes of Food-101
        ({"labels": 101}, 16, "query,value", "classifier", 667_493, 86_543_818),
        # Chinese-LLaMA-Alpaca, issue 189: "4194304 || all params: 6889689088", with the vocabulary of its Alpaca
        ({**CHINESE_LLAMA, "vocab_size": 49954}, 8, "q_proj,v_proj", "none", 4_194_304, 6_889_689_088),
        # huggingface/peft, issue 1020: GPT-NeoX 20B, "trainable params: 8650752"
        (NEOX_20B, 8, "query_key_value", "none", 8_650_752, None),
        # huggingface/peft, issue 1526: CodeLlama 7B, (8388608, 6746935296)
        (CODE_LLAMA_7B, 16, "q_proj,v_proj", "none", 8_388_608, 6_746_935_296),
        # huggingface/peft, issue 282: alpaca-lora-7b, "16777216 || all params: 6755192832"
        ("llama-2-7b", 16, ATTENTION, "none", 16_777_216, 6_755_192_832),
        # axolotl, pull request 1118: Sheared-LLaMA 1.3B, "2,498,560 || all params: 1,347,921,920" for one layer of 24
        (SHEARED_1B, 64, ALL, "none", 24 * 2_498_560, 1_347_921_920 + 23 * 2_498_560),
        # huggingface/peft, issue 1298, after its notebook: target_modules with embed_tokens and lm_head, rank 64
        ("llama-2-7b", 64, "embed_tokens,lm_head,q_proj,v_proj", "none", 33_554_432 + 2 * 64 * (32000 + 4096), None),
    ],
)
def test_peft_prints_our_number_of_trained_parameters(
    model: Any, rank: int, target: str, saved: str, trained: int, of_all: int | None
) -> None:
    """The line `trainable params: … || all params: …` of PEFT."""
    if "labels" in model:
        model = symbolic.load({**symbolic.load(VIT).config, "num_labels": model["labels"]}, architecture="vit")
    derivation = symbolic.explain(
        model,
        "lora-parameters",
        inputs={"lora_rank": rank},
        choices={"target": target, **({"modules_to_save": saved} if saved != "none" else {})},
    )
    assert derivation.total == trained
    assert of_all in (None, derived_results(derivation)[0].value)


def cache(model: Any, tokens: int, cache_dtype: str = "", **inputs: Exact) -> Fraction:
    """The bytes of the cache of one sequence."""
    given: dict[str, Exact] = {"context": tokens, **inputs}
    return Fraction(symbolic.explain(model, "kv-cache", inputs=given, cache_dtype=cache_dtype).total)


@pytest.mark.parametrize(
    ("model", "tokens", "cache_dtype", "unit", "printed"),
    [
        # llama.cpp, "kv self size"; llama-cpp-python, issue 66, has twice the second, since it then kept 32 bits
        (LLAMA_13B, 512, "", MIB, "400.00"),
        (LLAMA_30B, 512, "", MIB, "780.00"),
        (LLAMA_30B, 512, "fp32", MIB, "1560.00"),
        # llama.cpp and ik_llama.cpp, "KV self size" of K and V in q8_0
        (QWEN3_235B, 64000, "q8_0", MIB, "6242.19"),
        (QWEN3_235B, 40960, "q8_0", MIB, "3995.00"),
        (QWEN3_235B, 32768, "q8_0", MIB, "3196.00"),
        # llama.cpp, pull request 21551: a model of Mistral Small's shape, 6,656 tokens in four types
        ("mistral-small-24b-2501", 6656, "", MIB, "1040.00"),
        ("mistral-small-24b-2501", 6656, "q8_0", MIB, "552.50"),
        ("mistral-small-24b-2501", 6656, "q4_0", MIB, "292.50"),
        # the same, a model of Qwen3 8B's shape, 2,560 tokens
        ("qwen3-8b", 2560, "", MIB, "360.00"),
        ("qwen3-8b", 2560, "q8_0", MIB, "191.25"),
        ("qwen3-8b", 2560, "q4_0", MIB, "101.25"),
        # Hugging Face, blog, issue 2345, the table of Llama 3.1
        ("llama-3-8b", 1024, "", GIB, "0.125"),
        ("llama-3-8b", 16000, "", GIB, "1.95"),
        ("llama-3-8b", 128000, "", GIB, "15.62"),
        ("llama-3-70b", 16000, "", GIB, "4.88"),
        ("llama-3-70b", 128000, "", GIB, "39.06"),
        # KIVI, issue 17: 4,096 + 100 tokens of Llama 2 7B
        ("llama-2-7b", 4196, "", GIB, "2.05"),
        # SGLang, "KV Cache is allocated": K and V together
        ("llama-3-8b", 442750, "", GIB, "54.05"),
        ("llama-3-8b", 20480, "", GIB, "2.50"),
        (QWEN3_RERANKER, 1131687, "", GIB, "120.88"),
        # A calculator's answer for Qwen3 8B
        ("qwen3-8b", 32768, "", 10**9, "4.8318"),
        # llama.cpp, issue 6032: Qwen 72B has a cache of over 20 GB where a 70B with grouped queries has 2.5
        (QWEN_72B, 8192, "", GIB, "20.0"),
        ("llama-2-70b", 8192, "", GIB, "2.5"),
        # jax-ml/scaling-book, applied-inference.md: Llama 3 70B in 8 bits
        ("llama-3-70b", 1, "fp8", 1024, "160"),
        # vLLM, issue 22291: the asker's formula gives 4.59 GB for Qwen2.5 7B, and he measures 0.16 GB a request
        (QWEN2_7B, 3072, "", 10**9, "0.18"),
        # llama.cpp, issue 11200: Qwen2.5-Coder 32B, "KV self size  = 4352.00 MiB, K (q8_0)"
        (CODER_32B, 32768, "q8_0", MIB, "4352.00"),
        # JamePeng/llama-cpp-python, pull request 1: 28 layers, n_embd_k_gqa = 512, 2,048 tokens
        (QWEN2_7B, 2048, "", MIB, "112.00"),
        # unslothai/unsloth, pull request 4757, "Correct Estimate" at each model's own context
        ("qwen3-0.6b", 40960, "", GIB, "4.38"),
        ("gemma-3-27b-text", 131072, "", GIB, "10.41"),
        ("deepseek-v3", 163840, "", GIB, "10.72"),
        (KIMI_K2, 262144, "", GIB, "17.16"),
        # Osmantic/ODS, pull request 3375: 36 layers with 8 key-value heads
        ("qwen3-8b", 32768, "", GIB, "4.5"),
        ("qwen3-8b", 262144, "", GIB, "36.0"),
        # vLLM, issue 10517: GPU blocks of 16 tokens of Llama 3.1 8B in so much
        ("llama-3-8b", 1952 * 16, "", GIB, "3.81"),
        ("llama-3-8b", 1478 * 16, "", GIB, "2.89"),
    ],
)
def test_a_cache_that_was_printed_is_ours(model: Any, tokens: int, cache_dtype: str, unit: int, printed: str) -> None:
    digits = len(printed.partition(".")[2])
    assert abs(cache(model, tokens, cache_dtype) / unit - Fraction(printed)) <= Fraction(1, 2 * 10**digits)


def test_the_largest_llama_s_cache_was_printed_for_twice_the_heads() -> None:
    """The same table has 0.984 GB for 1,024 tokens of 405B: its first config had 16 key-value heads in place of 8."""
    doubled = {**LLAMA_405B, "num_key_value_heads": 16}
    assert round(float(cache(doubled, 1024) / GIB), 3) == 0.984
    assert 2 * cache(LLAMA_405B, 1024) == cache(doubled, 1024)


def test_a_cache_without_windows_and_with_another_width_was_estimated_eight_times_too_large() -> None:
    """The same pull request of unsloth: 81.38 GB of Gemma 3 27B, by emb_dim / n_heads and all tokens in each layer."""
    model = symbolic.load("gemma-3-27b-text")
    width = Fraction(model.sizes["emb_dim"], model.sizes["n_heads"])
    full = symbolic.explain(model, "kv-cache", convention="sliding-as-full", inputs={"context": 131072}).total
    assert f"{float(full / Fraction(model.sizes['head_dim']) * width / GIB):.2f}" == "81.38"


def test_glm_5_s_cache_was_estimated_with_its_prediction_layer() -> None:
    """The same: 17.18 GB at 202,752 tokens are 79 layers of 576 numbers, one more than its config names."""
    one = Fraction(cache(KIMI_K2, 202752), 61)
    assert f"{float(79 * one / GIB):.2f}" == "17.18"


def test_keys_and_values_in_two_types_take_their_average() -> None:
    """ik_llama.cpp: K (q8_0) 8,876.39 MiB and V (f16) 16,708.50 MiB of Qwen3-235B with 182,016 tokens."""
    average = (Fraction(34, 32) + 2) / 2
    assert round(float(cache(QWEN3_235B, 182016, cached_bytes=average) / MIB), 2) == 25584.89


def test_four_devices_hold_a_head_each() -> None:
    """vLLM, issue 21348: SGLang has 367,404 tokens of Qwen3-235B on each of four, K 8.23 GB and V as much."""
    inputs = {"tensor_parallel": 4, "context": 367404}
    derivation = symbolic.explain(QWEN3_235B, "serving-memory", inputs=inputs)
    kept = sum(visit.step.in_total for visit in derivation.root.leaves() if visit.step.weight is None)
    assert round(kept / 2 / GIB, 2) == 8.23


@pytest.mark.parametrize(
    ("model", "dtype", "convention", "elements"),
    [
        # The Hub's `safetensors.total` of openai-community/gpt2 and gpt2-xl: masks of 1,024 × 1,024 beside the weights
        ("gpt2", "", "files-with-tables", 137_022_720),
        ("gpt2-xl", "", "files-with-tables", 1_607_942_848),
        # Lists of the tensors of Llama 2 7B's files: rotary frequencies of 64 numbers in each layer
        ("llama-2-7b", "", "files-with-tables", 6_738_417_664),
        # The Hub's of Qwen/Qwen3-0.6B: the shared table lies there twice
        ("qwen3-0.6b", "", "files-untied", 751_632_384),
        # Comments in training scripts: "all params" of Llama 2 7B with load_in_4bit
        ("llama-2-7b", "nf4", "loaded", 3_500_412_928),
        # The Hub's of Qwen/Qwen3-Next-80B-A3B-Instruct: with the layer that predicts one token more
        ("qwen3-next-80b-a3b", "", "files", 81_324_862_720),
    ],
)
def test_the_elements_that_were_printed_are_ours(model: Any, dtype: str, convention: str, elements: int) -> None:
    assert symbolic.explain(model, "tensor-elements", convention=convention, dtype=dtype).total == elements


GLM_AIR = {
    **config("glm4_moe", 4096, 10944, 46, (96, 8), 151552, head_dim=128, moe_intermediate_size=1408),
    "architectures": ["Glm4MoeForCausalLM"],
    "attention_bias": True,
    "n_routed_experts": 128,
    "n_shared_experts": 1,
    "first_k_dense_replace": 1,
    "num_nextn_predict_layers": 1,
    "tie_word_embeddings": False,
}
GLM_4_5 = {
    **GLM_AIR,
    "hidden_size": 5120,
    "intermediate_size": 12288,
    "moe_intermediate_size": 1536,
    "num_hidden_layers": 92,
    "n_routed_experts": 160,
    "first_k_dense_replace": 3,
    "use_qk_norm": True,
}
GLM_5 = {"model_type": "glm_moe_dsa", "architectures": ["GlmMoeDsaForCausalLM"], "num_nextn_predict_layers": 1}
V3_2 = {"model_type": "deepseek_v32", "architectures": ["DeepseekV32ForCausalLM"], "num_nextn_predict_layers": 1}


@pytest.mark.parametrize(
    ("model", "elements"),
    [(GLM_AIR, 110_468_824_832), (GLM_4_5, 358_337_791_296), (GLM_5, 753_864_139_008), (V3_2, 685_355_329_792)],
)
def test_files_hold_layers_that_predict_further_tokens(model: Any, elements: int) -> None:
    """The Hub's `safetensors.total` of zai-org/GLM-4.5-Air, GLM-4.5 and GLM-5, and of deepseek-ai/DeepSeek-V3.2."""
    derivation = symbolic.explain(model, "tensor-elements")
    assert derivation.total == elements
    assert sum(step.value for step in derivation.steps if step.key == "prediction_layer") > 0
    without = symbolic.explain({**model, "num_nextn_predict_layers": 0})
    assert derivation.counted_as(derivation.quantity.convention("trainable")).total == without.total


FP8 = {"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]}}
MINIMAX_M2 = {"model_type": "minimax_m2", "architectures": ["MiniMaxM2ForCausalLM"]}


@pytest.mark.parametrize(("model", "elements"), [(MINIMAX_M2, 228_703_644_928), (V3_2, 685_396_921_376)])
def test_files_in_fp8_hold_a_scale_for_each_block_of_each_expert(model: Any, elements: int) -> None:
    """The Hub's `safetensors.total` of MiniMaxAI/MiniMax-M2 and of deepseek-ai/DeepSeek-V3.2-Exp."""
    assert symbolic.explain({**model, **FP8}, "tensor-elements").total == elements


def test_glm_4_6_does_not_repeat_its_tables_and_intellect_3_leaves_the_layer_out() -> None:
    """The Hub's totals: zai-org/GLM-4.6 356,785,898,816, PrimeIntellect/INTELLECT-3 106,852,251,264."""
    assert 358_337_791_296 - 2 * 151_552 * 5120 == 356_785_898_816
    buffers = 45 * 128
    assert symbolic.explain(GLM_AIR).total + buffers == 106_852_251_264


def test_what_people_print_of_four_bits_holds_the_adapters_too() -> None:
    """bitsandbytes, issue 834: "3,540,389,888"; scripts with rank 64 print 3,533,967,360."""
    loaded = symbolic.explain("llama-2-7b", "tensor-elements", convention="loaded", dtype="nf4").total

    def trained(rank: int, target: str) -> int:
        given: dict[str, Any] = {"inputs": {"lora_rank": rank}, "choices": {"target": target}}
        return symbolic.explain("llama-2-7b", "lora-parameters", **given).total

    assert loaded + trained(16, "all-linear") == 3_540_389_888
    assert loaded + trained(64, "query,value") == 3_533_967_360


@pytest.mark.parametrize(
    ("model", "dtype", "gibibytes", "bits"),
    [
        # llama.cpp, "model size", in logs of llama-bench and main
        ("llama-2-7b", "q4_k_m", "3.80", "4.84"),
        ("mistral-7b-v0.1", "q4_k_m", "4.07", "4.83"),
        # llama.cpp, issue 14235: Qwen3 30B-A3B
        ("qwen3-30b-a3b", "q4_k_m", "17.28", "4.86"),
    ],
)
def test_a_file_of_llama_cpp_has_the_size_that_was_printed(model: str, dtype: str, gibibytes: str, bits: str) -> None:
    size = symbolic.explain(model, "checkpoint-size", dtype=dtype).total
    assert f"{size / GIB:.2f}" == gibibytes
    assert f"{8 * size / symbolic.explain(model).total:.2f}" == bits


def test_phi_2_takes_at_32_bits_what_was_printed() -> None:
    """llama.cpp, issue 4437: 2.78 B, 10.36 GiB; "mem required = 10603.78 MiB" has 0.12 MiB of ggml's context."""
    bytes_at_32_bits = Fraction(symbolic.explain(PHI_2, "weight-memory", dtype="fp32").total)
    assert f"{symbolic.explain(PHI_2).total / 10**9:.2f}" == "2.78"
    assert f"{float(bytes_at_32_bits / GIB):.2f}" == "10.36"
    assert f"{float(bytes_at_32_bits / MIB) + 0.12:.1f}" == "10603.8"


def test_ik_llama_cpp_keeps_the_matrices_of_the_latents_twice() -> None:
    """ikawrakow/ik_llama.cpp, pull requests 616 and 262: 1.027 T and 1016.623 GiB of Kimi K2, 672.050 B of DeepSeek R1.

    Beside each layer's matrix that makes keys and values of the latent lie its two halves, one of them transposed.
    """

    def twice(heads: int) -> int:
        return 61 * heads * 512 * (128 + 128)

    model = symbolic.load(KIMI_K2)
    parameters = symbolic.explain(model).total
    assert (f"{parameters / 10**12:.3f}", f"{(parameters + twice(64)) / 10**12:.3f}") == ("1.026", "1.027")
    size = symbolic.explain(model, "checkpoint-size", dtype="q8_0").total + twice(64) * Fraction(34, 32)
    assert f"{float(size / GIB):.3f}" == "1016.623"
    assert f"{(symbolic.explain('deepseek-v3').total + twice(128)) / 10**9:.3f}" == "672.050"


@pytest.mark.parametrize(
    ("layers", "width", "heads", "billions"),
    [
        (24, 2048, 16, "1.7"),
        (30, 4096, 32, "7.1"),
        (32, 6144, 48, "16"),
        (48, 7168, 56, "32"),
        (84, 8192, 64, "70"),
        (92, 10240, 80, "119"),
        (96, 12288, 96, "177"),
        (96, 16384, 128, "314"),
        (112, 18432, 144, "462"),
    ],
)
def test_megatron_s_table_of_models_comes_out(layers: int, width: int, heads: int, billions: str) -> None:
    """NVIDIA Megatron-LM, images/model_table.png: a vocabulary of 131,072, a head of its own, rotated positions.

    Learned ones for its 4,096 tokens would make 1.8 billion of the first. It rounds twice: 31.48 to 31.5, and that to
    32. Its teraFLOP/s are shares of 989; it prints no speed that they could be worked out from.
    """
    model = config("gpt_neox", width, 4 * width, layers, (heads, heads), 131072)
    tenths = round(symbolic.explain(model).total / 10**8)
    assert billions == (f"{(tenths + 5) // 10}" if tenths >= 100 else f"{tenths / 10}")


@pytest.mark.parametrize(("stage", "gigabytes"), [(1, "31.4"), (2, "16.6"), (3, "1.88")])
def test_zero_s_table_comes_out(stage: int, gigabytes: str) -> None:
    """ZeRO, table 1: 7.5 billion parameters on 64 devices, where 120 GB are kept without it; as DeepSpeed quotes it."""
    inputs, choices = {"data_parallel": 64}, {"zero": str(stage)}
    states = symbolic.explain("llama-2-7b", "device-memory", convention="states", inputs=inputs, choices=choices)
    each = Fraction(states.total, symbolic.explain("llama-2-7b").total)
    digits = len(gigabytes.partition(".")[2])
    assert f"{float(each * Fraction(75, 10)):.{digits}f}" == gigabytes


@pytest.mark.parametrize(
    ("model", "inputs", "megabytes", "norms"),
    [
        # NVIDIA Megatron Bridge's guide: Llama 3 8B on eight devices, the optimizer divided among them
        ("llama-3-8b", {"data_parallel": 8}, "57438.81", 65 * 4096),
        # Notes on GPT-2 XL on one H100: its norms have shifts anyway
        ("gpt2-xl", {}, "26699.47", 0),
        # A log of 64.69 billion parameters on 4 × 8 devices: 2.0794 billion in the most loaded shard
        (GPT_64B, {"tensor_parallel": 4, "pipeline_parallel": 8}, "35695.42", None),
    ],
)
def test_megatron_s_theoretical_footprint_comes_out(
    model: Any, inputs: dict[str, Exact], megabytes: str, norms: Fraction | int | None
) -> None:
    """Printed by releases before Core 0.16, which gave each norm a shift, and divided norms by tensor_parallel."""
    total = symbolic.explain(model, "device-memory", convention="megatron-report", inputs=inputs).total
    each = 6 + Fraction(12, int(inputs.get("data_parallel", 1)))
    if norms is None:
        # 161 norms of 8,192 with shifts, an eighth on each stage: whole now, and a quarter of it then.
        norms = Fraction(2 * 161 * 8192, 8) * (Fraction(1, 4) - 1)
    assert f"{float((total + norms * each) / MIB):.2f}" == megabytes


@pytest.mark.parametrize(
    ("vocabulary", "biases", "millions"),
    [
        # nanoGPT prints its parameters without the position table: GPT-2's own, and its default of 50,304 rows
        (50257, True, "123.65"),
        (50304, True, "123.69"),
        (50304, False, "123.59"),
    ],
)
def test_nanogpt_s_number_of_parameters_comes_out(vocabulary: int, biases: bool, millions: str) -> None:
    sizes = {**symbolic.load("gpt2").sizes, "vocab_size": vocabulary}
    model = symbolic.load(sizes, architecture="gpt2").with_options(
        {"qkv_bias": biases, "linear_bias": biases, "norm_shift": biases}
    )
    assert f"{(symbolic.explain(model).total - 1024 * 768) / 10**6:.2f}" == millions


def test_mixtral_s_adapters_are_more_where_experts_are_not_stacked() -> None:
    """huggingface/peft, issue 1594: rank 16, 242,225,152; each expert's matrices and the router have one each."""
    found = symbolic.explain("mixtral-8x7b", "lora-parameters", convention="each-matrix", inputs={"lora_rank": 16})
    assert found.total == 242_225_152


T5_3B = {
    "model_type": "t5",
    "architectures": ["T5Model"],
    "d_model": 1024,
    "d_ff": 16384,
    "d_kv": 128,
    "num_heads": 32,
    "num_layers": 24,
    "vocab_size": 32128,
}


@pytest.mark.parametrize(
    ("model", "convention", "parameters"),
    [
        # karpathy/llama2.c, issue 378: the files of 15M, 42M and 110M hold more than their names say
        (config("llama", 288, 768, 6, (6, 6), 32000), "untied", 24_407_712),
        (config("llama", 288, 768, 6, (6, 6), 32000), "tied", 15_191_712),
        (config("llama", 512, 1376, 8, (8, 8), 32000), "untied", 58_073_600),
        (config("llama", 768, 2048, 12, (12, 12), 32000), "untied", 134_105_856),
        # pytorch/torchtitan, pull request 1376: Llama 3.2 1B and 3B without a shared table
        ("llama-3.2-1b", "untied", 1_498_482_688),
        (config("llama", 3072, 8192, 28, (24, 8), 128256), "untied", 3_606_752_256),
        # ui-training, issue 29
        (
            config("qwen3", 2560, 9728, 36, (32, 8), 151936, head_dim=128, tie_word_embeddings=True),
            "trainable",
            4_022_468_096,
        ),
        (config("qwen2", 8192, 29568, 80, (64, 8), 152064), "trainable", 72_706_203_648),
        # ollama, issue 8277: general.parameter_count of Mistral Nemo
        (config("mistral", 5120, 14336, 40, (32, 8), 131072, head_dim=128), "trainable", 12_247_782_400),
    ],
)
def test_the_numbers_of_parameters_that_were_printed_are_ours(model: Any, convention: str, parameters: int) -> None:
    assert symbolic.explain(model, convention=convention).total == parameters


def test_deepspeed_s_estimates_come_out() -> None:
    """deepspeedai/DeepSpeed, pull request 965: "2851M total params", 71.71GB in the CPU; issue 4076: 4 + 16 bytes.

    Its third stage counts 18 bytes for each parameter, and half as many again for buffers.
    """
    model = symbolic.load(T5_3B)
    assert symbolic.explain(model).total // 10**6 == 2851
    kept = symbolic.explain(model, "training-states", convention="fp32-gradients").total
    assert f"{kept * 1.5 / GIB:.2f}" == "71.71"
    both = symbolic.explain(model, "training-states", convention="both-gradients").total
    assert both == (4 + 16) * symbolic.explain(model).total


@pytest.mark.parametrize(
    ("convention", "each"),
    [
        ("mixed", 16),
        # NVIDIA Megatron-LM, issue 654: "2 + 4 + 4 + 8 = 18"; so does Hugging Face's guide
        ("fp32-gradients", 18),
        # Azure MS-AMP, issue 173, on MT-NLG 530B
        ("both-gradients", 20),
        # stanford-cs336/lectures, issue 3
        ("fp32", 16),
        # AI-Hypercomputer/maxtext, issue 606: "12 bytes per parameter", for Llama 2 7B on 128 GB
        ("gradients-not-kept", 12),
        ("adam-8bit", 12),
        ("sgd-momentum", 14),
        ("sgd", 10),
    ],
)
def test_a_parameter_takes_the_bytes_that_were_printed(convention: str, each: int) -> None:
    assert symbolic.explain("llama-2-7b", "training-states", convention=convention).total == each * 6_738_415_616


def test_adafactor_and_muon_look_at_shapes() -> None:
    """GPT-2's matrices and tables: Adafactor keeps a number a row and a column, Muon one average of those in layers."""
    width, layers = 768, 12
    shapes = layers * [(width, width)] * 4 + layers * [(width, 4 * width), (4 * width, width)]
    tables = [(50257, width), (1024, width)]
    matrices, all_of_them = sum(a * b for a, b in shapes), sum(a * b for a, b in shapes + tables)
    parameters = symbolic.explain("gpt2").total
    rest = parameters - all_of_them
    kept = sum(a + b for a, b in shapes + tables) + rest

    def total(convention: str) -> Exact:
        return symbolic.explain("gpt2", "training-states", convention=convention).total

    assert total("adafactor") == 10 * parameters + 4 * kept
    assert total("muon") == 14 * matrices + 18 * (parameters - matrices)


PYTHIA = {
    "model_type": "gpt_neox",
    "vocab_size": 50304,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "max_position_embeddings": 2048,
}


@pytest.mark.parametrize(("share", "frequencies"), [(0.25, 8), (1.0, 32), (0.5, 16), (0.4, 0)])
def test_pythia_s_files_hold_masks_and_frequencies(share: float, frequencies: int) -> None:
    """Its model.safetensors of 160M has 375 MB: numbers of 2 bytes, and masks of 2,048 × 2,048 of 1 byte a layer."""
    model = symbolic.load({**PYTHIA, "rotary_pct": share})
    parameters = symbolic.explain(model).total
    with_tables = symbolic.explain(model, "tensor-elements", convention="files-with-tables").total
    masks = 12 * 2048 * 2048
    assert with_tables - parameters == masks + 12 * frequencies
    assert round((2 * (with_tables - masks) + masks) / 10**6) == 375
