"""Names in a formula: labels, which get the numbers in their places, derivatives, and products of letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from symbolic.formulas.formula import Exact
from symbolic.proofread.arithmetic.expression import ExpressionNode, Name, NumberNode, Operation
from symbolic.proofread.arithmetic.ranges import Range
from symbolic.proofread.judging.values import Values
from symbolic.proofread.reading.equations import WrittenEquation

LETTERS = re.compile(r"[A-Z]{2,4}")


def by_structure(
    equation: WrittenEquation, found: list[list[Range] | None], values: Values
) -> list[list[Range] | None]:
    """Return the values of the sides; labels in a side have the numbers in their places on the next side."""
    done = list(found)
    for index, side in enumerate(equation.sides[:-1]):
        following = equation.sides[index + 1]
        labels = side.names
        if not labels or isinstance(side, Name) or following.names:
            continue
        if all(_is_fixed(part.text, equation, values) for part in labels):
            continue
        bound = dict(numbers_in_places(side, following, lambda name: _is_fixed(name, equation, values)) or {})
        if bound:
            done[index] = [values.bound(side, bound)]
    return done


def _is_fixed(name: str, equation: WrittenEquation, values: Values) -> bool:
    """Return whether the number of a size is certain, so that a number in its place must be equal to it."""
    once = name in values.said and name not in values.sizes and name not in values.several
    return values.is_size(name) and (once or values.is_certain(name, equation.start))


def numbers_in_places(
    left: ExpressionNode, right: ExpressionNode, is_fixed: Callable[[str], bool] = lambda _: False
) -> Mapping[str, Exact] | None:
    """Return the numbers of the names on the left that make both formulas the same; None if their shapes differ.

    Names that are fixed have a number already, and get none.
    """
    names: dict[str, Exact] = {}
    pairs = [(left, right)]
    while pairs:
        one, other = pairs.pop()
        if isinstance(one, Name) and isinstance(other, NumberNode):
            value = other.figure.value
            if not is_fixed(one.text) and names.setdefault(one.text, value) != value:
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


def with_letters_multiplied(equation: WrittenEquation, values: Values) -> WrittenEquation:
    """Return an equation with T × D for a TD that is no name, if each of its letters has a number: 2*TD^2 = 5242880."""
    if not any(_is_product(name.text, values) for name in equation.names):
        return equation
    return equation.with_sides(lambda side: _multiplied(side, values))


def _is_product(name: str, values: Values) -> bool:
    letters = LETTERS.fullmatch(name) is not None and not values.of(name) and not values.is_said(name)
    return letters and all(values.of(letter) for letter in name)


def _multiplied(node: ExpressionNode, values: Values) -> ExpressionNode:
    if isinstance(node, Name):
        letters = _letters(node) if _is_product(node.text, values) else [node]
        return node if letters[0] is node else Operation(node.start, node.end, "×", tuple(letters))
    if not isinstance(node, Operation):
        return node
    parts = [_multiplied(part, values) for part in node.parts]
    base = node.parts[0]
    if node.sign == "^" and isinstance(base, Name) and parts[0] is not base:
        # The power is that of the last letter, as in algebra.
        [*others, last] = _letters(base)
        power = Operation(last.start, node.end, "^", (last, *parts[1:]))
        return Operation(node.start, node.end, "×", (*others, power))
    return node.with_parts(tuple(parts))


def _letters(name: Name) -> list[Name]:
    return [Name(start, start + 1, letter) for start, letter in enumerate(name.text, start=name.start)]


def with_derivatives_named(equation: WrittenEquation, formulas: Mapping[str, ExpressionNode]) -> WrittenEquation:
    """Return an equation with a name for each derivative that can't be worked out, if it gives one a number."""
    if not any("∂" in side.signs for side in equation.sides) or all(side.names for side in equation.sides):
        return equation
    return replace(equation, sides=tuple([_with_names(side, formulas) for side in equation.sides]))


def _with_names(node: ExpressionNode, formulas: Mapping[str, ExpressionNode]) -> ExpressionNode:
    if not isinstance(node, Operation):
        return node
    if node.sign == "∂":
        of, by = (part.text for part in node.parts if isinstance(part, Name))
        formula = formulas.get(of)
        known = formula is not None and by in {name.text for name in formula.names}
        return node if known else Name(node.start, node.end, f"∂{of}/∂{by}")
    return node.with_parts(tuple([_with_names(part, formulas) for part in node.parts]))
