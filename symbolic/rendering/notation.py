"""Printers: one small class a notation, all over the same tree.

A printer names the symbols (`names`), abbreviates them (`letters`) or puts their values in place (`sizes`). Brackets
follow the tree: a sum in a product, and a product in a product, keep those that the author wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import ClassVar, Literal, TypeAlias

from symbolic.figures import grouped
from symbolic.formula import (
    Blank,
    Ceiling,
    Exact,
    Formula,
    Labelled,
    Minimum,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    as_formula,
)

Notation: TypeAlias = Literal["names", "letters"]
NOTATIONS: tuple[Notation, ...] = ("names", "letters")


class Printer:
    """The base: walks the tree; a notation says how each node is written.

    With `sizes`, symbols and labels become numbers; `labels` keeps a label beside its number. `compact` leaves out the
    sign between letters, as books do in a closed form: 12 d².
    """

    times = "×"
    equals = "="

    juxtaposed = " "

    def __init__(
        self,
        notation: Notation = "names",
        sizes: Mapping[str, Exact] | None = None,
        *,
        labels: bool = True,
        compact: bool = False,
    ) -> None:
        """`notation` for symbols; with `sizes` their numbers stand in their places."""
        self.notation = notation
        self.sizes = sizes
        self.labels = labels
        self.compact = compact and notation == "letters" and sizes is None

    def with_sizes(self, sizes: Mapping[str, Exact], *, labels: bool = True) -> Printer:
        """The same notation, with numbers in place of the symbols."""
        return type(self)(self.notation, sizes, labels=labels)

    def __call__(self, formula: Formula) -> str:
        """The formula, written."""
        return self._writers[type(formula)](self, formula)

    def number(self, value: Exact) -> str:
        """A number, grouped for reading."""
        return grouped(value)

    def symbol(self, symbol: Symbol) -> str:
        """A symbol by its name or letter."""
        raise NotImplementedError

    def label(self, text: str) -> str:
        """Words in a formula."""
        raise NotImplementedError

    def labelled(self, value: str, text: str) -> str:
        """A number with words that say what it is."""
        raise NotImplementedError

    def brackets(self, inside: str) -> str:
        """Something in brackets."""
        return f"({inside})"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        """A quotient."""
        over = self._bracketed(bottom, Sum, Product, Quotient, Negative)
        return f"{self._bracketed(top, Sum, Quotient, Negative)} / {over}"

    def power(self, base: str, exponent: str) -> str:
        """A power."""
        raise NotImplementedError

    def blank(self, room: int, id: str) -> str:
        """Room for so many digits, behind its number if it has one."""
        return f"({id}) {'_' * room}" if id else "_" * room

    def function(self, name: str, parts: list[str]) -> str:
        """min(a, b)."""
        return f"{name}({', '.join(parts)})"

    def _bracketed(self, part: Formula, *kinds: type[Formula]) -> str:
        return self.brackets(self(part)) if isinstance(part, kinds) else self(part)

    def _number(self, node: Number) -> str:
        return self.number(node.number)

    def _symbol(self, node: Symbol) -> str:
        return self.symbol(node) if self.sizes is None else self.number(self.sizes[node.name])

    def _sum(self, node: Sum) -> str:
        written = self._bracketed(node.terms[0], Sum)
        for term in node.terms[1:]:
            inner, sign = (term.term, "−") if isinstance(term, Negative) else (term, "+")
            written += self.joined(sign, self._bracketed(inner, Sum, Negative))
        return written

    def joined(self, sign: str, right: str) -> str:
        """A sign and what follows it."""
        return f" {sign} {right}"

    def _negative(self, node: Negative) -> str:
        return f"−{self._bracketed(node.term, Sum, Negative)}"

    def _product(self, node: Product) -> str:
        sign = self.juxtaposed if self.compact else f" {self.times} "
        return sign.join(self._bracketed(part, *self.inside_product) for part in node.factors)

    inside_product: ClassVar[tuple[type[Formula], ...]] = (Sum, Product, Negative, Quotient)

    def _quotient(self, node: Quotient) -> str:
        return self.fraction(node.numerator, node.denominator)

    def _power(self, node: Power) -> str:
        return self.power(self._bracketed(node.base, Sum, Product, Negative, Quotient, Power), self(node.exponent))

    def _minimum(self, node: Minimum) -> str:
        return self.function("min", [self(part) for part in node.parts])

    def _ceiling(self, node: Ceiling) -> str:
        return self.function("ceil", [self(node.part)])

    def _labelled(self, node: Labelled) -> str:
        if self.sizes is None:
            return self.label(node.label)
        part = node.formula
        value = self(part) if isinstance(part, Blank) else self.number(node.value(self.sizes))
        return self.labelled(value, node.label) if self.labels else value

    def _blank(self, node: Blank) -> str:
        return self.blank(node.room, node.id)

    _writers: ClassVar[Mapping[type[Formula], Callable[..., str]]] = {
        Blank: _blank,
        Number: _number,
        Symbol: _symbol,
        Sum: _sum,
        Negative: _negative,
        Product: _product,
        Quotient: _quotient,
        Power: _power,
        Minimum: _minimum,
        Ceiling: _ceiling,
        Labelled: _labelled,
    }


class Text(Printer):
    """Plain text: 3 × (emb_dim × emb_dim)."""

    def symbol(self, symbol: Symbol) -> str:
        return (
            symbol.name
            if self.notation == "names"
            else symbol.letter.replace("\\", "").replace("{", "").replace("}", "")
        )

    def label(self, text: str) -> str:
        return f"[{text}]"

    def labelled(self, value: str, text: str) -> str:
        return f"{value} [{text}]"

    def power(self, base: str, exponent: str) -> str:
        return base + exponent.translate(SUPERSCRIPTS) if exponent.isdecimal() else f"{base}^{exponent}"


SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Latex(Printer):
    """TeX in the small dialect that pdflatex, GitHub, Jupyter and latex2mathml all set right."""

    times = r"\times"
    juxtaposed = r"\,"
    inside_product = (Sum, Product, Negative)

    def number(self, value: Exact) -> str:
        if isinstance(value, Fraction) and value.denominator != 1:
            return rf"\frac{{{self.number(value.numerator)}}}{{{self.number(value.denominator)}}}"
        return grouped(value).replace(",", "{,}")

    def symbol(self, symbol: Symbol) -> str:
        escaped = symbol.name.replace("_", r"\_")
        return rf"\mathrm{{{escaped}}}" if self.notation == "names" else symbol.letter

    def label(self, text: str) -> str:
        return rf"\text{{{text}}}"

    def labelled(self, value: str, text: str) -> str:
        return rf"\underbrace{{{value}}}_{{\text{{{text}}}}}"

    def blank(self, room: int, id: str) -> str:  # noqa: ARG002
        return r"\text{?}"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return rf"\frac{{{self(top)}}}{{{self(bottom)}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def joined(self, sign: str, right: str) -> str:
        return f" {'-' if sign == '−' else sign} {right}"

    def _negative(self, node: Negative) -> str:
        return super()._negative(node).replace("−", "-", 1)

    def function(self, name: str, parts: list[str]) -> str:
        return {"min": rf"\min({', '.join(parts)})", "ceil": rf"\lceil {parts[0]} \rceil"}[name]

    _writers: ClassVar[Mapping[type[Formula], Callable[..., str]]] = {**Printer._writers, Negative: _negative}


class Spoken(Printer):
    """English, as one would read it aloud: 3 times the product of 768 and 768."""

    times = "times"
    equals = "equals"
    juxtaposed = " times "

    def number(self, value: Exact) -> str:
        return f"{value.numerator:,} over {value.denominator:,}" if value.denominator != 1 else f"{int(value):,}"

    def symbol(self, symbol: Symbol) -> str:
        return symbol.spoken

    def label(self, text: str) -> str:
        return text

    def labelled(self, value: str, text: str) -> str:
        return f"{value} for the {text}"

    def blank(self, room: int, id: str) -> str:  # noqa: ARG002
        return f"blank {id}" if id else "a blank"

    def brackets(self, inside: str) -> str:
        return f"open bracket {inside} close bracket"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return f"{self(top)} divided by {self(bottom)}"

    def power(self, base: str, exponent: str) -> str:
        named = {"2": "squared", "3": "cubed"}.get(exponent, f"to the power of {exponent}")
        return f"{base} {named}"

    def joined(self, sign: str, right: str) -> str:
        return f" {'minus' if sign == '−' else 'plus'} {right}"

    def function(self, name: str, parts: list[str]) -> str:
        return {"min": f"the smaller of {' and '.join(parts)}", "ceil": f"{parts[0]} rounded up"}[name]


def sides(printer: Printer, formula: Formula, value: int | Blank, sizes: Mapping[str, Exact]) -> list[str]:
    """The sides of an equation: as written, with numbers in place, its value; what would repeat is left out.

    A sum of labelled parts starts with its numbers: their labels stand beside them.
    """
    parts = formula.terms if isinstance(formula, Sum) else ()
    only_labels = bool(parts) and all(isinstance(part, Labelled) for part in parts)
    symbolic = [] if only_labels else [printer(formula)]
    substituted = printer.with_sizes(sizes, labels=only_labels)(formula)
    sides = [*symbolic, substituted, printer(as_formula(value))]
    return [side for index, side in enumerate(sides) if index == 0 or side != sides[index - 1]]
