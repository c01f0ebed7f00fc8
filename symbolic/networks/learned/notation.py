"""How a description writes formulas and conditions, and how they are read: a grammar of our own, never eval.

formula    2 * hidden_size + num_heads * (hidden_size // num_heads)      // rounds down, /^ rounds up, / is exact
           round(x) is the nearest whole number, of two the even one; divisible(x, by, least) is the nearest multiple
           of `by` that is neither below `least` nor less than nine tenths of x, as code of convnets rounds channels
condition  q_lora_rank and i >= first_k_dense_replace and layer_types[i] == 'full_attention'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Final

from symbolic.formulas.formula import (
    Ceiling,
    Exact,
    Floor,
    Formula,
    Minimum,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
    Symbol,
    exact,
)

SUM, PRODUCT, POWER, ATOM = range(4)
SMALL = 10_000
"""The largest denominator of the fraction that a float of a config is taken for: 5.833333333333333 is 35/6."""
COUNTS = ("len", "alike", "before", "log2")
"""What is a number on pages: how long a list is, how many items are like one item, how many of those stand before it;
how often a size can be halved."""


class Rest(Formula):
    """What is left of a number when whole multiples of another are taken away: i % period. Conditions use it."""

    __match_args__ = __slots__ = ("left", "right")

    def __init__(self, left: Formula, right: Formula) -> None:
        self.left: Final = left
        self.right: Final = right

    @property
    def children(self) -> tuple[Formula, ...]:
        """Both sides."""
        return (self.left, self.right)

    def rebuilt(self, children: tuple[Formula, ...]) -> Rest:
        """Return the same of other parts."""
        return Rest(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the exact rest."""
        return exact(Fraction(self.left.value(sizes)) % Fraction(self.right.value(sizes)))


class Rounded(Formula):
    """The nearest whole number; halfway between two, the even one. What a config class makes uses it."""

    __match_args__ = __slots__ = ("part",)

    def __init__(self, part: Formula) -> None:
        self.part: Final = part

    @property
    def children(self) -> tuple[Formula, ...]:
        """The part."""
        return (self.part,)

    def rebuilt(self, children: tuple[Formula, ...]) -> Rounded:
        """Return the same of another part."""
        return Rounded(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the nearest whole number."""
        return round(Fraction(self.part.value(sizes)))


class Divisible(Formula):
    """A number of channels as code of convnets rounds it: a multiple of `by`, at least `least`, or one more of them.

    The multiple is the nearest one, of two the larger; `by` is added where it is less than nine tenths of the part.
    """

    __match_args__ = __slots__ = ("part", "by", "least")

    def __init__(self, part: Formula, by: Formula, least: Formula) -> None:
        self.part: Final = part
        self.by: Final = by
        self.least: Final = least

    @property
    def children(self) -> tuple[Formula, ...]:
        """What is rounded, to a multiple of what, and the least that comes out."""
        return (self.part, self.by, self.least)

    def rebuilt(self, children: tuple[Formula, ...]) -> Divisible:
        """Return the same of other parts."""
        return Divisible(*children)

    def value(self, sizes: Mapping[str, Exact]) -> Exact:
        """Return the rounded number."""
        part, by, least = (Fraction(one.value(sizes)) for one in self.children)
        made = max(least, (part + by / 2) // by * by)
        return exact(made + by if made < Fraction(9, 10) * part else made)


def ratio(value: float) -> int | Fraction:
    """Return the number that a float of a config stands for: the simplest fraction of that float, else its digits.

    >>> ratio(4.0), ratio(2.5), ratio(5.833333333333333)
    (4, Fraction(5, 2), Fraction(35, 6))
    """
    digits = Fraction(repr(value))
    simple = digits.limit_denominator(SMALL)
    found = simple if float(simple) == value else digits
    return found.numerator if found.denominator == 1 else found


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


TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<name>[A-Za-z_][\w.]*(?:\[(?:[ijk](?:[+-]\d+|%)?|-?\d+)\])*(?:\.[A-Za-z_][\w.]*)?|i<[^>]*>)|(?P<text>'[^']*')"
    r"|(?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%()<>,\[\]]))"
)


class _Tokens:
    def __init__(self, text: str) -> None:
        self.text, self.items, at = text, [], 0
        text = text.rstrip()
        while at < len(text):
            match = TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"{self.text!r} can't be read from {text[at:]!r} on")
            kind = str(match.lastgroup)
            self.items.append((kind, match[kind]))
            at = match.end()
        self.at = 0

    def next(self) -> tuple[str, str]:
        return self.items[self.at] if self.at < len(self.items) else ("end", "")

    def take(self, *signs: str) -> str:
        kind, value = self.next()
        if kind in ("sign", "name") and value in signs:
            self.at += 1
            return value
        return ""

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise ValueError(f"{self.text!r} lacks {sign!r}")


@cache
def formula(text: str) -> Formula:
    """Read a formula; ValueError where it can't be read."""
    tokens = _Tokens(text)
    made = _sum(tokens)
    if tokens.next()[0] != "end":
        raise ValueError(f"{text!r} goes on behind the formula: {tokens.next()[1]!r}")
    return made


def _sum(tokens: _Tokens) -> Formula:
    terms = [Negative(_product(tokens)) if tokens.take("-") else _product(tokens)]
    while sign := tokens.take("+", "-"):
        term = _product(tokens)
        terms.append(term if sign == "+" else Negative(term))
    first = terms[0]
    if isinstance(first, Negative) and isinstance(first.term, Number):
        terms[0] = Number(-first.term.number)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _product(tokens: _Tokens) -> Formula:
    made = _power(tokens)
    while sign := tokens.take("*", "/", "//", "%"):
        right = _power(tokens)
        if sign == "%":
            made = Rest(made, right)
        elif sign == "*":
            made = Product((*made.factors, right)) if isinstance(made, Product) else Product((made, right))
        elif isinstance(made, Number) and isinstance(right, Number) and sign == "/":
            made = Number(exact(Fraction(made.number) / Fraction(right.number)))
        else:
            made = Quotient(made, right) if sign == "/" else Floor(Quotient(made, right))
    return made


def _power(tokens: _Tokens) -> Formula:
    base = _atom(tokens)
    return Power(base, _atom(tokens)) if tokens.take("**") else base


FUNCTIONS: Mapping[str, Callable[[tuple[Formula, ...]], Formula]] = {
    "floor": lambda parts: Floor(*parts),
    "ceil": lambda parts: Ceiling(*parts),
    "sqrt": lambda parts: Root(parts[0]),
    "min": Minimum,
    "round": lambda parts: Rounded(*parts),
    "divisible": lambda parts: Divisible(*parts),
}


def _atom(tokens: _Tokens) -> Formula:
    kind, value = tokens.next()
    tokens.at += 1
    if kind == "number":
        return Number(int(value))
    if kind == "sign" and value == "(":
        inner = _sum(tokens)
        tokens.need(")")
        return inner
    if kind == "name":
        if value in COUNTS and tokens.take("("):
            name = tokens.next()[1]
            tokens.at += 1
            tokens.need(")")
            return Symbol(f"{value}({name})", name, "", "")
        if value in FUNCTIONS and tokens.take("("):
            parts = [_sum(tokens)]
            while tokens.take(","):
                parts.append(_sum(tokens))
            tokens.need(")")
            return FUNCTIONS[value](tuple(parts))
        return Symbol(value, value, "", "")
    raise ValueError(f"{tokens.text!r} has {value or 'its end'!r} where a size was expected")
