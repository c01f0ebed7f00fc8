"""What a name's formula further up makes, and the number that the name has here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import Name, evaluate
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

JUST_ABOVE, NEAR = 400, Fraction(1, 20)
"""So near stands a formula that is about the same, and so near is its result."""


def of_formula_above(document: Document, equation: WrittenEquation, values: Values) -> WrittenEquation | None:
    """Return what a name's formula above makes, and the number that it has here, if they are near.

    A formula that comes to the same is that worked out further: M = 3 × 4 × 5, then M = 12 × 5. The names in a
    formula must have got their numbers just above; if all of it stands in one paragraph, it is about the same.
    """
    name, result = equation.sides[0], equation.sides[-1]
    if len(equation.sides) != 2 or result.names or not isinstance(name, Name):
        return None
    formula = values.formulas.get(name.text)
    if formula is None:
        return None
    places = [values.places.get(one, -JUST_ABOVE) for one in {name.text, *(part.text for part in formula.names)}]
    if not all(0 <= equation.start - place < JUST_ABOVE for place in places):
        return None
    try:
        off = abs(Fraction(middle(values.readings(formula))) - (value := Fraction(middle([evaluate(result)]))))
    except (Unread, Unknown):
        return None
    number = lone(result)
    plain = number is not None and not number.unit and not number.label
    near = off <= NEAR * abs(value) if plain else not off
    between = document.text[min(places) : equation.start]
    near |= bool(formula.names) and plain and "\n\n" not in between and "|" not in between
    return replace(equation, kind="compared", sides=(formula, result)) if near else None
