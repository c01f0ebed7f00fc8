"""Exact numbers as a page prints them in its language: grouped, rounded in words, as a share. No float on the way."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from symbolic.formulas.scales import GIGA, MILLI
from symbolic.language import Noun, gettext, lazy, localised, translate

SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
FROM_SUPERSCRIPTS = {raised: digit for digit, raised in SUPERSCRIPTS.items()}
SCALES = ((10**12, lazy("{number} trillion")), (10**9, lazy("{number} billion")), (10**6, lazy("{number} million")))

BYTES = (("KiB", "kB"), ("MiB", "MB"), ("GiB", "GB"), ("TiB", "TB"), ("PiB", "PB"))
"""The units of bytes, 1,024 and 1,000 of the one before."""
EASY = 1000
"""A fraction in so many parts is written in full in a table: 0.125."""
LONG = 10
"""From so many seconds on, a time is no longer said in milliseconds."""
MOST_PLACES = 6


def grouped(value: int | Fraction) -> str:
    """Return a number in groups of three digits; a fraction as a decimal where it has a short one, else as a quotient.

    The signs between groups and before decimals are those of the current language.

    >>> grouped(1769472), grouped(Fraction(9, 16)), grouped(Fraction(1, 3))
    ('1,769,472', '0.5625', '1/3')
    """
    return localised(_grouped(value))


@lru_cache(4096)
def _grouped(value: int | Fraction) -> str:
    """Return a number as English groups it; a page says each of its numbers several times, also aloud."""
    if value.denominator == 1:
        return f"{int(value):,}"
    places = _places(value)
    if places is None:
        return f"{value.numerator:,}/{value.denominator:,}"
    whole, part = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
    return f"{'−' if value < 0 else ''}{whole:,}.{part:0{places}d}"


def in_a_cell(value: int | Fraction) -> str:
    """Return a number as a table on a terminal has it: a long fraction in four digits, which files have exactly.

    >>> in_a_cell(Fraction(1, 8)), in_a_cell(Fraction(16_000_000, 16_083_591))
    ('0.125', '0.9948')
    """
    return grouped(value) if value.denominator <= EASY else significant(Fraction(value), 4)


def is_quotient(value: int | Fraction) -> bool:
    """Return whether a number has no short decimal, so that `grouped` writes it as a quotient."""
    return value.denominator != 1 and _places(value) is None


def _places(value: int | Fraction) -> int | None:
    """Return how many digits stand behind the point of a fraction's short decimal; None where it has none."""
    return next((n for n in range(MOST_PLACES + 1) if 10**n % value.denominator == 0), None)


def with_unit(value: int | Fraction, unit: str) -> str:
    """Return a number with its unit: 36,864 bytes; without a unit, the number alone."""
    return f"{grouped(value)} {unit_of(value, unit)}" if unit else grouped(value)


def unit_of(value: int | Fraction, unit: str) -> str:
    """Return the unit as it stands behind a number: 1 device, 2 devices."""
    return unit.of(value) if isinstance(unit, Noun) else translate(unit)


def significant(value: Fraction, digits: int) -> str:
    """Return a number rounded half up to so many significant digits, without an exponent: 124.4, 6.738, 0.0123."""
    if value < 0:
        return f"−{significant(-value, digits)}"
    if value == 0:
        return "0"
    places = digits - 1 - _magnitude(value)
    scaled = int(value * Fraction(10) ** places + Fraction(1, 2))
    if scaled >= 10**digits:
        places, scaled = places - 1, int(value * Fraction(10) ** (places - 1) + Fraction(1, 2))
    if places <= 0:
        return localised(f"{scaled * 10**-places:,}")
    whole, part = divmod(scaled, 10**places)
    return localised(f"{whole:,}.{part:0{places}d}")


def near(value: int | Fraction) -> str:
    """Return a ratio: with up to four places, or, where it has more, four digits behind "about".

    >>> near(Fraction(21, 2)), near(Fraction(2, 3))
    ('10.5', 'about 0.6667')
    """
    if 10**4 % value.denominator == 0:
        return grouped(value)
    # Behind a word, an ≈ would make an equation of it.
    return gettext("about {amount}", amount=significant(Fraction(value), 4))


def rounded(value: int, places: int = 4) -> str:
    """Return a number in words, 124.4 million, in so many digits; an empty text for a short number."""
    if value >= 10**15:
        power = _magnitude(Fraction(value))
        return f"{significant(Fraction(value, 10**power), places)} × 10^{power}"
    for scale, words in SCALES:
        if value >= scale:
            return gettext(words, number=significant(Fraction(value, scale), places))
    return ""


def approximate(value: int, unit: str) -> str:
    """Return a total as people say it: 124.4 million, or, of bytes, 134.2 MB (128 MiB); "" where it is short enough."""
    return in_bytes(value) if unit == "bytes" else rounded(value)


def beside(value: int, unit: str) -> str:
    """Return what stands behind a total: ≈ 124.4 million; of bytes ≈ 37.75 MB (= 36 MiB), where one of them is exact.

    >>> beside(124_412_160, "parameters"), beside(121_036_800, "bytes"), beside(37_748_736, "bytes")
    ('≈ 124.4 million', '≈ 121.0 MB (115.4 MiB)', '≈ 37.75 MB (= 36 MiB)')
    """
    shown = approximate(value, unit)
    if unit != "bytes" or not shown:
        return f"≈ {shown}" if shown else ""
    decimal, binary = (value % unit ** _power(value) == 0 for unit in (1000, 1024))
    inside = "" if decimal == binary else "= " if binary else "≈ "
    return f"{'=' if decimal else '≈'} {shown.replace('(', f'({inside}')}"


def leads_with(unit: str) -> str | None:
    """Return the unit behind a rounded total, where that is said before the exact one; None where the exact one is.

    FLOPs have up to 25 digits. Bytes in short have a unit of their own, GB.

    >>> leads_with("FLOPs"), leads_with("bytes"), leads_with("parameters")
    ('FLOPs', '', None)
    """
    return {"FLOPs": translate(unit), "bytes": ""}.get(unit)


def _power(value: int) -> int:
    """Return the power of 1,000 of the largest unit that so many bytes fill; 0 below 1 kB."""
    return next((power for power in range(len(BYTES), 0, -1) if value >= 1000**power), 0)


def in_bytes(value: int) -> str:
    """Return bytes in decimal units, as those of devices are, and in binary ones: 134.2 MB (128 MiB); "" below 1 kB."""
    power = _power(value)
    if not power:
        return ""
    binary, decimal = BYTES[power - 1]
    return f"{in_short(Fraction(value, 1000**power))} {decimal} ({in_short(Fraction(value, 1024**power))} {binary})"


def in_gigabytes(value: int | Fraction) -> str:
    """Return bytes in units of 10⁹, as `in_short` prints them, without the unit's sign.

    >>> in_gigabytes(80_000_000_000), in_gigabytes(13_476_831_232)
    ('80', '13.48')
    """
    return in_short(Fraction(value, GIGA))


def in_short(value: int | Fraction) -> str:
    """Return the number itself if it is whole, else four digits, or as many as stand before the point."""
    if value.denominator == 1:
        return grouped(value)
    return significant(Fraction(value), max(4, len(str(abs(value.numerator) // value.denominator))))


def short(value: int | Fraction, digits: int = 4) -> tuple[str, int]:
    """Return the digits to print and the power of ten behind them: 0 where the number is printed without one."""
    value = Fraction(value)
    power = _magnitude(abs(value)) if value else 0
    if -4 < power < 12:
        return significant(value, max(digits, power + 1) if power < 6 else digits), 0
    return significant(value / Fraction(10) ** power, digits), power


def lasting(seconds: Fraction) -> str:
    """Return seconds in four digits with a unit: as milliseconds, and from ten seconds on as seconds.

    >>> lasting(Fraction(467, 10_000)), lasting(Fraction(4670))
    ('46.70 ms', '4,670 s')
    """
    return f"{significant(seconds, 4)} s" if seconds >= LONG else f"{significant(seconds * MILLI, 4)} ms"


def percent(share: Fraction) -> str:
    """Return a share in per cent: 31.0 %; a share that rounds to nothing is "< 0.1 %"."""
    # In whole numbers: a page prints dozens, and arithmetic of fractions takes ten times as long.
    part, whole = share.numerator, share.denominator
    if 0 < 2000 * part < whole:
        return localised("< 0.1 %")
    if -whole < 2000 * part < 0:
        return localised("> −0.1 %")
    tenths = (2000 * abs(part) + whole) // (2 * whole)
    return localised(f"{'−' if share < 0 else ''}{tenths // 10}.{tenths % 10} %")


def _magnitude(value: Fraction) -> int:
    """Return the power of ten of the first digit."""
    power = len(str(value.numerator)) - len(str(value.denominator))
    return power if value >= Fraction(10) ** power else power - 1
