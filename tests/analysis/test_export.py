"""Exported code, run: each language gets the exact total, and refuses where its numbers end."""

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import exported_code
import pytest
from click.testing import CliRunner
from sampling import ONE_A_FAMILY, thorough

import symbolic
from symbolic import api
from symbolic.analysis.exporting import WRITERS
from symbolic.cli import main
from symbolic.formulas.formula import Exact

QUANTITIES = [("parameters", name) for name in ONE_A_FAMILY] + [
    ("forward-flops", "gpt2-124m"),
    ("kv-cache", "gemma-3-1b"),
    ("kv-cache", "llama-3-8b"),
    ("training-flops", "llama-3-8b"),
]


def cases(quantity: str, model: str) -> list[tuple[dict[str, Exact], int]]:
    """The model's own sizes and larger ones, with the total that the general formula has."""
    derivation = symbolic.explain(model, quantity)
    names = [symbol.name for symbol in derivation.general_form.symbols]
    found = []
    for times in (1, 2, 6):
        sizes: dict[str, Exact] = {name: derivation.sizes[name] * times for name in names}
        value = derivation.general_form.value(sizes)
        assert isinstance(value, int)
        found.append((sizes, value))
    return found


def calls(language: str) -> tuple[list[exported_code.Call], list[int]]:
    """Each case as a call, and the totals."""
    made: list[exported_code.Call] = []
    totals: list[int] = []
    for quantity, model in QUANTITIES:
        symbols = symbolic.explain(model, quantity).general_form.symbols
        for sizes, total in cases(quantity, model):
            made.append((api.formula(model, language, quantity), quantity.replace("-", "_"), symbols, sizes))
            totals.append(total)
    return made, totals


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_python_gets_the_exact_total(quantity: str, model: str) -> None:
    code = api.formula(model, "python", quantity)
    for sizes, total in cases(quantity, model):
        assert exported_code.python(code, quantity.replace("-", "_"), sizes) == total


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_numpy_gets_the_exact_totals_in_64_bits_or_in_python_s_integers(quantity: str, model: str) -> None:
    code, name = api.formula(model, "numpy", quantity), quantity.replace("-", "_")
    rows = cases(quantity, model)
    assert exported_code.numpy(code, name, [sizes for sizes, _ in rows]) == [total for _, total in rows]
    huge = {name: size * 10**9 for name, size in rows[0][0].items()}
    assert exported_code.numpy(code, name, [huge]) == [symbolic.explain(model, quantity).general_form.value(huge)]


@pytest.mark.parametrize("convention", ["last-stage", "first-stage"])
def test_numpy_has_room_for_the_largest_row_though_others_divide_by_more(convention: str) -> None:
    """With 32 stages a stage has one layer, with one it has all 32: what is divided then needs more than 64 bits."""
    derivation = symbolic.explain(
        "llama-3-8b", "serving-memory", convention=convention, inputs={"pipeline_parallel": 4}
    )
    formula = derivation.general_form
    given = {symbol.name: derivation.sizes[symbol.name] for symbol in formula.symbols}
    one, two = (formula.value({**given, "pipeline_parallel": 1, "batch_size": many}) for many in (1, 2))
    batch = 2**61 // (two - one)
    rows = [{**given, "batch_size": batch, "pipeline_parallel": stages} for stages in (1, 2, 3, 32)]
    totals = [formula.value(row) for row in rows]
    assert totals[0] >= 2**60
    code = api.formula("llama-3-8b", "numpy", "serving-memory", convention=convention)
    assert exported_code.numpy(code, "serving_memory", rows) == totals


def test_numpy_refuses_floats() -> None:
    names: dict[str, object] = {}
    exec(api.formula("gpt2-124m", "numpy"), names)
    with pytest.raises(TypeError, match="whole numbers"):
        names["parameters"](50257.0, 768, 1024, 12)  # type: ignore[operator]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_gets_the_exact_total(tmp_path: Path) -> None:
    made, totals = calls("javascript")
    assert exported_code.javascript(made, tmp_path) == totals


@thorough
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c_gets_the_exact_total_and_sees_an_overflow(tmp_path: Path) -> None:
    made, totals = calls("c")
    assert exported_code.c(made, tmp_path) == [(0, total) for total in totals]
    # Sizes at the end of 64 bits overflow 128 bits where three of them are multiplied.
    huge: list[exported_code.Call] = [
        (code, name, asked, {symbol.name: 2**64 - 1 for symbol in asked}) for code, name, asked, _ in made[::3]
    ]
    assert {code for code, _ in exported_code.c(huge, tmp_path)} <= {1, 2}


@pytest.mark.parametrize(("quantity", "model"), QUANTITIES)
def test_a_spreadsheet_gets_the_exact_total_or_none(quantity: str, model: str) -> None:
    derivation = symbolic.explain(model, quantity)
    found = exported_code.spreadsheet(api.formula(model, "spreadsheet", quantity), derivation.sizes)
    assert found in (derivation.total, None)
    if quantity == "parameters" and derivation.total < 10**10:
        assert found == derivation.total


@pytest.mark.parametrize(
    ("given", "total"), [(2, 2**30), ("1/2", 2**28), (0.5, 2**28), (Fraction(17, 32), 285_212_672)]
)
def test_half_a_byte_for_a_number_is_an_argument_like_any_other(given: object, total: int) -> None:
    code = api.formula("llama-3-8b", "python", "kv-cache")
    sizes = {**symbolic.load("llama-3-8b").sizes, "batch_size": 1, "context": 8192, "value_bytes": given}
    names: dict[str, Any] = {}
    exec(code, names)
    asked = names["kv_cache"].__code__.co_varnames[: names["kv_cache"].__code__.co_argcount]
    assert names["kv_cache"](**{name: sizes[name] for name in asked}) == total


def test_a_whole_root_has_its_function_in_python(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "doge", "architectures": ["DogeForCausalLM"], "is_moe": True}))
    derivation = symbolic.explain(str(file))
    sizes = {symbol.name: derivation.sizes[symbol.name] for symbol in derivation.general_form.symbols}
    assert exported_code.python(api.formula(str(file), "python"), "parameters", sizes) == derivation.total


def test_python_has_the_formula_as_a_page_has_it_and_no_line_that_is_too_long() -> None:
    code = api.formula("llama-3-8b", "python")
    assert "n_layers * (" in code
    assert all(len(line) <= 100 for line in code.splitlines())


def test_latex_is_the_closed_form_in_letters() -> None:
    assert api.formula("gpt2-124m", "latex") == "V\\,d + T\\,d + L\\,(12\\,d^{2} + 10\\,d) + 2\\,d\n"


def test_an_unknown_language_is_an_error_with_all_of_them() -> None:
    result = CliRunner().invoke(main, ["formula", "gpt2-124m", "--as", "fortran"])
    assert result.exit_code == 2
    assert all(language in result.stderr for language in WRITERS)


def test_a_stranger_s_model_name_can_t_end_a_comment(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    evil = '"""\nimport os */ \n'
    sizes = symbolic.load("gpt2-124m").sizes
    file.write_text(json.dumps({evil: {"model_type": "gpt2", **sizes}}))
    for language in ("python", "numpy", "javascript", "c"):
        code = api.formula(str(file), language)
        assert "import os" not in [line.strip() for line in code.splitlines()]
        assert "*/ " not in code.split("128-bit")[0]


@pytest.mark.parametrize("quantity", ["kv-cache", "forward-flops", "training-flops"])
def test_a_batch_is_an_argument(quantity: str) -> None:
    assert "batch_size" in api.formula("llama-3-8b", "python", quantity).split("(")[1]
