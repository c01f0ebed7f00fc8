"""Printers: one small class a notation, all over the same tree.

A printer names the symbols (`names`), abbreviates them (`letters`) or puts their values in place (`sizes`). Brackets
follow the tree: a sum in a product, and a product in a product, keep those that the author wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import ClassVar, Literal, TypeAlias

from symbolic.formulas.figures import grouped, short
from symbolic.formulas.formula import Exact, Formula, Negative, Number, Power, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Maximum, Minimum, Root
from symbolic.formulas.shown import Approximate, Blank, Labelled
from symbolic.language import translate

Notation: TypeAlias = Literal["names", "letters"]

NOTATIONS: tuple[Notation, ...] = ("names", "letters")


class Printer:
    """The base: walks the tree; a notation says how each node is written.

    With `sizes`, symbols and labels become numbers; `labels` keeps a label beside its number. `compact` leaves out the
    sign between letters, as books do in a closed form: 12 d².
    """

    times = "×"
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
        self._with_sizes: dict[tuple[int, bool], Printer] = {}
        # Labelled parts are found by their identity, which holds as long as they are kept.
        self._values: dict[int, tuple[Labelled, Exact]] = {}

    def with_sizes(self, sizes: Mapping[str, Exact], *, labels: bool = True) -> Printer:
        """Return the same notation, with numbers in place of the symbols; the sizes of a page have one such printer."""
        key = (id(sizes), labels)
        if key not in self._with_sizes:
            self._with_sizes[key] = type(self)(self.notation, sizes, labels=labels)
        return self._with_sizes[key]

    def value(self, part: Labelled) -> Exact:
        """Return the value of a labelled part with the printer's sizes, worked out once: some are whole networks."""
        if id(part) not in self._values:
            self._values[id(part)] = part, part.value(self.sizes or {})
        return self._values[id(part)][1]

    def __call__(self, formula: Formula) -> str:
        """Return the formula, written."""
        return self._writers[type(formula)](self, formula)

    def number(self, value: Exact) -> str:
        """Return a number, grouped for reading."""
        return grouped(value)

    def decimal(self, written: str) -> str:
        """Return a number that is written already, with commas and a point."""
        return written

    def unit(self, value: str, unit: str) -> str:
        """Return a value with its unit behind it."""
        return f"{value} {unit}" if unit else value

    def symbol(self, symbol: Symbol) -> str:
        """Return a symbol by its name or letter."""
        raise NotImplementedError

    def label(self, text: str) -> str:
        """Return words that stand in a formula."""
        raise NotImplementedError

    def labelled(self, value: str, text: str) -> str:
        """Return a number with words that say what it is."""
        raise NotImplementedError

    def brackets(self, inside: str) -> str:
        """Return an expression in brackets."""
        return f"({inside})"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        """Return a quotient of two expressions."""
        over = self._bracketed(bottom, Sum, Product, Quotient, Negative)
        return f"{self._bracketed(top, Sum, Quotient, Negative)} / {over}"

    def power(self, base: str, exponent: str) -> str:
        """Return a base with its exponent."""
        raise NotImplementedError

    def root(self, inside: str, degree: int) -> str:
        """Return a root of an expression."""
        raise NotImplementedError

    def blank(self, room: int, id: str) -> str:
        """Return room for so many digits, behind the blank's number if it has one."""
        return f"({id}) {'_' * room}" if id else "_" * room

    def function(self, name: str, parts: list[str]) -> str:
        """Return a function with its arguments: min(a, b)."""
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
        """Return a sign and what follows it."""
        return f" {sign} {right}"

    def _negative(self, node: Negative) -> str:
        return f"−{self._bracketed(node.term, Sum, Negative)}"

    def _product(self, node: Product) -> str:
        if not self.compact:
            return f" {self.times} ".join([self._bracketed(factor, *self.inside_product) for factor in node.factors])
        written = self._bracketed(node.factors[0], *self.inside_product)
        for left, right in pairwise(node.factors):
            shown = self._bracketed(right, *self.inside_product)
            # A number goes with what stands before it: L 2 G would be an L with a 2.
            near = not self._needs_sign(left, right) and not shown.lstrip('"')[:1].isdigit()
            written += (self.juxtaposed if near else f" {self.times} ") + shown
        return self.multiplied(written)

    def multiplied(self, written: str) -> str:
        """Return a product, its factors written with the signs between them."""
        return written

    def _needs_sign(self, left: Formula, right: Formula) -> bool:
        """Return whether two factors side by side would read as something else: E [one expert], d² (a + b)."""
        bracket = isinstance(right, self.inside_product)
        fraction = bracket and isinstance(left, Number) and isinstance(right, Quotient)
        return (
            isinstance(right, Labelled | Ceiling | Floor | Minimum | Maximum)
            or (isinstance(left, Power) and bracket)
            or fraction
        )

    inside_product: ClassVar[tuple[type[Formula], ...]] = (Sum, Product, Negative, Quotient)

    def _quotient(self, node: Quotient) -> str:
        return self.fraction(node.numerator, node.denominator)

    def _power(self, node: Power) -> str:
        return self.power(self._bracketed(node.base, Sum, Product, Negative, Quotient, Power), self(node.exponent))

    def _minimum(self, node: Minimum) -> str:
        return self.function("min", [self(part) for part in node.parts])

    def _maximum(self, node: Maximum) -> str:
        return self.function("max", [self(part) for part in node.parts])

    def _ceiling(self, node: Ceiling) -> str:
        return self.function("ceil", [self(node.part)])

    def _root(self, node: Root) -> str:
        return self.root(self(node.part), node.degree)

    def _approximate(self, node: Approximate) -> str:
        digits, power = short(node.number, node.digits)
        return self.scientific(digits, self.power("10", str(power))) if power else self.decimal(digits)

    def scientific(self, digits: str, power: str) -> str:
        """Return a rounded number and a power of ten."""
        return f"{self.decimal(digits)} {self.times} {power}"

    def related(self, sign: str) -> str:
        """Return the sign between two sides."""
        return sign

    def _floor(self, node: Floor) -> str:
        return self.function("floor", [self(node.part)])

    def _labelled(self, node: Labelled) -> str:
        words = translate(node.label)
        if self.sizes is None:
            return self.label(words)
        part = node.formula
        value = self(part) if isinstance(part, Blank) else self.number(self.value(node))
        return self.labelled(value, words) if self.labels else value

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
        Maximum: _maximum,
        Ceiling: _ceiling,
        Root: _root,
        Approximate: _approximate,
        Floor: _floor,
        Labelled: _labelled,
    }
