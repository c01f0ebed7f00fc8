"""What a convention says is true of the network: words about attention, a cache, experts stand only where there are."""

from itertools import product

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic.errors import SymbolicError
from symbolic.measuring import quantities
from symbolic.networks.walks import attends, has_experts


def said(model: str, quantity: str) -> dict[str, str]:
    made = symbolic.explain(model, quantity)
    return {name: one.said(made.model.network) for name, one in made.quantity.conventions.items()}


@pytest.mark.parametrize(
    ("model", "quantity", "convention", "says", "lacks"),
    [
        ("bert-base-uncased", "serving-memory", "first-stage", "its part of the weights", "cache"),
        ("mamba-130m", "serving-memory", "first-stage", "the state of all sequences, which does not grow", "heads"),
        ("gpt2-124m", "serving-memory", "first-stage", "the cache of its heads for all sequences", "state"),
        # The clause on heads ends with a sentence of its own, so it stands last.
        ("qwen3-next-80b-a3b", "serving-memory", "first-stage", "their tokens, and the cache of its heads", "both"),
        (
            "mamba-130m",
            "training-flops",
            "selective-recomputation",
            "those without weights computed a second time",
            "attention",
        ),
        (
            "gpt2-124m",
            "training-flops",
            "selective-recomputation",
            "such as attention's scores and mixing",
            "no attention",
        ),
        ("mamba-130m", "training-flops", "palm", "this network has no attention", "experts"),
        ("gpt2-124m", "lora-parameters", "peft", "but the output head", "experts"),
        ("mixtral-8x7b", "lora-parameters", "peft", "and routers and experts", "attention"),
        ("gpt2-124m", "checkpoint-size", "stored", "is stored once", "router"),
        ("deepseek-v3", "checkpoint-size", "stored", "correct a router", "attention"),
    ],
)
def test_it_says_of_a_network_what_it_has(model: str, quantity: str, convention: str, says: str, lacks: str) -> None:
    words = said(model, quantity)[convention]
    assert says in words
    assert lacks not in words


@pytest.mark.parametrize(("model", "quantity"), sample(list(product(MODELS, quantities.names())), 20))
def test_the_words_at_the_top_of_a_page_speak_of_nothing_that_is_not_there(model: str, quantity: str) -> None:
    try:
        made = symbolic.explain(model, quantity)
    except SymbolicError:
        return
    network = made.model.network
    words = made.convention.said(network)
    assert attends(network) or "attention" not in words
    # The files of tensor-elements and the modules of adapters are those of any network.
    assert has_experts(network) or "expert" not in words
