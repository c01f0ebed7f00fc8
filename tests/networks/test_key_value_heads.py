"""What a page says of one matrix for queries, keys and values: how many heads keys and values have."""

from typing import Any

import pytest

import symbolic
from symbolic.language import translate

FALCON = {
    "model_type": "falcon",
    "vocab_size": 300,
    "hidden_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 6,
}
BIGCODE = {"model_type": "gpt_bigcode", "vocab_size": 300, "n_embd": 96, "n_layer": 2, "n_head": 6, "n_positions": 40}


@pytest.mark.parametrize(
    ("config", "says", "heads"),
    [
        ({**FALCON, "multi_query": True}, "one key and one value head", 1),
        ({**FALCON, "multi_query": False}, "of all heads", 6),
        ({**FALCON, "new_decoder_architecture": True, "num_kv_heads": 2}, "`n_kv_groups` heads", 2),
        ({**BIGCODE, "multi_query": True}, "one key and one value head", 1),
        ({**BIGCODE, "multi_query": False}, "of all heads", 6),
        (
            {"model_type": "codeshell", "vocab_size": 300, "n_embd": 96, "n_layer": 2, "n_head": 6, "n_positions": 40}
            | {"num_query_groups": 3, "group_query_attention": True, "n_inner": 200},
            "`n_kv_groups` heads",
            3,
        ),
    ],
)
def test_a_joined_matrix_says_how_many_heads_keys_and_values_have(
    config: dict[str, Any], says: str, heads: int
) -> None:
    steps = [visit.step for visit in symbolic.explain(config).root.walk(parents_first=False)]
    [matrix] = [step for step in steps if step.weight and translate(step.label) == "query, key and value matrix"]
    assert says in translate(matrix.about)
    # Six query heads of sixteen numbers, and keys and values of as many heads as the sentence says.
    assert matrix.each == 96 * 16 * (6 + 2 * heads)
