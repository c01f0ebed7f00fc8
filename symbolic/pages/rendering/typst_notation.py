"""The printer of Typst's mathematics: names, words and numbers as strings, which Typst never reads."""

from __future__ import annotations

import re
from typing import ClassVar

from symbolic.formulas.formula import Exact, Formula, Negative, Product, Sum, Symbol
from symbolic.formulas.shown import Labelled
from symbolic.language import translate
from symbolic.pages.rendering.notation import Printer
from symbolic.pages.rendering.typst_words import string

SIGNS = {"+": "beforeplus", "−": "beforeminus"}
"""Signs in front of which a line may end, and not behind them: `page.typ` has these and those of products."""
LONG = 90
"""So many letters of Typst are a product that may not fit in a line."""


class Typst(Printer):
    """Typst: 3 neartimes ("768" neartimes "768")."""

    times = "beforetimes"
    juxtaposed = " thin "
    inside_product: ClassVar[tuple[type[Formula], ...]] = (Sum, Product, Negative)

    def joined(self, sign: str, right: str) -> str:
        return f" {SIGNS[sign]} {right}"

    def _bracketed(self, part: Formula, *kinds: type[Formula]) -> str:
        # Of a name of several words, a product would multiply the first.
        several = isinstance(part, Labelled) and self.sizes is None and " " in translate(part.label)
        return self.brackets(self(part)) if several and Product in kinds else super()._bracketed(part, *kinds)

    def multiplied(self, written: str) -> str:
        # No line ends in a product, but in one that is nearly as long as a line.
        return written.replace(" beforetimes ", " neartimes ") if len(written) < LONG else written

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
