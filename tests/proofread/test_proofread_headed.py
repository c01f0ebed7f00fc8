"""Columns whose heads say how they follow from others are judged row by row."""

import pytest

from symbolic.proofread.proofreading import proofread

TABLES = [
    ("| x | y | gap(=x-2.25) |\n|---|---|---|\n| 9.25 | 1 | 7.00 |\n| 8.80 | 2 | 6.55 |\n| 5.25 | 3 | 3.20 |", "3.20"),
    ("| x | e^x |\n|---|---|\n| 0.5 | 1.65 |\n| -1.2 | 0.30 |\n| 1.1 | 3.40 |", "3.40"),
    (
        "| GPU | hours | rate | cost (= hours * rate) |\n|---|---|---|---|\n"
        "| A | 3.5 | $0.62 | $2.17 |\n| B | 1.2 | $2.15 | $2.58 |\n| C | 2.5 | $4.00 | $12.00 |",
        "12.00",
    ),
]


@pytest.mark.parametrize(("table", "amiss"), TABLES)
def test_a_head_says_how_its_column_follows(table: str, amiss: str) -> None:
    """All rows are equations, each once; the one that does not hold is found."""
    report = proofread(table)
    found = [finding for finding in report.findings if finding.equation.kind == "row"]
    assert [table[one.start : one.end].strip("$") for one in found if one.verdict != "holds"] == [amiss]
    assert len({one.start for one in found}) == len(found) >= 3


@pytest.mark.parametrize(
    "table",
    [
        "| top-1 | top-5 | gap |\n|---|---|---|\n| 70.1 | 90.2 | 3 |\n| 71.4 | 91.3 | 4 |",
        "| lr | lr * 2 (not kept) |\n|---|---|\n| 0.1 | 0.5 |\n| 0.2 | 0.7 |",
        "| a | b/a test |\n|---|---|\n| 3 | 5 |\n| 4 | 9 |",
    ],
)
def test_a_head_that_most_rows_contradict_means_something_else(table: str) -> None:
    """A head with a sign of a calculation in it is one only where most rows agree."""
    assert not [found for found in proofread(table).findings if found.equation.kind == "row"]
