"""Tensor elements are those that libraries and the Hub count: figures that people ask about, and tensors by name."""

from itertools import product
from typing import Any

import pytest
from sampling import EVERYTHING, ONE_A_FAMILY, sample

import symbolic
from symbolic.errors import ConfigError, UnknownName
from symbolic.measuring import quantities
from symbolic.measuring.reconciliation import reconcile

NEOX = {
    "model_type": "gpt_neox",
    "vocab_size": 50_432,
    "hidden_size": 6_144,
    "num_hidden_layers": 44,
    "num_attention_heads": 64,
    "intermediate_size": 24_576,
    "max_position_embeddings": 2_048,
}
LLAMA_31_70B = {
    "model_type": "llama",
    "vocab_size": 128_256,
    "hidden_size": 8_192,
    "num_hidden_layers": 80,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "intermediate_size": 28_672,
}


def elements(model: Any, convention: str = "files", **asked: Any) -> int:
    return symbolic.explain(model, "tensor-elements", convention=convention, **asked).total


@pytest.mark.parametrize(
    ("model", "asked", "figure"),
    [
        # discuss.huggingface.co/t/49144: "Total parameters: 81.9725 M" of GPT-2 in 4 bits, 124.4398 M without
        ("gpt2", {"convention": "loaded", "dtype": "nf4"}, "81.9725"),
        ("gpt2", {"convention": "loaded"}, "124.4398"),
        # huggingface/peft #1020: "all params: 10597552128" of GPT-NeoX-20B in 4 bits, of which LoRA's are 8,650,752
        (NEOX, {"convention": "loaded", "dtype": "nf4-double"}, f"{(10_597_552_128 - 8_650_752) / 10**6:.4f}"),
        # huggingface/transformers #34317: "around 2 Billion" of Llama 3.1 70B in GPTQ
        (LLAMA_31_70B, {"convention": "loaded", "dtype": "gptq"}, "2102.6652"),
        # AutoGPTQ #759: "around 262M weights" of Llama 2 7B in GPTQ, in place of 6.7B
        ("llama-2-7b", {"convention": "loaded", "dtype": "gptq"}, "262.4102"),
        # The half of the matrices, and the tables and norms: 3.5B in place of 6.7B
        ("llama-2-7b", {"convention": "loaded", "dtype": "nf4"}, "3500.4129"),
    ],
)
def test_a_loaded_model_has_as_many(model: Any, asked: dict[str, Any], figure: str) -> None:
    assert f"{elements(model, **asked) / 10**6:.4f}" == figure


def test_deepseek_s_files_hold_685_billion() -> None:
    """The Hub's counts by type: BF16 3,918,786,560, F8_E4M3 680,571,043,840, F32 41,555,600."""
    assert elements("deepseek-v3") == 3_918_786_560 + 680_571_043_840 + 41_555_600 == 684_531_386_000
    derivation = symbolic.explain("deepseek-v3", "tensor-elements")
    [layer] = [step for step in derivation.steps if step.key == "prediction_layer"]
    parts = {step.key: step.value for step in layer.steps}
    assert parts["prediction_embedding"] == parts["prediction_head"] == 129_280 * 7_168
    # DeepSeek-V3's README_WEIGHTS.md: 11.5 billion of its own, beside the table, the head and the joining matrix.
    layers = ("attention", "router", "expert", "shared_experts", "rms_norms")
    assert round(sum(parts[part] for part in layers) / 10**9, 1) == 11.5
    without = symbolic.load({**symbolic.load("deepseek-v3").config, "num_nextn_predict_layers": 0})
    assert elements("deepseek-v3") - elements(without) == layer.value


def test_a_page_says_whether_layers_that_predict_are_counted() -> None:
    said = "layers that predict further tokens"
    assert symbolic.load("deepseek-v3").predicting == ("num_nextn_predict_layers",)
    pages = {
        quantity: " ".join(symbolic.explain("deepseek-v3", quantity).to_text().split()).partition(" -----")[0]
        for quantity in ("parameters", "tensor-elements")
    }
    assert "num_nextn_predict_layers" in pages["parameters"]
    assert "num_nextn_predict_layers" not in pages["tensor-elements"]
    assert said in pages["tensor-elements"]


@pytest.mark.parametrize(
    ("model", "each", "layers"),
    [("gpt2", 1_024**2, 12), ("gpt2-1558m", 1_024**2, 48), ("llama-2-7b", 64, 32), ("llama-3-8b", 64, 32)],
)
def test_older_files_hold_masks_and_frequencies(model: str, each: int, layers: int) -> None:
    assert elements(model, "files-with-tables") - elements(model) == layers * each


@pytest.mark.parametrize(
    ("devices", "multiple", "rows"),
    [
        (1, 64, 50_304),  # nanoGPT, model.py: "padded up to nearest multiple of 64"
        (1, 128, 50_304),  # Megatron-LM, _vocab_size_with_padding: the default of 128, on one device
        (8, 128, 51_200),  # its line for eight: 943 dummy tokens
        (1, 1, 50_257),
    ],
)
def test_the_vocabulary_is_padded(devices: int, multiple: int, rows: int) -> None:
    given = {"vocab_multiple": multiple, "tensor_parallel": devices}
    padded = elements("gpt2", "padded", inputs=given)
    assert padded == symbolic.explain("gpt2").total + (rows - 50_257) * 768
    untied = symbolic.load({**symbolic.load("gpt2").config, "tie_word_embeddings": False})
    more = elements(untied, "padded", inputs=given) - symbolic.explain(untied).total
    assert more == 2 * (rows - 50_257) * 768


def stored(model: str, dtype: str) -> dict[str, tuple[int, ...]]:
    """Every tensor of a Llama in a format, by name: written out, and not by our tree."""
    at = symbolic.load(model).sizes
    wide, inner, head = at["emb_dim"], at["hidden_dim"], at["emb_dim"] // at["n_heads"]
    narrow = at["n_kv_groups"] * head
    found: dict[str, tuple[int, ...]] = {
        "embed": (at["vocab_size"], wide), "head": (at["vocab_size"], wide), "norm": (wide,)
    }  # fmt: skip
    shapes = {
        "q": (wide, wide), "k": (wide, narrow), "v": (wide, narrow), "o": (wide, wide),
        "gate": (wide, inner), "up": (wide, inner), "down": (inner, wide),
    }  # fmt: skip
    for layer in range(at["n_layers"]):
        found |= {f"{layer}.norm1": (wide,), f"{layer}.norm2": (wide,)}
        for name, (inputs, outputs) in shapes.items():
            at_layer = f"{layer}.{name}"
            if dtype in ("gptq", "awq"):
                found[f"{at_layer}.qweight"] = (inputs // 8, outputs)
                found[f"{at_layer}.qzeros"] = (inputs // 128, outputs // 8)
                found[f"{at_layer}.scales"] = (inputs // 128, outputs)
                if dtype == "gptq":
                    found[f"{at_layer}.g_idx"] = (inputs,)
            elif dtype == "nf4":
                found[f"{at_layer}.weight"] = (inputs * outputs // 2, 1)
                found[f"{at_layer}.absmax"] = (inputs * outputs // 64,)
            else:
                found[at_layer] = (outputs, inputs)
                if dtype == "fp8":
                    found[f"{at_layer}.weight_scale_inv"] = (-(-outputs // 128), -(-inputs // 128))
    return found


BLOCKS_OF_8_BITS = {"quant_method": "fp8", "weight_block_size": [128, 128]}


@pytest.mark.parametrize("dtype", ["bf16", "gptq", "awq", "nf4", "fp8"])
@pytest.mark.parametrize("model", ["llama-2-7b", "llama-3-8b"])
def test_every_tensor_written_out(model: str, dtype: str) -> None:
    asked: dict[str, Any] = {"dtype": dtype}
    config: Any = model
    if dtype == "fp8":
        config = {**symbolic.load(model).config, "quantization_config": BLOCKS_OF_8_BITS, "model_type": "llama"}
        asked = {}
    total = 0
    for shape in stored(model, dtype).values():
        total += shape[0] * (shape[1] if len(shape) > 1 else 1)
    assert elements(config, **asked) == total


WORDS = {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 128, "symmetric": True}


def test_packed_words_of_compressed_tensors() -> None:
    """huggingface.js #1770: Llama 3.1 8B with 4 bits was "~2B parameters", and then 8B."""
    said = {
        "quant_method": "compressed-tensors",
        "format": "pack-quantized",
        "config_groups": {"group_0": {"targets": ["Linear"], "weights": WORDS}},
        "ignore": ["lm_head"],
    }
    model = {**symbolic.load("llama-3-8b").config, "quantization_config": said, "model_type": "llama"}
    matrices = 6_979_321_856
    rest = 8_030_261_248 - matrices
    # 32 / 4 numbers in a word, a scale for each 128, and two numbers that say the shape of each of 7 × 32 matrices.
    assert elements(model) == matrices // 8 + matrices // 128 + 2 * 7 * 32 + rest == 1_977_881_024
    assert elements(model, "unpacked") == 8_030_261_248


def test_a_gguf_file_counts_numbers() -> None:
    assert elements("llama-3-8b", dtype="q4_k_m") == 8_030_261_248


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"dtype": "int5"}, UnknownName, "no dtype 'int5'"),
        ({"cache_dtype": "fp8"}, ConfigError, "does not depend on how a cache is stored; leave --cache-dtype out"),
        ({"inputs": {"vocab_multiple": 0}}, ConfigError, "vocab_multiple must be at least 1, got 0"),
        ({"inputs": {"tensor_parallel": 0}}, ConfigError, "tensor_parallel must be at least 1, got 0"),
        ({"convention": "packed"}, UnknownName, "no convention 'packed'"),
    ],
)
def test_bad_questions_get_a_line(asked: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        symbolic.explain("llama-3-8b", "tensor-elements", **asked)


OTHERS = [name for name in quantities.names() if name not in ("parameters", "tensor-elements")]
PAIRS = list(product(ONE_A_FAMILY, OTHERS))


@pytest.mark.parametrize(
    ("name", "quantity"),
    [*product(sample(ONE_A_FAMILY, 3), ["tensor-elements"]), *PAIRS[:: 8 if EVERYTHING else 31]],
)
def test_each_way_to_another_count_arrives(name: str, quantity: str) -> None:
    """What the rows add is what lies between the two totals, for each convention; so for each quantity and family."""
    try:
        derivation = symbolic.explain(name, quantity)
    except ConfigError:
        return
    for way in reconcile(derivation):
        assert way.rows[0].running == min(way.other, derivation.total)
        assert way.rows[0].running + sum(row.value for row in way.rows[1:]) == max(way.other, derivation.total)
        assert all(row.value == row.formula.value(derivation.sizes) for row in way.rows if row.formula)
