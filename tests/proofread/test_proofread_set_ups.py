"""The sizes of a set-up follow from each other within a sentence: heads, parallel devices, batches."""

import pytest

from symbolic.proofread import proofread

SENTENCES = [
    # Heads share the width, where a word says that it follows: some models have wider ones.
    ("The hidden size is 2048 with 16 heads, so each head has 128 dimensions.", ["holds"]),
    ("The hidden size is 2048 with 16 heads, so each head has 64 dimensions.", ["doubtful"]),
    ("The hidden size is 2048 with 16 heads; the head dimension is 256.", []),
    ("d_model = 1024, 16 heads → head dimension 64", ["holds"]),
    ("d_model = 1024, 16 heads → head dimension 128", ["doubtful"]),
    ("With 40 query heads and 8 KV heads the cache shrinks by a factor of 5.", ["holds"]),
    ("With 40 query heads and 8 KV heads the cache shrinks by a factor of 8.", ["doubtful"]),
    # Devices are the product of the kinds of parallelism.
    ("128 GPUs with TP=8 and PP=4 leave DP=4.", ["holds"]),
    ("128 GPUs with TP=8 and PP=4 leave DP=8.", ["doubtful"]),
    ("128 GPUs with TP=8, PP=4 and EP=8 leave DP=8.", []),
    ("With tensor parallelism of 4 and DP=16 it takes 64 GPUs.", ["holds"]),
    ("With tensor parallelism of 4 and DP=16 it takes at least 32 GPUs.", []),
    # A global batch is that of all devices and steps.
    ("With a micro batch of 2, 8 accumulation steps and 32 GPUs the global batch size is 512.", ["holds"]),
    ("With a micro batch of 2, 8 accumulation steps and 32 GPUs the global batch size is 256.", ["doubtful"]),
    ("With a micro batch of 2 and 32 GPUs the global batch size is 256.", []),
]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_sizes_of_a_set_up_make_each_other(text: str, found: list[str]) -> None:
    """What is off may be about another set-up, so it is to be looked at."""
    assert [one.verdict for one in proofread(text).findings if one.equation.kind == "compared"] == found
