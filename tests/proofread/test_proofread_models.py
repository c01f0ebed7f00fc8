"""Sizes that a sentence says of a model by its name are held against those of the model."""

import pytest

from symbolic.proofread import proofread

SENTENCES = [
    ("Llama 3 8B has 32 layers, a hidden size of 4096 and 32 attention heads.", ["holds"] * 3),
    ("Llama 3 8B has 32 layers, a hidden size of 4096 and 48 attention heads.", ["holds", "holds", "doubtful"]),
    ("Qwen2.5-7B: 28 layers, d_model 3584, 4 KV heads, vocab size 152064", ["holds"] * 4),
    ("Qwen2.5-7B: 28 layers, d_model 3584, 8 KV heads", ["holds", "holds", "doubtful"]),
    ("GPT-2 XL has 48 layers and 1.56 billion parameters.", ["holds", "holds"]),
    ("GPT-2 XL has 48 layers and about 1.5 billion parameters.", ["holds"]),
    ("GPT-2 XL has 48 layers and 15 billion parameters.", ["holds", "doubtful"]),
    # Nothing else in the sentence is the model's, so it may be about another one.
    ("Llama 3 8B has 48 attention heads.", []),
    # It is about a part, another network, or several.
    ("We freeze the first 12 layers of Llama 3 8B, with a hidden size of 4096.", []),
    ("Unlike Llama 3 8B, it has 32 layers and 48 attention heads.", []),
    ("Llama 2 7B and Llama 3 8B have 32 layers and 48 attention heads.", []),
    # A name that goes on is another model's.
    ("Llama-3-8B-Instruct-v0.2-48k has 32 layers and 48 attention heads.", []),
]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_sizes_of_a_named_model_are_its_own(text: str, found: list[str]) -> None:
    """One that differs counts where another one shows that the sentence is about this model."""
    assert [one.verdict for one in proofread(text).findings if one.equation.kind == "compared"] == found
