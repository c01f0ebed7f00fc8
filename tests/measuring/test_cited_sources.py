"""Each way of counting names who counts so, and each work that it names is cited with the version that was read."""

import re

import pytest

import symbolic
from symbolic.measuring import quantities
from symbolic.measuring.conventions import Convention
from symbolic.networks.family import QUOTED

OURS = {
    "arithmetic-intensity": {"one-step", "all-weights", "chosen-experts"},
    "checkpoint-size": {"stored", "stored-untied"},
    "device-memory": {"first-stage", "middle-stage", "last-stage", "states"},
    "forward-flops": {"products", "masked", "without-attention-products", "without-head", "2N", "multiply-adds"},
    "kv-cache": {"kept", "expanded", "ungrouped"},
    "lora-memory": {"modules", "frozen"},
    "lora-parameters": {"modules"},
    "serving-memory": {"first-stage", "last-stage", "weights"},
    "tensor-elements": {"trainable"},
    "training-cost": {"products", "masked"},
    "training-flops": {"products", "masked", "selective-recomputation"},
    "training-memory": {"full-recomputation", "activations", "states"},
    "training-states": {"sgd"},
    "weight-memory": {"trainable", "untied", "active", "with-buffers"},
}
"""Plain sums of what a page derives: their definition is on the page, and nobody else is said to count so."""
PROGRAMS = (
    "AutoGPTQ",
    "bitsandbytes",
    "CS336",
    "gpt-neox",
    "huggingface.js",
    "llama.cpp",
    "llm-foundry",
    "MaxText",
    "Megatron-LM",
    "MS-AMP",
    "Muon",
    "nanoGPT",
    "PEFT",
    "SGLang",
    "TensorRT-LLM",
    "torchtitan",
    "transformers, ",
    "verl",
    "vLLM",
)
COUNTED = [
    (name, convention)
    for name in quantities.names()
    if name != "parameters"
    for convention in quantities.find(name).conventions.values()
]


@pytest.mark.parametrize(("name", "convention"), COUNTED, ids=lambda one: getattr(one, "name", one))
def test_each_convention_has_a_source_that_its_quantity_cites(name: str, convention: Convention) -> None:
    said = str(convention.source)
    assert bool(said) is (convention.name not in OURS[name])
    cited = " ".join(f"{source.title}, {source.url}" for source in quantities.find(name).sources)
    for work in (*re.findall(r"arXiv:(\d{4}\.\d{5})", said), *(one for one in PROGRAMS if one in said)):
        assert work in cited, work
    if said and name != "checkpoint-size":
        assert re.search(r"arXiv:\d{4}\.\d{5}|Hub's count", said) or any(one in said for one in PROGRAMS)


@pytest.mark.parametrize("name", quantities.names())
def test_each_source_says_which_version_was_read_or_that_excerpts_were(name: str) -> None:
    for source in quantities.find(name).sources:
        assert source.read, source.title
        is_paper = source.url.startswith(("https://arxiv.org", "https://doi.org"))
        assert (source.read == QUOTED) is is_paper


def test_a_page_says_which_version_was_read() -> None:
    says = " ".join(str(symbolic.explain("llama-3-8b", "device-memory").to("text")).split())
    assert "theoretical_memory_usage.py (read: Core 0.19.0)" in says
    assert "excerpts" not in says
