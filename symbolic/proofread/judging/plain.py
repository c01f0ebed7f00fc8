"""Plain calculations: formulas of numbers with one number as their result, in which nothing is left to be understood.

What is misread is hardly ever one: it has names, shapes, settings, ranges, or nothing that is worked out.
"""

from __future__ import annotations

import re
from fractions import Fraction

from symbolic.proofread.arithmetic.expression import ExpressionNode, NumberNode, Operation, evaluate
from symbolic.proofread.arithmetic.units import MEASURES
from symbolic.proofread.grammar.names import CONNECTIVES
from symbolic.proofread.judging.agreement import lone, middle
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.surroundings import BEFORE, COUNTED, MODIFIES

OPEN = frozenset({"||", "∂"})
"""Signs that can be read in several ways, or stand for a function that has to be known."""
FUNCTIONS = frozenset({"log", "ln", "exp", "tanh", "sigmoid", "relu", "√", "()"})
FAR = 10
"""A result so many times too large or too small is not what people get from a calculation without units."""
NEAR, NEARER = Fraction(1, 20), Fraction(1, 50)
"""So near may be what is rounded: behind ≈, and behind =."""
OTHER_FACTORS = 1000
ALMOST = Fraction(1, 8)
FEW, LONG = 3, 5
BYTE = MEASURES["byte"]
NO_THINGS = "|".join({*BEFORE, *MODIFIES, *CONNECTIVES})
THINGS = re.compile(
    rf"(?!(?:{NO_THINGS})\b|\w+ly\b)[^\W\d_]{{3,20}}(?: per [^\W\d_]{{3,20}}| tokens| bytes)?|[\u4e00-\u9fff]{{1,6}}"
)
"""Words behind a number that may say what it counts: 10 results per page; they are read too little to be certain."""
COMMAND = re.compile(r"\\([A-Za-z]+|.)", re.DOTALL)
TEX = frozenset(
    {
        *("times", "cdot", "div", "frac", "dfrac", "tfrac", "cfrac", "sqrt", "left", "right", "big", "Big", "bigl"),
        *("bigr", "quad", "qquad", "approx", "text", "textbf", "mathbf", "mathrm", "boxed", "displaystyle"),
        *("num", "SI", "qty", "sum", "prod", "log", "ln", "exp", "limits", "lfloor", "rfloor", "lceil", "rceil"),
        *(",", ";", ":", "!", " ", "\\", "\n"),
    }
)
"""Commands of TeX that only set a formula, or are read in every place."""


def is_plain(link: Link) -> bool:
    """Return whether a link states that plain whole or decimal numbers make another one."""
    if not _is_of_numbers(link) or set(link.relations) != {"="}:
        return False
    result = lone(link.second)
    sums = link.signs <= {"+", "-", "()"}
    # Bytes that are written out in full are counted as anything else is.
    whole = result is not None and len(result.figure.shown.strip()) >= LONG
    if any(
        number.figure.scale
        or (number.unit and not (sums and number is result) and not (whole and MEASURES.get(number.unit) == BYTE))
        for number in link.numbers
    ):
        return False
    return (link.left < 0) == (link.right < 0) and link.high <= FAR * link.low


def is_measured(link: Link) -> bool:
    """Return whether a link states what numbers make, with units or about; it is certain if the rest is read well."""
    if not (_is_of_numbers(link) or _rounds(link)) or not set(link.relations) <= {"=", "≈"}:
        return False
    if _lacks_factors(link):
        return False
    shares = [number for number in link.numbers if number.figure.scale == "%"]
    if shares == [lone(link.second)] and "/" not in link.signs:
        return False
    near = NEAR if "≈" in link.relations else NEARER
    return link.left > 0 and link.right > 0 and link.off > near * max(link.left, link.right)


def _lacks_factors(link: Link) -> bool:
    """Return whether factors are left out that make gigabytes of counts: 32 layers × 150 tokens ≈ 0.2 GB."""
    result = lone(link.second)
    scaled = [number for number in link.numbers if number.figure.scale or number.unit]
    if result is None or scaled != [result] or link.names:
        return False
    made = abs(Fraction(middle([evaluate(link.first)])))
    shown = abs(Fraction(result.figure.value / result.figure.worth))
    # 70 * 2 = 140 GB counts in billions itself.
    return abs(Fraction(result.figure.value)) > OTHER_FACTORS * made > OTHER_FACTORS * FAR * shown


def is_near(link: Link) -> bool:
    """Return whether numbers alone make nearly the result, so that a word among them hardly means another number."""
    alone = not link.names and lone(link.second) is not None and calculates(link.first) and set(link.relations) == {"="}
    return alone and link.left > 0 and link.right > 0 and link.off <= ALMOST * max(link.left, link.right)


def _is_of_numbers(link: Link) -> bool:
    """Return whether a link has only numbers and signs, on one side a calculation and on the other its result."""
    if link.equation.kind not in ("chain", "row", "explained") or link.names or not calculates(link.first):
        return False
    if lone(link.second) is None and not _is_between(link):
        return False
    if link.signs & OPEN or any(map(_is_mixed, link.parts)):
        return False
    if not all(_is_counted(number) or _is_of_things(number, link) for number in link.numbers):
        return False
    few = len(link.numbers) <= FEW and all(len(number.figure.shown.strip()) < 2 for number in link.numbers)
    if few or any(re.match(r"0\d", number.figure.shown) for number in link.numbers):
        return False
    commands = set(COMMAND.findall(link.document.text[link.start : link.end])) if link.is_math else set()
    return commands <= TEX


def _rounds(link: Link) -> bool:
    """Return whether a link only says a long whole number again, rounded and with a scale: 124,412,160 ≈ 124M."""
    exact, about = lone(link.first), lone(link.second)
    if exact is None or about is None or not about.figure.scaled or not (_is_counted(exact) and _is_counted(about)):
        return False
    return not (exact.figure.rounded or exact.figure.scaled) and len(str(exact.figure.value).rstrip("0")) >= LONG


def _is_between(link: Link) -> bool:
    """Return whether the side behind this one has the result of the side before it: 12 + 3 = 12 + 4 = 15."""
    behind = link.equation.sides[link.fault.side + 1 :]
    number = lone(behind[0]) if behind else None
    return number is not None and not number.figure.scale and number.figure.value == link.left


def _is_mixed(node: ExpressionNode) -> bool:
    """Return whether numbers beside each other may be more than a product: 2 ½, or 12 3 in text."""
    if not isinstance(node, Operation) or node.sign != "beside":
        return False
    kinds = [part.sign if isinstance(part, Operation) else "" for part in node.parts]
    return not any(kind in FUNCTIONS for kind in kinds)


def _is_of_things(number: NumberNode, link: Link) -> bool:
    """Return whether a word behind a number within a sentence's calculation may say what it counts."""
    within = not link.is_math and number is not lone(link.second) and number.figure.scale != "%"
    return within and THINGS.fullmatch(number.label) is not None


def _is_counted(number: NumberNode) -> bool:
    """Return whether the words behind a number, if there are any, only say what it counts."""
    words = [word.partition("/")[0] or word for word in number.label.split()]
    return all(word in COUNTED or word.removesuffix("s") in COUNTED for word in words)
