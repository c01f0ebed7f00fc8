"""Which layers have experts: every nth except listed ones, or all after the first few."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Symbol
from symbolic.formulas.vocabulary import n_dense_layers
from symbolic.networks.family import Pattern, Place
from symbolic.networks.layers.patterns import check_not_null, every, from_layer, listed_layers, whole_number

STEP, ONLY_DENSE = "decoder_sparse_step", "mlp_only_layers"
FIRST = "first_k_dense_replace"


def count_sparse(values: Mapping[str, object], sizes: Mapping[str, int]) -> int:
    """Return how many layers have experts: every nth, except those that the config lists."""
    check_not_null(values, STEP)
    step, n_layers = whole_number(values, STEP, 1), sizes["n_layers"]
    dense = listed_layers(values, ONLY_DENSE, n_layers)
    return every(step, n_layers) - sum((layer + 1) % step == 0 for layer in dense)


def every_nth_layer() -> Pattern:
    """Return Qwen's pattern."""

    def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
        return {n_dense_layers: sizes["n_layers"] - count_sparse(values, sizes)}

    def places(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, Place]:
        step, dense = whole_number(values, STEP, 1), listed_layers(values, ONLY_DENSE, sizes["n_layers"])
        return {n_dense_layers: lambda layer: layer in dense or (layer + 1) % step != 0}

    return Pattern((STEP, ONLY_DENSE), count, places)


def behind_the_first(default: int) -> Pattern:
    """Return DeepSeek's pattern: the first layers are dense, by default `default` of them."""

    def count(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, int]:
        check_not_null(values, FIRST)
        first = whole_number(values, FIRST, default, minimum=0)
        return {n_dense_layers: sizes["n_layers"] - from_layer(first, sizes["n_layers"])}

    def places(values: Mapping[str, object], sizes: Mapping[str, int]) -> Mapping[Symbol, Place]:  # noqa: ARG001
        first = whole_number(values, FIRST, default, minimum=0)
        return {n_dense_layers: lambda layer: layer < first}

    return Pattern((FIRST,), count, places)
