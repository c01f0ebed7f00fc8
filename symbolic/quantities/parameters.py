"""Parameters: the numbers that a network learns. A weight has the product of its axes, once a copy."""

from __future__ import annotations

from symbolic.architecture import Weight
from symbolic.formula import Formula, Number, Product, product
from symbolic.quantity import Quantity


def size(weight: Weight) -> Formula:
    """3 × (emb_dim × emb_dim): the copies, then the shape in brackets."""
    shape = product(weight.shape)
    return shape if weight.copies == 1 else Product((Number(weight.copies), shape))


QUANTITY = Quantity(name="parameters", title="Parameters", unit="parameters", measure=size)
