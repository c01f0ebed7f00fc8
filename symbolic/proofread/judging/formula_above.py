"""What a name's formula further up makes, and the number that the name has here."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import Name, NumberNode, Operation, bare, evaluate
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.in_words import in_words
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation, result_of

JUST_ABOVE, NEAR, LARGE, LONGEST = 400, Fraction(1, 20), 1000, 1000
"""So near stands a formula that is about the same, and so near is its result; so large a number is hardly another's."""


def of_formula_above(document: Document, equation: WrittenEquation, values: Values) -> WrittenEquation | None:
    """Return what a name's formula above makes, and the number that it has here, if they are near.

    A formula that comes to the same is that worked out further: M = 3 × 4 × 5, then M = 12 × 5. The names in a
    formula must have got their numbers just above; if they got them behind the formula, or all of it stands in one
    paragraph, it is about the same.
    """
    name, result = equation.sides[0], equation.sides[-1]
    if len(equation.sides) != 2 or result.names or not isinstance(name, Name):
        return None
    formula = values.formulas.get(name.text)
    if formula is None or name.text in {part.text for part in formula.names}:
        # What a name is made of itself, x = 2 × x, is a step of a program.
        return None
    here, *of_names = [values.places.get(one, -JUST_ABOVE) for one in (name.text, *(of.text for of in formula.names))]
    places = [here, *of_names]
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
    near |= (
        bool(of_names)
        and plain
        and ((here < min(of_names) and equation.relations == ("≈",)) or ("\n\n" not in between and "|" not in between))
    )
    return replace(equation, kind="compared", sides=(formula, result)) if near else None


def of_part_above(equation: WrittenEquation, values: Values) -> WrittenEquation | None:
    """Return that a part of a name's formula above is the number in its place here: T = 9 / (2 × 3), then T = 9 / 6."""
    name, here = equation.sides[:2]
    formula = bare(values.formulas.get(name.text, here)) if isinstance(name, Name) else here
    if not (isinstance(name, Name) and isinstance(here, Operation) and isinstance(formula, Operation)):
        return None
    if not 0 <= equation.start - values.places.get(name.text, -JUST_ABOVE) < JUST_ABOVE or formula.sign != here.sign:
        return None
    parts = [(bare(one), bare(other)) for one, other in zip(formula.parts, here.parts, strict=False)]
    other = [(one, its) for one, its in parts if in_words(one, most=LONGEST) != in_words(its, most=LONGEST)]
    if len(formula.parts) != len(here.parts) or len(other) != 1 or len(parts) < 2:
        return None
    [(made, number)] = other
    kept = [one for one, _ in parts if one is not made and not one.names and evaluate(one).high >= LARGE]
    if not kept or not isinstance(number, NumberNode) or made.names or not calculates(made):
        # Two examples may have the same 100 below the line.
        return None
    return result_of(made, number, "≈")
