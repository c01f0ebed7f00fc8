"""Closed forms as Python: a function that somebody can copy, exact, since Python's integers have no limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from textwrap import TextWrapper
from typing import ClassVar

from symbolic.formulas.formula import Exact, Formula, Negative, Number, Product, Quotient, Sum, Symbol
from symbolic.formulas.functions import Ceiling, Floor, Root
from symbolic.formulas.shown import Labelled
from symbolic.pages.functions import Function, Typed, variable
from symbolic.pages.rendering.notation import Printer

HARD = "\N{NO-BREAK SPACE}"
SHORT = re.compile(r"\([^()]{,48}\)")
SIGN = re.compile(r" (\*|//|\+|-) ")
WIDTH = 88
NARROW = 72
"""How wide lines are that stand on a page: paper has room for no more."""
"""A line of code that would be longer is broken."""
IMPORTS = {"Fraction": "from fractions import Fraction", "isqrt": "from math import isqrt"}
ONLY_WHOLE = """\
    if total.denominator != 1:
        raise ValueError("these sizes do not belong together: the total is not a whole number")
    return int(total)""".splitlines()


class PythonNotation(Printer):
    """Python's signs: 12 * emb_dim**2. A quotient that nothing rounds is a Fraction; whole numbers stay integers."""

    times = "*"
    inside_product = (Sum, Product, Negative)

    def number(self, value: Exact) -> str:
        whole = isinstance(value, int)
        return f"{value:_}" if whole else f"Fraction({value.numerator:_}, {value.denominator:_})"

    def symbol(self, symbol: Symbol) -> str:
        return symbol.name

    def label(self, text: str) -> str:
        return text

    def joined(self, sign: str, right: str) -> str:
        return super().joined(sign.replace("−", "-"), right)

    def power(self, base: str, exponent: str) -> str:
        # An integer to a negative power would be a float.
        return f"Fraction(1, {base}**{exponent[1:]})" if exponent.startswith("-") else f"{base}**{exponent}"

    def fraction(self, top: Formula, bottom: Formula) -> str:
        return self.function("Fraction", [self(top), self(bottom)])

    def terms(self, node: Sum) -> Iterator[str]:
        """Yield the terms of a sum, each but the first behind its sign."""
        for place, term in enumerate(node.terms):
            taken = isinstance(term, Negative)
            sign = ("- " if taken else "+ ") if place else "-" if taken else ""
            yield sign + self._bracketed(term.term if isinstance(term, Negative) else term, Sum, Negative)

    def _minus(self, node: Negative) -> str:
        return f"-{self._bracketed(node.term, Sum, Negative)}"

    def _rounded_down(self, node: Floor) -> str:
        if isinstance(node.part, Root):
            return self.function("isqrt", [self(node.part.part)])
        return self.brackets(self._divided(node.part))

    def _rounded_up(self, node: Ceiling) -> str:
        return self.brackets(f"-(-{self._divided(node.part)})")

    def _divided(self, part: Formula) -> str:
        top, bottom = (part.numerator, part.denominator) if isinstance(part, Quotient) else (part, Number(1))
        return f"{self.brackets(self(top))} // {self._bracketed(bottom, Sum, Product, Negative, Quotient)}"

    def _named(self, node: Labelled) -> str:
        return variable(node)

    _writers: ClassVar[Mapping[type[Formula], Callable[..., str]]] = {
        **Printer._writers,
        Negative: _minus,
        Floor: _rounded_down,
        Ceiling: _rounded_up,
        Labelled: _named,
    }


def python(function: Function) -> str:
    """Return the code of a function: a line for each block, and the whole.

    Where it meets fractions, it refuses sizes that do not belong together.
    """
    arguments = ", ".join(one.name for one in function.arguments)
    lines = [f"def {function.name}({arguments}):"]
    if len(lines[0]) > WIDTH:
        lines = [f"def {function.name}(", *_wrapped(arguments), "):"]
    lines.append(f'    """{function.about}"""')
    lines += [f"    {one.name} = Fraction({one.name})" for one in function.arguments if not one.is_integer]
    for block in function.blocks:
        lines += _line(f"{variable(block)} = ", block.formula)
    if function.is_whole:
        lines += _line("return ", function.whole)
    else:
        lines += [*_line("total = ", function.whole), *ONLY_WHOLE]
    code = "\n".join(lines) + "\n"
    needed = [line for name, line in IMPORTS.items() if f"{name}(" in code]
    return "\n".join([*needed, "", "", code] if needed else [code])


def typed(part: Typed) -> list[str]:
    """Return the lines that print a total: the sizes, and the formula of the whole."""
    sizes = "; ".join(f"{one.name} = {part.sizes[one.name]}" for one in part.function.arguments)
    lines = TextWrapper(NARROW, break_long_words=False).wrap(sizes.replace(" = ", f"{HARD}={HARD}"))
    given = [line.rstrip(";").replace(HARD, " ") for line in lines]
    return [*given, *_line("print", part.function.whole, 0, NARROW)]


def _line(start: str, formula: Formula, indent: int = 4, width: int = WIDTH) -> Iterator[str]:
    """Yield a statement, or a call, with a formula behind it: in brackets over several lines where it is long."""
    write, space = PythonNotation(), " " * indent
    written = write(formula) if start.endswith(" ") else f"({write(formula)})"
    if indent + len(start) + len(written) <= width:
        yield f"{space}{start}{written}"
        return
    yield f"{space}{start}("
    for term in write.terms(formula) if isinstance(formula, Sum) else (write(formula),):
        yield from _wrapped(term, indent + 4, width)
    yield f"{space})"


def _wrapped(text: str, indent: int = 4, width: int = WIDTH) -> list[str]:
    """Return lines that are broken before a plus or a minus, and behind a comma; short brackets stay whole.

    Where that leaves a line too long, lines are broken before any sign.
    """
    whole = SHORT.sub(lambda found: found[0].replace(" ", HARD), text)
    for sign in ("*", "//", "+", "-"):
        whole = whole.replace(f" {sign} ", f"{' ' if sign in '+-' else HARD}{sign}{HARD}")
    wrapper = TextWrapper(width, " " * indent, " " * indent, break_long_words=False, break_on_hyphens=False)
    lines = wrapper.wrap(whole)
    if any(len(line) > width for line in lines):
        lines = wrapper.wrap(SIGN.sub(rf" \1{HARD}", text))
    return [line.replace(HARD, " ") for line in lines]
