"""The context and the tokens of a text: which pairs a mask leaves, and what no text can be."""

import pytest

from symbolic import explain
from symbolic.errors import ConfigError


@pytest.mark.parametrize(("tokens", "context"), [(512, 512), (256, 1024), (1, 1000), (2, 3)])
def test_a_mask_hides_half_of_the_pairs_of_the_tokens_that_pass_and_none_of_those_before(
    tokens: int, context: int
) -> None:
    asked = {"tokens": tokens, "context": context}
    whole = explain("gpt2-124m", "forward-flops", inputs=asked).total
    masked = explain("gpt2-124m", "forward-flops", convention="masked", inputs=asked).total
    # Scores and mixing, 12 layers of 768 numbers: two operations for each number of each pair that is hidden.
    assert whole - masked == 2 * 12 * 2 * 768 * tokens * tokens // 2


@pytest.mark.parametrize(
    ("quantity", "asked", "says"),
    [
        ("forward-flops", {"tokens": 512, "context": 100}, "give as many or more"),
        ("training-flops", {"tokens": 512, "context": 1024}, "the sequence is all the context"),
        ("training-memory", {"tokens": 512, "context": 256}, "the sequence is all the context"),
        ("training-cost", {"tokens": 512, "context": 256}, "the sequence is all the context"),
    ],
)
def test_a_context_that_no_text_has_is_refused(quantity: str, asked: dict[str, int], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        explain("gpt2-124m", quantity, inputs=asked)


def test_heads_without_a_width_have_no_cache() -> None:
    heads = {"hidden_size": 64, "num_attention_heads": 128, "num_key_value_heads": 2, "vocab_size": 99}
    with pytest.raises(ConfigError, match="a head's width"):
        explain({"model_type": "apertus", **heads}, "kv-cache")
