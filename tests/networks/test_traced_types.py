"""Types of transformers traced at small random sizes: FLOPs and cache are those of the real class."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from math import prod
from typing import Any

import pytest
from sampling import thorough

import symbolic
from symbolic.configs.making import make_model
from symbolic.networks.learned import catalogue

torch = pytest.importorskip("torch")
os.environ["HF_HUB_OFFLINE"] = "1"
transformers = pytest.importorskip("transformers")

DRAWN = random.Random(14)


def _drawn(**choices: Any) -> dict[str, Any]:
    """A config with one of each key's values."""
    sizes: dict[str, list[Any]] = {
        "vocab_size": [61, 97],
        "hidden_size": [48, 96],
        "use_cache": [True],
        "pad_token_id": [None],
    }
    return {key: DRAWN.choice(values) for key, values in (sizes | choices).items()}


ATTENTION = {
    "intermediate_size": [40, 88],
    "num_attention_heads": [4, 8],
    "num_key_value_heads": [2, 4],
    "max_position_embeddings": [2048],
}
STATES = {"num_hidden_layers": [3, 5], "state_size": [6, 10], "conv_kernel": [3, 5], "time_step_rank": [5, 7]}
JAMBA = {
    "num_hidden_layers": [8],
    "attn_layer_period": [4],
    "attn_layer_offset": [1, 2],
    "expert_layer_period": [2],
    "expert_layer_offset": [1],
    "num_experts": [4, 6],
    "num_experts_per_tok": [2, 3],
    "mamba_d_state": [6, 10],
    "mamba_dt_rank": [5, 7],
    "use_mamba_kernels": [False],
    "pad_token_id": [0],
}
CPMANT = {
    "num_attention_heads": [3, 4],
    "dim_head": [10, 12],
    "dim_ff": [40, 88],
    "num_hidden_layers": [3, 5],
    "prompt_length": [5, 8],
}
BAMBA = {
    "num_hidden_layers": [4],
    "attn_layer_indices": [[1], [2]],
    "mamba_n_heads": [8],
    "hidden_size": [48],
    "mamba_d_head": [12],
    "mamba_n_groups": [1],
    "mamba_d_state": [6, 10],
    "mamba_chunk_size": [16, 32],
}
LFM2 = {"layer_types": [["conv", "full_attention", "conv", "conv"]], "num_hidden_layers": [4], "conv_L_cache": [3, 4]}
DELTA = {
    "num_hidden_layers": [4],
    "intermediate_size": [40],
    "num_attention_heads": [4],
    "num_key_value_heads": [2],
    "head_dim": [12],
    "linear_num_key_heads": [2],
    "linear_num_value_heads": [4, 6],
    "linear_key_head_dim": [8, 10],
    "linear_value_head_dim": [6, 14],
    "linear_conv_kernel_dim": [3, 4],
    "num_experts": [4],
    "num_experts_per_tok": [2],
    "moe_intermediate_size": [20],
    "shared_expert_intermediate_size": [24],
}
CONFIGS = [
    pytest.param("mamba", _drawn(**STATES), id="a loop over tokens"),
    pytest.param("falcon_mamba", _drawn(**STATES | {"conv_kernel": [7]}), id="a wide kernel"),
    pytest.param("jamba", _drawn(**ATTENTION, **JAMBA), id="attention beside a loop over tokens"),
    pytest.param("cpmant", _drawn(**CPMANT), id="prompts before the tokens"),
    pytest.param("bamba", _drawn(**ATTENTION, **BAMBA), id="states and keys"),
    pytest.param("qwen3_next", _drawn(**DELTA), id="chunks of as many tokens as a function takes by default"),
    pytest.param("lfm2", _drawn(**ATTENTION, **LFM2), id="states of convolutions"),
    pytest.param("mistral", _drawn(**ATTENTION, num_hidden_layers=[3], sliding_window=[20, 24]), id="a window"),
]


@thorough
@pytest.mark.parametrize(("model_type", "config"), CONFIGS)
def test_flops_and_cache_are_those_of_the_real_class(model_type: str, config: dict[str, Any]) -> None:
    from symbolic.networks.tracing.transformers_class import trace_config

    model = make_model("it", config, "x", catalogue.register(trace_config({"model_type": model_type, **config})))
    real = _real(model_type, config)
    for tokens in (8, 21, 67):
        flops, cached = _run(real, tokens)
        assert symbolic.explain(model, "forward-flops", inputs={"tokens": tokens}).total == flops
        assert symbolic.explain(model, "kv-cache", inputs={"context": tokens}).total == 2 * cached


def _real(model_type: str, config: dict[str, Any]) -> Any:
    made = transformers.CONFIG_MAPPING[model_type](**config)
    made._attn_implementation = "eager"
    made._experts_implementation = "batched_mm"
    torch.manual_seed(0)
    return transformers.AutoModelForCausalLM.from_config(made).eval()


def _run(model: Any, tokens: int) -> tuple[int, int]:
    """The FLOPs of a pass of the real module, and how many numbers its cache holds."""
    from torch.utils.flop_counter import FlopCounterMode

    given = torch.randint(3, 60, (1, tokens))
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        out = model(input_ids=given, use_cache=True)
    cache = next(one for name in ("past_key_values", "cache_params", "cache") if (one := getattr(out, name, None)))
    kept = [one for layer in cache.layers for value in vars(layer).values() for one in _tensors(value)]
    return int(counter.get_total_flops()), sum(prod(one.shape) for one in kept if one.is_floating_point())


def _tensors(value: Any) -> list[Any]:
    values = value.values() if isinstance(value, dict) else [value]
    return [one for one in values if isinstance(one, torch.Tensor) and one.dim() > 1]


@thorough
def test_a_pass_that_shows_no_step_is_not_made_where_a_function_takes_one_by_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, lengths = _with_its_passes({"model_type": "qwen3_next", **_drawn(**DELTA)}, monkeypatch)
    assert [tokens // 64 for tokens in lengths] == [1, 2]


@thorough
def test_a_loop_over_the_tokens_that_are_left_ends_the_first_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    """An xLSTM multiplies chunks, and token by token what is left: its FLOPs are no polynomial in either number."""
    sizes = {"vocab_size": 61, "hidden_size": 128, "num_heads": 2, "num_hidden_layers": 2, "chunk_size": 16}
    text, lengths = _with_its_passes({"model_type": "xlstm", **sizes}, monkeypatch)
    assert len(lengths) == 1
    assert "does not do the same with each number" in text
    model = make_model("it", sizes, "x", catalogue.register(text))
    real = transformers.AutoModelForCausalLM.from_config(transformers.CONFIG_MAPPING["xlstm"](**sizes))
    assert symbolic.explain(model).total == sum(one.numel() for one in real.parameters())


def _with_its_passes(config: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[str, list[int]]:
    """The trace of a config, and how many tokens each of its passes with formulas had."""
    from symbolic.networks.tracing import transformers_class

    lengths: list[int] = []
    passed = transformers_class._passed

    def noted(one: Any, tokens: int, *given: Any, **named: Any) -> Any:
        if not named.get("plain"):
            lengths.append(tokens)
        return passed(one, tokens, *given, **named)

    monkeypatch.setattr(transformers_class, "_passed", noted)
    return transformers_class.trace_config(config), lengths


@thorough
def test_a_pass_does_not_import_the_compiler_of_torch() -> None:
    """To note the line that asked about a size, torch imports it: a fifth of the time that a Llama takes."""
    code = (
        "import sys; from symbolic.networks.tracing.transformers_class import trace_config; import transformers;"
        "config = transformers.LlamaConfig(hidden_size=48, num_attention_heads=4, num_hidden_layers=2, vocab_size=61);"
        "text = trace_config(config.to_dict());"
        "unneeded = {'torch.export._trace', 'torch._inductor.sizevars', 'networkx'};"
        "print('computes' in text, unneeded.isdisjoint(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
