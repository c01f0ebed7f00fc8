"""Parameters: the numbers that a network learns."""

from __future__ import annotations

from symbolic.language import lazy as _
from symbolic.language import unit
from symbolic.measuring.quantity import Quantity, numbers, of_weights

QUANTITY = Quantity(
    name="parameters",
    title=_("Parameters"),
    unit=unit("parameter", "parameters"),
    measure=of_weights(numbers),
    unit_in_steps=False,
)
