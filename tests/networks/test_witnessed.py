"""FLOPs and caches of random configs are those of the real classes; docs/types.md says where that was shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sampling import thorough

import symbolic

ROOT = Path(__file__).parents[2]
EQUAL = "equal"
ROWS = [
    tuple(line.split("\t"))
    for line in (ROOT / "tools" / "learning" / "witnessed.tsv").read_text(encoding="utf-8").splitlines()
]
# Kinds that differ in how they are computed: a mixture of experts, state spaces, convolutions, windows, a latent, and
# the head of a decoder whose encoder is missing; by hand and described.
SAMPLE = (
    *("bloom", "falcon", "jamba", "mamba2", "lfm2", "cohere2_moe", "mimo_v2_flash", "deepseek_v3", "glm4_moe"),
    *("gemma2", "mixtral", "jetmoe", "phi", "mpt"),
)


def test_two_thirds_of_the_causal_types_have_the_flops_of_their_class() -> None:
    equal = [name for task, name, flops, _cache in ROWS if task == "causal" and flops == EQUAL]
    assert len(equal) >= 131
    assert {"bloom", "jamba", "mamba2", "mixtral", "glm4_moe"} <= set(equal)


def test_the_table_says_what_is_equal() -> None:
    table = (ROOT / "docs" / "types.md").read_text(encoding="utf-8").partition("\n## Causal")[2].partition("\n## ")[0]
    shown = dict(re.findall(r"^\| `([^`]*)` \| [^|]* \| ([^|]*) \|$", table, re.MULTILINE))
    words = {"forward-flops": "FLOPs", "kv-cache": "cache"}
    for _task, name, *states in ROWS:
        equal = " and ".join(word for word, state in zip(words.values(), states, strict=True) if state == EQUAL)
        assert shown[name].partition(";")[0] == equal or not equal, name


@pytest.mark.torch
@thorough
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SAMPLE)
def test_flops_and_cache_of_random_configs_are_those_of_the_real_class(name: str) -> None:
    pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
    pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
    from tools.learning import witnessing  # imports torch

    found, before = witnessing.witnessed("causal", name), witnessing.rows()["causal", name]
    assert before["forward-flops"] == EQUAL
    assert found == {**found, **{quantity: said for quantity, said in before.items() if said == EQUAL}}


SMALL = {"vocab_size": 50, "hidden_size": 32, "num_hidden_layers": 2, "intermediate_size": 48, "num_attention_heads": 4}
STATES = {"num_heads": 8, "head_dim": 8, "n_groups": 1, "state_size": 4, "chunk_size": 4}


@pytest.mark.torch
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("tokens", [1, 2, 9])
@pytest.mark.parametrize(
    "config",
    [
        {"model_type": "lfm2", "layer_types": ["conv", "full_attention"], "num_key_value_heads": 2, "conv_L_cache": 4},
        {"model_type": "mamba2", **STATES, "conv_kernel": 5},
        {"model_type": "falcon_mamba", "state_size": 4, "time_step_rank": 3},
    ],
    ids=lambda config: str(config["model_type"]),
)
def test_a_text_may_be_shorter_than_a_convolution(config: dict[str, object], tokens: int) -> None:
    """In a pass that keeps nothing; a class that fills its cache pads such a text once more, which we leave out."""
    torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    from torch.utils.flop_counter import FlopCounterMode

    given = {**SMALL, **config}
    model = transformers.AutoModelForCausalLM.from_config(
        transformers.AutoConfig.for_model(**given), attn_implementation="eager"
    )
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros((1, tokens), dtype=torch.long), use_cache=False)
    found = symbolic.explain(
        {**given, "architectures": [type(model).__name__]}, "forward-flops", inputs={"tokens": tokens}
    )
    assert found.total == counter.get_total_flops()
