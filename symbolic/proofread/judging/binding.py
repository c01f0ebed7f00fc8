"""Labels in a formula, read with the numbers that the next side has in their places."""

from __future__ import annotations

from collections.abc import Mapping

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation


def by_structure(
    equation: WrittenEquation, found: list[list[Range] | None], values: Values
) -> list[list[Range] | None]:
    """A side with words in it, read with the numbers that the next side has in their places."""
    done = list(found)
    for index, side in enumerate(equation.sides[:-1]):
        following = equation.sides[index + 1]
        labels = [part for part in side.walk() if isinstance(part, Name)]
        if not labels or isinstance(side, Name) or any(isinstance(part, Name) for part in following.walk()):
            continue
        if all(_is_fixed(part.text, equation, values) for part in labels):
            continue
        bound = dict(_bound(side, following, equation, values) or {})
        if bound:
            done[index] = [values.bound(side, bound)]
    return done


def _is_fixed(name: str, equation: WrittenEquation, values: Values) -> bool:
    """Whether it is certain which number a size has, so that the one in its place must be that."""
    once = name in values.said and name not in values.sizes and name not in values.several
    return values.is_size(name) and (once or values.is_certain(name, equation.start))


def _bound(
    left: ExpressionNode, right: ExpressionNode, equation: WrittenEquation, values: Values
) -> Mapping[str, Exact] | None:
    """What the labels on the left must be for two formulas of one shape to be the same; None for different shapes."""
    names: dict[str, Exact] = {}
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, Name) and isinstance(other, NumberNode):
            value = other.figure.value
            if not _is_fixed(one.text, equation, values) and names.setdefault(one.text, value) != value:
                return None
        elif isinstance(one, NumberNode) and isinstance(other, NumberNode):
            if one.figure.value != other.figure.value:
                return None
        elif isinstance(one, Operation) and isinstance(other, Operation):
            if one.sign != other.sign or len(one.parts) != len(other.parts):
                return None
            pairs += zip(one.parts, other.parts, strict=True)
        else:
            return None
    return names
