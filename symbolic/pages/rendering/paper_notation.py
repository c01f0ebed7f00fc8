"""Mathematics for pdflatex: names in the sans serif of tables, long numbers and lines that may break."""

from __future__ import annotations

import re

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Formula, Negative, Product, Quotient, Sum, Symbol
from symbolic.language import localised
from symbolic.pages.rendering.tex_notation import Latex
from symbolic.pages.rendering.tex_words import Tex, escaped

LONG_NUMBER = 20
"""A number of more signs than these does not fit everywhere on a line."""
RELATIONS = {"=": r"\is", "≈": r"\near", "<": r"\isless", "≤": r"\isatmost"}


class PaperLatex(Latex):
    """TeX for pdflatex: names in the sans serif of the tables, lines that may break before a plus."""

    def number(self, value: Exact) -> str:
        written = super().number(value)
        return written if len(grouped(value)) <= LONG_NUMBER else _breaking(written)

    def symbol(self, symbol: Symbol) -> str:
        return rf"\size{{{escaped(symbol.name)}}}" if self.notation == "names" else symbol.letter

    def label(self, text: str) -> str:
        return rf"\text{{{escaped(text)}}}"

    def labelled(self, value: str, text: str) -> str:
        return rf"\labelled{{{value}}}{{{escaped(text)}}}"

    def blank(self, room: int, id: str) -> str:
        return rf"{f'({escaped(id)})' if id else ''}\blank{{{room}}}"

    def related(self, sign: str) -> str:
        return RELATIONS[sign]

    def joined(self, sign: str, right: str) -> str:
        return rf" \allowbreak{super().joined(sign, right)}"


class NarrowCell(PaperLatex):
    """The same in a table's narrow cell, where a product breaks inside brackets only if it must."""

    def brackets(self, inside: str) -> str:
        narrow = inside.replace(r"\allowbreak", r"\seldombreak")
        return super().brackets(re.sub(r"\\times(?![A-Za-z])", r"\\timesin", narrow))

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return rf"{self._bracketed(top, Sum, Quotient, Negative)} \allowbreak / " + self._bracketed(
            bottom, Sum, Product, Quotient, Negative
        )


def _breaking(number: str) -> str:
    """Return a long number in a formula, which may break behind each group of digits."""
    group = localised(",").replace(",", "{,}")
    return number.replace(group, rf"{group}\allowbreak ")


def grouped_in_tex(value: Exact) -> Tex:
    """Return a number in a sentence or a cell; one that is too long for a line may break behind its commas."""
    text = grouped(value)
    return Tex(text if len(text) <= LONG_NUMBER else text.replace(localised(","), rf"{localised(',')}\allowbreak{{}}"))
