"""Amounts of one sentence follow from each other by their units, without an equals sign."""

import pytest

from symbolic.proofread import proofread

SENTENCES = [
    # Bytes by bytes a second, work by work a second.
    ("Reading 26 GB of weights at 2 TB/s takes 13 ms per token.", ["holds"]),
    ("Reading 26 GB of weights at 2 TB/s takes 26 ms per token.", ["doubtful"]),
    ("We measured that reading 26 GB of weights at 2 TB/s takes 26 ms per token.", []),
    ("At 400 TFLOP/s per GPU, 8e21 FLOPs take 2e7 GPU-seconds.", ["holds"]),
    ("At 400 TFLOP/s per GPU, 8e21 FLOPs take 2e8 GPU-seconds.", ["doubtful"]),
    # So much for each, and how many there are.
    ("Adam keeps 12 bytes per parameter, so a 3B model needs 36 GB.", ["holds"]),
    ("Adam keeps 12 bytes per parameter, so a 3B model needs 18 GB.", ["doubtful"]),
    ("Adam keeps 12 bytes per parameter, so a 3B model needs at least 18 GB.", []),
    ("With 20 tokens per parameter, a 13B model should see 260B tokens.", ["holds"]),
    ("With 20 tokens per parameter, a 13B model should see 2.6T tokens.", ["doubtful"]),
    ("At 0.25 MB per token, a 8192-token prompt takes 2 GB.", ["holds"]),
    ("At 0.25 MB per token, a 8192-token prompt takes 8 GB.", ["doubtful"]),
    ("Each sequence takes 3 GB; with a batch of 16 that is 48 GB.", ["holds"]),
    ("Each sequence takes 3 GB; with a batch of 16 that is 24 GB.", ["doubtful"]),
    ("每个 token 需要 0.5 MB,上下文长度 4096,共需要 8 GB。", ["doubtful"]),
    # Steps, batches and lengths; all three numbers may be meant.
    ("A batch of 512 sequences of 2048 tokens is 1M tokens.", ["holds"]),
    ("A batch of 512 sequences of 2048 tokens is 4M tokens.", ["doubtful"]),
    ("2T tokens at 4M tokens per step are 500,000 steps.", ["holds"]),
    ("2T tokens at 4M tokens per step are 50,000 steps.", ["doubtful"]),
    (
        "We ran 300 steps with a sequence length of 4096 and a batch size of 2048, in total about 2.5 billion tokens.",
        ["holds"],
    ),
    # Devices, hours and money.
    ("16 GPUs for 30 hours are 480 GPU-hours.", ["holds"]),
    ("16 GPUs for 30 hours are 840 GPU-hours.", ["doubtful"]),
    ("500 GPU-hours at $3 an hour cost $1,500.", ["holds"]),
    ("500 GPU-hours at $3 an hour cost $15,000.", ["doubtful"]),
    ("The 96 GB of states on 32 GPUs are 6 GB per GPU.", ["doubtful"]),
    # What counts in wholes is rounded up.
    ("With 80 GB per GPU, 180 GB need 3 GPUs.", []),
    ("With 80 GB per GPU, 180 GB need 5 GPUs.", ["doubtful"]),
    # Six operations for each parameter and token of a training, two on the way forward.
    ("Training a 3B model on 500B tokens takes about 9e21 FLOPs.", ["holds"]),
    ("Training a 3B model on 500B tokens takes about 9e20 FLOPs.", ["doubtful"]),
    ("Training a 3B model with 1B active on 500B tokens takes about 3e21 FLOPs.", []),
    ("The forward pass of a 3B model over 1000 tokens takes 6 TFLOPs.", ["holds"]),
    # A total is the sum of all before it.
    ("Weights take 6 GB, gradients 6 GB and the optimizer 36 GB, 48 GB in total.", ["holds"]),
    ("Weights take 6 GB, gradients 6 GB and the optimizer 36 GB, 38 GB in total.", ["doubtful"]),
    ("Weights take 6 GB, gradients 6 GB and the optimizer 36 GB, 12 GB in total.", []),
    ("The tower has 300M parameters and the decoder 7B parameters, for a total of 7.3B parameters.", ["holds"]),
    ("The tower has 300M parameters and the decoder 7B parameters, for a total of 9B parameters.", ["doubtful"]),
    ("权重 6 GB,梯度 6 GB,优化器 36 GB,总计 58 GB。", ["doubtful"]),
    # Of other dimensions, or of amounts that are of another thing, nothing is made.
    ("A 7B model on 8 GPUs needs 3 days.", []),
    ("A 7B model with 4096 tokens takes 18 GB.", []),
]


@pytest.mark.parametrize(("text", "found"), SENTENCES)
def test_amounts_make_each_other_by_their_units(text: str, found: list[str]) -> None:
    """What is near holds; what is far off may be about something else, so it is to be looked at."""
    assert [one.verdict for one in proofread(text).findings if one.equation.kind == "compared"] == found


SURE = "\n\n".join(f"{number} × 3 = {3 * number}" for number in range(30, 40)) + "\n\n"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("2 × 24 bytes = 96 fp4 values", "doubtful"),
        ("2×24字节 = 96个fp4", "doubtful"),
        ("2 × 24 bytes = 49 bytes", "wrong"),
        ("2 × 24 bytes = 49", "wrong"),
    ],
)
def test_bytes_hold_another_number_of_things(text: str, verdict: str) -> None:
    """Two values of four bits stand in a byte: what a number counts is said behind it."""
    assert [one.verdict for one in proofread(SURE + text).findings][-1] == verdict
