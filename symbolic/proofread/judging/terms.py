"""Terms of two sides that make an error doubtful: units added up, numbers of different things."""

from __future__ import annotations

from collections.abc import Callable

from symbolic.proofread.arithmetic.expression import ExpressionNode, Operation
from symbolic.proofread.arithmetic.units import measures_of, mixes_units
from symbolic.proofread.judging.agreement import lone
from symbolic.proofread.judging.allowances import calculates
from symbolic.proofread.judging.equality import may_be_one_thing
from symbolic.proofread.judging.link import Link

DIGITS = 16
"""A computer's usual numbers have no more digits."""
SEVERAL_UNITS = "it adds several units"
OF_COMPUTER = "as a computer rounds its numbers it may hold"


def doubtful_terms(link: Link) -> str:
    """Return the reason to doubt that a link is wrong, as the end of a sentence; "" if there is none in its terms."""
    if link.equation.kind != "chain":
        return ""
    sums = [part for part in link.parts if isinstance(part, Operation) and part.sign == "+"]
    for is_so, says in TERMS:
        if any(map(is_so, sums)):
            return says
    if "→" in link.relations:
        return "the arrow may show a change"
    first, second = lone(link.first), lone(link.second)
    plain = not (link.names or calculates(link.first) or calculates(link.second))
    if plain and first and second and not may_be_one_thing(first, second):
        return "the numbers may be of different things"
    return ""


def _cancels(terms: Operation) -> bool:
    """Return whether a sum has numbers so large that a computer rounds the others away: 10^20 + (1 − 10^20)."""
    return any(map(_is_huge, terms.walk()))


def _is_huge(node: ExpressionNode) -> bool:
    if not (isinstance(node, Operation) and node.sign == "^"):
        return False
    exponents = node.parts[1].numbers
    return bool(exponents) and exponents[0].figure.value >= DIGITS


def _mixes_terms(terms: Operation) -> bool:
    """Return whether a sum has terms with a unit and terms without one: 5 µs + 64e6 / 5e10."""
    return len({bool(measures_of(term)) for term in terms.parts}) > 1


TERMS: tuple[tuple[Callable[[Operation], bool], str], ...] = (
    (_mixes_terms, "some of its terms have no unit"),
    # 3 days + 15 hours
    (lambda terms: mixes_units((terms,)), SEVERAL_UNITS),
    (_cancels, OF_COMPUTER),
)
