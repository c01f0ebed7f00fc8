"""Calculations with lists of numbers, [1, 2]·[3, 4] = 11 or softmax([1, 2]) = [0.27, 0.73], as one equation a number.

Lists of whole numbers may be shapes, so that their sums and multiples are equations only where they hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import TypeAlias

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, operation
from symbolic.proofread.arithmetic.numbers import Unread, figure
from symbolic.proofread.judging.checking import check
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import FormulaReader, WrittenEquation

Vector: TypeAlias = tuple[ExpressionNode, ...]

NUMBER = r"[-−]?\d{1,15}(?:\.\d{1,15})?"
VECTOR = rf"(?:\\left ?)?\[ ?{NUMBER}(?:, ?{NUMBER}){{1,31}} ?(?:\\right ?)?\]"
SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("·", "⋅", r"\cdot"), "·"),
    **dict.fromkeys(("*", "×", r"\times", "⊙", r"\odot", "∘", r"\circ"), "×"),
    **dict.fromkeys(("-", "−"), "-"),
    "+": "+",
    "/": "/",
}
SIGN = "|".join(re.escape(sign) for sign in SIGNS)
CALLED = r"(?:\\(?:text|mathrm|operatorname)\{)?(?P<function>[Ss]oftmax|[Rr]e[Ll][Uu])\}? ?\( ?"
VECTORS = re.compile(
    rf"(?:{CALLED}(?P<inside>{VECTOR}) ?\)|(?P<left>{VECTOR}|{NUMBER}) ?(?P<sign>{SIGN}) ?(?P<right>{VECTOR}|{NUMBER}))"
    rf"(?: ?|\n {{0,40}})(?P<relation>=|≈|\\approx|→|->) ?(?P<result>{VECTOR}|{NUMBER}(?![\d.]))"
)
TERM = rf"(?:{NUMBER} ?(?:[*×·⋅]|\\(?:times|cdot)) ?)?{VECTOR}"
SUMS = re.compile(
    rf"(?P<sum>{TERM}(?: ?[-+−] ?{TERM})+)(?=(?: ?|\s{{0,4}}\n\s{{0,40}})(?P<relation>=|≈|\\approx|→|->) ?"
    rf"(?P<result>{TERM}(?: ?[-+−] ?{TERM})*)(?! ?[*×·⋅+\\−-]))"
)
"""Sums of lists, each with a factor or without one: 0.4 * [1, 2] + 0.6 * [3, 4] = [2.2, 3.2]."""
PARTS = re.compile(rf"(?P<sign>[-+−])? ?(?:(?P<factor>{NUMBER}) ?(?:[*×·⋅]|\\(?:times|cdot)) ?)?(?P<list>{VECTOR})")
BEFORE = re.compile(r"[\w.)\]}+*/·⋅×⊙−^-] ?\Z")
BEHIND = re.compile(r"[ ]?(?:[-+*/·×^%\w(\[]|\\(?:cdot|times|odot))")
MEMBER = re.compile(NUMBER)


def vectors(reader: FormulaReader) -> Iterator[WrittenEquation]:
    """Yield an equation for each number of a list that is worked out of lists."""
    prose, text = reader.document.prose, reader.document.text
    for written, start, end in [(prose, 0, len(prose)), *((text, *stretch) for stretch in reader.document.math)]:
        for match in VECTORS.finditer(written, start, end):
            first, last = match.span()
            if BEFORE.search(written, max(0, first - 2), first) or BEHIND.match(written, last, min(last + 8, end)):
                continue
            try:
                yield from _equations(reader, match)
            except Unread:
                continue
        for match in SUMS.finditer(written, start, end):
            if not BEFORE.search(written, max(0, match.start() - 2), match.start()):
                yield from _sums(reader, match)


def _sums(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield an equation for each number of a sum of lists; none for what is read as one sign between two lists."""
    left, right = (list(PARTS.finditer(match.string, *match.span(group))) for group in ("sum", "result"))
    if len(left) == 2 and len(right) == 1 and not any(part["factor"] for part in (*left, *right)):
        return
    rows = [[_term(reader, part) for part in parts] for parts in (left, right)]
    if len({len(term) for terms in rows for term in terms}) > 1:
        return
    relation = "=" if match["relation"] == "=" else "≈"
    found = []
    for sums in zip(*(zip(*terms, strict=True) for terms in rows), strict=True):
        place = (sums[1][0].start, sums[1][-1].end)
        sides = tuple(terms[0] if len(terms) == 1 else operation("+", terms, *place) for terms in sums)
        found.append(WrittenEquation("row", *place, sides, (relation,)))
    yield from _certain(found, decimal=any(number.figure.rounded for one in found for number in one.numbers))


def _certain(found: list[WrittenEquation], *, decimal: bool) -> list[WrittenEquation]:
    """Return equations of lists; of lists of whole numbers, which may be shapes, only if all of them hold."""
    return found if decimal or all(check(one, Values()).amiss == (0, 0) for one in found) else []


def _term(reader: FormulaReader, part: re.Match[str]) -> Vector:
    """Return the numbers of a list with its factor and sign."""
    factor = _members(reader, part, "factor") if part["factor"] else ()
    found = _members(reader, part, "list")
    if factor:
        found = tuple(_one("×", factor[0], number) for number in found)
    minus = part["sign"] in ("-", "−")
    return tuple(operation("-", (one,), one.start, one.end) for one in found) if minus else found


def _equations(reader: FormulaReader, match: re.Match[str]) -> Iterator[WrittenEquation]:
    """Yield an equation for each result; none where the lists don't fit, or may be shapes."""
    if match["function"]:
        sides, certain = FUNCTIONS[match["function"].lower()](_members(reader, match, "inside")), True
    else:
        left, right = _members(reader, match, "left"), _members(reader, match, "right")
        sides, certain = _worked_out(left, SIGNS[match["sign"]], right)
    results = _members(reader, match, "result")
    if len(sides) != len(results):
        return
    relation = "=" if match["relation"] == "=" else "≈"
    found = [
        WrittenEquation("row", result.start, result.end, (side, result), (relation,))
        for side, result in zip(sides, results, strict=True)
    ]
    yield from _certain(found, decimal=certain)


def _worked_out(left: Vector, sign: str, right: Vector) -> tuple[Vector, bool]:
    """Return the numbers that a sign between two lists, or a list and a number, makes; and whether it means that."""
    if len(left) == len(right) == 1 or (len(left) != len(right) and 1 not in (len(left), len(right))):
        return (), False
    if sign == "·" and len(left) == len(right):
        terms = tuple(_one(sign, *pair) for pair in zip(left, right, strict=True))
        return (operation("+", terms, terms[0].start, terms[-1].end),), True
    pairs = zip(*(repeat(one[0]) if len(one) == 1 else one for one in (left, right)), strict=False)
    decimal = any(number.figure.rounded for one in (*left, *right) for number in one.numbers)
    return tuple(_one(sign, *pair) for pair in pairs), decimal


def _one(sign: str, left: ExpressionNode, right: ExpressionNode) -> ExpressionNode:
    place = (left.start, right.end)
    if sign == "-":
        return operation("+", (left, operation("-", (right,), *place)), *place)
    return operation("×" if sign == "·" else sign, (left, right), *place)


def _members(reader: FormulaReader, match: re.Match[str], group: str) -> Vector:
    """Return the numbers of a list, or a single one."""
    found: list[ExpressionNode] = []
    for one in MEMBER.finditer(match.string, *match.span(group)):
        digits = one[0].lstrip("-−")
        number = NumberNode(one.end() - len(digits), one.end(), reader.document.style.read(digits))
        found.append(number if digits == one[0] else operation("-", (number,), one.start(), one.end()))
    return tuple(found)


def _softmax(inside: Vector) -> Vector:
    place = (inside[0].start, inside[-1].end)
    powers = tuple(operation("exp", (one,), one.start, one.end) for one in inside)
    total = operation("()", (operation("+", powers, *place),), *place)
    return tuple(operation("/", (power, total), *place) for power in powers)


def _rectified(inside: Vector) -> Vector:
    nothing = NumberNode(inside[0].start, inside[0].start, figure("0", ""))
    return tuple(operation("max", (nothing, one), one.start, one.end) for one in inside)


FUNCTIONS: Mapping[str, Callable[[Vector], Vector]] = {"softmax": _softmax, "relu": _rectified}
