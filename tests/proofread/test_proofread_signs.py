"""Signs that may be read in two ways: brackets beside brackets, plus and minus at the start of a row, a root in TeX."""

import pytest

from symbolic.proofread.proofreading import proofread

ROOT = r"\ensuremath{\sqrt{}}((3\textsuperscript{2} + 4\textsuperscript{2}) / 2)"


@pytest.mark.parametrize(
    ("text", "kind", "verdict"),
    [
        ("$h = (-0.5)(+3) + (0.5)(+1) = -1.0$", "markdown", "holds"),
        ("$h = (-0.5)(+3) + (0.5)(+1) = -0.5$", "markdown", "wrong"),
        ("(0.75)(2) + (-0.25)(-3) = 2.25", "text", "holds"),
        (rf"of (3, 4): {ROOT} \approx 3.536.", "latex", "holds"),
        (rf"of (3, 4): {ROOT} \approx 3.636.", "latex", "wrong"),
        ("[all]\n    − (a − b) × [one]\n= 9,000 − (24 − 12) × 28 × 11\n    − 12 × 28 × 7\n= 2,952", "text", "holds"),
        ("[all]\n    − (a − b) × [one]\n= 9,000 − (24 − 12) × 28 × 11\n    − 12 × 28 × 7\n= 2,852", "text", "wrong"),
    ],
)  # fmt: skip
def test_a_sign_that_joins_two_numbers_does(text: str, kind: str, verdict: str) -> None:
    """Brackets beside brackets multiply, a root is one in TeX's prose, and a row with a minus goes on to its result."""
    report = proofread(text, kind=kind)
    assert [found.verdict for found in report.findings if found.verdict != "unknown"] == [verdict]


def test_plus_signs_before_the_items_of_a_list_add_nothing() -> None:
    """Markdown's lists may have them; a sum that goes on below has no result in the line above."""
    items = "+ Part 1: 70,000 - 9,000 = 61,000\n+ Part 2: 3 × 61,000 = 183,000\n+ Part 3: it is split"
    assert [found.verdict for found in proofread(items).findings] == ["holds", "holds"]
    assert [found.verdict for found in proofread("All of it: 4 × 70\n+ 3 × 61\n+ 20 = 483").findings] == ["holds"]


def test_a_wrong_result_is_not_what_stood_above_already() -> None:
    """A number that is a size above, and below a wrong result, was not taken from there."""
    wrong, use = "Norms: 2*3584 + 2*768 + 2*256 = 8,192", "All: 8192*768 = 6,291,456"
    assert [found.verdict for found in proofread(f"{wrong}\n\n{use}").findings] == ["wrong", "carried"]
    stood = f"| Matrix | [8192, 768] |\n\n{wrong}\n\n{use}"
    assert [found.verdict for found in proofread(stood).findings] == ["wrong", "holds"]
