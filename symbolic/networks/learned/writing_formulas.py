"""A formula as a line that `notation` reads back."""

from __future__ import annotations

from fractions import Fraction

from symbolic.formulas.formula import Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Minimum, Root
from symbolic.networks.learned.rounding import Divisible, Rest, Rounded

SUM, PRODUCT, POWER, ATOM = range(4)


def written(formula: Formula) -> str:
    """Return a formula in one line that `formula` reads back."""
    return _write(formula)[0]


def _write(formula: Formula) -> tuple[str, int]:  # noqa: PLR0912 # a case for each kind of node
    match formula:
        case Number(number=number):
            if isinstance(number, Fraction):
                return f"{number.numerator}/{number.denominator}", PRODUCT
            return (str(number), ATOM) if number >= 0 else (str(number), SUM)
        case Symbol(name=name):
            return name, ATOM
        case Sum(terms=terms):
            text = _at(terms[0], SUM)
            for term in terms[1:]:
                text += f" - {_at(term.term, PRODUCT)}" if isinstance(term, Negative) else f" + {_at(term, PRODUCT)}"
            return text, SUM
        case Negative(term=term):
            return f"-{_at(term, PRODUCT)}", SUM
        case Product(factors=factors):
            return "*".join(_at(factor, POWER) for factor in factors), PRODUCT
        case Quotient(numerator=top, denominator=bottom):
            return f"{_at(top, PRODUCT)}/{_at(bottom, POWER)}", PRODUCT
        case Floor(part=Quotient(numerator=top, denominator=bottom)):
            return f"{_at(top, PRODUCT)}//{_at(bottom, POWER)}", PRODUCT
        case Rest(left=left, right=right):
            return f"{_at(left, PRODUCT)}%{_at(right, POWER)}", PRODUCT
        case Floor(part=part):
            return f"floor({written(part)})", ATOM
        case Ceiling(part=part):
            return f"ceil({written(part)})", ATOM
        case Root(part=part):
            return f"sqrt({written(part)})", ATOM
        case Power(base=base, exponent=exponent):
            return f"{_at(base, ATOM)}**{_at(exponent, ATOM)}", POWER
        case Minimum(parts=parts):
            return f"min({', '.join(map(written, parts))})", ATOM
        case Rounded(part=part):
            return f"round({written(part)})", ATOM
        case Divisible():
            return f"divisible({', '.join(map(written, formula.children))})", ATOM
    raise ValueError(f"no way to write a {type(formula).__name__} in a description")


def _at(formula: Formula, level: int) -> str:
    text, own = _write(formula)
    return text if own >= level else f"({text})"
