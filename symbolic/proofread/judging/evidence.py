"""Evidence that a link is wrong: it is wrong only if all of it was read and nothing else explains the difference.

The reasons for a doubt are tried in turn, the cheap ones first; each is the end of a sentence. A doubtful link is
reported as something to look at, not as an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from math import floor

from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.judging.agreement import RELATIONS, is_power_of_ten, lone
from symbolic.proofread.judging.attempts import one_of_several, taken_back
from symbolic.proofread.judging.checked import Checked, Fault
from symbolic.proofread.judging.completeness import (
    goes_on_before,
    goes_on_behind,
    in_fragments,
    lost_power,
    of_numbers_alone,
)
from symbolic.proofread.judging.factors import ANOTHER_UNIT
from symbolic.proofread.judging.in_words import in_words
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.meanings import dash, far, in_parts, other_meaning
from symbolic.proofread.judging.named import measured_name, named_otherwise, of_other_number
from symbolic.proofread.judging.plain import is_measured, is_near, is_plain
from symbolic.proofread.judging.slips import LOST, is_of_size, slip
from symbolic.proofread.judging.surroundings import OPERATORS, WORD, in_it, questioned
from symbolic.proofread.judging.terms import doubtful_terms
from symbolic.proofread.judging.values import Values, is_written_out
from symbolic.proofread.reading.document import Document
from symbolic.proofread.reading.equations import WrittenEquation

UNEXPLAINED = "no usual slip explains it"
"""Where a difference is neither in a plain calculation nor what a slip makes, something may have been misread."""
MOST_ROWS = 60
NEAR_POWER, LEAST_POWER = Fraction(1, 20), 64
NEAR_TOTAL = Fraction(1, 50)
"""A total that is off by less has parts rounded."""
MULTIPLE = 64
"""The sizes of layers are rounded to multiples of this, or of its double or fourfold."""
UNKNOWNS = frozenset("xyzuvijkt")
"""Letters of what is to be found, 2x + 5 = 13, or of what runs through many values."""
SHAPED = re.compile(
    r"[ -](?:conv\w*|kernels?|filters?|images?|matri\w+|patch\w*|pixels?|pool\w*|grids?|region\w*|windows?)\b"
    r"|[ ]?(?:矩阵|卷积|图|块|窗口|核|像素|网格)",
    re.IGNORECASE,
)
PIECES = re.compile(r"[ -](?:patch\w*|tiles?|windows?|regions?)\b", re.IGNORECASE)
ITEM = re.compile(r"[ \t>]*(?:[-*+•]|\d+[.)])[ \t]")
WRAPS = re.compile(r"\b(?:clamp\w*|saturat\w*|wrap[ -]?around|wraps)\b|饱和|环绕|回绕|溢出|飽和|모듈로", re.IGNORECASE)
NUMBER = re.compile(r"\d{1,20}(?:,\d{3})*(?:\.\d{1,20})?")
LONGEST_LINE = 400
LEAST_BOUND = 8
RANGE = re.compile(r"\d[A-Za-z%]*-\d")
TUPLE = re.compile(r"\(\d{1,3},\d{3}\)")
VERSION = re.compile(r"\b(?:PCIe|Gen|NVLink|USB|DDR|HBM|CUDA|SXM|v)[ ]?\Z")
"""Words behind which a number with a point is a version: PCIe 7.0 × 16 lanes."""
SHAPE = re.compile(r"\(?\d{1,4}(?:\s?[×xX]\s?\d{1,4})+\)?")


def weighed(document: Document, equation: WrittenEquation, checked: Checked, values: Values) -> Checked:
    """Return the checked chain with the first reason to doubt each of its faults."""
    if not checked.faults:
        return checked
    faults = (_weighed(document, equation, checked, fault, values) for fault in checked.faults)
    return checked._replace(faults=tuple(faults))


def _weighed(document: Document, equation: WrittenEquation, checked: Checked, fault: Fault, values: Values) -> Fault:
    link = Link(document, equation, checked, fault, values)
    if nothing := next((says for reason in NO_CLAIM if (says := reason(link))), ""):
        return fault._replace(doubt=nothing, claims=False, of_letters=bool(_to_find(link) or of_other_number(link)))
    found = slip(link)
    if doubt := next((says for reason in REASONS if (says := reason(link))), ""):
        # What may be misread is worth a look only if it looks like an error at all.
        unread = doubt == _unread(link)
        claims = any(says(link) for says in CLAIMS) and not (unread and far(link))
        claims = claims or bool(found) or (unread and is_near(link))
        return fault._replace(doubt=doubt, claims=claims)
    if is_of_size(link, found) and any(says(link) for says in CLAIMS):
        return fault._replace(slip=found, doubt=in_parts(link))
    if doubt := other_meaning(link) or ("" if found else _explained(link)):
        # The unit of a table's cell stands above its column.
        return fault._replace(doubt=doubt, claims=not (doubt == ANOTHER_UNIT and _is_in_row(link)))
    if (doubt := far(link)) and not (found and found.says.endswith(LOST)):
        # Two measures with nothing worked out are about two things: with 4 bits ≈ 24 GB.
        return fault._replace(doubt=doubt, claims=lone(link.first) is None or _converts(link))
    if found or is_plain(link) or _is_of_model(link):
        return fault._replace(slip=found)
    return fault._replace(alone=True) if is_measured(link) else fault._replace(doubt=UNEXPLAINED)


def _converts(link: Link) -> bool:
    """Return whether two numbers have the same digits, as those of one measure in two units have."""
    one, other = lone(link.first), lone(link.second)
    digits = [str(number.figure.value / number.figure.worth) if number else "" for number in (one, other)]
    return digits[0].strip("0.") == digits[1].strip("0.")


def _is_in_row(link: Link) -> bool:
    """Return whether a link stands in a table's row."""
    text = link.document.text
    return text[text.rfind("\n", 0, link.start) + 1 : link.start].lstrip().startswith("|")


def _is_of_model(link: Link) -> bool:
    """Return whether a page of ours says it, or it is about the sizes of a given model or under their full names."""
    values, names = link.values, {name.text for name in link.names}
    if names and all(is_written_out(name) and values.is_certain(name, link.start) for name in names):
        return True
    named = bool(names) and all(name in values.sizes or name in values.labels for name in names)
    return values.ours or (values.trusted and named)


def _to_find(link: Link) -> str:
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


def _range(link: Link) -> str:
    """Return a doubt if a result is a range, 30-34 GB, which may be about something else; else ""."""
    result = lone(link.second)
    return "its result is a range" if result and RANGE.search(result.figure.shown) else ""


def _angle(link: Link) -> str:
    """Return a doubt if a sine or cosine may be that of an angle in degrees; else ""."""
    said = re.search(r"°|\\circ", link.document.text[link.start : link.end])
    return "its angle may be in degrees" if link.signs & {"sin", "cos"} and not said else ""


def _condition(link: Link) -> str:
    """Return a doubt if the relation may state a condition, 20 > 20 stops; else ""."""
    return "it may be a condition" if link.relations[-1:] and link.relations[-1] in RELATIONS else ""


def _shape(link: Link) -> str:
    """Return a doubt if a side may be a shape, such as 5×5 or a 3×3 kernel; else ""."""
    text = link.document.text
    if isinstance(link.second, Operation) and link.second.sign == "×":
        numbers = [lone(part) for part in link.second.parts]
        if all(number is not None and number.figure.value == floor(link.left) for number in numbers):
            return "a side may be a shape"
    written = [text[side.start : side.end] for side in (link.first, link.second)]
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


def _unread(link: Link) -> str:
    """Return a doubt if a word in the text of the link was not read and may change its meaning; else ""."""
    if link.equation.kind != "chain" or link.is_math:
        return ""
    # A name of a program has the number that the program gives it.
    written = (*(name.text for name in link.names), *(number.figure.shown for number in link.numbers))
    known = frozenset(word for one in written for word in WORD.findall(one))
    word = in_it(link.document.text, link.start, link.end, known)
    return f"“{word}” may change what is meant" if word else ""


def _exclusive_or(link: Link) -> str:
    """Return a reason to say nothing if a power is none, but an exclusive or, 5^1 = 4; else ""."""
    if not (isinstance(link.first, Operation) and link.first.sign == "^" and link.second is not None):
        return ""
    numbers = [lone(part) for part in (*link.first.parts, link.second)]
    values = [number.figure.value for number in numbers if number and isinstance(number.figure.value, int)]
    return "as an exclusive or it would hold" if len(values) == 3 and values[0] ^ values[1] == values[2] else ""


def _version(link: Link) -> str:
    """Return a reason to say nothing if the first number is a part of a name, PCIe 7.0 × 16; else ""."""
    start = link.equation.start
    return "its first number may be a version" if VERSION.search(link.document.text, max(0, start - 12), start) else ""


def _from_to(link: Link) -> str:
    """Return a doubt if a tilde between two numbers may stand for a range, 900 GB/s ~ 3.6 TB/s; else ""."""
    between = link.document.text[link.first.end : link.second.start]
    lone_both = all(lone(side) or is_power_of_ten(side) for side in (link.first, link.second))
    tilde = bool(set("~～∼") & set(between)) or "\\sim" in between
    return "it may be a range" if lone_both and tilde and "=" not in between else ""


def _of_other_rows(link: Link) -> str:
    """Return a doubt if a total is that of a list, or of a column with rows that add up to the difference; else ""."""
    if link.equation.kind in ("list", "whole"):
        return "it may be the sum of other numbers"
    if _is_of_column(link):
        return f"other rows hold with {in_words(link.first)}"
    if link.equation.kind != "total" or not isinstance(link.first, Operation):
        return ""
    rows = [Fraction(number.figure.value) for part in link.first.parts[:MOST_ROWS] if (number := lone(part))]
    off = link.left - link.right
    for start in range(len(rows)):
        added = Fraction(0)
        for row in rows[start:]:
            added += row
            if added == off:
                return "some of its rows may be parts of others"
    return ""


def _is_of_column(link: Link) -> bool:
    """Return whether it is a number of a column that follows from others in most rows."""
    return link.equation.kind == "column"


def _is_less_than_parts(link: Link) -> bool:
    """Return whether a total is that of a whole list, or stands above its parts and is less: parts are not more."""
    if link.equation.kind == "whole":
        return link.off > NEAR_TOTAL * max(link.left, link.right)
    exact = not any(number.figure.rounded for number in link.numbers)
    return link.equation.kind == "list" and exact and link.second.end < link.first.start and link.left > link.right


def _surrounded(link: Link) -> str:
    """Return a doubt if a word beside the equation may be a part of it; else ""."""
    return f"“{link.beside}” beside it may be a part of it" if link.beside and link.beside not in OPERATORS else ""


def _goes_on(link: Link) -> str:
    """Return a reason to say nothing if a sign beside the equation may be a part of it; else ""."""
    if link.beside == "+" and not link.before and 0 < link.left < link.right:
        return ""  # What is added makes the right side larger still.
    return f"“{link.beside}” beside it may be a part of it" if link.beside and link.beside in OPERATORS else ""


def _to_solve(link: Link) -> str:
    """Return a doubt if an equation has the same name on both sides, for which it may be solved; else ""."""
    both = {name.text for name in link.first.names} & {name.text for name in link.second.names}
    return f"it may be an equation for “{min(both)}”" if both and set(link.relations) == {"="} else ""


def _explained(link: Link) -> str:
    """Return a doubt if a note follows a result with ≈, which may explain it: ≈ 820 GB (with padding); else ""."""
    behind = link.document.text[link.second.end : link.second.end + 40].lstrip(" *_`$")
    about = "≈" in link.relations and re.match(r"[(（][^\W\d_]{2}", behind)
    return "the note behind it may say why" if about else ""


def _of_rough_size(link: Link) -> str:
    """Return a doubt if a bare power may only say how large a number is: 9.4e21 ≈ 10^22, 1,040 ≈ 1024; else ""."""
    off, number = link.off, lone(link.second)
    if is_power_of_ten(link.second) and ("≈" in link.relations or off <= NEAR_POWER * link.right):
        return "it may only say how large it is"
    one, other = sorted((link.left, link.right), key=lambda value: value.denominator)
    if one.denominator == 1 and one % MULTIPLE == 0 and other.denominator > 1 and off < 4 * MULTIPLE < one:
        return "it may be rounded to a multiple"
    value = number.figure.value if number else 0
    of_two = isinstance(value, int) and value >= LEAST_POWER and value & (value - 1) == 0
    return "it may be the nearest power of two" if of_two and "≈" in link.relations else ""


def _one_of_a_list(link: Link) -> str:
    """Return a doubt if a list gives a name one value after the other, `V=50257` and `V=50304`; else ""."""
    sides, text = link.equation.sides, link.document.text
    name = sides[0]
    if len(sides) != 2 or not isinstance(name, Name) or lone(sides[1]) is None:
        return ""
    item = text.rfind("\n", 0, link.start) + 1
    before = text[text.rfind("\n", 0, max(item - 1, 0)) + 1 : max(item - 1, 0)]
    given = item - len(before) - 1 <= link.values.places.get(name.text, -1) < item
    listed = all(ITEM.match(line) for line in (before, text[item : link.start]))
    return "it may be another value of the same name" if given and listed else ""


def _printed(link: Link) -> str:
    """Return a doubt if it stands in the output of a notebook's cell, whose numbers a program rounds; else ""."""
    return "a program printed it" if link.document.is_printed(link.equation.start) else ""


def _quoted(link: Link) -> str:
    found = questioned(link.document, link.equation.start, link.equation.end)
    return f"“{found}” stands beside it" if found else ""


def _wraps(link: Link) -> str:
    """Return a reason to say nothing if numbers are cut off at a bound or begin anew behind it; else ""."""
    text, (start, end) = link.document.text, (link.start, link.end)
    before, behind = text[text.rfind("\n", 0, start) + 1 : start], text[end : (text.find("\n", end) + 1 or len(text))]
    found = WRAPS.search((before + text[start:end] + behind)[:LONGEST_LINE])
    if found is None:
        return ""
    # A bound is that of a type, or stands beside it; memory that overflows has none.
    bounds = {Fraction(number.replace(",", "")) for number in NUMBER.findall(before + " " + behind[:LONGEST_LINE])}
    sizes = {abs(link.right), abs(link.right) + 1, link.off}
    whole = (size.numerator for size in sizes if size.denominator == 1 and size >= LEAST_BOUND)
    bounded = link.right in (0, 1) or sizes & bounds or any(size & (size - 1) == 0 for size in whole)
    return f"“{found[0]}” stands beside it" if bounded else ""


NO_CLAIM: tuple[Callable[[Link], str], ...] = (
    _to_find,
    _noted,
    _angle,
    of_other_number,
    _condition,
    _shape,
    _exclusive_or,
    _version,
    _from_to,
    _wraps,
    dash,
    goes_on_before,
    of_numbers_alone,
    _goes_on,
)
"""Why a link may say nothing that could be wrong: it is not judged."""
CLAIMS: tuple[Callable[[Link], bool], ...] = (is_plain, is_measured, _is_less_than_parts, _is_of_column)
"""Ways in which a link that may be misread looks like an error all the same."""
REASONS: tuple[Callable[[Link], str], ...] = (
    _of_other_rows,
    _range,
    doubtful_terms,
    _unread,
    named_otherwise,
    measured_name,
    goes_on_behind,
    in_fragments,
    _surrounded,
    _to_solve,
    _one_of_a_list,
    _printed,
    _of_rough_size,
    _quoted,
    taken_back,
    one_of_several,
    lost_power,
)
