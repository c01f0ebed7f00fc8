"""What README shows of Python and notebooks works."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sympy
from IPython.core.formatters import DisplayFormatter

import symbolic
from symbolic import api


def test_a_derivation_offers_what_a_reader_of_code_expects() -> None:
    derivation = symbolic.explain(symbolic.load("gpt2-124m"))
    assert derivation.total == 124_412_160
    assert (
        derivation.closed_form.subs({s: derivation.sizes[s.name] for s in derivation.closed_form.free_symbols})
        == 124_412_160
    )
    assert isinstance(derivation.closed_form, sympy.Expr)
    assert derivation.steps[0].name == "token embedding"


@pytest.mark.parametrize("method", ["to_html", "to_latex", "to_markdown", "to_text", "to_json"])
@pytest.mark.parametrize("options", [{}, {"notation": "letters"}, {"detail": "brief"}])
def test_it_prints_itself_in_each_format(method: str, options: dict[str, str]) -> None:
    assert "GPT-2 124M" in getattr(symbolic.explain("gpt2-124m"), method)(**options)


@pytest.mark.parametrize(
    "shown", [symbolic.load("gpt2-124m"), symbolic.explain("llama-2-7b")], ids=["model", "derivation"]
)
def test_jupyter_shows_it_in_four_ways(shown: object) -> None:
    formatter = DisplayFormatter()
    formatter.active_types = [*formatter.format_types, "text/plain"]
    bundle, _ = formatter.format(shown)  # type: ignore[no-untyped-call]
    assert {"text/html", "text/latex", "text/markdown", "text/plain"} <= bundle.keys()
    assert all("emb" in text for text in bundle.values())


@pytest.mark.parametrize("wrong", [{"quantity": "sizes"}, {"convention": "all"}])
def test_an_unknown_name_is_an_error_with_the_nearest(wrong: dict[str, str]) -> None:
    with pytest.raises(symbolic.UnknownName):
        symbolic.explain("gpt2-124m", **wrong)  # type: ignore[arg-type]


def test_one_name_is_no_list_of_models() -> None:
    with pytest.raises(symbolic.ConfigError, match=r"models must be a list, got 'gpt2'; write \['gpt2', …\]"):
        api.compare("gpt2")


LOOSE: Any = symbolic
LOOSE_API: Any = api
"""The same without types, as most people call it."""


@pytest.mark.parametrize(
    ("asked", "would_do"),
    [
        (lambda: LOOSE.explain("gpt2-124m", "kv-cache", inputs={"context": 96.0}), "got the float 96.0; write 96"),
        (lambda: LOOSE.explain("gpt2-124m", "kv-cache", inputs={"context": [96]}), "must be a number, got"),
        (lambda: LOOSE.explain("gpt2-124m", "kv-cache", inputs="context=96"), "inputs must be a dict"),
        (lambda: LOOSE.explain("gpt2-124m", ["kv-cache"]), "quantity must be a text"),
        (lambda: LOOSE.explain("gpt2-124m", convention={"a": 1}), "convention must be a text"),
        (lambda: LOOSE.load("gpt2-124m", architecture=2), "architecture must be a text, got 2"),
        (lambda: LOOSE.load_all(None), "given must be a text, got None"),
        (lambda: LOOSE.count(7), "7 is no config"),
        (lambda: LOOSE_API.serving("gpt2-124m", memory_share=0.7), 'write "0.7" or Fraction'),
        (lambda: LOOSE_API.serving("gpt2-124m", prompt=-3), "prompt must be at least 0"),
        (lambda: LOOSE_API.mfu("gpt2-124m", rate=812.5, device="h100"), 'write "812.5" or Fraction'),
        (lambda: LOOSE_API.mfu("gpt2-124m", rate=float("nan"), device="h100"), "got the float nan; give a number"),
        (lambda: LOOSE_API.solve("gpt2-124m", "n_layers", total="1B"), r"write \['n_layers'\]"),
        (lambda: LOOSE_API.solve("gpt2-124m", [], total="1B"), "nothing to solve for"),
        (lambda: LOOSE_API.scale("gpt2-124m", compute=-5), "must be above zero"),
        (lambda: LOOSE_API.sweep("gpt2-124m", {"n_layers": 5}), "n_layers must be a list, got 5"),
        (lambda: LOOSE_API.compare(["gpt2-124m"] * 2, inputs=3), "inputs must be a dict, got 3"),
    ],
)
def test_an_argument_of_another_kind_is_an_error_that_says_what_would_do(
    asked: Callable[[], Any], would_do: str
) -> None:
    with pytest.raises(symbolic.SymbolicError, match=would_do) as problem:
        asked()
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("quantity", "given", "number"),
    [
        ("kv-cache", {"context": "16k"}, {"context": 16384}),
        ("kv-cache", {"context": sympy.Integer(48)}, {"context": 48}),
        ("training-cost", {"training_tokens": "3T"}, {"training_tokens": 3 * 10**12}),
        ("training-cost", {"utilisation": Decimal("0.25")}, {"utilisation": "1/4"}),
    ],
)
def test_an_input_may_be_written_as_on_the_command_line(quantity: str, given: Any, number: Any) -> None:
    totals = [LOOSE.explain("mistral-7b-v0.1", quantity, inputs=one).total for one in (given, number)]
    assert totals[0] == totals[1]


def test_the_stage_of_zero_may_be_a_number() -> None:
    made = [LOOSE.explain("gpt2-124m", "device-memory", choices={"zero": one}) for one in (3, "3")]
    assert made[0].total == made[1].total
