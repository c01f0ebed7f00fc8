"""Formulas and values in plain signs, as a sentence has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from math import floor

from symbolic.formulas.figures import grouped, rounded, significant
from symbolic.formulas.formula import Exact, exact
from symbolic.proofread.arithmetic.expression import Counter, ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.numbers import ALSO
from symbolic.proofread.arithmetic.units import PER_MANY
from symbolic.proofread.grammar.tokens import OF_LOGARITHM

LONG = 10**60
"""From here on nobody reads all digits."""


def shown(value: Exact) -> str:
    """Return a value as it is written in a sentence: grouped, or rounded if it is a fraction or very long."""
    if value < 0:
        return f"−{shown(-value)}"
    whole = isinstance(value, int) or value.denominator == 1
    if value >= LONG:
        return rounded(int(value))
    return grouped(value) if whole else significant(Fraction(value), 6)


def nearest_like(value: Exact, number: NumberNode | None) -> str:
    """Return a value rounded to as many digits as a number shows, in its own unit."""
    if number is None:
        return shown(value)
    if value < 0:
        return f"−{nearest_like(-value, number)}"
    step = number.figure.step
    nearest = floor(Fraction(value) / step + Fraction(1, 2)) * step
    digits, sign, power = number.figure.shown.partition(" × 10^")
    if sign:
        ten = Fraction(10) ** int(power.replace("−", "-"))
        return f"{float(nearest / ten):.{len(digits.partition('.')[2])}f}{sign}{power}"
    return like(exact(Fraction(nearest)), number) if number.figure.scaled else decimal_like(nearest, number)


def decimal_like(value: Fraction, number: NumberNode) -> str:
    """Return a value with as many decimals as a number has."""
    if value < 0:
        return f"−{decimal_like(-value, number)}"
    if number.figure.scale == "%":
        plain = number.figure.unscaled._replace(shown=number.figure.shown.rstrip("%\\ "))
        return f"{decimal_like(value * 100, replace(number, figure=plain))}%"
    decimals = len(str(number.figure.step.denominator)) - 1
    if decimals < 1 or re.search(r"[^\d.,]", number.figure.shown):
        return shown(exact(Fraction(value)))
    whole, rest = divmod(int(value * 10**decimals), 10**decimals)
    return f"{grouped(whole)}.{rest:0{decimals}}"


def like(value: Exact, number: NumberNode) -> str:
    """Return a rounded value in the form of the number beside it: 325 GiB, if that one is 335 GiB."""
    if value < 0:
        return f"−{like(exact(-value), number)}"
    written = re.match(r"(?P<whole>\d{1,3}(?:,\d{3})*)(?!\d)(?:[.,](?P<decimals>\d+))?", number.figure.shown)
    behind = (written["decimals"] or "") if written else ""
    digits = len(behind)
    unit = number.figure.step * 10**digits
    if (
        written is None
        or not number.figure.scaled
        or number.figure.value != unit * Fraction(f"{written['whole'].replace(',', '')}.{behind}")
    ):
        return shown(value)
    whole, decimals = divmod(int(Fraction(value) / unit * 10**digits), 10**digits)
    return f"{whole:,}{f'.{decimals:0{digits}}' if digits else ''}{number.figure.shown[written.end() :]}".strip()


def in_words(node: ExpressionNode, long: str = "The left side", most: int = 60) -> str:
    """Return a formula in plain signs, or `long` if that has more than `most` characters."""
    words = _plain(node)
    return words if len(words) <= most else long


def _plain(node: ExpressionNode) -> str:
    if isinstance(node, NumberNode):
        shown = node.figure.shown.replace("{,}", ",").replace("\\,", " ").replace(r"\text{e}", "e").strip()
        if not shown.endswith((node.figure.scale, *ALSO)):
            # It stands behind the dollar sign.
            shown = f"{shown} {node.figure.scale}"
        return f"{shown} {node.unit or (node.label if PER_MANY.match(node.label) else '')}".rstrip()
    if isinstance(node, Name | Counter):
        return node.text
    if not isinstance(node, Operation):
        return ""
    parts = [_plain(part) for part in node.parts]
    if node.sign == "()":
        return parts[0] if isinstance(node.parts[0], NumberNode | Name) else f"({parts[0]})"
    if node.sign == "+":
        return parts[0] + "".join(f" − {part[1:]}" if part.startswith("−") else f" + {part}" for part in parts[1:])
    plain = PLAIN.get(node.sign)
    if plain or (isinstance(node.parts[0], Operation) and node.parts[0].sign == "()" and parts[0].startswith("(")):
        return plain(parts) if plain else f"{node.sign}{parts[0]}"
    return f"{node.sign}({', '.join(parts)})"


PLAIN: Mapping[str, Callable[[list[str]], str]] = {
    "-": lambda parts: f"−{parts[0]}",
    # The unit of a power is a factor without digits.
    "×": lambda parts: " × ".join(parts).replace(" ×  ", " "),
    "beside": lambda parts: "".join(f" × {part}" if part[:1].isdigit() else f" {part.strip()}" for part in parts)[
        1:
    ].removeprefix("× "),
    "/": " / ".join,
    "^": "^".join,
    "√": lambda parts: f"√{parts[0]}" if len(parts) == 1 else f"root({', '.join(parts)})",
    "∂": lambda parts: f"∂{parts[0]}/∂{parts[1]}",
    "!": lambda parts: f"{parts[0]}!",
    "||": lambda parts: f"|{parts[0]}|",
    "log": lambda parts: f"log {parts[1]}" if parts[0] == OF_LOGARITHM else f"log_{parts[0]} {parts[1]}",
    "∑": lambda parts: f"∑({parts[0]} = {parts[1]} to {parts[2]}) {parts[3]}",
    "∏": lambda parts: f"∏({parts[0]} = {parts[1]} to {parts[2]}) {parts[3]}",
}
