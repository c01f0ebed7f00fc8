"""What a model's makers published of its training, as inputs of a quantity."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from symbolic.configs.model import Model
from symbolic.configs.training import Training
from symbolic.formulas.formula import Exact, Formula
from symbolic.formulas.vocabulary import device_flops, training_tokens
from symbolic.measuring.quantity import Quantity


def published_inputs(model: Model, quantity: Quantity) -> dict[str, Exact | Formula]:
    """Return the inputs that the makers published, by name; none for a quantity that is not of a training."""
    training = model.training
    if training is None or not quantity.of_training:
        return {}
    known = {symbol.name for symbol in quantity.inputs if symbol not in quantity.own}
    found: dict[str, Exact | Formula] = {name: value for name, value in training.inputs.items() if name in known}
    if training.device and device_flops.name in known:
        # The table of devices lists the quantities, which stand above this module.
        from symbolic.measuring.hardware import given_by_device

        found = given_by_device(training.device, quantity, "") | found
    return found


def published_hours(training: Training | None, published: frozenset[str], sizes: Mapping[str, Exact]) -> int:
    """Return the published device-hours; 0 where there are none, or where they are of another training than asked.

    They are those of their own device: another one would have taken other hours.
    """
    if (
        training is None
        or not frozenset(training.inputs) & sizes.keys() <= published
        or training_tokens.name not in published
    ):
        return 0
    return training.hours if not training.device or sizes.get(device_flops.name) in _peaks(training) else 0


def _peaks(training: Training) -> Collection[int]:
    from symbolic.measuring.hardware import table

    peaks: Mapping[str, int] = table("accelerators")[training.device]["peak"]
    return peaks.values()


def published_peak(training: Training | None) -> int:
    """Return the peak of the published devices in the format of most products; 0 where that is the usual one."""
    if training is None or not training.products:
        return 0
    from symbolic.measuring.hardware import table

    return int(table("accelerators")[training.device]["peak"][training.products])
