"""The printer of words that are read aloud."""

from __future__ import annotations

from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import (
    Exact,
    Formula,
    Symbol,
)
from symbolic.language import gettext as _
from symbolic.language import lazy, translate
from symbolic.pages.rendering.notation import Printer

SPOKEN_RELATIONS = {"=": lazy("equals"), "≈": lazy("is about"), "<": lazy("is less than"), "≤": lazy("is at most")}


class Spoken(Printer):
    """The words in which one would read it aloud: 3 times open bracket 768 times 768 close bracket."""

    @property
    def times(self) -> str:  # type: ignore[override]
        return _("times")

    @property
    def juxtaposed(self) -> str:  # type: ignore[override]
        return f" {self.times} "

    def number(self, value: Exact) -> str:
        top, _slash, bottom = grouped(value).partition("/")
        return _("{number} over {other}", number=top, other=bottom) if bottom else top

    def symbol(self, symbol: Symbol) -> str:
        return translate(symbol.spoken)

    def label(self, text: str) -> str:
        return text

    def labelled(self, value: str, text: str) -> str:
        return _("{number} for the {part}", number=value, part=text)

    def blank(self, room: int, id: str) -> str:  # noqa: ARG002
        return _("blank {number}", number=id) if id else _("a blank")

    def brackets(self, inside: str) -> str:
        return _("open bracket {inside} close bracket", inside=inside)

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return _("{top} divided by {bottom}", top=self(top), bottom=self(bottom))

    def power(self, base: str, exponent: str) -> str:
        if exponent == "2":
            return _("{base} squared", base=base)
        if exponent == "3":
            return _("{base} cubed", base=base)
        return _("{base} to the power of {exponent}", base=base, exponent=exponent)

    def root(self, inside: str, degree: int) -> str:
        if degree == 2:
            return _("the square root of {inside} end root", inside=inside)
        if degree == 3:
            return _("the cube root of {inside} end root", inside=inside)
        return _("the root of degree {degree} of {inside} end root", degree=degree, inside=inside)

    def related(self, sign: str) -> str:
        return translate(SPOKEN_RELATIONS[sign])

    def joined(self, sign: str, right: str) -> str:
        spoken = _("minus") if sign == "−" else _("plus")
        return f" {spoken} {right}"

    def function(self, name: str, parts: list[str]) -> str:
        if name in ("min", "max"):
            inside = f" {_('and')} ".join(parts)
            return (
                _("the smaller of {parts}", parts=inside) if name == "min" else _("the larger of {parts}", parts=inside)
            )
        return (
            _("{inside} rounded up", inside=parts[0]) if name == "ceil" else _("{inside} rounded down", inside=parts[0])
        )
