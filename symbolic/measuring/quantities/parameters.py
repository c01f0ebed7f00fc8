"""Parameters: the numbers that a network learns."""

from __future__ import annotations

from symbolic.measuring.quantity import Quantity, numbers, of_weights

QUANTITY = Quantity(
    name="parameters", title="Parameters", unit="parameters", measure=of_weights(numbers), unit_in_steps=False
)
