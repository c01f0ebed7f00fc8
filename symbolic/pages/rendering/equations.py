"""The sides of an equation, written by any printer: its name, the formula, the formula with numbers, the value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from symbolic.formulas.figures import is_quotient, significant, unit_of
from symbolic.formulas.formula import Exact, Sum
from symbolic.formulas.shown import Blank, Labelled
from symbolic.language import translate
from symbolic.pages.page import Equation, Relation
from symbolic.pages.rendering.notation import Printer

ROUNDED_DIGITS = 4
SHORT = 1000
"""A fraction of two numbers below this is printed beside its rounded value."""


Role: TypeAlias = Literal["written", "numbers", "fraction", "value"]
"""What a side shows: the formula as written, with numbers in place of symbols, the value as a fraction, the value."""


class Side(NamedTuple):
    """A side of an equation behind its sign: "=", or "≈" where the value is rounded; the first side has none."""

    sign: str
    text: str
    role: Role = "written"


def sides(printer: Printer, part: Equation | Relation, sizes: Mapping[str, Exact]) -> list[Side]:
    """Return the sides of an equation or a relation, none twice. `sizes` are the page's.

    A sum of labelled parts starts with its numbers: their labels stand beside them.
    """
    if isinstance(part, Relation):
        return [Side(sign, printer(formula)) for sign, formula in part.sides]
    sizes = part.sizes or sizes
    forms = _forms(printer, part, sizes)
    if part.name is not None:
        forms = {printer(part.name): "written", **forms}
    chain = [Side("=" if index else "", text, role) for index, (text, role) in enumerate(forms.items())]
    if isinstance(part.value, Blank):
        return [*chain, Side("=", printer.unit(printer(part.value), translate(part.unit)), "value")]
    unit = unit_of(part.value, part.unit)
    written = printer.number(part.value)
    if is_quotient(part.value):
        return [*chain, *_rounded(printer, part, part.value, sizes, chain[-1].text)]
    if chain[-1].text == written:
        return [*chain[:-1], Side(chain[-1].sign, printer.unit(written, unit), "value")]
    return [*chain, Side("=", printer.unit(written, unit), "value")]


def chained(printer: Printer, sides: Sequence[Side]) -> str:
    """Return the sides in one line, with the printer's signs between them."""
    return "".join(f" {printer.related(sign)} {text}" if sign else text for sign, text, _ in sides)


def _forms(printer: Printer, equation: Equation, sizes: Mapping[str, Exact]) -> dict[str, Role]:
    """Return the formula as written and with numbers in place, or one of the two, and which is which."""
    formula = equation.formula
    parts = formula.terms if isinstance(formula, Sum) else ()
    only_labels = bool(parts) and all(isinstance(part, Labelled) for part in parts)
    with_numbers = printer.with_sizes(sizes, labels=only_labels)
    if only_labels:
        return {with_numbers(formula): "numbers"}
    # A part whose own line is rounded can't stand here as a number.
    exact = not any(is_quotient(with_numbers.value(node)) for node in formula.walk() if isinstance(node, Labelled))
    forms: dict[str, Role] = {printer(formula): "written"}
    if exact:
        # Without a symbol the two are alike.
        forms.setdefault(with_numbers(formula), "numbers")
    return forms


def _rounded(
    printer: Printer, equation: Equation, value: Exact, sizes: Mapping[str, Exact], last: str
) -> Iterator[Side]:
    """Yield a value without a short decimal: as a fraction if that is short and new, and rounded."""
    written = printer.number(value)
    scaled = equation.formula.value(sizes) != value
    if not scaled and max(value.numerator, value.denominator) < SHORT and written != last.replace(" ", ""):
        yield Side("=", written, "fraction")
    # Whole digits are never rounded away.
    digits = max(ROUNDED_DIGITS, len(str(abs(value.numerator) // value.denominator)))
    yield Side(
        "≈", printer.unit(printer.decimal(significant(Fraction(value), digits)), translate(equation.unit)), "value"
    )
