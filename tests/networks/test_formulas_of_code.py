"""Families written by hand against the real code, switch by switch: each axis of each tensor, as a formula."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from sampling import sample

import symbolic
from symbolic.configs.making import make_model
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Formula, Number
from symbolic.formulas.vocabulary import hidden_dim
from symbolic.networks import families
from symbolic.networks.blocks import Part, Weight
from symbolic.networks.walks import Leaf, changed

torch = pytest.importorskip("torch", reason="torch is not installed: pip install symbolic-explainer[verify]")
pytest.importorskip("transformers", reason="transformers is not installed: pip install symbolic-explainer[verify]")
from test_real_classes import FAMILIES, random_config  # noqa: E402

from symbolic.measuring.verify import verify  # noqa: E402
from symbolic.measuring.verify_formulas import verify_formulas  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
SWITCHES = [
    (family.name, option.name, value)
    for family in FAMILIES
    for option in family.options
    if option.null is None
    for value in option.choices or (True, False)
]


@pytest.mark.parametrize("family", sample([family.name for family in FAMILIES], 7))
def test_the_formulas_of_a_family_are_those_of_its_code(family: str) -> None:
    compared = compare(family, {}, seed=1) + compare(family, {}, seed=2)
    assert compared > 0


@pytest.mark.parametrize(("family", "option", "value"), sample(SWITCHES, 23))
def test_with_each_switch_the_formulas_are_those_of_the_code(family: str, option: str, value: object) -> None:
    compare(family, {option: value}, seed=3)


def compare(family: str, switched: dict[str, object], seed: int) -> int:
    """How many patterns were compared; 0 where the real class has no such switch."""
    config = random_config(families.find(family), Random(seed)) | switched
    try:
        model = make_model("random", config, "random", family)
        found = verify_formulas(model)
    except ConfigError:
        # Switches without a real one stay at their defaults; the one at hand must be there, else nothing is to compare.
        defaults = {option.name: option.default for option in families.find(family).options} | switched
        try:
            model = make_model("random", config | defaults, "random", family)
            found = verify_formulas(model)
        except ConfigError:
            return 0
    assert not found.differences, (config, found.differences)
    assert not found.unread, (config, found.unread)
    return found.patterns


def test_a_formula_that_is_right_in_numbers_only_is_found() -> None:
    model = symbolic.load("llama-2-7b")
    width = model.sizes[hidden_dim.name]

    def numbers(leaf: Leaf) -> Part:
        def fixed(node: Formula) -> Formula | None:
            return Number(width) if node == hidden_dim else None

        weight = leaf.part
        if not isinstance(weight, Weight):
            return weight
        return replace(weight, shape=tuple(axis.replace(fixed) for axis in weight.shape))

    family = model.architecture._replace(network=lambda options: changed(model.architecture.network(options), numbers))
    wrong = replace(model, architecture=family)
    assert not verify(wrong).differences
    assert [pattern for pattern, _, _ in verify_formulas(wrong).differences] == [
        f"model.layers.{{}}.mlp.{name}_proj.weight" for name in ("down", "gate", "up")
    ]
