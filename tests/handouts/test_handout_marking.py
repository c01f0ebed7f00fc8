"""Tests: what marking by a key rests on: wrong numbers are wrong, and what follows from them is known."""

import re
from dataclasses import replace
from functools import cache

import pytest
from handout_forms import form
from sampling import count, sample

import symbolic
from symbolic.configs import models
from symbolic.formulas.formula import Quotient, Symbol
from symbolic.handouts import exports, kinds
from symbolic.handouts.answers import NumberAnswer, Question, told_apart_in_short
from symbolic.handouts.carried import follows, in_words
from symbolic.handouts.fading import MIXED, usual
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.from_derivation import lines
from symbolic.handouts.key import key
from symbolic.handouts.making import make_form
from symbolic.handouts.one_size import is_long
from symbolic.handouts.seeds import Seed
from symbolic.handouts.sheet import sheet
from symbolic.handouts.siblings import walk
from symbolic.pages.page import Equation, Table
from symbolic.pages.rendering.as_markdown import render_page

SEVERAL = count(40, 6)


@cache
def forms(model: str, kind: str) -> tuple[Form, ...]:
    settings = Settings(symbolic.explain(model), Seed("11"), MIXED, (kind,))
    return tuple(make_form(settings, str(who)) for who in range(1, SEVERAL + 1))


def question(made: Form, kind: str) -> Question | None:
    return next((one for one in made.questions if one.kind == kind), None)


@pytest.mark.parametrize("model", ["deepseek-v3", "mixtral-8x7b"])
def test_a_wrong_total_that_a_sheet_prints_is_never_taken_for_the_right_one(model: str) -> None:
    """Of a total beyond ten digits four are enough, and those of the wrong one are others."""
    for made in forms(model, "find-mistake"):
        if (asked := question(made, "find-mistake")) is None:
            continue
        answer = asked.items[1].answer
        [table] = [part for part in asked.stem if isinstance(part, Table)]
        wrong = table.rows[-1][-1]
        assert isinstance(answer, NumberAnswer)
        assert isinstance(wrong, int)
        assert told_apart_in_short(answer.value, wrong)
        assert f"{answer.value:.3e}" != f"{wrong:.3e}" or answer.value < 10**10


def test_the_largest_size_within_a_budget_follows_from_the_student_s_own_total() -> None:
    found = 0
    for made in forms("gpt2-124m", "budget"):
        asked = question(made, "budget")
        total = made.blanks[-1]
        assert isinstance(total.answer, NumberAnswer)
        if asked is None or (tree := follows(made).get(asked.items[0].id)) is None:
            continue
        found += 1
        budget, each = map(int, re.findall(r"⌊\(([\d,]+) − \(\d+a\)\) / ([\d,]+)⌋", in_words(tree).replace(",", ""))[0])
        size = int(str(tree[1]))
        item = asked.items[0]
        assert item.answer == NumberAnswer(size + (budget - total.answer.value) // each)
        # One more is rounded the wrong way: half of the points on the key, in the sheet, and on Moodle.
        assert item.half == size + (budget - total.answer.value) // each + 1
        assert f"to {item.half:,}, gets half of the points" in render_page(key(made))
        [(_, xml)] = exports.of_all("moodle", [made])
        assert f'<answer fraction="50" format="moodle_auto_format"><text>{item.half}</text>' in str(xml)
    assert found >= SEVERAL // 3


@pytest.mark.parametrize("model", sample(["gpt2-124m", "llama-3-8b", "deepseek-v3", "gemma-2-2b"], 2))
def test_what_a_budget_allows_is_of_the_sheet_s_own_world(model: str) -> None:
    for made in forms(model, "budget"):
        if asked := question(made, "budget"):
            answer = asked.items[0].answer
            name = asked.items[0].label.split("`")[1]
            assert isinstance(answer, NumberAnswer)
            assert answer.value < 4 * made.model.sizes[name]


@pytest.mark.parametrize("model", ["llama-3-8b", "qwen2.5-7b"])
def test_heads_share_groups_on_each_form_of_a_model_whose_heads_do(model: str) -> None:
    for made in forms(model, "budget"):
        assert made.model.sizes["n_kv_groups"] < made.model.sizes["n_heads"]


@pytest.mark.parametrize("model", ["deepseek-v3", "llama-3-8b", "mixtral-8x7b", "qwen3-30b-a3b"])
def test_blanks_vary_and_fall_on_what_is_new_in_a_model(model: str) -> None:
    made = forms(model, "budget")
    blank = {tuple(asked.step.number for asked in one.faded.lines) for one in made}
    assert len(blank) > 1
    # Each form of a class has as many blanks, sentences and points for them.
    assert len({(len(one.blanks), sum(map(bool, one.prompts))) for one in made}) == 1
    new = ("_rank", "n_kv_groups", "n_experts", "expert", "head_dim")
    for one in made:
        products = [asked.line.formula for asked in one.faded.lines if asked.step.part and not asked.repeats]
        names = {node.name for formula in products for node in formula.walk() if isinstance(node, Symbol)}
        in_experts = any("expert" in asked.step.name for asked in one.faded.lines)
        assert in_experts or any(part in name for name in names for part in new)


@pytest.mark.parametrize("model", sample(list(models.names()), 6))
def test_no_blank_asks_why_the_number_for_one_of_one_is_multiplied(model: str) -> None:
    made = form(model, fade="all")
    for asked in lines(made.derivation):
        assert not (asked.repeats and asked.step.times == 1 and made.prompt(asked))


def test_a_part_that_is_built_as_one_before_it_is_worked_out_once() -> None:
    made = forms("deepseek-v3", "budget")[0]
    for page in (sheet(made), key(made)):
        text = render_page(page)
        assert "This part is built as in step 2.1, line by line." in text
        assert text.count("latent of `kv_lora_rank` numbers") <= 1


@pytest.mark.parametrize("model", ["deepseek-v3", "mixtral-8x7b", "gpt-oss-20b"])
def test_a_mixture_is_asked_for_its_active_count_which_follows_from_the_total(model: str) -> None:
    settings = Settings(symbolic.explain(model), Seed("11"), MIXED, ("active",), varied=False)
    made = make_form(replace(settings, fade=usual(settings.like)), "1")
    asked = question(made, "active")
    assert asked is not None
    [item] = asked.items
    assert item.answer == NumberAnswer(symbolic.explain(model, convention="active").total)
    assert in_words(follows(made)[item.id]).startswith(f"({made.blanks[-1].id}) − ")


def test_a_model_without_experts_is_not_asked_for_an_active_count() -> None:
    assert all(question(made, "active") is None for made in forms("gpt2-124m", "active"))


@pytest.mark.parametrize("model", ["deepseek-v3", "llama-3-8b"])
def test_what_a_key_divides_or_doubles_fits_a_line(model: str) -> None:
    for kind in ("estimate", "doubling"):
        asked = [one for made in forms(model, kind) if (one := question(made, kind))]
        parts = [part for one in asked for part in one.solution if isinstance(part, Equation)]
        assert parts
        # A size that divides is no power of a polynomial: there the formula stays as it is.
        long = [part.formula for part in parts if is_long(part.formula)]
        assert all(kind == "doubling" and len({*map(type, one.walk())} & {Quotient}) for one in long)


def test_the_minutes_of_a_sheet_are_those_of_its_lines() -> None:
    """Counting another model has a line for each of its parts, whatever its points are."""
    settings = Settings(symbolic.explain("deepseek-v3"), Seed("11"), MIXED, kinds.in_order())
    made = make_form(settings, "1")
    work = {one.kind: one.work for one in made.questions}
    assert work["find-mistake"] == work["choice"] == len(walk(made.derivation)) > 15
    lines_and_sentences = len(made.blanks) + sum(work.values()) + 2 * sum(map(bool, made.prompts))
    [minutes] = re.findall(r"Allow about (\d+) minutes", render_page(sheet(made)))
    assert abs(int(minutes) - lines_and_sentences) <= 3
