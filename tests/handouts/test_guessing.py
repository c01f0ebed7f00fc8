"""What cannot be guessed: over many forms no answer is right more often than others, and neighbours cannot copy."""

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from sampling import count, sample

import symbolic
from symbolic.formulas.vocabulary import emb_dim, n_layers
from symbolic.handouts import kinds
from symbolic.handouts.answers import ChoiceAnswer, LettersAnswer, Question
from symbolic.handouts.context import Context
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.from_derivation import definitions, parts, places
from symbolic.handouts.key import marked
from symbolic.handouts.kinds.convention import _sorted
from symbolic.handouts.kinds.doubling import _cases, growth_of
from symbolic.handouts.making import make_form, sound
from symbolic.handouts.seeds import Seed
from symbolic.handouts.siblings import walk
from symbolic.handouts.slips import slips
from symbolic.handouts.variants import at_random
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.pages.page import Items, Paragraph

SEEDS = count(20, 12)


@cache
def forms(kind: str, model: str = "gpt2-124m", seeds: int = SEEDS) -> tuple[tuple[Form, Question], ...]:
    like = symbolic.explain(model)
    made = [make_form(Settings(like, Seed(str(seed)), "5", (kind,)), who) for seed in range(seeds) for who in "12"]
    return tuple((form, form.questions[0]) for form in made)


def rights(kind: str, model: str = "gpt2-124m", seeds: int = SEEDS) -> Counter[str]:
    """How often each option is right, by its words."""
    answers = [question.items[0].answer for _, question in forms(kind, model, seeds)]
    chosen = [answer for answer in answers if isinstance(answer, ChoiceAnswer)]
    return Counter(option.text for answer in chosen for option in answer.options if not option.why)


@pytest.mark.parametrize(
    ("model", "ways"), sample([("gpt2-124m", 5), ("llama-3-8b", 5), ("t5-small", 3), ("mamba-130m", 5)], 4)
)
def test_each_way_to_grow_is_right_as_often_as_another(model: str, ways: int) -> None:
    seeds = SEEDS if model == "gpt2-124m" else 16
    found = rights("doubling", model, seeds)
    assert len(found) == ways
    assert max(found.values()) <= 2 * seeds * 0.45
    letters = {question.items[0].shown for _, question in forms("doubling", model, seeds)}
    assert letters == set("ABCDE")


def test_that_other_sizes_follow_is_said_only_where_one_does() -> None:
    said = set()
    for form, question in forms("doubling"):
        [text] = [part.text for part in question.stem if isinstance(part, Paragraph)]
        size = text.split("`")[1]
        used = {one.name for formula in definitions(form.derivation).values() for one in formula.symbols}
        follows = size in used
        assert ("Sizes that follow from it" in text) == follows
        said.add(follows)
    assert said == {True, False}


@pytest.mark.parametrize("model", sample(["gpt2-124m", "llama-3-8b"], 2))
def test_the_wrong_line_may_be_any_and_is_another_on_the_next_form(model: str) -> None:
    seeds = SEEDS if model == "gpt2-124m" else 8
    found = [question.items[0].shown for _, question in forms("find-mistake", model, seeds)]
    lines = len(walk(symbolic.explain(model)))
    assert len(set(found)) >= lines - 2
    assert max(Counter(found).values()) <= 2 * seeds / lines * 3
    assert all(one != other for one, other in zip(found[::2], found[1::2], strict=True))


def test_a_slip_is_in_one_line_and_the_others_carry_it_to_the_total() -> None:
    derivation = symbolic.explain("gpt2-medium")
    right, say = walk(derivation), Settings(derivation, Seed("1"), "5").prose
    for place in range(len(right)):
        found = list(slips(derivation, place, Random(place), say))
        assert found
        for slip in found:
            assert [line.place for line in slip.lines] == [line.place for line in right]
            own = [one.own == other.own for one, other in zip(slip.lines, right, strict=True)]
            assert own == [index != place for index in range(len(right))]
            values = [line.equation.formula.value(derivation.sizes) for line in slip.lines]
            assert values == [line.equation.value for line in slip.lines]


def test_the_right_total_is_neither_the_largest_nor_the_smallest_more_often() -> None:
    found: Counter[int] = Counter()
    for _, question in forms("choice"):
        answer = question.items[0].answer
        assert isinstance(answer, ChoiceAnswer)
        ordered = sorted((int(option.text.replace(",", "")), not option.why) for option in answer.options)
        found[[right for _, right in ordered].index(True)] += 1
    assert set(found) == {0, 1, 2, 3}
    assert max(found.values()) <= 0.4 * found.total()


def test_what_a_convention_counts_is_no_matter_of_reading_and_no_letter_is_always_right() -> None:
    found: Counter[str] = Counter()
    for _, question in forms("convention"):
        [items] = [part for part in question.stem if isinstance(part, Items)]
        texts = [text for _, text in items.items]
        # Each is a sentence, and none has a word of a rule.
        assert all(text.endswith(".") for text in texts)
        assert not any(
            word in text for text in texts for word in ("bias", "shift", "scale", "embedding", "output head")
        )
        answer = question.items[0].answer
        assert isinstance(answer, LettersAnswer)
        assert 2 <= len(answer.text) <= len(items.items) - 2
        found.update(answer.text)
    assert max(found.values()) <= 0.9 * 2 * SEEDS
    assert set(found) == set("ABCDEF")


@pytest.mark.parametrize("model", ["gpt2-124m", "mixtral-8x7b"])
def test_no_question_behind_a_blank_says_its_answer(model: str) -> None:
    made = make_form(Settings(symbolic.explain(model), Seed("1"), "all"), "1")
    sentences = [one for one in marked(made) if one.read]
    assert len(sentences) >= 5
    for one in sentences:
        # What an answer says of its line: numbers, sizes, and names of parts.
        told = {*re.findall(r"\d[\d,.]*|\w+_\w+", one.answer), *re.findall(r"\w+ matri\w+|\blayers\b", one.answer)}
        assert not [word for word in told if word in one.where]
        assert "how many" not in one.where.lower()


@pytest.mark.parametrize("model", ["gpt2-124m", "mamba-130m"])
def test_no_two_answers_have_one_number(model: str) -> None:
    made = make_form(Settings(symbolic.explain(model), Seed("1"), "5", kinds.in_order()), "1")
    rows = [one.id for one in marked(made)]
    assert len(set(rows)) == len(rows)
    assert {"1a", "1b"} <= set(rows)


def test_more_than_double_has_a_term_with_the_size_twice() -> None:
    # Expert layers are n_layers - n_dense_layers: twice n_layers are more than twice as many, without a square.
    derivation = symbolic.explain("deepseek-v3")
    [expert_layers] = [one for one in places(derivation) if one.name == "expert layers"]
    doubled = growth_of(derivation, n_layers, expert_layers)
    assert doubled is not None
    assert doubled.truth == "more"
    cases = _cases(derivation, [n_layers, emb_dim], places(derivation))
    assert {one.symbol for one in cases["more"]} <= {emb_dim}


@pytest.mark.parametrize(("model", "left_out"), [("t5-small", 1), ("gpt2-124m", 2), ("vit-base-patch16-224", 1)])
def test_no_convention_is_asked_about_a_weight_that_its_words_leave_open(model: str, left_out: int) -> None:
    rule = CONVENTIONS["non-embedding"]
    weights = parts(symbolic.explain(model))
    counted, not_counted = _sorted([leaf for leaf in weights if leaf.role != "head"], rule)
    # A T5's table of distances, the patch embedding, class token and classifier of a ViT.
    asked = {leaf.path[-1].key for leaf in (*counted.values(), *not_counted.values())}
    assert not asked & {"encoder_distances", "decoder_distances", "patch_embedding", "class_token", "classifier"}
    assert "attention" in asked
    assert len(not_counted) == left_out
    assert all((*counted, *not_counted))


def test_one_that_counts_all_that_is_asked_about_is_no_question() -> None:
    like = symbolic.explain("t5-small")
    say = Settings(like, Seed("1"), "5").prose
    nothing = like.quantity._replace(conventions={one.name: one for one in (CONVENTIONS["trainable"],)})
    only = replace(like, quantity=nothing)
    assert kinds.find("convention")(Context(only, lambda _: only, say, Random(1), at_random(Random(1))), "1") is None


@pytest.mark.parametrize("model", ["gpt2-124m", "t5-small", "vit-base-patch16-224", "mixtral-8x7b"])
@pytest.mark.parametrize("quantity", ["parameters", "kv-cache"])
def test_a_size_is_mixed_up_with_one_of_its_kind_and_magnitude(model: str, quantity: str) -> None:
    if model.startswith("vit") and quantity != "parameters":
        return
    derivation = symbolic.explain(model, quantity=quantity)
    say, mixed = Settings(derivation, Seed("1"), "5").prose, set()
    for place in range(len(walk(derivation))):
        found = [one.says for one in slips(derivation, place, Random(place), say)]
        mixed |= {tuple(re.findall(r"`(\w+)`", says)) for says in found if says.startswith("takes")}
    assert mixed or quantity == "kv-cache"
    for pair in mixed:
        one, other = sorted(derivation.sizes[name] for name in pair)
        assert other <= 8 * one
        assert len({name.startswith("n_") for name in pair}) == 1
        assert not {"vocab_size", "n_patches", "n_channels", "n_labels", "tokens", "cached_bytes"}.intersection(pair)


def test_what_grows_with_the_width_of_groups_is_not_asked_where_a_formula_divides_by_their_number(
    tmp_path: Path,
) -> None:
    # A stage of 192 channels has one group of 128, and none of 384, by which its formula would divide.
    file = tmp_path / "config.json"
    config = {"model_type": "regnet", "hidden_sizes": [192, 256, 512, 1024], "groups_width": 128}
    file.write_text(json.dumps(config), encoding="utf-8")
    like = symbolic.explain(str(file))
    context = Context(like, lambda _: like, Settings(like, Seed("1"), "5").prose, Random(1), at_random(Random(1)))
    question = kinds.find("doubling")(context, "1")
    assert question is not None
    assert sound(question)
