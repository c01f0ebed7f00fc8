"""The printer of plain text."""

from __future__ import annotations

import re

from symbolic.formulas.figures import SUPERSCRIPTS
from symbolic.formulas.formula import (
    Symbol,
)
from symbolic.pages.rendering.notation import Printer


class Text(Printer):
    """Plain text: 3 × (emb_dim × emb_dim)."""

    def symbol(self, symbol: Symbol) -> str:
        return (
            symbol.name
            if self.notation == "names"
            else GREEK.sub(lambda match: GREEK_LETTERS[match[1]], symbol.letter).replace("{", "").replace("}", "")
        )

    def label(self, text: str) -> str:
        return f"[{text}]"

    def labelled(self, value: str, text: str) -> str:
        return f"{value} [{text}]"

    def power(self, base: str, exponent: str) -> str:
        if exponent.lstrip("-").isdecimal():
            return base + exponent.translate(SUPERSCRIPTS)
        return f"{base}^{exponent}" if exponent.isalpha() else f"{base}^({exponent})"

    def root(self, inside: str, degree: int) -> str:
        sign = "√" if degree == 2 else f"{str(degree).translate(SUPERSCRIPTS)}√"
        return f"{sign}({inside})"


GREEK_LETTERS = {"alpha": "α", "beta": "β", "lambda": "λ", "partial": "∂"}

GREEK = re.compile(rf"\\({'|'.join(GREEK_LETTERS)})\b ?")
