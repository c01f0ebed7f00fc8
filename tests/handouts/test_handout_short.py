"""A short sheet: a line for each part, the largest ones blank, and the questions that ask what numbers mean."""

import pytest
from handout_forms import form, short_form
from sampling import MODELS, sample

from symbolic.handouts import kinds
from symbolic.handouts.answers import NumberAnswer
from symbolic.handouts.asked import lines
from symbolic.handouts.key import key
from symbolic.handouts.making import figures, secrets
from symbolic.handouts.sheet import sheet
from symbolic.pages.page import Entry, Page

BLANKS = [
    ("gpt2-124m", "parameters", ["1", "3.2", "3", "3", ""]),
    ("llama-3-8b", "parameters", ["2.1", "2.2", "2", "2", ""]),
    ("gpt2-124m", "kv-cache", ["1", "1"]),
]


@pytest.mark.parametrize(("model", "quantity", "steps"), BLANKS)
def test_the_largest_parts_are_blank(model: str, quantity: str, steps: list[str]) -> None:
    made = short_form(model, quantity)
    assert [asked.step.number for asked in made.faded.lines] == steps
    assert made.derivation.total in secrets(made.items)


def entries(page: Page) -> list[Entry]:
    steps = next(section for section in page.sections if section.id == "steps")
    return [part for part in steps.parts if isinstance(part, Entry)]


@pytest.mark.parametrize("model", sample(MODELS, 3))
def test_sheet_and_key_have_the_same_lines_and_the_sheet_holds_no_answer(model: str) -> None:
    made = short_form(model)
    ours, theirs = entries(sheet(made)), entries(key(made))
    assert [one.number for one in ours] == [one.number for one in theirs]
    assert [len(one.equations) for one in ours] == [len(one.equations) for one in theirs]
    assert sum(len(one.equations) for one in ours) == len(lines(made.derivation, short=True))
    assert not secrets(made.items) & figures(sheet(made))
    blank = [item.answer.value for item in made.blanks if isinstance(item.answer, NumberAnswer)]
    assert set(blank) <= {equation.value for one in theirs for equation in one.equations}


def test_it_is_shorter_and_asks_for_fewer_sentences() -> None:
    long, short = form(), short_form()
    assert len(entries(sheet(short))) < sum(1 for _ in lines(long.derivation))
    assert [bool(one) for one in short.prompts] == [True, False, False, False, True]
    assert {one.kind for one in short.questions} == set(kinds.IN_SHORT)
