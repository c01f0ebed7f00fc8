"""Sizes that a page of a described type lets a reader change: its formulas then give what such a config gives."""

import random
from collections.abc import Mapping
from fractions import Fraction

import pytest
from described_configs import default_config
from sampling import sample

import symbolic
from symbolic.analysis.variants import derived
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact
from symbolic.measuring.changing import Changes, Rule, changes
from symbolic.measuring.derivation import Derivation
from symbolic.networks.learned import catalogue

TRIES = 12
FACTORS = [Fraction(above, below) for above in (1, 2, 3, 5, 7) for below in (1, 2, 3, 4)]

UNDESCRIBED_SIZES = frozenset({"fast_vlm"})
"""Types whose config must also give a table of a part where it gives one of its sizes, which no size is."""


@pytest.mark.parametrize("model_type", sample(catalogue.names(), 23))
def test_with_each_size_that_may_be_changed_the_formulas_give_the_total_of_such_a_config(model_type: str) -> None:
    description = next(iter(catalogue.each(model_type)))
    config = {**default_config(description), "architectures": [description.model_class]}
    try:
        derivation = symbolic.explain(config)
    except ConfigError:
        return  # A type without defaults, or one whose default config no class takes.
    if not derivation.model.architecture.of_one_config:
        return
    found = changes(derivation)
    draw = random.Random(model_type)
    for _ in range(TRIES):
        chosen = draw.sample(list(found.free), min(len(found.free), 2))
        other = {
            one.name: max(found.free[one], int(derivation.sizes[one.name] * draw.choice(FACTORS))) for one in chosen
        }
        sizes = _with_what_follows({**derivation.sizes, **other}, found)
        if not all(_met(rule, sizes, derivation) for rule in found.rules):
            continue
        if model_type not in UNDESCRIBED_SIZES:
            assert derivation.general.formula.value(sizes) == derived(derivation, other).total, other


@pytest.mark.parametrize(
    ("config", "stays"),
    [
        ({"model_type": "glm4_moe"}, {"n_layers", "n_dense_layers"}),  # its first layers have no experts
        ({"model_type": "bloom"}, set()),
        ({"model_type": "resnet"}, {"depths_0", "hidden_sizes_0"}),  # a stage of another width is another kind
        ({"model_type": "jamba"}, {"n_layers"}),
    ],
)
def test_a_size_that_decides_which_parts_there_are_stays(config: dict[str, object], stays: set[str]) -> None:
    found = changes(symbolic.explain(config))
    held = {symbol.name for symbol in found.held}
    assert stays <= held
    assert not held & {symbol.name for symbol in found.free}
    assert bool(held) is bool(stays)


def _with_what_follows(sizes: Mapping[str, Exact], found: Changes) -> dict[str, Exact]:
    made = dict(sizes)
    for symbol, formula in found.definitions.items():
        made[symbol.name] = formula.value(made)
    return made


def _met(rule: Rule, sizes: Mapping[str, Exact], derivation: Derivation) -> bool:
    left = rule.left.value(sizes)
    if rule.kind == "whole":
        return isinstance(left, int)
    if rule.kind == "there":
        return (left > 0) is (rule.left.value(derivation.sizes) > 0)
    assert rule.right is not None
    right = rule.right.value(sizes)
    if rule.kind == "multiple":
        return bool(right) and left % right == 0
    return left == right if rule.kind == "equal" else left <= right
