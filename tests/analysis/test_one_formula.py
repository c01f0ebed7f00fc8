"""A sweep's row, the exported code of each language and `explain` find one total, for any size and any value of it.

A few cases of each family here; as many as `SYMBOLIC_FORMULAS` says, in `.ci/run`.
"""

import itertools
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import exported_code
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sampling import ONE_A_FAMILY, thorough

import symbolic
from symbolic import api
from symbolic.analysis.exporting import WRITERS, export
from symbolic.analysis.sizes import PatternSize
from symbolic.analysis.variants import derived
from symbolic.configs import models
from symbolic.errors import ConfigError, SymbolicError
from symbolic.formulas.formula import Exact, Symbol
from symbolic.formulas.vocabulary import SYMBOLS, cached_bytes
from symbolic.measuring import formats, quantities
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.results import derived_results

MANY = int(os.environ.get("SYMBOLIC_FORMULAS", "0"))
BY_NAME = {name: symbolic.load(name) for name in (models.names() if MANY else ONE_A_FAMILY)}
OTHERS: dict[str, tuple[str, dict[str, object]]] = {
    "classifier": (
        "llama-3-8b",
        {"architectures": ["LlamaForSequenceClassification"], "id2label": {"0": "a", "1": "b"}},
    ),
    "encoder": ("t5-small", {"architectures": ["T5EncoderModel"]}),
    "windows": ("qwen2.5-7b", {"use_sliding_window": True, "max_window_layers": 20, "sliding_window": 512}),
    "listed kinds": (
        "gemma-3-1b",
        {"num_hidden_layers": 4, "layer_types": [*["sliding_attention"] * 3, "full_attention"]},
    ),
    "every other layer": ("qwen3-30b-a3b", {"decoder_sparse_step": 2, "mlp_only_layers": [1, 3]}),
    "a size repeated": ("deepseek-v3", {"qk_head_dim": 192, "num_key_value_heads": 128}),
}
"""Configs of classes and of patterns of layers that no bundled model has: a bundled one, and what differs."""
for other, (base, changed) in OTHERS.items():
    of = symbolic.load(base)
    kept = {key: value for key, value in of.config.items() if "layers" not in key or "num_hidden_layers" not in changed}
    BY_NAME[other] = symbolic.load({**kept, **changed}, architecture=of.architecture.name)


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, str, dict[str, str]]:
    """A model, a quantity, and how it is asked for."""
    model, quantity = draw(st.sampled_from(sorted(BY_NAME))), draw(st.sampled_from(quantities.names()))
    found = quantities.find(quantity)
    how = {"convention": draw(st.sampled_from(list(found.conventions)))}
    if any(symbol.name == "value_bytes" for symbol in found.inputs):
        how["dtype"] = draw(st.sampled_from(["", *formats.names()]))
    if cached_bytes in found.inputs:
        how["cache_dtype"] = draw(st.sampled_from(["", "fp8", "int4"]))
    return model, quantity, how


@cache
def explained(model: str, quantity: str, how: tuple[tuple[str, str], ...]) -> Derivation | None:
    try:
        derivation = symbolic.explain(BY_NAME[model], quantity, **dict[str, Any](how))
        derived_results(derivation)
        return derivation
    except ConfigError:
        # It has nothing of the quantity, or can't be stored so.
        return None


def values(name: str, here: Exact) -> list[Exact]:
    """What a size is tried with: what it may be at least, 0 and 1, small numbers, and those near what it is."""
    symbol = SYMBOLS[name]
    tried: list[Exact] = [0, 1, 2, 3, here, 2 * here, here + 1, here // 2, 1000]
    if not symbol.is_integer:
        tried = [Fraction(1, 2), 1, 2, here, Fraction(17, 32)]
    return [
        one
        for one in dict.fromkeys(tried)
        if one >= symbol.minimum and (one or symbol.is_integer) and (symbol.maximum is None or one <= symbol.maximum)
    ]


@settings(max_examples=MANY or 8)
@given(asked(), st.data())
def test_each_row_of_a_sweep_is_what_explain_finds(one: tuple[str, str, dict[str, str]], data: st.DataObject) -> None:
    model, quantity, how = one
    derivation = explained(model, quantity, tuple(how.items()))
    assume(derivation is not None)
    assert derivation is not None
    names = data.draw(st.lists(st.sampled_from(list(derivation.sizes)), min_size=1, max_size=2, unique=True))
    vary = {
        name: data.draw(st.lists(st.sampled_from(values(name, derivation.sizes[name])), min_size=1, max_size=4))
        for name in names
    }
    try:
        made = api.sweep(BY_NAME[model], [f"{name}={','.join(map(str, tried))}" for name, tried in vary.items()],
                         quantity, **dict[str, Any](how))  # fmt: skip
    except PatternSize:
        return
    found: dict[tuple[Exact, ...], int] = {}
    for chunk in made.chunks():
        columns = [column.tolist() for column in chunk.columns.values()]
        found |= dict(zip(zip(*columns, strict=True), chunk.totals.tolist(), strict=True))
    expected = {}
    for row in itertools.product(*made.values.values()):
        try:
            expected[row] = derived(derivation, dict(zip(made.values, row, strict=True))).total
        except SymbolicError:
            assert made.left_out
    assert found == expected


def exported(derivation: Derivation) -> Mapping[str, str]:
    return {language: export(derivation, language) for language in WRITERS}


@dataclass(frozen=True)
class Case:
    """A formula, and sizes to put into it that are not those of its model."""

    model: str
    quantity: str
    how: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, Exact], ...]

    @property
    def derivation(self) -> Derivation:
        found = explained(self.model, self.quantity, self.how)
        assert found is not None
        return found

    @property
    def other(self) -> Derivation:
        """The derivation of the config with the other sizes; of its own, where these make none."""
        try:
            return derived(self.derivation, dict(self.changed))
        except ConfigError:
            return self.derivation

    @property
    def name(self) -> str:
        return self.quantity.replace("-", "_")

    @property
    def arguments(self) -> tuple[Symbol, ...]:
        return self.derivation.general_form.symbols


@st.composite
def cases(draw: st.DrawFn) -> Case:
    model, quantity, how = draw(asked())
    derivation = explained(model, quantity, tuple(how.items()))
    assume(derivation is not None)
    assert derivation is not None
    symbols = draw(st.lists(st.sampled_from(derivation.general_form.symbols), max_size=3, unique=True))
    changed = tuple((s.name, draw(st.sampled_from(values(s.name, derivation.sizes[s.name])))) for s in symbols)
    return Case(model, quantity, tuple(how.items()), changed)


@settings(max_examples=MANY or 6)
@given(cases())
def test_exported_code_finds_what_explain_finds(case: Case) -> None:
    code, other = exported(case.derivation), case.other
    sizes = {symbol.name: other.sizes[symbol.name] for symbol in case.arguments}
    assert exported_code.python(code["python"], case.name, sizes) == other.total
    assert exported_code.numpy(code["numpy"], case.name, [sizes, sizes]) == [other.total] * 2
    assert exported_code.latex(code["latex"], other)
    assert exported_code.spreadsheet(code["spreadsheet"], sizes) in (other.total, None)


def drawn(many: int) -> list[Case]:
    """Cases for the languages that are compiled or started once for all of them."""
    found: list[Case] = []

    @settings(max_examples=many)
    @given(cases())
    def gather(case: Case) -> None:
        found.append(case)

    gather()
    return found


def calls(language: str, found: list[Case]) -> list[exported_code.Call]:
    return [(exported(one.derivation)[language], one.name, one.arguments, one.other.sizes) for one in found]


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_javascript_finds_what_explain_finds(tmp_path: Path) -> None:
    found = drawn(MANY or 15)
    assert exported_code.javascript(calls("javascript", found), tmp_path) == [case.other.total for case in found]


@thorough
@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_c_finds_what_explain_finds(tmp_path: Path) -> None:
    cases = drawn(MANY or 15)
    found = exported_code.c(calls("c", cases), tmp_path)
    # Where 128 bits are too few, it says so.
    assert all(code == 1 or total == case.other.total for (code, total), case in zip(found, cases, strict=True))
    assert sum(code == 0 for code, _ in found) > 0.9 * len(cases)
