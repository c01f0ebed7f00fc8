"""Each question has one right answer, and nobody loses a point twice."""

import re
from collections import Counter

import pytest
from handout_forms import form
from sampling import MODELS, sample, thorough

import symbolic
from symbolic.formulas.formula import Number, Product
from symbolic.formulas.vocabulary import emb_dim, n_heads
from symbolic.handouts.answers import NumberAnswer, Question
from symbolic.handouts.carried import blanks, follows, in_words
from symbolic.handouts.fading import MIXED, hidden_factors
from symbolic.handouts.form import Form, Settings
from symbolic.handouts.from_derivation import parts, places, told_apart, weights
from symbolic.handouts.key import marked
from symbolic.handouts.kinds.convention import _sorted
from symbolic.handouts.making import make_form
from symbolic.handouts.seeds import Seed
from symbolic.handouts.sheet import sheet
from symbolic.pages.page import Items, Table
from symbolic.pages.rendering.as_text import render_page

TWO_KINDS = ["t5-small", "gemma-2-2b", *(pytest.param(one, marks=thorough) for one in ("deepseek-v3", "gpt-oss-20b"))]


def question(made: Form, kind: str) -> Question:
    return next(one for one in made.questions if one.kind == kind)


@pytest.mark.parametrize("model", TWO_KINDS)
def test_a_part_that_layers_of_two_kinds_have_is_named_with_its_layers(model: str) -> None:
    """A T5's encoder and decoder both have an output projection: without its layers, two orders would be right."""
    derivation = symbolic.explain(model)
    every = places(derivation)
    often = Counter(one.name for one in every)
    apart = told_apart(every)
    assert [one for one in apart if often[one.name] > 1]
    for one in apart:
        assert one.layers is None or often[one.name] == 1 or one.layers.label in one.apart


@pytest.mark.parametrize("model", TWO_KINDS)
@pytest.mark.parametrize("who", ["1", "2"])
def test_the_parts_to_be_ordered_are_each_one_part_of_the_model(model: str, who: str) -> None:
    asked = question(made := form(model, who), "order")
    [items] = [part for part in asked.stem if isinstance(part, Items)]
    values = {one.apart: one.step.in_total for one in told_apart(weights(made.derivation))}
    ordered = sorted(items.items, key=lambda item: values[item[1]])
    assert "".join(letter for letter, _name in ordered) == asked.items[0].shown
    [table] = [part for part in asked.solution if isinstance(part, Table)]
    assert [row[3] for row in table.rows] == sorted(values[name] for _letter, name in items.items)


def test_layers_of_two_kinds_that_come_to_the_same_are_each_carried_by_their_own_blank() -> None:
    made = form("gemma-2-2b")
    sizes = made.derivation.sizes
    assert sizes["n_layers"] == 2 * sizes["n_global_layers"]
    rules = follows(made)
    sliding, total = (in_words(rules[made.blanks[place].id]) for place in (1, -1))
    assert re.fullmatch(r"\(\d+ − \d+\) × \(1a\)", sliding)
    assert len(set(blanks(rules[made.blanks[-1].id]))) == 2
    assert "(2a)" in total


@pytest.mark.parametrize("model", ["mixtral-8x7b", "gpt2-124m"])
def test_a_number_of_all_layers_is_worth_its_point_where_that_of_one_was_wrong(model: str) -> None:
    forms = (form(model, str(who), MIXED) for who in range(40))
    made = next(one for one in forms if question(one, "value").items[0].id in follows(one))
    item = question(made, "value").items[0]
    rule = follows(made)[item.id]
    [blank] = blanks(rule)
    answer = next(one.answer for one in made.blanks if one.id == blank)
    assert isinstance(answer, NumberAnswer)
    times = in_words(rule).replace(f"({blank})", f"{answer.value}").replace(",", "").split(" × ")
    product = 1
    for factor in times:
        product *= int(factor)
    assert f"{product:,}" == item.shown


def test_what_is_not_in_the_sum_of_one_expert_includes_the_rest_of_its_layer() -> None:
    made = form("mixtral-8x7b", fade=MIXED)
    [says] = [one.answer for one in marked(made) if one.where.startswith("Which parts of the model are in this sum")]
    assert "what one expert is made of: gate and up matrices and down matrix." in says
    assert "In each layer as well, but not in this sum: attention, router and RMS norms." in says
    assert "Outside these layers, and not in this sum: token embedding" in says


def test_rates_that_stand_in_rows_and_columns_are_no_matter_of_a_rule_about_matrices() -> None:
    derivation = symbolic.explain("mamba-130m")
    counted, left_out = _sorted(parts(derivation), derivation.quantity.conventions["walkthrough"])
    assert not [does for does in (*counted, *left_out) if "how fast it fades" in does]
    # What the matrix does is said whole, not what the step does that it helps to make.
    assert [does for does in counted if does.endswith("squeezes the channels to `time_step_rank` numbers.")]


@pytest.mark.parametrize("model", ["llama-3-8b", "mixtral-8x7b"])
def test_small_sizes_tell_a_formula_from_one_that_mixes_them_up(model: str) -> None:
    for who in ("1", "2", "3"):
        sizes = question(form(model, who), "formula").items[0].proofs[0].sizes
        assert len(set(sizes.values())) == len(sizes)
        assert 1 not in sizes.values()


@pytest.mark.parametrize("model", sample(MODELS, 4))
def test_a_sheet_gives_each_size_that_its_sentences_name(model: str) -> None:
    made = form(model)
    page = render_page(sheet(made))
    given, _steps = page.split("STEP BY STEP", 1)
    names = set(re.findall(r"\b(?:n|emb|hidden|head|kv|q|qk|v|moe)_[a-z_]+\b", page))
    assert names
    assert {name for name in names if name in made.derivation.sizes and name not in given} == set()


def test_layers_with_the_name_of_a_network_keep_its_capital() -> None:
    made = form("mamba-130m", fade=MIXED)
    assert any("All Mamba layers" in one for one in made.prompts)


def test_a_blank_hides_no_number_that_the_sheet_says_nowhere() -> None:
    """Of emb_dim × (emb_dim + 2 × emb_dim / n_heads) the sizes stand in the table; the 2 stays."""
    width = emb_dim + Number(2) * (emb_dim / n_heads)
    assert hidden_factors(emb_dim * width) == (emb_dim, emb_dim, emb_dim, n_heads)
    assert hidden_factors(Product((Number(3), emb_dim, emb_dim))) == (Number(3), emb_dim, emb_dim)
    assert hidden_factors(Product((Number(2304), emb_dim))) == (emb_dim,)


def test_a_sheet_of_a_described_type_says_nothing_that_only_its_keys_say() -> None:
    config = {"model_type": "falcon", "vocab_size": 300, "hidden_size": 96, "num_attention_heads": 6}
    config |= {"num_hidden_layers": 2, "new_decoder_architecture": True, "num_kv_heads": 2}
    made = make_form(Settings(symbolic.explain(config), Seed("7"), "mixed", varied=False), "1")
    text = render_page(sheet(made))
    assert "switched on" not in text
    assert "hidden_dim: the width in the middle" in " ".join(text.split())
