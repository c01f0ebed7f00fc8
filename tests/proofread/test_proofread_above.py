"""Amounts that follow from those above them are judged where they hold, and hardly by chance; others say nothing."""

import pytest

from symbolic.proofread.proofreading import proofread

FOLLOWS = [
    ("A model of 66B weights in FP16 is stored. It takes 132 GB of memory.", "132 GB"),
    ("The 66B weights, then:\n\n- **INT8:** 66GB\n- **INT4:** 33GB", "33GB"),
    ("- Time: 3.42 hours at $0.61/hour\n- Cost: $2.09", "2.09"),
    ("It took 45.6 ms before. Now it takes 38.1 ms, which is 16.4% less.", "16.4%"),
    ("Weights: 14.2 GB\nGradients: 14.3 GB\nStates: 56.8 GB\n\nIn all, this is 85.3 GB.", "85.3 GB"),
    ("It has 536,870,912 bytes in all; that is 512 MiB of it.", "512 MiB"),
    ("One job costs $0.62, and its three repeats $1.86; so we pay $2.48.", "2.48"),
    ("It has 671B weights. Of them, 37B work on a token (~5.5%).", "5.5%"),
    ("One card has 80.2 GB. We have 24 cards here. Together that is 1,924.8 GB.", "1,924.8 GB"),
    ("It has 3,146,433 B, and so about 3.15 MB.", "3.15 MB"),
    ('```python\nprint("cache")  # 33,554,432 bytes, which are 32.0 MiB\n```', "32.0 MiB"),
]
SILENT = [
    "A model of 66B weights in FP16 is stored. It takes 150 GB of memory.",
    "Sequence lengths: 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096",
    "Weights of 1342 GB are on 8x H100.\n\nAnother one takes 168 GB.",
    "In 2021 there was a model of 65B weights, now there are 65.1B.",
    "The 4090 has 24 GB, and 4K tokens fit.",
    "Latency is 45 ms and 512 tokens take 1.3 GB, and it is 75% full.",
    "| Model | Score | Time |\n|---|---|---|\n| A | 81.2% | 30 s |\n| B | 84.4% | 34 s |\n| C | 88.1% | 64 s |",
]


@pytest.mark.parametrize(("text", "number"), FOLLOWS)
def test_an_amount_that_follows_from_those_above_holds(text: str, number: str) -> None:
    """What amounts above a number make, by their units, is an equation about it, and nothing else is amiss."""
    report = proofread(text)
    held = [text[found.start : found.end] for found in report.findings if found.verdict == "holds"]
    assert number in held, held
    assert not [found for found in report.findings if found.verdict not in ("holds", "unknown")]


@pytest.mark.parametrize("text", SILENT)
def test_an_amount_that_nothing_above_explains_is_about_something_else(text: str) -> None:
    """Numbers that don't follow, or would by chance, are no equation."""
    assert not [found for found in proofread(text).findings if found.equation.kind == "compared"]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("It takes 12,288 × 4 = 49,280 bytes.", "wrong"),
        ("It takes 12,288 × 4 bytes = 49,280 bytes.", "wrong"),
        ("It takes 12,288 × 4 bytes = 49,152 bytes.", "holds"),
        ("It takes 12,288 × 4 bits = 6,144 bytes.", "holds"),
        ("```python\nn = 6 * 1.5e9 * 40e9  # ≈ 3.6 × 10²⁰ FLOPs\n```", "holds"),
        ('```python\nA = {\n    "C": 6 * 2.5e9 * 40e9  # ≈ 3.6 × 10^20\n}\n```', "wrong"),
    ],
)
def test_bytes_in_full_and_powers_of_ten_in_comments_are_read(text: str, verdict: str) -> None:
    """Bytes that are written out are counted as exactly as parameters are."""
    assert [found.verdict for found in proofread(text).findings] == [verdict]


COMPARED = [
    # Of two types, or of one and a usual one.
    ("From FP32 to INT8 the memory is 4× less.", ["holds"]),
    ("From FP32 to INT8 the memory is 2× less.", ["doubtful"]),
    ("Going from FP16 to Q4_0 halves the memory.", ["doubtful"]),
    ("Speicher in INT8 statt FP16: 50% weniger", ["holds"]),
    ("INT8: 메모리 75% 감소", ["holds"]),
    ("Memory: 4x less (INT8/INT4)", []),
    ("INT8 is 2× faster, from FP32, with memory to spare.", []),
    # Parameters in another type than before.
    ("A 40B model: 80 GB → 20 GB with 4-bit weights.", ["holds", "holds"]),
    ("A 40B model: 80 GB → 10 GB with 4-bit weights.", ["doubtful", "holds"]),
    ("- 40B in 4-bit: ~10GB\n- LoRA adapters: 3GB", ["doubtful"]),
    ("It dropped from 52 ms to 16 ms (69% less).", ["holds"]),
    ("It dropped from 52 ms to 16 ms (83% less).", ["doubtful"]),
]


@pytest.mark.parametrize(("text", "found"), COMPARED)
def test_what_a_sentence_says_of_two_amounts_follows_from_them(text: str, found: list[str]) -> None:
    """Ratios of types and second amounts of parameters are held against numbers beside them."""
    report = proofread(text)
    assert sorted(one.verdict for one in report.findings if one.equation.kind == "compared") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Two formulas that are compared have a ratio; with a result for each, both are equations.
        ("64×64 vs 8×8 = 64 times", []),
        ("12 × 3 versus 4 × 5: 36 versus 20", []),
        ("3×3 = 9 vs 5×5 = 26", ["holds", "wrong"]),
        # What is marked as with a pen is read as the rest is; two such signs between formulas are an operator.
        ("The sum is ==3 × 4 = 13==.", ["wrong"]),
        ("3 × 14 = ==**~42**==", ["holds"]),
        ("if a == b and 3 × 14 = 43 == c", ["wrong"]),
        # The sides of a matrix, and its memory in the usual types of numbers.
        ("Weights: 512 × 2048 = 4 MB", ["holds"]),
        ("Weights: 512 × 2048 = 2.1 MB", ["holds"]),
        ("Weights: 512 × 2048 = 7 MB", ["wrong"]),
        # A point between groups of digits also stands in a number with a unit.
        ("25 × 50 ≈ 1.250 token/s", ["holds"]),
        ("25 × 50 ≈ 1.650 token/s", ["doubtful"]),
    ],
)
def test_formulas_that_are_compared_marked_or_of_a_matrix_are_read(text: str, found: list[str]) -> None:
    assert [one.verdict for one in proofread(text, kind="markdown").findings] == found
