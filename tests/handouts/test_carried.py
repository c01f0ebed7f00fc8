"""Tests: a wrong number that is used rightly further down counts there, and no sheet says more by it than it prints."""

import re
from math import prod
from typing import Any

import nbformat
import pytest
from handout_forms import form
from sampling import MODELS, sample

from symbolic.handouts import exports
from symbolic.handouts.answers import LettersAnswer, NumberAnswer
from symbolic.handouts.carried import Tree, blanks, follows, in_words
from symbolic.handouts.form import Form
from symbolic.handouts.key import key
from symbolic.handouts.making import secrets
from symbolic.pages.rendering.as_markdown import render_page


def value(tree: Tree, answers: dict[str, int]) -> int:
    if isinstance(tree, str):
        return int(tree)
    sign, *parts = tree
    if sign == "blank":
        return answers[str(parts[0])]
    values = [value(part, answers) for part in parts]
    if sign == "//":
        return values[0] // values[1]
    return -values[0] if sign == "-" else sum(values) if sign == "+" else prod(values)


def worth(rule: str, answers: dict[str, int]) -> int:
    """A rule as a person works it out: each (3a) is the answer of blank 3a."""
    numbers = re.sub(r"\((\d+a?)\)", lambda found: str(answers[found[1]]), rule.replace(",", ""))
    assert re.fullmatch(r"[\d ()+×−⌊/⌋]+", numbers)
    # A quotient has brackets around what is above its bar and below it, or a single number there.
    rounded = re.sub(r"⌊(.*) / (.*)⌋", r"((\1) // (\2))", numbers)
    return int(eval(rounded.replace("×", "*").replace("−", "-")))  # digits and signs alone


def answers_of(made: Form) -> dict[str, int]:
    return {item.id: item.answer.value for item in made.items if isinstance(item.answer, NumberAnswer)}


@pytest.mark.parametrize("model", sample(MODELS, 4))
def test_what_a_blank_is_of_earlier_ones_gives_its_answer(model: str) -> None:
    """With the right answers above it, the rule of a line gives the right answer, and it uses blanks above it only."""
    made = form(model, fade="all")
    found, answers = follows(made), answers_of(made)
    assert found
    printed = render_page(key(made))
    for one, tree in found.items():
        assert value(tree, answers) == answers[one]
        # The key prints the same rule, so that a teacher can put the student's own numbers in.
        assert f"| {in_words(tree)} " in printed
        assert worth(in_words(tree), answers) == answers[one]
        order = [*answers]
        assert all(order.index(used) < order.index(one) for used in blanks(tree))


@pytest.mark.parametrize("model", ["gpt2-124m", "deepseek-v3"])
def test_the_rules_hold_no_answer(model: str) -> None:
    """Their numbers stand on the sheet already."""

    def numbers(tree: Tree) -> set[int]:
        if isinstance(tree, str):
            return {int(tree)}
        return set() if tree[0] == "blank" else {number for part in tree[1:] for number in numbers(part)}

    made = form(model, fade="all")
    assert not {number for tree in follows(made).values() for number in numbers(tree)} & secrets(made.items)


def run(made: Form, part: str, answers: dict[str, object]) -> list[str]:
    """What the cells of a notebook print, with these answers; an assertion that fails is said too."""
    [text] = [text for path, text in exports.of_form("notebook", made) if path.startswith(part)]
    said: list[str] = []
    names: dict[str, Any] = {"print": lambda *words: said.append(" ".join(map(str, words)))}
    for cell in nbformat.reads(str(text), as_version=4).cells:
        if cell.cell_type != "code":
            continue
        try:
            exec(cell.source, names)
        except AssertionError:
            said.append("no points")
        names |= {f"answer_{one}": given for one, given in answers.items() if f"answer_{one}" in names}
    return said


def test_a_notebook_says_and_grades_what_follows_from_a_wrong_answer() -> None:
    """The first blank is one too large, and those that use it are computed rightly from it."""
    made = form(fade="5")
    rules, right = follows(made), answers_of(made)
    first = min((used for tree in rules.values() for used in blanks(tree)), key=[*right].index)
    typed = {**right, first: right[first] + 1}
    for one, tree in rules.items():
        typed[one] = value(tree, typed)
    later = [one for one in rules if typed[one] != right[one]]
    assert later
    said = run(made, "sheets", dict(typed))
    assert said.count("follows from your answers above") == len(later)
    graded = run(made, "keys", dict(typed))
    assert graded.count("no points") == 1, "the first blank alone"


def test_letters_of_a_set_may_stand_in_any_order() -> None:
    """Which weights a way to count takes has no order; every export takes each of them."""
    forms = [form(model) for model in ("gpt2-124m", "llama-3-8b", "mixtral-8x7b")]
    items = [(made, item) for made in forms for item in made.items if isinstance(item.answer, LettersAnswer)]
    sets = [(made, item) for made, item in items if item.answer == LettersAnswer(item.shown, any_order=True)]
    sets = [(made, item) for made, item in sets if len(item.shown) > 1]
    assert sets
    made, item = sets[0]
    turned = item.shown[::-1]
    assert f"<text>{turned}</text>" in "".join(str(text) for _, text in exports.of_all("moodle", [made]))
    assert "right" in run(made, "sheets", {item.id: turned})
