"""The JSON is the whole derivation: it fits its schema, and adds up without help from this package."""

import ast
import json
import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.resources import files
from itertools import product
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from conftest import gpt2_configs, llama_configs
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import count, sample

from symbolic.api import explain
from symbolic.cli import main
from symbolic.loading import load
from symbolic.measuring.conventions import CONVENTIONS
from symbolic.networks.blocks import Kind

SCHEMA = json.loads(files("symbolic").joinpath("pages/rendering/schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
BOOK: dict[str, object] = {"vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_heads": 12, "n_layers": 12}
MODELS = ("gpt2-124m", "gpt2-1558m", "llama-2-7b")
TYPED = {ord("×"): "*", ord("−"): "-"} | {ord(digit): f"**{n}" for n, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
OPERATORS: dict[type[ast.AST], Callable[..., Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def evaluated(text: str, sizes: dict[str, int] | None = None) -> Fraction:
    """An independent reading of a printed formula: Python's parser, exact fractions."""

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value=int() as number):
                return Fraction(number)
            case ast.Name(id=name) if sizes:
                return Fraction(sizes[name])
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.BinOp(left=left, op=sign, right=right):
                return OPERATORS[type(sign)](value(left), value(right))
        raise AssertionError(f"{ast.dump(node)} in {text}")

    return value(ast.parse(text.translate(TYPED), mode="eval").body)


def data(model: str | dict[str, object], convention: str = "trainable", **options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(model, convention=convention).to_json(**options))
    return found


def all_steps(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        yield from all_steps(step["steps"])


def check_sums(found: dict[str, Any]) -> None:
    """Every sum again, from the JSON alone."""
    running = 0
    for step in found["steps"]:
        running += step["value"]
        assert step["running"] == running
    assert running == found["total"]
    for step in all_steps(found["steps"]):
        assert step["value"] == step["each"] * (step["repeat"] or {"value": 1})["value"]
        assert Fraction(step["share"]) == Fraction(step["whole"], found["total"])
        assert evaluated(step["substituted"]) == step["value"]
        if step["steps"]:
            assert step["each"] == sum(below["value"] for below in step["steps"])
        for line in step["lines"]:
            assert evaluated(line["substituted"]) == line["value"]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_knows_every_kind_of_weight() -> None:
    assert SCHEMA["$defs"]["kind"]["enum"] == [kind.name.lower() for kind in Kind]


@pytest.mark.parametrize(
    ("model", "convention", "options"),
    sample(list(product(MODELS, CONVENTIONS, [{}, {"notation": "letters"}, {"detail": "brief"}])), 5),
    ids=str,
)
def test_it_fits_the_schema(model: str, convention: str, options: dict[str, str]) -> None:
    VALIDATOR.validate(data(model, convention, **options))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_its_sums_come_out_again(model: str, convention: str) -> None:
    check_sums(data(model, convention))


@settings(max_examples=count(25, 8))
@given(st.one_of(gpt2_configs(), llama_configs()), st.sampled_from(sorted(CONVENTIONS)))
def test_the_sums_of_any_config_come_out_again(config: dict[str, object], convention: str) -> None:
    found = data(config, convention)
    if found["total"]:
        check_sums(found)
        VALIDATOR.validate(found)


@pytest.mark.parametrize("model", MODELS)
def test_the_chains_add_up_from_the_other_count_to_this_one(model: str) -> None:
    found = data(model)
    for chain in found["reconciliation"]:
        running = 0
        for row in chain["rows"]:
            running += row["value"]
            assert row["running"] == running
            if row["substituted"] is not None:
                assert evaluated(row["substituted"]) == row["value"]
        assert {found["total"], chain["other"]} <= {row["running"] for row in chain["rows"]}


@pytest.mark.parametrize("model", MODELS)
def test_the_closed_form_evaluates_to_the_total(model: str) -> None:
    found = data(model)
    assert evaluated(found["closed_form"]["python"], found["model"]["sizes"]) == found["total"]
    assert evaluated(found["closed_form"]["text"], found["model"]["sizes"]) == found["total"]


@pytest.mark.parametrize("model", MODELS)
def test_a_definition_gives_its_size(model: str) -> None:
    described = data(model)["model"]
    for name, definition in described["definitions"].items():
        assert evaluated(definition["substituted"]) == definition["value"] == described["sizes"][name]


@pytest.mark.parametrize("size", [10**30, 2**53 + 1, 10**100 + 7])
def test_a_size_beyond_any_float_is_kept_to_the_last_digit(size: int) -> None:
    text = explain(load({**BOOK, "vocab_size": size})).to_json()
    found = json.loads(text, parse_float=lambda number: pytest.fail(f"{number} is a float"))
    assert found["model"]["sizes"]["vocab_size"] == size
    assert found["steps"][0]["value"] == size * 768
    check_sums(found)
    VALIDATOR.validate(found)


def test_what_a_convention_leaves_out_is_listed_with_its_count() -> None:
    found, whole = data("gpt2-124m", "walkthrough"), data("gpt2-124m")
    left_out = sum(weight["value"] for weight in found["left_out"])
    assert found["total"] + left_out == whole["total"] == 124_412_160


@pytest.mark.parametrize(
    ("options", "formula"), [({}, "vocab_size × emb_dim"), ({"notation": "letters"}, "V × d")], ids=str
)
def test_formulas_are_in_the_notation_that_is_asked_for(options: dict[str, str], formula: str) -> None:
    assert data("gpt2-124m", **options)["steps"][0]["formula"] == formula


def test_brief_leaves_out_the_sentences_and_the_other_counts() -> None:
    brief = data("gpt2-124m", detail="brief")
    assert "reconciliation" not in brief
    assert not any("about" in step for step in all_steps(brief["steps"]))
    assert brief["total"] == 124_412_160


@pytest.mark.parametrize("name", ['a"b\\c</script>\u2028', "中文 \x00 \ud800", "`x` *y* [z](u)"], ids=ascii)
def test_a_strangers_name_comes_back_as_it_was(name: str) -> None:
    found = json.loads(explain(load({**BOOK, name: 1}, name=name)).to_json())
    assert found["model"]["name"] == name
    assert name in found["model"]["unknown"]


@pytest.mark.parametrize(
    ("words", "whole", "fraction"),
    [
        ("mfu gpt2-124m --tokens-per-second 90 --peak 45e12", {"tokens_per_second": 90}, "utilisation_kaplan"),
        ("serve gpt2-124m --context 512 --devices 1", {"devices": 1}, "time_to_first_token"),
        ("solve gpt2-124m --for n_layers --total 95M", {"n_layers": 8, "total": 96_069_888}, ""),
    ],
)
def test_the_values_of_a_page_are_exact_with_a_decimal_beside_fractions(
    words: str, whole: dict[str, int], fraction: str
) -> None:
    made = CliRunner().invoke(main, [*words.split(), "--format", "json", "--output", "-"])
    values = json.loads(made.stdout)["values"]
    assert {name: values[name]["value"] for name in whole} == whole
    assert not any("decimal" in values[name] for name in whole)
    if fraction:
        off = Fraction(values[fraction]["decimal"]) / Fraction(values[fraction]["value"]) - 1
        assert abs(off) < Fraction(1, 10**11)
