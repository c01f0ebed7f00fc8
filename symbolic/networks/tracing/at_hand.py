"""A forward pass with the numbers of all sizes, where none with symbols can be followed: how much it multiplies.

Formulas that grow with each layer, windows that an image is cut into, and parts that the code keeps in plain lists are
no hindrance to a pass without symbols. It holds for its sizes only, and the description says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from symbolic.formulas.formula import Number
from symbolic.networks.learned.conditions import Compare
from symbolic.networks.learned.looking_up import ratio
from symbolic.networks.tracing.cached import kept
from symbolic.networks.tracing.carried import symbol
from symbolic.networks.tracing.construction import shapes_of
from symbolic.networks.tracing.inputs import PassInputs
from symbolic.networks.tracing.questions import HangsOnValues
from symbolic.networks.tracing.symbolic_pass import Passed
from symbolic.networks.tracing.symbolic_sizes import TOKENS, SymbolicSizes, Unformulated
from symbolic.networks.tracing.unrolled import unrolled
from symbolic.networks.tracing.with_data import on_average
from symbolic.networks.tracing.witness import agrees, differs_on_numbers, recorded_plainly

LONGER = (141, 517)
"""Numbers of tokens with which a pass is no special case of a window, where the code takes so many."""


def at_hand(make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], one: PassInputs) -> Passed:
    """Return the pass on these inputs: a polynomial in tokens where they have such an axis, numbers otherwise.

    Unformulated where it is no polynomial; any error of the code.
    """

    def run(tokens: int) -> Passed:
        pass_of = partial(recorded_plainly, partial(make, sizes), one, {**sizes, **one.numbers, TOKENS: tokens})
        products, out, module = pass_of()
        shapes = shapes_of(module)
        even = on_average(products, pass_of()[0], shapes)
        return Passed(even, kept(out), SymbolicSizes(plain=True), [], shapes, shared=even != products)

    most = one.numbers[TOKENS]
    return unrolled(run, most) if one.has(TOKENS) else run(most)


def held(text: str, make: Callable[[Mapping[str, Any]], Any], sizes: Mapping[str, Any], one: PassInputs) -> None:
    """Unformulated unless passes with these sizes, and with more tokens, multiply as much as the description says."""
    values = {**sizes, **one.numbers}
    longer = [{**values, TOKENS: number} for number in LONGER] if one.has(TOKENS) else []
    if differs_on_numbers(text, make, sizes.keys(), one, values):
        raise HangsOnValues("on numbers it multiplies something else than without data")
    if not agrees(text, make, sizes.keys(), one, values) or any(
        agrees(text, make, sizes.keys(), one, more) is False for more in longer
    ):
        raise Unformulated("what it does is not what the description says")


def for_these_only(sizes: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines by which a description has no operations where a size is another."""
    for name, value in sizes.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and name != TOKENS:
            number = value if isinstance(value, int) else ratio(value)
            yield f"refuses forward-flops if {Compare(symbol(name), '!=', Number(number))}"
