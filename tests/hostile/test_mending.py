"""`--fix` mends what is wrong, what follows from it, and nothing else: no equation that was right is wrong in the end.

Documents of a few equations, some of them changed; SYMBOLIC_MENDED says how many changed equations.
"""

import os
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from fuzzing import Findings
from own_documents import Source, page
from written_equations import FORMATS, Format, is_true, mutated

from symbolic.proofread import Report, proofread
from symbolic.proofread.mending import mended

MUTANTS = int(os.environ.get("SYMBOLIC_MENDED", "200"))
PAGES = ("gpt2-124m/parameters.md", "llama-2-7b/forward-flops.md", "deepseek-v3/parameters.md")
READ_ABOUT_A_MODEL = 0.05
"""So many of the pages' documents are read with what the model says, which costs the most."""


class Written(NamedTuple):
    """Equations of a document, all of them right, how they are written, and how the document is read."""

    equations: list[str]
    format: Format
    read: Callable[[str], Report]


def of_a_page(source: Source, chance: random.Random) -> Written:
    """Some displayed equations of one of our pages, in the order of the page."""
    shown = [place for place in source.equations if place.format is FORMATS["markdown"]]
    places = sorted(chance.sample(shown, chance.randrange(3, 9)))
    about_model = chance.random() < READ_ABOUT_A_MODEL

    def read(text: str) -> Report:
        return source.read(text) if about_model else proofread(text)

    return Written([source.text[place.start : place.end] for place in places], FORMATS["markdown"], read)


def of_sums(chance: random.Random) -> Written:
    """Products and sums of somebody's, each with its result; some use results from above, as derivations do."""
    results: list[int] = []
    equations: list[str] = []
    for _ in range(chance.randrange(3, 9)):
        terms: list[str] = []
        total = 0
        for _ in range(chance.randrange(1, 4)):
            if results and chance.random() < 0.5:
                factors = [chance.choice(results)]
            else:
                factors = [chance.choice((2, 3, 12, 64, 96, 768, 1024, 3072, 50257, chance.randrange(1, 10**5)))]
            factors += [chance.randrange(2, 3000) for _ in range(chance.randrange(2))]
            product = 1
            for factor in factors:
                product *= factor
            terms.append(" × ".join(f"{factor:,}" for factor in factors))
            total += product
        if " + ".join(terms) == f"{total:,}":
            continue
        results.append(total)
        equations.append(f"{' + '.join(terms)} = {total:,}")
    return Written(equations, FORMATS["text"], proofread)


def documents(part: int) -> Iterator[tuple[Written, random.Random]]:
    chance = random.Random(f"mending {part}")
    while True:
        if chance.random() < 0.7:
            yield of_sums(chance), chance
        else:
            yield of_a_page(page(chance.choice(PAGES)), chance), chance


def document(written: Written, equations: list[str]) -> str:
    return "".join(
        f"$$\n{one}\n$$\n\n" if written.format is FORMATS["markdown"] else f"We have {one}\n\n" for one in equations
    )


def equations_of(written: Written, text: str) -> list[str]:
    if written.format is FORMATS["markdown"]:
        return [one.strip("\n") for one in text.split("$$")[1::2]]
    return [one.removeprefix("We have ") for one in text.split("\n\n") if one]


def of_numbers(form: Format) -> Format:
    """The format without the sides of an equation that have names: what a name is worth may change with a result."""

    def plain(source: str) -> str:
        first, *others = re.split(r"([=≈])", form.plain(source))
        sides = [("=", first), *zip(others[::2], others[1::2], strict=True)]
        kept = [(relation, side) for relation, side in sides if "<" not in side] or [("=", "0")]
        return kept[0][1] + "".join(relation + side for relation, side in kept[1:])

    return form._replace(plain=plain)


@pytest.mark.parametrize("part", range(4))
def test_no_equation_that_is_right_is_made_wrong(part: int) -> None:
    found, tried, mended_ones = Findings("mutants mended"), 0, 0
    for written, chance in documents(part):
        if tried >= MUTANTS // 4:
            break
        after = []
        before = list(written.equations)
        for place in chance.sample(range(len(before)), min(len(before), chance.randrange(1, 4))):
            changed = mutated(before[place], written.format, chance)
            if changed is not None:
                before[place] = changed
                tried += 1
        text = document(written, before)
        with found.one(text):
            report = written.read(text)
            fixed = mended(report.document, report.changes)
            after = equations_of(written, fixed)
            assert len(after) == len(before), "equations lost"
        for old, new in zip(before, after, strict=False):
            was, now = (is_true(one, of_numbers(written.format), {}) for one in (old, new))
            if was and not now:
                found.add("a right equation made wrong", f"{text}\n->\n{new}")
            mended_ones += now and not was
    found.close()
    # Few changes are slips in a result of plain numbers which no slip in an operand explains: these are written anew.
    # Which are drawn changes with the words of our pages: of 50 between one and four.
    assert mended_ones > tried // 64


def test_of_an_equation_with_a_wrong_result_the_result_is_mended() -> None:
    assert proofread("3 × 768 = 2,305").changes
    assert not proofread("2 + 2 = 5").changes, "an example with digits only"


def test_what_was_worked_out_from_a_result_that_is_left_alone_is_left_alone() -> None:
    """The second result may be right, its sign being wrong; the last equation holds, and does so afterwards."""
    lines = ("86 × 613 = 52,728", "52,728 × 2 = 52,730", "52,730 × 1,201 = 63,328,730")
    last = "52,728 × 500 + 63,328,730 = 89,692,730"
    report = proofread("\n\n".join((*lines, last)))
    fixed = mended(report.document, report.changes).split("\n\n")
    assert fixed[0].endswith("= 52,718")
    assert fixed[1].endswith("= 52,730")
    assert fixed[-1] == last


def test_a_wrong_result_that_uses_a_wrong_one_is_left_alone() -> None:
    """It has a slip of its own, so it is no mere consequence: what it should be is said, and its author decides."""
    report = proofread("86 × 613 = 52,918\n\n52,918 × 3 = 158,764")
    assert report.findings[1].says.endswith("With 52,718 it is 158,154.")
    assert mended(report.document, report.changes) == "86 × 613 = 52,718\n\n52,718 × 3 = 158,764"


def test_what_follows_from_a_wrong_result_is_worked_out_from_the_right_one() -> None:
    report = proofread("86 × 613 = 52,918\n\n52,918 × 3 = 158,754")
    assert mended(report.document, report.changes) == "86 × 613 = 52,718\n\n52,718 × 3 = 158,154"


@pytest.mark.parametrize(
    "text",
    [
        "(5 × 18 × 3 × 3) + 8 = 828",  # as with + 18
        "(5 × 14 × 3 × 3) + 8 = 648",  # as with + 18, which is a digit more
        "(5 × 14 × 3 × 3) + 28 = 703",  # as with 15 and 28
        "12,346 + 81,205 = 93,451",  # as with 12,246
        "70 × 613 = 42,920\n\n580 × 74 = 42,920",  # the second one agrees
    ],
)
def test_a_result_that_may_be_right_is_left_alone(text: str) -> None:
    assert not proofread(text).changes
