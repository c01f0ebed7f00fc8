"""Equations and words of a page in Typst: where a formula may break, and how far it reaches out of its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from symbolic.formulas.figures import with_unit
from symbolic.formulas.formula import Exact, Formula
from symbolic.pages.page import Equation, Relation
from symbolic.pages.rendering.equations import chained
from symbolic.pages.rendering.markup import Span
from symbolic.pages.rendering.notation import Notation, Printer
from symbolic.pages.rendering.spoken_notation import Spoken
from symbolic.pages.rendering.text_notation import Text
from symbolic.pages.rendering.typst_notation import Typst
from symbolic.pages.rendering.typst_words import string, words
from symbolic.pages.rendering.writer import Writer

LINE = 78
"""About so many letters of a formula stand on a line."""
ONE_PIECE = 1.3
"""A side that is so many lines long is set smaller at most, so that it ends in its line."""
SHORT_SIDE = 55
"""What has fewer letters is shorter than a line: nothing is measured to know it."""
EQUALS = "beforeequals"
TALL = ", tall: true"
NEAR = ", near: true"
BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|frac\(|[()]')
"""What opens and closes in a formula, and strings, in which brackets are letters."""


class EquationWriter(Writer):
    """Writes formulas, in a line of their own or in words."""

    printed_by = Typst

    def __init__(self, sizes: Mapping[str, Exact], notation: Notation) -> None:
        super().__init__(sizes, notation)
        self.spoken = Spoken()
        self.width = Width(notation)
        self.dense = ""

    def equation(
        self, equation: Equation, running: tuple[str, int] | None = None, *, keep: bool = False
    ) -> Iterator[str]:
        formula = self.chain(equation, self.printer)
        tall = self.height(equation, formula) if running is None else TALL if is_tall(formula) else ""
        sofar = f", sofar: {string(f'{running[0]}: {with_unit(running[1], equation.unit)}')}" if running else ""
        yield f"#chain({formula}{sofar}{tall}{', keep: true' if keep else ''})"

    def relation(self, relation: Relation) -> Iterator[str]:
        formula = self.chain(relation, self.letters)
        yield f"#chain({formula}{self.height(relation, formula)})"

    def chain(self, part: Equation | Relation, printer: Printer) -> str:
        sides, spoken = self.sides(part), self.sides(part, self.spoken)
        lengths = self.lengths(part)
        signs = (
            f" {EQUALS if side.sign == '=' else printer.related(side.sign)} " if side.sign else "" for side in sides
        )
        written = "".join(f"{sign}{side.text}" for sign, side in zip(signs, sides, strict=True))
        whole = equation_of(written, chained(self.spoken, spoken))
        # No line ends in a fraction; a sum or product that is longer than a line ends where it may.
        longest = LINE * ONE_PIECE if "frac(" in whole else LINE
        fits = not is_nested(whole) and (sum(lengths) < LINE or max(lengths) >= longest)
        if "labelled(" in whole or fits or len(sides) != len(spoken):
            return whole
        # A line that is too long ends before a sign of equality, not within a product.
        pairs = zip(sides, spoken, strict=True)
        inside = (equation_of(chained(printer, [one]), chained(self.spoken, [said]).strip()) for one, said in pairs)
        kinds = ("piece" if length < SHORT_SIDE else "measured-piece" for length in lengths)
        return f"[{' '.join(f'#{kind}({one})' for kind, one in zip(kinds, inside, strict=True))}]"

    def height(self, part: Equation | Relation, written: str) -> str:
        """Return what says that a formula reaches out of its line, and that it may be about as long as one."""
        if not is_tall(written):
            return ""
        return TALL + NEAR if sum(self.lengths(part)) > SHORT_SIDE else TALL

    def lengths(self, part: Equation | Relation) -> list[int]:
        """Return about how many letters the sides of a formula take beside one another."""
        return [len(side.text) for side in self.sides(part, self.width)]

    def closed(self, formula: Formula, printer: Printer) -> Iterator[str]:
        written = self.math(formula, printer)
        # In letters, it stands on the sheet of the same formula in names.
        keep = ", keep: true" if printer.notation != self.notation else ""
        yield f"#chain({written}{f'{TALL}, breaks: true' if is_tall(written) else ''}{keep})"

    def math(self, formula: Formula, printer: Printer) -> str:
        return equation_of(printer(formula), self.spoken(formula))

    def plain(self, text: str) -> str:
        return f"#{string(unbroken(text))}"

    def formula(self, formula: Formula, printer: Printer) -> str:
        return f"#{self.math(formula, printer)}"

    def span(self, span: Span, inside: str) -> str:
        if span.symbol is not None and (span.style == "letter" or self.notation == "letters"):
            return f"#{self.math(span.symbol, self.letters)}"
        if span.style == "link" and span.url and not span.url.startswith("#"):
            return f"#link({string(span.url)})[{inside}]"
        if span.style in ("code", "name"):
            return f"#raw({string(span.text)})"
        command = {"strong": "strong", "emphasis": "emph"}.get(span.style)
        return f"#{command}[{inside}]" if command else inside or words(span.text)


class Width(Text):
    """Writes what stands beside one another in a line: of a fraction, the longer of its two sides."""

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return max(self(top), self(bottom), key=len)

    def labelled(self, value: str, text: str) -> str:
        # Words below a brace are small.
        return max(value, text[: round(0.7 * len(text))], key=len)


def is_nested(formula: str) -> bool:
    """Return whether a fraction stands in a fraction: no line ends in it, and it reaches far out of its line."""
    fractions: list[bool] = []
    for sign in BRACKET.findall(formula):
        if sign == ")":
            fractions.pop()
        elif sign == "frac(" and any(fractions):
            return True
        elif sign in {"frac(", "("}:
            fractions.append(sign == "frac(")
    return False


def is_tall(formula: str) -> bool:
    """Return whether fractions or braces reach out of a line; pieces have lines as high as they are."""
    return not formula.startswith("[") and ("frac(" in formula or "labelled(" in formula)


def equation_of(formula: str, spoken: str) -> str:
    """Return an equation in the line, which may break at its signs, and what it says."""
    return f"math.equation(alt: {string(spoken)}, ${formula}$)"


def unbroken(text: str) -> str:
    """Return a figure with its signs and unit, in one line."""
    return text.replace(" ", "\N{NARROW NO-BREAK SPACE}")
