"""Numbers as people write them: digits in groups, decimals, and scales such as M or million behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

from symbolic.errors import SymbolicError
from symbolic.formulas.formula import Exact, exact

MOST_DIGITS = 400
MOST_ZEROS = 400

ONE = Fraction(1)
THIN = "\u00a0\u2007\u2009\u202f"
"""Spaces that group digits; most of them don't break a line."""

POWERS: Mapping[int, str] = {
    3: "k K thousand kB KB",
    4: "万 萬 만",
    5: "lakh lakhs",
    6: "M million Million millions mn Mio. Mio Mil Millionen millones milhões milioni MB MT/s 百万",
    7: "crore crores",
    8: "亿 億 억",
    9: "B G billion Billion billions bn Mrd. Mrd Milliarden milliard milliards miliardi GB GT/s",
    12: "T trillion Trillion trillions TB 万亿",
    15: "quadrillion PB",
    16: "亿亿",
    18: "EB",
}
OF_BYTES = {"k": 3, "K": 3, "M": 6, "G": 9, "T": 12, "P": 15}
OF_BITS = {"k": 3, "K": 3, "M": 6, "G": 9, "T": 12}
SPELLED = ("k Kilo kilo", "M Mega mega", "G Giga giga", "T Tera tera", "P Peta peta", "E Exa exa")
FLOPS = "F MAC MACs FLOP FLOPs FLOPS flops Flops flop FLOP/s FLOPs/s FLOPS/s OPS OP/s OPs flop/s flops/s"
BITS = "bit bits bps b/s bit/s bits/s"
DECIMAL: Mapping[str, int] = {
    **{word: power for power, words in POWERS.items() for word in words.split()},
    **{f"{letter}B{per}": power for letter, power in OF_BYTES.items() for per in ("/s", "/sec", "ps")},
    **{f"{prefix}{word}": 3 * power for power, prefix in enumerate("MGTPEZY", start=2) for word in FLOPS.split()},
    **{
        f"{prefix}{unit}": 3 * power
        for power, prefixes in enumerate(SPELLED, start=1)
        for prefix in prefixes.split()
        for unit in (("FLOPs", "FLOPS", "FLOP/s", "bytes", "byte", "bits") if len(prefix) > 1 else ("H/s", "Hz"))
    },
    **{f"{letter}b{per}": 3 * power for power, letter in enumerate("mgt", start=2) for per in ("", "ps", "/s")},
    **{f"{letter}b": power for letter, power in OF_BITS.items()},
    **{f"{letter}{bit}": power for letter, power in OF_BITS.items() for bit in BITS.split() if letter + bit != "Kbit"},
}
BINARY: Mapping[str, int] = {
    f"{prefix}iB{per}": power
    for power, prefix in ((10, "K"), (10, "k"), (20, "M"), (30, "G"), (40, "T"), (50, "P"))
    for per in ("", "/s", "/sec", "ps")
}
IN_1024 = {**BINARY, **{f"{prefix}i": 10 * power for power, prefix in enumerate("KMGTP", start=1)}, "ki": 10}
"""Scales that count in powers of 1,024, also those that only a reading of a number has: Ki for K."""
ALSO: Mapping[str, str] = {
    word: scale
    for scale, words in (
        ("KB", "Ko КБ"),
        ("MB", "Mo МБ"),
        ("GB", "Go ГБ"),
        ("TB", "ТБ"),
        ("thousand", "nghìn ngàn ribu тыс"),
        ("million", "milyon triệu juta млн миллион миллиона миллионов"),
        ("billion", "bilhão bilhões milyar tỷ tỉ miliar млрд миллиард миллиарда миллиардов"),
        ("trillion", "trilhão trilhões trilyon triliun трлн"),
    )
    for word in words.split()
}
ALSO = {
    **ALSO,
    **{f"{letter}-{word}": letter + word for letter in "MGTP" for word in ("MAC", "MACs", "FLOP", "FLOPs", "FLOPS")},
    **{f"{letter}-{word}": letter for letter in "MGBT" for word in ("params", "parameters", "tokens")},
}
"""What other languages call a scale, and scales with a hyphen behind their letter: G-MACs."""
LETTERS = frozenset("kKMBGT")
"""Scales of one letter, which stand directly behind their number; elsewhere such letters are symbols."""


class Unread(SymbolicError):
    """An error for a formula or number that can't be read; its message says why."""


class WrittenNumber(NamedTuple):
    """A number with the precision that its digits claim.

    `step` is the worth of one in its last digit; `shown` is its text, so that another number can be written like it.
    `rounded` numbers (decimals, 124M, 31 %) stand for all that round to them. A whole number does so only behind ≈, and
    then `coarse` is the step, as zeros at its end may be rounding. `scale` is the scale behind it: M in 124M.
    """

    value: Exact
    step: Fraction
    coarse: Fraction
    rounded: bool
    scaled: bool
    shown: str
    scale: str = ""

    @property
    def worth(self) -> Fraction:
        """Return the factor that the scale stands for: 10⁶ for 124M."""
        return _worth(self.scale)

    @property
    def unscaled(self) -> WrittenNumber:
        """Return the number before the scale: 124 for 124M."""
        return self.times(1 / self.worth)._replace(scale="", scaled=False)

    def times(self, factor: Fraction) -> WrittenNumber:
        """Return the number times a factor, with the same number of digits."""
        value = exact(self.value * factor)
        return self._replace(value=value, step=self.step * factor, coarse=self.coarse * factor)


@lru_cache(maxsize=4096)
def figure(written: str, group: str, scale: str = "", shown: str = "") -> WrittenNumber:
    """Return the number that digits grouped by `group` (a comma, a dot, a space, or "") and a scale write.

    Unread where it has more digits, or a larger exponent, than any count has.
    """
    shown, scale = shown or written + scale, ALSO.get(scale, scale)
    mantissa, _, power = (written.replace(group, "") if group else written).lower().partition("e")
    whole, _, decimals = mantissa.replace("," if group == "." else "\0", ".").partition(".")
    digits = whole + decimals
    if len(digits) > MOST_DIGITS:
        raise Unread(f"a number of {len(digits):,} digits; at most {MOST_DIGITS} are read")
    exponent = int(power) if power and len(power) <= 4 else 0 if not power else MOST_ZEROS + 1
    if abs(exponent) > MOST_ZEROS:
        raise Unread(f"a number with the exponent {power[:12]}; at most {MOST_ZEROS} is read")
    worth = Fraction(10) ** (exponent - len(decimals)) * _worth(scale) if decimals or scale or power else ONE
    number = int(digits or "0")
    zeros = len(digits) - len(digits.rstrip("0")) if number and not decimals and not power else 0
    rounded = bool(decimals or scale or power)
    value = exact(number * worth) if rounded else number
    coarse = worth * 10**zeros if zeros else worth
    scaled = scale not in ("", "%")
    return WrittenNumber(value, worth, coarse, rounded, scaled, shown, scale)


@cache
def _worth(scale: str) -> Fraction:
    if scale == "%":
        return Fraction(1, 100)
    if scale in IN_1024:
        return Fraction(2 ** IN_1024[scale])
    return Fraction(10 ** DECIMAL.get(scale, 0))


def of_bits(shown: str) -> Exact:
    """Return the value of a binary number, which may have places behind a point: 1.1 is one and a half."""
    whole, _, behind = shown.partition(".")
    return exact(Fraction(int(whole + behind, 2), 2 ** len(behind)))


LAKH = "lakh"
"""The name of South Asia's grouping, 12,44,12,160: groups of two digits above the thousands."""
GROUPED = {
    LAKH: r"\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?",
    ",": r"\d{1,3}(?:,\x01*\d{3})+(?!\d)(?:\.\d+)?",
    ".": r"\d{1,3}(?:\.\x01*\d{3})+(?!\d)(?:,\d+)?",
    "'": r"\d{1,3}(?:['’]\d{3})+(?!\d)(?:\.\d+)?",
    "_": r"\d{1,3}(?:_\d{3})+(?![\d_])(?:\.\d+)?",
    " ": rf"\d{{1,3}}(?:[{THIN} ]\d{{3}})+(?!\d)(?:[.,]\d+)?",
    "e": r"(?<![\d.,])\d,(?:\d\d?|\d{4,}|\d{3}(?=[eE]-))[eE]-?\d{1,2}(?!\w|[.,]\d)",
    "thin": rf"\d{{1,3}}(?:[{THIN}]\d{{3}})+(?!\d)(?:\.\d+)?",
}
POINT = r"\d+\.\d{1,2}(?![\d.,])|0\.\d+(?![\d.,])"
"""A number with a decimal point, also where points group: no group has so few digits, or a nought before it."""


NO_THOUSANDS = re.compile(r"0,(?!\d{3}$)\d+|\d+,\d{1,2}|\d+,\d+[eE][+-]?\d+")
"""No group of thousands stands there: 0,66 has decimals, and 0,096 may be a 4,096 with a wrong digit."""
WITH_COMMA = (
    r"(?<=[=≈] )0,\d{2,9}(?![\d.,])|(?<=[×÷] )\d{1,3},\d{1,2}(?!\d|[.,]\d)"
    r"|(?<![\d.,])\d{1,4},\d{1,2}(?=[ ]?(?:[kKMGT]i?[Bo]|[KMGBT]|[MGT]FLOPs?|%)(?!\w))"
)
"""A number with a decimal comma, also where commas group: behind a sign, or before a scale, 29,94M and 15,2 GB."""


@dataclass(frozen=True, slots=True)
class Style:
    """A document's way of grouping digits, named by the separator or LAKH."""

    group: str

    @property
    def pattern(self) -> str:
        """Return a regular expression for the numbers of this style."""
        grouped = [GROUPED["."]] if self.group == "." else [GROUPED["e"], GROUPED[","]]
        grouped = [GROUPED[LAKH], *grouped] if self.group == LAKH else grouped
        grouped += [GROUPED[name] for name in ("'", "_", " " if self.group == " " else "thin")]
        if self.group != " ":
            # Behind an equals sign two numbers in a row are one, = 4 800, where others have commas, unless the second
            # is of its own: = 24 512×512 images, = 12 128-dimensional heads.
            grouped.append(rf"(?<=[=≈] ){GROUPED[' ']}(?!\s?[-–x×*]\s?\w)")
            # No number is 000, so that 10 000 is one, whatever stands beside it.
            grouped.append(rf"(?<![\d.,][{THIN} ])\d{{1,3}}(?:[{THIN} ]\d{{3}})*[{THIN} ]000(?![{THIN} ]?\d|[.,]\d)")
        plain = (
            rf"\d+,\d+|{POINT}|\d+"
            if self.group == "."
            else rf"{WITH_COMMA}|\d+(?:\.\d+)?(?:[eE][+-]?\d+(?!(?![xX]\d)\w|\.\d))?|\.\d+"
        )
        return "|".join((*grouped, plain))

    def read(self, written: str, scale: str = "", shown: str = "") -> WrittenNumber:
        """Return the number that is written so; the readers' sign for nothing may stand between its digits."""
        written = written.replace("\x01", "")
        for group in ("'", "’", "_", *THIN, " "):
            if group in written:
                # One kind of space after the other: some group with two kinds.
                written = re.sub(rf"[{THIN} '’_]", "", written)
                return figure(written.replace(",", "."), "", scale, shown)
        if NO_THOUSANDS.fullmatch(written):
            return figure(written, ".", scale, shown)
        if self.group == "." and re.fullmatch(POINT, written):
            return figure(written, "", scale, shown)
        return figure(written, self.group if self.group in ",." else ",", scale, shown)


def style_of(text: str) -> Style:
    """Return the grouping that a document uses, judged by numbers that can be read in one way only."""
    # They start with a digit, so that the places without one are passed over quickly; then comes what is before it.
    commas = len(re.findall(r"\d(?<![\d.,]\d)\d{0,2}(?:(?:,|\{,\})\d{3})+(?![\d,])", text))
    dots = len(re.findall(r"\d(?<![\d.,]\d)\d{0,2}(?:\.\d{3}){2,}(?![\d.])", text))
    if dots > commas or (has_decimal_commas(text) and _decimal_commas(text) > commas):
        return Style(".")
    if _groups_by_lakh(text):
        return Style(LAKH)
    spaces = r"\d(?<![\d.,] \d)(?<![\d.,]\d)\d{0,2}(?:(?: \d{3})+ \d{3}| 000)(?!\d|[.,]\d)"
    return Style(" " if not commas and re.search(spaces, text) else ",")


COMMA = r"(?:,|\{,\})"
BEHIND_COMMA = rf"(?:\d+{COMMA}(?:\d{{1,2}}|\d{{4,}})|0{COMMA}\d+)(?![\d,.{{])"
"""What no group of thousands is: 34,5 and 0,0502 and 0,125."""
WORKED_OUT = re.compile(
    rf"(?=[+×*·/−\\0])(?:(?:[+×*·/−]|\\(?:times|cdot|div)) ?{BEHIND_COMMA}"
    rf"|(?<![\d.,}}])0{COMMA}(?:\d\d?|\d{{4,}}) ?[×*·])"
)
EQUAL = re.compile(rf"(?:[=≈]|\\approx) {{0,8}}{BEHIND_COMMA}")
WITH_POINT = re.compile(r"\d\.\d(?!\d\d(?!\d))")


def has_decimal_commas(text: str) -> bool:
    """Return whether calculations have decimal commas, 34,5 + 1,25 = 35,75, and more of them than decimal points.

    Lists of indices, i = 1,2, don't count.
    """
    return _decimal_commas(text) > max(1, len(WITH_POINT.findall(text)))


def _decimal_commas(text: str) -> int:
    """Return how many numbers of calculations have a decimal comma."""
    if "," not in text or not (first := WORKED_OUT.search(text)):
        return 0
    return len(WORKED_OUT.findall(text, first.start())) + len(EQUAL.findall(text))


def _groups_by_lakh(text: str) -> bool:
    """Return whether two or more numbers have groups of two digits, and none has groups of three; lists don't count."""
    found = set(re.findall(rf"\d(?<![\d.,(\[}}]\d)\d?(?:{COMMA}\d\d)+{COMMA}\d{{3}}(?![\d,)\]{{])", text))
    thousands = rf"\d(?<![\d.,}}]\d)(?:\d{{0,2}}(?:{COMMA}\d{{3}}){{2,}}|\d\d{COMMA}\d{{3}})(?![\d,{{])"
    return len(found) > 1 and not re.search(thousands, text)


def written_like(value: Exact, like: str) -> str:
    """Return a whole number as text, with its digits grouped as in `like`."""
    if re.search(r"\d,\d\d,|\d\{,\}\d\d\{", like):
        return _in_lakhs(value).replace(",", "{,}" if "{" in like else ",")
    separators = re.findall(r"(?<=\d)(\{,\}|[^\d{}]|\\[,; ]|\{\\,\})(?=\d{3})", like)
    return f"{value:,}".replace(",", separators[0] if separators else "," if len(like) < 4 and value >= 10_000 else "")


def _in_lakhs(value: Exact) -> str:
    digits, last = f"{value}"[:-3], f"{value}"[-3:]
    return re.sub(r"(?<=\d)(?=(?:\d\d)+$)", ",", digits) + ("," if digits else "") + last
