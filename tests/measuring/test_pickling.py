"""A derivation and a page go to another process and come back the same."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
from sampling import ONE_A_FAMILY, sample, thorough

import symbolic
from symbolic import api
from symbolic.pages.document import explain_page

BLOOM = {"model_type": "bloom", "vocab_size": 100, "hidden_size": 64, "n_head": 8, "n_layer": 3}
CASES: list[tuple[Any, str, dict[str, Any]]] = [
    *((model, "parameters", {}) for model in sample(ONE_A_FAMILY, 6)),
    ("llama-3-8b", "kv-cache", {"inputs": {"context": 9}}),
    ("llama-3-8b", "weight-memory", {"dtype": "q4_k_m"}),
    ("llama-3-8b", "weight-memory", {"dtype": "nf4"}),
    ("llama-3-8b", "lora-parameters", {"choices": {"target": "query,value"}}),
    ("llama-3-8b", "training-cost", {"device": "h100"}),
    ({**BLOOM}, "parameters", {}),
    ({**BLOOM, "torch_dtype": "bfloat16"}, "weight-memory", {}),
]


@pytest.mark.parametrize(("model", "quantity", "how"), sample(CASES, 2))
def test_a_derivation_and_its_page_are_the_same_afterwards(model: Any, quantity: str, how: dict[str, Any]) -> None:
    derivation = symbolic.explain(model, quantity, **how)
    again = pickle.loads(pickle.dumps(derivation))
    assert again.total == derivation.total
    assert again.to_json() == derivation.to_json()
    page = explain_page(derivation)
    assert pickle.loads(pickle.dumps(page)) == page


def test_the_page_of_an_analysis_is_the_same_afterwards() -> None:
    page = api.scale("gpt2-124m")
    assert pickle.loads(pickle.dumps(page)) == page


@thorough
def test_another_process_makes_the_same_page() -> None:
    derivations = [symbolic.explain(model) for model in ("deepseek-v3", BLOOM)]
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        made = list(other.map(symbolic.Derivation.to_text, derivations))
    assert made == [derivation.to_text() for derivation in derivations]
