"""Other orders of operations in a formula: from left to right, its sums first, its quotients rounded."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from symbolic.proofread.arithmetic.expression import ExpressionNode, Operation, operation
from symbolic.proofread.arithmetic.numbers import Unread
from symbolic.proofread.arithmetic.ranges import Unknown
from symbolic.proofread.judging.agreement import middle
from symbolic.proofread.judging.factors import size
from symbolic.proofread.judging.forms import difference
from symbolic.proofread.judging.link import Link
from symbolic.proofread.judging.readings import divides_by_all


class Order(NamedTuple):
    """A change of a formula, its explanation, and the signs that it needs; `whole` if the result must be whole."""

    change: Callable[[ExpressionNode], ExpressionNode]
    says: str
    signs: frozenset[str] = frozenset()
    whole: bool = False


def order(link: Link) -> str:
    """Return the order of operations in which a link would hold, as the end of a sentence; "" if there is none."""
    whole = link.right.denominator == 1 and link.right != 0
    for change, says, signs, of_whole in ORDERS:
        if not signs <= link.signs or (of_whole and not whole):
            continue
        try:
            sides = [change(side) for side in (link.first, link.second)]
            if sides == [link.first, link.second]:
                continue
            one, other = (Fraction(middle(link.values.readings(side))) for side in sides)
        except (Unread, Unknown):
            continue
        # The last digit may be cut off there, too.
        if one == other or (one * other > 0 and abs(size(one) - size(other)) <= 2 * link.digits):
            return says
    return ""


def _written(node: ExpressionNode) -> list[tuple[str, ExpressionNode]]:
    """Return the operands of a formula in their order, each with the sign before it; brackets are one operand."""
    if isinstance(node, Operation) and node.sign == "+":
        found = []
        for part in node.parts:
            minus = isinstance(part, Operation) and part.sign == "-"
            terms = _written(part.parts[0] if isinstance(part, Operation) and minus else part)
            found += [("-" if minus else "+", terms[0][1]), *terms[1:]]
        return found
    if isinstance(node, Operation) and node.sign == "×":
        return [
            ("×" if index or sign == "×" else sign, one) if not index_in else (sign, one)
            for index, part in enumerate(node.parts)
            for index_in, (sign, one) in enumerate(_written(part))
        ]
    if isinstance(node, Operation) and node.sign == "/":
        return [*_written(node.parts[0]), ("/", node.parts[1])]
    return [("+", node)]


def _in_turn(node: ExpressionNode) -> ExpressionNode:
    """Return the formula worked out sign by sign, as a pocket calculator does."""
    operands = _written(node)
    found = _all_joined(operands)
    return found if len({sign in "+-" for sign, _ in operands[1:]}) > 1 else node


def _sums_first(node: ExpressionNode) -> ExpressionNode:
    """Return the formula with its sums in brackets: 2 × 3 + 4 as 2 × (3 + 4)."""
    operands = _written(node)
    if len({sign in "+-" for sign, _ in operands[1:]}) < 2:
        return node
    sums: list[tuple[str, ExpressionNode]] = [operands[0]]
    for sign, operand in operands[1:]:
        if sign in "+-":
            sums[-1] = (sums[-1][0], _joined(sign, sums[-1][1], operand))
        else:
            sums.append((sign, operand))
    return _all_joined(sums)


def _all_joined(operands: list[tuple[str, ExpressionNode]]) -> ExpressionNode:
    found = operands[0][1]
    for sign, operand in operands[1:]:
        found = _joined(sign, found, operand)
    return found


def _joined(sign: str, left: ExpressionNode, right: ExpressionNode) -> ExpressionNode:
    return difference(left, right) if sign == "-" else operation(sign, (left, right))


def _whole(function: str) -> Callable[[ExpressionNode], ExpressionNode]:
    """Return a change that rounds each quotient of a formula down, or up."""

    def change(node: ExpressionNode) -> ExpressionNode:
        if not isinstance(node, Operation):
            return node
        changed = node.with_parts(tuple(map(change, node.parts)))
        return operation(function, (changed,)) if node.sign == "/" else changed

    return change


PRODUCT, QUOTIENT = frozenset({"+", "×"}), frozenset({"+", "/"})
ORDERS = (
    Order(divides_by_all, "if it divides by all that stands behind the slash it would hold", frozenset({"/", "×"})),
    *(Order(_in_turn, "worked out from left to right it would hold", signs) for signs in (PRODUCT, QUOTIENT)),
    *(Order(_sums_first, "with brackets around its sums it would hold", signs) for signs in (PRODUCT, QUOTIENT)),
    Order(_whole("floor"), "with quotients rounded down it would hold", frozenset({"/"}), whole=True),
    Order(_whole("ceil"), "with quotients rounded up it would hold", frozenset({"/"}), whole=True),
)
