"""Numbers in formulas, with the words that say what they are."""

from __future__ import annotations

from symbolic.formulas.formula import Exact, Number
from symbolic.formulas.shown import Labelled
from symbolic.pages.prose import Prose


def labelled_number(prose: Prose, name: str, number: Exact) -> Labelled:
    """Return a number with the words of a block of that name, which stand below it in a formula."""
    return Labelled(prose(name), Number(number))
