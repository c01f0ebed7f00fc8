"""The printer of TeX."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import ClassVar

from symbolic.formulas.figures import grouped, is_quotient
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Negative,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
)
from symbolic.pages.rendering.notation import Printer

WORD_BELOW = re.compile(r"_\{([a-z]{2,})\}")


class Latex(Printer):
    """TeX in the small dialect that pdflatex, GitHub, Jupyter and latex2mathml all set right."""

    times = r"\times"
    juxtaposed = r"\,"
    inside_product = (Sum, Product, Negative)

    def number(self, value: Exact) -> str:
        if isinstance(value, Fraction) and is_quotient(value):
            return rf"\frac{{{self.number(value.numerator)}}}{{{self.number(value.denominator)}}}"
        return self.decimal(grouped(value))

    def decimal(self, written: str) -> str:
        # TeX puts a space behind a comma without braces, and none behind a point.
        return written.replace(",", "{,}").replace("−", "-")

    def unit(self, value: str, unit: str) -> str:
        return rf"{value}{self.juxtaposed}\text{{{unit}}}" if unit else value

    def symbol(self, symbol: Symbol) -> str:
        if self.notation == "names":
            escaped = symbol.name.replace("_", r"\_")
            # A name of one letter is a letter, as in any formula.
            return escaped if len(escaped) == 1 else rf"\mathrm{{{escaped}}}"
        # Words below a letter stand upright: in italics they look like a product of letters.
        return WORD_BELOW.sub(r"_{\\text{\1}}", symbol.letter)

    def label(self, text: str) -> str:
        return rf"\text{{{text}}}"

    def labelled(self, value: str, text: str) -> str:
        return rf"\underbrace{{{value}}}_{{\text{{{text}}}}}"

    def blank(self, room: int, id: str) -> str:  # noqa: ARG002
        return r"\text{?}"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        above, below = self(top), self(bottom)
        # A line can't break inside a fraction.
        if max(len(above), len(below)) > LONGEST_FRACTION:
            return super().fraction(top, bottom)
        return rf"\frac{{{above}}}{{{below}}}"

    def brackets(self, inside: str) -> str:
        # A line can't break between \left and \right.
        tall = r"\frac" in inside and len(inside) < LONGEST_TALL
        return rf"\left({inside}\right)" if tall else f"({inside})"

    def _power(self, node: Power) -> str:
        if not isinstance(node.exponent, Quotient):
            return super()._power(node)
        # A fraction in a small exponent is too small to read.
        base = self._bracketed(node.base, Sum, Product, Negative, Quotient, Power)
        over = self._bracketed(node.exponent.denominator, Sum, Product, Quotient, Negative)
        return self.power(base, f"{self._bracketed(node.exponent.numerator, Sum, Quotient, Negative)} / {over}")

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def root(self, inside: str, degree: int) -> str:
        return rf"\sqrt{{{inside}}}" if degree == 2 else rf"\sqrt[{degree}]{{{inside}}}"

    def related(self, sign: str) -> str:
        return RELATIONS.get(sign, sign)

    def joined(self, sign: str, right: str) -> str:
        return f" {'-' if sign == '−' else sign} {right}"

    def _negative(self, node: Negative) -> str:
        return super()._negative(node).replace("−", "-", 1)

    def function(self, name: str, parts: list[str]) -> str:
        pairs = {"ceil": (r"\lceil", r"\rceil"), "floor": (r"\lfloor", r"\rfloor")}
        opening, closing = pairs.get(name, (rf"\{name}(", ")"))
        return f"{opening} {parts[0]} {closing}" if name in pairs else f"{opening}{', '.join(parts)}{closing}"

    _writers: ClassVar[Mapping[type[Formula], Callable[..., str]]] = {
        **Printer._writers,
        Negative: _negative,
        Power: _power,
    }


LONGEST_TALL = 40

LONGEST_FRACTION = 45

RELATIONS = {"≈": r"\approx", "≤": r"\le"}
