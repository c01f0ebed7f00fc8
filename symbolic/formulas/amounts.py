"""Numbers as people write them: 8192, 1_000, 0.4, 2/5, 1e12, 10B, 15T, 128k, 24GiB. Exact, whatever the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor
from typing import TypeAlias

from symbolic.errors import ConfigError, shown
from symbolic.formulas.figures import grouped
from symbolic.formulas.formula import Exact, Symbol, exact
from symbolic.formulas.vocabulary import context, context_length, sliding_window, target_tokens, tokens

THOUSAND = "k"
DECIMAL = {
    "": 1,
    THOUSAND: 10**3,
    "m": 10**6,
    "b": 10**9,
    "g": 10**9,
    "t": 10**12,
    "p": 10**15,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}
BYTES = {
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgt", start=1)},
    **{f"{letter}{ending}": 1024**power for power, letter in enumerate("kmgt", start=1) for ending in ("i", "ib")},
}
NUMBER = re.compile(
    r"([+-]?)((?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d*)?|\.\d+)(?:e\+?(-?\d{1,2}))?(?:/(\d{1,20}))?\s*([a-z]*|%)"
)
"""Commas part groups of three digits: 8,16 are two numbers, and 1,5 is written with a comma for a point."""
LONGEST = 40
TEXTS = frozenset({context, tokens, target_tokens, context_length, sliding_window})
"""Lengths of a text. In these a k is 1,024 where the number before it is a power of two: a context of 128k is one of
131,072 tokens, since people name such lengths by the power of two that they are. Anywhere else it is 1,000."""

Hears: TypeAlias = Callable[[str], None]
"""Is told in a sentence how a number was understood that could be read in two ways."""


def amount(text: str, name: str, symbol: Symbol | None = None, hears: Hears | None = None) -> Exact:
    """Return the number that a text is, exactly; `name` is what an error calls it.

    `symbol` is the size or input that it is for: one of bytes may be given as 24GiB (1024³ each) or 24GB (1000³).
    ConfigError, with what would do, for any other text.

    >>> amount("1.5B", "--total"), amount("1_000", "--batch"), amount("2/5", "--mfu")
    (1500000000, 1000, Fraction(2, 5))
    >>> amount("128k", "--context", context), amount("128k", "vocab_size"), amount("200k", "--context", context)
    (131072, 128000, 200000)
    """
    match = NUMBER.fullmatch(text.strip().lower())
    if len(text) > LONGEST or (match is None and re.fullmatch(r"[\d_,.]+e[+-]?\d{3,}", text.strip().lower())):
        raise ConfigError(f"{name} is too long, got {shown(text)}; give at most {LONGEST} characters and an e99")
    units = {**DECIMAL, "%": Fraction(1, 100), **(BYTES if symbol is None or symbol.unit == "bytes" else {})}
    if match is None or match[5] not in units or (match[4] and not int(match[4])):
        raise ConfigError(f"{name} must be a number, got {shown(text)}; write it as {_examples(symbol)}")
    sign, digits, power, divisor, unit = match.groups()
    number = Fraction(re.sub("[_,]", "", digits)) * Fraction(10) ** int(power or 0) / int(divisor or 1)
    each = _thousand(number, symbol) if unit == THOUSAND else units[unit]
    if unit == THOUSAND and symbol in TEXTS and hears:
        other = 1000 if each == 1024 else 1024
        hears(
            f"{name} {text.strip()} is taken as {grouped(exact(number * each))}; "
            f"for {grouped(exact(number * other))} write all digits"
        )
    return exact(number * each * (-1 if sign == "-" else 1))


def near(number: Exact) -> str:
    """Return the whole numbers below and above one that is none: 1 or 2."""
    return f"{floor(number):,} or {ceil(number):,}"


def whole_amount(text: str, name: str, symbol: Symbol | None = None, hears: Hears | None = None) -> int:
    """Return the same for a number that must be whole; ConfigError where it is not."""
    number = amount(text, name, symbol, hears)
    if not isinstance(number, int):
        raise ConfigError(f"{name} must be a whole number, got {shown(text)}; give {near(number)}")
    return number


def _thousand(number: Fraction, symbol: Symbol | None) -> int:
    count = number.numerator
    is_power_of_two = number.denominator == 1 and count > 0 and count & (count - 1) == 0
    return 1024 if symbol in TEXTS and is_power_of_two else 1000


def _examples(symbol: Symbol | None) -> str:
    if symbol is not None and symbol.unit == "bytes":
        return "1024, 0.5, 80e9 or 24GiB"
    if symbol is not None and not symbol.is_integer:
        return "0.4 or 2/5"
    return "1024, 128k, 7B or 15e12"
