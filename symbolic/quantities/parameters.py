"""Parameters: the numbers that a network learns."""

from __future__ import annotations

from symbolic.quantity import Quantity, numbers

QUANTITY = Quantity(name="parameters", title="Parameters", unit="parameters", measure=numbers)
