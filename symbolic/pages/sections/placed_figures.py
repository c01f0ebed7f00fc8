"""Sentences whose figures follow the sizes of the page."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import Exact, Formula, Quotient
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.integers import integer_value
from symbolic.pages.cells import Amount, Derived, Figured, InShort, Ratio, Sentence, Share, place_of
from symbolic.pages.page import Paragraph


class PlacedFigures:
    """The figures of a sentence; each is given its place in the words."""

    def __init__(self, derivation: Derivation) -> None:
        """They are worked out with the sizes of a derivation."""
        self.sizes = derivation.sizes
        self.found: list[Figured] = []
        # Formulas are found by their identity, which holds as long as they are kept: equality would walk them.
        self._values: dict[int, tuple[Formula, Exact]] = {}

    def whole(self, formula: Formula) -> str:
        """Return the place of a whole number, or of one in four digits where bytes of a half make it none."""
        if Fraction(self._value(formula)).denominator != 1:
            return self.short(formula)
        return self._put(Derived(integer_value(formula, self.sizes), formula))

    def counted(self, formula: Formula, noun: str) -> str:
        """Return the place of a number with what it counts: 1 layer, 12 layers."""
        return self._put(Amount(self._value(formula), noun, formula))

    def short(self, formula: Formula) -> str:
        """Return the place of a number in four digits where it is not whole."""
        return self._put(InShort(self._value(formula), formula))

    def share(self, part: Formula, whole: Formula) -> str:
        """Return the place of a part of a whole, in per cent."""
        return self._put(Share(Fraction(self._value(part)) / Fraction(self._value(whole)), Quotient(part, whole)))

    def ratio(self, top: Formula, bottom: Formula) -> str:
        """Return the place of how many times as much something is as something else."""
        return self._put(Ratio(Fraction(self._value(top)) / Fraction(self._value(bottom)), Quotient(top, bottom)))

    def _value(self, formula: Formula) -> Exact:
        """Return the value of a formula, computed once: those of whole layers are long."""
        if id(formula) not in self._values:
            self._values[id(formula)] = formula, formula.value(self.sizes)
        return self._values[id(formula)][1]

    def sentence(self, text: str) -> Sentence:
        """Return the words with all figures that were placed so far."""
        return Sentence(text, tuple(self.found))

    def paragraph(self, text: str) -> Paragraph:
        """Return the same as a paragraph."""
        return Paragraph(self.sentence(text))

    def _put(self, figure: Figured) -> str:
        self.found.append(figure)
        return place_of(len(self.found) - 1)
