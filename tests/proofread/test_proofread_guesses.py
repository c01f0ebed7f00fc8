"""Guesses are judged without what explains why one does not hold, and come to the same."""

import re

import pytest

from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.judging.checking import check, holds
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading import read_markdown
from symbolic.proofread.reading.document import lines_with
from symbolic.proofread.reading.formula_reader import FormulaReader

LEFT = (
    "12 × 5",
    "7 / 3",
    "3 × 4 / 2 × 3",
    "20 KB × 3",
    "400 GB × 4",
    "7B × 2 bytes",
    "2 hours × 3",
    "5 % × 300",
    "0.07 × 9",
)
RIGHT = ("60", "61", "2.3", "2.33", "2.4", "2", "1", "60 KB", "61 KB", "58.6 KB", "1.6 TB", "1.56 TB", "14 GB", "13 GB")
MORE = ("13.04 GB", "6 hours", "360 minutes", "15", "0.63", "0.6", "1,500", "18", "100 million")


@pytest.mark.parametrize("sign", ["=", "≈", "<"])
def test_a_guess_holds_where_nothing_is_amiss_in_it(sign: str) -> None:
    written = [f"{left} {sign} {right}" for left in LEFT for right in (*RIGHT, *MORE)]
    found = [*FormulaReader(read_markdown.read("\n\n".join(written))).chains()]
    judged = []
    for equation in found:
        try:
            judged.append(check(equation, Values()).amiss == (0, 0))
        except Unread:
            continue
        assert holds(equation, Values()) == judged[-1], equation
    assert len(judged) > 100
    assert 10 < sum(judged) < len(judged)


def test_lines_that_have_one_of_some_patterns_are_found_once_and_in_order() -> None:
    text = "one of 3\nnothing\n4 layers of 4 layers\nan end of 5"
    patterns = [*map(re.compile, (r"\d layers", r" of \d"))]
    assert [text[start:end] for start, end in lines_with(text, patterns)] == [
        "one of 3\n",
        "4 layers of 4 layers\n",
        "an end of 5",
    ]
    assert lines_with("", patterns) == []
