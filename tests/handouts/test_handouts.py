"""Handouts: blanks, questions, mistakes and variants, whatever the format."""

import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from random import Random

import pytest
import sympy
from handout_forms import form, settings
from hypothesis import given
from hypothesis import strategies as st
from sampling import MODELS, count, sample

import symbolic
from symbolic.configs.making import make_model
from symbolic.configs.sizes import check_pairs
from symbolic.errors import CheckFailed, SymbolicError
from symbolic.formulas.in_sympy import in_sympy
from symbolic.handouts import kinds, mistakes
from symbolic.handouts.answers import AnswerOption, ChoiceAnswer, Item, LettersAnswer, NumberAnswer, Question
from symbolic.handouts.context import Context
from symbolic.handouts.fading import MIXED, FadeError, can_be_blank, fade, usual
from symbolic.handouts.form import Settings
from symbolic.handouts.from_derivation import lines
from symbolic.handouts.key import key, marked
from symbolic.handouts.making import check, figures, make_form, secrets, sound
from symbolic.handouts.seeds import Seed
from symbolic.handouts.sheet import sheet
from symbolic.handouts.variants import POCKET, at_random, small, stream, variant
from symbolic.measuring import quantities
from symbolic.pages.page import Items, Paragraph
from symbolic.pages.rendering import as_markdown
from symbolic.pages.rendering.as_text import render_page
from symbolic.pages.rendering.text_notation import Text

KINDS = {
    "active",
    "budget",
    "choice",
    "convention",
    "doubling",
    "estimate",
    "find-mistake",
    "formula",
    "order",
    "shape",
    "value",
}
FORMS_A_MODEL = count(16, 2)


@pytest.mark.parametrize("name", sample(MODELS, 4))
def test_no_form_of_ten_thousand_questions_has_a_collision_or_an_answer_that_shows(name: str) -> None:
    found: Counter[str] = Counter()
    for index in range(FORMS_A_MODEL):
        easy = bool(index % 2)
        made = make_form(settings(name, "3", easy), str(index))
        check_pairs(made.model.architecture, made.model.sizes)
        assert len({*made.faded.hidden}) <= len(made.blanks) == 3
        assert not secrets(made.items) & figures(sheet(made, hints=True))
        assert all(sound(question) for question in made.questions)
        assert not easy or made.derivation.total < POCKET
        found.update(question.kind for question in made.questions)
    # Every kind is asked of every family, but for experts, which most lack. With everything, 64 models × 16 forms × 10
    # kinds are 10,240 questions.
    asked = KINDS if "n_active_experts" in symbolic.load(name).sizes else KINDS - {"active"}
    assert found == dict.fromkeys(asked, FORMS_A_MODEL)


def test_the_kinds_are_all_there() -> None:
    assert set(kinds.names()) == KINDS == set(kinds.in_order())


@pytest.mark.parametrize(
    "model",
    sample(["gpt2-124m", "llama-3-8b", "qwen3-30b-a3b", "deepseek-v3", "mamba-130m", "vit-base-patch16-224"], 2),
)
def test_every_answer_is_what_sympy_finds_when_it_puts_the_sizes_in(model: str) -> None:
    made = form(model)
    for item in made.items:
        for proof in item.proofs:
            put = {sympy.Symbol(n, positive=True, integer=True): size for n, size in proof.sizes.items()}
            assert in_sympy(proof.formula).subs(put) == proof.value
        if isinstance(item.answer, NumberAnswer) and not item.label.startswith("`"):
            assert item.answer.value in {proof.value for proof in item.proofs}


def test_a_key_that_is_wrong_is_never_written() -> None:
    made = form()
    [item, *others] = made.blanks
    proof = replace(item.proofs[0], value=item.proofs[0].value + 1)
    with pytest.raises(CheckFailed, match="SymPy finds"):
        check(replace(made, blanks=(replace(item, proofs=(proof,)), *others)))


def test_the_largest_size_within_a_budget_is_the_largest() -> None:
    for who in map(str, range(8)):
        [question] = [one for one in form(who=who).questions if one.kind == "budget"]
        [item] = question.items
        within, beyond = item.proofs
        [budget] = re.findall(r"within ([\d,]+) parameters", question.stem[0].text)  # type: ignore[union-attr]
        assert within.value <= int(budget.replace(",", "")) < beyond.value


def test_doubling_says_what_the_two_values_say() -> None:
    truths = {"stay": 1, "double": 2, "four times": 4}
    for who in map(str, range(12)):
        [question] = [one for one in form(who=who).questions if one.kind == "doubling"]
        [item] = question.items
        assert isinstance(item.answer, ChoiceAnswer)
        ratio = Fraction(item.proofs[1].value, item.proofs[0].value)
        [right] = [option.text for option in item.answer.options if not option.why]
        if ratio in truths.values():
            assert next(word for word, growth in truths.items() if growth == ratio) in right
        else:
            assert ("not double" in right) == (ratio < 2)


def test_an_order_is_by_size() -> None:
    for who in map(str, range(8)):
        [question] = [one for one in form(who=who).questions if one.kind == "order"]
        values = [proof.value for proof in question.items[0].proofs]
        assert values == sorted(set(values))


@pytest.mark.parametrize("wish", ["none", "1", "3", "5", "9", "14", "all", "mixed", "total, attention", "3.1.1"])
def test_a_fade_hides_what_it_says_and_nothing_else_tells_it(wish: str) -> None:
    derivation = symbolic.explain("gpt2-124m")
    faded = fade(derivation, wish)
    if wish.isdecimal():
        assert len(faded.lines) == int(wish)
    bare = replace(settings(fade=wish, varied=False), questions=())
    made = make_form(bare, "1")
    shown = figures(sheet(made, hints=True))
    assert not faded.hidden & shown
    assert set(derivation.sizes.values()) - {64} <= shown
    hidden = {asked.line.value for asked in lines(derivation) if can_be_blank(asked, derivation)}
    assert {asked.line.value for asked in lines(derivation)} - hidden <= shown | {0}


@pytest.mark.parametrize("model", MODELS)
def test_by_default_products_are_blank_and_no_sum_above_gives_one_away(model: str) -> None:
    derivation = symbolic.explain(model)
    if usual(derivation) != MIXED:
        return
    blanks = fade(derivation, MIXED).lines
    values = {asked.line.value for asked in blanks}
    products = {id(asked.step) for asked in blanks if asked.step.part}
    assert len(products) >= 2
    for visit in derivation.root.walk(parents_first=False):
        if id(visit.step) in products:
            above = [asked for asked in lines(derivation) if any(asked.step is step for step in visit.above)]
            assert {one.line.value for one in above if can_be_blank(one, derivation)} <= values


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ("1", ["total"]),
        ("3", ["2 position embedding", "3 transformer layers", "total"]),
        ("5", ["3.1.2 output projection matrix", "3.1 attention", *2 * ["3 transformer layers"], "total"]),
    ],
)
def test_the_last_steps_fade_first_with_a_product_and_the_sums_that_it_goes_into(wish: str, names: list[str]) -> None:
    assert [asked.name for asked in fade(symbolic.explain("gpt2-124m"), wish).lines] == names


@pytest.mark.parametrize("model", ["llama-3-8b", "mixtral-8x7b", "mamba-130m", "vit-base-patch16-224", "t5-small"])
def test_among_the_last_five_is_a_product(model: str) -> None:
    blanks = fade(symbolic.explain(model), "5").lines
    assert any(" × " in Text()(asked.line.formula) for asked in blanks if asked.step.part and not asked.repeats)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ("15", "14 steps can be blank here at most"),
        ("999999999999", "14 steps"),
        ("nonsense", "no step 'nonsense'"),
        ("5 output head", "no step"),
        ("4.1", "the sizes say its result already"),
        ("-1", "no step '-1'"),
    ],
)
def test_a_fade_that_can_not_be_is_refused(wish: str, message: str) -> None:
    with pytest.raises(SymbolicError, match=re.escape(message)):
        fade(symbolic.explain("gpt2-124m"), wish)


def test_a_number_that_no_whole_groups_make_names_its_neighbours() -> None:
    # Two kinds of layer come to the same, so both are blank, or neither.
    derivation = symbolic.explain("gpt-oss-20b")
    able = []
    for number in range(1, 6):
        with suppress(FadeError):
            able.append(len(fade(derivation, str(number)).lines))
    assert able == [1, 3, 5]
    with pytest.raises(FadeError, match="just 4 can't be blank; 3 or 5 can"):
        fade(derivation, "4")


def test_a_form_follows_from_its_seed_and_name_alone() -> None:
    one, two = form(who="Ada", student="Ada"), make_form(settings(), "Ada", "Ada")
    assert one.id == two.id
    assert render_page(sheet(one)) == render_page(sheet(two))
    assert render_page(key(one)) == render_page(key(two))
    others = {form(who=who).id for who in map(str, range(count(30, 6)))}
    assert len(others) == count(30, 6)
    assert make_form(replace(settings(), seed=Seed("8")), "Ada", "Ada").id != one.id


def test_the_forms_of_a_seed_stay_what_they_were() -> None:
    # A teacher who prints a key next year needs this year's numbers.
    made = form()
    assert made.id == "E88A3JAG"
    assert made.model.sizes["emb_dim"] == 192
    # V d + T d + L (12 d² + 10 d) + 2 d with 50,257, 768, 30 and 192
    assert made.derivation.total == 23_125_824


@pytest.mark.parametrize("seed", ["0", "1", "9"])
def test_no_two_forms_of_a_class_have_a_blank_of_the_same_number(seed: str) -> None:
    like = symbolic.explain("gpt2-124m")
    made = [make_form(Settings(like, Seed(seed), "5"), str(who)) for who in range(1, 13)]
    for name in (item.label for item in made[0].blanks):
        answers = [item.shown for one in made for item in one.blanks if item.label == name]
        assert len(set(answers)) == len(answers) >= 12


def test_neighbours_are_asked_for_other_formulas_and_other_small_numbers() -> None:
    asked = [form(who=str(who)) for who in range(1, 9)]
    formulas = [question for one in asked for question in one.questions if question.kind == "formula"]
    assert len(formulas) == 8
    for one, other in pairwise(formulas):
        assert one.written != other.written
        assert one.items[0].shown != other.items[0].shown


def test_without_variants_the_model_is_the_one_that_was_asked_for() -> None:
    made = make_form(settings(varied=False), "1")
    assert made.model.sizes == symbolic.load("gpt2-124m").sizes
    assert made.derivation.total == 124_412_160


@given(st.integers())
def test_a_variant_is_a_config_that_reads_back(seed: int) -> None:
    model = symbolic.load("llama-3-8b")
    drawn = variant(model, stream(str(seed)))
    assert drawn.sizes["n_heads"] % drawn.sizes["n_kv_groups"] == 0
    again = make_model("again", {"model_type": "llama", **drawn.sizes, "tied_head": False}, "test")
    assert again.sizes == drawn.sizes


@pytest.mark.parametrize(
    ("model", "name", "total"),
    [
        # FACTS: 19,200 shifts, 55,296 biases, 786,432 positions, a head of 38,597,376.
        ("gpt2-124m", "forgot the norm shifts", 124_412_160 - 19_200),
        ("gpt2-124m", "forgot the biases", 124_412_160 - 55_296),
        ("gpt2-124m", "forgot the position table", 124_412_160 - 786_432),
        ("gpt2-124m", "counted the tied head twice", 163_009_536),
        ("gpt2-124m", "one layer only", 124_412_160 - 11 * 7_085_568),
        ("llama-2-7b", "two matrices in the gated network", 6_738_415_616 - 32 * 4096 * 11008),
        ("llama-3-8b", "forgot the grouping", 8_030_261_248 + 32 * 2 * 4096 * (32 - 8) * 128),
        ("qwen3-30b-a3b", "only the chosen experts", 3_353_032_704),
        ("mixtral-8x7b", "only the chosen experts", 12_879_925_248),
    ],
)
def test_a_mistake_leads_where_it_leads_people(model: str, name: str, total: int) -> None:
    found = {mistake.name: wrong.total for mistake, wrong in mistakes.found(symbolic.explain(model))}
    assert found[name] == total


@pytest.mark.parametrize(
    ("quantity", "model"), sample(list(product(quantities.names(), ["gpt2-124m", "llama-3-8b", "deepseek-v3"])), 31)
)
def test_a_handout_can_be_of_every_quantity(quantity: str, model: str) -> None:
    like = symbolic.explain(model, quantity)
    shared = Settings(like, Seed("7"), usual(like), kinds.in_order())
    for who in ("1", "2")[: count(2, 1)]:
        made = make_form(shared, who)
        assert made.blanks
        # A cache of a single step has no mistake to find that does not give itself away.
        assert len(made.questions) >= 3
        assert not secrets(made.items) & figures(sheet(made, hints=True))
        assert like.unit in render_page(sheet(made))
        assert render_page(key(made))


@pytest.mark.parametrize(
    ("model", "quantity", "name", "factor"),
    [
        ("gpt2-124m", "forward-flops", "multiply-adds for operations", Fraction(1, 2)),
        # Query heads for each key-value head: 32 / 8.
        ("llama-3-8b", "kv-cache", "forgot the grouping", Fraction(4)),
    ],
)
def test_a_mistake_of_another_quantity(model: str, quantity: str, name: str, factor: Fraction) -> None:
    derivation = symbolic.explain(model, quantity)
    found = {mistake.name: wrong.total for mistake, wrong in mistakes.found(derivation)}
    assert found[name] == derivation.total * factor


def test_all_experts_taken_for_active_ones_are_the_whole_model() -> None:
    derivation = symbolic.explain("mixtral-8x7b", convention="active")
    found = {mistake.name: wrong.total for mistake, wrong in mistakes.found(derivation)}
    assert found["all experts as active"] == 46_702_792_704


@pytest.mark.parametrize("mistake", mistakes.MISTAKES, ids=lambda mistake: mistake.name)
def test_each_mistake_is_explained(mistake: mistakes.Mistake) -> None:
    assert settings().prose(mistake.block)


def test_a_wrong_choice_names_its_mistake() -> None:
    [question] = [one for one in form().questions if one.kind == "choice"]
    [item] = question.items
    assert isinstance(item.answer, ChoiceAnswer)
    for option in item.answer.options:
        assert bool(option.why) != (int(option.text.replace(",", "")) == item.proofs[0].value)
    text = as_markdown.render_page(key(form()))
    assert all(option.why.replace("'", "’") in text for option in item.answer.options)


def test_no_letter_is_right_more_often_than_another() -> None:
    found: Counter[str] = Counter()
    for who in map(str, range(8)):
        answers = [item.answer for item in form(who=who).items]
        rights = [answer.right for answer in answers if isinstance(answer, ChoiceAnswer)]
        assert max(Counter(rights).values()) <= 2 < len(rights), who
        found.update(rights)
    # A is that of each kind; only one has five choices.
    assert set(found) == set("ABCDE")
    assert max(found.values()) <= 2 * min(found[letter] for letter in "ABCD")


def test_exactly_one_line_of_a_walk_is_wrong() -> None:
    for who in map(str, range(8)):
        [question] = [one for one in form(who=who).questions if one.kind == "find-mistake"]
        which, total = question.items
        assert isinstance(which.answer, LettersAnswer)
        assert isinstance(total.answer, NumberAnswer)
        text = render_page(key(form(who=who)))
        assert f"Line {which.answer.text} is wrong" in text


@pytest.mark.parametrize(
    "options",
    [
        (AnswerOption("1"), AnswerOption("1", "wrong"), AnswerOption("2", "wrong")),
        (AnswerOption("1"), AnswerOption("2"), AnswerOption("3", "wrong")),
        (AnswerOption("1", "wrong"), AnswerOption("2", "wrong"), AnswerOption("3", "wrong")),
        (AnswerOption("1"), AnswerOption("2", "wrong")),
    ],
    ids=["two alike", "two right", "none right", "too few"],
)
def test_a_choice_that_is_no_choice_is_drawn_again(options: tuple[AnswerOption, ...]) -> None:
    assert not sound(Question("test", "", (), (Item("1", "", ChoiceAnswer(options), ()),), ()))


@pytest.mark.parametrize("kind", sorted(KINDS - {"active"}))
def test_a_kind_asks_differently_for_another_student(kind: str) -> None:
    found = set()
    for who in map(str, range(6)):
        [question] = [one for one in form(who=who).questions if one.kind == kind]
        found.add(repr(question.stem))
    assert len(found) > 1


def test_every_line_of_the_key_stands_under_the_number_of_the_sheet() -> None:
    made = form()

    def numbers(text: str) -> list[str]:
        return re.findall(r"^ *((?:\d+\.)*\d+)  [A-Z]", text, re.MULTILINE)

    ours, theirs = numbers(render_page(sheet(made))), numbers(render_page(key(made)))
    assert ours == theirs
    assert len(ours) > 15


def test_prose_has_no_hole() -> None:
    for model in ("gpt2-124m", "qwen3-next-80b-a3b", "t5-small"):
        for page in (sheet(form(model)), key(form(model))):
            text = " ".join(render_page(page).split())
            assert not re.search(r"\{\{|\}\}|None|\( ?\)|  |Markup object", text)


def test_a_random_stream_is_the_same_on_every_machine() -> None:
    assert [stream("7", "Ada").randint(0, 10**6) for _ in range(2)] == [stream("7", "Ada").randint(0, 10**6)] * 2
    assert isinstance(stream("7"), Random)
    assert stream("7", "Ada").randint(0, 10**6) == 269_213


@pytest.mark.parametrize("name", sample(["llama-3-8b", "gemma-3-1b", "qwen3-30b-a3b", "deepseek-v3"], 2))
def test_drawn_widths_and_small_sizes_are_those_of_a_network(name: str) -> None:
    model = symbolic.load(name)
    for seed in range(10):
        drawn, tiny = variant(model, stream(str(seed))), small(model, stream(str(seed)))
        assert tiny is not None
        for one in (drawn, tiny):
            check_pairs(one.architecture, one.sizes)
            assert one.sizes["emb_dim"] % one.sizes["n_heads"] == 0
        for width in {"hidden_dim", "expert_dim"} & model.sizes.keys():
            published = model.sizes[width] / model.sizes["emb_dim"]
            assert 0.8 * published < drawn.sizes[width] / drawn.sizes["emb_dim"] < 1.4 * published


def test_each_prompt_is_asked_once_and_a_sheet_of_blanks_has_no_factors() -> None:
    made = form("llama-2-7b", fade="all")
    assert Counter(filter(None, made.prompts)).most_common(1)[0][1] == 1
    text = as_markdown.render_page(sheet(made))
    matrix = text[text.index("Query matrix") : text.index("Key and value matrices")]
    assert "emb" not in matrix.partition("$$")[2]
    assert "Outside these layers" in as_markdown.render_page(key(made))


def test_a_switch_that_is_off_says_what_is_so() -> None:
    text = as_markdown.render_page(sheet(form()))
    assert "query, key and value have no biases" in text
    assert "Not in this model" not in text


@pytest.mark.parametrize("name", sample(MODELS, 9))
def test_a_wrong_line_is_there_and_a_weight_that_shares_a_table_is_not_asked_about(name: str) -> None:
    for who in "12":
        for question in form(name, who=who).questions:
            text = "\n".join(part.text for part in question.stem if isinstance(part, Paragraph))
            if question.kind == "find-mistake" and name == "gpt2-124m":
                assert "One line is wrong. Lines that use its result" in text
            if question.kind == "convention" and symbolic.load(name).options.get("tied_head"):
                assert "output head matrix" not in str([part for part in question.stem if isinstance(part, Items)])


def test_the_key_accepts_what_a_fair_reader_may_answer_and_names_the_sizes_that_decide() -> None:
    made = make_form(settings(fade="3.1, 3.2, 3", varied=False), "1")
    said = {one.where: one.answer for one in marked(made)}
    [largest] = [answer for where, answer in said.items() if "which sizes decide" in where]
    assert "just under 50.0 %" in largest
    assert "`emb_dim × hidden_dim` (768 × 3,072)" in largest
    [inside] = [answer for where, answer in said.items() if "in this sum" in where]
    assert inside.endswith("adding nothing: output head.")


def test_a_question_about_a_part_says_inside_which_layers_and_how_a_shared_table_is_used() -> None:
    made = form()
    asked: dict[str, set[str]] = {"value": set(), "shape": set()}
    for kind, seed in product(asked, range(24)):
        context = Context(
            made.derivation, lambda _: made.derivation, made.settings.prose, Random(seed), at_random(Random(seed))
        )
        question = kinds.find(kind)(context, "6")
        assert question is not None
        assert isinstance(question.stem[0], Paragraph)
        asked[kind].add(question.stem[0].text)
    assert all(" transformer layers together?" in text for text in asked["value"])
    heads = [text for text in asked["shape"] if "by the output head" in text]
    assert heads
    assert all(text.endswith("with its rows and columns exchanged (transposed).") for text in heads)
