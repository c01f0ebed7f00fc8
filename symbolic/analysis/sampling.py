"""Closed forms against direct evaluation: the tree measured at other sizes than the model's."""

from __future__ import annotations

from random import Random

from symbolic.errors import CheckFailed
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import SYMBOLS
from symbolic.measuring.derivation import Derivation

SETS = 10
LARGEST = 10**4


def closed_form_holds(derivation: Derivation) -> None:
    """Raise CheckFailed where the general form differs from the tree at one of many sets of sizes."""
    random = Random(derivation.total)  # noqa: S311 - no secret, only other sizes
    for _ in range(SETS):
        sizes: dict[str, Exact] = {
            name: random.choice((SYMBOLS[name].minimum, random.randint(1, LARGEST))) for name in derivation.sizes
        }
        try:
            for symbol, formula in derivation.definitions.items():
                sizes[symbol.name] = formula.value(sizes)
            tree, closed = derivation.general.formula.value(sizes), derivation.general_form.value(sizes)
        except ZeroDivisionError:
            # A size that may be 0 divides another: no network has these sizes.
            continue
        if tree != closed:
            raise CheckFailed(f"the closed form gives {closed}, the tree {tree}, at {sizes}; please report this")
