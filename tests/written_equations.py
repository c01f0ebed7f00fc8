"""The equations of our own documents: where each format has them, how one is changed, whether Python finds it true.

The proofreader has no part in this: it is what is tested.
"""

import math
import random
import re
from collections.abc import Callable, Container, Mapping
from fractions import Fraction
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

from symbolic.formulas.formula import Exact

Rules = tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...]


class Format(NamedTuple):
    """How a format writes equations.

    `equation` finds one (its group 1); `words` are the labels, names and units in it; `signs` and `factor` are what is
    put into it; `plain` gives it as `<name> × 2 = 4 <unit>`.
    """

    equation: re.Pattern[str]
    number: re.Pattern[str]
    words: re.Pattern[str]
    signs: tuple[str, ...]
    factor: str
    plain: Callable[[str], str]


TEX: Rules = (
    (r"\\_|\\underline\{\\ \}", "_"),
    (r"\\(?:begin|end)\{aligned\}|&|\\\\(?=\n)|\\cr|\\allowbreak|\\thinspace|\\,|\\ |\\left(?=\()|\\right(?=\))", " "),
    (r"\\(?:mathrm|size|text)\{([^{}]*)\}", r"<\1>"),
    (r"\{,\}", ","),
    (r"\\underbrace\{([^{}]*)\}_ \{<[^<>]*>\}|\\labelled\{([^{}]*)\}\{[^{}]*\}", r"\1\2"),
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\lceil(.*?)\\rceil", r"ceil(\1)"),
    (r"\\lfloor(.*?)\\rfloor", r"floor(\1)"),
    (r"\\(min|max)\b", r"\1"),
    (r"\^\{(\d+)\}", r"**\1"),
    (r"\\times", "×"),
    (r"\\is", "="),
    (r"\\near|\\approx", "≈"),
)
TEXT: Rules = (
    (r"\s+", " "),
    (r"(?<=\d) \[[^\]]*\]", ""),
    (r"\[([^\]]*)\]", r"<\1>"),
    (r"(?<=\d) ([A-Za-z][A-Za-z ]*)(?= [=≈]|$)", r"<\1>"),
    (
        r"<[^>]*>|\b(?!(?:min|max|ceil|floor)\()(?:[a-z][a-z_0-9]*|[A-Z](?:_[a-z]+)?\b)",
        lambda match: match[0] if match[0][0] == "<" else f"<{match[0]}>",
    ),
    ("²", "**2"),
)
PLAIN_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
TEX_NUMBER = re.compile(r"\d+(?:\{,\}\d{3})*(?:\.\d+)?")
TEX_WORDS = re.compile(r"\\(?:mathrm|size|text)\{(?:[^{}]|\{[^{}]*\})*\}|(?<=\})\{[A-Za-z][^{}]*\}")
LINES = r"(?:[^\n]|\n {8}|\n    (?=[=≈]))"
"""What an equation of plain text goes on with: what was wrapped is indented more, a further side is not."""
NEVER = re.compile(r"(?!)")


def by(rules: Rules, source: str) -> str:
    """An equation as the rules rewrite it, each as often as there is something for it: fractions stand in fractions."""
    for pattern, replacement in rules:
        before = ""
        while before != source:
            before, source = source, re.sub(pattern, replacement, source, flags=re.DOTALL)
    return source


def mathml(source: str) -> str:
    """What MathML shows."""
    return _shown(fromstring(f"<p>{source}</p>"))


def _shown(element: Element) -> str:
    parts = [_shown(child) for child in element]
    match element.tag:
        case "mi" if element.text in ("(", ")"):
            return element.text
        case "mi" | "mtext":
            return f"<{element.text}>"
        case "mfrac":
            return f"(({parts[0]})/({parts[1]}))"
        case "msup":
            return f"{parts[0]}**{parts[1]}"
        case "munder":
            return parts[0]
    return (element.text or "") + "".join(parts)


def _tex(equation: str) -> Format:
    found = re.compile(equation, re.DOTALL | re.MULTILINE)
    return Format(found, TEX_NUMBER, TEX_WORDS, (r"\times", "+", "-"), r"{} \times ", lambda source: by(TEX, source))


FORMATS: Mapping[str, Format] = {
    # What closes a formula without a relation opens none: a line that is blank stands before what opens.
    "markdown": _tex(r"(?<=\n\n)\$\$\n((?:(?!\$\$).)*?(?:=|\\approx)(?:(?!\$\$).)*?)\n\$\$$"),
    "latex": _tex(r"^\\Chain(?:\[\{[^}\n]*\}\])?\{([^\n]*\\(?:is|near) [^\n]*)\}$"),
    "html": Format(
        re.compile(r'<div class="equation"[^>]*>((?:(?!</div>).)*<mo>[=≈]</mo>(?:(?!</div>).)*)</div>', re.DOTALL),
        re.compile(r"(?<=<mn>)[\d,.]+(?=</mn>)"),
        NEVER,
        ("<mo>×</mo>", "<mo>+</mo>", "<mo>−</mo>"),
        "{}</mn><mo>×</mo><mn>",
        lambda source: by(((r"⌈(.*?)⌉", r"ceil(\1)"), (r"⌊(.*?)⌋", r"floor(\1)")), mathml(source)),
    ),
    "text": Format(
        # The total at the head is rounded so much that most changes of it stay true.
        re.compile(rf"^    (?! |=|\(so far|[\d,]+ \w+ ≈)({LINES}*[=≈]{LINES}*)$", re.MULTILINE),
        PLAIN_NUMBER,
        re.compile(r"\[[^\]]*\]"),
        ("×", "+", "−"),
        "{} × ",
        lambda source: by(TEXT, source),
    ),
}
_SUM = r"\d+(?:,\d{3})*(?: [+×][ \n]\d+(?:,\d{3})*)*"
IN_A_SENTENCE = re.compile(rf"(?<![\w.,}}])(?<![+×/}}]\s)({_SUM} = {_SUM})(?![\d,{{]*\d)")
"""A line of plain text may end behind a sign."""


class Place(NamedTuple):
    """An equation of a document, and how it is written."""

    start: int
    end: int
    format: Format


def equations(text: str, kind: str) -> list[Place]:
    """Where the equations of a document stand: displayed ones that relate something, and those in sentences."""
    form = FORMATS[kind]
    places = [Place(*match.span(1), form) for match in form.equation.finditer(text)]
    sentences = form.equation.sub(lambda match: " " * len(match[0]), text)
    spoken = [Place(*match.span(1), FORMATS["text"]) for match in IN_A_SENTENCE.finditer(sentences)]
    return places + spoken


def is_about_numbers(text: str, place: Place, names: Container[str]) -> bool:
    """Whether an equation is about numbers and these names, not about letters or other names."""
    plain = place.format.plain(text[place.start : place.end])
    if any(name not in names and name not in UNITS for name in re.findall(r"<([^<>]{2,})>", plain)):
        return False
    return re.search(r"[^\W\d_]|\\", re.sub(r"<[^<>]{2,}>", "", plain)) is None


UNITS = {"GB": 10**9, "GiB": 2**30}
"""What stands behind a number and is no mere word."""
OPERATIONS = {"Fraction": Fraction, "ceil": math.ceil, "floor": math.floor, "min": min, "max": max}


def is_true(source: str, form: Format, values: Mapping[str, Exact]) -> bool:
    """Whether each side of an equation is the one before it, by Python's arithmetic.

    A number behind ≈ may differ by half of what its last digit is worth: more can't be asked of a rounded one.
    """
    plain = form.plain(source)
    for unit, size in UNITS.items():
        # Bytes that were divided by those of a GiB are a number of GiB: there the unit is a mere word.
        if re.search(rf"/\s*\(*{size:,}", plain):
            plain = plain.replace(f"<{unit}>", "")
    first, *others = re.split(r"([=≈])", plain)
    try:
        left = _value(first, values)
        for relation, side in zip(others[::2], others[1::2], strict=True):
            right = _value(side, values)
            if abs(left - right) > (_half(side) if relation == "≈" else 0):
                return False
            left = right
    except ZeroDivisionError:
        return False
    return True


def has_values(source: str, form: Format, values: Mapping[str, Exact]) -> bool:
    """Whether each name of an equation has a value: those of a closed form's blocks, in letters, have none."""
    try:
        is_true(source, form, values)
    except (KeyError, NameError, SyntaxError):
        return False
    return True


def _value(side: str, values: Mapping[str, Exact]) -> Fraction:
    def python(match: re.Match[str]) -> str:
        if match["name"]:
            return f"Fraction('{values[match['name']]}')"
        return f"(Fraction('{match['number'].replace(',', '')}') * {UNITS.get(match['unit'] or '', 1)})"

    pattern = rf"<(?P<name>[^>]*)>|(?P<number>{PLAIN_NUMBER.pattern})\s*(?:<(?P<unit>[^>]*)>)?"
    formula = re.sub(pattern, python, side).replace("×", "*").replace("−", "-")
    return Fraction(eval(" ".join(formula.split()), OPERATIONS.copy()))


def _half(side: str) -> Fraction:
    match = re.fullmatch(r"\s*[\d,]+\.?(?P<decimals>\d*)\s*(?:<(?P<unit>[^>]*)>)?\s*", side)
    return Fraction(UNITS.get(match["unit"] or "", 1), 2 * 10 ** len(match["decimals"])) if match else Fraction(0)


def mutated(source: str, form: Format, chance: random.Random) -> str | None:
    """An equation with one digit, sign or factor changed; None where it has none of that kind."""
    seen = form.words.sub(lambda match: " " * len(match[0]), source)
    numbers = list(form.number.finditer(seen))
    kind = chance.choice(["digit", "digit", "digit", "sign", "factor"])
    if kind == "sign":
        signs = [match for sign in form.signs for match in re.finditer(re.escape(sign), seen)]
        if not signs:
            return None
        sign = chance.choice(signs)
        other = chance.choice([other for other in form.signs if other != sign[0]])
        return f"{source[: sign.start()]} {other} {source[sign.end() :]}"
    if not numbers:
        return None
    number = chance.choice(numbers)
    if kind == "factor":
        factor = form.factor.format(chance.choice(["2", "3", "10"]))
        before, written, behind = source[: number.start()], number[0], source[number.end() :]
        if before.endswith("<mn>"):
            # A fraction takes one element above its line and one below.
            return f"{before[:-4]}<mrow><mn>{factor}{written}</mn></mrow>{behind.removeprefix('</mn>')}"
        return before + factor + written + behind
    return source[: number.start()] + other_digit(number[0], chance) + source[number.end() :]


def other_digit(number: str, chance: random.Random) -> str:
    """A number with one of its digits changed."""
    place = chance.choice([place for place, sign in enumerate(number) if sign.isdigit()])
    digit = chance.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]
