"""A quantity: a way to measure the leaves of a network. What it is of a block follows by adding up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbolic.architecture import Weight
from symbolic.formula import Formula, Number, Product, product


@dataclass(frozen=True, slots=True)
class Quantity:
    """`measure` gives a leaf's formula, all copies together. `unit` is the plural word behind a total."""

    name: str
    title: str
    unit: str
    measure: Callable[[Weight], Formula]


def numbers(weight: Weight) -> Formula:
    """How many numbers a weight holds: 3 × (emb_dim × emb_dim), the copies, then the shape in brackets."""
    shape = product(weight.shape)
    return shape if weight.copies == 1 else Product((Number(weight.copies), shape))
