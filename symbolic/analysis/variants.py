"""A derivation with some sizes set otherwise: the same config with other numbers, read and checked like any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symbolic.configs.variants import variant
from symbolic.errors import ConfigError
from symbolic.formulas.formula import Exact
from symbolic.measuring.derivation import Derivation, derive


def derived(derivation: Derivation, sizes: Mapping[str, Exact], *, same_inputs: bool = False) -> Derivation:
    """Return the same quantity of the same model with these sizes and inputs; ConfigError where they make none.

    With `same_inputs` a default that follows from the model's sizes stays what it is here.
    """
    inputs = {name: size for name, size in sizes.items() if name in derivation.inputs.sizes}
    of_model = {name: int(size) for name, size in sizes.items() if name not in inputs}
    model = variant(derivation.model, of_model) if of_model else derivation.model
    given = {**(derivation.inputs.all if same_inputs else derivation.inputs.given), **inputs}
    made = derive(model, derivation.quantity, derivation.convention, given)
    return replace(made, device=derivation.device, device_chosen=derivation.device_chosen)


def contradiction(derivation: Derivation, sizes: Mapping[str, Exact]) -> str:
    """Return why these sizes make no config; "" where they do."""
    try:
        derived(derivation, sizes)
    except ConfigError as problem:
        return str(problem).removeprefix(f"{derivation.model.name}: ")
    return ""
