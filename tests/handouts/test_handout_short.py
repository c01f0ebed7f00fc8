"""A short sheet: a line for each part, the largest ones blank, and the questions that ask what numbers mean."""

from random import Random

import pytest
from handout_forms import form, short_form
from sampling import MODELS, sample

from symbolic.formulas import algebra
from symbolic.handouts import kinds
from symbolic.handouts.answers import NumberAnswer
from symbolic.handouts.context import Context
from symbolic.handouts.from_derivation import Placed, lines, places, unlabelled
from symbolic.handouts.key import key, marked
from symbolic.handouts.kinds import doubling, estimate
from symbolic.handouts.making import figures, secrets
from symbolic.handouts.sheet import sheet
from symbolic.handouts.variants import at_random
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


GROWN = [
    ("emb_dim", "more", "less", "Every term has the size, so each at least doubles: the sum cannot grow by less."),
    ("vocab_size", "less", "more", "Even if every term doubled, the total would only double."),
    ("n_layers", "less", "more", "Even if every term doubled, the total would only double."),
]


@pytest.mark.parametrize(("size", "truth", "other", "reason"), GROWN)
def test_a_reason_says_why_the_answer_is_impossible_or_which_slip_gives_it(
    size: str, truth: str, other: str, reason: str
) -> None:
    made = short_form()
    symbol = next(one for one in made.model.architecture.sizes if one.name == size)
    whole = Placed(made.derivation.root, (), "the whole model")
    grown = doubling.growth_of(made.derivation, symbol, whole)
    assert grown is not None
    assert grown.truth == truth
    terms = doubling.terms_of(whole, made.derivation, symbol)
    assert made.settings.prose(f"doubling_{truth}_not_{other}", **terms) == reason


def test_the_key_holds_the_sentences_the_formula_and_the_other_largest_part() -> None:
    made = short_form()
    rows = {(one.id, one.where): one.answer for one in marked(made)}
    largest = rows["5b", "What adds the most to the total, and why?"]
    assert "Right as well, if the layers are taken apart: feed-forward network, with 45.5" in largest
    [formula] = [answer for (row, _), answer in rows.items() if row == "6a"]
    assert ", or " in formula
    assert sum(one.points for one in marked(made)) == made.points
    assert sheet(made).lead[0].text.split()[-2:] == ["/", str(made.points)]


@pytest.mark.parametrize(
    ("larger", "smaller", "place", "right", "reason"),
    [
        # 50,257 × 768 and 1,024 × 768, of which there are 49 to one.
        ("token embedding", "position embedding", 0, 2, "This divides the smaller count by the larger: "),
        ("token embedding", "position embedding", 1, 2, "This loses a digit in dividing: that makes about 4.908"),
        ("token embedding", "position embedding", 3, 2, "as if it were 1: that makes 50,257"),
        ("token embedding", "position embedding", 2, 2, ""),
        # 12 layers of 4,722,432 are 72 times 1,024 × 768: one layer is 6 times that.
        ("feed-forward network", "position embedding", 1, 2, "This counts the feed-forward network of one layer only"),
    ],
)
def test_a_wrong_range_names_the_mistake_that_leads_there(
    larger: str, smaller: str, place: int, right: int, reason: str
) -> None:
    made = short_form()
    found = {one.name: one for one in places(made.derivation)}
    context = Context(made.derivation, lambda _: made.derivation, made.settings.prose, Random(1), at_random(Random(1)))
    why = estimate.why_not(place, right, found[larger], found[smaller], context)
    assert reason in why
    assert bool(why) == bool(reason)


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3", "mamba-130m"])
def test_no_question_asks_for_a_formula_that_the_sheet_prints(model: str) -> None:
    made = short_form(model)
    every = (one.line.formula for one in lines(made.derivation, short=True))
    printed = [algebra.simplified(one, {}) for one in every if unlabelled(one) == one]
    asked = [item.proofs[0].formula for one in made.questions if one.kind == "formula" for item in one.items]
    assert not set(asked) & set(printed)
