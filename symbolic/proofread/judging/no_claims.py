"""Reasons why a link says nothing that could be wrong: what it has is a note, a shape, a condition, a range or a bound.

Each function returns the reason as the end of a sentence, or "" if there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import floor

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.judging.agreement import RELATIONS, is_power_of_ten, lone
from symbolic.proofread.judging.completeness import goes_on_before, of_numbers_alone
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.meanings import dash, far
from symbolic.proofread.judging.named import of_other_number
from symbolic.proofread.judging.surroundings import OPERATORS

UNKNOWNS = frozenset("xyzuvijkt")
"""Letters of what is to be found, 2x + 5 = 13, or of what runs through many values."""
SHAPED = re.compile(
    r"[ -](?:conv\w*|kernels?|filters?|images?|matri\w+|patch\w*|pixels?|pool\w*|grids?|region\w*|windows?)\b"
    r"|[ ]?(?:矩阵|卷积|图|块|窗口|核|像素|网格|필터|커널|이미지|영역)",
    re.IGNORECASE,
)
PIECES = re.compile(r"[ -](?:patch\w*|tiles?|windows?|regions?)\b", re.IGNORECASE)
WRAPS = re.compile(r"\b(?:clamp\w*|saturat\w*|wrap[ -]?around|wraps)\b|饱和|环绕|回绕|溢出|飽和|모듈로", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,20}(?:,\d{3})*(?:\.\d{1,20})?")
LONGEST_LINE = 400
LEAST_BOUND, FAR_OFF = 8, Fraction(1, 20)
TUPLE = re.compile(r"\(\d{1,3},\d{3}\)")
VERSION = re.compile(r"\b(?:PCIe|Gen|NVLink|USB|DDR|HBM|CUDA|SXM|v)[ ]?\Z")
"""Words behind which a number with a point is a version: PCIe 7.0 × 16 lanes."""
DATE = re.compile(r"[0-3]?\d/[0-3]?\d/(?:19|20)\d\d\b")
BELOW = re.compile(r"[ \t]*\n[ \t]*\d{1,3}[ \t]*(?:\n|\Z)")
OF_BITS = re.compile(r"\d+[$*` ~}]{0,4}(?:\\text\{ ?)?-?bits?\b", re.IGNORECASE)
SHAPE = re.compile(r"\(?\d{1,4}(?:\s?[×xX*]\s?\d{1,4})+\)?")

SETTING = re.compile(r"\d{1,3}(?:[ ]?[x×X][ ]?\d{1,3}){1,2},?[ ](?:[kspd]|strides?|pad(?:ding)?)")
"""A kernel and the name of another setting: conv 3x3 s=2."""


def to_find(link: Link) -> str:
    """Return a reason to say nothing if a letter of the link may be what is to be found; else ""."""
    names = (name.text for name in link.names)
    return "it may be there to be solved for its letters" if not UNKNOWNS.isdisjoint(names) else ""


def _noted(link: Link) -> str:
    """Return a doubt if brackets behind a number or a word may be a note, 0.85 (85 %) or users (20 %); else ""."""
    share = lone(link.first)
    if isinstance(link.first, Operation) and share is not None and share.figure.scale == "%" and not link.fault.right:
        return "the share in brackets may be a note"
    for part in link.parts:
        if isinstance(part, Operation) and part.sign == "beside":
            number, *others = part.parts
            if isinstance(number, Operation) and number.sign == "()":
                # Brackets beside brackets are factors: (-0.25)(+1).
                continue
            inside = [other.parts[0] for other in others if isinstance(other, Operation) and other.sign == "()"]
            if (factor := lone(number)) is None or _multiplies(factor, others[0]):
                continue
            if any(lone(one) or isinstance(one, Name) for one in inside):
                return "what stands in brackets behind a number may be a note"
    return ""


def _multiplies(factor: NumberNode, brackets: ExpressionNode) -> bool:
    """Return whether brackets close behind a number are its factor, 6(17) or 0.3(0.52); 1.234(5) is how exact it is."""
    inside = lone(brackets)
    if inside is None or inside.unit or inside.label or inside.figure.scaled or brackets.start != factor.end:
        return False
    return inside.figure.rounded or not factor.figure.rounded


def _angle(link: Link) -> str:
    """Return a doubt if a sine or cosine may be that of an angle in degrees; else ""."""
    if link.signs.isdisjoint({"sin", "cos"}) or re.search(r"°|\\circ", link.document.text[link.start : link.end]):
        return ""
    return "its angle may be in degrees"


def _condition(link: Link) -> str:
    """Return a doubt if the relation may state a condition, 20 > 20 stops; else ""."""
    return "it may be a condition" if link.relations[-1:] and link.relations[-1] in RELATIONS else ""


def _widths(link: Link) -> str:
    """Return a doubt if a product may be one of numbers so wide, which has the bits of both: 11 × 11 = 22 bits."""
    numbers = link.first.numbers if isinstance(link.first, Operation) and link.first.sign == "×" else ()
    makes = sum(number.figure.value for number in numbers)
    wide = makes == link.right and OF_BITS.match(link.document.text, link.second.start)
    return "it may be the width of a product" if wide else ""


def _shape(link: Link) -> str:
    """Return a doubt if a side may be a shape, such as 5×5 or a 3×3 kernel; else ""."""
    text = link.document.text
    if isinstance(link.second, Operation) and link.second.sign == "×":
        numbers = [lone(part) for part in link.second.parts]
        if all(number is not None and number.figure.value == floor(link.left) for number in numbers):
            return "a side may be a shape"
    written = [text[side.start : side.end] for side in (link.first, link.second)]
    if SETTING.fullmatch(written[0]):
        return "a side may be a shape"
    if TUPLE.fullmatch(written[0]) or (SHAPE.fullmatch(written[0]) and " " not in written[0] and far(link)):
        return "a side may be a shape"
    if all(raw.startswith("(") and SHAPE.fullmatch(raw) for raw in written):
        return "both sides may be shapes"
    if SHAPE.fullmatch(written[0]) and "x" in written[0].lower() and PIECES.match(text, link.second.end):
        return "it may be the shape of one of so many pieces"
    for side, raw in zip((link.first, link.second), written, strict=True):
        called = side is link.second or SHAPED.match(text, side.end)
        if (
            lone(side) is None
            and SHAPE.fullmatch(raw)
            and called
            and (" " not in raw or len(set(re.findall(r"\d+", raw))) == 1)
        ):
            return "a side may be a shape"
    return ""


def _exclusive_or(link: Link) -> str:
    """Return a reason to say nothing if a power is none, but an exclusive or, 5^1 = 4; else ""."""
    if not (isinstance(link.first, Operation) and link.first.sign == "^" and link.second is not None):
        return ""
    numbers = [lone(part) for part in (*link.first.parts, link.second)]
    values = [number.figure.value for number in numbers if number and isinstance(number.figure.value, int)]
    return "as an exclusive or it would hold" if len(values) == 3 and values[0] ^ values[1] == values[2] else ""


def _joined(link: Link) -> str:
    """Return a reason to say nothing if a plus joins digits: 1000 + 10 = 100010; else ""."""
    result, numbers = lone(link.second), link.first.numbers
    joined = "".join(number.figure.shown for number in numbers)
    adds = isinstance(link.first, Operation) and link.first.sign == "+" and len(numbers) > 1
    return "it may put digits beside each other" if adds and result and result.figure.shown == joined else ""


def _version(link: Link) -> str:
    """Return a reason to say nothing if the first number is a part of a name, PCIe 7.0 × 16, or of a date; else ""."""
    text, start = link.document.text, link.equation.start
    if DATE.match(text, start):
        return "it may be a date"
    return "its first number may be a version" if VERSION.search(text, max(0, start - 12), start) else ""


def _from_to(link: Link) -> str:
    """Return a doubt if a tilde between two numbers may stand for a range, 900 GB/s ~ 3.6 TB/s; else ""."""
    between = link.document.text[link.first.end : link.second.start]
    lone_both = all(lone(side) or is_power_of_ten(side) for side in (link.first, link.second))
    tilde = bool(set("~～∼") & set(between)) or "\\sim" in between
    return "it may be a range" if lone_both and tilde and "=" not in between else ""


def _goes_on(link: Link) -> str:
    """Return a reason to say nothing if a sign beside the equation may be a part of it; else ""."""
    if link.beside == "+" and not link.before and 0 < link.left < link.right:
        return ""  # What is added makes the right side larger still.
    return f"“{link.beside}” beside it may be a part of it" if link.beside and link.beside in OPERATORS else ""


def _stacked(link: Link) -> str:
    """Return a reason to say nothing if a copied page has a divisor in the line below a formula of two lines."""
    if link.equation.kind != "chain" or link.is_math:
        return ""
    text, (start, end) = link.document.text, (link.equation.start, link.equation.end)
    return "the number below it may be a divisor" if "\n" in text[start:end] and BELOW.match(text, end) else ""


def _wraps(link: Link) -> str:
    """Return a reason to say nothing if numbers are cut off at a bound or begin anew behind it; else ""."""
    text, (start, end) = link.document.text, (link.start, link.end)
    before, behind = text[text.rfind("\n", 0, start) + 1 : start], text[end : (text.find("\n", end) + 1 or len(text))]
    found = WRAPS.search((before + text[start:end] + behind)[:LONGEST_LINE])
    if found is None:
        return ""
    # A bound is that of a type, or stands beside it; memory that overflows has none.
    bounds = {Fraction(number.replace(",", "")) for number in NUMBER.findall(before + " " + behind[:LONGEST_LINE])}
    sizes = {link.size, link.size + 1, link.off}
    whole = (size.numerator for size in sizes if size.denominator == 1 and size >= LEAST_BOUND)
    bounded = link.right in (0, 1) or sizes & bounds or any(size & (size - 1) == 0 for size in whole)
    return f"“{found[0]}” stands beside it" if bounded else ""


def _measured_at(link: Link) -> str:
    """Return a reason to say nothing if a setting has a share behind it that was measured at it: b=0.5=43.2%."""
    one, other = lone(link.first), lone(link.second)
    share = one is not None and other is not None and other.figure.scale == "%" != one.figure.scale
    named = bool(link.fault.right) and isinstance(link.equation.sides[link.fault.right - 1], Name)
    apart = link.off > FAR_OFF * max(link.left, link.right)
    return "it may be what was measured at a setting" if share and named and apart else ""


NO_CLAIM: tuple[Callable[[Link], str], ...] = (
    to_find,
    _noted,
    _angle,
    of_other_number,
    _condition,
    _shape,
    _widths,
    _exclusive_or,
    _joined,
    _version,
    _from_to,
    _measured_at,
    _wraps,
    _stacked,
    dash,
    goes_on_before,
    of_numbers_alone,
    _goes_on,
)
"""Why a link may say nothing that could be wrong: it is not judged."""
