"""The number of a layer in what code makes of it: in `base * 2**i` of the third layer, i is 2.

A walk over a range gives each layer's number the same symbol. Where layers are no stack, since they have other widths
each, a formula holds for one of them, and has its number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor
from symbolic.networks.learned.rounding import Rest
from symbolic.networks.tracing import arithmetic as make
from symbolic.networks.tracing.construction import TracedTensor

FIRST = "i<"
"""What the names of symbols for a layer's number begin with."""
MOST = 256
"""Of so many layers the number is looked for."""


def of_layer(formula: Formula, value: int, sizes: Mapping[str, Any]) -> Formula:
    """Return a formula with the number of the layer that makes it this value; as it is where none does."""
    numbers = {symbol for symbol in formula.symbols if symbol.name.startswith(FIRST)}
    if not numbers:
        return formula
    known = {name: size for name, size in sizes.items() if isinstance(size, int)}
    for number in range(MOST):
        try:
            if formula.value({**known, **{symbol.name: number for symbol in numbers}}) == value:
                return _shortened(formula, number)
        except (ArithmeticError, KeyError, ValueError):
            continue
    return formula


def of_layers(tensors: Sequence[TracedTensor], sizes: Mapping[str, Any]) -> list[TracedTensor]:
    """Return tensors whose axes have the numbers of their layers."""
    return [
        replace(
            one,
            axes=one.axes
            and tuple(of_layer(axis, size, sizes) for axis, size in zip(one.axes, one.shape, strict=True)),
        )
        for one in tensors
    ]


def _shortened(formula: Formula, number: Exact) -> Formula:  # one for each kind of node
    """Return the formula of a layer, as code would have made it with the number in the place of its symbol."""
    parts = [_shortened(part, number) for part in formula.children]
    match formula:
        case Symbol(name=name) if name.startswith(FIRST):
            return Number(number)
        case Sum():
            return reduce(make.plus, parts)
        case Product():
            return reduce(make.times, parts)
        case Negative():
            return make.negative(parts[0])
        case Quotient():
            return make.over(parts[0], parts[1])
        case Floor():
            return make.floored(parts[0])
        case Ceiling():
            return make.raised(parts[0])
        case Power():
            return make.power(parts[0], parts[1])
        case Rest():
            return make.rest(parts[0], parts[1])
    return formula.rebuilt(tuple(parts)) if parts else formula
