"""Shares and totals of lists and tables, ranges as factors, and units that are written with a hyphen."""

import pytest

from symbolic.proofread.proofreading import proofread


def verdicts(text: str) -> list[str]:
    return sorted(found.verdict for found in proofread(text).findings)


def table(head: str, *rows: str) -> str:
    return "\n".join(f"| {row} |" for row in (head, "|".join("-" * (head.count("|") + 1)), *rows)) + "\n"


LAYERS = "- table: 90M ({})\n- layers: 423M (70.5%)\n- head: 87M (14.5%)\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Total: 600M parameters\n\n" + LAYERS.format("15.0%"), ["holds"] * 3),
        ("Total: 600M parameters\n\n" + LAYERS.format("15.5%"), ["doubtful", "holds", "holds"]),
        # Without a total they are all parts of a whole, or it is not known of what they are shares.
        (LAYERS.format("15.0%"), ["holds"] * 3),
        (LAYERS.format("15.7%"), ["doubtful", "holds", "holds"]),
        (LAYERS.format("35.0%"), []),
        ("Total: 700M parameters\n\n" + LAYERS.format("35.0%"), []),
        ("合計：60,000,000個\n\n層 42,300,000個（70.5%）、表 17,700,000個（29.5%）", ["holds"] * 2),
        ("They kept 90 of them (15%), and 40 runs (9%).", []),
    ],
)
def test_a_share_in_brackets_is_one_of_the_total(text: str, found: list[str]) -> None:
    assert [one for one in verdicts(text) if one != "unknown"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (table("Teil | Größe (GB) | Anteil", "a | 2.50 | 25%", "b | 3.25 | 32.5%", "c | 4.25 | 42.5%",
               "Gesamt | 10.00 | 100%"),
         ["holds"] * 5),
        (table("Teil | Größe (GB) |", "a | 2.50 |", "b | 3.25 |", "c | 4.75 |", "Gesamt | 10.00 |"), ["doubtful"]),
        (table("Teil | Größe (GB) |", "a | 2.51 |", "b | 3.27 |", "c | 4.26 |", "Gesamt | 10.05 |"), []),
        (table("part | share |", "a | 90.0% |", *["b | <0.1% |"] * 4, "c | 10.0% |", "Total | 100.0% |"), []),
        # One of the rows is a part of another one.
        (table("part | time |", "all | 9.25 |", "a | 3.25 |", "b | 0.75 |", "Total | 10.00 |"), []),
    ],
)  # fmt: skip
def test_the_last_row_of_a_table_is_the_sum_of_the_others(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("30.5 hours × $2-4 = $61-122", ["holds"] * 2),
        ("30.5 hours × $2-4 = $61-132", ["holds", "wrong"]),
        ("0.5-1M × 8 = 4-8M", ["holds"] * 2),
        ("20-4 × 2 = 12", ["holds"]),
    ],
)
def test_a_factor_may_be_a_range_if_the_result_is_one(text: str, found: list[str]) -> None:
    assert verdicts(text) == found


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (r"$6 \times 512 \times 640^2 \approx 1.26 \text{ G-MACs}$", "holds"),
        (r"$6 \times 512 \times 640^2 \approx 1.36 \text{ G-MACs}$", "wrong"),
        ("12 × 640 × 640 = 4.9 M-params", "holds"),
        ("96e12/(2.0e12x0.8)=60", "holds"),
        ("96e12/(2.0e12x0.8)=66", "wrong"),
        ("{% katex(block=true) %}\n3 \\cdot 7 = 21\\\\\n{% end %}", "holds"),
        ("{{< math >}} 3 \\cdot 7 = 22 {{< /math >}}", "wrong"),
        ("1.048.576.000 + 0 = 1.048.576.000; 2.50 × 3 = 7.5", "holds"),
        (r"It takes \\(24 \cdot 2000 / 1.6\text{e}6 \approx 30\\) milliseconds.", "unknown"),
        (r"It takes \\(24 \cdot 2000 / 1.6\text{e}6 \approx 30\\) of them.", "doubtful"),
        ("Each of the 16 has 80GB. Left: 80x16-300=1TB.", "holds"),
        ("Each of the 16 is new. Left: 80x16-300=1TB.", "doubtful"),
    ],
)
def test_units_and_signs_are_read_as_they_are_meant(text: str, verdict: str) -> None:
    assert proofread(text).findings[-1].verdict == verdict
