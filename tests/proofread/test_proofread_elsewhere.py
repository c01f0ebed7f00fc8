"""Claims whose numbers stand elsewhere: letters, totals of TeX, shares of another table, results said again."""

import json

import pytest

from symbolic.proofread.proofreading import proofread


def judged(text: str, kind: str = "") -> list[str]:
    """Return the verdicts on all that is no definition, in order of their places."""
    findings = proofread(text, kind=kind).findings
    return [found.verdict for found in findings if not found.is_definition and found.verdict != "unknown"]


def table(head: str, *rows: str) -> str:
    return "\n".join(f"| {row} |" for row in (head, "|".join("-" * (head.count("|") + 1)), *rows)) + "\n"


ONE_LETTER = "We take $T=512$, $D=640$.\n\n- $3 \\times (D \\times F) = 3 \\times (640 \\times 2560) = 4{,}915{,}200$\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # F has its number in the formula above, in the place of 2560; H is any.
        (ONE_LETTER + "- $2 T D F = 1{,}677{,}721{,}600$", ["holds"] * 2),
        (ONE_LETTER + "- $2 T^2 D = 335{,}544{,}320$\n- $2 H T^2 (D / H) = 671{,}088{,}640$",
         ["holds", "holds", "doubtful"]),
        # No other formula nearby holds with S.
        (ONE_LETTER + "- $2 T D S = 3{,}621{,}440$\n\nIts sequences (S): 4", ["holds"]),
        ("Hidden size (`d`): 2048\n\nInner size: 16384 (8 * hidden_size)", ["holds"]),
        ("Hidden size (`d`): 2048\n\nInner size: 16484 (8 * hidden_size)", []),
        (table("part | FLOPs | Value", "query | $2BD^2$ | 536.9M", "scores | $2B^2 D$ | 1.07B",
               "head | $2 B D V$ | 35.5B", "words | $D V$ | 16.38M")
         + "\nHere $B=1{,}024$, $D=512$ and $V=32{,}000$.", ["doubtful", "holds", "holds", "holds"]),
    ],
)  # fmt: skip
def test_letters_have_the_numbers_that_they_have_elsewhere(text: str, found: list[str]) -> None:
    """What holds with them is judged; what misses is worth a look if other formulas nearby hold with the same ones."""
    assert sorted(judged(text)) == sorted(found)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- Blocks: $1.804 \\times 10^{11}$ (75.6%)\n- Head: $0.583 \\times 10^{11}$ (24.4%)\n"
         "- **Total:** $2.387 \\times 10^{11}$", ["holds"] * 3),
        ("- Weights: $12 \\times 0.5 \\approx 6.0 \\text{ MB}$.\n- Rest: $3 \\times 1.2 \\approx 3.6 \\text{ MB}$.\n"
         "- **Total**: $\\mathbf{9.62 \\text{ MB}}$.", ["holds"] * 3),
        ("It has:\n- Weights: $6.0 \\text{ MB}$.\n- Rest: $3.6 \\text{ MB}$.\n- Cache: $2.1 \\text{ MB}$.\n"
         "- **Total**: $\\mathbf{12.9 \\text{ MB}}$.", ["doubtful"]),
        ("- Peak: $12.5 \\times 0.5 = 6.25$\n- Forward: $3 \\times 204 = 612$\n- Backward: $2 \\times 612 = 1{,}224$\n"
         "- Total: $612 + 1{,}224 = 1{,}836$", ["holds"] * 4),
        ("It grew from $2{,}048$ to $8{,}192$ tokens (a $4\\times$ increase).", ["holds"]),
    ],
)  # fmt: skip
def test_numbers_of_tex_are_read_in_sentences(text: str, found: list[str]) -> None:
    assert sorted(judged(text)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (table("model | 2021 | 2022", "a | 16.1 | 8.2", "b | 14.2 | 7.1", "c | 12.4 | 6.2"), 0),
        (table("place | latency | against it", "a | 0.5 ns | 1×", "b | 8 ns | 16×",
               "c | 120 μs | 240,000×", "d | 9 ms | 18,000,000×"), 3),
        ("part            count    ratio (%)\nqueries         61440    12.5000\nheads           30720     6.2500\n"
         "rest           399360    81.2500\nall            491520   100.0000\n", 3),
        ("┌──────┬───────┬───────┐\n│ part │ count │ share │\n├──────┼───────┼───────┤\n│ a    │ 3,120 │ 62.4% │\n"
         "│ b    │ 1,130 │ 22.6% │\n│ c    │ 750   │ 15.0% │\n└──────┴───────┴───────┘", 3),
        (table("name | shape | numbers", "table | (5120, 640) | 3276800", "scale | (640,) | 640"), 2),
        ("Keys: [8, 512, 640] = 2.62M values.", 1),
        ("Weights: FP32 (4 bytes), then INT8: 1 byte, and 3 bytes per pixel (24-bit).", 3),
        ("Small: 41.5% → large: 60.2% (+18.7 percentage points).", 1),
    ],
)  # fmt: skip
def test_numbers_of_tables_follow_from_rows_and_other_tables(text: str, found: int) -> None:
    verdicts = judged(text)
    assert set(verdicts) == ({"holds"} if found else set())
    assert len(verdicts) >= found


TUPLES = """runs = [
    ("a", 70, 8, 4, 16, 512),
    ("b", 175, 8, 8, 64, 4096),
    ("c", 530, 8, 30, 6, {}),
    ("d", 540, 8, 16, 24, 3072),
]
"""


@pytest.mark.parametrize(("number", "verdict"), [("1440", "holds"), ("4440", "doubtful")])
def test_a_column_is_the_product_of_three_others(number: str, verdict: str) -> None:
    """In tables and in the lists of programs; a row that is no such product where the others are is worth a look."""
    code = TUPLES.format(number)
    rows = [row.strip(" (),").replace('"', "").replace(",", " |") for row in code.splitlines()[1:-1]]
    book = {"cells": [{"cell_type": "code", "source": code}], "nbformat": 4}
    for text, kind in ((f"```python\n{code}```\n", ""), (table("run | size | TP | PP | DP | all", *rows), ""),
                       (json.dumps(book), "notebook")):  # fmt: skip
        assert sorted(judged(text, kind)) == sorted(["holds"] * 3 + [verdict])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It has 40,960 × 52 = 2,129,920 weights.\n\nAll in all, there are 2,129,920 of them.", 2),
        ("It has 40,960 × 52 = 2,129,920 weights.\n\nAll in all, there are 2.13M of them.", 2),
        ("It has 40,960 × 52 = 2,129,920 weights.\n\nAll in all, there are 2,129,930 of them, or 2.15M.", 1),
        ("It has 40,960 × 52 = 2,129,920 weights.\n\nAll in all, there are 2.1 of them.", 1),
    ],
)
def test_a_number_repeats_what_an_equation_results_in(text: str, found: int) -> None:
    assert judged(text) == ["holds"] * found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Each layer costs 2 × 1,280 × 5,120 × 2 -> 26.8 GFLOPs here.", ["doubtful"]),
        ("Each layer costs 2 × 1,280 × 5,120 × 2 -> 29.8 GFLOPs here.", []),
    ],
)
def test_a_result_behind_an_arrow_that_lacks_a_factor_of_1024_is_worth_a_look(text: str, found: list[str]) -> None:
    assert judged(text) == found


DRAWN = """Total: 5,016

│ part │ count │ share │
├──────┼───────┼───────┤
│ a    │ 3,120 │ 62.2% │
│ b    │ 1,130 │ 22.5% │
│ c    │ 766   │ 15.3% │
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The gate has\n\n  = (3 + 4) × 5 + 5\n\n  = 40\n\n**= 40 weights**", ["holds"]),
        ("The gate has\n\n  = (3 + 4) × 5 + 5\n\n  = 42", ["doubtful"]),
        ("- Head (32k × 640): ~20.5M\n- Table (5,120 × 640): **3,276,800**", ["holds"] * 2),
        ("It has **241** (384/2 + 48 + 1) tokens.", ["holds"]),
        ("- Head (32k × 640): ~30.5M\n- Filter (3x3): 9.4M", []),
        ("**Tables: 43.2M parameters**\n- **Words**: 42.1M parameters\n- **Places**: 1.1M parameters", ["holds"]),
        ("**Tables: 44.2M parameters**\n- **Words**: 42.1M parameters\n- **Places**: 1.1M parameters", []),
        ("It has:\n\n1. **A**: 86.3 M params\n    - with all of it\n2. **B**: 204.6 M params\n3. **C**: 98.2 M params\n"
         "\n**Total count**: 389.1 million", ["holds"]),
        ("It has:\n\n1. **A**: 86.3 M params\n    - with all of it\n2. **B**: 204.6 M params\n3. **C**: 98.2 M params\n"
         "\n**Total count**: 379.1 million", ["doubtful"]),
        ("A model with 34 billion parameters in FP8 takes a mere 12 GB.", ["doubtful"]),
        ("A model with 34 billion parameters in FP8 saves 12 GB with it.", []),
        (DRAWN, ["holds"] * 3),
        (table("layer | count", "a | 1.2M each", "b | 3.4M", "c | 0.5M", "total | 9.9M"), []),
    ],
)  # fmt: skip
def test_results_stand_below_before_or_among_what_they_are_made_of(text: str, found: list[str]) -> None:
    assert sorted(judged(text)) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("tokens = 96_000_000  # 96M of them", ["holds"]),
        ("peak = 418e12,  # 418 TFLOPs", ["holds"]),
        ("peak = 418e9,  # 418 TFLOPs", ["doubtful"]),
        ("window = 16384  # 16K", ["holds"]),
        ("memory = 48  # 48 GB", []),
        ("width = 5120  # 8 * 640", ["holds"]),
        ("width = 5120  # 8 * 650", []),
    ],
)
def test_a_comment_says_the_number_beside_it_again(line: str, found: list[str]) -> None:
    """In scales or as a product; a number of bytes or operations whose noughts are miscounted is worth a look."""
    book = {"cells": [{"cell_type": "code", "source": f"import x\n{line}\n"}], "nbformat": 4}
    assert judged(f"```python\nimport x\n{line}\n```\n") == found
    assert judged(json.dumps(book), "notebook") == found
