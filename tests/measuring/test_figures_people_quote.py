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
        # huggingface/peft, issue 1298, after its notebook: target_modules with embed_tokens and lm_head, rank 64
        ("llama-2-7b", 64, "embed_tokens,lm_head,q_proj,v_proj", "none", 33_554_432 + 2 * 64 * (32000 + 4096), None),
    ],
)
def test_trained_parameters(model: Any, rank: int, target: str, saved: str, trained: int, of_all: int | None) -> None:
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
        # vLLM, issue 10517: GPU blocks of 16 tokens of Llama 3.1 8B in so much
        ("llama-3-8b", 1952 * 16, "", GIB, "3.81"),
        ("llama-3-8b", 1478 * 16, "", GIB, "2.89"),
    ],
)
def test_cache(model: Any, tokens: int, cache_dtype: str, unit: int, printed: str) -> None:
    digits = len(printed.partition(".")[2])
    assert abs(cache(model, tokens, cache_dtype) / unit - Fraction(printed)) <= Fraction(1, 2 * 10**digits)


def test_the_largest_llama_s_cache_was_printed_for_twice_the_heads() -> None:
    """The same table has 0.984 GB for 1,024 tokens of 405B: its first config had 16 key-value heads in place of 8."""
    doubled = {**LLAMA_405B, "num_key_value_heads": 16}
    assert round(float(cache(doubled, 1024) / GIB), 3) == 0.984
    assert 2 * cache(LLAMA_405B, 1024) == cache(doubled, 1024)


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
def test_elements(model: Any, dtype: str, convention: str, elements: int) -> None:
    assert symbolic.explain(model, "tensor-elements", convention=convention, dtype=dtype).total == elements


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
    ],
)
def test_a_file_of_llama_cpp(model: str, dtype: str, gibibytes: str, bits: str) -> None:
    size = symbolic.explain(model, "checkpoint-size", dtype=dtype).total
    assert f"{size / GIB:.2f}" == gibibytes
    assert f"{8 * size / symbolic.explain(model).total:.2f}" == bits


@pytest.mark.parametrize(
    ("model", "inputs", "megabytes"),
    [
        # NVIDIA Megatron Bridge's guide: Llama 3 8B on eight devices, the optimizer divided among them
        ("llama-3-8b", {"data_parallel": 8}, "57438.81"),
        # Notes on GPT-2 XL on one H100
        ("gpt2-xl", {}, "26699.47"),
        # A log of 64.69 billion parameters on 4 × 8 devices: 2.0794 billion in the most loaded shard
        (GPT_64B, {"tensor_parallel": 4, "pipeline_parallel": 8}, "35695.42"),
    ],
)
def test_megatron_s_theoretical_footprint(model: Any, inputs: dict[str, Exact], megabytes: str) -> None:
    found = symbolic.explain(
        model, "device-memory", convention="megatron-report", inputs={**inputs, "gradient_bytes": 4}
    )
    assert f"{found.total / MIB:.2f}" == megabytes


@pytest.mark.parametrize(
    ("vocabulary", "biases", "millions"),
    [
        # nanoGPT prints its parameters without the position table: GPT-2's own, and its default of 50,304 rows
        (50257, True, "123.65"),
        (50304, True, "123.69"),
        (50304, False, "123.59"),
    ],
)
def test_nanogpt_s_number_of_parameters(vocabulary: int, biases: bool, millions: str) -> None:
    sizes = {**symbolic.load("gpt2").sizes, "vocab_size": vocabulary}
    model = symbolic.load(sizes, architecture="gpt2").with_options(
        {"qkv_bias": biases, "linear_bias": biases, "norm_shift": biases}
    )
    assert f"{(symbolic.explain(model).total - 1024 * 768) / 10**6:.2f}" == millions
