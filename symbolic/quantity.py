"""A quantity: a way to measure the leaves of a network. What it is of a block follows by adding up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbolic.architecture import Weight
from symbolic.formula import Formula


@dataclass(frozen=True, slots=True)
class Quantity:
    """`measure` gives a leaf's formula, all copies together. `unit` is the plural word behind a total."""

    name: str
    title: str
    unit: str
    measure: Callable[[Weight], Formula]
