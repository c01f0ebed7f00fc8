"""The closed form of a page as a Python function: it gives the page's total, and that of other sizes."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from sampling import MODELS, sample

import symbolic
from symbolic.formulas.formula import Number, Power, Quotient
from symbolic.formulas.vocabulary import emb_dim
from symbolic.measuring import quantities
from symbolic.measuring.closed_form import closed_form
from symbolic.measuring.derivation import Derivation
from symbolic.pages.document import explain_page
from symbolic.pages.functions import Function, Typed
from symbolic.pages.page import Folded
from symbolic.pages.rendering import render
from symbolic.pages.rendering.python_notation import WIDTH, python, typed

COUNTED = ("parameters", "forward-flops", "training-flops", "lora-parameters", "tensor-elements")


def code_of(derivation: Derivation) -> str:
    """Return the code on a page; "" where it has none."""
    parts = [part for section in explain_page(derivation).sections for part in section.parts]
    folded = [inner for part in parts if isinstance(part, Folded) for inner in part.parts]
    return next((python(part) for part in folded if isinstance(part, Function)), "")


def run(code: str) -> Callable[..., int]:
    """Return the function that code defines."""
    found: dict[str, Callable[..., int]] = {}
    exec(code, {"__builtins__": {"min": min}}, found)
    [function] = found.values()
    return function


@pytest.mark.parametrize(("model", "quantity"), sample([(one, name) for one in MODELS for name in COUNTED], 7))
def test_the_function_gives_the_total_and_that_of_other_sizes(model: str, quantity: str) -> None:
    derivation = symbolic.explain(model, quantity)
    code, form = code_of(derivation), closed_form(derivation)
    if not code:
        # A part of its closed form is a quotient that is not rounded.
        assert any(isinstance(node, Quotient) for node in form.whole.walk())
        return
    names = [one.arg for one in ast.parse(code).body[0].args.args]  # type: ignore[attr-defined]
    sizes = {name: derivation.sizes[name] for name in names}
    assert run(code)(**sizes) == derivation.total
    others = {name: int(size) * 3 + 7 for name, size in sizes.items()}
    assert run(code)(**others) == form.whole.value(others)
    assert all(len(line) <= WIDTH or " * " in line or '"""' in line for line in code.splitlines())


@pytest.mark.parametrize("model", ["gpt2-124m", "llama-3-8b", "deepseek-v3", "gemma-3-1b", "mixtral-8x7b"])
@pytest.mark.parametrize("quantity", ["parameters", "forward-flops"])
def test_the_pages_that_are_read_most_have_one(model: str, quantity: str) -> None:
    assert code_of(symbolic.explain(model, quantity)).startswith(f"def {quantity.replace('-', '_')}(")


def test_a_layer_has_a_line_of_its_own_and_one_part_that_others_name_stands_before_them() -> None:
    lines = code_of(symbolic.explain("deepseek-v3")).splitlines()
    starts = [line.strip().split(" = ")[0] for line in lines if " = " in line]
    assert starts == ["attention", "one_dense_layer", "one_expert_layer"]


@pytest.mark.parametrize("quantity", [one for one in quantities.names() if one not in COUNTED])
def test_bytes_and_prices_have_none_where_a_size_is_no_whole_number(quantity: str) -> None:
    code = code_of(symbolic.explain("llama-3-8b", quantity))
    assert "/" not in code.replace("//", "")


def test_a_number_that_is_no_whole_one_is_a_fraction() -> None:
    half, below = Number(Fraction(1, 2)), Power(emb_dim, Number(-2))
    for whole, written in ((half * emb_dim, "Fraction(1, 2) * emb_dim"), (72 * below, "Fraction(1, emb_dim**2)")):
        code = python(Function("sizes", "", (emb_dim,), (), whole))
        names: dict[str, Any] = {}
        exec(code, names)
        assert written in code
        assert names["sizes"](6) == whole.value({"emb_dim": 6})


def test_a_strangers_name_is_no_code(tmp_path: object) -> None:
    config = {"vocab_size": 100, "context_length": 8, "emb_dim": 8, "n_heads": 2, "n_layers": 2, "qkv_bias": False}
    path = tmp_path / 'x"""\nimport os'  # type: ignore[operator]
    path.write_text(json.dumps(config))
    code = code_of(symbolic.explain(str(path)))
    assert len(ast.parse(code).body) == 1


@pytest.mark.parametrize("model", sample(MODELS, 7))
def test_the_lines_to_type_print_the_total(model: str) -> None:
    derivation = symbolic.explain(model)
    parts = [part for section in explain_page(derivation).sections for part in section.parts if isinstance(part, Typed)]
    for part in parts:
        printed: list[int] = []
        exec("\n".join(typed(part)), {"__builtins__": {"min": min, "print": printed.append}})
        assert printed == [derivation.total]
    assert parts or model not in ("gpt2-124m", "llama-3-8b")


@pytest.mark.parametrize(
    ("model", "quantity"), [("gpt2-124m", "parameters"), ("llama-3-8b", "parameters"), ("llama-3-8b", "kv-cache")]
)
@pytest.mark.parametrize(
    ("format", "begins", "ends"),
    [
        ("text", ":\n\n", "\n\n"),
        ("markdown", "```python\n", "```"),
        ("latex", "\\begin{verbatim}\n", "\\end{verbatim}"),
        ("html", '<pre class="code"', "</code>"),
    ],
)
def test_the_lines_to_type_can_be_copied_from_a_page(
    model: str, quantity: str, format: str, begins: str, ends: str
) -> None:
    derivation = symbolic.explain(model, quantity)
    page = render(derivation, format)
    assert isinstance(page, str)
    code = page[page.index("into Python") :].partition(begins)[2].partition(ends)[0]
    if format == "html":
        code = re.sub("<[^>]*>", "", code.partition(">")[2])
    elif format == "text":
        code = textwrap.dedent(code)
    assert max(map(len, code.splitlines())) <= 76
    printed: list[int] = []
    exec(code, {"__builtins__": {"min": min, "print": printed.append}})
    assert printed == [derivation.total]
