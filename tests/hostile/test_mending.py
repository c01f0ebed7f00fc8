"""`--fix` mends what is wrong, what follows from it, and nothing else.

Some equations of one of our pages, one of them changed; SYMBOLIC_MUTANTS says how often.
"""

import os
import random

import pytest
from own_documents import page
from sampling import count
from written_equations import is_true, mutated

from symbolic.proofread import proofread
from symbolic.proofread.mending import mended

MUTANTS = int(os.environ.get("SYMBOLIC_MUTANTS", "120"))


@pytest.mark.parametrize(
    "name", ["gpt2-124m/parameters.md", "llama-2-7b/forward-flops.md", "deepseek-v3/parameters.md"]
)
def test_no_equation_that_is_right_is_made_wrong(name: str) -> None:
    source, chance = page(name), random.Random(name)
    shown = [place for place in source.equations if place.format.equation.pattern.startswith("^")]
    mended_ones = 0
    for _ in range(MUTANTS // count(3, 8)):
        places = chance.sample(shown, 4)
        right = [source.text[place.start : place.end] for place in places]
        wrong = mutated(right[-1], places[-1].format, chance)
        if wrong is None:
            continue
        text = "".join(f"$$\n{equation}\n$$\n\n" for equation in [*right[:2], wrong, *right[2:-1]])
        report = source.read(text)
        after = mended(report.document, report.changes)
        # A right equation is changed only where it uses what was wrong, and then all of it holds in the end.
        changed = sum(equation not in after for equation in right[:-1])
        assert changed <= report.count("carried"), (text, after)
        left = [finding.says for finding in source.read(after).findings if finding.verdict in ("wrong", "carried")]
        assert not report.changes or not left, (text, after, left)
        again = [one.strip("\n") for one in after.split("$$")[1::2]][2]
        before = is_true(wrong, places[-1].format, source.values)
        assert not before or again == wrong, (wrong, again)
        mended_ones += not before and is_true(again, places[-1].format, source.values)
    # A result with a unit is left to its author.
    assert mended_ones or "parameters" not in name
    assert proofread("2 + 2 = 5").changes
