"""Formulas over arrays, by SymPy's lambdify and NumPy: exact integers in 64 bits where a bound proves that they fit.

Where it does not, the arrays hold Python's integers: slower, and never wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from symbolic.analysis.integer_fraction import IntegerFraction, Term
from symbolic.extras import needed
from symbolic.formulas.formula import Formula, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum

FITS = 2**63


def numpy() -> Any:
    """Return NumPy; MissingExtra where it is not installed."""
    return needed("numpy", "sweep", "a sweep")


def evaluated(formula: Formula, sizes: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return numerator and denominator of a formula over arrays of sizes, each an array of integers."""
    fraction = IntegerFraction.of(formula)
    arguments = [_atom(atom, sizes) for atom in fraction.atoms]
    return tuple(compiled(part, fraction.atoms)(*arguments) for part in (fraction.numerator, fraction.denominator))


@cache
def compiled(terms: tuple[Term, ...], atoms: tuple[Formula, ...]) -> Any:
    """Return a polynomial as a function of arrays, one for each atom."""
    import sympy

    names = [sympy.Symbol(f"x{place}", integer=True) for place in range(len(atoms))]
    places = dict(zip(atoms, names, strict=True))
    expression = sympy.Add(
        *(coefficient * sympy.Mul(*(places[atom] ** power for atom, power in powers)) for coefficient, powers in terms)
    )
    return sympy.lambdify(names, expression, modules="numpy")


def _atom(atom: Formula, sizes: Mapping[str, Any]) -> Any:
    np = numpy()

    if isinstance(atom, Symbol):
        return sizes[atom.name]
    if isinstance(atom, Ceiling):
        top, bottom = evaluated(atom.part, sizes)
        return -(-top // bottom)
    if isinstance(atom, Floor):
        top, bottom = evaluated(atom.part, sizes)
        return top // bottom
    if isinstance(atom, Minimum):
        smallest, *others = (evaluated(part, sizes)[0] for part in atom.parts)
        for part in others:
            smallest = np.minimum(smallest, part)
        return smallest
    raise ValueError(f"{type(atom).__name__} is no atom")
