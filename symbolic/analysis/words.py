"""Small pieces of text that the documents share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symbolic.formulas.figures import SUPERSCRIPTS, short
from symbolic.formulas.formula import Exact, Symbol
from symbolic.language import lazy
from symbolic.pages.listing import listed
from symbolic.pages.prose import Markup

TOTAL = Symbol("total", "N", lazy("the total"), lazy("the total"))
"""What stands on the left of a formula of a total."""


def named(names: Sequence[str], last: str = "and") -> Markup:
    """Return sizes by their names, as markup."""
    return Markup(listed([f"`{name}`" for name in names], last))


def decimal(value: Exact, digits: int = 4) -> str:
    """Return a number as a sentence or a cell has it, rounded: 1.683, 5.760 × 10²³."""
    text, power = short(Fraction(value), digits)
    return f"{text} × 10{str(power).translate(SUPERSCRIPTS)}" if power else text
