"""Sentences whose figures follow the sizes of the page."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import Formula
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.pages.cells import Derived, Figured, InShort, Ratio, Sentence, place_of
from symbolic.pages.page import Paragraph


class PlacedFigures:
    """The figures of a sentence; each is given its place in the words."""

    def __init__(self, derivation: Derivation) -> None:
        """They are worked out with the sizes of a derivation."""
        self.sizes = derivation.sizes
        self.found: list[Figured] = []

    def whole(self, formula: Formula) -> str:
        """Return the place of a whole number, or of one in four digits where bytes of a half make it none."""
        value = formula.value(self.sizes)
        if Fraction(value).denominator != 1:
            return self.short(formula)
        self.found.append(Derived(integer_value(formula, self.sizes), formula))
        return place_of(len(self.found) - 1)

    def short(self, formula: Formula) -> str:
        """Return the place of a number in four digits where it is not whole."""
        self.found.append(InShort(formula.value(self.sizes), formula))
        return place_of(len(self.found) - 1)

    def ratio(self, formula: Formula) -> str:
        """Return the place of how many times as much something is."""
        self.found.append(Ratio(Fraction(formula.value(self.sizes)), formula))
        return place_of(len(self.found) - 1)

    def said(self, text: str) -> Paragraph:
        """Return the sentence."""
        return Paragraph(Sentence(text, tuple(self.found)))
