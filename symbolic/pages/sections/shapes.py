"""The shape of tensors and lists as a page shows it: in letters and in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum, Root
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.pages.cells import Derived
from symbolic.pages.pictures import Shape

SIGNS = {Sum: " + ", Product: " × ", Quotient: " / ", Power: "^"}
FUNCTIONS: Mapping[type[Formula], str] = {Floor: "floor", Ceiling: "ceil", Root: "sqrt", Minimum: "min"}


def shape_of(copies: int, shape: tuple[Formula, ...], derivation: Derivation) -> Shape:
    """Return a shape in letters and in numbers."""
    letters = " × ".join(_axis(axis, brackets=len(shape) > 1) for axis in shape)
    return Shape(copies, letters, tuple(Derived(integer_value(axis, derivation.sizes), axis) for axis in shape))


def _axis(axis: Formula, *, brackets: bool) -> str:
    """Return an axis as markup, in letters."""
    if isinstance(axis, Symbol):
        return f"${axis.name}$"
    if isinstance(axis, Number):
        return grouped(axis.number)
    if isinstance(axis, Power) and isinstance(axis.exponent, Number) and axis.exponent.number == 2:
        axis = Product((axis.base, axis.base))
    if type(axis) in FUNCTIONS:
        return f"{FUNCTIONS[type(axis)]}({', '.join(_axis(part, brackets=False) for part in axis.children)})"
    if isinstance(axis, Negative):
        return f"−{_axis(axis.term, brackets=True)}"
    written = SIGNS[type(axis)].join(_axis(part, brackets=True) for part in axis.children)
    written = written.replace("+ −", "− ")
    return f"({written})" if brackets else written
