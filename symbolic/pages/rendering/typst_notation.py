"""The printer of Typst's mathematics: names, words and numbers as strings, which Typst never reads."""

from __future__ import annotations

import re
from typing import ClassVar

from symbolic.formulas.formula import Exact, Formula, Negative, Product, Sum, Symbol
from symbolic.pages.rendering.notation import Printer
from symbolic.pages.rendering.typst_words import string


class Typst(Printer):
    """Typst: 3 times ("768" times "768")."""

    times = "times"
    juxtaposed = " thin "
    inside_product: ClassVar[tuple[type[Formula], ...]] = (Sum, Product, Negative)

    def number(self, value: Exact) -> str:
        if value.denominator != 1 and "/" in super().number(value):
            return f"frac({self.number(value.numerator)}, {self.number(value.denominator)})"
        return self.decimal(super().number(value))

    def decimal(self, written: str) -> str:
        return string(written)

    def unit(self, value: str, unit: str) -> str:
        return f"{value} thin {string(unit)}" if unit else value

    def symbol(self, symbol: Symbol) -> str:
        if self.notation == "names":
            return string(symbol.name)
        # TeX's words for Greek letters are Typst's too.
        letter, _, below = symbol.letter.replace("\\", "").partition("_")
        below = re.sub(r"[{}]", "", below)
        return letter if not below else f"{letter}_{below if len(below) == 1 else string(below)}"

    def label(self, text: str) -> str:
        return string(text)

    def labelled(self, value: str, text: str) -> str:
        # A blank's line would lie on the brace.
        return f"labelled({value.replace('#blank(', '#braced(')}, {string(text)})"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return f"display(frac({self(top)}, {self(bottom)}))"

    def power(self, base: str, exponent: str) -> str:
        # A fraction is as large as in a line of its own, except where it is raised.
        return f"{base}^({exponent.replace('display(frac(', 'inline(frac(')})"

    def root(self, inside: str, degree: int) -> str:
        return f"sqrt({inside})" if degree == 2 else f"root({degree}, {inside})"

    def related(self, sign: str) -> str:
        return {"≈": "approx", "≤": "lt.eq"}.get(sign, sign)

    def blank(self, room: int, id: str) -> str:
        return f"{string(f'({id})')} #blank({room})" if id else f"#blank({room})"

    def function(self, name: str, parts: list[str]) -> str:
        inside = ", ".join(parts)
        return {
            "min": f"min({inside})",
            "max": f"max({inside})",
            "ceil": f"ceil({parts[0]})",
            "floor": f"floor({parts[0]})",
        }[name]
