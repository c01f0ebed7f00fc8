"""Formulas over arrays, by SymPy's lambdify and NumPy: exact integers in 64 bits where a bound proves that they fit.

Where it does not, the arrays hold Python's integers: slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from symbolic.analysis.whole import Term, Whole
from symbolic.formulas.formula import Ceiling, Floor, Formula, Minimum, Symbol

FITS = 2**63


def fits(formula: Formula, largest: Mapping[str, int]) -> bool:
    """Whether no value on the way can need more than 64 bits, for sizes up to these."""
    return fraction(formula).bound(largest) < FITS


def evaluated(formula: Formula, sizes: Mapping[str, Any]) -> tuple[Any, Any]:
    """Numerator and denominator of a formula over arrays of sizes, each an array of whole numbers."""
    whole = fraction(formula)
    arguments = [_atom(atom, sizes) for atom in whole.atoms]
    return tuple(compiled(part, whole.atoms)(*arguments) for part in (whole.numerator, whole.denominator))


@cache
def fraction(formula: Formula) -> Whole:
    """The formula as one fraction."""
    return Whole.of(formula)


@cache
def compiled(terms: tuple[Term, ...], atoms: tuple[Formula, ...]) -> Any:
    """A polynomial as a function of arrays, one for each atom."""
    import sympy

    names = [sympy.Symbol(f"x{place}", integer=True) for place in range(len(atoms))]
    places = dict(zip(atoms, names, strict=True))
    expression = sympy.Add(
        *(coefficient * sympy.Mul(*(places[atom] ** power for atom, power in powers)) for coefficient, powers in terms)
    )
    return sympy.lambdify(names, expression, modules="numpy")


def _atom(atom: Formula, sizes: Mapping[str, Any]) -> Any:
    import numpy as np

    if isinstance(atom, Symbol):
        return sizes[atom.name]
    if isinstance(atom, Ceiling):
        top, bottom = evaluated(atom.part, sizes)
        return -(-top // bottom)
    if isinstance(atom, Floor):
        top, bottom = evaluated(atom.part, sizes)
        return top // bottom
    if isinstance(atom, Minimum):
        # A part of a minimum is whole in a valid config; elsewhere the config is left out anyway.
        parts = [top // bottom for top, bottom in (evaluated(part, sizes) for part in atom.parts)]
        smallest = parts[0]
        for part in parts[1:]:
            smallest = np.minimum(smallest, part)
        return smallest
    raise ValueError(f"{type(atom).__name__} is no atom")
